"""What is refused whatever the state: wrong amounts, other people's patches, wrong order, things done twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from planner.cycle import Cycle, Ground, admit, issue_of
from planner.cycle.rules.care import after_years
from planner.findings import BadInput
from planner.plan import Pick, PlanStatus
from planner.scenario import Scenario
from tests.planner.advice.plans import as_plan
from tests.planner.cycle import tiny
from tests.planner.cycle.clerk import Clerk, evidence, money
from tests.planner.cycle.tiny import CITY, FIRST, LAST, NORTH


def refused(act: Callable[[], Any]) -> list[str]:
    with pytest.raises(BadInput) as caught:
        act()
    for finding in caught.value.findings:
        for lang in ("zh", "en"):
            assert "{" not in finding.wrong(lang) + finding.repair(lang)
    return [finding.id for finding in caught.value.findings]


def started(name: str = "A") -> Clerk:
    return tiny.worked(tiny.issued(tiny.clerk()), name, "started")


def test_no_more_is_paid_than_is_committed_until_a_new_cost_is_granted() -> None:
    at = started()
    tiny.pay(at, "A", 1000)
    assert refused(lambda: tiny.pay(at, "A", 1)) == ["more_than_committed"]
    at.do("ask_cost", "North", FIRST, "A", remark="rock", money=money({CITY: 1120}))
    assert refused(lambda: tiny.pay(at, "A", 1)) == ["more_than_committed"]
    at.do("grant_cost", "North", FIRST, "A")
    assert refused(lambda: tiny.pay(at, "A", 121)) == ["more_than_committed"]
    tiny.pay(at, "A", 120)


def test_money_of_a_purse_that_has_none_in_it_is_not_paid() -> None:
    at = started()
    assert refused(lambda: tiny.pay(at, "A", 1, NORTH)) == ["more_than_committed"]


@pytest.mark.parametrize("yuan", [0, -5, "7", 1.5])
def test_amounts_are_whole_and_above_nothing(yuan: object) -> None:
    at = started()
    act = {"on": at.today.isoformat(), "source": "municipal", "yuan": yuan, "voucher": "V"}
    assert refused(lambda: at.step("pay", "North", FIRST, "A", **act)) == ["not_a_step"]


def test_a_voucher_counts_once_whoever_brings_it() -> None:
    at = started()
    tiny.pay(at, "A", 10, voucher="V1")
    assert refused(lambda: tiny.pay(at, "A", 10, voucher="V1")) == ["voucher_twice"]
    assert refused(lambda: tiny.pay(at, "B", 10, NORTH, voucher="V1")) == ["voucher_twice"]


def test_what_comes_back_was_paid_and_can_be_paid_again() -> None:
    at = started()
    tiny.pay(at, "A", 1000)
    back = {"on": at.today.isoformat(), "source": "municipal", "voucher": "R"}
    assert refused(lambda: at.do("refund", "North", FIRST, "A", yuan=1001, **back)) == ["more_back_than_paid"]
    at.do("refund", "North", FIRST, "A", yuan=400, **back)
    assert at.cycle.works["A"].paid() == {CITY: 600}
    assert refused(lambda: tiny.pay(at, "A", 401)) == ["more_than_committed"]
    tiny.pay(at, "A", 400)


def test_all_that_was_paid_may_come_back() -> None:
    at = started()
    tiny.pay(at, "A", 70)
    back = {"on": at.today.isoformat(), "source": "municipal", "voucher": "R"}
    at.do("refund", "North", FIRST, "A", yuan=70, **back)
    assert at.cycle.works["A"].paid() == {CITY: 0}


def test_a_cost_is_neither_below_what_was_paid_nor_what_it_is() -> None:
    at = started()
    tiny.pay(at, "A", 600)
    ask = lambda yuan: at.do("ask_cost", "North", FIRST, "A", remark="r", money=money({CITY: yuan}))  # noqa: E731
    assert refused(lambda: ask(599)) == ["cost_below_paid"]
    assert refused(lambda: ask(1000)) == ["cost_the_same"]
    ask(600)
    at.back("cost", "North", FIRST, "A", role="leadership")
    ask(700)
    assert refused(lambda: ask(800)) == ["cost_pending"]
    tiny.pay(at, "A", 200)
    assert refused(lambda: at.do("grant_cost", "North", FIRST, "A")) == ["cost_below_paid"]
    at.back("cost", "North", FIRST, "A", role="leadership")
    assert refused(lambda: at.do("grant_cost", "North", FIRST, "A")) == ["no_cost_asked"]
    ask(900)
    at.do("grant_cost", "North", FIRST, "A")
    assert at.cycle.works["A"].committed() == {CITY: 900}


def test_a_cost_may_fall_to_just_what_was_paid() -> None:
    at = started()
    tiny.pay(at, "A", 600)
    at.do("ask_cost", "North", FIRST, "A", remark="r", money=money({CITY: 600}))
    at.do("grant_cost", "North", FIRST, "A")
    assert at.cycle.works["A"].committed() == at.cycle.works["A"].paid() == {CITY: 600}


def test_a_refused_payment_says_by_how_much() -> None:
    at = started()
    tiny.pay(at, "A", 200)
    with pytest.raises(BadInput) as caught:
        tiny.pay(at, "A", 900)
    assert caught.value.findings[0].wrong("zh") == (
        "A：市级财政下达 1,000 元，已付 200 元，再付 900 元将超 100 元，不能支付"
    )


def test_no_more_is_accepted_than_the_task_has() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "finished")
    given = {"on": at.today.isoformat(), "evidence": evidence("A")}
    accept = lambda area, hazards: at.do("accept", "North", FIRST, "A", area_m2=area, hazards=hazards, **given)  # noqa: E731
    assert refused(lambda: accept(10_001, 1)) == ["area_above_task"]
    assert refused(lambda: accept(10_000, 2)) == ["hazards_above_task"]
    assert refused(lambda: accept(10_001, 2)) == ["area_above_task", "hazards_above_task"]
    without = {**given, "evidence": []}
    assert refused(lambda: at.step("accept", "North", FIRST, "A", area_m2=1, hazards=0, **without)) == ["not_a_step"]
    accept(10_000, 1)


def test_an_account_closes_to_the_yuan_or_not_at_all() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "accepted")
    tiny.pay(at, "A", 900)
    close = lambda yuan: at.do("close", "North", FIRST, "A", released=money({CITY: yuan}))  # noqa: E731
    assert refused(lambda: close(99)) == ["not_reconciled"]
    assert refused(lambda: close(101)) == ["not_reconciled"]
    with pytest.raises(BadInput) as caught:
        close(99)
    assert "差 1 元" in caught.value.findings[0].wrong("zh")
    close(100)


def test_a_tracked_patch_and_one_with_a_question_open_stay_open() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "accepted")
    tiny.pay(at, "A", 1000)
    at.do("track", "North", FIRST, "A", remark="late", due=at.today.isoformat())
    at.do("ask_cost", "North", FIRST, "A", remark="r", money=money({CITY: 1010}))
    assert refused(lambda: at.do("close", "North", FIRST, "A")) == ["tracking_open", "cost_pending"]
    assert refused(lambda: at.do("track", "North", FIRST, "A", remark="again", due="2031-12-31")) == ["tracked_already"]
    at.do("resolve", "North", FIRST, "A", remark="done")
    assert refused(lambda: at.do("resolve", "North", FIRST, "A", remark="done")) == ["not_tracked"]
    assert refused(lambda: at.do("track", "North", FIRST, "A", remark="x", due="2031-01-09")) == ["due_before_opened"]


def test_a_district_keeps_to_its_own_patches_and_years() -> None:
    at = tiny.issued(tiny.issued(tiny.clerk()), "South")
    today = at.today.isoformat()
    assert refused(lambda: at.do("start", "South", FIRST, "A", on=today)) == ["other_district"]
    assert refused(lambda: at.do("start", "North", FIRST, "Z", on=today)) == ["unknown_patch"]
    assert refused(lambda: at.do("start", "North", FIRST + 1, "A", on=today)) == ["other_year"]
    assert refused(lambda: at.do("apply", "East", FIRST, tasks=["A"])) == ["unknown_district"]
    assert refused(lambda: at.do("apply", "North", LAST + 1, tasks=["A"])) == ["outside_horizon"]


def test_days_come_in_their_order() -> None:
    at = tiny.issued(tiny.clerk())
    assert refused(lambda: at.do("start", "North", FIRST, "A", on="2031-01-09")) == ["too_early"]
    assert refused(lambda: at.do("start", "North", FIRST, "A", on="2031-01-11")) == ["not_happened_yet"]
    at.wait(dt.date(FIRST + 1, 3, 1))
    assert refused(lambda: at.do("start", "North", FIRST, "A", on="2032-03-01")) == ["start_in_another_year"]
    at.do("start", "North", FIRST, "A", on="2031-05-01")
    assert refused(lambda: at.do("finish", "North", FIRST, "A", on="2031-04-30")) == ["too_early"]
    at.do("finish", "North", FIRST, "A", on="2031-11-30")
    accept = {"on": "2031-11-29", "area_m2": 1, "hazards": 0, "evidence": evidence("A")}
    assert refused(lambda: at.do("accept", "North", FIRST, "A", **accept)) == ["too_early"]
    late = at.step("pay", "North", FIRST, "A", on="2031-01-09", source="municipal", yuan=1, voucher="V")
    assert refused(lambda: at.cycle.then(late)) == ["too_early"]


def test_time_never_runs_back() -> None:
    at = tiny.clerk()
    early = at.step("apply", "South", FIRST, tasks=["S"])
    tiny.applied(at)
    at.do("review", "North", FIRST)
    assert refused(lambda: at.cycle.then(early)) == ["before_the_last"]
    other_zone = at.step("apply", "South", FIRST, tasks=["S"]).model_copy(update={"at": "2031-01-10T01:00:00+00:00"})
    assert at.cycle.then(other_zone)  # 9:00 in Beijing: after the steps of 8:00


def test_the_application_is_the_plans() -> None:
    at = tiny.clerk()
    assert refused(lambda: at.do("apply", "North", FIRST, tasks=["A"])) == ["tasks_differ"]
    assert refused(lambda: at.do("apply", "North", FIRST, tasks=["A", "B", "C"])) == ["tasks_differ"]
    assert refused(lambda: at.do("apply", "North", FIRST, tasks=["A", "A", "B"])) == ["not_a_step"]
    assert refused(lambda: at.do("apply", "South", FIRST + 1, tasks=[])) == ["nothing_to_apply"]
    wish = {"patch": "C", "change": "a year earlier"}
    at.do("apply", "North", FIRST, tasks=["B", "A"], wishes=[wish])
    assert at.cycle.round("North", FIRST).wishes[0].change == "a year earlier"


def test_without_an_audited_plan_nothing_is_applied_for() -> None:
    given = tiny.ground()
    assert given.plan is not None
    impossible = given.plan.with_certificate(status=PlanStatus.IMPOSSIBLE)
    dirty = given.plan.with_certificate(audit=given.plan.certificate.audit.model_copy(update={"clean": False}))
    for plan in (None, impossible, dirty):
        at = Clerk(Cycle.of(Ground(given.ledger, given.scenario, plan)), dt.date(FIRST, 1, 10))
        assert refused(lambda at=at: at.do("apply", "North", FIRST, tasks=["A", "B"])) == ["no_plan"]  # type: ignore[misc]


def test_only_the_plans_figures_are_issued() -> None:
    at = tiny.passed(tiny.clerk())
    right = issue_of(at.cycle, "North", FIRST).model_dump(mode="json")
    assert right["tasks"][0]["money"] == [{"source": "municipal", "district": None, "yuan": 1000}]
    fewer = {**right, "tasks": right["tasks"][:1]}
    assert refused(lambda: at.do("issue", "North", FIRST, **fewer)) == ["tasks_differ"]
    for change in ({"area_m2": 9_999}, {"hazards": 0}, {"finish": FIRST + 1}, {"option": "x"}, {"money": []}):
        wrong = {**right, "tasks": [{**right["tasks"][0], **change}, right["tasks"][1]]}
        assert refused(lambda wrong=wrong: at.do("issue", "North", FIRST, **wrong)) == ["not_the_plans_figures"]  # type: ignore[misc]
    at.do("issue", "North", FIRST, **right)


def test_what_has_begun_or_is_paid_for_stays_issued() -> None:
    at = tiny.issued(tiny.clerk())
    tiny.pay(at, "A", 10)
    assert refused(lambda: at.back("issue", "North", FIRST, role="leadership")) == ["carried_out"]
    assert refused(lambda: at.do("defer", "North", FIRST, "A", remark="r")) == ["paid_already"]
    at.do("defer", "North", FIRST, "B", remark="r")
    assert at.cycle.to_apply("North", FIRST) == ("B",)
    assert [patches for _, patches in at.cycle.round("North", FIRST).issued] == [("A",)]
    at.do("apply", "North", FIRST, tasks=["B"])  # more of the same year, after the first list
    at.do("review", "North", FIRST)
    at.do("issue", "North", FIRST, **issue_of(at.cycle, "North", FIRST).model_dump(mode="json"))
    assert [patches for _, patches in at.cycle.round("North", FIRST).issued] == [("A",), ("B",)]
    at.back("issue", "North", FIRST, role="leadership")  # the second list alone
    assert set(at.cycle.works) == {"A"}


def test_what_is_granted_has_to_be_in_the_purse() -> None:
    """The city has 2,000 in 2031, 1,300 are issued: A's 1,000 may become 1,700, not 1,701; later money helps none."""
    at = tiny.issued(tiny.issued(tiny.clerk()), "South")
    at.do("ask_cost", "North", FIRST, "A", remark="r", money=money({CITY: 1_701}))
    assert refused(lambda: at.do("grant_cost", "North", FIRST, "A")) == ["beyond_budget"]
    with pytest.raises(BadInput) as caught:
        at.do("grant_cost", "North", FIRST, "A")
    assert "short in 2031" in caught.value.findings[0].wrong("en")
    assert "1 yuan short" in caught.value.findings[0].wrong("en")
    at.back("cost", "North", FIRST, "A", role="leadership")
    at.do("ask_cost", "North", FIRST, "A", remark="r", money=money({CITY: 1_700}))
    at.do("grant_cost", "North", FIRST, "A")


