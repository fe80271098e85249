"""Each clause stands in its three rooms, is told in two languages, and is held to the smallest step."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from planner.audit import audit_body
from planner.clauses import Mode, Settings, clauses
from planner.model import formulate
from planner.plan import Body, build_body
from planner.scenario import GoalName
from tests.planner.cases import CASES, ClauseCase
from tests.planner.test_enumeration import feasible_assignments

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[2]
NAMES = sorted(clauses())


def body_of(case: ClauseCase, *, broken: bool) -> Body:
    return build_body(case.ledger, case.scenario, case.broken if broken else case.kept)


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_stands_in_three_rooms_and_has_its_tests_and_words(name: str) -> None:
    clause = clauses()[name]
    assert callable(importlib.import_module(f"planner.model.bind.{name}").bind)
    assert callable(importlib.import_module(f"planner.audit.{name}").check)
    assert name in CASES, "a violating plan is missing"
    assert (GOLDEN / f"{name}.lp").exists(), "a golden small model is missing"
    for words in (clause.title, clause.meaning, clause.citation):
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
        assert not re.search(r"[\u4e00-\u9fff]", words.en)
        assert words.en.strip()
    assert clause.formula
    assert issubclass(clause.settings, Settings)
    assert Mode.HARD in clause.modes
    assert clause.default_mode in clause.modes
    assert f"`{name}`" in (ROOT / "docs" / "clauses.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("room", ["model/bind", "audit"])
def test_no_room_has_a_clause_that_is_not_declared(room: str) -> None:
    module = {"model/bind": "bind", "audit": "check"}[room]
    for file in (ROOT / "planner" / room).glob("*.py"):
        loaded = importlib.import_module(f"planner.{room.replace('/', '.')}.{file.stem}")
        if not file.stem.startswith("_") and inspect.isfunction(getattr(loaded, module, None)):
            assert file.stem in clauses()


@pytest.mark.parametrize("name", NAMES)
def test_the_small_model_reads_as_it_was_agreed(name: str) -> None:
    case = CASES[name]
    text = formulate(case.ledger, case.scenario).problem(GoalName.COST).lp()
    assert text.strip() == (GOLDEN / f"{name}.lp").read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("name", NAMES)
def test_no_false_alarm(name: str) -> None:
    case = CASES[name]
    assert audit_body(case.ledger, case.scenario, body_of(case, broken=False)).clean
    assert tuple(sorted(case.kept)) in feasible_assignments(case.ledger, case.scenario)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "payer"])
def test_the_smallest_step_is_refused_by_name_place_and_amount(name: str) -> None:
    case = CASES[name]
    result = audit_body(case.ledger, case.scenario, body_of(case, broken=True))
    found = [(f.clause, f.place, f.amount, f.unit) for f in result.findings]
    assert (name, case.place, case.amount, case.unit) in found
    assert tuple(sorted(case.broken)) not in feasible_assignments(case.ledger, case.scenario)


@pytest.mark.parametrize("name", [name for name in NAMES if CASES[name].stricter])
def test_one_unit_less_in_the_scenario_is_refused(name: str) -> None:
    case = CASES[name]
    assert case.stricter is not None
    result = audit_body(case.ledger, case.stricter, build_body(case.ledger, case.stricter, case.kept))
    assert [(f.clause, f.amount) for f in result.findings] == [(name, 1)]
    assert tuple(sorted(case.kept)) not in feasible_assignments(case.ledger, case.stricter)


@pytest.mark.parametrize("name", [name for name in NAMES if Mode.OFF in clauses()[name].modes])
def test_a_clause_that_is_off_says_nothing(name: str) -> None:
    case = CASES[name]
    relaxed = case.scenario.model_copy(
        update={"clauses": {**case.scenario.clauses, name: clauses()[name].settings(mode=Mode.OFF)}}
    )
    assert audit_body(case.ledger, relaxed, build_body(case.ledger, relaxed, case.broken)).clean
    assert tuple(sorted(case.broken)) in feasible_assignments(case.ledger, relaxed)


def test_a_yuan_moved_between_payers_is_refused() -> None:
    """101 yuan at 50 %: 51 municipal (the remainders tie at a half and the first is served), 25 and 25."""
    case = CASES["payer"]
    body = body_of(case, broken=False)
    paid = {(c.source, c.district): c.yuan for c in body.commitments}
    assert paid == {("municipal", None): 51, ("district", "North"): 25, ("district", "South"): 25}
    moved = tuple(
        c.model_copy(update={"yuan": c.yuan + {"municipal": 1, "district": -1}[c.source]})
        if c.district != "South" else c
        for c in body.commitments
    )  # fmt: skip
    result = audit_body(case.ledger, case.scenario, body.model_copy(update={"commitments": moved}))
    assert ("payer", case.place, 1, "yuan") in [(f.clause, f.place, f.amount, f.unit) for f in result.findings]
