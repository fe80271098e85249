"""Whether further sources can make given picks affordable: a flow written down anew, vintage by vintage.

It shares no row with the planner's own programme, which knows runs of vintages instead of flows.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from planner.ledger import Ledger, Option, Patch
from planner.plan import Grant, Pick, Works, build_body
from planner.plan.works import share_payments
from planner.scenario import Scenario

PARTS = ("hazard_removal", "land_levelling", "revegetation", "rock_face")


def cap_of(trial: Scenario, source: str, patch: Patch, option: Option, start: int, cost: int) -> int:
    """Most that a source may give, said once more."""
    rule = next(rule for rule in trial.sources if rule.source == source)
    if patch.by_enterprise or str(option.treatment) not in [str(treatment) for treatment in rule.treatments]:
        return 0
    user = trial.clause("payer").user_pays and patch.urban_growth_boundary and patch.named_user == "user"
    if (
        user
        or (rule.kinds and patch.kind not in rule.kinds)
        or (rule.districts and patch.district not in rule.districts)
    ):
        return 0
    if (
        start < (rule.first_start or 0)
        or start > (rule.last_start or 9999)
        or (rule.hazard_free and patch.hazard_points)
    ):
        return 0
    if any(getattr(patch, name) != wanted for name, wanted in rule.require.items()):
        return 0
    most = cost * rule.max_share_percent // 100
    if rule.works and option.hazard_only:
        most = most if "hazard_removal" in rule.works else 0
    elif rule.works:
        paid = sum(getattr(patch, f"{part}_yuan") or 0 for part in set(rule.works))
        most = min(most, cost * paid // patch.cost_yuan)
    return most if rule.max_yuan_per_patch is None else min(most, rule.max_yuan_per_patch)


@dataclass
class Flow:
    """Columns and rows of a small programme, gathered one by one."""

    upper: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)

    def column(self, upper: float) -> int:
        self.upper.append(upper)
        return len(self.upper) - 1

    def row(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
        gathered: dict[int, float] = defaultdict(float)
        for column, value in terms:
            gathered[column] += value
        self.rows.append((gathered, low, high))

    def least(self, weights: dict[int, float]) -> tuple[int, list[int]] | None:
        """The least value in whole numbers and where it is, or None where there is no solution."""
        if not self.upper:
            return (0, []) if all(low <= 0 <= high for _, low, high in self.rows) else None
        matrix = np.zeros((len(self.rows), len(self.upper)))
        for i, (terms, _, _) in enumerate(self.rows):
            matrix[i, list(terms)] = list(terms.values())
        costs = np.zeros(len(self.upper))
        costs[list(weights)] = list(weights.values())
        answer = milp(
            costs, integrality=np.ones(len(self.upper)), bounds=Bounds(0, self.upper),
            constraints=LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows]),
        )  # fmt: skip
        return (round(answer.fun), np.rint(answer.x).astype(int).tolist()) if answer.success else None


def cheapest_grants(
    ledger: Ledger, trial: Scenario, picks: tuple[Pick, ...], counted: Iterable[str] = (), unit: int = 1
) -> tuple[int, list[Grant]] | None:
    """The most that social capital can take over on the patches counted, as a negative amount, and grants that do it.

    Parameters
    ----------
    unit : int
        Grants are whole multiples of it.

    Returns
    -------
    None where no grants make the picks affordable.
    """
    works, flow = Works(ledger, trial), Flow()
    drawn: dict[tuple[str, str | None, int], list[tuple[int, float]]] = defaultdict(list)
    usable = {
        (b.source, b.district, b.year): b.yuan * (100 - trial.clause("purse_accounts").reserve_percent) // 100
        for b in trial.budgets
    }
    purses = {(source, district) for source, district, _ in usable}
    weights: dict[int, float] = {}
    grants: list[tuple[int, Grant]] = []

    def cover(purse: tuple[str, str | None], oldest: int, year: int, paid: int, fixed: int = 0) -> None:
        """What a purse pays comes from its vintages: `fixed`, or `unit`s in a column."""
        draws = [flow.column(np.inf) for _ in range(oldest, year + 1)]
        for vintage, draw in zip(range(oldest, year + 1), draws, strict=True):
            drawn[*purse, vintage].append((draw, 1))
        flow.row([*((draw, 1) for draw in draws), *([] if fixed else [(paid, -1)])], fixed, fixed)

    before = trial.carry.years
    for pick in picks:
        patch = ledger.by_id[pick.patch]
        option = works.options(patch)[pick.option]
        own = works.commitments(patch, option, pick.start)
        series = {purse: {pick.start: yuan} for purse, yuan in own.items()}
        if trial.basis == "cash":
            series = share_payments(own, works.payments(patch, option, pick.start))
        cost = works.cost(option, pick.start)
        by_source: dict[str, list[int]] = defaultdict(list)
        for base, by_year in series.items():
            for year, yuan in by_year.items():
                if base.source in ("enterprise", "user") or year > trial.horizon.last or not yuan:
                    continue
                oldest = max(year - before, pick.start) if trial.carry.scope == "patch" else year - before
                taken = []
                for rule in trial.sources:
                    district = patch.district if (rule.source, patch.district) in purses else None
                    if (rule.source, district) not in purses:
                        continue
                    if not cap_of(trial, rule.source, patch, option, pick.start, cost):
                        continue
                    times = flow.column(yuan // unit)
                    amount = flow.column(yuan)
                    flow.row([(times, unit), (amount, -1)], 0, 0)
                    cover((rule.source, district), oldest, year, amount)
                    taken.append(amount)
                    by_source[rule.source].append(amount)
                    if rule.source == "social" and pick.patch in counted:
                        weights[amount] = -1
                    grants.append((amount, Grant(
                        patch=pick.patch, year=year, from_source=base.source, from_district=base.district,
                        source=rule.source, district=district, yuan=0,
                    )))  # fmt: skip
                rest = flow.column(yuan)
                cover((base.source, base.district), oldest, year, rest)
                flow.row([(rest, 1), *((column, 1) for column in taken)], yuan, yuan)
        used = {}
        for source, columns in by_source.items():
            used[source] = flow.column(1)
            most = cap_of(trial, source, patch, option, pick.start, cost)
            flow.row([*((column, 1) for column in columns), (used[source], -most)], -np.inf, 0)
        if trial.clause("payer").one_programme_per_works:
            for one, other in itertools.combinations([s for s in used if s != "social"], 2):
                if _parts(trial, one) & _parts(trial, other):
                    flow.row([(used[one], 1), (used[other], 1)], -np.inf, 1)
    charged: dict[tuple[str, str | None, int], int] = defaultdict(int)
    for charge in build_body(ledger, trial, picks).holding:
        if charge.year <= trial.horizon.last:
            charged[charge.source, charge.district, charge.year] += charge.yuan
    for (source, district, year), yuan in charged.items():
        cover((source, district), year if trial.carry.scope == "patch" else year - before, year, -1, yuan)
    for purse_year, terms in drawn.items():
        flow.row(terms, -np.inf, usable.get(purse_year, 0))
    least = flow.least(weights)
    if least is None:
        return None
    value, x = least
    return value, [grant.model_copy(update={"yuan": x[column]}) for column, grant in grants if x[column]]


def _parts(trial: Scenario, source: str) -> set[str]:
    rule = next(rule for rule in trial.sources if rule.source == source)
    return {str(part) for part in rule.works} or set(PARTS)
