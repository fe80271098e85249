"""A backup is the store: whole, while others write, across databases, and never half there."""

from __future__ import annotations

import os
import signal
import stat
import threading
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.store import Store, put_bytes, save_version, verify, versions
from planner.store.backup import backup, restore
from planner.store.exported import Export, check_export
from planner.store.exporting import export_store
from planner.store.trail import entries
from tests.planner.store.backing import HOSTILE, WANG, Place, fill, in_child, opened, refusal, state, visible
from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Place]]:
    """Two places for stores: one of the kind in hand, then one of the other."""
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.start()
    name = server.new_database()
    found = [Place(tmp_path / "a.db", tmp_path / "a.db.key"), Place(server.url(name), tmp_path / "server.key")]
    yield found if request.param == "sqlite" else found[::-1]
    server.drop_database(name)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "kept.db") as store:
        fill(store)
        yield store


def test_a_store_moves_between_databases_with_every_row_byte_and_entry(places: list[Place], tmp_path: Path) -> None:
    here, there = places
    with here.open() as store:
        fill(store)
        before = state(store)
        manifest = backup(store, tmp_path / "b.zip", with_key=True)
        assert state(store) == before
    restored = restore(tmp_path / "b.zip", there.address, place_key=there.key, key=tmp_path / "b.zip.key", author=WANG)
    assert restored.unproven == ()
    with there.open() as store:
        assert verify(store, [manifest.anchor] if manifest.anchor else []) == ()
        assert state(store, upto=len(before["trail"])) == before
        last = state(store)["trail"][-1]
        assert (last["action"], last["who"]) == ("store.restore", WANG.who)
        with store.writing(WANG) as tx:  # work goes on after it
            head = max(version.id for version in versions(tx, "scenario") if not version.document.district)
            assert save_version(tx, "scenario", "基准", b"x = 2", ending="toml", parent=head).number == 2
        assert verify(store) == ()
        backup(store, tmp_path / "again.zip")
    # and back, from the backup of the restored one
    restore(tmp_path / "again.zip", tmp_path / "back.db", key=there.key)
    with opened(tmp_path / "back.db") as store:
        assert verify(store) == ()
        assert state(store, upto=len(before["trail"]))["trail"] == before["trail"]


def test_both_databases_give_the_same_backup_of_the_same_state(places: list[Place], tmp_path: Path) -> None:
    here, there = places
    with here.open() as store:
        fill(store)
        with store.writing(WANG) as tx:  # a job is not restored: without any, two exports are alike to the byte
            tx.connection.exec_driver_sql("DELETE FROM job_log")
            tx.connection.exec_driver_sql("DELETE FROM job")
        backup(store, tmp_path / "first.zip")
    restore(tmp_path / "first.zip", there.address, place_key=there.key, key=here.key)
    restore(tmp_path / "first.zip", tmp_path / "twin.db", key=here.key)
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        first = {member.filename: member.CRC for member in archive.infolist()}
    with there.open() as one, opened(tmp_path / "twin.db") as other:
        for store, name in ((one, "one.zip"), (other, "other.zip")):
            backup(store, tmp_path / name)
            with zipfile.ZipFile(tmp_path / name) as archive:
                now = {member.filename: member.CRC for member in archive.infolist()}
            assert {name for name in now if now[name] != first.get(name)} == {"trail.jsonl", "manifest.json"}


def test_two_backups_of_one_state_are_the_same_bytes(kept: Store, tmp_path: Path) -> None:
    backup(kept, tmp_path / "1.zip")
    backup(kept, tmp_path / "2.zip")
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_a_backup_of_an_empty_store_is_an_empty_store(tmp_path: Path) -> None:
    with opened(tmp_path / "e.db") as store:
        assert backup(store, tmp_path / "e.zip").anchor is None
    restore(tmp_path / "e.zip", tmp_path / "f.db")
    with opened(tmp_path / "f.db") as store:
        assert verify(store) == ()
        assert [row["action"] for row in state(store)["trail"]] == ["store.restore"]


def test_a_backup_carries_no_key_and_the_one_beside_it_is_its_owners_alone(kept: Store, tmp_path: Path) -> None:
    backup(kept, tmp_path / "b.zip", with_key=True)
    backup(kept, tmp_path / "bare.zip")
    assert not (tmp_path / "bare.zip.key").exists()
    key = tmp_path / "b.zip.key"
    assert key.read_text() == kept.key.path.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert kept.key.secret not in everything
    assert kept.key.secret.hex().encode() not in everything


