import os

from oddities.base import Odd
from solvers.backend import Ending, Raw


class Noisy(Odd):
    """Prints where the lines of the worker would go."""

    def solve(self, program, orders, watch):
        os.write(1, b'{"event": "done"}\nlibrary banner\n')
        print("and from Python")  # noqa: T201
        return Raw(Ending.DONE, x=program.lower.copy(), bound=float(program.objective @ program.lower))


BACKEND = Noisy()
