"""The commands about ledgers: check, categories."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.common import (
    EXIT_BAD_INPUT,
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
from planner.findings import Level, UnreadableInput
from planner.ledger import category, check_ledger, load_ledger


@app.command(help=words_of("check_help"))
def check(
    ledger: Annotated[Path, typer.Argument(help=words_of("ledger_help"))], as_json: AsJson = False, lang: Lang = "zh"
) -> None:
    """List every fault of a ledger at once."""
    try:
        findings = check_ledger(ledger)
    except UnreadableInput as unreadable:
        list_findings(unreadable.findings, lang, as_json=as_json)
        raise typer.Exit(EXIT_BAD_INPUT) from unreadable
    list_findings(findings, lang, as_json=as_json)
    raise typer.Exit(EXIT_FAULTS if any(finding.level is Level.ERROR for finding in findings) else EXIT_OK)


@app.command(help=words_of("categories_help"))
def categories(
    ledger: Annotated[Path, typer.Argument(help=words_of("ledger_help"))],
    everything: Annotated[bool, typer.Option("--all", help=words_of("everything_help"))] = False,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Hold the suggested categories beside the ledger's."""
    with refusing_bad_input(lang, as_json=as_json):
        compared = category.compare(load_ledger(ledger))
    if as_json:
        print_json(category.as_json(compared))
    else:
        for line in category.report(compared, lang, everything=everything):
            say(line)
    contradicted = any(one.relation is category.Relation.CONTRADICTS for one in compared)
    raise typer.Exit(EXIT_FAULTS if contradicted else EXIT_OK)
