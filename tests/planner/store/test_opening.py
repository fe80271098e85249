"""Opening: a store is found or made, brought to the present tables, and never taken for another's."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from planner.findings import BadInput
from planner.store import Store, get_bytes, open_store, series, versions
from planner.store.records import append
from planner.store.tables import METADATA
from tests.planner.store.conftest import WANG, Place
from tests.planner.store.kept import fault_of, fill, found, rows, save
from tests.planner.store.old import store_at

REVISION = "SELECT version_num FROM alembic_version"


def run(store: Store, *statements: str) -> None:
    with store.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def tables(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_the_steps_make_the_tables_that_the_program_knows(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_an_old_store_with_data_is_brought_to_the_present_and_loses_nothing(place: Place) -> None:
    old = store_at(place, "0001")
    assert "job" not in tables(old)
    one = save(old, "old", b"a", note="第一版")
    two = save(old, "old", b"b", one.id)
    with old.writing(WANG) as tx:
        event = append(tx, "old", "grant", {"role": "finance"})
    old.close()
    store = place.open()
    assert rows(store, REVISION) == [("0003",)]
    with store.reading() as tx:
        assert versions(tx) == (one, two)
        assert series(tx, "old") == (event,)
        assert [get_bytes(tx, kept.digest) for kept in (one, two)] == [b"a", b"b"]
    assert found(store) == set()
    fill(store)
    assert found(store) == set()
    store.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(place: Place) -> None:
    old = store_at(place, "0001")
    save(old, "台账", b"a")
    run(old, "CREATE TABLE job_log (x int)")  # the step makes `job` first, then stumbles over this
    assert fault_of(place.open) == "failed"
    assert rows(old, REVISION) == [("0001",)]
    assert "job" not in tables(old)
    run(old, "DROP TABLE job_log")
    old.close()
    store = place.open()
    assert found(store) == set()
    assert {"job", "job_log"} <= tables(store)
    store.close()


def test_a_newer_store_is_refused_and_left_alone(store: Store, place: Place) -> None:
    save(store, "台账", b"a")
    run(store, "UPDATE alembic_version SET version_num = '9999'")
    before = rows(store, "SELECT count(*) FROM trail")
    assert fault_of(place.open) == "newer"
    assert rows(store, REVISION) == [("9999",)]
    assert rows(store, "SELECT count(*) FROM trail") == before


@pytest.mark.parametrize("with_alembic", [False, True])
def test_somebody_elses_database_is_refused_and_left_alone(place: Place, with_alembic: bool) -> None:
    mine = store_at(place, "base")
    run(
        mine,
        "DROP TABLE IF EXISTS alembic_version",
        "CREATE TABLE accounts (yuan int)",
        "INSERT INTO accounts VALUES (7)",
    )
    if with_alembic:
        run(mine, "CREATE TABLE alembic_version (version_num text)", "INSERT INTO alembic_version VALUES ('0001')")
    place.key.unlink()
    place.head.unlink()
    before = tables(mine)
    assert fault_of(place.open) == "not_ours"
    assert (tables(mine), rows(mine, "SELECT yuan FROM accounts")) == (before, [(7,)])
    assert not place.key.exists()
    mine.close()


OPENER = """
import sys
from pathlib import Path
from planner.store import Author, append, open_store, verify
print("ready", flush=True)
sys.stdin.readline()
store = open_store(sys.argv[1], key=Path(sys.argv[2]))
with store.writing(Author("local:wang", "cli")) as tx:
    append(tx, "opened", "by", {"n": sys.argv[3]})
print([finding.id for finding in verify(store)], store.warnings)
store.close()
"""


@pytest.mark.parametrize("is_old", [False, True], ids=["new", "old"])
def test_processes_that_open_a_store_at_the_same_moment_all_work(place: Place, is_old: bool) -> None:
    if is_old:
        old = store_at(place, "0001")
        save(old, "台账", b"a")
        old.close()
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, place.address, str(place.key), str(number)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(3)
    ]  # fmt: skip
    for opener in openers:
        assert opener.stdout is not None
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        assert opener.stdin is not None
        opener.stdin.write("\n")
        opener.stdin.flush()
    assert [opener.communicate()[0] for opener in openers] == ["[] []\n"] * 3
    assert [opener.returncode for opener in openers] == [0, 0, 0]
    store = place.open()
    with store.reading() as tx:
        assert sorted(event.payload["n"] for event in series(tx, "opened")) == ["0", "1", "2"]
    assert found(store) == set()
    store.close()


@pytest.mark.parametrize("name", ["山复 2021.db", "a%20b.db", "a#b;c.db", "100%.db", "it's.db", "x&mode=ro.db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "新 folder%s"
    store = open_store(folder / name)
    save(store, "台账", b"a")
    store.close()
    assert {name, f"{name}.key", f"{name}.key.head"} == {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("address", "key", "said"),
    [
        ("mysql://a@b/c", "k", "bad_url"),
        ("://", "k", "bad_url"),
        ("postgresql://a:secret@127.0.0.1:1/b", None, "key_unnamed"),
        ("postgresql://a:secret@127.0.0.1:1/b", "k", "no_server"),
        ("postgresql://a:secret@256.0.0.1/b", "k", "no_server"),
    ],
)
def test_an_address_that_is_none_is_named_and_no_password_is_told(
    tmp_path: Path, address: str, key: str | None, said: str
) -> None:
    opened = partial(open_store, address, key=None if key is None else tmp_path / key)
    assert fault_of(opened) == said
    with pytest.raises(BadInput) as refused:
        opened()
    assert "secret" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_there_and_a_wrong_password_are_named(server_place: Place) -> None:
    server, _, _ = server_place.address.rpartition("/")
    assert fault_of(lambda: open_store(f"{server}/nothing", key=server_place.key)) == "no_server"
    user, _, where = server_place.address.rpartition("@")
    assert fault_of(lambda: open_store(f"{user}x@{where}", key=server_place.key)) == "no_server"
    assert not server_place.key.exists()


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    assert fault_of(lambda: open_store(tmp_path)) == "cannot_open"
    (tmp_path / "file").touch()
    assert fault_of(lambda: open_store(tmp_path / "file" / "shanfu.db")) == "cannot_open"
