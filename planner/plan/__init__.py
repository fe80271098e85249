"""What comes out: schedule, accounts, metrics, certificate. Types and exact arithmetic, no solver."""

from planner.plan.build import Pick, build_body
from planner.plan.types import (
    Account,
    AuditFinding,
    AuditResult,
    Auxiliary,
    Body,
    Breach,
    Certificate,
    Commitment,
    GoalResult,
    Grant,
    HoldingCharge,
    Metrics,
    Missing,
    Payment,
    Plan,
    PlanStatus,
    Shortfall,
    Task,
)
from planner.plan.works import Purse, Works

__all__ = [
    "Account",
    "AuditFinding",
    "AuditResult",
    "Auxiliary",
    "Body",
    "Breach",
    "Certificate",
    "Commitment",
    "GoalResult",
    "Grant",
    "HoldingCharge",
    "Metrics",
    "Missing",
    "Payment",
    "Pick",
    "Plan",
    "PlanStatus",
    "Purse",
    "Shortfall",
    "Task",
    "Works",
    "build_body",
]
