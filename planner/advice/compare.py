"""Plans side by side: on one yardstick, district by district, patch by patch, purse by purse.

The first plan's ledger and scenario are the yardstick: every other plan's decisions are valued by them, as far as they
can be. What cannot is said, and the rest is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple

from pydantic import Field

from planner.advice.answer import Answer, Number
from planner.advice.search import picks_of
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.plan import Body, Pick, Plan, PlanStatus, Purse, Works, build_body
from planner.plan.metrics import waits_for
from planner.plan.works import waiting_years
from planner.scenario import GoalName, Scenario, overridden

MOST_NAMED = 20
ChangeKind = Literal["moved", "option", "payer", "entered", "left"]


class Planned(NamedTuple):
    """A plan with what it was made from, and what to call it."""

    ledger: Ledger
    scenario: Scenario
    plan: Plan
    name: str = ""


class Incomparable(Answer):
    """Something of a plan that the yardstick cannot measure.

    Parameters
    ----------
    kind : str
        `horizon`, `not_in_first`, `only_in_first`, `option`, `years`, `differs`, `payers` or `money_unit`.
    items : tuple of str
        Patches (twenty at most are named), fields or years.
    count : int
    """

    kind: str
    items: tuple[str, ...]
    count: int


class District(Answer):
    """What a district gets.

    Parameters
    ----------
    tasks, area_m2, yuan
        Over the horizon: works that count as tasks, their area, their public money.
    first_year_m2
        The part of the area whose works start in the first year.
    hazard_points
        Of the patches that are planned.
    waited : float or None
        Years that its patches wait, each weighted by score times area; None where it has none that wait.
    change_years : float or None
        Against the first plan: negative gains, positive loses.
    verdict : {"gains", "loses", "same"}
    """

    district: str
    tasks: int
    area_m2: int
    yuan: int
    first_year_m2: int
    hazard_points: int
    waited: float | None
    change_years: float | None = None
    verdict: Literal["gains", "loses", "same"] = "same"


class Fairness(Answer):
    """How evenly the districts fare.

    Parameters
    ----------
    gini_waited : float
        Gini index of the districts' `waited`, each district counting once: the mean of all differences between two
        districts over twice their mean; 0 all alike.
    least_waited, most_waited : float
    gini_yuan_per_hectare : float
        The same of public money per hectare that is restored.
    """

    gini_waited: float
    least_waited: float
    most_waited: float
    gini_yuan_per_hectare: float


class Side(Answer):
    """One plan on the yardstick.

    Parameters
    ----------
    certified : dict
        Goals as the plan's own certificate states them.
    goals : dict
        Every goal revalued by the first plan's ledger and scenario; goals that cannot be compared are left out.
    task_area_m2, commitments_yuan, hazards_removed : dict
        By year, as revalued.
    incomparable : tuple of Incomparable
    """

    name: str
    scenario: str
    status: PlanStatus
    certified: dict[str, Number]
    goals: dict[str, Number]
    task_area_m2: dict[int, int]
    commitments_yuan: dict[int, int]
    hazards_removed: dict[int, int]
    total_yuan: int
    total_area_m2: int
    planned: int
    districts: tuple[District, ...]
    fairness: Fairness
    incomparable: tuple[Incomparable, ...] = ()


class Change(Answer):
    """A patch that another plan decides differently from the first: option and year, and who pays how much."""

    patch: str
    district: str
    kind: ChangeKind
    before: tuple[str, int] | None
    after: tuple[str, int] | None
    paid_before: dict[str, int] = Field(default_factory=dict)
    paid_after: dict[str, int] = Field(default_factory=dict)


class Funding(Answer):
    """What a purse spends in a year, in the first plan and in the other, each by its own accounts."""

    source: str
    district: str | None
    year: int
    before: int
    after: int
    budget_before: int
    budget_after: int


class Against(Answer):
    """One plan against the first."""

    name: str
    changes: tuple[Change, ...]
    funding: tuple[Funding, ...]


class Comparison(Answer):
    """Plans side by side; `sides` in the order given, `against` for each but the first."""

    format: Literal["shanfu-comparison/1"] = "shanfu-comparison/1"
    sides: tuple[Side, ...]
    against: tuple[Against, ...]


def compare(plans: Sequence[Planned | tuple[Ledger, Scenario, Plan]]) -> Comparison:
    """Hold plans against the first of them.

    Parameters
    ----------
    plans : sequence of Planned
        At least two, each with a plan to show.

    Raises
    ------
    BadInput
        Fewer than two plans, or one without a plan.
    """
    named = [_named(number, *one) for number, one in enumerate(plans)]
    if len(named) < 2:
        raise BadInput([Finding("advice_outlook.one_plan", column="plans", value=str(len(named)))])
    without = [one for one in named if not one.plan.status.has_plan]
    if without:
        raise BadInput(
            [Finding("advice_outlook.no_plan", column=one.name, value=str(one.plan.status)) for one in without]
        )
    first = named[0]
    sides: list[Side] = []
    for one in named:
        sides.append(_side(first, one, sides[0] if sides else None))
    return Comparison(sides=tuple(sides), against=tuple(_against(first, one) for one in named[1:]))


def measured(one: Planned) -> Side:
    """One plan on its own yardstick.

    Raises
    ------
    BadInput
        There is no plan to show.
    """
    if not one.plan.status.has_plan:
        raise BadInput([Finding("advice_outlook.no_plan", column=one.name, value=str(one.plan.status))])
    return _side(one, one, None)


def _named(number: int, ledger: Ledger, scenario: Scenario, plan: Plan, name: str = "") -> Planned:
    return Planned(ledger, scenario, plan, name or f"{chr(ord('A') + number % 26)} {scenario.name}")


def _side(first: Planned, one: Planned, yardstick: Side | None) -> Side:
    seen = overridden(first.ledger, first.scenario)
    missing = list(_incomparable(first, one))
    kept = [pick for pick in picks_of(one.plan) if _measurable(seen, first.scenario, pick)]
    same_payers = not any(lack.kind == "payers" for lack in missing)
    held = {pick.patch for pick in kept}
    grants = [grant for grant in one.plan.auxiliary.grants if grant.patch in held] if same_payers else []
    body = build_body(seen, first.scenario, kept, grants)
    assert body.metrics is not None
    years = one.scenario.horizon != first.scenario.horizon
    goals = {
        name: value
        for name, value in body.metrics.goals.items()
        if not (years and (name.startswith("waiting") or name in (GoalName.EVENNESS, GoalName.COST)))
    }
    districts = tuple(_districts(seen, first.scenario, body, yardstick))
    return Side(
        name=one.name,
        scenario=one.scenario.name,
        status=one.plan.status,
        certified={goal.name: goal.value for goal in one.plan.certificate.goals},
        goals=goals,
        task_area_m2=body.metrics.task_area_m2,
        commitments_yuan=body.metrics.commitments_yuan,
        hazards_removed=body.metrics.hazards_removed,
        total_yuan=body.metrics.total_yuan,
        total_area_m2=body.metrics.total_area_m2,
        planned=len(body.schedule),
        districts=districts,
        fairness=_fairness(districts),
        incomparable=tuple(missing),
    )


def _measurable(ledger: Ledger, scenario: Scenario, pick: Pick) -> bool:
    patch = ledger.by_id.get(pick.patch)
    offered = patch is not None and any(option.option == pick.option for option in ledger.options_of(patch))
    return offered and pick.start in scenario.horizon.years


def _incomparable(first: Planned, one: Planned) -> Iterator[Incomparable]:
    """What the first plan's ledger and scenario cannot measure of another plan."""
    seen, other = overridden(first.ledger, first.scenario), overridden(one.ledger, one.scenario)
    if one.scenario.horizon != first.scenario.horizon:
        spans = tuple(f"{s.horizon.first}–{s.horizon.last}" for s in (first.scenario, one.scenario))
        yield Incomparable(kind="horizon", items=spans, count=1)
    planned = picks_of(one.plan)
    both = set(seen.by_id) & set(other.by_id)
    differing: dict[str, set[str]] = {}
    for name in sorted(both):
        mine, theirs = seen.by_id[name], other.by_id[name]
        fields = {f for f in type(mine).__dataclass_fields__ if getattr(mine, f) != getattr(theirs, f)} - {
            "planned_year"
        }
        if seen.options_of(mine) != other.options_of(theirs):
            fields.add("options")
        for field in fields:
            differing.setdefault(field, set()).add(name)
    own, others = Works(seen, first.scenario), Works(other, one.scenario)
    lists = {
        "not_in_first": sorted(set(other.by_id) - set(seen.by_id)),
        "only_in_first": sorted(set(seen.by_id) - set(other.by_id)),
        "option": sorted(
            pick.patch
            for pick in planned
            if pick.patch in seen.by_id
            and all(o.option != pick.option for o in seen.options_of(seen.by_id[pick.patch]))
        ),
        "years": sorted(pick.patch for pick in planned if pick.start not in first.scenario.horizon.years),
        "differs": [f"{field} ({len(names)})" for field, names in sorted(differing.items())],
        "payers": sorted(
            name
            for name in both
            if own.payers(seen.by_id[name]) != others.payers(other.by_id[name])
        ),
    }  # fmt: skip
    for kind, items in lists.items():
        if items:
            yield Incomparable(kind=kind, items=tuple(items[:MOST_NAMED]), count=len(items))
    units = {key: (seen.meta.get(key), other.meta.get(key)) for key in ("currency_zh", "money_unit_size")}
    wrong = tuple(key for key, (a, b) in units.items() if a != b)
    if wrong:
        yield Incomparable(kind="money_unit", items=wrong, count=len(wrong))


