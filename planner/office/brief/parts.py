"""What a brief is made of: plain words, tables and charts, whatever the file they end up in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

from planner.office.figures import Book
from planner.texts import Language, text

Align = Literal["left", "right", "center"]
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
ISOLATE, END = "\u2068", "\u2069"
MOST_COLUMNS = 44
"""Of a name from outside: half-width signs that it takes at most."""
TEXT_WIDTH, CELL_MARGINS, CELL_SIZE, NAME_SIZE, LEAST_SIZE = 470.5, 6.0, 8.5, 7.0, 4.5
"""Points: between the margins of the paper; of a cell, both sides; the size of a table's words, the least
of names, which are cut then, and of figures, which never are."""
BODY: dict[Language, tuple[float, float]] = {"zh": (10.5, 16.0), "en": (9.5, 13.5)}
"""Of running words: their size, and from line to line, in points. English takes more of them."""
SURE = 0.93
"""The part of its room that a name may fill: an office's own font may be wider than ours."""
NARROW = frozenset(" .,:;'!|/()[]-ijlt\u2068\u2069")
"""Signs of about a third of an em."""


def seen(words: str) -> str:
    """Words without signs that are not seen, or that turn the direction or the line of what follows."""
    kept = (" " if sign in "\t\r\n" or unicodedata.category(sign) in ("Zl", "Zp") else sign for sign in words)
    return "".join(sign for sign in kept if sign in (ISOLATE, END) or unicodedata.category(sign) not in _UNSEEN)


def plain(words: str) -> str:
    """A name from outside as one run of words, with no sign of direction of its own."""
    return " ".join(seen(words).replace(ISOLATE, "").replace(END, "").split())


def ems(words: str) -> float:
    """About how wide words are, as a part of their size; rather too wide than too narrow."""
    return sum(_em(sign) for sign in words)


def _em(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "FWA":
        return 1.0
    if sign in NARROW:
        return 0.36
    return 0.72 if sign.isupper() else 0.57


def shortened(words: str, most: float) -> str:
    """Words that are no wider than so many ems."""
    if ems(words) <= most:
        return words
    isolated = words.startswith(ISOLATE)
    kept, left = "", most - 1
    for sign in words.strip(ISOLATE + END):
        left -= ems(sign)
        if left < 0:
            break
        kept += sign
    kept = kept.rstrip().removesuffix("…") + "…"
    return f"{ISOLATE}{kept}{END}" if isolated else kept


def clipped(words: str, columns: int = MOST_COLUMNS) -> str:
    """A name from outside: plain, no wider than about so many half-width signs, its direction kept to itself."""
    name = shortened(plain(words), columns * 0.57)
    turned = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in name)
    return f"{ISOLATE}{name}{END}" if turned else name


def spans(row: Sequence[str]) -> bool:
    """Whether the first cell of a row takes the whole width: the others are empty."""
    return len(row) > 1 and not any(row[1:])


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
    """A column of a table; `share` is its part of the width, `size` that of its words in points."""

    head: str
    share: int
    align: Align = "right"
    size: float = CELL_SIZE


@dataclass(frozen=True)
class Table:
    """A table whose cells each take one line; `total` says that the last row is a sum."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False
    kind: Literal["table"] = "table"

    def fitted(self) -> Table:
        """The same with every cell on one line: names are cut where they must be, figures are only set smaller."""
        whole, columns, cells = sum(column.share for column in self.columns), [], []
        for number, column in enumerate(self.columns):
            room = TEXT_WIDTH * column.share / whole - CELL_MARGINS
            own = [row[number] for row in self.rows]
            widest = max((ems(row[number]) for row in self.rows if not spans(row)), default=0.0)
            size = min(CELL_SIZE, room / widest) if widest else CELL_SIZE
            size = int(max(NAME_SIZE if column.align == "left" else LEAST_SIZE, size) * 4) / 4
            if column.align == "left":
                own = [
                    shortened(words, (TEXT_WIDTH if spans(row) else room * SURE) / size)
                    for words, row in zip(own, self.rows, strict=True)
                ]
            columns.append(replace(column, size=size))
            cells.append(own)
        return replace(self, columns=tuple(columns), rows=tuple(zip(*cells, strict=True)))


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
    height: int = 112


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


class Adopted(NamedTuple):
    """That the plan was adopted: the number of the decision, when (ISO), by whom, and why."""

    number: int
    at: str
    name: str
    reason: str


@dataclass(frozen=True)
class Brief:
    """All words and figures of a brief, page by page; `size` and `pitch` of its running words in points."""

    lang: str
    size: float
    pitch: float
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
    """How many rows and points a brief may take; what is left out is summed up in one row that says so.

    `closer` counts steps of half a point by which running words are set smaller, where shorter lists are not enough.
    """

    targets: int = 12
    differences: int = 8
    years: int = 12
    districts: int = 17
    tasks: int = 10
    points: int = 7
    chart_height: int = 112
    closer: int = 0


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
