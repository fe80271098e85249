"""OpenDocument spreadsheets, read in a stream: repeated cells are counted before they are laid out."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from typing import Any
from xml.parsers import expat

from sheets.book import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Sheet, Unusable

_TIME = re.compile(r"PT?(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")


class _Reader:
    """Follows the elements of ``content.xml``."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.sheet: Sheet | None = None
        self.merged: list[tuple[int, int, int, int]] = []
        self.depth = 0  # tables inside tables are no sheets
        self.row = 0
        self.too_large = False
        self.row_repeat = 1
        self.cells: list[Any] = []
        self.attributes: dict[str, str] = {}
        self.in_cell = False
        self.aside = 0  # notes and shapes in a cell are not its text
        self.text: list[str] = []
        self.paragraphs = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self.style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)
        elif name == "table:table":
            self.depth += 1
            if self.depth == 1:
                hidden = attributes.get("table:style-name", "") in self.hidden_styles
                self.sheet = Sheet(attributes.get("table:name", ""), hidden=hidden)
                self.merged, self.row, self.too_large = [], 0, False
        elif self.depth != 1 or self.sheet is None or self.sheet.hidden:
            return
        elif name == "table:table-row":
            self.row_repeat = int(attributes.get("table:number-rows-repeated", 1))
            self.cells = []
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.in_cell, self.attributes, self.text, self.paragraphs = True, attributes, [], 0
        elif self.in_cell and name in ("office:annotation", "draw:frame", "draw:custom-shape"):
            self.aside += 1
        elif self.in_cell and not self.aside:
            if name == "text:p":
                self.paragraphs += 1
                if self.paragraphs > 1:
                    self.text.append("\n")
            elif name == "text:s":
                self.text.append(" " * min(int(attributes.get("text:c", 1)), 1000))
            elif name in ("text:line-break", "text:tab"):
                self.text.append("\n" if name == "text:line-break" else "\t")

    def characters(self, data: str) -> None:
        if self.in_cell and not self.aside and self.paragraphs:
            self.text.append(data)

    def end(self, name: str) -> None:
        if name == "table:table":
            self.depth -= 1
            if self.depth == 0 and self.sheet is not None:
                told = self.sheet
                if self.too_large:
                    told = Sheet(told.name, too_large=True)
                self.sheets.append(Sheet(told.name, told.rows, tuple(self.merged), told.hidden, told.too_large))
                self.sheet = None
        elif self.depth != 1 or self.sheet is None or self.sheet.hidden or self.too_large:
            return
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell(covered=name == "table:covered-table-cell")
        elif name in ("office:annotation", "draw:frame", "draw:custom-shape"):
            self.aside = max(self.aside - 1, 0)
        elif name == "table:table-row":
            self._end_row()

    def _end_cell(self, *, covered: bool) -> None:
        self.in_cell, self.aside = False, 0
        repeat = int(self.attributes.get("table:number-columns-repeated", 1))
        value = None if covered else _value(self.attributes, "".join(self.text))
        across = int(self.attributes.get("table:number-columns-spanned", 1))
        down = int(self.attributes.get("table:number-rows-spanned", 1))
        if not covered and (across > 1 or down > 1):
            row, column = self.row + 1, len(self.cells) + 1
            self.merged.append((row, column, row + down - 1, column + across - 1))
        if value is not None and len(self.cells) + repeat > MOST_COLUMNS:
            self.too_large = True
        self.cells.extend([value] * min(repeat, MOST_COLUMNS))

    def _end_row(self) -> None:
        assert self.sheet is not None
        while self.cells and self.cells[-1] is None:
            self.cells.pop()
        if self.cells:
            rows = self.row + self.row_repeat
            if rows > MOST_ROWS or rows * len(self.cells) > MOST_CELLS:
                self.too_large = True
                return
            row = tuple(self.cells)
            self.sheet.rows.extend((self.row + 1 + i, row) for i in range(self.row_repeat))
        self.row += self.row_repeat


def _value(attributes: dict[str, str], text: str) -> Any:
    kind = attributes.get("office:value-type")
    if attributes.get("calcext:value-type") == "error":
        return Unusable("error_cell", text or "#?")
    if kind in ("float", "currency", "percentage"):
        number = float(attributes["office:value"])
        return int(number) if number.is_integer() and abs(number) < 2**63 else number
    if kind == "date":
        written = attributes["office:date-value"]
        moment = dt.datetime.fromisoformat(written)
        return moment.date() if "T" not in written or moment.time() == dt.time() else moment
    if kind == "boolean":
        return attributes.get("office:boolean-value") == "true"
    if kind == "time" and (found := _TIME.fullmatch(attributes.get("office:time-value", ""))):
        hours, minutes, seconds = map(int, found.groups())
        return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if kind is None and "table:formula" in attributes and not text:
        return Unusable("formula_without_result", attributes["table:formula"].partition(":")[2])
    return text or None


def read_ods(parts: zipfile.ZipFile) -> list[Sheet]:
    """The sheets of an OpenDocument spreadsheet."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    with parts.open("content.xml") as file:
        parser.ParseFile(file)
    return reader.sheets
