"""The core of the model in plain PuLP, as one would write it: the yardstick of `benchmarks.building`.

Each government task of the ledger is begun once, in a year in which it may begin and from which it finishes in time;
no purse commits more in a year than that year's money and what is left of the year before's. What is optimised is the
leading goal of the set's sparse cases: waiting, or cost with the cover of waiting sites. The amounts come from
`planner.plan`, patch by patch; rows and columns come from nothing else of this house.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pulp

from planner import Ledger, Scenario
from planner.ledger import Treatment
from planner.ledger.category.rules import named
from planner.plan import Works
from planner.plan.holding import holding_costs


def core_in_pulp(ledger: Ledger, scenario: Scenario) -> pulp.LpProblem:
    """The model of a sparse case."""
    works, years = Works(ledger, scenario), scenario.horizon.years
    model = pulp.LpProblem("core", pulp.LpMinimize)
    begun: dict[tuple[str, str, int], Any] = {}
    spent: dict[Any, list[Any]] = defaultdict(list)
    goal: list[Any] = []
    by_cost = scenario.ordered_goals[0].name == "cost"
    for patch in ledger.patches:
        if patch.by_enterprise:
            continue  # restored by others, at no government cost, and waits for nothing that a plan decides
        if patch.treatment is Treatment.NATURAL:
            continue
        own = []
        for option in ledger.options_of(patch):
            for year in years:
                if works.finish(patch, option, year) > scenario.horizon.last or not _open(patch, year, scenario):
                    continue
                x = model.add_variable(f"x_{patch.patch}_{option.option}_{year}", cat="Binary")
                begun[patch.patch, option.option, year] = x
                own.append(x)
                if works.from_purses(patch):
                    for purse, yuan in works.commitments(patch, option, year).items():
                        spent[purse, year].append(yuan * x)
                if by_cost:
                    paid = works.cost(option, year) if works.from_purses(patch) else 0
                    held = sum(cost.yuan for cost in holding_costs(works, patch, option, year))
                    goal.append((paid + held) * x)
                else:
                    goal.append(works.score(patch) * patch.area_m2 * (year - years.start) * x)
        model += pulp.lpSum(own) == 1, f"once_{patch.patch}"
    _hold_money(model, scenario, spent)
    model += pulp.lpSum(goal)
    return model


def _open(patch: Any, year: int, scenario: Scenario) -> bool:
    """Whether tenure is clear, and what must be assessed before is."""
    inside = (patch.ecological_redline or named(patch.reserve)) and not patch.core_reserve
    waits = inside and not patch.assessed
    never = scenario.horizon.last + 1
    return year >= (patch.tenure_clear_from or 0) and (not waits or year >= (patch.assessed_from or never))


def _hold_money(model: pulp.LpProblem, scenario: Scenario, spent: dict[Any, list[Any]]) -> None:
    money = {
        ((budget.source, budget.district), budget.year): budget.yuan for budget in scenario.budgets
    }  # a purse is a pair of a source and a district
    for purse in {purse for purse, _ in spent}:
        left = 0
        for year in scenario.horizon.years:
            have = money.get((tuple(purse), year), 0)
            kept = model.add_variable(f"kept_{purse.source}_{purse.district}_{year}", 0, have)
            model += (
                pulp.lpSum(spent[purse, year]) + kept <= have + left,
                f"money_{purse.source}_{purse.district}_{year}",
            )
            left = kept
