"""What is wrong with an input: one finding a fault, all of them gathered before an error is raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from planner.texts import Language, text


class Level(StrEnum):
    """Whether a finding stops the work."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"  # what was passed over, and rightly so


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that a repair changes.

    Parameters
    ----------
    sheet : str
    cell : str
        Such as ``F12``.
    column : str
        The column's name as seen.
    old, new : object
        What the cell holds, and what it holds afterwards: a text, a number, a date, or None for nothing.
    """

    sheet: str
    cell: str
    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of an input, where it is, what it says, and the likely repair.

    Parameters
    ----------
    key : str
        The text of the catalogue that says what is wrong; ``<key>_repair`` says the likely repair.
        The part after the dot is the finding's stable id.
    values : mapping
        What the placeholders of both texts stand for.
    file, sheet, row, column : str or int
        The place: a row is counted as the user's program counts it (a workbook's first row is 1);
        0 or an empty text where a part does not apply. For a scenario, `column` is the key's path.
    value : str
        The offending value as it was read.
    level : Level
    cell : str
        The cell of the sheet, such as ``F12``, where it is one.
    mend : tuple of Change
        The likely repair as changes of cells, where one choice repairs it.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    level: Level = Level.ERROR
    cell: str = ""
    mend: tuple[Change, ...] = ()

    @property
    def id(self) -> str:
        """The stable name of this kind of fault."""
        return self.key.partition(".")[2]

    @property
    def ref(self) -> str:
        """The stable name of this very finding: its kind, and where it is."""
        place = self.cell or (str(self.row) if self.row else "")
        if not self.cell and self.column:
            place += f":{self.column}" if place else self.column
        sheet = f"{self.sheet}!" if self.sheet and place else self.sheet
        return f"{self.id}@{sheet}{place}" if sheet or place else self.id

    def wrong(self, lang: Language = "zh") -> str:
        """What is wrong, in words."""
        return text(self.key, lang, **{"value": self.value, "column": self.column, **self.values})

    def repair(self, lang: Language = "zh") -> str:
        """The likely repair, in words."""
        return text(f"{self.key}_repair", lang, **{"value": self.value, "column": self.column, **self.values})

    def place(self, lang: Language = "zh") -> str:
        """File, sheet, row and column in words."""
        parts = [self.file, self.sheet, text("findings.row", lang, row=self.row) if self.row else "", self.column]
        return " · ".join(part for part in parts if part)

    def line(self, lang: Language = "zh") -> str:
        """Place, value, fault and repair on one line."""
        place = self.place(lang)
        key = "findings.line" if place else "findings.line_anywhere"
        return text(key, lang, place=place, wrong=self.wrong(lang), repair=self.repair(lang), id=self.id)

    def to_json(self) -> dict[str, Any]:
        """The finding as plain data, its words in both languages."""
        return {
            "id": self.id,
            "ref": self.ref,
            "level": str(self.level),
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "cell": self.cell,
            "value": self.value,
            "repairable": bool(self.mend),
            "wrong": {"zh": self.wrong("zh"), "en": self.wrong("en")},
            "repair": {"zh": self.repair("zh"), "en": self.repair("en")},
        }


class BadInput(ValueError):
    """An input is refused; carries every fault that was found, not only the first.

    Parameters
    ----------
    findings : sequence of Finding
        At least one.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.line("zh") + " / " + finding.line("en") for finding in self.findings))

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)


class UnreadableInput(BadInput):
    """The input could not even be opened as what it should be."""
