"""Everything of a store as open files: a folder that ordinary programs read and the store can be rebuilt from."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import metadata
from pathlib import Path
from typing import IO, Any, Protocol

from sqlalchemy import Select, func, select, text
from sqlalchemy.sql.expression import ColumnElement

from planner.findings import Finding
from planner.store.canonical import canonical
from planner.store.contents import get_bytes
from planner.store.exported import check_export
from planner.store.faults import StoreFault
from planner.store.filenames import Folders, cleaned
from planner.store.keys import Seen
from planner.store.manifest import BESIDE, MANIFEST, README, ROWS, Listed, Manifest
from planner.store.opening import Store
from planner.store.tables import CONTENT, DOCUMENT, TRAIL, VERSION
from planner.store.trail import Anchor, anchor
from planner.store.transactions import Reading
from planner.store.verify import OTHER_KEY, findings_in
from planner.texts import LANGUAGES
from planner.texts import text as words

_AT_ONCE = 500
_EPOCH = "1980-01-01T00:00:00Z"  # the first moment that a zip can name


class Sink(Protocol):
    """Where the files of an export go."""

    def open(self, path: str, at: dt.datetime, size: int | None) -> AbstractContextManager[IO[bytes]]:
        """A new file: its path with ``/``, the time it bears, its size in bytes where that is known."""


def export_store(store: Store, folder: Path, *, unclean: bool = False) -> Manifest:
    """Write everything of a store, as it stands at one moment, into a new folder; others may go on writing.

    Parameters
    ----------
    store : Store
    folder : Path
        One that is not there yet, or is empty. It appears whole or not at all.
    unclean : bool
        Write a store, too, that verification finds faults in; its manifest names them, and it cannot be restored.

    Raises
    ------
    StoreFault
        The folder is taken or cannot be written to, or the store was tampered with.
    """
    refuse_taken(folder)
    with writing_beside(folder) as part:
        part.mkdir()
        written = write_export(store, _FolderSink(part), unclean=unclean)
        check_export(part)
        if folder.exists():  # an empty one, which Windows does not replace
            folder.rmdir()
        os.replace(part, folder)
    return written


def refuse_taken(target: Path) -> None:
    """Refuse a target where something is already; an empty folder is nothing.

    Raises
    ------
    StoreFault
    """
    if os.path.lexists(target) and not (target.is_dir() and not target.is_symlink() and not any(target.iterdir())):
        raise StoreFault([Finding("backup.place_taken", {"place": str(target)}, file=target.name)])


@contextmanager
def writing_beside(target: Path) -> Iterator[Path]:
    """A name beside the target to write under, before it is renamed; nothing is left there afterwards.

    Raises
    ------
    StoreFault
        The disk refuses.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
        finally:
            if part.is_dir():
                shutil.rmtree(part)
            else:
                part.unlink(missing_ok=True)
    except OSError as error:
        values = {"place": str(target), "message": error.strerror or str(error)}
        raise StoreFault([Finding("backup.cannot_write", values, file=target.name)]) from error


def write_export(store: Store, sink: Sink, *, unclean: bool) -> Manifest:
    """Write everything that stands at one moment; the manifest comes last.

    Raises
    ------
    StoreFault
        The store was tampered with, or cannot be read now.
    """
    seen = store.key.seen()  # before the reading, as in `verify`
    with store.reading() as tx:
        faults = _faults(store, tx, seen)
        if faults and not unclean:
            raise StoreFault([Finding("backup.unclean", {"count": len(faults)}), *faults])
        return _Export(tx, sink).write(tuple(fault.line("en") for fault in faults))


def _faults(store: Store, tx: Reading, seen: Seen | None) -> list[Finding]:
    # an earlier key that is not at hand is no fault of the store, and must not keep anybody from a backup
    return [finding for finding in findings_in(tx, store.key, seen, ()) if finding.key != OTHER_KEY]


