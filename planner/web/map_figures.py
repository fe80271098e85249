"""What the map shows: outlines of the districts, and where the patches lie, on one plane."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from planner.ledger.gazetteer import boundaries_of
from planner.ledger.sample.geometry import District, Point, Ring, read_districts
from planner.web.sites import Site

Geojson = Mapping[str, Any]


@dataclass(frozen=True)
class Outlines:
    """A city's districts on a plane on which both axes have one scale: longitudes are narrowed by the cosine of the
    middle latitude.

    Parameters
    ----------
    shapes : mapping
        A GeoJSON FeatureCollection; each feature has its ``district``.
    centres : mapping
        A point inside of each district, by name.
    narrowing : float
        What longitudes are multiplied by.
    """

    shapes: Geojson
    centres: Mapping[str, Point]
    narrowing: float

    def place(self, site: Site) -> Point | None:
        """Where a patch lies on the plane; None where the ledger does not say."""
        longitude, latitude = site.patch.longitude, site.patch.latitude
        return None if longitude is None or latitude is None else (longitude * self.narrowing, latitude)


@cache
def outlines_of(city: str) -> Outlines | None:
    """The outlines of a city, by the name that a ledger gives it; None where none are shipped."""
    geojson = boundaries_of(city)
    return None if geojson is None else outlines(geojson)


def outlines(geojson: Geojson) -> Outlines:
    """Outlines from a FeatureCollection of polygons in degrees, each with the property ``name``."""
    districts = read_districts(geojson)
    boxes = [district.box for district in districts.values()]
    middle = (min(south for _, south, _, _ in boxes) + max(north for *_, north in boxes)) / 2
    narrowing = math.cos(math.radians(middle))
    features = [
        {
            "type": "Feature",
            "district": feature["properties"]["name"],
            "geometry": {
                "type": feature["geometry"]["type"],
                "coordinates": _narrowed(feature["geometry"]["coordinates"], narrowing),
            },
        }
        for feature in geojson["features"]
    ]
    centres = {name: (x * narrowing, y) for name, (x, y) in ((n, centre(d)) for n, d in districts.items())}
    return Outlines({"type": "FeatureCollection", "features": features}, centres, narrowing)


def _narrowed(coordinates: Sequence[Any], narrowing: float) -> list[Any]:
    if isinstance(coordinates[0], (int, float)):
        return [round(coordinates[0] * narrowing, 5), coordinates[1]]
    return [_narrowed(inner, narrowing) for inner in coordinates]


def centre(district: District) -> Point:
    """The centroid of the largest ring; where that lies outside, the middle of the widest stretch beside it."""
    x, y = _centroid(max(district.rings, key=lambda ring: abs(_area(ring))))
    if district.contains((x, y)):
        return x, y
    crossings = sorted(
        x1 + (y - y1) / (y2 - y1) * (x2 - x1)
        for ring in district.rings
        for (x1, y1), (x2, y2) in _edges(ring)
        if (y1 > y) != (y2 > y)
    )
    west, east = max(zip(crossings[::2], crossings[1::2], strict=True), key=lambda pair: pair[1] - pair[0])
    return (west + east) / 2, y


def _edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def _area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _edges(ring)) / 2


def _centroid(ring: Ring) -> Point:
    area = _area(ring)
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in _edges(ring))
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in _edges(ring))
    return x / (6 * area), y / (6 * area)


@dataclass(frozen=True)
class Unplaced:
    """Patches that no point can be drawn for.

    Parameters
    ----------
    by_district : dict
        How many patches without coordinates there are in each district that has an outline.
    nowhere : int
        Those without coordinates in a district without an outline: they are not on the map.
    """

    by_district: dict[str, int]
    nowhere: int


def unplaced(found: Collection[Site], known: Collection[str]) -> Unplaced:
    """The patches without coordinates, by district; `known` are the districts that have an outline."""
    counts: dict[str, int] = {}
    for site in found:
        if not site.has_point:
            counts[site.district] = counts.get(site.district, 0) + 1
    on_map = {district: count for district, count in counts.items() if district in known}
    return Unplaced(on_map, sum(counts.values()) - sum(on_map.values()))


def by_year(found: Collection[Site], years: Sequence[int]) -> dict[str, dict[str, int]]:
    """How many patches of each district start in each year, recover by nature or are left out, see `state_of`."""
    counts: dict[str, dict[str, int]] = {}
    for site in found:
        row = counts.setdefault(site.district, dict.fromkeys([*map(str, years), NATURAL, LEFT_OUT], 0))
        row[state_of(site)] = row.get(state_of(site), 0) + 1
    return counts


NATURAL, LEFT_OUT = "natural", "left_out"


def state_of(site: Site) -> str:
    """The year in which works start, or `NATURAL`, or `LEFT_OUT`."""
    if site.item is not None:
        return str(site.item.task.start)
    return NATURAL if site.is_natural else LEFT_OUT
