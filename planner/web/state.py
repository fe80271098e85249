"""What there is to show: from the store, or from a plan's folder, read and audited again, or why there is nothing.

`current` is the one way from the pages to plans.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import streamlit as st

from planner.audit import audit
from planner.findings import BadInput
from planner.office.folder import LEDGER, PLAN, SCENARIO, load_folder
from planner.scenario import overridden
from planner.service import Desk
from planner.web import PLAN_VARIABLE, access, address, stored
from planner.web.home import home
from planner.web.seen import Kind, Opened, View

KEPT_PLANS = 4


def plan_path() -> Path:
    """The folder that the page shows: the environment says so, else ``out`` in the working folder."""
    given = Path(os.environ.get(PLAN_VARIABLE) or "out")
    return given.parent if given.name == PLAN and not given.is_dir() else given


def current() -> View:
    """What the one who looks may see now, of the plan that the URL names, where plans are kept in a store.

    A plan's folder is read anew where its content has changed since it was last read.

    Raises
    ------
    NotSignedIn
    BadInput
        The person may not come in, or the store cannot be opened.
    """
    path, own = plan_path().absolute(), desk()
    return _read(str(path), _digest(path)) if own is None else stored.seen(own, address.asked("plan"))


def desk() -> Desk | None:
    """The desk of the one who looks; None where a plan's folder is shown. See `planner.web.access.desk`."""
    return access.desk(home(plan_path().absolute()))


def warm() -> None:
    """Read ahead what the first visitor will ask for."""
    path = plan_path().absolute()
    place = home(path)
    if place is None:
        _read(str(path), _digest(path))
    elif not (service := access.service_at(str(place))).has_login:
        stored.seen(service.desk(via="web"), None)


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
