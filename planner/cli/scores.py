"""The command of the appraisal: scorecard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli.common import AsJson, Lang, app, print_json, say
from planner.cli.desks import As, Home, desk_at, help_of, table
from planner.cycle import Progress, Score, total
from planner.files import write_whole
from planner.office.targets import sides
from planner.texts import Language, text
from planner.units import M2_PER_HECTARE, two_digits

AsOf = Annotated[dt.datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help=help_of("as_of_help"))]


@app.command("scorecard", help=help_of("scorecard_help"))
def scorecard(
    as_of: AsOf = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=help_of("xlsx_help"))] = None,
    district: Annotated[str, typer.Option("--district", help=help_of("year_district_help"))] = "",
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """The appraisal by district and year, what is overdue, and the city's progress (绩效考核)."""
    day = as_of.date() if as_of else dt.date.today()
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        rows = desk.year.scorecard(day, district)
        late = desk.year.overdue(day, district)
        due = desk.year.checks_due(day, district)
        progress = desk.year.progress(day)
        if xlsx is not None:
            xlsx.parent.mkdir(parents=True, exist_ok=True)
            write_whole(xlsx, desk.year.export_scorecard(day, district, lang).data)
    if as_json:
        print_json(
            {
                "format": "shanfu-scorecard/1",
                "as_of": day.isoformat(),
                "rows": [_plain(row) for row in rows],
                "overdue": {name: [_plain(item) for item in items] for name, items in late.items()},
                "checks_due": [_plain(item) for item in due],
                "progress": [_plain(item) for item in progress],
            }
        )
        return
    if xlsx is not None:
        say(text("cli.written", lang, path=xlsx))
        return
    shown = tuple(row for row in rows if row.tasks)
    summed = replace(total(shown), district=text("desk.total", lang))
    for line in table([_row(row, lang) for row in (*shown, summed)], _heads(lang)):
        say(line)
    for name, items in late.items():
        for item in items:
            say(text("desk.overdue", lang, district=name, patch=item.patch, due=item.due, reason=item.reason))
    for check in due:
        say(text("desk.check_due", lang, district=check.district, patch=check.patch, which=check.number, due=check.due))
    for target in progress:
        say(_progress_line(target, lang))


def _row(row: Score, lang: Language) -> tuple[object, ...]:
    return (
        row.district, row.year or text("desk.all_years", lang), row.tasks, row.started, row.finished, row.accepted,
        row.closed, two_digits(row.area_planned_m2, M2_PER_HECTARE, least=2),
        two_digits(row.area_accepted_m2, M2_PER_HECTARE, least=2),
        f"{row.hazards_removed}/{row.hazards_planned}", f"{Decimal(row.yuan_committed) / 10_000:,.4f}",
        f"{Decimal(row.yuan_paid) / 10_000:,.4f}", _percent(row.execution_rate), _percent(row.on_time_rate),
        f"{row.settled}/{row.tracked}", row.overdue,
    )  # fmt: skip


def _progress_line(item: Progress, lang: Language) -> str:
    """A target with what has come of it, in the units of people."""

    def amount(value: Any) -> str:
        if value is None:
            return "–"
        scale, places = _SCALES[item.unit]
        return f"{Decimal(value.numerator) / value.denominator / scale:,.{places}f}"

    least, most = (None if side is None else amount(side) for side in (item.least, item.most))
    demand = sides(least, most) or "–"
    met = {True: "met", False: "not_met", None: "no_demand"}[item.met]
    return text(
        "desk.progress", lang, item=text(f"appraisal.target_{item.target}", lang), year=item.year, demand=demand,
        planned=amount(item.planned), actual=amount(item.actual), unit=text(f"appraisal.unit_{item.unit}", lang),
        met=text(f"desk.{met}", lang),
    )  # fmt: skip


_SCALES: Mapping[str, tuple[int, int]] = {  # how a unit is shown: divided by, and decimals
    "m2": (10_000, 2), "yuan": (10_000, 4), "points": (1, 0), "patches": (1, 0), "percent": (1, 1)
}  # fmt: skip


def _heads(lang: Language) -> list[str]:
    names = (
        "district", "year", "tasks", "started", "finished", "accepted", "closed", "area_planned", "area_accepted",
        "hazards", "committed", "paid", "execution", "on_time", "tracked", "overdue",
    )  # fmt: skip
    return [text(f"desk.score_{name}", lang) for name in names]


def _percent(rate: Any) -> str:
    return "–" if rate is None else f"{float(rate):.1%}"


def _plain(row: Any) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in row.__slots__}
    return {name: value if isinstance(value, int | str | None) else str(value) for name, value in plain.items()}
