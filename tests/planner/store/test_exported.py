"""What is wrong with an export is said by name, before anything is written: edits, cuts, archives made to do harm."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.findings import BadInput
from planner.store import verify
from planner.store.backup import backup, restore
from planner.store.exported import Limits
from planner.store.exporting import export_store
from planner.store.filenames import Folders, is_safe, sameness
from planner.store.manifest import MANIFEST
from tests.planner.store.backing import HOSTILE, fill, opened, refusal, state

LEDGER = "documents/ledger/Beijing/0002_"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store, its open export and its backup."""
    folder = tmp_path_factory.mktemp("made")
    with opened(folder / "kept.db") as store:
        fill(store)
        export_store(store, folder / "open")
        backup(store, folder / "b.zip", with_key=True)
    return folder


@pytest.fixture
def open_folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "open", tmp_path / "open"))


@pytest.fixture
def refused(tmp_path: Path, made: Path) -> Callable[..., list[tuple[str, str]]]:
    """Try to restore with the key; what it is refused for, nothing being left at the place."""

    def refused(source: Path, *, with_key: bool = True, **more: Any) -> list[tuple[str, str]]:
        place = tmp_path / "place"
        place.mkdir()
        key = made / "b.zip.key" if with_key else None
        told = refusal(lambda: restore(source, place / "r.db", key=key, **more))
        assert list(place.iterdir()) == []
        place.rmdir()
        return told

    return refused


def ledger_of(folder: Path) -> Path:
    return next((folder / LEDGER).parent.glob("0002_*"))


