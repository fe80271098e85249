"""Appraisal (绩效考核): by district and year what was planned, done, accepted and paid; the city's five years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from planner.cycle.rules.care import after_years
from planner.cycle.state import Cycle, Tracked, Work
from planner.ledger import Treatment


@dataclass(frozen=True, slots=True)
class Score:
    """One district's year as of a day, or a sum of several. Areas in m², money in yuan.

    Areas, hazards and money are of the tasks issued for the year, whenever they were carried out; sites that an
    enterprise restores count as tasks, not in areas and hazards.

    Parameters
    ----------
    due, on_time : int
        Tasks whose last planned year is over, and those of them that were finished by its end.
    tracked, settled, overdue : int
        Matters opened in the year, those of them closed by the day, and those open past their own day.
    """

    district: str
    year: int | None
    tasks: int = 0
    started: int = 0
    finished: int = 0
    accepted: int = 0
    closed: int = 0
    area_planned_m2: int = 0
    area_started_m2: int = 0
    area_finished_m2: int = 0
    area_accepted_m2: int = 0
    hazards_planned: int = 0
    hazards_removed: int = 0
    yuan_planned: int = 0
    yuan_committed: int = 0
    yuan_paid: int = 0
    yuan_released: int = 0
    due: int = 0
    on_time: int = 0
    tracked: int = 0
    settled: int = 0
    overdue: int = 0

    @property
    def execution_rate(self) -> Fraction | None:
        """Paid of what is committed; None where nothing is."""
        return Fraction(self.yuan_paid, self.yuan_committed) if self.yuan_committed else None

    @property
    def on_time_rate(self) -> Fraction | None:
        """Finished in time of what was due; None where nothing was."""
        return Fraction(self.on_time, self.due) if self.due else None

    @property
    def acceptance_rate(self) -> Fraction | None:
        """Accepted of what is finished; None where nothing is."""
        return Fraction(self.accepted, self.finished) if self.finished else None


FIGURES = tuple(name for name in Score.__slots__ if name not in ("district", "year"))


def scorecard(cycle: Cycle, as_of: dt.date) -> tuple[Score, ...]:
    """One row for each district and year of the horizon, in the ledger's order of districts."""
    years = cycle.ground.scenario.horizon.years
    districts = dict.fromkeys([*cycle.ground.ledger.districts, *cycle.register.districts])
    of: dict[tuple[str, int], list[Work]] = {}
    for work in cycle.works.values():
        if work.day <= as_of:
            of.setdefault((work.district, work.year), []).append(work)
    return tuple(_score(cycle, name, year, of.get((name, year), []), as_of) for name in districts for year in years)


def total(rows: tuple[Score, ...], district: str = "", year: int | None = None) -> Score:
    """Several rows together: of a district (all where it is empty), of a year (all where it is None)."""
    chosen = [r for r in rows if district in ("", r.district) and year in (None, r.year)]
    return Score(district, year, **{name: sum(getattr(row, name) for row in chosen) for name in FIGURES})


def _score(cycle: Cycle, district: str, year: int, works: list[Work], as_of: dt.date) -> Score:
    begun, ended, passed, closed = (
        [w for w in works if (day := getattr(w, name)) is not None and day <= as_of]
        for name in ("started", "finished", "accepted", "closed")
    )
    due = [w for w in works if dt.date(w.task.finish, 12, 31) <= as_of]
    matters = [
        one for found in cycle.tracked.values() for one in found if one.district == district and one.opened <= as_of
    ]
    opened = [one for one in matters if one.opened.year == year]
    return Score(
        district=district, year=year,
        tasks=len(works), started=len(begun), finished=len(ended), accepted=len(passed), closed=len(closed),
        area_planned_m2=_area(works), area_started_m2=_area(begun), area_finished_m2=_area(ended),
        area_accepted_m2=sum(w.accepted_m2 for w in passed if w.task.counted),
        hazards_planned=sum(w.task.hazards for w in works if w.task.counted),
        hazards_removed=sum(w.hazards_removed for w in passed if w.task.counted),
        yuan_planned=sum(sum(w.issued_money.values()) for w in works),
        yuan_committed=sum(sum(w.committed(as_of).values()) for w in works),
        yuan_paid=sum(sum(w.paid(as_of).values()) for w in works),
        yuan_released=sum(sum(w.released.values()) for w in closed),
        due=len(due),
        on_time=sum(1 for w in due if w.finished is not None and w.finished.year <= w.task.finish),
        tracked=len(opened),
        settled=sum(1 for one in opened if one.closed is not None and one.closed <= as_of),
        overdue=sum(1 for one in opened if one.overdue(as_of)),
    )  # fmt: skip


