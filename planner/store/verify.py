"""Is the store whole and untouched? Every entry, every row, every byte, from the key and the anchors alone."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import Table, select

from planner.findings import Finding
from planner.store.keys import FIRST, Seen, TrailKey, mac_of
from planner.store.opening import Store
from planner.store.tables import CONTENT, DOCUMENT, KEPT, VERSION
from planner.store.trail import Anchor, Entry, entries
from planner.store.transactions import Reading, key_of, row_digest

OTHER_KEY = "store.other_key"
"""The finding that says which part of the trail cannot be checked for want of its key."""

_AT_ONCE = 10_000


def verify(store: Store, anchors: Sequence[Anchor] = ()) -> tuple[Finding, ...]:
    """Check the whole store; no finding means that nothing was changed, added or taken away outside the program.

    Parameters
    ----------
    store : Store
    anchors : sequence of Anchor
        What was handed out on earlier days.

    Raises
    ------
    StoreFault
        It cannot be read.
    """
    seen = store.key.seen()  # before the reading: a later entry is no fault
    with store.reading() as tx:
        return tuple(findings_in(tx, store.key, seen, anchors))


def findings_in(tx: Reading, key: TrailKey, seen: Seen | None, anchors: Sequence[Anchor]) -> Iterator[Finding]:
    """The same for one who is reading or writing already, of what stands at that moment."""
    unknown: set[str] = set()
    told: dict[tuple[str, str], str] = {}
    wanted = {anchor.seq: anchor for anchor in anchors}
    before, expected = FIRST, 1
    chain: dict[int, str] = {}
    for entry in _all(tx):
        if entry.seq != expected:
            yield Finding("store.entries_missing", {"first": expected, "next": entry.seq}, row=expected)
        if entry.key_id not in unknown:
            for finding in _broken(entry, key, before):
                if finding.key == OTHER_KEY:  # said once of a key, however many entries it wrote
                    unknown.add(entry.key_id)
                yield finding
        before, expected = entry.mac, entry.seq + 1
        if entry.seq in wanted or (seen and entry.seq == seen.seq):
            chain[entry.seq] = entry.mac
        if entry.row_table:
            place = (entry.row_table, entry.row_key)
            if place in told:
                yield Finding("store.told_twice", {"table": place[0], "row": place[1]}, row=entry.seq)
            told[place] = entry.row_digest
    for seq, anchor in wanted.items():
        if chain.get(seq) != anchor.mac:
            yield Finding("store.anchor_differs", {"seq": seq, "at": anchor.exported}, row=seq)
    if seen and chain.get(seen.seq) != seen.mac:
        yield Finding("store.trail_cut", {"seen": seen.seq, "last": expected - 1}, row=seen.seq)
    for table in KEPT:
        yield from _rows(tx, table, told)
    for table_name, row_key in told:
        yield Finding("store.row_gone", {"table": table_name, "row": row_key})
    yield from _bytes(tx)
    yield from _numbering(tx)


def _all(tx: Reading) -> Iterator[Entry]:
    last = 0
    while some := entries(tx, after=last, limit=_AT_ONCE):
        yield from some
        last = some[-1].seq


def _broken(entry: Entry, key: TrailKey, before: str) -> Iterator[Finding]:
    secret = key.secret_of(entry.key_id)
    if secret is None:
        yield Finding(OTHER_KEY, {"key_id": entry.key_id}, row=entry.seq)
    elif mac_of(secret, before, entry.signed()) != entry.mac:
        yield Finding("store.entry_changed", {"at": entry.at, "who": entry.who, "action": entry.action}, row=entry.seq)


def _rows(tx: Reading, table: Table, told: dict[tuple[str, str], str]) -> Iterator[Finding]:
    """Hold each row against the trail; what is left in `told` afterwards has no row."""
    columns = [column for column in table.columns if column.name != "bytes"]
    for row in tx.connection.execute(select(*columns)).mappings():
        row_key = key_of(table, row)
        digest = told.pop((table.name, row_key), None)
        values = {"table": table.name, "row": row_key}
        if digest is None:
            yield Finding("store.row_untold", values)
        elif digest != row_digest(table, row):
            yield Finding("store.row_changed", values)


def _bytes(tx: Reading) -> Iterator[Finding]:
    for digest in tx.connection.execute(select(CONTENT.c.digest)).scalars().all():
        data = bytes(tx.connection.execute(select(CONTENT.c.bytes).where(CONTENT.c.digest == digest)).scalar_one())
        if hashlib.sha256(data).hexdigest() != digest:
            yield Finding("store.content_changed", {"digest": digest})


def _numbering(tx: Reading) -> Iterator[Finding]:
    """Each version has its content, its document, and the version before it as its parent."""
    kept = set(tx.connection.execute(select(CONTENT.c.digest)).scalars())
    known = set(tx.connection.execute(select(DOCUMENT.c.id)).scalars())
    count: Counter[int] = Counter()
    last: dict[int, int] = {}
    for row in tx.connection.execute(select(VERSION).order_by(VERSION.c.document_id, VERSION.c.number)):
        count[row.document_id] += 1
        whole = row.digest in kept and row.document_id in known
        if not whole or row.number != count[row.document_id] or row.parent_id != last.get(row.document_id):
            yield Finding("store.version_astray", {"id": row.id})
        last[row.document_id] = row.id
