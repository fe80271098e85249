"""What a store says when it cannot do what it was asked: always a finding, never a database's own words alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from planner.findings import BadInput, Finding

if TYPE_CHECKING:
    from planner.store.documents import Version


class StoreFault(BadInput):
    """The store cannot be read or written now; nothing of what was asked has been confirmed."""


class Conflict(BadInput):
    """Somebody else saved first.

    Parameters
    ----------
    base : Version or None
        The version that the refused change was made from; None where it was thought to be the first.
    theirs : Version
        The version that stands now.
    """

    def __init__(self, base: Version | None, theirs: Version) -> None:
        self.base, self.theirs = base, theirs
        values = {
            "name": theirs.document.name,
            "base": base.number if base else 0,
            "theirs": theirs.number,
            "author": theirs.author,
            "at": theirs.at,
            "note": theirs.note,
        }
        super().__init__([Finding("store.conflict", values, file=theirs.document.name)])


_SIGNS = (  # what the databases say, and the text that says it to people; the first that is found counts
    ("database is locked", "store.locked"),
    ("database table is locked", "store.locked"),
    ("lock timeout", "store.locked"),
    ("queuepool limit", "store.locked"),
    ("readonly database", "store.read_only"),
    ("read-only transaction", "store.read_only"),
    ("disk is full", "store.full"),
    ("no space left", "store.full"),
    ("disk i/o error", "store.full"),
    ("file is not a database", "store.damaged"),
    ("malformed", "store.damaged"),
    ("could not decode to utf-8", "store.damaged"),
    ("unable to open database file", "store.cannot_open"),
)


@contextmanager
def telling(place: str) -> Iterator[None]:
    """Turn what a database or a disk says into a finding that says what happened and what to do.

    Raises
    ------
    StoreFault
    """
    try:
        yield
    except IntegrityError:
        raise  # a fault of ours, not of the place
    except SQLAlchemyError as error:
        raise StoreFault([Finding(_key(error), {"place": place, "message": _first_line(error)})]) from error


def _key(error: SQLAlchemyError) -> str:
    said = str(error).lower()
    for sign, key in _SIGNS:
        if sign in said:
            return key
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return "store.lost"
    if isinstance(error, OperationalError) and error.statement is None and not isinstance(error.orig, sqlite3.Error):
        return "store.no_server"  # it never came to a statement: no connection was made
    return "store.failed"


def _first_line(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]
