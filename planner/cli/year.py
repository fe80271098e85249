"""The commands of the working year: begin, apply, review, issue, record, accept, close, send-back and the like."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli.common import AsJson, Lang, app, say
from planner.cli.desks import As, Home, Note, VersionId, desk_at, help_of
from planner.cli.work import say_job
from planner.cycle import Kind, Returned
from planner.findings import BadInput, Finding
from planner.service import Desk
from planner.texts import Language, text

DistrictName = Annotated[str, typer.Argument(help=help_of("year_district_help"))]
WorkYear = Annotated[int, typer.Argument(help=help_of("year_help"))]
PatchId = Annotated[str, typer.Argument(help=help_of("patch_help"))]
Number = Annotated[str, typer.Option("--number", help=help_of("number_help"))]
Remark = Annotated[str, typer.Option("--remark", help=help_of("remark_help"))]
At = Annotated[str | None, typer.Option("--at", help=help_of("at_help"))]
OnDay = Annotated[dt.datetime, typer.Option("--on", formats=["%Y-%m-%d"], help=help_of("on_help"))]
Proof = Annotated[list[Path], typer.Option("--evidence", help=help_of("evidence_help"))]

RECORDED = (
    Kind.START, Kind.FINISH, Kind.PAY, Kind.REFUND, Kind.ASK_COST, Kind.GRANT_COST, Kind.VERIFY, Kind.CHECK, Kind.DEFER
)  # fmt: skip
"""What ``planner record`` takes; the other steps have commands of their own."""


@app.command("begin", help=help_of("begin_help"))
def begin(plan: VersionId, note: Note = "", home: Home = None, subject: As = None, lang: Lang = "zh") -> None:
    """Begin the working years by the plan that was adopted last."""
    with desk_at(home, subject, lang) as desk:
        desk.year.begin(plan, note)
    say(text("desk.year_begun", lang, id=plan))


@app.command("put-in-force", help=help_of("put_in_force_help"))
def put_in_force(plan: VersionId, note: Note = "", home: Home = None, subject: As = None, lang: Lang = "zh") -> None:
    """Work by another adopted plan from now on."""
    with desk_at(home, subject, lang) as desk:
        desk.year.put_in_force(plan, note)
    say(text("desk.in_force", lang, id=plan))


@app.command("apply", help=help_of("apply_help"))
def apply(
    district: DistrictName,
    year: WorkYear,
    number: Number,
    wish: Annotated[list[str] | None, typer.Option("--wish", help=help_of("wish_help"))] = None,
    remark: Remark = "",
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Apply for a district's tasks of a year (申报)."""
    with desk_at(home, subject, lang) as desk:
        payload: dict[str, Any] = {}
        if wish:
            wishes = [dict(zip(("patch", "change"), _halves(given, "--wish"), strict=True)) for given in wish]
            payload = {"tasks": list(desk.year.to_apply(district, year)), "wishes": wishes}
        _take(desk, Kind.APPLY, year, lang, district=district, number=number, remark=remark, payload=payload, at=at)


@app.command("review", help=help_of("review_help"))
def review(
    district: DistrictName, year: WorkYear, number: Number, remark: Remark = "", at: At = None, home: Home = None,
    subject: As = None, lang: Lang = "zh",
) -> None:  # fmt: skip
    """Let a district's application pass (审核)."""
    with desk_at(home, subject, lang) as desk:
        _take(desk, Kind.REVIEW, year, lang, district=district, number=number, remark=remark, at=at)


@app.command("issue", help=help_of("issue_help"))
def issue(
    district: DistrictName, year: WorkYear, number: Number, remark: Remark = "", at: At = None, home: Home = None,
    subject: As = None, lang: Lang = "zh",
) -> None:  # fmt: skip
    """Issue a district's tasks and money of a year, frozen from then on (下达)."""
    with desk_at(home, subject, lang) as desk:
        _take(desk, Kind.ISSUE, year, lang, district=district, number=number, remark=remark, at=at)


