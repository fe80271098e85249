"""Edits of a plan by hand: what they break and cost, by figures worked out by hand."""

from __future__ import annotations

import pytest

from planner.advice.adjusted import Adjusted, Wanted, adjusted, with_wishes
from planner.advice.glance import glance
from planner.findings import BadInput
from planner.plan import Pick, Plan, PlanStatus, build_body
from planner.scenario import Lock, LockKind, Scenario
from tests.planner.web.folders import certified, small_world
from tests.planner.worlds import FIRST, LAST

# The city's 1,600 of the first year pay P1 (1,000) then and P3 (500) a year later; South's 2,000 pay P2.


def planned(**changes: object) -> tuple[Scenario, Plan]:
    ledger, under = small_world()
    under = under.model_copy(update=changes)
    picks = [Pick("P1", "standard", FIRST), Pick("P2", "standard", FIRST + 1), Pick("P3", "standard", FIRST + 1)]
    return under, certified(ledger, under, build_body(ledger, under, picks), PlanStatus.OPTIMAL)


def asked(*wanted: Wanted, **changes: object) -> Adjusted:
    under, plan = planned(**changes)
    return adjusted(small_world()[0], under, plan, wanted)


def test_what_stays_breaks_nothing_and_costs_nothing() -> None:
    found = asked(Wanted(patch="P1", year=FIRST, reason="r"))
    assert (found.moved, found.broken, found.money, found.goals) == ((), (), (), ())
    assert found.cost_before == found.cost_after == 3_500


def test_a_start_a_year_later_misses_the_first_year_s_task_and_moves_the_money() -> None:
    found = asked(Wanted(patch="P1", year=FIRST + 1, reason="r"))
    (broken,) = found.broken
    assert (broken.clause, broken.place, broken.amount) == ("first_year_task", str(FIRST), 12_000)
    (moved,) = found.moved
    assert (moved.was.start, moved.now.start, moved.now.option) == (FIRST, FIRST + 1, "standard")
    money = {(one.source, one.year): (one.before, one.after, one.overdrawn) for one in found.money}
    assert money == {("municipal", FIRST): (1_000, 0, 0), ("municipal", FIRST + 1): (500, 1_500, 0)}


def test_two_years_later_the_money_has_lapsed_and_the_hazards_stay_too_long() -> None:
    found = asked(Wanted(patch="P1", year=FIRST + 2, reason="r"))
    short = next(one for one in found.broken if one.clause == "purse_accounts")
    assert short.amount == 900  # of 1,000 the 100 of the year before are left
    assert {one.clause for one in found.broken} == {"first_year_task", "hazards", "purse_accounts"}


def test_a_patch_that_is_left_out_is_missed_by_what_requires_it() -> None:
    found = asked(Wanted(patch="P2", excluded=True, reason="r"))
    assert [(one.clause, one.place) for one in found.broken] == [("completion", "P2")]
    assert found.cost_after - found.cost_before == -2_000
    assert found.moved[0].now.start is None


def test_a_lock_is_broken_by_who_moves_against_it_unless_it_is_their_own() -> None:
    lock = Lock(patch="P3", kind=LockKind.YEAR, year=FIRST + 1, reason="city")
    wish = Wanted(patch="P3", year=LAST, reason="r")
    under, plan = planned(locks=(lock,), clauses=small_with_locks())
    ledger = small_world()[0]
    given = adjusted(ledger, under, plan, [wish], given=[lock])
    assert "locks" in {one.clause for one in given.broken}
    assert "locks" not in {one.clause for one in adjusted(ledger, under, plan, [wish]).broken}
    kept = with_wishes(ledger, under, [wish])
    assert [(one.patch, one.year, one.reason) for one in kept.locks] == [("P3", LAST, "r")]
    with pytest.raises(BadInput):
        with_wishes(ledger, under, [wish], given=[lock])
    assert with_wishes(ledger, under, [Wanted(patch="P3")]).locks == ()


def small_with_locks() -> dict[str, object]:
    _, under = small_world()
    locked = under.model_dump(mode="json", serialize_as_any=True)
    locked["clauses"]["locks"] = {"mode": "hard"}
    clauses: dict[str, object] = Scenario.model_validate(locked).clauses
    return clauses


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ([Wanted(patch="P9", year=FIRST, reason="r")], "advice_questions.no_patch"),
        ([Wanted(patch="P1", option="other", reason="r")], "advice_adjusted.no_option"),
        ([Wanted(patch="P1", year=FIRST, reason="r")] * 2, "advice_adjusted.twice"),
    ],
)
def test_what_the_ledger_does_not_have_is_refused(wanted: list[Wanted], key: str) -> None:
    with pytest.raises(BadInput) as refused:
        asked(*wanted)
    assert {finding.key for finding in refused.value.findings} == {key}


def test_a_wish_becomes_a_lock_only_with_its_reason() -> None:
    ledger, under = small_world()
    with pytest.raises(BadInput) as refused:
        with_wishes(ledger, under, [Wanted(patch="P1", year=FIRST, reason=" ")])
    assert [finding.key for finding in refused.value.findings] == ["advice_adjusted.no_reason"]
    locked = with_wishes(ledger, under, [Wanted(patch="P1", year=FIRST, option="standard", reason="r")])
    assert [(lock.kind, lock.year, lock.option) for lock in locked.locks] == [
        (LockKind.YEAR, FIRST, None), (LockKind.OPTION, None, "standard"),
    ]  # fmt: skip
    assert locked.clause("locks").on


def test_at_a_glance_a_patch_says_its_years_and_what_requires_it() -> None:
    ledger, under = small_world()
    lock = Lock(patch="P2", kind=LockKind.NOT_BEFORE, year=FIRST + 1, reason="r")
    locked = with_locks(under, lock)
    found = glance(ledger, locked)
    assert found["P2"].years[FIRST] == ("locks",)
    assert found["P2"].open_years[0] == FIRST + 1
    assert found["P2"].locks == (lock,)
    assert found["P1"].required == ("completion",)
    assert (found["P1"].tier, found["P1"].hazard_points, found["P1"].begun) == (1, 2, None)
    assert set(glance(ledger, locked, district="North")) == {"P1", "P4"}


def with_locks(under: Scenario, *locks: Lock) -> Scenario:
    return under.model_copy(update={"locks": locks, "clauses": small_with_locks()})
