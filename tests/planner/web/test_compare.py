"""The comparison: three patches, the third a year earlier in the second plan; every figure worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.plan import Pick, PlanStatus, build_body
from planner.service import Runner, Service
from planner.service.kept import LEDGER_KIND, SCENARIO_KIND
from planner.texts import text
from planner.units import decimal_text
from planner.web.compare_rows import difference
from planner.web.compare_year import asked_day
from tests.planner.web import folders, stores
from tests.planner.web.conftest import Look, markup
from tests.planner.worlds import FIRST, LAST

CHINESE = re.compile(r"[一-鿿]")


def keep_earlier(service: Service, subject: str | None = None) -> int:
    """The small world's plan with P3, 10,001 m² and 500 crowns of South, in the first year."""
    desk = service.desk(subject)
    ledger, under = folders.small_world()
    picks = [Pick("P1", "standard", FIRST), Pick("P2", "standard", FIRST + 1), Pick("P3", "standard", FIRST)]
    plan = folders.certified(ledger, under, build_body(ledger, under, picks), PlanStatus.OPTIMAL)
    kept = [desk.keeping.known(LEDGER_KIND, ledger.digest), desk.keeping.known(SCENARIO_KIND, under.digest)]
    assert kept[0] is not None
    assert kept[1] is not None
    return desk.keeping.keep_plan(plan, kept[0].id, kept[1].id, name="earlier").id


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    service = stores.alone(tmp_path)
    yield service
    service.close()


@pytest.fixture
def both(alone: Service) -> tuple[int, int]:
    return stores.keep(alone.desk()), keep_earlier(alone)


def rows(page: AppTest, name: str) -> list[list[str]]:
    """The cells of a table."""
    table = markup(page).partition(f"data-table='{name}'")[2].partition("</table>")[0]
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", table)[1:]
    return [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", line)] for line in lines]


class TestDifferences:
    def test_what_differs_stands_on_top_and_what_is_equal_is_folded(
        self, look: Look, tmp_path: Path, both: tuple[int, int]
    ) -> None:
        page = look(tmp_path, at="compare", plans=f"{both[0]},{both[1]}")
        assert rows(page, "compare_money") == [
            [f"{FIRST} 年（克朗）", "1,000", "1,500", "+500（+50.0%）"],
            [f"{FIRST + 1} 年（克朗）", "2,500", "2,000", "−500（−20.0%）"],
        ]  # fmt: skip
        assert rows(page, "compare_area") == [
            [f"{FIRST} 年（公顷）", "1.2345", "2.2346", "+1.0001（+81.0%）"],
            [f"{FIRST + 1} 年（公顷）", "3.0001", "2", "−1.0001（−33.3%）"],
        ]  # fmt: skip
        assert rows(page, "compare_purses") == [
            [f"市级财政 · {FIRST} 年（克朗）", "1,000", "1,500", "+500（+50.0%）"],
            [f"市级财政 · {FIRST + 1} 年（克朗）", "500", "0", "−500（−100.0%）"],
        ]  # fmt: skip
        assert not rows(page, "compare_hazards")
        assert not rows(page, "compare_districts")
        equal = {row[1]: row[2] for row in rows(page, "compare_equal")}
        assert equal["合计（克朗）"] == "3,500"
        assert equal["South · 面积（公顷）"] == "3.0001"
        assert "1 个图斑不同：改年度 1" in markup(page)

    def test_targets_say_what_is_demanded_and_met(self, look: Look, tmp_path: Path, both: tuple[int, int]) -> None:
        page = look(tmp_path, at="compare", plans=f"{both[0]},{both[1]}")
        found = {row[0]: row[1:] for row in rows(page, "compare_targets")}
        (area,) = [cells for name, cells in found.items() if "≥ 1.2" in name]
        assert area == ["1.2345 ✓", "2.2346 ✓", "+1.0001（+81.0%）"]
        (money,) = [cells for name, cells in found.items() if "≤ 1,500" in name]
        assert money == ["1,000 ✓", "1,500 ✓", "+500（+50.0%）"]

    def test_the_first_is_the_yardstick(self, look: Look, tmp_path: Path, both: tuple[int, int]) -> None:
        page = look(tmp_path, at="compare", plans=f"{both[0]},{both[1]}")
        page.button(key=f"first:{both[1]}").click().run()
        assert page.query_params["plans"] in (f"{both[1]},{both[0]}", [f"{both[1]},{both[0]}"])
        assert rows(page, "compare_money")[0][1:] == ["1,500", "1,000", "−500（−33.3%）"]

    def test_without_an_address_the_adopted_and_the_newest(
        self, look: Look, tmp_path: Path, alone: Service, both: tuple[int, int]
    ) -> None:
        alone.desk().deciding.adopt(both[0], "同意")
        page = look(tmp_path, at="compare")
        assert page.multiselect(key="compare_plans").value == list(both)
        page.multiselect(key="compare_plans").set_value([both[1]]).run()
        assert page.query_params["plans"] in (str(both[1]), [str(both[1])])
        assert text("compare.one_alone", "zh") in markup(page)

    @pytest.mark.parametrize("asked", ["x", "999", "-1,0", "9" * 30, "<b>", ",,"])
    def test_what_is_not_there_is_left_out(self, look: Look, tmp_path: Path, both: tuple[int, int], asked: str) -> None:
        page = look(tmp_path, at="compare", plans=f"{asked},{both[1]}")
        assert page.multiselect(key="compare_plans").value == [both[1]]

    def test_no_plan_says_what_to_do(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path, at="compare")
        assert text("compare.no_plan", "zh") in markup(page)

    def test_english_to_the_last_word(self, look: Look, tmp_path: Path, both: tuple[int, int]) -> None:
        for part in ("differences", "patches", "fairness", "frontier", "year"):
            page = look(tmp_path, at="compare", lang="en", plans=f"{both[0]},{both[1]}", part=part)
            assert not CHINESE.search(markup(page)), part
            labels = [one.label for one in [*page.button, *page.selectbox, *page.multiselect, *page.text_area]]
            assert not CHINESE.search("".join(labels)), part


class TestFigures:
    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            (100, 150, "+50（+50.0%）"), (100, 50, "−50（−50.0%）"), (0, 7, "+7"), (7, 7, "–"),
            (100_000, 100_001, "+1（不足 0.1%）"), (-10, -5, "+5（+50.0%）"),
            (None, None, ""), (None, 3, "不可比"),
        ],
    )  # fmt: skip
    def test_a_difference(self, before: int | None, after: int | None, said: str) -> None:
        assert difference(before, after, lambda value: decimal_text(int(value), 1), "zh") == said

    def test_a_share_is_not_given_of_shares(self) -> None:
        said = difference(Fraction(1, 2), Fraction(3, 4), lambda value: f"{float(value):.2f}", "en", with_share=False)
        assert said == "+0.25"

    def test_the_day_of_the_address(self) -> None:
        today = asked_day(None, asked_day("2031-05-06", asked_day("2000-01-01", None)))  # type: ignore[arg-type]
        assert str(today) == "2031-05-06"
        assert str(asked_day("yesterday", today)) == "2031-05-06"


