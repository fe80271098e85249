"""What a brief is made of: plain words, tables and charts, whatever the file they end up in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from planner.office.figures import Book
from planner.texts import text

Align = Literal["left", "right", "center"]
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
ISOLATE, END = "\u2068", "\u2069"
MOST_COLUMNS = 44
"""Of a name from outside: half-width signs that it takes at most."""


def seen(words: str) -> str:
    """Words without signs that are not seen, or that turn the direction or the line of what follows."""
    kept = (" " if sign in "\t\r\n" or unicodedata.category(sign) in ("Zl", "Zp") else sign for sign in words)
    return "".join(sign for sign in kept if sign in (ISOLATE, END) or unicodedata.category(sign) not in _UNSEEN)


def plain(words: str) -> str:
    """A name from outside as one run of words, with no sign of direction of its own."""
    return " ".join(seen(words).replace(ISOLATE, "").replace(END, "").split())


def width(words: str) -> int:
    """How many half-width signs words take."""
    return sum(2 if unicodedata.east_asian_width(sign) in "FWA" else 1 for sign in words)


def clipped(words: str, columns: int = MOST_COLUMNS) -> str:
    """A name from outside: plain, no longer than there is room, its direction kept to itself."""
    name = plain(words)
    if width(name) > columns:
        kept, left = "", columns - 2
        for sign in name:
            left -= width(sign)
            if left < 0:
                break
            kept += sign
        name = kept.rstrip() + "…"
    turned = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in name)
    return f"{ISOLATE}{name}{END}" if turned else name


@dataclass(frozen=True)
class Paragraph:
    """Words that run on."""

    text: str
    kind: Literal["paragraph", "note", "warning"] = "paragraph"


@dataclass(frozen=True)
class Points:
    """Items one below the other, numbered."""

    items: tuple[str, ...]
    kind: Literal["points"] = "points"


@dataclass(frozen=True)
class Column:
    """A column of a table; `share` is its part of the width."""

    head: str
    share: int
    align: Align = "right"


@dataclass(frozen=True)
class Table:
    """A table whose cells each take one line; `total` says that the last row is a sum."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Series:
    """One part of the columns of a chart: a name, a colour, and for each column its height."""

    name: str
    colour: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Chart:
    """Stacked columns with their totals above them and, where there is one, a mark for what is allowed.

    `values` of series and `marks` only set heights; what is read are `totals`, exact or rounded as they are said.
    """

    name: str
    title: str
    alt: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    totals: tuple[str, ...]
    marks: tuple[float, ...] = ()
    mark_name: str = ""
    mark_colour: str = ""


@dataclass(frozen=True)
class Charts:
    """Charts side by side."""

    charts: tuple[Chart, ...]
    kind: Literal["charts"] = "charts"


Part = Paragraph | Points | Table | Charts


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Brief:
    """All words and figures of a brief, page by page."""

    lang: str
    title: str
    about: str
    warning: str
    pages: tuple[tuple[Section, ...], tuple[Section, ...]]
    certificate: tuple[str, ...]
    page_words: str
    made_at: str
    subject: str

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Every chart, in order."""
        return tuple(
            chart
            for page in self.pages
            for section in page
            for part in section.parts
            if isinstance(part, Charts)
            for chart in part.charts
        )


@dataclass(frozen=True)
class Room:
    """How many rows and points a brief may take; what is left out is summed up in one row that says so."""

    targets: int = 12
    differences: int = 8
    years: int = 12
    districts: int = 17
    tasks: int = 10
    points: int = 7


class Say:
    """The texts of the brief in the language and the units of a book."""

    def __init__(self, book: Book) -> None:
        self.words = book.words

    def __call__(self, key: str, **values: Any) -> str:
        """One text; ``{unit}`` is the money unit."""
        return text(f"brief.{key}", self.words.lang, **{"unit": self.words.unit, **values})

    def heads(self, *columns: tuple[str, int, Align]) -> tuple[Column, ...]:
        """Columns of a table, by the keys of their heads."""
        return tuple(Column(self(f"head_{key}"), share, align) for key, share, align in columns)


def numbered(say: Say, sections: Sequence[tuple[str, tuple[Part, ...]]], first: int) -> tuple[Section, ...]:
    """Sections with their numbers."""
    numerals = say("numerals").split()
    return tuple(
        Section(say("heading", number=numerals[first + i], words=words), parts)
        for i, (words, parts) in enumerate(sections)
    )
