"""The one way from ledger, scenario and plan to a document: audited again, or refused; and where the document goes."""

from __future__ import annotations

import os
from pathlib import Path

from planner.audit import audit
from planner.cycle.facts import NOTHING_PAID, Facts
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.ledger.types import META_DEFAULTS
from planner.office.figures import Book
from planner.office.words import Words, status_words
from planner.plan import Plan
from planner.scenario import Scenario, overridden
from planner.texts import Language


def audited_book(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    lang: Language,
    facts: Facts = NOTHING_PAID,
    district: str | None = None,
    year: int | None = None,
) -> Book:
    """What a document is written from, if the plan is one to show.

    Raises
    ------
    BadInput
        There is no plan to show, or the audit refuses it.
    """
    if not plan.status.has_plan or plan.metrics is None:
        values = {"zh": status_words(plan, "zh"), "en": status_words(plan, "en")}
        raise BadInput([Finding("office.no_plan", values)])
    result = audit(ledger, scenario, plan)
    if not result.clean:
        raise BadInput(
            [
                Finding("office.not_clean", {"zh": found.zh, "en": found.en}, column=found.place)
                for found in result.findings
            ]
        )
    words = Words(lang, META_DEFAULTS | dict(ledger.meta))
    return Book(overridden(ledger, scenario), scenario, plan, words, district, year, facts)


def target_file(path: str | os.PathLike[str], name: str, suffix: str) -> Path:
    """The file itself, or one of this name in the folder that was given; its folder is made."""
    target = Path(path)
    if target.suffix.lower() != suffix:
        target /= name
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
