"""Shanfu: a budget and schedule planner for mine restoration. This is the public API."""

from planner.advice.alternatives import alternatives
from planner.advice.compare import Planned, compare
from planner.advice.frontier import frontier
from planner.advice.ladder import ladder
from planner.advice.outturn import Outturn, load_outturn, with_facts
from planner.advice.prices import marginal_prices
from planner.advice.reasons import why
from planner.advice.replan import replan
from planner.advice.risks import Risks
from planner.advice.robust import robust
from planner.advice.shortfall import shortfall
from planner.advice.stress import stress
from planner.advice.worth import worth
from planner.audit import audit
from planner.findings import BadInput, UnreadableInput
from planner.ledger import Ledger, Mapping, check_ledger, load_ledger, load_mapping, propose_mapping, save_ledger
from planner.model import Effort
from planner.office import export_workbook, write_brief
from planner.plan import Plan, PlanStatus
from planner.planning import PlanRefused, make_plan
from planner.scenario import Scenario, load_scenario, save_scenario

__all__ = [
    "BadInput",
    "Effort",
    "Ledger",
    "Mapping",
    "Outturn",
    "Plan",
    "PlanRefused",
    "PlanStatus",
    "Planned",
    "Risks",
    "Scenario",
    "UnreadableInput",
    "alternatives",
    "audit",
    "check_ledger",
    "compare",
    "export_workbook",
    "frontier",
    "ladder",
    "load_ledger",
    "load_mapping",
    "load_outturn",
    "load_scenario",
    "make_plan",
    "marginal_prices",
    "propose_mapping",
    "replan",
    "robust",
    "save_ledger",
    "save_scenario",
    "shortfall",
    "stress",
    "why",
    "with_facts",
    "worth",
    "write_brief",
]
