"""Inside the red line and the reserves works wait for their assessment."""

from planner.clauses import Settings
from planner.ledger import Patch, Treatment
from planner.ledger.category.rules import named
from planner.model.draft import Draft


def bind(draft: Draft, settings: Settings) -> None:
    """No works before the assessment is done, and none where it never is."""
    choices = draft.choices
    never = draft.scenario.horizon.last + 1
    allowed = [(p.assessed_from or never) if _waits(p) else 0 for p in choices.patches]
    works = choices.of_options(lambda option: option.treatment is not Treatment.NATURAL)
    draft.forbid(works & (choices.start < choices.per_patch(allowed)), "reserve_assessment")


def _waits(patch: Patch) -> bool:
    """Whether it lies inside the red line or a reserve, outside a core zone, and is not assessed."""
    inside = patch.ecological_redline or named(patch.reserve)
    return inside and not patch.core_reserve and not patch.assessed
