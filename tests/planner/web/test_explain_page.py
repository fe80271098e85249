"""The page of explanations: why, another year, alternatives, and why there is no plan; without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.plan import PlanStatus
from planner.service import Runner, Service
from planner.texts import text
from tests.planner.web import folders, stores
from tests.planner.web.conftest import Look, markup
from tests.planner.worlds import FIRST, LAST

CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    service = stores.alone(tmp_path)
    stores.keep(service.desk())
    yield service
    service.close()


def rows(page: AppTest, name: str) -> list[list[str]]:
    """The cells of a table."""
    body = markup(page).partition(f"data-table='{name}'")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [cell.partition(">")[2].partition("</td>")[0] for cell in row.split("<td")[1:]] for row in body.split("<tr")[1:]
    ]


def work(service: Service) -> None:
    with closing(Runner(service)) as runner:
        assert runner.run_one()


class TestPatch:
    def test_what_is_known_at_once(self, look: Look, tmp_path: Path, alone: Service) -> None:
        """P2 costs South 2,000 crowns, and South has 2,000 in its second year only, which carry over for a year."""
        page = look(tmp_path, at="explain", patch="P2")
        years = {row[0]: row[1:] for row in rows(page, "years")}
        assert set(years) == {str(year) for year in range(FIRST, LAST + 1)}  # it must be planned
        assert years[str(FIRST + 1)][0] == text("explain.outcome_planned", "zh")
        assert years[str(FIRST)][0] == text("explain.outcome_open", "zh")
        assert "2,000 克朗" in years[str(FIRST)][1]
        assert "South" in years[str(FIRST)][1]
        assert years[str(FIRST + 2)][1] == "–"  # paid with what is carried over
        assert "只移动它" in years[str(FIRST + 2)][2]
        assert next(row[0] for row in rows(page, "reasons")) == text("explain.required", "zh")

    def test_other_years_are_solved_when_somebody_asks(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path, at="explain", patch="P2")
        page.button(key="ask_why").click().run()
        work(alone)
        page.run()
        years = {row[0]: row[1:] for row in rows(page, "years")}
        assert years[str(FIRST)][0] == text("explain.outcome_impossible", "zh")
        assert "2,000 克朗" in years[str(FIRST)][1]
        assert years[str(FIRST + 2)][0] == text("explain.outcome_optimal", "zh")

    def test_alternatives(self, look: Look, tmp_path: Path, alone: Service) -> None:
        """Of a plan that was really proved: an alternative starts as many patches otherwise as it says."""
        desk = alone.desk()
        (ledger,), (under,) = desk.keeping.versions("ledger"), desk.keeping.versions("scenario")
        desk.jobs.plan(ledger.id, under.id)
        work(alone)
        plan = desk.keeping.versions("plan")[-1]
        page = look(tmp_path, at="explain", plan=str(plan.id), patch="P1")
        page.button(key="ask_alternatives").click().run()
        work(alone)
        page.run()
        own = rows(page, "alternatives")[0]
        assert own[:2] == [text("explain.the_plan", "zh"), f"{FIRST}–{FIRST} 年，人工修复"]
        others = rows(page, "alternatives")[1:]
        assert others or text("explain.not_as_many", "zh", percent="1") in markup(page)

    def test_english_has_no_chinese_of_ours(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path, lang="en", at="explain", patch="P1")
        assert not CHINESE.search(markup(page))

    @pytest.mark.parametrize("asked", ["", "P9"])
    def test_without_a_patch_it_shows_the_plan_as_a_whole(
        self, look: Look, tmp_path: Path, alone: Service, asked: str
    ) -> None:
        page = look(tmp_path, at="explain", **({"patch": asked} if asked else {}))
        assert text("explain.choose", "zh") in markup(page)
        effects = {row[0]: row[1:] for row in rows(page, "effects")}
        natural = next(row for name, row in effects.items() if name.startswith("自然恢复单列"))
        assert natural[2] == "1"  # P4 alone is left no choice
        page.selectbox(key="explain_patch").select_index(0).run()
        assert page.query_params["patch"] in ("P1", ["P1"])


class TestNoPlan:
    def test_what_is_missing_and_the_ways_out(self, look: Look, tmp_path: Path) -> None:
        """Municipal money is 1,450 for 1,500 crowns of works, and what is left of the first year carries over."""
        ledger, under = folders.small_world()
        budgets = tuple(
            budget.model_copy(update={"yuan": 1_350}) if budget.yuan == 1_600 else budget for budget in under.budgets
        )
        poor = under.model_copy(update={"budgets": budgets})
        with closing(stores.alone(tmp_path)) as service:
            desk = service.desk()
            kept = desk.keeping.keep_ledger(ledger, "small"), desk.keeping.keep_scenario(poor)
            desk.jobs.plan(kept[0].id, kept[1].id)
            work(service)
            (plan,) = desk.keeping.versions("plan")
            assert plan.meta["status"] == PlanStatus.IMPOSSIBLE
            page = look(tmp_path, at="explain")
            total = rows(page, "missing")[-1]
            assert total[-1] == "50"
            page.button(key="ask_shortfall").click().run()
            work(service)
            page.run()
            assert rows(page, "ways")
            assert "50" in rows(page, "ways")[0][0]
