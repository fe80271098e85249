"""The first page: conclusion, differences from another plan, targets, years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.advice.compare import ChangeKind, Comparison
from planner.office.accounts import MoneyYear, funded, money_years, paid_later, sources
from planner.office.areas import AreaYear, area_years
from planner.office.brief.charts import area_chart, money_chart
from planner.office.brief.parts import Charts, Paragraph, Part, Room, Say, Table
from planner.office.figures import Book
from planner.office.shown import money, target_value
from planner.office.targets import Standing, Target, held, standing, targets
from planner.office.words import status_words
from planner.plan import Plan
from planner.units import decimal_text, hectares

CHANGE_KINDS: tuple[ChangeKind, ...] = ("moved", "option", "payer", "entered", "left")


def conclusion(book: Book, say: Say) -> tuple[Part, ...]:
    """What the plan does and what its outcome is worth, in one paragraph."""
    words, metrics = book.words, book.metrics
    works = (metrics.artificial, metrics.comprehensive)
    said = [
        say(
            "conclusion_plan", span=book.span, tasks=sum(1 for item in book.items if item.counts),
            area=words.area(metrics.total_area_m2), money=words.money(metrics.total_yuan),
            hazards=sum(metrics.hazards_removed.values()), projects=metrics.special_projects,
        ),
        say(
            "conclusion_finished", finished=sum(group.finished for group in works),
            area=words.area(sum(group.finished_area_m2 for group in works)),
        ),
    ]  # fmt: skip
    if metrics.enterprise.scheduled:
        said.append(say("conclusion_mines", mines=metrics.enterprise.scheduled))
    if metrics.natural.patches:
        area = words.area(metrics.natural.area_m2)
        said.append(say("conclusion_natural", patches=metrics.natural.patches, area=area))
    stands = [standing(book, target) for target in targets(book)]
    met, missed = stands.count("met"), stands.count("missed") + stands.count("soft")
    if met or missed:
        key = "conclusion_targets_missed" if missed else "conclusion_targets"
        said.append(say(key, count=met + missed, met=met, missed=missed))
    said.append(say("conclusion_outcome", status=status_words(book.plan, words.lang)))
    said.append(say("conclusion_audit", currency=words.meta[f"currency_{words.lang}"]))
    return (Paragraph("".join(said)),)


def differences(book: Book, found: Comparison, name: str, other: Plan, say: Say, room: Room) -> tuple[Part, ...]:
    """How another plan differs: what changes, then the figures that differ, each on this plan's yardstick."""
    lang = book.words.lang
    changes, side = found.against[0].changes, found.sides[1]
    counts = Counter(change.kind for change in changes)
    kinds = book.words.listed(say(f"kind_{kind}", count=counts[kind]) for kind in CHANGE_KINDS if counts[kind])
    status = status_words(other, lang)
    intro = (
        say("differences_intro", name=name, status=status, count=len(changes), kinds=kinds)
        if changes
        else say("differences_none", name=name, status=status)
    )
    parts: list[Part] = [Paragraph(intro)]
    rows = list(_differing(book, found, say))
    if rows:
        columns = say.heads(("item", 34, "left"), ("this", 22, "right"), ("other", 22, "right"),
                            ("difference", 22, "right"))  # fmt: skip
        parts.append(Table(columns, tuple(rows[: room.differences])))
    if side.incomparable:
        lacks = book.words.listed(say(f"lack_{lack.kind}") for lack in side.incomparable)
        parts.append(Paragraph(say("differences_lacks", count=len(side.incomparable), kinds=lacks), "note"))
    return tuple(parts)


def _differing(book: Book, found: Comparison, say: Say) -> Iterator[tuple[str, ...]]:
    """The rows of two plans that are not the same, totals before years."""
    this, other = found.sides
    size, ten_thousand = book.words.size, 10_000

    def row(head: str, before: int, after: int, per_unit: int) -> Iterator[tuple[str, ...]]:
        if before != after:
            sign = "+" if after > before else ""
            shown = (decimal_text(amount, per_unit) for amount in (before, after))
            yield (head, *shown, sign + decimal_text(after - before, per_unit))

    gone, gone_there = (sum(side.hazards_removed.values()) for side in (this, other))
    yield from row(say("row_money"), this.total_yuan, other.total_yuan, size)
    yield from row(say("row_area"), this.total_area_m2, other.total_area_m2, ten_thousand)
    yield from row(say("row_planned"), this.planned, other.planned, 1)
    yield from row(say("row_hazards"), gone, gone_there, 1)
    verdicts = Counter(district.verdict for district in other.districts)
    if verdicts["gains"] or verdicts["loses"]:
        yield say("row_gainers"), "–", f"{verdicts['gains']} / {verdicts['loses']}", "–"
    for year in book.years:
        before, after = (side.commitments_yuan.get(year, 0) for side in (this, other))
        yield from row(say("row_year_money", year=year), before, after, size)
    for year in book.years:
        before, after = (side.task_area_m2.get(year, 0) for side in (this, other))
        yield from row(say("row_year_area", year=year), before, after, ten_thousand)


