"""Municipal money leads."""

from planner.clauses.municipal_share import MunicipalShareSettings
from planner.model.bind._money_share import bind_share, government_spending
from planner.model.draft import Draft


def bind(draft: Draft, settings: MunicipalShareSettings) -> None:
    """Enough of the public money is municipal."""
    spending, public = government_spending(draft)
    municipal = spending.by_source([source == "municipal" for source in spending.sources])
    bind_share(draft, "municipal_share", settings.percent, settings.each_year, spending, public, municipal)
