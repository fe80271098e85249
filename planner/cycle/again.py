"""Planning again in the working year: what is issued stays, what happened is a fact, what arrives late arrives late."""

from __future__ import annotations

import threading
from typing import Any

from planner.advice.outturn import Paid
from planner.advice.replan import Replan, replan
from planner.clauses import Mode
from planner.cycle.refuse import Refusal, Say
from planner.cycle.register import COST_PARTS, granted_cost
from planner.cycle.rules.money import budgets_of
from planner.cycle.state import Cycle, WorkState
from planner.findings import BadInput
from planner.ledger import Ledger
from planner.model import Effort
from planner.plan import Purse
from planner.scenario import Basis, Scenario
from planner.units import split


def scenario_now(cycle: Cycle, scenario: Scenario | None = None) -> Scenario:
    """The scenario with late tranches moved and every issued task locked to its year and option.

    Parameters
    ----------
    scenario : Scenario, optional
        What is to be planned now, before late tranches; by default that of the cycle's ground.
    """
    given = scenario or cycle.ground.scenario
    data = given.model_dump(mode="json", serialize_as_any=True)
    before, now = _budgets(given), budgets_of(cycle)
    base = _budgets(cycle.ground.scenario)
    budgets = {key: before.get(key, 0) + now.get(key, 0) - base.get(key, 0) for key in {*before, *now}}
    data["budgets"] = [
        {"source": purse.source, "district": purse.district, "year": year, "yuan": max(0, yuan)}
        for (purse, year), yuan in sorted(budgets.items(), key=lambda item: (item[0][0].text, item[0][1]))
    ]
    issued = cycle.works
    data["locks"] = [lock for lock in data["locks"] if lock["patch"] not in issued]
    for patch, work in issued.items():
        reason = f"{work.number} {work.district} {work.year}"
        data["locks"].append({"patch": patch, "kind": "year", "year": work.year, "reason": reason})
        data["locks"].append({"patch": patch, "kind": "option", "option": work.task.option, "reason": reason})
    _at_granted_costs(cycle, data["overrides"])
    if issued:
        data["clauses"]["locks"] = {**data["clauses"]["locks"], "mode": str(Mode.HARD)}
    return Scenario.model_validate(data)


def _at_granted_costs(cycle: Cycle, overrides: list[dict[str, Any]]) -> None:
    """Costs that the scenario sees otherwise than the ledger become what was granted, their breakdown with them."""
    for patch, work in cycle.works.items():
        own = [one for one in overrides if one["patch"] == patch and one["option"] in (None, work.task.option)]
        for cost in (one for one in own if one["field"] == "cost_yuan" and work.changes):
            before, cost["value"] = cost["value"], granted_cost(work, cost["value"])
            parts = [one for one in own if one["field"] in COST_PARTS]
            if parts and sum(one["value"] for one in parts) == before:
                shares = split(cost["value"], [one["value"] for one in parts])
                for part, yuan in zip(parts, shares, strict=True):
                    part["value"] = yuan


def ledger_now(cycle: Cycle) -> Ledger:
    """The ledger as it stands, checked again as any ledger is.

    Raises
    ------
    BadInput
        What happened makes a faulty ledger.
    """
    now = cycle.ledger
    return Ledger.from_frames(*now.to_frames(), now.meta)


def paid_before(cycle: Cycle, as_of: int) -> tuple[Paid, ...]:
    """What purses spent in past years, in the series that the budgets bind.

    Commitments stay as issued and changed, whatever is released of them: a project's surplus goes back and is no other
    project's money (政府投资条例 25). Where sites' upkeep is charged to the purses too, the plan's own figures stand.
    """
    scenario = cycle.ground.scenario
    if scenario.charge_holding:
        return ()
    sums: dict[tuple[Purse, int], int] = {}
    for work in cycle.works.values():
        if scenario.basis is Basis.COMMITMENTS:
            for purse, yuan in work.committed().items():
                sums[purse, work.year] = sums.get((purse, work.year), 0) + yuan
            continue
        for sign, entries in ((1, work.payments), (-1, work.refunds)):
            for entry in entries:
                key = (entry.purse, entry.on.year)
                sums[key] = sums.get(key, 0) + sign * entry.yuan
    first = scenario.horizon.first
    return tuple(
        Paid.model_validate({"source": purse.source, "district": purse.district, "year": year, "yuan": max(0, yuan)})
        for (purse, year), yuan in sorted(sums.items(), key=lambda item: (item[0][0].text, item[0][1]))
        if first <= year < as_of
    )


def replanned(
    cycle: Cycle,
    as_of: int,
    *,
    scenario: Scenario | None = None,
    max_moves: int | None = None,
    effort: Effort | None = None,
    stop: threading.Event | None = None,
) -> Replan:
    """Plan what is not issued; `cycle.with_plan(found.plan)` puts it in force.

    Parameters
    ----------
    as_of : int
        First year that may change; tasks already issued in it or later are locked.
    scenario, max_moves, effort, stop
        See `scenario_now` and `advice.replan`.

    Raises
    ------
    BadInput
        There is no plan in force, a task issued for a past year never began, or see `advice.replan`.
    """
    idle = sorted(p for p, w in cycle.works.items() if w.year < as_of and w.state is WorkState.ISSUED)
    if idle:
        values = {"count": len(idle), "year": as_of, "items": ", ".join(idle[:5])}
        raise BadInput([Refusal("cycle.issued_not_begun", values, column="as_of", value=str(as_of))])
    if cycle.ground.plan is None:
        raise BadInput(
            [Refusal("cycle.no_plan", {"place": str(as_of), "asked": Say(("cycle.kind_replan",))}, column="plan")]
        )
    return replan(
        ledger_now(cycle), scenario_now(cycle, scenario), cycle.ground.plan, as_of, paid=paid_before(cycle, as_of),
        max_moves=max_moves, effort=effort, stop=stop,
    )  # fmt: skip


def _budgets(scenario: Scenario) -> dict[tuple[Purse, int], int]:
    sums: dict[tuple[Purse, int], int] = {}
    for budget in scenario.budgets:
        key = (Purse(budget.source, budget.district), budget.year)
        sums[key] = sums.get(key, 0) + budget.yuan
    return sums
