"""Shortfall on small worlds: what is missing, the ways out and the conflict, against every assignment."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest

from planner.advice.said import Said
from planner.advice.shortfall import ShortfallAnswer, WayOut, shortfall
from planner.advice.shortfall.changes import Change, with_money
from planner.advice.shortfall.conflict import demands, only
from planner.advice.shortfall.obvious import obstacles
from planner.advice.shortfall.ways import Ways
from planner.audit import audit_body, soft_breaches
from planner.audit.case import Case
from planner.audit.certificate import goal_value
from planner.clauses import Mode
from planner.ledger import Ledger, Option
from planner.model import Effort
from planner.model.missing import absorbing_order, relaxed_missing
from planner.plan import Body, Pick, Purse, build_body
from planner.scenario import GoalName, Scenario, overridden, with_changes
from tests.planner.cases import DRAWS
from tests.planner.random_worlds import assignments, random_ledger, random_scenario
from tests.planner.worlds import FIRST, LAST, patch, scenario, small

WANTED = 50


def bodies(ledger: Ledger, scenario: Scenario, last: int | None = None) -> Iterator[Body]:
    """The body of every assignment that keeps each hard clause, as the auditor sees it."""
    for picks in assignments(ledger):
        body = build_body(ledger, scenario, picks)
        breaches = soft_breaches(Case(ledger, scenario, body))
        whole = body.model_copy(update={"auxiliary": body.auxiliary.model_copy(update={"breaches": breaches})})
        if audit_body(ledger, scenario, whole).clean:
            yield whole


def can_be_done(ledger: Ledger, scenario: Scenario) -> bool:
    return next(bodies(ledger, scenario), None) is not None


def with_modes(scenario: Scenario, **modes: Mode) -> Scenario:
    clauses = {n: s.model_copy(update={"mode": modes.get(n, s.mode)}) for n, s in scenario.clauses.items()}
    return scenario.model_copy(update={"clauses": clauses})


def impossible_worlds(part: int) -> Iterator[tuple[Ledger, Scenario]]:
    """Random worlds in which no assignment is clean; further sources are left out, they are no part of assignments."""
    seed = 0
    while True:
        seed += 1
        rng = random.Random(f"short-{part}-{seed}")
        ledger = random_ledger(rng, patches=3)
        drawn = rng.sample(sorted(set(DRAWS) - {"purse_accounts"}), k=rng.choice([2, 3, 5]))
        scenario = random_scenario(rng, ledger, [*drawn, "completion", "purse_accounts"])
        ledger = overridden(ledger, scenario)  # enumeration sees the ledger as the scenario does
        if scenario.sources or scenario.clause("purse_accounts").mode is not Mode.HARD:
            continue
        if not can_be_done(ledger, scenario):
            yield ledger, scenario


def missing_by_enumeration(ledger: Ledger, scenario: Scenario) -> dict[tuple[Purse, int], int] | None:
    """The least missing money, and the places that the order likes best, over every assignment.

    Book-keeping covers each year as well as can be before the next, so what it overdraws stands as late as can be.
    """
    order = list(absorbing_order(ledger, scenario))
    years = list(scenario.horizon.years)
    soft = {name: Mode.OFF for name, own in scenario.clauses.items() if own.soft}
    unbound = with_modes(scenario, **{**soft, "purse_accounts": Mode.OFF})
    found = []
    for body in bodies(ledger, unbound):
        over = {(Purse(a.source, a.district), a.vintage): a.overdrawn for a in body.accounts if a.overdrawn}
        totals = [sum(yuan for (purse, _), yuan in over.items() if purse == k) for k in order]
        late = [over.get((k, y), 0) for k in order for y in reversed(years)]
        assert sum(totals) == sum(over.values())
        found.append((-sum(totals), totals, late, over))
    return max(found, key=lambda row: row[:3])[3] if found else None


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("part", range(10))
def test_missing_money_ways_out_and_conflict_equal_enumeration(part: int) -> None:
    """50 impossible worlds, five in each part."""
    worlds = impossible_worlds(part)
    for _ in range(WANTED // 10):
        ledger, scenario = next(worlds)
        answer = shortfall(ledger, scenario, seconds=60)
        assert answer.possible is False
        check_missing(ledger, scenario, answer)
        check_conflict(ledger, scenario, answer)
        for way in answer.ways:
            check_way(ledger, scenario, way)
        assert [way.cost for way in answer.ways] == sorted(way.cost for way in answer.ways)


def check_missing(ledger: Ledger, scenario: Scenario, answer: ShortfallAnswer) -> None:
    expected = missing_by_enumeration(ledger, scenario)
    if expected is None:
        assert answer.missing is None
        return
    assert answer.missing is not None
    assert answer.missing.proved
    assert answer.missing.ordered
    stated = {(Purse(m.source, m.district), m.year): m.yuan for m in answer.missing.missing}
    assert stated == expected
    assert answer.missing.yuan == sum(expected.values())
    assert answer.first.missing_at_least is not None
    assert answer.first.missing_at_least <= answer.missing.yuan


def check_conflict(ledger: Ledger, scenario: Scenario, answer: ShortfallAnswer) -> None:
    """The members contradict each other; without any one of them there is an assignment."""
    conflict = answer.conflict
    assert conflict is not None
    assert conflict.proved
    named = {(member.kind, member.name) for member in conflict.members}
    members = [demand for demand in demands(ledger, scenario) if (demand.kind, demand.name) in named]
    assert not can_be_done(*only(ledger, scenario, members))
    for member in members:
        assert can_be_done(*only(ledger, scenario, [other for other in members if other != member]))


def check_way(ledger: Ledger, scenario: Scenario, way: WayOut) -> None:
    changed = with_changes(scenario, way.changes)
    assert way.plan.status.has_plan
    assert way.plan.certificate.audit.clean
    picks = [Pick(t.patch, t.option, t.start) for t in way.plan.schedule]
    body = build_body(ledger, changed, picks)
    breaches = soft_breaches(Case(ledger, changed, body))
    whole = body.model_copy(update={"auxiliary": body.auxiliary.model_copy(update={"breaches": breaches})})
    assert audit_body(ledger, changed, whole).clean
    assert way.least is True
    for less in reduced(scenario, changed, way):
        assert not can_be_done(ledger, less), (way.kind, way.changes)
    if way.kind in ("relax", "ration"):
        check_least(ledger, changed, way)


def reduced(scenario: Scenario, changed: Scenario, way: WayOut) -> Iterator[Scenario]:
    """The same way by one unit less: one yuan in each purse and year, a year, a per cent, a lock."""
    if way.kind == "money":
        for budget in changed.budgets:
            key = (budget.source, budget.district, budget.year)
            before = next((b.yuan for b in scenario.budgets if (b.source, b.district, b.year) == key), 0)
            if budget.yuan > before:
                yield with_changes(changed, {"budgets": with_money(changed, {key: -1})})
    elif way.kind == "carry":
        yield with_changes(scenario, {"carry": {"years": changed.carry.years - 1}})
    elif way.kind == "payer":
        now = scenario.clause("payer").municipal_share_percent
        then = changed.clause("payer").municipal_share_percent
        step = 1 if then < now else -1
        yield with_changes(scenario, {"clauses": {"payer": {"municipal_share_percent": then + step}}})
    elif way.kind in ("deadline", "horizon"):
        yield scenario
    elif way.kind == "unlock":
        kept = [lock.model_dump(mode="json") for lock in changed.locks]
        for lock in scenario.locks:
            if lock not in changed.locks:
                yield with_changes(changed, {"locks": [*kept, lock.model_dump(mode="json")]})
        frozen = [year.model_dump(mode="json") for year in changed.frozen]
        for year in scenario.frozen:
            if year not in changed.frozen:
                yield with_changes(changed, {"frozen": [*frozen, year.model_dump(mode="json")]})


def check_least(ledger: Ledger, changed: Scenario, way: WayOut) -> None:
    """What is left undone is the least over every assignment."""
    if way.kind == "ration":
        done = [goal_value(Case(ledger, changed, body), GoalName.AREA, ()) for body in bodies(ledger, changed)]
        groups = (way.plan.metrics.artificial, way.plan.metrics.comprehensive) if way.plan.metrics else ()
        assert way.amount == way.at_least == sum(group.area_m2 for group in groups) - max(done)
        return
    name = next(iter(way.changes["clauses"]))
    soft = with_modes(changed, **{name: Mode.SOFT})
    if (
        changed.clause(name).mode is Mode.HARD
    ):  # relaxed by a number: with none to spare, so the next unit must break it
        assert can_be_done(ledger, changed)
        return
    mine = [
        sum(b.amount / max(1, b.target) for b in body.auxiliary.breaches if b.clause == name)
        for body in bodies(ledger, soft)
    ]
    assert sum(b.amount / max(1, b.target) for b in way.plan.auxiliary.breaches if b.clause == name) == pytest.approx(
        min(mine)
    )


def ways_of(answer: ShortfallAnswer) -> dict[str, WayOut]:
    return {way.kind: way for way in answer.ways}


def money(*rows: tuple[str, str | None, int, int]) -> list[dict[str, Any]]:
    return [{"source": s, "district": d, "year": y, "yuan": yuan} for s, d, y, yuan in rows]


BOTH = {"completion": "hard", "purse_accounts": "hard"}


@pytest.mark.usefixtures("in_process")
def test_carry_over_is_the_cheapest_way_where_the_money_comes_too_early() -> None:
    """200 yuan in the first year, 50 in the last, two patches of 100 that may not start before the last year."""
    ledger = Ledger((patch("A", tenure_clear_from=LAST), patch("B", tenure_clear_from=LAST)))
    budgets = money(("municipal", None, FIRST, 200), ("municipal", None, LAST, 50))
    answer = shortfall(ledger, scenario(clauses={**BOTH, "tenure": "hard"}, budgets=budgets))
    assert answer.missing is not None
    assert [(m.year, m.yuan) for m in answer.missing.missing] == [(LAST, 150)]
    ways = ways_of(answer)
    assert answer.ways[0].kind == "carry"
    assert (ways["carry"].changes, ways["carry"].least) == ({"carry": {"years": 2}}, True)
    assert (ways["money"].amount, ways["money"].least) == (150, True)
    assert (ways["ration"].amount, ways["ration"].at_least, ways["ration"].least) == (20_000, 20_000, True)
    assert answer.conflict is not None
    assert [member.name for member in answer.conflict.members] == ["completion", "purse_accounts", "tenure"]


@pytest.mark.usefixtures("in_process")
def test_who_pays_is_moved_by_as_little_as_helps() -> None:
    """The city has 70 of 100 yuan, the district 40: at 70 % of the city both have enough, at 71 % the city has not."""
    budgets = money(("municipal", None, FIRST, 70), ("district", "North", FIRST, 40))
    answer = shortfall(Ledger((patch("A"),)), scenario(clauses=BOTH, budgets=budgets))
    way = answer.ways[0]
    assert (way.kind, way.amount, way.least) == ("payer", 30, True)
    assert way.changes == {"clauses": {"payer": {"municipal_share_percent": 70}}}


@pytest.mark.usefixtures("in_process")
def test_a_deadline_a_year_later() -> None:
    """Two hazards of 100 yuan, money for one a year, both to be removed in the first."""
    ledger = Ledger((patch("A", hazard_points=1), patch("B", hazard_points=1)))
    budgets = money(("municipal", None, FIRST, 100), ("municipal", None, FIRST + 1, 100))
    trial = scenario(
        clauses={**BOTH, "hazards": {"mode": "hard", "required_points": 2, "by_year": FIRST}}, budgets=budgets
    )
    ways = ways_of(shortfall(ledger, trial))
    assert ways["deadline"].changes["clauses"]["hazards"]["by_year"] == FIRST + 1
    assert ways["deadline"].least is True
    assert ways["relax"].changes["clauses"]["hazards"]["required_points"] == 1  # one point less is enough, none is not
    assert (ways["relax"].amount, ways["relax"].unit, ways["relax"].least) == (1, "points", True)


@pytest.mark.usefixtures("in_process")
def test_only_the_lock_that_stands_in_the_way_is_given_up() -> None:
    """Both are locked to the first year, whose money is for one; the third lock harms nobody."""
    ledger = Ledger((patch("A"), patch("B", cost_yuan=60), patch("C", cost_yuan=1)))
    locks = [
        {"patch": name, "kind": "year", "year": year, "reason": f"promised {name}"}
        for name, year in (("A", FIRST), ("B", FIRST), ("C", LAST))
    ]
    budgets = money(*(("municipal", None, year, 100) for year in (FIRST, FIRST + 1, LAST)))
    answer = shortfall(ledger, scenario(clauses={**BOTH, "locks": "hard"}, budgets=budgets, locks=locks))
    way = ways_of(answer)["unlock"]
    assert (way.amount, way.least) == (1, True)
    assert "promised C" not in way.said.en
    assert answer.conflict is not None
    assert [(m.kind, m.name) for m in answer.conflict.members] == [
        ("clause", "purse_accounts"), ("lock", "A"), ("lock", "B"),
    ]  # fmt: skip
    assert answer.first.obstacles[0].kind == "too_much"
    assert answer.first.obstacles[0].amount == 60


@pytest.mark.usefixtures("in_process")
def test_the_order_of_who_absorbs_is_the_scenario_s() -> None:
    """50 yuan of a shared patch are missing, wherever one likes: the share of each payer is fixed, the year is not."""
    ledger = Ledger((patch("A", cost_yuan=150),))
    budgets = money(("municipal", None, FIRST, 100))
    for years, place in (("late_first", LAST), ("early_first", FIRST)):
        trial = scenario(clauses=BOTH, budgets=budgets, carry={"years": 2}, absorb={"years": years})
        short = shortfall(ledger, trial).missing
        assert short is not None
        assert [(m.year, m.yuan) for m in short.missing] == [(place, 50)]
    either = Ledger((patch("A", ever_licensed=False), patch("B", ever_licensed=False, district="South")))
    for first, split in (((), {"North": 100, "South": 60}), (("South",), {"North": 100, "South": 60})):
        trial = scenario(
            clauses=BOTH, budgets=money(("district", "South", FIRST, 40)), absorb={"districts": list(first)}
        )
        short = shortfall(either, trial).missing
        assert short is not None
        assert {m.district: m.yuan for m in short.missing} == split
        assert [m.district for m in short.missing] == (["South", "North"] if first else ["North", "South"])


@pytest.mark.usefixtures("in_process")
def test_a_reserve_is_added_on_top_of_what_is_missing() -> None:
    """20 % of a budget of 100 are set aside; 100 are needed, so 25 more must be budgeted, and 24 are not enough."""
    trial = scenario(
        clauses={"completion": "hard", "purse_accounts": {"mode": "hard", "reserve_percent": 20}},
        budgets=money(("municipal", None, FIRST, 100)),
    )
    answer = shortfall(Ledger((patch("A"),)), trial)
    assert answer.missing is not None
    assert answer.missing.yuan == 20
    assert sum(b["yuan"] for b in ways_of(answer)["money"].changes["budgets"]) == 125
    assert ways_of(answer)["money"].amount == 25


@pytest.mark.usefixtures("in_process")
def test_obstacles_name_the_patch_its_years_and_the_clauses() -> None:
    ledger = Ledger(
        (patch("A", tenure_clear_from=LAST), patch("B", tenure_clear_from=LAST + 1), patch("C", hazard_points=1))
    )
    trial = scenario(
        clauses={
            "completion": "hard",
            "tenure": "hard",
            "locks": "hard",
            "hazards": {"mode": "hard", "required_points": 3},
        },
        locks=[{"patch": "A", "kind": "year", "year": FIRST, "reason": "promised"}],
    )
    found = shortfall(ledger, trial).first.obstacles
    assert [(o.kind, o.place, o.clauses) for o in found] == [
        ("lock_outside", "A", ("locks", "tenure")),
        ("no_year", "B", ("completion", "tenure")),
        ("out_of_reach", "hazards.low", ("hazards",)),
    ]
    assert (found[2].required, found[2].reach, found[2].amount, found[2].unit) == (3, 1, 2, "points")
    assert "promised" in found[0].said.zh
    assert str(LAST) in found[1].said.en


def test_money_that_is_short_of_the_cheapest_way_for_everything_required() -> None:
    """70 for A's cheaper option and 80 for B; the second's 10 come too early for it. D need not be done."""
    ledger = Ledger(
        (patch("A"), patch("B", cost_yuan=80, tenure_clear_from=LAST), patch("D", treatment="natural", cost_yuan=900)),
        (
            Option(patch="A", option="dear", cost_yuan=100),
            Option(patch="A", option="cheap", cost_yuan=70),
            Option(patch="B", option="early", cost_yuan=10, last_start=FIRST),
            Option(patch="B", option="late", cost_yuan=80),
        ),
    )
    budgets = money(("municipal", None, FIRST, 60), ("municipal", None, LAST, 40))
    trial = scenario(clauses={**BOTH, "tenure": "hard"}, budgets=budgets, carry={"years": 2})
    found = [o for o in obstacles(overridden(ledger, trial), trial) if o.kind == "total"]
    assert [(o.required, o.reach, o.amount, o.unit) for o in found] == [(150, 100, 50, "yuan")]
    enough = with_changes(trial, {"budgets": money(("municipal", None, FIRST, 110), ("municipal", None, LAST, 40))})
    assert not [o for o in obstacles(overridden(ledger, enough), enough) if o.kind == "total"]


@pytest.mark.usefixtures("in_process")
def test_a_large_shortfall_is_asked_whole_and_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.model.missing.LARGE", 0)
    for ledger, trial in itertools.islice(impossible_worlds(8), 6):
        check_missing(ledger, trial, shortfall(ledger, trial, seconds=60))


def test_a_large_shortfall_is_relaxed_in_the_solving_process_and_comes_to_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two routes to one bound: SciPy in this process, and a solver in its own."""
    worlds = [(overridden(ledger, s), s) for ledger, s in itertools.islice(impossible_worlds(7), 6)]
    by_scipy = [relaxed_missing(ledger, s) for ledger, s in worlds]
    assert any(by_scipy)
    monkeypatch.setattr("planner.model.missing.LARGE", 0)
    assert [relaxed_missing(ledger, s) for ledger, s in worlds] == by_scipy


