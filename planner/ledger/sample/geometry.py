"""Where a point lies: districts from GeoJSON, and points thrown into them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from planner.ledger.sample.dice import Dice

Point = tuple[float, float]
Ring = tuple[Point, ...]
KM_PER_DEGREE = 111.2
PLACES = 5
"""Decimals of a degree that a thrown point has, about a metre."""
_TRIES = 20_000


@dataclass(frozen=True)
class District:
    """One district's shape.

    Parameters
    ----------
    name : str
    rings : tuple of rings
        All rings of all its polygons, holes included; longitude and latitude in degrees.
    """

    name: str
    rings: tuple[Ring, ...]

    def contains(self, point: Point) -> bool:
        """Whether a point lies inside, by the even-odd rule (which takes holes out)."""
        x, y = point
        inside = False
        for ring in self.rings:
            for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
                if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                    inside = not inside
        return inside

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        xs = [x for ring in self.rings for x, _ in ring]
        ys = [y for ring in self.rings for _, y in ring]
        return min(xs), min(ys), max(xs), max(ys)

    def throw(self, dice: Dice) -> Point:
        """A point inside."""
        west, south, east, north = self.box
        for _ in range(_TRIES):
            point = round(dice.between(west, east), PLACES), round(dice.between(south, north), PLACES)
            if self.contains(point):
                return point
        raise ValueError(f"no point found inside {self.name}: is its polygon degenerate?")

    def throw_near(self, dice: Dice, centre: Point, km: float) -> Point:
        """A point inside, scattered around another by about `km`."""
        for _ in range(_TRIES):
            east, north = km * dice.normal(), km * dice.normal()
            x, y = moved(centre, east, north)
            point = round(x, PLACES), round(y, PLACES)
            if self.contains(point):
                return point
        return self.throw(dice)


def moved(point: Point, east_km: float, north_km: float) -> Point:
    """A point moved by kilometres."""
    x, y = point
    return x + east_km / (KM_PER_DEGREE * math.cos(math.radians(y))), y + north_km / KM_PER_DEGREE


def around(point: Point, km: float) -> Iterator[Point]:
    """Eight points at a distance, one in each direction of the compass."""
    for eighth in range(8):
        angle = eighth * math.pi / 4
        yield moved(point, km * math.cos(angle), km * math.sin(angle))


def distance_km(a: Point, b: Point) -> float:
    """Distance of two near points."""
    x = (a[0] - b[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(x, a[1] - b[1]) * KM_PER_DEGREE


def read_districts(geojson: Mapping[str, Any]) -> dict[str, District]:
    """Districts by the property ``name`` of a FeatureCollection of polygons and multipolygons."""
    found = {}
    for feature in geojson["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = tuple(tuple((float(x), float(y)) for x, y, *_ in ring) for polygon in polygons for ring in polygon)
        found[feature["properties"]["name"]] = District(feature["properties"]["name"], rings)
    return found
