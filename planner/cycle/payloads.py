"""What a step carries beside its head: one record for each kind. Money in whole yuan, areas in whole m²."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from planner.cycle.kinds import Kind, Returned
from planner.plan import Purse
from planner.scenario.sources import Source

Amount = Annotated[int, Field(ge=0, strict=True)]
Positive = Annotated[int, Field(gt=0, strict=True)]


def _day(value: object) -> object:
    """A day is written ``YYYY-MM-DD``: pydantic would also take seconds since 1970."""
    if isinstance(value, str):
        return dt.date.fromisoformat(value)
    if type(value) is not dt.date:
        raise ValueError("a day is written YYYY-MM-DD")
    return value


Day = Annotated[dt.date, BeforeValidator(_day)]
WholeYear = Annotated[int, Field(ge=1900, le=2999, strict=True)]
Word = Annotated[str, Field(min_length=1)]


class Record(BaseModel):
    """A part of a step: frozen, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Record):
    """No more than the head."""


class Evidence(Record):
    """A file or photo that proves something: its name, and the SHA-256 of its content."""

    name: Word
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def _some(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """At least one; a length limit would also speak up where the only one is faulty."""
    if not value:
        raise ValueError("at least one is wanted")
    return value


Proof = Annotated[tuple[Evidence, ...], AfterValidator(_some)]


class Money(Record):
    """An amount of one purse; `district` None is the city's."""

    source: Source
    district: str | None = None
    yuan: Amount

    @property
    def purse(self) -> Purse:
        """Whose money."""
        return Purse(self.source, self.district)


def by_purse(parts: tuple[Money, ...]) -> dict[Purse, int]:
    """Yuan by purse, purses without any left out."""
    sums: dict[Purse, int] = {}
    for part in parts:
        sums[part.purse] = sums.get(part.purse, 0) + part.yuan
    return {purse: yuan for purse, yuan in sums.items() if yuan}


def money_of(sums: Mapping[Purse, int]) -> tuple[Money, ...]:
    """The same as parts of a step, in the order of the purses' names."""
    ordered = sorted(sums.items(), key=lambda item: item[0].text)
    return tuple(Money(source=p.source, district=p.district, yuan=yuan) for p, yuan in ordered if yuan)


class Wish(Record):
    """A change of the plan that a district asks for with its application; the city answers it by planning again."""

    patch: Word
    change: Word


class Application(Record):
    """The tasks that a district applies for: those the plan gives it in the year and that are not issued yet."""

    tasks: tuple[Word, ...]
    wishes: tuple[Wish, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len(set(self.tasks)) < len(self.tasks):
            raise ValueError("a patch stands twice among the tasks")
        return self


class IssuedTask(Record):
    """A task as it is frozen.

    Parameters
    ----------
    option : str
    finish : int
        Last year of the works as planned.
    area_m2 : int
        What may be accepted at most.
    counted : bool
        Whether the area counts as the government's task (an enterprise's own site does not).
    hazards : int
    money : tuple of Money
        What is committed to it, by purse.
    """

    patch: Word
    option: Word
    finish: WholeYear
    area_m2: Amount
    counted: bool = True
    hazards: Amount = 0
    money: tuple[Money, ...] = ()


class Issue(Record):
    """What is issued to a district for a year, and the digest of the plan it comes from."""

    plan: Word
    tasks: tuple[IssuedTask, ...]


class Tranche(Record):
    """Money of a purse and year that arrives in a later year; the step's year is the one it was promised for."""

    source: Source
    yuan: Positive
    arrives: WholeYear


class On(Record):
    """The day on which it happened."""

    on: Day


class Payment(Record):
    """A payment, or with `refund` of one that came back; `voucher` is unique among payments."""

    on: Day
    source: Source
    purse_district: str | None = None
    yuan: Positive
    voucher: Word

    @property
    def purse(self) -> Purse:
        """Who paid."""
        return Purse(self.source, self.purse_district)


class Costs(Record):
    """What a task is to cost from now on, whole, by purse."""

    money: tuple[Money, ...]


class Acceptance(Record):
    """What was accepted, and what proves it."""

    on: Day
    area_m2: Amount
    hazards: Amount
    evidence: Proof


class Closing(Record):
    """What is given back to the purses: committed = paid + released, to the yuan."""

    released: tuple[Money, ...] = ()


class Verification(Record):
    """A natural site looked at in the field."""

    on: Day
    unit: Word
    person: Word
    result: Literal["vegetated", "good", "poor"]
    evidence: Proof


class Tracking(Record):
    """Until when a tracked matter is to be settled."""

    due: Day


class AfterCheck(Record):
    """A yearly check after acceptance: which of them, and how the site is."""

    on: Day
    which: Positive
    result: Literal["good", "failed"]
    evidence: Proof


class LedgerChange(Record):
    """One patch's change in the yearly review of the ledger.

    Parameters
    ----------
    op : {"add", "change", "remove", "reopen"}
        ``reopen``: `patch` is a new id for what has to be done again on `reopens`, a site that failed its check.
    values : dict
        Fields of `Patch` by their English names, as a ledger's frame takes them.
    reason : str
    """

    op: Literal["add", "change", "remove", "reopen"]
    patch: Word
    values: dict[str, Any] = Field(default_factory=dict)
    option: str | None = None
    reopens: str | None = None
    reason: Word
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.op == "reopen") != (self.reopens is not None):
            raise ValueError("`reopens` belongs to op = reopen")
        if (self.op == "remove") == bool(self.values):
            raise ValueError("`values` belong to every op but remove")
        if self.option is not None and self.op != "change":
            raise ValueError("`option` belongs to op = change")
        return self


class ChangeSet(Record):
    """A district's changes of one yearly review (年度现状核查), reviewed and adopted as a whole."""

    changes: Annotated[tuple[LedgerChange, ...], AfterValidator(_some)]


class Adoption(Record):
    """The document number of the change set that is adopted."""

    proposal: Word


class Return(Record):
    """What is sent back; a change set by its document number. The remark says why."""

    what: Returned
    proposal: str | None = None

    @model_validator(mode="after")
    def _which(self) -> Self:
        if (self.what is Returned.CHANGES) != (self.proposal is not None):
            raise ValueError("`proposal` belongs to what = changes")
        return self


PAYLOADS: Mapping[Kind, type[Record]] = MappingProxyType(
    {
        Kind.APPLY: Application,
        Kind.REVIEW: Nothing,
        Kind.ISSUE: Issue,
        Kind.DEFER: Nothing,
        Kind.CLOSE_YEAR: Nothing,
        Kind.TRANCHE: Tranche,
        Kind.START: On,
        Kind.FINISH: On,
        Kind.PAY: Payment,
        Kind.REFUND: Payment,
        Kind.ASK_COST: Costs,
        Kind.GRANT_COST: Nothing,
        Kind.ACCEPT: Acceptance,
        Kind.CLOSE: Closing,
        Kind.VERIFY: Verification,
        Kind.TRACK: Tracking,
        Kind.RESOLVE: Nothing,
        Kind.CHECK: AfterCheck,
        Kind.PROPOSE: ChangeSet,
        Kind.ADOPT: Adoption,
        Kind.RETURN: Return,
    }
)
