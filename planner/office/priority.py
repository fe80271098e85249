"""Which task comes first, and what in the ledger speaks for it."""

from __future__ import annotations

from collections.abc import Iterable

from planner.office.figures import Book, Item
from planner.plan import Works


def reasons(book: Book, item: Item) -> dict[str, str]:
    """What in the ledger speaks for a patch, in words, by the field that says so."""
    words, patch = book.words, item.patch
    found = {
        field: words(f"reason_{field}")
        for field in (
            "ecological_redline", "basic_farmland", "urban_growth_boundary", "core_reserve", "focal",
            "three_zones_two_lines",
        )
        if getattr(patch, field)
    }  # fmt: skip
    if patch.viewshed:
        found["viewshed"] = words("reason_viewshed", viewshed=patch.viewshed)
    if patch.hazard_points:
        found["hazard_points"] = words("reason_hazards", points=patch.hazard_points)
    return found


def priority(book: Book, item: Item) -> str:
    """The tier, and what in the ledger speaks for it."""
    words, found = book.words, reasons(book, item)
    tier = words(f"tier_{item.patch.tier}")
    return words("priority", tier=tier, reasons=words.listed(found.values())) if found else tier


def important(item: Item) -> bool:
    """Whether it is a place that the plan puts first: a focal rock face, or one with hazards."""
    return item.patch.focal or item.patch.hazard_points > 0


def by_importance(book: Book, items: Iterable[Item]) -> list[Item]:
    """Tasks with the important places first, then by tier, score (the scenario's weights), area and id."""
    works = Works(book.ledger, book.scenario)
    return sorted(
        items,
        key=lambda i: (not important(i), i.patch.tier, -works.score(i.patch), -i.patch.area_m2, i.patch.patch),
    )
