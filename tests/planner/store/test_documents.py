"""Documents: versions are numbered, kept bit for bit, and never changed; the second of two editors is told."""

from __future__ import annotations

import hashlib
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from planner.store import Conflict, Store, documents, get_bytes, put_bytes, save_version, version, versions
from planner.store.tables import KEPT
from tests.planner.store.conftest import LI, WANG
from tests.planner.store.kept import do, fault_of, fill, found, newest, rows, save


def test_versions_are_numbered_within_their_document_and_named_in_the_store(store: Store) -> None:
    one = save(store, "台账", b"a", note="第一版", meta={"patches": 500})
    two = save(store, "台账", b"b", one.id, author=LI)
    other = save(store, "台账", b"a", district="110118")
    assert [(v.id, v.number, v.parent) for v in (one, two, other)] == [(1, 1, None), (2, 2, 1), (3, 1, None)]
    assert (one.author, one.note, one.meta, one.digest) == (
        "local:wang", "第一版", {"patches": 500}, hashlib.sha256(b"a").hexdigest()
    )  # fmt: skip
    assert (two.author, two.document) == ("local:li", one.document)
    assert (other.document.district, other.document.id) == ("110118", 2)
    with store.reading() as tx:
        assert versions(tx) == (one, two, other)
        assert versions(tx, document=one.document) == (one, two)
        assert versions(tx, kind="plan") == ()
        assert documents(tx, "ledger") == (one.document, other.document)
        assert version(tx, 2) == two


def test_the_same_bytes_and_meta_saved_again_are_the_head_itself(store: Store) -> None:
    one = save(store, "台账", b"a", meta={"n": 1})
    before = rows(store, "SELECT count(*) FROM trail")
    assert save(store, "台账", b"a", meta={"n": 1}) == one
    assert save(store, "台账", b"a", one.id, meta={"n": 1}, note="again", author=LI) == one
    assert rows(store, "SELECT count(*) FROM trail") == before
    two = save(store, "台账", b"a", one.id, meta={"n": 2})
    assert (two.number, two.digest) == (2, one.digest)


def test_going_back_to_earlier_bytes_is_a_version_of_its_own(store: Store) -> None:
    one = save(store, "台账", b"a")
    two = save(store, "台账", b"b", one.id)
    three = save(store, "台账", b"a", two.id)
    assert (three.number, three.parent, three.digest) == (3, two.id, one.digest)
    assert rows(store, "SELECT count(*) FROM content") == [(2,)]


def test_the_second_of_two_editors_is_shown_both_and_nothing_of_his_is_kept(store: Store) -> None:
    base = save(store, "台账", b"a")
    theirs = save(store, "台账", b"b", base.id, note="涨价")
    with pytest.raises(Conflict) as refused:
        save(store, "台账", b"c", base.id, author=LI)
    assert (refused.value.base, refused.value.theirs) == (base, theirs)
    (finding,) = refused.value.findings
    assert (finding.id, finding.values["base"], finding.values["theirs"]) == ("conflict", 1, 2)
    assert "涨价" in finding.wrong("zh")
    assert rows(store, "SELECT count(*) FROM content") == [(2,)]
    assert save(store, "台账", b"c", theirs.id, author=LI).number == 3


def test_a_conflict_that_is_caught_inside_a_change_leaves_nothing_of_it(store: Store) -> None:
    base = save(store, "台账", b"a")
    save(store, "台账", b"b", base.id)
    with store.writing(LI) as tx:
        with pytest.raises(Conflict):
            save_version(tx, "ledger", "台账", b"c", ending="xlsx", parent=base.id)
        tx.log("import.skip", "台账")
    assert rows(store, "SELECT count(*) FROM content") == [(2,)]
    assert found(store) == set()


def test_of_two_first_versions_the_later_is_a_conflict_without_a_base(store: Store) -> None:
    theirs = save(store, "台账", b"a")
    with pytest.raises(Conflict) as refused:
        save(store, "台账", b"b", author=LI)
    assert (refused.value.base, refused.value.theirs) == (None, theirs)


