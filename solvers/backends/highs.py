"""HiGHS, through highspy."""

from __future__ import annotations

import importlib.metadata
import math
from typing import Any

import numpy as np

from solvers.backend import Ending, Linear, Orders, Raw, Watch
from solvers.backends import _highs_linear
from solvers.backends._highs_linear import pass_program, run
from solvers.problem import Floats
from solvers.program import Program
from solvers.relaxation import Relaxed


class Highs:
    """The default: linear and mixed-integer, in the process itself, with every incumbent reported."""

    name = "highs"
    floating = True
    shrunk = True
    reusable = True

    def version(self) -> str:
        """Version of highspy, without loading it."""
        try:
            return importlib.metadata.version("highspy")
        except importlib.metadata.PackageNotFoundError:
            return ""

    def obstacle(self) -> str:
        """Why this highspy cannot be used."""
        version = self.version()
        if not version:
            return "highspy is not installed; install highspy>=1.15"
        major, minor = (int(part) for part in version.split(".")[:2])
        if (major, minor) == (1, 14):
            return f"highspy {version} returns wrong optima (15 where 9 is right, on two columns); install >=1.15"
        if (major, minor) < (1, 15):
            return f"highspy {version} is older than what is tested here; install >=1.15"
        return ""

    def load(self) -> None:
        """Load highspy."""
        import highspy  # noqa: F401

    def solve(self, program: Program, orders: Orders, watch: Watch) -> Raw:
        """Minimise with HiGHS."""
        import highspy

        highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.silent()
        _set_options(highs, orders)
        if pass_program(highs, program, orders.offset) == highspy.HighsStatus.kError:
            return Raw(Ending.GAVE_UP, message="HiGHS refused the problem (a coefficient is beyond what it can hold)")
        if orders.start is not None:
            _set_start(highs, orders.start)
        _listen(highs, watch, orders.offset)
        status = run(highs)
        return _answer(highs, status, bool(program.integer.any()), orders.offset)

    def relax(self, program: Program, orders: Orders, watch: Watch) -> Relaxed | None:
        """Relax with HiGHS."""
        return _highs_linear.relax(program, orders, watch)

    def linear(self, program: Program) -> Linear:
        """Keep a linear programme in HiGHS."""
        return _highs_linear.Kept(program)


def _set_options(highs: Any, orders: Orders) -> None:
    options: dict[str, Any] = {
        "threads": orders.threads,
        "random_seed": orders.seed % (2**31 - 1),
        "mip_rel_gap": orders.gap,
        "mip_abs_gap": orders.abs_gap,
    }
    if orders.seconds is not None:
        options["time_limit"] = orders.seconds
    if orders.nodes is not None:
        options["mip_max_nodes"] = orders.nodes
    if orders.tight:
        options |= dict.fromkeys(
            ("mip_feasibility_tolerance", "primal_feasibility_tolerance", "dual_feasibility_tolerance"), 1e-9
        )
    for name, value in options.items():
        highs.setOptionValue(name, value)


def _set_start(highs: Any, start: Floats) -> None:
    import highspy

    known = np.flatnonzero(np.isfinite(start))
    if known.size == start.size:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        highs.setSolution(solution)
    elif known.size:
        highs.setSolution(known.size, known.astype(np.int32), start[known])


def _listen(highs: Any, watch: Watch, offset: float) -> None:
    def stand(event: Any) -> None:
        out = event.data_out
        watch.report(bound=_less(out.mip_dual_bound, offset), nodes=out.mip_node_count)
        if watch.stop_requested():
            event.interrupt()

    def better(event: Any) -> None:
        out = event.data_out
        point = np.array(out.mip_solution, dtype=np.float64)
        watch.report(bound=_less(out.mip_dual_bound, offset), x=point)

    def elsewhere(event: Any) -> None:
        point = watch.elsewhere()
        if point is not None:
            event.data_in.setSolution(point)

    def linear(event: Any) -> None:
        if watch.stop_requested():
            event.interrupt()

    highs.cbMipInterrupt.subscribe(stand)
    highs.cbMipImprovingSolution.subscribe(better)
    highs.cbMipUserSolution.subscribe(elsewhere)
    highs.cbSimplexInterrupt.subscribe(linear)
    highs.cbIpmInterrupt.subscribe(linear)


def _answer(highs: Any, run: Any, mixed: bool, offset: float) -> Raw:
    import highspy

    said = highspy.HighsModelStatus
    endings = {
        said.kOptimal: Ending.DONE,
        said.kInfeasible: Ending.INFEASIBLE,
        said.kUnbounded: Ending.UNBOUNDED,
        said.kUnboundedOrInfeasible: Ending.UNCLEAR,
        said.kTimeLimit: Ending.TIME,
        said.kInterrupt: Ending.USER,
        said.kSolutionLimit: Ending.NODES,
        said.kMemoryLimit: Ending.MEMORY,
    }
    status = highs.getModelStatus()
    ending = endings.get(status, Ending.GAVE_UP)
    if run == highspy.HighsStatus.kError and ending is Ending.DONE:
        ending = Ending.GAVE_UP  # a run that failed leaves the status of an empty model behind
    message = "" if ending is Ending.DONE else f"HiGHS says: {highs.modelStatusToString(status)}"
    info = highs.getInfo()
    x = None
    # with and without a solution, a time limit has one and the same status: only this field tells them apart
    if ending not in (Ending.INFEASIBLE, Ending.UNBOUNDED, Ending.UNCLEAR) and (
        info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    ):
        x = np.array(highs.getSolution().col_value, dtype=np.float64)
    bound = None
    if mixed:
        bound = _less(info.mip_dual_bound, offset)
    elif ending is Ending.DONE:
        bound = _less(info.objective_function_value, offset)
    nodes = info.mip_node_count if mixed and info.mip_node_count >= 0 else None
    return Raw(ending, x, bound, nodes, message)


def _less(number: float, offset: float) -> float | None:
    """A bound without the objective's constant; None where HiGHS has none."""
    return number - offset if math.isfinite(number) and abs(number) < 1e100 else None


BACKEND = Highs()
