"""One small world for each clause: a plan that keeps it to the last yuan, and the smallest step that breaks it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from planner.ledger import Ledger, Option, PatchKind, Treatment
from planner.plan import Pick
from planner.scenario import Scenario
from tests.planner.worlds import FIRST, LAST, patch, scenario


@dataclass(frozen=True)
class ClauseCase:
    """Both plans, and what the auditor must say of the broken one: place, amount, unit."""

    ledger: Ledger
    scenario: Scenario
    kept: tuple[Pick, ...]
    broken: tuple[Pick, ...]
    place: str
    amount: int
    unit: str
    stricter: Scenario | None = None  # where the step is in the scenario (1 yuan, 1 m²) rather than in the plan


def pick(name: str, start: int, option: str = "standard") -> Pick:
    return Pick(name, option, start)


TWO_YEARS = {"area_m2": 30_000}
A_MINE = {"kind": PatchKind.CLOSED_OR_PRODUCING_MINE, "cost_yuan": 0}


def hard(**settings: object) -> dict[str, object]:
    return {"mode": "hard", **settings}


CASES: dict[str, ClauseCase] = {
    "completion": ClauseCase(
        Ledger((patch("A", **TWO_YEARS),)),
        scenario(clauses={"completion": hard()}),
        (pick("A", LAST - 1),),
        (pick("A", LAST),),
        "A", 1, "year",
    ),
    "basic_treatment": ClauseCase(
        Ledger((patch("A", treatment=Treatment.COMPREHENSIVE),)),
        scenario(clauses={"basic_treatment": hard()}),
        (pick("A", LAST),),
        (),
        "A", 1, "patches",
    ),
    "hazards": ClauseCase(
        Ledger((patch("A", hazard_points=2), patch("B", hazard_points=1, **TWO_YEARS))),
        scenario(clauses={"hazards": hard(required_points=3)}),
        (pick("A", FIRST), pick("B", LAST - 1)),
        (pick("A", FIRST), pick("B", LAST)),
        str(LAST), 1, "points",
    ),
    "special_project": ClauseCase(
        Ledger(
            (patch("A", treatment=Treatment.COMPREHENSIVE, special_candidate=True),),
            (
                Option(patch="A", option="basic", cost_yuan=100),
                Option(patch="A", option="special", cost_yuan=100, special=True, other_yuan=5),
            ),
        ),
        scenario(clauses={"special_project": hard(minimum=1)}),
        (pick("A", FIRST, "special"),),
        (pick("A", FIRST, "basic"),),
        str(LAST), 1, "projects",
    ),
    "purse_accounts": ClauseCase(
        Ledger((patch("A", cost_yuan=60), patch("B", cost_yuan=40))),
        scenario(
            clauses={"purse_accounts": hard()}, carry={"years": 1},
            budgets=[{"source": "municipal", "year": FIRST, "yuan": 100}],
        ),
        (pick("A", FIRST), pick("B", FIRST + 1)),
        (pick("A", FIRST), pick("B", FIRST + 2)),
        f"municipal/{FIRST + 2}", 40, "yuan",
        stricter=scenario(
            clauses={"purse_accounts": hard()}, carry={"years": 1},
            budgets=[{"source": "municipal", "year": FIRST, "yuan": 99}],
        ),
    ),
    "first_year_task": ClauseCase(
        Ledger((patch("A", area_m2=6), patch("B", area_m2=4))),
        scenario(clauses={"first_year_task": hard(min_area_m2=10, max_area_m2=10, min_yuan=200, max_yuan=200)}),
        (pick("A", FIRST), pick("B", FIRST)),
        (pick("A", FIRST), pick("B", FIRST + 1)),
        str(FIRST), 4, "m2",
        stricter=scenario(clauses={"first_year_task": hard(min_area_m2=11)}),
    ),
    "core_reserve": ClauseCase(
        Ledger((
            patch("A", treatment=Treatment.COMPREHENSIVE, core_reserve=True),
            patch("B", treatment=Treatment.COMPREHENSIVE, core_reserve=True, irreversible_damage=True),
        )),
        scenario(clauses={"core_reserve": hard()}),
        (pick("B", FIRST),),
        (pick("A", FIRST), pick("B", FIRST)),
        "A", 1, "patches",
    ),
    "natural_recovery": ClauseCase(
        Ledger((patch("A"), patch("N", treatment=Treatment.NATURAL))),
        scenario(clauses={"natural_recovery": hard()}),
        (pick("A", FIRST),),
        (pick("A", FIRST), pick("N", FIRST)),
        "N", 1, "patches",
    ),
    "tenure": ClauseCase(
        Ledger((patch("A", tenure_clear_from=FIRST + 1),)),
        scenario(clauses={"tenure": hard()}),
        (pick("A", FIRST + 1),),
        (pick("A", FIRST),),
        "A", 1, "year",
    ),
    "enterprise_mines": ClauseCase(
        Ledger((patch("M", licence_until=dt.date(FIRST, 12, 11), **A_MINE),)),
        scenario(clauses={"enterprise_mines": hard()}),
        (pick("M", FIRST + 1),),
        (pick("M", FIRST),),
        "M", 1, "year",
    ),
    "locks": ClauseCase(
        Ledger((patch("A"), patch("B"), patch("C", actual_start=dt.date(FIRST, 3, 1)))),
        scenario(
            clauses={"locks": hard()},
            locks=[
                {"patch": "A", "kind": "year", "year": FIRST + 1, "reason": "agreed"},
                {"patch": "B", "kind": "excluded", "reason": "disputed"},
            ],
        ),
        (pick("A", FIRST + 1), pick("C", FIRST)),
        (pick("A", FIRST + 2), pick("C", FIRST)),
        "A", 1, "year",
    ),
    "payer": ClauseCase(
        Ledger((patch("A", cost_yuan=101, district_shares=(("North", Decimal(1)), ("South", Decimal(1)))),)),
        scenario(
            clauses={"payer": hard(municipal_share_percent=50)},
            sources=[{"source": "central", "max_share_percent": 40}],
            budgets=[{"source": "central", "year": FIRST, "yuan": 7}],
        ),
        (pick("A", FIRST),),
        (pick("A", FIRST),),  # its commitments are changed by one yuan in the test
        "commitments/A/municipal", 1, "yuan",
    ),
}  # fmt: skip
