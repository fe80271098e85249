"""A programme while clauses are being bound to it: columns and rows are gathered, then frozen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from planner.clauses import Settings
from planner.ledger import Ledger
from planner.model.choices import Bools, Choices, Ints
from planner.model.townships import township_columns
from planner.plan import Grant, Purse, Works
from planner.scenario import GoalName, Scenario
from solvers import Problem, Sense

if TYPE_CHECKING:
    from planner.model.goals import Objective

Floats = npt.NDArray[np.float64]
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class GrantColumn:
    """An auxiliary column: so many `unit` yuan of a base payer's spending that a further source takes over."""

    column: int
    unit: int
    start: int
    grant: Grant


@dataclass(frozen=True, slots=True)
class Lent:
    """What an auxiliary column stands for: so many `unit` yuan that a purse lacks in a vintage."""

    purse: Purse
    vintage: int
    unit: int


@dataclass(frozen=True, slots=True)
class PurseRow:
    """What a row of purse accounts holds: yuan in one of its units, and the money of its vintages to the yuan."""

    purse: Purse
    vintages: range
    unit: int
    yuan: int


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows one after another: so many columns each, with their values, and two sides."""

    names: list[str]
    lengths: Ints
    columns: Ints
    values: Floats
    low: Floats
    high: Floats

    @classmethod
    def joined(cls, parts: Sequence[_Rows]) -> _Rows:
        if len(parts) == 1:
            return parts[0]
        empty = np.zeros(0, dtype=np.int64)
        return cls(
            [name for part in parts for name in part.names],
            np.concatenate([empty, *(part.lengths for part in parts)]),
            np.concatenate([empty, *(part.columns for part in parts)]),
            np.concatenate([np.zeros(0), *(part.values for part in parts)]),
            np.concatenate([np.zeros(0), *(part.low for part in parts)]),
            np.concatenate([np.zeros(0), *(part.high for part in parts)]),
        )


@dataclass
class Draft:
    """What the clauses write on.

    The first ``len(choices)`` columns are the choices, 0 or 1; auxiliary columns follow. Every
    coefficient, side and bound is a whole number.
    """

    ledger: Ledger
    scenario: Scenario
    works: Works
    choices: Choices
    removed: list[str] = field(default_factory=list)
    grants: list[GrantColumn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.removed = [""] * len(self.choices)
        self.closed = np.zeros(len(self.choices), dtype=bool)  # the rows taken away
        self._must = np.zeros(len(self.choices.patches), dtype=bool)
        self._column_names: list[str] = []  # of the auxiliary columns
        self._upper: list[float] = [1.0] * len(self.choices)
        self._rows: list[_Rows] = []
        self.soft_weight: dict[int, Fraction] = {}
        self.lent: dict[int, Lent] = {}
        self.purse_rows: dict[str, PurseRow] = {}
        self.speaker = ""  # the clause that is being bound
        self._said_by: list[str] = []
        self._settlers: list[Callable[[Floats], None]] = []
        self._townships: dict[tuple[str, int], int] | None = None
        self.objectives: dict[GoalName, Objective] = {}  # built once: some declare columns and rows of their own

    @cached_property
    def _choice_names(self) -> list[str]:
        offered = [f"x[{option.patch},{option.option}," for option in self.choices.options]
        rows = zip(self.choices.option.tolist(), self.choices.start.tolist(), strict=True)
        return [f"{offered[k]}{start}]" for k, start in rows]

    @property
    def columns(self) -> int:
        """Number of columns so far."""
        return len(self._upper)

    def forbid(self, rows: Bools, clause: str) -> None:
        """Take rows of the choices table away; the first clause to do so is kept as the reason."""
        for row in np.flatnonzero(rows & ~self.closed).tolist():
            self.removed[row] = clause
        self.closed |= rows

    def must(self, patches: Bools) -> None:
        """Exactly one row of each of these patches is picked (otherwise at most one)."""
        self._must |= patches

    @property
    def row_clauses(self) -> list[str]:
        """The clause that added each row of the problem; empty for the rows of patches and of goals."""
        return [""] * len(self.choices.patches) + self._said_by

    @property
    def required(self) -> Bools:
        """The patches of which exactly one row is picked, shape (patches,)."""
        return self._must.copy()

    def add_column(self, name: str, upper: float = np.inf) -> int:
        """Declare an auxiliary whole-number column, not negative."""
        self._column_names.append(name)
        self._upper.append(upper)
        return len(self._upper) - 1

    @property
    def townships(self) -> dict[tuple[str, int], int]:
        """Columns that say whether any works start in a township in a year, declared when first asked for."""
        if self._townships is None:
            self._townships = township_columns(self)
        return self._townships

    def settle_by(self, settler: Callable[[Floats], None]) -> None:
        """Say how auxiliary columns follow from the choices.

        Parameters
        ----------
        settler : callable
            Writes into a point, whose choices are whole, the least values that the rows leave its own columns.
        """
        self._settlers.append(settler)

    def settled(self, x: Floats) -> Floats:
        """A point with the same choices, its auxiliary columns at the least that these choices need."""
        point = np.array(x, dtype=np.float64)
        for settler in self._settlers:
            settler(point)
        return point

    def add_row(
        self, name: str, columns: Sequence[int] | Ints, values: Sequence[int] | Ints | Floats, low: float, high: float
    ) -> None:
        """Add ``low <= Σ values · columns <= high``; columns may repeat, their values then add up."""
        self._said_by.append(self.speaker)
        at = np.asarray(columns, np.int64)
        self._rows.append(
            _Rows([name], np.array([at.size]), at, np.asarray(values, np.float64), np.array([low]), np.array([high]))
        )

    def add_rows(
        self, names: Sequence[str], columns: Ints, values: Sequence[int] | Ints | Floats, low: float, high: float
    ) -> None:
        """Add as many rows as `columns` has lines, alike in their values and sides.

        Parameters
        ----------
        columns : int array, shape (rows, m)
        values : sequence of m numbers
        """
        count, width = columns.shape
        self._said_by += [self.speaker] * count
        shared = np.tile(np.asarray(values, np.float64), count)
        self._rows.append(
            _Rows(
                list(names), np.full(count, width), columns.ravel(), shared, np.full(count, low, np.float64),
                np.full(count, high, np.float64),
            )
        )  # fmt: skip

    def limit(
        self, name: str, settings: Settings, rows: Bools, values: Ints, low: int | None = None, high: int | None = None
    ) -> None:
        """Hold ``low <= Σ values[row] · x[row] <= high`` over the rows marked, hard or soft.

        Parameters
        ----------
        values : int array, shape (n,)
            Over all choices.

        Notes
        -----
        A soft side has a column of its own that takes up the breach; the goal ``soft`` counts each
        breach as parts per million of the side that it breaks.
        """
        columns = np.flatnonzero(rows & (values != 0))
        self.limit_columns(name, settings, columns, values[columns], low, high)

    def limit_columns(
        self,
        name: str,
        settings: Settings,
        columns: Ints,
        values: Ints,
        low: int | None = None,
        high: int | None = None,
        *,
        unit: int = 1,
        target: int | None = None,
    ) -> None:
        """Hold ``low <= Σ values · columns <= high`` over columns of any kind, hard or soft.

        Parameters
        ----------
        columns, values : int arrays, shape (m,)
            Columns may repeat, their values then add up.
        unit : int
            Divides every value and side; a breach is counted in it.
        target : int, optional
            What a breach is measured against, by default the side itself.
        """
        values = values // unit
        for side, bound in (("low", low), ("high", high)):
            if bound is None:
                continue
            bound //= unit
            sides = (bound, np.inf) if side == "low" else (-np.inf, bound)
            if not settings.soft:
                self.add_row(f"{name}.{side}", columns, values, *sides)
                continue
            sign = 1 if side == "low" else -1
            farthest = np.where(values < 0, values, 0) if sign > 0 else np.abs(values)
            upper = np.asarray(self._upper, dtype=np.float64)[columns]
            most = (bound if sign > 0 else 0) - sign * int(farthest @ upper)
            goal = bound * unit if target is None else target
            breach = self.add_breach(f"{name}.{side}", goal, most, unit)
            self.add_row(f"{name}.{side}", [*columns, breach], [*values, sign], *sides)
            self._settle_breach(breach, columns, values, bound, sign)

    def _settle_breach(self, breach: int, columns: Ints, values: Ints, bound: int, sign: int) -> None:
        def settle(x: Floats) -> None:
            x[breach] = max(0.0, sign * (bound - float(values @ x[columns])))

        self.settle_by(settle)

    def add_breach(self, name: str, target: int, most: int, unit: int = 1) -> int:
        """Declare a column for how far a soft side is broken, in `unit`s, `most` at most; `target` is the side."""
        column = self.add_column(f"breach[{name}]", upper=float(max(0, most)))
        self.soft_weight[column] = Fraction(PPM * unit, max(1, abs(target)))
        return column

    def problem(self, objective: Floats, offset: float, sense: Sense) -> Problem:
        """Freeze everything gathered so far with one objective over all columns."""
        choices = self.choices
        n = self.columns
        patches = len(choices.patches)
        self._rows = [_Rows.joined(self._rows)]
        said = self._rows[0]
        names = [f"one[{patch.patch}]" for patch in choices.patches] + said.names
        at_rows = np.concatenate([choices.patch, np.repeat(np.arange(patches, len(names)), said.lengths)])
        at_columns = np.concatenate([np.arange(len(choices), dtype=np.int64), said.columns])
        values = np.concatenate([np.ones(len(choices)), said.values])
        matrix = sparse.csr_array((values, (at_rows, at_columns)), shape=(len(names), n))
        row_lower = np.concatenate([np.where(self._must, 1.0, 0.0), said.low])
        row_upper = np.concatenate([np.ones(patches), said.high])
        upper = np.asarray(self._upper, dtype=np.float64)
        upper[: len(choices)][self.closed] = 0.0
        return Problem(
            matrix=matrix,
            row_lower=row_lower,
            row_upper=row_upper,
            lower=np.zeros(n),
            upper=upper,
            integer=np.ones(n, dtype=bool),
            objective=objective,
            offset=offset,
            sense=sense,
            row_names=names,
            column_names=[*self._choice_names, *self._column_names],
        )
