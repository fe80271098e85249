"""Files that mean harm, or that look as if they did: each made by a few lines."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.planner.ledger.tables import HEADER, ROW, workbook

SHEET = "图斑台账"
SHEET_PART = "xl/worksheets/sheet1.xml"
MEGABYTE = 1_000_000
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 8) for c in range(ord("c"), ord("p")))
    + b"]>"
)

Maker = Callable[[Path], Any]


def sound(path: Path) -> None:
    workbook(path, {SHEET: [HEADER, ROW]})


def rewritten(path: Path, **changes: bytes | Callable[[bytes], bytes]) -> None:
    """A sound workbook with some parts changed or added."""
    sound(path)
    with zipfile.ZipFile(path) as parts:
        kept: dict[str, bytes] = {entry: parts.read(entry) for entry in parts.namelist()}
    for name, change in changes.items():
        kept[name] = change if isinstance(change, bytes) else change(kept[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in kept.items():
            parts.writestr(name, content)


def padded(path: Path, part: str, piece: bytes, count: int, *, method: int = zipfile.ZIP_DEFLATED) -> None:
    """A sound workbook whose sheet holds a piece many times before its end."""
    sound(path)
    with zipfile.ZipFile(path) as parts:
        kept = {entry: parts.read(entry) for entry in parts.namelist()}
    start, end = kept.pop(part).split(b"</sheetData>")
    with zipfile.ZipFile(path, "w", method, compresslevel=1) as parts:
        for name, content in kept.items():
            parts.writestr(name, content)
        with parts.open(part, "w", force_zip64=True) as file:
            file.write(start)
            for _ in range(count):
                file.write(piece)
            file.write(b"</sheetData>" + end)


def zip_bomb(path: Path) -> None:
    padded(path, SHEET_PART, b" " * MEGABYTE, 1000)


def small_zip_bomb(path: Path) -> None:
    """Just below what a file may unpack to."""
    padded(path, SHEET_PART, b" " * MEGABYTE, 550)


def stored_blanks(path: Path) -> None:
    """200 MB of blanks, not packed, so that no ratio gives them away."""
    padded(path, SHEET_PART, b" " * MEGABYTE, 200, method=zipfile.ZIP_STORED)


def packed_blanks(path: Path) -> None:
    padded(path, SHEET_PART, b" " * MEGABYTE, 200)


def stored_blank_cells(path: Path) -> None:
    """200 MB of rows of cells that hold nothing but a format."""
    cells = b"".join(b'<c r="%s3" s="0"/>' % letter.encode() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    row = b'<row r="3">' + cells + b"</row>"
    padded(path, SHEET_PART, row * 1000, 200 * MEGABYTE // (len(row) * 1000), method=zipfile.ZIP_STORED)


def lying_size(path: Path) -> None:
    """A part that unpacks to far more than the list of parts says."""
    zip_bomb(path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02" + b"", 0, content.rindex(SHEET_PART.encode()))
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(bytes(content))


def nested(path: Path) -> None:
    inner = path.with_name("inner.zip")
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("zeros", bytes(50 * MEGABYTE))
    rewritten(path, **{f"xl/embeddings/{i}.zip": inner.read_bytes() for i in range(50)})


def entities_in_sheet(path: Path) -> None:
    rewritten(
        path,
        **{SHEET_PART: lambda xml: BOMB + xml.replace(b"</sheetData>", b"<row><c><v>&o;</v></c></row></sheetData>")},
    )


def entities_in_styles(path: Path) -> None:
    rewritten(path, **{"xl/styles.xml": lambda xml: BOMB + xml})


def entities_in_utf16(path: Path) -> None:
    rewritten(path, **{SHEET_PART: lambda xml: (BOMB + xml).decode().encode("utf-16")})


def far_cell(path: Path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rewritten(path, **{SHEET_PART: lambda xml: xml.replace(b"</sheetData>", far)})


def far_cell_in_disguise(path: Path) -> None:
    """The same where a quick look does not see it: only the limit on memory is left."""
    far = b"<row\nr='1048576'><c t='n'\nr\n=\n'XFD1048576'><v>1</v></c></row></sheetData>"
    rewritten(path, **{SHEET_PART: lambda xml: xml.replace(b"</sheetData>", far)})


def wide_and_long(path: Path) -> None:
    """Two cells within bounds whose rectangle is not."""
    far = b'<row r="3"><c r="SF3"><v>1</v></c></row><row r="200000"><c r="A200000"><v>1</v></c></row></sheetData>'
    rewritten(path, **{SHEET_PART: lambda xml: xml.replace(b"</sheetData>", far)})


def formula_texts(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(SHEET)
        for i, row in enumerate([[*HEADER, "备注", "项目名称"], [*ROW, "=cmd|'/c calc'!A1", "@SUM(1+1)"]]):
            for j, cell in enumerate(row):
                sheet.write(i, j, cell)


def macros(path: Path) -> None:
    rewritten(path, **{"xl/vbaProject.bin": OLE + bytes(500)})


def external_links(path: Path) -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    rewritten(path, **{"xl/externalLinks/externalLink1.xml": link})


def protected(path: Path) -> None:
    path.write_bytes(OLE + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(4000))


def truncated(path: Path) -> None:
    sound(path)
    path.write_bytes(path.read_bytes()[:-300])


def spoilt(path: Path) -> None:
    sound(path)
    content = bytearray(path.read_bytes())
    at = content.index(SHEET_PART.encode()) + 60
    content[at : at + 80] = bytes(80)
    path.write_bytes(bytes(content))


def ods_of(rows: bytes) -> Maker:
    spaces = b" ".join(
        b'xmlns:%s="urn:oasis:names:tc:opendocument:xmlns:%s:1.0"' % pair
        for pair in ((b"office", b"office"), (b"table", b"table"), (b"text", b"text"))
    )

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
            parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            body = b"<office:body><office:spreadsheet><table:table table:name='A'>" + rows
            end = b"</table:table></office:spreadsheet></office:body></office:document-content>"
            parts.writestr("content.xml", b"<office:document-content " + spaces + b">" + body + end)

    return make


ODS_CELL = b"<table:table-cell %soffice:value-type='float' office:value='1'><text:p>1</text:p></table:table-cell>"
ODS_BOMB = (
    b"<table:table-row table:number-rows-repeated='1048576'>" + ODS_CELL % b"table:number-columns-repeated='16384' "
)
ODS_BOMB += b"</table:table-row>"
ODS_ROWS = b"<table:table-row table:number-rows-repeated='199999'>" + ODS_CELL % b"table:number-columns-repeated='500' "
ODS_ROWS += b"</table:table-row>"


def csv_of(piece: bytes, count: int) -> Maker:
    def make(path: Path) -> None:
        with path.open("wb") as file:
            for _ in range(count):
                file.write(piece)

    return make


def old_far_cell(path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet(SHEET).write(65_535, 255, 1)
    book.save(str(path))


def cases() -> Iterator[tuple[str, Maker, str, set[str]]]:
    """Name, maker, ending, and the findings: what refuses the file, or what is said of one that is read."""
    yield "zip-bomb", zip_bomb, ".xlsx", {"file_too_large"}
    yield "small-zip-bomb", small_zip_bomb, ".xlsx", {"file_packed_too_tightly"}
    yield "lying-size", lying_size, ".xlsx", {"file_damaged"}
    yield "nested-zips", nested, ".xlsx", set()
    yield "entities-in-sheet", entities_in_sheet, ".xlsx", {"file_defines_entities"}
    yield "entities-in-styles", entities_in_styles, ".xlsx", {"file_defines_entities"}
    yield "entities-in-utf16", entities_in_utf16, ".xlsx", {"file_defines_entities"}
    yield "far-cell", far_cell, ".xlsx", {"sheet_too_large"}
    yield "far-cell-in-disguise", far_cell_in_disguise, ".xlsx", {"file_takes_too_much"}
    yield "wide-and-long", wide_and_long, ".xlsx", {"sheet_too_large"}
    yield "packed-blanks", packed_blanks, ".xlsx", {"file_packed_too_tightly"}
    yield "stored-blanks", stored_blanks, ".xlsx", {"file_damaged"}
    yield "stored-blank-cells", stored_blank_cells, ".xlsx", set()
    yield "formulas-in-texts", formula_texts, ".xlsx", set()
    yield "macros", macros, ".xlsm", {"has_macros"}
    yield "external-links", external_links, ".xlsx", {"has_external_links"}
    yield "protected", protected, ".xlsx", {"file_protected"}
    yield "truncated", truncated, ".xlsx", {"file_damaged"}
    yield "spoilt", spoilt, ".xlsx", {"file_damaged"}
    yield "pdf", lambda path: path.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 100), ".xlsx", {"file_not_workbook"}
    yield "web-page", lambda path: path.write_text("<html><table><tr><td>1"), ".xls", {"file_not_workbook"}
    yield "picture", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00" * 50), ".xlsx", {"file_not_workbook"}
    yield (
        "word",
        lambda path: path.write_bytes(OLE + bytes(600) + "WordDocument".encode("utf-16-le")),
        ".xls",
        {"file_not_workbook"},
    )
    yield (
        "broken-xls",
        lambda path: path.write_bytes(OLE + bytes(600) + "Workbook".encode("utf-16-le")),
        ".xls",
        {"file_damaged"},
    )
    yield "old-far-cell", old_far_cell, ".xls", {"header_missing"}
    yield "ods-bomb", ods_of(ODS_BOMB), ".ods", {"sheet_too_large"}
    yield "ods-rectangle", ods_of(ODS_ROWS), ".ods", {"sheet_too_large"}
    yield "csv-blank-lines", csv_of(b"\n" * MEGABYTE, 200), ".csv", {"sheet_too_large"}
    yield "csv-commas", csv_of(b",,,,\n" * (MEGABYTE // 6), 200), ".csv", {"sheet_too_large"}
    yield "csv-one-line", csv_of(b" " * MEGABYTE, 200), ".csv", {"file_not_workbook"}
    yield "csv-open-quote", csv_of(b"a,b\n" * 100 + b'"' + b"a,b\n" * 250_000, 200), ".csv", {"file_damaged"}
    yield (
        "csv-in-no-coding",
        lambda path: path.write_bytes(b"a,b\n\xff\xff\xff,1\n" * 10),
        ".csv",
        {"file_coding_unknown"},
    )
    yield "empty", lambda path: path.touch(), ".xlsx", {"file_empty"}
    yield "folder", lambda path: path.mkdir(), ".xlsx", {"file_is_folder"}
