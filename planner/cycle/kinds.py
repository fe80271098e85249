"""Kinds of steps, roles, and who may take which step."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """On whose behalf a step is taken; the city's review is the role `finance`."""

    FINANCE = "finance"
    DISTRICT = "district"
    LEADERSHIP = "leadership"
    ADMINISTRATOR = "administrator"


class Kind(StrEnum):
    """What can happen."""

    APPLY = "apply"
    REVIEW = "review"
    ISSUE = "issue"
    DEFER = "defer"
    CLOSE_YEAR = "close_year"
    TRANCHE = "tranche"
    START = "start"
    FINISH = "finish"
    PAY = "pay"
    REFUND = "refund"
    ASK_COST = "ask_cost"
    GRANT_COST = "grant_cost"
    ACCEPT = "accept"
    CLOSE = "close"
    VERIFY = "verify"
    TRACK = "track"
    RESOLVE = "resolve"
    CHECK = "check"
    PROPOSE = "propose"
    ADOPT = "adopt"
    RETURN = "return"


class Returned(StrEnum):
    """What a step `return` sends back."""

    APPLICATION = "application"
    REVIEW = "review"
    ISSUE = "issue"
    YEAR = "year"
    START = "start"
    WORKS = "works"
    ACCEPTANCE = "acceptance"
    CLOSING = "closing"
    VERIFICATION = "verification"
    CHANGES = "changes"
    COST = "cost"


_CITY, _DISTRICT = frozenset({Role.FINANCE}), frozenset({Role.DISTRICT})
_LEADERS = frozenset({Role.LEADERSHIP})

RETURNED_BY: Mapping[Returned, frozenset[Role]] = MappingProxyType(
    {
        Returned.APPLICATION: _CITY,
        Returned.REVIEW: _LEADERS,
        Returned.ISSUE: _LEADERS,
        Returned.YEAR: _LEADERS,
        Returned.START: _CITY,
        Returned.WORKS: _CITY,
        Returned.ACCEPTANCE: _CITY,
        Returned.CLOSING: _LEADERS,
        Returned.VERIFICATION: _CITY,
        Returned.CHANGES: _CITY,
        Returned.COST: _LEADERS,
    }
)
"""Who may send what back."""

WHO_MAY: Mapping[Kind, frozenset[Role]] = MappingProxyType(
    {
        Kind.APPLY: _DISTRICT,
        Kind.REVIEW: _CITY,
        Kind.ISSUE: _LEADERS,
        Kind.DEFER: _LEADERS,
        Kind.CLOSE_YEAR: _CITY,
        Kind.TRANCHE: _CITY,
        Kind.START: _DISTRICT,
        Kind.FINISH: _DISTRICT,
        Kind.PAY: _DISTRICT | _CITY,
        Kind.REFUND: _DISTRICT | _CITY,
        Kind.ASK_COST: _DISTRICT,
        Kind.GRANT_COST: _LEADERS,
        Kind.ACCEPT: _CITY,
        Kind.CLOSE: _CITY,
        Kind.VERIFY: _DISTRICT,
        Kind.TRACK: _CITY | _LEADERS,
        Kind.RESOLVE: _CITY | _LEADERS,
        Kind.CHECK: _DISTRICT,
        Kind.PROPOSE: _DISTRICT,
        Kind.ADOPT: _CITY,
        Kind.RETURN: _CITY | _LEADERS,
    }
)
"""Who may take a step; for `return`, what is sent back narrows it (`RETURNED_BY`)."""

ABOUT_A_PATCH = frozenset(
    {
        Kind.DEFER, Kind.START, Kind.FINISH, Kind.PAY, Kind.REFUND, Kind.ASK_COST, Kind.GRANT_COST, Kind.ACCEPT,
        Kind.CLOSE, Kind.VERIFY, Kind.TRACK, Kind.RESOLVE, Kind.CHECK,
    }
)  # fmt: skip
RETURNS_A_PATCH = frozenset(
    {
        Returned.START, Returned.WORKS, Returned.ACCEPTANCE, Returned.CLOSING, Returned.VERIFICATION, Returned.COST,
    }
)  # fmt: skip
NEEDS_A_REASON = frozenset({Kind.RETURN, Kind.DEFER, Kind.TRACK, Kind.RESOLVE, Kind.ASK_COST, Kind.TRANCHE})
"""Steps whose remark must say why."""