def test_many_first_versions_at_the_same_moment_make_one_document(store: Store) -> None:
    together, kept, refused = threading.Barrier(6), [], []

    def write(number: int) -> None:
        together.wait()
        try:
            kept.append(save(store, "台账", b"%d" % number))
        except Conflict as conflict:
            refused.append(conflict)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(kept), len(refused)) == (1, 5)
    assert all(conflict.theirs == kept[0] for conflict in refused)
    with store.reading() as tx:
        assert len(documents(tx)) == len(versions(tx)) == 1


def test_what_is_not_there_is_refused_by_name(store: Store) -> None:
    assert fault_of(lambda: save(store, "台账", b"a", 7)) == "no_version"
    assert fault_of(lambda: save(store, " ", b"a")) == "no_name"
    for name in ("zero \0", "半个代理 \ud800"):
        assert fault_of(lambda name=name: save(store, name, b"a")) == "bad_text"
    assert fault_of(lambda: save(store, "台账", b"a", note="zero \0")) == "bad_text"
    with store.reading() as tx:
        assert fault_of(lambda: version(tx, 9)) == "no_version"
        assert fault_of(lambda: get_bytes(tx, "0" * 64)) == "no_content"
        assert documents(tx) == ()
    assert rows(store, "SELECT count(*) FROM trail") == [(0,)]


def test_an_error_inside_a_change_leaves_nothing_of_it(store: Store) -> None:
    def change() -> None:
        with store.writing(WANG) as tx:
            save_version(tx, "ledger", "台账", b"a", ending="xlsx", parent=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    for table in KEPT:
        assert rows(store, f"SELECT count(*) FROM {table.name}") == [(0,)]
    assert rows(store, "SELECT count(*) FROM trail") == [(0,)]
    assert save(store, "台账", b"a").id == 1


@pytest.mark.parametrize(
    "data", [b"", bytes(range(256)), "山复".encode(), b"\0" * 3_000_000], ids=["empty", "all", "text", "large"]
)
def test_bytes_come_back_bit_for_bit_and_are_kept_once(store: Store, data: bytes) -> None:
    with store.writing(WANG) as tx:
        one, two = put_bytes(tx, "xlsx", data), put_bytes(tx, "json", data)
    assert one == two
    assert (one.digest, one.size, one.kind) == (hashlib.sha256(data).hexdigest(), len(data), "xlsx")
    with store.reading() as tx:
        assert get_bytes(tx, one.digest) == data
    assert rows(store, "SELECT count(*) FROM content") == [(1,)]


def test_changed_bytes_are_never_handed_out(store: Store) -> None:
    kept = save(store, "台账", b"a")
    do(store, "UPDATE content SET bytes = :data", {"data": b"b"})
    with store.reading() as tx:
        assert fault_of(lambda: get_bytes(tx, kept.digest)) == "content_changed"


def test_a_reader_sees_one_moment_though_others_write(store: Store) -> None:
    one = save(store, "台账", b"a")
    with store.reading() as tx:
        assert versions(tx) == (one,)
        two = save(store, "台账", b"b", one.id)
        assert versions(tx) == (one,)
    assert newest(store, "台账") == two


@pytest.mark.parametrize("table", ["content", "document", "version", "record", "trail"])
def test_the_database_itself_refuses_to_change_or_delete(store: Store, table: str) -> None:
    fill(store)
    column = {"content": "kind", "document": "name", "version": "note", "record": "kind", "trail": "action"}[table]
    verbs = [f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"]
    if store.engine.dialect.name == "postgresql":
        verbs.append(f"TRUNCATE {table} CASCADE")
    else:
        verbs.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    for verb in verbs:
        with store.engine.connect() as connection, connection.begin():  # noqa: SIM117
            with pytest.raises(DBAPIError, match=f"shanfu: {'[a-z]+' if 'CASCADE' in verb else table} only grows"):
                connection.execute(text(verb))
    assert found(store) == set()
