"""What `municipal_share` and `public_works_share` have in common: a part of government money goes somewhere."""

import numpy as np

from planner.model.bind._money import Spending, spending_of_works
from planner.model.choices import Bools
from planner.model.draft import Draft
from planner.plan.works import is_government


def government_spending(draft: Draft) -> tuple[Spending, Bools]:
    """What is spent within the horizon, and which of it is public money."""
    spending = spending_of_works(draft)
    return spending, spending.by_source([is_government(source) for source in spending.sources])


def bind_share(
    draft: Draft, clause: str, percent: int, each_year: bool, spending: Spending, public: Bools, favoured: Bools
) -> None:
    """At least `percent` of the public money is favoured: ``Σ (100 · favoured − percent) · yuan >= 0``.

    Parameters
    ----------
    public, favoured : bool arrays, shape (m,)
        Over the entries of `spending`.
    """
    weights = np.where(public, 100 * (public & favoured) - percent, 0) * spending.yuan
    years = draft.scenario.horizon.years
    periods = [(str(year), spending.year == year) for year in years] if each_year else [
        (f"{years[0]}-{years[-1]}", np.ones(len(weights), dtype=bool))
    ]  # fmt: skip
    for name, within in periods:
        entries = within & (weights != 0)
        if entries.any():
            values = weights[entries]
            unit = int(np.gcd.reduce(values))
            draft.add_row(f"{clause}[{name}]", spending.column[entries], values // unit, 0, np.inf)
