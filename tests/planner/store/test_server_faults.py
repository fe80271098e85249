"""When the server of a store fails: it is said clearly, nothing is half-written, and it works again afterwards."""

from __future__ import annotations

import random
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from planner.store import Store, StoreFault, get_bytes, open_store, opening, save_version, series, verify, versions
from planner.store.records import append
from tests.planner.store.conftest import WANG, Place
from tests.planner.store.kept import fault_of, found, rows, save
from tests.planner.store.places import small_disk
from tests.postgres import PostgresServer

CUTS: dict[str, Callable[[PostgresServer, str], object]] = {
    "connection cut": lambda server, name: server.cut_connections(name),
    "server killed": lambda server, name: server.kill(),
    "server stopped": lambda server, name: server.stop(),
}


Cut = Callable[[], object]


@pytest.fixture
def kept(server_place: Place, postgres_server: PostgresServer) -> Iterator[Store]:
    store = server_place.open()
    yield store
    postgres_server.start()
    store.close()


@pytest.fixture(params=CUTS)
def cut(
    request: pytest.FixtureRequest, postgres_server: PostgresServer, postgres_database: str
) -> Callable[[], object]:
    return lambda: CUTS[request.param](postgres_server, postgres_database)


def assert_holds(store: Store, *names: str) -> None:
    """Exactly these documents are there, one version each, and nothing is amiss."""
    assert verify(store) == ()
    with store.reading() as tx:
        there = versions(tx)
        assert [version.document.name for version in there] == list(names)
        assert [get_bytes(tx, version.digest) for version in there] == [name.encode() for name in names]


def test_a_connection_lost_in_the_middle_of_a_change(kept: Store, postgres_server: PostgresServer, cut: Cut) -> None:
    save(kept, "a", b"a")

    def change() -> None:
        with kept.writing(WANG) as tx:
            save_version(tx, "ledger", "b", b"b", ending="xlsx", parent=None)
            append(tx, "people", "grant", {})
            cut()
            append(tx, "people", "grant", {})

    assert fault_of(change) == "lost"
    postgres_server.start()
    assert_holds(kept, "a")
    with kept.reading() as tx:
        assert series(tx, "people") == ()
    save(kept, "b", b"b")
    assert_holds(kept, "a", "b")


def test_a_connection_lost_just_before_the_change_is_confirmed(
    kept: Store, postgres_server: PostgresServer, cut: Cut
) -> None:
    def change() -> None:
        with kept.writing(WANG) as tx:
            save_version(tx, "ledger", "a", b"a", ending="xlsx", parent=None)
            cut()

    assert fault_of(change) == "lost"
    postgres_server.start()
    assert_holds(kept)
    change_again = save(kept, "a", b"a")
    assert change_again.number == 1
    assert_holds(kept, "a")


@contextmanager
def answer_lost(store: Store, cut: Cut) -> Iterator[None]:
    """The server confirms, and its answer is lost on the way."""
    dialect = store.engine.dialect
    real = dialect.do_commit

    def confirm_and_cut(connection: Any) -> None:
        real(connection)
        dialect.do_commit = real  # type: ignore[method-assign]
        cut()
        connection.execute("SELECT 1")

    dialect.do_commit = confirm_and_cut  # type: ignore[method-assign]
    try:
        yield
    finally:
        dialect.do_commit = real  # type: ignore[method-assign]


def test_an_answer_that_is_lost_says_not_confirmed_and_saving_again_makes_no_second_version(
    kept: Store, postgres_server: PostgresServer, cut: Cut
) -> None:
    one = save(kept, "a", b"a")
    with answer_lost(kept, cut), pytest.raises(StoreFault) as refused:
        save(kept, "a", b"a2", one.id)
    (finding,) = refused.value.findings
    assert finding.id == "lost"
    assert "not confirmed" in finding.repair("en")
    assert "未确认" in finding.repair("zh")
    postgres_server.start()
    again = save(kept, "a", b"a2", one.id)
    assert (again.id, again.number) == (2, 2)
    assert rows(kept, "SELECT count(*) FROM version") == [(2,)]
    assert verify(kept) == ()


