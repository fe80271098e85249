"""Assessment before works, tier before tier."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest

from planner.clauses import Mode
from planner.ledger import Ledger, Option, PatchKind, Treatment
from planner.model import formulate
from planner.scenario import Scenario
from tests.planner.cases.base import pick
from tests.planner.judged import judged, rows
from tests.planner.random_worlds import random_ledger, random_scenario
from tests.planner.test_enumeration import clean_assignments, feasible_assignments
from tests.planner.worlds import FIRST, LAST, patch, scenario

HARD = {"mode": "hard"}
ASSESSED = scenario(clauses={"reserve_assessment": HARD})
STRICT = scenario(clauses={"strict_tiers": HARD})


@pytest.mark.parametrize(
    ("fields", "earliest"),
    [
        ({"ecological_redline": True}, None),
        ({"reserve": "park"}, None),
        ({"reserve": "park", "assessed": True}, FIRST),
        ({"reserve": "park", "assessed_from": FIRST + 1}, FIRST + 1),
        ({"ecological_redline": True, "assessed_from": LAST + 1}, LAST + 1),
        ({"ecological_redline": True, "core_reserve": True, "irreversible_damage": True}, FIRST),
        ({"reserve": "无"}, FIRST),
        ({}, FIRST),
        ({"ecological_redline": True, "kind": PatchKind.CLOSED_OR_PRODUCING_MINE, "cost_yuan": 0}, None),
    ],
)
def test_works_inside_start_when_they_are_assessed(fields: dict[str, Any], earliest: int | None) -> None:
    ledger = Ledger((patch("A", **fields),))
    for year in range(FIRST, LAST + 1):
        found = judged(ledger, ASSESSED, (pick("A", year),))
        if earliest is None:
            assert found == [("reserve_assessment", "A", 1, "patches")]
        else:
            early = earliest - year
            assert found == ([("reserve_assessment", "A", early, "year")] if early > 0 else [])
        assert judged(ledger, scenario(clauses={"reserve_assessment": "off"}), (pick("A", year),)) == []


def test_the_red_line_is_kept_unless_the_scenario_says_otherwise() -> None:
    trial = Scenario.model_validate({"horizon": {"first": FIRST, "last": LAST}})
    assert trial.clause("reserve_assessment").on


def waits(ledger: Ledger, *picks: tuple[str, int], **fields: Any) -> list[tuple[str, int]]:
    """Patches that start too early, with how many they passed over."""
    clauses = {"strict_tiers": HARD, **fields.pop("clauses", {})}
    found = judged(ledger, scenario(clauses=clauses, **fields), tuple(pick(*p) for p in picks))
    assert {(clause, unit) for clause, _, _, unit in found} <= {("strict_tiers", "patches")}
    return [(place, int(amount or 0)) for _, place, amount, _ in found]


def test_the_same_year_will_do_and_the_year_before_will_not() -> None:
    ledger = Ledger((patch("A", tier=1), patch("B", tier=1), patch("C", tier=2), patch("D", tier=3)))
    assert waits(ledger, ("A", FIRST), ("B", FIRST + 1), ("C", FIRST + 1), ("D", FIRST + 1)) == []
    assert waits(ledger, ("A", FIRST), ("B", FIRST + 1), ("C", FIRST), ("D", FIRST)) == [
        (f"C/{FIRST}", 1), (f"D/{FIRST}", 1),
    ]  # fmt: skip
    assert waits(ledger, ("A", LAST), ("B", LAST), ("C", LAST), ("D", FIRST)) == [(f"D/{FIRST}", 3)]


def test_who_is_left_out_holds_the_others_back() -> None:
    ledger = Ledger((patch("A", tier=1), patch("B", tier=3)))
    assert waits(ledger, ("B", LAST)) == [(f"B/{LAST}", 1)]
    assert waits(ledger, ("A", LAST)) == []
    assert waits(ledger) == []


def test_other_districts_other_payers_natural_recovery_and_enterprises_hold_nobody_back() -> None:
    shared = (("North", Decimal(1)), ("South", Decimal(1)))
    others: list[dict[str, Any]] = [
        {"district": "South"}, {"ever_licensed": False}, {"ever_licensed": False, "district_shares": shared},
        {"treatment": Treatment.NATURAL}, {"kind": PatchKind.CLOSED_OR_PRODUCING_MINE, "cost_yuan": 0},
    ]  # fmt: skip
    for fields in others:
        assert waits(Ledger((patch("A", tier=1, **fields), patch("B", tier=2))), ("B", FIRST)) == []
    two = Ledger((patch("A", tier=1, ever_licensed=False, district_shares=shared),
                  patch("B", tier=2, ever_licensed=False, district_shares=shared)))  # fmt: skip
    assert waits(two, ("B", FIRST)) == [(f"B/{FIRST}", 1)]


def test_a_divided_licensed_patch_has_two_payers() -> None:
    """At 100 % both are the city's alone and one group; at 50 % a cross-district one has a payer more."""
    ledger = Ledger(
        (patch("A", tier=1, district_shares=(("North", Decimal(1)), ("South", Decimal(1)))), patch("B", tier=2))
    )
    assert waits(ledger, ("B", FIRST)) == [(f"B/{FIRST}", 1)]
    assert waits(ledger, ("B", FIRST), clauses={"payer": {"municipal_share_percent": 50}}) == []


