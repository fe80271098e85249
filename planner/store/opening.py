"""A store by its address: found or made, brought to the present tables, its key beside it."""

from __future__ import annotations

import sqlite3
import threading
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
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from planner.findings import Finding
from planner.store.faults import StoreFault, telling
from planner.store.keys import TrailKey, load_key, make_key
from planner.store.tables import TRAIL
from planner.store.transactions import Author, Reading, Writing

SQLITE, POSTGRESQL = "sqlite", "postgresql"
LOCK_SECONDS = 30.0
"""How long a writer waits for his turn before he is told that the store is busy."""

_ADVISORY = 0x5368616E6675  # "Shanfu": the lock that PostgreSQL's writers take in turn


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
        with telling(self.place), self._turn, self.engine.connect() as connection:
            connection = connection.execution_options(writing=True)
            with connection.begin():
                take_turn(connection)
                writing = Writing(connection, self.key, author)
                yield writing
                writing.finish()
            if writing.last is not None:
                self._note(*writing.last)

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    def _note(self, seq: int, mac: str) -> None:
        try:
            self.key.note(seq, mac)
        except OSError as error:  # the change stands; only the sign against a cut trail is late, and says so
            values = {"message": error.strerror or str(error)}
            self.warnings.append(Finding("store.head_not_noted", values, file=str(self.key.path)))


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
        It cannot be opened, is no store of ours, is newer than this program, or its key is missing.
    """
    address = str(place)
    if "://" in address:
        engine, shown, key_path = _server(address, key)
    else:
        engine, shown, key_path = _embedded(Path(place), key)
    try:
        with telling(shown):
            _bring_to_present(engine, shown)
            secret = _key_of(engine, key_path)
    except BaseException:
        engine.dispose()
        raise
    others = tuple(load_key(path) for path in other_keys)
    return Store(engine, TrailKey(key_path, secret, others), shown)


def take_turn(connection: Connection) -> None:
    """Wait until no other writer is at work. SQLite has given the turn with BEGIN IMMEDIATE."""
    if connection.dialect.name == POSTGRESQL:
        connection.execute(text(f"SET LOCAL lock_timeout = {int(LOCK_SECONDS * 1000)}"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY})


def _embedded(path: Path, key: Path | None) -> tuple[Engine, str, Path]:
    if path.is_dir():
        raise StoreFault([Finding("store.cannot_open", {"place": str(path), "message": "directory"})])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        values = {"place": str(path), "message": error.strerror or str(error)}
        raise StoreFault([Finding("store.cannot_open", values)]) from error
    engine = create_engine(f"{SQLITE}:///{path}", connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine, str(path), key or path.with_name(path.name + ".key")


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    """Leave transactions to us, keep a write-ahead log, and confirm nothing before it is on the disk."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


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
        engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ImportError as error:
        raise StoreFault([Finding("store.no_driver", {"message": str(error)}, column="url", value=shown)]) from error
    return engine, shown, key


def revisions() -> frozenset[str]:
    """The steps of the tables that this program knows."""
    return frozenset(step.revision for step in ScriptDirectory.from_config(_steps()).walk_revisions())


def _steps() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _bring_to_present(engine: Engine, place: str) -> None:
    """Run the steps that are missing, all in one transaction; a store of today is only looked at."""
    config = _steps()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection, connection.begin():
        if _revision(connection, place) == newest:
            return
    with engine.connect() as connection:
        connection = connection.execution_options(writing=True)
        with connection.begin():
            take_turn(connection)
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
    if "alembic_version" not in tables:
        if tables:
            raise StoreFault([Finding("store.not_ours", {"place": place, "tables": "、".join(sorted(tables)[:5])})])
        return None
    found: Any = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _key_of(engine: Engine, path: Path) -> bytes:
    """The key's file, made where the trail is still empty.

    Raises
    ------
    StoreFault
        The trail has entries, and the key is not there.
    """
    if path.exists():
        return load_key(path)
    with engine.connect() as connection, connection.begin():
        entries = connection.execute(select(func.count()).select_from(TRAIL)).scalar_one()
    if entries:
        raise StoreFault([Finding("store.key_missing", {"entries": entries}, file=str(path))])
    return make_key(path)
