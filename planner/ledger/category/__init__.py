"""Which of the three categories the plan's criteria give a patch, and why: natural, artificial or comprehensive.

`rules` is the table of criteria in their order, `land` reads the names of land, `suggestion` weighs the criteria
that a patch meets, `comparison` holds the outcome beside a ledger's own categories.
"""

from planner.ledger.category.comparison import Comparison, Relation, as_json, compare, report
from planner.ledger.category.rules import RULES, Rule
from planner.ledger.category.suggestion import Reason, Suggestion, suggest

__all__ = [
    "RULES",
    "Comparison",
    "Reason",
    "Relation",
    "Rule",
    "Suggestion",
    "as_json",
    "compare",
    "report",
    "suggest",
]
