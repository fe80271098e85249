"""Stores to back up, and what tells whether two are the same."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from planner.store import Author, Store, StoreFault, append, open_store, put_bytes, save_version
from planner.store.queue import beat, claim, submit
from planner.store.tables import KEPT, TRAIL
from planner.store.transactions import key_of

WANG = Author("local:wang", "cli")
HOSTILE = (
    "../../etc/passwd", "CON", "con.txt", "aux .md", "a/b", "a\\b", "长" * 300, "x" * 300, "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0", "🏔️ mine 🏔️", "line\nbreak", "Plan", "plan", "PLAN", "plan.", "plan ", ".hidden", "-rf",
    "~$plan", "a\u202egpj.exe", "\u200b", "e\u0301", "\u00e9", "C:\\x", "nul:", "...", "COM¹", "ß", "ss", "plan~13",
    "documents/ledger/a", "a\tb", "ﬁ", "fi",
)  # fmt: skip
ROOT = Path(__file__).parents[3]


@contextmanager
def opened(place: str | Path, key: Path | None = None, other_keys: tuple[Path, ...] = ()) -> Iterator[Store]:
    store = open_store(place, key=key, other_keys=other_keys)
    try:
        yield store
    finally:
        store.close()


def fill(store: Store) -> None:
    """Documents with versions, the same bytes twice, records, jobs, and bytes that nothing points to."""
    with store.writing(WANG) as tx:
        first = save_version(tx, "ledger", "Beijing", b"PK ledger 1", ending="xlsx", parent=None, note="第一版")
        second = save_version(tx, "ledger", "Beijing", b"PK ledger 2", ending="xlsx", parent=first.id)
        save_version(tx, "ledger", "Beijing", b"PK ledger 1", ending="xlsx", parent=second.id, note="back again")
        save_version(
            tx, "scenario", "基准", "名称 = '基准'\r\n".encode(), ending="toml", parent=None, meta={"a": [1, 2.5]}
        )
        save_version(tx, "scenario", "基准", b"x = 1", ending="toml", parent=None, district="门头沟区")
        save_version(tx, "plan", "empty", b"", ending="json", parent=None)
        put_bytes(tx, "bin", b"\x00\xff alone")
    with store.writing(Author("local:li", "web")) as tx:
        append(tx, "people", "grant", {"who": "local:wang", "role": "finance", "text": "\u2028\u0000<b>"})
        submit(tx, "solve", "k" * 64, {"ledger": 1})
        submit(tx, "solve", "m" * 64, {"ledger": 2})
    with store.writing(Author("worker", "job")) as tx:
        job = claim(tx, "w1", ["solve"])
        assert job is not None
        beat(tx, job, progress={"done": 0.5}, lines=["one", "two"])


def state(store: Store, *, upto: int | None = None) -> dict[str, Any]:
    """Every row that is kept, bytes by their digest worked out here, and the trail until an entry."""
    with store.reading() as tx:
        found: dict[str, Any] = {}
        for table in KEPT:
            rows = [dict(row) for row in tx.connection.execute(select(table)).mappings()]
            for row in rows:
                if "bytes" in row:
                    row["bytes"] = hashlib.sha256(bytes(row["bytes"])).hexdigest()
            found[table.name] = {key_of(table, row): row for row in rows}
        trail = tx.connection.execute(select(TRAIL).order_by(TRAIL.c.seq)).mappings().all()
        found["trail"] = [dict(row) for row in trail if upto is None or row["seq"] <= upto]
        return found


def refusal(act: Callable[[], object]) -> list[tuple[str, str]]:
    """What an act is refused for: each finding's id and file; its words are filled in, too."""
    with pytest.raises(StoreFault) as caught:
        act()
    assert all(finding.line("zh") and finding.line("en") for finding in caught.value.findings)
    return [(finding.id, finding.file) for finding in caught.value.findings]


def visible(folder: Path) -> set[str]:
    """What stands in a folder."""
    return {path.name for path in folder.iterdir()}


def in_child(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Python of its own, which may end itself as kill -9 would."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )


class Place:
    """Where a store may be made: an SQLite file or a PostgreSQL database, and its key."""

    def __init__(self, address: str | Path, key: Path) -> None:
        self.address, self.key = address, key

    def open(self, *other_keys: Path) -> Any:
        return opened(self.address, self.key, other_keys)

    def clear(self) -> None:
        """Make as though no store had ever been here; the key stays."""
        if isinstance(self.address, Path):
            for file in (self.address, self.key.with_name(self.key.name + ".head")):
                file.unlink(missing_ok=True)
            return
        engine = create_engine(self.address)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
        self.key.with_name(self.key.name + ".head").unlink(missing_ok=True)