class _Export:
    def __init__(self, tx: Reading, sink: Sink) -> None:
        self._tx, self._sink = tx, sink
        self._files: list[Listed] = []
        self._counts: dict[str, int] = {}
        self._folders: dict[int, str] = {}
        self._anchor = _anchor(tx)
        self._at = self._anchor.at if self._anchor else _EPOCH

    def write(self, faults: tuple[str, ...]) -> Manifest:
        """Everything, in an order that the same state always has."""
        self._name_documents()
        with self._file(README, self._at) as write:
            # Windows' own editor knows UTF-8 by its mark, and lines by both characters
            readme = "\n".join(words("backup.readme", lang).strip() + "\n" for lang in LANGUAGES)
            write(b"\xef\xbb\xbf" + readme.replace("\n", "\r\n").encode())
        for name in ROWS:
            self._rows(name)
        for row in self._read(_versions()):
            self._bytes(self._path(row.document_id, row.number, row.digest, row.kind), row.at, row.digest, bool(faults))
        for row in self._read(_contents()):
            if row.document_id is None:
                self._bytes(_unpointed(row.digest, row.kind), self._at, row.digest, bool(faults))
        revision = self._tx.connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        version = metadata.version("shanfu")
        written = Manifest(version, str(revision), self._counts, self._anchor, faults, tuple(self._files))
        with self._file(MANIFEST, self._at) as write:
            write(written.to_bytes())
        return written

    def _name_documents(self) -> None:
        folders = Folders()
        for row in self._read(select(DOCUMENT).order_by(DOCUMENT.c.id)):
            shown = f"{row.district}_{row.name}" if row.district else row.name
            self._folders[row.id] = folders.take(f"documents/{cleaned(row.kind.casefold(), 24)}", shown, row.id)

    def _rows(self, name: str) -> None:
        """The rows of a table, one a line; versions and contents with the path of their bytes."""
        table, count = ROWS[name], 0
        columns = [column.name for column in table.columns if column.name != "bytes"]
        if name == "versions.jsonl":
            chosen = _versions()
        elif name == "contents.jsonl":
            chosen = _contents()
        else:
            chosen = select(table).order_by(*table.primary_key.columns)
        with self._file(name, self._at) as write:
            for row in self._read(chosen):
                line = {column: getattr(row, column) for column in columns}
                if name in BESIDE:
                    pointed = row.document_id is not None
                    line[BESIDE[name]] = (
                        self._path(row.document_id, row.number, row.digest, row.kind)
                        if pointed
                        else _unpointed(row.digest, row.kind)
                    )
                write(canonical(line).encode() + b"\n")
                count += 1
        self._counts[name] = count

    def _bytes(self, path: str, at: str, digest: str, damaged: bool) -> None:
        if damaged:
            found = self._tx.connection.execute(select(CONTENT.c.bytes).where(CONTENT.c.digest == digest)).scalar()
            data = b"" if found is None else bytes(found)
        else:
            data = get_bytes(self._tx, digest)
        with self._file(path, at, len(data)) as write:
            write(data)

    def _path(self, document: int, number: int, digest: str, kind: str) -> str:
        folder = self._folders.get(document, f"documents/_/{document}")  # a version astray, of an unclean store
        return f"{folder}/{number:04d}_{digest[:12]}.{_ending(kind)}"

    @contextmanager
    def _file(self, path: str, at: str, size: int | None = None) -> Iterator[Callable[[bytes], None]]:
        digest, written = hashlib.sha256(), 0
        with self._sink.open(path, _moment(at), size) as stream:

            def write(data: bytes) -> None:
                nonlocal written
                stream.write(data)
                digest.update(data)
                written += len(data)

            yield write
        if path != MANIFEST:
            self._files.append(Listed(path, written, digest.hexdigest()))

    def _read(self, chosen: Select[Any]) -> Iterator[Any]:
        """Rows, a few at a time: a store may hold more than the machine's memory."""
        yield from self._tx.connection.execute(chosen.execution_options(yield_per=_AT_ONCE))


class _FolderSink:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, path: str, at: dt.datetime, size: int | None) -> Iterator[IO[bytes]]:
        """A file under the folder, which is a new one."""
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            yield stream
        os.utime(target, (at.timestamp(), at.timestamp()))


def _versions() -> Select[Any]:
    """Versions in order, each with what its bytes are."""
    kind: ColumnElement[str] = func.coalesce(CONTENT.c.kind, "").label("kind")
    return (
        select(VERSION, kind)
        .join_from(VERSION, CONTENT, VERSION.c.digest == CONTENT.c.digest, isouter=True)
        .order_by(VERSION.c.id)
    )


def _contents() -> Select[Any]:
    """Contents without their bytes, each with the first version that points to it, or with none."""
    first = select(VERSION.c.digest, func.min(VERSION.c.id).label("id")).group_by(VERSION.c.digest).subquery()
    return (
        select(CONTENT.c.digest, CONTENT.c.kind, CONTENT.c.size, VERSION.c.document_id, VERSION.c.number)
        .join_from(CONTENT, first, CONTENT.c.digest == first.c.digest, isouter=True)
        .join(VERSION, VERSION.c.id == first.c.id, isouter=True)
        .order_by(CONTENT.c.digest)
    )


def _anchor(tx: Reading) -> Anchor | None:
    if tx.connection.execute(select(TRAIL.c.seq).limit(1)).first() is None:
        return None
    now = anchor(tx)
    return Anchor(now.seq, now.mac, now.key_id, now.at, now.at)


def _unpointed(digest: str, kind: str) -> str:
    return f"contents/{digest}.{_ending(kind)}"


def _ending(kind: str) -> str:
    plain = "".join(c for c in kind.lower() if c.isascii() and c.isalnum())
    return plain[:10] or "bin"


def _moment(at: str) -> dt.datetime:
    """A time of the store; the first that a zip can name where it is none."""
    try:
        moment = dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        moment = dt.datetime.fromisoformat(_EPOCH)
    return moment if 1980 <= moment.year <= 2107 else dt.datetime.fromisoformat(_EPOCH)
