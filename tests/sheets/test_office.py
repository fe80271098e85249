"""The shipped ledger through a real office program: every format that it writes is read to the same ledger."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from planner import shipped
from planner.ledger import load_ledger
from planner.ledger.excel import examine_ledger
from tests.tools import need


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
def test_saved_by_an_office_program(suffix: str, tmp_path: Path) -> None:
    office = need("soffice")
    ledger = shipped.path("data") / "beijing" / "ledger.xlsx"
    subprocess.run(
        [
            office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", suffix,
            "--outdir", str(tmp_path / "out"), str(ledger),
        ],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    examined = examine_ledger(tmp_path / "out" / f"ledger.{suffix}")
    assert examined.findings == []
    assert examined.ledger is not None
    assert examined.ledger.digest == load_ledger(ledger).digest
