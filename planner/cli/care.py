"""The commands of those who answer for an installation: people, grant, revoke, disable, trail, anchor, verify-store."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.common import EXIT_FAULTS, AsJson, Lang, app, list_findings, print_json, say
from planner.cli.desks import As, Home, Note, desk_at, help_of, table
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.service import Role
from planner.store import Anchor
from planner.texts import text

Subject = Annotated[str, typer.Argument(help=help_of("subject_help"))]
Districts = Annotated[list[str] | None, typer.Option("--district", help=help_of("own_district_help"))]


@app.command("people", help=help_of("people_help"))
def people(home: Home = None, subject: As = None, as_json: AsJson = False, lang: Lang = "zh") -> None:
    """List the people and their rights."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        found = sorted(desk.staff.everybody().values(), key=lambda person: person.subject)
    if as_json:
        print_json(
            [
                {
                    "subject": person.subject, "name": person.name, "roles": sorted(person.roles),
                    "districts": sorted(person.districts), "active": person.active,
                }
                for person in found
            ]
        )  # fmt: skip
        return
    heads = [text(f"desk.head_{name}", lang) for name in ("subject", "name", "roles", "districts", "active")]
    rows = [
        (
            person.subject, person.name, "、".join(text(f"service.role_{role}", lang) for role in sorted(person.roles)),
            "、".join(sorted(person.districts)), text("desk.yes" if person.active else "desk.no", lang),
        )
        for person in found
    ]  # fmt: skip
    for line in table(rows, heads):
        say(line)


@app.command("grant", help=help_of("grant_help"))
def grant(
    person: Subject,
    role: Role,
    district: Districts = None,
    name: Annotated[str, typer.Option("--name", help=help_of("person_name_help"))] = "",
    note: Note = "",
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Give somebody a role."""
    with desk_at(home, subject, lang) as desk:
        desk.staff.grant(person, role, districts=district or (), name=name, note=note)
    say(text("desk.granted", lang, subject=person, role=text(f"service.role_{role}", lang)))


@app.command("revoke", help=help_of("revoke_help"))
def revoke(
    person: Subject,
    role: Role,
    district: Districts = None,
    note: Note = "",
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Take a role away."""
    with desk_at(home, subject, lang) as desk:
        desk.staff.revoke(person, role, districts=district or (), note=note)
    say(text("desk.revoked", lang, subject=person, role=text(f"service.role_{role}", lang)))


@app.command("disable", help=help_of("disable_help"))
def disable(person: Subject, note: Note = "", home: Home = None, subject: As = None, lang: Lang = "zh") -> None:
    """Shut somebody out."""
    with desk_at(home, subject, lang) as desk:
        desk.staff.disable(person, note)
    say(text("desk.disabled", lang, subject=person))


@app.command("enable", help=help_of("enable_help"))
def enable(person: Subject, note: Note = "", home: Home = None, subject: As = None, lang: Lang = "zh") -> None:
    """Let somebody in again."""
    with desk_at(home, subject, lang) as desk:
        desk.staff.enable(person, note)
    say(text("desk.enabled", lang, subject=person))


@app.command("trail", help=help_of("trail_help"))
def trail(
    after: Annotated[int, typer.Option("--after", min=0, help=help_of("after_help"))] = 0,
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Show who did what."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        found = desk.care.trail(after=after)
    if as_json:
        print_json([asdict(entry) for entry in found])
        return
    heads = [text(f"desk.head_{name}", lang) for name in ("seq", "at", "who", "via", "action", "about")]
    for line in table([(e.seq, e.at, e.who, e.via, e.action, e.subject) for e in found], heads):
        say(line)


@app.command("anchor", help=help_of("anchor_help"))
def anchor(
    file: Annotated[Path, typer.Argument(help=help_of("anchor_file_help"))],
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Write what stands now, to be kept outside the store."""
    with desk_at(home, subject, lang) as desk:
        made = desk.care.anchor()
        write_whole(file, json.dumps(made.to_dict(), indent=1).encode())
    say(text("desk.anchored", lang, seq=made.seq, at=made.exported, path=file))


@app.command("verify-store", help=help_of("verify_help"))
def verify_store(
    anchors: Annotated[list[Path] | None, typer.Option("--anchor", help=help_of("anchors_help"))] = None,
    plans: Annotated[bool, typer.Option("--plans", help=help_of("plans_help"))] = False,
    keys: Annotated[list[Path] | None, typer.Option("--other-key", help=help_of("earlier_key_help"))] = None,
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Find any change that was not made by this program; exit code 1 where there is one."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        found = desk.care.verify([_anchor(file) for file in anchors or ()], plans=plans, keys=keys or ())
    if found or as_json:
        list_findings(found, lang, as_json=as_json)
    else:
        say(text("desk.verified", lang))
    if found:
        raise typer.Exit(EXIT_FAULTS)


def _anchor(file: Path) -> Anchor:
    try:
        return Anchor.from_dict(json.loads(file.read_text(encoding="utf-8")), file.name)
    except ValueError as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput([Finding("store.bad_anchor", {}, file=file.name)]) from error
