"""What a goal is worth in a plan, added up patch by patch from the schedule and the commitments."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from planner.audit._holding import held_yuan, townships_started
from planner.audit.case import Case
from planner.ledger import Patch, Recovery
from planner.plan import Breach
from planner.plan.works import is_government
from planner.scenario import GoalName
from planner.units import half_up

PPM = 1_000_000


def goal_value(case: Case, name: GoalName, breaches: tuple[Breach, ...]) -> Fraction:
    """A goal's value, added up patch by patch from the schedule and the commitments."""
    if name is GoalName.SOFT:
        return sum((Fraction(b.amount * PPM, max(1, abs(b.target))) for b in breaches), Fraction(0))
    if name is GoalName.BENEFIT:
        return sum((Fraction(option.benefit or 0) for _, _, option in case.tasks), Fraction(0))
    if name is GoalName.COST:
        money = sum(row.yuan for row in case.body.commitments if is_government(row.source))
        return Fraction(money + held_yuan(case))
    if name is GoalName.SCATTERED:
        return Fraction(len(townships_started(case)))
    if name is GoalName.EVENNESS:
        return Fraction(_spread(case))
    if name is GoalName.AVOIDABLE_WORKS:
        return Fraction(_spared(case))
    if name is GoalName.CASH_FLOW_MONEY:
        earning = {patch.patch for patch in case.ledger.patches if patch.cash_flow}
        rows = [row for row in case.body.commitments if row.patch in earning]
        return Fraction(sum(row.yuan for row in rows if is_government(row.source)))
    if name is GoalName.MOVES:
        return Fraction(len(moved_patches(case)))
    if name is GoalName.AREA or name is GoalName.TIER_AREA:
        return Fraction(_restored(case, by_tier=name is GoalName.TIER_AREA))
    return Fraction(
        sum(_score(case, p) * p.area_m2 * _years(case, p, name) for p in _waiting(case) if _counts(name, p))
    )


def _restored(case: Case, *, by_tier: bool) -> int:
    """Area finished by the end of the horizon, each hectare as often as its tier weighs."""
    weights = case.scenario.tier_weights
    by = {1: weights.tier_1, 2: weights.tier_2, 3: weights.tier_3}
    return sum(
        case.task_area(patch, option) * (by[patch.tier] if by_tier else 1)
        for task, patch, option in case.tasks
        if case.finish(patch, option, task.start) <= case.scenario.horizon.last
    )


def _spread(case: Case) -> int:
    """Largest less smallest yearly task area, the first year aside."""
    areas = dict.fromkeys(range(case.scenario.horizon.first + 1, case.scenario.horizon.last + 1), 0)
    for task, patch, option in case.tasks:
        if task.start in areas:
            areas[task.start] += case.task_area(patch, option)
    return max(areas.values()) - min(areas.values()) if areas else 0


def _spared(case: Case) -> int:
    """Task area of works where the field check found that nature does it, or natural recovery was to be had."""
    good = (Recovery.VEGETATED, Recovery.GOOD)
    return sum(
        case.task_area(patch, option)
        for _, patch, option in case.tasks
        if (patch.verified_on and patch.recovery in good)
        or "natural" in [other.treatment for other in case.ledger.options_of(patch)]
    )


def moved_patches(case: Case) -> list[str]:
    """Patches with works whose start is not the year of the earlier plan, those that do not start included."""
    return [
        patch.patch
        for patch in _waiting(case)
        if patch.planned_year
        and (patch.patch not in case.task_of or case.task_of[patch.patch].start != patch.planned_year)
    ]


def _waiting(case: Case) -> Iterator[Patch]:
    return (patch for patch in case.ledger.patches if patch.treatment != "natural")


def _years(case: Case, patch: Patch, goal: GoalName) -> int:
    """Years until the works start; works that only remove hazards end the wait for these alone."""
    horizon = case.scenario.horizon
    if patch.patch not in case.pick_of:
        return horizon.last + 1 - horizon.first
    task, option = case.pick_of[patch.patch]
    still = option.hazard_only and (goal is not GoalName.WAITING_FOCAL or patch.hazard_points == 0)
    return (horizon.last + 1 if still else task.start) - horizon.first


def _score(case: Case, patch: Patch) -> int:
    weights = case.scenario.score_weights.model_dump()
    return half_up(Fraction(sum(weight * getattr(patch, factor) for factor, weight in weights.items()), 100))


def _counts(name: GoalName, patch: Patch) -> bool:
    focal = patch.focal and patch.kind == "exposed_rock_face"
    return {
        GoalName.WAITING_FOCAL: focal or patch.hazard_points > 0,
        GoalName.WAITING_TIER_1: patch.tier == 1,
        GoalName.WAITING_TIERS_2_3: patch.tier != 1,
        GoalName.WAITING: True,
        GoalName.WAITING_ARABLE: patch.arable_potential,
        GoalName.WAITING_CORRIDORS: patch.corridor != "",
    }[name]
