"""A row of the programme in people's words: whose it is, what it counts, where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from planner.advice.said import Spoken, Voice
from planner.model import Formulation
from planner.texts import text
from solvers import Problem

NOT_SAID = ("", "*", "low", "high")  # of a row's name: any district or year, and its side


@dataclass(frozen=True)
class RowWords:
    """Words for the rows of one programme."""

    formulation: Formulation
    problem: Problem
    voice: Voice

    def place(self, row: int) -> Spoken:
        """Where a row stands: a purse and its years, or what its clause calls it."""
        draft, name = self.formulation.draft, self.problem.row_name(row)
        purse = draft.purse_rows.get(name)
        if purse is not None:
            words = self.voice.purse(purse.purse)
            first, last = max(purse.vintages[0], draft.scenario.horizon.first), purse.vintages[-1]
            years = str(last) if first >= last else f"{first}–{last}"
            return lambda lang: f"{words(lang)} {years}"
        said = name.removeprefix(draft.row_clauses[row])
        if not said:
            return lambda lang: text("advice_questions.whole", lang)
        return self.voice.where([part for part in re.split(r"[\[\],.]", said) if part not in NOT_SAID])

    def unit(self, row: int) -> tuple[str, int]:
        """What a row counts, by comparing it with the choices' columns, and how many of it are one of its units."""
        purse = self.formulation.draft.purse_rows.get(self.problem.row_name(row))
        if purse is not None:
            return "yuan", purse.unit
        choices = self.formulation.choices
        start, stop = self.problem.matrix.indptr[row], self.problem.matrix.indptr[row + 1]
        columns, values = self.problem.matrix.indices[start:stop], self.problem.matrix.data[start:stop]
        own = columns < len(choices)
        columns, values = columns[own], values[own]
        points = choices.per_patch([patch.hazard_points for patch in choices.patches])
        for unit, column in (("m2", choices.area_m2), ("yuan", choices.cost_yuan), ("points", points)):
            if columns.size and np.array_equal(values, column[columns]):
                return unit, 1
        return ("patches" if columns.size and np.all(values == 1) else ""), 1
