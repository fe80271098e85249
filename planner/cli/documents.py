"""The commands about documents: export, brief, import-tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.advice.compare import Planned
from planner.cli.common import (
    EXIT_FAULTS,
    EXIT_OK,
    AsJson,
    Lang,
    PlanPath,
    app,
    print_json,
    refusing_bad_input,
    say,
    words_of,
)
from planner.findings import BadInput, Finding
from planner.office import export_brief, export_workbook, export_zip, returned
from planner.office.folder import load_folder
from planner.texts import text


@app.command(help=words_of("export_help"))
def export(
    plan: PlanPath,
    district: Annotated[str | None, typer.Option("--district", help=words_of("district_help"))] = None,
    year: Annotated[int | None, typer.Option("--year", help=words_of("year_help"))] = None,
    zipped: Annotated[bool, typer.Option("--zip", help=words_of("zip_help"))] = False,
    out: Annotated[Path | None, typer.Option("--out", help=words_of("export_out_help"))] = None,
    lang: Lang = "zh",
) -> None:
    """Write the task plans of a plan as a workbook, or all of them in a zip file."""
    with refusing_bad_input(lang, as_json=False):
        folder = load_folder(plan)
        made = (folder.ledger, folder.scenario, folder.plan, out or folder.path)
        if zipped and (district is not None or year is not None):
            raise BadInput([Finding("cli.zip_is_whole", column="--zip")])
        if zipped:
            path = export_zip(*made, lang=lang, facts=folder.facts)
        else:
            path = export_workbook(*made, district=district, year=year, lang=lang, facts=folder.facts)
    say(text("cli.written", lang, path=path))


@app.command(help=words_of("brief_help"))
def brief(
    plan: PlanPath,
    out: Annotated[Path | None, typer.Option("--out", help=words_of("brief_out_help"))] = None,
    against: Annotated[Path | None, typer.Option("--against", help=words_of("brief_against_help"))] = None,
    lang: Lang = "zh",
) -> None:
    """Write the leadership brief of a plan as a Word file and as a PDF."""
    with refusing_bad_input(lang, as_json=False):
        folder = load_folder(plan)
        other = None if against is None else load_folder(against)
        compared = None if other is None else Planned(other.ledger, other.scenario, other.plan)
        made = (folder.ledger, folder.scenario, folder.plan, out or folder.path)
        for path in export_brief(*made, lang=lang, compared=compared):
            say(text("cli.written", lang, path=path))


@app.command("import-tasks", help=words_of("import_help"))
def import_tasks(
    plan: PlanPath,
    files: Annotated[list[Path], typer.Argument(help=words_of("returned_help"))],
    confirm: Annotated[bool, typer.Option("--confirm", help=words_of("confirm_help"))] = False,
    accept: Annotated[list[str] | None, typer.Option("--accept", help=words_of("accept_help"))] = None,
    reject: Annotated[list[str] | None, typer.Option("--reject", help=words_of("reject_help"))] = None,
    author: Annotated[str, typer.Option("--author", help=words_of("author_help"))] = "",
    out: Annotated[Path | None, typer.Option("--out", help=words_of("import_out_help"))] = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """List what returned task plans say differently, and apply what is confirmed."""
    with refusing_bad_input(lang, as_json=as_json):
        folder = load_folder(plan)
        found = returned.read_returned(folder, files, author=author, lang=lang)
        if not (confirm or accept or reject):
            if as_json:
                print_json(returned.edits_json(found))
            else:
                for line in returned.report(found, lang):
                    say(line)
            raise typer.Exit(EXIT_FAULTS if found.undecided else EXIT_OK)
        decision = returned.decide(found, everything=confirm, accept=accept or (), reject=reject or ())
        target = out or folder.path.with_name(f"{folder.path.resolve().name}-returned")
        made, applied = returned.write_returned(found, decision, target, lang)
    if as_json:
        print_json(returned.edits_json(found, decision, applied))
        return
    same = applied.same_inputs(folder)
    say(text("cli.import_applied", lang, count=len(decision.accepted), left=len(decision.left_out), path=made))
    say(text("cli.import_same" if same else "cli.import_next", lang, path=made))
