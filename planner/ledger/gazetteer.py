"""The places that a city has: its districts with their boundaries, and its townships where they are listed.

They are data of the city (``places.toml`` beside its other files); this module knows no city.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from planner import shipped
from planner.ledger.sample.geometry import KM_PER_DEGREE, District, read_districts

FILE = "places.toml"
TOLERANCE_KM = 1.5
"""How far outside a boundary a point may lie: boundaries are simplified, and sites straddle them."""


@dataclass(frozen=True)
class Gazetteer:
    """The places of a city.

    Parameters
    ----------
    districts : mapping
        The shape of each district by name.
    townships : mapping
        The names of the townships of those districts for which they are known.
    """

    districts: Mapping[str, District]
    townships: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def outside(self, district: str, longitudes: Any, latitudes: Any) -> Any:
        """Which points lie outside a district by more than `TOLERANCE_KM`.

        Parameters
        ----------
        district : str
        longitudes, latitudes : array of float, shape (n,)

        Returns
        -------
        array of bool, shape (n,)
        """
        x, y = np.asarray(longitudes, dtype=float), np.asarray(latitudes, dtype=float)
        inside = np.zeros(len(x), dtype=bool)
        # kilometres to the nearest edge, on a plane that is good enough for a district
        nearest = np.full(len(x), np.inf)
        narrow = np.cos(np.radians(y)) * KM_PER_DEGREE
        with np.errstate(divide="ignore", invalid="ignore"):
            for ring in self.districts[district].rings:
                for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
                    crossed = ((y1 > y) != (y2 > y)) & (
                        x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 if y1 != y2 else False
                    )
                    inside ^= crossed
                    dx, dy = (x2 - x1) * narrow, (y2 - y1) * KM_PER_DEGREE
                    px, py = (x - x1) * narrow, (y - y1) * KM_PER_DEGREE
                    length = dx * dx + dy * dy
                    along = np.clip(np.where(length > 0, (px * dx + py * dy) / length, 0), 0, 1)
                    nearest = np.minimum(nearest, np.hypot(px - along * dx, py - along * dy))
        return ~inside & (nearest > TOLERANCE_KM)


def read_gazetteer(file: Path) -> Gazetteer:
    """Read the places of a city; its boundaries are found beside the file.

    Raises
    ------
    OSError
        A file cannot be read.
    KeyError, ValueError
        It is no such file.
    """
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    shapes = read_districts(json.loads((file.parent / told["boundaries"]).read_text(encoding="utf-8")))
    townships = {name: frozenset(names) for name, names in told.get("townships", {}).items()}
    return Gazetteer(shapes, townships)


@cache
def gazetteer_of(city: str) -> Gazetteer | None:
    """The shipped places of a city, by the name that a ledger gives it; None where none is shipped."""
    file = _places_of(city)
    return None if file is None else read_gazetteer(file)


@cache
def boundaries_of(city: str) -> Mapping[str, Any] | None:
    """The shipped boundaries of a city's districts as a GeoJSON FeatureCollection, each with its ``name``; or None."""
    file = _places_of(city)
    if file is None:
        return None
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    shapes: Mapping[str, Any] = json.loads((file.parent / told["boundaries"]).read_text(encoding="utf-8"))
    return shapes


def _places_of(city: str) -> Path | None:
    """The shipped file that names a city."""
    if city:
        for file in sorted(shipped.path("data").glob(f"*/{FILE}")):
            if city in tomllib.loads(file.read_text(encoding="utf-8"))["city"]:
                return file
    return None
