"""The task list as a table: on the screen, and as a file that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from planner.ledger import Ledger, Treatment
from planner.plan import Plan
from planner.texts import Language, text
from planner.units import M2_PER_HECTARE, decimal_text
from planner.web.accounts import sources
from planner.web.amounts import Units, source_name

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class TaskRow:
    """One patch of the schedule with what the ledger says of it; m² and the smallest unit of money."""

    patch: str
    name: str
    district: str
    township: str
    kind: str
    treatment: str
    special: bool
    tier: int
    hazard_points: int
    start: int
    finish: int
    area_m2: int
    yuan: int
    by_source: tuple[int, ...]
    responsible_unit: str


def task_sources(plan: Plan) -> tuple[str, ...]:
    """The sources that a task list has a column for."""
    return sources(plan.accounts)


def task_rows(ledger: Ledger, plan: Plan, lang: Language) -> tuple[TaskRow, ...]:
    """The schedule by start year, priority, district, township and id.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    plan : Plan
    lang : {"zh", "en"}
    """
    names = task_sources(plan)
    money: dict[str, dict[str, int]] = {}
    for row in plan.commitments:
        own = money.setdefault(row.patch, {})
        own[row.source] = own.get(row.source, 0) + row.yuan
    treatments = {str(treatment.value): treatment for treatment in Treatment}
    special = {(option.patch, option.option) for option in ledger.options if option.special}
    rows = []
    for task in plan.schedule:
        patch, own = ledger.by_id[task.patch], money.get(task.patch, {})
        rows.append(
            TaskRow(
                patch=task.patch, name=patch.name, district=task.district, township=patch.township,
                kind=patch.kind.label(lang), treatment=treatments[task.treatment].label(lang),
                special=(task.patch, task.option) in special, tier=patch.tier, hazard_points=patch.hazard_points,
                start=task.start, finish=task.finish, area_m2=task.task_area_m2,
                yuan=sum(yuan for source, yuan in own.items() if source != "enterprise"),
                by_source=tuple(own.get(source, 0) for source in names), responsible_unit=patch.responsible_unit,
            )
        )  # fmt: skip
    return tuple(sorted(rows, key=lambda r: (r.start, r.tier, r.district, r.township, r.patch)))


def headers(plan: Plan, units: Units) -> dict[str, str]:
    """The columns of a task list by name, with their headings; units stand in the headings."""
    lang = units.lang

    def head(key: str, unit: str = "") -> str:
        words = text(f"web.column_{key}", lang)
        return text("web.column_with_unit", lang, column=words, unit=unit) if unit else words

    columns = {
        "patch": head("patch"), "name": head("name"), "district": head("district"), "township": head("township"),
        "kind": head("kind"), "treatment": head("treatment"), "special": head("special"), "tier": head("tier"),
        "hazard_points": head("hazard_points", text("web.points", lang)), "start": head("start"),
        "finish": head("finish"), "area_m2": head("area", units.area), "yuan": head("money", units.money),
    }  # fmt: skip
    for source in task_sources(plan):
        columns[f"source:{source}"] = text(
            "web.column_with_unit", lang, column=source_name(source, lang), unit=units.money
        )
    return columns | {"responsible_unit": head("responsible_unit")}


def frame(rows: Sequence[TaskRow], plan: Plan, units: Units) -> pd.DataFrame:
    """A task list to show: columns by name, areas in hectares and money in the unit as numbers."""
    table: dict[str, list[object]] = {
        name: [getattr(row, name) for row in rows]
        for name in ("patch", "name", "district", "township", "kind", "treatment")
    }
    table["special"] = [text("web.yes", units.lang) if row.special else "" for row in rows]
    for name in ("tier", "hazard_points", "start", "finish"):
        table[name] = [getattr(row, name) for row in rows]
    table["area_m2"] = [units.in_hectares(row.area_m2) for row in rows]
    table["yuan"] = [units.in_money(row.yuan) for row in rows]
    for i, source in enumerate(task_sources(plan)):
        table[f"source:{source}"] = [units.in_money(row.by_source[i]) for row in rows]
    table["responsible_unit"] = [row.responsible_unit for row in rows]
    found = pd.DataFrame(table)
    empty = [name for name in ("name", "township", "special", "responsible_unit") if not any(table[name])]
    return found.drop(columns=empty)


def csv_bytes(rows: Sequence[TaskRow], plan: Plan, units: Units) -> bytes:
    """A task list as CSV: UTF-8 with its mark, exact figures, and no text that would be run as a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([harmless(words) for words in headers(plan, units).values()])
    for row in rows:
        writer.writerow(
            [
                *map(harmless, (row.patch, row.name, row.district, row.township, row.kind, row.treatment)),
                text("web.yes", units.lang) if row.special else "", row.tier, row.hazard_points, row.start, row.finish,
                _exact(row.area_m2, M2_PER_HECTARE), _exact(row.yuan, units.size),
                *(_exact(yuan, units.size) for yuan in row.by_source), harmless(row.responsible_unit),
            ]
        )  # fmt: skip
    return stream.getvalue().encode("utf-8-sig")


def harmless(words: str) -> str:
    """Text that a spreadsheet does not take for a formula: an apostrophe stands before what could begin one."""
    return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words


def _exact(value: int, per_unit: int) -> str:
    return decimal_text(value, per_unit).replace(",", "")