def test_a_purse_that_is_short_already_stops_no_grant_that_does_not_worsen_it() -> None:
    """The city has 900 for A's 1,000: B's cost may change, and A's may fall, but not rise."""
    base, history = tiny.ground(), tiny.issued(tiny.clerk()).cycle.history
    poor = base.scenario.model_dump(mode="json", serialize_as_any=True)
    poor["budgets"][0]["yuan"] = 900
    short = replace(base, scenario=Scenario.model_validate(poor))
    for name, purse, yuan, allowed in (("B", NORTH, 600, True), ("A", CITY, 999, True), ("A", CITY, 1_001, False)):
        at = Clerk(Cycle.of(short, history), dt.date(FIRST, 2, 1))
        at.do("ask_cost", "North", FIRST, name, remark="r", money=money({purse: yuan}))
        if allowed:
            at.do("grant_cost", "North", FIRST, name)
        else:
            assert refused(lambda at=at: at.do("grant_cost", "North", FIRST, "A")) == ["beyond_budget"]  # type: ignore[misc]


@pytest.mark.parametrize("change", [{"basis": "cash"}, {"clauses": {"default": "off"}}])
def test_where_no_budget_binds_commitments_none_is_overdrawn(change: dict[str, Any]) -> None:
    base = tiny.ground()
    loose = Scenario.model_validate(base.scenario.model_dump(mode="json", serialize_as_any=True) | change)
    at = tiny.issued(Clerk(Cycle.of(replace(base, scenario=loose)), dt.date(FIRST, 1, 10)))
    at.do("ask_cost", "North", FIRST, "A", remark="r", money=money({CITY: 9_000}))
    at.do("grant_cost", "North", FIRST, "A")
    assert at.cycle.works["A"].committed() == {CITY: 9_000}


