"""What there is to show, as the pages take it: a plan that is clean, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from planner.findings import Finding
from planner.ledger import Ledger
from planner.office.figures import Book
from planner.office.folder import PlanFolder
from planner.office.words import Words
from planner.plan import AuditFinding, Plan
from planner.service import Desk
from planner.service.viewing import DistrictView
from planner.store import Version
from planner.texts import LANGUAGES, Language

TRIAL_SUFFIX = "-trial"
"""Behind the name of a scenario that is only tried out, and of its plans."""


class Kind(StrEnum):
    """What there turned out to be."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    NO_PLAN = "no_plan"
    PLAN = "plan"
    NOT_THERE = "not_there"
    DISTRICT = "district"
    PEOPLE = "people"


@dataclass(frozen=True)
class Opened:
    """A plan that was read, with what it was made from, and whose outcome is clean.

    Parameters
    ----------
    folder : PlanFolder
    ledger : Ledger
        As the scenario sees it.
    plan_bytes : bytes
        The very content of the plan file that was audited; the store gives it where the plan is kept there.
    """

    folder: PlanFolder
    ledger: Ledger
    plan_bytes: bytes = b""

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.folder.plan

    @cached_property
    def books(self) -> dict[Language, Book]:
        """What documents show of the plan, in each language."""
        return {
            lang: Book(self.ledger, self.folder.scenario, self.plan, Words(lang, self.ledger.meta))
            for lang in LANGUAGES
        }


@dataclass(frozen=True)
class Choice:
    """A plan that may be chosen.

    Parameters
    ----------
    kept : Version
    adopted : bool
        Whether it is the one in force.
    """

    kept: Version
    adopted: bool

    @property
    def trial(self) -> bool:
        """Whether it was only tried out: no page shows it unless it is asked for."""
        return self.kept.document.name.endswith(TRIAL_SUFFIX)


@dataclass(frozen=True)
class View:
    """A plan as it may be shown to the one who looks.

    Parameters
    ----------
    kind : Kind
    path : Path
        Where it was looked for.
    opened : Opened, optional
        There only for an outcome that the audit lets through.
    faults : tuple of Finding
        Why the files are refused.
    findings : tuple of AuditFinding
        Why the plan is refused.
    desk : Desk, optional
        Whose eyes these are, where plans are kept in a store.
    choices : tuple of Choice
        The plans that this person may see, the newest first.
    version : int, optional
        Which of them is shown, or was asked for.
    district : DistrictView, optional
        What a district planner sees.
    districts : tuple of str
        The districts between which a district planner may choose.
    """

    kind: Kind
    path: Path
    opened: Opened | None = None
    faults: tuple[Finding, ...] = ()
    findings: tuple[AuditFinding, ...] = ()
    desk: Desk | None = None
    choices: tuple[Choice, ...] = ()
    version: int | None = None
    district: DistrictView | None = None
    districts: tuple[str, ...] = ()
