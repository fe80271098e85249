"""What a person may see of the plans in the store; every right is asked of the service, in every run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from planner.audit import audit
from planner.findings import BadInput
from planner.scenario import overridden
from planner.service import Action, Desk, NotAllowed
from planner.service.kept import PLAN_KIND
from planner.service.viewing import DistrictView
from planner.store import Version
from planner.web import address
from planner.web.seen import Choice, Kind, Opened, View

KEPT_PLANS = 8
DISTRICT_STATE = "own_district"


def seen(desk: Desk, asked: str | None) -> View:
    """What somebody sees: the plan that was asked for, else the adopted one, else the newest that is theirs to see.

    Parameters
    ----------
    desk : Desk
    asked : str or None
        The plan's version, as the URL has it.

    Raises
    ------
    NotAllowed
    """
    person, path = desk.person, Path(desk.store.place)
    city = desk.may(Action.READ_CITY)
    own = tuple(name for name in sorted(person.districts) if desk.may(Action.READ_TASKS, name))
    if not city and not own:
        return View(Kind.PEOPLE, path, desk=desk)
    in_force = {int(record.payload["version"]) for record in desk.deciding.adopted()[-1:]}
    choices = tuple(Choice(kept, kept.id in in_force) for kept in reversed(desk.keeping.versions(PLAN_KIND)))
    if not choices:
        return View(Kind.EMPTY, path, desk=desk)
    known = {choice.kept.id for choice in choices}
    version = address.as_number(asked) if asked else next(iter(in_force & known), _newest(choices).kept.id)
    if version not in known:
        beside = _unlisted(desk, version) if city and version else None
        if beside is None:
            return View(Kind.NOT_THERE, path, desk=desk, choices=choices)
        choices = (Choice(beside, beside.id in in_force), *choices)
        version = beside.id
    found = whole(desk, version) if city else _own(desk, version, own, path)
    return replace(found, desk=desk, choices=choices, version=version)


def _unlisted(desk: Desk, version: int) -> Version | None:
    """A plan that stands in no list, as one that an answer speaks of, where this person may see it."""
    try:
        return desk.keeping.standing(version).plan
    except NotAllowed:
        raise
    except BadInput:
        return None


def _own(desk: Desk, version: int, own: tuple[str, ...], path: Path) -> View:
    """The part of one of the person's own districts."""
    chosen = st.session_state.get(DISTRICT_STATE)
    district = chosen if chosen in own else own[0]
    try:
        return View(Kind.DISTRICT, path, district=_part(desk.store.place, version, district, desk), districts=own)
    except NotAllowed:
        raise
    except BadInput as refused:
        return View(Kind.UNREADABLE, path, faults=refused.findings)


def whole(desk: Desk, version: int) -> View:
    """A plan of the whole city by its version, audited. The caller has asked whether this person may see it."""
    path = Path(desk.store.place)
    try:
        return replace(_whole(desk.store.place, version, desk), path=path)
    except NotAllowed:
        raise
    except BadInput as refused:
        return View(Kind.UNREADABLE, path, faults=refused.findings)


def _newest(choices: tuple[Choice, ...]) -> Choice:
    """The newest plan that was not only tried out, if there is one."""
    return next((choice for choice in choices if not choice.trial), choices[0])


@st.cache_resource(max_entries=KEPT_PLANS, show_spinner=False)
def _whole(place: str, version: int, _desk: Desk) -> View:
    """A plan of the whole city, audited. The caller has asked whether this person may see it."""
    path = Path(place)
    folder = _desk.keeping.open_plan(version)
    result = audit(folder.ledger, folder.scenario, folder.plan)
    if not result.clean:
        return View(Kind.REFUSED, path, findings=result.findings)
    kind = Kind.PLAN if folder.plan.status.has_plan else Kind.NO_PLAN
    return View(kind, path, Opened(folder, overridden(folder.ledger, folder.scenario)))


@st.cache_resource(max_entries=8 * KEPT_PLANS, show_spinner=False)
def _part(place: str, version: int, district: str, _desk: Desk) -> DistrictView:
    """A district's part of a plan. The caller has asked whether this person may see it."""
    return _desk.keeping.view(version, district)
