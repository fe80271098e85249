"""Quotas and district capacity: boundaries, the zero case, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from planner import BadInput
from planner.ledger import Ledger, Option, PatchKind, Treatment
from planner.scenario import Scenario, overridden
from tests.planner.cases.base import pick
from tests.planner.judged import breaches, judged, rows
from tests.planner.worlds import FIRST, LAST, patch, scenario

TWO = Ledger((patch("A", area_m2=6, cost_yuan=70), patch("B", area_m2=4, cost_yuan=30, district="South")))


def quotas(*entries: dict[str, Any], mode: str = "hard", **fields: Any) -> Scenario:
    return scenario(clauses={"quotas": {"mode": mode, "entries": list(entries)}}, **fields)


def capacity(mode: str = "hard", **settings: Any) -> Scenario:
    return scenario(clauses={"district_capacity": {"mode": mode, **settings}})


@pytest.mark.parametrize(
    ("limit", "met", "missed", "amount", "unit"),
    [
        ("min_area_m2", 6, 7, 1, "m2"), ("max_area_m2", 6, 5, 1, "m2"),
        ("min_yuan", 70, 71, 1, "yuan"), ("max_yuan", 70, 69, 1, "yuan"),
    ],
)  # fmt: skip
def test_a_quota_is_met_exactly_or_missed_by_one(limit: str, met: int, missed: int, amount: int, unit: str) -> None:
    picks = (pick("A", FIRST), pick("B", FIRST))
    north = {"district": "North", "year": FIRST}
    assert judged(TWO, quotas({**north, limit: met}), picks) == []
    assert judged(TWO, quotas({**north, limit: missed}), picks) == [("quotas", f"North/{FIRST}", amount, unit)]
    assert judged(TWO, quotas({**north, limit: missed}, mode="off"), picks) == []


def test_a_quota_without_district_is_the_citys_and_without_year_the_whole_horizons() -> None:
    picks = (pick("A", FIRST), pick("B", LAST))
    assert judged(TWO, quotas({"year": FIRST, "max_yuan": 69}), picks) == [("quotas", str(FIRST), 1, "yuan")]
    assert judged(TWO, quotas({"district": "South", "max_yuan": 29}), picks) == [
        ("quotas", f"South/{FIRST}-{LAST}", 1, "yuan")
    ]
    assert judged(TWO, quotas({"min_area_m2": 11}), picks) == [("quotas", f"{FIRST}-{LAST}", 1, "m2")]


def test_a_quota_counts_prices_of_the_year_and_no_natural_recovery_or_enterprise() -> None:
    """70 yuan at 10 % are 77 in the second year; hazard-only works bring their money and no area."""
    ledger = Ledger(
        (
            patch("A", cost_yuan=70, hazard_points=1), patch("N", treatment=Treatment.NATURAL),
            patch("E", kind=PatchKind.CLOSED_OR_PRODUCING_MINE, cost_yuan=0),
        ),
        (
            Option(patch="A", option="whole", cost_yuan=70),
            Option(patch="A", option="hazards", cost_yuan=20, hazard_only=True),
        ),
    )  # fmt: skip
    prices = {"price_index": {"rate": "0.1"}}
    second = {"year": FIRST + 1}
    picks = (pick("A", FIRST + 1, "whole"), pick("E", FIRST + 1))
    assert (
        judged(ledger, quotas({**second, "min_yuan": 77, "max_yuan": 77, "max_area_m2": 10_000}, **prices), picks) == []
    )
    picks = (pick("A", FIRST + 1, "hazards"),)
    assert judged(ledger, quotas({**second, "min_yuan": 22, "max_yuan": 22, "max_area_m2": 0}, **prices), picks) == []


def test_a_soft_quota_says_by_how_much() -> None:
    trial = quotas({"district": "North", "year": FIRST, "min_area_m2": 8, "max_yuan": 60}, mode="soft")
    found = [(b.place, b.amount, b.target, b.unit) for b in breaches(TWO, trial, (pick("A", FIRST),))]
    assert found == [(f"North/{FIRST}", 2, 8, "m2"), (f"North/{FIRST}", 10, 60, "yuan")]


def test_no_entries_no_rows() -> None:
    assert rows(TWO, quotas()) == rows(TWO, capacity()) == 0
    assert judged(TWO, quotas(), (pick("A", FIRST), pick("B", FIRST))) == []


def test_works_of_two_years_are_under_way_in_both() -> None:
    """A needs two years: B may start beside it only after the second."""
    ledger = Ledger((patch("A", area_m2=30_000), patch("B", area_m2=10_000)))
    for settings, amount, unit in (({"max_area_m2": 39_999}, 1, "m2"), ({"max_sites": 1}, 1, "patches")):
        assert judged(ledger, capacity(**settings), (pick("A", FIRST), pick("B", FIRST + 1))) == [
            ("district_capacity", f"North/{FIRST + 1}", amount, unit)
        ]
        assert judged(ledger, capacity(**settings), (pick("A", FIRST), pick("B", LAST))) == []
        assert judged(ledger, capacity("off", **settings), (pick("A", FIRST), pick("B", FIRST + 1))) == []
    assert judged(ledger, capacity(max_area_m2=40_000, max_sites=2), (pick("A", FIRST), pick("B", FIRST + 1))) == []


def test_works_past_the_horizon_count_within_it_alone() -> None:
    ledger = Ledger((patch("A", area_m2=30_000),))
    assert judged(ledger, capacity(max_sites=0), (pick("A", LAST),)) == [
        ("district_capacity", f"North/{LAST}", 1, "patches")
    ]


def test_an_entry_stands_in_place_of_the_limit_it_gives_and_of_no_other() -> None:
    ledger = Ledger((patch("A"), patch("B"), patch("C", district="South")))
    trial = capacity(max_area_m2=10_000, max_sites=1, entries=[{"district": "North", "max_sites": 2}])
    picks = (pick("A", FIRST), pick("B", FIRST), pick("C", FIRST))
    assert judged(ledger, trial, picks) == [("district_capacity", f"North/{FIRST}", 10_000, "m2")]
    trial = capacity(max_area_m2=0, entries=[{"district": "North", "max_area_m2": 20_000}])
    assert judged(ledger, trial, picks) == [("district_capacity", f"South/{FIRST}", 10_000, "m2")]


def test_hazard_only_works_are_a_site_without_area_and_enterprises_are_none() -> None:
    ledger = Ledger(
        (patch("A", hazard_points=1), patch("E", kind=PatchKind.CLOSED_OR_PRODUCING_MINE, cost_yuan=0)),
        (
            Option(patch="A", option="whole", cost_yuan=100),
            Option(patch="A", option="hazards", cost_yuan=10, hazard_only=True),
        ),
    )
    picks = (pick("A", FIRST, "hazards"), pick("E", FIRST))
    assert judged(ledger, capacity(max_area_m2=0, max_sites=1), picks) == []
    assert judged(ledger, capacity(max_sites=0), picks) == [("district_capacity", f"North/{FIRST}", 1, "patches")]


def refused(clause: str, **settings: Any) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        scenario(clauses={clause: settings})
    return told(caught.value)


def told(error: BadInput) -> list[tuple[str, str]]:
    for finding in error.findings:
        for lang in ("zh", "en"):
            assert finding.wrong(lang)
            assert finding.repair(lang)
    return [(finding.column, finding.id) for finding in error.findings]


def test_settings_that_say_nothing_or_contradict_themselves_are_refused() -> None:
    at = "clauses.quotas.entries[0]"
    assert refused("quotas", entries=[{"district": "North"}]) == [(at, "no_limit")]
    assert refused("quotas", entries=[{"min_yuan": 2, "max_yuan": 1}]) == [(at, "sides_cross")]
    assert refused("quotas", entries=[{"min_area_m2": 2, "max_area_m2": 1}]) == [(at, "sides_cross")]
    assert refused("quotas", entries=[{"district": " ", "max_yuan": 1}]) == [(f"{at}.district", "empty_text")]
    assert refused("quotas", entries=[{"max_hectares": 1}]) == [(f"{at}.max_hectares", "unknown_key")]
    assert refused("quotas", entries=[{"max_yuan": 1}, {"max_yuan": 2}]) == [("clauses.quotas", "entry_twice")]
    assert refused("quotas", entries=[{"max_yuan": 1, "year": LAST + 1}]) == [(f"{at}.year", "clause_year")]
    at = "clauses.district_capacity"
    assert refused("district_capacity", entries=[{"district": "North"}]) == [(f"{at}.entries[0]", "no_limit")]
    assert refused("district_capacity", max_sites=-1) == [(f"{at}.max_sites", "out_of_range")]
    twice = [{"district": "North", "max_sites": 1}, {"district": "North", "max_area_m2": 1}]
    assert refused("district_capacity", entries=twice) == [(at, "entry_twice")]


@pytest.mark.parametrize("clause", ["quotas", "district_capacity"])
def test_a_district_that_the_ledger_does_not_have_is_refused(clause: str) -> None:
    limit = {"quotas": "max_yuan", "district_capacity": "max_sites"}[clause]
    entries = [{"district": "South", limit: 5}, {"district": "Nord", limit: 5}]
    with pytest.raises(BadInput) as caught:
        overridden(TWO, scenario(clauses={clause: {"entries": entries}}))
    assert told(caught.value) == [(f"clauses.{clause}.entries[1].district", "no_such_district")]
    assert overridden(TWO, scenario(clauses={clause: {"mode": "off", "entries": entries}})) is TWO


def test_a_quota_without_a_year_is_placed_at_the_whole_horizon() -> None:
    ledger = Ledger((patch("A"),))
    trial = scenario(clauses={"quotas": {"mode": "hard", "entries": [{"min_area_m2": 10_001}]}})
    assert judged(ledger, trial, (pick("A", LAST),)) == [("quotas", f"{FIRST}-{LAST}", 1, "m2")]
