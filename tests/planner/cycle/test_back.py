"""Sending back: what is undone, and what stays as it was."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from planner.cycle import Cycle, Ground, NaturalState, RoundState, WorkState
from planner.ledger import Ledger
from tests.planner.cycle import tiny
from tests.planner.cycle.clerk import Clerk, evidence
from tests.planner.cycle.test_refused import refused
from tests.planner.cycle.tiny import CITY, FIRST

DAY = dt.date(FIRST, 1, 10)


def test_a_task_goes_back_state_by_state_and_loses_only_the_last() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "accepted")
    tiny.pay(at, "A", 900)
    at.do("close", "North", FIRST, "A", released=tiny.money({CITY: 100}))
    closed = at.cycle.works["A"]
    assert (closed.closed, closed.released) == (DAY, {CITY: 100})
    at.back("closing", "North", FIRST, "A", role="leadership")
    assert at.cycle.works["A"] == replace(closed, state=WorkState.ACCEPTED, closed=None, released={})
    at.back("acceptance", "North", FIRST, "A")
    before = at.cycle.works["A"]
    assert (before.state, before.started, before.finished, before.accepted) == (WorkState.FINISHED, DAY, DAY, None)
    assert (before.accepted_m2, before.hazards_removed, before.paid()) == (0, 0, {CITY: 900})
    at.back("works", "North", FIRST, "A")
    before = at.cycle.works["A"]
    assert (before.state, before.started, before.finished) == (WorkState.STARTED, DAY, None)
    at.back("start", "North", FIRST, "A")
    before = at.cycle.works["A"]
    assert (before.state, before.started, before.paid()) == (WorkState.ISSUED, None, {CITY: 900})
    assert at.cycle.works["B"].state is WorkState.ISSUED


def test_applications_sent_back_are_counted_and_issues_are_not() -> None:
    at = tiny.applied(tiny.clerk())
    at.back("application", "North", FIRST)
    at.do("apply", "North", FIRST, tasks=["A", "B"])
    at.do("review", "North", FIRST)
    at.back("review", "North", FIRST, role="leadership")
    assert (at.cycle.round("North", FIRST).state, at.cycle.round("North", FIRST).returned) == (RoundState.RETURNED, 2)
    tiny.issued(at)
    at.back("issue", "North", FIRST, role="leadership")
    found = at.cycle.round("North", FIRST)
    assert (found.state, found.returned, found.tasks, found.issued) == (RoundState.PASSED, 2, ("A", "B"), ())
    assert at.cycle.works == {}


def test_a_closed_year_opens_as_it_was() -> None:
    at = tiny.issued(tiny.clerk())
    for name in ("A", "B"):
        tiny.worked(at, name, "task_closed")
    at.do("close_year", "North", FIRST)
    at.do("close_year", "South", FIRST + 1)  # nothing is planned there
    for district, year, state in (("North", FIRST, RoundState.ISSUED), ("South", FIRST + 1, RoundState.OPEN)):
        at.back("year", district, year, role="leadership")
        assert at.cycle.round(district, year).state is state
        assert at.cycle.round(district, year).returned == 0


def test_one_verification_goes_back_and_the_others_stay() -> None:
    base = tiny.ground()
    rows = (*base.ledger.patches, replace(base.ledger.by_id["N"], patch="N2"))
    at = Clerk(Cycle.of(Ground(Ledger(rows), base.scenario, base.plan)), DAY)
    for name in ("N", "N2"):
        seen = {"on": DAY.isoformat(), "unit": "u", "person": "p", "result": "good", "evidence": evidence(name)}
        at.do("verify", "North", FIRST, name, **seen)
    at.back("verification", "North", FIRST, "N")
    found = {patch.patch: at.cycle.natural_state(patch) for patch in at.cycle.naturals()}
    assert found == {"N": NaturalState.UNVERIFIED, "N2": NaturalState.VERIFIED}


def test_only_what_is_there_goes_back() -> None:
    at = tiny.clerk()
    changes = [{"op": "change", "patch": "C", "values": {"cost_yuan": 210}, "reason": "r"}]
    at.do("propose", "North", FIRST, number="P", changes=changes)
    send = lambda district, number: at.do(  # noqa: E731
        "return", district, FIRST, role="finance", remark="r", what="changes", proposal=number
    )
    assert refused(lambda: send("North", "Q")) == ["no_such_proposal"]
    assert refused(lambda: send("South", "P")) == ["no_such_proposal"]
    send("North", "P")
    assert refused(lambda: send("North", "P")) == ["proposal_not_waiting"]
    assert refused(lambda: at.back("verification", "North", FIRST, "A")) == ["not_verified_here"]
    assert refused(lambda: at.back("verification", "North", FIRST, "N")) == ["not_verified_here"]
