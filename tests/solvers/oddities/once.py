import os
from pathlib import Path

from oddities.base import Odd
from solvers.backend import Ending, Raw


class Once(Odd):
    """Says which process it runs in (in place of nodes), and does as the file named in ODD_ORDERS says, once."""

    def solve(self, program, orders, watch):
        note = Path(os.environ["ODD_ORDERS"])
        order = note.read_text() if note.exists() else ""
        note.unlink(missing_ok=True)
        if order:
            self.first_report(program, watch)
            print(f"told to {order}")  # noqa: T201
        if order == "crash":
            os.abort()
        if order == "raise":
            raise RuntimeError("the licence has run out")
        while order == "hang":
            pass
        while order == "wait" and not watch.stop_requested():
            pass
        ending = Ending.USER if order == "wait" else Ending.DONE
        return Raw(ending, x=program.lower.copy(), bound=float(program.objective @ program.lower), nodes=os.getpid())


BACKEND = Once()
