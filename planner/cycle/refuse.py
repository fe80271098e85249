"""Refusals: the present state, what was asked, what must come first, and who may do it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from planner.cycle.kinds import RETURNED_BY, WHO_MAY, Kind, Returned, Role
from planner.cycle.state import Cycle, NaturalState, RoundState, WorkState
from planner.cycle.step import Step
from planner.findings import Finding
from planner.plan import Plan, Purse
from planner.texts import Language, text
from planner.units import decimal_text


@dataclass(frozen=True, slots=True)
class Say:
    """One or several entries of the catalogue, said in the language of the sentence around them."""

    keys: tuple[str, ...]
    values: tuple[tuple[str, Any], ...] = ()

    def in_(self, lang: Language) -> str:
        """The words."""
        return text("cycle.or", lang).join(text(key, lang, **dict(self.values)) for key in self.keys)


@dataclass(frozen=True, slots=True)
class PurseName:
    """A purse as the plan's tables name it."""

    purse: Purse

    def in_(self, lang: Language) -> str:
        """The words."""
        kind, _, name = self.purse.source.partition(":")
        words = text(f"office.source_{kind}", lang, name=name)
        return (" " if lang == "en" else "").join(part for part in (self.purse.district, words) if part)


class Refusal(Finding):
    """A step that is not admitted."""

    def wrong(self, lang: Language = "zh") -> str:
        """What is wrong, in words."""
        return text(self.key, lang, **self._said(lang))

    def repair(self, lang: Language = "zh") -> str:
        """What must come first, in words."""
        return text(f"{self.key}_repair", lang, **self._said(lang))

    def _said(self, lang: Language) -> dict[str, Any]:
        said = {name: v.in_(lang) if isinstance(v, Say | PurseName) else v for name, v in self.values.items()}
        return {"value": self.value, "column": self.column, **said}


def kind_word(kind: Kind) -> Say:
    """A kind of step in words."""
    return Say((f"cycle.kind_{kind}",))


def roles_word(roles: Iterable[Role]) -> Say:
    """Who, in words."""
    return Say(tuple(f"cycle.role_{role}" for role in Role if role in set(roles)))


def state_word(state: StrEnum) -> Say:
    """A state in words."""
    return Say((f"cycle.state_{state}",))


def yuan(amount: int) -> str:
    """An amount of money, exactly."""
    return decimal_text(amount, 1)


def refusal(step: Step, key: str, value: str | None = None, **values: Any) -> Refusal:
    """A refusal of a step; `asked`, `place` and `who` are known to every sentence."""
    year = Say(("cycle.place_year",), (("district", step.district), ("year", step.year)))
    known = {"asked": kind_word(step.kind), "place": step.patch or year}
    return Refusal(
        f"cycle.{key}", {**known, "who": roles_word(WHO_MAY[step.kind]), **values}, column=str(step.kind),
        value=step.patch or step.district if value is None else value,
    )  # fmt: skip


NEXT: dict[StrEnum, Kind] = {
    RoundState.OPEN: Kind.APPLY,
    RoundState.APPLIED: Kind.REVIEW,
    RoundState.RETURNED: Kind.APPLY,
    RoundState.PASSED: Kind.ISSUE,
    RoundState.ISSUED: Kind.CLOSE_YEAR,
    WorkState.NOT_ISSUED: Kind.ISSUE,
    WorkState.ISSUED: Kind.START,
    WorkState.STARTED: Kind.FINISH,
    WorkState.FINISHED: Kind.ACCEPT,
    WorkState.ACCEPTED: Kind.CLOSE,
    NaturalState.UNVERIFIED: Kind.VERIFY,
    NaturalState.VERIFIED: Kind.CLOSE,
    NaturalState.FAILED: Kind.PROPOSE,
}
"""The step that leads on from a state."""

UNDONE_BY: dict[StrEnum, Returned] = {
    RoundState.APPLIED: Returned.APPLICATION,
    RoundState.PASSED: Returned.REVIEW,
    RoundState.ISSUED: Returned.ISSUE,
    RoundState.CLOSED: Returned.YEAR,
    WorkState.STARTED: Returned.START,
    WorkState.FINISHED: Returned.WORKS,
    WorkState.ACCEPTED: Returned.ACCEPTANCE,
    WorkState.CLOSED: Returned.CLOSING,
    NaturalState.VERIFIED: Returned.VERIFICATION,
    NaturalState.FAILED: Returned.VERIFICATION,
    NaturalState.CLOSED: Returned.CLOSING,
}
"""What is sent back to leave a state backwards."""


def in_state(step: Step, state: StrEnum, allowed: Iterable[StrEnum]) -> list[Refusal]:
    """Nothing where the state allows the step; else whether it is too early, or was done already."""
    wanted = list(allowed)
    if state in wanted:
        return []
    order = list(type(state))
    if order.index(state) < min(order.index(one) for one in wanted):
        first = NEXT[state]
        return [
            refusal(
                step, "not_yet", state=state_word(state), first=kind_word(first), who_first=roles_word(WHO_MAY[first])
            )
        ]
    back = UNDONE_BY[state]
    return [
        refusal(
            step, "already", state=state_word(state), back=Say((f"cycle.back_{back}",)),
            who_back=roles_word(RETURNED_BY[back]),
        )
    ]  # fmt: skip


def plan_refused(cycle: Cycle, plan: Plan) -> list[Refusal]:
    """What keeps a plan from being put in force: issued tasks stay in their year, treated as they were issued."""
    planned = {task.patch: (task.start, task.option) for task in plan.schedule}
    moved = sorted(p for p, work in cycle.works.items() if planned.get(p) != (work.year, work.task.option))
    values = {"count": len(moved), "items": ", ".join(moved[:5])}
    return [Refusal("cycle.plan_moves_issued", values, column="plan", value=moved[0])] if moved else []
