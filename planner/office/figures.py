"""What the documents show, gathered once from ledger, scenario and plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from planner.cycle.facts import NOTHING_PAID, Facts
from planner.ledger import DataNature, Ledger, Option, Patch, Treatment
from planner.office.words import Words
from planner.plan import Metrics, Plan, Purse, Task
from planner.plan.works import USER
from planner.scenario import Basis, Scenario

ENTERPRISE = "enterprise"
SOURCE_ORDER = ("municipal", "district", "central", "programme", "social", "user", ENTERPRISE)


class Block(StrEnum):
    """The parts of a district's task plan of a year, in their order."""

    ARTIFICIAL = "artificial"
    COMPREHENSIVE = "comprehensive"
    NATURAL = "natural"
    CONTINUING = "continuing"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True)
class Item:
    """A task with its patch and its money.

    Parameters
    ----------
    committed : dict of Purse to yuan
        Without enterprises' own money.
    cash : dict of year to dict of Purse to yuan
        Without enterprises' own money.
    enterprise_yuan : int
        What an enterprise pays itself; in no total of public money.
    """

    patch: Patch
    option: Option
    task: Task
    committed: dict[Purse, int]
    cash: dict[int, dict[Purse, int]]
    enterprise_yuan: int

    @property
    def total(self) -> int:
        """The whole cost, yuan."""
        return sum(self.committed.values())

    @property
    def whole_area_m2(self) -> int:
        """The patch's whole area."""
        return self.patch.area_m2 if self.patch.patch_area_m2 is None else self.patch.patch_area_m2

    def paid(self, year: int) -> int:
        """Cash of a year, yuan."""
        return sum(self.cash.get(year, {}).values())

    def paid_after(self, year: int) -> int:
        """Cash after a year, yuan."""
        return sum(sum(by_purse.values()) for y, by_purse in self.cash.items() if y > year)

    def block(self, year: int) -> Block:
        """Where it stands in the task plan of a year."""
        if self.patch.by_enterprise:
            return Block.ENTERPRISE
        return Block.CONTINUING if self.task.start != year else Block(self.task.treatment)

    @property
    def counts(self) -> bool:
        """Whether it is a task of the government."""
        return not self.patch.by_enterprise and self.task.treatment != Treatment.NATURAL


