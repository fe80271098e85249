"""Random capital budgets of many years against the exact answers of an independent solver.

Only the public contract is used. The independent side knows neither the ledger nor the scenario: it gets what each way
spends by year and what it is worth (`tests.independent.exact_choice`).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from planner import Ledger, Scenario, make_plan
from tests.independent.exact_choice import answers
from tests.planner.in_process import in_process  # noqa: F401

FIRST = 2051
PLAIN = {"default": "off", "completion": {"mode": "hard"}, "purse_accounts": {"mode": "hard"}}


@dataclass
class World:
    """A ledger, the wishes about it, and the same question in plain numbers."""

    years: int
    options: list[dict[str, Any]]
    budgets: list[int]
    goal: str
    mode: str
    basis: str = "cash"
    carry: int = 0
    decimals: int = 0

    def plan(self, **effort: Any) -> dict[str, Any]:
        names = list(dict.fromkeys(option["patch"] for option in self.options))
        cost = {option["patch"]: option["cost_yuan"] for option in self.options}
        patches = pd.DataFrame(
            [
                {"patch": name, "district": "D", "area_m2": 1, "treatment": "artificial", "ever_licensed": True,
                 "cost_yuan": cost[name]}
                for name in names
            ]
        )  # fmt: skip
        wishes = {
            "horizon": {"first": FIRST, "last": FIRST + self.years - 1},
            "basis": self.basis,
            "budgets": [
                {"source": "municipal", "year": FIRST + i, "yuan": yuan} for i, yuan in enumerate(self.budgets)
            ],
            "carry": {"years": self.carry, "scope": "purse"},
            "clauses": PLAIN,
            "goals": [{"name": self.goal, "tolerance": 0}],
            "mode": self.mode,
        }
        ledger = Ledger.from_frames(patches, pd.DataFrame(self.options))
        return make_plan(ledger, Scenario.model_validate(wishes), **effort).to_dict()

    def ways(self) -> dict[str, list[dict[str, Any]]]:
        """By patch: what each option begun in each admissible year spends by year, and what it is worth."""
        found: dict[str, list[dict[str, Any]]] = {option["patch"]: [] for option in self.options}
        for option in self.options:
            for start in range(option["first_start"], option["last_start"] + 1):
                place = start - FIRST
                if place + option["duration_years"] > self.years:
                    continue
                cash = option["cash_yuan"] if self.basis == "cash" else [option["cost_yuan"]]
                spend = [0] * self.years
                for offset, yuan in enumerate(cash):
                    if place + offset < self.years:
                        spend[place + offset] += yuan
                benefit = Decimal(str(option["benefit"])).scaleb(self.decimals)
                worth = int(benefit) if self.goal == "benefit" else option["cost_yuan"]
                found[option["patch"]].append({"spend": spend, "worth": worth, "key": (option["option"], start)})
        return found

    def question(self) -> dict[str, Any]:
        return {
            "budgets": self.budgets,
            "carry": self.carry,
            "patches": [
                [{"spend": way["spend"], "worth": way["worth"]} for way in ways] for ways in self.ways().values()
            ],
            "everything": self.mode == "complete",
            "minimise": self.goal == "cost",
        }

    def agrees(self, answer: int | None, **effort: Any) -> None:
        """The plan is the optimum, to the last digit, or is impossible where nothing is possible."""
        plan = self.plan(**effort)
        certificate = plan["certificate"]
        assert certificate["audit"]["clean"]
        if answer is None:
            assert certificate["status"] == "impossible"
            assert plan["schedule"] == []
            return
        assert certificate["status"] == "optimal"
        exact = Decimal(answer).scaleb(-self.decimals if self.goal == "benefit" else 0)
        (goal,) = certificate["goals"]
        assert float(goal["value"]) == float(exact)
        assert float(goal["bound"]) == float(exact)
        assert goal["gap"] == 0
        ways = self.ways()
        chosen = [
            next(way for way in ways[row["patch"]] if way["key"] == (row["option"], row["start"]))
            for row in plan["schedule"]
        ]
        assert sum(way["worth"] for way in chosen) == answer
        series = plan["cash"] if self.basis == "cash" else plan["commitments"]
        for place in range(self.years):
            assert sum(row["yuan"] for row in series if row["year"] == FIRST + place) == sum(
                way["spend"][place] for way in chosen
            )


def amount(rng: random.Random, size: str) -> int:
    if size == "small":
        return rng.randint(1, 20)
    if size == "large":
        return rng.randint(10**8, 10**9)
    return int(10 ** rng.uniform(0, 9))


def draw(rng: random.Random, size: str, goal: str, mode: str, **fields: Any) -> World:
    """3 to 8 years, 10 to 25 patches with 1 to 3 options each, any window and any cash by year."""
    years = rng.randint(3, 8)
    decimals = rng.choice([0, 1, 3])
    options = []
    for i in range(rng.randint(10, 25)):
        for j in range(rng.choice([1, 1, 2, 3])):
            cash = [amount(rng, size) if rng.random() < 0.8 else 0 for _ in range(rng.randint(1, 4))]
            duration = rng.randint(1, 2)
            first = FIRST + rng.randrange(years - 1)
            width = rng.choice([0, 0, 1, 2])
            sign = -1 if rng.random() < 0.15 else 1
            benefit = Decimal(sign * rng.randint(1, 10 ** (3 + decimals))).scaleb(-decimals)
            options.append(
                {"patch": f"P{i}", "option": f"o{j}", "cost_yuan": sum(cash), "cash_yuan": cash,
                 "duration_years": duration, "first_start": first, "last_start": min(first + width, FIRST + years - 1),
                 "benefit": benefit}
            )  # fmt: skip
    per_year = sum(option["cost_yuan"] for option in options) // years
    share = (0.15, 0.5) if mode == "rationed" else (0.5, 1.6)
    budgets = [int(per_year * rng.uniform(*share)) for _ in range(years)]
    return World(years, options, budgets, goal, mode, decimals=decimals, **fields)


def worlds(kind: str, count: int, **fields: Any) -> list[World]:
    return [
        draw(random.Random(f"{kind}-{seed}"), ["small", "large", "mixed"][seed % 3], **fields) for seed in range(count)
    ]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("basis", ["cash", "commitments"])
def test_knapsacks_of_many_years(basis: str) -> None:
    """Rationed: the greatest benefit, some of it negative, some with decimals."""
    drawn = worlds(f"knapsack-{basis}", 18, goal="benefit", mode="rationed", basis=basis)
    for world, answer in zip(drawn, answers([world.question() for world in drawn]), strict=True):
        world.agrees(answer)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("goal", ["cost", "benefit"])
def test_everything_done(goal: str) -> None:
    """Complete: the least cost, or the greatest benefit, among the options; some worlds are impossible."""
    drawn = worlds(f"complete-{goal}", 18, goal=goal, mode="complete")
    found = answers([world.question() for world in drawn])
    assert 2 <= sum(answer is None for answer in found) <= 16
    for world, answer in zip(drawn, found, strict=True):
        world.agrees(answer)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("mode", ["complete", "rationed"])
def test_money_that_lives_a_second_year(mode: str) -> None:
    drawn = worlds(f"carry-{mode}", 12, goal="benefit", mode=mode, carry=1)
    found = answers([world.question() for world in drawn])
    assert any(answer is not None for answer in found)
    for world, answer in zip(drawn, found, strict=True):
        world.agrees(answer)


def test_through_the_solver_s_own_process() -> None:
    drawn = [
        *worlds("process", 2, goal="benefit", mode="rationed"),
        *worlds("process", 2, goal="cost", mode="complete"),
    ]
    for world, answer in zip(drawn, answers([world.question() for world in drawn]), strict=True):
        world.agrees(answer)


def test_a_second_solver_says_the_same() -> None:
    drawn = worlds("cbc", 2, goal="benefit", mode="rationed")
    for world, answer in zip(drawn, answers([world.question() for world in drawn]), strict=True):
        world.agrees(answer, solver="cbc")


# Small enough to try everything


def every_choice(world: World) -> Iterator[list[dict[str, Any]]]:
    leave = [] if world.mode == "complete" else [None]
    for choice in itertools.product(*([*ways, *leave] for ways in world.ways().values())):
        yield [way for way in choice if way is not None]


def covered(world: World, chosen: list[dict[str, Any]]) -> bool:
    """Whether each year is paid by its own money and what is left of the year before; nothing lives longer."""
    before = 0
    for year, budget in enumerate(world.budgets):
        due = sum(way["spend"][year] for way in chosen)
        if due > before + budget:
            return False
        before = budget - max(0, due - before)
    return True


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("seed", range(30))
def test_carry_over_against_every_choice(seed: int) -> None:
    """Budgets of 0 to 12 and costs of 1 to 9 yuan: the vintages decide."""
    rng = random.Random(f"tiny-{seed}")
    years = 4
    options = []
    for i in range(4):
        for j in range(rng.choice([1, 2])):
            cash = [rng.randint(0, 9) for _ in range(rng.randint(1, 2))]
            options.append(
                {"patch": f"P{i}", "option": f"o{j}", "cost_yuan": sum(cash), "cash_yuan": cash, "duration_years": 1,
                 "first_start": FIRST, "last_start": FIRST + years - 1, "benefit": rng.randint(-3, 9)}
            )  # fmt: skip
    world = World(
        years, options, [rng.randint(0, 12) for _ in range(years)], rng.choice(["benefit", "cost"]),
        rng.choice(["complete", "rationed"]), rng.choice(["cash", "commitments"]), carry=1,
    )  # fmt: skip
    worth = [sum(way["worth"] for way in chosen) for chosen in every_choice(world) if covered(world, chosen)]
    best = max if world.goal == "benefit" else min
    world.agrees(best(worth) if worth else None)


def one_way(patch: str, cost: int, start: int, benefit: Any = 1) -> dict[str, Any]:
    """An option for one start year only, paid at once."""
    return {"patch": patch, "option": "go", "cost_yuan": cost, "cash_yuan": [cost], "duration_years": 1,
            "first_start": start, "last_start": start, "benefit": benefit}  # fmt: skip


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("seed", range(6))
def test_one_yuan_decides(seed: int) -> None:
    """Costs up to 10^9; the budgets are just what one schedule needs, then one yuan less in one year."""
    rng = random.Random(f"tight-{seed}")
    options = [one_way(f"P{i}", amount(rng, "mixed"), FIRST + rng.randrange(5)) for i in range(15)]
    need = [sum(o["cost_yuan"] for o in options if o["first_start"] == FIRST + i) for i in range(5)]
    World(5, options, need, "cost", "complete").agrees(sum(need))
    place = rng.choice([i for i in range(5) if need[i]])
    short = World(5, options, [yuan - (i == place) for i, yuan in enumerate(need)], "cost", "complete")
    short.agrees(None)
    shortfall = short.plan()["certificate"]["shortfall"]
    assert shortfall["yuan"] == 1
    assert shortfall["proved"]
    assert [(row["year"], row["yuan"]) for row in shortfall["missing"]] == [(FIRST + place, 1)]


@pytest.mark.usefixtures("in_process")
def test_one_yuan_among_billions_decides_which() -> None:
    """The pair that is worth more costs 2,000,000,001 and must be left where the budget ends at 2,000,000,000."""
    options = [one_way("A", 10**9, FIRST, 5), one_way("B", 10**9 + 1, FIRST, 6), one_way("C", 10**9, FIRST, 4)]
    World(1, options, [2 * 10**9 + 1], "benefit", "rationed").agrees(11)
    World(1, options, [2 * 10**9], "benefit", "rationed").agrees(9)
    World(1, options, [10**9 - 1], "benefit", "rationed").agrees(0)


@pytest.mark.usefixtures("in_process")
def test_a_thousandth_of_benefit_decides() -> None:
    options = [one_way("A", 7, FIRST, Decimal("1000000.001")), one_way("B", 7, FIRST, Decimal("1000000.002"))]
    plan = World(1, options, [13], "benefit", "rationed", decimals=3).plan()
    assert [row["patch"] for row in plan["schedule"]] == ["B"]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("worth", ["-0.001", "-1000000000", "0"])
def test_what_does_harm_is_left_or_done_as_the_mode_says(worth: str) -> None:
    options = [one_way("A", 3, FIRST, Decimal(worth)), one_way("B", 3, FIRST, 2)]
    thousandths = int(Decimal(worth) * 1000)
    World(1, options, [6], "benefit", "rationed", decimals=3).agrees(2000)
    World(1, options, [6], "benefit", "complete", decimals=3).agrees(2000 + thousandths)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("carry", [0, 1])
def test_forty_years(carry: int) -> None:
    """25 patches, each with two options and a window of two years."""
    rng = random.Random(f"forty-{carry}")
    options = []
    for i in range(25):
        for j in range(2):
            cash = [amount(rng, "small") for _ in range(rng.randint(1, 5))]
            first = FIRST + rng.randrange(38)
            options.append(
                {"patch": f"P{i}", "option": f"o{j}", "cost_yuan": sum(cash), "cash_yuan": cash, "duration_years": 1,
                 "first_start": first, "last_start": first + 1, "benefit": rng.randint(1, 99)}
            )  # fmt: skip
    world = World(40, options, [rng.randint(0, 25) for _ in range(40)], "benefit", "rationed", carry=carry)
    world.agrees(answers([world.question()])[0])


@pytest.mark.usefixtures("in_process")
def test_ties() -> None:
    """Thirty equal projects, money for ten in three years: any ten, the same ten on every run."""
    options = [one_way(f"P{i}", 1000, FIRST) | {"last_start": FIRST + 2} for i in range(30)]
    world = World(3, options, [4000, 3999, 3000], "benefit", "rationed")
    world.agrees(10)
    assert world.plan()["schedule"] == world.plan()["schedule"]
    complete = World(3, options, [10_000] * 3, "cost", "complete")
    complete.agrees(30_000)
    World(3, options, [10_000, 10_000, 9_999], "cost", "complete").agrees(None)