def test_without_its_key_a_store_is_restored_and_proved_once_the_key_is_there(kept: Store, tmp_path: Path) -> None:
    backup(kept, tmp_path / "b.zip")
    restored = restore(tmp_path / "b.zip", tmp_path / "r.db")
    assert restored.unproven == (kept.key.id,)
    with opened(tmp_path / "r.db") as store:
        assert [finding.id for finding in verify(store)] == ["other_key"]
    with opened(tmp_path / "r.db", None, (kept.key.path,)) as store:
        assert verify(store) == ()
        backup(store, tmp_path / "r.zip")  # an earlier key that is not at hand keeps nobody from a backup
    again = restore(tmp_path / "r.zip", tmp_path / "s.db", key=tmp_path / "r.db.key", other_keys=(kept.key.path,))
    assert again.unproven == ()


def test_a_key_that_lies_at_the_place_is_the_stores(kept: Store, tmp_path: Path) -> None:
    backup(kept, tmp_path / "b.zip")
    (tmp_path / "same.db.key").write_text(kept.key.path.read_text())
    assert restore(tmp_path / "b.zip", tmp_path / "same.db").unproven == ()
    other = "7" * 64
    (tmp_path / "other.db.key").write_text(other)
    assert restore(tmp_path / "b.zip", tmp_path / "other.db", key=kept.key.path).unproven == ()
    assert (tmp_path / "other.db.key").read_text() == other


def test_a_wrong_key_is_refused_and_none_is_left(kept: Store, tmp_path: Path) -> None:
    backup(kept, tmp_path / "b.zip")
    (tmp_path / "wrong").write_text("7" * 64)
    before = visible(tmp_path)
    assert refusal(lambda: restore(tmp_path / "b.zip", tmp_path / "r.db", key=tmp_path / "wrong")) == [
        ("wrong_key", "wrong")
    ]
    assert visible(tmp_path) == before


def test_nothing_is_overwritten(kept: Store, tmp_path: Path) -> None:
    backup(kept, tmp_path / "b.zip")
    for target in (tmp_path / "b.zip", tmp_path / "kept.db"):
        held = target.read_bytes()
        assert refusal(lambda target=target: backup(kept, target)) == [("place_taken", target.name)]  # type: ignore[misc]
        assert target.read_bytes() == held
    (tmp_path / "c.zip.key").write_text("mine")
    assert refusal(lambda: backup(kept, tmp_path / "c.zip", with_key=True)) == [("place_taken", "c.zip.key")]
    assert not (tmp_path / "c.zip").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    assert refusal(lambda: export_store(kept, tmp_path / "full")) == [("place_taken", "full")]
    (tmp_path / "file").touch()
    assert [i for i, _ in refusal(lambda: backup(kept, tmp_path / "file" / "b.zip"))] == ["cannot_write"]


def test_a_place_with_a_store_is_refused_and_an_empty_one_is_filled(places: list[Place], tmp_path: Path) -> None:
    here, there = places
    with here.open() as store:
        fill(store)
        backup(store, tmp_path / "b.zip")
        before = state(store)
    assert [i for i, _ in refusal(lambda: restore(tmp_path / "b.zip", here.address, place_key=here.key))] == [
        "not_empty"
    ]
    with here.open() as store:
        assert state(store) == before
    with there.open():
        pass
    restore(tmp_path / "b.zip", there.address, place_key=there.key, key=here.key)
    with opened(there.address, there.key, (here.key,)) as store:
        assert verify(store) == ()


def test_a_tampered_store_is_not_backed_up_unless_asked_and_never_restored(kept: Store, tmp_path: Path) -> None:
    with kept.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER version_no_update")
        connection.exec_driver_sql("UPDATE version SET note = 'forged' WHERE id = 2")
    assert [i for i, _ in refusal(lambda: backup(kept, tmp_path / "b.zip"))] == ["unclean", "row_changed"]
    assert not (tmp_path / "b.zip").exists()
    assert len(backup(kept, tmp_path / "b.zip", unclean=True).faults) == 1
    assert [i for i, _ in refusal(lambda: restore(tmp_path / "b.zip", tmp_path / "r.db"))] == [
        "not_clean", "row_changed"
    ]  # fmt: skip
    assert not [name for name in visible(tmp_path) if "r.db" in name]


