"""A bundle is one decision."""

from planner.clauses.bundles import BundlesSettings
from planner.ledger import Treatment
from planner.model.bind._together import bind_together, groups_of
from planner.model.draft import Draft


def bind(draft: Draft, settings: BundlesSettings) -> None:
    """Each member of a bundle is planned as the one before it."""
    bundles = groups_of(draft, lambda p: p.bundle, lambda p: p.treatment is not Treatment.NATURAL)
    bind_together(draft, "bundles", bundles, same_start=settings.same_start)
