"""The parts of a scenario: horizon, purses and budgets, prices, goals, locks, frozen years, overrides."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from planner.clauses.base import Count, Whole, Year
from planner.ledger import Option, Patch
from planner.ledger.schema import columns
from planner.scenario.base import Part, named
from planner.scenario.sources import BASE_SOURCES, OWN_MONEY, Source

Yuan = Count


def _plain(value: object) -> object:
    """A numpy value as Python's own, so that it can be written down."""
    return value.item() if isinstance(value, np.generic) else value


class Basis(StrEnum):
    """Which series the budgets bind."""

    COMMITMENTS = "commitments"
    CASH = "cash"


class PlanMode(StrEnum):
    """Whether everything must be done, or as much as the money allows."""

    COMPLETE = "complete"
    RATIONED = "rationed"


class GoalName(StrEnum):
    """What can be optimised."""

    WAITING_FOCAL = "waiting_focal"
    WAITING_TIER_1 = "waiting_tier_1"
    WAITING_TIERS_2_3 = "waiting_tiers_2_3"
    WAITING = "waiting"
    COST = "cost"
    BENEFIT = "benefit"
    AREA = "area"
    TIER_AREA = "tier_area"
    EVENNESS = "evenness"
    SCATTERED = "scattered"
    MOVES = "moves"
    WAITING_ARABLE = "waiting_arable"
    WAITING_CORRIDORS = "waiting_corridors"
    AVOIDABLE_WORKS = "avoidable_works"
    CASH_FLOW_MONEY = "cash_flow_money"
    SOFT = "soft"

    @property
    def maximised(self) -> bool:
        """Whether more of it is better."""
        return self in (GoalName.BENEFIT, GoalName.AREA, GoalName.TIER_AREA)


class Horizon(Part):
    """The years that are planned, both included."""

    first: Year
    last: Year

    @model_validator(mode="after")
    def _order(self) -> Self:
        if self.first > self.last:
            raise PydanticCustomError("horizon_order", "{first} > {last}", {"first": self.first, "last": self.last})
        return self

    @property
    def years(self) -> range:
        """Every year of the horizon."""
        return range(self.first, self.last + 1)


class Budget(Part):
    """Money of one purse and one year (a vintage), in whole yuan; `district` None is the city."""

    source: Source
    district: Annotated[str | None, BeforeValidator(named)] = None
    year: Year
    yuan: Yuan

    @model_validator(mode="after")
    def _district_money_has_a_district(self) -> Self:
        if self.source == "district" and not self.district:
            raise PydanticCustomError("district_missing", "source = district")
        if self.source in OWN_MONEY:
            raise PydanticCustomError(f"{self.source}_budget", "source = {source}", {"source": self.source})
        return self


class Carry(Part):
    """How long a vintage lives after its own year, and whether its money stays with its project."""

    years: Annotated[Whole, Field(ge=0, le=50)] = 0
    scope: Literal["purse", "patch"] = "purse"


class Absorb(Part):
    """Who takes over missing money first, where any is missing: the same answer on every run.

    Parameters
    ----------
    sources : tuple of str
        In this order; a source that is not named comes after them, in alphabetical order.
    districts : tuple of str
        The order of the districts' purses of one source; those not named come after them, in the ledger's order.
        The city's own purse comes before any district's.
    years : {"late_first", "early_first"}
        In which years of a purse the money is missing rather.
    """

    sources: tuple[Source, ...] = BASE_SOURCES
    districts: tuple[str, ...] = ()
    years: Literal["late_first", "early_first"] = "late_first"


class PriceIndex(Part):
    """Yearly growth of prices: cost in year y is cost × (1 + rate)^(y − base_year), half up to the yuan."""

    rate: Annotated[Decimal, Field(gt=-1, lt=1)] = Decimal(0)
    base_year: Year | None = None


class Durations(Part):
    """Years of work where the ledger is silent: one below the threshold, else two."""

    one_year_below_m2: Annotated[Whole, Field(ge=0)] = 30_000


class Holding(Part):
    """What sites cost beside their works: reported, part of the goal ``cost``, in the purses only if charged.

    Parameters
    ----------
    cover_yuan_per_hectare_year : int
        Temporary cover of a site that waits for its works.
    enclosure_yuan_per_hectare_year : int
        Enclosure of a site left to natural recovery.
    aftercare_yuan_per_hectare_year : int
        Upkeep of a restored site, in each of the `aftercare_years` after its works.
    aftercare_years : int
    mobilisation_yuan : int
        Setting up in a township, once for each year in which any works start there.
    """

    cover_yuan_per_hectare_year: Yuan = 0
    enclosure_yuan_per_hectare_year: Yuan = 0
    aftercare_yuan_per_hectare_year: Yuan = 0
    aftercare_years: Annotated[Whole, Field(ge=0, le=50)] = 3
    mobilisation_yuan: Yuan = 0