def test_an_event_whose_answer_was_lost_is_not_told_twice_by_who_says_what_he_saw(
    kept: Store, postgres_server: PostgresServer, cut: Cut
) -> None:
    def add() -> None:
        with kept.writing(WANG) as tx:
            append(tx, "year/2021", "apply", {"yuan": 7}, after=0)

    with answer_lost(kept, cut):
        assert fault_of(add) == "lost"
    postgres_server.start()
    assert fault_of(add) == "series_grown"
    with kept.reading() as tx:
        assert len(series(tx, "year/2021")) == 1
    assert verify(kept) == ()


def test_a_connection_lost_while_reading(kept: Store, postgres_server: PostgresServer, cut: Cut) -> None:
    save(kept, "a", b"a")

    def read() -> None:
        with kept.reading() as tx:
            versions(tx)
            cut()
            versions(tx)

    assert fault_of(read) == "lost"
    postgres_server.start()
    assert_holds(kept, "a")


def test_a_server_that_was_killed_between_two_changes_is_only_noticed_while_it_is_down(
    kept: Store, postgres_server: PostgresServer, server_place: Place
) -> None:
    save(kept, "a", b"a")
    postgres_server.kill()
    postgres_server.start()
    save(kept, "b", b"b")  # nobody notices
    postgres_server.kill()
    assert fault_of(lambda: save(kept, "c", b"c")) == "no_server"
    assert fault_of(lambda: verify(kept)) == "no_server"
    assert fault_of(server_place.open) == "no_server"
    postgres_server.start()
    assert_holds(kept, "a", "b")
    again = server_place.open()
    save(again, "c", b"c")
    assert_holds(kept, "a", "b", "c")
    again.close()


@pytest.mark.parametrize("statement", [f"SELECT pg_advisory_lock({opening._ADVISORY})", "LOCK TABLE trail"])
def test_a_turn_that_does_not_come(kept: Store, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    monkeypatch.setattr(opening, "LOCK_SECONDS", 0.2)
    save(kept, "a", b"a")
    with kept.engine.connect() as other, other.begin():
        other.execute(text(statement))
        assert fault_of(lambda: save(kept, "b", b"b")) == "locked"
        other.execute(text("SELECT pg_advisory_unlock_all()"))
    save(kept, "b", b"b")
    assert_holds(kept, "a", "b")


def test_a_server_that_takes_no_changes(
    kept: Store, server_place: Place, postgres_server: PostgresServer, postgres_database: str
) -> None:
    def set_read_only(how: str) -> None:
        with postgres_server.connect() as admin:
            admin.execute(f"ALTER DATABASE {postgres_database} SET default_transaction_read_only = {how}".encode())
        kept.engine.dispose()

    save(kept, "a", b"a")
    set_read_only("on")
    assert fault_of(lambda: save(kept, "b", b"b")) == "read_only"
    again = server_place.open()
    assert_holds(again, "a")
    again.close()
    set_read_only("off")
    save(kept, "b", b"b")
    assert_holds(kept, "a", "b")


def test_a_server_whose_disk_is_full(postgres_server: PostgresServer, server_place: Place) -> None:
    with small_disk(24) as disk:
        postgres_server.start()
        folder = disk / "tables"
        folder.mkdir()
        if postgres_server._account:
            shutil.chown(folder, *postgres_server._account)
        with postgres_server.connect() as admin:
            admin.execute(f"CREATE TABLESPACE small LOCATION '{folder}'".encode())
            admin.execute(b"CREATE DATABASE on_small TABLESPACE small")
        try:
            store = Place(postgres_server.url("on_small"), server_place.key).open()
            noise, count, said = random.Random(6), 0, ""
            while not said:
                try:
                    save(store, f"{count}", noise.randbytes(1_000_000))
                    count += 1
                except StoreFault as fault:
                    said = fault.findings[0].id
                assert count < 40
            assert said == "full"
            assert count > 2
            assert found(store) == set()
            assert rows(store, "SELECT count(*) FROM version") == [(count,)]
            save(store, "small", b"a")  # there is room for this
            assert found(store) == set()
            store.close()
        finally:
            postgres_server.drop_database("on_small")
            with postgres_server.connect() as admin:
                admin.execute(b"CHECKPOINT")
                admin.execute(b"DROP TABLESPACE small")


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"postgresql://a:b@127.0.0.1:{silent.getsockname()[1]}/c?connect_timeout=2"
        assert fault_of(lambda: open_store(address, key=tmp_path / "trail.key")) == "no_server"
    assert 0 < opening._SERVER_SECONDS["connect_timeout"] <= 30  # where the address names none
