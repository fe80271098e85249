"""How the commands read a ledger: with the mapping and the places given, and never silently."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.common import finding_line, say, words_of
from planner.findings import BadInput, Finding
from planner.ledger import Ledger, load_mapping
from planner.ledger.build import ledger_or_raise
from planner.ledger.excel import examine_ledger
from planner.ledger.gazetteer import Gazetteer, read_gazetteer
from planner.texts import Language, text

MappingFile = Annotated[Path | None, typer.Option("--mapping", help=words_of("mapping_help"))]
Places = Annotated[Path | None, typer.Option("--places", help=words_of("places_help"))]


def load(
    path: Path, lang: Language, mapping: Path | None = None, places: Path | None = None, *, silent: bool = False
) -> Ledger:
    """The ledger of a file; what does not stop it is told on standard error, never passed over."""
    examined = examine_ledger(
        path, mapping=load_mapping(mapping) if mapping else None, gazetteer=gazetteer_of(places),
        on_progress=None if silent else ShownReading(lang),
    )  # fmt: skip
    ledger = ledger_or_raise(examined.ledger, examined.findings)
    if not silent:
        for finding in examined.findings:
            say(finding_line(finding, lang), error=True)
    return ledger


def gazetteer_of(file: Path | None) -> Gazetteer | None:
    """The places of a city, as a file gives them."""
    if file is None:
        return None
    try:
        return read_gazetteer(file)
    except (OSError, KeyError, ValueError) as error:
        raise BadInput([Finding("cli.places_unreadable", {"error": str(error)}, file=file.name)]) from error


class ShownReading:
    """How far the reading of a file is, on standard error; silent where it takes less than a moment."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang
        self.terminal = sys.stderr.isatty()
        self.said = time.monotonic()
        self.step = ""

    def __call__(self, step: str, done: int, of: int) -> None:
        """Show how far it is, not too often."""
        now = time.monotonic()
        if now - self.said < (0.5 if self.terminal else 2.0) or (not self.terminal and step == self.step):
            return
        self.said, self.step = now, step
        line = text(
            "cli.reading", self.lang, step=text(f"cli.step_{step}", self.lang), share=f"{done / max(of, 1):.0%}"
        )
        say(f"\r\x1b[K{line}" if self.terminal else line, error=True)
