"""Plans made by hand, for questions that need no solver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.ledger import Ledger
from planner.plan import AuditResult, Certificate, Grant, Pick, Plan, PlanStatus, build_body
from planner.scenario import Scenario


def as_plan(ledger: Ledger, trial: Scenario, picks: Iterable[Pick], grants: Sequence[Grant] = ()) -> Plan:
    """A plan of these picks, with a certificate that claims nothing."""
    certificate = Certificate(
        status=PlanStatus.WITHIN_GAP, goals=(), solver="", solver_version="", seconds=0.0, ledger_digest=ledger.digest,
        scenario_digest=trial.digest, scenario=trial.name, product_version="", run_id="", made_at="",
        audit=AuditResult(clean=True),
    )  # fmt: skip
    return Plan(**dict(build_body(ledger, trial, picks, grants)), certificate=certificate).sealed()
