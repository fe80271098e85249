"""What two audits of shares have in common: public money by patch, source and year, from the plan's own rows."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil

from planner.audit.case import Case, Violation
from planner.plan import Commitment, Payment
from planner.scenario import Basis

PUBLIC = ("municipal", "district", "central", "programme")


def too_small_a_share(
    case: Case, percent: int, each_year: bool, favoured: Callable[[Commitment | Payment], bool]
) -> Iterator[Violation]:
    """Each period in which less than `percent` of the public money is favoured."""
    first, last = case.scenario.horizon.first, case.scenario.horizon.last
    rows: list[Commitment | Payment] = [
        *(case.body.cash if case.scenario.basis == Basis.CASH else case.body.commitments)
    ]
    public = [row for row in rows if row.source.split(":")[0] in PUBLIC and row.year <= last]
    periods = [(year, year) for year in range(first, last + 1)] if each_year else [(first, last)]
    for begin, end in periods:
        within = [row for row in public if begin <= row.year <= end]
        least = ceil(Fraction(percent, 100) * sum(row.yuan for row in within))
        got = sum(row.yuan for row in within if favoured(row))
        if got < least:
            yield Violation(str(begin) if each_year else f"{begin}-{end}", least, got, "yuan", "least")
