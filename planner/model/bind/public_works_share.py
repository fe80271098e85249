"""Funds lean to works without cash flow."""

import numpy as np

from planner.clauses.public_works_share import PublicWorksShareSettings
from planner.model.bind._money_share import bind_share, government_spending
from planner.model.draft import Draft


def bind(draft: Draft, settings: PublicWorksShareSettings) -> None:
    """Enough of the public money goes to patches without cash flow."""
    spending, public = government_spending(draft)
    without = np.asarray([not patch.cash_flow for patch in draft.choices.patches], dtype=bool)[spending.patch]
    bind_share(draft, "public_works_share", settings.percent, settings.each_year, spending, public, without)
