"""The format ``shanfu-export/1``: what a folder or zip of a store's everything holds, and the list that proves it.

========================================  ==============================================================
path                                      what it is
========================================  ==============================================================
``README.txt``                            what is what, in Chinese and English
``documents/<kind>/<name>/<n>_<d>.<e>``   the very bytes of version n, whose digest begins with d
``contents/<digest>.<e>``                 bytes that no version points to
``documents.jsonl`` … ``trail.jsonl``     the rows, one a line, the columns of the table of that name
``contents.jsonl``                        digest, kind and size of each content, and the path of its bytes
``jobs.jsonl``, ``job_log.jsonl``         work that was asked for; to be read, not restored
``manifest.json``                         format, versions, counts, anchor, and every file's SHA-256
========================================  ==============================================================

``versions.jsonl`` has, beside its columns, ``file``: the path of the version's bytes. Columns whose text is JSON
(``meta``, ``payload``, ``details``) stay text, since the trail's digests hold of these very characters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Table

from planner.findings import BadInput, Finding
from planner.store.faults import StoreFault
from planner.store.filenames import is_safe, sameness
from planner.store.tables import CONTENT, DOCUMENT, JOB, JOB_LOG, RECORD, TRAIL, VERSION
from planner.store.trail import Anchor

FORMAT = "shanfu-export/1"
MANIFEST, README = "manifest.json", "README.txt"
ROWS: Mapping[str, Table] = {
    "documents.jsonl": DOCUMENT,
    "versions.jsonl": VERSION,
    "records.jsonl": RECORD,
    "trail.jsonl": TRAIL,
    "contents.jsonl": CONTENT,
    "jobs.jsonl": JOB,
    "job_log.jsonl": JOB_LOG,
}
BESIDE = {"contents.jsonl": "path", "versions.jsonl": "file"}
"""What a line has beside its columns: where the bytes lie."""


@dataclass(frozen=True)
class Listed:
    """A file of the export: its path with ``/``, its size in bytes, its SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The list of an export.

    Parameters
    ----------
    version : str
        The program's that wrote it.
    revision : str
        The step of the tables that the store stood at.
    counts : mapping of str to int
        Rows by file.
    anchor : Anchor or None
        The trail's last entry then; None where there was none. Its `exported` is that entry's own time, so that two
        exports of the same state are the same bytes.
    faults : tuple of str
        What verification found, where an unclean store was exported all the same.
    files : tuple of Listed
        Every file but the manifest itself.
    """

    version: str
    revision: str
    counts: Mapping[str, int]
    anchor: Anchor | None
    faults: tuple[str, ...]
    files: tuple[Listed, ...]

    def to_bytes(self) -> bytes:
        """The manifest as its file."""
        data = {
            "format": FORMAT,
            "product": "shanfu",
            "version": self.version,
            "revision": self.revision,
            "counts": dict(self.counts),
            "anchor": self.anchor and self.anchor.to_dict(),
            "faults": self.faults,
            "files": [asdict(listed) for listed in self.files],
        }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read a manifest; every path in it is safe and its own.

        Raises
        ------
        StoreFault
            It is of another format, or not as this program writes it.
        """
        try:
            plain = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise _bad(str(error)) from error
        if not isinstance(plain, dict):
            raise _bad(type(plain).__name__)
        if plain.get("format") != FORMAT:
            named = str(plain.get("format", ""))[:80]
            raise StoreFault([Finding("backup.wrong_format", {"named": named}, file=MANIFEST, value=named)])
        try:
            return cls._of(plain)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if isinstance(error, StoreFault):
                raise
            message = error.findings[0].id if isinstance(error, BadInput) else f"{type(error).__name__}: {error}"
            raise _bad(message) from error

    @classmethod
    def _of(cls, plain: Mapping[str, Any]) -> Manifest:
        files = tuple(Listed(**_typed(entry, path=str, size=int, sha256=str)) for entry in plain["files"])
        known: set[str] = set()
        faults: list[Finding] = []
        for listed in files:
            if not is_safe(listed.path):
                faults.append(Finding("backup.unsafe_name", {"path": ascii(listed.path)}, file=MANIFEST))
            if sameness(listed.path) in known or listed.path == MANIFEST:
                faults.append(Finding("backup.twice", {"path": ascii(listed.path)}, file=MANIFEST))
            known.add(sameness(listed.path))
        names = {listed.path for listed in files}
        faults += [Finding("backup.missing", {"path": name}, file=name) for name in ROWS if name not in names]
        if faults:
            raise StoreFault(faults)
        return cls(
            **_typed({name: plain[name] for name in ("version", "revision")}, version=str, revision=str),
            counts=_typed(plain["counts"], **dict.fromkeys(ROWS, int)),
            anchor=None if plain["anchor"] is None else Anchor.from_dict(plain["anchor"], MANIFEST),
            faults=tuple(str(fault) for fault in plain["faults"]),
            files=files,
        )


def _typed(data: Mapping[str, Any], **kinds: type) -> dict[str, Any]:
    if set(data) != set(kinds):
        raise ValueError(f"{sorted(data)}")
    for name, kind in kinds.items():
        if type(data[name]) is not kind or (kind is int and data[name] < 0):
            raise ValueError(f"{name}: {str(data[name])[:80]}")
    return dict(data)


def _bad(message: str) -> StoreFault:
    return StoreFault([Finding("backup.bad_manifest", {"message": message}, file=MANIFEST)])