def test_a_year_stays_open_until_its_late_money_is_there_and_its_purses_suffice() -> None:
    at = tiny.issued(tiny.clerk())
    for name in ("A", "B"):
        tiny.worked(at, name, "task_closed")
    at.do("tranche", "", FIRST, remark="late", source="municipal", yuan=1_500, arrives=FIRST + 1)
    assert refused(lambda: at.do("close_year", "North", FIRST)) == ["tranche_outstanding"]
    at.wait(dt.date(FIRST + 1, 1, 2))
    poor = tiny.ground().scenario.model_dump(mode="json", serialize_as_any=True)
    poor["budgets"][0]["yuan"] = 1_500
    less = replace(at.cycle.ground, scenario=Scenario.model_validate(poor))
    poor["budgets"][0]["yuan"] = 999
    at.do("close_year", "North", FIRST)
    short = replace(at.cycle.ground, scenario=Scenario.model_validate(poor))
    assert Cycle.of(less, at.cycle.history).round("North", FIRST).state == "closed"
    without = tuple(step for step in at.cycle.history if step.kind != "tranche")
    assert refused(lambda: Cycle.of(short, without)) == ["overdrawn"]


def test_a_plan_that_moves_what_is_issued_is_not_put_in_force() -> None:
    at = tiny.issued(tiny.clerk())
    given = at.cycle.ground
    other = {"A": FIRST, "B": FIRST + 1, "S": FIRST, "C": FIRST + 1}
    plan = as_plan(given.ledger, given.scenario, [Pick(name, "standard", year) for name, year in other.items()])
    assert refused(lambda: at.cycle.with_plan(plan)) == ["plan_moves_issued"]
    kept = as_plan(given.ledger, given.scenario, [Pick(n, "standard", FIRST) for n in "ABC"])
    assert at.cycle.with_plan(kept).to_apply("North", FIRST) == ("C",)


