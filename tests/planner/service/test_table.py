"""Who may do what with whose data: typed by hand, and asked of the very methods at real desks.

F finance, a planner of 甲区, c planner of 甲区 and 丙区, L leadership, M administrator, f finance and planner of 甲区.
Somebody who was granted nothing and somebody who was disabled may nothing, anywhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import inspect
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from planner.advice.adjusted import Wanted
from planner.cycle import Kind
from planner.findings import BadInput, Finding
from planner.service import Desk, Role, Service
from planner.service.adjusting import Adjusting
from planner.service.care import Care
from planner.service.deciding import Deciding
from planner.service.drafts import Drafts
from planner.service.joining import Joining
from planner.service.keeping import Keeping
from planner.service.queueing import Queueing
from planner.service.reporting import Reporting
from planner.service.staff import Staff
from planner.service.year import Year
from planner.store import put_bytes, save_version
from planner.store.documents import find_document
from planner.store.queue import submit
from tests.planner.service.world import (
    CITY,
    WORKER,
    A,
    B,
    C,
    World,
    desk,
    everything,
    hand_made,
    ledger,
    trial,
)
from tests.planner.worlds import FIRST, LAST

WHO = {"F": "finance", "a": "planner-a", "c": "planner-ac", "L": "leader", "M": "root", "f": "finance-a"}
NEVER = ("nobody", "gone")
COMPONENTS = {
    "keeping": Keeping, "deciding": Deciding, "joining": Joining, "jobs": Queueing, "staff": Staff, "care": Care,
    "year": Year, "reporting": Reporting, "drafts": Drafts, "adjusting": Adjusting,
}  # fmt: skip
CELLS = {f"{letter}{'+' if shown else '-'}": (district, shown)
         for letter, district in (("city", CITY), ("A", A), ("B", B), ("C", C)) for shown in (False, True)}  # fmt: skip
AS_OF = dt.date(FIRST, 6, 1)

# Of a version: unpublished (-) and published (+), the city's and of each district.
VERSIONS = """
                       city-   city+   A-     A+      B-    B+     C-    C+
keeping.open_plan      FLf     FLf     f      FLf     .     FLf    .     FLf
keeping.open_ledger    FLf     FLf     acf    FLacf   .     FLf    c     FLcf
keeping.open_scenario  FLf     FLf     acf    FLacf   .     FLf    c     FLcf
keeping.open_bytes     FLf     FLf     acf    FLacf   .     FLf    c     FLcf
keeping.open_bytes(plan)  FLf     FLf     f      FLf     .     FLf    .     FLf
keeping.versions       FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
keeping.known          FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
keeping.standing       FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
keeping.totals         FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
keeping.view(A)        FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
keeping.view(B)        FLf     FLf     f      FLf     .     FLf    .     FLf
keeping.view(C)        FLf     FLcf    cf     FLcf    .     FLf    c     FLcf
keeping.export         FLf     FLf     f      FLf     .     FLf    .     FLf
keeping.export(A)      FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
keeping.export(B)      FLf     FLf     f      FLf     .     FLf    .     FLf
keeping.brief          FLf     FLf     f      FLf     .     FLf    .     FLf
keeping.comparison     FLf     FLf     f      FLf     .     FLf    .     FLf
deciding.publish       Ff      Ff      acf    acf     .     .      c     c
deciding.adopt         L       L       .      .       .     .      .     .
joining.scenario_merge Ff      Ff      acf    acf     .     .      c     c
joining.ledger_merge   Ff      Ff      acf    acf     .     .      c     c
joining.keep_merged_scenario Ff Ff     acf    acf     .     .      c     c
joining.keep_merged_ledger   Ff Ff     acf    acf     .     .      c     c
keeping.keep_plan(city)  Ff      Ff      .      Ff      .     Ff     .     Ff
keeping.keep_plan(A)   .       acf     acf    acf     .     .      .     .
jobs.plan              FLf     FLf     .      FLf     .     FLf    .     FLf
jobs.plan(A)           .       acf     acf    acf     .     .      .     .
jobs.plan(B)           .       .       .      .       .     .      .     .
jobs.plan(C)           .       c       .      .       .     .      c     c
jobs.find_plan         FLf     FLf     .      FLf     .     FLf    .     FLf
jobs.find_plan(A)      .       acf     acf    acf     .     .      .     .
jobs.ask               FLf     FLf     .      FLf     .     FLf    .     FLf
jobs.ask(A)            .       acf     acf    acf     .     .      .     .
jobs.ask(B)            .       .       .      .       .     .      .     .
jobs.find_ask          FLf     FLf     .      FLf     .     FLf    .     FLf
jobs.find_ask(A)       .       acf     acf    acf     .     .      .     .
jobs.hand_in           Ff      Ff      .      .       .     .      .     .
jobs.hand_in(A)        Ff      Facf    .      .       .     .      .     .
jobs.hand_in(B)        Ff      Ff      .      .       .     .      .     .
adjusting.reasons      FLf     FLf     f      FLf     .     FLf    .     FLf
adjusting.reasons(A)   FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
adjusting.reasons(B)   FLf     FLf     f      FLf     .     FLf    .     FLf
adjusting.wishes(A)    FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
adjusting.tried        FLf     FLf     f      FLf     .     FLf    .     FLf
adjusting.tried(A)     FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
adjusting.plan         Ff      Ff      .      Ff      .     Ff     .     Ff
adjusting.plan(A)      .       acf     acf    acf     .     .      .     .
adjusting.plan(B)      .       .       .      .       .     .      .     .
adjusting.base         FLf     FLacf   acf    FLacf   .     FLf    c     FLcf
year.begin             .       L       .      .       .     .      .     .
"""

# Of somebody's own data: the city's, and of each district; published or not makes no difference.
DISTRICTS = """
                       city    A       B      C
