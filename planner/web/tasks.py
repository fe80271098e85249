"""The task list as a table: on the screen, and as a file that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from decimal import Decimal

import pandas as pd

from planner.office.figures import Book, Item
from planner.office.shown import capital
from planner.office.words import Words
from planner.texts import text
from planner.units import M2_PER_HECTARE, decimal_text

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
OPTIONAL = ("name", "township", "special", "responsible_unit")  # not shown where no task has anything in it


def by_priority(book: Book) -> tuple[Item, ...]:
    """The tasks by start year, priority, district, township and id."""
    rank = {district: i for i, district in enumerate(book.ledger.districts)}
    return tuple(
        sorted(
            book.items,
            key=lambda i: (i.task.start, i.patch.tier, rank[i.task.district], i.patch.township, i.patch.patch),
        )
    )


def headers(book: Book) -> dict[str, str]:
    """The columns of a task list by name, with their headings; units stand in the headings."""
    words = book.words

    def with_unit(head: str, unit: str) -> str:
        return text("web.column_with_unit", words.lang, column=head, unit=unit)

    def head(name: str) -> str:
        return text(f"web.column_{name}", words.lang)

    columns = {name: head(name) for name in ("patch", "name", "district", "treatment", "start", "finish")}
    columns |= {"area": with_unit(head("area"), words("hectare")), "money": with_unit(head("money"), words.unit)}
    columns |= {"tier": head("tier"), "hazards": with_unit(head("hazards"), words("points"))}
    for source in book.sources:
        columns[f"source:{source}"] = with_unit(capital(words.source(source)), words.unit)
    return columns | {name: head(name) for name in ("special", "township", "kind", "responsible_unit")}


def frame(items: Sequence[Item], book: Book) -> pd.DataFrame:
    """A task list to show: areas in hectares and money in the unit as numbers.

    Parameters
    ----------
    items : sequence of Item
        In the order in which they are to stand.
    book : Book

    Returns
    -------
    DataFrame
        Columns by name, as in `headers`.
    """

    def shown(amount: int, per_unit: int) -> float:
        return amount / per_unit

    return pd.DataFrame({name: [_cell(item, name, book.words, shown) for item in items] for name in headers(book)})


def csv_bytes(items: Sequence[Item], book: Book) -> bytes:
    """A task list as CSV: UTF-8 with its mark, exact figures, and no text that would be run as a formula."""

    def exact(amount: int, per_unit: int) -> Decimal:
        return Decimal(decimal_text(amount, per_unit).replace(",", ""))

    columns = headers(book)
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([harmless(head) for head in columns.values()])
    for item in items:
        cells = [_cell(item, name, book.words, exact) for name in columns]
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return stream.getvalue().encode("utf-8-sig")


def harmless(words: str) -> str:
    """Text that a spreadsheet does not take for a formula: an apostrophe stands before what could begin one."""
    return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words


def _cell(item: Item, name: str, words: Words, amount: Callable[[int, int], object]) -> object:
    """What stands in a column; `amount` makes a number of a whole amount and the size of the unit it is shown in."""
    patch, task = item.patch, item.task
    kind, _, source = name.partition(":")
    if kind == "source":
        return amount(sum(yuan for purse, yuan in item.committed.items() if purse.source == source), words.size)
    match name:
        case "money":
            return amount(item.total, words.size)
        case "area":
            return amount(task.task_area_m2, M2_PER_HECTARE)
        case "treatment":
            return words.treatment(task.treatment)
        case "kind":
            return words.kind(patch.kind)
        case "special":
            return words("yes") if item.option.special else ""
        case "hazards":
            return patch.hazard_points
        case "start" | "finish" | "district":
            return getattr(task, name)
        case _:
            return getattr(patch, name)
