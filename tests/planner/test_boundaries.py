"""Clauses at their edges: the year, the yuan and the square metre at which the answer turns, worked out by hand.

Each case is asked twice: of the programme (which assignments it admits) and of the auditor (what it says of a plan).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from planner.audit import audit_body, soft_breaches
from planner.audit.case import Case
from planner.ledger import Ledger, PatchKind, Treatment
from planner.plan import Pick, build_body
from planner.scenario import Scenario
from tests.planner.cases.base import hard, pick
from tests.planner.test_enumeration import feasible_assignments
from tests.planner.worlds import FIRST, LAST, patch, scenario


def allowed(ledger: Ledger, trial: Scenario, *picks: Pick) -> bool:
    """Whether a plan may be; programme and auditor have to say the same."""
    by_programme = tuple(sorted(picks)) in feasible_assignments(ledger, trial)
    by_auditor = audit_body(ledger, trial, build_body(ledger, trial, picks)).clean
    assert by_programme == by_auditor
    return by_programme


def lock(kind: str, year: int | None) -> dict[str, Any]:
    return {"patch": "A", "kind": kind, "year": year, "reason": "test"}


@pytest.mark.parametrize(
    ("kind", "year", "starts"),
    [
        ("not_before", FIRST + 1, {FIRST + 1, LAST}),
        ("not_after", FIRST + 1, {FIRST, FIRST + 1}),
        ("year", FIRST + 1, {FIRST + 1}),
        ("excluded", None, set()),
    ],
)
def test_a_lock_leaves_just_its_years_to_the_start(kind: str, year: int | None, starts: set[int]) -> None:
    """Two-year works, so that start and finish are told apart."""
    ledger = Ledger((patch("A", duration_years=2),))
    trial = scenario(clauses={"locks": hard()}, locks=[lock(kind, year)])
    assert {y for y in range(FIRST, LAST + 1) if allowed(ledger, trial, pick("A", y))} == starts
    assert allowed(ledger, trial) == (kind != "year")


@pytest.mark.parametrize("year", [FIRST, LAST])
def test_a_start_that_is_a_fact_holds_in_every_year_of_the_horizon(year: int) -> None:
    ledger = Ledger((patch("A", actual_start=dt.date(year, 6, 1), duration_years=2),))
    trial = scenario(clauses={"locks": hard()})
    assert {y for y in range(FIRST, LAST + 1) if allowed(ledger, trial, pick("A", y))} == {year}
    assert not allowed(ledger, trial)


@pytest.mark.parametrize("year", [FIRST - 1, LAST + 1])
def test_a_start_outside_the_horizon_binds_nothing_in_it(year: int) -> None:
    ledger = Ledger((patch("A", actual_start=dt.date(year, 6, 1)),))
    trial = scenario(clauses={"locks": hard()})
    assert allowed(ledger, trial)
    assert allowed(ledger, trial, pick("A", FIRST))


def test_a_frozen_year_takes_starts_not_finishes() -> None:
    ledger = Ledger((patch("A", duration_years=2), patch("B")))
    trial = scenario(
        clauses={"locks": hard()}, frozen=[{"year": FIRST + 1, "patches": ["B"], "reason": "approved"}]
    )  # fmt: skip
    assert allowed(ledger, trial, pick("A", FIRST), pick("B", FIRST + 1))
    assert not allowed(ledger, trial, pick("A", FIRST + 1), pick("B", FIRST + 1))
    assert not allowed(ledger, trial, pick("B", FIRST))


@pytest.mark.parametrize(("limit", "kept"), [(110, True), (109, False)])
def test_the_first_task_counts_money_in_prices_of_the_start_year(limit: int, kept: bool) -> None:
    """100 yuan at 10 % a year: 110 in the second year, whenever the works end."""
    ledger = Ledger((patch("A", duration_years=2),))
    money = {"first_year_task": hard(year=FIRST + 1, max_yuan=limit)}
    trial = scenario(clauses=money, price_index={"rate": "0.1"})
    assert allowed(ledger, trial, pick("A", FIRST + 1)) == kept
    least = scenario(clauses={"first_year_task": hard(year=FIRST + 1, min_yuan=limit + 1)}, price_index={"rate": "0.1"})
    assert allowed(ledger, least, pick("A", FIRST + 1)) != kept


@pytest.mark.parametrize("clause", ["completion", "basic_treatment"])
def test_what_is_all_finished_breaks_a_soft_clause_by_nothing(clause: str) -> None:
    treatment = Treatment.ARTIFICIAL if clause == "completion" else Treatment.COMPREHENSIVE
    ledger = Ledger((patch("A", treatment=treatment), patch("B", treatment=treatment, area_m2=1)))
    trial = scenario(clauses={clause: {"mode": "soft"}})

    def breaches(*picks: Pick) -> list[tuple[int, int]]:
        found = soft_breaches(Case(ledger, trial, build_body(ledger, trial, picks)))
        return [(breach.amount, breach.target) for breach in found]

    assert breaches(pick("A", FIRST), pick("B", LAST)) == []
    assert breaches(pick("A", FIRST)) == [(1, 10_001)]


MINE: dict[str, Any] = {"kind": PatchKind.CLOSED_OR_PRODUCING_MINE, "cost_yuan": 0, "duration_years": 2}


@pytest.mark.parametrize(
    ("licence", "by_year", "starts"),
    [
        (None, FIRST + 1, {FIRST, FIRST + 1}),
        (None, None, {FIRST, FIRST + 1, LAST}),
        (dt.date(FIRST, 12, 31), None, {FIRST + 1, LAST}),
        (dt.date(FIRST + 1, 1, 1), None, {LAST}),
        (dt.date(FIRST - 1, 12, 31), FIRST, {FIRST}),
    ],
)
def test_an_enterprise_mine_starts_after_its_licence_and_by_the_year(
    licence: dt.date | None, by_year: int | None, starts: set[int]
) -> None:
    """Two-year works: being under restoration by the year is to have begun, not to have finished."""
    ledger = Ledger((patch("M", licence_until=licence, **MINE),))
    trial = scenario(clauses={"enterprise_mines": hard(by_year=by_year)})
    assert {y for y in range(FIRST, LAST + 1) if allowed(ledger, trial, pick("M", y))} == starts
    assert not allowed(ledger, trial)
    found = audit_body(ledger, trial, build_body(ledger, trial, [pick("M", LAST)])).findings
    late = LAST - (by_year or LAST)
    assert [finding.amount for finding in found] == ([late] if late else [])


def test_an_early_start_of_an_enterprise_mine_is_counted_in_years() -> None:
    ledger = Ledger((patch("M", licence_until=dt.date(FIRST + 1, 12, 31), **MINE),))
    trial = scenario(clauses={"enterprise_mines": hard()})
    found = audit_body(ledger, trial, build_body(ledger, trial, [pick("M", FIRST)])).findings
    assert [(finding.clause, finding.amount, finding.unit) for finding in found] == [("enterprise_mines", 2, "year")]
