"""What a file is by its first bytes and its parts, and whether it is packed soundly. Nothing is parsed here."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from sheets.book import MOST_BYTES, MOST_PARTS, MOST_RATIO, PACKED_FREELY, Refused

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_CHUNK = 1 << 20


def look_at(path: Path) -> None:
    """Refuse what needs no parsing to be refused."""
    if not path.exists():
        raise Refused("file_missing")
    if path.is_dir():
        raise Refused("file_is_folder")
    try:
        with path.open("rb") as file:
            start = file.read(1)
    except OSError as error:
        raise Refused("file_denied", error=error.strerror or type(error).__name__) from error
    if not start:
        raise Refused("file_empty")
    if path.stat().st_size > MOST_BYTES:
        raise Refused("file_too_large", most=MOST_BYTES // 1_000_000)


def kind_of(path: Path) -> str:
    """``xlsx``, ``ods``, ``xls`` or ``csv``.

    Raises
    ------
    Refused
        It is protected, or none of these.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(_OLE):
        return _old_or_protected(path)
    if start.startswith(b"PK"):
        return "zip"
    if b"\x00" in start and not start.startswith(_UTF16[:2]):
        raise Refused("file_not_workbook")
    if start.startswith((b"%PDF", b"{\\rtf", b"<")):
        raise Refused("file_not_workbook")
    return "csv"


def _old_or_protected(path: Path) -> str:
    """The names of the streams say whether it is an old workbook or a protected new one."""
    if path.stat().st_size > MOST_BYTES // 4:
        raise Refused("file_too_large", most=MOST_BYTES // 4_000_000)
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Refused("file_protected")
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "xls"
    raise Refused("file_not_workbook")


def has_old_macros(path: Path) -> bool:
    """Whether an old workbook carries macros."""
    return "_VBA_PROJECT".encode("utf-16-le") in path.read_bytes()


def inspect_parts(parts: zipfile.ZipFile) -> tuple[str, tuple[str, ...]]:
    """Look at a zip's list of parts.

    Returns
    -------
    str
        ``xlsx`` or ``ods``.
    tuple of str
        What will be left alone.

    Raises
    ------
    Refused
        Too much, too tightly packed, protected, or no workbook.
    """
    entries = parts.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Refused("file_too_large", most=MOST_BYTES // 1_000_000)
    for entry in entries:
        if entry.file_size > PACKED_FREELY and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Refused("file_packed_too_tightly", part=entry.filename, megabytes=entry.file_size // 1_000_000)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("file_protected")
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise Refused("file_damaged", error="part given twice")
    if "xl/workbook.xml" in names:
        found = [("macros", any(name.startswith("xl/vbaProject") for name in names))]
        found.append(("external_links", any(name.startswith("xl/externalLinks/") for name in names)))
        return "xlsx", tuple(note for note, there in found if there)
    if "content.xml" in names and parts.read("mimetype").strip() == _ODS:
        if "META-INF/manifest.xml" in names and b"encryption-data" in parts.read("META-INF/manifest.xml"):
            raise Refused("file_protected")
        return "ods", ("macros",) if any(name.startswith("Basic/") for name in names) else ()
    raise Refused("file_not_workbook")


def refuse_definitions(parts: zipfile.ZipFile, *, but: tuple[str, ...] = ()) -> None:
    """Refuse XML that defines a document type or an entity: no office program writes one, and it can explode.

    Parameters
    ----------
    parts : ZipFile
    but : tuple of str
        Beginnings of the names of parts that are looked at elsewhere.
    """
    for entry in parts.infolist():
        if entry.filename.endswith((".xml", ".rels", ".vml")) and not entry.filename.startswith(but or ("\0",)):
            with parts.open(entry) as file:
                before = b""
                while chunk := file.read(_CHUNK):
                    check_definitions(chunk if before else chunk.lstrip(b"\xef\xbb\xbf"), before)
                    before = chunk[-16:]


def check_definitions(chunk: bytes, before: bytes) -> None:
    """Refuse a piece of XML with a definition, or one in a coding that would hide it."""
    if not before and chunk.startswith(_UTF16):
        raise Refused("file_defines_entities")
    if _DOCTYPE.search(before + chunk[:64]) or (b"<!" in chunk and _DOCTYPE.search(chunk)):
        raise Refused("file_defines_entities")
