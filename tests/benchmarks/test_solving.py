"""The runners run, on a town of sixty patches, and their figures follow from what the solvers said."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import scale, shortfall, solving, what_if
from benchmarks.cases import Case, cases, make
from benchmarks.plot import gaps_over_time
from benchmarks.problems import leading_problem, read, write
from benchmarks.solving import Run
from planner import Ledger

TOWN = Case(60, "waiting", "loose", "sparse")


@pytest.fixture(autouse=True)
def out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("benchmarks.measure.OUT", tmp_path)
    monkeypatch.setattr("benchmarks.problems.OUT", tmp_path)
    return tmp_path


def event(seconds: float, value: float | None, bound: float | None) -> dict[str, Any]:
    return {"seconds": seconds, "value": value, "bound": bound}


def run(solver: str, *events: dict[str, Any]) -> Run:
    said = {"events": list(events), "status": "feasible", "seconds": 9.0, "peak_bytes": 1, "cpu_seconds": 9.0,
            "broken": 0, "load": ""}  # fmt: skip
    return Run(TOWN, solver, said)


def test_gaps_follow_from_values_and_bounds() -> None:
    own = run("x", event(1, None, 90), event(2, 120, None), event(3, 100, None), event(4, None, 99.999))
    assert own.gaps == [(2, 0.25), (3, 0.1), (4, 1e-4)]  # floored
    assert (own.gap_at(1), own.gap_at(2.4), own.gap_at(10)) == (1.0, 0.25, 1e-4)
    assert (own.seconds_to(0.05), own.seconds_to(0.2), run("y").seconds_to(0.05)) == (4, 3, None)


def test_means_are_over_the_cases_that_all_solvers_ran(capsys: pytest.CaptureFixture[str]) -> None:
    found = [run("ours", event(1, 100, 99)), run("other", event(1, 100, 96))]
    alone = Run(Case(60, "cost", "loose", "sparse"), "ours", found[0].said)
    summary = solving.report([*found, alone], argparse.Namespace(seconds=10.0, threads=1))
    assert [(line["solver"], line["gaps"]) for line in summary["means"]] == [
        ("ours", [pytest.approx(0.01)]), ("other", [pytest.approx(0.04)]),
    ]  # fmt: skip
    assert "60 patches: ours against the best of the others: 10 s 0.25" in capsys.readouterr().out


def test_the_set_is_the_same_every_time_and_is_what_its_names_say() -> None:
    every = list(cases())
    assert len(every) == len({case.name for case in every}) == 40
    assert all(Case.named(case.name) == case for case in every)
    (ledger, scenario), (again, once_more) = make(TOWN), make(TOWN)
    assert (ledger, scenario.digest) == (again, once_more.digest)
    assert make(TOWN, seed=1)[0] != ledger
    assert len(ledger.patches) == 60
    assert Ledger.from_frames(*ledger.to_frames(), ledger.meta) == ledger  # and through every check


def test_a_problem_comes_back_from_its_file(tmp_path: Path) -> None:
    problem = leading_problem(*make(TOWN))
    write(problem, tmp_path / "town.npz")
    back = read(tmp_path / "town.npz")
    assert (back.matrix != problem.matrix).nnz == 0
    assert (back.sense, back.offset, back.objective.tolist()) == (
        problem.sense, problem.offset, problem.objective.tolist(),
    )  # fmt: skip


@pytest.mark.slow
def test_every_solver_answers_alike(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--seconds", "30", "--threads", "1", "--out", str(out), "--cases"]
    solving.main([*arguments, TOWN.name])
    solving.main([*arguments, "60-waiting-tight-sparse-short", "--solvers", "ours", "cbc"])
    runs = {
        (said["case"], said["solver"]): said
        for said in (json.loads(path.read_text()) for path in (out / "solving").glob("*.json"))
    }
    solvers = ("ours", "highs", "cp_sat", "scip", "cbc")
    town = [runs[TOWN.name, solver] for solver in solvers]
    assert [said["trouble"] for said in town] == [""] * 5
    values = [[e["value"] for e in said["events"] if e["value"] is not None][-1] for said in town]
    assert values == [pytest.approx(values[0], rel=1e-4)] * 5
    assert all(Run(TOWN, said["solver"], said).gap_at(30) <= 0.01 for said in town)
    assert [said["broken"] for said in town] == [0] * 5
    assert [runs["60-waiting-tight-sparse-short", s]["status"] for s in ("ours", "cbc")] == ["infeasible"] * 2
    assert "<svg" in (out / "solving.svg").read_text()
    capsys.readouterr()
    solving.main([*arguments, TOWN.name])  # nothing is run again
    assert f"  {TOWN.name} ours:" not in capsys.readouterr().out


def test_the_picture_has_a_line_for_each_solver() -> None:
    drawn = gaps_over_time({"60 patches": {"ours": [[(1.0, 0.1), (5.0, 0.01)]], "other": [[]]}}, 10.0)
    assert drawn.count('fill="none"') == 2
    assert ">ours</text>" in drawn


def test_what_if_counts_what_it_asked(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    what_if.main(["--case", TOWN.name, "--changes", "2", "--seconds", "1", "--base-seconds", "2"])
    kept = json.loads((out / "what_if.json").read_text())
    assert len(kept["from nothing"]) == 2
    assert "| from nothing | " in capsys.readouterr().out


def test_shortfall_says_what_is_missing(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shortfall.main(["--sizes", "60", "--seconds", "10"])
    kept = json.loads((out / "shortfall.json").read_text())
    assert [line["proved"] for line in kept] == [True, True]
    assert all(0 < line["bound"] <= line["total"] for line in kept)


def test_executors_agree_where_scale_compares_them(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    how = ["--how", "in this process", "2 local workers"]
    scale.main(["--case", TOWN.name, "--points", "3", "--draws", "20", "--seconds", "2", *how])
    assert json.loads((out / "scale.json").read_text())["same"] is True