keeping.keep_ledger    Ff      acf     .      c
keeping.keep_scenario  Ff      acf     .      c
keeping.keep_plan      Ff      acf     .      c
joining.take_in        Ff      Ff      Ff     Ff
reporting.take         Ff      Facf    Ff     Fcf
jobs.check_ledger      Ff      acf     .      c
jobs.ledger_file       Ff      acf     .      c
jobs.read_ledger       Ff      acf     .      c
jobs.plan_draft        FLf     acf     .      c
keeping.answer         FLf     acf     .      c
jobs.get               FLMf    acMf    M      cM
jobs.log               FLMf    acMf    M      cM
jobs.all               FLMf    acMf    M      cM
jobs.stop              FM      aM      M      cM
joining.taken          FLf     Facf    Ff     Fcf
year.of                FLf     FLacf   FLf    FLcf
year.to_apply          FLf     FLacf   FLf    FLcf
year.steps             FLf     FLacf   FLf    FLcf
year.scorecard         FLf     FLacf   FLf    FLcf
year.overdue           FLf     FLacf   FLf    FLcf
year.checks_due        FLf     FLacf   FLf    FLcf
year.export_scorecard  FLf     FLacf   FLf    FLcf
year.take              .       acf     .      c
"""

# Of the whole installation.
WHOLE = """
                       .
deciding.adopted       FLacf
deciding.stamps        FLacf
keeping.keep_made      Ff
jobs.replan            FLf
staff.everybody        M
staff.grant            M
staff.revoke           M
staff.disable          M
staff.enable           M
care.trail             LM
care.anchor            LM
care.verify            LM
care.backup            M
drafts.save            FLMacf
drafts.load            FLMacf
drafts.drop            FLMacf
drafts.all             FLMacf
care.export            M
year.put_in_force      L
year.prove             Facf
year.state             FLf
year.begun             FLacf
year.progress          FLacf
year.accounts          FLf
year.changes           FLf
"""


def parsed(table: str) -> dict[tuple[str, str], frozenset[str]]:
    heads, *rows = table.strip("\n").splitlines()
    cells = heads.split()
    found = {}
    for row in rows:
        name, *people = row.split()
        assert len(people) == len(cells), row
        found |= {(name, cell): frozenset(who.replace(".", "")) for cell, who in zip(cells, people, strict=True)}
    return found


TABLE = parsed(VERSIONS) | parsed(DISTRICTS) | parsed(WHOLE)


NOT_THERE = BadInput([Finding("store.no_version", {"id": 0})])


def seen_in_list(found: Any, world: World, cell: tuple[str, bool]) -> None:
    ids = {kept.id for kept in found}
    if world.plans[cell] not in ids:
        raise NOT_THERE


def there(found: Any) -> Any:
    if not found:
        raise NOT_THERE
    return found


def merged(at: Desk, world: World, cell: tuple[str, bool]) -> Any:
    """The scenario of the cell with a change, made without opening it."""
    word = "shown" if cell[1] else "draft"
    letter = {CITY: "city", A: "A", B: "B", C: "C"}[cell[0]]
    return trial(f"{word}-{letter}", data_nature="changed")


READS = {
    "open_plan", "open_ledger", "open_scenario", "open_bytes", "versions", "known", "totals", "view", "scenario_merge",
    "ledger_merge", "ledger_file", "standing", "answer", "find_plan", "find_ask", "load", "get", "log",
    "all", "to_apply", "steps", "scorecard", "overdue", "checks_due", "adopted", "stamps", "begun",
    "everybody", "trail", "anchor", "verify", "state", "progress", "accounts", "changes", "export_scorecard",
    "reasons", "wishes", "tried", "base", "taken", "of",
}  # fmt: skip
BEGUN = {"year.begin": ("service.years_begun",)}
"""What is the person's to do, and cannot be done now: refused for what it is."""

