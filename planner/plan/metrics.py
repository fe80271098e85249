"""A plan in figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from planner.ledger import Option, Patch, PatchKind, Treatment
from planner.plan.holding import HoldingCost, HoldingKind
from planner.plan.types import Commitment, DistrictTotal, Group, Metrics, Payment, Task
from planner.plan.works import Works, is_government, waiting_years
from planner.scenario import GoalName, Horizon

WAITING_GOALS = (
    GoalName.WAITING_FOCAL,
    GoalName.WAITING_TIER_1,
    GoalName.WAITING_TIERS_2_3,
    GoalName.WAITING,
)


def measure(
    works: Works,
    schedule: Sequence[Task],
    commitments: Sequence[Commitment],
    cash: Sequence[Payment],
    held: Sequence[HoldingCost],
) -> Metrics:
    """Every figure of `Metrics`, from the schedule, the two account sets and the costs of holding sites."""
    horizon = works.scenario.horizon
    ledger = works.ledger
    tasks = {task.patch: task for task in schedule}
    by_enterprise = {patch.patch for patch in ledger.patches if patch.by_enterprise}
    money = [c for c in commitments if c.source != "enterprise"]
    starts = {patch: task.start for patch, task in tasks.items()}
    options = {task.patch: works.options(ledger.by_id[task.patch])[task.option] for task in schedule}
    ended = {patch for patch, task in tasks.items() if task.finish <= horizon.last}
    finished = {patch for patch in ended if not options[patch].hazard_only}
    hazards: dict[int, int] = dict.fromkeys(horizon.years, 0)
    for patch in sorted(ended):
        points = ledger.by_id[patch].hazard_points
        if points:
            hazards[tasks[patch].finish] += points
    cash_by_year = _by_year(horizon.years, ((row.year, row.yuan) for row in cash if row.source != "enterprise"))
    sources = sorted({c.source for c in money})
    return Metrics(
        task_area_m2=_by_year(horizon.years, ((t.start, t.task_area_m2) for t in schedule)),
        finished_area_m2=_by_year(horizon.years, ((t.finish, t.finished_area_m2) for t in schedule)),
        commitments_yuan=_by_year(horizon.years, ((c.year, c.yuan) for c in money)),
        commitments_by_source={
            source: _by_year(horizon.years, ((c.year, c.yuan) for c in money if c.source == source))
            for source in sources
        },
        cash_yuan=cash_by_year,
        tail_yuan=sum(yuan for year, yuan in cash_by_year.items() if year > horizon.last),
        total_yuan=sum(c.yuan for c in money),
        total_area_m2=sum(t.task_area_m2 for t in schedule),
        hazard_points=sum(p.hazard_points for p in ledger.patches),
        hazards_removed=hazards,
        special_projects=sum(1 for patch in finished if options[patch].special),
        other_yuan=sum(option.other_yuan for option in options.values()),
        cover_yuan=sum(cost.yuan for cost in held if cost.kind is HoldingKind.COVER),
        holding_yuan={
            str(kind): _by_year(horizon.years, ((cost.year, cost.yuan) for cost in held if cost.kind is kind))
            for kind in HoldingKind
        },
        township_years=sum(1 for cost in held if cost.kind is HoldingKind.MOBILISATION),
        artificial=_group(_of(ledger.patches, Treatment.ARTIFICIAL), starts, finished),
        comprehensive=_group(_of(ledger.patches, Treatment.COMPREHENSIVE), starts, finished),
        natural=_group(_of(ledger.patches, Treatment.NATURAL), starts, finished),
        enterprise=_group([p for p in ledger.patches if p.by_enterprise], starts, finished),
        by_district=_districts(works, schedule, money),
        unscheduled=tuple(
            sorted(
                p.patch for p in ledger.patches
                if p.patch not in starts and p.patch not in by_enterprise and p.treatment is not Treatment.NATURAL
            )
        ),
        goals=goal_values(works, schedule, commitments, held),
    )  # fmt: skip


def goal_values(
    works: Works, schedule: Sequence[Task], commitments: Sequence[Commitment], held: Sequence[HoldingCost]
) -> dict[str, int | float]:
    """The value of every goal but `soft`, which the plan's breaches give.

    Waiting is score × m² × years until the start; a patch that is not planned waits the whole horizon, and so does one
    whose works only remove hazards (but not in `waiting_focal`, where it waits for its hazards alone). Cost is
    government money committed plus the costs of holding sites, in yuan. Benefit is the sum over the chosen options.
    Area is finished within the horizon, m²; `tier_area` weighs it by tier. Evenness is the largest less the smallest
    yearly task area, m², the first year aside. `scattered` counts townships and years in which works start.
    `moves` counts patches with a `planned_year` that start in another year, or are not planned.
    """
    horizon, scenario = works.scenario.horizon, works.scenario
    tasks = {task.patch: task for task in schedule}
    options = {t.patch: works.options(works.ledger.by_id[t.patch])[t.option] for t in schedule}
    values: dict[str, int | float] = {}
    for name in WAITING_GOALS:
        values[str(name)] = sum(
            works.score(p) * p.area_m2 * waiting_years(horizon.first, horizon.last, _ends(name, p, tasks, options))
            for p in works.ledger.patches
            if waits_for(name, p)
        )
    money = sum(c.yuan for c in commitments if is_government(c.source))
    values[str(GoalName.COST)] = money + sum(cost.yuan for cost in held)
    benefit = sum((option.benefit or Decimal(0) for option in options.values()), Decimal(0))
    values[str(GoalName.BENEFIT)] = int(benefit) if benefit == benefit.to_integral_value() else float(benefit)
    finished = [(works.ledger.by_id[t.patch], t.finished_area_m2) for t in schedule if t.finish <= horizon.last]
    values[str(GoalName.AREA)] = sum(area for _, area in finished)
    values[str(GoalName.TIER_AREA)] = sum(scenario.tier_weights.of(patch.tier) * area for patch, area in finished)
    yearly = _by_year(evened_years(horizon), ((t.start, t.task_area_m2) for t in schedule if t.start != horizon.first))
    values[str(GoalName.EVENNESS)] = max(yearly.values()) - min(yearly.values()) if yearly else 0
    values[str(GoalName.SCATTERED)] = sum(1 for cost in held if cost.kind is HoldingKind.MOBILISATION)
    planned = [(patch.planned_year, tasks.get(patch.patch)) for patch in works.ledger.patches if patch.planned_year]
    values[str(GoalName.MOVES)] = sum(1 for year, task in planned if task is None or task.start != year)
    return values


def _ends(goal: GoalName, patch: Patch, tasks: dict[str, Task], options: dict[str, Option]) -> int | None:
    """The year in which a patch's waiting ends, as a goal sees it."""
    if patch.patch not in tasks:
        return None
    partial = options[patch.patch].hazard_only and not (goal is GoalName.WAITING_FOCAL and patch.hazard_points)
    return None if partial else tasks[patch.patch].start


