"""Steps of the working year as they are kept: which right each asks for, who takes it, what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from planner.cycle import RETURNED_BY, WHO_MAY, Cycle, Ground, Kind, Returned, Step
from planner.cycle import Role as StepRole
from planner.findings import BadInput, Finding
from planner.service.kept import open_kept
from planner.service.people import Person, Role
from planner.service.rights import Action, NotAllowed
from planner.service.said import check_names, check_notes
from planner.store import Reading, Store, Writing, append, series, version

SERIES = "working_year"
BEGIN, IN_FORCE = "begin", "in_force"  # beside the steps: which plan the years are worked by

ACTION_OF: Mapping[Kind, Action] = {
    Kind.APPLY: Action.APPLY,
    Kind.REVIEW: Action.REVIEW,
    Kind.ISSUE: Action.ISSUE,
    Kind.DEFER: Action.ISSUE,
    Kind.CLOSE_YEAR: Action.CLOSE,
    Kind.TRANCHE: Action.CLOSE,
    Kind.START: Action.CARRY_OUT,
    Kind.FINISH: Action.CARRY_OUT,
    Kind.PAY: Action.PAY,
    Kind.REFUND: Action.PAY,
    Kind.ASK_COST: Action.CARRY_OUT,
    Kind.GRANT_COST: Action.ISSUE,
    Kind.ACCEPT: Action.ACCEPT,
    Kind.CLOSE: Action.CLOSE,
    Kind.VERIFY: Action.CARRY_OUT,
    Kind.TRACK: Action.TRACK,
    Kind.RESOLVE: Action.TRACK,
    Kind.CHECK: Action.CARRY_OUT,
    Kind.PROPOSE: Action.PROPOSE,
    Kind.ADOPT: Action.DECIDE,
    Kind.RETURN: Action.SEND_BACK,
}
"""The right that each kind of step asks for."""


class Cycles:
    """What the working year has come to, folded on from where it was last looked at."""

    def __init__(self) -> None:
        self._last: tuple[int, Cycle] | None = None

    def at_store(self, store: Store) -> Cycle:
        """The state after all records of a store."""
        with store.reading() as tx:
            return self.at(tx)

    def at(self, tx: Reading) -> Cycle:
        """The state after all records.

        Raises
        ------
        BadInput
            The years have not begun.
        """
        number, cycle = self._last or (0, None)
        for record in series(tx, SERIES, after=number):
            number = record.number
            if record.kind == BEGIN:
                began = open_kept(tx, version(tx, int(record.payload["plan"])))
                cycle = Cycle(Ground(began.ledger, began.scenario, began.plan))
            elif cycle is None:
                break
            elif record.kind == IN_FORCE:
                plan = open_kept(tx, version(tx, int(record.payload["plan"]))).plan
                cycle = replace(cycle, ground=replace(cycle.ground, plan=plan))
            else:
                cycle = cycle.after((Step.from_dict(record.payload),))
        if cycle is None:
            raise BadInput([Finding("service.years_not_begun", {})])
        self._last = (number, cycle)
        return cycle


def district_of(cycle: Cycle, patch: str) -> str:
    """Whose a patch is; nobody's where there is none of that name."""
    return next((found.district for found in cycle.register.patches if found.patch == patch), "")


def _role_of(person: Person, kind: Kind, payload: Mapping[str, Any]) -> StepRole:
    """As what the person takes the step.

    Raises
    ------
    NotAllowed
    """
    may = WHO_MAY[kind]
    if kind is Kind.RETURN and payload.get("what") in [*Returned]:
        may = may & RETURNED_BY[Returned(payload["what"])]
    for role in sorted(may):
        if Role(str(role)) in person.roles:
            return role
    raise NotAllowed([Finding("service.not_your_step", {"name": person.name or person.subject})])


def step_of(
    person: Person,
    kind: Kind,
    year: int,
    district: str,
    patch: str | None,
    *,
    at: str,
    number: str,
    remark: str,
    payload: Mapping[str, Any],
) -> Step:
    """The step as this person takes it.

    Raises
    ------
    NotAllowed
        The person has no role that takes it.
    BadInput
        It is no step, or its number or remark cannot be kept.
    """
    check_names(number=number)
    check_notes(remark=remark)
    return Step.from_dict(
        {
            "format": "shanfu-step/1", "kind": str(kind), "year": year, "district": district, "patch": patch,
            "author": person.name or person.subject, "role": str(_role_of(person, kind, payload)), "at": at,
            "number": number, "remark": remark, "payload": dict(payload),
        }
    )  # fmt: skip


def keep_step(tx: Writing, step: Step) -> None:
    """Keep a step that was admitted."""
    append(tx, SERIES, str(step.kind), step.to_dict(), district=step.district)