@app.command("record", help=help_of("record_help"))
def record(
    kind: Annotated[str, typer.Argument(help=help_of("record_kind_help"))],
    patch: PatchId,
    year: WorkYear,
    number: Number,
    on: Annotated[dt.datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help=help_of("on_help"))] = None,
    yuan: Annotated[int | None, typer.Option("--yuan", min=0, help=help_of("yuan_help"))] = None,
    purse: Annotated[list[str] | None, typer.Option("--purse", help=help_of("purse_help"))] = None,
    voucher: Annotated[str | None, typer.Option("--voucher", help=help_of("voucher_help"))] = None,
    result: Annotated[str | None, typer.Option("--result", help=help_of("result_help"))] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=help_of("unit_help"))] = None,
    person: Annotated[str | None, typer.Option("--person", help=help_of("verifier_help"))] = None,
    which: Annotated[int | None, typer.Option("--which", min=1, help=help_of("which_help"))] = None,
    evidence: Annotated[list[Path] | None, typer.Option("--evidence", help=help_of("evidence_help"))] = None,
    remark: Remark = "",
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Record what was carried out on a patch, see `RECORDED`."""
    with desk_at(home, subject, lang) as desk:
        if kind not in RECORDED:
            known = "、".join(RECORDED)
            raise BadInput([Finding("desk.not_recorded", {"known": known}, column="kind", value=kind)])
        payload: dict[str, Any] = {"on": on.date().isoformat() if on else None, "voucher": voucher, "result": result,
                                   "unit": unit, "person": person, "which": which}  # fmt: skip
        if kind in (Kind.PAY, Kind.REFUND):
            source, district = _purse((purse or [""])[0])
            payload |= {"yuan": yuan, "source": source, "purse_district": district}
        elif kind == Kind.ASK_COST:
            payload["money"] = [_money(given) for given in purse or ()]
        if evidence:
            payload["evidence"] = _proofs(desk, evidence)
        given = {name: value for name, value in payload.items() if value is not None}
        _take(desk, Kind(kind), year, lang, patch=patch, number=number, remark=remark, payload=given, at=at)


@app.command("accept", help=help_of("accept_help"))
def accept(
    patch: PatchId,
    year: WorkYear,
    number: Number,
    on: OnDay,
    hectares: Annotated[str, typer.Option("--hectares", help=help_of("hectares_help"))],
    evidence: Proof,
    hazards: Annotated[int, typer.Option("--hazards", min=0, help=help_of("hazards_help"))] = 0,
    remark: Remark = "",
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Accept a patch's finished works (验收)."""
    with desk_at(home, subject, lang) as desk:
        payload = {
            "on": on.date().isoformat(), "area_m2": _square_metres(hectares), "hazards": hazards,
            "evidence": _proofs(desk, evidence),
        }  # fmt: skip
        _take(desk, Kind.ACCEPT, year, lang, patch=patch, number=number, remark=remark, payload=payload, at=at)


