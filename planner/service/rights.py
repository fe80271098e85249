"""Who may do what: one table of actions, roles and scopes, asked before anything is read or changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum

from planner.cycle.refuse import Refusal, Say
from planner.findings import BadInput
from planner.service.people import Person, Role

_LOG = logging.getLogger("shanfu.rights")


class Action(StrEnum):
    """What people do."""

    READ_TOTALS = "read_totals"  # the city's totals of a plan
    READ_TASKS = "read_tasks"  # a district's tasks, money and patches of a plan
    READ_CITY = "read_city"  # ledgers, scenarios and plans of the whole city
    READ_DRAFT = "read_draft"  # what a district has not published
    KEEP_CITY = "keep_city"  # a version of the city's ledger, scenario or plan
    KEEP_DISTRICT = "keep_district"  # a version of a district's own edits
    PUBLISH_CITY = "publish_city"
    PUBLISH_DISTRICT = "publish_district"
    SOLVE_CITY = "solve_city"
    SOLVE_DISTRICT = "solve_district"
    ASK = "ask"  # shortfall, worth, frontier, stress: questions that plan again
    ASK_OWN = "ask_own"  # why a patch of one's own district is planned as it is
    HAND_IN = "hand_in"  # a returned task workbook
    TAKE_IN = "take_in"  # what was handed in, into the city's ledger and scenario
    EXPORT_CITY = "export_city"
    EXPORT_DISTRICT = "export_district"
    ADOPT = "adopt"
    APPLY = "apply"
    REVIEW = "review"
    ISSUE = "issue"
    CARRY_OUT = "carry_out"
    PAY = "pay"
    TRACK = "track"  # tracked supervision
    SEND_BACK = "send_back"
    ACCEPT = "accept"
    CLOSE = "close"
    PROPOSE = "propose"  # changes of the ledger
    DECIDE = "decide"  # on proposed changes of the ledger
    READ_YEAR = "read_year"  # steps and scorecard of a district
    STOP_ANY = "stop_any"  # another's job
    READ_TRAIL = "read_trail"
    READ_PEOPLE = "read_people"
    GRANT = "grant"
    BACK_UP = "back_up"
    VERIFY = "verify"


class Scope(StrEnum):
    """Where a role may do it."""

    ALL = "all"
    OWN = "own"  # in the person's own districts


def _table(rows: str) -> Mapping[Action, Mapping[Role, Scope]]:
    """Read the table as it is written below."""
    heads = {"F": Role.FINANCE, "D": Role.DISTRICT, "L": Role.LEADERSHIP, "A": Role.ADMINISTRATOR}
    table: dict[Action, Mapping[Role, Scope]] = {}
    for row in rows.strip().splitlines():
        name, *cells = row.split()
        table[Action(name)] = {heads[c[0]]: Scope.OWN if c.endswith("own") else Scope.ALL for c in cells}
    return table


RIGHTS = _table("""
    read_totals       F  D      L
    read_tasks        F  D:own  L
    read_city         F         L
    read_draft           D:own
    keep_city         F
    keep_district        D:own
    publish_city      F
    publish_district     D:own
    solve_city        F         L
    solve_district       D:own
    ask               F         L
    ask_own              D:own
    hand_in           F  D:own
    take_in           F
    export_city       F         L
    export_district   F  D:own  L
    adopt                       L
    apply                D:own
    review            F
    issue                       L
    carry_out            D:own
    pay               F  D:own
    track             F         L
    send_back         F         L
    accept            F
    close             F
    propose              D:own
    decide            F
    read_year         F  D:own  L
    stop_any                         A
    read_trail                  L    A
    read_people                      A
    grant                            A
    back_up                          A
    verify                      L    A
""")
"""Actions × roles: F finance, D district planner, L leadership, A administrator; ``:own`` in the person's districts."""


class NotAllowed(BadInput):
    """Somebody asked for what is not theirs to do."""


def allowed(person: Person, action: Action, district: str = "") -> bool:
    """Whether somebody may do something.

    Parameters
    ----------
    person : Person
    action : Action
    district : str
        Whose data; empty for the city's, which is nobody's own district.
    """
    if not person.active:
        return False
    if person.everywhere:
        return True
    scopes = RIGHTS[action]
    return any(
        role in scopes and (scopes[role] is Scope.ALL or (district != "" and district in person.districts))
        for role in person.roles
    )


def require(person: Person, action: Action, district: str = "") -> None:
    """Refuse what is not allowed, and note that it was tried.

    Raises
    ------
    NotAllowed
    """
    if allowed(person, action, district):
        return
    _LOG.warning("refused: %r may not %s in %r", person.subject, action, district)
    values = {
        "name": person.name or person.subject,
        "action": Say((f"service.action_{action}",)),
        "district": district or Say(("service.city",)),
        "roles": Say(tuple(f"service.role_{role}" for role in RIGHTS[action])),
    }
    raise NotAllowed([Refusal("service.not_allowed" if person.active else "service.disabled", values)])
