"""When the file of a store fails: it is said clearly, nothing is half-written, and it works again afterwards."""

from __future__ import annotations

import errno
import itertools
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from planner.store import Store, get_bytes, keys, open_store, opening, verify, versions
from tests.planner.store.conftest import WANG, Place
from tests.planner.store.kept import fault_of, fill, found, integrity, rows, save
from tests.planner.store.places import bound_by_modes, small_disk

NOISE = random.Random(6)


def save_until_refused(store: Store) -> tuple[list[bytes], bytes, str]:
    """What was confirmed, what was refused, and the refusal's id."""
    kept: list[bytes] = []
    for number in itertools.count():
        data = NOISE.randbytes(100_000)
        try:
            save(store, f"台账{number}", data)
        except opening.StoreFault as fault:
            return kept, data, fault.findings[0].id
        kept.append(data)
        assert number < 1_000
    raise AssertionError


def assert_whole(store: Store, kept: list[bytes]) -> None:
    assert verify(store) == ()
    with store.reading() as tx:
        assert [get_bytes(tx, version.digest) for version in versions(tx)] == kept


def test_a_database_that_may_not_grow_further(file_place: Place) -> None:
    store = file_place.open()
    limit = [300]

    def hold(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit[0]}")

    store.engine.dispose()
    event.listen(store.engine, "connect", hold)
    kept, refused, said = save_until_refused(store)
    assert said == "full"
    assert len(kept) > 3
    assert_whole(store, kept)
    limit[0] = 1_000_000
    store.engine.dispose()
    save(store, "台账", refused)
    assert_whole(store, [*kept, refused])
    store.close()
    assert integrity(file_place.address) == "ok"


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with small_disk(4) as disk:
        store = open_store(disk / "shanfu.db", key=tmp_path / "trail.key")
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * 1_500_000)
        kept, refused, said = save_until_refused(store)
        assert said == "full"
        assert_whole(store, kept)
        assert fault_of(lambda: save(store, "台账", NOISE.randbytes(2_000_000))) == "full"
        assert_whole(store, kept)
        again = open_store(disk / "shanfu.db", key=tmp_path / "trail.key")  # also whoever starts now can read all
        assert_whole(again, kept)
        again.close()
        ballast.unlink()
        save(store, "台账", refused)
        assert_whole(store, [*kept, refused])
        store.close()
        assert integrity(str(disk / "shanfu.db")) == "ok"


def test_a_new_store_on_a_full_disk_leaves_nothing_that_hinders_the_next_try(tmp_path: Path) -> None:
    with small_disk(1) as disk:
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * (1024 * 1024 - 3 * 4096))
        assert fault_of(lambda: open_store(disk / "shanfu.db")) in ("full", "cannot_open")
        ballast.unlink()
        store = open_store(disk / "shanfu.db")
        save(store, "台账", b"a")
        assert found(store) == set()
        store.close()


