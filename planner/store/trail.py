"""Who did what: entries chained by keyed digest, and anchors that prove what stood on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from planner.findings import BadInput, Finding
from planner.store.tables import TRAIL
from planner.store.transactions import Reading, now

ANCHOR_FORMAT = "shanfu-anchor/1"


@dataclass(frozen=True)
class Entry:
    """One entry of the trail; `mac` is the keyed digest of the entry and of all that stands before it."""

    seq: int
    at: str
    who: str
    via: str
    action: str
    subject: str
    row_table: str
    row_key: str
    row_digest: str
    details: str
    key_id: str
    mac: str

    def signed(self) -> dict[str, Any]:
        """The part that the keyed digest covers."""
        plain = asdict(self)
        del plain["mac"]
        return plain


@dataclass(frozen=True)
class Anchor:
    """What stood on a day: the last entry then. Kept outside the store, it proves all that came before it."""

    seq: int
    mac: str
    key_id: str
    at: str
    exported: str

    def to_dict(self) -> dict[str, Any]:
        """The anchor as plain data."""
        return {"format": ANCHOR_FORMAT, **asdict(self)}

    @classmethod
    def from_dict(cls, data: Any, file: str = "") -> Anchor:
        """Read an anchor.

        Raises
        ------
        BadInput
            It is no ``shanfu-anchor/1``.
        """
        names = ("seq", "mac", "key_id", "at", "exported")
        if (
            not isinstance(data, Mapping)
            or data.get("format") != ANCHOR_FORMAT
            or set(data) != {"format", *names}
            or not isinstance(data["seq"], int)
            or not all(isinstance(data[name], str) for name in names[1:])
        ):
            raise BadInput([Finding("store.bad_anchor", {}, file=file)])
        return cls(**{name: data[name] for name in names})


def entries(tx: Reading, *, after: int = 0, limit: int | None = None) -> tuple[Entry, ...]:
    """The trail's entries, oldest first."""
    chosen = select(TRAIL).where(TRAIL.c.seq > after).order_by(TRAIL.c.seq)
    if limit is not None:
        chosen = chosen.limit(limit)
    return tuple(Entry(**row._mapping) for row in tx.connection.execute(chosen))


def anchor(tx: Reading) -> Anchor:
    """The anchor of this moment.

    Raises
    ------
    BadInput
        The trail is still empty.
    """
    row = tx.connection.execute(select(TRAIL).order_by(TRAIL.c.seq.desc()).limit(1)).first()
    if row is None:
        raise BadInput([Finding("store.nothing_to_anchor", {})])
    return Anchor(row.seq, row.mac, row.key_id, row.at, now())
