"""Tampering past the program: each column, row, entry and byte, the key and the sign; each is found as what it is."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import Table, text

from planner.store import Store, verify
from planner.store.queue import submit
from planner.store.tables import JOB, KEPT, TRAIL
from tests.planner.store.conftest import WANG, Place
from tests.planner.store.kept import do, fault_of, fill, found, rows, save, unguarded

GONE, ASTRAY = {"row_gone", "row_untold"}, {"version_astray"}
CHANGED, BROKEN = {"row_changed"}, {"entry_changed"}
ADDED = {"row_untold"}
OTHER = "SELECT digest FROM content WHERE digest NOT IN (SELECT digest FROM version WHERE id = 4)"

# what is put into a column, and what verifying must find, all of it and nothing else
COLUMNS: dict[str, dict[str, tuple[str, set[str]]]] = {
    "content": {
        "digest": (f"'{'0' * 64}'", GONE | ASTRAY | {"content_changed"}),
        "kind": ("'exe'", CHANGED),
        "size": ("size + 1", CHANGED),
        "bytes": (":bytes", {"content_changed"}),
    },
    "document": {
        "id": ("77", GONE | ASTRAY),
        "kind": ("'plan'", CHANGED),
        "name": ("'other'", CHANGED),
        "district": ("'110119'", CHANGED),
        "author": ("'local:zhao'", CHANGED),
        "at": ("'2020-01-01T00:00:00.000Z'", CHANGED),
    },
    "version": {
        "id": ("77", GONE),
        "document_id": ("2", CHANGED | ASTRAY),
        "number": ("9", CHANGED | ASTRAY),
        "parent_id": ("1", CHANGED | ASTRAY),
        "digest": (f"({OTHER} ORDER BY digest LIMIT 1)", CHANGED),
        "author": ("'local:zhao'", CHANGED),
        "at": ("'2020-01-01T00:00:00.000Z'", CHANGED),
        "note": ("'ok'", CHANGED),
        "meta": ("'[1]'", CHANGED),
    },
    "record": {
        "id": ("77", GONE),
        "series": ("'other'", CHANGED),
        "number": ("9", CHANGED),
        "kind": ("'revoke'", CHANGED),
        "district": ("'110119'", CHANGED),
        "author": ("'local:zhao'", CHANGED),
        "at": ("'2020-01-01T00:00:00.000Z'", CHANGED),
        "payload": ("'{}'", CHANGED),
    },
    "trail": {
        "seq": ("777", BROKEN | {"entries_missing"}),
        "at": ("'2020-01-01T00:00:00.000Z'", BROKEN),
        "who": ("'local:zhao'", BROKEN),
        "via": ("'job'", BROKEN),
        "action": ("'plan.save'", BROKEN),
        "subject": ("'x'", BROKEN),
        "row_table": ("''", BROKEN | {"row_untold"}),
        "row_key": ("'77'", BROKEN | GONE),
        "row_digest": (f"'{'0' * 64}'", BROKEN | CHANGED),
        "details": ("'[1]'", BROKEN),
        "key_id": (f"'{'0' * 16}'", {"other_key"}),
        "mac": (f"'{'0' * 64}'", BROKEN),
    },
    "job": {
        "id": ("77", {"job_gone", "job_untold"}),
        "kind": ("'import'", {"job_changed"}),
        "key": (f"'{'f' * 64}'", {"job_changed"}),
        "payload": ("'{}'", {"job_changed"}),
        "district": ("''", {"job_changed"}),
        "author": ("'local:zhao'", {"job_changed"}),
        "at": ("'2020-01-01T00:00:00.000Z'", {"job_changed"}),
        "state": ("'failed'", {"job_changed"}),
        "stop_asked": ("TRUE", {"job_changed"}),
        "result": ("'[8]'", {"job_changed"}),
        "error": ("'x'", {"job_changed"}),
        "ended": ("'2020-01-01T00:00:00.000Z'", {"job_changed"}),
        # of work in hand the trail tells nothing: nothing is decided by these once the job has ended
        "attempts": ("2", set()),
        "worker": ("'x'", set()),
        "token": ("'x'", set()),
        "leased_until": ("1.5", set()),
        "progress": ("'{}'", set()),
    },
}
ROW = {  # the row whose columns are changed
    "content": "digest IN (SELECT digest FROM version WHERE id = 4)",
    "document": "id = 1",
    "version": "id = 4",
    "record": "id = 2",
    "trail": "row_table = 'version' AND row_key = '2'",
    "job": "id = 1",
}


def test_the_table_has_every_column() -> None:
    for table in (*KEPT, TRAIL, JOB):
        assert set(COLUMNS[table.name]) == {column.name for column in table.columns}


def test_an_untouched_store_has_no_finding(store: Store, place: Place) -> None:
    assert verify(store) == ()
    fill(store)
    assert verify(store) == ()
    again = place.open()
    assert verify(again) == ()
    again.close()


@pytest.mark.parametrize("table", [*KEPT, TRAIL, JOB], ids=str)
def test_each_changed_column_is_found_and_put_back_is_fine(store: Store, table: Table) -> None:
    fill(store)
    (key,) = (column.name for column in table.primary_key.columns)
    for column, (value, expected) in COLUMNS[table.name].items():
        ((there, old),) = rows(store, f"SELECT {key}, {column} FROM {table} WHERE {ROW[table.name]}")
        bound = {"bytes": b"x" * 5} if ":bytes" in value else {}
        do(store, f"UPDATE {table} SET {column} = {value} WHERE {ROW[table.name]}", bound)
        assert found(store) == expected, column
        for finding in verify(store):
            assert finding.line("zh") != finding.line("en")
        where = f"{key} = {value}" if column == key else f"{key} = :there"
        do(store, f"UPDATE {table} SET {column} = :old WHERE {where}", {"old": old, "there": there})
        assert found(store) == set(), column


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (f"DELETE FROM content WHERE {ROW['content']}", {"row_gone", "version_astray"}),
        ("DELETE FROM document WHERE id = 1", {"row_gone", "version_astray"}),
        ("DELETE FROM version WHERE id = 4", {"row_gone"}),
        ("DELETE FROM version WHERE id = 2", {"row_gone", "version_astray"}),
        ("DELETE FROM record WHERE id = 1", {"row_gone"}),
        ("DELETE FROM record", {"row_gone"}),
        ("DELETE FROM job WHERE id = 1", {"job_gone"}),
        ("INSERT INTO document VALUES (9, 'ledger', 'x', '', 'local:li', '2026')", ADDED),
        ("INSERT INTO version SELECT 9, 1, 4, 4, digest, author, at, note, meta FROM version WHERE id = 1", ADDED),
        ("INSERT INTO record SELECT 9, series, 3, kind, district, author, at, payload FROM record WHERE id = 1", ADDED),
        ("UPDATE job SET state = 'done' WHERE id = 5", {"job_changed"}),  # waits
        ("UPDATE job SET state = 'done' WHERE id = 3", {"job_changed"}),  # runs
        ("UPDATE job SET state = 'waiting', result = '{}' WHERE id = 1", {"job_changed"}),  # done
        ("UPDATE job SET result = 'no json' WHERE id = 1", {"job_changed"}),
        ("UPDATE job SET error = 'other' WHERE id = 2", {"job_changed"}),
    ],
)  # fmt: skip
def test_rows_taken_away_or_added_are_found(store: Store, statement: str, expected: set[str]) -> None:
    fill(store)
    do(store, statement)
    assert found(store) == expected


def test_added_bytes_and_jobs_are_found(store: Store) -> None:
    fill(store)
    digest = hashlib.sha256(b"new").hexdigest()
    do(store, f"INSERT INTO content VALUES ('{digest}', 'xlsx', 3, :data)", {"data": b"new"})
    assert found(store) == {"row_untold"}
    names = ", ".join(column.name for column in JOB.columns)
    do(store, f"INSERT INTO job SELECT {names.replace('id', '9', 1)} FROM job WHERE id = 1")
    assert found(store) == {"row_untold", "job_untold"}


def test_a_restored_store_has_no_jobs_from_before_and_new_ones_are_held_as_ever(store: Store) -> None:
    fill(store)
    do(store, "DELETE FROM job")
    assert found(store) == {"job_gone"}
    with store.writing(WANG) as tx:
        tx.log("store.restore", "shanfu-export/1")
    assert found(store) == set()
    with store.writing(WANG) as tx:
        job, _ = submit(tx, "plan", "a" * 64, {})
    assert job.id == 1
    assert found(store) == set()
    do(store, "UPDATE job SET payload = '[1]'")
    assert found(store) == {"job_changed"}
    do(store, "DELETE FROM job")
    assert found(store) == {"job_gone"}


ALL = ", ".join(column.name for column in TRAIL.columns)


def copied(seq: str, condition: str) -> str:
    return f"INSERT INTO trail SELECT {ALL.replace('seq', seq, 1)} FROM trail WHERE {condition}"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([f"DELETE FROM trail WHERE {ROW['trail']}"], {"entries_missing", "entry_changed", "row_untold"}),
        (["DELETE FROM trail WHERE action = 'plan.export'"], {"entries_missing", "entry_changed"}),
        (["DELETE FROM trail WHERE seq = 1"], {"entries_missing", "entry_changed", "row_untold"}),
        (["DELETE FROM trail"], {"trail_cut", "row_untold", "job_untold"}),
        ([copied("seq + 1000", "action = 'plan.export'")], {"entries_missing", "entry_changed"}),
        ([copied("seq + 1000", "seq = 1")], {"entries_missing", "entry_changed", "told_twice"}),
        ([copied("0", "action = 'plan.export'")], {"entries_missing", "entry_changed"}),
        ([copied("-5", "action = 'plan.export'")], {"entries_missing", "entry_changed"}),
        (["UPDATE trail SET seq = 999 WHERE seq = 3", "UPDATE trail SET seq = 3 WHERE seq = 4",
          "UPDATE trail SET seq = 4 WHERE seq = 999"], {"entry_changed"}),
    ],
)  # fmt: skip
def test_entries_deleted_inserted_or_reordered_are_found(
    store: Store, statements: list[str], expected: set[str]
) -> None:
    fill(store)
    for statement in statements:
        do(store, statement)
    assert found(store) == expected


def test_a_forged_entry_at_the_end_is_found(store: Store) -> None:
    """Who does not have the key can work out everything but the keyed digest."""
    fill(store)
    do(store, copied("seq + 1", "seq = (SELECT max(seq) FROM trail)"))
    do(
        store,
        f"UPDATE trail SET mac = '{hashlib.sha256(b'guess').hexdigest()}' WHERE seq = (SELECT max(seq) FROM trail)",
    )
    assert found(store) == {"entry_changed"}


@pytest.mark.parametrize("table", ["content", "document", "version", "record", "trail"])
def test_a_guard_that_was_taken_away_or_weakened_is_found(store: Store, table: str) -> None:
    fill(store)
    if store.engine.dialect.name == "postgresql":
        trigger = f"{table}_only_grows"
        statements = [f"ALTER TABLE {table} DISABLE TRIGGER {trigger}", f"DROP TRIGGER {trigger} ON {table}"]
    else:
        weak = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT 1; END"
        statements = [f"DROP TRIGGER {table}_no_update", weak]
    for statement in statements:
        with store.engine.begin() as connection:
            connection.execute(text(statement))
        (finding,) = verify(store)
        assert (finding.id, finding.values["table"]) == ("unguarded", table)


def test_a_guard_whose_function_was_emptied_is_found(server_place: Place) -> None:
    store = server_place.open()
    body = "BEGIN RETURN NULL; END"
    empty = f"CREATE OR REPLACE FUNCTION shanfu_only_grows() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql"
    with store.engine.begin() as connection:
        connection.execute(text(empty))
    assert [finding.id for finding in verify(store)] == ["unguarded"] * 5
    store.close()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE document SET name = CAST('x' AS BLOB) WHERE id = 1", {"row_changed"}),
        ("UPDATE version SET number = 3.5 WHERE id = 4", {"row_changed", "version_astray"}),
        ("UPDATE record SET number = 9e999 WHERE id = 1", {"row_changed"}),
        ("UPDATE trail SET who = CAST('x' AS BLOB) WHERE seq = 3", {"entry_changed"}),
        ("UPDATE trail SET mac = CAST('x' AS BLOB) WHERE seq = 3", {"entry_changed"}),
        ("UPDATE trail SET details = CAST('x' AS BLOB) WHERE action = 'job.submit'", {"entry_changed", "job_changed"}),
        ("UPDATE job SET result = CAST('x' AS BLOB) WHERE id = 1", {"job_changed"}),
    ],
)
def test_values_of_a_strange_kind_are_found_and_break_nothing(
    file_place: Place, statement: str, expected: set[str]
) -> None:
    store = file_place.open()
    fill(store)
    do(store, statement)
    assert found(store) == expected
    store.close()


def test_a_text_that_is_none_is_said_to_be_damage(file_place: Place) -> None:
    store = file_place.open()
    fill(store)
    do(store, "UPDATE document SET name = CAST(x'ff41' AS TEXT) WHERE id = 1")
    assert fault_of(lambda: verify(store)) == "damaged"
    store.close()


def test_each_single_byte_of_what_is_kept_counts(store: Store) -> None:
    whole = bytes(range(64))
    kept = save(store, "台账", whole)
    for place in (0, 31, 63):
        changed = bytearray(whole)
        changed[place] ^= 1
        do(store, "UPDATE content SET bytes = :data", {"data": bytes(changed)})
        assert found(store) == {"content_changed"}
    for other in (whole[:-1], whole + b"\0", b""):
        do(store, "UPDATE content SET bytes = :data", {"data": other})
        assert found(store) == {"content_changed"}
    do(store, "UPDATE content SET bytes = :data", {"data": whole})
    assert found(store) == set()
    assert rows(store, "SELECT digest FROM content") == [(kept.digest,)]
    with unguarded(store):
        pass
    assert found(store) == set()
