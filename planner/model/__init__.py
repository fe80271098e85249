"""The only room, beside advice, that talks to solvers: choices, clauses bound to them, goals."""

from planner.model.formulate import Formulation, formulate

__all__ = ["Formulation", "formulate"]
