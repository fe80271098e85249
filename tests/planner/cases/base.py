"""What a clause's case is made of: a plan that keeps it to the last yuan, and the smallest step that breaks it."""

from __future__ import annotations

from dataclasses import dataclass

from planner.ledger import Ledger
from planner.plan import Pick
from planner.scenario import Scenario


@dataclass(frozen=True)
class ClauseCase:
    """Both plans, and what the auditor must say of the broken one: place, amount, unit."""

    ledger: Ledger
    scenario: Scenario
    kept: tuple[Pick, ...]
    broken: tuple[Pick, ...]
    place: str
    amount: int
    unit: str
    stricter: Scenario | None = None  # where the step is in the scenario (1 yuan, 1 m²) rather than in the plan


def pick(name: str, start: int, option: str = "standard") -> Pick:
    """A decision; the option by its id."""
    return Pick(name, option, start)


def hard(**settings: object) -> dict[str, object]:
    """Settings of a clause that is held hard."""
    return {"mode": "hard", **settings}
