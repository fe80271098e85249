"""What map and schedule show, worked out by hand on a small world; no page and no browser."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner import shipped
from planner.ledger import Ledger, Treatment
from planner.ledger.gazetteer import boundaries_of
from planner.ledger.sample.geometry import District, read_districts
from planner.office.areas import area_years
from planner.office.figures import Book
from planner.office.words import Words
from planner.plan import Pick, PlanStatus, build_body
from planner.web import charts, map_chart, schedule_chart, theme
from planner.web import overview_filters as filters
from planner.web.map_figures import LEFT_OUT, NATURAL, Outlines, by_year, centre, outlines, unplaced
from planner.web.schedule_figures import MOST_ROWS, Bar, schedule
from planner.web.sites import EVERYTHING, UNNAMED, Selection, Site, options, sites
from tests.planner.web import folders
from tests.planner.worlds import FIRST, LAST, patch, scenario

ROWS = (
    patch("A", area_m2=10_000, tier=1, township="East", longitude=10.2, latitude=60.5),
    patch("B", area_m2=20_000, tier=2, township="East", longitude=10.8, latitude=60.5),
    patch("C", area_m2=40_000, tier=2, district="South", duration_years=2),
    patch("D", area_m2=80_000, tier=3, district="South", longitude=10.5, latitude=59.5),
    patch("N", area_m2=5_000, treatment=Treatment.NATURAL, township="East", longitude=10.4, latitude=60.6),
)
PICKS = (Pick("A", "standard", FIRST), Pick("B", "standard", FIRST + 1), Pick("C", "standard", LAST))


def square(name: str, west: float, south: float) -> dict[str, Any]:
    corners = [(west, south), (west + 1, south), (west + 1, south + 1), (west, south + 1), (west, south)]
    return {
        "type": "Feature", "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]},
    }  # fmt: skip


MAP = {"type": "FeatureCollection", "features": [square("North", 10, 60), square("South", 10, 59)]}


def book_of(rows: tuple[Any, ...] = ROWS, picks: tuple[Pick, ...] = PICKS) -> Book:
    ledger, under = Ledger(rows), scenario()
    plan = folders.certified(ledger, under, build_body(ledger, under, list(picks)), PlanStatus.OPTIMAL)
    return Book(ledger, under, plan, Words("zh", ledger.meta))


@pytest.fixture(scope="module")
def book() -> Book:
    return book_of()


@pytest.fixture(scope="module")
def every(book: Book) -> tuple[Site, ...]:
    return sites(book)


def ids(found: list[Site]) -> list[str]:
    return [site.patch.patch for site in found]


class TestSelection:
    def test_everything(self, every: tuple[Site, ...]) -> None:
        assert sorted(ids(EVERYTHING.of(every))) == ["A", "B", "C", "D", "N"]

    @pytest.mark.parametrize(
        ("chosen", "kept"),
        [
            (Selection(district="North"), ["A", "B", "N"]),
            (Selection(district="North", township="East", year=str(FIRST)), ["A"]),
            (Selection(tier="2"), ["B", "C"]),
            (Selection(category="natural"), ["N"]),
            (Selection(year=str(FIRST + 2)), ["C"]),
            (Selection(patch="D"), ["D"]),
            (Selection(district="South", tier="1"), []),
        ],
    )
    def test_each_field(self, every: tuple[Site, ...], chosen: Selection, kept: list[str]) -> None:
        assert sorted(ids(chosen.of(every))) == kept

    def test_a_chart_leaves_its_own_field_out(self, every: tuple[Site, ...]) -> None:
        chosen = Selection(district="North", tier="2")
        assert sorted(ids(chosen.of(every, but=("district",)))) == ["B", "C"]

    def test_what_no_patch_has_is_dropped(self, every: tuple[Site, ...]) -> None:
        asked = Selection("North", "West", "1999", "2", "nothing", "Z")
        assert asked.known(every) == Selection(district="North", tier="2")

    def test_a_township_goes_with_its_district(self, every: tuple[Site, ...]) -> None:
        assert Selection(township="East").known(every) == EVERYTHING
        chosen = Selection(district="North", township="East", patch="A")
        assert chosen.changed(district="South") == Selection(district="South")
        assert chosen.changed(year="2031") == Selection(district="North", township="East", year="2031")

    def test_what_is_offered(self, every: tuple[Site, ...]) -> None:
        assert options(every, EVERYTHING) == {
            "district": ["North", "South"], "township": [], "year": [str(FIRST), str(FIRST + 1), str(LAST)],
            "tier": ["1", "2", "3"], "category": ["natural", "artificial"],
        }  # fmt: skip
        assert options(every, Selection(district="South"))["township"] == [UNNAMED]


class TestClicks:
    def test_on_the_map(self) -> None:
        before = Selection(district="South", township="West", year="2031", patch="Q")
        assert filters.by_place(before, {"district": "North", "patch": ""}) == Selection(district="North", year="2031")
        assert filters.by_place(before, {"district": "North", "patch": "A"}) == replace(before, patch="A")
        assert filters.by_place(before, {}) == Selection(year="2031")

    def test_on_a_row(self) -> None:
        assert filters.by_row("district")(EVERYTHING, {"row": "North"}) == Selection(district="North")
        below = Selection(district="North", township="East")
        assert filters.by_row("township")(Selection(district="North"), {"row": "East"}) == below
        one = replace(below, patch="A")
        assert filters.by_row("patch")(below, {"row": "A"}) == one
        assert filters.by_row("patch")(one, {}) == below
        assert filters.by_row("district")(EVERYTHING, {}) == EVERYTHING

    def test_on_a_bar(self) -> None:
        before = Selection(district="North", tier="3")
        assert filters.by_year(before, {"year": "2031"}) == replace(before, year="2031")
        assert filters.by_year_and_tier(before, {"year": "2032", "tier": 1}) == Selection("North", "", "2032", "1")
        assert filters.by_year_and_tier(before, {}) == Selection(district="North")


class TestSchedule:
    def test_districts_by_year(self, book: Book, every: tuple[Site, ...]) -> None:
        found = schedule(every, EVERYTHING, book.years)
        assert (found.level, found.rows, found.left_out) == ("district", ("North", "South"), 0)
        # C starts in the last year and takes two: the chart goes on for one year more
        assert found.years == range(FIRST, LAST + 2)
        assert set(found.bars) == {
            Bar("North", FIRST, FIRST + 1, 10_000, 1),
            Bar("North", FIRST + 1, FIRST + 2, 20_000, 1),
            Bar("South", LAST, LAST + 1, 40_000, 1),
            Bar("South", LAST + 1, LAST + 2, 40_000, 1),
            Bar("North", FIRST, LAST + 1, 5_000, 1, natural=True),
        }

    def test_townships_of_one(self, book: Book, every: tuple[Site, ...]) -> None:
        chosen = Selection(district="South")
        assert schedule(chosen.of(every), chosen, book.years).rows == (UNNAMED,)
        alone = [site for site in every if site.district == "North"]
        own = schedule(alone, EVERYTHING, book.years, one_district=True)
        assert (own.level, own.rows) == ("township", ("East",))

    def test_patches_from_start_to_finish(self, book: Book, every: tuple[Site, ...]) -> None:
        chosen = Selection(district="North", township="East")
        found = schedule(chosen.of(every), chosen, book.years)
        assert found.rows == ("A", "B", "N")
        assert found.bars == (
            Bar("A", FIRST, FIRST + 1, 10_000, 1, tier=1, label="A"),
            Bar("B", FIRST + 1, FIRST + 2, 20_000, 1, tier=2, label="B"),
            Bar("N", FIRST, LAST + 1, 5_000, 1, natural=True, tier=3, label="N"),
        )

    def test_no_more_rows_than_can_be_read(self) -> None:
        rows = tuple(patch(f"P{i:03}", township="East") for i in range(MOST_ROWS + 5))
        book = book_of(rows, tuple(Pick(row.patch, "standard", FIRST) for row in rows))
        chosen = Selection(district="North", township="East")
        found = schedule(chosen.of(sites(book)), chosen, book.years)
        assert (len(found.rows), len(found.bars), found.left_out) == (MOST_ROWS, MOST_ROWS, 5)

    def test_nothing(self, book: Book) -> None:
        assert schedule([], EVERYTHING, book.years).rows == ()

    def test_the_chart(self, book: Book, every: tuple[Site, ...]) -> None:
        spec = schedule_chart.gantt(schedule(every, EVERYTHING, book.years), "North", book.words).to_dict()
        bars = [row for rows in spec["datasets"].values() for row in rows if "begin" in row]
        works = {(row["row"], row["begin"], row["end"], row["words"], row["faded"]) for row in bars}
        assert ("South", LAST, LAST + 1, "4", True) in works
        assert ("North", FIRST, LAST + 1, "0.5", False) in works
        assert spec["params"][0]["select"] == {"type": "point", "fields": ["row"], "on": "click"}


class TestMap:
    def test_both_axes_have_one_scale(self) -> None:
        found = outlines(MAP)
        narrowing = math.cos(math.radians(60))  # from 59 to 61
        assert found.narrowing == pytest.approx(narrowing)
        north = found.shapes["features"][0]
        assert north["district"] == "North"
        assert north["geometry"]["coordinates"][0][1] == pytest.approx([11 * narrowing, 60], abs=1e-5)
        assert found.centres["North"] == pytest.approx((10.5 * narrowing, 60.5))
        assert found.place(Site(ROWS[0], None)) == pytest.approx((10.2 * narrowing, 60.5))
        assert found.place(Site(ROWS[2], None)) is None

    def test_a_name_stands_inside_its_district(self) -> None:
        horseshoe = ((0.0, 0.0), (5.0, 0.0), (5.0, 4.0), (4.0, 4.0), (4.0, 1.0), (1.0, 1.0), (1.0, 4.0), (0.0, 4.0))
        district = District("U", (horseshoe,))
        x, y = centre(district)
        assert district.contains((x, y))
        # areas 4, 3 and 4 with middles at 2, 1/2 and 2 above the ground: (3·1/2 + 4·2 + 4·2) / 11
        assert y == pytest.approx(17.5 / 11)

    def test_who_has_no_coordinates(self, every: tuple[Site, ...]) -> None:
        lost = unplaced(every, ["North", "South"])
        assert (lost.by_district, lost.nowhere) == ({"South": 1}, 0)
        lost = unplaced(every, ["North"])
        assert (lost.by_district, lost.nowhere) == ({}, 1)

    def test_patches_by_district_and_year(self, book: Book, every: tuple[Site, ...]) -> None:
        counts = by_year(every, book.years)
        assert counts["North"] == {str(FIRST): 1, str(FIRST + 1): 1, str(LAST): 0, NATURAL: 1, LEFT_OUT: 0}
        assert counts["South"] == {str(FIRST): 0, str(FIRST + 1): 0, str(LAST): 1, NATURAL: 0, LEFT_OUT: 1}

    def test_the_chart(self, book: Book, every: tuple[Site, ...]) -> None:
        chart = map_chart.district_map(outlines(MAP), every, Selection(district="North"), book.years, book.words)
        spec = chart.to_dict()
        points = next(rows for rows in spec["datasets"].values() if isinstance(rows, list) and "state" in rows[0])
        assert {(row["patch"], row["state"], row["faded"]) for row in points} == {
            ("A", str(FIRST), False), ("B", str(FIRST + 1), False), ("N", "自然恢复", False), ("D", "未列入计划", True),
        }  # fmt: skip
        bubbles = [
            row for rows in spec["datasets"].values() if isinstance(rows, list) for row in rows if "count" in row
        ]
        assert [(row["district"], row["count"]) for row in bubbles] == [("South", 1)]
        assert spec["projection"] == {"type": "identity", "reflectY": True}
        assert len(spec["datasets"]["districts"]["features"]) == 2
        assert "url" not in json.dumps(spec).lower()

    def test_without_any_coordinate(self, book: Book, every: tuple[Site, ...]) -> None:
        bare = [Site(replace(site.patch, longitude=None, latitude=None), site.item) for site in every]
        spec = map_chart.district_map(outlines(MAP), bare, EVERYTHING, book.years, book.words).to_dict()
        tables = [rows for rows in spec["datasets"].values() if isinstance(rows, list)]
        assert not [rows for rows in tables if "state" in rows[0]]
        assert [[row["count"] for row in rows] for rows in tables if "count" in rows[0]] == [[3, 2]]

    def test_the_shipped_cities_have_closed_outlines_and_few_points(self) -> None:
        for file in sorted(shipped.path("data").glob("*/districts.geojson")):
            geojson = json.loads(Path(file).read_text(encoding="utf-8"))
            found: Outlines = outlines(geojson)
            assert set(found.centres) == {feature["properties"]["name"] for feature in geojson["features"]}
            for name, district in read_districts(geojson).items():
                x, y = found.centres[name]
                assert district.contains((x / found.narrowing, y)), name
                assert all(ring[0] == ring[-1] for ring in district.rings), name
            assert file.stat().st_size < 100_000

    def test_a_city_without_boundaries(self) -> None:
        assert boundaries_of("Aldrun") is None
        assert boundaries_of("") is None


class TestBars:
    def test_area_of_some_tasks(self, book: Book) -> None:
        years = area_years(book, [item for item in book.items if item.task.district == "North"])
        assert [(y.year, y.tiers, y.finished) for y in years] == [
            (FIRST, {1: 10_000, 2: 0}, 10_000), (FIRST + 1, {1: 0, 2: 20_000}, 20_000), (LAST, {1: 0, 2: 0}, 0),
        ]  # fmt: skip

    def test_year_and_tier_are_set_off(self, book: Book) -> None:
        areas = [(FIRST, 1, 10_000), (FIRST, 2, 0), (FIRST + 1, 2, 20_000)]
        spec = charts.area_by_year(areas, book.words, Selection(year=str(FIRST), tier="1")).to_dict()
        rows = next(rows for rows in spec["datasets"].values() if "faded" in rows[0])
        assert [(row["year"], row["tier"], row["amount"], row["faded"]) for row in rows] == [
            (str(FIRST), 1, 1.0, False), (str(FIRST), 2, 0.0, True), (str(FIRST + 1), 2, 2.0, True),
        ]  # fmt: skip


def test_years_are_told_apart_without_colour() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    shades = [light(colour) for colour in theme.year_colours(5)]
    assert all(lighter / darker > 1.25 for darker, lighter in itertools.pairwise(shades))
    assert len(theme.year_colours(1)) == 1
