"""What the commands that work on a store share: whose desk, which store, and how rows are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from unicodedata import east_asian_width

import typer

from planner.cli.common import refusing_bad_input, say
from planner.service import Desk, Service, open_service
from planner.texts import Language, text


def help_of(key: str) -> str:
    """A help text in both languages."""
    return f"{text(f'desk.{key}', 'zh')} / {text(f'desk.{key}', 'en')}"


Home = Annotated[Path | None, typer.Option("--home", envvar="SHANFU_SETTINGS", help=help_of("home_help"))]
As = Annotated[str | None, typer.Option("--as", envvar="SHANFU_AS", help=help_of("as_help"))]
Note = Annotated[str, typer.Option("--note", help=help_of("note_help"))]
District = Annotated[str, typer.Option("--district", help=help_of("district_help"))]
VersionId = Annotated[int, typer.Argument(help=help_of("version_help"))]


@contextmanager
def service_at(home: Path | None, lang: Language, *, as_json: bool = False) -> Iterator[Service]:
    """The service of an installation; what it refuses becomes findings and exit code 2."""
    with refusing_bad_input(lang, as_json=as_json):
        service = open_service(home)
        try:
            yield service
            for warning in service.store.warnings:
                say(warning.line(lang), error=True)
        finally:
            service.close()


@contextmanager
def desk_at(home: Path | None, subject: str | None, lang: Language, *, as_json: bool = False) -> Iterator[Desk]:
    """Somebody's desk in an installation."""
    with service_at(home, lang, as_json=as_json) as service:
        yield service.desk(subject)


def table(rows: Sequence[Sequence[object]], heads: Sequence[str]) -> Iterator[str]:
    """Rows with their heads for a terminal; Chinese characters count double."""
    cells = [[_shown(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(heads))]
    for row in cells:
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _shown(cell: object) -> str:
    """A cell on one line, with nothing in it that a terminal obeys."""
    return "".join(char if char.isprintable() else "·" for char in str(cell))


def _width(shown: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in shown)
