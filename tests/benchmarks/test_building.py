"""The yardstick is the same model: its optimum is ours."""

from __future__ import annotations

import pulp
import pytest

from benchmarks import building
from benchmarks.cases import Case, make
from benchmarks.core_in_pulp import core_in_pulp
from benchmarks.problems import leading_problem
from planner.ledger import Treatment
from planner.plan import Works
from planner.plan.holding import holding_costs
from solvers import Limits, Status, solve


@pytest.mark.parametrize("lead", ["waiting", "cost"])
def test_the_core_in_pulp_has_our_optimum(lead: str) -> None:
    ledger, scenario = make(Case(60, lead, "loose", "sparse"))
    ours = solve(leading_problem(ledger, scenario), limits=Limits(seconds=60.0, threads=1))
    model = core_in_pulp(ledger, scenario)
    model.solve(pulp.COIN_CMD(path=pulp.PULP_CBC_CMD.pulp_cbc_path, msg=False, timeLimit=60, threads=1))
    assert ours.status is Status.OPTIMAL
    assert pulp.LpStatus[model.status] == "Optimal"
    constant = 0
    if lead == "cost":  # what sites of natural recovery are held for is the same in every plan, and not in the core
        works = Works(ledger, scenario)
        natural = [patch for patch in ledger.patches if patch.treatment is Treatment.NATURAL]
        constant = sum(cost.yuan for patch in natural for cost in holding_costs(works, patch, None, None))
    assert round(pulp.value(model.objective)) + constant == ours.value


def test_building_prints_its_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("benchmarks.measure.OUT", tmp_path)
    building.main(["--sizes", "60"])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| 60-")]
    assert [line.split(" | ")[:2] for line in lines] == [
        ["| 60-waiting-tight-all", "ours"],
        ["| 60-waiting-tight-sparse", "ours"],
        ["| 60-waiting-tight-sparse", "pulp"],
    ]
    assert (tmp_path / "building.json").exists()
