"""Files that are no sound workbook: each is refused with words, and nothing is read of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.findings import UnreadableInput
from planner.ledger import check_ledger, load_ledger, opening
from tests.planner.ledger.tables import HEADER, ROW, patches, seen, workbook

SHEET = "图斑台账"


def sound(path: Path) -> bytes:
    workbook(path, {SHEET: [HEADER, ROW]})
    return path.read_bytes()


def cut(path: Path) -> None:
    path.write_bytes(sound(path)[:-200])


def spoilt(path: Path) -> None:
    content = bytearray(sound(path))
    start = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[start : start + 60] = bytes(60)
    path.write_bytes(bytes(content))


def without_sheet(path: Path) -> None:
    sound(path)
    with zipfile.ZipFile(path) as parts:
        kept = {entry: parts.read(entry) for entry in parts.namelist() if "sheet1" not in entry}
    _zip(path, kept)


def bad_xml(path: Path) -> None:
    sound(path)
    with zipfile.ZipFile(path) as parts:
        kept = {entry: parts.read(entry) for entry in parts.namelist()}
    kept["xl/worksheets/sheet1.xml"] = kept["xl/worksheets/sheet1.xml"][:-30]
    _zip(path, kept)


def other_zip(path: Path) -> None:
    _zip(path, {"word/document.xml": b"<document/>"})


def far_cell(cell: str, row: int) -> Callable[[Path], None]:
    """One cell far out, in a sheet that claims to be small."""

    def make(path: Path) -> None:
        sound(path)
        with zipfile.ZipFile(path) as parts:
            kept = {entry: parts.read(entry) for entry in parts.namelist()}
        far = f'<row r="{row}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
        name = "xl/worksheets/sheet1.xml"
        kept[name] = kept[name].replace(b"</sheetData>", far)
        _zip(path, kept)

    return make


def many_parts(path: Path) -> None:
    _zip(path, {"xl/workbook.xml": b"", **{f"p{i}": b"" for i in range(opening.MOST_PARTS)}})


def padded(path: Path) -> None:
    sound(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as parts, parts.open("xl/pad", "w") as pad:
        for _ in range(opening.MOST_BYTES // 10**6 + 1):
            pad.write(bytes(10**6))


def _zip(path: Path, content: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as parts:
        for name, data in content.items():
            parts.writestr(name, data)


UNREADABLE: list[tuple[str, Callable[[Path], Any]]] = [
    ("file_missing", lambda path: None),
    ("file_is_folder", lambda path: path.mkdir()),
    ("file_empty", lambda path: path.touch()),
    ("file_not_workbook", lambda path: path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))),
    ("file_not_workbook", lambda path: path.write_bytes(b"%PDF-1.7")),
    ("file_not_workbook", other_zip),
    ("file_damaged", lambda path: path.write_bytes(b"PK\x03\x04" + bytes(30))),
    ("file_damaged", cut),
    ("file_damaged", spoilt),
    ("file_damaged", without_sheet),
    ("file_damaged", bad_xml),
    ("file_too_large", many_parts),
    ("file_too_large", padded),
    ("sheet_too_large", far_cell("XFD1048576", 1048576)),
    ("sheet_too_large", far_cell("A200001", 200001)),
    ("sheet_too_large", far_cell("SG3", 3)),
]


@pytest.mark.parametrize(("key", "make"), UNREADABLE, ids=[f"{c[0]}-{i}" for i, c in enumerate(UNREADABLE)])
def test_an_unreadable_file_is_refused_with_words(key: str, make: Callable[[Path], Any], tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    make(path)
    for read in (load_ledger, check_ledger):
        with pytest.raises(UnreadableInput) as caught:
            read(path)
        assert [found[0] for found in seen(caught.value.findings)] == [key]
        assert caught.value.findings[0].file == "台账.xlsx"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    sound(path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableInput) as caught:
        load_ledger(path)
    assert seen(caught.value.findings) == [("file_denied", "", 0, "")]
    assert "Permission denied" in caught.value.findings[0].wrong("en")


@pytest.mark.parametrize("make", [far_cell("SF3", 3), far_cell("A200000", 200000)])
def test_the_last_place_that_is_allowed(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    make(path)
    assert check_ledger(path)  # the lone cell is found to be wrong, but the file is read


def test_an_endless_other_sheet_is_not_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {SHEET: [HEADER, ROW], "附件": [[1] * 600]})
    assert load_ledger(path).patches[0].patch == patches()["patch"][0]
