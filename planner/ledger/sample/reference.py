"""A reference schedule: start years that meet every figure themselves, so that budgets made from them suffice.

Districts come first: the unlicensed patches of each start so that its years come closest to the wanted shape.
The municipal purse takes what is left of the city's total in each year, and licensed patches are moved and
exchanged between years until they meet it to the yuan, the first year's area staying within its limits. Nothing
here needs a solver, and nothing of it is shipped: what is published are budgets only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from planner.ledger.sample.amounts import Calibration
from planner.ledger.sample.dice import Dice
from planner.ledger.types import Ledger, Patch, Treatment
from planner.units import split

_RESTARTS = 12
_THROWS = 40_000
_ATTEMPTS = 60
_SHAKES = 20
_GROUP = 2


@dataclass(frozen=True)
class Work:
    """A patch as the search sees it: what it costs, its area, and the years in which it may start."""

    patch: str
    yuan: int
    area_m2: int
    rank: tuple[int, ...]
    years: range


Group = tuple[Work, ...]


def reference_schedule(calibration: Calibration, ledger: Ledger, shape: Sequence[int]) -> dict[str, int]:
    """Start year of every patch with government works.

    Parameters
    ----------
    calibration : mapping
    ledger : Ledger
    shape : sequence of int
        The city's money of each year of the horizon, in yuan.

    Raises
    ------
    ValueError
        The shape's total is not the ledger's need, or no schedule was found.
    """
    patches = [p for p in ledger.patches if p.treatment is not Treatment.NATURAL and not p.by_enterprise]
    need = sum(patch.cost_yuan for patch in patches)
    if sum(shape) != need:
        raise ValueError(f"the city's years sum to {sum(shape)} yuan, the works cost {need}: make them equal")
    first = int(calibration["horizon"]["first"])
    years = range(first, first + len(shape))
    starts: dict[str, int] = {}
    shared = [patch for patch in patches if patch.district_shares and not patch.ever_licensed]
    for i, patch in enumerate(shared):  # pinned first: two districts' years depend on each of them
        allowed = _work(calibration, patch, years).years
        starts[patch.patch] = allowed[min(1 + i, len(allowed) - 1)]
    fixed = district_years(ledger, starts, years)
    for district in ledger.districts:
        own = [p for p in patches if p.district == district and not p.ever_licensed and p.patch not in starts]
        starts |= _district(calibration, own, shape, fixed.get(district, {}), years)
    spent = district_years(ledger, starts, years)
    left = [total - sum(by_year[year] for by_year in spent.values()) for year, total in zip(years, shape, strict=True)]
    area = sum(ledger.by_id[patch].area_m2 for patch, start in starts.items() if start == first)
    licensed = [_work(calibration, patch, years) for patch in patches if patch.ever_licensed]
    return starts | _municipal(calibration, licensed, left, area, years)


def district_years(ledger: Ledger, starts: Mapping[str, int], years: range) -> dict[str, dict[int, int]]:
    """What each district pays in each year for its unlicensed patches, agreed shares by largest remainder."""
    spent = {district: dict.fromkeys(years, 0) for district in ledger.districts}
    for name, year in starts.items():
        patch = ledger.by_id[name]
        if patch.ever_licensed:
            continue
        agreed = patch.district_shares or ((patch.district, 1),)
        for (district, _), yuan in zip(agreed, split(patch.cost_yuan, [w for _, w in agreed]), strict=True):
            spent.setdefault(district, dict.fromkeys(years, 0))[year] += yuan
    return spent


def works_years(patch: Patch, one_year_below_m2: int) -> int:
    """Years of work: the ledger's, else one below the threshold and two above."""
    return patch.duration_years or (1 if patch.area_m2 < one_year_below_m2 else 2)


