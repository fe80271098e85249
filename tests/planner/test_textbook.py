"""Published capital-budgeting examples, solved through the public contract alone.

With every clause off but completion and the purses, the planner is a plain multi-year capital-budgeting solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from planner import Ledger, Scenario, make_plan
from tests.planner.in_process import in_process  # noqa: F401

FIRST = 2040


def plan_projects(benefit: Sequence[Any], cash: Sequence[Sequence[int]], budgets: Sequence[int]) -> dict[str, Any]:
    """A plan that takes or leaves projects, each with its cash by year, all begun in the first year.

    Parameters
    ----------
    benefit : by project
    cash : by year, then by project
    budgets : by year
    """
    names = [f"J{number}" for number in range(1, len(benefit) + 1)]
    outlays = [[row[j] for row in cash] for j in range(len(names))]
    patches = pd.DataFrame(
        {"patch": names, "district": "D", "area_m2": 1, "treatment": "artificial", "ever_licensed": True,
         "cost_yuan": [sum(outlay) for outlay in outlays]}
    )  # fmt: skip
    options = pd.DataFrame(
        {"patch": names, "option": "go", "cost_yuan": [sum(outlay) for outlay in outlays], "cash_yuan": outlays,
         "duration_years": 1, "first_start": FIRST, "last_start": FIRST, "benefit": list(benefit)}
    )  # fmt: skip
    wishes = {
        "horizon": {"first": FIRST, "last": FIRST + len(budgets) - 1},
        "mode": "rationed",
        "basis": "cash",
        "budgets": [{"source": "municipal", "year": FIRST + i, "yuan": yuan} for i, yuan in enumerate(budgets)],
        "carry": {"years": 0},
        "clauses": {"default": "off", "completion": {"mode": "hard"}, "purse_accounts": {"mode": "hard"}},
        "goals": [{"name": "benefit", "tolerance": 0}],
    }
    return make_plan(Ledger.from_frames(patches, options), Scenario.model_validate(wishes)).to_dict()


def taken(plan: dict[str, Any]) -> set[int]:
    return {int(row["patch"][1:]) for row in plan["schedule"]}


def proved(plan: dict[str, Any]) -> Decimal:
    """The benefit, proved to be the most there is."""
    (goal,) = plan["certificate"]["goals"]
    assert plan["certificate"]["status"] == "optimal"
    assert plan["certificate"]["audit"]["clean"]
    assert goal["value"] == goal["bound"]
    assert goal["gap"] == 0
    return Decimal(str(goal["value"]))


# Lorie and Savage, Three problems in rationing capital, Journal of Business 28 (1955)
LORIE_SAVAGE_WORTH = [14, 17, 17, 15, 40, 12, 14, 10, 12]
LORIE_SAVAGE_CASH = [[12, 54, 6, 6, 30, 6, 48, 36, 18], [3, 7, 6, 2, 35, 6, 4, 3, 3]]


def test_lorie_and_savage() -> None:
    """Nine projects, two periods, 50 and 20 to spend; through the solver's own process."""
    plan = plan_projects(LORIE_SAVAGE_WORTH, LORIE_SAVAGE_CASH, [50, 20])
    assert proved(plan) == 70
    assert taken(plan) == {1, 3, 4, 6, 9}
    assert [(row["vintage"], row["used"], row["lapsed"]) for row in plan["accounts"]] == [
        (2040, {"2040": 48}, 2),
        (2041, {"2041": 20}, 0),
    ]


# Weingartner and Ness, Methods for the solution of the multidimensional 0/1 knapsack problem, Operations Research 15
# (1967); the first five of the OR-Library's WEING problems: the same projects, other budgets
WEINGARTNER_WORTH = [
    1898, 440, 22507, 270, 14148, 3100, 4650, 30800, 615, 4975, 1160, 4225, 510, 11880,
    479, 440, 490, 330, 110, 560, 24355, 2885, 11748, 4550, 750, 3720, 1950, 10500,
]  # fmt: skip
WEINGARTNER_CASH = [
    [45, 0, 85, 150, 65, 95, 30, 0, 170, 0, 40, 25, 20, 0, 0, 25, 0, 0, 25, 0, 165, 0, 85, 0, 0, 0, 0, 100],
    [30, 20, 125, 5, 80, 25, 35, 73, 12, 15, 15, 40, 5, 10, 10, 12, 10, 9, 0, 20, 60, 40, 50, 36, 49, 40, 19, 150],
]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("budgets", "optimum"),
    [([600, 600], 141278), ([500, 500], 130883), ([300, 300], 95677), ([300, 600], 119337), ([600, 300], 98796)],
)
def test_weingartner(budgets: list[int], optimum: int) -> None:
    assert proved(plan_projects(WEINGARTNER_WORTH, WEINGARTNER_CASH, budgets)) == optimum


# Petersen, Computational experience with variants of the Balas algorithm applied to the selection of R&D projects,
# Management Science 13 (1967); the first two of the OR-Library's file mknap1
PETERSEN = {
    3800: (
        [100, 600, 1200, 2400, 500, 2000],
        [
            [8, 12, 13, 64, 22, 41],
            [8, 12, 13, 75, 22, 41],
            [3, 6, 4, 18, 6, 4],
            [5, 10, 8, 32, 6, 12],
            [5, 13, 8, 42, 6, 20],
            [5, 13, 8, 48, 6, 20],
            [0, 0, 0, 0, 8, 0],
            [3, 0, 4, 0, 8, 0],
            [3, 2, 4, 0, 8, 4],
            [3, 2, 4, 8, 8, 4],
        ],
        [80, 96, 20, 36, 44, 48, 10, 18, 22, 24],
    ),
    Decimal("8706.1"): (
        [600.1, 310.5, 1800, 3850, 18.6, 198.7, 882, 4200, 402.5, 327],
        [
            [20, 5, 100, 200, 2, 4, 60, 150, 80, 40],
            [20, 7, 130, 280, 2, 8, 110, 210, 100, 40],
            [60, 3, 50, 100, 4, 2, 20, 40, 6, 12],
            [60, 8, 70, 200, 4, 6, 40, 70, 16, 20],
            [60, 13, 70, 250, 4, 10, 60, 90, 20, 24],
            [60, 13, 70, 280, 4, 10, 70, 105, 22, 28],
            [5, 2, 20, 100, 2, 5, 10, 60, 0, 0],
            [45, 14, 80, 180, 6, 10, 40, 100, 20, 0],
            [55, 14, 80, 200, 6, 10, 50, 140, 30, 40],
            [65, 14, 80, 220, 6, 10, 50, 180, 30, 50],
        ],
        [450, 540, 200, 360, 440, 480, 200, 360, 440, 480],
    ),
}


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("optimum", PETERSEN)
def test_petersen(optimum: Decimal) -> None:
    """Ten periods; the second has worths with decimals."""
    assert proved(plan_projects(*PETERSEN[optimum])) == optimum
