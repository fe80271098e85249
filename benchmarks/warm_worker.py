"""What keeping solvers loaded saves: several solves in a row, each in a new process and all in one session.

Run by hand: ``python benchmarks/warm_worker.py [SOLVES] [SECONDS]``: 10 small solves for each solver, and at most 60 s
for each plan of 60 patches, evenly taken from the shipped ledger.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np

import solvers
from planner import Ledger, Plan, Scenario, load_ledger, load_scenario, make_plan
from solvers import Limits, Problem, Session
from solvers.process import SolvingProcess

SHIPPED = Path(__file__).parents[1] / "data" / "beijing"
PATCHES = 60


class Forgetful(Session):
    """A session that keeps nothing: each solve has a process of its own, as without a session."""

    def _put_back(self, process: SolvingProcess, solver: str) -> None:
        process.end()


def knapsack(seed: int) -> Problem:
    """Thirty items, one budget: milliseconds for every solver."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(10, 100, 30).astype(float)
    return Problem(
        matrix=cost[None, :],  # type: ignore[arg-type]  # made sparse by Problem
        row_lower=np.array([-np.inf]),
        row_upper=np.array([float(cost.sum() // 2)]),
        lower=np.zeros(30),
        upper=np.ones(30),
        integer=np.ones(30, dtype=bool),
        objective=-rng.integers(10, 100, 30).astype(float),
    )


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def solve_all(problems: list[Problem], solver: str, session: Session) -> list[float | None]:
    limits = Limits(threads=2)
    return [solvers.solve(problem, solver=solver, limits=limits, session=session).value for problem in problems]


def small_solves(count: int) -> None:
    problems = [knapsack(seed) for seed in range(count)]
    print(f"{count} knapsacks of 30 items in a row, seconds\n")
    print("| solver | cold | warm | ratio |\n| --- | --- | --- | --- |")
    for info in solvers.backends():
        if not info.available:
            continue
        answers: list[list[float | None]] = []
        seconds = []
        for kind in (Forgetful, Session):
            with kind() as session:
                seconds.append(timed(lambda: answers.append(solve_all(problems, info.name, session))))  # noqa: B023
        assert answers[0] == answers[1]
        cold, warm = seconds
        print(f"| {info.name} | {cold:.2f} | {warm:.2f} | {cold / warm:.1f} |")


def sixty(short_by: int = 0) -> tuple[Ledger, Scenario]:
    """Sixty patches that are alike the shipped ledger's, and the baseline's rules with money for just these."""
    ledger = load_ledger(SHIPPED / "ledger.xlsx")
    base = load_scenario(SHIPPED / "scenarios" / "base.toml")
    tasks = [patch for patch in ledger.patches if not patch.by_enterprise]
    patches = tuple(tasks[k * len(tasks) // PATCHES] for k in range(PATCHES))
    named = {patch.patch for patch in patches}
    options = tuple(option for option in ledger.options if option.patch in named)
    small = Ledger(patches, options, ledger.meta)
    need = sum(patch.cost_yuan for patch in patches if patch.treatment != "natural")
    share = [0.4, 0.2, 0.2, 0.2, 0.2]  # a fifth more than the need, unless it shall be short
    yuan = [int(need * part) for part in share] if not short_by else [(need - short_by) // 5] * 5
    data = base.model_dump(mode="json", serialize_as_any=True)
    data["budgets"] = [
        {"source": "municipal", "year": year, "yuan": amount}
        for year, amount in zip(base.horizon.years, yuan, strict=True)
    ]
    data["clauses"]["payer"]["municipal_share_percent"] = 100
    for name in ("first_year_task", "hazards", "special_project"):
        data["clauses"][name]["mode"] = "off"
    # the city pays for all, so that one purse is enough
    unlicensed = [patch.patch for patch in patches if not patch.ever_licensed]
    override = {"field": "ever_licensed", "value": True, "reason": "one purse"}
    data["overrides"] = [override | {"patch": patch} for patch in unlicensed]
    return small, Scenario.model_validate(data)


def plans(seconds: float) -> None:
    print(f"\nmake_plan on {PATCHES} patches, seconds\n")
    print("| plan | solver | cold | warm | ratio |\n| --- | --- | --- | --- | --- |")
    for name, short_by in (("baseline-like", 0), ("short of money", 100_000_000)):
        ledger, scenario = sixty(short_by)
        for solver in ("highs", "cp_sat"):
            made: list[Plan] = []
            times = []
            for kind in (Forgetful, Session):
                with mock.patch("planner.planning.Session", kind):
                    times.append(
                        timed(lambda: made.append(make_plan(ledger, scenario, solver=solver, seconds=seconds)))  # noqa: B023
                    )
            cold, warm = times
            assert made[0].status == made[1].status
            assert made[0].certificate.goals == made[1].certificate.goals
            label = f"{name} ({made[1].status}, {len(made[1].certificate.goals)} goals)"
            print(f"| {label} | {solver} | {cold:.2f} | {warm:.2f} | {cold / warm:.2f} |")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    small_solves(count)
    plans(seconds)


if __name__ == "__main__":
    main()
