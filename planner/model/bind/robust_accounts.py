"""Purses hold even when some works cost more than planned.

For each run of vintages the dearest `gamma` overruns are added to what is spent. Which they are depends on the plan; by
duality (Bertsimas and Sim) their sum is the least of ``gamma · z + Σ q`` with ``z + q[p]`` at least each overrun.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from math import gcd

import numpy as np

from planner.clauses.robust_accounts import RobustAccountsSettings
from planner.model.bind._holding import charge_holding
from planner.model.bind._windows import Terms, Window, joined, spending_by_window
from planner.model.bind.purse_accounts import runs_of_vintages, window_of
from planner.model.draft import Draft, Floats
from planner.plan import Purse

Term = tuple[int, int]  # column, yuan
Overruns = dict[int, list[Term]]  # by patch: what each of its choices may cost more


@dataclass(frozen=True, slots=True)
class _Run:
    """One row: what is spent, by what it may grow, and the money there is, in units."""

    name: str
    spent: Terms
    overruns: Overruns
    money: int


def bind(draft: Draft, settings: RobustAccountsSettings) -> None:
    """Each run of vintages covers its spending with the dearest `gamma` overruns."""
    scenario = draft.scenario
    budgets: dict[Purse, dict[int, int]] = defaultdict(dict)
    for budget in scenario.budgets:
        budgets[Purse(budget.source, budget.district)][budget.year] = budget.yuan
    spending = spending_by_window(draft)
    fixed: dict[Purse, dict[Window, int]] = defaultdict(dict)
    if scenario.charge_holding:
        fixed = charge_holding(draft, spending)
    owed = _owed(draft)
    for purse in sorted(spending, key=lambda p: p.text):
        _bind_purse(draft, settings, purse, spending[purse], fixed[purse], owed[purse], budgets[purse])


def _bind_purse(
    draft: Draft,
    settings: RobustAccountsSettings,
    purse: Purse,
    spending: dict[Window, Terms],
    fixed: dict[Window, int],
    owed: dict[Window, list[Term]],
    budget: dict[int, int],
) -> None:
    years = range(min(low for low, _ in spending), max(year for _, year in spending) + 1)
    runs = []
    # held softly, a purse is measured by its worst run, which may be one that shorter runs imply when it holds
    every = ((a, b) for a in years for b in range(a, years.stop))
    pairs = every if settings.soft else runs_of_vintages(spending, years)
    for a, b in pairs:
        inside = [window for window in spending if a <= window[0] and window[1] <= b]
        spent = joined(spending[window] for window in inside)
        money = sum(budget.get(v, 0) for v in range(a, b + 1)) - sum(fixed.get(window, 0) for window in inside)
        runs.append(_Run(f"{purse.text},{a}-{b}", spent, _overruns(draft, settings, owed, inside), money))
    amounts = [int(np.gcd.reduce(run.spent.yuan)) for run in runs]
    amounts += [yuan for run in runs for terms in run.overruns.values() for _, yuan in terms]
    unit = gcd(*amounts) or 1
    breach: int | None = None
    if settings.soft:
        unit = gcd(unit, *(run.money for run in runs)) or 1
        target = sum(entry.yuan for entry in draft.scenario.budgets)
        most = max(sum(np.abs(run.spent.yuan).tolist()) + max(0, -run.money) for run in runs)
        most += sum(yuan for run in runs for terms in run.overruns.values() for _, yuan in terms)
        breach = draft.add_breach(f"robust_accounts.{purse.text}", target, most // unit, unit)
        draft.settle_by(_cleared(breach))
    for run in runs:
        _bind_run(draft, settings.gamma, run, unit, breach)


def _bind_run(draft: Draft, gamma: int, run: _Run, unit: int, breach: int | None) -> None:
    """The row of a run; where fewer patches than `gamma` can overrun, all of them do."""
    columns: list[int] = run.spent.column.tolist()
    values: list[int] = (run.spent.yuan // unit).tolist()
    if len(run.overruns) <= gamma:
        grown = [term for terms in run.overruns.values() for term in terms]
        columns += [row for row, _ in grown]
        values += [yuan // unit for _, yuan in grown]
    elif gamma:
        dual_columns, dual_values = _protect(draft, gamma, run, unit)
        columns += dual_columns
        values += dual_values
    money = run.money // unit
    at, coefficients = np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=np.float64)
    if breach is not None:
        taken = breach

        def settle(x: Floats) -> None:
            x[taken] = max(x[taken], float(coefficients @ x[at]) - money)

        draft.settle_by(settle)
        columns, values = [*columns, breach], [*values, -1]
    draft.add_row(f"robust_accounts[{run.name}]", columns, values, -np.inf, money)


def _cleared(column: int) -> Callable[[Floats], None]:
    def settle(x: Floats) -> None:
        x[column] = 0.0

    return settle


def _protect(draft: Draft, gamma: int, run: _Run, unit: int) -> tuple[list[int], list[int]]:
    """The dual columns of a run: z once, q for each patch; settled at what the choices need."""
    tables = [
        (np.asarray([row for row, _ in terms], dtype=np.int64), np.asarray([yuan // unit for _, yuan in terms], float))
        for terms in run.overruns.values()
    ]
    largest = [float(yuan.max()) for _, yuan in tables]
    z = draft.add_column(f"z[robust,{run.name}]", upper=max(largest))
    q = []
    for p, (rows, yuan), most in zip(run.overruns, tables, largest, strict=True):
        q.append(draft.add_column(f"q[robust,{run.name},{draft.choices.patches[p].patch}]", upper=most))
        draft.add_row(
            f"overrun[{run.name},{draft.choices.patches[p].patch}]", [z, q[-1], *rows], [1, 1, *(-yuan)], 0, np.inf
        )

    def settle(x: Floats) -> None:
        grown = np.asarray([float(yuan @ x[rows]) for rows, yuan in tables])
        x[z] = np.sort(grown)[::-1][gamma]
        x[q] = np.maximum(0.0, grown - x[z])

    draft.settle_by(settle)
    return [z, *q], [gamma, *(1 for _ in q)]


def _owed(draft: Draft) -> dict[Purse, dict[Window, list[Term]]]:
    """What base payers owe by window and choice, before any grant."""
    choices = draft.choices
    owed: dict[Purse, dict[Window, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for row, purse, year, yuan in zip(
        choices.event_row.tolist(), choices.event_purse.tolist(), choices.event_year.tolist(),
        choices.event_yuan.tolist(), strict=True,
    ):  # fmt: skip
        window = window_of(draft.scenario, year, int(choices.start[row]))
        owed[choices.purses[purse]][window].append((row, yuan))
    return owed


def _overruns(
    draft: Draft, settings: RobustAccountsSettings, owed: dict[Window, list[Term]], inside: list[Window]
) -> Overruns:
    by_row: dict[int, int] = defaultdict(int)
    for window in inside:
        for row, yuan in owed.get(window, ()):
            by_row[row] += yuan
    overruns: Overruns = defaultdict(list)
    for row, yuan in by_row.items():
        if not draft.removed[row] and settings.percent * yuan:
            overruns[int(draft.choices.patch[row])].append((row, -(-settings.percent * yuan // 100)))
    return overruns
