"""An export as it lies on a disk, folder or zip: opened, held against its manifest, and trusted in nothing else.

Nothing is ever unpacked to a disk, and no file is opened that the manifest does not name.
"""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from sqlalchemy import Integer

from planner.findings import Finding, Level
from planner.store.faults import StoreFault
from planner.store.filenames import is_safe, sameness
from planner.store.manifest import BESIDE, MANIFEST, ROWS, Listed, Manifest

_CHUNK = 1 << 20
_MOST_MANIFEST = 1 << 28
_BIGGEST_INTEGER = (1 << 31) - 1  # what both databases hold


@dataclass(frozen=True)
class Limits:
    """How much is read before an export is taken for an attack on the machine.

    Parameters
    ----------
    total : int
        Bytes of all files together.
    one : int
        Bytes of one content or one line, which are held in memory whole.
    ratio : int
        How many times a zip's own size its files may have; small ones are not asked.
    """

    total: int = 1 << 36
    one: int = 1 << 28
    ratio: int = 200


class _Source(Protocol):
    """Where the files of an export come from."""

    def size(self, path: str) -> int | None:
        """A file's size in bytes; None where there is no such file."""

    def open(self, path: str) -> IO[bytes]:
        """A file to be read."""

    def names(self) -> Iterator[str]:
        """Every file that is there."""


class Export:
    """An export that is open.

    Parameters
    ----------
    source : _Source
    limits : Limits
    """

    def __init__(self, source: _Source, limits: Limits) -> None:
        self._source, self._limits = source, limits
        if source.size(MANIFEST) is None:
            raise StoreFault([Finding("backup.no_manifest", {}, file=MANIFEST)])
        with _telling(MANIFEST), source.open(MANIFEST) as stream:
            written = stream.read(_MOST_MANIFEST + 1)
        if len(written) > _MOST_MANIFEST:
            raise StoreFault([_too_big(MANIFEST, len(written), _MOST_MANIFEST)])
        self.manifest = Manifest.from_bytes(written)
        self.digest = hashlib.sha256(written).hexdigest()
        self._listed = {listed.path: listed for listed in self.manifest.files}

    def check(self) -> tuple[Finding, ...]:
        """Hold every file against the manifest; what is there beside it is named in a note.

        Raises
        ------
        StoreFault
            A file is missing, is not what was exported, or is larger than is read.
        """
        total = sum(listed.size for listed in self.manifest.files)
        if total > self._limits.total:
            raise StoreFault([_too_big(MANIFEST, total, self._limits.total)])
        faults: list[Finding] = []
        for listed in self.manifest.files:
            try:
                for _ in self._chunks(listed):
                    pass
            except StoreFault as fault:
                faults += fault.findings
        if faults:
            raise StoreFault(faults)
        beside = sorted(name for name in self._source.names() if name != MANIFEST and name not in self._listed)
        return tuple(Finding("backup.beside", {"path": ascii(name)}, file=name, level=Level.NOTE) for name in beside)

    def rows(self, name: str) -> Iterator[tuple[dict[str, Any], str]]:
        """The rows of a file, each with the path of its bytes where it has some.

        Raises
        ------
        StoreFault
            A line is no row of the table, or the file is no longer what the manifest says.
        """
        listed = self._listed[name]
        for number, line in enumerate(self._lines(listed), 1):
            yield self._row(name, number, line)

    def bytes_of(self, path: str, digest: str) -> bytes:
        """A content's bytes, which have the digest that its row names.

        Raises
        ------
        StoreFault
        """
        listed = self.listed(path, digest)
        if listed.size > self._limits.one:
            raise StoreFault([_too_big(path, listed.size, self._limits.one)])
        return b"".join(self._chunks(listed))

    def listed(self, path: str, digest: str) -> Listed:
        """What the manifest says of the file that holds a content.

        Raises
        ------
        StoreFault
            The file is not listed, or its bytes have another digest than the rows say.
        """
        listed = self._listed.get(path)
        if listed is None:
            raise StoreFault([Finding("backup.missing", {"path": ascii(path)}, file=path)])
        if listed.sha256 != digest:
            raise StoreFault([_changed(path)])
        return listed

    def _chunks(self, listed: Listed) -> Iterator[bytes]:
        """A file's bytes, never more than it should have; they are what was exported once the last has come."""
        if self._source.size(listed.path) is None:
            raise StoreFault([Finding("backup.missing", {"path": ascii(listed.path)}, file=listed.path)])
        digest, left = hashlib.sha256(), listed.size
        with _telling(listed.path), self._source.open(listed.path) as stream:
            while chunk := stream.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                yield chunk
        if left or digest.hexdigest() != listed.sha256:
            raise StoreFault([_changed(listed.path)])

    def _lines(self, listed: Listed) -> Iterator[bytes]:
        parts: list[bytes] = []
        for chunk in self._chunks(listed):
            first, *lines = chunk.split(b"\n")
            parts.append(first)
            if lines:
                yield b"".join(parts)
                yield from lines[:-1]
                parts = [lines[-1]]
            if (held := sum(map(len, parts))) > self._limits.one:
                raise StoreFault([_too_big(listed.path, held, self._limits.one)])
        if any(parts):  # cut in the middle of a line
            raise StoreFault([_changed(listed.path)])

    def _row(self, name: str, number: int, line: bytes) -> tuple[dict[str, Any], str]:
        columns = {column.name: column for column in ROWS[name].columns if column.name != "bytes"}
        try:
            row = dict(json.loads(line).items())
            path = row.pop(BESIDE[name]) if name in BESIDE else ""
            whole = set(row) == set(columns) and isinstance(path, str)
        except (ValueError, RecursionError, KeyError, AttributeError, TypeError):
            whole = False
        if not whole:
            raise StoreFault([_bad_row(name, number, "")])
        for key, value in row.items():
            column = columns[key]
            if value is None:
                fits = bool(column.nullable)
            elif isinstance(column.type, Integer):
                fits = type(value) is int and 0 <= value <= _BIGGEST_INTEGER
            else:
                fits = isinstance(value, str) and _is_text(value)
            if not fits:
                raise StoreFault([_bad_row(name, number, key)])
        return row, path


