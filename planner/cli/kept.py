"""The commands of what is kept: keep, kept, take-out, merge, publish, adopt."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from planner.cli.common import AsJson, Lang, app, print_json, say
from planner.cli.desks import As, District, Home, Note, VersionId, desk_at, help_of, table
from planner.cycle.facts import save_facts
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger import load_ledger, save_ledger
from planner.office.folder import LEDGER, PLAN, SCENARIO, load_folder, save_folder
from planner.planning import PlanRefused
from planner.scenario import load_scenario, save_scenario
from planner.service import Action
from planner.service.desk import Desk
from planner.service.kept import LEDGER_KIND, PLAN_KIND, SCENARIO_KIND
from planner.service.merging import Merge, Side
from planner.store import Version
from planner.texts import Language, text


@app.command("keep", help=help_of("keep_help"))
def keep(
    file: Annotated[Path, typer.Argument(help=help_of("keep_file_help"))],
    name: Annotated[str, typer.Option("--name", help=help_of("name_help"))] = "",
    onto: Annotated[int | None, typer.Option("--onto", help=help_of("onto_help"))] = None,
    note: Note = "",
    district: District = "",
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Keep a ledger, a scenario, or a plan's folder with all three, as the next version."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        kept = _keep(desk, file, name, onto, note, district)
    if as_json:
        print_json([asdict(version) for version in kept])
        return
    for version in kept:
        say(
            text(
                "desk.kept", lang, kind=text(f"desk.kind_{version.document.kind}", lang), name=version.document.name,
                number=version.number, id=version.id,
            )
        )  # fmt: skip


def _keep(desk: Desk, file: Path, name: str, onto: int | None, note: str, district: str) -> list[Version]:
    if file.suffix == ".toml":
        scenario = load_scenario(file)
        if name:
            scenario = scenario.model_copy(update={"name": name})
        return [desk.keeping.keep_scenario(scenario, parent=onto, note=note, district=district)]
    if file.is_dir() or file.name == PLAN:
        if onto is not None:
            raise BadInput([Finding("desk.onto_one", {}, column="--onto", value=str(onto))])
        folder = load_folder(file)
        given = name or folder.path.resolve().name
        ledger = desk.keeping.known(LEDGER_KIND, folder.ledger.digest) or desk.keeping.keep_ledger(
            folder.ledger, given, note=note, district=district
        )
        scenario_kept = desk.keeping.known(SCENARIO_KIND, folder.scenario.digest) or desk.keeping.keep_scenario(
            folder.scenario, note=note, district=district
        )
        try:
            plan = desk.keeping.keep_plan(folder.plan, ledger.id, scenario_kept.id, note=note, district=district)
        except PlanRefused as refused:  # somebody's file, not a plan that was just made
            found = refused.result.findings
            raise BadInput(
                [Finding("office.not_clean", {"zh": f.zh, "en": f.en}, file=PLAN, column=f.place) for f in found]
            ) from refused
        return [ledger, scenario_kept, plan]
    return [desk.keeping.keep_ledger(load_ledger(file), name or file.stem, parent=onto, note=note, district=district)]


@app.command("kept", help=help_of("kept_help"))
def kept(
    kind: Annotated[str | None, typer.Option("--kind", help=help_of("kind_help"))] = None,
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """List the versions that are kept."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        found = desk.keeping.versions(kind)
        known = desk.deciding.adopted() if desk.may(Action.READ_TOTALS) else ()
        adopted = {int(record.payload["version"]) for record in known[-1:]}
    if as_json:
        print_json([asdict(version) for version in found])
        return
    heads = [text(f"desk.head_{name}", lang) for name in _HEADS]
    rows = [
        (
            version.id, text(f"desk.kind_{version.document.kind}", lang), version.document.name, version.number,
            version.document.district or "–", version.author, version.at,
            text("desk.adopted", lang) if version.id in adopted else str(version.meta.get("status", "")), version.note,
        )
        for version in found
    ]  # fmt: skip
    for line in table(rows, heads):
        say(line)


_HEADS = ("id", "kind", "name", "number", "district", "author", "at", "status", "note")


