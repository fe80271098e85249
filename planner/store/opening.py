"""A store by its address: found or made, brought to the present tables, its key beside it."""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from planner.findings import Finding
from planner.store.faults import StoreFault, telling
from planner.store.keys import FIRST, TrailKey, load_key, make_key
from planner.store.tables import TRAIL
from planner.store.transactions import Author, Reading, Writing

SQLITE, POSTGRESQL = "sqlite", "postgresql"
LOCK_SECONDS = 30.0
"""How long a writer waits for his turn before he is told that the store is busy."""

_ADVISORY = 0x5368616E6675  # "Shanfu": the lock that PostgreSQL's writers take in turn

# A server that is unplugged says nothing: without these a call would wait for many minutes. An address may name others.
_SERVER_SECONDS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


@dataclass
class Store:
    """An open store.

    Parameters
    ----------
    engine : Engine
    key : TrailKey
    place : str
        The store's name for people: a path, or a database's address without its password.
    warnings : list of Finding
        What went wrong beside a change that was made all the same.
    """

    engine: Engine
    key: TrailKey
    place: str
    warnings: list[Finding] = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Read everything as it stood at one moment.

        Raises
        ------
        StoreFault
            The store cannot be read now.
        """
        with telling(self.place), self.engine.connect() as connection:
            if connection.dialect.name == POSTGRESQL:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield Reading(connection)

    @contextmanager
    def writing(self, author: Author) -> Iterator[Writing]:
        """Change the store: all of it or nothing, one writer at a time, every row with its entry in the trail.

        Leaving the block confirms the change: it is on the disk then, and survives a pulled plug.

        Raises
        ------
        StoreFault
            The change was not made, or (a lost connection) it is not known to have been made.
        """
        with telling(self.place), self._own_turn():
            with in_turn(self.engine) as connection:
                writing = Writing(connection, self.key, author)
                yield writing
                writing.finish()
                continues = writing.last is not None and self._continues(connection)
            if writing.last is not None and continues:
                self._note(*writing.last)

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        """Let one thread of this process write at a time; also a thread that asks twice is told so, and hangs not."""
        if not self._turn.acquire(timeout=LOCK_SECONDS):
            raise StoreFault([Finding("store.locked", {"place": self.place, "message": "another thread is writing"})])
        try:
            yield
        finally:
            self._turn.release()

    def _continues(self, connection: Connection) -> bool:
        """Whether the trail still holds the entry that was seen last.

        Where it does not, the sign stays as it is: a change made after the trail was cut must not hide the cut.
        """
        try:
            seen = self.key.seen()
        except StoreFault as fault:
            self._warn(*fault.findings)
            return False
        if seen is None or seen.seq == 0:
            return True
        there = connection.execute(select(TRAIL.c.mac).where(TRAIL.c.seq == seen.seq)).scalar()
        if there != seen.mac:
            last = connection.execute(select(func.max(TRAIL.c.seq))).scalar()
            self._warn(Finding("store.trail_cut", {"seen": seen.seq, "last": last}, row=seen.seq))
        return bool(there == seen.mac)

    def _note(self, seq: int, mac: str) -> None:
        try:
            self.key.note(seq, mac)
        except StoreFault as fault:
            self._warn(*fault.findings)
        except OSError as error:  # the change stands; only the sign against a cut trail is late, and says so
            values = {"message": error.strerror or str(error)}
            self._warn(Finding("store.head_not_noted", values, file=str(self.key.path)))

    def _warn(self, *findings: Finding) -> None:
        """Keep the latest warning of each kind: what lasts is not said again for each change."""
        kinds = {finding.key for finding in findings}
        self.warnings[:] = [*(warning for warning in self.warnings if warning.key not in kinds), *findings]


def open_store(place: str | Path, *, key: Path | None = None, other_keys: tuple[Path, ...] = ()) -> Store:
    """Open a store, or make it where there is none.

    Parameters
    ----------
    place : str or Path
        The file of an embedded store, or the URL of a PostgreSQL database (``postgresql://…``).
    key : Path, optional
        The trail's key; by default beside the file under ``.key``. A PostgreSQL store must name one.
    other_keys : tuple of Path
        Earlier keys, for the part of the trail that was written with them.

    Raises
    ------
    StoreFault
        It cannot be opened, is no store of ours, is newer than this program, or its key is missing or another's.
    """
    address = str(place)
    if "://" in address:
        engine, shown, key_path = _server(address, key)
    else:
        engine, shown, key_path = _embedded(Path(place), key)
    try:
        with telling(shown):
            _bring_to_present(engine, shown)
            trail_key, is_new = _key_of(engine, key_path, tuple(load_key(path) for path in other_keys))
    except BaseException:
        engine.dispose()
        raise
    store = Store(engine, trail_key, shown)
    if is_new:
        store._note(0, FIRST)
    return store


@contextmanager
def in_turn(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other writer stands beside; SQLite gives the turn with BEGIN IMMEDIATE."""
    with engine.connect() as connection:
        connection = connection.execution_options(writing=True)
        with connection.begin():
            if connection.dialect.name == POSTGRESQL:
                connection.execute(text(f"SET LOCAL lock_timeout = {int(LOCK_SECONDS * 1000)}"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY})
            yield connection


def _embedded(path: Path, key: Path | None) -> tuple[Engine, str, Path]:
    if path.is_dir():
        raise StoreFault([Finding("store.cannot_open", {"place": str(path), "message": "directory"})])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        values = {"place": str(path), "message": error.strerror or str(error)}
        raise StoreFault([Finding("store.cannot_open", values)]) from error
    engine = create_engine(
        URL.create(SQLITE, database=str(path)),  # as parts: a file's name may hold what means something in an address
        connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False},
        pool_timeout=LOCK_SECONDS,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine, str(path), key or path.with_name(path.name + ".key")


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    """Leave transactions to us, keep a write-ahead log, and confirm nothing before it is on the disk."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # INSERT OR REPLACE is refused by the triggers against DELETE too
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin to read, or wait for the turn to write: asked for again and again, at random short intervals.

    SQLite's own waiting asks ten times a second in the end: whoever has waited long is passed over by who comes anew.
    """
    if not connection.get_execution_options().get("writing", False):
        connection.exec_driver_sql("BEGIN")
        return
    raw: Any = connection.connection.driver_connection
    until = time.monotonic() + LOCK_SECONDS
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while _is_busy(raw) and time.monotonic() < until:
            time.sleep(random.uniform(0.001, 0.01))
        if not raw.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says why not
    finally:
        raw.execute(f"PRAGMA busy_timeout = {int(LOCK_SECONDS * 1000)}")


def _is_busy(connection: sqlite3.Connection) -> bool:
    """Take the turn; True where another has it."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False


def _server(address: str, key: Path | None) -> tuple[Engine, str, Path]:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise StoreFault([Finding("store.bad_url", {"message": str(error)}, column="url")]) from error
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() != POSTGRESQL:
        raise StoreFault([Finding("store.bad_url", {"message": url.get_backend_name()}, column="url", value=shown)])
    if key is None:
        raise StoreFault([Finding("store.key_unnamed", {"place": shown}, column="key")])
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={name: value for name, value in _SERVER_SECONDS.items() if name not in url.query},
            pool_pre_ping=True,
            pool_timeout=LOCK_SECONDS,
        )
    except ImportError as error:
        raise StoreFault([Finding("store.no_driver", {"message": str(error)}, column="url", value=shown)]) from error
    return engine, shown, key


def revisions() -> frozenset[str]:
    """The steps of the tables that this program knows."""
    return frozenset(step.revision for step in ScriptDirectory.from_config(_steps()).walk_revisions())


def _steps() -> Config:
    config = Config()
    config.set_main_option("script_location", "planner.store:migrations")
    return config


def _bring_to_present(engine: Engine, place: str) -> None:
    """Run the steps that are missing, all in one transaction; a store of today is only looked at."""
    config = _steps()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection, connection.begin():
        if _revision(connection, place) == newest:
            return
    with in_turn(engine) as connection:
        _revision(connection, place)
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreFault([Finding("store.newer", {"place": place, "message": str(error)})]) from error


def _revision(connection: Connection, place: str) -> str | None:
    """The step that a store stands at; None for an empty database.

    Raises
    ------
    StoreFault
        It holds other tables: somebody else's database.
    """
    tables = set(inspect(connection).get_table_names())
    if TRAIL.name not in tables or "alembic_version" not in tables:
        if tables:
            raise StoreFault([Finding("store.not_ours", {"place": place, "tables": "、".join(sorted(tables)[:5])})])
        return None
    found: Any = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _key_of(engine: Engine, path: Path, others: tuple[bytes, ...]) -> tuple[TrailKey, bool]:
    """The trail's key, made where the trail is still empty, and whether it is.

    Raises
    ------
    StoreFault
        The trail has entries, and the key is not there or is not the one that the last was written with.
    """
    chosen = select(TRAIL.c.seq, TRAIL.c.key_id).order_by(TRAIL.c.seq.desc()).limit(1)
    with engine.connect() as connection, connection.begin():
        newest = connection.execute(chosen).first()
    if path.exists():
        secret = load_key(path)
    elif newest is not None:
        raise StoreFault([Finding("store.key_missing", {"entries": newest.seq}, file=str(path))])
    else:
        secret = make_key(path)
    key = TrailKey(path, secret, others)
    if newest is not None and newest.key_id not in key.ids:
        values = {"key_id": newest.key_id, "found": key.id}
        raise StoreFault([Finding("store.wrong_key", values, file=str(path))])
    return key, newest is None
