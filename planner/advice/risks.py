"""What may go wrong: the settings of a stress run, each a default of ours [D] unless a figure is someone's own."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy.special import ndtr, ndtri

from planner.ledger import Patch
from planner.scenario.parts import Yuan

Share = Annotated[float, Field(ge=0, le=1)]
Floats = npt.NDArray[np.float64]
MOST_OVERRUN = 4.0


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shape(StrEnum):
    """How overruns are spread."""

    LOGNORMAL = "lognormal"
    TRIANGULAR = "triangular"
    NORMAL = "normal"
    TWO_POINT = "two_point"


class Overrun(_Part):
    """How much more (or less) works cost than planned, as a part of the plan's cost.

    Parameters
    ----------
    shape : Shape
    mean, deviation : float
        Of a lognormal cost factor 1 + overrun, or of a normal overrun.
    low, mode, high : float
        Of a triangular overrun.
    up, chance : float
        Of a two-point overrun: `up` with this probability, else none.

    Notes
    -----
    Defaults [D]: works cost 3 % more on average, give or take 8 %; so about one patch in five is beyond the 10 % that
    must be reported (Government Investment Regulations, art. 23). Overruns of more than 400 % are taken as 400 %.
    """

    shape: Shape = Shape.LOGNORMAL
    mean: float = 0.03
    deviation: Annotated[float, Field(ge=0)] = 0.08
    low: float = -0.05
    mode: float = 0.0
    high: float = 0.20
    up: float = 0.10
    chance: Share = 0.20

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.shape is Shape.TRIANGULAR and not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError(f"low {self.low} <= mode {self.mode} <= high {self.high} does not hold")
        if min(self.low, self.mean, self.up) <= -1:
            raise ValueError("a cost cannot fall by all of itself or more")
        return self

    def of(self, z: Floats) -> Floats:
        """The overruns that standard normal values stand for, of the same shape; costs never fall below 0."""
        return np.clip(self._spread(z), -1.0, MOST_OVERRUN)

    def _spread(self, z: Floats) -> Floats:
        match self.shape:
            case Shape.LOGNORMAL:
                spread = np.log1p((self.deviation / (1 + self.mean)) ** 2)
                return np.asarray(np.exp(np.log1p(self.mean) - spread / 2 + np.sqrt(spread) * z) - 1)
            case Shape.TRIANGULAR:
                u, width = ndtr(z), self.high - self.low
                turn = (self.mode - self.low) / width
                rising = self.low + np.sqrt(u * width * (self.mode - self.low))
                falling = self.high - np.sqrt((1 - u) * width * (self.high - self.mode))
                return np.asarray(np.where(u < turn, rising, falling))
            case Shape.NORMAL:
                return self.mean + self.deviation * z
            case _:
                return np.where(z > ndtri(1 - self.chance), self.up, 0.0)


class Correlation(_Part):
    """Which part of the variance of costs all works share, which a type of works, which a district; the rest is own.

    The shares are of the normal values that the overruns are drawn from. Defaults [D].
    """

    common: Share = 0.20
    works_type: Share = 0.15
    district: Share = 0.15

    @model_validator(mode="after")
    def _sum(self) -> Self:
        if self.common + self.works_type + self.district > 1 + 1e-12:
            raise ValueError("common + works_type + district is more than 1")
        return self

    @property
    def own(self) -> float:
        """What is left to each patch."""
        return max(0.0, 1 - self.common - self.works_type - self.district)


class FailedVerification(_Part):
    """Patches of natural recovery that fail their verification and must be restored by works.

    Parameters
    ----------
    chance : float
        Of each patch.
    mine_yuan_per_hectare, rock_face_yuan_per_hectare : int
        What the works then cost; defaults [D] as of the calibrated ledger.
    year : int, optional
        In which they are paid; by default the horizon's middle year.
    """

    chance: Share = 0.10
    mine_yuan_per_hectare: Yuan = 1_265_000
    rock_face_yuan_per_hectare: Yuan = 2_640_000
    year: int | None = None


class LateTranche(_Part):
    """Money of a purse and year that is late: part of the vintage becomes money of the next year. Defaults [D]."""

    chance: Share = 0.05
    part: Share = 0.5


class BudgetCut(_Part):
    """A budget of a purse and year that is cut, by this part of it. Defaults [D]."""

    chance: Share = 0.05
    part: Share = 0.10


class Risks(_Part):
    """Everything that a stress run draws.

    Parameters
    ----------
    overrun : Overrun
        Of works in general.
    by_type : dict
        Overruns of types of works that have their own: `hazard_removal`, `land_levelling`, `revegetation`,
        `rock_face`, `other`.
    """

    overrun: Overrun = Overrun()
    by_type: dict[str, Overrun] = Field(default_factory=dict)
    correlation: Correlation = Correlation()
    failed_verification: FailedVerification = FailedVerification()
    late_tranche: LateTranche = LateTranche()
    budget_cut: BudgetCut = BudgetCut()

    @classmethod
    def costs_only(cls, overrun: Overrun, correlation: Correlation | None = None) -> Risks:
        """Overruns alone: nothing fails, is late or is cut."""
        return cls(
            overrun=overrun,
            correlation=correlation or Correlation(),
            failed_verification=FailedVerification(chance=0.0),
            late_tranche=LateTranche(chance=0.0),
            budget_cut=BudgetCut(chance=0.0),
        )


WORKS_TYPES = ("hazard_removal", "land_levelling", "revegetation", "rock_face", "other")


def works_type(patch: Patch) -> str:
    """The type of works that most of a patch's cost goes to; `other` where the ledger does not divide the cost."""
    parts = {name: getattr(patch, f"{name}_yuan") or 0 for name in WORKS_TYPES[:-1]}
    largest = max(parts, key=lambda name: parts[name])
    return largest if parts[largest] else WORKS_TYPES[-1]