@dataclass(frozen=True)
class Book:
    """Everything a workbook is written from.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    district : str or None
        Only the tasks of this district.
    year : int or None
        Only the task plans of this year; schedule and funds keep every year.
    facts : Facts
        What was really paid.
    """

    ledger: Ledger
    scenario: Scenario
    plan: Plan
    words: Words
    district: str | None = None
    year: int | None = None
    facts: Facts = NOTHING_PAID

    @cached_property
    def whole(self) -> Book:
        """The same plan with every district and year."""
        return replace(self, district=None, year=None)

    @property
    def years(self) -> range:
        """Every year of the horizon."""
        return self.scenario.horizon.years

    @property
    def last(self) -> int:
        """The horizon's last year."""
        return self.scenario.horizon.last

    @property
    def span(self) -> str:
        """The horizon in words."""
        return self.words("span", first=self.years.start, last=self.last)

    @property
    def on_cash(self) -> bool:
        """Whether budgets bind cash."""
        return self.scenario.basis is Basis.CASH

    @cached_property
    def metrics(self) -> Metrics:
        """The plan's figures."""
        if self.plan.metrics is None:
            raise ValueError("a plan without metrics has nothing to show")
        return self.plan.metrics

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The tasks of the workbook by start year, district, tier, township and patch."""
        wanted = [task for task in self.plan.schedule if self.district in (None, task.district)]
        rank = {district: i for i, district in enumerate(self.ledger.districts)}
        committed: dict[str, dict[Purse, int]] = {task.patch: {} for task in self.plan.schedule}
        cash: dict[str, dict[int, dict[Purse, int]]] = {task.patch: {} for task in self.plan.schedule}
        own: dict[str, int] = {}
        for row in self.plan.commitments:
            if row.source == ENTERPRISE:
                own[row.patch] = own.get(row.patch, 0) + row.yuan
            else:
                _add(committed[row.patch], Purse(row.source, row.district), row.yuan)
        for payment in self.plan.cash:
            if payment.source != ENTERPRISE:
                by_purse = cash[payment.patch].setdefault(payment.year, {})
                _add(by_purse, Purse(payment.source, payment.district), payment.yuan)
        items = []
        for task in wanted:
            patch = self.ledger.by_id[task.patch]
            option = next(option for option in self.ledger.options_of(patch) if option.option == task.option)
            items.append(Item(patch, option, task, committed[task.patch], cash[task.patch], own.get(task.patch, 0)))
        return tuple(
            sorted(
                items,
                key=lambda i: (i.task.start, rank[i.task.district], i.patch.tier, i.patch.township, i.patch.patch),
            )
        )

    @cached_property
    def item_of(self) -> dict[str, Item]:
        """The tasks of the workbook by patch."""
        return {item.patch.patch: item for item in self.items}

    @cached_property
    def patches(self) -> tuple[Patch, ...]:
        """The patches of the workbook, a district's with those it pays a share of, by district, township and id."""
        rank = {district: i for i, district in enumerate(self.ledger.districts)}
        own = [
            patch
            for patch in self.ledger.patches
            if self.district in (None, patch.district) or self.district in dict(patch.district_shares)
        ]
        return tuple(sorted(own, key=lambda p: (p.district != self.district, rank[p.district], p.township, p.patch)))

    def spent(self, item: Item, year: int) -> dict[Purse, int]:
        """What purses spend on a task in a year, in the series that the budgets bind."""
        if self.on_cash:
            return item.cash.get(year, {})
        return item.committed if item.task.start == year else {}

    def listed(self, item: Item, year: int) -> bool:
        """Whether a task stands in the task plan of a year: it starts, goes on, or is still paid for."""
        return item.task.start <= year <= item.task.finish or bool(self.spent(item, year))

    def of_year(self, district: str, year: int) -> tuple[Item, ...]:
        """The rows of a district's task plan of a year, block by block, by tier, township and patch."""
        order = list(Block)
        rows = [i for i in self._of_district.get(district, []) if self.listed(i, year)]
        return tuple(
            sorted(rows, key=lambda i: (order.index(i.block(year)), i.patch.tier, i.patch.township, i.patch.patch))
        )

    @cached_property
    def task_plans(self) -> tuple[tuple[str, int], ...]:
        """The districts and years that have a task plan, in the ledger's and the calendar's order."""
        years = self.years if self.year is None else (self.year,)
        return tuple(
            (district, year)
            for district in self.ledger.districts
            for year in years
            if any(self.listed(item, year) for item in self._of_district.get(district, []))
        )

    @cached_property
    def _of_district(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.task.district, []).append(item)
        return found

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The sources that pay for the tasks of the workbook, in the order of documents; never enterprises.

        Users who pay for their own sites are among them: their area and money are a task.
        """
        return tuple(sorted({purse.source for item in self.items for purse in item.committed}, key=source_rank))

    @property
    def natures(self) -> str:
        """The nature of ledger and scenario, in words."""
        said = [self.plan.certificate.data_nature, self.scenario.data_nature]
        return self.words.listed(dict.fromkeys(self.words.nature(one) for one in said if one)) or self.words.nature("")

    @property
    def synthetic(self) -> bool:
        """Whether ledger or scenario says that its data are made up."""
        made_up = (DataNature.SYNTHETIC.zh, str(DataNature.SYNTHETIC.value))
        return any(said in made_up for said in (self.plan.certificate.data_nature, self.scenario.data_nature))

    @property
    def stamp(self) -> str:
        """What ties a sheet to its plan: data nature, run and digest."""
        certificate = self.plan.certificate
        return self.words("stamp", nature=self.natures, run=certificate.run_id, digest=certificate.plan_digest[:12])

    @property
    def title(self) -> str:
        """The scenario's title, or its name."""
        return self.scenario.title.get(self.words.lang) or self.scenario.name

    def order_of(self, purses: Iterable[Purse]) -> list[Purse]:
        """Purses by source, the city's first, then in the ledger's order of districts."""
        rank = {district: i for i, district in enumerate(self.ledger.districts)}
        return sorted(
            purses,
            key=lambda p: (
                source_rank(p.source),
                p.district is not None,
                rank.get(p.district or "", 0),
                p.district or "",
            ),
        )


