"""The only room, beside advice, that talks to solvers: choices, clauses bound to them, goals."""

from planner.model.formulate import Formulation, formulate
from planner.model.lexicographic import Effort, Solved, Turn, optimise

__all__ = ["Effort", "Formulation", "Solved", "Turn", "formulate", "optimise"]
