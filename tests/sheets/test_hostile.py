"""Hostile files are refused in words or read safely: within ten seconds and 500 MB, and the caller lives on.

The seconds are the processor's, in both processes together, so that a busy machine does not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from planner.findings import Level
from planner.ledger import check_ledger, load_ledger, save_ledger
from tests.sheets import hostile

ROOT = Path(__file__).resolve().parents[2]
SECONDS, BYTES = 10.0, 500_000_000
CASES = list(hostile.cases())

# A process of its own tells its own peak of memory and that of the one that it started.
WATCH = """
import json, resource, sys
from planner.findings import UnreadableInput
from planner.ledger.excel import examine_ledger
def spent():
    told = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in told)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = spent()
try:
    examined = examine_ledger(sys.argv[1])
    findings, read = examined.findings, examined.ledger is not None
except UnreadableInput as refused:
    findings, read = refused.findings, False
seconds = spent() - began
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
ids = [finding.id for finding in findings]
print(json.dumps({"ids": ids, "read": read, "seconds": seconds, "bytes": 1024 * max(grown, worker)}))
"""


def watched(path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, str(path)], capture_output=True, text=True, check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on memory to be watched")
@pytest.mark.parametrize(("name", "make", "suffix", "found"), CASES, ids=[case[0] for case in CASES])
def test_a_hostile_file(name: str, make: hostile.Maker, suffix: str, found: set[str], tmp_path: Path) -> None:
    path = tmp_path / f"台账{suffix}"
    make(path)
    told = watched(path)
    assert set(told["ids"]) == found
    assert told["read"] == (not found or found <= {"has_macros", "has_external_links"})
    assert told["seconds"] < SECONDS
    assert told["bytes"] < BYTES


def test_what_is_let_alone_is_said_and_does_not_stop(tmp_path: Path) -> None:
    hostile.macros(tmp_path / "a.xlsm")
    (finding,) = check_ledger(tmp_path / "a.xlsm")
    assert (finding.id, finding.level) == ("has_macros", Level.WARNING)
    assert len(load_ledger(tmp_path / "a.xlsm").patches) == 1


def test_texts_that_look_like_formulas_are_texts_on_the_way_in_and_out(tmp_path: Path) -> None:
    hostile.formula_texts(tmp_path / "a.xlsx")
    ledger = load_ledger(tmp_path / "a.xlsx")
    assert (ledger.patches[0].remark, ledger.patches[0].name) == ("=cmd|'/c calc'!A1", "@SUM(1+1)")
    save_ledger(ledger, tmp_path / "b.xlsx")
    assert load_ledger(tmp_path / "b.xlsx") == ledger
