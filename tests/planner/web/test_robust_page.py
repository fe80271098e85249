"""The page of robustness: a stress run's figures as the run itself gives them, its assumptions, a robust plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from planner.advice.risks import Overrun, Shape
from planner.advice.stress import stress
from planner.ledger.types import META_DEFAULTS
from planner.office.words import Words
from planner.service import Runner, Service
from planner.texts import text
from planner.web.robust_plan import moved
from planner.web.robust_words import overrun_words
from tests.planner.web import folders, stores
from tests.planner.web.conftest import Look, markup
from tests.planner.worlds import FIRST


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    service = stores.alone(tmp_path)
    stores.keep(service.desk())
    yield service
    service.close()


def work(service: Service) -> None:
    with closing(Runner(service)) as runner:
        assert runner.run_one()


def test_a_stress_run_as_it_is_and_its_assumptions_in_words(look: Look, tmp_path: Path, alone: Service) -> None:
    page = look(tmp_path, at="robust", draws="500", seed="7")
    assert "平均超支 3 %，标准差 8 %" in markup(page)
    assert "种子 7" not in markup(page)  # nothing was drawn yet
    page.button(key="ask:stress").click().run()
    work(alone)
    page.run()
    ledger, under = folders.small_world()
    found = stress(ledger, under, stores.plan(), 500, 7)
    holds = text(
        "robust_page.holds", "zh", draws="500", holds=f"{found.all.holds:.1%}", low=f"{found.all.low:.1%}",
        high=f"{found.all.high:.1%}",
    )  # fmt: skip
    assert holds in markup(page)
    body = markup(page).partition("data-table='stress'")[2].partition("</table>")[0]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", body)
    assert cells[2] == f"{found.all.holds:.1%}"
    assert len(re.findall("<tr", body)) == 1 + 1 + len(found.purses) + len(found.years)
    assert "独立抽样 500 次，种子 7" in markup(page)
    again = look(tmp_path, at="robust", draws="500", seed="7", lang="en")  # a link shows the same answer
    assert f"{found.all.holds:.1%} of 500 draws" in markup(again)


def test_a_robust_plan_beside_the_nominal_one(look: Look, tmp_path: Path, alone: Service) -> None:
    """Municipal money is 1,700 for 1,500 of works: any one of its two patches may cost 10 % more, at most 100."""
    page = look(tmp_path, at="robust", gamma="1", percent="10")
    page.button(key="ask:robust").click().run()
    work(alone)
    page.run()
    assert text("advice_outlook.robust_gamma", "zh", gamma=1, percent=10) in markup(page)
    assert "data-table='prices'" in markup(page)
    assert "data-table='beside'" in markup(page)


@pytest.mark.parametrize(("asked", "draws"), [("7", 1000), ("x", 1000), ("5000", 5000)])
def test_only_numbers_of_draws_that_are_offered(
    look: Look, tmp_path: Path, alone: Service, asked: str, draws: int
) -> None:
    page = look(tmp_path, at="robust", draws=asked, seed="99999999999999")
    assert page.selectbox(key="robust_draws").value == draws
    assert page.number_input(key="robust_seed").value == 0


def test_which_patches_two_plans_start_otherwise() -> None:
    plan = stores.plan()
    later = tuple(
        task.model_copy(update={"start": FIRST + 1}) if task.patch == "P1" else task
        for task in plan.schedule if task.patch != "P3"
    )  # fmt: skip
    assert moved(plan, plan.model_copy(update={"schedule": later})) == [
        ("P1", FIRST, FIRST + 1), ("P3", FIRST + 1, None)
    ]  # fmt: skip


@pytest.mark.parametrize("shape", list(Shape))
def test_every_shape_of_overruns_has_its_words(shape: Shape) -> None:
    said = overrun_words(Overrun(shape=shape), Words("en", META_DEFAULTS))
    assert " %" in said
    assert "{" not in said