def against_targets(book: Book, say: Say, room: Room) -> tuple[Part, ...]:
    """Every demand with a figure beside what the plan gives; those that are missed first."""
    order: list[Standing] = ["missed", "soft", "met", ""]
    every = [(target, standing(book, target)) for target in targets(book) if target.value is not None]
    every.sort(key=lambda pair: order.index(pair[1]))
    if not every:
        return ()
    cut = room.targets if len(every) <= room.targets else room.targets - 1
    rows = [_target(book, target, stands, say) for target, stands in every[:cut]]
    rest = every[cut:]
    if rest:
        met = sum(1 for _, stands in rest if stands == "met")
        rows.append((say("more_targets", count=len(rest), met=met), "", "", "", "", ""))
    columns = say.heads(
        ("target", 51, "left"), ("required", 16, "right"), ("planned", 12, "right"), ("unit", 8, "center"),
        ("standing", 9, "center"), ("basis", 12, "center"),
    )  # fmt: skip
    return (Table(columns, tuple(rows)),)


def _target(book: Book, target: Target, stands: Standing, say: Say) -> tuple[str, ...]:
    words = book.words
    basis = say(f"basis_{target.source}")
    if held(book, target) == "soft" and stands != "soft":
        basis = words.join([basis, words("held_softly")])
    value = target_value(target, words)
    result = say(f"standing_{stands or 'none'}")
    return target.name, target.required or "–", value, target.unit, result, basis


def by_year(book: Book, say: Say, room: Room) -> tuple[Part, ...]:
    """Money and area year by year: two charts, then both in one table."""
    areas, every = area_years(book), funded(book)
    funds = money_years(book, every)
    charts = [area_chart(areas, say, room.chart_height)] if areas[0].tiers else []
    if every:
        charts.insert(0, money_chart(funds, sources(every), say, room.chart_height))
    later = paid_later(book, every)
    table = _years(book, funds, areas, later, say, room) if every else _years_without_purses(book, areas, say, room)
    note = say("years_note", basis=book.words(f"basis_of_money_{book.scenario.basis}"))
    return (Charts(tuple(charts)), table, Paragraph(note, "note"))


def _area(area_m2: int) -> str:
    """An area of a column, exactly: every row with the same digits."""
    return hectares(area_m2, least=4)


def _years(
    book: Book, funds: tuple[MoneyYear, ...], areas: tuple[AreaYear, ...], later: int, say: Say, room: Room
) -> Table:
    pairs = list(zip(funds, areas, strict=True))
    cut = len(pairs) if len(pairs) <= room.years else room.years - 1

    def row(head: str, of: list[tuple[MoneyYear, AreaYear]], tail: int = 0, *, one: bool = True) -> tuple[str, ...]:
        def total(*amounts: int) -> str:
            return money(sum(amounts), book.words)

        return (
            head,
            total(*(f.budget for f, _ in of)),
            total(of[0][0].carried_in) if one else "–",
            total(*(f.total_used for f, _ in of)),
            total(of[-1][0].carried_out) if one else "–",
            total(*(f.lapsed for f, _ in of)),
            total(*(f.paid for f, _ in of), tail),
            _area(sum(a.task for _, a in of)),
            _area(sum(a.finished for _, a in of)),
            str(sum(a.hazards for _, a in of)),
        )

    rows = [row(say("year", year=funds_of.year), [(funds_of, areas_of)]) for funds_of, areas_of in pairs[:cut]]
    if pairs[cut:]:
        rows.append(row(say("more_years", count=len(pairs) - cut), pairs[cut:], one=False))
    if later:
        rows.append((say("later", year=book.last), *["–"] * 5, money(later, book.words), "–", "–", "–"))
    rows.append(row(say("total"), pairs, later, one=False))
    columns = say.heads(
        ("year", 14, "center"), ("budget", 12, "right"), ("carried_in", 11, "right"), ("used", 12, "right"),
        ("carried_out", 11, "right"), ("lapsed", 11, "right"), ("paid", 12, "right"), ("area", 11, "right"),
        ("finished", 11, "right"), ("hazards", 10, "right"),
    )  # fmt: skip
    return Table(columns, tuple(rows), total=True)


def _years_without_purses(book: Book, areas: tuple[AreaYear, ...], say: Say, room: Room) -> Table:
    """The same where the scenario has no budgets: whole costs in their start years, and cash."""
    metrics, words = book.metrics, book.words
    cut = len(areas) if len(areas) <= room.years else room.years - 1

    def row(head: str, of: tuple[AreaYear, ...], tail: int = 0) -> tuple[str, ...]:
        return (
            head,
            money(sum(metrics.commitments_yuan.get(a.year, 0) for a in of), words),
            money(sum(metrics.cash_yuan.get(a.year, 0) for a in of) + tail, words),
            _area(sum(a.task for a in of)),
            _area(sum(a.finished for a in of)),
            str(sum(a.hazards for a in of)),
        )

    rows = [row(say("year", year=area.year), (area,)) for area in areas[:cut]]
    if areas[cut:]:
        rows.append(row(say("more_years", count=len(areas) - cut), areas[cut:]))
    if metrics.tail_yuan:
        rows.append((say("later", year=book.last), "–", money(metrics.tail_yuan, words), "–", "–", "–"))
    rows.append(row(say("total"), areas, metrics.tail_yuan))
    columns = say.heads(
        ("year", 14, "center"), ("commitments", 18, "right"), ("paid", 18, "right"), ("area", 16, "right"),
        ("finished", 16, "right"), ("hazards", 12, "right"),
    )  # fmt: skip
    return Table(columns, tuple(rows), total=True)
