"""Does the certificate tell the truth? Inputs, goal values, bounds, gaps, proofs and status."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import isclose

from planner.audit.case import Case
from planner.audit.consistency import finding
from planner.audit.goals import goal_value
from planner.plan import AuditFinding, Breach, GoalResult, Plan, PlanStatus
from planner.scenario import GoalName


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
