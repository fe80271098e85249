"""Bytes by their SHA-256: the same bytes are kept once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from planner.findings import Finding
from planner.store.faults import StoreFault
from planner.store.tables import CONTENT
from planner.store.transactions import Reading, Writing


@dataclass(frozen=True)
class Blob:
    """Bytes that are kept: their SHA-256, what they are, how many."""

    digest: str
    kind: str
    size: int


def put_bytes(tx: Writing, kind: str, data: bytes) -> Blob:
    """Keep bytes, unless they are kept already.

    Parameters
    ----------
    tx : Writing
    kind : str
        The file's ending that fits them: ``xlsx``, ``toml``, ``json`` …
    data : bytes
    """
    digest = hashlib.sha256(data).hexdigest()
    known = tx.connection.execute(
        select(CONTENT.c.digest, CONTENT.c.kind, CONTENT.c.size).where(CONTENT.c.digest == digest)
    ).first()
    if known:
        return Blob(known.digest, known.kind, known.size)
    row = {"digest": digest, "kind": kind, "size": len(data), "bytes": data}
    tx.insert(CONTENT, row, action="content.keep", subject=digest)
    return Blob(digest, kind, len(data))


def get_bytes(tx: Reading, digest: str) -> bytes:
    """Bytes by their SHA-256, which is worked out again.

    Raises
    ------
    StoreFault
        They are not there, or are no longer what they were.
    """
    found = tx.connection.execute(select(CONTENT.c.bytes).where(CONTENT.c.digest == digest)).scalar()
    if found is None:
        raise StoreFault([Finding("store.no_content", {"digest": digest})])
    data = bytes(found)
    if hashlib.sha256(data).hexdigest() != digest:
        raise StoreFault([Finding("store.content_changed", {"digest": digest})])
    return data
