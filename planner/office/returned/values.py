"""From a cell, as any program may have saved it, to the value that it means; never by guessing."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from planner.ledger import Ledger, Treatment
from planner.ledger.cells import CellError, clean_text, exact
from planner.office.adjust import EARLIEST, LATEST
from planner.office.editable import Field, Key, Value, treatment_words
from planner.office.figures import Book
from planner.office.returned.opening import RawCell
from planner.office.words import Words
from planner.texts import LANGUAGES, text
from planner.units import M2_PER_HECTARE, decimal_text

_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_EXCEL_DAY_0 = dt.date(1899, 12, 30)
_SERIALS = range(20_000, 110_000)  # 1954 to 2201
_NOISE = Decimal("1e-6")
"""What a program's arithmetic may add to a yuan or a square metre."""


class Unreadable(Exception):
    """A cell that does not hold a value of its column.

    Parameters
    ----------
    key : str
        The text of the room ``office`` that says so.
    """

    def __init__(self, key: str, **values: Any) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


@dataclass(frozen=True)
class Reader:
    """Reads cells of a workbook in any language, and says values in one."""

    book: Book

    @property
    def words(self) -> Words:
        """The words that values are said in."""
        return self.book.words

    @property
    def ledger(self) -> Ledger:
        """Whose options there are."""
        return self.book.ledger

    def read(self, key: Key, cell: RawCell) -> Value:
        """What a cell means as the value of a key; None or an empty text where it is empty.

        Raises
        ------
        Unreadable
            It does not hold such a value.
        """
        if cell.error:
            raise Unreadable("unreadable_error")
        if cell.formula and cell.value is None:
            raise Unreadable("unreadable_no_result")
        if cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
            return self._empty(key.field)
        match key.field.kind:
            case "year":
                return self._year(cell.value)
            case "money":
                return self._amount(cell.value, self.words.size, "unreadable_not_whole_yuan")
            case "area":
                return self._amount(cell.value, M2_PER_HECTARE, "unreadable_not_whole_m2")
            case "date":
                return self._day(cell.value)
            case "word":
                return self._word(key, cell.value)
            case _:
                return _text(cell.value)

    def say(self, field: Field, value: Value) -> str:
        """A value as people read it."""
        if value is None:
            return ""
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, int):
            scale = {"money": self.words.size, "area": M2_PER_HECTARE}.get(field.kind)
            return str(value) if scale is None else decimal_text(value, scale)
        match field:
            case Field.TREATMENT:
                return self.words.treatment(value)
            case Field.OPTION:
                return self.words.option(value)
            case Field.TRACKED:
                return self.words(value)
            case _:
                return value

    def _empty(self, field: Field) -> Value:
        return "" if field.kind == "text" else None

    def _year(self, raw: object) -> int:
        plain = _number(raw.replace("年", "").strip() if isinstance(raw, str) else raw)
        first, last = self.book.years.start, self.book.last
        if plain != plain.to_integral_value():
            raise Unreadable("unreadable_year")
        if int(plain) not in self.book.years:
            raise Unreadable("unreadable_year_outside", first=first, last=last)
        return int(plain)

    def _amount(self, raw: object, scale: int, too_fine: str) -> int:
        amount = _number(raw) * scale
        whole = amount.to_integral_value()
        if abs(amount - whole) > _NOISE:
            raise Unreadable(too_fine, decimals=len(str(scale)) - 1)
        if whole < 0:
            raise Unreadable("unreadable_negative")
        return int(whole)

    def _day(self, raw: object) -> dt.date:
        day = self._any_day(raw)
        if not EARLIEST <= day <= LATEST:  # a bare year in a cell of days is a day of 1905
            raise Unreadable("unreadable_date")
        return day

    def _any_day(self, raw: object) -> dt.date:
        if isinstance(raw, dt.date):
            return raw
        if isinstance(raw, str) and (found := _DAY.fullmatch(_plain(raw))):
            try:
                return dt.date(*map(int, found.groups()))
            except ValueError as error:
                raise Unreadable("unreadable_date") from error
        try:
            serial = _number(raw)
        except Unreadable as error:
            raise Unreadable("unreadable_date") from error
        if serial != serial.to_integral_value() or int(serial) not in _SERIALS:
            raise Unreadable("unreadable_date")
        return _EXCEL_DAY_0 + dt.timedelta(days=int(serial))

    def _word(self, key: Key, raw: object) -> str:
        known = self._known(key)
        said = _plain(str(raw)).lower()
        for word, value in known.items():
            if _plain(word).lower() == said:
                return value
        words = dict.fromkeys(self.say(key.field, value) for value in known.values())
        raise Unreadable("unreadable_word", known=self.words.listed(words))

    def _known(self, key: Key) -> Mapping[str, str]:
        """Every word that stands for a value of the key, in both languages."""
        if key.field is Field.TREATMENT:
            return {word: value for lang in LANGUAGES for value, word in treatment_words(lang).items()} | {
                str(t.value): str(t.value) for t in Treatment
            }
        if key.field is Field.TRACKED:
            return {text(f"office.{value}", lang): value for lang in LANGUAGES for value in ("yes", "no")}
        patch = self.ledger.by_id.get(key.patch)
        own = [] if patch is None else [option.option for option in self.ledger.options_of(patch)]
        labels = {Words(lang, self.words.meta).option(option): option for lang in LANGUAGES for option in own}
        return labels | {option: option for option in own}


def _plain(said: str) -> str:
    """A text as it would be typed on a plain keyboard."""
    return unicodedata.normalize("NFKC", said).strip()


def _number(raw: object) -> Decimal:
    """The exact number of a cell that may be a number saved as text."""
    if isinstance(raw, str):
        raw = _plain(raw).replace(",", "").replace(" ", "")
    elif isinstance(raw, float):
        raw = f"{raw:.15g}"  # programs keep 15 digits; what is behind them is noise
    try:
        return exact(raw)
    except CellError as error:
        raise Unreadable("unreadable_number") from error


def _text(raw: object) -> str:
    if isinstance(raw, bool | dt.date):
        return str(raw)
    if isinstance(raw, float) and raw == int(raw):
        raw = int(raw)
    try:
        return clean_text(str(raw))
    except CellError as error:
        raise Unreadable("unreadable_text") from error


def as_text(raw: object) -> str:
    """A raw value as people read it in the sheet."""
    if raw is None:
        return ""
    if isinstance(raw, float):
        exact_value = Fraction(f"{raw:.15g}")
        return str(int(exact_value)) if exact_value.denominator == 1 else f"{raw:.15g}"
    return raw.isoformat() if isinstance(raw, dt.date) else str(raw)