def amend(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file of an export and set the manifest right, as somebody who knows the format would."""
    file = folder / name
    file.write_bytes(change(file.read_bytes()))
    manifest = json.loads((folder / MANIFEST).read_bytes())
    for listed in manifest["files"]:
        if listed["path"] == name:
            listed["size"] = file.stat().st_size
            listed["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def rewritten(source: Path, target: Path, *more: tuple[str | zipfile.ZipInfo, bytes], without: str = "") -> Path:
    """A zip with the members of another, save one, and further ones."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != without:
                new.writestr(member, old.read(member))
        for name, data in more:
            new.writestr(name, data)
    return target


def test_ordinary_programs_read_the_folder(made: Path) -> None:
    folder = made / "open"
    assert ledger_of(folder).read_bytes() == b"PK ledger 2"
    assert (folder / "README.txt").read_text(encoding="utf-8-sig").startswith("山复")
    for file in folder.glob("*.jsonl"):
        lines = file.read_text(encoding="utf-8").split("\n")[:-1]
        assert len(lines) == json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["counts"][file.name]
        assert all(isinstance(json.loads(line), dict) for line in lines)
    alone = [json.loads(line) for line in (folder / "contents.jsonl").read_bytes().splitlines()]
    assert [row["kind"] for row in alone if row["path"].startswith("contents/")] == ["bin"]
    with zipfile.ZipFile(made / "b.zip") as archive:
        assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == set(
            archive.namelist()
        )


def test_a_folder_rebuilds_the_store_though_others_left_files_in_it(open_folder: Path, made: Path) -> None:
    (open_folder / "~$ledger.xlsx").write_bytes(b"Excel's own")
    target = open_folder.parent / "r.db"
    restored = restore(open_folder, target, key=made / "b.zip.key")
    assert [(note.id, note.file) for note in restored.notes] == [("beside", "~$ledger.xlsx")]
    with opened(target) as store, opened(made / "kept.db") as kept:
        assert verify(store) == ()
        before = state(kept)
        assert state(store, upto=len(before["trail"])) == before


def test_a_zip_packed_anew_from_the_folder_rebuilds_the_store(open_folder: Path, made: Path) -> None:
    packed = Path(shutil.make_archive(str(open_folder.parent / "again"), "zip", open_folder))
    restore(packed, open_folder.parent / "r.db", key=made / "b.zip.key")
    with opened(open_folder.parent / "r.db") as store:
        assert verify(store) == ()


def test_an_edited_workbook_is_refused_by_name(open_folder: Path, refused: Any) -> None:
    file = ledger_of(open_folder)
    name = file.relative_to(open_folder).as_posix()
    for data in (b"PK ledger 3", b"PK ledger 2 and more", b"", b"PK"):
        file.write_bytes(data)
        assert refused(open_folder) == [("changed", name)]
    file.unlink()
    assert refused(open_folder) == [("missing", name)]
    file.mkdir()
    assert refused(open_folder) == [("missing", name)]


def test_every_file_that_was_touched_is_named_at_once(open_folder: Path, refused: Any) -> None:
    touched = [path for path in sorted(open_folder.rglob("*")) if path.is_file() and path.name != MANIFEST]
    for path in touched:
        path.write_bytes(path.read_bytes() + b"\n")
    told = refused(open_folder)
    assert {file for _, file in told} == {path.relative_to(open_folder).as_posix() for path in touched}
    assert {key for key, _ in told} == {"changed"}


def test_an_edit_that_the_manifest_was_made_to_agree_with_is_refused_all_the_same(
    open_folder: Path, made: Path, refused: Any
) -> None:
    name = ledger_of(open_folder).relative_to(open_folder).as_posix()
    amend(open_folder, name, lambda _: b"PK forged")
    assert refused(open_folder, with_key=False) == [("changed", name)]
    shutil.rmtree(open_folder)
    shutil.copytree(made / "open", open_folder)
    amend(open_folder, "versions.jsonl", lambda data: data.replace("第一版".encode(), "第二版".encode()))
    assert refused(open_folder, with_key=False) == [("not_clean", ""), ("row_changed", "")]
    amend(open_folder, "trail.jsonl", lambda data: data.replace(b"local:wang", b"local:zhou"))
    assert ("entry_changed", "") in refused(open_folder)


@pytest.mark.parametrize(
    ("file", "change", "told"),
    [
        ("trail.jsonl", lambda data: data[: data.rstrip().rindex(b"\n") + 1], "counts_differ"),
        ("records.jsonl", lambda _: b"", "counts_differ"),
        ("documents.jsonl", lambda data: data + data, "rows_clash"),
        ("versions.jsonl", lambda data: data.replace(b'"number":1', b'"number":true', 1), "bad_row"),
        ("versions.jsonl", lambda data: data.replace(b'"number":1', b'"number":4294967296', 1), "bad_row"),
        ("versions.jsonl", lambda data: data.replace(b'"number":1', b'"number":1,"x":1', 1), "bad_row"),
        ("versions.jsonl", lambda data: data.replace(b'"note":""', b'"note":"\\ud800"', 1), "bad_row"),
        ("versions.jsonl", lambda data: data.replace(b'"note":""', b'"note":null', 1), "bad_row"),
        ("versions.jsonl", lambda data: b"[" * 100_000 + b"\n" + data, "bad_row"),
        ("records.jsonl", lambda data: b"\xff\xfe\n" + data, "bad_row"),
        ("documents.jsonl", lambda data: b"[]\n" + data, "bad_row"),
        ("documents.jsonl", lambda data: data[:-1], "changed"),
        ("contents.jsonl", lambda data: data.replace(b'"path":"documents', b'"path":"../../documents', 1), "missing"),
    ],
)
def test_rows_that_do_not_fit_are_refused(
    open_folder: Path, refused: Any, file: str, change: Callable[[bytes], bytes], told: str
) -> None:
    amend(open_folder, file, change)
    assert refused(open_folder)[0][0] == told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: m | {"format": "shanfu-export/2"}, "wrong_format"),
        (lambda m: {"a": 1}, "wrong_format"),
        (lambda m: [m], "bad_manifest"),
        (lambda m: m | {"files": 3}, "bad_manifest"),
        (lambda m: m | {"counts": {}}, "bad_manifest"),
        (lambda m: m | {"anchor": {}}, "bad_manifest"),
        (lambda m: m | {"files": m["files"] + [{"path": "x", "size": -1, "sha256": ""}]}, "bad_manifest"),
        (lambda m: m | {"files": m["files"] + [{"path": "../x", "size": 1, "sha256": ""}]}, "unsafe_name"),
        (lambda m: m | {"files": m["files"] + [m["files"][0]]}, "twice"),
        (lambda m: m | {"files": m["files"][2:]}, "missing"),
        (lambda m: m | {"revision": "9999"}, "newer"),
        (lambda m: m | {"anchor": m["anchor"] | {"mac": "0" * 64}}, "not_clean"),
    ],
)
def test_a_manifest_that_is_none_is_refused(
    open_folder: Path, refused: Any, change: Callable[[Any], Any], told: str
) -> None:
    file = open_folder / MANIFEST
    file.write_text(json.dumps(change(json.loads(file.read_bytes()))), encoding="utf-8")
    assert refused(open_folder)[0][0] == told
    file.write_bytes(b"\xff{")
    assert refused(open_folder) == [("bad_manifest", MANIFEST)]
    file.unlink()
    assert refused(open_folder) == [("no_manifest", MANIFEST)]


@pytest.mark.skipif(os.name != "posix", reason="links that everybody may make")
def test_a_link_that_leads_out_of_the_folder_is_not_followed(open_folder: Path, refused: Any, tmp_path: Path) -> None:
    file = ledger_of(open_folder)
    shutil.move(file, tmp_path / "outside")
    file.symlink_to(tmp_path / "outside")
    assert refused(open_folder) == [("missing", file.relative_to(open_folder).as_posix())]


