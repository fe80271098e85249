"""Payments, costs that change, money that arrives late (Budget Law art. 13; 政府投资条例 12, 23, 25)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.cycle.kinds import Kind
from planner.cycle.payloads import Costs, Payment, Tranche, by_purse
from planner.cycle.refuse import PurseName, Refusal, in_state, kind_word, refusal, yuan
from planner.cycle.state import CostChange, Cycle, Moved, Work, WorkState
from planner.cycle.step import Step
from planner.plan import Purse
from planner.plan.accounts import Spend, keep_accounts
from planner.scenario import Basis

PAYABLE = (WorkState.ISSUED, WorkState.STARTED, WorkState.FINISHED, WorkState.ACCEPTED)


def may_pay(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """After the money was issued, once a voucher, and no more from a purse than is committed."""
    yield from _payable(cycle, step)
    work = cycle.works.get(step.patch or "")
    if work is None or work.state not in PAYABLE:
        return
    given = _payment(step)
    committed, paid = work.committed().get(given.purse, 0), work.paid().get(given.purse, 0)
    if paid + given.yuan > committed:
        yield refusal(
            step, "more_than_committed", purse=PurseName(given.purse), committed=yuan(committed), paid=yuan(paid),
            more=yuan(given.yuan), over=yuan(paid + given.yuan - committed),
        )  # fmt: skip


def paid(cycle: Cycle, step: Step) -> Cycle:
    """One payment more."""
    work, given = _work(cycle, step), _payment(step)
    after = cycle.with_work(step.patch or "", replace(work, payments=(*work.payments, given)))
    return after.changed(vouchers=cycle.vouchers | {given.voucher})


def may_refund(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """What came back was paid before, from the same purse."""
    yield from _payable(cycle, step)
    work = cycle.works.get(step.patch or "")
    if work is None or work.state not in PAYABLE:
        return
    given = _payment(step)
    before = work.paid().get(given.purse, 0)
    if given.yuan > before:
        yield refusal(
            step, "more_back_than_paid", purse=PurseName(given.purse), paid=yuan(before), back=yuan(given.yuan)
        )


def refunded(cycle: Cycle, step: Step) -> Cycle:
    """One payment back."""
    work, given = _work(cycle, step), _payment(step)
    after = cycle.with_work(step.patch or "", replace(work, refunds=(*work.refunds, given)))
    return after.changed(vouchers=cycle.vouchers | {given.voucher})


def may_ask(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """New costs of a task that is not closed, one request at a time, none below what was paid."""
    refused = in_state(step, cycle.work_state(step.patch or ""), PAYABLE)
    yield from refused
    if refused:
        return
    work, wanted = _work(cycle, step), by_purse(_costs(step).money)
    if work.asked is not None:
        yield refusal(step, "cost_pending")
    if wanted == work.committed():
        yield refusal(step, "cost_the_same")
    for purse, before in work.paid().items():
        if wanted.get(purse, 0) < before:
            yield refusal(
                step, "cost_below_paid", purse=PurseName(purse), paid=yuan(before), cost=yuan(wanted.get(purse, 0))
            )


def asked(cycle: Cycle, step: Step) -> Cycle:
    """The request waits for the leadership."""
    return cycle.with_work(step.patch or "", replace(_work(cycle, step), asked=by_purse(_costs(step).money)))


def may_grant(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """Only what was asked for."""
    refused = in_state(step, cycle.work_state(step.patch or ""), PAYABLE)
    yield from refused
    if not refused and _work(cycle, step).asked is None:
        yield refusal(step, "no_cost_asked")
    elif not refused:
        work = _work(cycle, step)
        yield from _within_budget(cycle, step)
        short = [p for p, y in work.paid().items() if (work.asked or {}).get(p, 0) < y]
        for purse in short:  # paid since the request
            yield refusal(
                step, "cost_below_paid", purse=PurseName(purse), paid=yuan(work.paid()[purse]),
                cost=yuan((work.asked or {}).get(purse, 0)),
            )  # fmt: skip


def _within_budget(cycle: Cycle, step: Step) -> Iterator[Refusal]:
    """Budget Law art. 13: what is granted has to be in the purse of its year, or carried to it."""
    work = _work(cycle, step)
    after = cycle.with_work(step.patch or "", replace(work, changes=(CostChange("", step.day, work.asked or {}),)))
    before, now = overdrafts(cycle), overdrafts(after)
    for (purse, year), missing in sorted(now.items(), key=lambda item: (item[0][0].text, item[0][1])):
        if missing > before.get((purse, year), 0):
            yield refusal(step, "beyond_budget", purse=PurseName(purse), year=year, missing=yuan(missing))


def overdrafts(cycle: Cycle) -> dict[tuple[Purse, int], int]:
    """By how much purses are overdrawn by what is issued and granted, as the plan's own book-keeping has it.

    Late money counts in the year it was promised for: that year's tasks are paid from it once it has arrived. Where
    budgets bind cash, or nothing, commitments overdraw nothing.
    """
    scenario = cycle.ground.scenario
    if scenario.basis is not Basis.COMMITMENTS or not scenario.clause("purse_accounts").on:
        return {}
    spends = [
        Spend(purse, work.year, patch, work.year, yuan)
        for patch, work in sorted(cycle.works.items())
        for purse, yuan in work.committed().items()
    ]
    _, found = keep_accounts(scenario, spends)
    return {(Purse(one.source, one.district), one.vintage): one.overdrawn for one in found if one.overdrawn}


def granted(cycle: Cycle, step: Step) -> Cycle:
    """What is committed from this day on."""
    work = _work(cycle, step)
    assert work.asked is not None
    change = CostChange(step.number, step.day, work.asked)
    return cycle.with_work(step.patch or "", replace(work, asked=None, changes=(*work.changes, change)))


def may_move(cycle: Cycle, step: Step, fresh: bool) -> Iterator[Refusal]:
    """Money of a year's budget that arrives in a later year of the horizon: no more than that budget still has."""
    given, purse = _tranche(step), _purse(step)
    last = cycle.ground.scenario.horizon.last
    if not step.year < given.arrives <= last:
        yield refusal(step, "arrives_when", value=str(given.arrives), year=step.year, last=last)
    if any((m.number, m.purse, m.year) == (step.number, purse, step.year) for m in cycle.tranches):
        yield refusal(step, "number_twice", value=step.number)
    there = budgets_of(cycle).get((purse, step.year), 0)
    if given.yuan > there:
        yield refusal(step, "tranche_above_budget", purse=PurseName(purse), budget=yuan(there), moved=yuan(given.yuan))


