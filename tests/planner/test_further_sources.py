"""Further sources by hand: whom each may fund, up to what, and no works twice."""

from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest

from planner import BadInput, audit, load_scenario, make_plan, save_scenario
from planner.audit import audit_body
from planner.ledger import Ledger, Option, PatchKind, Treatment
from planner.model import formulate
from planner.plan import Grant, Pick, PlanStatus, build_body
from planner.scenario import GoalName, Scenario, against_ledger
from tests.planner.cases.base import pick
from tests.planner.in_process import in_process  # noqa: F401
from tests.planner.transport import cheapest_grants
from tests.planner.worlds import FIRST, LAST, patch, scenario

pytestmark = pytest.mark.usefixtures("in_process")

DIVIDED = {"hazard_removal_yuan": 10, "land_levelling_yuan": 25, "revegetation_yuan": 30, "rock_face_yuan": 36}
CLAUSES = {"completion": "hard", "purse_accounts": "hard"}


def money(*rows: tuple[str, int, int]) -> list[dict[str, Any]]:
    return [{"source": source, "year": year, "yuan": yuan} for source, year, yuan in rows]


def grant(yuan: int, source: str = "central", year: int = FIRST, name: str = "A", **fields: Any) -> Grant:
    plain = {
        "patch": name, "year": year, "from_source": "municipal", "from_district": None, "source": source,
        "district": None, "yuan": yuan,
    }  # fmt: skip
    return Grant(**{**plain, **fields})


def findings(ledger: Ledger, trial: Scenario, picks: tuple[Pick, ...], *grants: Grant) -> list[tuple[str, str, Any]]:
    result = audit_body(ledger, trial, build_body(ledger, trial, picks, grants))
    return [(f.clause, f.place, f.amount) for f in result.findings]


ELIGIBILITY: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"treatments": ["artificial"]}, {}, {"treatment": Treatment.COMPREHENSIVE}),
    ({"kinds": ["exposed_rock_face"]}, {"kind": PatchKind.EXPOSED_ROCK_FACE}, {}),
    ({"districts": ["North"]}, {}, {"district": "South"}),
    ({"hazard_free": True}, {}, {"hazard_points": 1}),
    ({"require": {"afforestation_only": True}}, {"afforestation_only": True}, {}),
    ({"require": {"cash_flow": False}}, {}, {"cash_flow": True}),
    ({"works": ["revegetation"]}, {"revegetation_yuan": 100}, {"land_levelling_yuan": 100}),
    ({"works": ["revegetation"]}, {"revegetation_yuan": 100}, {}),  # no breakdown, no programme for parts
    ({"max_yuan_per_patch": 100}, {}, {"cost_yuan": 101}),
]


@pytest.mark.parametrize(("limits", "fits", "not_quite"), ELIGIBILITY, ids=lambda value: "-".join(value) or "plain")
def test_a_source_pays_for_its_own_patches_only(
    limits: dict[str, Any], fits: dict[str, Any], not_quite: dict[str, Any]
) -> None:
    trial = scenario(
        clauses={**CLAUSES, "basic_treatment": "hard"}, sources=[{"source": "central", **limits}],
        budgets=money(("central", FIRST, 101)), goals=[{"name": "waiting"}],
    )  # fmt: skip
    beside = patch("N", treatment=Treatment.NATURAL, cost_yuan=0)
    mine, other = Ledger((patch("A", **fits), beside)), Ledger((patch("A", **not_quite), beside))
    plan = make_plan(mine, trial)
    assert plan.status is PlanStatus.OPTIMAL
    assert [g.yuan for g in plan.auxiliary.grants] == [100]
    assert make_plan(other, trial).status is PlanStatus.IMPOSSIBLE
    cost = other.patches[0].cost_yuan
    over = cost if "max_yuan_per_patch" not in limits else cost - 100
    assert ("payer", "commitments/A/central", over) in findings(other, trial, (pick("A", FIRST),), grant(cost))