def test_a_cut_or_damaged_zip_is_refused(made: Path, tmp_path: Path, refused: Any) -> None:
    whole = (made / "b.zip").read_bytes()
    file = tmp_path / "cut.zip"
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert refused(file) == [("damaged", "cut.zip")]
    known = {"damaged", "changed", "missing", "no_manifest", "unsafe_name", "not_ours", "bad_manifest"}
    for place in range(10, len(whole) - 10, len(whole) // 60):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        told: set[str] = set()
        try:
            restore(file, tmp_path / "flipped.db", key=made / "b.zip.key")
        except BadInput as error:
            told = {finding.id for finding in error.findings}
        if told:
            assert told <= known
            assert not (tmp_path / "flipped.db").exists()
        else:  # a time or a right of a member, which mean nothing
            with opened(tmp_path / "flipped.db") as store, opened(made / "kept.db") as kept:
                before = state(kept)
                assert state(store, upto=len(before["trail"])) == before
            for left in tmp_path.glob("flipped.db*"):
                left.unlink()
    assert refused(tmp_path / "absent.zip") == [("not_there", "absent.zip")]


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "a/../../b",
        "..\\evil",
        "C:/x",
        "a//b",
        "a/./b",
        "CON",
        "a/nul.txt",
        "x.",
        "x\ny",
        "a:b",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(made: Path, tmp_path: Path, refused: Any, name: str) -> None:
    file = rewritten(made / "b.zip", tmp_path / "slip.zip", (name, b"x"))
    assert refused(file) == [("unsafe_name", "slip.zip")]


def test_members_that_are_there_twice_or_locked_or_strangely_packed_are_refused(
    made: Path, tmp_path: Path, refused: Any
) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        file = rewritten(made / "b.zip", tmp_path / "twice.zip", ("trail.jsonl", b"{}"))
    assert refused(file) == [("twice", "twice.zip")]
    assert refused(rewritten(made / "b.zip", tmp_path / "case.zip", ("TRAIL.JSONL", b"{}"))) == [("twice", "case.zip")]
    strange = zipfile.ZipInfo("strange")
    strange.compress_type = zipfile.ZIP_LZMA
    assert refused(rewritten(made / "b.zip", tmp_path / "lzma.zip", (strange, b"x"))) == [("not_ours", "lzma.zip")]
    assert refused(rewritten(made / "b.zip", tmp_path / "less.zip", without="trail.jsonl")) == [
        ("missing", "trail.jsonl")
    ]


def test_bombs_are_not_unpacked(made: Path, tmp_path: Path, refused: Any) -> None:
    bomb = rewritten(made / "b.zip", tmp_path / "bomb.zip", ("zeros", bytes(64 << 20)))
    assert bomb.stat().st_size < 1 << 20
    assert refused(bomb) == [("bomb", "bomb.zip")]
    assert refused(made / "b.zip", limits=Limits(total=1000)) == [("too_big", MANIFEST)]
    assert refused(made / "b.zip", limits=Limits(one=5))[0][0] == "too_big"
    # a member whose header says less than it unpacks to
    amended = bytearray((made / "b.zip").read_bytes())
    assert zipfile.is_zipfile(made / "b.zip")
    with zipfile.ZipFile(made / "b.zip") as archive:
        member = archive.getinfo("trail.jsonl")
    central = amended.rindex(b"trail.jsonl") - 46
    assert int.from_bytes(amended[central + 24 : central + 28], "little") == member.file_size
    amended[central + 24 : central + 28] = (10).to_bytes(4, "little")
    (tmp_path / "liar.zip").write_bytes(amended)
    assert refused(tmp_path / "liar.zip")[0][0] in ("changed", "damaged")


NAMES = st.one_of(st.text(max_size=80), st.sampled_from(HOSTILE), st.text("aA.~1 é\u0301ßsſıİ", max_size=5))


@given(st.lists(NAMES, max_size=12))
def test_folders_are_safe_and_no_two_are_alike_anywhere(names: list[str]) -> None:
    folders = Folders()
    taken = [folders.take("documents/ledger", name, number) for number, name in enumerate(names, 1)]
    assert all(is_safe(folder) and folder.count("/") == 2 for folder in taken)
    assert all(len(folder.encode()) < 200 for folder in taken)
    for same in (sameness, str.casefold, str.upper, str.lower, lambda text: unicodedata.normalize("NFD", text)):
        assert len({same(folder) for folder in taken}) == len(taken)
    again = Folders()
    assert taken == [again.take("documents/ledger", name, number) for number, name in enumerate(names, 1)]