LATER = [Wanted(patch="A-1", year=LAST, reason="test")]

Call = Callable[[Desk, World, tuple[str, bool]], Any]

BY_VERSION: dict[str, Call] = {
    "keeping.open_plan": lambda d, w, k: d.keeping.open_plan(w.plans[k]),
    "keeping.open_ledger": lambda d, w, k: d.keeping.open_ledger(w.ledgers[k]),
    "keeping.open_scenario": lambda d, w, k: d.keeping.open_scenario(w.scenarios[k]),
    "keeping.open_bytes": lambda d, w, k: d.keeping.open_bytes(w.scenarios[k]),
    "keeping.open_bytes(plan)": lambda d, w, k: d.keeping.open_bytes(w.plans[k]),
    "keeping.versions": lambda d, w, k: seen_in_list(d.keeping.versions(), w, k),
    "keeping.known": lambda d, w, k: there(d.keeping.known("scenario", digest_of(w, k))),
    "keeping.standing": lambda d, w, k: d.keeping.standing(w.plans[k]),
    "keeping.totals": lambda d, w, k: d.keeping.totals(w.plans[k]),
    "keeping.view(A)": lambda d, w, k: d.keeping.view(w.plans[k], A),
    "keeping.view(B)": lambda d, w, k: d.keeping.view(w.plans[k], B),
    "keeping.view(C)": lambda d, w, k: d.keeping.view(w.plans[k], C),
    "keeping.export": lambda d, w, k: d.keeping.export(w.plans[k]),
    "keeping.export(A)": lambda d, w, k: d.keeping.export(w.plans[k], district=A),
    "keeping.export(B)": lambda d, w, k: d.keeping.export(w.plans[k], district=B),
    "keeping.brief": lambda d, w, k: d.keeping.brief(w.plans[k], ending="pdf"),
    "keeping.comparison": lambda d, w, k: d.keeping.comparison([w.plans[k], w.plans[k]]),
    "deciding.publish": lambda d, w, k: d.deciding.publish(w.scenarios[k], "test"),
    "deciding.adopt": lambda d, w, k: d.deciding.adopt(w.plans[k], "test"),
    "joining.scenario_merge": lambda d, w, k: d.joining.scenario_merge(w.scenarios[k], merged(d, w, k)),
    "joining.ledger_merge": lambda d, w, k: d.joining.ledger_merge(w.ledgers[k], ledger()),
    "joining.keep_merged_scenario": lambda d, w, k: d.joining.keep_merged_scenario(w.scenarios[k], merged(d, w, k)),
    "joining.keep_merged_ledger": lambda d, w, k: d.joining.keep_merged_ledger(w.ledgers[k], ledger()),
    "keeping.keep_plan(city)": lambda d, w, k: keep_plan(d, w, k, CITY),
    "keeping.keep_plan(A)": lambda d, w, k: keep_plan(d, w, k, A),
    "jobs.plan": lambda d, w, k: d.jobs.plan(w.ledgers[CITY, True], w.scenarios[k], seconds=7),
    "jobs.plan(A)": lambda d, w, k: d.jobs.plan(w.ledgers[CITY, True], w.scenarios[k], seconds=7, district=A),
    "jobs.plan(B)": lambda d, w, k: d.jobs.plan(w.ledgers[CITY, True], w.scenarios[k], seconds=7, district=B),
    "jobs.plan(C)": lambda d, w, k: d.jobs.plan(w.ledgers[CITY, True], w.scenarios[k], seconds=7, district=C),
    "jobs.find_plan": lambda d, w, k: d.jobs.find_plan(w.ledgers[CITY, True], w.scenarios[k], seconds=7),
    "jobs.find_plan(A)": lambda d, w, k: d.jobs.find_plan(w.ledgers[CITY, True], w.scenarios[k], district=A),
    "jobs.ask": lambda d, w, k: d.jobs.ask("stress", w.plans[k], {"draws": 10}),
    "jobs.ask(A)": lambda d, w, k: d.jobs.ask("why", w.plans[k], {"patch": "A-1"}, district=A),
    "jobs.ask(B)": lambda d, w, k: d.jobs.ask("why", w.plans[k], {"patch": "B-1"}, district=B),
    "jobs.find_ask": lambda d, w, k: d.jobs.find_ask("stress", w.plans[k], {"draws": 10}),
    "jobs.find_ask(A)": lambda d, w, k: d.jobs.find_ask("why", w.plans[k], {"patch": "A-1"}, district=A),
    "jobs.hand_in": lambda d, w, k: d.jobs.hand_in(w.plans[k], "back.xlsx", b"x"),
    "jobs.hand_in(A)": lambda d, w, k: d.jobs.hand_in(w.plans[k], "back.xlsx", b"x", district=A),
    "jobs.hand_in(B)": lambda d, w, k: d.jobs.hand_in(w.plans[k], "back.xlsx", b"x", district=B),
    "adjusting.reasons": lambda d, w, k: d.adjusting.reasons(w.plans[k]),
    "adjusting.reasons(A)": lambda d, w, k: d.adjusting.reasons(w.plans[k], A),
    "adjusting.reasons(B)": lambda d, w, k: d.adjusting.reasons(w.plans[k], B),
    "adjusting.wishes(A)": lambda d, w, k: d.adjusting.wishes(w.plans[k], A),
    "adjusting.tried": lambda d, w, k: d.adjusting.tried(w.plans[k], LATER),
    "adjusting.tried(A)": lambda d, w, k: d.adjusting.tried(w.plans[k], LATER, district=A),
    "adjusting.plan": lambda d, w, k: d.adjusting.plan(w.plans[k], LATER, seconds=7),
    "adjusting.plan(A)": lambda d, w, k: d.adjusting.plan(w.plans[k], LATER, seconds=7, district=A),
    "adjusting.plan(B)": lambda d, w, k: d.adjusting.plan(w.plans[k], [], seconds=7, district=B),
    "adjusting.base": lambda d, w, k: d.adjusting.base(w.plans[k]),
    "year.begin": lambda d, w, k: d.year.begin(w.plans[k]),
}  # fmt: skip
BY_DISTRICT: dict[str, Call] = {
    "keeping.keep_ledger": lambda d, w, k: d.keeping.keep_ledger(ledger(), "new", district=k[0]),
    "keeping.keep_scenario": lambda d, w, k: d.keeping.keep_scenario(trial("new"), district=k[0]),
    "keeping.keep_plan": lambda d, w, k: keep_plan(d, w, (CITY, True), k[0], "new"),
    "joining.take_in": lambda d, w, k: d.joining.take_in(imported(d.service, w, k[0]), everything=True),
    "reporting.take": lambda d, w, k: d.reporting.take(imported(d.service, w, k[0]), "n-1"),
    "jobs.check_ledger": lambda d, w, k: d.jobs.check_ledger("l.xlsx", b"x", district=k[0]),
    "jobs.ledger_file": lambda d, w, k: d.jobs.ledger_file(handed(d.service, k[0])),
    "jobs.read_ledger": lambda d, w, k: d.jobs.read_ledger("l.xlsx", b"x", "new", district=k[0]),
    "jobs.plan_draft": lambda d, w, k: d.jobs.plan_draft("funds", w.ledgers[CITY, True], trial("new"), district=k[0]),
    "keeping.answer": lambda d, w, k: d.keeping.answer(answered(d.service, w, k[0])),
    "jobs.get": lambda d, w, k: d.jobs.get(w.jobs[k[0]]),
    "jobs.log": lambda d, w, k: d.jobs.log(w.jobs[k[0]]),
    "jobs.all": lambda d, w, k: there([job for job in d.jobs.all() if job.id == w.jobs[k[0]]]),
    "jobs.stop": lambda d, w, k: d.jobs.stop(w.jobs[k[0]]),
    "joining.taken": lambda d, w, k: d.joining.taken(imported(d.service, w, k[0])),
    "year.of": lambda d, w, k: d.year.of(k[0]),
    "year.to_apply": lambda d, w, k: d.year.to_apply(k[0], FIRST),
    "year.steps": lambda d, w, k: d.year.steps(k[0]),
    "year.scorecard": lambda d, w, k: d.year.scorecard(AS_OF, k[0]),
    "year.overdue": lambda d, w, k: d.year.overdue(AS_OF, k[0]),
    "year.checks_due": lambda d, w, k: d.year.checks_due(AS_OF, k[0]),
    "year.export_scorecard": lambda d, w, k: d.year.export_scorecard(AS_OF, k[0]),
    "year.take": lambda d, w, k: d.year.take(Kind.APPLY, FIRST, number="n-1", district=k[0]),
}
AS_A_WHOLE: dict[str, Call] = {
    "deciding.adopted": lambda d, w, k: d.deciding.adopted(),
    "deciding.stamps": lambda d, w, k: d.deciding.stamps(),
    "keeping.keep_made": lambda d, w, k: keep_made(d),
    "jobs.replan": lambda d, w, k: d.jobs.replan(FIRST, seconds=7),
    "staff.everybody": lambda d, w, k: d.staff.everybody(),
    "staff.grant": lambda d, w, k: d.staff.grant("nobody", Role.FINANCE),
    "staff.revoke": lambda d, w, k: d.staff.revoke("planner-b", Role.DISTRICT),
    "staff.disable": lambda d, w, k: d.staff.disable("planner-b"),
    "staff.enable": lambda d, w, k: d.staff.enable("gone"),
    "care.trail": lambda d, w, k: d.care.trail(),
    "care.anchor": lambda d, w, k: d.care.anchor(),
    "care.verify": lambda d, w, k: d.care.verify(),
    "care.backup": lambda d, w, k: d.care.backup(w.folder / f"{uuid4()}.zip"),
    "care.export": lambda d, w, k: d.care.export(w.folder / str(uuid4())),
    "drafts.save": lambda d, w, k: d.drafts.save("funds", "content"),
    "drafts.load": lambda d, w, k: d.drafts.load("funds"),
    "drafts.drop": lambda d, w, k: d.drafts.drop("funds"),
    "drafts.all": lambda d, w, k: d.drafts.all(),
    "year.put_in_force": lambda d, w, k: d.year.put_in_force(w.plans[CITY, True]),
    "year.prove": lambda d, w, k: d.year.prove("photo.jpg", b"light"),
    "year.state": lambda d, w, k: d.year.state(),
    "year.begun": lambda d, w, k: d.year.begun(),
    "year.progress": lambda d, w, k: d.year.progress(AS_OF),
    "year.accounts": lambda d, w, k: d.year.accounts(),
    "year.changes": lambda d, w, k: d.year.changes(),
}
CALLS = BY_VERSION | BY_DISTRICT | AS_A_WHOLE


