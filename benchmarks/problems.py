"""The set as files: ``python -m benchmarks.problems NAME PATH`` writes the problem of a case's leading goal.

Ledgers and problems are kept under ``out/benchmarks``, named by the case and by what they were made from, so that a
large one is made once.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
import time
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks.cases import Case, national_ledger, scenario_of
from benchmarks.measure import OUT, ROOT, run, say
from planner import Ledger, Scenario
from planner.model import formulate
from planner.scenario import overridden
from solvers import Problem, Sense

_MADE_BY = ("benchmarks/cases.py", "planner/ledger", "planner/scenario", "data/beijing")
_FORMULATED_BY = (*_MADE_BY, "planner/model", "planner/plan", "planner/clauses")


def made(case: Case) -> tuple[Ledger, Scenario]:
    """The ledger and scenario of a case, the ledger from its file where it was made before."""
    path = OUT / "ledgers" / f"{case.patches}.{_digest(_MADE_BY)}.pickle"
    if path.exists():
        with path.open("rb") as file:
            ledger: Ledger = pickle.load(file)
    else:
        ledger = national_ledger(case.patches, seed=0)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            pickle.dump(ledger, file, protocol=pickle.HIGHEST_PROTOCOL)
        part.replace(path)
    return ledger, scenario_of(case, ledger)


def problem_file(case: Case) -> Path:
    """Where the problem of a case stands; made in a process of its own if it is not there yet."""
    path = OUT / "problems" / f"{case.name}.{_digest(_FORMULATED_BY)}.npz"
    if not path.exists():
        child = run("problems", case.name, str(path), patience=3_600.0)
        if child.trouble:
            raise RuntimeError(child.trouble)
    return path


def _digest(places: tuple[str, ...]) -> str:
    content = hashlib.sha256()
    for place in places:
        path = ROOT / place
        for file in sorted(path.rglob("*") if path.is_dir() else [path]):
            if file.is_file() and file.suffix in (".py", ".toml", ".json", ".geojson"):
                content.update(file.read_bytes())
    return content.hexdigest()[:8]


def write(problem: Problem, path: Path) -> None:
    """Write the arrays of a problem, without its names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez(
        part, data=problem.matrix.data, indices=problem.matrix.indices, indptr=problem.matrix.indptr,
        row_lower=problem.row_lower, row_upper=problem.row_upper, lower=problem.lower, upper=problem.upper,
        integer=problem.integer, objective=problem.objective, offset=problem.offset, sense=str(problem.sense),
    )  # fmt: skip
    part.replace(path)


def read(path: Path) -> Problem:
    """Read what `write` wrote."""
    with np.load(path) as kept:
        shape = (kept["row_lower"].size, kept["lower"].size)
        return Problem(
            matrix=sparse.csr_array((kept["data"], kept["indices"], kept["indptr"]), shape=shape),
            row_lower=kept["row_lower"], row_upper=kept["row_upper"], lower=kept["lower"], upper=kept["upper"],
            integer=kept["integer"], objective=kept["objective"], offset=float(kept["offset"]),
            sense=Sense(str(kept["sense"])),
        )  # fmt: skip


def leading_problem(ledger: Ledger, scenario: Scenario) -> Problem:
    """The problem of the leading goal, with the columns of all goals in it, as a plan is made."""
    formulation = formulate(overridden(ledger, scenario), scenario)
    goals = scenario.ordered_goals
    for goal in goals:
        formulation.objective(goal.name)
    return formulation.problem(goals[0].name)


def main() -> None:
    name, path = sys.argv[1:]
    began = time.perf_counter()
    write(leading_problem(*made(Case.named(name))), Path(path))
    say(seconds=time.perf_counter() - began)


if __name__ == "__main__":
    main()
