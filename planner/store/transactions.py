"""Reading from one moment; writing in turn, each row with its entry in the trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, func, insert, select

from planner.findings import Finding
from planner.store.canonical import canonical, digest_of, plain
from planner.store.faults import StoreFault
from planner.store.keys import FIRST, TrailKey, mac_of
from planner.store.tables import TRAIL


@dataclass(frozen=True)
class Author:
    """Who changes the store, and by which way.

    Parameters
    ----------
    who : str
        The person's subject, such as ``local:wang`` or ``issuer|number``.
    via : str
        ``cli``, ``web``, ``job``; with the system's user where another speaks for the person.
    """

    who: str
    via: str


class Reading:
    """The store as it stood at one moment.

    Parameters
    ----------
    connection : Connection
        Inside a transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


class Writing(Reading):
    """A change in hand.

    Parameters
    ----------
    connection : Connection
        Inside a transaction, alone at its turn.
    key : TrailKey
    author : Author
    """

    def __init__(self, connection: Connection, key: TrailKey, author: Author) -> None:
        super().__init__(connection)
        self.author = author
        self.at = now()
        self.last: tuple[int, str] | None = None
        self._key = key
        newest = connection.execute(select(TRAIL.c.seq, TRAIL.c.mac).order_by(TRAIL.c.seq.desc()).limit(1)).first()
        self._seq, self._mac = (int(newest.seq), str(newest.mac)) if newest else (0, FIRST)
        self._entries: list[dict[str, Any]] = []

    def insert(
        self,
        table: Table,
        row: Mapping[str, Any],
        *,
        action: str,
        subject: str,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a row to a table that only grows, and the trail's entry that speaks of it.

        Raises
        ------
        StoreFault
            A text holds what the databases do not both keep.
        """
        refuse_unkeepable(row)
        self.connection.execute(insert(table).values(**row))
        self.log(
            action,
            subject,
            details,
            row_table=table.name,
            row_key=key_of(table, row),
            row_digest=row_digest(table, row),
        )

    def log(
        self,
        action: str,
        subject: str,
        details: Mapping[str, Any] | None = None,
        *,
        row_table: str = "",
        row_key: str = "",
        row_digest: str = "",
    ) -> None:
        """Add an entry to the trail."""
        self._seq += 1
        entry = {
            "seq": self._seq,
            "at": self.at,
            "who": self.author.who,
            "via": self.author.via,
            "action": action,
            "subject": subject,
            "row_table": row_table,
            "row_key": row_key,
            "row_digest": row_digest,
            "details": canonical(dict(details or {})),
            "key_id": self._key.id,
        }
        refuse_unkeepable(entry)
        self._mac = mac_of(self._key.secret, self._mac, entry)
        self._entries.append({**entry, "mac": self._mac})

    def next_id(self, table: Table) -> int:
        """The next free number of a table; the writer is alone at his turn."""
        highest = self.connection.execute(select(func.max(table.c.id))).scalar()
        return (highest or 0) + 1

    def finish(self) -> None:
        """Write the trail's entries, as the last thing before the change is confirmed."""
        if self._entries:
            self.connection.execute(insert(TRAIL), self._entries)
            self.last = (self._seq, self._mac)
            self._entries = []


def refuse_unkeepable(row: Mapping[str, Any]) -> None:
    """Refuse texts that PostgreSQL does not keep (a zero character) or no file can (half a surrogate pair).

    Raises
    ------
    StoreFault
    """
    for column, value in row.items():
        if isinstance(value, str) and plain(value) != value:
            raise StoreFault([Finding("store.bad_text", {"message": ascii(value[:80])}, column=column)])


def row_digest(table: Table, row: Mapping[Any, Any]) -> str:
    """SHA-256 of a row by its table and columns. Bytes are left to their own digest, which is a column too."""
    plain = {c.name: row[c.name] for c in table.columns if not isinstance(c.type, LargeBinary)}
    return digest_of([table.name, plain])


def key_of(table: Table, row: Mapping[Any, Any]) -> str:
    """A row's key as text."""
    return "/".join(str(row[column.name]) for column in table.primary_key.columns)


def now() -> str:
    """The present moment in UTC, ISO 8601."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
