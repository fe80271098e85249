"""A store's backup in one file, and a store from a backup or an open export.

A backup is the zip of an open export (:mod:`planner.store.manifest`). It does not carry the trail's key: who has the
backup could otherwise write a trail that verifies. ``with_key`` writes the key beside it, to be kept elsewhere.
"""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from planner.files import put_in_place
from planner.findings import Finding
from planner.store.exported import Export, Limits, check_export, open_export
from planner.store.exporting import refuse_taken, write_export, writing_beside
from planner.store.faults import StoreFault
from planner.store.keys import TrailKey, key_id, load_key, make_key
from planner.store.manifest import FORMAT, ROWS, Manifest
from planner.store.opening import Store, open_store, revisions
from planner.store.tables import METADATA
from planner.store.transactions import Author, Writing
from planner.store.verify import OTHER_KEY, findings_in

_AT_ONCE = 500
_PACKED_ALREADY = (".xlsx", ".zip", ".png", ".jpg", ".pdf")
_RESTORED = ("contents.jsonl", "documents.jsonl", "versions.jsonl", "records.jsonl", "trail.jsonl")  # as rows point


@dataclass(frozen=True)
class Restored:
    """A store that was restored.

    Parameters
    ----------
    place : str
    manifest : Manifest
        Of the backup.
    key : Path
        The file of the trail's key.
    unproven : tuple of str
        The ids of keys that wrote a part of the trail and were not at hand: that part was held against the manifest
        alone, and `verify` wants those keys as ``other_keys``.
    notes : tuple of Finding
        What is good to know: files beside the export, a head that could not be noted.
    """

    place: str
    manifest: Manifest
    key: Path
    unproven: tuple[str, ...]
    notes: tuple[Finding, ...]


def backup(store: Store, file: Path, *, with_key: bool = False, unclean: bool = False) -> Manifest:
    """Write everything of a store, as it stands at one moment, into one new file; others may go on writing.

    The file appears under its name only after it was read back and found whole. Two backups of the same state are
    the same bytes.

    Parameters
    ----------
    store : Store
    file : Path
        It must not be there yet: neither a store nor an older backup is ever overwritten.
    with_key : bool
        Write the trail's key, too, into ``<file>.key``, readable by its owner alone.
    unclean : bool
        Write a store, too, that verification finds faults in; its manifest names them, and it cannot be restored.

    Raises
    ------
    StoreFault
        The file is taken or cannot be written, or the store was tampered with.
    """
    key_file = file.with_name(file.name + ".key")
    for target in (file, key_file) if with_key else (file,):
        refuse_taken(target)
    with writing_beside(file) as part:
        with part.open("xb") as stream:
            with zipfile.ZipFile(stream, "w") as archive:
                written = write_export(store, _ZipSink(archive), unclean=unclean)
            stream.flush()
            os.fsync(stream.fileno())
        check_export(part)
        if with_key:
            make_key(key_file, store.key.secret)
        if not put_in_place(part, file):
            if with_key:
                key_file.unlink()
            raise StoreFault([Finding("backup.place_taken", {"place": str(file)}, file=file.name)])
    return written


def restore(
    source: Path,
    place: str | Path,
    *,
    place_key: Path | None = None,
    key: Path | None = None,
    other_keys: tuple[Path, ...] = (),
    author: Author = Author("system", "restore"),
    limits: Limits = Limits(),
) -> Restored:
    """Make a store from a backup or an open export: the same rows, ids and trail, verified before any of it is kept.

    The trail gets one more entry, ``store.restore``, with the manifest's digest and the anchor of the backup. Work in
    hand (jobs) is not restored. With the key that wrote the trail, everything is proved; without it a key is made (or
    the one beside the place is taken) for what comes now, and the old part of the trail is held against the manifest
    alone, until `verify` is given the old key.

    Parameters
    ----------
    source : Path
        The zip or the folder.
    place : str or Path
        A file that is not there yet, or an empty store, or the URL of an empty PostgreSQL database.
    place_key : Path, optional
        Where the new store's key lies, or shall lie; by default beside an SQLite file. PostgreSQL must name it.
    key : Path, optional
        The key of the backup. It becomes the new store's, unless that has another one already.
    other_keys : tuple of Path
        Still earlier keys of the trail.
    author : Author
    limits : Limits

    Raises
    ------
    StoreFault
        Nothing was restored: the export is not whole or was edited, the place is taken, or verification found faults.
    """
    with open_export(source, limits) as export:
        notes = export.check()
        if export.manifest.revision not in revisions():
            values = {"revision": export.manifest.revision, "version": export.manifest.version}
            raise StoreFault([Finding("backup.newer", values, file=source.name)])
        secrets = tuple(load_key(path) for path in ((key,) if key else ()) + other_keys)
        if key:
            _known_writer(export, secrets[0], key)
        with _key_at(place, place_key, secrets[0] if key else None) as key_path, _new_store(place, key_path) as store:
            known = replace(store.key, others=secrets)
            last, unproven = _fill(store, known, export, author)
    try:
        known.note(*last)
    except OSError as error:
        values = {"message": error.strerror or str(error)}
        notes += (Finding("store.head_not_noted", values, file=str(known.path)),)
    return Restored(store.place, export.manifest, known.path, unproven, notes)