def test_a_year_closes_when_all_of_it_is_closed() -> None:
    at = tiny.issued(tiny.clerk())
    tiny.worked(at, "A", "task_closed")
    assert refused(lambda: at.do("close_year", "North", FIRST)) == ["tasks_left"]
    tiny.worked(at, "B", "task_closed")
    at.do("close_year", "North", FIRST)
    assert refused(lambda: at.back("closing", "North", FIRST, "A", role="leadership")) == ["year_closed"]
    at.back("year", "North", FIRST, role="leadership")
    at.back("closing", "North", FIRST, "A", role="leadership")
    assert refused(lambda: at.do("close_year", "North", FIRST)) == ["tasks_left"]
    assert refused(lambda: at.do("close_year", "North", FIRST + 1)) == ["not_yet", "tasks_not_issued"]


def test_the_last_year_waits_for_the_natural_sites() -> None:
    at = tiny.clerk()
    at.do("close_year", "South", LAST)
    assert refused(lambda: at.do("close_year", "North", LAST)) == ["naturals_left"]
    seen = {"on": at.today.isoformat(), "unit": "u", "person": "p", "result": "good", "evidence": evidence("N")}
    at.do("verify", "North", FIRST, "N", **seen)
    assert refused(lambda: at.do("close_year", "North", LAST)) == ["naturals_left"]
    at.do("close", "North", LAST, "N")
    at.do("close_year", "North", LAST)