def test_hostile_names_stay_inside_and_come_back(tmp_path: Path) -> None:
    with opened(tmp_path / "h.db") as store:
        with store.writing(WANG) as tx:
            for number, name in enumerate(HOSTILE):
                data = f"content {number}".encode()
                save_version(tx, "ledger", name, data, ending="xlsx", parent=None, district=name)
                save_version(tx, name, "of a hostile kind", data, ending=name, parent=None)
        before = state(store)
        (tmp_path / "out").mkdir()
        export_store(store, tmp_path / "out" / "open")
        backup(store, tmp_path / "h.zip")
    assert visible(tmp_path / "out") == {"open"}
    shown = [path.relative_to(tmp_path / "out" / "open") for path in (tmp_path / "out" / "open").rglob("*")]
    assert len({path.as_posix().casefold() for path in shown}) == len(shown)
    assert max(len(path.as_posix()) for path in shown) < 150
    for source in ("out/open", "h.zip"):
        target = tmp_path / f"{source[-3:]}.db"
        restore(tmp_path / source, target, key=tmp_path / "h.db.key")
        with opened(target) as store:
            assert verify(store) == ()
            assert state(store, upto=len(before["trail"])) == before


def test_four_writers_go_on_while_a_backup_is_made(places: list[Place], tmp_path: Path) -> None:
    here, there = places
    confirmed: list[tuple[str, int]] = []
    begun, over = threading.Event(), threading.Event()
    failures: list[BaseException] = []
    with here.open() as store:

        def write(name: str) -> None:
            parent, number = None, 0
            try:
                while not over.is_set():
                    number += 1
                    data = f"{name} {number}".encode() * 2000
                    with store.writing(WANG) as tx:
                        parent = save_version(tx, "plan", name, data, ending="json", parent=parent).id
                    confirmed.append((name, number))
                    if len(confirmed) >= 20:
                        begun.set()
            except BaseException as error:  # noqa: BLE001 - told below, in the test's own thread
                failures.append(error)
                begun.set()

        writers = [threading.Thread(target=write, args=(f"writer {k}",)) for k in range(4)]
        for writer in writers:
            writer.start()
        assert begun.wait(60)
        before = set(confirmed)
        manifest = backup(store, tmp_path / "live.zip")
        during = set(confirmed) - before
        over.set()
        for writer in writers:
            writer.join(60)
        assert failures == []
        assert verify(store, [manifest.anchor] if manifest.anchor else []) == ()
    assert during  # they did go on
    restore(tmp_path / "live.zip", there.address, place_key=there.key, key=here.key)
    with there.open() as copy:
        assert verify(copy) == ()
        with copy.reading() as tx:
            held = {(version.document.name, version.number) for version in versions(tx)}
            assert entries(tx)[-1].action == "store.restore"
    assert before <= held


def test_memory_is_that_of_one_content_not_of_all(tmp_path: Path) -> None:
    size = 4 << 20
    with opened(tmp_path / "m.db") as store:
        for _ in range(12):
            with store.writing(WANG) as tx:
                put_bytes(tx, "bin", os.urandom(size))
        peaks = []
        for act in (
            lambda: backup(store, tmp_path / "m.zip"),
            lambda: restore(tmp_path / "m.zip", tmp_path / "n.db", key=tmp_path / "m.db.key"),
        ):
            tracemalloc.start()
            act()
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert max(peaks) < 5 * size  # a few copies of one; all twelve would be more


def test_an_archive_beyond_the_old_limits_of_zips_is_read_back(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 64)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
    written = backup(kept, tmp_path / "b.zip")
    monkeypatch.undo()
    assert check_export(tmp_path / "b.zip") == written
    restore(tmp_path / "b.zip", tmp_path / "r.db", key=kept.key.path)


