"""The brief as a PDF, and its charts as pictures, through Typst: everything it needs is in this folder.

Typst is one wheel for each system, carries its own fonts' machinery, and sets a page in a fraction of a second; it
asks nothing of the network. Words reach it as JSON, so that none is read as markup. The fonts are cut from Noto CJK
(see ``fonts/OFL.txt``); only where a name has a sign that they lack are the machine's own fonts asked too.
"""

from __future__ import annotations

import datetime as dt
import json
from contextlib import ExitStack
from dataclasses import asdict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import typst

from planner.office.brief.parts import END, ISOLATE, Brief, Chart

PIXELS_PER_INCH = 288.0
_FONTS = ("shanfu-serif.otf", "shanfu-sans-bold.otf")


class Ends(NamedTuple):
    """Where the two pages' words end: page, and points from its upper edge."""

    first_page: int
    first_y: float
    second_page: int
    second_y: float


def measure(brief: Brief) -> Ends:
    """Set the brief, and say where its pages end."""
    with ExitStack() as stack:
        compiler = _compiler(stack, "brief.typ", _inputs(brief), json.dumps(asdict(brief), ensure_ascii=False))
        found = [json.loads(compiler.query(f"<{name}>", field="value", one=True)) for name in ("first", "second")]
    first, second = found
    return Ends(first["page"], first["y"], second["page"], second["y"])


def pdf(brief: Brief) -> bytes:
    """The brief as a PDF: the same bytes for the same brief."""
    made = dt.datetime.fromisoformat(brief.made_at)
    with ExitStack() as stack:
        compiler = _compiler(stack, "brief.typ", _inputs(brief), json.dumps(asdict(brief), ensure_ascii=False))
        made_pdf = compiler.compile(format="pdf", timestamp=int(made.timestamp()))
    assert isinstance(made_pdf, bytes)
    return made_pdf


def picture(chart: Chart, lang: str) -> bytes:
    """A chart as a PNG."""
    words = json.dumps(asdict(chart), ensure_ascii=False)
    with ExitStack() as stack:
        compiler = _compiler(stack, "picture.typ", {"chart": words, "lang": lang}, words)
        drawn = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
    assert isinstance(drawn, bytes)
    return drawn


def _inputs(brief: Brief) -> dict[str, str]:
    return {"brief": json.dumps(asdict(brief), ensure_ascii=False)}


def _compiler(stack: ExitStack, main: str, inputs: dict[str, str], words: str) -> typst.Compiler:
    root = stack.enter_context(resources.as_file(resources.files(__package__)))
    fonts = _fonts(root, words.isascii() or set(words) <= _known(root))
    return typst.Compiler(str(root / main), root=str(root), font_paths=fonts, sys_inputs=inputs)


@cache
def _fonts(root: Path, known: bool) -> Any:
    return typst.Fonts(include_system_fonts=not known, include_embedded_fonts=False, font_paths=[str(root / "fonts")])


@cache
def _known(root: Path) -> frozenset[str]:
    """The signs that the fonts have, as `scripts/brief_fonts.py` lists them beside the fonts."""
    signs = (root / "fonts" / "signs.txt").read_text(encoding="utf-8")
    return frozenset(signs) | {ISOLATE, END}