def digest_of(world: World, cell: tuple[str, bool]) -> str:
    word = "shown" if cell[1] else "draft"
    letter = {CITY: "city", A: "A", B: "B", C: "C"}[cell[0]]
    return trial(f"{word}-{letter}", note={"zh": f"note of {letter}"}).digest


def keep_plan(at: Desk, world: World, cell: tuple[str, bool], district: str, name: str = "made") -> Any:
    word = "shown" if cell[1] else "draft"
    letter = {CITY: "city", A: "A", B: "B", C: "C"}[cell[0]]
    rows = ledger(**{"A-1": {"remark": "shown of city"}})
    plan = hand_made(rows, trial(f"{word}-{letter}", note={"zh": f"note of {letter}"}))
    return at.keeping.keep_plan(plan, world.ledgers[CITY, True], world.scenarios[cell], district=district, name=name)


def keep_made(at: Desk) -> Any:
    """A plan that is there already: even that is told only to those who may keep it."""
    rows, given = ledger(**{"A-1": {"remark": "shown of city"}}), trial("shown-city", note={"zh": "note of city"})
    return at.keeping.keep_made(rows, given, hand_made(rows, given))


def imported(service: Service, world: World, district: str) -> int:
    """A workbook of a district without any edit, kept as the job would keep it."""
    with service.store.reading() as tx:
        known = find_document(tx, "import", "back", district)
        if known is not None:
            return next(v.id for v in service_versions(service) if v.document.id == known.id)
    export = desk(service, "finance").keeping.export(world.plans[CITY, True], district=district)
    with service.store.writing(WORKER) as tx:
        meta = {
            "plan": world.plans[CITY, True], "content": hashlib.sha256(export.data).hexdigest(),
            "file": "back.xlsx", "at": "2031-06-01T00:00:00Z", "author": "planner-b", "undecided": 0, "changes": 0,
        }  # fmt: skip
        return save_version(
            tx, "import", "back", b"{}", ending="json", parent=None, district=district, meta=meta
        ).id  # fmt: skip


