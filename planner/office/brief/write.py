"""Both files of a brief in one call, cut to two pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from planner.advice.compare import Planned, compare
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.office.audited import audited_book, target_file
from planner.office.brief.content import gather
from planner.office.brief.parts import Brief, Room
from planner.office.brief.typesetting import Ends, measure, pdf
from planner.office.brief.word import docx
from planner.office.figures import Book
from planner.office.names import brief_name
from planner.plan import Plan
from planner.scenario import Scenario
from planner.texts import Language

LOWEST = 297 / 25.4 * 72 - 25 / 25.4 * 72
"""Where the words of a page end at the latest, points from the paper's upper edge."""
SPARE = 20.0
"""What stays free of it: Word and WPS break lines elsewhere than the ruler does, by a line or so on a page."""
LEAST = Room(targets=4, differences=3, years=5, districts=4, tasks=3, points=4)


class Written(NamedTuple):
    """The two files."""

    docx: Path
    pdf: Path


def write_brief(
    plan: Plan,
    ledger: Ledger,
    scenario: Scenario,
    path_docx: str | os.PathLike[str],
    path_pdf: str | os.PathLike[str],
    language: Language = "zh",
    compared: Planned | None = None,
) -> Written:
    """Write the brief of a plan as a Word file and as a PDF; each appears whole or not at all.

    Two pages: conclusion, targets against the plan, money and area by year; who pays, the first year's tasks, risks,
    what is to be decided; the certificate in the footer. Lists that are too long are summed up in a row that says so.
    The same inputs give the same bytes.

    Parameters
    ----------
    plan, ledger, scenario
        The plan and what it was made from; it is audited again before a line is written.
    path_docx, path_pdf : path
        The files, or folders, in which they get telling names.
    language : {"zh", "en"}
    compared : Planned, optional
        Another plan, also audited: what differs comes right after the conclusion, valued by this plan's ledger and
        scenario.

    Returns
    -------
    Written
        The files written.

    Raises
    ------
    BadInput
        One of the plans is none to show, or the audit refuses it; or the brief cannot be cut to two pages.
    """
    book = audited_book(ledger, scenario, plan, language)
    brief = _cut(book, compared)
    name = brief_name(book.words.city, scenario, plan, language)
    files = Written(target_file(path_docx, f"{name}.docx", ".docx"), target_file(path_pdf, f"{name}.pdf", ".pdf"))
    word, pages = docx(brief), pdf(brief)
    write_whole(files.docx, word)
    write_whole(files.pdf, pages)
    return files


def export_brief(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    lang: Language = "zh",
    compared: Planned | None = None,
) -> Written:
    """Write both files of a brief into a folder, under telling names; see `write_brief`."""
    return write_brief(plan, ledger, scenario, path, path, lang, compared)


def _cut(book: Book, compared: Planned | None) -> Brief:
    """The longest brief that keeps to its two pages."""
    found, name = None, ""
    if compared is not None:
        other = audited_book(compared.ledger, compared.scenario, compared.plan, book.words.lang)
        name = compared.name or other.title
        if other.title == book.title and not compared.name:
            name = f"{other.title} {compared.plan.certificate.run_id[:8]}"
        found = compare([Planned(book.ledger, book.scenario, book.plan), compared._replace(name=name)])
    room = Room()
    while True:
        brief = gather(book, room, None if compared is None else compared.plan, name, found)
        ends = measure(brief)
        full = tuple(_full(ends))
        if not any(full):
            return brief
        smaller = _smaller(room, full)
        if smaller == room:
            raise BadInput([Finding("brief.does_not_fit")])
        room = smaller


def _full(ends: Ends) -> Iterator[bool]:
    """Whether each page holds more than it should."""
    yield ends.first_page > 1 or ends.first_y > LOWEST - SPARE
    yield ends.second_page > ends.first_page + 1 or ends.second_y > LOWEST - SPARE


def _smaller(room: Room, full: tuple[bool, ...]) -> Room:
    """Less room on the pages that are full, the longest list first."""
    for page, names in zip(full, (("targets", "differences", "years"), ("districts", "tasks", "points")), strict=True):
        open_names = [name for name in names if getattr(room, name) > getattr(LEAST, name)]
        if page and open_names:
            longest = max(open_names, key=lambda name: getattr(room, name) / getattr(LEAST, name))
            room = replace(room, **{longest: getattr(room, longest) - 1})
    return room
