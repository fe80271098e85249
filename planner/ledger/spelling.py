"""The many ways in which offices write a number, a date, a yes and a nothing, turned into the plain one.

Only what has one meaning is turned; everything else is left for `planner.ledger.cells` to refuse.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import unicodedata
from fractions import Fraction

from planner.ledger.cells import Reading
from planner.ledger.names import Names, names, plain
from planner.ledger.schema import Kind

NOTHINGS = frozenset(
    ["-", "--", "---", "—", "——", "–", "―", "/", "\\", "／", "－", "暂无", "n/a", "na", "null", "none", "nil"]
)
"""What stands for an empty cell in every column but those of free text."""
REWRITTEN = (re.compile(r"(\d+)\.0"), re.compile(r"'(.+)"))
"""What programs make of ids: numbers turned into text, and the mark that says that a cell is text."""
_NO_OR_NOTHING = "无"

_YES = frozenset(["√", "✓", "✔", "☑", "有", "曾有", "y", "t", "对"])
_NO = frozenset(["×", "✗", "✘", "x", "☐", "无", "n", "f", "没有", "未有", "从未"])
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_GROUPED = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+)(\.\d+)?")
_WITH_UNIT = re.compile(r"([+-]?[\d,]*\.?\d+)\s*([^\d\s.,+\-][^\d]*\d?)")
_COUNTERS = frozenset(["处", "个", "年", "年度", "级", "分", "项", "点"])
_DEGREES = frozenset(["°", "度"])
_WRITTEN_DATE = re.compile(r"(\d{4})\s*(?:年|[./-])\s*(\d{1,2})\s*(?:月|[./-])\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?")
_FIRST_SERIAL, _LAST_SERIAL = 18_264, 109_575  # 1950 to 2199
_SERIAL_FROM = dt.date(1899, 12, 30)
_KEEPS_ITS_TEXT = (Kind.TEXT, Kind.SHARES)


def says_nothing(raw: object, reading: Reading) -> bool:
    """Whether a text stands for an empty cell, such as a dash."""
    if not isinstance(raw, str) or len(raw) > 6 or not reading.loose or reading.column.kind in _KEEPS_ITS_TEXT:
        return False
    text = unicodedata.normalize("NFKC", raw).strip().lower()
    return text in NOTHINGS or (text == _NO_OR_NOTHING and reading.column.kind is not Kind.YES_NO)


def loosened(raw: object, reading: Reading) -> tuple[object, Reading]:
    """A cell in plain spelling, and how it is then read: a unit in the cell counts more than the column's."""
    kind = reading.column.kind
    if kind is Kind.DATE:
        return _date(raw), reading
    if not isinstance(raw, str) or kind in _KEEPS_ITS_TEXT:
        return raw, reading
    if _SUPERSCRIPT.search(raw.replace("m²", "m2").replace("m³", "")):
        return raw, reading
    text = unicodedata.normalize("NFKC", raw.replace("m²", "m2")).strip()
    if kind is Kind.YES_NO:
        word = text.lower()
        return (True if word in _YES else False if word in _NO else text), reading
    if kind is Kind.CHOICE:
        return names().words.get(reading.field, {}).get(plain(text), text), reading
    if kind is Kind.MONEY_LIST:
        return text, reading
    return _number(text, reading)


def _number(text: str, reading: Reading) -> tuple[object, Reading]:
    text = text.lstrip("¥$€£").strip() if reading.column.kind is Kind.MONEY else text
    if found := _WITH_UNIT.fullmatch(text):
        number, unit = found.group(1), plain(found.group(2))
        units = names().units(reading.column.kind)
        if unit in units:
            text, reading = number, in_unit(reading, units[unit])
        elif (reading.column.kind is Kind.WHOLE and unit in _COUNTERS) or (
            reading.column.kind is Kind.DECIMAL and unit in _DEGREES
        ):
            text = number
    if found := _GROUPED.fullmatch(text):
        text = found.group(1) + found.group(2).replace(",", "") + (found.group(3) or "")
    return text, reading


def in_unit(reading: Reading, size: Fraction) -> Reading:
    """The same column in another unit. In 亩 and acres no amount of m² is round: the nearest is meant."""
    whole = int(size) if size.denominator == 1 else size
    return dataclasses.replace(reading, scale=whole)


def _date(raw: object) -> object:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, int):
        if _FIRST_SERIAL <= raw <= _LAST_SERIAL:
            return _SERIAL_FROM + dt.timedelta(days=raw)
        raw = str(raw)
    if not isinstance(raw, str):
        return raw
    text = unicodedata.normalize("NFKC", raw).strip()
    if len(text) == 8 and text.isdecimal():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    elif len(text) == 5 and text.isdecimal() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return _SERIAL_FROM + dt.timedelta(days=int(text))
    if found := _WRITTEN_DATE.fullmatch(text):
        year, month, day = map(int, found.groups())
        return f"{year:04}-{month:02}-{day:02}"
    return text


def unit_of(name: str, kind: Kind, known: Names) -> Fraction | None:
    """What the unit that a column's name states is worth, or None where it states none."""
    unit = known.unit_in(name, kind)
    return known.units(kind)[unit] if unit else None