def _work(calibration: Calibration, patch: Patch, years: range) -> Work:
    duration = works_years(patch, calibration["reference"]["one_year_below_m2"])
    first = max(years.start, patch.tenure_clear_from or years.start)
    leading = patch.focal or patch.hazard_points > 0
    rank = (0 if leading else patch.tier, -patch.bottom_line - patch.resident_impact - patch.landscape_damage)
    return Work(patch.patch, patch.cost_yuan, patch.area_m2, rank, range(first, years.stop - duration + 1))


def _district(
    calibration: Calibration, own: Sequence[Patch], shape: Sequence[int], fixed: Mapping[int, int], years: range
) -> dict[str, int]:
    """Years of a district's patches whose sums come closest to the shape; the best of a few starts."""
    if not own:
        return {}
    works = [_work(calibration, patch, years) for patch in own]
    total = sum(work.yuan for work in works) + sum(fixed.values())
    targets = split(total, shape)
    goal = {year: target - fixed.get(year, 0) for year, target in zip(years, targets, strict=True)}
    dice = Dice(int(calibration["seed"]), f"reference/{own[0].district}/{list(shape)}")
    found: list[tuple[int, dict[str, int]]] = []
    for restart in range(_RESTARTS):
        order = sorted(works, key=lambda work: work.rank) if restart == 0 else dice.shuffled(works)
        starts = _fill(order, goal)
        _descend(works, starts, goal)
        found.append((_distance(works, starts, goal), starts))
    return min(found, key=lambda pair: pair[0])[1]


def _fill(order: Sequence[Work], goal: Mapping[int, int]) -> dict[str, int]:
    """Each work in the earliest year with room for half of it, else where most room is left."""
    room = dict(goal)
    starts = {}
    for work in order:
        open_to = [year for year in work.years if room[year] >= work.yuan / 2]
        year = open_to[0] if open_to else max(work.years, key=lambda y: room[y])
        room[year] -= work.yuan
        starts[work.patch] = year
    return starts


def _distance(works: Sequence[Work], starts: Mapping[str, int], goal: Mapping[int, int]) -> int:
    return sum(map(abs, _room(works, starts, goal).values()))


def _room(works: Sequence[Work], starts: Mapping[str, int], goal: Mapping[int, int]) -> dict[int, int]:
    room = dict(goal)
    for work in works:
        room[starts[work.patch]] -= work.yuan
    return room


def _descend(works: Sequence[Work], starts: dict[str, int], goal: Mapping[int, int]) -> None:
    """Move one work, or exchange two, as long as the years come closer to the goal."""
    better = True
    while better:
        better = False
        room = _room(works, starts, goal)
        for i, one in enumerate(works):
            for year in one.years:
                better |= _try(room, starts, one, year, None)
            for other in works[:i]:
                better |= _try(room, starts, one, starts[other.patch], other)


def _try(room: dict[int, int], starts: dict[str, int], one: Work, year: int, other: Work | None) -> bool:
    """Move `one` to `year` (and `other` back in exchange) if that brings both years closer to their goals."""
    here = starts[one.patch]
    if year == here or year not in one.years or (other is not None and here not in other.years):
        return False
    moved = one.yuan - (other.yuan if other else 0)
    if abs(room[here] + moved) + abs(room[year] - moved) >= abs(room[here]) + abs(room[year]):
        return False
    room[here] += moved
    room[year] -= moved
    starts[one.patch] = year
    if other is not None:
        starts[other.patch] = here
    return True