BARS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"tenure_clear_from": LAST}, {"clauses": {"tenure": HARD}}, {}),
    ({"ecological_redline": True, "assessed_from": LAST}, {"clauses": {"reserve_assessment": HARD}}, {}),
    ({}, {"locks": [{"patch": "A", "kind": "not_before", "year": LAST, "reason": "x"}]}, {}),
    ({}, {}, {"first_start": LAST}),
    ({"actual_start": dt.date(LAST, 1, 1)}, {"clauses": {"locks": HARD}}, {}),
    ({}, {"locks": [{"patch": "A", "kind": "year", "year": LAST, "reason": "x"}]}, {}),
    ({}, {"frozen": [{"year": LAST, "patches": ["A"], "reason": "x"}]}, {}),
    ({}, {"frozen": [{"year": y, "patches": [], "reason": "x"} for y in (FIRST, FIRST + 1)]}, {}),
]


@pytest.mark.parametrize(("fields", "scene", "window"), BARS)
def test_a_patch_that_cannot_have_begun_holds_nobody_back_until_it_can(
    fields: dict[str, Any], scene: dict[str, Any], window: dict[str, Any]
) -> None:
    options = (Option(patch="A", option="only", cost_yuan=1, **window),)
    ledger = Ledger((patch("A", tier=1, **fields), patch("B", tier=2)), options)
    trial = scenario(**{**scene, "clauses": {"strict_tiers": HARD, **scene.get("clauses", {})}})
    for start, passed in ((FIRST + 1, []), (LAST, [("strict_tiers", f"B/{LAST}", 1, "patches")])):
        assert [f for f in judged(ledger, trial, (pick("B", start),)) if f[0] == "strict_tiers"] == passed
    plain = Ledger((patch("A", tier=1), patch("B", tier=2)))
    assert waits(plain, ("B", FIRST + 1)) == [(f"B/{FIRST + 1}", 1)]


@pytest.mark.parametrize(
    ("fields", "scene"),
    [
        ({"ecological_redline": True}, {"clauses": {"reserve_assessment": HARD}}),
        ({"core_reserve": True, "treatment": Treatment.COMPREHENSIVE}, {"clauses": {"core_reserve": HARD}}),
        ({}, {"locks": [{"patch": "A", "kind": "excluded", "reason": "x"}]}),
        ({"duration_years": 4}, {"clauses": {"completion": HARD}, "mode": "rationed"}),
        ({"duration_years": 4, "treatment": Treatment.COMPREHENSIVE},
         {"clauses": {"basic_treatment": HARD}, "mode": "rationed"}),
        ({"actual_start": dt.date(FIRST - 1, 12, 31)}, {}),
    ],
)  # fmt: skip
def test_a_patch_that_can_never_start_or_began_before_holds_nobody_back(
    fields: dict[str, Any], scene: dict[str, Any]
) -> None:
    ledger = Ledger((patch("A", tier=1, **fields), patch("B", tier=2)))
    assert waits(ledger, ("B", LAST), **scene) == []
    off = {"clauses": dict.fromkeys(scene.get("clauses", {"locks": HARD}), "off")}
    if "actual_start" not in fields:
        assert waits(ledger, ("B", LAST), **{**scene, **off}) == [(f"B/{LAST}", 1)]