@pytest.mark.parametrize(
    ("limits", "years"),
    [({"first_start": FIRST + 1}, [FIRST + 1, LAST]), ({"last_start": FIRST + 1}, [FIRST, FIRST + 1]),
     ({"first_start": LAST, "last_start": LAST}, [LAST])],
)  # fmt: skip
def test_a_source_pays_for_its_own_start_years_only(limits: dict[str, Any], years: list[int]) -> None:
    ledger = Ledger((patch("A"),))
    for start in range(FIRST, LAST + 1):
        trial = scenario(
            clauses=CLAUSES, sources=[{"source": "central", **limits}], budgets=money(("central", start, 100)),
            goals=[{"name": "waiting"}],
        )  # fmt: skip
        assert make_plan(ledger, trial).status.has_plan == (start in years)
        told = findings(ledger, trial, (pick("A", start),), grant(100, year=start))
        assert told == ([] if start in years else [(c, f"{s}/A/central", 100) for c, s in PAYER_SERIES])


PAYER_SERIES = [("payer", "commitments"), ("payer", "cash")]


def test_the_year_of_the_start_counts_not_the_year_of_the_payment() -> None:
    """Works that start in time may still be paid for in later years."""
    trial = scenario(
        clauses=CLAUSES, basis="cash", cash_profile={"1": [50, 50]},
        sources=[{"source": "central", "last_start": FIRST}],
        budgets=money(("central", FIRST, 50), ("central", FIRST + 1, 50)), goals=[{"name": "waiting"}],
    )  # fmt: skip
    plan = make_plan(Ledger((patch("A"),)), trial)
    assert [(g.year, g.yuan) for g in plan.auxiliary.grants] == [(FIRST, 50), (FIRST + 1, 50)]


CAPS: list[tuple[dict[str, Any], int]] = [
    ({"max_share_percent": 33}, 33),  # ⌊33.33⌋
    ({"max_yuan_per_patch": 40}, 40),
    ({"works": ["land_levelling"]}, 25),
    ({"works": ["revegetation", "rock_face", "rock_face"]}, 66),
    ({"works": ["rock_face"], "max_share_percent": 35}, 35),  # ⌊35.35⌋ of the whole cost, not of the rock face
    ({"works": ["rock_face"], "max_share_percent": 36}, 36),
    ({"works": ["rock_face"], "max_yuan_per_patch": 9}, 9),
]


@pytest.mark.parametrize(("limits", "cap"), CAPS, ids=lambda value: str(value))
@pytest.mark.parametrize("basis", ["commitments", "cash"])
def test_a_cap_is_met_to_the_yuan_and_never_passed(limits: dict[str, Any], cap: int, basis: str) -> None:
    """101 yuan in parts of 10, 25, 30 and 36."""
    ledger = Ledger((patch("A", cost_yuan=101, **DIVIDED),))

    def trial(own: int) -> Scenario:
        return scenario(
            clauses=CLAUSES, sources=[{"source": "central", **limits}], basis=basis, cash_profile={"1": [1]},
            budgets=money(("central", FIRST, 101), ("municipal", FIRST, own)), goals=[{"name": "waiting"}],
        )  # fmt: skip

    plan = make_plan(ledger, trial(101 - cap))
    assert [g.yuan for g in plan.auxiliary.grants] == [cap]
    assert make_plan(ledger, trial(100 - cap)).status is PlanStatus.IMPOSSIBLE
    picks = (pick("A", FIRST),)
    assert findings(ledger, trial(101), picks, grant(cap)) == []
    told = findings(ledger, trial(101), picks, grant(cap + 1))
    assert told == [(c, f"{s}/A/central", 1) for c, s in PAYER_SERIES]


def test_a_part_of_the_works_follows_the_price() -> None:
    """36 of 101 yuan for the rock face; at 110 yuan ⌊110 · 36 / 101⌋ = 39."""
    ledger = Ledger((patch("A", cost_yuan=101, **DIVIDED),))
    trial = scenario(
        clauses=CLAUSES, sources=[{"source": "central", "works": ["rock_face"]}], contingency_percent="9",
        budgets=money(("central", FIRST, 200), ("municipal", FIRST, 200)),
    )  # fmt: skip
    picks = (pick("A", FIRST),)
    assert findings(ledger, trial, picks, grant(39)) == []
    assert ("payer", "commitments/A/central", 1) in findings(ledger, trial, picks, grant(40))


