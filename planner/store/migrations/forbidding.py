"""The database itself refuses to change or delete a row that is kept."""

from __future__ import annotations

from sqlalchemy import Connection, text

_BODY = " BEGIN RAISE EXCEPTION 'shanfu: % only grows', TG_TABLE_NAME; END "
_BEFORE_UPDATE_DELETE_TRUNCATE = 2 + 8 + 16 + 32  # pg_trigger.tgtype, for each statement


def forbid_changes(connection: Connection, table: str) -> None:
    """Let every UPDATE and DELETE on a table fail, and TRUNCATE where there is one."""
    if connection.dialect.name == "sqlite":
        for trigger in _sqlite_triggers(table):
            connection.execute(text(trigger))
        return
    connection.execute(
        text(f"CREATE OR REPLACE FUNCTION shanfu_only_grows() RETURNS trigger AS $${_BODY}$$ LANGUAGE plpgsql")
    )
    connection.execute(
        text(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION shanfu_only_grows()"
        )
    )


def forbids_changes(connection: Connection, table: str) -> bool:
    """Whether the database still refuses, as :func:`forbid_changes` had it."""
    if connection.dialect.name == "sqlite":
        chosen = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
        return set(_sqlite_triggers(table)) <= set(connection.execute(chosen, {"table": table}).scalars())
    chosen = text(
        "SELECT tgtype FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgrelid = to_regclass(:table) AND tgenabled IN ('O', 'A') AND prosrc = :body"
    )
    return _BEFORE_UPDATE_DELETE_TRUNCATE in connection.execute(chosen, {"table": table, "body": _BODY}).scalars().all()


def _sqlite_triggers(table: str) -> tuple[str, ...]:
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'shanfu: {table} only grows'); END"
        for verb in ("UPDATE", "DELETE")
    )
