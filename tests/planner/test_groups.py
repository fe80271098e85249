"""Bundles, cross-district mines and enterprise groups: the boundary, the zero case, and every assignment."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from planner.audit import audit_body
from planner.ledger import Ledger, Option, Patch, PatchKind, Treatment
from planner.model import formulate
from planner.plan import Pick, build_body
from planner.scenario import GoalName, Scenario
from tests.planner.cases.base import pick
from tests.planner.test_enumeration import clean_assignments, feasible_assignments
from tests.planner.worlds import FIRST, LAST, patch, scenario

SITE: dict[str, Any] = {"kind": PatchKind.CLOSED_OR_PRODUCING_MINE, "cost_yuan": 0, "enterprise_group": "G1"}


def findings(ledger: Ledger, trial: Scenario, *picks: Pick) -> list[tuple[str, int | float | None, str]]:
    return [(f.place, f.amount, f.unit) for f in audit_body(ledger, trial, build_body(ledger, trial, picks)).findings]


def rows_of(clause: str, ledger: Ledger, trial: Scenario) -> list[str]:
    names = formulate(ledger, trial).problem(GoalName.COST).row_names
    return [name for name in names if name.startswith(clause)]


def starts(*years: int | None) -> list[Pick]:
    return [pick(name, year) for name, year in zip("ABCDE", years, strict=False) if year is not None]


BUNDLED = Ledger((patch("A", bundle="B1"), patch("B", bundle="B1", district="South"), patch("C", bundle="B1")))


@pytest.mark.parametrize(
    ("same_start", "years", "found"),
    [
        (True, (None, None, None), []),
        (True, (FIRST, FIRST, FIRST), []),
        (True, (FIRST, FIRST, LAST), [("B1", 2, "year")]),
        (True, (FIRST, None, FIRST + 1), [("B1", 1, "patches"), ("B1", 1, "year")]),
        (False, (FIRST, FIRST + 1, LAST), []),
        (False, (FIRST, None, None), [("B1", 2, "patches")]),
    ],
)
def test_a_bundle_is_planned_as_one(
    same_start: bool, years: Sequence[int | None], found: list[tuple[str, int, str]]
) -> None:
    trial = scenario(clauses={"bundles": {"same_start": same_start}})
    assert findings(BUNDLED, trial, *starts(*years)) == found
    assert (tuple(starts(*years)) in feasible_assignments(BUNDLED, trial)) == (not found)


def test_any_option_of_a_member_will_do() -> None:
    """B has two options, of which one starts in the first year only: the bundle can start with either."""
    ledger = Ledger(
        (patch("A", bundle="B1"), patch("B", bundle="B1")),
        (Option(patch="B", option="one", cost_yuan=1), Option(patch="B", option="two", cost_yuan=1, last_start=FIRST)),
    )
    trial = scenario(clauses={"bundles": "hard"})
    assert feasible_assignments(ledger, trial) == {
        (),
        (pick("A", FIRST), pick("B", FIRST, "two")),
        *((pick("A", year), pick("B", year, "one")) for year in range(FIRST, LAST + 1)),
    }


@pytest.mark.parametrize(
    ("clause", "fields"),
    [
        ("bundles", [{"bundle": "B1"}, {"bundle": "B2"}]),
        ("bundles", [{"bundle": ""}, {"bundle": ""}]),
        ("bundles", [{"bundle": "B1"}, {"bundle": "B1", "treatment": Treatment.NATURAL}]),
        ("cross_district", [{"responsible_id": "M1"}, {"responsible_id": "M1"}]),
        ("cross_district", [{}, {"district": "South"}]),
        ("cross_district", [{"responsible_id": "M1"},
                            {"responsible_id": "M1", "district": "South", "treatment": Treatment.NATURAL}]),
        ("enterprise_group", [{"enterprise_group": "G1"}, {"enterprise_group": "G1"}]),
        ("enterprise_group", [SITE, {**SITE, "enterprise_group": ""}]),
    ],
)  # fmt: skip
def test_no_group_no_rows_and_no_findings(clause: str, fields: list[dict[str, Any]]) -> None:
    ledger = Ledger(tuple(patch(name, **own) for name, own in zip("AB", fields, strict=True)))
    trial = scenario(clauses={clause: "hard"})
    assert rows_of(clause, ledger, trial) == []
    assert findings(ledger, trial, pick("A", FIRST)) == []


def test_a_mine_in_two_districts_starts_at_one_time() -> None:
    ledger = Ledger(tuple(
        patch(name, responsible_id="M1", district=district)
        for name, district in zip("ABC", ("North", "North", "South"), strict=True)
    ))  # fmt: skip
    trial = scenario(clauses={"cross_district": "hard"})
    assert findings(ledger, trial, *starts(LAST, LAST, LAST)) == []
    assert findings(ledger, trial, *starts(FIRST, FIRST, FIRST + 1)) == [("M1", 1, "year")]
    assert findings(ledger, trial, *starts(FIRST, FIRST, None)) == [("M1", 1, "patches")]
    assert len(feasible_assignments(ledger, trial)) == 1 + 3


def sites(count: int) -> Ledger:
    return Ledger(tuple(patch(name, **SITE) for name in "ABCDE"[:count]))


@pytest.mark.parametrize(
    ("within", "years", "found"),
    [
        (0, (FIRST, FIRST, FIRST), []),
        (0, (FIRST, FIRST, FIRST + 1), [("G1", 1, "year")]),
        (1, (FIRST, FIRST + 1, FIRST + 1), []),
        (1, (FIRST, FIRST + 1, LAST), [("G1", 1, "year")]),
        (2, (FIRST, FIRST + 1, LAST), []),
        (2, (FIRST, FIRST + 1, None), [("G1", 1, "patches")]),
        (0, (None, None, None), []),
    ],
)
def test_an_enterprise_keeps_its_sites_together(
    within: int, years: Sequence[int | None], found: list[tuple[str, int, str]]
) -> None:
    ledger, trial = sites(3), scenario(clauses={"enterprise_group": {"within_years": within}})
    assert findings(ledger, trial, *starts(*years)) == found
    assert (tuple(starts(*years)) in feasible_assignments(ledger, trial)) == (not found)


@pytest.mark.parametrize("within", [0, 1, 2, 3, 4, 9])
def test_the_window_admits_exactly_the_starts_that_are_near_each_other(within: int) -> None:
    """Three sites over five years: every pair at most so far apart, or no site at all."""
    trial = scenario(
        clauses={"enterprise_group": {"within_years": within}}, horizon={"first": FIRST, "last": FIRST + 4}
    )
    ledger = sites(3)
    formulation = formulate(ledger, trial)
    problem = formulation.problem(GoalName.COST)
    matrix = problem.matrix.toarray()
    column = {formulation.choices.pick(row): row for row in range(len(formulation.choices))}
    years = range(FIRST, FIRST + 5)
    for chosen in ((a, b, c) for a in (None, *years) for b in (None, *years) for c in (None, *years)):
        x = problem.lower.copy()
        x[[column[p] for p in starts(*chosen)]] = 1
        activity = matrix @ formulation.settled(x)
        admitted = bool(((activity >= problem.row_lower) & (activity <= problem.row_upper)).all())
        known = [year for year in chosen if year is not None]
        assert admitted == (not known or (len(known) == 3 and max(known) - min(known) <= within)), chosen
        assert admitted == (findings(ledger, trial, *starts(*chosen)) == [])


def test_rows_grow_with_the_sites_and_not_with_their_pairs() -> None:
    trial = scenario(clauses={"enterprise_group": {"within_years": 1}, "bundles": "hard"})
    counts = []
    for size in (100, 200):
        members: list[Patch] = [patch(f"S{i:03}", **SITE) for i in range(size)]
        members += [patch(f"B{i:03}", bundle="B1") for i in range(size)]
        counts.append(len(rows_of("", Ledger(tuple(members)), trial)))
    assert counts[1] < 2.1 * counts[0]


@pytest.mark.parametrize("seed", range(12))
def test_groups_that_overlap(seed: int) -> None:
    """Programme and auditor agree where bundles, mines and enterprises cross."""
    rng = random.Random(f"groups-{seed}")
    rows = []
    for name in "ABCD":
        fields: dict[str, Any] = {
            "bundle": rng.choice(["", "B1", "B1", "B2"]), "responsible_id": rng.choice(["", "M1"]),
            "district": rng.choice(["North", "South"]),
        }  # fmt: skip
        row = patch(name, treatment=rng.choice([Treatment.ARTIFICIAL] * 4 + [Treatment.NATURAL]), **fields)
        rows.append(replace(row, **SITE) if rng.random() < 0.5 else row)
    ledger = Ledger(tuple(rows))
    trial = scenario(
        clauses={
            "bundles": {"same_start": rng.choice([True, False])}, "cross_district": "hard",
            "enterprise_group": {"within_years": rng.choice([0, 1])},
        }
    )  # fmt: skip
    assert clean_assignments(ledger, trial) == feasible_assignments(ledger, trial)
