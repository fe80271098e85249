"""The smallest world of the clause `payer`."""

from __future__ import annotations

from decimal import Decimal

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase, hard, pick
from tests.planner.worlds import FIRST, patch, scenario

CASE = ClauseCase(
    Ledger((patch("A", cost_yuan=101, district_shares=(("North", Decimal(1)), ("South", Decimal(1)))),)),
    scenario(
        clauses={"payer": hard(municipal_share_percent=50)},
        sources=[{"source": "central", "max_share_percent": 40}],
        budgets=[{"source": "central", "year": FIRST, "yuan": 7}],
    ),
    (pick("A", FIRST),),
    (pick("A", FIRST),),  # its commitments are changed by one yuan in the test
    "commitments/A/municipal", 1, "yuan",
)  # fmt: skip
