"""Ledgers, scenarios, plans, imports, facts: documents whose versions are superseded, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, Select, select

from planner.findings import Finding
from planner.store.canonical import canonical
from planner.store.contents import put_bytes
from planner.store.faults import Conflict, StoreFault
from planner.store.tables import DOCUMENT, VERSION
from planner.store.transactions import Reading, Writing, refuse_unkeepable


@dataclass(frozen=True)
class Document:
    """Something that has versions.

    Parameters
    ----------
    id : int
    kind : str
        ``ledger``, ``scenario``, ``plan``, ``facts``, ``import`` …
    name : str
    district : str
        Whose it is; empty for the city's.
    author, at : str
    """

    id: int
    kind: str
    name: str
    district: str
    author: str
    at: str


@dataclass(frozen=True)
class Version:
    """One state of a document, which never changes.

    Parameters
    ----------
    id : int
        Unique in the store.
    document : Document
    number : int
        1 for the first of the document.
    parent : int or None
        The id of the version that this one was made from.
    digest : str
        SHA-256 of the bytes.
    author, at, note : str
    meta : mapping
        What a list shows without opening the bytes, and the versions that a plan was made from.
    """

    id: int
    document: Document
    number: int
    parent: int | None
    digest: str
    author: str
    at: str
    note: str
    meta: Mapping[str, Any]


def save_version(
    tx: Writing,
    kind: str,
    name: str,
    data: bytes,
    *,
    ending: str,
    parent: int | None,
    district: str = "",
    note: str = "",
    meta: Mapping[str, Any] | None = None,
) -> Version:
    """Keep a document's next version; the same bytes as the head's, with the same meta, are the head itself.

    Parameters
    ----------
    tx : Writing
    kind, name, district : str
        Which document.
    data : bytes
    ending : str
        The file's ending that fits the bytes.
    parent : int or None
        The version that the change was made from; None where the document is thought to be new.
    note : str
    meta : mapping, optional

    Raises
    ------
    Conflict
        The head is another version by now: nothing was kept.
    StoreFault
        The document has no name, or a text holds what no store keeps.
    """
    if not name.strip():
        raise StoreFault([Finding("store.no_name", {"kind": kind}, column="name", value=name)])
    refuse_unkeepable({"kind": kind, "name": name, "district": district, "note": note})
    document = find_document(tx, kind, name, district)
    newest = None if document is None else head(tx, document)
    meta_text = canonical(dict(meta or {}))
    if newest is not None:
        if newest.digest == sha256(data).hexdigest() and canonical(dict(newest.meta)) == meta_text:
            return newest
        if newest.id != parent:
            raise Conflict(None if parent is None else version(tx, parent), newest)
    elif parent is not None:
        raise StoreFault([Finding("store.no_version", {"id": parent}, value=str(parent))])
    blob = put_bytes(tx, ending, data)
    if document is None:
        document = Document(tx.next_id(DOCUMENT), kind, name, district, tx.author.who, tx.at)
        row = {
            "id": document.id, "kind": kind, "name": name, "district": district, "author": tx.author.who, "at": tx.at
        }  # fmt: skip
        tx.insert(DOCUMENT, row, action="document.make", subject=f"{kind}:{name}")
    identity = tx.next_id(VERSION)
    saved = {
        "id": identity,
        "document_id": document.id,
        "number": newest.number + 1 if newest else 1,
        "parent_id": parent,
        "digest": blob.digest,
        "author": tx.author.who,
        "at": tx.at,
        "note": note,
        "meta": meta_text,
    }
    tx.insert(VERSION, saved, action=f"{kind}.save", subject=f"{kind}:{name}#{saved['number']}")
    return version(tx, identity)


def find_document(tx: Reading, kind: str, name: str, district: str = "") -> Document | None:
    """The document of a name, if there is one.

    Raises
    ------
    StoreFault
        The name holds what no store keeps.
    """
    refuse_unkeepable({"name": name, "district": district})
    chosen = select(DOCUMENT).where(DOCUMENT.c.kind == kind, DOCUMENT.c.name == name, DOCUMENT.c.district == district)
    row = tx.connection.execute(chosen).first()
    return None if row is None else Document(**row._mapping)


def documents(tx: Reading, kind: str | None = None) -> tuple[Document, ...]:
    """Every document, or those of a kind, in the order of their making."""
    chosen = select(DOCUMENT).order_by(DOCUMENT.c.id)
    if kind is not None:
        chosen = chosen.where(DOCUMENT.c.kind == kind)
    return tuple(Document(**row._mapping) for row in tx.connection.execute(chosen))


def version(tx: Reading, identity: int) -> Version:
    """A version by its id.

    Raises
    ------
    StoreFault
        There is none.
    """
    row = tx.connection.execute(_joined().where(VERSION.c.id == identity)).first()
    if row is None:
        raise StoreFault([Finding("store.no_version", {"id": identity}, value=str(identity))])
    return _version(row)


def head(tx: Reading, document: Document) -> Version:
    """A document's newest version: a document is made with its first."""
    chosen = _joined().where(VERSION.c.document_id == document.id).order_by(VERSION.c.number.desc()).limit(1)
    return _version(tx.connection.execute(chosen).one())


def versions(tx: Reading, kind: str | None = None, document: Document | None = None) -> tuple[Version, ...]:
    """Every version, of a kind or of a document, in the order of their saving."""
    chosen = _joined().order_by(VERSION.c.id)
    if kind is not None:
        chosen = chosen.where(DOCUMENT.c.kind == kind)
    if document is not None:
        chosen = chosen.where(DOCUMENT.c.id == document.id)
    return tuple(_version(row) for row in tx.connection.execute(chosen))


def _joined() -> Select[Any]:
    own = [column.label(f"document_{column.name}") for column in DOCUMENT.columns if column.name != "id"]
    return select(VERSION, *own).join_from(VERSION, DOCUMENT, VERSION.c.document_id == DOCUMENT.c.id)


def _version(row: Row[Any]) -> Version:
    own = {
        name.removeprefix("document_"): value for name, value in row._mapping.items() if name.startswith("document_")
    }
    document = Document(**own)
    return Version(
        row.id, document, row.number, row.parent_id, row.digest, row.author, row.at, row.note, json.loads(row.meta)
    )
