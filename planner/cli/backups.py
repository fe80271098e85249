"""The commands that take everything out of a store and bring it back: backup, restore, export-store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.common import AsJson, Lang, app, finding_line, print_json, refusing_bad_input, say
from planner.cli.desks import As, Home, desk_at, help_of
from planner.service.care import restore_into
from planner.service.desk import user_of_machine
from planner.service.settings import load_settings
from planner.store.manifest import Manifest
from planner.texts import Language, text


@app.command("backup", help=help_of("backup_help"))
def backup(
    file: Annotated[Path, typer.Argument(help=help_of("backup_file_help"))],
    with_key: Annotated[bool, typer.Option("--with-key", help=help_of("with_key_help"))] = False,
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Back the store up into one file."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        written = desk.care.backup(file, with_key=with_key)
    _say("backed_up", file, written, lang, as_json=as_json)
    if with_key and not as_json:
        say(text("desk.key_written", lang, path=file.with_name(file.name + ".key")))


@app.command("restore", help=help_of("restore_help"))
def restore(
    source: Annotated[Path, typer.Argument(help=help_of("restore_from_help"))],
    keys: Annotated[list[Path] | None, typer.Option("--key", help=help_of("key_help"))] = None,
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Restore a backup, or an open export, into the new store of an installation."""
    with refusing_bad_input(lang, as_json=as_json):
        made = restore_into(load_settings(home), source, subject, user_of_machine(), keys=keys or ())
    if as_json:
        print_json(
            {
                "place": made.place, "counts": dict(made.manifest.counts), "unproven": list(made.unproven),
                "notes": [note.to_json() for note in made.notes],
            }
        )  # fmt: skip
        return
    counts = made.manifest.counts
    say(
        text(
            "desk.restored", lang, place=made.place, versions=counts["versions.jsonl"], entries=counts["trail.jsonl"]
        )
    )  # fmt: skip
    if made.unproven:
        say(text("desk.restored_unproven", lang, keys="、".join(made.unproven)))
    for note in made.notes:
        say(finding_line(note, lang))


@app.command("export-store", help=help_of("export_store_help"))
def export_store(
    folder: Annotated[Path, typer.Argument(help=help_of("export_folder_help"))],
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Export everything as open files."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        written = desk.care.export(folder)
    _say("exported", folder, written, lang, as_json=as_json)


def _say(key: str, place: Path, written: Manifest, lang: Language, *, as_json: bool) -> None:
    size = sum(listed.size for listed in written.files)
    if as_json:
        print_json({"path": str(place), "bytes": size, "counts": dict(written.counts), "version": written.version})
        return
    say(
        text(
            f"desk.{key}", lang, path=place, size=f"{size / 1_000_000:,.2f}",
            versions=written.counts["versions.jsonl"], entries=written.counts["trail.jsonl"],
        )
    )  # fmt: skip
