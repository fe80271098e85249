"""What the misbehaving backends have in common: they are there, and report one solution with a bound."""

from __future__ import annotations

import numpy as np

from solvers.backend import Orders, Raw, Watch
from solvers.program import Program


class Odd:
    name = "odd"
    floating = True
    shrunk = True
    reusable = True

    def version(self) -> str:
        return "0"

    def obstacle(self) -> str:
        return ""

    def load(self) -> None:
        pass

    def first_report(self, program: Program, watch: Watch) -> None:
        """Everything at its lower bound is the solution, half of everything the bound."""
        watch.report(bound=float(0.5 * program.objective.sum()), nodes=7, x=np.array(program.lower))

    def solve(self, program: Program, orders: Orders, watch: Watch) -> Raw:
        raise NotImplementedError
