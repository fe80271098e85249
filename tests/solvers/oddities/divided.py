import solvers.search
from solvers.backends.highs import Highs
from solvers.parts import Sizes


class Divided(Highs):
    """HiGHS in a process where small programmes are searched by parts too."""

    def load(self) -> None:
        super().load()
        solvers.search.SIZES = Sizes(large=0, most=12, enough=6, fewest=2, ties=1.0)


BACKEND = Divided()
