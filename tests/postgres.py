"""A throw-away PostgreSQL server for tests: a cluster of its own, on a port of this machine alone."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg import sql

from tests.tools import free_port, need

USER = "shanfu"
START_SECONDS = 60.0
_TRIES = 5
# Without fsync a test runs many times faster, and what a server confirmed still outlives kill -9 (only a crash of
# the machine would lose it). `synchronous_commit` stays on: without it kill -9 loses what was confirmed.
_SETTINGS = {"fsync": "off", "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "100"}


class PostgresServer:
    """One server with its cluster, from `start` until `remove`."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._password = secrets.token_urlsafe(24)
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._account = _account()
        self.port = 0
        self.folder = Path(tempfile.mkdtemp(prefix="shanfu-postgres-"))
        self._make_cluster()

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection that commits each statement by itself."""
        return psycopg.connect(self.url(database).replace("+psycopg", ""), autocommit=True, connect_timeout=10)

    @property
    def is_running(self) -> bool:
        """Whether the server's process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The number of the server's first process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the server, on the port it had before where it had one, and wait until it answers."""
        if self.is_running:
            return
        until = time.monotonic() + START_SECONDS
        for attempt in itertools.count(1):
            port = self.port or free_port()
            self._process = self._launch(port)
            if self._answers(port, until):
                self.port = port
                return
            # someone else took the port, or processes of a killed server still hold its memory
            if attempt >= _TRIES and (not self.port or time.monotonic() > until):
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log()}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the server as an administrator would: connections are cut, everything confirmed is written."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End the server by kill -9, with its children: one left alive could still answer a question."""
        family = psutil.Process(self.pid).children(recursive=True) if self.is_running else []
        self._end(signal.SIGKILL)
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(family, START_SECONDS)

    def restart(self) -> None:
        """Stop the server and start it again on the same port, with its data."""
        self.stop()
        self.start()

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"test_{next(self._numbers)}"
        with self.connect() as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        with self.connect() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def cut_connections(self, database: str) -> int:
        """End every connection to a database from the server's side; how many there were."""
        with self.connect() as admin:
            rows = admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
            )
            return sum(1 for (ended,) in rows if ended)

    def log(self) -> str:
        """What the server has said."""
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def remove(self) -> None:
        """Stop the server and delete its cluster."""
        self._end(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def _make_cluster(self) -> None:
        password = self.folder / "password"
        password.write_text(self._password, encoding="ascii")
        if self._account:
            for path in (self.folder, password):
                os.chown(path, *self._account)
        done = self._run_as_account(
            [str(self._programs / "initdb"), f"--pgdata={self.folder / 'data'}", f"--username={USER}",
             f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        )  # fmt: skip
        output, _ = done.communicate()
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{output.decode(errors='replace')}")
        password.unlink()

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        # where there is setpriv, the server goes down with the test run even if that is killed
        guard = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
        settings = [f"--{name}={value}" for name, value in {**_SETTINGS, "port": str(port)}.items()]
        with (self.folder / "log").open("ab") as log:
            return self._run_as_account(
                [*guard, str(self._programs / "postgres"), "-D", str(self.folder / "data"), *settings], log.fileno()
            )

    def _run_as_account(self, command: list[str], output: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
        """Run a program of PostgreSQL, which refuses to work for root."""
        own = {**os.environ, "LC_ALL": "C"}
        user, group = self._account or (None, None)
        return subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=self.folder, env=own,
            user=user, group=group, extra_groups=None if user is None else [],
        )  # fmt: skip

    def _answers(self, port: int, until: float) -> bool:
        """Wait until the server answers; False when it ended or the time is over."""
        assert self._process is not None
        plain = f"postgresql://{USER}:{self._password}@127.0.0.1:{port}/postgres"
        while self._process.poll() is None:
            try:
                psycopg.connect(plain, connect_timeout=10).close()
                return True
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    self._end(signal.SIGQUIT)
                    return False
                time.sleep(0.05)
        return False

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
        self._process.wait(START_SECONDS)


def _account() -> tuple[int, int] | None:
    """Whom the server runs as, as user and group: root is refused by it, everyone else is themselves."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd  # not on Windows, where this module is read all the same

    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return entry.pw_uid, entry.pw_gid


def _version(programs: Path) -> int:
    name = programs.parent.name
    return int(name) if name.isdigit() else 0


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The test run's server. A test that stops or kills it starts it again, or the next one that asks does."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    server = PostgresServer(Path(need("initdb", *places)).resolve().parent)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of an empty database that is the test's own."""
    postgres_server.start()
    name = postgres_server.new_database()
    yield name
    postgres_server.start()
    postgres_server.drop_database(name)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_database: str) -> str:
    """The address ``postgresql+psycopg://…`` of an empty database that is the test's own."""
    return postgres_server.url(postgres_database)
