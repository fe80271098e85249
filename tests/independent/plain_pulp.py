"""The official baseline once more, in plain PuLP, from the documents alone.

Reads the ledger (an Excel workbook) and the scenario (a TOML file), builds a programme of its own and optimises
the goals in their order. Shares no code with `planner` or `solvers`: it is here to disagree with them.

    python tests/independent/plain_pulp.py data/beijing/ledger.xlsx data/beijing/scenarios/base.toml

prints, as JSON, each goal's value and bound, what the later goals had to keep to (`limit`), and the schedule.
With `--examine PLAN` it solves nothing: it takes patch, option and start from the plan's schedule and says, by
arithmetic alone, what in it breaks a rule and what it comes to.

Only what the baseline uses is understood; any other key of the scenario is refused.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pulp

Purse = tuple[str, str | None]
KNOWN = {
    "title", "note", "data_nature", "mode", "basis", "horizon", "carry", "cash_profile", "durations", "holding",
    "score_weights", "goals", "clauses", "budgets",
}  # fmt: skip
KNOWN_CLAUSES = {"first_year_task", "hazards", "special_project", "payer"}
NATURAL, ARTIFICIAL, COMPREHENSIVE = "自然恢复", "人工修复", "综合利用"
ENTERPRISE = "关停及生产矿山"


@dataclass(frozen=True)
class Site:
    """A row of the ledger, with the arithmetic of the documents done."""

    name: str
    area: int
    score: int
    tier: int
    hazards: int
    focal: bool
    natural: bool
    enterprise: bool
    licensed: bool
    works_allowed: bool
    earliest: int
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Way:
    """One way to restore a site: an option begun in a year."""

    site: str
    option: str
    start: int
    finish: int
    special: bool
    pays: Mapping[Purse, int]

    @property
    def yuan(self) -> int:
        return sum(self.pays.values())


@dataclass
class Case:
    """Ledger and scenario together."""

    sites: dict[str, Site]
    ways: dict[str, list[Way]]
    years: range
    carry: int
    budgets: dict[Purse, dict[int, int]]
    clauses: dict[str, Any]
    cover_rate: int
    goals: list[tuple[str, float]] = field(default_factory=list)


# --- reading -----------------------------------------------------------------------------------------------------


def sheet(book: Any, title: str) -> list[dict[str, Any]]:
    """Rows of a sheet by column name; the names stand in the second row."""
    rows = list(book[title].iter_rows(min_row=2, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if row[0] is not None]


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


def ten_thousandths(value: Any) -> int:
    """10,000 yuan to yuan, or hectares to square metres; both have four decimals at most."""
    whole = round(float(value) * 10_000)
    if abs(whole - float(value) * 10_000) > 1e-4:
        raise ValueError(f"{value} is no whole number of yuan or square metres")
    return whole


def split(yuan: int, shares: Iterable[tuple[str, int]]) -> dict[str, int]:
    """By largest remainder; between equal remainders the one that is named first."""
    shares = list(shares)
    total = sum(weight for _, weight in shares)
    parts = {name: yuan * weight // total for name, weight in shares}
    by_remainder = sorted(shares, key=lambda share: -(yuan * share[1] % total))
    for name, _ in by_remainder[: yuan - sum(parts.values())]:
        parts[name] += 1
    return parts


def weights_of(text: str | None, district: str) -> tuple[tuple[str, int], ...]:
    if not text:
        return ((district, 1),)
    return tuple((name, int(weight)) for name, weight in (part.split(":") for part in text.split(";")))


def read(ledger: Path, scenario: Path) -> Case:
    with scenario.open("rb") as stream:
        wish = tomllib.load(stream)
    unknown = (set(wish) - KNOWN) | (set(wish["clauses"]) - KNOWN_CLAUSES)
    if unknown or wish["mode"] != "complete" or wish["basis"] != "commitments" or wish["carry"]["scope"] != "purse":
        raise ValueError(f"this script only understands the baseline, not {sorted(unknown)}")
    if wish["clauses"]["payer"]["municipal_share_percent"] != 100:
        raise ValueError("this script knows no split between city and districts")
    years = range(wish["horizon"]["first"], wish["horizon"]["last"] + 1)
    book = openpyxl.load_workbook(ledger, read_only=True, data_only=True)
    rows = sheet(book, "图斑台账")
    options = defaultdict(list)
    for option in sheet(book, "治理方案"):
        options[option["图斑编号"]].append(option)

    sites, ways = {}, {}
    for row in rows:
        site = read_site(row, wish["score_weights"], years)
        sites[site.name] = site
        own = options[site.name] or [{"方案编号": "standard", "投资估算(万元)": row["投资估算(万元)"]}]
        years_of_work = row["工期(年)"] or (1 if site.area < wish["durations"]["one_year_below_m2"] else 2)
        ways[site.name] = [way for option in own for way in ways_of(site, option, years_of_work, years)]

    budgets: dict[Purse, dict[int, int]] = defaultdict(lambda: dict.fromkeys(years, 0))
    for entry in wish["budgets"]:
        budgets[entry["source"], entry.get("district")][entry["year"]] += entry["yuan"]
    return Case(
        sites=sites,
        ways=ways,
        years=years,
        carry=wish["carry"]["years"],
        budgets=dict(budgets),
        clauses=wish["clauses"],
        cover_rate=wish["holding"]["cover_yuan_per_hectare_year"],
        goals=[(goal["name"], goal["tolerance"]) for goal in wish["goals"]],
    )


def read_site(row: dict[str, Any], weights: dict[str, int], years: range) -> Site:
    score = half_up(
        weights["bottom_line"] * row["底线约束性评分"]
        + weights["resident_impact"] * row["居民影响性评分"]
        + weights["landscape_damage"] * row["景观破坏性评分"],
        100,
    )
    hazards = row["隐患数量"] or 0
    licence = row["采矿许可证到期日"]
    return Site(
        name=row["图斑编号"],
        area=ten_thousandths(row["未治理面积(公顷)"]),
        score=score,
        tier=row["优先级"],
        hazards=hazards,
        focal=hazards > 0 or (row["图斑类型"] == "裸露岩壁" and row["重点视域"] == "是"),
        natural=row["修复类别"] == NATURAL,
        enterprise=row["图斑类型"] == ENTERPRISE,
        licensed=row["采矿许可证(曾有/无)"] == "曾有",
        works_allowed=row["核心保护区"] != "是" or row["不可逆生态破坏"] == "是",
        earliest=max(years[0], row["权属厘清年度"] or 0, licence.year + 1 if licence else 0),
        shares=weights_of(row["跨区分担"], row["区"]),
    )


def ways_of(site: Site, option: dict[str, Any], years_of_work: int, years: range) -> list[Way]:
    """What may be done, by the rules that look at one site alone."""
    if site.natural or not site.works_allowed:
        return []
    cost = ten_thousandths(option["投资估算(万元)"])
    pays: dict[Purse, int] = {}
    if site.enterprise:
        cost = 0
    elif site.licensed:
        pays = {("municipal", None): cost}
    else:
        pays = {("district", name): part for name, part in split(cost, site.shares).items()}
    length = option.get("工期(年)") or years_of_work
    found = []
    for start in range(max(site.earliest, option.get("最早开工年度") or 0), years[-1] + 1):
        finish = start + length - 1
        in_time = site.enterprise or finish <= years[-1]
        if in_time and start <= (option.get("最晚开工年度") or start):
            found.append(
                Way(site.name, option["方案编号"], start, finish, option.get("特色项目") == "是", pays)
            )  # fmt: skip
    return found


# --- what a goal counts ------------------------------------------------------------------------------------------


def counts(site: Site, goal: str) -> bool:
    """Whether the waiting of a site is part of a goal."""
    if site.natural:
        return False
    if goal == "waiting_focal":
        return site.focal
    return site.tier == 1 if goal == "waiting_tier_1" else site.tier in (2, 3)


def price(case: Case, site: Site, way: Way | None, goal: str) -> int:
    """What a site adds to a goal when it is restored in this way, or not at all (None)."""
    waited = (way.start if way else case.years[-1] + 1) - case.years[0]
    if goal != "cost":
        return site.score * site.area * waited if counts(site, goal) else 0
    covered = not site.natural and not site.enterprise
    yearly = half_up(case.cover_rate * site.area, 10_000) if covered else 0  # a bill for every year, each in whole yuan
    return (way.yuan if way else 0) + yearly * waited


def worth(case: Case, chosen: Mapping[str, Way], goal: str) -> int:
    return sum(price(case, site, chosen.get(name), goal) for name, site in case.sites.items())


# --- examining a schedule by arithmetic --------------------------------------------------------------------------


def overdrawn(budget: Mapping[int, int], spent: Mapping[int, int], years: range, carry: int) -> int:
    """Yuan that money of the year itself and of the `carry` years before does not cover, oldest money first."""
    left = dict(budget)
    missing = 0
    for year in years:
        due = spent.get(year, 0)
        for vintage in range(max(years[0], year - carry), year + 1):
            paid = min(due, left[vintage])
            left[vintage] -= paid
            due -= paid
        missing += due
    return missing


def examine(case: Case, chosen: Mapping[str, Way]) -> list[str]:
    """Every rule that a schedule breaks; empty when it may be carried out."""
    wrong = []
    for name, site in case.sites.items():
        if site.natural and name in chosen:
            wrong.append(f"{name}: works on a site that recovers by itself")
        if not site.natural and name not in chosen:
            wrong.append(f"{name}: not planned")
    figures = totals(case, chosen)
    task = case.clauses["first_year_task"]
    for what, figure, low, high in (
        ("area of the first year", figures["first_year_m2"], task["min_area_m2"], task["max_area_m2"]),
        ("yuan of the first year", figures["first_year_yuan"], task["min_yuan"], task["max_yuan"]),
        ("hazards", figures["hazards"], case.clauses["hazards"]["required_points"], math.inf),
        ("special projects", figures["special"], case.clauses["special_project"]["minimum"],
         case.clauses["special_project"]["maximum"]),
    ):  # fmt: skip
        if not low <= figure <= high:
            wrong.append(f"{what}: {figure} is not within {low} and {high}")
    spent: dict[Purse, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for way in chosen.values():
        for purse, yuan in way.pays.items():
            spent[purse][way.start] += yuan
            if purse[0] == "municipal" and not case.sites[way.site].licensed:
                wrong.append(f"{way.site}: the city pays though there never was a licence")
    for purse in set(spent) | set(case.budgets):
        budget = case.budgets.get(purse, dict.fromkeys(case.years, 0))
        missing = overdrawn(budget, spent[purse], case.years, case.carry)
        if missing:
            wrong.append(f"{purse}: overdrawn by {missing} yuan")
    return wrong


def totals(case: Case, chosen: Mapping[str, Way]) -> dict[str, int]:
    own = [way for way in chosen.values() if not case.sites[way.site].enterprise]
    first = [way for way in own if way.start == case.years[0]]
    return {
        "first_year_m2": sum(case.sites[way.site].area for way in first),
        "first_year_yuan": sum(way.yuan for way in first),
        "yuan": sum(way.yuan for way in own),
        "municipal_yuan": sum(way.pays.get(("municipal", None), 0) for way in own),
        "hazards": sum(case.sites[way.site].hazards for way in own if way.finish <= case.years[-1]),
        "special": sum(way.special for way in own if way.finish <= case.years[-1]),
        "enterprises": len(chosen) - len(own),
    }


def taken_from(case: Case, schedule: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Way], list[str]]:
    """A plan's schedule in this script's own terms, and the rows for which no rule allows what they say."""
    chosen, wrong = {}, []
    for row in schedule:
        name, option, start = row["patch"], row["option"], row["start"]
        fits = [way for way in case.ways.get(name, ()) if (way.option, way.start) == (option, start)]
        if name in chosen or not fits:
            wrong.append(f"{name}: option {option} from {start} is not allowed, or the site is there twice")
        elif fits[0].finish != row["finish"]:
            wrong.append(f"{name}: finishes in {fits[0].finish}, the plan says {row['finish']}")
        if fits:
            chosen[name] = fits[0]
    return chosen, wrong


def paid_wrongly(case: Case, chosen: Mapping[str, Way], commitments: Iterable[Mapping[str, Any]]) -> list[str]:
    """Where a plan's commitments are not what its schedule costs, or their vintages hold less than is taken."""
    due: dict[tuple[str, Purse, int], int] = defaultdict(int)
    for way in chosen.values():
        for purse, yuan in way.pays.items():
            due[way.site, purse, way.start] += yuan
    taken: dict[tuple[Purse, int], int] = defaultdict(int)
    wrong = []
    for row in commitments:
        if not row["yuan"]:
            continue
        purse = (row["source"], row["district"])
        due[row["patch"], purse, row["year"]] -= row["yuan"]
        taken[purse, row["vintage"]] += row["yuan"]
        if not 0 <= row["year"] - row["vintage"] <= case.carry or row["yuan"] < 0:
            wrong.append(f"{row['patch']}: {row['yuan']} yuan of {row['vintage']} pay in {row['year']}")
    wrong += [f"{key}: {yuan} yuan of the cost not paid" for key, yuan in due.items() if yuan]
    for (purse, vintage), yuan in taken.items():
        budget = case.budgets.get(purse, {}).get(vintage, 0)
        if yuan > budget:
            wrong.append(f"{purse}: {yuan} yuan taken from {budget} of {vintage}")
    return wrong