@pytest.mark.parametrize(("works", "cap"), [(["hazard_removal"], 10), (["land_levelling"], 0), ([], 10)])
def test_works_that_only_remove_hazards_are_hazard_removal_throughout(works: list[str], cap: int) -> None:
    ledger = Ledger(
        (patch("A", cost_yuan=101, hazard_points=1, **DIVIDED),),
        (Option(patch="A", option="whole", cost_yuan=101),
         Option(patch="A", option="hazards", cost_yuan=10, hazard_only=True)),
    )  # fmt: skip
    trial = scenario(
        clauses={"purse_accounts": "hard"}, sources=[{"source": "central", "works": works}],
        budgets=money(("central", FIRST, 101)),
    )  # fmt: skip
    told = findings(ledger, trial, (pick("A", FIRST, "hazards"),), grant(10))
    assert told == ([] if cap else [(c, f"{s}/A/central", 10) for c, s in PAYER_SERIES])
    rows = np.flatnonzero(formulate(ledger, trial).choices.of_options(lambda option: option.hazard_only))
    problem = formulate(ledger, trial).problem(GoalName.COST)
    share = [i for i, name in enumerate(problem.row_names) if name.startswith("share")]
    assert [-min(problem.matrix.toarray()[i, rows]) for i in share] == [cap]


