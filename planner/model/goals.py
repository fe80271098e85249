"""What is optimised: each goal as whole-number coefficients over the columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from planner.model.amounts import half_up_each
from planner.model.draft import Draft, Floats
from planner.model.holding import holding_of
from planner.plan.metrics import evened_years, has_planned_year, nature_could_restore, waits_for
from planner.plan.works import is_government, waiting_years
from planner.scenario import GoalName
from solvers import Sense

FLOATS_ARE_WHOLE = 2**53  # below it, every whole number is a float
MOST_DIGITS = 100  # of a benefit, before and after the point


@dataclass(frozen=True, slots=True)
class Objective:
    """A goal over all columns of a draft: ``value = (coefficients @ x + constant) / scale``.

    Parameters
    ----------
    coefficients : float array, shape (columns,)
        Whole numbers, except for the goal ``soft``.
    constant : int
    scale : int or Fraction
        What makes decimal benefits and weighted breaches whole; 1 for every other goal.
    whole : bool
        Whether ``coefficients @ x + constant`` is always a whole number.
    exact : tuple of int
        The coefficients of the choices, where a float cannot hold every one of them; else empty.
    """

    name: GoalName
    coefficients: Floats
    constant: int
    sense: Sense
    scale: int | Fraction = 1
    whole: bool = True
    exact: tuple[int, ...] = ()

    def value(self, x: Floats) -> Fraction:
        """The exact value of a point whose columns are whole, in whole units (times `scale`)."""
        picked = np.flatnonzero(x[: len(self.coefficients)] * self.coefficients).tolist()
        if self.exact:
            return Fraction(sum(self.exact[j] * int(x[j]) for j in picked) + self.constant)
        return sum((Fraction(self.coefficients[j]) * int(x[j]) for j in picked), Fraction(self.constant))


def objective(draft: Draft, name: GoalName) -> Objective:
    """One goal's objective, built once; columns that were declared after it count nothing in it.

    Waiting: a patch that is not picked waits the whole horizon, so each pick takes away what it saves.
    """
    if name not in draft.objectives:
        draft.objectives[name] = _build(draft, name)
    built = draft.objectives[name]
    missing = draft.columns - len(built.coefficients)
    return replace(built, coefficients=np.pad(built.coefficients, (0, missing))) if missing else built


def _build(draft: Draft, name: GoalName) -> Objective:
    if name is GoalName.SOFT:
        return _soft(draft)
    if name is GoalName.BENEFIT:
        return _benefit(draft)
    if name is GoalName.COST:
        return _cost(draft)
    if name in (GoalName.AREA, GoalName.TIER_AREA):
        return _area(draft, name)
    if name is GoalName.EVENNESS:
        return _evenness(draft)
    if name is GoalName.SCATTERED:
        return _scattered(draft)
    if name is GoalName.AVOIDABLE_WORKS:
        return _avoidable_works(draft)
    if name is GoalName.CASH_FLOW_MONEY:
        return _cash_flow_money(draft)
    if name is GoalName.MOVES:
        return _moves(draft)
    return _waiting(draft, name)


def _soft(draft: Draft) -> Objective:
    """Breaches in whole multiples of what they have in common, where floats can hold those."""
    weights = draft.soft_weight
    common = lcm(*(weight.denominator for weight in weights.values()))
    counts = {column: int(weight * common) for column, weight in weights.items()}
    divisor = gcd(*counts.values()) or 1
    coefficients = np.zeros(draft.columns)
    for column, count in counts.items():
        coefficients[column] = float(count // divisor)
    whole = all(count // divisor < FLOATS_ARE_WHOLE for count in counts.values())
    return Objective(GoalName.SOFT, coefficients, 0, Sense.MINIMISE, scale=Fraction(common, divisor), whole=whole)


def _waiting(draft: Draft, name: GoalName) -> Objective:
    choices, horizon = draft.choices, draft.scenario.horizon
    unplanned = waiting_years(horizon.first, horizon.last, None)
    weight = [
        score * p.area_m2 if waits_for(name, p) else 0 for score, p in zip(_scores(draft), choices.patches, strict=True)
    ]
    saved = unplanned - (choices.start - horizon.first)
    for_hazards = choices.per_patch([name is GoalName.WAITING_FOCAL and p.hazard_points > 0 for p in choices.patches])
    only_hazards = choices.of_options(lambda option: option.hazard_only)
    saved = np.where(only_hazards & (for_hazards == 0), 0, saved)
    coefficients = np.zeros(draft.columns)
    coefficients[: len(choices)] = -choices.per_patch(weight) * saved
    return Objective(name, coefficients, unplanned * sum(weight), Sense.MINIMISE)


def _scores(draft: Draft) -> list[int]:
    """The priority score of each patch: `Works.score`, which rounds half up, over arrays."""
    weights = draft.scenario.score_weights
    factors = [(p.bottom_line, p.resident_impact, p.landscape_damage) for p in draft.choices.patches]
    shares = [weights.bottom_line, weights.resident_impact, weights.landscape_damage]
    return half_up_each(np.asarray(factors, dtype=np.int64).reshape(-1, 3) @ np.asarray(shares), 1, 100)


def _cost(draft: Draft) -> Objective:
    choices = draft.choices
    held = holding_of(draft)
    unplanned = held.waiting * held.years
    mobilisation = draft.scenario.holding.mobilisation_yuan
    townships = draft.townships.values() if mobilisation else ()
    coefficients = np.zeros(draft.columns)
    coefficients[: len(choices)] = (
        np.where(choices.of_patches(choices.from_purses), choices.cost_yuan, 0)
        + held.planned()
        - unplanned[choices.patch]
    )
    coefficients[list(townships)] = mobilisation
    for column in draft.grants:
        if not is_government(column.grant.source):
            coefficients[column.column] = -column.unit
    return Objective(GoalName.COST, coefficients, sum(unplanned.tolist()), Sense.MINIMISE)


def _cash_flow_money(draft: Draft) -> Objective:
    """Public money on works that bring an income; what social capital takes over is moved out."""
    choices = draft.choices
    earning = choices.of_patches(choices.from_purses & np.asarray([p.cash_flow for p in choices.patches], dtype=bool))
    coefficients = np.zeros(draft.columns)
    coefficients[: len(choices)] = earning * choices.cost_yuan
    for column in draft.grants:
        if not is_government(column.grant.source) and draft.ledger.by_id[column.grant.patch].cash_flow:
            coefficients[column.column] = -column.unit
    return Objective(GoalName.CASH_FLOW_MONEY, coefficients, 0, Sense.MINIMISE)


def _area(draft: Draft, name: GoalName) -> Objective:
    choices = draft.choices
    weights = draft.scenario.tier_weights
    weight = choices.per_patch([weights.of(p.tier) if name is GoalName.TIER_AREA else 1 for p in choices.patches])
    coefficients = np.zeros(draft.columns)
    finished = choices.finish <= draft.scenario.horizon.last
    coefficients[: len(choices)] = np.where(finished, choices.area_m2 * weight, 0)
    return Objective(name, coefficients, 0, Sense.MAXIMISE)


def _evenness(draft: Draft) -> Objective:
    """Two columns stand for the largest and the smallest yearly task."""
    choices, years = draft.choices, evened_years(draft.scenario.horizon)
    rows = {y: np.flatnonzero((choices.start == y) & (choices.area_m2 > 0)) for y in years}
    areas = {y: choices.area_m2[rows[y]] for y in years}
    highest = float(sum(patch.area_m2 for patch in choices.patches))
    most, least = (draft.add_column(f"{side}[evenness]", upper=highest) for side in ("most", "least"))
    for y in years:
        draft.add_row(f"evenness[{y}].most", [*rows[y], most], [*areas[y], -1], -np.inf, 0)
        draft.add_row(f"evenness[{y}].least", [*rows[y], least], [*areas[y], -1], 0, np.inf)

    def settle(x: Floats) -> None:
        yearly = [float(areas[y] @ x[rows[y]]) for y in years]
        x[most], x[least] = max(yearly, default=0.0), min(yearly, default=0.0)

    draft.settle_by(settle)
    coefficients = np.zeros(draft.columns)
    coefficients[[most, least]] = 1, -1
    return Objective(GoalName.EVENNESS, coefficients, 0, Sense.MINIMISE)


def _scattered(draft: Draft) -> Objective:
    townships = list(draft.townships.values())
    coefficients = np.zeros(draft.columns)
    coefficients[townships] = 1
    return Objective(GoalName.SCATTERED, coefficients, 0, Sense.MINIMISE)


def _avoidable_works(draft: Draft) -> Objective:
    choices = draft.choices
    spared = [nature_could_restore(patch, draft.ledger.options_of(patch)) for patch in choices.patches]
    coefficients = np.zeros(draft.columns)
    coefficients[: len(choices)] = choices.per_patch(spared) * choices.area_m2
    return Objective(GoalName.AVOIDABLE_WORKS, coefficients, 0, Sense.MINIMISE)


def _moves(draft: Draft) -> Objective:
    """All are moved but those that start in their planned year."""
    choices = draft.choices
    planned = [(p.planned_year or 0) if has_planned_year(p) else 0 for p in choices.patches]
    coefficients = np.zeros(draft.columns)
    coefficients[: len(choices)] = np.where(choices.start == choices.per_patch(planned), -1, 0)
    return Objective(GoalName.MOVES, coefficients, sum(1 for year in planned if year), Sense.MINIMISE)


def _benefit(draft: Draft) -> Objective:
    choices = draft.choices
    offered = [choices.options[k] for k in np.unique(choices.option).tolist()]
    benefits = [option.benefit or Decimal(0) for option in offered]
    decimals = max((-int(b.normalize().as_tuple().exponent) for b in benefits if b), default=0)
    scale = 10 ** max(0, decimals)
    with localcontext(prec=MOST_DIGITS):
        of_option = [int(b * scale) for b in benefits]
    place = np.unique(choices.option, return_inverse=True)[1]
    coefficients = np.zeros(draft.columns)
    coefficients[: len(choices)] = np.asarray([float(benefit) for benefit in of_option])[place]
    held = all(abs(benefit) < FLOATS_ARE_WHOLE for benefit in of_option)
    exact = () if held else tuple(of_option[k] for k in place.tolist())
    return Objective(GoalName.BENEFIT, coefficients, 0, Sense.MAXIMISE, scale, exact=exact)
