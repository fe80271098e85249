"""Short words for what the tests of the store do over and over."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, text

from planner.findings import BadInput
from planner.store import Author, Store, Version, save_version, verify
from planner.store import head as head_of
from planner.store.documents import find_document
from planner.store.queue import ask_stop, claim, fail, finish, submit
from planner.store.records import append
from tests.planner.store.conftest import LI, WANG


def save(
    store: Store, name: str, data: bytes, parent: int | None = None, *, author: Author = WANG, **further: Any
) -> Version:
    """Save a ledger's version in a change of its own."""
    with store.writing(author) as tx:
        return save_version(tx, "ledger", name, data, ending="xlsx", parent=parent, **further)


def newest(store: Store, name: str) -> Version:
    with store.reading() as tx:
        document = find_document(tx, "ledger", name)
        assert document is not None
        return head_of(tx, document)


def found(store: Store, *anchors: Any) -> set[str]:
    """What verifying finds, by the findings' ids."""
    return {finding.id for finding in verify(store, anchors)}


def fault_of(act: Callable[[], object]) -> str:
    """The id of the one finding with which something is refused; its words are whole in both languages."""
    with pytest.raises(BadInput) as refused:
        act()
    (finding,) = refused.value.findings
    assert finding.line("zh")
    assert finding.line("en")
    return finding.id


def fill(store: Store) -> None:
    """Put something of every kind into a store."""
    first = save(store, "台账", b"first", note="第一版")
    second = save(store, "台账", b"second", first.id, author=LI, meta={"patches": 500})
    save(store, "密云", b"other", district="110118")
    save(store, "台账", b"third", second.id)
    with store.writing(LI) as tx:
        append(tx, "people", "grant", {"who": "local:li", "role": "finance"})
        append(tx, "people", "grant", {"who": "local:wang", "role": "leadership"})
        append(tx, "year/2021", "apply", {"yuan": 120_500_000}, district="110118")
        tx.log("plan.export", "plan:基准#1", {"to": "xlsx"})
    with store.writing(WANG) as tx:
        for number in range(1, 6):
            submit(tx, "plan", f"{number:064x}", {"ledger": 1, "number": number}, district="110118")
        done = claim(tx, "worker", ["plan"])
        failed = claim(tx, "worker", ["plan"])
        running = claim(tx, "worker", ["plan"])
        assert done
        assert failed
        assert running
        finish(tx, done, {"plan": 7})
        fail(tx, failed, "out of memory")
        ask_stop(tx, 4)
    with store.writing(LI) as tx:
        submit(tx, "plan", f"{6:064x}", {"ledger": 2})


@contextmanager
def unguarded(store: Store) -> Iterator[Connection]:
    """A raw connection for which the database's own guards are off; they are there again afterwards."""
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "postgresql":
            with connection.begin():
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                yield connection
            return
        raw = connection.connection.driver_connection  # past SQLAlchemy, which would begin a transaction
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for row in rows:
                connection.execute(text(f"DROP TRIGGER {row.name}"))
            yield connection
            for row in rows:
                connection.execute(text(row.sql))
        raw.execute("PRAGMA foreign_keys = ON")


def do(store: Store, statement: str, values: Mapping[str, object] | None = None) -> None:
    """Change the database past the program."""
    with unguarded(store) as connection:
        changed = connection.execute(text(statement), values or {})
        assert changed.rowcount > 0


def rows(store: Store, statement: str) -> list[tuple[Any, ...]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def integrity(path: str) -> str:
    """What SQLite itself says of a file."""
    with sqlite3.connect(path) as connection:
        said = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    connection.close()
    return said