@app.command("close", help=help_of("close_help"))
def close(
    year: WorkYear,
    number: Number,
    patch: Annotated[str | None, typer.Option("--patch", help=help_of("patch_help"))] = None,
    district: Annotated[str, typer.Option("--district", help=help_of("year_district_help"))] = "",
    released: Annotated[list[str] | None, typer.Option("--released", help=help_of("released_help"))] = None,
    remark: Remark = "",
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Close a patch's account to the yuan, or a district's year (销账)."""
    with desk_at(home, subject, lang) as desk:
        if (patch is None) == (not district):
            raise BadInput([Finding("desk.close_one", {}, column="--patch")])
        kind = Kind.CLOSE if patch else Kind.CLOSE_YEAR
        payload = {"released": [_money(given) for given in released]} if released else {}
        _take(
            desk, kind, year, lang, patch=patch, district=district, number=number, remark=remark, payload=payload, at=at
        )


@app.command("send-back", help=help_of("send_back_help"))
def send_back(
    what: Annotated[str, typer.Argument(help=help_of("what_help"))],
    year: WorkYear,
    number: Number,
    remark: Remark,
    patch: Annotated[str | None, typer.Option("--patch", help=help_of("patch_help"))] = None,
    district: Annotated[str, typer.Option("--district", help=help_of("year_district_help"))] = "",
    proposal: Annotated[str | None, typer.Option("--proposal", help=help_of("proposal_help"))] = None,
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Send a step back, with the reason."""
    with desk_at(home, subject, lang) as desk:
        if what not in [*Returned]:
            known = "、".join(Returned)
            raise BadInput([Finding("desk.not_recorded", {"known": known}, column="what", value=what)])
        payload = {"what": what, "proposal": proposal} if proposal else {"what": what}
        _take(
            desk, Kind.RETURN, year, lang, patch=patch, district=district, number=number, remark=remark,
            payload=payload, at=at,
        )  # fmt: skip


@app.command("track", help=help_of("track_help"))
def track(
    patch: PatchId,
    year: WorkYear,
    number: Number,
    remark: Remark,
    due: Annotated[dt.datetime | None, typer.Option("--due", formats=["%Y-%m-%d"], help=help_of("due_help"))] = None,
    settled: Annotated[bool, typer.Option("--settled", help=help_of("settled_help"))] = False,
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Put a patch under tracked supervision until a day, or say that the matter is settled (挂账督办)."""
    with desk_at(home, subject, lang) as desk:
        if (due is None) != settled:
            raise BadInput([Finding("desk.track_one", {}, column="--due")])
        kind = Kind.RESOLVE if due is None else Kind.TRACK
        payload = {} if due is None else {"due": due.date().isoformat()}
        _take(desk, kind, year, lang, patch=patch, number=number, remark=remark, payload=payload, at=at)


@app.command("propose", help=help_of("propose_help"))
def propose(
    district: DistrictName,
    year: WorkYear,
    changes: Annotated[Path, typer.Argument(help=help_of("changes_help"))],
    number: Number,
    remark: Remark = "",
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Propose changes of the ledger from the yearly review (年度现状核查)."""
    with desk_at(home, subject, lang) as desk:
        try:
            payload = json.loads(changes.read_text(encoding="utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise BadInput([Finding("desk.not_json", {"message": str(error)}, file=changes.name)]) from error
        if not isinstance(payload, dict):
            raise BadInput([Finding("desk.not_changes", {}, file=changes.name)])
        _take(desk, Kind.PROPOSE, year, lang, district=district, number=number, remark=remark, payload=payload, at=at)


@app.command("adopt-changes", help=help_of("adopt_changes_help"))
def adopt_changes(
    district: DistrictName,
    year: WorkYear,
    proposal: Annotated[str, typer.Argument(help=help_of("proposal_help"))],
    number: Number,
    remark: Remark = "",
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Adopt proposed changes of the ledger, whole, and show the ledger before and after."""
    with desk_at(home, subject, lang) as desk:
        payload = {"proposal": proposal}
        _take(desk, Kind.ADOPT, year, lang, district=district, number=number, remark=remark, payload=payload, at=at)
        for change in desk.year.changes().changes:
            say(f"  {change.patch}  {change.field}: {change.old} → {change.new}")


@app.command("tranche", help=help_of("tranche_help"))
def tranche(
    year: WorkYear,
    purse: Annotated[str, typer.Argument(help=help_of("purse_help"))],
    yuan: Annotated[int, typer.Argument(min=1, help=help_of("yuan_help"))],
    arrives: Annotated[int, typer.Option("--arrives", help=help_of("arrives_help"))],
    number: Number,
    remark: Remark,
    at: At = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Note that money of a year arrives later."""
    with desk_at(home, subject, lang) as desk:
        source, district = _purse(purse)
        payload = {"source": source, "yuan": yuan, "arrives": arrives}
        _take(
            desk,
            Kind.TRANCHE,
            year,
            lang,
            district=district or "",
            number=number,
            remark=remark,
            payload=payload,
            at=at,
        )


@app.command("replan-year", help=help_of("replan_year_help"))
def replan_year(
    as_of: Annotated[int, typer.Argument(help=help_of("replan_as_of_help"))],
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help=help_of("seconds_help"))] = 60.0,
    gap: Annotated[float | None, typer.Option("--gap", min=0.0, max=1.0, help=help_of("gap_help"))] = None,
    note: Note = "",
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Ask for a plan of the years that are not issued, by the ledger as it stands."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        job, new = desk.jobs.replan(as_of, note=note, seconds=seconds, gap=gap)
    say_job(job, new, lang, as_json=as_json)


def _take(desk: Desk, kind: Kind, year: int, lang: Language, **step: Any) -> None:
    taken = desk.year.take(kind, year, **step)
    about = taken.patch or taken.district or text("service.city", lang)
    say(text("desk.step_taken", lang, kind=text(f"cycle.kind_{kind}", lang), about=about, year=year, at=taken.at))


def _proofs(desk: Desk, files: list[Path]) -> list[dict[str, str]]:
    return [desk.year.prove(file.name, file.read_bytes()) for file in files]


def _halves(given: str, option: str) -> tuple[str, str]:
    before, equals, after = given.partition("=")
    if not equals:
        raise BadInput([Finding("desk.not_an_option", {}, column=option, value=given)])
    return before, after


def _purse(given: str) -> tuple[str, str | None]:
    """A purse as people write it: ``municipal``, or ``district:甲区``."""
    source, _, district = given.partition(":")
    return source, district or None


def _money(given: str) -> Mapping[str, Any]:
    """An amount of a purse as people write it: ``district:甲区=1200000``."""
    purse, yuan = _halves(given, "--purse")
    source, district = _purse(purse)
    if not yuan.isdigit():
        raise BadInput([Finding("desk.not_yuan", {}, column="--purse", value=given)])
    return {"source": source, "district": district, "yuan": int(yuan)}


def _square_metres(given: str) -> int:
    """Hectares as people write them, as whole m²."""
    try:
        area = Decimal(given) * 10_000
    except ArithmeticError as error:
        raise BadInput([Finding("desk.not_hectares", {}, column="--hectares", value=given)]) from error
    if not area.is_finite() or area < 0 or area != area.to_integral_value():
        raise BadInput([Finding("desk.not_hectares", {}, column="--hectares", value=given)])
    return int(area)