def moved(cycle: Cycle, step: Step) -> Cycle:
    """The budget of one year is less, that of a later one is more."""
    return cycle.changed(tranches=(*cycle.tranches, Moved(_purse(step), step.year, _tranche(step), step.number)))


def budgets_of(cycle: Cycle) -> dict[tuple[Purse, int], int]:
    """The scenario's budgets by purse and year, late tranches moved."""
    sums: dict[tuple[Purse, int], int] = {}
    for budget in cycle.ground.scenario.budgets:
        key = (Purse(budget.source, budget.district), budget.year)
        sums[key] = sums.get(key, 0) + budget.yuan
    for one in cycle.tranches:
        later = (one.purse, one.tranche.arrives)
        sums[one.purse, one.year] -= one.tranche.yuan
        sums[later] = sums.get(later, 0) + one.tranche.yuan
    return sums


def _payable(cycle: Cycle, step: Step) -> Iterator[Refusal]:
    refused = in_state(step, cycle.work_state(step.patch or ""), PAYABLE)
    yield from refused
    if refused:
        return
    work, given = _work(cycle, step), _payment(step)
    if given.on < work.day:
        yield refusal(
            step, "too_early", value=given.on.isoformat(), day=work.day.isoformat(), first=kind_word(Kind.ISSUE)
        )
    if given.voucher in cycle.vouchers:
        yield refusal(step, "voucher_twice", value=given.voucher)


def _work(cycle: Cycle, step: Step) -> Work:
    return cycle.works[step.patch or ""]


def _payment(step: Step) -> Payment:
    assert isinstance(step.payload, Payment)
    return step.payload


def _costs(step: Step) -> Costs:
    assert isinstance(step.payload, Costs)
    return step.payload


def _tranche(step: Step) -> Tranche:
    assert isinstance(step.payload, Tranche)
    return step.payload


def _purse(step: Step) -> Purse:
    return Purse(_tranche(step).source, step.district or None)
