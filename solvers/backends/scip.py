"""SCIP, as it comes with OR-Tools, through MathOpt.

MathOpt rather than pywraplp: it can be interrupted, shows each solution while SCIP runs, takes parts of a start, and
keeps limit and proof apart. Its plain messages are used, not its modelling classes, which would load pandas.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from solvers.backend import Ending, Orders, Raw, Watch
from solvers.backends import _ortools
from solvers.problem import Floats
from solvers.program import Program

_LINES = 10  # nodes between two lines of SCIP's table


class Scip(_ortools.OrTools):
    """A second opinion by branch and cut, of another family than HiGHS.

    It searches with one thread whatever is asked: as built here, it has no parallel search. Its relative gap is taken
    from the smaller of value and bound, so it never stops before the gap that was asked for is reached.
    """

    name = "scip"
    floating = True
    shrunk = True

    def load(self) -> None:
        """Load MathOpt with SCIP in it."""
        from ortools.math_opt.core.python import solver  # noqa: F401

    def solve(self, program: Program, orders: Orders, watch: Watch) -> Raw:
        """Minimise with SCIP."""
        from ortools.math_opt import callback_pb2, parameters_pb2
        from ortools.math_opt.core.python import solver
        from ortools.util.python import pybind_solve_interrupter

        interrupter = pybind_solve_interrupter.PySolveInterrupter()
        news = _ortools.News(watch)
        listener = _Listener(news, program, orders.offset)
        registration = callback_pb2.CallbackRegistrationProto()
        registration.request_registration.append(callback_pb2.CALLBACK_EVENT_MIP_SOLUTION)
        mixed = bool(program.integer.any())
        arguments = (
            _model(program, orders.offset),
            parameters_pb2.SOLVER_TYPE_GSCIP,
            parameters_pb2.SolverInitializerProto(),
            _parameters(orders),
            _hints(orders),
            listener.read,
            registration if mixed else callback_pb2.CallbackRegistrationProto(),
            listener.better if mixed else None,
            interrupter,
        )
        try:
            result = news.attend(lambda: solver.solve(*arguments), interrupter.interrupt)
        except _refusal() as error:
            if "unbounded" in listener.said:  # its endless point is one that MathOpt cannot hand over
                ending = Ending.UNCLEAR if "infeasible" in listener.said else Ending.UNBOUNDED
                return Raw(ending, message=f"SCIP says: {listener.said}")
            return Raw(Ending.GAVE_UP, message=f"SCIP refused the problem: {error}")
        return _answer(result, program, orders.offset, mixed=mixed)


def _refusal() -> type[Exception]:
    """What MathOpt raises when it refuses something; it is only there once MathOpt is loaded."""
    from pybind11_abseil.status import StatusNotOk

    error: type[Exception] = StatusNotOk
    return error


def _model(program: Program, offset: float) -> Any:
    from ortools.math_opt import model_pb2

    model = model_pb2.ModelProto()
    model.variables.ids.extend(range(program.columns))
    model.variables.lower_bounds.extend(program.lower.tolist())
    model.variables.upper_bounds.extend(program.upper.tolist())
    model.variables.integers.extend(program.integer.tolist())
    used = np.flatnonzero(program.objective)
    model.objective.offset = offset
    model.objective.linear_coefficients.ids.extend(used.tolist())
    model.objective.linear_coefficients.values.extend(program.objective[used].tolist())
    model.linear_constraints.ids.extend(range(program.rows))
    model.linear_constraints.lower_bounds.extend(program.row_lower.tolist())
    model.linear_constraints.upper_bounds.extend(program.row_upper.tolist())
    rows = np.repeat(np.arange(program.rows), np.diff(program.starts))
    order = np.lexsort((program.indices, rows))  # MathOpt wants the columns of a row in ascending order
    matrix = model.linear_constraint_matrix
    matrix.row_ids.extend(rows[order].tolist())
    matrix.column_ids.extend(program.indices[order].tolist())
    matrix.coefficients.extend(program.values[order].tolist())
    return model


def _parameters(orders: Orders) -> Any:
    from ortools.math_opt import parameters_pb2

    parameters = parameters_pb2.SolveParametersProto()
    parameters.relative_gap_tolerance = orders.gap
    parameters.absolute_gap_tolerance = orders.abs_gap
    parameters.random_seed = orders.seed % (2**31 - 1)
    if orders.seconds is not None:
        whole = math.floor(orders.seconds)
        parameters.time_limit.seconds = whole
        parameters.time_limit.nanos = int((orders.seconds - whole) * 1e9)
    if orders.nodes is not None:
        parameters.node_limit = orders.nodes
    parameters.gscip.int_params["display/freq"] = _LINES
    if orders.tight:
        for name in ("numerics/feastol", "numerics/dualfeastol"):
            parameters.gscip.real_params[name] = 1e-9
    return parameters


def _hints(orders: Orders) -> Any:
    from ortools.math_opt import model_parameters_pb2

    parameters = model_parameters_pb2.ModelSolveParametersProto()
    if orders.start is not None:
        known = np.flatnonzero(np.isfinite(orders.start))
        hint = parameters.solution_hints.add().variable_values
        hint.ids.extend(known.tolist())
        hint.values.extend(orders.start[known].tolist())
    return parameters


class _Listener:
    """Reads SCIP's table, and takes the solutions that are better than the last."""

    def __init__(self, news: _ortools.News, program: Program, offset: float) -> None:
        self._news = news
        self._program = program
        self._offset = offset
        self._best = math.inf
        self._head: list[str] = []
        self.said = ""

    def better(self, data: Any) -> Any:
        """Take a solution; SCIP shows worse ones too."""
        from ortools.math_opt import callback_pb2

        x = _dense(data.primal_solution_vector, self._program.columns)
        value = float(self._program.objective @ x)
        if value < self._best:
            self._best = value
            # without the bound shown along with it: before the first node that may be 0, which bounds nothing
            self._news.tell(x=x)
        return callback_pb2.CallbackResultProto()

    def read(self, lines: list[str]) -> None:
        """Read SCIP's table by the names at its head, and how it says that it ended."""
        for line in lines:
            fields = [field.strip() for field in line.split("|")]
            if "dualbound" in fields:
                self._head = fields
            elif self._head and len(fields) == len(self._head):
                self._stand(dict(zip(self._head, fields, strict=True)))
            elif line.startswith("SCIP Status"):
                self.said = line.partition(":")[2].strip()

    def _stand(self, fields: dict[str, str]) -> None:
        nodes, bound = _number(fields["node"]), _number(fields["dualbound"])
        if nodes and bound is not None:
            # printed with seven digits: lowered by what the rounding may have added
            self._news.tell(bound=bound - 1e-6 * abs(bound) - self._offset, nodes=int(nodes))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e20 else None


