"""What there is to show: the plan folder, read and audited again, or why there is nothing to show."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import streamlit as st

from planner.audit import audit
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.office.folder import LEDGER, PLAN, SCENARIO, PlanFolder, load_folder
from planner.plan import AuditFinding
from planner.scenario import overridden
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
class View:
    """A plan's folder as it may be shown.

    Parameters
    ----------
    kind : Kind
    path : Path
    folder : PlanFolder, optional
        Not there where nothing could be read.
    ledger : Ledger, optional
        As the scenario sees it.
    plan_bytes : bytes
        The very content of the plan file that was audited.
    faults : tuple of Finding
        Why the files are refused.
    findings : tuple of AuditFinding
        Why the plan is refused.
    """

    kind: Kind
    path: Path
    folder: PlanFolder | None = None
    ledger: Ledger | None = None
    plan_bytes: bytes = b""
    faults: tuple[Finding, ...] = field(default=())
    findings: tuple[AuditFinding, ...] = field(default=())


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
        return View(Kind.REFUSED, path, folder, findings=result.findings)
    kind = Kind.PLAN if folder.plan.status.has_plan else Kind.NO_PLAN
    return View(kind, path, folder, ledger, content)


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
