"""One step of the working year: the format ``shanfu-step/1``."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializeAsAny, ValidationError, field_validator, model_validator

from planner.cycle.kinds import ABOUT_A_PATCH, NEEDS_A_REASON, RETURNS_A_PATCH, Kind, Role
from planner.cycle.payloads import PAYLOADS, Record, Return, WholeYear, Word
from planner.findings import BadInput, Finding

FORMAT = "shanfu-step/1"


class Head(Record):
    """All of a step but what is said about its kind alone."""

    format: Literal["shanfu-step/1"] = "shanfu-step/1"
    kind: Kind
    year: WholeYear
    district: str = ""
    patch: Word | None = None
    author: Annotated[str, Field(min_length=1)]
    role: Role
    at: str
    number: Annotated[str, Field(min_length=1)]
    remark: str = ""

    @field_validator("at")
    @classmethod
    def _a_moment(cls, value: str) -> str:
        if dt.datetime.fromisoformat(value).tzinfo is None:
            raise ValueError("the time needs its offset from UTC, such as +08:00")
        return value


class Step(Head):
    """Something that was done, by whom, when, and under which document.

    Parameters
    ----------
    kind : Kind
    year : int
        Of the task list; for verifying, tracking, checks and changes of the ledger the year they are done in.
    district : str
        Empty for the city's own money (`tranche`).
    patch : str, optional
    author : str
    role : Role
    at : str
        ISO date and time with its offset, as the caller gives it; no clock is read here.
    number : str
        Document number.
    remark : str
        Steps that send back, put off or track say why.
    payload
        The record of `PAYLOADS` for the kind, or its plain data.
    """

    payload: SerializeAsAny[Record]

    @model_validator(mode="before")
    @classmethod
    def _of_its_kind(cls, data: Any) -> Any:
        """The payload as the record of its kind."""
        if not isinstance(data, dict) or data.get("kind") not in [*Kind]:
            return data
        wanted, given = PAYLOADS[Kind(data["kind"])], data.get("payload", {})
        return {**data, "payload": given if isinstance(given, wanted) else wanted.model_validate(given)}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        about_a_patch = self.kind in ABOUT_A_PATCH or (
            isinstance(self.payload, Return) and self.payload.what in RETURNS_A_PATCH
        )
        if about_a_patch != (self.patch is not None):
            raise ValueError("`patch` is wanted by steps about one patch, and by no other")
        if not self.district and self.kind is not Kind.TRANCHE:
            raise ValueError("`district` is wanted by every step but the city's tranche")
        if self.kind in NEEDS_A_REASON and not self.remark.strip():
            raise ValueError("`remark` must say why")
        return self

    @cached_property
    def moment(self) -> dt.datetime:
        """When it was done."""
        return dt.datetime.fromisoformat(self.at)

    @property
    def day(self) -> dt.date:
        """The day on which it was done, where it was done."""
        return self.moment.date()

    def to_dict(self) -> dict[str, Any]:
        """The step as plain JSON data."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: Any, file: str = "", row: int = 0) -> Self:
        """Read a step from plain JSON data.

        Raises
        ------
        BadInput
            With every key or value that is not as the format says, by its path.
        """
        kind = data.get("kind") if isinstance(data, dict) else None
        known = Kind(kind) if isinstance(kind, str) and kind in [*Kind] else None
        faults: list[Finding] = []
        if known is not None:
            try:
                PAYLOADS[known].model_validate(data.get("payload", {}))
            except ValidationError as error:
                faults = [_fault(fault, ("payload",), file, row) for fault in error.errors()]
        try:
            if faults or known is None:  # then the head alone can be looked at
                Head.model_validate(_head(data))
            else:
                return cls.model_validate(data)
        except ValidationError as error:
            raise BadInput([*(_fault(fault, (), file, row) for fault in error.errors()), *faults]) from error
        raise BadInput(faults)


def _head(data: Any) -> Any:
    return {k: v for k, v in data.items() if k != "payload"} if isinstance(data, dict) else data


def _fault(fault: Any, at: tuple[str, ...], file: str, row: int) -> Finding:
    return Finding(
        "cycle.not_a_step", {"message": fault["msg"]}, file=file, row=row,
        column=".".join(map(str, (*at, *fault["loc"]))), value=str(fault.get("input"))[:80],
    )  # fmt: skip
