"""The key of the trail, and the last entry that was seen: two small files beside the store, or where the settings say.

Who can write the database but not read the key cannot write an entry that verifies; who cuts the trail's end off is
found by the second file, or by an anchor that was handed out.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from planner.files import put_in_place, write_whole
from planner.findings import Finding
from planner.store.canonical import canonical
from planner.store.faults import StoreFault

_BYTES = 32
FIRST = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True)
class Seen:
    """The last entry that this machine has seen: its number and its keyed digest."""

    seq: int
    mac: str


@dataclass(frozen=True)
class TrailKey:
    """The key and where it lies.

    Parameters
    ----------
    path : Path
        The key's file; the last entry seen lies beside it under ``.head``.
    secret : bytes
    others : mapping of str to bytes
        Earlier keys by their id, for the part of the trail written before the store moved.
    """

    path: Path
    secret: bytes
    others: tuple[bytes, ...] = ()

    @property
    def id(self) -> str:
        """What names the key without telling it."""
        return key_id(self.secret)

    def secret_of(self, identity: str) -> bytes | None:
        """The key of that name, if it is known here."""
        return next((secret for secret in (self.secret, *self.others) if key_id(secret) == identity), None)

    def seen(self) -> Seen | None:
        """The last entry seen; None where nothing was noted yet.

        Raises
        ------
        StoreFault
            The file is there and cannot be read.
        """
        head = self._head
        if not head.exists():
            return None
        try:
            data = json.loads(head.read_text(encoding="utf-8"))
            return Seen(int(data["seq"]), str(data["mac"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreFault([Finding("store.bad_head", {"message": str(error)}, file=head.name)]) from error

    def note(self, seq: int, mac: str) -> None:
        """Note an entry as seen.

        Raises
        ------
        OSError
            The place cannot be written to.
        """
        write_whole(self._head, canonical({"seq": seq, "mac": mac}).encode())

    @property
    def _head(self) -> Path:
        return self.path.with_name(self.path.name + ".head")


def key_id(secret: bytes) -> str:
    """What names a key without telling it: the first 16 digits of its SHA-256."""
    return hashlib.sha256(b"shanfu trail key" + secret).hexdigest()[:16]


def mac_of(secret: bytes, before: str, entry: object) -> str:
    """Keyed digest (HMAC-SHA-256, RFC 2104) of an entry and all that stands before it."""
    return hmac.new(secret, f"{before}\n{canonical(entry)}".encode(), hashlib.sha256).hexdigest()


def load_key(path: Path) -> bytes:
    """Read a key's file.

    Raises
    ------
    StoreFault
        It is not there or is no key.
    """
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise StoreFault([Finding("store.no_key", {"message": str(error)}, file=str(path))]) from error
    if len(secret) != _BYTES:
        raise StoreFault([Finding("store.no_key", {"message": f"{len(secret)} bytes"}, file=str(path))])
    return secret


def make_key(path: Path, secret: bytes | None = None) -> bytes:
    """Write a new key, or a given one, readable by its owner alone; a key that is there already is taken instead.

    The file is linked or renamed into place whole, so that a process that dies here leaves a key or none.

    Raises
    ------
    StoreFault
        The place cannot be written to.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write((secret or secrets.token_bytes(_BYTES)).hex())
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(unfinished, path)
        unfinished.unlink(missing_ok=True)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        message = error.strerror or str(error)
        raise StoreFault([Finding("store.cannot_open", {"place": str(path), "message": message})]) from error
    return load_key(path)
