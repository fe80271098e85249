"""Further sources against a flow written down anew: the same picks can be paid for, and the best is the best."""

from __future__ import annotations

import random
from typing import Any

import pytest

from planner.audit import audit_body, clause_findings
from planner.audit.case import Case
from planner.audit.goals import goal_value
from planner.ledger import Ledger
from planner.plan import Pick, PlanStatus, build_body
from planner.planning import make_plan
from planner.scenario import GoalName, Scenario
from tests.planner.in_process import in_process  # noqa: F401
from tests.planner.random_worlds import assignments, random_ledger
from tests.planner.test_enumeration import feasible_assignments
from tests.planner.transport import PARTS, cheapest_grants
from tests.planner.worlds import FIRST, LAST, scenario


def random_source(rng: random.Random, name: str, districts: tuple[str, ...], often: float) -> dict[str, Any]:
    """A source with some of its limits; `often` is how often it has each."""
    limits: dict[str, Any] = {
        "treatments": rng.choice([["artificial"], ["comprehensive"], ["artificial", "comprehensive", "natural"]]),
        "kinds": rng.choice([["abandoned_mine"], ["exposed_rock_face", "abandoned_mine"]]),
        "districts": [rng.choice(districts)],
        "first_start": rng.choice([FIRST, FIRST + 1]),
        "last_start": rng.choice([LAST - 1, LAST]),
        "hazard_free": True,
        "require": {rng.choice(["afforestation_only", "cash_flow", "arable_potential"]): rng.choice([True, False])},
        "works": rng.sample(PARTS, k=rng.choice([1, 2, 3])),
        "max_share_percent": rng.choice([33, 50, 90]),
        "max_yuan_per_patch": rng.choice([1, 40, 70]),
    }
    chosen = [key for key in limits if rng.random() < (0.4 if key == "works" else often)]
    return {"source": name, **{key: limits[key] for key in chosen}}


def random_world(seed: str, patches: int, goals: list[dict[str, Any]]) -> tuple[Ledger, Scenario]:
    """Base budgets that rarely suffice, further sources that sometimes make up for it."""
    rng = random.Random(seed)
    ledger = random_ledger(rng, patches=patches)
    even = rng.random() < 0.5
    names = rng.sample(["central", "programme:x", "programme:y", "social"], k=rng.choice([2, 3, 4]))
    often = rng.choice([0.0, 0.15, 0.3])
    budgets = []
    places = [("municipal", None), ("district", "North"), ("district", "South")]
    for source, district in [*places, *((name, rng.choice([None, None, "North"])) for name in names)]:
        for year in range(FIRST, LAST + 1):
            yuan = rng.choice([30, 51, 51, 70, 100] if source in names else [0, 0, 0, 34, 60, 250])
            budgets.append({"source": source, "district": district, "year": year, "yuan": 2 * yuan if even else yuan})
    if not often:  # public money everywhere, and little else: the rule against double funding decides
        names = ["central", "programme:x", "programme:y"]
        budgets = [
            {"source": name, "year": year, "yuan": rng.choice([51, 60, 200])}
            for name in names for year in range(FIRST, LAST + 1)
        ]  # fmt: skip

    return ledger, scenario(
        clauses={
            "completion": "hard",
            "purse_accounts": {"mode": "hard", "reserve_percent": rng.choice([0, 0, 10])},
            "payer": {
                "municipal_share_percent": rng.choice([100, 50]), "user_pays": rng.random() < 0.7,
                "one_programme_per_works": rng.random() < 0.8,
            },
        },
        sources=[random_source(rng, name, ledger.districts, often) for name in names],
        budgets=budgets,
        carry={"years": rng.choice([0, 1, 2]), "scope": rng.choice(["purse", "patch"])},
        basis=rng.choice(["commitments", "cash"]),
        cash_profile=rng.choice([{}, {"1": [50, 50], "2": [50, 30, 20]}]),
        mode=rng.choice(["complete", "rationed"]),
        holding={"cover_yuan_per_hectare_year": rng.choice([0, 7])},
        charge_holding=rng.random() < 0.3,
        goals=goals,
    )  # fmt: skip