def answered(service: Service, world: World, district: str) -> int:
    """An answer of a district, or of the city, kept as the job would keep it."""
    with service.store.reading() as tx:
        known = find_document(tx, "answer", "why", district)
    if known is not None:
        return next(v.id for v in service_versions(service) if v.document.id == known.id)
    meta = {"plan": world.plans[CITY, True], "question": "why", "options": {"patch": "A-1"}, "plans": {}}
    with service.store.writing(WORKER) as tx:
        return save_version(tx, "answer", "why", b"{}", ending="json", parent=None, district=district, meta=meta).id


def handed(service: Service, district: str) -> int:
    """A job that checks a ledger's file of a district."""
    with service.store.writing(WORKER) as tx:
        content = put_bytes(tx, "xlsx", b"a ledger's file").digest
        payload = {"content": content, "file": "l.xlsx"}
        return submit(tx, "check_ledger", f"handed in {district}", payload, district=district)[0].id


def service_versions(service: Service) -> Any:
    from planner.store import versions

    with service.store.reading() as tx:
        return versions(tx)


def test_every_public_method_of_every_component_is_in_the_table() -> None:
    for name, component in COMPONENTS.items():
        for method, _ in inspect.getmembers(component, inspect.isfunction):
            if not method.startswith("_"):
                assert f"{name}.{method}" in {plain(row) for row, _ in TABLE}, f"{name}.{method}"
    assert {row for row, _ in TABLE} == set(CALLS)


