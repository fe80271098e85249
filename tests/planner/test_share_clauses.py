"""Shares of an area by a year: tiers, focal rock faces, arable land, corridors."""

from __future__ import annotations

from typing import Any

import pytest

from planner import BadInput
from planner.audit import audit_body
from planner.ledger import Ledger, Option, PatchKind, Treatment
from planner.model import formulate
from planner.plan import build_body
from planner.scenario import Scenario, overridden
from tests.planner.cases.base import pick
from tests.planner.judged import breaches, judged, rows
from tests.planner.test_task_clauses import refused, told
from tests.planner.worlds import FIRST, LAST, patch, scenario

FACE = PatchKind.EXPOSED_ROCK_FACE


def held(clause: str, mode: str = "hard", **settings: Any) -> Scenario:
    return scenario(clauses={clause: {"mode": mode, **settings}})


def share(percent: int, by_year: int = FIRST, tier: int = 1, counted: str = "finished") -> dict[str, Any]:
    return {"tier": tier, "by_year": by_year, "percent": percent, "counted": counted}


@pytest.mark.parametrize(("percent", "short"), [(33, 0), (34, 1), (66, 1), (67, 2), (100, 2)])
def test_a_share_is_rounded_up_to_the_square_metre(percent: int, short: int) -> None:
    """Of 3 m² a share of 33 % is 0.99, so 1 m²; 34 % is 1.02, so 2 m²: 1 m² of them is not enough."""
    ledger = Ledger((patch("A", tier=1, area_m2=1), patch("B", tier=1, area_m2=2), patch("C", tier=2, area_m2=9)))
    found = judged(ledger, held("tier_shares", entries=[share(percent)]), (pick("A", FIRST), pick("C", FIRST)))
    assert found == ([("tier_shares", f"tier_1/{FIRST}/finished", short, "m2")] if short else [])


def test_a_share_just_above_a_whole_square_metre_asks_for_the_next() -> None:
    """67 % of 3 m² is 2.01: all three."""
    ledger = Ledger((patch("A", tier=1, area_m2=1), patch("B", tier=1, area_m2=2)))
    trial = held("tier_shares", entries=[share(67)])
    assert judged(ledger, trial, (pick("B", FIRST),)) == [("tier_shares", f"tier_1/{FIRST}/finished", 1, "m2")]
    assert judged(ledger, trial, (pick("A", FIRST), pick("B", FIRST))) == []


def test_started_counts_in_the_start_year_and_finished_in_the_last_year_of_works() -> None:
    ledger = Ledger((patch("A", tier=1, area_m2=30_000),))
    late, place = (pick("A", FIRST + 1),), f"tier_1/{FIRST + 1}"
    for counted, short in (("started", 0), ("finished", 30_000)):
        found = judged(ledger, held("tier_shares", entries=[share(100, FIRST + 1, counted=counted)]), late)
        assert found == ([("tier_shares", f"{place}/{counted}", short, "m2")] if short else [])
    assert judged(ledger, held("tier_shares", entries=[share(100, LAST)]), late) == []


def test_natural_recovery_enterprises_and_hazard_only_works_do_not_fill_a_share() -> None:
    ledger = Ledger(
        (
            patch("A", tier=1, area_m2=10, hazard_points=1),
            patch("N", tier=1, area_m2=70, treatment=Treatment.NATURAL),
            patch("E", tier=1, area_m2=90, kind=PatchKind.CLOSED_OR_PRODUCING_MINE, cost_yuan=0),
        ),
        (
            Option(patch="A", option="whole", cost_yuan=100),
            Option(patch="A", option="hazards", cost_yuan=10, hazard_only=True),
        ),
    )  # fmt: skip
    trial = held("tier_shares", entries=[share(100)])
    assert judged(ledger, trial, (pick("A", FIRST, "whole"),)) == []
    short = [("tier_shares", f"tier_1/{FIRST}/finished", 10, "m2")]
    assert judged(ledger, trial, (pick("A", FIRST, "hazards"), pick("E", FIRST))) == short


def test_focal_faces_have_to_be_both_and_the_first_year_is_theirs() -> None:
    ledger = Ledger((patch("A", kind=FACE, focal=True, area_m2=5), patch("B", kind=FACE), patch("C", focal=True)))
    assert judged(ledger, held("focal_faces"), (pick("A", FIRST),)) == []
    assert judged(ledger, held("focal_faces"), (pick("A", FIRST + 1),)) == [("focal_faces", str(FIRST), 5, "m2")]
    assert judged(ledger, held("focal_faces", by_year=FIRST + 1), (pick("A", FIRST + 1),)) == []
    assert judged(ledger, held("focal_faces", "off"), ()) == []