def test_a_lock_that_leaves_early_years_and_a_start_that_is_only_recorded_hold_the_others_back() -> None:
    ledger = Ledger((patch("A", tier=1), patch("B", tier=2)))
    locks = [{"patch": "A", "kind": "not_after", "year": FIRST, "reason": "x"}]
    assert waits(ledger, ("B", LAST), locks=locks) == [(f"B/{LAST}", 1)]
    assert waits(ledger, ("A", FIRST), ("B", FIRST), locks=locks) == []
    recorded = Ledger((patch("A", tier=1, actual_start=dt.date(FIRST, 1, 1)), patch("B", tier=2)))
    assert waits(recorded, ("B", LAST)) == [(f"B/{LAST}", 1)]


def test_a_window_that_closes_before_tenure_is_clear_never_opens() -> None:
    ledger = Ledger(
        (patch("A", tier=1, tenure_clear_from=FIRST + 1), patch("B", tier=2)),
        (Option(patch="A", option="only", cost_yuan=1, last_start=FIRST),),
    )
    assert waits(ledger, ("B", LAST), clauses={"tenure": HARD}) == []
    assert waits(ledger, ("B", LAST)) == [(f"B/{LAST}", 1)]


def test_hazard_only_works_begin_a_patch_where_they_are_allowed() -> None:
    """Everything must be completed: A can begin in the last year alone. Rationed: its hazards could go first."""
    ledger = Ledger(
        (patch("A", tier=1, hazard_points=1), patch("B", tier=2)),
        (
            Option(patch="A", option="whole", cost_yuan=100, first_start=LAST),
            Option(patch="A", option="hazards", cost_yuan=10, hazard_only=True),
        ),
    )
    clauses = {"strict_tiers": HARD, "completion": HARD}
    late = (pick("A", LAST, "whole"), pick("B", FIRST))
    assert judged(ledger, scenario(clauses=clauses), late) == []
    rationed = scenario(clauses=clauses, mode="rationed")
    assert judged(ledger, rationed, late) == [("strict_tiers", f"B/{FIRST}", 1, "patches")]
    assert judged(ledger, rationed, (pick("A", FIRST, "hazards"), pick("B", FIRST))) == []


def test_starts_that_are_facts_or_approved_wait_for_nobody_where_they_are_kept() -> None:
    ledger = Ledger((patch("A", tier=1), patch("B", tier=2, actual_start=dt.date(FIRST, 5, 1))))
    assert waits(ledger, ("A", LAST), ("B", FIRST), clauses={"locks": HARD}) == []
    assert waits(ledger, ("A", LAST), ("B", FIRST)) == [(f"B/{FIRST}", 1)]
    ledger = Ledger((patch("A", tier=1), patch("B", tier=2)))
    frozen = [{"year": FIRST + 1, "patches": ["B"], "reason": "approved"}]
    assert waits(ledger, ("A", LAST), ("B", FIRST + 1), frozen=frozen) == []


def test_rows_and_columns_grow_with_the_patches_not_with_their_pairs() -> None:
    def size(count: int) -> tuple[int, int]:
        ledger = Ledger(tuple(patch(f"P{i}", tier=1 + i % 3) for i in range(count)))
        return rows(ledger, STRICT), formulate(ledger, STRICT).draft.columns - 3 * count

    (small, few), (large, same) = size(30), size(300)
    assert few == same == 6  # two tiers with lower ones, three years
    assert large - small == 270 * 4  # three rows for the years of a patch; tier 2 has both kinds


def test_one_tier_alone_has_no_rows() -> None:
    assert rows(Ledger((patch("A", tier=2), patch("B", tier=2))), STRICT) == 0


FACTS = ["completion", "basic_treatment", "core_reserve", "locks", "reserve_assessment", "tenure"]


def test_programme_and_auditor_agree_with_every_fact_and_the_clause_bites() -> None:
    bites = 0
    for seed in range(90):
        rng = random.Random(f"crowded-{seed}")
        ledger = random_ledger(rng, patches=3, clause="strict_tiers")
        trial = random_scenario(rng, ledger, ["strict_tiers", *rng.sample(FACTS, k=rng.randrange(len(FACTS)))])
        admitted = feasible_assignments(ledger, trial)
        assert admitted == clean_assignments(ledger, trial), seed
        off = trial.clause("strict_tiers").model_copy(update={"mode": Mode.OFF})
        free = feasible_assignments(
            ledger, trial.model_copy(update={"clauses": {**trial.clauses, "strict_tiers": off}})
        )
        assert admitted <= free
        bites += 0 < len(admitted) < len(free)
    assert bites >= 15, bites
