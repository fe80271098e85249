"""What the auditor and the programme say of one plan: they must say the same."""

from __future__ import annotations

from planner.audit import audit_body, soft_breaches
from planner.audit.case import Case
from planner.ledger import Ledger
from planner.model import formulate
from planner.plan import Breach, Pick, build_body
from planner.scenario import Scenario
from tests.planner.test_enumeration import feasible_assignments

Found = list[tuple[str, str, int | float | None, str]]


def judged(ledger: Ledger, scenario: Scenario, picks: tuple[Pick, ...]) -> Found:
    """The findings, by clause, place, amount and unit; the programme admits the plan exactly where there are none."""
    result = audit_body(ledger, scenario, build_body(ledger, scenario, picks))
    assert (tuple(sorted(picks)) in feasible_assignments(ledger, scenario)) == result.clean
    return [(f.clause, f.place, f.amount, f.unit) for f in result.findings]


def breaches(ledger: Ledger, scenario: Scenario, picks: tuple[Pick, ...]) -> tuple[Breach, ...]:
    """How far soft clauses are broken."""
    return soft_breaches(Case(ledger, scenario, build_body(ledger, scenario, picks)))


def rows(ledger: Ledger, scenario: Scenario) -> int:
    """How many rows the clauses add, one row a patch apart."""
    draft = formulate(ledger, scenario).draft
    return len(draft._rows)
