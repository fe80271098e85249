"""The tables as they stand today; :mod:`planner.store.migrations` is how a store gets there.

Times are ISO 8601 in UTC as text, plain data is canonical JSON as text: both databases give back the very
characters, so that digests hold. Ids are given by the writer, who is alone at his
turn, so that a restored store has them too.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()

CONTENT = Table(
    "content",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)

DOCUMENT = Table(
    "document",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("district", Text, nullable=False),  # empty: the city's
    Column("author", Text, nullable=False),
    Column("at", Text, nullable=False),
    UniqueConstraint("kind", "name", "district", name="document_named_once"),
)

VERSION = Table(
    "version",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("document_id", Integer, ForeignKey("document.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("parent_id", Integer, ForeignKey("version.id")),
    Column("digest", String(64), ForeignKey("content.digest"), nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("meta", Text, nullable=False),
    UniqueConstraint("document_id", "number", name="version_numbered_once"),
)

RECORD = Table(
    "record",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("series", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("payload", Text, nullable=False),
    UniqueConstraint("series", "number", name="record_numbered_once"),
)

TRAIL = Table(
    "trail",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("row_table", Text, nullable=False),  # empty: the entry speaks of no row
    Column("row_key", Text, nullable=False),
    Column("row_digest", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("mac", String(64), nullable=False),
    Index("trail_by_row", "row_table", "row_key"),
)

JOB = Table(
    "job",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("key", String(64), nullable=False),
    Column("payload", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column(
        "token", Text, nullable=False
    ),  # a new one for each lease: a worker whose lease has passed on can change nothing
    Column("leased_until", Float, nullable=False),  # seconds since 1970
    Column("stop_asked", Boolean, nullable=False),
    Column("progress", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("ended", Text, nullable=False),
    Index("job_by_key", "key"),
    Index("job_by_state", "state"),
)

JOB_LOG = Table(
    "job_log",
    METADATA,
    Column("job_id", Integer, ForeignKey("job.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("line", Text, nullable=False),
)

DRAFT = Table(
    "draft",
    METADATA,
    Column("who", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("base_id", Integer, ForeignKey("version.id")),
    Column("saved_at", Text, nullable=False),
)

KEPT = (CONTENT, DOCUMENT, VERSION, RECORD)
"""The tables whose every row has one entry in the trail and never changes."""
