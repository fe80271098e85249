"""The past of a plan: which years are fixed, what their money leaves, which demands the facts have overtaken."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from planner.advice.answer import Answer, changed
from planner.advice.outturn import Paid
from planner.advice.stress_accounts import events_of
from planner.audit import clause_findings
from planner.audit.case import Case
from planner.clauses import Mode, clauses
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.plan import Body, Pick, Plan, Purse, build_body
from planner.plan.accounts import usable
from planner.scenario import OWN_MONEY, Scenario, overridden
from planner.scenario.parts import Budget, FrozenYear


class PastMoney(Answer):
    """What a purse planned and spent in a past year, what was missing, and what later years may still use of it."""

    source: str
    district: str | None
    year: int
    planned: int
    paid: int
    missing: int
    left: int


class Overtaken(Answer):
    """A demand that the facts have decided otherwise, in the auditor's words; its clause is then held softly."""

    clause: str
    place: str
    amount: int | float | None
    unit: str
    zh: str
    en: str


@dataclass(frozen=True)
class Past:
    """A ledger and a scenario with the past fixed.

    Parameters
    ----------
    ledger : Ledger
        `planned_year` is the year of the plan before.
    recorded : frozenset of int
        Past years in which the ledger records any start: what it records is what happened. Other past years keep what
        was approved.
    fixed : dict of patch to year
    dropped_locks : tuple of str
        Patches whose locks or lists the facts have overtaken.
    """

    ledger: Ledger
    scenario: Scenario
    recorded: frozenset[int]
    fixed: Mapping[str, int]
    dropped_locks: tuple[str, ...]
    money: tuple[PastMoney, ...]
    overtaken: tuple[Overtaken, ...]


def referenced(ledger: Ledger, previous: Plan) -> Ledger:
    """The same ledger with the earlier plan's years as `planned_year`, which the goal `moves` counts against."""
    starts = {task.patch: task.start for task in previous.schedule}
    return replace(ledger, patches=tuple(replace(p, planned_year=starts.get(p.patch)) for p in ledger.patches))


def fix_past(
    ledger: Ledger, scenario: Scenario, previous: Plan, as_of: int, paid: Sequence[Paid], *, keep_options: bool = True
) -> Past:
    """Fix every year before `as_of` to what happened, or where nothing is recorded to what was approved.

    Works of the past keep the option that was planned; with `keep_options` those of later years do, too.

    Raises
    ------
    BadInput
        `as_of` is outside the horizon, a payment is not of the past, or a fact contradicts a clause that is never soft.
    """
    _check(scenario, as_of, paid)
    seen = referenced(ledger, previous)
    years = range(scenario.horizon.first, as_of)
    started = {p.patch: p.actual_start.year for p in seen.patches if p.actual_start is not None}
    recorded = frozenset(year for year in years if year in started.values())
    approved = {
        task.patch: task.start
        for task in previous.schedule
        if task.start in years and task.start not in recorded and task.patch in seen.by_id and task.patch not in started
    }
    fixed = {patch: year for patch, year in {**started, **approved}.items() if year in scenario.horizon.years}
    frozen = tuple(
        FrozenYear(
            year=year,
            patches=tuple(sorted(p for p, y in fixed.items() if y == year)),
            reason="recorded" if year in recorded else "approved",
        )
        for year in years
    )
    later = tuple(
        entry.model_copy(update={"patches": tuple(p for p in entry.patches if p not in fixed)})
        for entry in scenario.frozen
        if entry.year not in years
    )
    before = {p for entry in scenario.frozen for p in entry.patches} | {lock.patch for lock in scenario.locks}
    locks = tuple(lock for lock in scenario.locks if lock.patch not in fixed)
    settled = changed(scenario, frozen=(*frozen, *later), locks=locks)
    seen = _with_options_kept(seen, previous, set(seen.by_id) if keep_options else set(fixed))
    picks = past_picks(overridden(seen, settled), previous, fixed)
    grants = [g for g in previous.auxiliary.grants if Pick(g.patch, *_decision(previous, g.patch)) in picks]
    body = build_body(overridden(seen, settled), settled, picks, grants)
    settled, money = _with_past_money(settled, body, years, paid)
    overtaken = _overtaken(overridden(seen, settled), settled, body, years, fixed)
    softened = {
        name: settled.clause(name).model_copy(update={"mode": Mode.SOFT}) for name in {one.clause for one in overtaken}
    }
    if softened:
        settled = changed(settled, clauses={**settled.clauses, **softened})
    return Past(seen, settled, recorded, fixed, tuple(sorted(before & set(fixed))), money, overtaken)


def _with_options_kept(ledger: Ledger, previous: Plan, patches: set[str]) -> Ledger:
    """Of these patches only the option that was planned before, where the ledger still lists it."""
    planned = {task.patch: task.option for task in previous.schedule if task.patch in patches}
    listed = {(option.patch, option.option) for option in ledger.options}
    kept = {patch: option for patch, option in planned.items() if (patch, option) in listed}
    return replace(ledger, options=tuple(o for o in ledger.options if kept.get(o.patch, o.option) == o.option))


