"""What there is to show: the plan folder, read and audited again, or why there is nothing to show."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import streamlit as st

from planner.audit import audit
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.office.figures import Book
from planner.office.folder import LEDGER, PLAN, SCENARIO, PlanFolder, load_folder
from planner.office.words import Words
from planner.plan import AuditFinding, Plan
from planner.scenario import overridden
from planner.texts import LANGUAGES, Language
from planner.web import PLAN_VARIABLE

KEPT_PLANS = 4


class Kind(StrEnum):
    """What a folder turned out to be."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    NO_PLAN = "no_plan"
    PLAN = "plan"


@dataclass(frozen=True)
class Opened:
    """A folder that was read and whose outcome is clean.

    Parameters
    ----------
    folder : PlanFolder
    ledger : Ledger
        As the scenario sees it.
    plan_bytes : bytes
        The very content of the plan file that was audited.
    """

    folder: PlanFolder
    ledger: Ledger
    plan_bytes: bytes

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
class View:
    """A plan's folder as it may be shown.

    Parameters
    ----------
    kind : Kind
    path : Path
    opened : Opened, optional
        There only for an outcome that the audit lets through.
    faults : tuple of Finding
        Why the files are refused.
    findings : tuple of AuditFinding
        Why the plan is refused.
    """

    kind: Kind
    path: Path
    opened: Opened | None = None
    faults: tuple[Finding, ...] = ()
    findings: tuple[AuditFinding, ...] = ()


def plan_path() -> Path:
    """The folder that the page shows: the environment says so, else ``out`` in the working folder."""
    given = Path(os.environ.get(PLAN_VARIABLE) or "out")
    return given.parent if given.name == PLAN and not given.is_dir() else given


def current() -> View:
    """Read the folder anew where its content has changed since it was last read."""
    path = plan_path().absolute()
    return _read(str(path), _digest(path))


@st.cache_resource(max_entries=KEPT_PLANS, show_spinner=False)
def _read(path: str, digest: str) -> View:
    return view(Path(path))


def view(path: Path) -> View:
    """Read a folder and audit its plan; a file that changes meanwhile is read again."""
    for _ in range(3):
        before = _digest(path)
        seen = _view(path)
        if _digest(path) == before:
            break
    return seen


def _view(path: Path) -> View:
    if not (path / PLAN).is_file():
        return View(Kind.EMPTY, path)
    try:
        content = (path / PLAN).read_bytes()
        folder = load_folder(path)
        result = audit(folder.ledger, folder.scenario, folder.plan)
        ledger = overridden(folder.ledger, folder.scenario)
    except BadInput as refused:
        return View(Kind.UNREADABLE, path, faults=refused.findings)
    if not result.clean:
        return View(Kind.REFUSED, path, findings=result.findings)
    kind = Kind.PLAN if folder.plan.status.has_plan else Kind.NO_PLAN
    return View(kind, path, Opened(folder, ledger, content))


def _digest(path: Path) -> str:
    """SHA-256 of the folder's three files; one that is not there counts as such."""
    total = hashlib.sha256()
    for name in (PLAN, LEDGER, SCENARIO):
        try:
            content = (path / name).read_bytes()
        except OSError:
            total.update(b"-")
        else:
            total.update(hashlib.sha256(content).digest())
    return total.hexdigest()