def _known_writer(export: Export, secret: bytes, file: Path) -> None:
    """Refuse a key that wrote nothing of the trail: it was taken for another."""
    writers = {row["key_id"] for row, _ in export.rows("trail.jsonl")}
    if writers and key_id(secret) not in writers:
        values = {"key_id": key_id(secret), "writers": "、".join(sorted(writers))}
        raise StoreFault([Finding("backup.wrong_key", values, file=file.name)])


@contextmanager
def _key_at(place: str | Path, place_key: Path | None, secret: bytes | None) -> Iterator[Path | None]:
    """The key's file of the new store: what is there stays, else the backup's, else a new one.

    A file that was not there before is taken away again where nothing is restored.
    """
    path = place_key
    if path is None and "://" not in str(place):
        path = Path(place).with_name(Path(place).name + ".key")
    fresh = path is not None and not path.exists()
    try:
        if path is not None and fresh and secret is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            make_key(path, secret)
        yield path
    except BaseException as error:
        # a lost connection leaves open whether the store has been made: without its key it could not be opened
        lost = isinstance(error, StoreFault) and any(finding.key == "store.lost" for finding in error.findings)
        if path is not None and fresh and not lost:
            path.unlink(missing_ok=True)
        raise


@contextmanager
def _new_store(place: str | Path, key_path: Path | None) -> Iterator[Store]:
    """The store to fill. A file that is not there yet gets its name only when it is whole."""
    if "://" in str(place) or Path(place).exists():
        store = open_store(place, key=key_path)
        try:
            yield store
        finally:
            store.close()
        return
    target = Path(place)
    part = target.with_name(f".{target.name}.{os.getpid()}.restoring")
    try:
        store = open_store(part, key=key_path)
        store.place = str(place)
        try:
            yield store
            with store.engine.connect() as connection:
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
            if busy:  # part of it would stay behind in a file that does not move with it
                raise StoreFault([Finding("store.locked", {"place": str(part), "message": "wal_checkpoint"})])
        finally:
            store.close()
        if not put_in_place(part, target):
            raise StoreFault([Finding("backup.place_taken", {"place": str(target)}, file=target.name)])
    except OSError as error:
        values = {"place": str(target), "message": error.strerror or str(error)}
        raise StoreFault([Finding("backup.cannot_write", values, file=target.name)]) from error
    finally:
        for file in (part, *(part.with_name(part.name + ending) for ending in ("-wal", "-shm", "-journal"))):
            with suppress(OSError):  # what cannot be taken away is a hidden file that nothing reads
                file.unlink(missing_ok=True)


def _fill(store: Store, known: TrailKey, export: Export, author: Author) -> tuple[tuple[int, str], tuple[str, ...]]:
    """Insert every row, verify, and say so in the trail: one transaction. The last entry, and the keys not at hand."""
    try:
        with store.writing(author) as tx:
            for table in METADATA.sorted_tables:
                if tx.connection.execute(select(*table.primary_key.columns).limit(1)).first() is not None:
                    raise StoreFault([Finding("backup.not_empty", {"place": store.place}, file=store.place)])
            _insert_all(tx.connection, export)
            manifest = export.manifest
            found = list(findings_in(tx, known, None, [manifest.anchor] if manifest.anchor else []))
            faults = [finding for finding in found if finding.key != OTHER_KEY]
            if faults:
                raise StoreFault([Finding("backup.not_clean", {"count": len(faults)}), *faults])
            # the writer at hand began with an empty trail; this one goes on after what was restored
            after = Writing(tx.connection, store.key, author)
            details = {
                "manifest": export.digest,
                "anchor": manifest.anchor and manifest.anchor.to_dict(),
                "version": manifest.version,
            }
            after.log("store.restore", FORMAT, details)
            after.finish()
    except IntegrityError as error:
        message = str(error.orig).splitlines()[0]
        raise StoreFault([Finding("backup.rows_clash", {"message": message})]) from error
    assert after.last is not None
    return after.last, tuple(str(finding.values["key_id"]) for finding in found if finding.key == OTHER_KEY)


def _insert_all(connection: Connection, export: Export) -> None:
    counts: Counter[str] = Counter()
    for name in _RESTORED:
        waiting: list[Mapping[str, Any]] = []
        for row, path in export.rows(name):
            counts[name] += 1
            if name == "contents.jsonl":
                connection.execute(insert(ROWS[name]).values(**row, bytes=export.bytes_of(path, row["digest"])))
                continue
            if name == "versions.jsonl":
                export.listed(path, row["digest"])
            waiting.append(row)
            if len(waiting) == _AT_ONCE:
                connection.execute(insert(ROWS[name]), waiting)
                waiting = []
        if waiting:
            connection.execute(insert(ROWS[name]), waiting)
        wanted = export.manifest.counts[name]
        if counts[name] != wanted:
            raise StoreFault([Finding("backup.counts_differ", {"found": counts[name], "wanted": wanted}, file=name)])


class _ZipSink:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    @contextmanager
    def open(self, path: str, at: dt.datetime, size: int | None) -> Iterator[IO[bytes]]:
        """A member of the archive; one of unknown size may become larger than 4 GiB."""
        member = zipfile.ZipInfo(path, at.timetuple()[:6])
        member.create_system = 3  # the same bytes, whatever system writes them
        member.external_attr = 0o644 << 16
        member.compress_type = zipfile.ZIP_STORED if path.endswith(_PACKED_ALREADY) else zipfile.ZIP_DEFLATED
        with self._archive.open(member, "w", force_zip64=size is None or size >= zipfile.ZIP64_LIMIT) as stream:
            yield stream