def _area(works: list[Work]) -> int:
    return sum(w.task.area_m2 for w in works if w.task.counted)


def overdue(cycle: Cycle, as_of: dt.date) -> dict[str, tuple[Tracked, ...]]:
    """The matters open past their day, by district, the longest overdue first."""
    found: dict[str, list[Tracked]] = {}
    for matters in cycle.tracked.values():
        for one in matters:
            if one.overdue(as_of):
                found.setdefault(one.district, []).append(one)
    return {name: tuple(sorted(items, key=lambda one: (one.due, one.patch))) for name, items in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class CheckDue:
    """A yearly check after acceptance that is to be made by a day."""

    patch: str
    district: str
    number: int
    due: dt.date


def checks_due(cycle: Cycle, as_of: dt.date) -> tuple[CheckDue, ...]:
    """The checks whose day has come and that were not made; the years of aftercare are the scenario's setting."""
    found = []
    for patch, work in cycle.works.items():
        done = cycle.checks.get(patch, ())
        if work.accepted is None or (done and done[-1].result == "failed"):
            continue
        for number in range(len(done) + 1, cycle.ground.scenario.holding.aftercare_years + 1):
            day = after_years(work.accepted, number)
            if day <= as_of:
                found.append(CheckDue(patch, work.district, number, day))
    return tuple(sorted(found, key=lambda one: (one.due, one.patch, one.number)))


@dataclass(frozen=True, slots=True)
class Progress:
    """One target of the city and how far it is: a row of table T4 with its actual figure.

    Parameters
    ----------
    target : str
        `first_year_area`, `first_year_money`, `hazards`, `artificial`, `artificial_area`, `comprehensive`, `special`,
        `enterprise`, `money`, `natural_verified`, `acceptance`, `execution`.
    clause : str
        What demands it; empty where nothing does.
    unit : {"m2", "yuan", "points", "patches", "percent"}
    year : int
        By when, or the year that is meant.
    least, most : int or None
        What is demanded.
    planned : int or None
        Issued so far.
    actual : int or Fraction or None
    """

    target: str
    clause: str
    unit: str
    year: int
    least: int | None
    most: int | None
    planned: int | None
    actual: int | Fraction | None

    @property
    def met(self) -> bool | None:
        """Whether the actual figure is within the demand; None where nothing is demanded or known."""
        if self.actual is None or (self.least is None and self.most is None):
            return None
        return (self.least is None or self.actual >= self.least) and (self.most is None or self.actual <= self.most)


def progress(cycle: Cycle, as_of: dt.date) -> tuple[Progress, ...]:
    """The scenario's own targets with what was done by a day; no figure is this module's."""
    return tuple(_progress(cycle, as_of))


def _progress(cycle: Cycle, as_of: dt.date) -> Iterator[Progress]:
    scenario, horizon = cycle.ground.scenario, cycle.ground.scenario.horizon
    works = {p: w for p, w in cycle.works.items() if w.day <= as_of}
    counted = {p: w for p, w in works.items() if w.task.counted}

    def done(name: str, by: int) -> dict[str, Work]:
        return {p: w for p, w in works.items() if (d := getattr(w, name)) and d <= as_of and d.year <= by}

    first = scenario.clause("first_year_task")
    if first.on:
        year = horizon.first if first.year is None else first.year
        own = [w for w in counted.values() if w.year == year]
        begun = [w for w in own if w.started is not None and w.started <= as_of]
        yield Progress(
            "first_year_area", "first_year_task", "m2", year, first.min_area_m2, first.max_area_m2, _area(own),
            _area(begun),
        )  # fmt: skip
        yield Progress(
            "first_year_money", "first_year_task", "yuan", year, first.min_yuan, first.max_yuan,
            sum(sum(w.issued_money.values()) for w in own), sum(sum(w.committed(as_of).values()) for w in own),
        )  # fmt: skip
    public = [p for p in cycle.ledger.patches if not p.by_enterprise]
    hazards = scenario.clause("hazards")
    if hazards.on:
        by = horizon.last if hazards.by_year is None else hazards.by_year
        points = hazards.required_points
        if points is None:
            points = sum(p.hazard_points for p in public if p.treatment is not Treatment.NATURAL)
        yield Progress(
            "hazards", "hazards", "points", by, points, None, sum(w.task.hazards for w in counted.values()),
            sum(w.hazards_removed for w in done("accepted", by).values() if w.task.counted),
        )  # fmt: skip
    last = horizon.last
    for target, clause, treatment in (
        ("artificial", "completion", Treatment.ARTIFICIAL),
        ("comprehensive", "basic_treatment", Treatment.COMPREHENSIVE),
    ):
        own_patches = [p for p in public if p.treatment is treatment]
        if scenario.clause(clause).on and own_patches:
            names = {p.patch for p in own_patches}
            ended = {p: w for p, w in done("finished", last).items() if p in names}
            yield Progress(
                target, clause, "patches", last, len(names), None, len(names & set(works)), len(ended)
            )  # fmt: skip
            yield Progress(
                f"{target}_area", clause, "m2", last, sum(p.area_m2 for p in own_patches), None,
                sum(w.task.area_m2 for p, w in works.items() if p in names),
                sum(w.task.area_m2 for w in ended.values()),
            )  # fmt: skip
    special = scenario.clause("special_project")
    if special.on:
        by = last if special.by_year is None else special.by_year
        kinds = {(o.patch, o.option) for o in cycle.register.options if o.special}
        own_works = {p for p, w in works.items() if (p, w.task.option) in kinds}
        yield Progress(
            "special", "special_project", "patches", by, special.minimum, special.maximum, len(own_works),
            len(own_works & set(done("finished", by))),
        )  # fmt: skip
    enterprise = scenario.clause("enterprise_mines")
    mines = {p.patch for p in cycle.ledger.patches if p.by_enterprise}
    if enterprise.on and mines:
        by = last if enterprise.by_year is None else enterprise.by_year
        yield Progress(
            "enterprise", "enterprise_mines", "patches", by, len(mines), None, len(mines & set(works)),
            len(mines & set(done("started", by))),
        )  # fmt: skip
    if scenario.clause("purse_accounts").on and scenario.budgets:
        yield Progress(
            "money", "purse_accounts", "yuan", last, None, sum(b.yuan for b in scenario.budgets),
            sum(sum(w.committed(as_of).values()) for w in counted.values()),
            sum(sum(w.paid(as_of).values()) for w in counted.values()),
        )  # fmt: skip
    yield from _rates(cycle, works, as_of)


def _rates(cycle: Cycle, works: dict[str, Work], as_of: dt.date) -> Iterator[Progress]:
    """What T4 has by custom: natural sites verified, acceptance, execution of the budget."""
    last = cycle.ground.scenario.horizon.last
    natural = [p for p in cycle.ground.ledger.patches if p.treatment is Treatment.NATURAL]
    if natural:
        seen = sum(1 for p in natural if _verified(cycle, p.patch, as_of))
        yield Progress("natural_verified", "natural_recovery", "patches", last, len(natural), None, None, seen)
    ended = [w for w in works.values() if w.finished is not None and w.finished <= as_of]
    passed = [w for w in ended if w.accepted is not None and w.accepted <= as_of]
    committed = sum(sum(w.committed(as_of).values()) for w in works.values())
    paid = sum(sum(w.paid(as_of).values()) for w in works.values())
    rate = Fraction(100 * len(passed), len(ended)) if ended else None
    yield Progress("acceptance", "", "percent", last, None, None, None, rate)
    yield Progress(
        "execution", "", "percent", last, None, None, None, Fraction(100 * paid, committed) if committed else None
    )


def _verified(cycle: Cycle, patch: str, as_of: dt.date) -> bool:
    found = cycle.verified.get(patch)
    day = found.on if found else cycle.ground.ledger.by_id[patch].verified_on
    return day is not None and day <= as_of
