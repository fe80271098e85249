"""The second page: who pays, the first year's tasks, what is tight, what is to be decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from planner.clauses import clauses
from planner.office.accounts import funded, money_years
from planner.office.areas import area_years
from planner.office.brief.parts import Column, Paragraph, Part, Points, Room, Say, Table, clipped
from planner.office.figures import Book, Item, flows
from planner.office.priority import by_importance, important, reasons
from planner.office.shown import capital, money
from planner.office.targets import standing, targets
from planner.office.unkept import unkept
from planner.office.words import status_words
from planner.plan import PlanStatus
from planner.units import hectares, split

TENTH = 10
_OVER = 10  # a standing run of +10 % on all costs (Government Investment Regulations, art. 12)


def payers(book: Book, say: Say, room: Room) -> tuple[Part, ...]:
    """Who pays: the sources in one sentence, the districts in a table, the dearest first."""
    words, metrics = book.words, book.metrics
    by_source = {source: sum(metrics.commitments_by_source[source].values()) for source in book.sources}
    shares = split(1000, list(by_source.values())) if metrics.total_yuan else (0,) * len(by_source)
    parts = [
        say(
            "payers_part", source=clipped(words.source(source)), money=words.money(yuan),
            percent=f"{share // TENTH}.{share % TENTH}",
        )
        for (source, yuan), share in zip(by_source.items(), shares, strict=True)
    ]  # fmt: skip
    said = [say("payers_sources", money=words.money(metrics.total_yuan), parts=words.join(parts))] if parts else []
    own = sum(item.enterprise_yuan for item in book.items)
    if own:
        said.append(say("payers_enterprise", money=words.money(own)))
    if metrics.other_yuan:
        said.append(say("payers_other", money=words.money(metrics.other_yuan)))
    return (*((Paragraph("".join(said)),) if said else ()), *_districts(book, say, room))


def _districts(book: Book, say: Say, room: Room) -> Iterator[Table]:
    own: dict[str, list[Item]] = {}
    for item in book.items:
        if item.counts:
            own.setdefault(item.task.district, []).append(item)
    if not own:
        return
    first = book.years.start
    districts = sorted(own, key=lambda name: -sum(item.total for item in own[name]))
    cut = len(districts) if len(districts) <= room.districts else room.districts - 1

    others = any(source not in ("municipal", "district") for source in book.sources)
    named = ("municipal", "district", *[""] * others)

    def row(head: str, items: list[Item]) -> tuple[str, ...]:
        by_source = {"municipal": 0, "district": 0, "": 0}
        for item in items:
            for purse, yuan in item.committed.items():
                by_source[purse.source if purse.source in by_source else ""] += yuan
        starting = [item for item in items if item.task.start == first]
        return (
            head,
            str(len(items)),
            hectares(_area(items), least=4),
            money(sum(by_source.values()), book.words),
            *(money(by_source[source], book.words) for source in named),
            hectares(_area(starting), least=4),
            money(sum(item.total for item in starting), book.words),
        )

    rows = [row(clipped(name, 18), own[name]) for name in districts[:cut]]
    rest = districts[cut:]
    if rest:
        rows.append(row(say("more_districts", count=len(rest)), [item for name in rest for item in own[name]]))
    rows.append(row(say("total"), [item for items in own.values() for item in items]))
    columns = say.heads(("district", 15, "left"), ("tasks", 8, "right"), ("area", 11, "right"), ("money", 12, "right"))
    columns += tuple(
        Column(head, share)
        for head, share in (
            (capital(book.words.source("municipal")), 12), (capital(book.words.source("district")), 12),
            *[(say("head_other_sources"), 10)] * others, (say("head_first_area", year=first), 12),
            (say("head_first_money", year=first), 12),
        )
    )  # fmt: skip
    yield Table(columns, tuple(rows), total=True)


def first_year(book: Book, say: Say, room: Room) -> tuple[Part, ...]:
    """What starts in the first year, the most important places first."""
    words, year = book.words, book.years.start
    every = by_importance(book, (item for item in book.items if item.task.start == year and item.counts))
    if not every:
        return (Paragraph(say("first_none", year=year)),)
    cut = len(every) if len(every) <= room.tasks else room.tasks - 1
    intro = say(
        "first_intro", year=year, tasks=len(every), area=words.area(_area(every)), money=words.money(_money(every)),
        tier_one=sum(1 for item in every if item.patch.tier == 1), important=sum(map(important, every)),
        hazards=sum(item.patch.hazard_points for item in every), shown=cut,
    )  # fmt: skip
    rows = [
        (
            clipped(item.patch.patch, 24),
            clipped(f"{item.task.district} {item.patch.township}", 26),
            words.treatment(item.task.treatment),
            hectares(item.task.task_area_m2, least=4),
            money(item.total, words),
            _why(book, item, say),
        )
        for item in every[:cut]
    ]
    rest = every[cut:]
    if rest:
        rows.append(
            (say("more_tasks", count=len(rest)), "", "", hectares(_area(rest), least=4), money(_money(rest), words), "")
        )
    columns = say.heads(
        ("patch", 20, "left"), ("place", 23, "left"), ("treatment", 11, "left"), ("hectares", 10, "right"),
        ("money", 9, "right"), ("why", 32, "left"),
    )  # fmt: skip
    return (Paragraph(intro), Table(columns, tuple(rows)))


def _why(book: Book, item: Item, say: Say) -> str:
    """The tier and what speaks for it: what puts it first stands first, so that a cut takes the rest."""
    found = reasons(book, item)
    first = [found.pop(name) for name in ("focal", "hazard_points") if name in found]
    tier = say("tier", tier=item.patch.tier)
    said = book.words.listed([*first, *found.values()])
    return book.words("priority", tier=tier, reasons=said) if said else tier


def _area(items: list[Item]) -> int:
    return sum(item.task.task_area_m2 for item in items)


def _money(items: list[Item]) -> int:
    return sum(item.total for item in items)


@dataclass(frozen=True)
class Tight:
    """The sums that risks and decisions speak of, in yuan."""

    book: Book

    @cached_property
    def budget(self) -> int:
        """All budgets of the horizon."""
        return sum(account.budget for account in self.book.plan.accounts)

    @cached_property
    def used(self) -> int:
        """All that the purses spend of them."""
        return sum(sum(account.used.values()) for account in self.book.plan.accounts)

    @cached_property
    def overdrawn(self) -> int:
        """All that they spend beyond."""
        return sum(account.overdrawn for account in self.book.plan.accounts) if funded(self.book) else 0

    @cached_property
    def left(self) -> int:
        """What no year uses: ``budget − reserved + overdrawn − used``."""
        return sum(account.lapsed for account in self.book.plan.accounts)

    @cached_property
    def reserved(self) -> int:
        """What is kept aside for overruns."""
        return sum(account.reserved for account in self.book.plan.accounts)

    @cached_property
    def tenth(self) -> int:
        """What works cost more if each costs 10 % more."""
        return -(-self.book.metrics.total_yuan * _OVER // 100)

    @cached_property
    def short(self) -> int:
        """What is missing then, all purses taken together."""
        return max(0, self.tenth - self.left - self.reserved)

    @cached_property
    def lapsed(self) -> int:
        """What goes back within the horizon."""
        return sum(year.lapsed for year in money_years(self.book, funded(self.book)))

    @cached_property
    def missed(self) -> int:
        """How many demands are missed."""
        return sum(standing(self.book, target) in ("missed", "soft") for target in targets(self.book))


def risks(book: Book, tight: Tight, say: Say, room: Room) -> tuple[Part, ...]:
    """What is tight, from the plan's own figures: nothing is solved for it."""
    points = list(_risks(book, tight, say)) or [say("risk_none")]
    cut = len(points) if len(points) <= room.points else room.points - 1
    rest = [say("more_points", count=len(points) - cut)] if points[cut:] else []
    return (Points((*points[:cut], *rest)),)


