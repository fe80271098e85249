"""The throw-away server does what tests of faults ask of it."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from pathlib import Path

import psycopg
import pytest
import sqlalchemy

from tests.postgres import PostgresServer


def test_a_database_is_empty_and_speaks_utf8(postgres_server: PostgresServer, postgres_database: str) -> None:
    with postgres_server.connect(postgres_database) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert tables == (0,)
        assert connection.execute("SELECT '密云区' || chr(23665)").fetchone() == ("密云区山",)


def test_sqlalchemy_takes_the_address(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(sqlalchemy.text("SELECT 6 * 7")) == 42
    engine.dispose()


def test_what_was_confirmed_outlives_kill_9(postgres_server: PostgresServer, postgres_database: str) -> None:
    with contextlib.closing(postgres_server.connect(postgres_database)) as connection:
        connection.execute("CREATE TABLE kept (yuan bigint)")
        connection.execute("INSERT INTO kept SELECT * FROM generate_series(1, 1000)")
        before, port = postgres_server.pid, postgres_server.port
        postgres_server.kill()
        assert not postgres_server.is_running
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        postgres_server.connect(postgres_database)
    postgres_server.start()
    assert (postgres_server.pid != before, postgres_server.port) == (True, port)
    with postgres_server.connect(postgres_database) as again:
        assert again.execute("SELECT count(*), sum(yuan) FROM kept").fetchone() == (1000, 500_500)


def test_a_restart_keeps_data_and_address(postgres_server: PostgresServer, postgres_database: str) -> None:
    with postgres_server.connect(postgres_database) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS yuan")
    postgres_server.restart()
    with postgres_server.connect(postgres_database) as connection:
        assert connection.execute("SELECT yuan FROM kept").fetchone() == (7,)


def test_connections_of_one_database_can_be_cut(postgres_server: PostgresServer, postgres_database: str) -> None:
    other = postgres_server.new_database()
    with postgres_server.connect(other) as bystander:
        one, two = postgres_server.connect(postgres_database), postgres_server.connect(postgres_database)
        assert postgres_server.cut_connections(postgres_database) == 2
        for cut in (one, two):
            with pytest.raises(psycopg.OperationalError):
                cut.execute("SELECT 1")
            cut.close()
        assert bystander.execute("SELECT 1").fetchone() == (1,)
    postgres_server.drop_database(other)


def test_only_this_machine_and_only_the_password_gets_in(postgres_server: PostgresServer) -> None:
    postgres_server.start()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://shanfu:guess@127.0.0.1:{postgres_server.port}/postgres")
    with postgres_server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SHOW unix_socket_directories").fetchone() == ("",)
    with socket.socket() as elsewhere:  # another address of the same machine
        elsewhere.settimeout(5)
        assert elsewhere.connect_ex(("127.0.0.2", postgres_server.port)) != 0


def test_nothing_of_a_removed_server_is_left(postgres_server: PostgresServer, tmp_path: Path) -> None:
    second = PostgresServer(postgres_server._programs)
    second.start()
    folder = second.folder
    with second.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    second.remove()
    assert not second.is_running
    assert not folder.exists()


@pytest.mark.soak
def test_nothing_confirmed_is_lost_in_fifty_kills(postgres_server: PostgresServer, postgres_database: str) -> None:
    """What tests of faults rest on: the server's settings for speed lose nothing to kill -9."""
    moments = random.Random(20250101)
    with postgres_server.connect(postgres_database) as connection:
        connection.execute("CREATE TABLE kept (number bigint PRIMARY KEY)")
    confirmed = 0
    for _ in range(50):
        killer = threading.Timer(moments.uniform(0.01, 0.3), postgres_server.kill)
        connection = postgres_server.connect(postgres_database)
        killer.start()
        cut = False
        while not cut:
            try:
                connection.execute("INSERT INTO kept VALUES (%s)", [confirmed + 1])
                confirmed += 1
            except psycopg.OperationalError:
                cut = True
        connection.close()
        killer.join()
        assert not postgres_server.is_running
        postgres_server.start()
        with postgres_server.connect(postgres_database) as again:
            rows = again.execute("SELECT count(*), max(number) FROM kept").fetchone()
            # the last one may have been written and not yet confirmed
            assert rows in [(confirmed, confirmed or None), (confirmed + 1, confirmed + 1)]
            confirmed = rows[0]
