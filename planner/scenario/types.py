"""What we want to try: money, rules, wishes and locks, as one checked document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from numbers import Integral
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from planner.clauses import Clause, Mode, Settings, clauses
from planner.ledger import Patch, Treatment
from planner.ledger.schema import Kind, columns
from planner.scenario.faults import bad_scenario


def _whole(value: object) -> object:
    """Let any whole number through as an int (data frames bring numpy's and floats); nothing else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    return value


Whole = Annotated[StrictInt, BeforeValidator(_whole)]
Year = Annotated[Whole, Field(ge=1000, le=9999)]
Yuan = Annotated[Whole, Field(ge=0)]
SOURCE_PATTERN = r"^(municipal|district|central|social|enterprise|programme:[^\s:].*)$"
Source = Annotated[str, Field(pattern=SOURCE_PATTERN)]
BASE_SOURCES = ("municipal", "district")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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
    SOFT = "soft"


class Horizon(_Part):
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


class Budget(_Part):
    """Money of one purse and one year (a vintage), in whole yuan; `district` None is the city."""

    source: Source
    district: str | None = None
    year: Year
    yuan: Yuan

    @model_validator(mode="after")
    def _district_money_has_a_district(self) -> Self:
        if self.source == "district" and not self.district:
            raise PydanticCustomError("district_missing", "source = district")
        if self.source == "enterprise":
            raise PydanticCustomError("enterprise_budget", "source = enterprise")
        return self


class Carry(_Part):
    """How long a vintage lives after its own year, and whether its money stays with its project."""

    years: Annotated[Whole, Field(ge=0, le=50)] = 0
    scope: Literal["purse", "patch"] = "purse"


class FurtherSource(_Part):
    """A source beside the municipal and the districts' budgets, and what it may pay for.

    Parameters
    ----------
    source : str
        ``central``, ``programme:<name>`` or ``social``.
    treatments : tuple of Treatment
        Treatments it may fund.
    require : mapping of str to bool
        Yes/no fields of the ledger and what they must say.
    max_share_percent : int
        Largest part of a patch's cost that it may pay.
    """

    source: Annotated[str, Field(pattern=r"^(central|social|programme:[^\s:].*)$")]
    treatments: tuple[Treatment, ...] = (Treatment.ARTIFICIAL, Treatment.COMPREHENSIVE)
    require: dict[str, bool] = Field(default_factory=dict)
    max_share_percent: Annotated[Whole, Field(ge=1, le=100)] = 100

    @field_validator("require")
    @classmethod
    def _fields(cls, value: dict[str, bool]) -> dict[str, bool]:
        known = [name for name, column in columns(Patch).items() if column.kind is Kind.YES_NO]
        for name in value:
            if name not in known:
                raise PydanticCustomError("unknown_field", "{name}", {"name": name, "known": known})
        return value

    def eligible(self, patch: Patch, treatment: Treatment) -> bool:
        """Whether it may pay for this treatment of this patch."""
        return (
            not patch.by_enterprise
            and treatment in self.treatments
            and all(getattr(patch, name) == wanted for name, wanted in self.require.items())
        )


class PriceIndex(_Part):
    """Yearly growth of prices: cost in year y is cost × (1 + rate)^(y − base_year), half up to the yuan."""

    rate: Annotated[Decimal, Field(gt=-1, lt=1)] = Decimal(0)
    base_year: Year | None = None


class Durations(_Part):
    """Years of work where the ledger is silent: one below the threshold, else two."""

    one_year_below_m2: Annotated[Whole, Field(ge=0)] = 30_000


class Holding(_Part):
    """Costs of waiting, outside the purses: reported, and part of the goal ``cost``."""

    cover_yuan_per_hectare_year: Yuan = 0


class ScoreWeights(_Part):
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


class Goal(_Part):
    """One goal of the lexicographic order.

    Parameters
    ----------
    name : GoalName
    tolerance : float
        How much of its value may be given up for the goals after it: 0.001 is 0.1 %.
    """

    name: GoalName
    tolerance: Annotated[float, Field(ge=0, lt=1)] = 0.0


class LockKind(StrEnum):
    """What a lock says about a patch's start."""

    YEAR = "year"
    NOT_BEFORE = "not_before"
    NOT_AFTER = "not_after"
    EXCLUDED = "excluded"


class Lock(_Part):
    """A patch that is fixed or limited beforehand, with the reason."""

    patch: Annotated[str, Field(min_length=1)]
    kind: LockKind
    year: Year | None = None
    reason: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _year_where_needed(self) -> Self:
        if (self.kind is LockKind.EXCLUDED) != (self.year is None):
            raise PydanticCustomError("lock_year", "{kind}", {"kind": str(self.kind)})
        return self


class FrozenYear(_Part):
    """A year whose task list is approved: exactly these patches start in it."""

    year: Year
    patches: tuple[str, ...]
    reason: Annotated[str, Field(min_length=1)]


class Override(_Part):
    """A field of a patch that this scenario sees differently; the ledger stays as it is."""

    patch: Annotated[str, Field(min_length=1)]
    field: str
    value: Any
    reason: Annotated[str, Field(min_length=1)]

    @field_validator("field")
    @classmethod
    def _known(cls, value: str) -> str:
        known = [name for name in columns(Patch) if name != "patch"]
        if value not in known:
            raise PydanticCustomError("unknown_field", "{name}", {"name": value, "known": known})
        return value


def _unsaid_mode(clause: Clause, default: str | None, *, named: bool) -> Mode:
    """The mode of a clause that gives none: to name a clause is to want it."""
    if named:
        return Mode.HARD if clause.default_mode is Mode.OFF else clause.default_mode
    wanted = clause.default_mode if default is None else Mode(default)
    return wanted if wanted in clause.modes else clause.default_mode


DurationKey = Annotated[str, Field(pattern=r"^[1-9]\d*$")]
Weight = Annotated[Whole, Field(ge=0)]


def _standard_profiles() -> dict[str, tuple[int, ...]]:
    """Payments of one-year and two-year works: progress payments of 80 % or more, retention of 3 % or less."""
    return {"1": (80, 17, 0, 3), "2": (45, 40, 12, 3)}


def _settings(value: object) -> dict[str, Settings]:
    """The settings of every clause, from ``{default, <id>: {mode, …}}``."""
    if not isinstance(value, Mapping):
        raise PydanticCustomError("clauses_table", "{kind}", {"kind": type(value).__name__})
    given = dict(value)
    default = given.pop("default", None)
    if isinstance(default, Mapping):
        default = default.get("mode")
    if default is not None and default not in list(Mode):
        raise PydanticCustomError("clause_default", "{given}", {"given": str(default), "known": [str(m) for m in Mode]})
    known = clauses()
    for name in given:
        if name not in known:
            raise PydanticCustomError("unknown_clause", "{name}", {"name": name, "known": list(known)})
    return {name: _clause_settings(name, clause, given.get(name), default) for name, clause in known.items()}


def _clause_settings(name: str, clause: Clause, given: object, default: str | None) -> Settings:
    if isinstance(given, Settings):
        return given
    if isinstance(given, str):
        given = {"mode": given}
    values: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {}
    if "mode" not in values:
        values["mode"] = _unsaid_mode(clause, default, named=given is not None)
    if values["mode"] not in clause.modes:
        raise PydanticCustomError(
            "clause_mode",
            "{name}.mode = {given}",
            {"name": name, "given": str(values["mode"]), "known": [str(mode) for mode in clause.modes]},
        )
    try:
        return clause.settings.model_validate(values)
    except ValidationError as error:
        raise PydanticCustomError("clause_settings", "{name}", {"name": name, "errors": error.errors()}) from error


class Scenario(BaseModel):
    """One way to spend and to plan. Make one with `model_validate` or `load_scenario`.

    See ``docs/api.md`` for every key with its unit and default.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = "scenario"
    title: dict[Literal["zh", "en"], str] = Field(default_factory=dict)
    note: dict[Literal["zh", "en"], str] = Field(default_factory=dict)
    expected: Literal["plan", "impossible"] = "plan"
    data_nature: str = ""
    horizon: Horizon
    mode: PlanMode = PlanMode.COMPLETE
    basis: Basis = Basis.COMMITMENTS
    budgets: tuple[Budget, ...] = ()
    sources: tuple[FurtherSource, ...] = ()
    carry: Carry = Carry()
    cash_profile: dict[DurationKey, tuple[Weight, ...]] = Field(default_factory=_standard_profiles)
    price_index: PriceIndex = PriceIndex()
    durations: Durations = Durations()
    holding: Holding = Holding()
    score_weights: ScoreWeights = ScoreWeights()
    clauses: dict[str, Any] = Field(default_factory=dict, validate_default=True)
    goals: tuple[Goal, ...] = ()
    locks: tuple[Lock, ...] = ()
    frozen: tuple[FrozenYear, ...] = ()
    overrides: tuple[Override, ...] = ()

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Check a scenario given as plain data.

        Raises
        ------
        BadInput
            With every fault: the key's path, the value, what is wrong and the likely repair.
        """
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise bad_scenario(error, cls) from error

    @model_validator(mode="before")
    @classmethod
    def _locks_bind(cls, data: Any) -> Any:
        """Whoever gives locks wants them kept, whatever the default of the clauses, unless `locks` itself is off."""
        if not isinstance(data, Mapping) or not (data.get("locks") or data.get("frozen")):
            return data
        given = data.get("clauses", {})
        if not isinstance(given, Mapping) or "locks" in given:
            return data
        return {**data, "clauses": {**given, "locks": {"mode": Mode.HARD}}}

    @field_validator("clauses", mode="before")
    @classmethod
    def _clauses(cls, value: object) -> dict[str, Settings]:
        return _settings(value)

    @field_validator("cash_profile")
    @classmethod
    def _profiles(cls, value: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        for years, weights in value.items():
            if not sum(weights):
                raise PydanticCustomError("empty_profile", "{years}", {"years": years})
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        from planner.scenario.checks import contradictions

        faults = contradictions(self)
        if faults:
            raise PydanticCustomError("contradictions", "{count}", {"count": len(faults), "findings": faults})
        return self

    @property
    def ordered_goals(self) -> tuple[Goal, ...]:
        """The goals in their order.

        Where the scenario names none: waiting, then cost (benefit in rationed mode). Where a clause
        is soft and `soft` is not placed, the breaches of soft clauses come first.
        """
        goals = self.goals
        if not goals:
            names = [GoalName.WAITING, GoalName.COST] if self.mode is PlanMode.COMPLETE else [GoalName.BENEFIT]
            goals = tuple(Goal(name=name) for name in names)
        soft = any(settings.soft for settings in self.clauses.values())
        if soft and all(goal.name is not GoalName.SOFT for goal in goals):
            goals = (Goal(name=GoalName.SOFT), *goals)
        return goals

    def clause(self, name: str) -> Any:
        """The settings of a clause, an instance of its own settings type."""
        return self.clauses[name]

    def profile(self, duration: int) -> tuple[int, ...]:
        """Weights of the payments by project year of works that take `duration` years.

        Where the scenario has none for this duration: 85 in equal yearly parts, 12 in the year after,
        3 (retention) in the year after that.
        """
        own = self.cash_profile.get(str(duration))
        return own or (*(85,) * duration, 12 * duration, 3 * duration)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, titles and notes included, whatever file it came from."""
        content = json.dumps(
            self.model_dump(mode="json", serialize_as_any=True),
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.sha256(content.encode()).hexdigest()
