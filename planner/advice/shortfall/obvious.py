"""What can be seen to be impossible without any search: patch by patch, lock by lock, row by row, and in total.

A row is out of reach where the best choice of every patch, taken row by row, does not come to its side. That takes in
hazards, quotas, the first year's task, and budgets below what is locked, whatever the clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from planner.advice.rows import RowWords
from planner.advice.said import Spoken, Voice
from planner.advice.shortfall.types import Obstacle
from planner.clauses import Mode
from planner.ledger import Ledger
from planner.model import Formulation, formulate
from planner.model.choices import Bools
from planner.model.draft import Floats
from planner.model.effects import Effects, effects_of
from planner.plan.accounts import usable
from planner.scenario import LockKind, PlanMode, Scenario
from planner.texts import text
from solvers import Problem, Sense


def obstacles(ledger: Ledger, scenario: Scenario) -> tuple[Obstacle, ...]:
    """Every obstacle that needs no solver, patches first.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    """
    formulation = formulate(ledger, scenario)
    draft = formulation.draft
    problem = draft.problem(np.zeros(draft.columns), 0.0, Sense.MINIMISE)
    look = _Look(ledger, scenario, formulation, problem, Voice(ledger.meta))
    return (*look.patches(), *look.rows(), *look.total())


@dataclass
class _Look:
    ledger: Ledger
    scenario: Scenario
    formulation: Formulation
    problem: Problem
    voice: Voice

    def __post_init__(self) -> None:
        self.words = RowWords(self.formulation, self.problem, self.voice)

    @property
    def open(self) -> Bools:
        n = len(self.formulation.choices)
        return np.asarray(self.problem.upper[:n] > 0, dtype=bool)

    def patches(self) -> Iterator[Obstacle]:
        """Required patches without a choice, and locks to a year that has none."""
        choices = self.formulation.choices
        count = len(choices.patches)
        left = np.bincount(choices.patch[self.open], minlength=count)
        stuck = np.flatnonzero(self.formulation.draft.required & (left == 0)).tolist()
        if not stuck:
            return
        effects = effects_of(self.ledger, self.scenario)
        locked = {lock.patch: lock for lock in self.scenario.locks if lock.kind is LockKind.YEAR}
        for p in stuck:
            patch = choices.patches[p]
            lock = locked.get(patch.patch)
            if lock is not None and lock.year is not None:
                others = [name for name in effects.against(p, lock.year) or () if name != "locks"]
                window = effects.against(p, lock.year) is None
                if others or window:
                    why: Spoken = self.voice.clauses(others) if others else _words("by_option")
                    said = self.voice.say(
                        "lock_outside", patch=patch.patch, year=lock.year, why=why, reason=lock.reason
                    )
                    yield Obstacle(kind="lock_outside", clauses=("locks", *others), place=patch.patch, said=said)
                    continue
            yield self._no_year(effects, p)

    def _no_year(self, effects: Effects, p: int) -> Obstacle:
        patch = effects.choices.patches[p]
        against = {year: effects.against(p, year) for year in self.scenario.horizon.years}
        taken = tuple(dict.fromkeys(name for names in against.values() for name in names or ()))
        wanted = effects.requiring(p)
        years = [_year_words(self.voice, year, names) for year, names in against.items()]
        said = self.voice.say(
            "no_year", patch=patch.patch, wanted=self.voice.clauses(wanted), years=self.voice.listed(years)
        )
        return Obstacle(kind="no_year", clauses=tuple(dict.fromkeys((*wanted, *taken))), place=patch.patch, said=said)

    def rows(self) -> Iterator[Obstacle]:
        """Rows that no choice of the patches can keep; of one purse, the row that is broken most."""
        least, most = activity_range(self.formulation, self.problem)
        spoken = self.formulation.draft.row_clauses
        worst: dict[str, Obstacle] = {}
        for row, clause in enumerate(spoken):
            if not clause:
                continue
            low, high = self.problem.row_lower[row], self.problem.row_upper[row]
            if most[row] >= low and least[row] <= high:
                continue
            over = bool(least[row] > high)
            unit, size = self.words.unit(row)
            name = self.problem.row_name(row)
            required, reach = int(high if over else low) * size, int(least[row] if over else most[row]) * size
            if name in self.formulation.draft.purse_rows:
                required = self.formulation.draft.purse_rows[name].yuan
            kind = "too_much" if over else "out_of_reach"
            said = self.voice.say(
                f"row_{kind}", clause=self.voice.clause(clause), place=self.words.place(row),
                required=self.voice.amount(required, unit), reach=self.voice.amount(reach, unit),
                amount=self.voice.amount(abs(required - reach), unit),
            )  # fmt: skip
            found = Obstacle(
                kind="too_much" if over else "out_of_reach", clauses=(clause,), place=name, required=required,
                reach=reach, amount=abs(required - reach), unit=unit, said=said,
            )  # fmt: skip
            group = name.rpartition(",")[0] if name in self.formulation.draft.purse_rows else name
            if group not in worst or worst[group].amount < found.amount:
                worst[group] = found
        yield from worst.values()

    def total(self) -> Iterator[Obstacle]:
        """What everything required costs at least, against all the money of the horizon."""
        scenario, choices = self.scenario, self.formulation.choices
        if scenario.mode is not PlanMode.COMPLETE or scenario.clause("purse_accounts").mode is not Mode.HARD:
            return
        spent = np.zeros(len(choices), dtype=np.int64)
        np.add.at(spent, choices.event_row, choices.event_yuan)
        counted = self.open & self.formulation.draft.required[choices.patch]
        least = np.full(len(choices.patches), np.iinfo(np.int64).max)
        np.minimum.at(least, choices.patch[counted], spent[counted])
        need = int(least[np.unique(choices.patch[counted])].sum())
        money = sum(usable(scenario, budget.yuan) for budget in scenario.budgets)
        if need <= money:
            return
        said = self.voice.say(
            "total", need=self.voice.money(need), money=self.voice.money(money), amount=self.voice.money(need - money)
        )
        yield Obstacle(
            kind="total", clauses=("purse_accounts",), required=need, reach=money, amount=need - money, unit="yuan",
            said=said,
        )  # fmt: skip


def activity_range(formulation: Formulation, problem: Problem) -> tuple[Floats, Floats]:
    """The least and most that each row can come to when each patch takes its own best choice for it.

    Returns
    -------
    least, most : float arrays, shape (rows,)
    """
    draft, choices = formulation.draft, formulation.choices
    n = len(choices)
    table = problem.matrix.tocoo()
    auxiliary = table.col >= n
    least, most = np.zeros(problem.rows), np.zeros(problem.rows)
    at, value, upper = table.row[auxiliary], table.data[auxiliary], problem.upper[table.col[auxiliary]]
    np.add.at(least, at, np.where(value < 0, value * upper, 0.0))
    np.add.at(most, at, np.where(value > 0, value * upper, 0.0))
    usable_rows = ~auxiliary
    usable_rows[usable_rows] = problem.upper[table.col[usable_rows]] > 0
    row, patch, value = table.row[usable_rows], choices.patch[table.col[usable_rows]], table.data[usable_rows]
    if not row.size:
        return least, most
    order = np.lexsort((patch, row))
    row, patch, value = row[order], patch[order], value[order]
    firsts = np.flatnonzero(np.r_[True, (np.diff(row) != 0) | (np.diff(patch) != 0)])
    low, high = np.minimum.reduceat(value, firsts), np.maximum.reduceat(value, firsts)
    counted = np.diff(np.r_[firsts, row.size])
    open_rows = np.bincount(choices.patch[problem.upper[:n] > 0], minlength=len(choices.patches))
    free = ~draft.required[patch[firsts]] | (counted < open_rows[patch[firsts]])  # may choose nothing that counts here
    np.add.at(least, row[firsts], np.where(free, np.minimum(low, 0), low))
    np.add.at(most, row[firsts], np.where(free, np.maximum(high, 0), high))
    return least, most


def _year_words(voice: Voice, year: int, names: list[str] | None) -> Spoken:
    if names is None:
        return lambda lang: f"{year} {text('advice_questions.by_option', lang)}"
    words = voice.clauses(names)
    return lambda lang: f"{year} {words(lang)}"


def _words(key: str) -> Spoken:
    return lambda lang: text(f"advice_questions.{key}", lang)
