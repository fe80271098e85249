"""What the parts of a programme prove together, and the programme with that in it.

The rows that tie the parts together are paid for, at the prices of the linear relaxation, instead of kept: each part
then stands alone, and the best that each can do, whole columns whole, adds up to a bound on the whole (Geoffrion,
Lagrangean relaxation for integer programming, 1974). It is never below the relaxation's, and above it wherever a part
cannot use what its own rows leave, such as the purse of a district that its sites do not fill.

Each part's best is then a row: its priced costs cannot be below it. With these rows the relaxation of the whole starts
from that bound, and branching goes on from there. That is the second search, on a core that the solver leaves idle: it
finds solutions later than the programme as it stands does, and proves more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from solvers.backend import Orders, Relaxing, Silent
from solvers.by_parts import Ground
from solvers.neighbourhood import Cutter
from solvers.parts import joined
from solvers.problem import Floats
from solvers.program import Ints, Program
from solvers.relaxation import payable, reduced_costs, rounding

LOST = 1e-6  # of the value: what the parts' bounds may fall short of their best, in all
SECONDS = 3.0  # for a part


@dataclass(frozen=True, slots=True, eq=False)
class Strengthened:
    """What the parts prove.

    Parameters
    ----------
    bound : float
        On the whole, in the units of the programme, without its offset.
    program : Program
        The whole with a row for each part that cannot do as well as its relaxation.
    """

    bound: float
    program: Program


def strengthened(ground: Ground, most: int, enough: int) -> Strengthened | None:
    """Find what the parts of a programme prove together, in one thread.

    Parameters
    ----------
    ground : Ground
        Its watch is asked when to stop, and told of nothing.
    most, enough : int
        Columns of the largest part, and those from which a part stands alone.

    Returns
    -------
    Strengthened or None
        None where a column has no end, the solver tells no prices, there is but one part, or the time was up.
    """
    program, backend = ground.prepared.program, ground.backend
    if not isinstance(backend, Relaxing) or not np.isfinite([program.lower, program.upper]).all():
        return None
    parts = joined(program, most, enough)
    silent = Silent(ground.watch)
    orders = Orders(seconds=ground.left(), seed=ground.limits.seed)
    relaxed = backend.relax(program, orders, silent) if len(parts) > 1 else None
    if relaxed is None:
        return None
    prices, sides = payable(program, np.where(parts.ties, relaxed.prices, 0.0))
    priced = reduced_costs(program, prices)
    value = max(1.0, abs(float(program.objective @ relaxed.x) + ground.prepared.offset / ground.prepared.unit))
    bound = float(prices @ sides) - rounding(program, prices, sides)
    cutter = Cutter(program, backend)
    rows: list[tuple[Ints, Floats, float]] = []
    for columns in sorted(parts.columns, key=lambda own: -own.size):
        left = ground.left()
        seconds = SECONDS if left is None else min(SECONDS, left)
        part = cutter.by_itself(
            columns, priced[columns], parts.ties, relaxed.prices,
            replace(orders, seconds=seconds, abs_gap=LOST * value / len(parts)), silent,
        )  # fmt: skip
        if part is None or ground.watch.stop_requested():
            return None
        bound += part.best
        if part.best > part.least + LOST * value:
            rows.append((columns, -priced[columns], LOST * value - part.best))
    return Strengthened(bound, program.with_rows(rows))
