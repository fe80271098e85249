"""From picks to a plan's body: schedule, commitments, cash, accounts and metrics by exact arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from planner.ledger import Ledger, Option, Patch
from planner.plan.accounts import Spend, keep_accounts
from planner.plan.holding import HoldingCost, HoldingKind, holding_costs, township_of, township_payer
from planner.plan.metrics import measure
from planner.plan.types import Auxiliary, Body, Commitment, Grant, HoldingCharge, Payment, Task
from planner.plan.works import Purse, Works, has_purse, share_payments
from planner.scenario import Basis, Scenario
from planner.units import split


class Pick(NamedTuple):
    """A decision: this patch, treated by this option, starts in this year."""

    patch: str
    option: str
    start: int


def build_body(ledger: Ledger, scenario: Scenario, picks: Iterable[Pick], grants: Sequence[Grant] = ()) -> Body:
    """Work out everything that follows from the picks.

    Parameters
    ----------
    ledger, scenario
    picks : iterable of Pick
        At most one for each patch; they need not obey any clause.
    grants : sequence of Grant
        What further sources take over, in the series that the budgets bind.

    Raises
    ------
    KeyError
        A pick names a patch or an option that the ledger does not have.
    """
    works = Works(ledger, scenario)
    granted: dict[str, list[Grant]] = {}
    for grant in sorted(grants, key=_grant_order):
        granted.setdefault(grant.patch, []).append(grant)
    tasks: list[Task] = []
    spends: list[Spend] = []
    committed: list[tuple[Pick, dict[Purse, int]]] = []
    paid: list[tuple[Pick, dict[Purse, dict[int, int]]]] = []
    for pick in sorted(picks):
        patch = ledger.by_id[pick.patch]
        option = works.options(patch)[pick.option]
        tasks.append(_task(works, patch, option, pick))
        own, cash = _money(works, patch, option, pick, granted.get(pick.patch, []))
        committed.append((pick, own))
        paid.append((pick, cash))
        spends += _spends(scenario, pick, own, cash)
    held = list(_holding(works, tasks))
    charged = list(_charged(works, held)) if scenario.charge_holding else []
    draws, accounts = keep_accounts(scenario, [*spends, *charged])
    on_cash = scenario.basis is Basis.CASH
    vintages: dict[tuple[str, Purse, int], list[tuple[int | None, int]]] = {}
    holding_vintages: dict[Spend, list[tuple[int | None, int]]] = {}
    for draw in draws:
        if draw.spend.kind == "works":
            key = (draw.spend.patch, draw.spend.purse, draw.spend.year)
            vintages.setdefault(key, []).append((draw.vintage, draw.yuan))
        else:
            holding_vintages.setdefault(draw.spend, []).append((draw.vintage, draw.yuan))
    commitments = tuple(
        Commitment(
            patch=pick.patch, source=purse.source, district=purse.district, vintage=v, year=pick.start, yuan=part
        )
        for pick, own in committed
        for purse, yuan in own.items()
        if yuan
        for v, part in ([(None, yuan)] if on_cash else vintages.get((pick.patch, purse, pick.start), [(None, yuan)]))
    )
    cash_rows = tuple(
        Payment(patch=pick.patch, source=purse.source, district=purse.district, vintage=v, year=year, yuan=part)
        for pick, own_cash in paid
        for purse, by_year in own_cash.items()
        for year, yuan in by_year.items()
        for v, part in (vintages.get((pick.patch, purse, year), [(None, yuan)]) if on_cash else [(None, yuan)])
    )
    holding = tuple(
        HoldingCharge(
            kind=spend.kind, place=spend.patch, source=spend.purse.source, district=spend.purse.district, vintage=v,
            year=spend.year, yuan=part,
        )
        for spend in charged
        for v, part in holding_vintages.get(spend, [(None, spend.yuan)])
    )  # fmt: skip
    metrics = measure(works, tuple(tasks), commitments, cash_rows, [cost for _, cost in held])
    return Body(
        schedule=tuple(tasks),
        commitments=commitments,
        cash=cash_rows,
        holding=holding,
        accounts=accounts,
        auxiliary=Auxiliary(grants=tuple(grant for patch in sorted(granted) for grant in granted[patch])),
        metrics=metrics,
    )


def _grant_order(grant: Grant) -> tuple[str, int, str, str, str, str]:
    return (
        grant.patch, grant.year, grant.from_source, grant.from_district or "", grant.source, grant.district or "",
    )  # fmt: skip


def _task(works: Works, patch: Patch, option: Option, pick: Pick) -> Task:
    area = works.task_area(patch, option)
    assert option.treatment is not None  # options_of fills it in
    return Task(
        patch=patch.patch,
        district=patch.district,
        option=option.option,
        treatment=str(option.treatment.value),
        start=pick.start,
        finish=works.finish(patch, option, pick.start),
        task_area_m2=area,
        finished_area_m2=area,
    )


def _money(
    works: Works, patch: Patch, option: Option, pick: Pick, grants: Sequence[Grant]
) -> tuple[dict[Purse, int], dict[Purse, dict[int, int]]]:
    """Commitments by purse and cash by purse and year, after the grants."""
    own = works.commitments(patch, option, pick.start)
    payments = works.payments(patch, option, pick.start)
    if works.scenario.basis is Basis.COMMITMENTS:
        for grant in grants:
            _move(own, Purse(grant.from_source, grant.from_district), Purse(grant.source, grant.district), grant.yuan)
        return own, share_payments(own, payments)
    cash = share_payments(own, payments)
    for grant in grants:
        base, further = Purse(grant.from_source, grant.from_district), Purse(grant.source, grant.district)
        for purse, change in ((base, -grant.yuan), (further, grant.yuan)):
            by_year = cash.setdefault(purse, {})
            by_year[grant.year] = by_year.get(grant.year, 0) + change
    cash = {purse: {y: yuan for y, yuan in sorted(by_year.items()) if yuan} for purse, by_year in cash.items()}
    return {purse: sum(by_year.values()) for purse, by_year in cash.items()}, cash


def _move(own: dict[Purse, int], base: Purse, further: Purse, yuan: int) -> None:
    own[base] = own.get(base, 0) - yuan
    own[further] = own.get(further, 0) + yuan


def _spends(
    scenario: Scenario, pick: Pick, own: dict[Purse, int], cash: dict[Purse, dict[int, int]]
) -> Iterable[Spend]:
    """What the accounts must cover, in the series that the budgets bind; who pays for their own site has none here."""
    series = {purse: {pick.start: yuan} for purse, yuan in own.items()} if scenario.basis is Basis.COMMITMENTS else cash
    for purse, by_year in series.items():
        if has_purse(purse.source):
            for year, yuan in by_year.items():
                yield Spend(purse, year, pick.patch, pick.start, yuan)


def _holding(works: Works, tasks: Sequence[Task]) -> Iterator[tuple[Patch, HoldingCost]]:
    """Cover, enclosure and aftercare patch by patch, then mobilisation township by township."""
    planned = {task.patch: task for task in tasks}
    places: dict[tuple[str, int], Patch] = {}
    for patch in works.ledger.patches:
        task = planned.get(patch.patch)
        option = works.options(patch)[task.option] if task else None
        for cost in holding_costs(works, patch, option, task.start if task else None):
            yield patch, cost
        if task and option and works.from_purses(patch) and works.counts_as_task(patch, option):
            places.setdefault((township_of(patch), task.start), patch)
    for (_, year), patch in sorted(places.items(), key=lambda item: item[0]):
        yield patch, HoldingCost(HoldingKind.MOBILISATION, year, works.scenario.holding.mobilisation_yuan)


def _charged(works: Works, held: Sequence[tuple[Patch, HoldingCost]]) -> Iterator[Spend]:
    """Who is charged: the patch's base payers by their shares; for mobilisation the district."""
    for patch, cost in held:
        if cost.kind is HoldingKind.MOBILISATION:
            if cost.yuan:
                yield Spend(township_payer(patch), cost.year, township_of(patch), cost.year, cost.yuan, cost.kind)
            continue
        payers = works.payers(patch)
        for purse, yuan in zip(payers, split(cost.yuan, tuple(payers.values())), strict=True):
            if yuan:
                yield Spend(purse, cost.year, patch.patch, cost.year, yuan, cost.kind)
