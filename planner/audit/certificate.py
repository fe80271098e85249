"""Does the certificate tell the truth? Inputs, goal values, bounds, gaps, proofs and status."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isclose

from planner.audit._holding import held_yuan, townships_started
from planner.audit.case import Case
from planner.audit.consistency import finding
from planner.ledger import Patch
from planner.plan import AuditFinding, Breach, GoalResult, Plan, PlanStatus
from planner.plan.works import is_government
from planner.scenario import GoalName
from planner.units import half_up

PPM = 1_000_000


def lies(case: Case, plan: Plan, ledger_digest: str, breaches: tuple[Breach, ...]) -> Iterator[AuditFinding]:
    """Every statement of the certificate that does not hold."""
    certificate = plan.certificate
    for place, actual, required in (
        ("certificate.ledger_digest", certificate.ledger_digest, ledger_digest),
        ("certificate.scenario_digest", certificate.scenario_digest, case.scenario.digest),
        ("certificate.plan_digest", certificate.plan_digest, plan.computed_digest()),
        ("certificate.scenario", certificate.scenario, case.scenario.name),
        ("certificate.data_nature", certificate.data_nature, case.ledger.meta.get("data_nature", "")),
    ):
        if actual != required:
            yield finding("certificate", "digest", place, actual=actual[:16] or "–", required=required[:16])
    yield from _shortfall(plan)
    if not certificate.status.has_plan:
        carried = (plan.schedule, plan.commitments, plan.cash, plan.accounts, plan.auxiliary.grants, certificate.goals)
        if any(carried) or plan.auxiliary.breaches or plan.metrics is not None:
            yield finding("certificate", "empty_plan", "schedule", status=str(certificate.status))
        return
    if plan.metrics is None:
        yield finding("certificate", "no_metrics", "metrics")
    names = [str(goal.name) for goal in case.scenario.ordered_goals]
    stated = [goal.name for goal in certificate.goals]
    if stated != names:
        yield finding(
            "certificate", "goal_missing", "certificate.goals", actual="、".join(stated), required="、".join(names)
        )
        return
    for goal, wanted in zip(certificate.goals, case.scenario.ordered_goals, strict=True):
        yield from _goal(goal, goal_value(case, GoalName(goal.name), breaches), wanted.tolerance)
    proved = all(goal.proved for goal in certificate.goals)
    status = PlanStatus.OPTIMAL if proved else PlanStatus.WITHIN_GAP
    if certificate.status is not status:
        yield finding(
            "certificate", "status", "certificate.status", actual=str(certificate.status), required=str(status)
        )


def _shortfall(plan: Plan) -> Iterator[AuditFinding]:
    short = plan.certificate.shortfall
    if short is None:
        return
    total = sum(missing.yuan for missing in short.missing)
    if plan.status is not PlanStatus.IMPOSSIBLE or total != short.yuan or any(m.yuan <= 0 for m in short.missing):
        yield finding(
            "certificate", "shortfall", "certificate.shortfall", abs(total - short.yuan), "yuan",
            actual=f"{short.yuan:,}", required=f"{total:,}", status=str(plan.status),
        )  # fmt: skip


def _goal(goal: GoalResult, value: Fraction, tolerance: float) -> Iterator[AuditFinding]:
    place = f"certificate.goals[{goal.name}]"
    exact = float(value)
    if goal.value != value and not (isinstance(goal.value, float) and isclose(goal.value, exact, rel_tol=1e-9)):
        off = abs(goal.value - exact)
        yield finding(
            "certificate", "goal_value", f"{place}.value", off, goal=goal.name, actual=goal.value, required=exact
        )
    if goal.tolerance != tolerance:
        yield finding("certificate", "differs", f"{place}.tolerance", actual=goal.tolerance, required=tolerance)
    if goal.bound is None:
        if goal.gap is not None or goal.proved:
            yield finding("certificate", "goal_gap", f"{place}.gap", goal=goal.name, actual=goal.gap, required="–")
        return
    ahead = exact - goal.bound if GoalName(goal.name).maximised else goal.bound - exact
    whole = isinstance(goal.value, int) and isinstance(goal.bound, int)
    if ahead > (0 if whole else 1e-6 * max(1.0, abs(exact))):
        yield finding(
            "certificate", "goal_bound", f"{place}.bound", ahead, goal=goal.name, actual=exact, required=goal.bound
        )
    gap = abs(goal.value - goal.bound) / max(1.0, abs(goal.value))
    if goal.gap is None or not isclose(goal.gap, gap, rel_tol=1e-6, abs_tol=1e-12):
        yield finding("certificate", "goal_gap", f"{place}.gap", goal=goal.name, actual=goal.gap, required=gap)
    if goal.proved:
        reached = float("inf") if goal.reached is None else goal.reached
        short = abs(reached - goal.bound) / max(1.0, abs(reached))
        given_up = abs(goal.value - reached) / max(1.0, abs(reached))
        if short > 1e-9 or given_up > tolerance + 1e-9:
            yield finding(
                "certificate", "goal_proof", f"{place}.proved", max(short, given_up), goal=goal.name,
                actual=max(short, given_up), required=tolerance,
            )  # fmt: skip


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
    if name is GoalName.MOVES:
        return Fraction(sum(_moved(case, patch) for patch in case.ledger.patches))
    if name is GoalName.EVENNESS:
        return Fraction(_spread(case))
    if name is GoalName.AREA or name is GoalName.TIER_AREA:
        return Fraction(_restored(case, by_tier=name is GoalName.TIER_AREA))
    return Fraction(
        sum(_score(case, p) * p.area_m2 * _years(case, p, name) for p in _waiting(case) if _counts(name, p))
    )


def _moved(case: Case, patch: Patch) -> bool:
    """Whether an earlier plan gave it another year than this one."""
    task = case.task_of.get(patch.patch)
    return bool(patch.planned_year) and (task is None or task.start != patch.planned_year)


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
    }[name]
