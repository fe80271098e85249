"""The only room, beside advice, that talks to solvers: choices, clauses bound to them, goals."""

from planner.model.formulate import Formulation, formulate
from planner.model.lexicographic import Effort, Solved, Turn, optimise, warm
from solvers import Session

__all__ = ["Effort", "Formulation", "Session", "Solved", "Turn", "formulate", "optimise", "warm"]
