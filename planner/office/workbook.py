"""The workbook: certificate, funds, targets, schedule, task plans, reconciliation."""

from __future__ import annotations

import datetime as dt
import difflib
import os
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from planner.cycle.facts import NOTHING_PAID, Facts
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.office.adjust import write_adjustments, write_payments, write_progress
from planner.office.audited import audited_book, target_file
from planner.office.cover import Entry, write_cover
from planner.office.editable import Editable
from planner.office.figures import Book
from planner.office.lists import write_lists
from planner.office.names import export_name, sheet_names
from planner.office.overview import write_overview
from planner.office.reconcile import write_reconciliation
from planner.office.schedule import schedule_words, write_schedule
from planner.office.seal import SEAL_SHEET, write_seal
from planner.office.styles import Styles
from planner.office.t1 import write_task_plan
from planner.office.t2 import write_funds
from planner.office.t3 import write_ledger_table
from planner.office.t4 import write_targets
from planner.office.words import numeral
from planner.plan import Plan
from planner.scenario import Scenario
from planner.texts import Language

SUFFIX, ZIP_SUFFIX = ".xlsx", ".zip"


def export_workbook(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    district: str | None = None,
    year: int | None = None,
    lang: Language = "zh",
    facts: Facts = NOTHING_PAID,
) -> Path:
    """Write a plan as a workbook; the file appears whole or not at all.

    Sheets: certificate and contents; the years at a glance; funds by purse and year; targets; schedule; one task plan
    for each district and year; the ledger; what is to be filled in (adjustments, progress, payments); reconciliation.
    For one district the funds show who pays for its tasks and its own accounts, and the targets are what the plan
    gives it to do. Every cell but those to be filled in is protected, without a password.

    Parameters
    ----------
    ledger, scenario, plan
        The plan and what it was made from; it is audited again before a line is written.
    path : path
        The file (``.xlsx``), or a folder, in which the file gets a telling name.
    district : str, optional
        Only this district's tasks.
    year : int, optional
        Only the task plans of this year.
    lang : {"zh", "en"}
    facts : Facts, optional
        What was really paid.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    BadInput
        There is no plan to show, the audit refuses it, or it has no tasks in the district and year asked for.
    """
    book = audited_book(ledger, scenario, plan, lang, facts, district, year)
    _asked_for(book)
    target = target_file(path, export_name(scenario, plan, district, year, lang), SUFFIX)
    write_whole(target, _content(book))
    return target


def export_zip(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    lang: Language = "zh",
    facts: Facts = NOTHING_PAID,
) -> Path:
    """Write the city's workbook and one for each district that has tasks, in one zip file.

    Parameters
    ----------
    ledger, scenario, plan, lang, facts
        As for `export_workbook`.
    path : path
        The file (``.zip``), or a folder, in which the file gets a telling name.

    Raises
    ------
    BadInput
        There is no plan to show, the audit refuses it, or it has no tasks.
    """
    whole = audited_book(ledger, scenario, plan, lang, facts)
    _asked_for(whole)
    made = dt.datetime.fromisoformat(plan.certificate.made_at)
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:  # workbooks are compressed already
        for district in (None, *dict.fromkeys(district for district, _ in whole.task_plans)):
            name = export_name(scenario, plan, district, None, lang)
            entry = zipfile.ZipInfo(name, (max(1980, made.year), *made.timetuple()[1:6]))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, _content(replace(whole, district=district)))
    target = target_file(path, Path(export_name(scenario, plan, None, None, lang)).stem + ZIP_SUFFIX, ZIP_SUFFIX)
    write_whole(target, content.getvalue())
    return target


def _content(book: Book) -> bytes:
    content = BytesIO()
    _write(content, book)
    return content.getvalue()