def _municipal(
    calibration: Calibration, works: Sequence[Work], targets: Sequence[int], area: int, years: range
) -> dict[str, int]:
    """Years of the licensed patches: every year's sum exact, the first year's area within its limits."""
    low, high = (int(limit) - area for limit in calibration["reference"]["first_year_area_m2"])
    goal = dict(zip(years, targets, strict=True))
    dice = Dice(int(calibration["seed"]), f"reference/{targets}")
    starts = _fill(sorted(works, key=lambda work: work.rank), goal)
    room = _room(works, starts, goal)
    taken = sum(work.area_m2 for work in works if starts[work.patch] == years.start)
    yuan_per_m2: float = sum(work.yuan for work in works) / max(1, sum(work.area_m2 for work in works))
    middle = (low + high) // 2

    def off(room_here: int, room_there: int, area_now: int) -> float:
        return abs(room_here) + abs(room_there) + 2 * yuan_per_m2 * abs(area_now - middle)

    for attempt in range(_ATTEMPTS):
        for throw in range(_THROWS if attempt == 0 else _THROWS // 20):
            one, other = dice.pick(works), dice.pick([None, dice.pick(works)])
            year = starts[other.patch] if other else dice.pick(one.years)
            shaken = attempt > 0 and throw < _SHAKES
            taken = _exchange(room, starts, one, year, other, taken, years.start, _anything if shaken else off)
        settled = _settle(works, starts, room, taken, (low, high), years)
        taken = sum(work.area_m2 for work in works if starts[work.patch] == years.start)
        if settled:
            return starts
    raise ValueError("no reference schedule found: the licensed patches do not meet the city's years exactly")


def _anything(room_here: int, room_there: int, area_now: int) -> float:
    """Nothing is off: every move is taken."""
    return 0.0


def _exchange(
    room: dict[int, int], starts: dict[str, int], one: Work, year: int, other: Work | None, taken: int,
    first: int, off: Callable[[int, int, int], float],
) -> int:  # fmt: skip
    """Move or exchange if money and area come no further from their goals; the first year's area after it."""
    here = starts[one.patch]
    if year == here or year not in one.years or (other is not None and here not in other.years):
        return taken
    moved, area = one.yuan - (other.yuan if other else 0), one.area_m2 - (other.area_m2 if other else 0)
    after = taken + area * ((year == first) - (here == first))
    if off(room[here] + moved, room[year] - moved, after) > off(room[here], room[year], taken):
        return taken
    room[here] += moved
    room[year] -= moved
    starts[one.patch] = year
    if other is not None:
        starts[other.patch] = here
    return after


def _settle(
    works: Sequence[Work],
    starts: dict[str, int],
    room: dict[int, int],
    taken: int,
    limits: tuple[int, int],
    years: range,
) -> bool:
    """Close every year's last difference, in the order of the years, by one exact exchange each."""
    for year in years[:-1]:
        if room[year] == 0:
            continue
        change = _exact(works, starts, room[year], year, taken, limits, years)
        if change is None:
            return False
        there, outgoing, incoming = change
        for group, to in ((outgoing, there), (incoming, year)):
            for work in group:
                room[starts[work.patch]] += work.yuan
                room[to] -= work.yuan
                taken += work.area_m2 * ((to == years.start) - (starts[work.patch] == years.start))
                starts[work.patch] = to
    return not any(room.values()) and limits[0] <= taken <= limits[1]


def _exact(
    works: Sequence[Work],
    starts: Mapping[str, int],
    missing: int,
    year: int,
    taken: int,
    limits: tuple[int, int],
    years: range,
) -> tuple[int, Group, Group] | None:
    """A later year, and at most two works to send there and to take from it, whose costs differ by what is missing."""
    for size in range(1, 2 * _GROUP + 1):
        for there in range(year + 1, years.stop):
            leaving = [work for work in works if starts[work.patch] == year and there in work.years]
            coming = [work for work in works if starts[work.patch] == there and year in work.years]
            for out in range(max(0, size - _GROUP), min(_GROUP, size) + 1):
                by_yuan: dict[int, list[Group]] = {}
                for group in combinations(leaving, out):
                    by_yuan.setdefault(sum(work.yuan for work in group), []).append(group)
                for incoming in combinations(coming, size - out):
                    for outgoing in by_yuan.get(sum(work.yuan for work in incoming) - missing, ()):
                        area = sum(w.area_m2 for w in incoming) - sum(w.area_m2 for w in outgoing)
                        if year != years.start or limits[0] <= taken + area <= limits[1]:
                            return there, outgoing, incoming
    return None
