"""What could be changed so that there is a plan: each a fragment of a scenario, with its words.

Every clause is met through its settings alone: whatever has a key ``by_year`` has a deadline, whatever may be soft can
be relaxed. So a new clause needs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.advice.said import Said, Voice
from planner.clauses import Mode, clauses
from planner.ledger import Ledger
from planner.plan import Breach, Purse, Shortfall
from planner.plan.accounts import usable
from planner.scenario import PlanMode, Scenario

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Change:
    """A change of a kind by an amount; `less` is the same change by one unit less, None where that is no change."""

    kind: str
    said: Said
    changes: dict[str, Any]
    amount: int
    unit: str
    less: dict[str, Any] | None = None


def carry(scenario: Scenario, voice: Voice) -> Iterator[Change]:
    """Money lives a year longer, two, and so on up to the whole horizon."""
    now = scenario.carry.years
    for more in range(1, len(scenario.horizon.years) - now):
        yield Change(
            "carry", voice.say("way_carry", now=now, then=now + more), {"carry": {"years": now + more}}, more, "years",
            {"carry": {"years": now + more - 1}},
        )  # fmt: skip


def deadlines(scenario: Scenario, voice: Voice) -> Iterator[Change]:
    """Each deadline a year later, then the whole horizon."""
    for name, settings in scenario.clauses.items():
        if settings.mode is not Mode.HARD:
            continue
        plain = settings.model_dump(mode="json")
        for path, year in _walk(plain):
            if path[-1] == "by_year" and isinstance(year, int) and year < scenario.horizon.last:
                yield Change(
                    "deadline", voice.say("way_deadline", clause=voice.clause(name), now=year, then=year + 1),
                    {"clauses": {name: _put(plain, path, year + 1)}}, 1, "years", {},
                )  # fmt: skip
    first, last = scenario.horizon.first, scenario.horizon.last
    yield Change(
        "horizon", voice.say("way_horizon", now=last, then=last + 1), {"horizon": {"first": first, "last": last + 1}},
        1, "years", {},
    )  # fmt: skip


def payer(scenario: Scenario, voice: Voice, percent: int) -> Change:
    """Another municipal share of the patches that ever had a licence."""
    now: int = scenario.clause("payer").municipal_share_percent
    nearer = percent - 1 if percent > now else percent + 1
    less = {} if nearer == now else _share(nearer)
    return Change(
        "payer", voice.say("way_payer", now=now, then=percent), _share(percent), abs(percent - now), "percent", less
    )


def money(ledger: Ledger, scenario: Scenario, voice: Voice, short: Shortfall) -> Change | None:
    """The missing money where the order puts it, with what the reserve takes on top; None where all is reserved."""
    added: dict[tuple[str, str | None, int], int] = {}
    for missing in short.missing:
        key = (missing.source, missing.district, missing.year)
        now = _budgeted(scenario).get(key, 0)
        more = _gross(scenario, now, missing.yuan)
        if more is None:
            return None
        added[key] = more
    rows = list(added)
    places = [
        voice.say("place", purse=voice.purse(Purse(s, d)), year=y, money=voice.money(added[s, d, y])).in_
        for s, d, y in rows
    ]
    total = sum(added.values())
    step = min(voice.unit, added[rows[-1]])
    less = {**added, rows[-1]: added[rows[-1]] - step}
    return Change(
        "money", voice.say("way_money", money=voice.money(total), places=voice.listed(places)),
        {"budgets": with_money(scenario, added)}, total, "yuan", {"budgets": with_money(scenario, less)},
    )  # fmt: skip


def with_money(scenario: Scenario, added: Mapping[tuple[str, str | None, int], int]) -> list[dict[str, Any]]:
    """The budgets of a scenario with more in some purses and years, as a scenario writes them."""
    budgets = _budgeted(scenario)
    for key, yuan in added.items():
        budgets[key] = budgets.get(key, 0) + yuan
    return [
        {"source": source, **({"district": district} if district else {}), "year": year, "yuan": yuan}
        for (source, district, year), yuan in budgets.items()
    ]


def relaxed_softly(name: str) -> dict[str, Any]:
    """A clause made soft, its breaches before everything else."""
    return {"clauses": {name: {"mode": "soft"}}}


def may_be_relaxed(scenario: Scenario) -> list[str]:
    """The clauses that are held hard and could be soft; the purses are answered with money instead."""
    return [
        name
        for name, clause in clauses().items()
        if scenario.clause(name).mode is Mode.HARD and Mode.SOFT in clause.modes and name != "purse_accounts"
    ]


def by_number(
    scenario: Scenario, name: str, breaches: Sequence[Breach]
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The same relaxation as a number of the clause's settings, and one unit less; None where it has no such number.

    A breach belongs to the setting that holds the side it breaks; where none does, to the only required number that is
    left out and stands for all there is (a limit left out does not bind, so it is never broken).
    """
    plain = scenario.clause(name).model_dump(mode="json")
    relaxed = stricter = plain
    for place, breach in enumerate(breaches):
        sides = [path for path, value in _walk(plain) if value == breach.target and not _names_year(path)]
        if not sides and breach.target:
            sides = [path for path, value in _walk(plain) if value is None and _names_limit(path)]
        if len(sides) != 1:
            return None
        upper = "max" in str(sides[0][-1])
        step = breach.amount if upper else -breach.amount
        relaxed = _put(relaxed, sides[0], breach.target + step)
        back = 0 if place else (-1 if upper else 1)
        stricter = _put(stricter, sides[0], breach.target + step + back)
    return {"clauses": {name: relaxed}}, {"clauses": {name: stricter}}


