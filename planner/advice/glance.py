"""Why patches are planned as they are, as far as it is known without solving: for a whole list of tasks at once."""

from __future__ import annotations

from planner.advice.said import Record
from planner.ledger import Ledger
from planner.model.effects import effects_of
from planner.plan import Works
from planner.scenario import Lock, Scenario, overridden


class Glance(Record):
    """What speaks for a patch and what leaves it which years.

    Parameters
    ----------
    tier, focal, hazard_points, score
        Its priority.
    required : tuple of str
        Clauses that require it to be planned.
    years : dict of int to tuple of str, or None
        For each year of the horizon the clauses that leave no choice in it, none where a start is possible; None where
        the ledger has no option that may start in it.
    locks : tuple of Lock
        Those it has in the scenario.
    begun : int or None
        The year in which its works began, by the ledger.
    """

    patch: str
    tier: int
    focal: bool
    hazard_points: int
    score: int
    required: tuple[str, ...]
    years: dict[int, tuple[str, ...] | None]
    locks: tuple[Lock, ...]
    begun: int | None

    @property
    def open_years(self) -> tuple[int, ...]:
        """The years in which it may start by itself."""
        return tuple(year for year, against in self.years.items() if against == ())


def glance(ledger: Ledger, scenario: Scenario, *, district: str | None = None) -> dict[str, Glance]:
    """What is known at once of every patch, or of those of a district.

    Parameters
    ----------
    ledger, scenario
        What a plan was made from.
    district : str, optional
    """
    seen = overridden(ledger, scenario)
    works, effects = Works(seen, scenario), effects_of(seen, scenario)
    locks: dict[str, list[Lock]] = {}
    for lock in scenario.locks:
        locks.setdefault(lock.patch, []).append(lock)
    found = {}
    for index, patch in enumerate(seen.patches):
        if district not in (None, patch.district):
            continue
        against = {year: effects.against(index, year) for year in scenario.horizon.years}
        found[patch.patch] = Glance(
            patch=patch.patch, tier=patch.tier, focal=patch.focal, hazard_points=patch.hazard_points,
            score=works.score(patch), required=tuple(effects.requiring(index)),
            years={year: None if names is None else tuple(names) for year, names in against.items()},
            locks=tuple(locks.get(patch.patch, ())), begun=patch.actual_start.year if patch.actual_start else None,
        )  # fmt: skip
    return found