def source_rank(source: str) -> tuple[int, str]:
    """The place of a source in documents."""
    return SOURCE_ORDER.index(source.partition(":")[0]), source


@dataclass(frozen=True)
class Flow:
    """The accounts of a purse by year: ``carried_in + budget + overdrawn = spent + lapsed + carried_out``.

    Every mapping is by year of the horizon, in yuan; `committed` is the whole cost that falls on the purse, `tail`
    what it pays in cash after the horizon.
    """

    purse: Purse
    carried_in: dict[int, int]
    budget: dict[int, int]
    spent: dict[int, int]
    carried_out: dict[int, int]
    lapsed: dict[int, int]
    overdrawn: dict[int, int]
    committed: int
    tail: int


def flows(book: Book) -> Iterator[Flow]:
    """The accounts of every purse of the plan, vintages added up; then what users pay, see `own_flow`.

    A vintage is carried to the next year while it may still pay then, and is returned at the end of the last
    year in which it may; what may still pay after the horizon is carried out of its last year.
    """
    life = book.scenario.carry.years
    by_purse: dict[Purse, list[tuple[int, int, int, dict[int, int]]]] = {}
    for account in book.plan.accounts:
        purse = Purse(account.source, account.district)
        by_purse.setdefault(purse, []).append((account.vintage, account.budget, account.overdrawn, account.used))
    committed: dict[Purse, int] = {}
    for row in book.plan.commitments:
        _add(committed, Purse(row.source, row.district), row.yuan)
    tails: dict[Purse, int] = {}
    for payment in book.plan.cash:
        if payment.year > book.last:
            _add(tails, Purse(payment.source, payment.district), payment.yuan)
    for purse in book.order_of(by_purse):
        budget, spent, lapsed, out, over = (dict.fromkeys(book.years, 0) for _ in range(5))
        opening = 0
        for vintage, given, overdrawn, used in by_purse[purse]:
            if vintage in budget:
                budget[vintage] += given
                over[vintage] += overdrawn
            else:
                opening += given
            left = given + overdrawn
            for year in book.years:
                if year < vintage:
                    continue
                spent[year] += used.get(year, 0)
                left -= used.get(year, 0)
                if year < vintage + life:
                    out[year] += left
                elif year == vintage + life:
                    lapsed[year] += left
        carried_in = {year: out.get(year - 1, opening) for year in book.years}
        yield Flow(purse, carried_in, budget, spent, out, lapsed, over, committed.get(purse, 0), tails.get(purse, 0))
    if committed.get(USER, 0):
        yield own_flow(book, USER, committed[USER], tails.get(USER, 0))


def own_flow(book: Book, purse: Purse, committed: int, tail: int) -> Flow:
    """Money without an account, as documents show it: what is spent in a year is there in that year and never more."""
    spent = dict.fromkeys(book.years, 0)
    for row in book.plan.cash if book.on_cash else book.plan.commitments:
        if Purse(row.source, row.district) == purse and row.year in spent:
            spent[row.year] += row.yuan
    none = dict.fromkeys(book.years, 0)
    return Flow(purse, none, spent, spent, none, none, none, committed, tail)


def _add(totals: dict[Purse, int], key: Purse, amount: int) -> None:
    totals[key] = totals.get(key, 0) + amount
