"""Both files of a brief in one call, cut to two pages."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from planner.advice.compare import Planned, compare
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.office.audited import audited_book, target_file
from planner.office.brief.content import gather
from planner.office.brief.parts import Adopted, Brief, Room
from planner.office.brief.typesetting import Ends, measure, pdf
from planner.office.brief.word import docx
from planner.office.figures import Book
from planner.office.names import brief_name
from planner.office.targets import targets
from planner.plan import Plan
from planner.scenario import Scenario
from planner.texts import Language

LOWEST = 297 / 25.4 * 72 - 30 / 25.4 * 72
"""Where the words of a page end at the latest, points from the paper's upper edge."""
CLOSEST = 3
"""Steps by which running words may be set smaller."""
SPARE = 36.0
"""What stays free of it: Word and WPS break lines elsewhere than the ruler does, by a line or two on a page."""
LISTS: tuple[dict[str, float], dict[str, float]] = (
    {"differences": 13.5, "targets": 13.5, "years": 13.5, "chart_height": 1.0},
    {"districts": 13.5, "tasks": 13.5, "points": 16.5},
)
"""What can be cut on each page, and how many points a step less frees at the most."""
LEAST = Room(targets=3, differences=5, years=3, districts=4, tasks=3, points=4, chart_height=70)


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
    adopted: Adopted | None = None,
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
    adopted : Adopted, optional
        That the plan was adopted: the footer says so.

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
    brief = _cut(book, compared, adopted)
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
    adopted: Adopted | None = None,
) -> Written:
    """Write both files of a brief into a folder, under telling names; see `write_brief`."""
    return write_brief(plan, ledger, scenario, path, path, lang, compared, adopted)


def _cut(book: Book, compared: Planned | None, adopted: Adopted | None) -> Brief:
    """The longest brief that keeps to its two pages."""
    found, name = None, ""
    if compared is not None:
        other = audited_book(compared.ledger, compared.scenario, compared.plan, book.words.lang)
        name = compared.name or other.title
        if other.title == book.title and not compared.name:
            name = f"{other.title} {compared.plan.certificate.run_id[:8]}"
        found = compare([Planned(book.ledger, book.scenario, book.plan), compared._replace(name=name)])

    def tried(room: Room) -> tuple[Brief, tuple[float, float]]:
        brief = gather(book, room, None if compared is None else compared.plan, name, found, adopted)
        return brief, _over(measure(brief))

    most = room = _room(book)
    brief, over = tried(room)
    while max(over) > 0:
        smaller = room
        for points, lists in zip(over, LISTS, strict=True):
            smaller = _smaller(smaller, points, lists)
        if smaller == room and room.closer < CLOSEST:
            smaller = replace(room, closer=room.closer + 1)
        if smaller == room:
            raise BadInput([Finding("brief.does_not_fit")])
        room = smaller
        brief, over = tried(room)
    for points, lists in zip(over, LISTS, strict=True):
        room = _larger(room, most, -points, lists)
    larger, over = tried(room)
    return larger if max(over) <= 0 else brief


def _room(book: Book) -> Room:
    """The room to begin with: no more than the lists of this plan can fill."""
    room, tasks = Room(), [item for item in book.items if item.counts]
    starting = sum(1 for item in tasks if item.task.start == book.years.start)
    return replace(
        room,
        targets=min(room.targets, len(targets(book))),
        years=min(room.years, len(book.years)),
        districts=min(room.districts, len({item.task.district for item in tasks})),
        tasks=min(room.tasks, starting),
    )


def _over(ends: Ends) -> tuple[float, float]:
    """By how many points each page holds more than it should."""
    limit = LOWEST - SPARE
    first, second = ends.first_page - 1, ends.second_page - ends.first_page - 1
    return first * limit + ends.first_y - limit, second * limit + ends.second_y - limit


def _smaller(room: Room, points: float, lists: dict[str, float]) -> Room:
    """Less room by about so many points, or by a step: each time of the list that is longest beside its least."""
    while points > 0:
        open_lists = [name for name in lists if getattr(room, name) > getattr(LEAST, name)]
        if not open_lists:
            break
        longest = max(open_lists, key=lambda name: getattr(room, name) / getattr(LEAST, name))
        room = replace(room, **{longest: getattr(room, longest) - 1})
        points -= lists[longest]
    return room


def _larger(room: Room, most: Room, points: float, lists: dict[str, float]) -> Room:
    """More room, by no more than so many points: the lists in their order."""
    for name, cost in lists.items():
        more = min(getattr(most, name) - getattr(room, name), int(points // cost))
        room = replace(room, **{name: getattr(room, name) + max(0, more)})
        points -= max(0, more) * cost
    return room
