"""Costs stay near the approved estimate."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from planner.audit.case import Case, Violation
from planner.clauses.overspending import OverspendingSettings


def check(case: Case, settings: OverspendingSettings) -> Iterator[Violation]:
    """Each patch above its limit; held softly, what all of them together are above."""
    factor = 1 + Fraction(settings.percent, 100)
    limits = {p.patch: floor(p.approved_yuan * factor) for p in case.ledger.patches if p.approved_yuan is not None}
    over = 0
    for task, patch, option in case.tasks:
        cost = case.price(option, task.start)
        if patch.patch in limits and cost > limits[patch.patch]:
            over += cost - limits[patch.patch]
            if not settings.soft:
                yield Violation(patch.patch, limits[patch.patch], cost, "yuan", "most")
    if settings.soft and over:
        allowed = sum(limits.values())
        yield Violation("approved_yuan", allowed, allowed + over, "yuan", "most")
