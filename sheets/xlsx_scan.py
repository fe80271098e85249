"""A quick look over the XML of a sheet before it is parsed: how far it reaches, and cells that hold no value.

The parser takes room for a whole rectangle and passes over errors and formulas without a stored result as if they
were empty; both are found here, in a stream and with little memory.
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from sheets.book import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Refused, Unusable
from sheets.packing import check_definitions

_CHUNK = 4 << 20
_LONGEST_ROW = 32 << 20
_ROW_END = re.compile(rb"</(?:\w+:)?row\s*>")
_FILLED = re.compile(rb'r="([A-Z]{1,3}\d{1,7})"[^>/]*>')
_FILLED_IN_OTHER_QUOTES = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Za-z]{1,3}\d{1,7})[\"'](?:[^>]*[^/>])?>"
)
CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*[^/>])>(.*?)</(?:\w+:)?c\s*>", re.DOTALL)
_SPECIAL = (b"<f", b":f", b't="e"', b"t='e'")
REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")
TYPE = re.compile(rb"(?:^|\s)t\s*=\s*[\"'](\w+)[\"']")
FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?f\s*>)", re.DOTALL)
RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_STYLE = re.compile(rb"(?:^|\s)s\s*=\s*[\"'](\d+)[\"']")
_ONLY_ZEROS = re.compile(r"0{2,18}$")
_LETTERS = bytes(range(65, 91)) + bytes(range(97, 123))


@dataclass(slots=True)
class Extent:
    """How far a sheet reaches, and its cells without a value by (row, column), both counted from 1."""

    rows: int = 0
    columns: int = 0
    filled: int = 0
    unusable: dict[tuple[int, int], Unusable] = field(default_factory=dict)
    padded: dict[tuple[int, int], int] = field(default_factory=dict)
    """Digits that a whole number is shown with, zeros before it, where its format asks for so many."""

    @property
    def too_large(self) -> bool:
        """Whether it is beyond what is read."""
        return self.rows > MOST_ROWS or self.columns > MOST_COLUMNS or self.rows * self.columns > MOST_CELLS


def sheet_parts(parts: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name.

    Raises
    ------
    Refused
        The workbook names a sheet whose part is missing.
    """
    names = set(parts.namelist())
    targets = {
        one.get("Id"): one.get("Target", "")
        for one in ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
        if one.get("TargetMode") != "External"
    }
    found: dict[str, str] = {}
    for element in ElementTree.fromstring(parts.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            key = next((value for name, value in element.attrib.items() if name.endswith("}id")), None)
            target = targets.get(key, "")
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            if part not in names:
                raise Refused("file_damaged", error=f"no part for the sheet {element.get('name')}")
            found[element.get("name", "")] = part
    return found


def padding_styles(parts: zipfile.ZipFile) -> dict[bytes, int]:
    """The styles that show a number with zeros before it (format ``0000``), and how many digits they show."""
    if "xl/styles.xml" not in parts.namelist():
        return {}
    codes: dict[str, int] = {}
    styles: dict[bytes, int] = {}
    for element in ElementTree.fromstring(parts.read("xl/styles.xml")):
        tag = element.tag.rpartition("}")[2]
        if tag == "numFmts":
            codes = {
                one.get("numFmtId", ""): len(one.get("formatCode", ""))
                for one in element
                if _ONLY_ZEROS.match(one.get("formatCode", ""))
            }
        elif tag == "cellXfs":
            ids = [one.get("numFmtId", "") for one in element]
            styles = {str(place).encode(): codes[number] for place, number in enumerate(ids) if number in codes}
    return styles


def scan_sheet(
    parts: zipfile.ZipFile, part: str, on_bytes: Callable[[int], None], padding: Mapping[bytes, int] | None = None
) -> Extent:
    """Look over one sheet.

    Parameters
    ----------
    parts : ZipFile
    part : str
    on_bytes : callable
        Told how many bytes have passed.
    padding : mapping, optional
        What `padding_styles` says of the workbook.
    """
    extent = Extent()
    for piece in _pieces(parts, part, on_bytes):
        # Regular programs write r="A1". What is written to deceive meets the limit on memory instead.
        pattern = _FILLED_IN_OTHER_QUOTES if b" r='" in piece else _FILLED
        references = pattern.findall(piece)
        if references:
            extent.filled += len(references)
            joined = b" ".join(references)
            extent.columns = max(
                extent.columns, *map(column_number, set(joined.translate(None, b"0123456789").split()))
            )
            extent.rows = max(extent.rows, *map(int, set(joined.translate(None, _LETTERS).split())))
        if extent.too_large:
            return extent
        if any(mark in piece for mark in _SPECIAL):
            extent.unusable.update(_without_value(piece))
        if padding:
            extent.padded.update(_padded(piece, padding))
    return extent


def _padded(piece: bytes, padding: Mapping[bytes, int]) -> Iterator[tuple[tuple[int, int], int]]:
    for found in CELL.finditer(piece):
        attributes = found.group(1)
        place, style, kind = REFERENCE.search(attributes), _STYLE.search(attributes), TYPE.search(attributes)
        number = kind is None or kind.group(1) == b"n"
        if place and style and number and style.group(1) in padding:
            yield (int(place.group(2)), column_number(place.group(1))), padding[style.group(1)]


def _pieces(parts: zipfile.ZipFile, part: str, on_bytes: Callable[[int], None]) -> Iterator[bytes]:
    """The part in pieces that end where a row ends."""
    rest, before = b"", b""
    with parts.open(part) as file:
        while chunk := file.read(_CHUNK):
            on_bytes(len(chunk))
            check_definitions(chunk if before else chunk.lstrip(b"\xef\xbb\xbf"), before)
            before = chunk[-16:]
            rest += chunk
            end = rest.rfind(b"</row>")
            if end < 0:
                ends = [found.end() for found in _ROW_END.finditer(rest)]
                end = ends[-1] if ends else -1
            else:
                end += len(b"</row>")
            if end >= 0:
                yield rest[:end]
                rest = rest[end:]
            elif len(rest) > _LONGEST_ROW:
                raise Refused("file_damaged", error="endless row")
    yield rest


def _without_value(piece: bytes) -> Iterator[tuple[tuple[int, int], Unusable]]:
    for found in CELL.finditer(piece):
        attributes, body = found.groups()
        place, kind = REFERENCE.search(attributes), TYPE.search(attributes)
        if place is None:
            continue
        result = RESULT.search(body)
        at = int(place.group(2)), column_number(place.group(1))
        if kind and kind.group(1) == b"e":
            yield at, Unusable("error_cell", words(result.group(1) if result else b"#?"))
        elif (formula := FORMULA.search(body)) and result is None and not (kind and kind.group(1) == b"str"):
            yield at, Unusable("formula_without_result", "=" + words(formula.group(1) or b""))


def words(raw: bytes) -> str:
    """The text that stands in XML as these bytes."""
    return html.unescape(raw.decode("utf-8", "replace"))


def column_number(letters: bytes) -> int:
    """The number of a column from its letters, A being 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
