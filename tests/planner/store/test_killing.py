"""Killed at any moment, a store opens, verifies, and has everything that was confirmed, bit for bit."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from planner.store import get_bytes, series, verify, version, versions
from tests.planner.store.conftest import Place
from tests.planner.store.kept import integrity
from tests.planner.store.killed import SELF, content, save_one
from tests.planner.store.killing import kill_at_random
from tests.planner.store.old import store_at
from tests.postgres import PostgresServer

TIMES = [1, pytest.param(10, marks=[pytest.mark.soak])]
"""In `make test`, and how much more often in `make soak`."""

COPIES = 80


def assert_holds(place: Place, confirmed: list[str]) -> None:
    """The store opens, verifies, works; what was confirmed is there; each change is there whole or not at all."""
    store = place.open()
    try:
        assert verify(store) == ()
        with store.reading() as tx:
            for line in confirmed:
                identity, number, events, name = line.split(" ", 3)
                kept = version(tx, int(identity))
                assert (kept.document.name, kept.number, kept.meta) == (name, int(number), {"events": int(events)})
            told = Counter(event.payload["id"] for event in series(tx, "saved"))
            there = versions(tx)
            for kept in there:
                assert get_bytes(tx, kept.digest) == content(kept.document.name, kept.number)
                assert told.pop(kept.id, 0) == kept.meta["events"]
            assert not told
            assert [kept.id for kept in there] == list(range(1, len(there) + 1))
        save_one(store, "afterwards", 1)
        assert verify(store) == ()
        assert store.warnings == []
    finally:
        store.close()


def saving(place: Place) -> list[str]:
    return [sys.executable, "-m", SELF, "save", place.address, str(place.key)]


@pytest.mark.parametrize("times", TIMES)
def test_killed_while_saving_into_a_file(file_place: Place, times: int) -> None:
    def check(_number: int, confirmed: list[str]) -> None:
        assert_holds(file_place, confirmed)

    rounds = 6 * times
    assert kill_at_random(lambda n: [*saving(file_place), f"file {n}"], rounds, random.Random(61), check) > 0
    assert integrity(file_place.address) == "ok"


@pytest.mark.parametrize("times", TIMES)
def test_killed_while_saving_into_a_server(server_place: Place, times: int) -> None:
    def check(_number: int, confirmed: list[str]) -> None:
        assert_holds(server_place, confirmed)

    rounds = 3 * times
    assert kill_at_random(lambda n: [*saving(server_place), f"server {n}"], rounds, random.Random(62), check) > 0


@pytest.mark.parametrize("times", TIMES)
def test_the_server_itself_killed_while_it_saves(
    server_place: Place, postgres_server: PostgresServer, times: int
) -> None:
    def check(_number: int, confirmed: list[str]) -> None:
        postgres_server.start()
        assert_holds(server_place, confirmed)

    def end(process: subprocess.Popen[str]) -> None:
        postgres_server.kill()
        assert process.wait(60) == 0  # it was told, and ended by itself

    rounds = 1 * times
    argv = lambda n: [*saving(server_place), f"killed {n}"]  # noqa: E731
    assert kill_at_random(argv, rounds, random.Random(70), check, end=end) > 0


@pytest.mark.parametrize("times", TIMES)
def test_killed_while_migrating(tmp_path: Path, times: int) -> None:
    origin = Place(str(tmp_path / "old.db"), tmp_path / "old.db.key")
    old = store_at(origin, "0001")
    wanted = [save_one(old, name, 2) for name in ("台账", "a", "台账")]
    old.close()
    unfinished = 0

    def prepare(number: int) -> list[str]:
        folder = tmp_path / str(number)
        folder.mkdir()
        for copy in range(COPIES):
            for ending in ("", ".key", ".key.head"):
                shutil.copy(tmp_path / f"old.db{ending}", folder / f"{copy:03}.db{ending}")
        return [sys.executable, "-m", SELF, "migrate", str(folder)]

    def check(number: int, confirmed: list[str]) -> None:
        nonlocal unfinished
        folder = tmp_path / str(number)
        unfinished += len(confirmed) < COPIES
        for name in confirmed:
            assert revision(folder / name) == "0003"
        for place in sorted(folder.glob("*.db"))[: len(confirmed) + 2]:  # the last is the one it was killed over
            assert revision(place) in ("0001", "0003")
            assert_holds(Place(str(place), place.with_name(f"{place.name}.key")), wanted)
            assert revision(place) == "0003"
            assert integrity(str(place)) == "ok"
        shutil.rmtree(folder)

    rounds = 4 * times
    assert kill_at_random(prepare, rounds, random.Random(64), check, longest=0.4) > 0
    assert unfinished > 0


def revision(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    finally:
        connection.close()


MAKING = """
import sys
from pathlib import Path
from planner.store import open_store
print("ready", flush=True)
open_store(sys.argv[1], key=Path(sys.argv[2]))
"""


@pytest.mark.parametrize("times", TIMES)
def test_a_store_that_never_was_is_killed_while_it_is_made(tmp_path: Path, times: int) -> None:
    """From nothing: whatever the moment, the next who opens it has a store that works."""

    def place(number: int) -> Place:
        return Place(str(tmp_path / f"{number}.db"), tmp_path / f"{number}.key")

    def making(number: int) -> list[str]:
        return [sys.executable, "-c", MAKING, place(number).address, str(place(number).key)]

    def check(number: int, _confirmed: list[str]) -> None:
        assert_holds(place(number), [])
        assert integrity(place(number).address) == "ok"

    kill_at_random(making, 2 * times, random.Random(65), check, longest=0.04)