def _districts(ledger: Ledger, scenario: Scenario, body: Body, yardstick: Side | None) -> Iterator[District]:
    assert body.metrics is not None
    works = Works(ledger, scenario)
    tasks = {task.patch: task for task in body.schedule}
    before = {row.district: row.waited for row in yardstick.districts} if yardstick else {}
    early: dict[str, int] = {}
    for begun in body.schedule:
        if begun.start == scenario.horizon.first:
            early[begun.district] = early.get(begun.district, 0) + begun.task_area_m2
    for district in ledger.districts:
        weight = waited = 0
        for patch in ledger.patches:
            if patch.district == district and waits_for(GoalName.WAITING, patch):
                task = tasks.get(patch.patch)
                partial = task is not None and works.options(patch)[task.option].hazard_only
                start = None if task is None or partial else task.start
                own = works.score(patch) * patch.area_m2
                weight += own
                waited += own * waiting_years(scenario.horizon.first, scenario.horizon.last, start)
        total = body.metrics.by_district[district]
        mean = float(Fraction(waited, weight)) if weight else None
        old = before.get(district)
        change = None if mean is None or old is None else mean - old
        verdict: Literal["gains", "loses", "same"] = "same"
        if change is not None and change != 0:
            verdict = "gains" if change < 0 else "loses"
        yield District(
            district=district, tasks=total.tasks, area_m2=total.task_area_m2, yuan=total.yuan,
            first_year_m2=early.get(district, 0), hazard_points=total.hazard_points, waited=mean, change_years=change,
            verdict=verdict,
        )  # fmt: skip


