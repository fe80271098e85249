"""Is it true? One file a clause, from ledger, scenario and plan alone: this room knows neither model nor solver."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from planner.audit.case import Case, Violation
from planner.audit.certificate import lies
from planner.audit.consistency import finding, inconsistencies
from planner.clauses import clauses
from planner.ledger import Ledger
from planner.plan import AuditFinding, AuditResult, Body, Breach, Plan
from planner.scenario import Scenario, overridden
from planner.texts import text

__all__ = ["audit", "audit_body", "soft_breaches"]


def audit(ledger: Ledger, scenario: Scenario, plan: Plan | Mapping[str, Any]) -> AuditResult:
    """Check a plan to the yuan without the solver.

    Parameters
    ----------
    ledger, scenario
        What the plan was made from.
    plan : Plan or mapping
        A plan, or its JSON data.

    Returns
    -------
    AuditResult
        Clean, or with every finding: the clause it breaks (or `schedule`, `commitments`, `cash`, `holding`, `accounts`,
        `auxiliary`, `metrics`, `certificate` where the file contradicts itself), the place and the amount.

    Raises
    ------
    BadInput
        The JSON data are not a plan, or the scenario does not fit the ledger.
    TypeError
        The arguments are not in the order ledger, scenario, plan.
    """
    if not isinstance(ledger, Ledger) or not isinstance(scenario, Scenario):
        raise TypeError("audit(ledger, scenario, plan): the ledger comes first, then the scenario, then the plan")
    checked = plan if isinstance(plan, Plan) else Plan.from_dict(plan)
    case = Case(overridden(ledger, scenario), scenario, checked)
    findings: list[AuditFinding] = []
    breaches: tuple[Breach, ...] = ()
    if checked.status.has_plan:
        breaches = soft_breaches(case)
        findings += clause_findings(case)
        findings += inconsistencies(case, breaches)
    findings += lies(case, checked, ledger.digest, breaches)
    stated = checked.certificate.audit
    if stated.clean != (not findings) or (stated.clean and stated.findings):
        said = {True: "clean", False: "refused"}
        findings.append(
            finding(
                "certificate", "stated_audit", "certificate.audit", actual=said[stated.clean],
                required=said[not findings],
            )
        )  # fmt: skip
    return AuditResult(clean=not findings, findings=tuple(findings))


def audit_body(ledger: Ledger, scenario: Scenario, body: Body) -> AuditResult:
    """Check a body that has no certificate: every clause that is held hard, and its own consistency.

    The ledger is taken as the scenario sees it.
    """
    case = Case(ledger, scenario, body)
    findings = [*clause_findings(case), *inconsistencies(case, soft_breaches(case))]
    return AuditResult(clean=not findings, findings=tuple(findings))


def clause_findings(case: Case) -> list[AuditFinding]:
    """What goes against the clauses that are held hard."""
    return [_in_words(name, violation) for name, soft, violation in _violations(case) if not soft]


def soft_breaches(case: Case) -> tuple[Breach, ...]:
    """How far the clauses that are held softly are broken."""
    return tuple(
        Breach(clause=name, place=v.place, amount=v.amount, target=v.required, unit=v.unit)
        for name, soft, v in _violations(case)
        if soft
    )


def _violations(case: Case) -> list[tuple[str, bool, Violation]]:
    found = []
    for name in clauses():
        settings = case.scenario.clause(name)
        if settings.on:
            check = importlib.import_module(f"{__name__}.{name}").check
            found += [(name, settings.soft, violation) for violation in check(case, settings)]
    return found


def _in_words(name: str, violation: Violation) -> AuditFinding:
    def words(lang: Any) -> str:
        return text(
            f"audit.{violation.side}", lang, title=clauses()[name].title.in_(lang), place=violation.place,
            required=f"{violation.required:,}" if violation.unit != "year" else violation.required,
            actual=f"{violation.actual:,}" if violation.unit != "year" else violation.actual,
            amount=f"{violation.amount:,}", unit=text(f"audit.{violation.unit}", lang),
        )  # fmt: skip

    return AuditFinding(
        clause=name, place=violation.place, amount=violation.amount, unit=violation.unit, zh=words("zh"), en=words("en")
    )
