"""The shipped outturn of 2021: labelled synthetic, 513 ha, and what it overtakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.advice.outturn import Outturn, load_outturn, with_facts
from planner.advice.past import fix_past
from planner.findings import BadInput, UnreadableInput
from planner.ledger import Ledger, Treatment, load_ledger
from planner.plan import Pick
from planner.scenario import load_scenario
from tests.planner.advice.plans import as_plan

DATA = Path(__file__).parents[3] / "data" / "beijing"


@pytest.fixture(scope="module")
def shipped() -> tuple[Ledger, Outturn]:
    return load_ledger(DATA / "ledger.xlsx"), load_outturn(DATA / "outturn-2021.toml")


def test_it_says_that_it_is_invented_and_comes_to_513_ha(shipped: tuple[Ledger, Outturn]) -> None:
    ledger, facts = shipped
    assert facts.data_nature == "合成"
    assert "513" in facts.note["zh"]
    begun = [ledger.by_id[start.patch] for start in facts.started]
    area = sum(p.area_m2 for p in begun if not p.by_enterprise and p.treatment is not Treatment.NATURAL)
    assert 5_125_000 <= area <= 5_135_000
    assert all((p.tenure_clear_from or 2021) <= 2021 for p in begun)
    assert all(start.on.year == 2021 for start in facts.started)


def test_the_years_limit_is_overtaken_and_no_purse_is(shipped: tuple[Ledger, Outturn]) -> None:
    """513 ha where 456 were the most; in money the year keeps its 70,000 (10k yuan)."""
    ledger, facts = shipped
    now, trial = with_facts(ledger, facts), load_scenario(DATA / "scenarios" / "contingency.toml")
    begun = {start.patch for start in facts.started}
    later = [p for p in ledger.patches if p.patch not in begun and p.treatment is not Treatment.NATURAL]
    picks = [Pick(p.patch, ledger.options_of(p)[0].option, 2022) for p in later]
    past = fix_past(now, trial, as_plan(ledger, trial, picks), 2022, ())
    assert past.recorded == {2021}
    assert [(one.clause, one.unit) for one in past.overtaken] == [("first_year_task", "m2")]
    assert past.overtaken[0].amount == pytest.approx(570_000, abs=5_000)
    assert past.money == ()
    assert past.scenario.clause("first_year_task").soft


def test_a_file_that_is_not_facts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput):
        load_outturn(tmp_path / "gone.toml")
    (tmp_path / "bad.toml").write_text('started = [{ patch = "A" }]\npaid = [{ source = "x", year = 1, yuan = -1 }]')
    with pytest.raises(BadInput) as refused:
        load_outturn(tmp_path / "bad.toml")
    columns = {finding.column for finding in refused.value.findings}
    assert {"started.0.on", "paid.0.source", "paid.0.yuan"} <= columns
