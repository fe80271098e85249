"""A small case by hand: scores, accounts, tracking, checks and targets on days where they turn."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from planner import shipped
from planner.cycle import (
    CheckDue,
    Cycle,
    Ground,
    Score,
    accounts,
    checks_due,
    facts_of,
    overdue,
    progress,
    scorecard,
    total,
)  # fmt: skip
from planner.ledger import load_ledger
from planner.plan import Purse
from planner.scenario import load_scenario
from tests.planner.cycle import tiny
from tests.planner.cycle.clerk import Clerk, evidence, money
from tests.planner.cycle.tiny import CITY, FIRST, NORTH


def day(month: int, number: int, year: int = FIRST) -> dt.date:
    return dt.date(year, month, number)


@pytest.fixture
def story() -> Clerk:
    """A is done in the year for 1,120 instead of 1,000 yuan; B begins and has half its money; S is never begun.

    A: issued 10 Jan, begun 1 Apr, 800 paid on 1 Jun, 120 more granted on 1 Jul, ended 30 Nov, accepted 5 Dec with
    9,500 of 10,000 m² and its hazard; 320 paid on 20 Dec of which 20 come back on 10 Jan: 1,100 paid, 20 released.
    """
    at = tiny.issued(tiny.issued(tiny.clerk()), "South")
    at.wait(day(4, 1))
    at.do("start", "North", FIRST, "A", on="2031-04-01")
    at.do("start", "North", FIRST, "B", on="2031-04-01")
    at.do("track", "North", FIRST, "B", remark="slow", due="2031-10-31")
    at.do("track", "South", FIRST, "S", remark="land not cleared", due="2031-12-31")
    at.wait(day(6, 1))
    tiny.pay(at, "A", 800)
    tiny.pay(at, "B", 250, NORTH)
    at.do("ask_cost", "North", FIRST, "A", remark="rock", money=money({CITY: 1120}))
    at.wait(day(7, 1))
    at.do("grant_cost", "North", FIRST, "A", number="G1")
    at.do("resolve", "North", FIRST, "B", remark="on its way")
    at.wait(day(12, 5))
    at.do("finish", "North", FIRST, "A", on="2031-11-30")
    at.do("accept", "North", FIRST, "A", on="2031-12-05", area_m2=9_500, hazards=1, evidence=evidence("A"))
    at.wait(day(12, 20))
    tiny.pay(at, "A", 320)
    at.wait(day(1, 10, FIRST + 1))
    at.do("refund", "North", FIRST, "A", on="2032-01-10", source="municipal", yuan=20, voucher="R1")
    at.do("close", "North", FIRST, "A", released=money({CITY: 20}))
    return at


def test_scores_by_hand(story: Clerk) -> None:
    north, *_ = (r for r in scorecard(story.cycle, day(12, 31)) if (r.district, r.year) == ("North", FIRST))
    assert north == Score(
        district="North", year=FIRST, tasks=2, started=2, finished=1, accepted=1, closed=0,
        area_planned_m2=30_000, area_started_m2=30_000, area_finished_m2=10_000, area_accepted_m2=9_500,
        hazards_planned=1, hazards_removed=1, yuan_planned=1_500, yuan_committed=1_620, yuan_paid=1_370,
        yuan_released=0, due=1, on_time=1, tracked=1, settled=1, overdue=0,
    )  # fmt: skip
    assert north.execution_rate == Fraction(1370, 1620)
    assert north.on_time_rate == 1
    south = next(r for r in scorecard(story.cycle, day(1, 1, FIRST + 1)) if (r.district, r.year) == ("South", FIRST))
    assert (south.tasks, south.started, south.yuan_planned, south.due, south.on_time) == (1, 0, 300, 1, 0)
    assert (south.tracked, south.settled, south.overdue) == (1, 0, 1)
    assert (south.execution_rate, south.on_time_rate, south.acceptance_rate) == (0, 0, None)


def test_scores_of_an_earlier_day_know_nothing_of_later_ones(story: Clerk) -> None:
    june = next(r for r in scorecard(story.cycle, day(6, 30)) if (r.district, r.year) == ("North", FIRST))
    assert (june.started, june.finished, june.yuan_committed, june.yuan_paid, june.due) == (2, 0, 1_500, 1_050, 0)
    assert (june.area_started_m2, june.area_finished_m2, june.tracked, june.settled) == (30_000, 0, 1, 0)
    later = next(r for r in scorecard(story.cycle, day(1, 10, FIRST + 1)) if (r.district, r.year) == ("North", FIRST))
    assert (later.yuan_paid, later.yuan_released, later.closed) == (1_350, 20, 1)
    assert total(scorecard(story.cycle, dt.date(FIRST, 1, 9))).tasks == 0


def test_sums_of_scores(story: Clerk) -> None:
    rows = scorecard(story.cycle, day(12, 31))
    assert len(rows) == 2 * 3
    assert (total(rows).tasks, total(rows, "South").tasks, total(rows, year=FIRST + 1).tasks) == (3, 1, 0)
    assert total(rows).yuan_planned == 1_800


def test_accounts_by_hand(story: Clerk) -> None:
    city, north = (next(a for a in accounts(story.cycle) if (a.purse, a.year) == (p, FIRST)) for p in (CITY, NORTH))
    assert (city.promised, city.issued, city.changed, city.paid, city.released, city.open) == (
        2_000, 1_300, 120, 1_100, 20, 300,
    )  # fmt: skip
    assert (north.promised, north.issued, north.changed, north.paid, north.released, north.open) == (
        800, 500, 0, 250, 0, 250,
    )  # fmt: skip


def test_late_money_in_the_accounts() -> None:
    """Of 2032's 600 yuan 450 come in 2033, which has 400 of its own: 150 and 850."""
    at = tiny.clerk()
    at.do("tranche", "", FIRST + 1, remark="late", source="municipal", yuan=450, arrives=FIRST + 2)
    city = [one for one in accounts(at.cycle) if one.purse == CITY]
    assert [(one.promised, one.left, one.came, one.budget) for one in city] == [
        (2_000, 0, 0, 2_000), (600, 450, 0, 150), (400, 0, 450, 850),
    ]  # fmt: skip


