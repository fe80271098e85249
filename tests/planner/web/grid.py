"""A grid of the page under a real browser's mouse and keys."""

from __future__ import annotations

from typing import Any

from tests.planner.web.browsing import LONGEST
from tests.tools import need_module

GRID, ROW = '[data-testid="stDataFrame"]', 35
TRY = 5_000
"""Milliseconds until a click that was not heard is made again."""

TRIES = LONGEST // TRY


def choose(page: Any, row: int, start: int, width: int) -> None:
    """Click a cell of the first grid, whose column begins there and is as wide, until it is chosen.

    Another row is chosen first where a cell of this one is: a click on the chosen cell would open it for typing.
    """
    grid = page.locator(GRID).first
    chosen = grid.locator(f'td[aria-selected="true"][id$="-{row}"]')
    if chosen.count():
        _click(grid, _middle(row - 1 if row else row + 1, start, width), chosen, "detached")
    _click(grid, _middle(row, start, width), chosen, "attached")


def _click(grid: Any, position: dict[str, int], chosen: Any, wanted: str) -> None:
    """Click until a cell is chosen, or no longer: a grid that is just being drawn hears nothing."""
    slow = need_module("playwright.sync_api").TimeoutError
    for _ in range(TRIES):
        grid.click(position=position)
        try:
            chosen.first.wait_for(state=wanted, timeout=TRY)
        except slow:
            continue
        return
    raise AssertionError("the cell cannot be chosen")


def _middle(row: int, start: int, width: int) -> dict[str, int]:
    return {"x": start + width // 2, "y": ROW * row + ROW * 3 // 2}


def pick(page: Any, words: str) -> None:
    """Choose from the list that a cell has open, by keys: a click is lost where the list is just drawn anew."""
    entry = page.locator("#portal input")
    entry.first.wait_for(state="attached", timeout=LONGEST)
    page.keyboard.type(words)
    page.get_by_role("option", name=words, exact=True).wait_for(timeout=LONGEST)
    page.keyboard.press("Enter")
    entry.first.wait_for(state="detached", timeout=LONGEST)


def choose_alike(page: Any, row: int, column: int, columns: int) -> None:
    """Click a cell of the first grid, whose columns are all alike in width."""
    width = page.locator(GRID).first.bounding_box()["width"] / columns
    choose(page, row, round(width * column), round(width))


def paste(page: Any, block: str) -> None:
    """Paste a block from where the grid stands, as from Excel."""
    page.evaluate("words => navigator.clipboard.writeText(words)", block)
    page.keyboard.press("Control+V")
