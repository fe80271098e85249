"""Exact answers by CP-SAT to choices among projects within yearly budgets, in a process of its own.

Run as a script: takes a list of cases as JSON from standard input and prints the list of answers.

A case is ``{"budgets": [by year], "carry": years, "patches": [[{"spend": [by year], "worth": n}, …], …],
"everything": bool, "minimise": bool}``, all amounts whole numbers; of each patch one way at most is taken, or
exactly one where `everything` is true. Money of a year pays in that year and the `carry` years after it. The answer
is the optimum, or None where there is none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def answers(cases: list[dict[str, Any]]) -> list[int | None]:
    """The optimum of each case; a fresh interpreter finds them, for CP-SAT and HiGHS do not share one."""
    command = [sys.executable, str(Path(__file__))]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [None if answer is None else int(answer) for answer in json.loads(done.stdout)]


def _answer(case: dict[str, Any]) -> int | None:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    years = range(len(case["budgets"]))
    spent: list[list[Any]] = [[] for _ in years]
    worth: list[tuple[int, Any]] = []
    for ways in case["patches"]:
        taken = [model.new_bool_var("") for _ in ways]
        (model.add_exactly_one if case["everything"] else model.add_at_most_one)(taken)
        for way, chosen in zip(ways, taken, strict=True):
            worth.append((way["worth"], chosen))
            for year in years:
                spent[year].append(way["spend"][year] * chosen)
    carry = case.get("carry", 0)
    use = {
        (vintage, year): model.new_int_var(0, case["budgets"][vintage], "")
        for vintage in years
        for year in years
        if 0 <= year - vintage <= carry
    }
    for year in years:
        model.add(sum(spent[year]) == sum(amount for (_, y), amount in use.items() if y == year))
        model.add(sum(amount for (v, _), amount in use.items() if v == year) <= case["budgets"][year])
    (model.minimize if case["minimise"] else model.maximize)(sum(amount * chosen for amount, chosen in worth))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = 60
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status != cp_model.OPTIMAL:
        raise RuntimeError(f"no proof: {solver.status_name(status)}")
    return sum(amount for amount, chosen in worth if solver.value(chosen))  # its own objective value is a float


if __name__ == "__main__":
    json.dump([_answer(case) for case in json.load(sys.stdin)], sys.stdout)