def plain(row: str) -> str:
    return row.partition("(")[0]


def cell_of(cell: str) -> tuple[str, bool]:
    return CELLS.get(cell) or CELLS.get(f"{cell}+") or (CITY, True)


def keys_of(call: Call, at: Desk, world: World, cell: tuple[str, bool]) -> tuple[str, ...]:
    """Why it is refused; nothing where it is not."""
    try:
        call(at, world, cell)
    except BadInput as error:
        return tuple(finding.key for finding in error.findings)
    return ()


@pytest.mark.parametrize("row", CALLS)
def test_who_may_and_who_may_not(row: str, world: World, tmp_path: Path) -> None:
    mutates = plain(row).split(".")[1] not in READS
    for (name, cell), people in TABLE.items():
        if name != row:
            continue
        at = cell_of(cell)
        service = world.open()
        try:
            if row == "jobs.ledger_file":
                handed(service, at[0])
            if row in ("joining.take_in", "joining.taken", "reporting.take"):
                imported(service, world, at[0])
            if row == "keeping.answer":
                answered(service, world, at[0])
            before, files = everything(service), {path.name for path in world.folder.iterdir()}
            refused = [who for letter, who in WHO.items() if letter not in people]
            for who in (*refused, *NEVER):
                assert keys_of(CALLS[row], desk(service, who), world, at), f"{who} may {row} in {cell}"
            assert {path.name for path in world.folder.iterdir()} == files
            assert everything(service) == before, f"what was refused left traces: {row} in {cell}"
        finally:
            service.close()
        for letter in sorted(people):
            own = world
            if mutates:
                place = shutil.copytree(world.folder, tmp_path / f"{cell}-{letter}")
                own = replace(world, folder=place)
            service = own.open()
            try:
                refusal = keys_of(CALLS[row], service.desk(WHO[letter]), own, at)
                assert refusal == BEGUN.get(row, ()), f"{WHO[letter]} may not {row} in {cell}: {refusal}"
            finally:
                service.close()
