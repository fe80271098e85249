"""Drafts: what somebody has begun and kept under no name. They change, are nobody else's, and stand in no trail."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import RowMapping, delete, func, insert, select

from planner.findings import Finding
from planner.store.faults import StoreFault
from planner.store.tables import DRAFT
from planner.store.transactions import Reading, Writing, refuse_unkeepable

LARGEST = 2_000_000
"""Characters of one draft."""

MOST = 100
"""Drafts of one person."""


@dataclass(frozen=True)
class Draft:
    """A draft as it was saved last.

    Parameters
    ----------
    key : str
        What its owner's page calls it.
    content : str
    base : int or None
        The version that it was begun from.
    saved_at : str
        ISO 8601, UTC.
    """

    key: str
    content: str
    base: int | None
    saved_at: str


def save_draft(tx: Writing, key: str, content: str, base: int | None = None) -> Draft:
    """Keep the writer's draft of that key instead of the one before.

    Raises
    ------
    StoreFault
        It has no key, is too large, holds what no store keeps, or is one more than a person may have.
    """
    if not key.strip():
        raise StoreFault([Finding("store.no_name", {"kind": "draft"}, column="key", value=key)])
    if len(content) > LARGEST:
        values = {"size": len(content), "most": LARGEST}
        raise StoreFault([Finding("store.draft_too_large", values, column="content")])
    row = {"who": tx.author.who, "key": key, "content": content, "base_id": base, "saved_at": tx.at}
    refuse_unkeepable(row)
    drop_draft(tx, key)
    own = select(func.count()).select_from(DRAFT).where(DRAFT.c.who == tx.author.who)
    if tx.connection.execute(own).scalar_one() >= MOST:
        raise StoreFault([Finding("store.too_many_drafts", {"most": MOST}, column="key", value=key)])
    tx.connection.execute(insert(DRAFT).values(**row))
    return Draft(key, content, base, tx.at)


def draft_of(tx: Reading, who: str, key: str) -> Draft | None:
    """Somebody's draft of that key, if there is one."""
    chosen = select(DRAFT).where(DRAFT.c.who == who, DRAFT.c.key == key)
    row = tx.connection.execute(chosen).mappings().first()
    return None if row is None else _draft(row)


def drafts_of(tx: Reading, who: str) -> tuple[Draft, ...]:
    """All drafts of somebody, saved last first."""
    chosen = select(DRAFT).where(DRAFT.c.who == who).order_by(DRAFT.c.saved_at.desc(), DRAFT.c.key)
    return tuple(_draft(row) for row in tx.connection.execute(chosen).mappings())


def drop_draft(tx: Writing, key: str) -> bool:
    """Forget the writer's draft of that key.

    Returns
    -------
    bool
        Whether there was one.
    """
    gone = tx.connection.execute(delete(DRAFT).where(DRAFT.c.who == tx.author.who, DRAFT.c.key == key))
    return bool(gone.rowcount)


def _draft(row: RowMapping) -> Draft:
    return Draft(row["key"], row["content"], row["base_id"], row["saved_at"])