class FailedRecovery(Part):
    """What becomes of a natural patch that was verified (``verified_on``) and found poor (``recovery``).

    Parameters
    ----------
    to_artificial : bool
        Whether it is seen as artificial restoration; its cost is the ledger's where that is above 0, else reckoned
        with the rates below, half up to the yuan.
    mine_yuan_per_hectare, rock_face_yuan_per_hectare : int
        Rates by the kind of patch. Like the next one, a default of ours: 115 and 240 (10k yuan), times 1.1, which
        brings the synthetic ledger's costs to the plan's total.
    hazard_point_yuan : int
        For each hazard point on it: 260 (10k yuan), times 1.1.
    """

    to_artificial: bool = True
    mine_yuan_per_hectare: Yuan = 1_265_000
    rock_face_yuan_per_hectare: Yuan = 2_640_000
    hazard_point_yuan: Yuan = 2_860_000


class TierWeights(Part):
    """What a hectare of each tier counts in the goal ``tier_area``."""

    tier_1: Count = 4
    tier_2: Count = 2
    tier_3: Count = 1

    def of(self, tier: int) -> int:
        """The weight of a tier."""
        return (self.tier_1, self.tier_2, self.tier_3)[tier - 1]


class ScoreWeights(Part):
    """Weights of the three factor scores; they sum to 100."""

    bottom_line: Annotated[Whole, Field(ge=0, le=100)] = 40
    resident_impact: Annotated[Whole, Field(ge=0, le=100)] = 30
    landscape_damage: Annotated[Whole, Field(ge=0, le=100)] = 30

    @model_validator(mode="after")
    def _sum(self) -> Self:
        total = self.bottom_line + self.resident_impact + self.landscape_damage
        if total != 100:
            raise PydanticCustomError("weights_sum", "{total}", {"total": total})
        return self


class Goal(Part):
    """One goal of the lexicographic order.

    Parameters
    ----------
    name : GoalName
    tolerance : float
        How much of its value may be given up for the goals after it: 0.001 is 0.1 %.
    at_most, at_least : Decimal, optional
        A limit that every plan keeps, in the goal's own unit: `at_most` on a goal of which less is better, `at_least`
        on one of which more is (clause `goal_limits`).
    """

    name: GoalName
    tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.0
    at_most: Decimal | None = None
    at_least: Decimal | None = None

    @property
    def limit(self) -> Decimal | None:
        """The limit, whichever side it is on."""
        return self.at_least if self.name.maximised else self.at_most


class LockKind(StrEnum):
    """What a lock says about a patch's start."""

    YEAR = "year"
    NOT_BEFORE = "not_before"
    NOT_AFTER = "not_after"
    BY = "by"
    EXCLUDED = "excluded"
    OPTION = "option"


class Lock(Part):
    """A patch that is fixed or limited beforehand, with the reason; `option` belongs to the kind of that name."""

    patch: Annotated[str, Field(min_length=1)]
    kind: LockKind
    year: Year | None = None
    option: Annotated[str | None, BeforeValidator(named)] = None
    reason: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _year_where_needed(self) -> Self:
        if (self.kind in (LockKind.EXCLUDED, LockKind.OPTION)) != (self.year is None):
            raise PydanticCustomError("lock_year", "{kind}", {"kind": str(self.kind)})
        if (self.kind is LockKind.OPTION) != (self.option is not None):
            raise PydanticCustomError("lock_option", "{kind}", {"kind": str(self.kind)})
        return self


class FrozenYear(Part):
    """A year whose task list is approved: exactly these patches start in it."""

    year: Year
    patches: tuple[str, ...]
    reason: Annotated[str, Field(min_length=1)]


class Override(Part):
    """A field of a patch, or of one of its options, that this scenario sees differently; the ledger stays as it is."""

    patch: Annotated[str, Field(min_length=1)]
    option: Annotated[str | None, BeforeValidator(named)] = None
    field: str
    value: Annotated[Any, BeforeValidator(_plain)]
    reason: Annotated[str, Field(min_length=1)]

    @field_validator("field")
    @classmethod
    def _known(cls, value: str, info: ValidationInfo) -> str:
        row_type = Option if info.data.get("option") else Patch
        known = [name for name in columns(row_type) if name not in ("patch", "option")]
        if value not in known:
            raise PydanticCustomError("unknown_field", "{name}", {"name": value, "known": known})
        return value


DurationKey = Annotated[str, Field(pattern=r"^[1-9]\d*$")]
Weight = Annotated[Whole, Field(ge=0)]


def standard_profiles() -> dict[str, tuple[int, ...]]:
    """Payments of one-year and two-year works: progress payments of 80 % or more, retention of 3 % or less."""
    return {"1": (80, 17, 0, 3), "2": (45, 40, 12, 3)}
