"""Linear relaxations with HiGHS: simplex and interior points race, and the first to end is believed.

Which of the two is faster changes with the programme by a factor of three either way. A vertex is not needed, so the
interior point is not crossed over. Where the run has a limit of nodes, two runs have to agree: then simplex runs alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Any

import numpy as np

from solvers.backend import Orders, Watch
from solvers.problem import Floats
from solvers.program import Ints, Program
from solvers.relaxation import Relaxed

_SIMPLEX = {"solver": "simplex"}
_INTERIOR = {"solver": "ipm", "run_crossover": "off"}


def relax(program: Program, orders: Orders, watch: Watch) -> Relaxed | None:
    """A point of the relaxation near its optimum, and prices; None where neither method came to one."""
    if orders.nodes is not None or orders.threads == 1:
        return _run(program, orders, _SIMPLEX, watch.stop_requested)
    settled = threading.Event()

    def stopped() -> bool:
        return settled.is_set() or watch.stop_requested()

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(_run, program, orders, method, stopped) for method in (_SIMPLEX, _INTERIOR)]
        found = None
        for run in as_completed(runs):
            found = found or run.result()
            if found is not None:
                settled.set()
        return found


def _run(program: Program, orders: Orders, method: dict[str, str], stopped: Callable[[], bool]) -> Relaxed | None:
    import highspy

    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.silent()
    options: dict[str, Any] = {"threads": 1, "random_seed": orders.seed % (2**31 - 1), **method}
    if orders.seconds is not None:
        options["time_limit"] = orders.seconds
    for name, value in options.items():
        highs.setOptionValue(name, value)
    pass_program(highs, replace(program, integer=np.zeros(program.columns, dtype=np.bool_)), 0.0)

    def look(event: Any) -> None:
        if stopped():
            event.interrupt()

    highs.cbSimplexInterrupt.subscribe(look)
    highs.cbIpmInterrupt.subscribe(look)
    run(highs)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solution = highs.getSolution()
    x = np.clip(np.array(solution.col_value, dtype=np.float64), program.lower, program.upper)
    return Relaxed(x, np.array(solution.row_dual, dtype=np.float64))


class Kept:
    """A linear programme in HiGHS, which starts from its last basis; see `solvers.backend.Linear`."""

    def __init__(self, program: Program) -> None:
        import highspy

        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("solver", "simplex")
        pass_program(self._highs, replace(program, integer=np.zeros(program.columns, dtype=np.bool_)), 0.0)

    def reprice(self, objective: Floats) -> None:
        """Give new costs to all columns."""
        self._highs.changeColsCost(objective.size, np.arange(objective.size, dtype=np.int32), objective)

    def add(self, objective: Floats, rows: Sequence[Ints], values: Sequence[Floats]) -> None:
        """Further columns from 0 on."""
        starts = np.cumsum([0, *(own.size for own in rows[:-1])]).astype(np.int32)
        indices, entries = np.concatenate(rows).astype(np.int32), np.concatenate(values)
        none, endless = np.zeros(objective.size), np.full(objective.size, np.inf)
        self._highs.addCols(objective.size, objective, none, endless, entries.size, starts, indices, entries)

    def run(self) -> Relaxed | None:
        """Minimise."""
        import highspy

        optimal = highspy.HighsModelStatus.kOptimal
        run(self._highs)
        if self._highs.getModelStatus() != optimal:  # the last basis may lead it astray
            self._highs.clearSolver()
            run(self._highs)
        if self._highs.getModelStatus() != optimal:
            return None
        solution = self._highs.getSolution()
        return Relaxed(np.array(solution.col_value, dtype=np.float64), np.array(solution.row_dual, dtype=np.float64))


def run(highs: Any) -> Any:
    """Run HiGHS; gives the status of that.

    A thread in which HiGHS has run on one core will not run it on two, and the other way round: the answer is then that
    nothing was done. What it keeps for that thread is dropped, and it runs again.
    """
    import highspy

    status = highs.run()
    if highs.getModelStatus() == highspy.HighsModelStatus.kNotset:
        highs.resetGlobalScheduler(True)
        status = highs.run()
    return status


def pass_program(highs: Any, program: Program, offset: float) -> Any:
    """Hand a programme over; gives the status of that."""
    import highspy

    return highs.passModel(
        program.columns,
        program.rows,
        program.values.size,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        offset,
        program.objective,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        program.starts.astype(np.int32),
        program.indices.astype(np.int32),
        program.values,
        program.integer.astype(np.int32),
    )