def test_a_natural_site_has_no_money_to_release_and_works_none_to_verify() -> None:
    at = tiny.clerk()
    seen = {"on": at.today.isoformat(), "unit": "u", "person": "p", "result": "good", "evidence": evidence("N")}
    assert refused(lambda: at.do("verify", "North", FIRST, "A", **seen)) == ["not_natural"]
    at.do("verify", "North", FIRST, "N", **seen)
    assert refused(lambda: at.do("close", "North", FIRST, "N", released=money({CITY: 1}))) == ["nothing_committed"]


def test_a_late_tranche_is_no_more_than_the_budget_and_comes_later() -> None:
    at = tiny.clerk()
    move = lambda yuan, arrives, number="T": at.do(  # noqa: E731
        "tranche", "", FIRST + 1, remark="late", number=number, source="municipal", yuan=yuan, arrives=arrives
    )
    assert refused(lambda: move(601, LAST)) == ["tranche_above_budget"]
    assert refused(lambda: move(600, FIRST + 1)) == ["arrives_when"]
    assert refused(lambda: move(600, LAST + 1)) == ["arrives_when"]
    move(400, LAST)
    assert refused(lambda: move(100, LAST)) == ["number_twice"]
    assert refused(lambda: move(201, LAST, "T2")) == ["tranche_above_budget"]
    move(200, LAST, "T2")


