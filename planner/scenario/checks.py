"""Contradictions within a scenario, and between a scenario and the ledger it is to plan."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from planner.findings import Finding
from planner.ledger import Ledger
from planner.ledger.category.rules import named
from planner.scenario.hazard_options import with_hazard_options

if TYPE_CHECKING:
    from planner.scenario.types import Scenario


def contradictions(scenario: Scenario) -> list[Finding]:
    """Every contradiction within the scenario itself."""
    checks = (_budgets, _sources, _profiles, _goals, _locks, _frozen, _clause_years, _execution)
    return [finding for check in checks for finding in check(scenario)]


def against_ledger(ledger: Ledger, scenario: Scenario) -> list[Finding]:
    """Everything the scenario names that the ledger does not have."""
    found = []
    named = [(f"locks[{i}].patch", lock.patch) for i, lock in enumerate(scenario.locks)]
    named += [(f"overrides[{i}].patch", override.patch) for i, override in enumerate(scenario.overrides)]
    named += [
        (f"frozen[{i}].patches[{j}]", patch)
        for i, frozen in enumerate(scenario.frozen)
        for j, patch in enumerate(frozen.patches)
    ]
    for path, patch in named:
        if patch not in ledger.by_id:
            near = difflib.get_close_matches(patch, ledger.by_id, n=1)
            found.append(_fault("no_such_patch", path, patch, near=near[0] if near else "–"))
    found += _options(ledger, scenario)
    districts = set(ledger.districts) | {name for p in ledger.patches for name, _ in p.district_shares}
    for i, source in enumerate(scenario.sources):
        for j, district in enumerate(source.districts):
            if district not in ledger.districts:
                near = difflib.get_close_matches(district, ledger.districts, n=1)
                path = f"sources[{i}].districts[{j}]"
                found.append(_fault("no_such_district", path, district, near=near[0] if near else "–"))
    for i, budget in enumerate(scenario.budgets):
        if budget.district is None or budget.district in districts:
            continue
        near = difflib.get_close_matches(budget.district, districts, n=1, cutoff=0.75)
        if near:
            found.append(_fault("no_such_district", f"budgets[{i}].district", budget.district, near=near[0]))
    found += [*_clause_districts(ledger, scenario), *_corridors(ledger, scenario)]
    return found


def _options(ledger: Ledger, scenario: Scenario) -> Iterator[Finding]:
    """Options that the scenario names and a patch does not have; an override needs a row of the ledger itself."""
    offered = with_hazard_options(ledger) if scenario.hazard_only_options else ledger
    named = [
        (f"locks[{i}].option", lock.patch, lock.option,
         [o.option for o in offered.options_of(ledger.by_id[lock.patch])])
        for i, lock in enumerate(scenario.locks)
        if lock.option is not None and lock.patch in ledger.by_id
    ] + [
        (f"overrides[{i}].option", override.patch, override.option,
         [o.option for o in ledger.options if o.patch == override.patch])
        for i, override in enumerate(scenario.overrides)
        if override.option is not None and override.patch in ledger.by_id
    ]  # fmt: skip
    for path, patch, option, known in named:
        if option not in known:
            yield _fault("no_such_option", path, option, patch=patch, known="、".join(known) or "–")


def _fault(name: str, path: str, value: object, **values: object) -> Finding:
    return Finding(f"scenario.{name}", values, column=path, value=str(value))


def _clause_years(scenario: Scenario) -> Iterator[Finding]:
    first, last = scenario.horizon.first, scenario.horizon.last
    for path, year in _in_clauses(scenario, "year", "by_year"):
        if not first <= year <= last:
            yield _fault("clause_year", path, year, first=first, last=last)


def _clause_districts(ledger: Ledger, scenario: Scenario) -> Iterator[Finding]:
    for path, district in _in_clauses(scenario, "district"):
        if district not in ledger.districts:
            yield _fault("no_such_district", path, district, near=_nearest(district, ledger.districts))


def _corridors(ledger: Ledger, scenario: Scenario) -> Iterator[Finding]:
    settings = scenario.clause("corridors")
    known = list(dict.fromkeys(patch.corridor for patch in ledger.patches if named(patch.corridor)))
    for i, name in enumerate(settings.names if settings.on else ()):
        if name not in known:
            yield _fault("no_such_corridor", f"clauses.corridors.names[{i}]", name, near=_nearest(name, known))


def _nearest(name: str, known: Sequence[str]) -> str:
    """The likeliest of the names there are, or all of them."""
    return "、".join(difflib.get_close_matches(name, known, n=1) or known) or "–"


def _in_clauses(scenario: Scenario, *names: str) -> Iterator[tuple[str, Any]]:
    """Path and value of every setting of these names that is given in a clause that is on."""
    for clause, settings in scenario.clauses.items():
        if settings.on:
            yield from _fields(settings, f"clauses.{clause}", names)


def _fields(model: BaseModel, path: str, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name, value in model:
        if name in names and value is not None:
            yield f"{path}.{name}", value
        for i, item in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(item, BaseModel):
                yield from _fields(item, f"{path}.{name}[{i}]", names)


def _budgets(scenario: Scenario) -> Iterator[Finding]:
    seen: dict[tuple[str, str | None, int], int] = {}
    further = {source.source for source in scenario.sources}
    for i, budget in enumerate(scenario.budgets):
        key = (budget.source, budget.district, budget.year)
        if key in seen:
            yield _fault("budget_twice", f"budgets[{i}]", "/".join(map(str, key)), first=seen[key])
        seen.setdefault(key, i)
        earliest = scenario.horizon.first - scenario.carry.years
        if not earliest <= budget.year <= scenario.horizon.last:
            yield _fault("budget_year", f"budgets[{i}].year", budget.year, first=earliest, last=scenario.horizon.last)
        if budget.source not in ("municipal", "district") and budget.source not in further:
            yield _fault("source_unexplained", f"budgets[{i}].source", budget.source)


def _sources(scenario: Scenario) -> Iterator[Finding]:
    names = [source.source for source in scenario.sources]
    first, last = scenario.horizon.first, scenario.horizon.last
    for i, source in enumerate(scenario.sources):
        if source.source in names[:i]:
            yield _fault("source_twice", f"sources[{i}].source", source.source)
        for key, year, outside in (
            ("first_start", source.first_start, source.first_start is not None and source.first_start > last),
            ("last_start", source.last_start, source.last_start is not None and source.last_start < first),
        ):
            if outside:
                yield _fault(
                    "source_outside", f"sources[{i}].{key}", year, source=source.source, first=first, last=last
                )


def _profiles(scenario: Scenario) -> Iterator[Finding]:
    for years, weights in scenario.cash_profile.items():
        if len(weights) < int(years):
            yield _fault("profile_short", f"cash_profile.{years}", list(weights), years=years)


def _goals(scenario: Scenario) -> Iterator[Finding]:
    names = [goal.name for goal in scenario.goals]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield _fault("goal_twice", f"goals[{i}].name", name)
    for i, goal in enumerate(scenario.goals):
        wrong, right = ("at_most", "at_least") if goal.name.maximised else ("at_least", "at_most")
        if getattr(goal, wrong) is not None:
            yield _fault("goal_limit_side", f"goals[{i}].{wrong}", getattr(goal, wrong), goal=goal.name, right=right)
        if goal.limit is not None and goal.name == "soft":
            yield _fault("soft_limited", f"goals[{i}].{right}", goal.limit)


def _locks(scenario: Scenario) -> Iterator[Finding]:
    first, last = scenario.horizon.first, scenario.horizon.last
    by_patch: dict[str, list[int]] = {}
    for i, lock in enumerate(scenario.locks):
        by_patch.setdefault(lock.patch, []).append(i)
        if lock.kind == "year" and lock.year is not None and not first <= lock.year <= last:
            yield _fault("lock_outside", f"locks[{i}].year", lock.year, patch=lock.patch, first=first, last=last)
    for patch, indices in by_patch.items():
        windows = [(_window(scenario, i), i) for i in indices]
        for position, (window, i) in enumerate(windows):
            for other, j in windows[:position]:
                if window[0] > other[1] or other[0] > window[1] or _two_options(scenario, i, j):
                    yield _fault(
                        "locks_contradict", f"locks[{i}]", _said(scenario, i),
                        patch=patch, other=f"locks[{j}]", said=_said(scenario, j),
                    )  # fmt: skip


def _execution(scenario: Scenario) -> Iterator[Finding]:
    settings = scenario.clause("minimum_execution")
    horizon, path = scenario.horizon, "clauses.minimum_execution"
    for i, year in enumerate(settings.years or ()):
        if year not in horizon.years:
            yield _fault("execution_year", f"{path}.years[{i}]", year, first=horizon.first, last=horizon.last)
    known = dict.fromkeys(budget.source for budget in scenario.budgets)
    for i, source in enumerate(settings.sources or ()):
        if source not in known:
            yield _fault("execution_source", f"{path}.sources[{i}]", source, known="、".join(known) or "–")


def _window(scenario: Scenario, index: int) -> tuple[int, int]:
    """First and last start that a lock leaves; an excluded patch has a window that meets no other."""
    lock = scenario.locks[index]
    far = 10_000
    match lock.kind, lock.year:
        case "year", int(year):
            return year, year
        case "not_before", int(year):
            return year, far
        case "not_after" | "by", int(year):
            return 0, year
        case "option", _:
            return 0, far
        case _:
            return far + 1, far + 1


def _two_options(scenario: Scenario, first: int, second: int) -> bool:
    options = {scenario.locks[first].option, scenario.locks[second].option}
    return None not in options and len(options) == 2


def _said(scenario: Scenario, index: int) -> str:
    lock = scenario.locks[index]
    said = lock.option if lock.year is None else lock.year
    return str(lock.kind) if said is None else f"{lock.kind} {said}"


def _frozen(scenario: Scenario) -> Iterator[Finding]:
    first, last = scenario.horizon.first, scenario.horizon.last
    year_of: dict[str, int] = {}
    years: list[int] = []
    for i, frozen in enumerate(scenario.frozen):
        if not first <= frozen.year <= last:
            yield _fault("frozen_outside", f"frozen[{i}].year", frozen.year, first=first, last=last)
        if frozen.year in years:
            yield _fault("frozen_twice", f"frozen[{i}].year", frozen.year)
        years.append(frozen.year)
        for j, patch in enumerate(frozen.patches):
            if patch in year_of:
                yield _fault("frozen_patch_twice", f"frozen[{i}].patches[{j}]", patch, year=year_of[patch])
            year_of[patch] = frozen.year
    for i, lock in enumerate(scenario.locks):
        low, high = _window(scenario, i)
        year = year_of.get(lock.patch)
        if year is not None and not low <= year <= high:
            yield _fault("lock_against_frozen", f"locks[{i}]", _said(scenario, i), patch=lock.patch, year=year)
        if year is None and lock.kind == "year" and lock.year in years:
            yield _fault("lock_into_frozen", f"locks[{i}].year", lock.year, patch=lock.patch)