class TestParts:
    def test_the_patches_that_differ(self, look: Look, tmp_path: Path, both: tuple[int, int]) -> None:
        page = look(tmp_path, at="compare", plans=f"{both[0]},{both[1]}", part="patches")
        (row,) = page.dataframe[0].value.to_dict("records")
        assert (row["patch"], row["kind"]) == ("P3", "改年度")
        assert row["before"].startswith(str(FIRST + 1))
        assert row["after"].startswith(str(FIRST))
        assert (row["paid_before"], row["paid_after"]) == (500, 500)

    def test_fairness_by_district(self, look: Look, tmp_path: Path, both: tuple[int, int]) -> None:
        """South: P2, 2 ha, and P3, 1.0001 ha, wait a year each; then P3 does not: 2 / 3.0001 of a year."""
        page = look(tmp_path, at="compare", plans=f"{both[0]},{both[1]}", part="fairness")
        north, south = rows(page, "fairness_A")
        assert north == ["North", "0.00", "1.2345", "1,000", "810.04", "100", "2"]
        assert south == ["South", "1.00", "3.0001", "2,500", "833.31", "0", "0"]
        assert rows(page, "fairness_B")[1] == ["South", "0.67", "3.0001", "2,500", "833.31", "33.3", "0"]

    def test_one_plan_alone_has_its_fairness(self, look: Look, tmp_path: Path, both: tuple[int, int]) -> None:
        page = look(tmp_path, at="compare", plans=str(both[0]), part="fairness")
        assert rows(page, "fairness_A")[1][:2] == ["South", "1.00"]

    def test_the_year_is_begun_by_the_adopted_plan(
        self, look: Look, tmp_path: Path, alone: Service, both: tuple[int, int]
    ) -> None:
        page = look(tmp_path, at="compare", plans=str(both[0]), part="year")
        assert text("compare.adopt_first", "zh") in markup(page)
        alone.desk().deciding.adopt(both[0], "同意")
        page.run()
        assert text("compare.begin_next", "zh") in markup(page)
        page.button(key="year_begin").click().run()
        assert alone.desk().year.begun() == both[0]
        assert text("compare.nothing_issued", "zh") in markup(page)
        targets = {row[0]: row[1:] for row in rows(page, "progress")}
        assert targets[f"消除隐患（{LAST - 1}年）（处）"] == ["≥ 2", "0", "0", "未达到"]

    def test_points_of_the_curve_are_compared_and_opened(
        self, look: Look, tmp_path: Path, alone: Service, both: tuple[int, int]
    ) -> None:
        page = look(tmp_path, at="compare", plans=f"{both[0]},{both[1]}", part="frontier")
        page.button(key="ask_frontier").click().run()
        assert text("compare.frontier_means", "zh") in markup(page)
        with closing(Runner(alone)) as runner:
            assert runner.run_one()
        (job,) = alone.desk().jobs.all()
        assert job.error == ""
        page.run()
        plan = job.result["plans"]["1"]
        assert "data-point='1'" in markup(page)
        page.button(key=f"add:row:{plan}").click().run()
        assert page.multiselect(key="compare_plans").value == [*both, plan]
        curve = text("desk_page.question_frontier", "zh")
        assert curve in "".join(page.multiselect(key="compare_plans").options)
        page.button(key=f"open:row:{plan}").click().run()
        assert page.selectbox(key="at_hand_plan").value == plan
        assert page.multiselect(key="compare_plans").value == [*both, plan]  # and the curve is still there
        assert "data-point='1'" in markup(page)
        listed = look(tmp_path, at="compare").multiselect(key="compare_plans").options
        assert curve not in "".join(listed)  # it stands in no list until it is published
        alone.desk().deciding.adopt(plan, "取此点")
        assert look(tmp_path, at="compare").multiselect(key="compare_plans").value[0] == plan


