"""Every question is asked in one session: its solvers are loaded once, and the caller may keep them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planner import Plan, make_plan
from planner.advice.alternatives import alternatives
from planner.advice.frontier import frontier
from planner.advice.ladder import ladder
from planner.advice.reasons import why
from planner.advice.replan import replan
from planner.advice.robust import robust
from planner.advice.shortfall import shortfall
from planner.advice.worth import worth
from planner.ledger import Ledger
from planner.model import Effort, Session
from planner.scenario import Scenario, with_changes
from solvers import Outcome
from tests.planner.worlds import FIRST, patch, scenario

LEDGER = Ledger((patch("A", cost_yuan=100), patch("B", cost_yuan=60)))
TRIAL = scenario(
    clauses={"completion": "hard", "purse_accounts": "hard"},
    budgets=[{"source": "municipal", "year": FIRST + i, "yuan": yuan} for i, yuan in enumerate((100, 60))],
    goals=[{"name": "waiting"}, {"name": "cost"}],
)
SHORT = with_changes(TRIAL, {"budgets": [{"source": "municipal", "year": FIRST, "yuan": 100}]})
QUICK = Effort(seconds=20)

QUESTIONS: dict[str, Callable[[Plan], object]] = {
    "shortfall": lambda _: shortfall(LEDGER, SHORT, seconds=30),
    "why": lambda plan: why(LEDGER, TRIAL, plan, "B", seconds=20),
    "worth": lambda plan: worth(LEDGER, TRIAL, plan, step_yuan=60, seconds=20),
    "frontier": lambda _: frontier(LEDGER, TRIAL, ["waiting", "cost"], 2, effort=QUICK),
    "alternatives": lambda _: alternatives(LEDGER, TRIAL, 1, 100, effort=QUICK),
    "ladder": lambda _: ladder(LEDGER, TRIAL, ["1", "1.1"], effort=QUICK),
    "robust": lambda _: robust(LEDGER, TRIAL, gamma=0, draws=10, effort=QUICK),
    "replan": lambda plan: replan(LEDGER, TRIAL, plan, FIRST + 1, effort=QUICK, price=1.0),
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """The session of every job, as they come."""
    found: list[Session] = []
    run = Session.run

    def noted(session: Session, job: Any) -> Outcome:
        found.append(session)
        return run(session, job)

    monkeypatch.setattr(Session, "run", noted)
    return found


@pytest.mark.parametrize("question", sorted(QUESTIONS))
def test_a_question_is_asked_in_one_session(question: str, asked: list[Session]) -> None:
    plan = make_plan(LEDGER, TRIAL)
    asked.clear()
    QUESTIONS[question](plan)
    assert len(asked) > 1
    assert len(set(asked)) == 1


def test_the_caller_s_session_is_kept(asked: list[Session]) -> None:
    def two_questions(scenario: Scenario, session: Session) -> None:
        plan = make_plan(LEDGER, scenario, session=session)
        worth(LEDGER, scenario, plan, step_yuan=60, seconds=20, session=session)
        frontier(LEDGER, scenario, ["waiting", "cost"], 2, effort=Effort(seconds=20, session=session))

    with Session() as session:
        two_questions(TRIAL, session)
        assert set(asked) == {session}
        make_plan(LEDGER, TRIAL, session=session)  # it was not closed
