"""The workbook: certificate, funds, targets, schedule, task plans, reconciliation."""

from __future__ import annotations

import datetime as dt
import difflib
import os
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from planner.audit import audit
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.ledger.types import META_DEFAULTS
from planner.office.cover import Entry, write_cover
from planner.office.figures import Book
from planner.office.names import export_name, sheet_names
from planner.office.reconcile import write_reconciliation
from planner.office.schedule import schedule_words, write_schedule
from planner.office.styles import Styles
from planner.office.t1 import write_task_plan
from planner.office.t2 import write_funds
from planner.office.t4 import write_targets
from planner.office.words import Words, status_words
from planner.plan import Plan
from planner.scenario import Scenario, overridden
from planner.texts import Language

SUFFIX = ".xlsx"


def export_workbook(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    district: str | None = None,
    year: int | None = None,
    lang: Language = "zh",
) -> Path:
    """Write a plan as a workbook; the file appears whole or not at all.

    Sheets: certificate and contents; funds by purse and year; targets; schedule; one task plan for each district
    and year; reconciliation. For one district the funds show who pays for its tasks and its own accounts, and the
    targets, which are the whole plan's, are left out.

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

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    BadInput
        There is no plan to show, the audit refuses it, or it has no tasks in the district and year asked for.
    """
    book = Book(
        _audited(ledger, scenario, plan), scenario, plan, Words(lang, META_DEFAULTS | dict(ledger.meta)), district, year
    )
    _asked_for(book)
    target = Path(path)
    if target.suffix.lower() != SUFFIX:
        target /= export_name(scenario, plan, district, year, lang)
    target.parent.mkdir(parents=True, exist_ok=True)
    content = BytesIO()
    _write(content, book)
    write_whole(target, content.getvalue())
    return target


def _audited(ledger: Ledger, scenario: Scenario, plan: Plan) -> Ledger:
    """The ledger as the scenario sees it, if the plan is one to show."""
    if not plan.status.has_plan or plan.metrics is None:
        values = {"zh": status_words(plan, "zh"), "en": status_words(plan, "en")}
        raise BadInput([Finding("office.no_plan", values)])
    result = audit(ledger, scenario, plan)
    if not result.clean:
        raise BadInput(
            [
                Finding("office.not_clean", {"zh": found.zh, "en": found.en}, column=found.place)
                for found in result.findings
            ]
        )
    return overridden(ledger, scenario)


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
    heads = [words("sheet_cover"), words("sheet_funds")]
    if book.district is None:
        heads.append(words("sheet_targets"))
    heads.append(schedule_words(book, "sheet_schedule"))
    tabs = [words("sheet_task_plan", district=district, year=year) for district, year in plans]
    cover, *names = sheet_names([*heads, *tabs, words("sheet_check")])
    check, plan_names = names[-1], names[len(heads) - 1 : -1]
    titles = [words("t2_title", span=book.span)]
    if book.district is None:
        titles.append(words("t4_title", span=book.span))
    titles.append(schedule_words(book, "schedule_title"))
    titles += [words("t1_title", district=district, year=year) for district, year in plans]
    entries = [Entry(name, title) for name, title in zip(names, [*titles, words("check_title")], strict=True)]
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        _properties(workbook, book)
        styles = Styles(workbook, words)
        write_cover(workbook, styles, book, cover, entries)
        funds = write_funds(workbook, styles, book, names[0])
        if book.district is None:
            write_targets(workbook, styles, book, names[1])
        schedule = write_schedule(workbook, styles, book, names[len(heads) - 2])
        written = [
            write_task_plan(workbook, styles, book, name, district, year)
            for name, (district, year) in zip(plan_names, plans, strict=True)
        ]
        write_reconciliation(workbook, styles, book, check, written, funds, schedule)


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
