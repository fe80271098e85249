"""An earlier plan is kept: few patches leave the year it gave them."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.audit.goals import moved_patches
from planner.clauses.moves import MovesSettings


def check(case: Case, settings: MovesSettings) -> Iterator[Violation]:
    """More patches moved than may be."""
    moved = len(moved_patches(case))
    if moved > settings.maximum:
        horizon = case.scenario.horizon
        yield Violation(f"{horizon.first}-{horizon.last}", settings.maximum, moved, "patches", "most")
