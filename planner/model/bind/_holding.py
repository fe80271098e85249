"""Purses that are charged with what sites cost beside their works."""

from collections import defaultdict
from fractions import Fraction

from planner.model.draft import Draft
from planner.plan import Purse
from planner.plan.holding import HoldingCost, holding_costs, township_of, township_payer
from planner.units import split

Term = tuple[int, int]  # column, yuan
Window = tuple[int, int]  # oldest vintage that may pay, year of the spending
Charges = dict[tuple[Purse, int], int]


def charge_holding(draft: Draft, spending: dict[Purse, dict[Window, list[Term]]]) -> dict[Purse, dict[Window, int]]:
    """Add to the spending what each pick changes; return what is spent if nothing is picked.

    Cover of a site that waits is spent before anything is decided; a pick takes away what it saves, and brings its
    aftercare. Money for this comes from the vintages that may pay in its year; with ``carry.scope = "patch"`` from
    that year's own.
    """
    scenario, choices = draft.scenario, draft.choices
    before = 0 if scenario.carry.scope == "patch" else scenario.carry.years
    fixed: dict[Purse, dict[Window, int]] = defaultdict(dict)
    unpicked: list[Charges] = []
    for patch in choices.patches:
        charges = _charges(draft, list(holding_costs(draft.works, patch, None, None)), draft.works.payers(patch))
        unpicked.append(charges)
        for (purse, year), yuan in charges.items():
            window = (year - before, year)
            fixed[purse][window] = fixed[purse].get(window, 0) + yuan
    for row, (p, start) in enumerate(zip(choices.patch.tolist(), choices.start.tolist(), strict=True)):
        patch = choices.patches[p]
        costs = list(holding_costs(draft.works, patch, choices.options[row], start))
        picked = _charges(draft, costs, draft.works.payers(patch))
        for purse, year in {**unpicked[p], **picked}:
            change = picked.get((purse, year), 0) - unpicked[p].get((purse, year), 0)
            if change:
                spending[purse][year - before, year].append((row, change))
    if scenario.holding.mobilisation_yuan:
        _charge_townships(draft, spending, before)
    for purse, windows in fixed.items():
        for window in windows:
            spending[purse].setdefault(window, [])
    return fixed


def _charge_townships(draft: Draft, spending: dict[Purse, dict[Window, list[Term]]], before: int) -> None:
    payers = {township_of(patch): township_payer(patch) for patch in draft.choices.patches}
    for (place, year), column in draft.townships.items():
        spending[payers[place]][year - before, year].append((column, draft.scenario.holding.mobilisation_yuan))


def _charges(draft: Draft, costs: list[HoldingCost], payers: dict[Purse, Fraction]) -> Charges:
    """By purse and year within the horizon; each kind is divided among the payers by itself."""
    charges: Charges = {}
    for cost in costs:
        if cost.year <= draft.scenario.horizon.last:
            for purse, yuan in zip(payers, split(cost.yuan, tuple(payers.values())), strict=True):
                if yuan:
                    charges[purse, cost.year] = charges.get((purse, cost.year), 0) + yuan
    return charges
