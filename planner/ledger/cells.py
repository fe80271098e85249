"""One cell: from what a program hands over to the typed value of its column, exactly, and back to text.

Data frames and workbooks share this; they differ only in what a `Reading` says of the column.
A cell is never guessed at: what is not plainly a value of its kind is a `CellError`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planner.ledger.schema import Column, Kind, Labelled
from planner.units import decimal_text, half_up
from sheets import Unusable

LARGEST = 10**15
"""The largest amount of yuan, m² or anything whole: up to here the solvers' floating point is exact."""
LONGEST_TEXT = 32_767
"""Characters of an Excel cell."""
MOST_DIGITS = 28
"""Digits of a decimal number, as many as Python's default arithmetic keeps."""
NOTHING = "—"

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_NOT_FINITE = {"nan", "inf", "infinity", "infinite"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|x005F_")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]00:00(:00(\.0+)?)?)?", re.ASCII)
_LOST_DIGITS = re.compile(r"\d\.\d+E\+\d{2,}", re.ASCII)
_DASHES = frozenset(["-", "--", "—", "——", "–", "/", "－", "／"])
_HALF_WIDTH = {0x3000: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
_YES = {"true", "yes", "1", "是"}
_NO = {"false", "no", "0", "否"}


class CellError(Exception):
    """What is wrong with one cell.

    Parameters
    ----------
    key : str
        The entry of the ledger's texts.
    mend : object, optional
        The value that is likely meant, of the column's own type.
    **values
        What its placeholders stand for.
    """

    def __init__(self, key: str, *, mend: Any = None, **values: Any) -> None:
        self.key = key
        self.mend = mend
        self.values = values
        super().__init__(key)


@dataclass(frozen=True, slots=True)
class Reading:
    """How one column of one table is to be read.

    Parameters
    ----------
    field : str
        The field of the row type.
    column : Column
    name : str
        The column's name as the user sees it; English names are the fields' own.
    scale : int or Fraction
        How many yuan or m² a unit of the column is: the unit is the one that its name says. A fraction (亩, acres)
        stands for a unit in which whole m² are not round; the nearest is then meant.
    required : bool
    as_float : bool
        Whether a decimal number is held as a float (coordinates).
    keeps_15_digits : bool
        Whether numbers come from a program that keeps 15 digits of them.
    loose : bool
        Whether the cells were typed by people in an office program (`planner.ledger.spelling`).
    """

    field: str
    column: Column
    name: str
    scale: int | Fraction = 1
    required: bool = False
    as_float: bool = False
    keeps_15_digits: bool = False
    loose: bool = False

    @property
    def english(self) -> bool:
        """Whether the column goes by its English name, or another one in Latin letters."""
        return self.name == self.field or (self.loose and self.name.isascii())


def is_missing(raw: object) -> bool:
    """Whether a cell is empty: None, not-a-number, blank text or a list of nothing."""
    if isinstance(raw, str):
        return not raw.strip()
    if isinstance(raw, list | tuple | dict):
        return not raw
    return raw is None or (isinstance(raw, float) and raw != raw) or (isinstance(raw, Decimal) and raw.is_nan())


def as_read(raw: object) -> str:
    """A raw value as short text on one line, for a finding."""
    if isinstance(raw, Unusable):
        return raw.text
    if isinstance(raw, int) and abs(raw) >= 10**100:
        return f"{Decimal(raw):.3E}"
    words = " ".join(str(raw).splitlines()).strip()
    return words if len(words) <= 200 else words[:200] + "…"


def read(raw: object, reading: Reading) -> Any:
    """The typed value of a cell that is not empty.

    Raises
    ------
    CellError
        The cell does not hold a value of the column's kind.
    """
    if isinstance(raw, Unusable):
        raise CellError(raw.key)
    return _READERS[reading.column.kind](raw, reading)


def show(value: object, reading: Reading) -> str:
    """A typed value as text in the column's own unit and words; reading it gives the value again."""
    if value is None:
        return ""
    kind = reading.column.kind
    if kind in (Kind.AREA, Kind.MONEY) and isinstance(value, int):
        return _amount(value, reading.scale)
    if kind is Kind.YES_NO:
        if reading.english:
            return "true" if value else "false"
        return reading.column.yes if value else reading.column.no
    if isinstance(value, Labelled):
        return value.value if reading.english else value.zh
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if kind is Kind.MONEY_LIST and isinstance(value, Iterable):
        return ";".join(_amount(item, reading.scale) for item in value)
    if kind is Kind.SHARES and isinstance(value, Iterable):
        return _shares_text(tuple(value))
    return str(value)


def _amount(value: int, scale: int | Fraction) -> str:
    if isinstance(scale, Fraction):
        return decimal_text(half_up(value * 10_000 / scale), 10_000).replace(",", "")
    return decimal_text(value, scale).replace(",", "")


def _plain_decimal(value: Decimal) -> str:
    """Equal numbers as the same text, so that equal ledgers are equal files."""
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _shares_text(shares: tuple[tuple[str, Decimal], ...]) -> str:
    plain = [(name, _plain_decimal(weight)) for name, weight in shares]
    if any(set(name) & set(";；:：{[") for name, _ in plain):
        return json.dumps(plain, ensure_ascii=False)
    return ";".join(f"{name}:{weight}" for name, weight in plain)


def exact(raw: object) -> Decimal:
    """The exact number that a cell shows: the float 0.1 is one tenth.

    Raises
    ------
    CellError
        It is not a number, not finite, or has more digits than can be kept.
    """
    if isinstance(raw, bool):
        raise CellError("not_a_number", value=as_read(raw))
    if isinstance(raw, int | Decimal):
        number = Decimal(raw)
    elif isinstance(raw, float):
        number = Decimal(repr(raw))
    elif isinstance(raw, str):
        text = raw.strip()
        if text.lstrip("+-").lower() in _NOT_FINITE:
            raise CellError("not_finite", value=as_read(raw))
        if not _NUMBER.fullmatch(text):
            raise CellError("not_a_number", value=as_read(raw))
        number = Decimal(text)
    else:
        raise CellError("not_a_number", value=as_read(raw))
    if not number.is_finite():
        raise CellError("not_finite", value=as_read(raw))
    if not number:
        return Decimal(0)
    if abs(number) > LARGEST:
        raise CellError("too_large", value=as_read(raw), largest=f"{LARGEST:,}")
    if len(number.as_tuple().digits) > MOST_DIGITS or number.adjusted() < -400:
        raise CellError("too_many_digits", value=as_read(raw), most=MOST_DIGITS)
    return number


def _scaled(raw: object, scale: int | Fraction, fault: str) -> int:
    if isinstance(scale, Fraction):
        number = exact(raw)
        if abs(number) * scale.numerator > LARGEST * scale.denominator:
            raise CellError("too_large", value=as_read(raw), largest=f"{LARGEST:,}")
        return half_up(Fraction(number) * scale)
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < LARGEST:
        raw = int(raw)
    if type(raw) is int and abs(raw) * scale <= LARGEST:
        return raw * scale
    number = exact(raw) * scale
    if number != number.to_integral_value():
        raise CellError(fault, mend=None if fault == "not_whole" else half_up(number), value=as_read(raw))
    if abs(number) > LARGEST:
        raise CellError("too_large", value=as_read(raw), largest=f"{LARGEST:,}")
    return int(number)


def _whole(raw: object, reading: Reading) -> int:
    return _scaled(raw, 1, "not_whole")


def _quantity(fault: str) -> Callable[[object, Reading], int]:
    def read_quantity(raw: object, reading: Reading) -> int:
        amount = _scaled(raw, reading.scale, fault)
        if amount < 0:
            raise CellError("negative")
        return amount

    return read_quantity


def _decimal(raw: object, reading: Reading) -> Decimal | float:
    if reading.as_float and isinstance(raw, float) and math.isfinite(raw):
        return raw + 0.0  # a negative zero becomes zero
    number = exact(raw)
    return float(number) if reading.as_float else number


def clean_text(text: str) -> str:
    """A text without outer blanks, its line ends all line feeds; a lone dash says nothing.

    Raises
    ------
    CellError
        It cannot be kept in an Excel cell.
    """
    text = text.strip()
    if text in _DASHES:
        return ""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        raise CellError("control_character", character=repr(found.group())[1:-1])
    if len(text) > LONGEST_TEXT // 2 and (length := len(text.encode("utf-16-le")) // 2) > LONGEST_TEXT:
        raise CellError("text_too_long", length=length, longest=LONGEST_TEXT)
    return text


def clean_name(text: str) -> str:
    """An id or a district's name as text, its full-width letters, digits and signs half-width."""
    cleaned = clean_text(text)
    return cleaned if cleaned.isascii() else clean_text(cleaned.translate(_HALF_WIDTH))


def _text(raw: object, reading: Reading) -> str:
    if isinstance(raw, str):
        if not reading.required:
            return clean_text(raw)
        if reading.loose and _LOST_DIGITS.fullmatch(raw.strip()):
            raise CellError("digits_lost")
        name = clean_name(raw)
        if not name:
            raise CellError("required_empty")
        return name
    if isinstance(raw, bool):
        raise CellError("not_text")
    if isinstance(raw, int | float | Decimal):
        return _number_as_text(raw, reading)
    if isinstance(raw, dt.date) and not reading.required:
        return _date(raw, reading).isoformat()
    raise CellError("not_text")


def _number_as_text(raw: int | float | Decimal, reading: Reading) -> str:
    """An id typed as a number; digits that its program has dropped cannot be had back."""
    unsafe: int = LARGEST if reading.keeps_15_digits else 2**53 if isinstance(raw, float) else 10**30
    if not -unsafe < raw < unsafe:
        raise CellError("not_finite" if math.isinf(raw) else "digits_lost")
    number = exact(raw) if not isinstance(raw, int) else Decimal(raw)
    if number == number.to_integral_value():
        return str(int(number))
    if reading.required:
        raise CellError("id_not_whole")
    return format(number, "f")


def _yes_no(raw: object, reading: Reading) -> bool:
    column = reading.column
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float | Decimal) and raw in (0, 1):
        return bool(raw)
    if isinstance(raw, str):
        word = raw.strip().lower()
        if word in _YES or word == column.yes:
            return True
        if word in _NO or word == column.no:
            return False
    yes, no = ("true", "false") if reading.english else (column.yes, column.no)
    raise CellError("not_yes_no", yes=yes, no=no)


