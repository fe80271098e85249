"""Sources of money: whose purses there are, and what a source beside the two budgets may pay for."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from planner.clauses.base import Count, Whole, Year, two_sided
from planner.ledger import Patch, PatchKind, Treatment
from planner.ledger.schema import Kind, Labelled, columns
from planner.scenario.base import Part, named

SOURCE_PATTERN = r"^(municipal|district|central|social|enterprise|user|programme:[^\s:].*)$"
Source = Annotated[str, Field(pattern=SOURCE_PATTERN)]
BASE_SOURCES = ("municipal", "district")
OWN_MONEY = ("enterprise", "user")
"""Whoever pays for their own site: no purse, no account, no budget."""


class WorksPart(Labelled):
    """The kinds of works into which the ledger divides a patch's cost (chapter 4, section 4(1))."""

    HAZARD_REMOVAL = "hazard_removal", "消灾除隐"
    LAND_LEVELLING = "land_levelling", "土地平整"
    REVEGETATION = "revegetation", "植被复绿"
    ROCK_FACE = "rock_face", "裸岩修复"


class FurtherSource(Part):
    """A source beside the municipal and the districts' budgets, and what it may pay for.

    Parameters
    ----------
    source : str
        ``central``, ``programme:<name>`` or ``social``.
    treatments : tuple of Treatment
        Treatments it may fund.
    kinds : tuple of PatchKind
        Kinds of patches it may fund; none named: any.
    districts : tuple of str
        Districts whose patches it may fund; none named: any.
    first_start, last_start : int, optional
        Years in which works that it funds may start, both included.
    hazard_free : bool
        Whether it only funds patches without hazard points.
    require : mapping of str to bool
        Yes/no fields of the ledger and what they must say.
    works : tuple of WorksPart
        The parts of the works it pays for; none named: all of them. A source with parts named needs the patch's cost
        to be divided into parts.
    max_share_percent : int
        Largest part of a patch's whole cost that it may pay.
    max_yuan_per_patch : int, optional
        Most that it may pay for one patch.
    """

    source: Annotated[str, Field(pattern=r"^(central|social|programme:[^\s:].*)$")]
    treatments: tuple[Treatment, ...] = (Treatment.ARTIFICIAL, Treatment.COMPREHENSIVE)
    kinds: tuple[PatchKind, ...] = ()
    districts: tuple[Annotated[str, BeforeValidator(named), Field(min_length=1)], ...] = ()
    first_start: Year | None = None
    last_start: Year | None = None
    hazard_free: bool = False
    require: dict[str, bool] = Field(default_factory=dict)
    works: tuple[WorksPart, ...] = ()
    max_share_percent: Annotated[Whole, Field(ge=1, le=100)] = 100
    max_yuan_per_patch: Count | None = None

    @field_validator("require")
    @classmethod
    def _fields(cls, value: dict[str, bool]) -> dict[str, bool]:
        known = [name for name, column in columns(Patch).items() if column.kind is Kind.YES_NO]
        for name in value:
            if name not in known:
                raise PydanticCustomError("unknown_field", "{name}", {"name": name, "known": known})
        return value

    @model_validator(mode="after")
    def _years(self) -> Self:
        two_sided(self.first_start, self.last_start, "first_start", "last_start")
        return self

    @property
    def fiscal(self) -> bool:
        """Whether it is public money; social capital is not."""
        return self.source != "social"

    @property
    def parts(self) -> tuple[WorksPart, ...]:
        """The parts of the works that it pays for."""
        return self.works or tuple(WorksPart)

    def eligible(self, patch: Patch, treatment: Treatment, start: int) -> bool:
        """Whether it may pay for this treatment of this patch, started in this year."""
        return (
            not patch.by_enterprise
            and treatment in self.treatments
            and (not self.kinds or patch.kind in self.kinds)
            and (not self.districts or patch.district in self.districts)
            and (self.first_start is None or start >= self.first_start)
            and (self.last_start is None or start <= self.last_start)
            and not (self.hazard_free and patch.hazard_points)
            and all(getattr(patch, name) == wanted for name, wanted in self.require.items())
        )
