"""Small worlds for tests, easy to work out by hand."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from planner.ledger import Ledger, Patch, Treatment
from planner.scenario import Scenario

FIRST, LAST = 2031, 2033


def patch(name: str, **fields: Any) -> Patch:
    """An artificial patch of 1 ha and 100 yuan, ever licensed, in district North."""
    standard: dict[str, Any] = {
        "patch": name, "district": "North", "area_m2": 10_000, "treatment": Treatment.ARTIFICIAL,
        "ever_licensed": True, "cost_yuan": 100,
    }  # fmt: skip
    return Patch(**{**standard, **fields})


def scenario(**fields: Any) -> Scenario:
    """Three years, every clause off but those given."""
    clauses = {"default": "off", **fields.pop("clauses", {})}
    return Scenario.model_validate({"horizon": {"first": FIRST, "last": LAST}, "clauses": clauses, **fields})


ALL_ON = {
    "completion": "hard", "basic_treatment": "hard", "hazards": "hard", "purse_accounts": "hard", "tenure": "hard",
    "core_reserve": "hard", "natural_recovery": "hard", "enterprise_mines": "hard", "locks": "hard",
}  # fmt: skip


def small() -> tuple[Ledger, Scenario]:
    """Three patches, 300 yuan, enough money for one a year."""
    ledger = Ledger((patch("A", hazard_points=1, tier=1), patch("B", tier=2), patch("C", ever_licensed=False)))
    money = [{"source": "municipal", "year": year, "yuan": 100} for year in (FIRST, FIRST + 1)]
    money.append({"source": "district", "district": "North", "year": LAST, "yuan": 100})
    return ledger, scenario(clauses=ALL_ON, budgets=money, goals=[{"name": "waiting_focal"}, {"name": "waiting"}])


def hard_problem() -> tuple[Ledger, Scenario]:
    """A knapsack that no solver proves in a blink: strongly correlated, three purses at once."""
    rng = random.Random(7)
    rows = []
    for i in range(120):
        cost = rng.randrange(10_000, 99_999)
        rows.append(patch(f"K{i:03}", cost_yuan=cost, benefit=Decimal(cost + 1_000), ever_licensed=bool(i % 3)))
    budgets: list[dict[str, Any]] = [
        {"source": "municipal", "year": y, "yuan": 701_003} for y in range(FIRST, LAST + 1)
    ]
    budgets += [{"source": "district", "district": "North", "year": FIRST, "yuan": 900_001}]
    return Ledger(tuple(rows)), scenario(
        clauses={"completion": "hard", "purse_accounts": "hard"}, mode="rationed", budgets=budgets,
        goals=[{"name": "benefit"}, {"name": "cost"}],
    )  # fmt: skip
