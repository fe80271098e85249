"""Every kind of step in every state by every role: admitted where the hand-written table says so, refused elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from planner.cycle import (
    PAYLOADS,
    RETURNED_BY,
    WHO_MAY,
    Cycle,
    Kind,
    NaturalState,
    Returned,
    Role,
    RoundState,
    Step,
    WorkState,
    issue_of,
)
from planner.findings import BadInput
from planner.texts import text
from tests.planner.cycle import tiny
from tests.planner.cycle.clerk import Clerk, evidence
from tests.planner.cycle.tiny import FIRST

ROLES = ("finance", "district", "leadership", "administrator")

ROUND_STATES: dict[str, Callable[[], Clerk]] = {}
WORK_STATES: dict[str, Callable[[], Clerk]] = {}
NATURAL_STATES: dict[str, Callable[[], Clerk]] = {}


def _rounds() -> None:
    def returned() -> Clerk:
        at = tiny.applied(tiny.clerk())
        at.back("application", "North", FIRST)
        return at

    def closed() -> Clerk:
        at = tiny.issued(tiny.clerk())
        for name in ("A", "B"):
            tiny.worked(at, name, "task_closed")
        at.do("close_year", "North", FIRST)
        return at

    def ready() -> Clerk:
        at = tiny.issued(tiny.clerk())
        for name in ("A", "B"):
            tiny.worked(at, name, "task_closed")
        return at

    ROUND_STATES.update(
        open=tiny.clerk, applied=lambda: tiny.applied(tiny.clerk()), returned=returned,
        passed=lambda: tiny.passed(tiny.clerk()), issued=lambda: tiny.issued(tiny.clerk()), done=ready, closed=closed,
    )  # fmt: skip


def _works() -> None:
    WORK_STATES["not_issued"] = tiny.clerk
    WORK_STATES["task_issued"] = lambda: tiny.issued(tiny.clerk())
    for state in ("started", "finished", "accepted", "task_closed"):
        WORK_STATES[state] = lambda state=state: tiny.worked(tiny.issued(tiny.clerk()), "A", state)  # type: ignore[misc]

    def paid() -> Clerk:
        at = tiny.worked(tiny.issued(tiny.clerk()), "A", "accepted")
        tiny.pay(at, "A", 1000)
        return at

    def asked() -> Clerk:
        at = tiny.worked(tiny.issued(tiny.clerk()), "A", "started")
        at.do("ask_cost", "North", FIRST, "A", remark="harder rock", money=tiny.money({tiny.CITY: 1120}))
        return at

    WORK_STATES["paid"], WORK_STATES["asked"] = paid, asked


def _verify(at: Clerk, result: str) -> Clerk:
    at.do("verify", "North", FIRST, "N", on=at.today.isoformat(), unit="u", person="p", result=result,
          evidence=evidence("N"))  # fmt: skip
    return at


def _naturals() -> None:
    def closed() -> Clerk:
        at = _verify(tiny.clerk(), "good")
        at.do("close", "North", FIRST, "N")
        return at

    NATURAL_STATES.update(
        unverified=tiny.clerk, verified=lambda: _verify(tiny.clerk(), "good"),
        failed=lambda: _verify(tiny.clerk(), "poor"), natural_closed=closed,
    )  # fmt: skip


_rounds()
_works()
_naturals()

# What is allowed, by hand: kind → who, and in which of the states above.
ROUND: dict[str, tuple[set[str], set[str]]] = {
    "apply": ({"district"}, {"open", "returned"}),
    "review": ({"finance"}, {"applied"}),
    "issue": ({"leadership"}, {"passed"}),
    "close_year": ({"finance"}, {"done"}),
    "return application": ({"finance"}, {"applied"}),
    "return review": ({"leadership"}, {"passed"}),
    "return issue": ({"leadership"}, {"issued"}),
    "return year": ({"leadership"}, {"closed"}),
}
WORK: dict[str, tuple[set[str], set[str]]] = {
    "defer": ({"leadership"}, {"task_issued"}),
    "start": ({"district"}, {"task_issued"}),
    "finish": ({"district"}, {"started", "asked"}),
    "accept": ({"finance"}, {"finished"}),
    "close": ({"finance"}, {"paid"}),
    "pay": ({"district", "finance"}, {"task_issued", "started", "finished", "accepted", "asked"}),
    "refund": ({"district", "finance"}, {"paid"}),
    "ask_cost": ({"district"}, {"task_issued", "started", "finished", "accepted", "paid"}),
    "grant_cost": ({"leadership"}, {"asked"}),
    "check": ({"district"}, {"accepted", "task_closed", "paid"}),
    "return start": ({"finance"}, {"started", "asked"}),
    "return works": ({"finance"}, {"finished"}),
    "return acceptance": ({"finance"}, {"accepted", "paid"}),
    "return closing": ({"leadership"}, {"task_closed"}),
    "return cost": ({"leadership"}, {"asked"}),
}
NATURAL: dict[str, tuple[set[str], set[str]]] = {
    "verify": ({"district"}, {"unverified"}),
    "close": ({"finance"}, {"verified"}),
    "propose": ({"district"}, {"failed"}),
    "return verification": ({"finance"}, {"verified", "failed"}),
    "return closing": ({"leadership"}, {"natural_closed"}),
}


EXPECTED = {
    "not_yet", "already", "not_to_return", "tasks_left", "carried_out", "not_reconciled", "cost_pending",
    "no_cost_asked", "more_back_than_paid", "not_that_check", "not_verified_here", "paid_already", "tasks_not_issued",
    "nothing_to_apply", "more_than_committed",
}  # fmt: skip
STATES = [str(state) for states in (RoundState, WorkState, NaturalState) for state in states]


def payload(at: Clerk, kind: str) -> dict[str, Any]:
    day = at.today.isoformat()
    match kind:
        case "apply":
            return {"tasks": ["A", "B"]}
        case "issue":
            if at.cycle.round("North", FIRST).tasks:
                return issue_of(at.cycle, "North", FIRST).model_dump(mode="json")
            return {"plan": "x", "tasks": []}
        case "start" | "finish":
            return {"on": day}
        case "accept":
            return {"on": day, "area_m2": 10_000, "hazards": 1, "evidence": evidence("A")}
        case "pay" | "refund":
            return {"on": day, "source": "municipal", "yuan": 10, "voucher": "V"}
        case "ask_cost":
            return {"money": tiny.money({tiny.CITY: 1100})}
        case "verify":
            return {"on": day, "unit": "u", "person": "p", "result": "good", "evidence": evidence("N")}
        case "check":
            return {"on": day, "which": 1, "result": "good", "evidence": evidence("A")}
        case "propose":
            values = {"treatment": "artificial", "cost_yuan": 90}
            return {"changes": [{"op": "change", "patch": "N", "values": values, "reason": "failed"}]}
    return {"what": kind.split()[1]} if kind.startswith("return") else {}


def attempt(at: Clerk, kind: str, role: str, patch: str | None) -> Step:
    name = None if kind.split()[0] in ("propose",) else patch
    return at.step(kind.split()[0], "North", FIRST, name, role=role, remark="because", **payload(at, kind))


def cells() -> Iterator[Any]:
    tables = ((ROUND, ROUND_STATES, None), (WORK, WORK_STATES, "A"), (NATURAL, NATURAL_STATES, "N"))
    for table, states, patch in tables:
        for kind, (who, where) in table.items():
            for state in states:
                for role in ROLES:
                    yield pytest.param(
                        states[state], kind, role, patch, role in who, state in where, id=f"{kind}-{state}-{role}"
                    )


@pytest.mark.parametrize(("make", "kind", "role", "patch", "right_role", "right_state"), list(cells()))
def test_a_step_is_admitted_just_where_the_table_says(
    make: Callable[[], Clerk], kind: str, role: str, patch: str | None, right_role: bool, right_state: bool
) -> None:
    at = make()
    step = attempt(at, kind, role, patch)
    before = at.cycle
    if right_role and right_state:
        after = before.then(step)
        assert after.history == (*before.history, step)
        assert Cycle.of(before.ground, after.history) == after
        return
    with pytest.raises(BadInput) as refused:
        before.then(step)
    ids = [finding.id for finding in refused.value.findings]
    for finding in refused.value.findings:
        for lang in ("zh", "en"):
            assert finding.wrong(lang)
            assert finding.repair(lang)
    if not right_role:
        first = refused.value.findings[0]
        assert first.id == "wrong_role"
        for lang in ("zh", "en"):
            assert text(f"cycle.role_{role}", lang) in first.wrong(lang)
            assert text(f"cycle.kind_{kind.split()[0]}", lang) in first.wrong(lang)
    elif kind not in ("propose",):
        assert set(ids) <= EXPECTED, ids
        for finding in refused.value.findings:
            if finding.id in ("not_yet", "already", "not_to_return"):
                assert any(text(f"cycle.state_{word}", "zh") in finding.wrong("zh") for word in STATES)
    assert before.history == at.cycle.history


def test_every_kind_is_in_a_table() -> None:
    """The kinds without a state of their own have tests of their own: money, tracking, adopting."""
    named = {kind.split()[0] for table in (ROUND, WORK, NATURAL) for kind in table}
    assert {str(kind) for kind in Kind} - named == {"tranche", "track", "resolve", "adopt"}
    assert set(WHO_MAY) == set(PAYLOADS) == set(Kind)
    sent_back = {kind.split()[1] for table in (ROUND, WORK, NATURAL) for kind in table if " " in kind}
    assert {str(what) for what in Returned} - sent_back == {"changes"}
    assert all(Role.ADMINISTRATOR not in who for who in (*WHO_MAY.values(), *RETURNED_BY.values()))


def test_a_refusal_names_state_step_and_who_comes_first() -> None:
    at = tiny.applied(tiny.clerk())
    step = at.step("issue", "North", FIRST, plan="x", tasks=[])
    with pytest.raises(BadInput) as refused:
        at.cycle.then(step)
    (finding,) = refused.value.findings
    assert finding.wrong("zh") == "North2031年度现为“已申报，待审核”，还不能下达"
    assert finding.repair("zh") == "先由市级财政办理“审核通过”；“下达”由市领导办理"
    assert finding.wrong("en") == "North 2031 is 'applied for, waiting for review'; it is too early to issue"
    assert finding.repair("en") == (
        "first, the city's finance and review must pass the review; to issue is for the leadership"
    )