def _choice(raw: object, reading: Reading) -> Labelled:
    members = list(reading.column.choices or ())
    words = {_folded(word): member for member in members for word in (member.value, member.zh)}
    folded = _folded(str(raw))
    if isinstance(raw, str) and folded in words:
        return words[folded]
    near = difflib.get_close_matches(folded, words, n=1, cutoff=0.5)
    raise CellError(
        "unknown_word",
        allowed="、".join(show(member, reading) for member in members),
        nearest=show(words[near[0]], reading) if near else NOTHING,
        mend=words[near[0]] if near else None,
    )


def _folded(word: str) -> str:
    return word.strip().lower().replace(" ", "_")


def _date(raw: object, reading: Reading) -> dt.date:
    if isinstance(raw, dt.datetime):
        if raw.time() != dt.time():
            raise CellError("date_with_time", mend=raw.date())
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    if isinstance(raw, str) and (found := _DATE.fullmatch(raw.strip())):
        try:
            return dt.date.fromisoformat(found.group(1))
        except ValueError as error:
            raise CellError("not_a_date") from error
    raise CellError("not_a_date")


def _money_list(raw: object, reading: Reading) -> tuple[int, ...]:
    if isinstance(raw, str):
        text = raw.strip()
        raw = _json(text, "bad_list") if text.startswith("[") else re.split("[;；]", text)
    elif isinstance(raw, int | float | Decimal):
        raw = [raw]
    if not isinstance(raw, list | tuple) or not raw or any(is_missing(item) for item in raw):
        raise CellError("bad_list")
    return tuple(_scaled(item, reading.scale, "not_whole_yuan") for item in raw)


def _shares(raw: object, reading: Reading) -> tuple[tuple[str, Decimal], ...]:
    if isinstance(raw, str):
        text = raw.strip()
        if text[0] in "[{":
            raw = _json(text, "bad_shares")
        else:
            raw = [re.split("[:：](?=[^:：]*$)", part) for part in re.split("[;；]", text)]
    pairs = list(raw.items()) if isinstance(raw, Mapping) else raw
    if not isinstance(pairs, list | tuple):
        raise CellError("bad_shares")
    shares = []
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise CellError("bad_shares")
        name, weight = pair
        if not isinstance(name, str) or is_missing(name) or is_missing(weight):
            raise CellError("bad_shares")
        shares.append((clean_name(name), exact(weight)))
    return tuple(shares)


def _json(text: str, fault: str) -> object:
    """The value of a JSON text, its numbers exact and an object as the list of its pairs."""
    try:
        return json.loads(text, parse_float=Decimal, object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise CellError(fault) from error


_READERS: dict[Kind, Callable[[object, Reading], Any]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.AREA: _quantity("not_whole_m2"),
    Kind.MONEY: _quantity("not_whole_yuan"),
    Kind.MONEY_LIST: _money_list,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.SHARES: _shares,
}