def two(works: list[str], others: list[str], **fields: Any) -> Scenario:
    """Two programmes of 50 yuan and nothing else."""
    return scenario(**{
        "clauses": {**CLAUSES, "payer": fields.pop("payer", {})},
        "sources": [{"source": "programme:x", "works": works}, {"source": "programme:y", "works": others}],
        "budgets": money(("programme:x", FIRST, 60), ("programme:y", FIRST, 41)),
        "goals": [{"name": "waiting"}],
        **fields,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("works", "others", "clash"),
    [
        ([], [], "hazard_removal"),
        (["revegetation", "rock_face"], [], "revegetation"),
        (["hazard_removal", "revegetation", "rock_face"], ["rock_face", "land_levelling"], "rock_face"),
        (["revegetation", "rock_face"], ["hazard_removal", "land_levelling"], None),
    ],
)
def test_no_works_are_funded_twice(works: list[str], others: list[str], clash: str | None) -> None:
    """Parts of 5, 36, 30 and 30 yuan: x can pay 60 and y 41 whatever the works, but both only where they are apart."""
    parts = {"hazard_removal_yuan": 5, "land_levelling_yuan": 36, "revegetation_yuan": 30, "rock_face_yuan": 30}
    ledger = Ledger((patch("A", cost_yuan=101, **parts),))
    trial = two(works, others)
    plan = make_plan(ledger, trial)
    picks, both = (pick("A", FIRST),), (grant(60, "programme:x"), grant(41, "programme:y"))
    told = [finding for finding in findings(ledger, trial, picks, *both) if finding[2] == 1]
    if clash is None:
        assert plan.status is PlanStatus.OPTIMAL
        assert sorted(g.yuan for g in plan.auxiliary.grants) == [41, 60]
        assert told == []
        return
    assert plan.status is PlanStatus.IMPOSSIBLE
    assert ("payer", f"commitments/A/{clash}", 1) in told
    apart = two(works, others, payer={"one_programme_per_works": False})
    assert make_plan(ledger, apart).status is PlanStatus.OPTIMAL
    assert findings(ledger, apart, picks, *both) == []


def test_double_funding_is_seen_over_the_years_too() -> None:
    """Budgets bind cash: one programme pays the first instalment, the other may not pay the second."""
    ledger = Ledger((patch("A"),))
    years = {"basis": "cash", "cash_profile": {"1": [50, 50]}}
    budgets = money(("programme:x", FIRST, 50), ("programme:y", FIRST + 1, 50))
    trial = two([], [], budgets=budgets, **years)
    assert make_plan(ledger, trial).status is PlanStatus.IMPOSSIBLE
    both = (grant(50, "programme:x"), grant(50, "programme:y", FIRST + 1))
    told = findings(ledger, trial, (pick("A", FIRST),), *both)
    assert ("payer", "commitments/A/rock_face", 1) in told
    assert ("payer", "cash/A/rock_face", 1) in told
    mixed = two([], [], budgets=budgets, payer={"one_programme_per_works": False}, **years)
    assert make_plan(ledger, mixed).status is PlanStatus.OPTIMAL


def test_social_capital_is_not_public_money_and_may_join_a_programme() -> None:
    trial = scenario(
        clauses=CLAUSES, sources=[{"source": "social"}, {"source": "programme:x"}],
        budgets=money(("social", FIRST, 30), ("programme:x", FIRST, 70)), goals=[{"name": "waiting"}],
    )  # fmt: skip
    plan = make_plan(Ledger((patch("A"),)), trial)
    assert sorted((g.source, g.yuan) for g in plan.auxiliary.grants) == [("programme:x", 70), ("social", 30)]
    assert not any(
        name.startswith("used") for name in formulate(Ledger((patch("A"),)), trial).problem(GoalName.COST).column_names
    )


def test_columns_for_double_funding_stand_only_where_two_could_clash() -> None:
    """x may fund A and B, y only B: one row for B, though they meet in every kind of works."""
    ledger = Ledger((patch("A"), patch("B", cash_flow=True)))
    trial = scenario(
        clauses=CLAUSES, budgets=money(("programme:x", FIRST, 60), ("programme:y", FIRST, 41)),
        sources=[{"source": "programme:x"}, {"source": "programme:y", "require": {"cash_flow": True}}],
    )  # fmt: skip
    formulation = formulate(ledger, trial)
    problem = formulation.problem(GoalName.COST)
    assert [name for name in problem.column_names if name.startswith("used")] == [
        "used[programme:x,B]", "used[programme:y,B]",
    ]  # fmt: skip
    assert [name for name in problem.row_names if name.startswith("one_programme")] == [
        "one_programme[B,hazard_removal]"
    ]
    x = problem.upper * 0
    x[problem.column_names.index(f"grant[programme:y,B,{FIRST},{FIRST},municipal]")] = 5
    settled = formulation.settled(x)
    assert settled[problem.column_names.index("used[programme:y,B]")] == 1
    assert settled[problem.column_names.index("used[programme:x,B]")] == 0


def test_sites_that_only_need_planting_join_the_afforestation_programme_until_its_last_year() -> None:
    """Chapter 4, section 4(1): no hazard works, planting alone, started in time; the municipal budget pays the rest."""
    ledger = Ledger((
        patch("A", afforestation_only=True), patch("B", afforestation_only=True, hazard_points=1),
        patch("C", afforestation_only=True), patch("D"),
    ))  # fmt: skip
    trial = scenario(
        clauses=CLAUSES,
        sources=[{"source": "programme:造林", "require": {"afforestation_only": True}, "hazard_free": True,
                  "last_start": FIRST + 1}],
        budgets=money(("programme:造林", FIRST, 100), ("programme:造林", FIRST + 1, 100), ("programme:造林", LAST, 100),
                      ("municipal", LAST, 200)),
        goals=[{"name": "waiting"}],
    )  # fmt: skip
    plan = make_plan(ledger, trial)
    starts = {task.patch: task.start for task in plan.schedule}
    assert sorted((starts["A"], starts["C"])) == [FIRST, FIRST + 1]
    assert (starts["B"], starts["D"]) == (LAST, LAST)
    assert {g.patch for g in plan.auxiliary.grants} == {"A", "C"}


def test_grants_are_counted_in_the_largest_amount_that_loses_nothing() -> None:
    """All in tens; a cap of 35 makes it five; where a row would lie across the flow, it is a single yuan."""
    ledger = Ledger((patch("A"), patch("B", cash_flow=True)))

    def unit(**fields: Any) -> set[int]:
        plain: dict[str, Any] = {
            "clauses": CLAUSES, "sources": [{"source": "social"}],
            "budgets": money(("social", FIRST, 60), ("municipal", FIRST, 150)), "cash_profile": {"1": [50, 50]},
        }  # fmt: skip
        return {column.unit for column in formulate(ledger, scenario(**{**plain, **fields})).draft.grants}

    capped = [{"source": "social", "max_share_percent": 35}]
    assert unit() == {10}
    assert unit(sources=capped) == {5}
    assert unit(clauses={"purse_accounts": {"reserve_percent": 1}}) == {1}  # 59 and 148 are usable
    assert unit(basis="cash") == {10}
    assert unit(basis="cash", sources=capped) == {1}
    assert unit(charge_holding=True) == {1}
    both = [{"name": "cost", "tolerance": 0.01}, {"name": "cash_flow_money"}]
    assert unit(goals=both) == {1}
    assert unit(goals=[{"name": "cost"}, {"name": "cash_flow_money", "tolerance": 0.01}]) == {10}
    assert unit(goals=both, sources=[{"source": "central"}], budgets=money(("central", FIRST, 60))) == {20}


def test_no_commitment_is_lost_by_counting_in_a_common_divisor() -> None:
    """Amounts all even: where yuan by yuan there are grants, there are some in twos."""
    solved = 0
    for seed in range(60):
        rng = random.Random(f"even-{seed}")
        names = rng.sample(["central", "social", "programme:x"], k=2)
        ledger = Ledger(tuple(
            patch(f"P{i}", cost_yuan=2 * rng.randrange(10, 60), ever_licensed=rng.random() < 0.5) for i in range(3)
        ))  # fmt: skip
        budgets = [
            {"source": source, "district": district, "year": year, "yuan": 2 * rng.randrange(0, 40)}
            for source, district in [("municipal", None), ("district", "North"), *((name, None) for name in names)]
            for year in range(FIRST, LAST + 1)
        ]
        trial = scenario(
            clauses={"purse_accounts": "hard"}, budgets=budgets,
            sources=[{"source": name, "max_yuan_per_patch": 2 * rng.randrange(1, 50)} for name in names],
            carry={"years": rng.choice([0, 1, 2]), "scope": rng.choice(["purse", "patch"])},
        )  # fmt: skip
        picks = tuple(pick(f"P{i}", rng.randrange(FIRST, LAST + 1)) for i in range(3))
        found = [cheapest_grants(ledger, trial, picks, ("P0", "P1"), unit) for unit in (1, 2)]
        assert (found[0] and found[0][0]) == (found[1] and found[1][0])
        solved += found[0] is not None
    assert 10 < solved < 55


@pytest.mark.parametrize(
    ("fields", "path", "key"),
    [
        ({"first_start": LAST, "last_start": FIRST}, "sources[0]", "sides_cross"),
        ({"first_start": LAST + 1}, "sources[0].first_start", "source_outside"),
        ({"last_start": FIRST - 1}, "sources[0].last_start", "source_outside"),
        ({"works": ["planting"]}, "sources[0].works[0]", "not_one_of"),
        ({"kinds": ["quarry"]}, "sources[0].kinds[0]", "not_one_of"),
        ({"hazard_free": "maybe"}, "sources[0].hazard_free", "wrong_type"),
        ({"max_yuan_per_patch": -1}, "sources[0].max_yuan_per_patch", "out_of_range"),
        ({"max_share": 50}, "sources[0].max_share", "unknown_key"),
        ({"require": {"afforestation": True}}, "sources[0].require", "unknown_field"),
    ],
)
def test_a_source_that_cannot_be_is_refused_readably(fields: dict[str, Any], path: str, key: str) -> None:
    with pytest.raises(BadInput) as caught:
        scenario(sources=[{"source": "central", **fields}])
    assert [(f.column, f.key) for f in caught.value.findings] == [(path, f"scenario.{key}")]
    (finding,) = caught.value.findings
    assert finding.wrong("zh")
    assert finding.wrong("en")


def test_a_district_that_the_ledger_does_not_have_is_named() -> None:
    trial = scenario(sources=[{"source": "central", "districts": ["North", "Nort"]}])
    (finding,) = against_ledger(Ledger((patch("A"),)), trial)
    assert (finding.column, finding.value, finding.values["near"]) == ("sources[0].districts[1]", "Nort", "North")


def test_every_limit_survives_a_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    limits = {
        "treatments": ["artificial"], "kinds": ["abandoned_mine"], "districts": ["North"], "first_start": FIRST,
        "last_start": LAST, "hazard_free": True, "require": {"cash_flow": True}, "works": ["rock_face"],
        "max_share_percent": 50, "max_yuan_per_patch": 7,
    }  # fmt: skip
    trial = scenario(sources=[{"source": "central", **limits}])
    save_scenario(trial, tmp_path / "s.toml")
    read = load_scenario(tmp_path / "s.toml")
    assert read.sources == trial.sources
    assert {key: value for key, value in read.sources[0].model_dump(mode="json").items() if key != "source"} == limits


# Lies


def lie(trial: Scenario, ledger: Ledger, *grants: Grant) -> list[tuple[str, str, Any]]:
    """What the audit says of a plan whose grants were replaced and everything worked out from them anew."""
    plan = make_plan(ledger, trial)
    body = build_body(ledger, trial, [Pick(t.patch, t.option, t.start) for t in plan.schedule], grants)
    forged = plan.model_copy(update=dict(body)).sealed()
    return [(f.clause, f.place, f.amount) for f in audit(ledger, trial, forged).findings]


def test_a_forged_grant_is_refused() -> None:
    ledger = Ledger((patch("A", **{**DIVIDED, "rock_face_yuan": 35}), patch("B", hazard_points=1)))
    trial = scenario(
        clauses=CLAUSES,
        sources=[{"source": "central", "hazard_free": True}, {"source": "programme:x", "works": ["rock_face"]}],
        budgets=money(("central", FIRST, 100), ("programme:x", FIRST, 100), ("municipal", FIRST, 200)),
        goals=[{"name": "waiting"}],
    )  # fmt: skip
    assert lie(trial, ledger, grant(35, "programme:x")) == []
    assert lie(trial, ledger, grant(100)) == []
    to_another = lie(trial, ledger, grant(1, name="B"))
    assert ("payer", "commitments/B/central", 1) in to_another
    a_yuan_more = lie(trial, ledger, grant(36, "programme:x"))
    assert ("payer", "commitments/A/programme:x", 1) in a_yuan_more
    both = lie(trial, ledger, grant(35, "programme:x"), grant(1))
    assert ("payer", "commitments/A/rock_face", 1) in both
    hidden = lie(trial, ledger, grant(1, name="B"), grant(1, "programme:x"))
    assert [place for _, place, _ in hidden if place.startswith("commitments")] == ["commitments/B/central"]


def test_two_purses_of_one_source_share_its_cap() -> None:
    """A district's own money of a programme and the city's: one programme, one cap."""
    ledger = Ledger((patch("A"),))
    trial = scenario(
        clauses=CLAUSES, sources=[{"source": "central", "max_yuan_per_patch": 40}],
        budgets=[*money(("central", FIRST, 100), ("municipal", FIRST, 100)),
                 {"source": "central", "district": "North", "year": FIRST, "yuan": 100}],
    )  # fmt: skip
    halves = (grant(30), grant(30, district="North"))
    told = findings(ledger, trial, (pick("A", FIRST),), *halves)
    assert ("payer", "commitments/A/central", 20) in told
    abroad = findings(ledger, trial, (pick("A", FIRST),), grant(30, district="South"))
    assert ("payer", "commitments/A/central/South", 30) in abroad


def test_every_pair_of_kinds_of_works_clashes_with_itself_alone() -> None:
    kinds = ("hazard_removal", "land_levelling", "revegetation", "rock_face")
    ledger = Ledger((patch("A", cost_yuan=100, **dict.fromkeys((f"{kind}_yuan" for kind in kinds), 25)),))
    for one, other in itertools.product(kinds, kinds):
        trial = two(
            [one], [other], budgets=money(*((f"programme:{n}", FIRST, 25) for n in "xy"), ("municipal", FIRST, 50))
        )
        assert make_plan(ledger, trial).status.has_plan == (one != other)
