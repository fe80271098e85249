"""Faults of where patches are: districts, townships and points, against each other and the city's gazetteer."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from planner.findings import Level
from planner.ledger.cells import NOTHING
from planner.ledger.check import Book, Fault, Placed, book_check, readable
from planner.ledger.table import Row
from planner.ledger.types import Patch


@book_check()
def district_unknown(book: Book) -> Placed:
    """A district that the city does not have."""
    if book.gazetteer is None:
        return
    nearest: dict[str, str] = {}
    for row in readable(book.patches.rows, ("district",)):
        name = row.item.district
        if name not in book.gazetteer.districts:
            if name not in nearest:
                near = difflib.get_close_matches(name, book.gazetteer.districts, n=1, cutoff=0.5)
                nearest[name] = near[0] if near else ""
            mend = {"district": nearest[name]} if nearest[name] else {}
            yield row, Fault("district", {"nearest": nearest[name] or NOTHING}, mend)


@book_check(level=Level.WARNING)
def township_unknown(book: Book) -> Placed:
    """A township that its district does not have, where the district's townships are listed."""
    if book.gazetteer is None:
        return
    for row in readable(book.patches.rows, ("district", "township")):
        known = book.gazetteer.townships.get(row.item.district)
        if known and row.item.township and row.item.township not in known:
            near = difflib.get_close_matches(row.item.township, known, n=1, cutoff=0.5)
            values = {"district": row.item.district, "nearest": near[0] if near else NOTHING}
            yield row, Fault("township", values, {"township": near[0]} if near else {})


@book_check(level=Level.WARNING)
def coordinates_swapped(book: Book) -> Placed:
    """Longitude and latitude lie in the district once they change places."""
    for row, swapped in _strays(book):
        if swapped:
            patch = row.item
            values = {"longitude": patch.longitude, "latitude": patch.latitude}
            yield row, Fault("longitude", values, {"longitude": patch.latitude, "latitude": patch.longitude})


@book_check(level=Level.WARNING)
def point_outside_district(book: Book) -> Placed:
    """A point that is not in its patch's district."""
    for row, swapped in _strays(book):
        if not swapped:
            values = {name: getattr(row.item, name) for name in ("longitude", "latitude", "district")}
            yield row, Fault("longitude", values)


@book_check(level=Level.WARNING)
def same_point(book: Book) -> Placed:
    """Two patches at exactly the same point."""
    first: dict[tuple[float, float], Row[Patch]] = {}
    for row in readable(book.patches.rows, ("patch", "longitude", "latitude")):
        if row.item.longitude is not None and row.item.latitude is not None:
            other = first.setdefault((row.item.longitude, row.item.latitude), row)
            if other is not row and other.item.patch != row.item.patch:
                yield row, Fault("longitude", {"first": other.number, "other": other.item.patch})


def _strays(book: Book) -> Iterator[tuple[Row[Patch], bool]]:
    """The patches whose points lie outside their districts, and whether swapping the two numbers brings them in."""
    if book.gazetteer is None:
        return
    by_district: dict[str, list[Row[Patch]]] = {}
    for row in readable(book.patches.rows, ("district", "longitude", "latitude")):
        if row.item.district in book.gazetteer.districts and None not in (row.item.longitude, row.item.latitude):
            by_district.setdefault(row.item.district, []).append(row)
    for district, rows in by_district.items():
        outside = book.gazetteer.outside(
            district, [row.item.longitude for row in rows], [row.item.latitude for row in rows]
        )
        strays = [row for row, out in zip(rows, outside, strict=True) if out]
        if strays:
            still = book.gazetteer.outside(
                district, [row.item.latitude for row in strays], [row.item.longitude for row in strays]
            )
            yield from zip(strays, (not out for out in still), strict=True)
