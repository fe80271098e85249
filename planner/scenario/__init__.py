"""What we want to try: purses and budgets, clause settings, goals, locks."""

from planner.scenario.checks import against_ledger
from planner.scenario.files import changes_text, load_scenario, save_scenario, with_changes
from planner.scenario.overridden import overridden
from planner.scenario.parts import (
    Absorb,
    Basis,
    Budget,
    Goal,
    GoalName,
    Horizon,
    Lock,
    LockKind,
    PlanMode,
)
from planner.scenario.sources import BASE_SOURCES, OWN_MONEY, FurtherSource, WorksPart
from planner.scenario.types import Scenario

__all__ = [
    "BASE_SOURCES",
    "OWN_MONEY",
    "Absorb",
    "Basis",
    "Budget",
    "FurtherSource",
    "Goal",
    "GoalName",
    "Horizon",
    "Lock",
    "LockKind",
    "PlanMode",
    "Scenario",
    "WorksPart",
    "against_ledger",
    "changes_text",
    "load_scenario",
    "overridden",
    "save_scenario",
    "with_changes",
]