def evened_years(horizon: Horizon) -> range:
    """The years that the goal `evenness` compares: all but the first, whose task the plan sets apart."""
    return horizon.years[1:]


def waits_for(goal: GoalName, patch: Patch) -> bool:
    """Whether a patch's waiting counts in a goal. Natural recovery waits for nothing."""
    if patch.treatment is Treatment.NATURAL:
        return False
    match goal:
        case GoalName.WAITING_FOCAL:
            return patch.hazard_points > 0 or (patch.focal and patch.kind is PatchKind.EXPOSED_ROCK_FACE)
        case GoalName.WAITING_TIER_1:
            return patch.tier == 1
        case GoalName.WAITING_TIERS_2_3:
            return patch.tier in (2, 3)
        case GoalName.WAITING:
            return True
        case _:
            raise ValueError(f"{goal} is no goal of waiting")


def _by_year(years: Iterable[int], amounts: Iterable[tuple[int, int]]) -> dict[int, int]:
    totals = dict.fromkeys(years, 0)
    for year, amount in amounts:
        totals[year] = totals.get(year, 0) + amount
    return dict(sorted(totals.items()))


def _of(patches: Sequence[Patch], treatment: Treatment) -> list[Patch]:
    return [p for p in patches if p.treatment is treatment and not p.by_enterprise]


def _group(patches: Sequence[Patch], starts: dict[str, int], finished: set[str]) -> Group:
    return Group(
        patches=len(patches),
        area_m2=sum(p.area_m2 for p in patches),
        scheduled=sum(1 for p in patches if p.patch in starts),
        finished=sum(1 for p in patches if p.patch in finished),
        finished_area_m2=sum(p.area_m2 for p in patches if p.patch in finished),
    )


def _districts(works: Works, schedule: Sequence[Task], money: Sequence[Commitment]) -> dict[str, DistrictTotal]:
    """Tasks, area and money by the district that answers for the patch, whoever pays."""
    ledger = works.ledger
    yuan: dict[str, int] = {}
    for row in money:
        district = ledger.by_id[row.patch].district
        yuan[district] = yuan.get(district, 0) + row.yuan
    totals = {}
    for district in ledger.districts:
        own = [t for t in schedule if t.district == district and not ledger.by_id[t.patch].by_enterprise]
        totals[district] = DistrictTotal(
            tasks=len(own),
            task_area_m2=sum(t.task_area_m2 for t in own),
            yuan=yuan.get(district, 0),
            hazard_points=sum(ledger.by_id[t.patch].hazard_points for t in own),
        )
    return totals