def test_checks_go_one_by_one_and_stop_at_a_failure() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "accepted")
    check = lambda which, on, result="good": at.do(  # noqa: E731
        "check", "North", at.today.year, "A", on=on, which=which, result=result, evidence=evidence("A")
    )
    at.wait(dt.date(FIRST + 1, 12, 31))
    assert refused(lambda: check(2, "2032-12-31")) == ["not_that_check"]
    check(1, "2032-01-09")
    assert refused(lambda: check(1, "2032-12-31")) == ["not_that_check"]
    assert refused(lambda: check(2, "2032-01-09")) == ["check_too_early"]
    check(2, "2032-01-10", "failed")
    assert refused(lambda: check(3, "2032-12-31")) == ["failed_before"]
    assert refused(lambda: at.back("acceptance", "North", FIRST, "A")) == ["checked_already"]


def test_there_are_as_many_checks_as_the_scenario_has_years_of_aftercare() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "accepted")
    at.wait(dt.date(FIRST + 5, 1, 1))
    for which in (1, 2, 3):
        at.do("check", "North", at.today.year, "A", on="2036-01-01", which=which, result="good",
              evidence=evidence("A"))  # fmt: skip
    fourth = {"on": "2036-01-01", "which": 4, "result": "good", "evidence": evidence("A")}
    assert refused(lambda: at.do("check", "North", at.today.year, "A", **fourth)) == ["not_that_check"]
    with pytest.raises(BadInput) as caught:
        at.do("check", "North", at.today.year, "A", **{**fourth, "which": 6})
    assert caught.value.findings[0].wrong("en") == (
        "A: check 6 is not the one due; the next is 4, of 3; it cannot check the aftercare"
    )


def test_years_after_a_leap_day_end_in_february() -> None:
    assert after_years(dt.date(2032, 2, 29), 1) == dt.date(2033, 2, 28)
    assert after_years(dt.date(2032, 2, 29), 4) == dt.date(2036, 2, 29)


def test_the_past_stands_whatever_plan_is_in_force_now() -> None:
    """2031 was closed with A and B; a later plan that begins C in 2031, too, makes no other history of it."""
    at = tiny.issued(tiny.clerk())
    for name in ("A", "B"):
        tiny.worked(at, name, "task_closed")
    at.do("close_year", "North", FIRST)
    given = at.cycle.ground
    plan = as_plan(given.ledger, given.scenario, [Pick(name, "standard", FIRST) for name in "ABCS"])
    for other in (plan, None):
        again = Cycle.of(replace(given, plan=other), at.cycle.history)
        assert again.rounds == at.cycle.rounds


def test_a_history_that_was_tampered_with_is_refused() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "accepted")
    given, history = at.cycle.ground, at.cycle.history
    assert Cycle.of(given, history) == at.cycle
    for i in range(len(history) - 1):
        assert refused(lambda i=i: Cycle.of(given, history[:i] + history[i + 1 :]))  # type: ignore[misc]
        swapped = (*history[:i], history[i + 1], history[i], *history[i + 2 :])
        assert refused(lambda swapped=swapped: Cycle.of(given, swapped))  # type: ignore[misc]
    assert refused(lambda: Cycle.of(given, (*history, history[-1])))


def test_admit_goes_from_history_to_history() -> None:
    at = tiny.clerk()
    step = at.step("apply", "North", FIRST, tasks=["A", "B"])
    assert admit((), step, tiny.ground()) == (step,)
    assert refused(lambda: admit((step,), step, tiny.ground())) == ["already"]
