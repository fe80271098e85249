"""The commands about documents: export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.common import (
    Lang,
    PlanPath,
    app,
    refusing_bad_input,
    say,
    words_of,
)
from planner.office import export_workbook
from planner.office.folder import load_folder
from planner.texts import text


@app.command(help=words_of("export_help"))
def export(
    plan: PlanPath,
    district: Annotated[str | None, typer.Option("--district", help=words_of("district_help"))] = None,
    year: Annotated[int | None, typer.Option("--year", help=words_of("year_help"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=words_of("export_out_help"))] = None,
    lang: Lang = "zh",
) -> None:
    """Write the task plans of a plan as a workbook."""
    with refusing_bad_input(lang, as_json=False):
        folder = load_folder(plan)
        path = export_workbook(
            folder.ledger, folder.scenario, folder.plan, out or folder.path, district=district, year=year, lang=lang
        )
    say(text("cli.written", lang, path=path))
