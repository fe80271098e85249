"""A case small enough to be worked out by hand: two districts, five patches, three years.

North 2031: A (1 ha, 1,000 yuan of the city, one hazard, one year) and B (2 ha, 500 yuan of the district, two years);
North 2032: C (1 ha, 200 yuan of the city). South 2031: S (1 ha, 300 yuan of the city). N is natural, 4 ha, in North.
The city has 2,000 yuan in 2031, 600 in 2032 and 400 in 2033; North 800 in 2031.
"""

from __future__ import annotations

import datetime as dt

from planner.cycle import Cycle, Ground, issue_of
from planner.ledger import Treatment
from planner.ledger.types import Ledger
from planner.plan import Pick, Purse
from planner.scenario import Scenario
from tests.planner.advice.plans import as_plan
from tests.planner.cycle.clerk import Clerk, evidence, money
from tests.planner.worlds import FIRST, LAST, patch, scenario

CITY, NORTH = Purse("municipal", None), Purse("district", "North")


def ledger() -> Ledger:
    return Ledger(
        (
            patch("A", cost_yuan=1000, hazard_points=1),
            patch("B", cost_yuan=500, area_m2=20_000, ever_licensed=False, duration_years=2),
            patch("C", cost_yuan=200),
            patch("S", cost_yuan=300, district="South"),
            patch("N", cost_yuan=0, area_m2=40_000, treatment=Treatment.NATURAL),
        )
    )


def trial() -> Scenario:
    city = [{"source": "municipal", "year": FIRST + i, "yuan": yuan} for i, yuan in enumerate((2000, 600, 400))]
    north = [{"source": "district", "district": "North", "year": FIRST, "yuan": 800}]
    clauses = {
        "completion": "hard", "purse_accounts": "hard", "locks": "hard", "verification": "hard",
        "hazards": {"mode": "hard", "required_points": 1},
        "first_year_task": {"mode": "hard", "min_area_m2": 40_000, "max_yuan": 2000},
    }  # fmt: skip
    return scenario(clauses=clauses, budgets=city + north, carry={"years": 1}, goals=[{"name": "waiting"}])


def ground() -> Ground:
    rows, given = ledger(), trial()
    starts = {"A": FIRST, "B": FIRST, "S": FIRST, "C": FIRST + 1}
    plan = as_plan(rows, given, [Pick(name, "standard", year) for name, year in starts.items()])
    return Ground(rows, given, plan)


def clerk() -> Clerk:
    return Clerk(Cycle.of(ground()), dt.date(FIRST, 1, 10))


def applied(at: Clerk, district: str = "North", year: int = FIRST) -> Clerk:
    at.do("apply", district, year, tasks=list(at.cycle.to_apply(district, year)))
    return at


def passed(at: Clerk, district: str = "North", year: int = FIRST) -> Clerk:
    applied(at, district, year).do("review", district, year)
    return at


def issued(at: Clerk, district: str = "North", year: int = FIRST) -> Clerk:
    passed(at, district, year)
    at.do("issue", district, year, **issue_of(at.cycle, district, year).model_dump(mode="json"))
    return at


def pay(at: Clerk, name: str, yuan: int, purse: Purse = CITY, voucher: str = "", district: str = "North") -> None:
    at.do(
        "pay", district, at.cycle.works[name].year, name, on=at.today.isoformat(), source=purse.source,
        purse_district=purse.district, yuan=yuan, voucher=voucher or f"V{len(at.cycle.history)}",
    )  # fmt: skip


def worked(at: Clerk, name: str, until: str, district: str = "North") -> Clerk:
    """An issued task brought to a state: started, finished, accepted, task_closed; paid in full before it is closed."""
    work = at.cycle.works[name]
    for kind, state in (("start", "started"), ("finish", "finished"), ("accept", "accepted"), ("close", "task_closed")):
        if kind == "close":
            for purse, yuan in at.cycle.works[name].committed().items():
                pay(at, name, yuan, purse, district=district)
            at.do("close", district, work.year, name)
        elif kind == "accept":
            at.do(
                "accept", district, work.year, name, on=at.today.isoformat(), area_m2=work.task.area_m2,
                hazards=work.task.hazards, evidence=evidence(name),
            )  # fmt: skip
        else:
            at.do(kind, district, work.year, name, on=at.today.isoformat())
        if state == until:
            break
    return at


__all__ = ["CITY", "FIRST", "LAST", "NORTH", "money"]
