"""The process that parses: its limits, its progress, and what its answer may hold."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import pytest

from planner.findings import UnreadableInput
from planner.ledger import check_ledger
from sheets import Refused, process, read_book
from tests.planner.ledger.tables import HEADER, ROW, seen, workbook


def sound(tmp_path: Path) -> Path:
    return workbook(tmp_path / "a.xlsx", {"图斑台账": [HEADER, ROW]})


def test_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_seconds", lambda path: -1.0)
    with pytest.raises(UnreadableInput) as caught:
        check_ledger(sound(tmp_path))
    assert seen(caught.value.findings) == [("file_takes_too_long", "", 0, "")]


def test_a_death_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.sys, "executable", "false")
    with pytest.raises(Refused, match="file_takes_too_much"):
        read_book(sound(tmp_path))


def test_nothing_but_cells_is_taken_from_the_answer() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return eval, ("1+1",)

    with pytest.raises(Refused, match="file_damaged"):
        process._PlainData(io.BytesIO(pickle.dumps(Evil()))).load()


def test_progress_is_told(tmp_path: Path) -> None:
    steps: list[str] = []
    check_ledger(sound(tmp_path), on_progress=lambda step, done, of: steps.append(step))
    assert steps[-2:] == ["read", "check"]


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process.tempfile, "tempdir", str(tmp_path))
    path = sound(tmp_path)
    read_book(path)
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]