def _asked_for(book: Book) -> None:
    """Refuse a district or a year without tasks, naming the nearest that has them."""
    whole = book.whole
    districts = list(dict.fromkeys(district for district, _ in whole.task_plans))
    if not districts:
        raise BadInput([Finding("office.no_tasks")])
    district, year = book.district, book.year
    if district is not None and district not in districts:
        near = difflib.get_close_matches(district, districts, n=1, cutoff=0.0)[0]
        values = {"near": near, "known": book.words.listed(districts)}
        raise BadInput([Finding("office.no_such_district", values, column="district", value=district)])
    if year is not None:
        years = sorted({y for d, y in whole.task_plans if district in (None, d)})
        if year not in years:
            near_year = min(years, key=lambda y: (abs(y - year), y))
            known = book.words.listed(map(str, years))
            where = {"zh": f"{district}：" if district else "", "en": f"{district}: " if district else ""}
            values = {"near": str(near_year), "known": known, **where}
            raise BadInput([Finding("office.no_such_year", values, column="year", value=str(year))])


def _write(content: BytesIO, book: Book) -> None:
    words, plans = book.words, book.task_plans
    place = {"place": book.district or words.city, "span": book.span}
    fronts = [
        (schedule_words(book, "sheet_overview"), words("overview_title", count=_count(book), **place)),
        (words("sheet_funds"), words("t2_title", span=book.span)),
        (words("sheet_targets"), words("t4_title", span=book.span)),
        (schedule_words(book, "sheet_schedule"), schedule_words(book, "schedule_title")),
    ]
    tasks = [
        (words("sheet_task_plan", district=district, year=year), words("t1_title", district=district, year=year))
        for district, year in plans
    ]
    edits = [(words(f"sheet_{key}"), words(f"{key}_title", **place)) for key in ("adjust", "progress", "paid")]
    backs = [(words("sheet_ledger"), words("t3_title", **place)), *edits, (words("sheet_check"), words("check_title"))]
    wanted = [*fronts, *tasks, *backs]
    cover, lists_name, *names = sheet_names(
        [words("sheet_cover"), words("sheet_lists"), *(name for name, _ in wanted)], taken=(SEAL_SHEET,)
    )
    titles = [Entry(name, title) for name, (_, title) in zip(names, wanted, strict=True)]
    overview, funds_name, targets, schedule_name = names[: len(fronts)]
    ledger, adjust, progress, paid, check = names[-len(backs) :]
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        _properties(workbook, book)
        styles, editable = Styles(workbook, words), Editable(book)
        for name in (cover, *names, lists_name):  # in the order that people see, whatever is written first
            workbook.add_worksheet(name)
        write_cover(workbook, styles, book, cover, titles, (adjust, progress, paid))
        schedule = write_schedule(workbook, styles, book, schedule_name)
        write_overview(workbook, styles, book, overview, schedule)
        funds = write_funds(workbook, styles, book, funds_name)
        write_targets(workbook, styles, book, targets)
        written = [
            write_task_plan(workbook, styles, book, name, district, year)
            for name, (district, year) in zip(names[len(fronts) :], plans, strict=False)
        ]
        write_ledger_table(workbook, styles, book, ledger)
        lists = write_lists(workbook, styles, book, lists_name, editable.patches)
        write_adjustments(workbook, styles, book, adjust, editable, lists)
        write_progress(workbook, styles, book, progress, editable, paid)
        write_payments(workbook, styles, book, paid, editable)
        write_reconciliation(workbook, styles, book, check, written, funds, schedule)
        write_seal(workbook, styles, book, editable)


def _count(book: Book) -> str:
    return numeral(len(book.years), book.words.lang)


def _properties(workbook: Workbook, book: Book) -> None:
    certificate = book.plan.certificate
    workbook.set_properties(
        {
            "title": book.words("cover_title", city=book.words.meta["city"], span=book.span).strip(),
            "subject": book.title,
            "comments": book.stamp,
            "created": dt.datetime.fromisoformat(certificate.made_at).replace(tzinfo=None),
        }
    )
    workbook.set_calc_mode("auto")