def _risks(book: Book, tight: Tight, say: Say) -> Iterator[str]:
    words, metrics, plan = book.words, book.metrics, book.plan
    if plan.status is not PlanStatus.OPTIMAL:
        yield say("risk_gap", status=status_words(plan, words.lang))
    if tight.overdrawn:
        yield say("risk_overdrawn", money=words.money(tight.overdrawn))
    if funded(book):
        values = {"budget": words.money(tight.budget), "used": words.money(tight.used)}
        yield (
            say("risk_slack", left=words.money(tight.left), **values) if tight.left else say("risk_no_slack", **values)
        )
        every = [flow for flow in flows(book) if sum(flow.budget.values()) or sum(flow.spent.values())]
        dry = sum(1 for flow in every if sum(flow.spent.values()) >= sum(flow.budget.values()))
        if dry and tight.left:
            yield say("risk_purses", count=len(every), tight=dry)
        if tight.reserved:
            yield say("risk_reserved", money=words.money(tight.reserved))
        short = say("overrun_short", money=words.money(tight.short)) if tight.short else say("overrun_covered")
        yield say("risk_overrun", more=words.money(tight.tenth), short=short)
    for title, place, amount in unkept(book):
        if title == words("clauses_off"):
            yield say("risk_off", count=sum(not book.scenario.clause(name).on for name in clauses()))
        else:
            yield say("risk_unkept", title=title, what=clipped(words.join([place, amount]), 80))
    if metrics.tail_yuan:
        yield say("risk_tail", year=book.last, money=words.money(metrics.tail_yuan))
    if tight.lapsed:
        yield say("risk_lapsed", money=words.money(tight.lapsed))
    years = area_years(book)
    left = sum(year.hazards for year in years[1:])
    if left:
        last = max(year.year for year in years if year.hazards)
        yield say("risk_hazards", year=years[0].year, left=left, last=last)
    holding = sum(sum(by_year.values()) for by_year in metrics.holding_yuan.values())
    if holding:
        charged = say("holding_charged" if book.scenario.charge_holding else "holding_outside")
        yield say("risk_holding", money=words.money(holding), charged=charged)


def decisions(book: Book, tight: Tight, say: Say, other: str = "") -> tuple[Part, ...]:
    """What somebody has to decide, the plan itself first."""
    words, year = book.words, book.years.start
    starting = [item for item in book.items if item.task.start == year and item.counts]
    tasks, area, amount = len(starting), words.area(_area(starting)), words.money(_money(starting))
    points = [say("decide_plan", year=year, tasks=tasks, area=area, money=amount)]
    if other:
        points.append(say("decide_choice", name=other))
    if book.plan.status is not PlanStatus.OPTIMAL:
        points.append(say("decide_gap"))
    if tight.missed:
        points.append(say("decide_missed", count=tight.missed))
    if tight.overdrawn:
        points.append(say("decide_overdrawn", money=words.money(tight.overdrawn)))
    if funded(book) and tight.short:
        points.append(say("decide_reserve", money=words.money(tight.short)))
    if book.metrics.tail_yuan:
        points.append(say("decide_tail", year=book.last, money=words.money(book.metrics.tail_yuan)))
    if tight.lapsed:
        points.append(say("decide_lapsed", money=words.money(tight.lapsed)))
    if book.synthetic:
        points.append(say("decide_real"))
    return (Points(tuple(points)),)