class TestDecision:
    def test_a_reason_is_needed_and_the_stamp_is_shown(
        self, look: Look, tmp_path: Path, alone: Service, both: tuple[int, int]
    ) -> None:
        page = look(tmp_path, at="compare", plans=f"{both[0]},{both[1]}")
        page.button(key=f"adopt_now:{both[1]}").click().run()
        assert text("compare.not_adopted", "zh") in markup(page)
        assert not alone.desk().deciding.stamps()
        page.text_area(key=f"adopt_reason:{both[1]}").input("<b>更早</b>").run()
        page.button(key=f"adopt_now:{both[1]}").click().run()
        (stamp,) = alone.desk().deciding.stamps()
        assert (stamp.version, stamp.reason) == (both[1], "<b>更早</b>")
        assert "第 1 号决定" in markup(page)
        assert "&lt;b&gt;更早&lt;/b&gt;" in markup(page)
        assert page.text_area(key=f"adopt_reason:{both[1]}").value == ""
        alone.desk().deciding.adopt(both[0], "改用")
        page.run()
        assert "曾被采用" in markup(page)


@pytest.fixture
def office(office: Service) -> Service:
    stores.with_people(office)
    return office


class TestWho:
    def test_only_leadership_decides(self, look: Look, tmp_path: Path, office: Service) -> None:
        def keys(subject: str) -> set[str]:
            return {str(button.key).partition(":")[0] for button in look(tmp_path, subject, at="compare").button}

        assert "adopt_now" in keys("u-leader")
        assert "adopt_now" not in keys("u-finance")

    @pytest.mark.parametrize("subject", ["u-north", stores.ADMIN])
    def test_the_whole_city_is_not_theirs(self, look: Look, tmp_path: Path, office: Service, subject: str) -> None:
        page = look(tmp_path, subject, at="compare", plans="3")
        assert text("desk_page.not_yours", "zh") in markup(page)
        assert not page.multiselect
        assert "small" not in markup(page)

    def test_the_plan_of_a_point_is_for_those_who_see_the_city(
        self, look: Look, tmp_path: Path, office: Service
    ) -> None:
        asked, _ = office.desk("u-leader").jobs.ask("frontier", 3, {"of": ["waiting", "cost"], "points": 2})
        with closing(Runner(office)) as runner:
            assert runner.run_one()
        plan = office.desk("u-leader").jobs.get(asked.id).result["plans"]["1"]
        assert "status plan" in markup(look(tmp_path, "u-finance", plan=str(plan)))
        assert text("login.not_there", "zh") in markup(look(tmp_path, "u-north", plan=str(plan)))