# --- the programme -----------------------------------------------------------------------------------------------


class FromStart(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS, told where to begin."""

    start: list[float] | None = None

    def callSolver(self, lp: Any) -> None:
        if self.start is not None:
            import highspy

            solution = highspy.HighsSolution()
            solution.col_value = self.start
            lp.solverModel.setSolution(solution)
        lp.solverModel.run()


@dataclass(frozen=True)
class Found:
    """The best schedule of a goal's turn, what no schedule can be below, and how long it took."""

    chosen: dict[str, Way]
    bound: int
    seconds: float


class Programme:
    """x[site, way] ∈ {0, 1}, and use[purse, vintage, year] ≥ 0 in 10,000 yuan."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.x = {
            way_key(way): pulp.LpVariable(f"x{number}", cat="Binary")
            for number, way in enumerate(way for ways in case.ways.values() for way in ways)
        }
        self.way = {way_key(way): way for ways in case.ways.values() for way in ways}
        self.use = {
            (purse, vintage, year): pulp.LpVariable(f"use{number}_{vintage}_{year}", lowBound=0)
            for number, purse in enumerate(case.budgets)
            for vintage in case.years
            for year in case.years
            if 0 <= year - vintage <= case.carry
        }
        self.rules = list(self._rules())

    def total(self, amounts: Iterable[tuple[Way, float]]) -> Any:
        return pulp.LpAffineExpression([(self.x[way_key(way)], amount) for way, amount in amounts if amount])

    def _rules(self) -> Iterable[Any]:
        case, sites, ways = self.case, self.case.sites, list(self.way.values())
        for name, own in case.ways.items():
            if not sites[name].natural:
                yield self.total((way, 1) for way in own) == 1
        public = [way for way in ways if not sites[way.site].enterprise]
        first = [way for way in public if way.start == case.years[0]]
        task = case.clauses["first_year_task"]
        area = self.total((way, sites[way.site].area / 1e4) for way in first)
        money = self.total((way, way.yuan / 1e4) for way in first)
        yield area >= task["min_area_m2"] / 1e4
        yield area <= task["max_area_m2"] / 1e4
        yield money >= task["min_yuan"] / 1e4
        yield money <= task["max_yuan"] / 1e4
        finished = [way for way in public if way.finish <= case.years[-1]]
        yield (
            self.total((way, sites[way.site].hazards) for way in finished) >= case.clauses["hazards"]["required_points"]
        )
        special = self.total((way, 1) for way in finished if way.special)
        yield special >= case.clauses["special_project"]["minimum"]
        yield special <= case.clauses["special_project"]["maximum"]
        for purse, budget in case.budgets.items():
            for year in case.years:
                spent = self.total((way, way.pays.get(purse, 0) / 1e4) for way in ways if way.start == year)
                covered = [use for (k, _, y), use in self.use.items() if (k, y) == (purse, year)]
                yield pulp.lpSum(covered) - spent == 0
                used = [use for (k, vintage, _), use in self.use.items() if (k, vintage) == (purse, year)]
                yield pulp.lpSum(used) <= budget[year] / 1e4

    def goal(self, name: str, unit: float) -> Any:
        case = self.case
        return self.total((way, price(case, case.sites[way.site], way, name) / unit) for way in self.way.values())

    def solve(
        self,
        goal: str,
        limits: Mapping[str, int],
        begin: Mapping[str, Way] | None,
        *,
        solver: str,
        seconds: float,
        threads: int,
    ) -> Found:
        """The best schedule found for one goal, and a bound that no schedule within the limits is below."""
        unit = 1e4
        began = time.monotonic()
        lp = pulp.LpProblem(goal, pulp.LpMinimize)
        lp += self.goal(goal, unit)
        for rule in self.rules:
            lp += rule.copy()
        for name, limit in limits.items():
            lp += self.goal(name, unit) <= limit / unit
        run = self._with_cbc if solver == "cbc" else self._with_highs
        raw = run(lp, seconds, threads, begin) * unit
        if lp.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
            raise RuntimeError(f"{goal}: nothing found in {seconds} s ({pulp.LpSolution[lp.sol_status]})")
        chosen = {key[0]: self.way[key] for key, x in self.x.items() if (x.value() or 0) > 0.5}
        wrong = examine(self.case, chosen)
        wrong += [name for name, limit in limits.items() if worth(self.case, chosen, name) > limit]
        if wrong:
            raise RuntimeError(f"{goal}: the solver's schedule is none: {wrong}")
        # Every goal is a whole number: a bound of 6.2 means 7. What is taken off first is for the solver's floats.
        bound = math.ceil(raw - max(0.5, 1e-8 * abs(raw))) if math.isfinite(raw) else 0
        if bound > worth(self.case, chosen, goal):
            raise RuntimeError(f"{goal}: the bound {bound} is above the value {worth(self.case, chosen, goal)}")
        return Found(chosen, bound, round(time.monotonic() - began, 1))

    def _with_highs(self, lp: Any, seconds: float, threads: int, begin: Mapping[str, Way] | None) -> float:
        solver = FromStart(msg=False, timeLimit=seconds, threads=threads, gapRel=0.0, gapAbs=0.0)
        solver.start = [value for _, value in self._start(lp, begin)] if begin else None
        lp.solve(solver)
        return float(lp.solverModel.getInfo().mip_dual_bound)

    def _with_cbc(self, lp: Any, seconds: float, threads: int, begin: Mapping[str, Way] | None) -> float:
        for variable, value in self._start(lp, begin) if begin else ():
            variable.setInitialValue(value)
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "log")
            lp.solve(
                pulp.PULP_CBC_CMD(
                    msg=False, timeLimit=seconds, threads=threads, gapRel=0.0, warmStart=bool(begin), logPath=str(log)
                )
            )
            said = re.findall(r"^(Lower bound|Objective value): +([-+.e0-9]+)$", log.read_text(), re.MULTILINE)
        last = dict(said)
        if "Lower bound" in last:
            return float(last["Lower bound"]) - 0.001  # printed with three decimals
        return float(last.get("Objective value", "-inf"))

    def _start(self, lp: Any, begin: Mapping[str, Way]) -> list[tuple[Any, float]]:
        values = {x.name: float(begin.get(key[0]) == self.way[key]) for key, x in self.x.items()}
        values |= {self.use[key].name: yuan / 1e4 for key, yuan in flows(self.case, begin).items()}
        return [(variable, values[variable.name]) for variable in lp.variables()]


def way_key(way: Way) -> tuple[str, str, int]:
    return way.site, way.option, way.start


def flows(case: Case, chosen: Mapping[str, Way]) -> dict[tuple[Purse, int, int], int]:
    """Which vintage pays in which year, oldest money first."""
    found = {}
    for purse, budget in case.budgets.items():
        left = dict(budget)
        for year in case.years:
            due = sum(way.pays.get(purse, 0) for way in chosen.values() if way.start == year)
            for vintage in range(max(case.years[0], year - case.carry), year + 1):
                paid = min(due, left[vintage])
                left[vintage] -= paid
                due -= paid
                found[purse, vintage, year] = paid
    return found


def optimise(case: Case, solver: str, seconds: list[float], threads: int) -> dict[str, Any]:
    programme = Programme(case)
    limits: dict[str, int] = {}
    chosen: dict[str, Way] | None = None
    report = []
    for (goal, tolerance), allowed in zip(case.goals, seconds, strict=False):
        found = programme.solve(goal, limits, chosen, solver=solver, seconds=allowed, threads=threads)
        chosen = found.chosen
        value = worth(case, chosen, goal)
        limits[goal] = value + math.floor(tolerance * value)
        report.append(
            {"name": goal, "value": value, "bound": found.bound, "limit": limits[goal], "seconds": found.seconds}
        )
    assert chosen is not None
    return {
        "goals": report,
        "final": {goal: worth(case, chosen, goal) for goal, _ in case.goals},
        "totals": totals(case, chosen),
        "schedule": [
            {"patch": way.site, "option": way.option, "start": way.start, "finish": way.finish}
            for way in chosen.values()
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--examine", type=Path, help="a plan's JSON: check its schedule, solve nothing")
    parser.add_argument("--seconds", type=float, nargs="+", default=[20.0, 20.0, 30.0, 30.0],
                        help="for each goal in turn; goals without a time are left out")  # fmt: skip
    parser.add_argument("--solver", choices=["highs", "cbc"], default="highs")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    case = read(args.ledger, args.scenario)
    if args.examine:
        plan = json.loads(args.examine.read_text(encoding="utf-8"))
        chosen, wrong = taken_from(case, plan["schedule"])
        final = {goal: worth(case, chosen, goal) for goal, _ in case.goals}
        wrong += examine(case, chosen) + paid_wrongly(case, chosen, plan["commitments"])
        answer = {"wrong": wrong, "final": final, "totals": totals(case, chosen)}
    else:
        answer = optimise(case, args.solver, args.seconds, args.threads)
    print(json.dumps(answer, ensure_ascii=False))  # noqa: T201


if __name__ == "__main__":
    main()
