"""Names of files and sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from planner.plan import Plan
from planner.scenario import Scenario
from planner.texts import Language, text

LONGEST_SHEET_NAME = 31
LONGEST_PART = 40
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_FILES = re.compile(r'[<>:"/\\|?*\x00-\x1f\s]+')


def export_name(
    scenario: Scenario, plan: Plan, district: str | None = None, year: int | None = None, lang: Language = "zh"
) -> str:
    """A telling file name: whose, when, what, of which scenario and run.

    Parameters
    ----------
    scenario, plan
    district, year : optional
        What the workbook is limited to.
    lang : {"zh", "en"}
    """
    when = (
        text("office.file_year", lang, year=year)
        if year is not None
        else text("office.file_span", lang, first=scenario.horizon.first, last=scenario.horizon.last)
    )
    what = text("office.file_kind", lang, when=when)
    parts = [district or "", what, scenario.name, plan.certificate.run_id[:8]]
    return "_".join(clean for part in parts if (clean := file_part(part))) + ".xlsx"


def brief_name(city: str, scenario: Scenario, plan: Plan, lang: Language = "zh") -> str:
    """A telling file name of a brief, without its ending: whose, when, what, of which scenario and run."""
    when = text("office.file_span", lang, first=scenario.horizon.first, last=scenario.horizon.last)
    parts = [text("brief.file", lang, city=file_part(city), when=when), scenario.name, plan.certificate.run_id[:8]]
    return "_".join(clean for part in parts if (clean := file_part(part)))


def comparison_name(plans: Sequence[tuple[Scenario, Plan]], lang: Language = "zh") -> str:
    """A telling file name of a comparison: what it is, and of each plan the scenario and run."""
    parts = [f"{file_part(scenario.name)}-{plan.certificate.run_id[:8]}" for scenario, plan in plans]
    return "_".join([file_part(text("office.file_comparison", lang)), *parts]) + ".xlsx"


def file_part(part: str) -> str:
    """A text as part of a file's name, on any system."""
    return _NOT_IN_FILES.sub("-", part).strip("-. ")[:LONGEST_PART]


def sheet_names(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Names fit for sheets of one workbook: allowed characters, not too long, each different in any case."""
    taken = {"history", *(name.lower() for name in taken)}
    names = []
    for one in wanted:
        base = _NOT_IN_SHEETS.sub("_", one).strip("' ") or "_"
        stem, joint, tail = base.rpartition("_")
        if len(base) > LONGEST_SHEET_NAME and joint:
            base = stem[: LONGEST_SHEET_NAME - len(tail) - 1] + "_" + tail
        name = base[:LONGEST_SHEET_NAME]
        number = 2
        while name.lower() in taken:
            mark = f"~{number}"
            name = base[: LONGEST_SHEET_NAME - len(mark)] + mark
            number += 1
        taken.add(name.lower())
        names.append(name)
    return names
