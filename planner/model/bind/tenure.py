"""Works wait until tenure is clear."""

from planner.clauses import Settings
from planner.model.draft import Draft


def bind(draft: Draft, settings: Settings) -> None:
    """No start before the year in which tenure is clear."""
    clear = draft.choices.per_patch([p.tenure_clear_from or 0 for p in draft.choices.patches])
    draft.forbid(draft.choices.start < clear, "tenure")