def check_export(place: Path, limits: Limits = Limits()) -> Manifest:
    """Read an export, folder or zip, and hold every file against its manifest; nothing is restored.

    Raises
    ------
    StoreFault
        It is not whole.
    """
    with open_export(place, limits) as export:
        export.check()
        return export.manifest


@contextmanager
def open_export(place: Path, limits: Limits = Limits()) -> Iterator[Export]:
    """Open an export, folder or zip, and read its manifest.

    Raises
    ------
    StoreFault
        There is none, it is damaged, or it is made to do harm.
    """
    if not place.exists():
        raise StoreFault([Finding("backup.not_there", {"place": str(place)}, file=place.name)])
    if place.is_dir():
        yield Export(_Folder(place), limits)
        return
    with ExitStack() as stack:
        with _telling(place.name):
            archive = stack.enter_context(zipfile.ZipFile(place))
        yield Export(_Zip(archive, place, limits), limits)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def size(self, path: str) -> int | None:
        """A file's size; a link that leads elsewhere, or anything that is no file, is not there."""
        file = self._folder / path
        try:
            if not file.resolve().is_relative_to(self._folder):
                return None
            state = file.stat()
        except (OSError, RuntimeError):  # also: a part of the way is a file, or links run in a circle
            return None
        return state.st_size if stat.S_ISREG(state.st_mode) else None

    def open(self, path: str) -> IO[bytes]:
        """A file of the folder."""
        return (self._folder / path).open("rb")

    def names(self) -> Iterator[str]:
        """Every file under the folder."""
        return (file.relative_to(self._folder).as_posix() for file in self._folder.rglob("*") if file.is_file())


class _Zip:
    def __init__(self, archive: zipfile.ZipFile, place: Path, limits: Limits) -> None:
        self._archive = archive
        members = [member for member in archive.infolist() if not member.is_dir()]
        self._members = {member.filename: member for member in members}
        faults, known = [], set()
        for member in members:
            name = member.orig_filename
            if not is_safe(name):
                faults.append(Finding("backup.unsafe_name", {"path": ascii(name)}, file=place.name))
            if sameness(name) in known:
                faults.append(Finding("backup.twice", {"path": ascii(name)}, file=place.name))
            known.add(sameness(name))
            if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                faults.append(Finding("backup.not_ours", {"path": ascii(name)}, file=place.name))
        packed, size = sum(member.compress_size for member in members), place.stat().st_size
        full = sum(member.file_size for member in members)
        # members that share their bytes take more room than the archive has
        if packed > size or full > max(limits.ratio * size, _CHUNK):
            faults.append(Finding("backup.bomb", {"packed": size, "full": full}, file=place.name))
        if faults:
            raise StoreFault(faults)

    def size(self, path: str) -> int | None:
        """A member's size as the archive says it."""
        member = self._members.get(path)
        return None if member is None else member.file_size

    def open(self, path: str) -> IO[bytes]:
        """A member, unpacked as it is read."""
        return self._archive.open(self._members[path])

    def names(self) -> Iterator[str]:
        """Every member."""
        return iter(self._members)


@contextmanager
def _telling(name: str) -> Iterator[None]:
    """Turn what a disk or an archive says into a finding that names the file."""
    try:
        yield
    except StoreFault:
        raise
    except (
        OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OverflowError
    ) as error:  # fmt: skip
        message = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
        raise StoreFault([Finding("backup.damaged", {"message": message}, file=name)]) from error


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _changed(path: str) -> Finding:
    return Finding("backup.changed", {"path": path}, file=path)


def _too_big(path: str, size: int, most: int) -> Finding:
    return Finding("backup.too_big", {"size": size, "most": most}, file=path)


def _bad_row(name: str, number: int, column: str) -> Finding:
    return Finding("backup.bad_row", {}, file=name, row=number, column=column)