def _fairness(districts: Sequence[District]) -> Fairness:
    waited = [Fraction(row.waited) for row in districts if row.waited is not None]
    dear = [Fraction(row.yuan * 10_000, row.area_m2) for row in districts if row.area_m2]
    return Fairness(
        gini_waited=gini(waited),
        least_waited=float(min(waited, default=Fraction(0))),
        most_waited=float(max(waited, default=Fraction(0))),
        gini_yuan_per_hectare=gini(dear),
    )


def gini(values: Sequence[Fraction]) -> float:
    """Gini index: the sum of all differences between two values over 2 n times their sum; 0 where all are 0."""
    total = sum(values)
    if not total:
        return 0.0
    differences = sum((abs(a - b) for a in values for b in values), Fraction(0))
    return float(differences / (2 * len(values) * total))


def _against(first: Planned, one: Planned) -> Against:
    return Against(name=one.name, changes=tuple(_changes(first.plan, one.plan)), funding=tuple(_funding(first, one)))


def _changes(first: Plan, other: Plan) -> Iterator[Change]:
    old, new = ({task.patch: task for task in plan.schedule} for plan in (first, other))
    paid_old, paid_new = _payers(first), _payers(other)
    for patch in sorted({*old, *new}):
        before, after = old.get(patch), new.get(patch)
        same = before and after and (before.option, before.start) == (after.option, after.start)
        if same and paid_old.get(patch) == paid_new.get(patch):
            continue
        was = (before.option, before.start) if before else None
        now = (after.option, after.start) if after else None
        yield Change(
            patch=patch, district=(before or new[patch]).district, kind=_kind(was, now), before=was, after=now,
            paid_before=paid_old.get(patch, {}), paid_after=paid_new.get(patch, {}),
        )  # fmt: skip


def _kind(before: tuple[str, int] | None, after: tuple[str, int] | None) -> ChangeKind:
    if before is None or after is None:
        return "entered" if before is None else "left"
    if before[1] != after[1]:
        return "moved"
    return "option" if before[0] != after[0] else "payer"


def _payers(plan: Plan) -> dict[str, dict[str, int]]:
    paid: dict[str, dict[str, int]] = {}
    for row in plan.commitments:
        own = paid.setdefault(row.patch, {})
        purse = Purse(row.source, row.district).text
        own[purse] = own.get(purse, 0) + row.yuan
    return paid


def _funding(first: Planned, one: Planned) -> Iterator[Funding]:
    """Purses and years in which spending or budget differ."""
    spent, budgets = zip(*(_accounts(side.plan) for side in (first, one)), strict=True)
    keys = {key for part in (*spent, *budgets) for key in part}
    for purse, year in sorted(keys, key=lambda key: (key[0].source, key[0].district or "", key[1])):
        amounts = [part.get((purse, year), 0) for part in (*spent, *budgets)]
        if amounts[0] != amounts[1] or amounts[2] != amounts[3]:
            yield Funding(
                source=purse.source, district=purse.district, year=year, before=amounts[0], after=amounts[1],
                budget_before=amounts[2], budget_after=amounts[3],
            )  # fmt: skip


def _accounts(plan: Plan) -> tuple[dict[tuple[Purse, int], int], dict[tuple[Purse, int], int]]:
    """Spent by purse and year of the spending; budget by purse and vintage."""
    spent: dict[tuple[Purse, int], int] = {}
    budgets: dict[tuple[Purse, int], int] = {}
    for account in plan.accounts:
        purse = Purse(account.source, account.district)
        budgets[purse, account.vintage] = account.budget
        for year, yuan in account.used.items():
            spent[purse, year] = spent.get((purse, year), 0) + yuan
    return spent, budgets
