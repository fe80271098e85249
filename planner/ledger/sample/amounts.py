"""Areas, districts, hazards, licences and costs: the figures that have to add up exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from planner.ledger.sample.dice import Dice
from planner.ledger.sample.geometry import Point
from planner.ledger.schema import Labelled
from planner.ledger.types import PatchKind, Treatment
from planner.units import M2_PER_HECTARE, split

Calibration = Mapping[str, Any]
Member = TypeVar("Member", bound=Labelled)
_SCALE = 10**9  # weights travel to `split` as whole numbers


@dataclass(eq=False)
class Draft:
    """A patch on its way: figures are settled first, the descriptive fields follow in `fields`."""

    kind: PatchKind
    treatment: Treatment
    area_m2: int
    rate: float = 0.0  # yuan per hectare before the common factor
    parts: Mapping[str, int] = field(default_factory=dict)
    district: str = ""
    hazards: int = 0
    licensed: bool = False
    cost: int = 0
    hazard_cost: int = 0
    point: Point = (0.0, 0.0)
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def enterprise(self) -> bool:
        """Whether an enterprise restores it."""
        return self.kind is PatchKind.CLOSED_OR_PRODUCING_MINE

    @property
    def works(self) -> bool:
        """Whether the government pays for works on it."""
        return self.treatment is not Treatment.NATURAL and not self.enterprise

    @property
    def group(self) -> str:
        """Kind and treatment, as the calibration writes them."""
        return f"{self.kind}/{self.treatment}"


def draft_amounts(calibration: Calibration) -> list[Draft]:
    """Every patch with its area, district, hazards, licence and cost, in no particular order."""
    seed = int(calibration["seed"])
    drafts = [draft for group in calibration["groups"] for draft in _group(calibration, group)]
    _districts(calibration, drafts, Dice(seed, "districts"))
    _hazards(calibration["hazards"], drafts, Dice(seed, "hazards"))
    _costs(calibration, drafts)
    _licences(calibration, drafts, Dice(seed, "licences"))
    return drafts + _enterprise(calibration, Dice(seed, "enterprise"))


def parts_of(total: int, weights: Sequence[float], least: int = 0) -> tuple[int, ...]:
    """Divide a whole amount in proportion to weights, each part being `least` at least."""
    whole = [max(1, round(weight * _SCALE)) for weight in weights]
    return tuple(least + part for part in split(total - least * len(whole), whole))


def member(kind: type[Member], value: str) -> Member:
    """The member of an enumeration that a calibration names."""
    for one in kind:
        if one == value:
            return one
    raise ValueError(f"{value!r} is no {kind.__name__}: use one of {', '.join(kind)}")


def _group(calibration: Calibration, group: Calibration) -> list[Draft]:
    kind, treatment, sigma = member(PatchKind, group["kind"]), member(Treatment, group["treatment"]), group["sigma"]
    dice = Dice(int(calibration["seed"]), f"areas/{kind}/{treatment}")
    areas = parts_of(group["area_m2"], [dice.lognormal(sigma) for _ in range(group["count"])], _least(calibration))
    rates = [dice.lognormal(calibration["cost"]["sigma"]) for _ in areas]
    mean = sum(area * rate for area, rate in zip(areas, rates, strict=True)) / sum(areas)
    return [
        Draft(kind, treatment, area, group["yuan_per_hectare"] * rate / mean, group.get("parts", {}))
        for area, rate in zip(areas, rates, strict=True)
    ]


def _least(calibration: Calibration) -> int:
    return int(calibration["least_area_m2"])


def _districts(calibration: Calibration, drafts: list[Draft], dice: Dice) -> None:
    """Fill the districts to their shares of the area: large patches first, small ones close the gaps."""
    rows = calibration["districts"]
    need = dict(
        zip(
            (row["name"] for row in rows),
            parts_of(sum(d.area_m2 for d in drafts), [row["area_share"] for row in rows]),
            strict=True,
        )
    )
    for draft in sorted(drafts, key=lambda d: -d.area_m2):
        open_to = [name for name, left in need.items() if left >= draft.area_m2]
        open_to = open_to or [max(need, key=lambda name: need[name])]
        draft.district = dice.weighted(open_to, [max(1, need[name]) for name in open_to])
        need[draft.district] -= draft.area_m2


def _hazards(hazards: Calibration, drafts: list[Draft], dice: Dice) -> None:
    points = [int(n) for n, patches in hazards["points_per_patch"].items() for _ in range(patches)]
    carriers = [draft for group, count in hazards["on"].items() for draft in dice.some(_of_group(drafts, group), count)]
    for draft, number in zip(dice.shuffled(carriers), points, strict=True):
        draft.hazards = number


def _of_group(drafts: list[Draft], group: str) -> list[Draft]:
    return [draft for draft in drafts if draft.group == group]


def _costs(calibration: Calibration, drafts: list[Draft]) -> None:
    """Costs in whole steps that sum to the total exactly; one factor scales them all."""
    step, works = int(calibration["step_yuan"]), [draft for draft in drafts if draft.works]
    hazard_raw = [draft.hazards * calibration["hazards"]["yuan_per_point"] for draft in works]
    raw = [d.rate * d.area_m2 / M2_PER_HECTARE + extra for d, extra in zip(works, hazard_raw, strict=True)]
    steps = parts_of(calibration["works_yuan"] // step, raw, 1)
    factor = calibration["works_yuan"] / sum(raw)
    for draft, cost, extra in zip(works, steps, hazard_raw, strict=True):
        draft.cost = cost * step
        draft.hazard_cost = min(cost, round(extra * factor / step)) * step


def _licences(calibration: Calibration, drafts: list[Draft], dice: Dice) -> None:
    """Licence, district by district, so that each one's licensed share of cost comes close to the city's."""
    percent, odds = calibration["licensed_cost_percent"], calibration["licence"]["odds"]
    owed = 0.0  # what earlier districts lack or have too much, so that the city's share comes out
    for row in calibration["districts"]:
        works = [draft for draft in drafts if draft.works and draft.district == row["name"]]
        target = sum(draft.cost for draft in works) * percent / 100 + owed
        order = sorted(works, key=lambda draft: -(max(dice.unit(), 1e-9) ** (1 / odds[draft.kind])))
        paid = 0
        for draft in order:
            if abs(paid + draft.cost - target) < abs(paid - target):
                draft.licensed = True
                paid += draft.cost
        owed = target - paid
    for draft in drafts:
        if not draft.works:
            draft.licensed = dice.chance(percent / 100)


def _enterprise(calibration: Calibration, dice: Dice) -> list[Draft]:
    if "enterprise" not in calibration:
        return []
    mines = calibration["enterprise"]
    weights = [dice.lognormal(mines["sigma"]) for _ in mines["districts"]]
    areas = parts_of(mines["area_m2"], weights, _least(calibration))
    kind, treatment = member(PatchKind, mines["kind"]), member(Treatment, mines["treatment"])
    return [
        Draft(kind, treatment, area, district=district, licensed=True)
        for area, district in zip(areas, mines["districts"], strict=True)
    ]
