"""A second opinion before "impossible" is said.

Every solver has been wrong about that at some time: tolerances make a tight budget look broken, and a presolve has its
bugs like any program. So the bare question, whether there is any solution, goes to a solver of another family.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from solvers.outcome import Limits, Outcome, Status
from solvers.problem import Problem
from solvers.process import StopSignal
from solvers.session import Session
from solvers.solving import solve


def confirmed_infeasible(
    problem: Problem,
    outcome: Outcome,
    *,
    solver: str = "scip",
    seconds: float | None = 60.0,
    threads: int = 2,
    stop: StopSignal | None = None,
    session: Session | None = None,
) -> bool | None:
    """Whether a second solver, in a process of its own, also finds that a problem has no solution.

    Parameters
    ----------
    problem : Problem
        The objective is left aside: with none, there is nothing to prove but this.
    outcome : Outcome
        What the first solver said of it.
    solver : str
        The second one, as in `solve`.
    seconds : float, optional
        What it may take; None for as long as it takes.
    threads : int
    stop : StopSignal, optional
    session : Session, optional
        As in `solve`.

    Returns
    -------
    bool or None
        True: it finds so too. False: there is a solution (checked exactly), and the first solver is wrong. None: it
        came to no answer, in this time or at all.

    Raises
    ------
    ValueError
        The outcome is not that there is no solution, or comes from the same solver.
    SolverUnavailableError
        The second solver cannot be used here.
    """
    if outcome.status is not Status.INFEASIBLE:
        raise ValueError(f"the outcome is {outcome.status}; only {Status.INFEASIBLE} can be confirmed so")
    if outcome.solver == solver:
        raise ValueError(f"{solver} said so itself; ask another solver to confirm it")
    question = replace(problem, objective=np.zeros(problem.columns), offset=0.0)
    answer = solve(question, solver=solver, limits=Limits(seconds=seconds, threads=threads), stop=stop, session=session)
    if answer.status is Status.INFEASIBLE:
        return True
    return False if answer.has_solution else None
