"""What two audits have in common: which patches of a treatment are not finished in time."""

from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.clauses import Settings
from planner.ledger import Treatment
from planner.scenario import PlanMode


def unfinished(case: Case, settings: Settings, treatment: Treatment) -> Iterator[Violation]:
    """Held hard: each late patch, and each missing one unless money is rationed. Held softly: the area in all."""
    last = case.scenario.horizon.last
    finish = {patch.patch: case.finish(patch, option, task.start) for task, patch, option in case.tasks}
    partial = {patch.patch for _, patch, option in case.tasks if option.hazard_only}
    patches = [patch for patch in case.government_patches if patch.treatment == treatment]
    if settings.soft:
        area = sum(patch.area_m2 for patch in patches)
        done = sum(
            patch.area_m2
            for patch in patches
            if finish.get(patch.patch, last + 1) <= last and patch.patch not in partial
        )
        if done < area:
            yield Violation(str(treatment.value), area, done, "m2", "least")
        return
    for patch in patches:
        if finish.get(patch.patch, last) > last:
            yield Violation(patch.patch, last, finish[patch.patch], "year", "most")
        if case.scenario.mode == PlanMode.COMPLETE and (patch.patch not in finish or patch.patch in partial):
            yield Violation(patch.patch, 1, 0, "patches", "least")
