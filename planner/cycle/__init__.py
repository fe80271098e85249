"""The working year (plan, ch. 5): apply, review, issue, carry out, accept, close out, and all that goes with it.

Nothing here reads a clock or a file: a `Step` says what was done, by whom, when and under which document; a history is
a tuple of steps; a `Cycle` is what it comes to. Money is whole yuan, areas are whole m².

    cycle = Cycle.of(Ground(ledger, scenario, plan), history)    # every step is checked again
    cycle = cycle.then(step)                                     # BadInput: the present state, what first, and who may
    history = admit(history, step, ground)                       # the same, from history to history

`WHO_MAY` and `RETURNED_BY` say which role takes which step; `PAYLOADS` what each kind carries. `Step.to_dict` and
`Step.from_dict` are the format ``shanfu-step/1``.

Of a district and a year: ``apply → review → issue → close_year``, `tranche` for money that arrives late. An application
has the tasks of the plan in force that are not issued (`cycle.to_apply`), an issue freezes their figures (`issue_of`);
more tasks of the same year are applied for again. Of an issued patch: ``start → finish → accept → close``, with `pay`,
`refund`, `ask_cost → grant_cost`, and `defer` where nothing began. `close` asks committed = paid + released in every
purse. Of a natural site: ``verify → close``, or, where it failed, a change set that makes it artificial. `return`
sends any of these back with a reason. `track → resolve` is 挂账督办; `check` the yearly look after acceptance.

The ledger: ``propose → adopt`` make a `Version` (`cycle.versions`, `change_report`); `cycle.register` is the ledger
with these, `cycle.ledger` has what happened entered, too. `replanned(cycle, year)` plans what is not issued, and
``cycle.with_plan(found.plan)`` puts that in force.

What people ask for: `scorecard`, `total`, `overdue`, `checks_due`, `progress` (table T4 with its actuals), `accounts`
(purses to the yuan), `facts_of` (payments as a plan's folder keeps them). `local` is a district's part of it all;
`open_in_year` and `open_on` say which steps its state leaves open.
"""

from planner.cycle.accounts import PurseYear, accounts, facts_of
from planner.cycle.admit import admit
from planner.cycle.again import ledger_now, paid_before, replanned, scenario_now
from planner.cycle.kinds import RETURNED_BY, WHO_MAY, Kind, Returned, Role
from planner.cycle.local import Local, Open, local, open_in_year, open_on
from planner.cycle.payloads import PAYLOADS
from planner.cycle.register import ChangeReport, Version, change_report
from planner.cycle.rules.year import issue_of
from planner.cycle.scorecard import CheckDue, Progress, Score, checks_due, overdue, progress, scorecard, total
from planner.cycle.state import Cycle, Ground, NaturalState, RoundState, Tracked, Work, WorkState
from planner.cycle.step import Step

__all__ = [
    "PAYLOADS",
    "RETURNED_BY",
    "WHO_MAY",
    "ChangeReport",
    "CheckDue",
    "Cycle",
    "Ground",
    "Kind",
    "Local",
    "NaturalState",
    "Open",
    "Progress",
    "PurseYear",
    "Returned",
    "Role",
    "RoundState",
    "Score",
    "Step",
    "Tracked",
    "Version",
    "Work",
    "WorkState",
    "accounts",
    "admit",
    "change_report",
    "checks_due",
    "facts_of",
    "issue_of",
    "ledger_now",
    "local",
    "open_in_year",
    "open_on",
    "overdue",
    "paid_before",
    "progress",
    "replanned",
    "scenario_now",
    "scorecard",
    "total",
]