@app.command("take-out", help=help_of("take_out_help"))
def take_out(
    version: VersionId,
    out: Annotated[Path, typer.Option("--out", help=help_of("out_help"))],
    district: District = "",
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Write a version out: a plan's folder, a ledger, a scenario; or, with --district, its task workbook."""
    with desk_at(home, subject, lang) as desk:
        found = {each.id: each for each in desk.keeping.versions()}.get(version)
        if found is None:
            raise BadInput([Finding("store.no_version", {"id": version}, value=str(version))])
        written = _written(desk, found, out, district, lang)
    say(text("cli.written", lang, path=written))


def _written(desk: Desk, found: Version, out: Path, district: str, lang: Language) -> Path:
    kind = found.document.kind
    if kind == PLAN_KIND and district:
        export = desk.keeping.export(found.id, district=district, lang=lang)
        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / export.name, export.data)
        return out / export.name
    if kind == PLAN_KIND:
        folder = desk.keeping.open_plan(found.id)
        save_folder(out, folder.ledger, folder.scenario, folder.plan)
        if folder.facts.payments:
            save_facts(out, folder.facts)
        return out
    if kind == LEDGER_KIND:
        file = out if out.suffix else out / LEDGER
        file.parent.mkdir(parents=True, exist_ok=True)
        save_ledger(desk.keeping.open_ledger(found.id), file)
        return file
    if kind == SCENARIO_KIND:
        file = out if out.suffix else out / SCENARIO
        file.parent.mkdir(parents=True, exist_ok=True)
        save_scenario(desk.keeping.open_scenario(found.id), file)
        return file
    file = out if out.suffix else out / f"{kind}-{found.id}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, desk.keeping.open_bytes(found.id))
    return file


@app.command("merge", help=help_of("merge_help"))
def merge(
    base: Annotated[int, typer.Argument(help=help_of("base_help"))],
    mine: Annotated[Path, typer.Argument(help=help_of("mine_help"))],
    theirs: Annotated[list[str] | None, typer.Option("--theirs", help=help_of("theirs_help"))] = None,
    ours: Annotated[list[str] | None, typer.Option("--mine", help=help_of("ours_help"))] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help=help_of("merge_confirm_help"))] = False,
    note: Note = "",
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Show how an edited ledger or scenario goes together with what was kept since, and keep both changes."""
    choices: dict[str, Side] = {**dict.fromkeys(theirs or (), "theirs"), **dict.fromkeys(ours or (), "mine")}
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        if mine.suffix == ".toml":
            scenario = load_scenario(mine)
            newest, found = desk.joining.scenario_merge(base, scenario)
            if confirm:
                newest = desk.joining.keep_merged_scenario(base, scenario, choices, note=note)
        else:
            ledger = load_ledger(mine)
            newest, found = desk.joining.ledger_merge(base, ledger)
            if confirm:
                newest = desk.joining.keep_merged_ledger(base, ledger, choices, note=note)
    if as_json:
        print_json({"newest": newest.id, "kept": confirm, **_plain(found)})
        return
    for side, places in (("theirs", found.theirs), ("mine", found.mine)):
        for place in places:
            say(f"{text(f'desk.side_{side}', lang)}  {place}")
    for clash in found.clashes:
        say(
            text(
                "desk.clash", lang, place=clash.place, base=clash.base, theirs=clash.theirs, mine=clash.mine,
                choice=choices.get(clash.place, "?"),
            )
        )  # fmt: skip
    key = "desk.merged" if confirm else "desk.merge_shown"
    say(text(key, lang, id=newest.id, number=newest.number, clashes=len(found.clashes)))
    if found.clashes and not confirm:
        raise typer.Exit(1)


def _plain(found: Merge) -> dict[str, object]:
    clashes = [{name: str(value) for name, value in asdict(clash).items()} for clash in found.clashes]
    return {"theirs": list(found.theirs), "mine": list(found.mine), "clashes": clashes}


@app.command("publish", help=help_of("publish_help"))
def publish(version: VersionId, note: Note = "", home: Home = None, subject: As = None, lang: Lang = "zh") -> None:
    """Show a version to the others."""
    with desk_at(home, subject, lang) as desk:
        desk.deciding.publish(version, note)
    say(text("desk.published", lang, id=version))


@app.command("adopt", help=help_of("adopt_help"))
def adopt(
    version: VersionId,
    reason: Annotated[str, typer.Option("--reason", help=help_of("reason_help"))],
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Make a plan the city's own."""
    with desk_at(home, subject, lang) as desk:
        desk.deciding.adopt(version, reason)
    say(text("desk.adopted_now", lang, id=version))
