"""What the scenario demands beside what the plan gives: the rows of the cover and of the targets table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from planner.clauses import clauses
from planner.office.figures import Book
from planner.plan.types import Group
from planner.scenario import PlanMode
from planner.units import decimal_text, hectares

Standing = Literal["", "met", "soft", "missed"]


@dataclass(frozen=True)
class Target:
    """One target.

    Parameters
    ----------
    level : str
        Its kind in the targets table: ``quantity``, ``quality``, ``cost``, ``time``, ``benefit``, ``satisfaction``.
    name, unit : str
        In words.
    required : str
        What is demanded, in `unit`; empty where nobody gives a figure.
    kind : str
        How `value` is shown: ``area``, ``money``, ``count``, ``percent``, ``year``.
    value : number or None
        What the plan gives, in the smallest unit; None where the plan says nothing.
    met : bool or None
        None where nothing is demanded.
    source : str
        Where the demand comes from: ``scenario``, ``ledger``, ``default`` (an assumption of the planner), ``open``.
    clause : str
        The clause that demands it.
    """

    level: str
    name: str
    unit: str
    required: str
    kind: str
    value: int | Fraction | None
    met: bool | None
    source: str
    clause: str = ""


def targets(book: Book) -> tuple[Target, ...]:
    """Every target that scenario and ledger set, of the whole plan."""
    return (
        *_first_year(book),
        *_area(book),
        *_hazards(book),
        *_special(book),
        *_enterprises(book),
        *_rates(book),
        *_money(book),
    )


def district_targets(book: Book) -> tuple[Target, ...]:
    """What the plan gives a district to do, year by year; scenario and clauses set targets for the whole city only."""
    words, items, years = book.words, book.items, book.years
    area = {y: sum(i.task.task_area_m2 for i in items if i.task.start == y) for y in years}
    money = {y: sum(sum(book.spent(i, y).values()) for i in items) for y in years}
    finished = sum(i.task.finished_area_m2 for i in items if i.task.finish <= book.last)
    points = sum(i.patch.hazard_points for i in items if i.counts and i.task.finish <= book.last)

    def given(level: str, name: str, unit: str, kind: str, value: int) -> Target:
        shown = decimal_text(value, {"area": 10_000, "money": words.size}.get(kind, 1))
        sign = "≤" if level == "cost" else "≥"
        return Target(level, name, unit, f"{sign} {shown}", kind, value, None, "plan")

    hectare = words("hectare")
    rows = [given("quantity", words("target_year_area", year=y), hectare, "area", area[y]) for y in years if area[y]]
    rows.append(given("quantity", words("target_area", span=book.span), hectare, "area", finished))
    if points:
        rows.append(given("quantity", words("target_hazards", year=book.last), words("points"), "count", points))
    rows += [
        given("cost", words("target_year_money", year=y), words.unit, "money", money[y]) for y in years if money[y]
    ]
    rows.append(given("cost", words("target_money", span=book.span), words.unit, "money", sum(money.values())))
    for level, key in (("quality", "target_acceptance"), ("time", "target_execution"),
                       ("satisfaction", "target_satisfaction")):  # fmt: skip
        rows.append(Target(level, words(key), words("percent"), "", "percent", None, None, "open"))
    return tuple(rows)


def open_targets(book: Book) -> tuple[Target, ...]:
    """Rows that the table has by custom and for which neither scenario nor ledger has a demand."""
    words = book.words
    given = sum(budget.yuan for budget in book.scenario.budgets)
    spent = sum(sum(account.used.values()) for account in book.plan.accounts)
    execution = Fraction(spent, given) if given else None

    def row(level: str, key: str, value: Fraction | None = None) -> Target:
        return Target(level, words(key), words("percent"), "", "percent", value, None, "open")

    return (
        row("quality", "target_acceptance"),
        row("time", "target_execution", execution),
        row("benefit", "target_treatment_rate", _treatment_rate(book)),
        row("satisfaction", "target_satisfaction"),
    )


def _treatment_rate(book: Book) -> Fraction | None:
    groups = (book.metrics.artificial, book.metrics.comprehensive, book.metrics.natural)
    whole = sum(group.area_m2 for group in groups)
    return Fraction(sum(group.finished_area_m2 for group in groups), whole) if whole else None


def _first_year(book: Book) -> Iterator[Target]:
    name, words = "first_year_task", book.words
    settings = book.scenario.clause(name)
    if not settings.on:
        return
    year = book.years.start if settings.year is None else settings.year
    started = [item for item in book.items if item.counts and item.task.start == year]
    low, high = settings.min_area_m2, settings.max_area_m2
    if low is not None or high is not None:
        area = sum(item.patch.area_m2 for item in started)
        demanded = sides(low and hectares(low), high and hectares(high))
        yield Target(
            "quantity", words("target_year_area", year=year), words("hectare"), demanded, "area", area,
            _within(area, low, high), "scenario", name,
        )  # fmt: skip
    low, high = settings.min_yuan, settings.max_yuan
    if low is not None or high is not None:
        money = sum(item.total for item in started)
        demanded = sides(low and decimal_text(low, words.size), high and decimal_text(high, words.size))
        yield Target(
            "cost", words("target_year_money", year=year), words.unit, demanded, "money", money,
            _within(money, low, high), "scenario", name,
        )  # fmt: skip


def _area(book: Book) -> Iterator[Target]:
    if book.scenario.mode is not PlanMode.COMPLETE:
        return
    parts = [("completion", book.metrics.artificial), ("basic_treatment", book.metrics.comprehensive)]
    asked = [(name, group) for name, group in parts if book.scenario.clause(name).on]
    area = sum(group.area_m2 for _, group in asked)
    if area:
        done = sum(group.finished_area_m2 for _, group in asked)
        yield Target(
            "quantity", book.words("target_area", span=book.span), book.words("hectare"), sides(hectares(area), None),
            "area", done, done >= area, "ledger", asked[0][0],
        )  # fmt: skip


def _hazards(book: Book) -> Iterator[Target]:
    name = "hazards"
    settings = book.scenario.clause(name)
    if not settings.on:
        return
    by_year = book.last if settings.by_year is None else settings.by_year
    removed = sum(points for year, points in book.metrics.hazards_removed.items() if year <= by_year)
    required, source = settings.required_points, "scenario"
    if required is None:
        source = "ledger"
        required = sum(
            p.hazard_points for p in book.ledger.patches if not p.by_enterprise and p.treatment.value != "natural"
        )
    yield Target(
        "quantity", book.words("target_hazards", year=by_year), book.words("points"), sides(str(required), None),
        "count", removed, removed >= required, source, name,
    )  # fmt: skip


def _special(book: Book) -> Iterator[Target]:
    name = "special_project"
    settings = book.scenario.clause(name)
    if not settings.on:
        return
    by_year = book.last if settings.by_year is None else settings.by_year
    special = [item for item in book.items if item.option.special]
    done = sum(1 for item in special if item.task.finish <= by_year)
    high = settings.maximum
    met = done >= settings.minimum and (high is None or len(special) <= high)
    source = "scenario" if {"minimum", "maximum"} & settings.model_fields_set else "default"
    yield Target(
        "quantity", book.words("target_special", year=by_year), book.words("projects"),
        sides(str(settings.minimum), None if high is None else str(high)), "count", done, met, source, name,
    )  # fmt: skip


def _enterprises(book: Book) -> Iterator[Target]:
    name = "enterprise_mines"
    settings = book.scenario.clause(name)
    group = book.metrics.enterprise
    if not settings.on or not group.patches:
        return
    by_year = book.last if settings.by_year is None else settings.by_year
    started = sum(1 for item in book.items if item.patch.by_enterprise and item.task.start <= by_year)
    yield Target(
        "quantity", book.words("target_enterprises", year=by_year), book.words("mines"),
        sides(str(group.patches), None), "count", started, started >= group.patches, "ledger", name,
    )  # fmt: skip


def _rates(book: Book) -> Iterator[Target]:
    pairs: tuple[tuple[str, str, Group], ...] = (
        ("completion", "target_artificial", book.metrics.artificial),
        ("basic_treatment", "target_basic", book.metrics.comprehensive),
    )
    for name, key, group in pairs:
        if not group.patches or not book.scenario.clause(name).on:
            continue
        rate = Fraction(group.finished, group.patches)
        complete = book.scenario.mode is PlanMode.COMPLETE
        yield Target(
            "quality", book.words(key, year=book.last), book.words("percent"), "100" if complete else "",
            "percent", rate, rate == 1 if complete else None, "clause" if complete else "rationed", name,
        )  # fmt: skip


def _money(book: Book) -> Iterator[Target]:
    name = "purse_accounts"
    if book.scenario.clause(name).on and book.scenario.budgets:
        given = sum(budget.yuan for budget in book.scenario.budgets)
        spent = sum(sum(account.used.values()) for account in book.plan.accounts)
        yield Target(
            "cost", book.words("target_money", span=book.span), book.words.unit,
            sides(None, decimal_text(given, book.words.size)), "money", spent, spent <= given, "scenario", name,
        )  # fmt: skip


def sides(low: str | int | None, high: str | int | None) -> str:
    """Both sides of a demand in few signs."""
    if low is None:
        return "" if high is None else f"≤ {high}"
    if high is None:
        return f"≥ {low}"
    return str(low) if low == high else f"{low} – {high}"


def _within(value: int, low: int | None, high: int | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def citation(book: Book, target: Target) -> str:
    """Where the clause behind a target stands."""
    return clauses()[target.clause].citation.in_(book.words.lang) if target.clause else ""


def held(book: Book, target: Target) -> str:
    """How the clause behind a target is held: hard or soft."""
    return str(book.scenario.clause(target.clause).mode) if target.clause else ""


def standing(book: Book, target: Target) -> Standing:
    """What came of a target: met, missed, missed where its clause may be broken, or nothing where none is demanded.

    Money that a purse is overdrawn by is a miss, whatever the sum over all purses says.
    """
    met = target.met
    if target.clause == "purse_accounts" and any(account.overdrawn for account in book.plan.accounts):
        met = False
    return "" if met is None else "met" if met else "soft" if held(book, target) == "soft" else "missed"
