"""What the answers of this room have in common."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from planner.clauses import Mode
from planner.plan import Plan
from planner.scenario import Goal, Scenario

Number = int | float


class Answer(BaseModel):
    """Plain data that can be written as JSON; plans stand beside it, not in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain JSON data, its plans left out."""
        return self.model_dump(mode="json")


def changed(scenario: Scenario, **changes: Any) -> Scenario:
    """The same scenario with some fields replaced, checked as a whole again.

    Limits of goals and locks that the changes bring are kept, whatever the scenario says of their clauses.

    Raises
    ------
    BadInput
        The fields contradict one another.
    """
    fields = {name: getattr(scenario, name) for name in type(scenario).model_fields} | changes
    goals: tuple[Goal, ...] = fields["goals"]
    wanted = [("locks", bool(changes.get("locks") or changes.get("frozen")))]
    wanted.append(("goal_limits", "goals" in changes and any(goal.limit is not None for goal in goals)))
    clauses = dict(fields["clauses"])
    for name, needed in wanted:
        if needed and not clauses[name].on:
            clauses[name] = clauses[name].model_copy(update={"mode": Mode.HARD})
    return Scenario.model_validate({**fields, "clauses": clauses})


def values_of(plan: Plan) -> dict[str, Number]:
    """Every goal's value of a plan; those of its certificate, `soft` among them, come first."""
    values: dict[str, Number] = {goal.name: goal.value for goal in plan.certificate.goals}
    return values | (dict(plan.metrics.goals) if plan.metrics is not None else {})


def price_of(scenario: Scenario, values: Mapping[str, Number], best: Mapping[str, Number]) -> dict[str, Number]:
    """How much worse each of a scenario's goals is than in another plan, in the goal's unit; negative: better."""
    prices: dict[str, Number] = {}
    for goal in scenario.ordered_goals:
        name = str(goal.name)
        if name in values and name in best:
            worse = Decimal(str(values[name])) - Decimal(str(best[name]))
            worse = -worse if goal.name.maximised else worse
            prices[name] = int(worse) if worse == worse.to_integral_value() else float(worse)
    return prices