def test_facts_take_a_refund_off_the_year_it_belongs_to(story: Clerk) -> None:
    """20 yuan came back in 2032 of the 1,120 that were paid in 2031; no year can have paid less than nothing."""
    paid = facts_of(story.cycle).paid
    assert paid == {("A", Purse("municipal", None), FIRST): 1_100, ("B", NORTH, FIRST): 250}


def test_the_overdue_list_on_the_days_where_it_turns(story: Clerk) -> None:
    assert overdue(story.cycle, day(12, 31)) == {}
    late = overdue(story.cycle, day(1, 1, FIRST + 1))
    assert [(one.patch, one.reason, one.due) for one in late["South"]] == [("S", "land not cleared", day(12, 31))]
    assert set(late) == {"South"}


def test_checks_come_due_year_by_year(story: Clerk) -> None:
    """Accepted on 5 December 2031: due on that day of 2032, 2033, 2034; three years are the scenario's setting."""
    first = CheckDue("A", "North", 1, day(12, 5, FIRST + 1))
    assert checks_due(story.cycle, day(12, 4, FIRST + 1)) == ()
    assert checks_due(story.cycle, day(12, 5, FIRST + 1)) == (first,)
    assert [one.number for one in checks_due(story.cycle, day(12, 5, FIRST + 9))] == [1, 2, 3]
    story.wait(day(12, 1, FIRST + 1))
    story.do("check", "North", FIRST + 1, "A", on="2032-12-01", which=1, result="good", evidence=evidence("A1"))
    assert [one.number for one in checks_due(story.cycle, day(12, 5, FIRST + 9))] == [2, 3]


def test_targets_are_the_scenarios_own(story: Clerk) -> None:
    """At least 4 ha and at most 2,000 yuan in the first year; three sites with works of 5 ha are to be finished."""
    rows = {row.target: row for row in progress(story.cycle, day(12, 31))}
    area, cost = rows["first_year_area"], rows["first_year_money"]
    assert (area.least, area.planned, area.actual, area.met) == (40_000, 40_000, 30_000, False)
    assert (cost.most, cost.planned, cost.actual, cost.met) == (2_000, 1_800, 1_920, True)
    assert (rows["hazards"].least, rows["hazards"].actual, rows["hazards"].met) == (1, 1, True)
    done = rows["artificial"]
    assert (done.least, done.planned, done.actual, done.met) == (4, 3, 1, False)
    assert (rows["artificial_area"].least, rows["artificial_area"].actual) == (50_000, 10_000)
    money_row = rows["money"]
    assert (money_row.most, money_row.planned, money_row.actual) == (3_800, 1_920, 1_370)
    assert (rows["natural_verified"].least, rows["natural_verified"].actual) == (1, 0)
    assert rows["acceptance"].actual == 100
    assert rows["execution"].actual == Fraction(100 * 1_370, 1_920)


def test_the_plans_published_targets_come_from_the_shipped_scenario() -> None:
    """434 ha, 7 and 19 hundred million yuan, 43 hazards, 408 sites of artificial restoration, 12 mines."""
    data = shipped.path("data") / "beijing"
    ledger, base = load_ledger(data / "ledger.xlsx"), load_scenario(data / "scenarios" / "base.toml")
    rows = {row.target: row for row in progress(Cycle.of(Ground(ledger, base)), dt.date(2021, 1, 1))}
    assert rows["first_year_area"].least == 4_340_000
    assert rows["first_year_money"].most == 700_000_000
    assert rows["money"].most == 1_900_000_000
    assert rows["hazards"].least == 43
    assert (rows["artificial"].least, rows["enterprise"].least, rows["natural_verified"].least) == (408, 12, 60)
    assert {
        row.actual for name, row in rows.items() if name not in ("acceptance", "execution", "natural_verified")
    } == {0}