def test_a_scenario_with_a_plan_has_no_shortfall() -> None:
    ledger, trial = small()
    answer = shortfall(ledger, trial)
    assert answer.possible is True
    assert answer.missing is None
    assert not answer.ways
    assert not answer.first.obstacles


def test_entries_of_lists_are_named_relaxed_by_their_number_and_said_in_words() -> None:
    """North must start 30,000 m² in the first year and has 10,000; the other entry can be kept and stays as it is."""
    entries = [{"district": "South", "min_area_m2": 1}, {"district": "North", "year": FIRST, "min_area_m2": 30_000}]
    ledger = Ledger((patch("A", district="North", area_m2=10_000), patch("B", district="South")))
    trial = scenario(clauses={"quotas": {"mode": "hard", "entries": entries}})
    answer = shortfall(ledger, trial, seconds=30)
    assert answer.first.obstacles[0].said.en.startswith(
        f'"Yearly and district quotas" (North {FIRST} area) asks for 3 ha'
    )
    assert answer.first.obstacles[0].said.zh.startswith(f"《年度和分区任务量》（North {FIRST} 面积）")
    way = next(way for way in answer.ways if way.kind == "relax")
    kept, lowered = way.changes["clauses"]["quotas"]["entries"]
    assert kept["min_area_m2"] == 1
    assert lowered["min_area_m2"] == 10_000
    assert way.least is True
    assert way.amount == 20_000
    share = {"tier_shares": {"mode": "hard", "entries": [{"tier": 1, "percent": 60, "by_year": FIRST}]}}
    tiers = (patch("A", tier=1, area_m2=10_000), patch("B", tier=1, area_m2=10_000, tenure_clear_from=FIRST + 1))
    answer = shortfall(Ledger(tiers), scenario(clauses={**share, "tenure": "hard"}), seconds=30)
    ways = {way.kind: way for way in answer.ways}
    assert ways["deadline"].changes["clauses"]["tier_shares"]["entries"][0]["by_year"] == FIRST + 1
    assert ways["relax"].amount == 2_000
    assert ways["relax"].least is True
    assert f"一级图斑 {FIRST}" in next(way.said.zh for way in answer.ways if way.kind == "relax" and way.unit == "m2")


def test_what_was_not_decided_in_the_time_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger((patch("A"),))
    trial = scenario(clauses={"completion": "hard", "purse_accounts": "hard"})
    sure = shortfall(ledger, trial, seconds=30)
    assert sure.not_enough
    assert all(change.proved for change in sure.not_enough)
    monkeypatch.setattr("planner.model.lexicographic.confirmed_infeasible", lambda *_, **__: None)
    ways = Ways(ledger, trial, None, Effort(seconds=30))
    assert not list(ways._way(Change("carry", Said(zh="", en=""), {}, 1, "years")))
    assert not ways.impossible
