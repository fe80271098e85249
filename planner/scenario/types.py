"""What we want to try: money, rules, wishes and locks, as one checked document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from planner.clauses import Mode, Settings
from planner.scenario.checks import contradictions
from planner.scenario.clause_settings import settle
from planner.scenario.faults import bad_scenario
from planner.scenario.parts import (
    Absorb,
    Basis,
    Budget,
    Carry,
    DurationKey,
    Durations,
    FailedRecovery,
    FrozenYear,
    Goal,
    GoalName,
    Holding,
    Horizon,
    Lock,
    Override,
    PlanMode,
    PriceIndex,
    ScoreWeights,
    TierWeights,
    Weight,
    standard_profiles,
)
from planner.scenario.sources import FurtherSource


def _limited(goal: object) -> bool:
    """Whether a goal, as it was given, carries a limit."""
    given = goal if isinstance(goal, Mapping) else dict(goal) if isinstance(goal, Goal) else {}
    return any(given.get(side) is not None for side in ("at_most", "at_least"))


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
    absorb: Absorb = Absorb()
    cash_profile: dict[DurationKey, tuple[Weight, ...]] = Field(default_factory=standard_profiles)
    price_index: PriceIndex = PriceIndex()
    durations: Durations = Durations()
    contingency_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)
    holding: Holding = Holding()
    charge_holding: bool = False
    score_weights: ScoreWeights = ScoreWeights()
    tier_weights: TierWeights = TierWeights()
    hazard_only_options: bool = False
    failed_recovery: FailedRecovery = FailedRecovery()
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
        """Whoever gives locks or limits of goals wants them kept, unless the clause that holds them is itself off."""
        if not isinstance(data, Mapping) or not isinstance(data.get("clauses", {}), Mapping):
            return data
        wanted = ["locks"] if data.get("locks") or data.get("frozen") else []
        wanted += ["goal_limits"] if any(_limited(goal) for goal in data.get("goals") or ()) else []
        given = data.get("clauses", {})
        added = {name: {"mode": Mode.HARD} for name in wanted if name not in given}
        return {**data, "clauses": {**given, **added}} if added else data

    @field_validator("clauses", mode="before")
    @classmethod
    def _clauses(cls, value: object) -> dict[str, Settings]:
        return settle(value)

    @field_validator("cash_profile")
    @classmethod
    def _profiles(cls, value: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
        for years, weights in value.items():
            if not sum(weights):
                raise PydanticCustomError("empty_profile", "{years}", {"years": years})
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = contradictions(self)
        if faults:
            raise PydanticCustomError("contradictions", "{count}", {"count": len(faults), "findings": faults})
        return self

    @property
    def limited_goals(self) -> tuple[Goal, ...]:
        """The goals that have a limit, breaches of soft clauses aside: a limit binds whatever else is asked."""
        return tuple(goal for goal in self.goals if goal.limit is not None and goal.name is not GoalName.SOFT)

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
