"""The generator knows no city: another place, other years, other words; and it throws the same dice always."""

import re
from pathlib import Path

import pytest

from planner.ledger import PatchKind, Treatment
from planner.ledger.sample import make_sample, read_calibration
from planner.ledger.sample.amounts import parts_of
from planner.ledger.sample.dice import Dice
from planner.ledger.sample.geometry import District, around, distance_km, read_districts

ROOT = Path(__file__).parents[3]
FIRST_UNITS = (0.688124, 0.055859, 0.989459)


def square(name, west):
    ring = [[west, 0.0], [west + 1.0, 0.0], [west + 1.0, 1.0], [west, 1.0], [west, 0.0]]
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture(scope="module")
def world():
    """The shipped constants with another place, horizon, currency and seed; without enterprises and shared patches."""
    made = read_calibration(ROOT / "data" / "beijing" / "calibration.toml")
    names = ["Alba", "Brena", "Corva"]
    made["seed"] = 7
    made["boundaries"] = {"type": "FeatureCollection", "features": [square(n, float(i)) for i, n in enumerate(names)]}
    made["districts"] = [
        {
            "name": name, "short": name, "code": str(900 + i), "area_share": share, "region": "west", "basin": "Orr",
            "townships": 2,
        }
        for i, (name, share) in enumerate(zip(names, (50, 30, 20), strict=True))
    ]  # fmt: skip
    made["groups"] = [dict(g, count=g["count"] // 2, area_m2=g["area_m2"] // 2) for g in made["groups"]]
    made["hazards"] = made["hazards"] | {"points_per_patch": {"1": 3}, "on": {"abandoned_mine/artificial": 3}}
    made["tiers"] = made["tiers"] | {"visible_faces": 20, "focal_faces": 10}
    made["reserves"] = made["reserves"] | {"artificial": 5, "natural": 5}
    made["works_yuan"] = 7_000_000
    made["step_yuan"] = 10
    made["horizon"] = {"first": 2030, "last": 2036}
    made["tenure"] = {"clear_from": {"2032": 2}, "largest_m2": 25_000}
    made["special"] = made["special"] | {"candidates": {"west": 2}}
    made["reference"] = made["reference"] | {"first_year_area_m2": [900_000, 1_200_000]}
    made["scenarios"] = {"even": {"money": {"shape": [1_000_000] * 7}}}
    made["meta"] = {"title": "Ledger", "currency_zh": "crown", "currency_en": "crown"}
    del made["enterprise"], made["cross_district"]
    return made


def test_another_world(world):
    ledger, budgets = make_sample(world)
    assert ledger.districts == ("Alba", "Brena", "Corva")
    works = [patch for patch in ledger.patches if patch.treatment is not Treatment.NATURAL]
    assert sum(patch.cost_yuan for patch in works) == 7_000_000
    assert not any(patch.kind is PatchKind.CLOSED_OR_PRODUCING_MINE for patch in ledger.patches)
    assert {row.year for row in budgets["even"]} == set(range(2030, 2037))
    assert sum(row.yuan for row in budgets["even"]) == 7_000_000
    assert all(patch.patch.startswith("SYN-90") for patch in ledger.patches)


def test_the_same_calibration_gives_the_same_ledger(world):
    first, second = make_sample(world), make_sample(world)
    assert first.ledger.digest == second.ledger.digest
    assert first.budgets == second.budgets
    assert make_sample(world | {"seed": 8}).ledger.digest != first.ledger.digest


def test_the_generator_names_no_place():
    words = re.compile(r"北京|京|房山|密云|昌平|海淀|[Bb]eijing|1101\d\d|20[12]\d|凤山|镇")
    for file in sorted((ROOT / "planner" / "ledger" / "sample").glob("*.py")):
        assert not words.search(file.read_text(encoding="utf-8")), file.name


def test_wrong_words_in_a_calibration_are_refused(world):
    wrong = world | {"groups": [dict(world["groups"][0], kind="quarry"), *world["groups"][1:]]}
    with pytest.raises(ValueError, match="'quarry' is no PatchKind: use one of abandoned_mine"):
        make_sample(wrong)
    with pytest.raises(ValueError, match="money must have one of shape"):
        make_sample(world | {"scenarios": world["scenarios"] | {"odd": {"money": {"of": "even"}}}})


def test_dice_are_the_same_everywhere():
    dice = Dice(1, "a")
    assert [round(dice.unit(), 6) for _ in range(3)] == list(FIRST_UNITS)
    assert Dice(1, "b").unit() != Dice(1, "a").unit()
    assert sorted(Dice(1, "c").shuffled(range(9))) == list(range(9))
    assert {Dice(i, "d").whole(2, 4) for i in range(50)} == {2, 3, 4}
    assert Dice(1, "e").weighted("xy", [0, 1]) == "y"


def test_parts_sum_and_keep_the_least():
    assert parts_of(10, [1.0, 1.0, 1.0]) == (4, 3, 3)
    assert parts_of(10, [0.0, 1.0], least=2) == (2, 8)


def test_inside_and_holes():
    outer, hole = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)), ((1.0, 1.0), (1.0, 3.0), (3.0, 3.0), (3.0, 1.0))
    ring = District("ring", (outer, hole))
    assert ring.contains((0.5, 0.5))
    assert not ring.contains((2.0, 2.0))
    assert not ring.contains((5.0, 2.0))
    assert all(ring.contains(ring.throw(Dice(i, "in"))) for i in range(20))


def test_several_polygons_and_distances():
    triangle = [[[5, 5], [6, 5], [6, 6]]]
    two = {"type": "MultiPolygon", "coordinates": [square("a", 0.0)["geometry"]["coordinates"], triangle]}
    shape = read_districts({"features": [{"properties": {"name": "m"}, "geometry": two}]})["m"]
    assert shape.contains((0.5, 0.5))
    assert shape.contains((5.8, 5.2))
    here = (116.0, 40.0)
    assert all(distance_km(here, point) == pytest.approx(4.0, rel=1e-3) for point in around(here, 4.0))
