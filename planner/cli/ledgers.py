"""The commands about ledgers: check, map, categories."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.common import (
    EXIT_FAULTS,
    EXIT_OK,
    AsJson,
    Lang,
    app,
    list_findings,
    print_json,
    refusing_bad_input,
    say,
    words_of,
)
from planner.cli.reading import MappingFile, Places, ShownReading, gazetteer_of, load
from planner.findings import BadInput, Finding, Level
from planner.ledger import category, load_mapping, propose_mapping
from planner.ledger.excel import examine_ledger
from planner.ledger.returning import mark_ledger, repair_ledger
from planner.texts import text


@app.command(help=words_of("check_help"))
def check(
    ledger: Annotated[Path, typer.Argument(help=words_of("ledger_help"))],
    mapping: MappingFile = None,
    places: Places = None,
    marked: Annotated[Path | None, typer.Option("--marked", help=words_of("marked_help"))] = None,
    fix: Annotated[list[str] | None, typer.Option("--fix", help=words_of("fix_help"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=words_of("fixed_help"))] = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """List every fault of a ledger at once; mark them in a copy, or repair some in another."""
    with refusing_bad_input(lang, as_json=as_json):
        if fix and out is None:
            raise BadInput([Finding("cli.fix_without_out", column="--out")])
        progress = None if as_json else ShownReading(lang)
        findings = examine_ledger(
            ledger, mapping=load_mapping(mapping) if mapping else None, gazetteer=gazetteer_of(places),
            on_progress=progress,
        ).findings  # fmt: skip
        if marked is not None:
            mark_ledger(ledger, findings, marked, lang=lang, on_progress=progress)
        repairs = repair_ledger(ledger, findings, fix, out, lang=lang) if fix and out is not None else []
    if as_json and fix:
        print_json(
            {
                "format": "shanfu-findings/1",
                "findings": [finding.to_json() for finding in findings],
                "repairs": [repair.to_json() for repair in repairs],
            }
        )
    else:
        list_findings(findings, lang, as_json=as_json)
    if not as_json:
        if marked is not None:
            say(text("cli.written", lang, path=marked))
        for repair in repairs:
            change = repair.change
            values = {
                "sheet": change.sheet,
                "cell": change.cell,
                "old": change.old,
                "new": change.new,
                "ref": repair.ref,
            }
            say(text("cli.repaired", lang, **values))
        if fix:
            say(text("cli.written", lang, path=out))
    raise typer.Exit(EXIT_FAULTS if any(finding.level is Level.ERROR for finding in findings) else EXIT_OK)


@app.command(name="map", help=words_of("map_help"))
def map_columns(
    ledger: Annotated[Path, typer.Argument(help=words_of("ledger_help"))],
    out: Annotated[Path, typer.Option("--out", help=words_of("map_out_help"))] = Path("mapping.toml"),
    mapping: MappingFile = None,
    lang: Lang = "zh",
) -> None:
    """Propose what each column of a ledger holds, as a file for people to confirm."""
    with refusing_bad_input(lang, as_json=False):
        proposed = propose_mapping(ledger, mapping=load_mapping(mapping) if mapping else None)
        proposed.save(out)
    for one in (*proposed.patches, *proposed.options):
        key = "map_known" if one.confirmed and one.field else "map_kept" if not one.field else "map_asked"
        say(text(f"cli.{key}", lang, column=one.column, field=one.field, confidence=f"{one.confidence:.0%}"))
    say(text("cli.written", lang, path=out))


@app.command(help=words_of("categories_help"))
def categories(
    ledger: Annotated[Path, typer.Argument(help=words_of("ledger_help"))],
    everything: Annotated[bool, typer.Option("--all", help=words_of("everything_help"))] = False,
    mapping: MappingFile = None,
    places: Places = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Hold the suggested categories beside the ledger's."""
    with refusing_bad_input(lang, as_json=as_json):
        compared = category.compare(load(ledger, lang, mapping, places, silent=as_json))
    if as_json:
        print_json(category.as_json(compared))
    else:
        for line in category.report(compared, lang, everything=everything):
            say(line)
    contradicted = any(one.relation is category.Relation.CONTRADICTS for one in compared)
    raise typer.Exit(EXIT_FAULTS if contradicted else EXIT_OK)
