"""Every ugly ledger is read to the same ledger, or refused with exactly the findings that it deserves."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.findings import Level
from planner.ledger.excel import examine_ledger
from planner.ledger.types import Ledger
from tests.planner.ledger.tables import seen
from tests.planner.ledger.ugly import FIELDS, HEADER, ROWS, Ugly, cases, grid, xlsx

CASES = list(cases())


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    path = tmp_path_factory.mktemp("clean") / "ledger.xlsx"
    xlsx(grid())(path)
    examined = examine_ledger(path)
    assert examined.findings == []
    assert examined.ledger is not None
    return examined.ledger


def test_the_clean_one_is_what_its_rows_say(clean: Ledger) -> None:
    first, natural = clean.patches[0], clean.patches[-1]
    assert (first.patch, first.area_m2, first.cost_yuan, first.ever_licensed) == ("0101", 15_000, 13_000_000, True)
    assert (natural.treatment, natural.ecological_redline, natural.hazard_points) == ("natural", True, 0)
    assert len(clean.patches) == len(ROWS)
    assert len(FIELDS) == len(HEADER)


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_ugly_ledger(case: Ugly, clean: Ledger, tmp_path: Path) -> None:
    path = tmp_path / f"台账{case.suffix}"
    case.write(path)
    examined = examine_ledger(path, mapping=case.mapping)
    assert sorted((id, row, column) for id, _, row, column in seen(examined.findings)) == sorted(case.found)
    stopped = any(finding.level is Level.ERROR for finding in examined.findings)
    assert stopped == case.refused
    if case.refused:
        assert examined.ledger is None
    else:
        assert examined.ledger is not None
        assert examined.ledger.patches == clean.patches
        assert examined.ledger.digest == clean.digest