def ration(scenario: Scenario) -> dict[str, Any] | None:
    """As much area as the money allows; None where the scenario rations already."""
    if scenario.mode is PlanMode.RATIONED:
        return None
    goals = [goal.model_dump(mode="json") for goal in scenario.goals if goal.name not in ("area", "soft")]
    own = next((goal.model_dump(mode="json") for goal in scenario.goals if goal.name == "area"), {"name": "area"})
    return {"mode": "rationed", "goals": [own | {"tolerance": 0.0}, *goals]}


def without_locks(scenario: Scenario, locks: set[int], frozen: set[int]) -> dict[str, Any]:
    """The scenario without the locks and frozen years at these places."""
    plain = scenario.model_dump(mode="json")
    return {
        "locks": [lock for i, lock in enumerate(plain["locks"]) if i not in locks],
        "frozen": [year for i, year in enumerate(plain["frozen"]) if i not in frozen],
    }


def _share(percent: int) -> dict[str, Any]:
    return {"clauses": {"payer": {"municipal_share_percent": percent}}}


def _budgeted(scenario: Scenario) -> dict[tuple[str, str | None, int], int]:
    return {(b.source, b.district, b.year): b.yuan for b in scenario.budgets}


def _gross(scenario: Scenario, now: int, yuan: int) -> int | None:
    """The least that must be added to a budget for so much more usable money; None where all of it is reserved."""
    free: int = 100 - scenario.clause("purse_accounts").reserve_percent
    if not free:
        return None
    wanted = usable(scenario, now) + yuan
    return -(-wanted * 100 // free) - now


def _names_year(path: Path) -> bool:
    return "year" in str(path[-1])


def _names_limit(path: Path) -> bool:
    return str(path[-1]).startswith(("min", "max"))


def _walk(plain: object, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf of plain data with its path."""
    if isinstance(plain, Mapping):
        for key, value in plain.items():
            yield from _walk(value, (*path, key))
    elif isinstance(plain, (list, tuple)):
        for place, value in enumerate(plain):
            yield from _walk(value, (*path, place))
    elif path and path[-1] != "mode":
        yield path, plain


def _put(plain: Any, path: Path, value: object) -> Any:
    """A copy of plain data with one leaf replaced."""
    if not path:
        return value
    if isinstance(plain, Mapping):
        return {key: _put(own, path[1:], value) if key == path[0] else own for key, own in plain.items()}
    return [_put(own, path[1:], value) if place == path[0] else own for place, own in enumerate(plain)]
