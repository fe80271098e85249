"""What the store's bytes are: ledgers, scenarios, plans, facts; inside a transaction, no right asked."""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.cycle.facts import FACTS, NOTHING_PAID, Facts, load_facts
from planner.findings import BadInput, Finding
from planner.ledger import Ledger, load_ledger, save_ledger
from planner.office.folder import LEDGER, PLAN, SCENARIO, PlanFolder, load_plan
from planner.plan import Plan
from planner.scenario import Scenario, load_scenario, save_scenario
from planner.service.people import Person
from planner.service.rights import Action, allowed, require
from planner.store import Reading, StoreFault, Version, Writing, get_bytes, save_version, series, version
from planner.store.documents import find_document, head

PLAN_KIND, LEDGER_KIND, SCENARIO_KIND, FACTS_KIND = "plan", "ledger", "scenario", "facts"
DOCUMENT_KIND, IMPORT_KIND, ANSWER_KIND = "workbook", "import", "answer"
_LOG = logging.getLogger("shanfu.rights")
_HIGHEST_ID = 2**31 - 1
_MOST_READ = 4
_LOCK = threading.Lock()
_READ: OrderedDict[str, Ledger] = OrderedDict()
"""The ledgers that were opened last: reading a workbook takes longer than all else, and the bytes never change."""

WHOLE = "whole"
"""In a version's meta: a district's own that holds what is others', opened by those who see the whole city."""

ASIDE, DRAFT_OF = "aside", "draft_of"
"""In a version's meta: it is no document of its own (what an answer speaks of, a draft), and whose draft it is."""

PUBLISHED = "published"
"""The series of records that says which versions were published."""


@dataclass(frozen=True)
class Export:
    """A document as it was handed out: the same bytes each time.

    Parameters
    ----------
    name : str
        A telling file name.
    data : bytes
    """

    name: str
    data: bytes


def published(tx: Reading) -> frozenset[int]:
    """The versions that were published or adopted."""
    return frozenset(int(record.payload["version"]) for record in series(tx, PUBLISHED))


def sees(person: Person, kept: Version, shown: frozenset[int]) -> bool:
    """Whether somebody may know of a version.

    The city's people see what is the city's, and what districts have published; a district's see their own, and what
    the city has published. A workbook that was handed in is seen by those who may take it in: handing in publishes it.
    What came of a draft is seen by whoever drafted it.
    """
    if kept.meta.get(DRAFT_OF, person.subject) != person.subject:
        return False
    own = kept.document.district
    if kept.document.kind == IMPORT_KIND and allowed(person, Action.TAKE_IN):
        return True
    if allowed(person, Action.READ_DRAFT, own):
        return True
    if not own and allowed(person, Action.READ_CITY):
        return True
    if kept.id not in shown:
        return False
    return allowed(person, Action.READ_CITY) or (not own and allowed(person, Action.READ_TOTALS))


def seen(tx: Reading, person: Person, identity: int, *kinds: str) -> Version:
    """A version that somebody may know of. Any other is as though it were not there: the refusal is the very same.

    Raises
    ------
    StoreFault
        There is no such version for this person.
    BadInput
        It is of another kind than one of `kinds`.
    """
    gone = StoreFault([Finding("store.no_version", {"id": identity}, value=str(identity))])
    if not 0 < identity <= _HIGHEST_ID:
        raise gone
    kept = version(tx, identity)
    if not sees(person, kept, published(tx)):
        _LOG.warning("refused: %r may not know of version %d", person.subject, identity)
        raise gone
    if kinds and kept.document.kind not in kinds:
        values = {"id": identity, "kind": kept.document.kind, "wanted": "、".join(kinds)}
        raise BadInput([Finding("service.other_kind", values, value=str(identity))])
    return kept


def require_fit(tx: Reading, kept: Version, district: str) -> None:
    """Refuse to make something of one district, or of the city, from what another has not published.

    Somebody with rights in two places would else show the drafts of the one to the people of the other.

    Raises
    ------
    BadInput
    """
    own = kept.document.district
    if own == district or (kept.id in published(tx) and (not own or not district)):
        return
    values = {"id": kept.id, "name": kept.document.name}
    raise BadInput([Finding("service.anothers_draft", values, value=str(kept.id))])


def require_parent(tx: Reading, kind: str, name: str, district: str, parent: int | None) -> None:
    """Refuse a parent that is no version of the very document; what it is else is not told.

    Raises
    ------
    StoreFault
    """
    if parent is None:
        return
    known = find_document(tx, kind, name, district)
    of_it = known is not None and 0 < parent <= _HIGHEST_ID and version(tx, parent).document.id == known.id
    if not of_it:
        raise StoreFault([Finding("store.no_version", {"id": parent}, value=str(parent))])


def store_ledger(
    tx: Writing,
    ledger: Ledger,
    data: bytes,
    name: str,
    *,
    parent: int | None,
    note: str,
    district: str,
    meta: Mapping[str, Any] | None = None,
) -> Version:
    """Keep a ledger's next version.

    Raises
    ------
    Conflict
    """
    require_parent(tx, LEDGER_KIND, name, district, parent)
    own = {"digest": ledger.digest, "patches": len(ledger.patches), **(meta or {})}
    return save_version(
        tx, LEDGER_KIND, name, data, ending="xlsx", parent=parent, district=district, note=note, meta=own
    )


