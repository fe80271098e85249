"""Amounts over arrays: the same as one by one, whatever their size."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.ledger import Ledger, Option
from planner.model.amounts import half_up_each, split_each, weight_table
from planner.model.choices import list_choices
from planner.plan import Works
from planner.plan.holding import holding_costs
from planner.plan.works import share_payments
from planner.scenario import Scenario
from planner.units import half_up_part, split
from tests.planner.worlds import FIRST, LAST, patch, scenario

AMOUNTS = st.one_of(st.integers(0, 1_000), st.integers(0, 10**15))


@given(st.lists(AMOUNTS, max_size=8), st.integers(0, 10**12), st.integers(1, 10**12))
def test_half_up_as_one_by_one(amounts: list[int], numerator: int, denominator: int) -> None:
    one_by_one = [half_up_part(amount, numerator, denominator) for amount in amounts]
    assert half_up_each(np.asarray(amounts, dtype=np.int64), numerator, denominator) == one_by_one


@given(st.lists(st.tuples(AMOUNTS, st.lists(AMOUNTS, min_size=1, max_size=5).filter(any)), min_size=1, max_size=6))
def test_split_as_one_by_one(lines: list[tuple[int, list[int]]]) -> None:
    weights = weight_table([own for _, own in lines])
    parts = split_each(np.asarray([total for total, _ in lines], dtype=np.int64), weights)
    for (total, own), line in zip(lines, parts.tolist(), strict=True):
        assert line == [*split(total, own), *[0] * (weights.shape[1] - len(own))]


def test_split_by_thirds_and_by_nothing() -> None:
    thirds = weight_table([(Fraction(1, 3), Fraction(2, 3)), (Fraction(1),), (Fraction(0), Fraction(0))])
    assert thirds.tolist() == [[1, 2], [1, 0], [0, 0]]
    assert split_each(np.asarray([100, 7, 0]), thirds).tolist() == [[33, 67], [7, 0], [0, 0]]
    with pytest.raises(ValueError, match="cannot be divided"):
        split(1, [0, 0])


def test_weights_past_64_bits_are_kept_whole() -> None:
    huge = weight_table([(Fraction(1, 10**20), Fraction(1, 3))])
    assert split_each(np.asarray([10**9]), huge).tolist() == [list(split(10**9, (Fraction(1, 10**20), Fraction(1, 3))))]


WORLD = Ledger(
    (
        patch("A", cost_yuan=1_001, area_m2=12_345, district_shares=(("North", 2), ("South", 1)), ever_licensed=False),
        patch("B", cost_yuan=777, area_m2=80_001, urban_growth_boundary=True, named_user="somebody"),
        patch("C", cost_yuan=999, area_m2=5_000, hazard_points=1),
        patch("D", cost_yuan=10**14, area_m2=99_999, district="South"),
        patch("E", cost_yuan=55, area_m2=31_000, treatment="natural"),
    ),
    (
        Option(patch="C", option="whole", cost_yuan=999, cash_yuan=(300, 0, 699)),
        Option(patch="C", option="hazards", cost_yuan=10, hazard_only=True, first_start=FIRST + 1),
        Option(patch="D", option="long", cost_yuan=10**14, duration_years=3),
    ),
)


@pytest.mark.parametrize("basis", ["commitments", "cash"])
def test_choices_and_their_events_as_the_works_say_one_by_one(basis: str) -> None:
    seen = scenario(
        clauses={"payer": {"user_pays": True, "municipal_share_percent": 70}}, basis=basis, contingency_percent="7.5",
        price_index={"rate": "0.03"},
    )  # fmt: skip
    works, choices = Works(WORLD, seen), list_choices(WORLD, seen)
    found = [[] for _ in range(len(choices))]  # type: list[list[tuple[object, int, int]]]
    for row, purse, year, yuan in zip(
        choices.event_row.tolist(), choices.event_purse.tolist(), choices.event_year.tolist(),
        choices.event_yuan.tolist(), strict=True,
    ):  # fmt: skip
        found[row].append((choices.purses[purse], year, yuan))
    rows = iter(range(len(choices)))
    for p, own in enumerate(WORLD.patches):
        for option in WORLD.options_of(own):
            for start in range(option.first_start or FIRST, LAST + 1):
                row = next(rows)
                assert (choices.patch[row], choices.option_of(row), choices.start[row]) == (p, option, start)
                assert choices.finish[row] == works.finish(own, option, start)
                assert choices.cost_yuan[row] == works.cost(option, start)
                assert choices.area_m2[row] == works.task_area(own, option)
                assert found[row] == _spent(works, seen, p, option, start)
    assert next(rows, None) is None


def _spent(works: Works, seen: Scenario, p: int, option: Option, start: int) -> list[tuple[object, int, int]]:
    own = WORLD.patches[p]
    if not works.from_purses(own):
        return []
    owed = works.commitments(own, option, start)
    if seen.basis == "commitments":
        return [(purse, start, yuan) for purse, yuan in owed.items() if yuan]
    cash = share_payments(owed, works.payments(own, option, start))
    return [(purse, y, yuan) for purse, by_year in cash.items() for y, yuan in by_year.items() if y <= LAST]


def test_the_cost_goal_as_holding_costs_say_one_by_one() -> None:
    from planner.model import formulate
    from planner.scenario import GoalName

    seen = scenario(
        holding={"cover_yuan_per_hectare_year": 5_001, "enclosure_yuan_per_hectare_year": 333,
                 "aftercare_yuan_per_hectare_year": 777, "aftercare_years": 2},
        goals=[{"name": "cost"}],
    )  # fmt: skip
    works, formulation = Works(WORLD, seen), formulate(WORLD, seen)
    choices, goal = formulation.choices, formulation.objective(GoalName.COST)
    assert goal.constant == sum(_held(works, p, None, None) for p in range(5))
    for row in range(len(choices)):
        p, option, start = int(choices.patch[row]), choices.option_of(row), int(choices.start[row])
        paid = works.cost(option, start) if works.from_purses(WORLD.patches[p]) else 0
        assert goal.coefficients[row] == paid + _held(works, p, option, start) - _held(works, p, None, None)


def _held(works: Works, p: int, option: Option | None, start: int | None) -> int:
    return sum(cost.yuan for cost in holding_costs(works, WORLD.patches[p], option, start))