_LITTLE_ROOM = """
import resource, sys
from pathlib import Path
from planner.findings import BadInput
from planner.store import open_store
from planner.store.backup import backup, restore
from planner.store.exporting import export_store
folder = Path(sys.argv[1])
store = open_store(folder / "kept.db")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for act in (
    lambda: backup(store, folder / "c.zip"),
    lambda: export_store(store, folder / "c"),
    lambda: restore(folder / "b.zip", folder / "c.db"),
):
    try:
        act()
    except BadInput as error:
        print(*(finding.id for finding in error.findings))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of a process")
def test_a_full_disk_is_told_and_nothing_is_left(kept: Store, tmp_path: Path) -> None:
    with kept.writing(WANG) as tx:
        put_bytes(tx, "bin", os.urandom(500_000))
    backup(kept, tmp_path / "b.zip")
    before = visible(tmp_path)
    done = in_child(_LITTLE_ROOM, tmp_path)
    assert done.stdout.split() == ["cannot_write", "cannot_write", "full"], done.stderr
    assert visible(tmp_path) == before


def test_a_lost_connection_leaves_an_empty_database_that_can_be_filled(
    postgres_server: PostgresServer, postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "kept.db") as store:
        fill(store)
        backup(store, tmp_path / "b.zip")
    address, key = postgres_server.url(postgres_database), tmp_path / "server.key"
    real = Export.bytes_of

    def cutting(self: Export, path: str, digest: str) -> bytes:
        postgres_server.cut_connections(postgres_database)
        return real(self, path, digest)

    monkeypatch.setattr(Export, "bytes_of", cutting)
    assert [i for i, _ in refusal(lambda: restore(tmp_path / "b.zip", address, place_key=key))] == ["lost"]
    monkeypatch.undo()
    restore(tmp_path / "b.zip", address, place_key=key)
    with opened(address, key, (tmp_path / "kept.db.key",)) as store:
        assert verify(store) == ()


_DIE_WRITING = """
import os, signal, sys, zipfile
from pathlib import Path
from planner.store import open_store
import planner.store.backup as module
folder, at = Path(sys.argv[1]), int(sys.argv[2])
left = [at]
def die():
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
real = zipfile.ZipFile.open
def dying(self, name, mode="r", **more):
    die()
    return real(self, name, mode, **more)
zipfile.ZipFile.open = dying
put = module.put_in_place
def putting(*names):
    die()
    done = put(*names)
    die()
    return done
module.put_in_place = putting
store = open_store(folder / "kept.db")
module.backup(store, folder / "b.zip")
print(-left[0])
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.slow
def test_a_backup_killed_at_any_step_is_absent_or_whole(kept: Store, tmp_path: Path) -> None:
    before, outcomes, file = state(kept), [], tmp_path / "b.zip"
    steps = int(in_child(_DIE_WRITING, tmp_path, 0).stdout)
    file.unlink()
    for step in moments(steps):
        done = in_child(_DIE_WRITING, tmp_path, step)
        assert done.returncode == -signal.SIGKILL, done.stderr
        outcomes.append(file.exists())
        if file.exists():
            check_export(file)
            file.unlink()
    assert outcomes == [False] * (len(outcomes) - 1) + [True]  # the last step is after the file has its name
    assert verify(kept) == ()
    assert state(kept) == before


_DIE_RESTORING = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
import planner.store.backup as module
source, place, key, at = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
left = [at]
def die(*_):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
for name in ("before_cursor_execute", "commit"):
    event.listen(Engine, name, die)
put = module.put_in_place
def putting(*names):
    die()
    done = put(*names)
    die()
    return done
module.put_in_place = putting
module.restore(source, place, place_key=key)
print(-left[0])
"""


def moments(steps: int) -> list[int]:
    """The first step, some between, and each of the last, where a thing comes to be."""
    return sorted({1, *(steps * part // 6 for part in range(1, 6)), *range(steps - 4, steps + 1)})


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.slow
def test_a_restore_killed_at_any_step_leaves_nothing_or_all(places: list[Place], tmp_path: Path) -> None:
    there = places[0]
    with opened(tmp_path / "kept.db") as kept:
        fill(kept)
        before = state(kept)
        backup(kept, tmp_path / "b.zip")
    there.key.write_text((tmp_path / "kept.db.key").read_text())
    command = (_DIE_RESTORING, tmp_path / "b.zip", there.address, there.key)
    steps = int(in_child(*command, 0).stdout)
    outcomes = []
    for step in moments(steps):
        there.clear()
        done = in_child(*command, step)
        assert done.returncode == -signal.SIGKILL, done.stderr
        if isinstance(there.address, Path) and not there.address.exists():
            outcomes.append(False)
            continue
        with there.open() as store:
            assert verify(store) == ()
            outcomes.append(bool(state(store)["trail"]))
            if outcomes[-1]:
                assert state(store, upto=len(before["trail"])) == before
    assert outcomes[:6] == [False] * 6
    there.clear()
    restore(tmp_path / "b.zip", there.address, place_key=there.key)  # what is left of the killed is in nobody's way
    with there.open() as store:
        assert verify(store) == ()
        assert state(store, upto=len(before["trail"])) == before
