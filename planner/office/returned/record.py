"""What was decided about returned changes, and the new folder that comes of it: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from planner.cycle.facts import save_facts
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger import save_ledger
from planner.ledger.types import META_DEFAULTS
from planner.office.adjust import head_of
from planner.office.editable import Field
from planner.office.figures import Book
from planner.office.folder import LEDGER, PLAN, SCENARIO
from planner.office.names import sheet_names
from planner.office.returned.apply import Applied, Refused, apply_changes
from planner.office.returned.changes import Case, Change
from planner.office.returned.gather import Returned
from planner.office.sheet import Sheet
from planner.office.styles import Styles
from planner.office.words import Words
from planner.scenario import save_scenario
from planner.texts import LANGUAGES, Language, text

EDITS, FORMAT = "edits.json", "shanfu-edits/1"
PROBLEMS = "problems"
"""Stands for every change that cannot be applied as it is."""


@dataclass(frozen=True)
class Decision:
    """Which changes are applied, and which are left out."""

    accepted: tuple[Change, ...]
    left_out: tuple[Change, ...]


def decide(
    returned: Returned, *, everything: bool = False, accept: Collection[str] = (), reject: Collection[str] = ()
) -> Decision:
    """Settle what is applied.

    Parameters
    ----------
    returned : Returned
    everything : bool
        Apply all that is not rejected; then nothing may be left in question.
    accept, reject : collections of str
        Ids of changes; ``problems`` stands for all that cannot be applied as they are. With `accept` alone, just these
        are applied.

    Raises
    ------
    BadInput
        An id is unknown, a change cannot be applied, two accepted ones contradict each other, or something is still
        in question.
    """
    known = {change.id: change for change in returned.changes}
    problems = {change.id for change in returned.undecided if PROBLEMS in reject}
    rejected = ({*reject} - {PROBLEMS}) | (problems - {*accept})
    taken = {known[one].key for one in accept if one in known}
    # Whoever accepts one side of a contradiction has decided about the other.
    rejected |= {c.id for c in returned.changes if c.case is Case.CONTRADICTION and c.key in taken} - {*accept}
    faults = [Finding("office.no_such_change", value=one) for one in (*accept, *sorted(rejected)) if one not in known]
    faults += [Finding("office.accepted_and_rejected", value=one) for one in accept if one in rejected]
    if faults:
        raise BadInput(faults)
    wanted = {*accept}
    if everything or not accept:
        open_ones = [c for c in returned.undecided if c.id not in rejected and c.id not in wanted]
        faults += [_finding("office.change_undecided", change) for change in open_ones]
        wanted |= {change.id for change in returned.changes if change.id not in rejected}
    accepted = [change for change in returned.changes if change.id in wanted]
    faults += [
        _finding("office.change_not_applicable", c) for c in accepted if c.id in accept and not c.case.applicable
    ]
    keys = [change.key for change in accepted]
    twice = [c for c in accepted if c.case is Case.CONTRADICTION and keys.count(c.key) > 1 and c.id in accept]
    faults += [_finding("office.changes_contradict", change) for change in twice]
    if faults:
        raise BadInput(faults)
    return Decision(tuple(accepted), tuple(change for change in returned.changes if change.id not in wanted))


def _finding(key: str, change: Change) -> Finding:
    first = change.places[0]
    values = {"id": change.id, "patch": change.patch or "–"}
    for lang in LANGUAGES:
        values[lang] = text(f"office.case_{change.case}", lang)
    return Finding(key, values, file=first.file, sheet=first.sheet, column=first.cell, value=change.new)


def write_returned(
    returned: Returned, decision: Decision, out: str | os.PathLike[str], lang: Language = "zh"
) -> tuple[Path, Applied]:
    """Write the next plan's inputs with the list of edits into a new folder.

    ``ledger.xlsx``, ``scenario.toml``, ``facts.json``, ``edits.json`` and the list of edits as a workbook; the plan too
    where ledger and scenario are the same as before. The plan's own folder stays as it is. The new one appears complete
    or not at all.

    Raises
    ------
    BadInput
        The accepted changes do not fit together, or the new folder is there already.
    OSError
        The place cannot be written to.
    """
    target, folder = Path(out), returned.folder
    if target.exists():
        raise BadInput([Finding("office.returned_exists", {"path": str(target)}, value=str(target))])
    try:
        applied = apply_changes(folder, decision.accepted, returned.time, lang)
    except Refused as error:
        raise BadInput([finding for _, finding in error.found]) from error
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    unfinished.mkdir(parents=True)
    try:
        save_ledger(applied.ledger, unfinished / LEDGER)
        save_scenario(applied.scenario, unfinished / SCENARIO)
        save_facts(unfinished, applied.facts)
        plain = json.dumps(edits_json(returned, decision, applied), ensure_ascii=False, indent=1)
        write_whole(unfinished / EDITS, plain.encode())
        name = text("office.edits_file", lang) + ".xlsx"
        write_whole(unfinished / name, _edits_workbook(returned, decision, applied, lang))
        if applied.same_inputs(folder):
            write_whole(unfinished / PLAN, folder.plan.to_json().encode())
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return target, applied


def report(returned: Returned, lang: Language = "zh") -> Iterator[str]:
    """The changes for a terminal, one a line, and how they are applied."""
    folder = returned.folder
    words = Words(lang, META_DEFAULTS | dict(folder.ledger.meta))
    book = Book(folder.ledger, folder.scenario, folder.plan, words, facts=folder.facts)
    for change in returned.changes:
        what = words.join([change.patch, field_words(book, change), _purse(book, change)])
        line = {"case": words(f"case_{change.case}"), "id": change.id, "what": what or "–"}
        shown = {"old": change.old or "–", "new": change.new or "–"}
        yield words("change_line", **line, **shown, place=words.join(place.text for place in change.places))
        if said := change.explained(lang):
            yield f"    {said}"
    if not returned.changes:
        yield words("no_changes")
        return
    open_ones = len(returned.undecided)
    yield words("change_count", count=len(returned.changes), open=open_ones)


def edits_json(returned: Returned, decision: Decision | None = None, applied: Applied | None = None) -> dict[str, Any]:
    """The list of changes as plain data, with what was decided where it was."""
    certificate = returned.folder.plan.certificate
    return {
        "format": FORMAT,
        "plan_digest": certificate.plan_digest,
        "run_id": certificate.run_id,
        "time": returned.time.isoformat(),
        "files": list(returned.files),
        "changes": [_plain(change, decision, applied) for change in returned.changes],
    }


def _plain(change: Change, decision: Decision | None, applied: Applied | None) -> dict[str, Any]:
    key, value = change.key, change.value
    return {
        "id": change.id,
        "case": str(change.case),
        "patch": change.patch,
        "field": str(key.field) if key else "",
        "source": key.source if key else "",
        "district": key.district if key else "",
        "year": key.year if key else 0,
        "base": change.base,
        "old": change.old,
        "new": change.new,
        "value": value.isoformat() if isinstance(value, dt.date) else value,
        "reason": change.reason,
        "places": [{"file": p.file, "sheet": p.sheet, "cell": p.cell, "author": p.author} for p in change.places],
        "explained": {"zh": change.explained("zh"), "en": change.explained("en")},
        "decision": "" if decision is None else "applied" if change in decision.accepted else "left_out",
        "becomes": [] if applied is None else applied.becomes.get(change.id, []),
    }


_COLUMNS = (
    ("id", 11), ("case", 18), ("decision", 10), ("patch", 20), ("field", 16), ("purse", 22), ("old", 26), ("new", 26),
    ("reason", 22), ("place", 46), ("author", 14), ("time", 22), ("becomes", 34), ("explained", 44),
)  # fmt: skip


def _edits_workbook(returned: Returned, decision: Decision, applied: Applied, lang: Language) -> bytes:
    """The list of edits for people; every text of a foreign file is written as text."""
    folder, content = returned.folder, BytesIO()
    words = Words(lang, META_DEFAULTS | dict(folder.ledger.meta))
    book = Book(folder.ledger, folder.scenario, folder.plan, words, facts=folder.facts)
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        (name,) = sheet_names([words("edits_file")])
        sheet = Sheet(workbook, Styles(workbook, words), book, name, [float(width) for _, width in _COLUMNS])
        last = sheet.columns - 1
        sheet.span(0, 0, last, words("edits_title", place=words.city), "title")
        sheet.height(0, 34)
        counts = {"changes": len(returned.changes), "accepted": len(decision.accepted)}
        sheet.span(1, 0, last, words("edits_counts", files=words.listed(returned.files), **counts), "line left")
        sheet.row(2, [words(f"edits_{key}") for key, _ in _COLUMNS])
        for row, change in enumerate(returned.changes, 3):
            sheet.row(row, _line(book, change, change in decision.accepted, returned, applied), "body")
        sheet.span(3 + len(returned.changes), 0, last, book.stamp, "small warn")
        sheet.finish(header=(0, 2), frozen=(3, 1))
    return content.getvalue()


def _line(book: Book, change: Change, accepted: bool, returned: Returned, applied: Applied) -> list[str]:
    words = book.words
    return [
        change.id,
        words(f"case_{change.case}"),
        words("edits_applied" if accepted else "edits_left_out"),
        change.patch,
        field_words(book, change),
        _purse(book, change),
        change.old,
        change.new,
        change.reason,
        "\n".join(place.text for place in change.places),
        words.listed(dict.fromkeys(place.author for place in change.places if place.author)),
        returned.time.isoformat(),
        "\n".join(applied.becomes.get(change.id, [])),
        change.explained(words.lang),
    ]


def _purse(book: Book, change: Change) -> str:
    return book.words.purse(change.key.purse) if change.key and change.key.field is Field.PAID else ""


def field_words(book: Book, change: Change) -> str:
    """What a change is about, as the column's name says it."""
    return head_of(book, change.key.field, change.key.year) if change.key else ""
