"""The hidden certificate of a workbook: whose plan it shows, and what every cell was written with.

Its rows are texts: a word that says what the row is, and its parts. The last one carries the digest of all others.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from xlsxwriter import Workbook

from planner.office.editable import Editable, Entry, Value
from planner.office.figures import Book
from planner.office.sheet import LONGEST_TEXT, Sheet
from planner.office.styles import Styles

FORMAT = "shanfu-task-plan/1"
SEAL_SHEET = "证书"
"""In every language, so that it is found before the language is known."""
META, TABLE, ROW, ENTRY, END = "meta", "sheet", "row", "entry", "end"

Line = tuple[str, ...]


def value_text(value: Value) -> str:
    """A value of an entry as text: yuan, m², years and ids as they are, days in ISO form."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def digest_of(lines: Iterable[Sequence[str]]) -> str:
    """SHA-256 of the rows of a certificate; empty parts at a row's end do not count, as no program keeps them."""
    found = hashlib.sha256()
    for line in lines:
        last = max((i for i, part in enumerate(line) if part), default=-1)
        found.update(json.dumps(list(line[: last + 1]), ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return found.hexdigest()


def write_seal(workbook: Workbook, styles: Styles, book: Book, editable: Editable) -> None:
    """Write the certificate of the sheets written so far, out of sight and protected."""
    lines = [*_meta(book), *_sheets(styles.sheets), *map(_entry, editable.entries.values())]
    lines.append((END, digest_of(lines)))
    sheet = workbook.add_worksheet(SEAL_SHEET)
    for row, line in enumerate(lines):
        for col, part in enumerate(line):
            if part:
                sheet.write_string(row, col, part)
    sheet.very_hidden()
    sheet.protect("")


def _meta(book: Book) -> Iterator[Line]:
    certificate = book.plan.certificate
    facts = {
        "format": FORMAT,
        "plan_digest": certificate.plan_digest,
        "ledger_digest": certificate.ledger_digest,
        "scenario_digest": certificate.scenario_digest,
        "facts_digest": book.facts.digest,
        "run_id": certificate.run_id,
        "made_at": certificate.made_at,
        "product_version": certificate.product_version,
        "district": book.district or "",
        "lang": book.words.lang,
        "money_unit_size": str(book.words.size),
    }
    return ((META, key, value) for key, value in facts.items())


def _sheets(sheets: Sequence[Sheet]) -> Iterator[Line]:
    for sheet in sheets:
        about = {
            "head_row": sheet.head_row,
            "key_columns": sheet.key_columns,
            "fields": {str(col): field for col, field in sheet.fields.items()},
        }
        yield TABLE, sheet.name, _json(about)
        for row in sorted(sheet.written | {key: {} for key in sheet.open_cells}):
            cells = {
                str(col): [cell.value, cell.formula] if cell.formula else [cell.value]
                for col, cell in sorted(sheet.written.get(row, {}).items())
            }
            content = {"cells": cells, "open": sorted(sheet.open_cells.get(row, ()))}
            yield ROW, sheet.name, str(row), sheet.row_keys.get(row, ""), *_chunks(_json(content))


def _entry(entry: Entry) -> Line:
    key = entry.key
    return (
        ENTRY, key.patch, str(key.field), key.source, key.district, str(key.year or ""), value_text(entry.value),
        entry.closed,
    )  # fmt: skip


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _chunks(text: str) -> Iterator[str]:
    """A text in parts that fit a cell."""
    for start in range(0, len(text), LONGEST_TEXT):
        yield text[start : start + LONGEST_TEXT]
