"""Does a plan hold when things go wrong? Many draws of costs and money, each booked exactly.

The plan stays as it is; what is drawn is what its works cost, which patches of natural recovery need works after all,
which money comes late and which is cut. A draw's purses are then booked by the rules of the plan's own accounts.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import sqrt
from typing import Any, Literal

import numpy as np

from executor import Executor, InProcess, Stopped
from planner.advice.answer import Answer
from planner.advice.risks import WORKS_TYPES, Risks, works_type
from planner.advice.stress_accounts import PPM, Events, Ints, budgets_of, events_of, grown, overdrawn
from planner.findings import BadInput, Finding
from planner.ledger import Ledger, Patch, PatchKind, Treatment
from planner.plan import Plan, Purse, Works
from planner.scenario import Scenario, overridden
from planner.units import M2_PER_HECTARE, half_up, split

BLOCK = 250  # draws that one stream of random numbers serves: whoever does a block, its numbers are the same
TEN_PERCENT = 100_000  # in millionths
QUANTILES = (50, 80, 95)
NORMAL_95 = 1.959963984540054  # of Wilson's interval


class Spread(Answer):
    """An amount over the draws, yuan: the mean, half up, and the least amount that so many per cent do not exceed."""

    mean: int
    p50: int
    p80: int
    p95: int


class PurseTotal(Answer):
    """One purse, or all of them (`source` empty), over the horizon: it holds where it holds in every year.

    Parameters
    ----------
    holds : float
        Part of the draws in which it is not overdrawn.
    low, high : float
        Wilson's interval of that probability, 95 %.
    planned : int
        What the plan spends.
    need, overdrawn : Spread
    at_ten_percent : int
        What it is overdrawn by when all works cost 10 % more and nothing else happens.
    """

    source: str
    district: str | None
    holds: float
    low: float
    high: float
    planned: int
    need: Spread
    overdrawn: Spread
    at_ten_percent: int


class PurseYear(PurseTotal):
    """The same of one purse in one year."""

    year: int


class Stress(Answer):
    """How a fixed plan fares.

    Parameters
    ----------
    all : PurseTotal
        Every purse together.
    purses, years : tuple
        By purse; by purse and year.
    risks : Risks
        What was drawn.
    """

    format: Literal["shanfu-stress/1"] = "shanfu-stress/1"
    draws: int
    seed: int
    risks: Risks
    all: PurseTotal
    purses: tuple[PurseTotal, ...]
    years: tuple[PurseYear, ...]


def stress(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    draws: int = 1000,
    seed: int = 0,
    *,
    risks: Risks | None = None,
    executor: Executor | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Stress:
    """Draw costs and money many times and book each draw.

    Parameters
    ----------
    ledger, scenario, plan
        A plan and what it was made from.
    draws, seed : int
        The same seed gives the same numbers, whoever draws them.
    risks : Risks, optional
    executor : Executor, optional
        Draws, several blocks at once where it can; by default one after another.
    on_progress : callable, optional
        Called with the draws done and the draws asked for.
    stop : threading.Event, optional
        Set it to end with the draws done; at least one block is.

    Returns
    -------
    Stress
        Besides the draws, all works at 10 % more, each by itself (Government Investment Regulations, art. 23).

    Raises
    ------
    BadInput
        There is no plan to stress, or no draw is asked for.
    """
    world, need, short = _drawn(ledger, scenario, plan, draws, seed, risks, executor, on_progress, stop)
    return _told(world, need, short, seed)


def reserve_for(
    ledger: Ledger, scenario: Scenario, plan: Plan, quantile: float, draws: int, seed: int, risks: Risks | None = None
) -> int:
    """The least whole per cent of all money that covers the overruns of works in so large a part of the draws.

    Where that part of the draws needs at most ``(1 + g)`` times what is planned, ``g / (1 + g)`` has to be kept back.
    """
    given = risks or Risks()
    costs = Risks.costs_only(given.overrun, given.correlation).model_copy(update={"by_type": given.by_type})
    world, need, _ = _drawn(ledger, scenario, plan, draws, seed, costs)
    at = int(np.quantile(need.sum(axis=(1, 2)), quantile, method="inverted_cdf"))
    planned = int(world.events.yuan.sum())
    return 0 if at <= planned else -(-(at - planned) * 100 // at)


def _drawn(
    ledger: Ledger,
    scenario: Scenario,
    plan: Plan,
    draws: int,
    seed: int,
    risks: Risks | None,
    executor: Executor | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[_World, Ints, Ints]:
    """What each purse needs and is overdrawn by in every draw."""
    if not plan.status.has_plan:
        raise BadInput([Finding("advice_outlook.no_plan", column="plan", value=str(plan.status))])
    if draws < 1:
        raise BadInput([Finding("advice_outlook.out_of_range", {"least": 1}, column="draws", value=str(draws))])
    world = _World.of(overridden(ledger, scenario), scenario, plan, risks or Risks())
    blocks = [(number, min(BLOCK, draws - number * BLOCK)) for number in range(-(-draws // BLOCK))]
    done: dict[int, tuple[Ints, Ints]] = {}

    def told(number: int, drawn: tuple[Ints, Ints]) -> None:
        done[number] = drawn
        if on_progress is not None:
            on_progress(sum(len(need) for need, _ in done.values()), draws)

    try:
        drawn = list((executor or InProcess()).imap(partial(_block, world, seed), blocks, stop=stop, on_result=told))
    except Stopped as stopped:
        done |= stopped.finished
        drawn = [done[number] for number in sorted(done)] or [_block(world, seed, blocks[0])]
    needs, missing = zip(*drawn, strict=True)
    return world, np.concatenate(needs), np.concatenate(missing)


@dataclass(frozen=True)
class _World:
    """All that a draw needs, as arrays."""

    events: Events
    years: range
    budgets: Ints  # purses, vintages
    risks: Risks
    types: Ints  # of each patch, into WORKS_TYPES
    districts: Ints  # of each patch
    district_count: int
    failing: tuple[tuple[tuple[int, int, int, int], ...], ...]  # by natural patch: purse, oldest, year, yuan
    horizon: range

    @classmethod
    def of(cls, ledger: Ledger, scenario: Scenario, plan: Plan, risks: Risks) -> _World:
        events = events_of(scenario, plan)
        natural = list(_failing(ledger, scenario, risks, {task.patch: task.treatment for task in plan.schedule}))
        missing = {purse for parts in natural for purse, _, _ in parts} - set(events.purses)
        events = _with_purses(events, sorted(missing, key=lambda p: p.text))
        at = {purse: i for i, purse in enumerate(events.purses)}
        first = scenario.horizon.first - scenario.carry.years
        years = range(first, scenario.horizon.last + 1)
        district_at = {name: i for i, name in enumerate(ledger.districts)}
        patches = [ledger.by_id[name] for name in events.patches]
        return cls(
            events=events,
            years=years,
            budgets=budgets_of(scenario, events.purses, years),
            risks=risks,
            types=np.asarray([WORKS_TYPES.index(works_type(p)) for p in patches], dtype=np.int64),
            districts=np.asarray([district_at[p.district] for p in patches], dtype=np.int64),
            district_count=len(district_at),
            failing=tuple(
                tuple((at[purse], _oldest(scenario, year), year, yuan) for purse, year, yuan in parts)
                for parts in natural
            ),
            horizon=scenario.horizon.years,
        )


def _oldest(scenario: Scenario, year: int) -> int:
    return year if scenario.carry.scope == "patch" else year - scenario.carry.years


def _with_purses(events: Events, further: list[Purse]) -> Events:
    return Events(
        events.patches, (*events.purses, *further), events.patch, events.purse, events.oldest, events.year,
        events.yuan, events.owed,
    )  # fmt: skip


def _failing(
    ledger: Ledger, scenario: Scenario, risks: Risks, planned: dict[str, str]
) -> Iterator[list[tuple[Purse, int, int]]]:
    """What each patch of natural recovery would cost whom and when, should it fail its verification."""
    rule, works = risks.failed_verification, Works(ledger, scenario)
    if not rule.chance:
        return
    year = rule.year or scenario.horizon.years[len(scenario.horizon.years) // 2]
    for patch in ledger.patches:
        left_to_nature = planned.get(patch.patch, str(patch.treatment)) == Treatment.NATURAL
        if left_to_nature and not patch.by_enterprise and patch.verified_on is None:
            payers = works.payers(patch)
            parts = split(_works_instead(patch, risks), tuple(payers.values()))
            yield [(purse, year, yuan) for purse, yuan in zip(payers, parts, strict=True)]


def _works_instead(patch: Patch, risks: Risks) -> int:
    rule = risks.failed_verification
    rock = patch.kind is PatchKind.EXPOSED_ROCK_FACE
    rate = rule.rock_face_yuan_per_hectare if rock else rule.mine_yuan_per_hectare
    return half_up(Fraction(rate * patch.area_m2, M2_PER_HECTARE))


def _block(world: _World, seed: int, block: tuple[int, int]) -> tuple[Ints, Ints]:
    """Need and overdraft of a block of draws (its number and size), each of shape (draws, purses, years)."""
    number, size = block
    dice = np.random.default_rng([seed, number])
    overruns = _overruns(world, dice, size)
    fails = dice.random((size, len(world.failing))) < world.risks.failed_verification.chance
    budgets = _budgets(world, dice, size)
    return booked(world, overruns, fails, budgets)


def _overruns(world: _World, dice: np.random.Generator, size: int) -> Ints:
    """Overruns in millionths, shape (size, patches): shared by all, by type of works and by district, and own."""
    shares, patches = world.risks.correlation, len(world.events.patches)
    common = dice.standard_normal((size, 1))
    by_type = dice.standard_normal((size, len(WORKS_TYPES)))
    by_district = dice.standard_normal((size, world.district_count))
    own = dice.standard_normal((size, patches))
    z = (
        sqrt(shares.common) * common
        + sqrt(shares.works_type) * by_type[:, world.types]
        + sqrt(shares.district) * by_district[:, world.districts]
        + sqrt(shares.own) * own
    )
    overruns = np.zeros((size, patches))
    for kind, name in enumerate(WORKS_TYPES):
        rule = world.risks.by_type.get(name, world.risks.overrun)
        overruns[:, world.types == kind] = rule.of(z[:, world.types == kind])
    return np.rint(overruns * PPM).astype(np.int64)


def _budgets(world: _World, dice: np.random.Generator, size: int) -> Ints:
    """Budgets after cuts and delays, shape (size, purses, vintages); only money within the horizon is at risk."""
    shape = (size, *world.budgets.shape)
    cut, late = world.risks.budget_cut, world.risks.late_tranche
    at_risk = np.asarray([year in world.horizon for year in world.years])
    cuts = (dice.random(shape) < cut.chance) & at_risk
    delays = (dice.random(shape) < late.chance) & at_risk
    whole = np.broadcast_to(world.budgets, shape)
    money = whole - np.where(cuts, grown(whole, np.asarray(round(cut.part * PPM))), 0)
    moved = np.where(delays, grown(money, np.asarray(round(late.part * PPM))), 0)
    money = money - moved
    money[:, :, 1:] += moved[:, :, :-1]  # what is late in the last year comes after the horizon
    return np.asarray(money, dtype=np.int64)


def booked(world: _World, overruns: Ints, fails: Any, budgets: Ints) -> tuple[Ints, Ints]:
    """What each purse needs and is overdrawn by, for given draws."""
    events = world.events
    size = len(budgets)
    spent: dict[tuple[int, int, int], Ints] = defaultdict(lambda: np.zeros(size, dtype=np.int64))
    more = np.zeros((size, len(events.yuan)), dtype=np.int64)
    works = events.patch >= 0
    more[:, works] = grown(events.owed[works], overruns[:, events.patch[works]])
    amounts = events.yuan + more
    for i, key in enumerate(zip(events.purse.tolist(), events.oldest.tolist(), events.year.tolist(), strict=True)):
        spent[key] += amounts[:, i]
    for i, parts in enumerate(world.failing):
        for purse, oldest, year, yuan in parts:
            spent[purse, oldest, year] += np.where(fails[:, i], yuan, 0)
    need = np.zeros_like(budgets)
    for (purse, _, year), paid in spent.items():
        need[:, purse, year - world.years.start] += paid
    return need, overdrawn(dict(spent), budgets, world.years)


def _told(world: _World, need: Ints, short: Ints, seed: int) -> Stress:
    planned, _ = _one_draw(world, 0)
    _, ten = _one_draw(world, TEN_PERCENT)
    purses = [
        PurseTotal(
            source=purse.source, district=purse.district,
            **_total(need[:, i].sum(axis=1), short[:, i].sum(axis=1), planned[i].sum(), ten[i].sum()),
        )
        for i, purse in enumerate(world.events.purses)
    ]  # fmt: skip
    years = [
        PurseYear(
            source=purse.source, district=purse.district, year=year,
            **_total(need[:, i, at], short[:, i, at], planned[i, at], ten[i, at]),
        )
        for i, purse in enumerate(world.events.purses)
        for at, year in enumerate(world.years)
        if year in world.horizon
    ]  # fmt: skip
    whole = _total(need.sum(axis=(1, 2)), short.sum(axis=(1, 2)), planned.sum(), ten.sum())
    return Stress(
        draws=len(need), seed=seed, risks=world.risks, all=PurseTotal(source="", district=None, **whole),
        purses=tuple(purses), years=tuple(years),
    )  # fmt: skip


def _one_draw(world: _World, ppm: int) -> tuple[Ints, Ints]:
    overruns = np.full((1, len(world.events.patches)), ppm, dtype=np.int64)
    fails = np.zeros((1, len(world.failing)), dtype=bool)
    need, short = booked(world, overruns, fails, world.budgets[None, :, :].copy())
    return need[0], short[0]


def _total(need: Ints, short: Ints, planned: np.int64, ten: np.int64) -> dict[str, Any]:
    held = int((short == 0).sum())
    low, high = wilson(held, len(short))
    return {
        "holds": held / len(short), "low": low, "high": high, "planned": int(planned), "need": _spread(need),
        "overdrawn": _spread(short), "at_ten_percent": int(ten),
    }  # fmt: skip


def _spread(amounts: Ints) -> Spread:
    p50, p80, p95 = (int(np.quantile(amounts, q / 100, method="inverted_cdf")) for q in QUANTILES)
    return Spread(mean=half_up(Fraction(int(amounts.sum()), len(amounts))), p50=p50, p80=p80, p95=p95)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's interval of a probability, 95 %."""
    part, z2 = successes / trials, NORMAL_95**2
    middle = (part + z2 / (2 * trials)) / (1 + z2 / trials)
    half = NORMAL_95 / (1 + z2 / trials) * sqrt(part * (1 - part) / trials + z2 / (4 * trials**2))
    return (middle - half if successes else 0.0), (middle + half if successes < trials else 1.0)
