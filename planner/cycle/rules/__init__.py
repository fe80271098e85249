"""What each kind of step asks of the state, and what it makes of it: two functions a kind, side by side.

A check has the signature ``check(cycle, step, fresh)`` and gives refusals; an effect ``effect(cycle, step)`` gives the
state after a step that was admitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from planner.cycle.kinds import Kind
from planner.cycle.refuse import Refusal
from planner.cycle.rules import back, care, changing, money, works, year
from planner.cycle.state import Cycle
from planner.cycle.step import Step

Check = Callable[[Cycle, Step, bool], Iterable[Refusal]]
Effect = Callable[[Cycle, Step], Cycle]

RULES: Mapping[Kind, tuple[Check, Effect]] = MappingProxyType(
    {
        Kind.APPLY: (year.may_apply, year.applied),
        Kind.REVIEW: (year.may_review, year.reviewed),
        Kind.ISSUE: (year.may_issue, year.issued),
        Kind.DEFER: (year.may_defer, year.deferred),
        Kind.CLOSE_YEAR: (year.may_close_year, year.year_closed),
        Kind.TRANCHE: (money.may_move, money.moved),
        Kind.START: (works.may_start, works.started),
        Kind.FINISH: (works.may_finish, works.finished),
        Kind.ACCEPT: (works.may_accept, works.accepted),
        Kind.CLOSE: (works.may_close, works.closed),
        Kind.PAY: (money.may_pay, money.paid),
        Kind.REFUND: (money.may_refund, money.refunded),
        Kind.ASK_COST: (money.may_ask, money.asked),
        Kind.GRANT_COST: (money.may_grant, money.granted),
        Kind.VERIFY: (care.may_verify, care.verified),
        Kind.TRACK: (care.may_track, care.tracked),
        Kind.RESOLVE: (care.may_resolve, care.resolved),
        Kind.CHECK: (care.may_check, care.checked),
        Kind.PROPOSE: (changing.may_propose, changing.proposed),
        Kind.ADOPT: (changing.may_adopt, changing.adopted),
        Kind.RETURN: (back.may_return, back.returned),
    }
)
