"""The commands that show what there is, and the page: solvers, clauses, serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.clauses import clauses as all_clauses
from planner.cli.common import (
    AsJson,
    Lang,
    app,
    print_json,
    refusing_bad_input,
    say,
    words_of,
)
from planner.texts import text


@app.command(help=words_of("solvers_help"))
def solvers(as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Show which solvers work here."""
    import solvers as room

    found = room.backends()
    if as_json:
        print_json(
            [{"name": b.name, "version": b.version, "available": b.available, "reason": b.reason} for b in found]
        )
        return
    for backend in found:
        word = text("cli.works" if backend.available else "cli.missing_solver", lang)
        say(f"{backend.name:<16} {backend.version or '–':<12} {word} {backend.reason or ''}".rstrip())


@app.command(help=words_of("clauses_help"))
def clauses(as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Show every clause with its citation and meaning."""
    if as_json:
        print_json(
            {
                name: {
                    "title": clause.title.in_(lang),
                    "meaning": clause.meaning.in_(lang),
                    "citation": clause.citation.in_(lang),
                    "formula": clause.formula,
                    "default_mode": str(clause.default_mode),
                    "modes": [str(mode) for mode in clause.modes],
                }
                for name, clause in all_clauses().items()
            }
        )
        return
    for name, clause in all_clauses().items():
        say(f"{name}  {clause.title.in_(lang)}  [{'|'.join(clause.modes)}]  ({clause.citation.in_(lang)})")
        say(f"    {clause.meaning.in_(lang)}")


@app.command(help=words_of("serve_help"))
def serve(
    plan: Annotated[Path, typer.Argument(help=words_of("plan_path_help"))] = Path("out"),
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help=words_of("port_help"))] = 8501,
    address: Annotated[str, typer.Option("--address", help=words_of("address_help"))] = "127.0.0.1",
    names: Annotated[list[str] | None, typer.Option("--name", help=words_of("host_name_help"))] = None,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help=words_of("worker_help"))] = True,
    lang: Lang = "zh",
) -> None:
    """Serve the page."""
    from planner.web.serve import serve as serve_page

    with refusing_bad_input(lang, as_json=False):
        code = serve_page(plan, port=port, address=address, names=names or (), lang=lang, worker=worker)
    raise typer.Exit(code)