def test_arable_land_starts_by_the_second_year_or_the_only_one() -> None:
    ledger = Ledger((patch("A", arable_potential=True, area_m2=30_000), patch("B")))
    assert judged(ledger, held("arable_first"), (pick("A", FIRST + 1),)) == []
    assert judged(ledger, held("arable_first"), (pick("A", LAST),)) == [("arable_first", str(FIRST + 1), 30_000, "m2")]
    assert judged(ledger, held("arable_first", by_year=FIRST), (pick("A", FIRST + 1),)) == [
        ("arable_first", str(FIRST), 30_000, "m2")
    ]
    only = Scenario.model_validate(
        {"horizon": {"first": FIRST, "last": FIRST}, "clauses": {"default": "off", "arable_first": {}}}
    )
    assert audit_body(ledger, only, build_body(ledger, only, (pick("A", FIRST),))).clean
    assert [f.place for f in audit_body(ledger, only, build_body(ledger, only, ())).findings] == [str(FIRST)]
    assert [rows.columns.tolist() for rows in formulate(ledger, only).draft._rows] == [[0]]


def test_each_corridor_for_itself_and_only_those_named() -> None:
    ledger = Ledger(
        (patch("A", corridor="C1", area_m2=6), patch("B", corridor="C2", area_m2=4), patch("C", corridor="无"))
    )
    assert judged(ledger, held("corridors"), (pick("A", LAST),)) == [("corridors", f"C2/{LAST}", 4, "m2")]
    assert judged(ledger, held("corridors", names=["C1"]), (pick("A", LAST),)) == []
    assert judged(ledger, held("corridors", by_year=FIRST), (pick("A", LAST), pick("B", FIRST))) == [
        ("corridors", f"C1/{FIRST}", 6, "m2")
    ]
    assert rows(ledger, held("corridors")) == 2


@pytest.mark.parametrize(
    "trial",
    [
        held("tier_shares"), held("tier_shares", entries=[share(100), share(0, tier=3)]), held("focal_faces"),
        held("arable_first"), held("corridors"),
    ],
)  # fmt: skip
def test_where_nothing_is_concerned_there_are_no_rows_and_no_findings(trial: Scenario) -> None:
    ledger = Ledger(
        (
            patch("A", tier=3),
            patch(
                "N", tier=1, kind=FACE, focal=True, arable_potential=True, corridor="C1", treatment=Treatment.NATURAL
            ),
        )
    )
    assert rows(ledger, trial) == 0
    assert judged(ledger, trial, ()) == []


@pytest.mark.parametrize("clause", ["tier_shares", "focal_faces", "arable_first", "corridors"])
def test_a_soft_share_says_by_how_much_of_what(clause: str) -> None:
    ledger = Ledger(tuple(patch(name, tier=1, kind=FACE, focal=True, arable_potential=True, corridor="C1", area_m2=area)
                          for name, area in (("A", 6), ("B", 4))))  # fmt: skip
    settings = {"entries": [share(100)]} if clause == "tier_shares" else {"by_year": FIRST, "percent": 100}
    found = breaches(ledger, held(clause, "soft", **settings), (pick("A", FIRST), pick("B", LAST)))
    assert [(b.clause, b.amount, b.target, b.unit) for b in found] == [(clause, 4, 10, "m2")]


def test_settings_out_of_place_are_refused() -> None:
    at = "clauses.tier_shares.entries[0]"
    assert refused("tier_shares", entries=[share(50, tier=4)]) == [(f"{at}.tier", "out_of_range")]
    assert refused("tier_shares", entries=[share(101)]) == [(f"{at}.percent", "out_of_range")]
    assert refused("tier_shares", entries=[share(50, counted="done")]) == [(f"{at}.counted", "not_one_of")]
    assert refused("tier_shares", entries=[{"tier": 1, "percent": 50}]) == [(f"{at}.by_year", "missing_key")]
    assert refused("tier_shares", entries=[share(50), share(60)]) == [("clauses.tier_shares", "entry_twice")]
    assert refused("tier_shares", entries=[share(50, LAST + 1)]) == [(f"{at}.by_year", "clause_year")]
    for clause in ("focal_faces", "arable_first", "corridors", "hazards"):
        assert refused(clause, by_year=FIRST - 1) == [(f"clauses.{clause}.by_year", "clause_year")]


def test_a_corridor_that_the_ledger_does_not_have_is_refused() -> None:
    ledger = Ledger((patch("A", corridor="West ridge"), patch("B", corridor="无")))
    with pytest.raises(BadInput) as caught:
        overridden(ledger, held("corridors", names=["West ridge", "West rigde", "无"]))
    assert told(caught.value) == [(f"clauses.corridors.names[{i}]", "no_such_corridor") for i in (1, 2)]
    assert "West ridge" in caught.value.findings[0].repair("en")
