"""Tier before tier, within a district and the same payers."""

from collections import defaultdict
from collections.abc import Iterator

from planner.audit.case import Case, Violation
from planner.audit.payer import base_payers_owe
from planner.clauses import Settings
from planner.ledger import Option, Patch
from planner.ledger.category.rules import named

Group = tuple[str, frozenset[tuple[str, str | None]]]


def check(case: Case, settings: Settings) -> Iterator[Violation]:
    """Each patch that starts while patches of a higher tier in its group could have begun and have not."""
    facts = _Facts(case)
    first = case.scenario.horizon.first
    groups = {patch.patch: _group(case, patch) for patch in case.government_patches if patch.treatment != "natural"}
    idle: dict[tuple[Group, int, int], int] = defaultdict(int)  # by group, tier and year
    for patch in case.government_patches:
        if patch.patch not in groups or (patch.actual_start is not None and patch.actual_start.year < first):
            continue
        task = case.task_of.get(patch.patch)
        for year in facts.years_idle(patch, None if task is None else task.start):
            idle[groups[patch.patch], patch.tier, year] += 1
    for task, patch, _ in case.tasks:
        if patch.patch in groups and not facts.decided(patch, task.start):
            passed = sum(idle[groups[patch.patch], tier, task.start] for tier in range(1, patch.tier))
            if passed:
                yield Violation(f"{patch.patch}/{task.start}", 0, passed, "patches", "after")


def _group(case: Case, patch: Patch) -> Group:
    return patch.district, frozenset(base_payers_owe(case, case.scenario.clause("payer"), patch, 0))


class _Facts:
    """What ledger and scenario say of when a patch can start, whatever is planned for the others."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.on = {name for name, settings in case.scenario.clauses.items() if settings.on and not settings.soft}
        self.locks = defaultdict(list)
        for lock in case.scenario.locks:
            self.locks[lock.patch].append(lock)
        self.frozen = {frozen.year: frozenset(frozen.patches) for frozen in case.scenario.frozen}
        self.list_of = {patch: frozen.year for frozen in case.scenario.frozen for patch in frozen.patches}

    def years_idle(self, patch: Patch, start: int | None) -> Iterator[int]:
        """The years by whose end the patch could have begun and has not."""
        could = False
        for year in self.case.scenario.horizon.years:
            could = could or any(self._may_start(patch, option, year) for option in self.case.ledger.options_of(patch))
            if could and (start is None or start > year):
                yield year

    def decided(self, patch: Patch, start: int) -> bool:
        """Whether this start has happened or stands in an approved list."""
        happened = patch.actual_start is not None and patch.actual_start.year == start
        return "locks" in self.on and (happened or patch.patch in self.frozen.get(start, ()))

    def _may_start(self, patch: Patch, option: Option, year: int) -> bool:
        if option.first_start is not None and year < option.first_start:
            return False
        if option.last_start is not None and year > option.last_start:
            return False
        if "tenure" in self.on and patch.tenure_clear_from is not None and year < patch.tenure_clear_from:
            return False
        return (
            not self._protected(patch, option, year)
            and not self._never_complete(patch, option, year)
            and not ("locks" in self.on and self._locked(patch, option, year))
        )

    def _protected(self, patch: Patch, option: Option, year: int) -> bool:
        if option.treatment == "natural":
            return False
        if patch.core_reserve:
            return "core_reserve" in self.on and not patch.irreversible_damage
        if "reserve_assessment" not in self.on or patch.assessed:
            return False
        inside = patch.ecological_redline or named(patch.reserve)
        return inside and (patch.assessed_from is None or year < patch.assessed_from)

    def _never_complete(self, patch: Patch, option: Option, year: int) -> bool:
        """Whether such a start leaves the patch incomplete at the end of the horizon, where that is not allowed."""
        if ("completion" if patch.treatment == "artificial" else "basic_treatment") not in self.on:
            return False
        partial = option.hazard_only and self.case.scenario.mode == "complete"
        return partial or self.case.finish(patch, option, year) > self.case.scenario.horizon.last

    def _locked(self, patch: Patch, option: Option, year: int) -> bool:
        for lock in self.locks[patch.patch]:
            if lock.kind == "option":
                kept = option.option == lock.option
            else:
                kept = lock.year is not None and {
                    "year": year == lock.year, "not_before": year >= lock.year, "not_after": year <= lock.year,
                    "by": year <= lock.year,
                }[lock.kind.value]  # fmt: skip
            if not kept:
                return True
        if patch.patch not in self.frozen.get(year, {patch.patch}) or self.list_of.get(patch.patch, year) != year:
            return True
        begun = patch.actual_start.year if patch.actual_start is not None else year
        return begun in self.case.scenario.horizon.years and begun != year
