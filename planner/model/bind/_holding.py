"""Purses that are charged with what sites cost beside their works."""

from collections import defaultdict

import numpy as np

from planner.model.amounts import Ints
from planner.model.bind._windows import NONE, Terms, Window, Windows, by_window, joined
from planner.model.draft import Draft
from planner.model.events import Payers, payers_of
from planner.model.holding import Holding, holding_of
from planner.plan import Purse
from planner.plan.holding import township_of, township_payer


def charge_holding(draft: Draft, spending: Windows) -> dict[Purse, dict[Window, int]]:
    """Add to the spending what each pick changes; return what is spent if nothing is picked.

    Cover of a site that waits is spent before anything is decided; a pick takes away what it saves, and brings its
    aftercare. Money for this comes from the vintages that may pay in its year; with ``carry.scope = "patch"`` from
    that year's own. Each kind of cost is divided among the payers by itself.
    """
    scenario, choices = draft.scenario, draft.choices
    before = 0 if scenario.carry.scope == "patch" else scenario.carry.years
    payers, held = payers_of(draft.works, choices.patches, choices.from_purses), holding_of(draft)
    patches = np.flatnonzero(choices.from_purses)
    waiting = payers.divided(patches, held.waiting[patches])
    fixed = _fixed(payers, payers.purse[payers.group[patches]], waiting, draft, before)
    rows = np.flatnonzero(choices.of_patches(choices.from_purses))
    for year in scenario.horizon.years:
        _add(spending, payers, rows, choices.patch[rows], _changes(payers, held, rows, year), (year - before, year))
    if scenario.holding.mobilisation_yuan:
        _charge_townships(draft, spending, before)
    for purse, windows in fixed.items():
        for window in windows:
            spending[purse].setdefault(window, NONE)
    return fixed


def _fixed(payers: Payers, purse: Ints, waiting: Ints, draft: Draft, before: int) -> dict[Purse, dict[Window, int]]:
    """What every site costs that waits for the whole horizon."""
    yearly: dict[Purse, int] = defaultdict(int)
    for k, yuan in zip(purse[waiting > 0].tolist(), waiting[waiting > 0].tolist(), strict=True):
        yearly[payers.purses[k]] += yuan
    fixed: dict[Purse, dict[Window, int]] = defaultdict(dict)
    for own, yuan in yearly.items():
        fixed[own] = {(year - before, year): yuan for year in draft.scenario.horizon.years}
    return fixed


def _changes(payers: Payers, held: Holding, rows: Ints, year: int) -> Ints:
    """What picks change in a year's costs, by payer; shape (rows, payers)."""
    patch, begins, done = held.patch[rows], held.begins[rows], held.done[rows]
    begun, natural = (begins <= year) & (begins <= held.last), held.natural[rows]
    cared_for = (begins <= held.last) & ~natural & (done < year) & (year <= done + held.aftercare_years)
    return (
        payers.divided(patch, np.where(begun & natural, held.enclosed[patch], 0))
        + payers.divided(patch, np.where(cared_for, held.after[patch], 0))
        - payers.divided(patch, np.where(begun, held.waiting[patch], 0))
    )


def _add(spending: Windows, payers: Payers, rows: Ints, patch: Ints, changes: Ints, window: Window) -> None:
    at, payer = np.nonzero(changes)
    purse = payers.purse[payers.group[patch[at]], payer]
    low, year = (np.full(at.size, end) for end in window)
    for own, windows in by_window(payers.purses, purse, low, year, Terms(rows[at], changes[at, payer])).items():
        for key, terms in windows.items():
            spending[own][key] = joined([spending[own].get(key, NONE), terms])


def _charge_townships(draft: Draft, spending: Windows, before: int) -> None:
    payers = {township_of(patch): township_payer(patch) for patch in draft.choices.patches}
    columns: dict[tuple[Purse, Window], list[int]] = defaultdict(list)
    for (place, year), column in draft.townships.items():
        columns[payers[place], (year - before, year)].append(column)
    for (purse, window), own in columns.items():
        yuan = np.full(len(own), draft.scenario.holding.mobilisation_yuan)
        spending[purse][window] = joined([spending[purse].get(window, NONE), Terms(np.asarray(own), yuan)])
