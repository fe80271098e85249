"""CP-SAT of OR-Tools: whole numbers only, and no tolerance anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from solvers.backend import Ending, Orders, Raw, Watch
from solvers.backends import _ortools
from solvers.integral import RANGE, Integral, NotWholeError, integral
from solvers.problem import Floats
from solvers.program import Program

_NODE = 1e-3  # units of CP-SAT's deterministic time that stand for a node


class CpSat(_ortools.OrTools):
    """A second opinion of another kind: it reasons about clauses in whole numbers, where the others round an LP.

    It takes whole columns and decimal coefficients (`solvers.integral`), and gives up with the reason on anything
    else. It is only ever given linear rows: through ``add_cumulative``, version 9.15 has called 28 optimal where 27 is.

    A column that nothing bounds is held to a range of 10**9. An answer is then claimed only where the rows and its own
    value show that no better one lies beyond; "infeasible" and "unbounded" never are.

    It counts no nodes: a limit of them becomes one of its deterministic time, a thousandth of a unit (about a second)
    each. Its threads take turns in a fixed order, so that the same seed gives the same answer.
    """

    name = "cp_sat"
    floating = False
    shrunk = False

    def load(self) -> None:
        """Load CP-SAT."""
        from ortools.sat.python import cp_model_helper  # noqa: F401

    def solve(self, program: Program, orders: Orders, watch: Watch) -> Raw:
        """Minimise with CP-SAT."""
        from ortools.sat.python import cp_model_helper

        try:
            whole = integral(program)
        except NotWholeError as error:
            return Raw(Ending.GAVE_UP, message=f"CP-SAT works in whole numbers only: {error}")
        if whole.empty:
            return Raw(Ending.INFEASIBLE, message="a row or a column has no whole number between its sides")
        wrapper = cp_model_helper.SolveWrapper()
        wrapper.set_parameters(_parameters(orders))
        news = _ortools.News(watch)
        listener = _listener(news)
        wrapper.add_solution_callback(listener)
        if whole.objective.any() and not whole.held.size:
            wrapper.add_best_bound_callback(lambda bound: news.tell(bound=bound - orders.offset))
        model = _model(whole, orders)
        response = news.attend(lambda: wrapper.solve(model), wrapper.stop_search)
        wrapper.clear_solution_callback(listener)
        return _answer(response, whole, orders, stopped=watch.stop_requested())


def _parameters(orders: Orders) -> Any:
    from ortools.sat.python import cp_model_helper

    parameters = cp_model_helper.SatParameters()
    parameters.num_workers = orders.threads
    parameters.interleave_search = orders.threads > 1
    parameters.random_seed = orders.seed % (2**31 - 1)
    parameters.relative_gap_limit = orders.gap
    parameters.absolute_gap_limit = orders.abs_gap
    if orders.seconds is not None:
        parameters.max_time_in_seconds = orders.seconds
    if orders.nodes is not None:
        parameters.max_deterministic_time = max(1, orders.nodes) * _NODE
    return parameters


def _model(whole: Integral, orders: Orders) -> Any:
    from ortools.sat.python import cp_model_helper

    model = cp_model_helper.CpModelProto()
    for bounds in np.stack([whole.lower, whole.upper], axis=1).tolist():
        model.variables.add().domain.extend(bounds)
    columns, values, starts = whole.program.indices.tolist(), whole.values.tolist(), whole.program.starts.tolist()
    sides = np.stack([whole.row_lower, whole.row_upper], axis=1).tolist()
    for row, (low, high) in enumerate(sides):
        here = slice(starts[row], starts[row + 1])
        linear = model.constraints.add().linear
        linear.vars.extend(columns[here])
        linear.coeffs.extend(values[here])
        linear.domain.extend([low, high])
    used = np.flatnonzero(whole.objective)
    if used.size:
        model.objective.vars.extend(used.tolist())
        model.objective.coeffs.extend(whole.objective[used].tolist())
        model.objective.scaling_factor = 1.0 / whole.scale
        model.objective.offset = orders.offset * whole.scale
    if orders.start is not None:
        _hint(model, whole, orders.start)
    return model


def _hint(model: Any, whole: Integral, start: Floats) -> None:
    known = np.flatnonzero(np.isfinite(start))
    values = np.clip(np.rint(start[known]), whole.lower[known], whole.upper[known]).astype(np.int64)
    model.solution_hint.vars.extend(known.tolist())
    model.solution_hint.values.extend(values.tolist())


def _listener(news: _ortools.News) -> Any:
    """A callback for solutions; its class can only be made once OR-Tools is loaded."""
    from ortools.sat.python import cp_model_helper

    class Listener(cp_model_helper.SolutionCallback):  # type: ignore[misc]
        def OnSolutionCallback(self) -> None:  # noqa: N802  # the name that OR-Tools calls
            news.tell(x=np.array(list(self.Response().solution), dtype=np.float64))

    return Listener()


def _answer(response: Any, whole: Integral, orders: Orders, *, stopped: bool) -> Raw:
    """What CP-SAT says, less what depends on a range that was put in its way."""
    from ortools.sat.python import cp_model_helper as said

    status = response.status
    notes = []
    if orders.nodes is not None:
        notes.append(f"CP-SAT counts no nodes: each of {orders.nodes} was taken for {_NODE:g} units of its own time")
    x = None
    if status in (said.OPTIMAL, said.FEASIBLE):
        x = np.array(list(response.solution), dtype=np.float64)
    # without a solution the response may hold 0, which bounds nothing; what was proved has been reported on the way
    bound = response.best_objective_bound - orders.offset if x is not None and whole.objective.any() else None
    if status == said.OPTIMAL:
        ending = Ending.DONE
    elif status == said.INFEASIBLE:
        ending, bound = Ending.INFEASIBLE, None
    elif status == said.MODEL_INVALID:
        return Raw(Ending.GAVE_UP, message="CP-SAT calls the model invalid")
    elif stopped:
        ending = Ending.USER
    else:
        ending = Ending.TIME if orders.nodes is None or _time_is_up(response, orders) else Ending.NODES
    if ending is not Ending.DONE:
        notes.insert(0, f"CP-SAT says: {str(status).rpartition('.')[2]}")
    if whole.held.size and (x is None or not whole.reaches(x)):
        bound = None
        if ending in (Ending.DONE, Ending.INFEASIBLE):
            ending = Ending.GAVE_UP
        notes.append(
            f"nothing bounds {whole.held.size} columns, the first is column {whole.held[0]}; "
            f"CP-SAT looked at them within {RANGE} only, and what lies beyond is not known"
        )
    return Raw(ending, x, bound, None, "; ".join(notes))


def _time_is_up(response: Any, orders: Orders) -> bool:
    return orders.seconds is not None and bool(response.wall_time >= orders.seconds)


BACKEND = CpSat()
