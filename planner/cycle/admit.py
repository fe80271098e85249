"""One step more, or the reasons why not."""

from __future__ import annotations

from collections.abc import Iterator

from planner.cycle.kinds import ABOUT_A_PATCH, RETURNED_BY, WHO_MAY, Kind
from planner.cycle.payloads import Return
from planner.cycle.refuse import Refusal, refusal, roles_word
from planner.cycle.rules import RULES
from planner.cycle.state import Cycle, Ground
from planner.cycle.step import Step
from planner.findings import BadInput

ON_ISSUED = frozenset(
    {Kind.DEFER, Kind.START, Kind.FINISH, Kind.PAY, Kind.REFUND, Kind.ASK_COST, Kind.GRANT_COST, Kind.ACCEPT}
)
IN_THE_HORIZON = frozenset({Kind.APPLY, Kind.REVIEW, Kind.ISSUE, Kind.CLOSE_YEAR, Kind.TRANCHE})


def admit(history: tuple[Step, ...], step: Step, ground: Ground) -> tuple[Step, ...]:
    """The history with one more step.

    For many steps keep a `Cycle` and call `then`: this folds the whole history every time.

    Raises
    ------
    BadInput
        The step, or one before it, is not admissible.
    """
    return Cycle.of(ground, history).then(step).history


def stepped(cycle: Cycle, step: Step, *, fresh: bool) -> Cycle:
    """The state after a step. Without `fresh` the plan in force is not asked: it is not the one of then.

    Raises
    ------
    BadInput
        With every reason.
    """
    findings = list(_at_all(cycle, step))
    check, effect = RULES[step.kind]
    if not findings:
        findings = list(check(cycle, step, fresh))
    if findings:
        raise BadInput(findings)
    after = effect(cycle, step)
    return after.changed(history=(*cycle.history, step))


def _at_all(cycle: Cycle, step: Step) -> Iterator[Refusal]:
    """What is asked of every step: the right role, its own district's patch, the right year, after the step before."""
    payload = step.payload
    may = RETURNED_BY[payload.what] if isinstance(payload, Return) else WHO_MAY[step.kind]
    if step.role not in may:
        yield refusal(step, "wrong_role", role=roles_word([step.role]), who=roles_word(may))
    if cycle.history and step.moment < cycle.history[-1].moment:
        yield refusal(step, "before_the_last", value=step.at, last=cycle.history[-1].at)
    on = getattr(payload, "on", None)
    if on is not None and on > step.day:
        yield refusal(step, "not_happened_yet", value=on.isoformat(), day=step.day.isoformat())
    districts = {patch.district for patch in cycle.register.patches}
    if step.district and step.district not in districts and step.kind is not Kind.TRANCHE:
        yield refusal(step, "unknown_district", value=step.district)
    horizon = cycle.ground.scenario.horizon
    if step.kind in IN_THE_HORIZON and step.year not in horizon.years:
        yield refusal(step, "outside_horizon", value=str(step.year), first=horizon.first, last=horizon.last)
    if step.patch is None:
        return
    patch, work = cycle.register.by_id.get(step.patch), cycle.works.get(step.patch)
    if patch is None and work is None:
        yield refusal(step, "unknown_patch")
        return
    owner = work.district if work else patch.district  # type: ignore[union-attr]
    if owner != step.district:
        yield refusal(step, "other_district", owner=owner, district=step.district)
    on_work = step.kind in ON_ISSUED or step.kind in (Kind.CLOSE, Kind.RETURN)
    if step.kind in ABOUT_A_PATCH | {Kind.RETURN} and on_work and work and work.year != step.year:
        yield refusal(step, "other_year", issued=work.year, year=step.year)
