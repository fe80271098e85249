"""Faults of magnitude: units mixed up, and costs that no other patch of the kind comes near.

A patch is held against those of the same kind and treatment, by the logarithm of its cost per hectare. The middle
is the median and the spread the median distance from it, so that faulty rows cannot hide each other. Patches with
hazards are left out: removing a hazard costs the same on a small patch as on a large one.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log
from typing import Any

from planner.findings import Level
from planner.ledger.check import Book, Fault, Placed, Shown, book_check, readable
from planner.ledger.schema import Labelled
from planner.ledger.table import Row
from planner.ledger.types import Patch
from planner.units import half_up

LEAST_ROWS = 20
"""A smaller group says nothing of what is usual in it."""
FAR = 8.0
"""Distances from the median, in units of the usual one, from which a value is far out."""
FAR_TIMES = 8.0
"""And how many times the median it must be, or that part of it."""
NEAR = 4.0
"""A mistaken unit must bring the value back to within this distance."""
LEAST_SPREAD = 0.05
MU, MYRIAD = 15, 10_000
MEDIAN_M2 = (10, 10_000_000)
"""The median patch of a ledger lies between these, 10 m² and 10 km²."""

_TO_DEVIATION = 1.4826  # the median distance of a normal distribution times this is its standard deviation


@dataclass(frozen=True, slots=True)
class _Middle:
    """What is usual in a group, on a logarithmic scale."""

    median: float
    spread: float

    @classmethod
    def of(cls, values: list[float]) -> _Middle:
        median = statistics.median(values)
        spread = _TO_DEVIATION * statistics.median(abs(value - median) for value in values)
        return cls(median, max(spread, LEAST_SPREAD))

    def far(self, value: float) -> float:
        return abs(value - self.median) / self.spread


@dataclass(frozen=True, slots=True)
class _Group:
    """Patches of one kind and treatment."""

    rows: list[Row[Patch]]
    per_area: _Middle
    area: _Middle
    cost: _Middle


@book_check(level=Level.WARNING)
def unit_mixed_up(book: Book) -> Placed:
    """An area or a cost that another unit brings back among its like: 亩 or m² for ha, yuan for 万元."""
    for group in _groups(book):
        for row, value in _far_out(group):
            if found := _mistaken(group, row.item, value):
                field, factor, likely = found
                values = {"factor": f"{factor:g}", "likely": Shown(field, likely)}
                yield row, Fault(field, values, {field: likely})


@book_check(level=Level.WARNING)
def cost_outlier(book: Book) -> Placed:
    """A cost per hectare that is far from all others of the kind, and no unit explains it."""
    for group in _groups(book):
        for row, value in _far_out(group):
            if not _mistaken(group, row.item, value):
                times = exp(value - group.per_area.median)
                yield row, Fault("cost_yuan", {"times": f"{times:,.1f}" if times >= 1 else f"{times:.3g}"})


@book_check(level=Level.WARNING)
def areas_implausible(book: Book) -> Placed:
    """A whole column of areas whose median no mine has."""
    by_home: dict[int, list[Row[Patch]]] = {}
    for row in readable(book.patches.rows, ("area_m2",)):
        by_home.setdefault(id(row.home), []).append(row)
    for rows in by_home.values():
        median = statistics.median_low(row.item.area_m2 for row in rows)
        if len(rows) >= LEAST_ROWS and not MEDIAN_M2[0] <= median <= MEDIAN_M2[1]:
            yield rows[0], Fault("area_m2", {"median": Shown("area_m2", median)})


def _groups(book: Book) -> Iterator[_Group]:
    rows: dict[tuple[Labelled, Labelled], list[Row[Patch]]] = {}
    for row in readable(book.patches.rows, ("kind", "treatment", "area_m2", "cost_yuan", "hazard_points")):
        patch = row.item
        if patch.area_m2 > 0 and patch.cost_yuan > 0 and not patch.hazard_points:
            rows.setdefault((patch.kind, patch.treatment), []).append(row)
    for like in rows.values():
        if len(like) >= LEAST_ROWS:
            yield _Group(
                like,
                per_area=_Middle.of([_per_area(row.item) for row in like]),
                area=_Middle.of([log(row.item.area_m2) for row in like]),
                cost=_Middle.of([log(row.item.cost_yuan) for row in like]),
            )


def _per_area(patch: Patch) -> float:
    return log(patch.cost_yuan) - log(patch.area_m2)


def _far_out(group: _Group) -> Iterator[tuple[Row[Patch], float]]:
    for row in group.rows:
        value = _per_area(row.item)
        if abs(value - group.per_area.median) > log(FAR_TIMES) and group.per_area.far(value) > FAR:
            yield row, value


def _mistaken(group: _Group, patch: Patch, value: float) -> tuple[str, Any, int] | None:
    """The field, the factor and the likely value, where a mistaken unit explains how far out a patch is."""
    for factor in (MU, MYRIAD):
        sign = 1 if value > group.per_area.median else -1
        if group.per_area.far(value - sign * log(factor)) > NEAR:
            continue
        # too dear per hectare: too small an area or too large a cost; too cheap: the other way round
        times = factor if sign > 0 else 1 / factor
        area = half_up(patch.area_m2 * factor) if sign > 0 else _divided(patch.area_m2, factor)
        cost = _divided(patch.cost_yuan, factor) if sign > 0 else patch.cost_yuan * factor
        by_area = group.area.far(log(patch.area_m2)) - group.area.far(log(max(area, 1)))
        by_cost = group.cost.far(log(patch.cost_yuan)) - group.cost.far(log(max(cost, 1)))
        if factor == MU or by_area >= by_cost:
            return "area_m2", times if times >= 1 else factor, max(area, 1)
        return "cost_yuan", factor, cost
    return None


def _divided(amount: int, factor: int) -> int:
    return (2 * amount + factor) // (2 * factor)