def require_whole(person: Person, kept: Version) -> None:
    """Refuse to open to a district what was made from the whole city's scenario.

    Raises
    ------
    NotAllowed
    """
    if WHOLE in kept.meta:
        require(person, Action.READ_CITY)


def store_scenario(
    tx: Writing,
    scenario: Scenario,
    name: str,
    *,
    parent: int | None,
    note: str,
    district: str,
    meta: Mapping[str, Any] | None = None,
) -> Version:
    """Keep a scenario's next version.

    Raises
    ------
    Conflict
    """
    require_parent(tx, SCENARIO_KIND, name, district, parent)
    return save_version(
        tx, SCENARIO_KIND, name, scenario_bytes(scenario), ending="toml", parent=parent, district=district, note=note,
        meta={**scenario_meta(scenario), **(meta or {})},
    )  # fmt: skip


def scenario_meta(scenario: Scenario) -> dict[str, Any]:
    """What a list shows of a scenario."""
    return {"digest": scenario.digest, "title": dict(scenario.title)}


def store_facts(tx: Writing, facts: Facts, note: str, *, parent: int | None) -> Version:
    """Keep what was paid, on top of what it was worked out from.

    Raises
    ------
    Conflict
        More was noted meanwhile.
    """
    return save_version(
        tx, FACTS_KIND, FACTS_KIND, facts.model_dump_json(indent=1).encode(), ending="json", parent=parent, note=note,
        meta={"digest": facts.digest},
    )  # fmt: skip


def facts_head(tx: Reading) -> Version | None:
    """The newest version of what was paid."""
    known = find_document(tx, FACTS_KIND, FACTS_KIND)
    return None if known is None else head(tx, known)


def store_plan(
    tx: Writing,
    plan: Plan,
    made_from: tuple[Version, Version],
    *,
    note: str,
    district: str,
    name: str = "",
    meta: Mapping[str, Any] | None = None,
) -> Version:
    """Keep a plan that the audit has let through, on top of the newest of its name."""
    name = name or made_from[1].document.name
    known = find_document(tx, PLAN_KIND, name, district)
    certificate = plan.certificate
    own = {
        **(meta or {}),
        "ledger": made_from[0].id,
        "scenario": made_from[1].id,
        "status": str(plan.status),
        "run_id": certificate.run_id,
        "made_at": certificate.made_at,
        "product_version": certificate.product_version,
        "ledger_digest": certificate.ledger_digest,
        "scenario_digest": certificate.scenario_digest,
        "plan_digest": certificate.plan_digest,
    }
    return save_version(
        tx, PLAN_KIND, name, plan.to_json().encode(), ending="json",
        parent=head(tx, known).id if known else None, district=district, note=note, meta=own,
    )  # fmt: skip


def open_kept(tx: Reading, kept: Version) -> PlanFolder:
    """A plan's version with everything it was made from."""
    ledger = open_ledger(tx, version(tx, int(kept.meta["ledger"])))
    scenario = open_scenario(tx, version(tx, int(kept.meta["scenario"])))
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / PLAN
        file.write_bytes(get_bytes(tx, kept.digest))
        plan = load_plan(file)
    return PlanFolder(Path(f"{kept.document.name}#{kept.number}"), ledger, scenario, plan, facts_now(tx))


def facts_now(tx: Reading) -> Facts:
    """What was paid, as it is known now."""
    newest = facts_head(tx)
    if newest is None:
        return NOTHING_PAID
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / FACTS).write_bytes(get_bytes(tx, newest.digest))
        return load_facts(Path(place))


def open_ledger(tx: Reading, kept: Version) -> Ledger:
    """A ledger's version, read again from its bytes, which are held against their digest each time."""
    return ledger_of(kept.digest, get_bytes(tx, kept.digest))


def ledger_of(digest: str, data: bytes) -> Ledger:
    """A ledger by the bytes of its workbook, and their SHA-256."""
    with _LOCK:
        if digest in _READ:
            _READ.move_to_end(digest)
            return _READ[digest]
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / LEDGER
        file.write_bytes(data)
        ledger = load_ledger(file)
    with _LOCK:
        _READ[digest] = ledger
        while len(_READ) > _MOST_READ:
            _READ.popitem(last=False)
    return ledger


def open_scenario(tx: Reading, kept: Version) -> Scenario:
    """A scenario's version, read again from its bytes."""
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / SCENARIO
        file.write_bytes(get_bytes(tx, kept.digest))
        return load_scenario(file)


def ledger_bytes(ledger: Ledger) -> bytes:
    """A ledger as the workbook that is kept."""
    return _bytes_of(lambda path: save_ledger(ledger, path), LEDGER)


def scenario_bytes(scenario: Scenario) -> bytes:
    """A scenario as the TOML that is kept."""
    return _bytes_of(lambda path: save_scenario(scenario, path), SCENARIO)


def plain_bytes(data: Any) -> bytes:
    """Plain data as the JSON that is kept."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _bytes_of(write: Callable[[Path], None], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / name
        write(file)
        return file.read_bytes()
