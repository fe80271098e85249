"""Shanfu: a budget and schedule planner for mine restoration. This is the public API."""

from planner.advice.prices import marginal_prices
from planner.advice.reasons import why
from planner.advice.shortfall import shortfall
from planner.advice.worth import worth
from planner.audit import audit
from planner.findings import BadInput, UnreadableInput
from planner.ledger import Ledger, Mapping, check_ledger, load_ledger, load_mapping, propose_mapping, save_ledger
from planner.office import export_workbook
from planner.plan import Plan, PlanStatus
from planner.planning import PlanRefused, make_plan
from planner.scenario import Scenario, load_scenario, save_scenario

__all__ = [
    "BadInput",
    "Ledger",
    "Mapping",
    "Plan",
    "PlanRefused",
    "PlanStatus",
    "Scenario",
    "UnreadableInput",
    "audit",
    "check_ledger",
    "export_workbook",
    "load_ledger",
    "load_mapping",
    "load_scenario",
    "make_plan",
    "marginal_prices",
    "propose_mapping",
    "save_ledger",
    "save_scenario",
    "shortfall",
    "why",
    "worth",
]
