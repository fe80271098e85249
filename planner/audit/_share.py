"""What four audits have in common: how much of an area is started or finished by a year."""

from collections.abc import Iterable, Iterator

from planner.audit.case import Case, Violation
from planner.ledger import Patch


def short_of_share(
    case: Case, place: str, patches: Iterable[Patch], percent: int, by_year: int, *, finished: bool
) -> Iterator[Violation]:
    """The patches with works among these, their area that counts by the year against its share of all their area."""
    area = done = 0
    for patch in patches:
        if patch.by_enterprise or patch.treatment == "natural":
            continue
        area += patch.area_m2
        picked = case.pick_of.get(patch.patch)
        if picked is not None:
            task, option = picked
            year = case.finish(patch, option, task.start) if finished else task.start
            done += case.task_area(patch, option) if year <= by_year else 0
    required = -(-area * percent // 100)
    if done < required:
        yield Violation(place, required, done, "m2", "least")