def _known(bound: float, offset: float) -> float | None:
    """A bound without the objective's constant; None where SCIP has none (it writes 1e20, or infinite)."""
    return bound - offset if math.isfinite(bound) and abs(bound) < 1e20 else None


def _dense(sparse: Any, columns: int) -> Floats:
    x = np.zeros(columns)
    x[np.array(sparse.ids, dtype=np.int64)] = np.array(sparse.values, dtype=np.float64)
    return x


def _answer(result: Any, program: Program, offset: float, *, mixed: bool) -> Raw:
    from ortools.math_opt import result_pb2, solution_pb2

    limits = {
        result_pb2.LIMIT_TIME: Ending.TIME,
        result_pb2.LIMIT_NODE: Ending.NODES,
        result_pb2.LIMIT_INTERRUPTED: Ending.USER,
        result_pb2.LIMIT_MEMORY: Ending.MEMORY,
    }
    endings = {
        result_pb2.TERMINATION_REASON_OPTIMAL: Ending.DONE,
        result_pb2.TERMINATION_REASON_INFEASIBLE: Ending.INFEASIBLE,
        result_pb2.TERMINATION_REASON_UNBOUNDED: Ending.UNBOUNDED,
        result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED: Ending.UNCLEAR,
        result_pb2.TERMINATION_REASON_FEASIBLE: limits.get(result.termination.limit, Ending.GAVE_UP),
        result_pb2.TERMINATION_REASON_NO_SOLUTION_FOUND: limits.get(result.termination.limit, Ending.GAVE_UP),
    }
    ending = endings.get(result.termination.reason, Ending.GAVE_UP)
    x = None
    if ending not in (Ending.INFEASIBLE, Ending.UNBOUNDED, Ending.UNCLEAR):
        for solution in result.solutions:
            primal = solution.primal_solution
            if primal.feasibility_status == solution_pb2.SOLUTION_STATUS_FEASIBLE:
                x = _dense(primal.variable_values, program.columns)
                break  # the best comes first
    bound = None
    if ending is Ending.DONE or (mixed and x is not None) or ending in limits.values():
        bound = _known(result.termination.objective_bounds.dual_bound, offset)
    nodes = result.solve_stats.node_count if mixed else None
    said = result_pb2.TerminationReasonProto.Name(result.termination.reason).removeprefix("TERMINATION_REASON_")
    message = "" if ending is Ending.DONE else f"SCIP says: {said}, {result.termination.detail}"
    return Raw(ending, x, bound, nodes, message)


BACKEND = Scip()
