"""Hostile files against the reading of returned workbooks: refused in few words, soon, and in little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sheets import hostile

ROOT = Path(__file__).resolve().parents[3]
SECONDS, BYTES = 10.0, 500_000_000
READ = {"seal_missing"}
"""What is said of a workbook that was read without harm, but is none of ours."""
CASES = [case for case in hostile.cases() if case[2] in (".xlsx", ".xlsm")]
OTHERWISE = {
    "far-cell-in-disguise": {"sheet_too_large"},
    "stored-blank-cells": {"file_too_large"},
}  # fmt: skip
"""Where another parser comes to another end."""

WATCH = """
import json, resource, sys
from pathlib import Path
from planner.findings import UnreadableInput
from planner.office.returned.opening import open_returned
from planner.office.returned.seal import read_seal
try:
    read_seal(open_returned(Path(sys.argv[1])))
    found = []
except UnreadableInput as refused:
    found = [(finding.id, finding.file, finding.line("zh"), finding.line("en")) for finding in refused.findings]
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"found": found, "seconds": spent.ru_utime + spent.ru_stime, "bytes": 1024 * spent.ru_maxrss}))
"""


def watched(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(path)], capture_output=True, text=True, check=True, timeout=240,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on memory to be watched")
@pytest.mark.parametrize(("name", "make", "suffix", "found"), CASES, ids=[case[0] for case in CASES])
def test_a_hostile_file_among_those_returned(
    name: str, make: hostile.Maker, suffix: str, found: set[str], tmp_path: Path
) -> None:
    path = tmp_path / f"任务计划{suffix}"
    make(path)
    told = watched(path)
    expected = OTHERWISE.get(name) or (found - {"has_macros", "has_external_links"}) or READ
    assert {(id, file) for id, file, _, _ in told["found"]} == {(id, path.name) for id in expected}
    assert all(zh and en for _, _, zh, en in told["found"])
    assert told["seconds"] < SECONDS
    assert told["bytes"] < BYTES
