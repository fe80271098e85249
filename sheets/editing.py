"""A copy of a file with some cells changed, marked and commented: all else in it stays as it is.

An edit is a mapping of

- ``set``: list of [sheet, cell, value];
- ``mark``: list of [sheet, cell, colour, comment];
- ``add``: list of sheets, each a mapping of ``name``, ``header``, ``rows`` and ``widths``;
- ``author``: who the comments are by.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.properties import PageSetupProperties

from sheets.book import Book, Progress, Unusable
from sheets.packing import inspect_parts, kind_of, refuse_definitions
from sheets.parsing import parse
from sheets.results import keep_results

_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BYTES_OF_XML = 12


def edit(path: Path, edits: dict[str, Any], out: Path, on_progress: Progress, need_room: Callable[[int], None]) -> None:
    """Write the edited copy of a file.

    Raises
    ------
    Refused
        The file is not read.
    """
    kind = kind_of(path)
    if kind == "zip":
        with zipfile.ZipFile(path) as parts:
            kind, _ = inspect_parts(parts)
            refuse_definitions(parts)
            size = sum(entry.file_size for entry in parts.infolist())
    if kind == "xlsx":
        need_room(_BYTES_OF_XML * size)
        on_progress("read", 0, 1)
        # links are kept as they are and never followed; macros cannot be kept under the name of a plain workbook
        book = openpyxl.load_workbook(path, keep_links=True, keep_vba=False)
        by_name = {sheet.title: sheet for sheet in book.worksheets}
    else:
        parsed = parse(path, on_progress, need_room)
        need_room(2000 * sum(len(row) for sheet in parsed.sheets for _, row in sheet.rows))
        book, by_name = _converted(parsed)
    for name, cell, value in edits.get("set", []):
        _put(by_name[name][cell], value)
    for name, cell, colour, words in edits.get("mark", []):
        target = by_name[name][cell]
        target.fill = PatternFill("solid", fgColor=colour)
        before = target.comment.text + "\n" if target.comment else ""
        target.comment = Comment(before + words, edits.get("author", ""), height=120, width=320)
    for told in edits.get("add", []):
        _add(book, told)
    book.calculation.fullCalcOnLoad = True
    on_progress("write", 0, 1)
    book.save(out)
    book.close()
    if kind == "xlsx":
        changed = {(by_name[name].title, cell) for name, cell, _ in edits.get("set", [])}
        keep_results(path, out, changed)


def _converted(parsed: Book) -> tuple[Any, dict[str, Any]]:
    """A workbook with the values of a file of another kind, and its sheets by their names in the file."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    by_name: dict[str, Any] = {}
    for sheet in parsed.sheets:
        title = _NOT_IN_TITLES.sub("_", sheet.name)[:31] or "Sheet"
        copy = book.create_sheet(title)
        copy.sheet_state = "hidden" if sheet.hidden else "visible"
        by_name[sheet.name] = copy
        for number, row in sheet.rows:
            for column, value in enumerate(row, start=1):
                if value is not None:
                    _put(copy.cell(number, column), value.text if isinstance(value, Unusable) else value)
        for top, left, bottom, right in sheet.merged:
            copy.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    if not book.worksheets:
        book.create_sheet("Sheet")
    return book, by_name


def _put(cell: Any, value: Any) -> None:
    """Put a value into a cell; a text stays a text, whatever it begins with."""
    if isinstance(value, str):
        value = _CONTROL.sub("\ufffd", value)[:32_767]
        try:
            cell.value = value
        except IllegalCharacterError:
            cell.value = "".join(character if character.isprintable() else "\ufffd" for character in value)
        cell.data_type = "s"
        if value[:1] in "=+-@":
            cell.quotePrefix = True
    else:
        cell.value = value


def _add(book: Any, told: dict[str, Any]) -> None:
    if told["name"] in book.sheetnames:
        name = next(f"{told['name']} {i}" for i in range(2, 1000) if f"{told['name']} {i}" not in book.sheetnames)
    else:
        name = told["name"]
    sheet = book.create_sheet(name)
    for number, row in enumerate([told["header"], *told["rows"]], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if value is not None:
                _put(cell, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="DDEBF7")
    for column, width in enumerate(told["widths"], start=1):
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 8  # A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