def past_picks(ledger: Ledger, previous: Plan, fixed: Mapping[str, int]) -> list[Pick]:
    """The decisions of the past: the option that was planned where it is still offered, else the first."""
    planned = {task.patch: task.option for task in previous.schedule}
    picks = []
    for name, year in fixed.items():
        options = [option.option for option in ledger.options_of(ledger.by_id[name])]
        option = planned.get(name, options[0])
        picks.append(Pick(name, option if option in options else options[0], year))
    return picks


def _decision(plan: Plan, patch: str) -> tuple[str, int]:
    return next(((task.option, task.start) for task in plan.schedule if task.patch == patch), ("", 0))


def _check(scenario: Scenario, as_of: int, paid: Sequence[Paid]) -> None:
    horizon = scenario.horizon
    findings = []
    if as_of not in horizon.years:
        values = {"first": horizon.first, "last": horizon.last}
        findings.append(Finding("advice_outlook.as_of_outside", values, column="as_of", value=str(as_of)))
    findings += [
        Finding("advice_outlook.paid_not_past", {"as_of": as_of}, column=f"paid[{i}].year", value=str(entry.year))
        for i, entry in enumerate(paid)
        if not horizon.first <= entry.year < as_of
    ]
    if findings:
        raise BadInput(findings)


def _with_past_money(
    scenario: Scenario, body: Body, years: range, paid: Sequence[Paid]
) -> tuple[Scenario, tuple[PastMoney, ...]]:
    """Budgets of past years as their spending has left them: what is spent is spent.

    A past year's own tasks are covered by its own vintage; on top comes what was really left of that vintage, where
    later years may still use it. Where payments are as planned and no purse was overdrawn, budgets stay as they are.
    """
    events = events_of(scenario, body)
    planned: dict[Purse, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for purse, year, yuan in zip(events.purse.tolist(), events.year.tolist(), events.yuan.tolist(), strict=True):
        if year in years:
            planned[events.purses[purse]][year] += yuan
    spent: dict[Purse, dict[int, int]] = {purse: dict(by_year) for purse, by_year in planned.items()}
    for entry in paid:
        spent.setdefault(Purse(entry.source, entry.district), {})[entry.year] = entry.yuan
    budgets: dict[Purse, dict[int, int]] = defaultdict(dict)
    for budget in scenario.budgets:
        budgets[Purse(budget.source, budget.district)][budget.year] = budget.yuan
    told: list[PastMoney] = []
    kept = {(Purse(b.source, b.district), b.year): b for b in scenario.budgets}
    oldest_alive = years.stop - scenario.carry.years
    for purse in sorted(spent, key=lambda p: p.text):
        if purse.source in OWN_MONEY:  # it pays as it goes: no budget, nothing to overdraw
            continue
        left = {v: usable(scenario, yuan) for v, yuan in budgets[purse].items() if v < years.stop}
        missing: dict[int, int] = {}
        for year in years:
            owed = spent[purse].get(year, 0)
            for vintage in range(year - scenario.carry.years, year + 1):
                part = min(owed, left.get(vintage, 0))
                left[vintage] = left.get(vintage, 0) - part
                owed -= part
            missing[year] = owed
        as_planned = all(spent[purse].get(y, 0) == planned[purse].get(y, 0) for y in years)
        if as_planned and not any(missing.values()):
            continue
        for vintage in sorted({*left, *years}):
            alive = left.get(vintage, 0) if vintage >= oldest_alive else 0
            own = planned[purse].get(vintage, 0)
            whole = _before_reserve(scenario, own + alive)
            kept[purse, vintage] = Budget(source=purse.source, district=purse.district, year=vintage, yuan=whole)
            if vintage in years:
                told.append(
                    PastMoney(
                        source=purse.source, district=purse.district, year=vintage, planned=own,
                        paid=spent[purse].get(vintage, 0), missing=missing[vintage], left=alive,
                    )
                )  # fmt: skip
    return (changed(scenario, budgets=tuple(kept.values())) if told else scenario), tuple(told)


def _before_reserve(scenario: Scenario, yuan: int) -> int:
    """The least budget of which, its reserve set aside, so much may be spent."""
    free: int = 100 - scenario.clause("purse_accounts").reserve_percent
    return -(-yuan * 100 // free) if free else yuan


def _overtaken(
    ledger: Ledger, scenario: Scenario, body: Body, years: range, fixed: Mapping[str, int]
) -> tuple[Overtaken, ...]:
    """Hard demands about the past that the facts break; a clause that cannot be held softly refuses them."""
    past = {patch for patch, year in fixed.items() if year in years}
    found = [
        finding
        for finding in clause_findings(Case(ledger, scenario, body))
        if {*re.split(r"[/ ]", finding.place)} & ({str(year) for year in years} | past)
    ]
    rigid = [finding for finding in found if Mode.SOFT not in clauses()[finding.clause].modes]
    if rigid:
        raise BadInput(
            [
                Finding(
                    "advice_outlook.fact_against_clause", {"zh": f.zh, "en": f.en, "clause": f.clause}, column=f.place
                )
                for f in rigid
            ]
        )
    return tuple(Overtaken(**finding.model_dump()) for finding in found)
