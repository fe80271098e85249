"""The database itself refuses to change or delete a row that is kept."""

from __future__ import annotations

from sqlalchemy import Connection, text


def forbid_changes(connection: Connection, table: str) -> None:
    """Let every UPDATE and DELETE on a table fail, and TRUNCATE where there is one."""
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'shanfu: {table} only grows'); END"
                )
            )
        return
    connection.execute(
        text(
            "CREATE OR REPLACE FUNCTION shanfu_only_grows() RETURNS trigger AS "
            "$$ BEGIN RAISE EXCEPTION 'shanfu: % only grows', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
        )
    )
    connection.execute(
        text(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION shanfu_only_grows()"
        )
    )
