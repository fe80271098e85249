"""The plan against its targets, as the scenario's clauses set them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.clauses import clauses
from planner.clauses.enterprise_mines import EnterpriseMinesSettings
from planner.clauses.first_year_task import FirstYearTaskSettings
from planner.clauses.hazards import HazardSettings
from planner.clauses.special_project import SpecialProjectSettings
from planner.ledger import Ledger, Treatment
from planner.plan import Metrics, Plan
from planner.plan.types import Group
from planner.scenario import Basis, PlanMode, Scenario
from planner.texts import Language, text
from planner.web.amounts import Units, share_text


@dataclass(frozen=True)
class Target:
    """One figure of the plan and what was asked of it.

    Parameters
    ----------
    key : str
        Stable, for tests and links.
    label, value, unit : str
        What it is, the plan's figure, and the figure's unit.
    wanted : str
        What was asked, in words with units.
    met : bool or None
        None: nothing was asked, the figure is for information.
    soft : bool
        Whether it may be missed at a price.
    citation : str
        Where the target comes from.
    """

    key: str
    label: str
    value: str
    unit: str
    wanted: str
    met: bool | None
    soft: bool = False
    citation: str = ""


@dataclass(frozen=True)
class _Given:
    ledger: Ledger
    scenario: Scenario
    plan: Plan
    metrics: Metrics
    units: Units

    def say(self, key: str, **values: object) -> str:
        return text(f"web.{key}", self.units.lang, **values)

    def target(self, clause: str, key: str, label: str, value: str, unit: str, wanted: str, met: bool | None) -> Target:
        soft = self.scenario.clause(clause).soft
        return Target(key, label, value, unit, wanted, met, soft, clauses()[clause].citation.in_(self.units.lang))

    def sides(self, low: str | None, high: str | None, unit: str) -> str:
        """What two sides ask, in words."""
        if low is not None and high is not None:
            return self.say("target_exactly" if low == high else "target_between", low=low, high=high, unit=unit)
        if low is not None:
            return self.say("target_least", low=low, unit=unit)
        return self.say("target_most", high=high, unit=unit)


def targets(ledger: Ledger, scenario: Scenario, plan: Plan, lang: Language) -> tuple[Target, ...]:
    """Every target that the scenario's clauses put in figures, with the plan's figure.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    scenario : Scenario
    plan : Plan
        One that has a plan.
    lang : {"zh", "en"}
    """
    assert plan.metrics is not None  # a plan to show has metrics
    given = _Given(ledger, scenario, plan, plan.metrics, Units.of(ledger, lang))
    found: list[Target] = []
    for each in (_first_year, _money, _groups, _hazards, _special, _enterprise):
        found += each(given)
    return tuple(found)


def _inside(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _first_year(given: _Given) -> Iterator[Target]:
    settings: FirstYearTaskSettings = given.scenario.clause("first_year_task")
    if not settings.on:
        return
    year = given.scenario.horizon.first if settings.year is None else settings.year
    units = given.units
    low, high = settings.min_area_m2, settings.max_area_m2
    if low is not None or high is not None:
        area = given.metrics.task_area_m2.get(year, 0)
        wanted = given.sides(
            None if low is None else units.m2(low), None if high is None else units.m2(high), units.area
        )
        yield given.target(
            "first_year_task", "first_year_area", given.say("first_year_area", year=year), units.m2(area), units.area,
            wanted, _inside(area, low, high),
        )  # fmt: skip
    low, high = settings.min_yuan, settings.max_yuan
    if low is not None or high is not None:
        yuan = given.metrics.commitments_yuan.get(year, 0)
        wanted = given.sides(
            None if low is None else units.yuan(low), None if high is None else units.yuan(high), units.money
        )
        yield given.target(
            "first_year_task", "first_year_money", given.say("first_year_money", year=year), units.yuan(yuan),
            units.money, wanted, _inside(yuan, low, high),
        )  # fmt: skip


def _money(given: _Given) -> Iterator[Target]:
    """All money against all budgets, in the series that the budgets bind; each purse is held by the audit."""
    scenario, metrics, units = given.scenario, given.metrics, given.units
    if scenario.basis is Basis.COMMITMENTS:
        spent, label = metrics.total_yuan, given.say("total_commitments")
    else:
        spent = sum(yuan for year, yuan in metrics.cash_yuan.items() if year <= scenario.horizon.last)
        label = given.say("total_cash")
    settings = scenario.clause("purse_accounts")
    if not (settings.on and scenario.budgets):
        yield Target("total_money", label, units.yuan(spent), units.money, given.say("no_budget"), None)
        return
    budget = sum(row.yuan for row in scenario.budgets)
    overdrawn = any(account.overdrawn for account in given.plan.accounts)
    wanted = given.say("target_budget", high=units.yuan(budget), unit=units.money)
    yield given.target("purse_accounts", "total_money", label, units.yuan(spent), units.money, wanted, not overdrawn)


def _groups(given: _Given) -> Iterator[Target]:
    metrics = given.metrics
    rows = (("completion", Treatment.ARTIFICIAL, metrics.artificial),
            ("basic_treatment", Treatment.COMPREHENSIVE, metrics.comprehensive))  # fmt: skip
    for clause, treatment, group in rows:
        if group.area_m2:
            yield _finished(given, clause, treatment, group)


def _finished(given: _Given, clause: str, treatment: Treatment, group: Group) -> Target:
    last = given.scenario.horizon.last
    held = given.scenario.clause(clause).on and given.scenario.mode is PlanMode.COMPLETE
    area = f"{given.units.m2(group.finished_area_m2)} / {given.units.m2(group.area_m2)}"
    detail = given.say("finished_detail", area=area, unit=given.units.area)
    wanted = given.say("target_all", last=last) if held else given.say("no_target")
    return given.target(
        clause, clause, given.say("finished", treatment=treatment.label(given.units.lang)),
        share_text(group.finished_area_m2, group.area_m2), "%", f"{wanted} · {detail}",
        group.finished_area_m2 == group.area_m2 if held else None,
    )  # fmt: skip


def _hazards(given: _Given) -> Iterator[Target]:
    settings: HazardSettings = given.scenario.clause("hazards")
    by_year = given.scenario.horizon.last if settings.by_year is None else settings.by_year
    removed = sum(points for year, points in given.metrics.hazards_removed.items() if year <= by_year)
    required = settings.required_points
    if required is None:
        required = sum(
            p.hazard_points for p in given.ledger.patches
            if not p.by_enterprise and p.treatment is not Treatment.NATURAL
        )  # fmt: skip
    if settings.on:
        wanted, met = given.say("target_hazards", low=required, year=by_year), removed >= required
    else:
        wanted, met = given.say("no_target"), None
    if required or removed:
        yield given.target("hazards", "hazards", given.say("hazards"), f"{removed:,}", given.say("points"), wanted, met)


def _special(given: _Given) -> Iterator[Target]:
    settings: SpecialProjectSettings = given.scenario.clause("special_project")
    if not settings.on:
        return
    by_year = given.scenario.horizon.last if settings.by_year is None else settings.by_year
    special = {(o.patch, o.option) for o in given.ledger.options if o.special}
    chosen = [task for task in given.plan.schedule if (task.patch, task.option) in special]
    done = sum(task.finish <= by_year for task in chosen)
    most = settings.maximum
    wanted = given.sides(str(settings.minimum), None if most is None else str(most), given.say("projects"))
    met = done >= settings.minimum and (most is None or len(chosen) <= most)
    yield given.target(
        "special_project", "special_project", given.say("special_projects", year=by_year), str(done),
        given.say("projects"), wanted, met,
    )  # fmt: skip


def _enterprise(given: _Given) -> Iterator[Target]:
    settings: EnterpriseMinesSettings = given.scenario.clause("enterprise_mines")
    mines = {patch.patch for patch in given.ledger.patches if patch.by_enterprise}
    if not mines:
        return
    by_year = given.scenario.horizon.last if settings.by_year is None else settings.by_year
    started = sum(task.patch in mines and task.start <= by_year for task in given.plan.schedule)
    wanted = given.say("target_enterprise", count=len(mines), year=by_year) if settings.on else given.say("no_target")
    yield given.target(
        "enterprise_mines", "enterprise_mines", given.say("enterprise_mines"), str(started), given.say("mines"), wanted,
        started == len(mines) if settings.on else None,
    )  # fmt: skip
