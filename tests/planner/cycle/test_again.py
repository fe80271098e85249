"""Planning again in the working year: what is issued stays where it is, and money is what it has become."""

from __future__ import annotations

import datetime as dt

from planner.audit import audit
from planner.cycle import Cycle, Ground, ledger_now, paid_before, replanned, scenario_now
from planner.plan import Pick, Plan, PlanStatus
from planner.scenario import Scenario, overridden
from tests.planner.advice.plans import as_plan
from tests.planner.cycle import tiny
from tests.planner.cycle.clerk import Clerk, evidence, money
from tests.planner.cycle.test_refused import refused
from tests.planner.cycle.tiny import CITY, FIRST, LAST, NORTH


def begun() -> Clerk:
    """All of 2031 is issued and begun; A may cost 1,120."""
    at = tiny.issued(tiny.issued(tiny.clerk()), "South")
    for name, district in (("A", "North"), ("B", "North"), ("S", "South")):
        tiny.worked(at, name, "started", district)
    at.do("ask_cost", "North", FIRST, "A", remark="rock", money=money({CITY: 1_120}))
    at.do("grant_cost", "North", FIRST, "A")
    return at


def starts(plan: Plan) -> dict[str, int]:
    return {task.patch: task.start for task in plan.schedule}


def test_issued_tasks_are_locked_to_year_and_option() -> None:
    at = tiny.issued(tiny.clerk())
    locks = [(lock.patch, str(lock.kind), lock.year, lock.option) for lock in scenario_now(at.cycle).locks]
    assert sorted(locks, key=str) == [
        ("A", "option", None, "standard"), ("A", "year", FIRST, None),
        ("B", "option", None, "standard"), ("B", "year", FIRST, None),
    ]  # fmt: skip
    assert all("North" in lock.reason for lock in scenario_now(at.cycle).locks)


def test_locks_of_the_scenario_give_way_to_what_is_issued_and_bind_even_where_switched_off() -> None:
    base = tiny.ground()
    data = base.scenario.model_dump(mode="json", serialize_as_any=True)
    data["locks"] = [{"patch": "A", "kind": "not_before", "year": LAST, "reason": "old"}]
    data["clauses"]["locks"] = {"mode": "off"}
    given = Scenario.model_validate(data)
    at = Clerk(Cycle.of(Ground(base.ledger, given, base.plan)), dt.date(FIRST, 1, 10))
    assert scenario_now(at.cycle).clause("locks").mode == "off"
    now = scenario_now(tiny.issued(at).cycle)
    assert now.clause("locks").mode == "hard"
    assert "not_before" not in {str(lock.kind) for lock in now.locks}


def test_the_plan_of_the_rest_keeps_what_is_issued(in_process: None) -> None:
    """N failed and costs 90: it enters in 2032 or 2033. A stands at 1,120 of the city's 2,000."""
    at = begun()
    at.do("verify", "North", FIRST, "N", on=at.today.isoformat(), unit="u", person="p", result="poor",
          evidence=evidence("N"))  # fmt: skip
    change = {"op": "change", "patch": "N", "values": {"treatment": "artificial", "cost_yuan": 90}, "reason": "poor"}
    at.do("propose", "North", FIRST, number="P", changes=[change])
    at.do("adopt", "North", FIRST, proposal="P")
    found = replanned(at.cycle, FIRST + 1)
    assert found.status is PlanStatus.OPTIMAL
    assert audit(found.ledger, found.scenario, found.plan).clean
    planned = starts(found.plan)
    assert {name: planned[name] for name in "ABSC"} == {"A": FIRST, "B": FIRST, "S": FIRST, "C": FIRST + 1}
    assert planned["N"] > FIRST
    city = next(a for a in found.plan.accounts if (a.source, a.vintage) == ("municipal", FIRST))
    assert city.used[FIRST] == 1_420
    assert sum(part.yuan for part in found.plan.commitments if part.patch == "A") == 1_120
    after = at.cycle.with_plan(found.plan)
    assert after.history == at.cycle.history
    assert "N" in {*after.to_apply("North", FIRST + 1), *after.to_apply("North", LAST)}