def affordable(ledger: Ledger, trial: Scenario, picks: tuple[Pick, ...]) -> bool:
    """Whether some grants make the picks clean, worked out by the flow and told by the auditor."""
    found = cheapest_grants(ledger, trial, picks)
    if found is None:
        return False
    result = audit_body(ledger, trial, build_body(ledger, trial, picks, found[1]))
    assert {finding.clause for finding in result.findings} <= {"completion"}, result.findings
    return result.clean


@pytest.mark.parametrize("seed", range(40))
def test_the_programme_admits_what_some_grants_make_affordable(seed: int) -> None:
    ledger, trial = random_world(f"grants-{seed}", 2, [{"name": "cost"}])
    every = list(assignments(ledger))
    assert {picks for picks in every if affordable(ledger, trial, picks)} == feasible_assignments(ledger, trial)


def test_the_draws_bite() -> None:
    """Guards the test above: grants matter in many worlds, and so does the rule against double funding."""
    with_grants = forbidden = 0
    for seed in range(40):
        ledger, trial = random_world(f"grants-{seed}", 2, [{"name": "cost"}])
        none = trial.model_copy(update={"sources": (), "budgets": tuple(b for b in trial.budgets if b.source in BASE)})
        apart = with_payer(trial, one_programme_per_works=True)
        together = with_payer(trial, one_programme_per_works=False)
        sets = [
            {picks for picks in assignments(ledger) if cheapest_grants(ledger, one, picks) is not None}
            for one in (none, apart, together)
        ]
        with_grants += sets[0] != sets[1]
        forbidden += sets[1] != sets[2]
    assert with_grants >= 20
    assert forbidden >= 4


BASE = ("municipal", "district")


def with_payer(trial: Scenario, **changes: Any) -> Scenario:
    payer = trial.clause("payer").model_copy(update=changes)
    return trial.model_copy(update={"clauses": {**trial.clauses, "payer": payer}})


GOALS = [
    ["cost"], ["cash_flow_money"], ["cash_flow_money", "cost"], ["moves", "cash_flow_money"], ["cost", "waiting"],
]  # fmt: skip


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("seed", range(30))
def test_the_optimum_is_the_best_over_picks_and_grants(seed: int) -> None:
    ledger, trial = random_world(f"best-{seed}", 2, [{"name": name} for name in GOALS[seed % len(GOALS)]])
    first, second = [*(goal.name for goal in trial.goals), None][:2]
    reached: dict[tuple[Pick, ...], list[int]] = {}
    for picks in assignments(ledger):
        case = Case(ledger, trial, build_body(ledger, trial, picks))
        found = {name: cheapest_grants(ledger, trial, picks, counted(ledger, name)) for name in (first, second) if name}
        if any(f.clause == "completion" for f in clause_findings(case)) or None in found.values():
            continue
        # of two goals that social capital changes, the first counts fewer patches or the second is not changed by it
        values = []
        for name, best in found.items():
            assert best is not None
            values.append(int(goal_value(case, name, ())) + best[0])
        reached[picks] = values
    plan = make_plan(ledger, trial)
    if not reached:
        assert plan.status is PlanStatus.IMPOSSIBLE
        return
    best = min(values[0] for values in reached.values())
    assert plan.certificate.goals[0].value == best
    if second is not None and second is not GoalName.COST:
        assert plan.certificate.goals[1].value == min(v[1] for v in reached.values() if v[0] == best)


def counted(ledger: Ledger, goal: GoalName | None) -> set[str]:
    """The patches on which social capital changes a goal."""
    if goal is GoalName.COST:
        return set(ledger.by_id)
    return {p.patch for p in ledger.patches if p.cash_flow} if goal is GoalName.CASH_FLOW_MONEY else set()