def test_a_sign_that_cannot_be_noted_is_warned_of_and_made_up_for(
    store: Store, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    one = save(store, "台账", b"a")
    before = place.head.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(keys, "write_whole", full)
        two = save(store, "台账", b"b", one.id)
        three = save(store, "台账", b"c", two.id)
        assert [finding.id for finding in store.warnings] == ["head_not_noted"]
    store.warnings.clear()
    assert place.head.read_bytes() == before
    assert found(store) == set()
    save(store, "台账", b"d", three.id)
    assert place.head.read_bytes() != before
    assert found(store) == set()


@pytest.mark.parametrize("what", ["file", "folder", "both"])
def test_a_place_that_may_only_be_read(what: str, tmp_path: Path) -> None:
    path = tmp_path / "shanfu.db"
    store = open_store(path)
    one = save(store, "台账", b"a")
    store.close()
    if what != "file":
        tmp_path.chmod(0o555)
    path.chmod(0o644 if what == "folder" else 0o444)
    with bound_by_modes():
        assert fault_of(lambda: read_and_save(path)) in ("read_only", "cannot_open")
    tmp_path.chmod(0o755)
    path.chmod(0o644)
    again = open_store(path)
    assert save(again, "台账", b"b", one.id).number == 2
    assert found(again) == set()
    again.close()


def read_and_save(path: Path) -> None:
    store = open_store(path)
    try:
        with store.reading() as tx:
            assert len(versions(tx)) == 1
        save(store, "x", b"b")
    finally:
        store.close()


def test_a_new_store_where_nothing_may_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with bound_by_modes():
        assert fault_of(lambda: open_store(tmp_path / "shanfu.db")) == "cannot_open"
        assert fault_of(lambda: open_store(tmp_path / "new" / "shanfu.db")) == "cannot_open"
    tmp_path.chmod(0o755)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_made_leaves_a_store_that_opens_later(file_place: Place, tmp_path: Path) -> None:
    key = tmp_path / "not there" / "trail.key"
    assert fault_of(lambda: open_store(file_place.address, key=key)) == "cannot_open"
    key.parent.mkdir()
    store = open_store(file_place.address, key=key)
    save(store, "台账", b"a")
    assert found(store) == set()
    store.close()


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = " + sys.argv[2])
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE IF NOT EXISTS viewer (x)")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
connection.close()
"""


@contextmanager
def held(path: str, mode: str = "NORMAL") -> Iterator[None]:
    """The file in another program's hands."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        yield
    finally:
        holder.communicate("\n")
    assert holder.returncode == 0


def test_a_file_that_another_program_writes(file_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LOCK_SECONDS", 0.2)
    store = file_place.open()
    one = save(store, "台账", b"a")
    with held(file_place.address):
        assert fault_of(lambda: save(store, "台账", b"b", one.id)) == "locked"
        assert_whole(store, [b"a"])  # reading goes on
        again = file_place.open()
        assert_whole(again, [b"a"])
        again.close()
    save(store, "台账", b"b", one.id)
    assert_whole(store, [b"a", b"b"])
    store.close()


def test_a_file_that_another_program_keeps_to_itself(file_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LOCK_SECONDS", 0.2)
    store = file_place.open()
    save(store, "台账", b"a")
    store.close()
    with held(file_place.address, "EXCLUSIVE"):
        assert fault_of(file_place.open) == "locked"
    store = file_place.open()
    assert_whole(store, [b"a"])
    store.close()


def test_who_asks_for_a_second_turn_while_writing_is_told_and_does_not_hang(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "LOCK_SECONDS", 0.1)
    with store.writing(WANG) as tx:
        tx.log("plan.export", "x")
        assert fault_of(lambda: save(store, "台账", b"a")) == "locked"
    assert rows(store, "SELECT action FROM trail") == [("plan.export",)]
    save(store, "台账", b"a")


def overwrite(start: int, data: bytes) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        with path.open("r+b") as stream:
            stream.seek(start)
            stream.write(data)

    return act


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_text("no database at all, but long enough to be looked at as one\n" * 100),
        overwrite(0, b"x" * 16),
        overwrite(4096, b"\xff" * 40_000),
        lambda path: path.write_bytes(path.read_bytes()[: 5 * 4096]),
    ],
    ids=["text", "header", "pages", "cut"],
)
def test_a_damaged_file_is_called_so(file_place: Place, damage: Callable[[Path], object]) -> None:
    store = file_place.open()
    fill(store)
    store.close()
    path = Path(file_place.address)
    good = path.read_bytes()
    damage(path)
    bad = path.read_bytes()

    def use() -> None:
        damaged = file_place.open()
        try:
            verify(damaged)
        finally:
            damaged.close()

    assert fault_of(use) == "damaged"
    assert path.read_bytes() == bad  # nobody mends it by guessing
    path.write_bytes(good)
    use()
    store = file_place.open()
    assert found(store) == set()
    store.close()


def test_a_file_that_was_emptied_is_no_new_store(file_place: Place) -> None:
    """An empty file is an empty database: the sign tells that there had been something."""
    store = file_place.open()
    save(store, "台账", b"a")
    store.close()
    Path(file_place.address).write_bytes(b"")
    store = file_place.open()
    assert found(store) == {"trail_cut"}
    store.close()