def test_money_that_arrives_late_moves_what_is_not_issued(in_process: None) -> None:
    """Without carried money C's 200 need 2032's 600; with 500 of them a year late, C moves to 2033 with its 900."""
    base = tiny.ground()
    data = base.scenario.model_dump(mode="json", serialize_as_any=True) | {"carry": {"years": 0}}
    at = Clerk(Cycle.of(Ground(base.ledger, Scenario.model_validate(data), base.plan)), dt.date(FIRST, 1, 10))
    tiny.issued(tiny.issued(at), "South")
    for name, district in (("A", "North"), ("B", "North"), ("S", "South")):
        tiny.worked(at, name, "started", district)
    assert starts(replanned(at.cycle, FIRST + 1).plan)["C"] == FIRST + 1
    at.do("tranche", "", FIRST + 1, remark="late", source="municipal", yuan=500, arrives=LAST)
    found = replanned(at.cycle, FIRST + 1)
    assert starts(found.plan)["C"] == LAST
    budgets = {b.year: b.yuan for b in found.scenario.budgets if b.source == "municipal"}
    assert budgets == {FIRST: 2_000, FIRST + 1: 100, LAST: 900}
    assert audit(found.ledger, found.scenario, found.plan).clean


def test_a_granted_cost_stands_over_what_the_scenario_saw(in_process: None) -> None:
    """The scenario saw A at 1,200, of which 300 for hazards; 1,344 are granted, 336 of them for hazards."""
    base = tiny.ground()
    data = base.scenario.model_dump(mode="json", serialize_as_any=True)
    seen = {"cost_yuan": 1_200, "hazard_removal_yuan": 300, "revegetation_yuan": 900}
    data["overrides"] = [{"patch": "A", "field": name, "value": yuan, "reason": "r"} for name, yuan in seen.items()]
    given = Scenario.model_validate(data)
    picks = [Pick(task.patch, task.option, task.start) for task in base.plan.schedule] if base.plan else []
    plan = as_plan(overridden(base.ledger, given), given, picks)
    at = tiny.issued(tiny.issued(Clerk(Cycle.of(Ground(base.ledger, given, plan)), dt.date(FIRST, 1, 10))), "South")
    for name, district in (("A", "North"), ("B", "North"), ("S", "South")):
        tiny.worked(at, name, "started", district)
    assert at.cycle.works["A"].committed() == {CITY: 1_200}
    at.do("ask_cost", "North", FIRST, "A", remark="rock", money=money({CITY: 1_344}))
    at.do("grant_cost", "North", FIRST, "A")
    found = replanned(at.cycle, FIRST + 1)
    assert sum(part.yuan for part in found.plan.commitments if part.patch == "A") == 1_344
    assert {o.field: o.value for o in found.scenario.overrides} == {
        "cost_yuan": 1_344, "hazard_removal_yuan": 336, "revegetation_yuan": 1_008,
    }  # fmt: skip
    assert found.money == ()


def test_within_a_year_what_is_issued_stays_though_nothing_has_begun(in_process: None) -> None:
    found = replanned(tiny.issued(tiny.clerk()).cycle, FIRST)
    assert {name: start for name, start in starts(found.plan).items() if name in "AB"} == {"A": FIRST, "B": FIRST}
    assert audit(found.ledger, found.scenario, found.plan).clean


def test_a_surplus_is_no_other_projects_money() -> None:
    """A cost 1,000 and took 900: its 100 go back, and 1,000 stay counted as spent by the city, 300 with S's."""
    at = tiny.worked(tiny.issued(tiny.issued(tiny.clerk()), "South"), "A", "accepted")
    tiny.pay(at, "A", 900)
    at.do("close", "North", FIRST, "A", released=money({CITY: 100}))
    spent = {(one.source, one.district, one.year): one.yuan for one in paid_before(at.cycle, FIRST + 1)}
    assert spent == {("municipal", None, FIRST): 1_300, ("district", "North", FIRST): 500}
    assert paid_before(at.cycle, FIRST) == ()


def test_where_budgets_bind_cash_the_payments_count() -> None:
    base = tiny.ground()
    data = base.scenario.model_dump(mode="json", serialize_as_any=True) | {"basis": "cash"}
    at = Clerk(Cycle.of(Ground(base.ledger, Scenario.model_validate(data), base.plan)), dt.date(FIRST, 1, 10))
    tiny.worked(tiny.issued(at), "A", "started")
    tiny.pay(at, "A", 700)
    tiny.pay(at, "B", 90, NORTH)
    spent = {(one.source, one.year): one.yuan for one in paid_before(at.cycle, FIRST + 1)}
    assert spent == {("municipal", FIRST): 700, ("district", FIRST): 90}


def test_the_past_has_to_be_told_before_the_rest_is_planned() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "started")
    assert refused(lambda: replanned(at.cycle, FIRST + 1)) == ["issued_not_begun"]
    at.do("defer", "North", FIRST, "B", remark="land")
    assert ledger_now(at.cycle).by_id["A"].actual_start == dt.date(FIRST, 1, 10)
    none = Cycle.of(Ground(tiny.ledger(), tiny.trial()))
    assert refused(lambda: replanned(none, FIRST)) == ["no_plan"]
