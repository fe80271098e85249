"""Work beside the page: asked for, watched, stopped, taken up; and what is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.service import Runner, Service
from planner.store.queue import Job, JobState
from planner.texts import text
from planner.web.work import progress_words
from tests.planner.web import folders, stores
from tests.planner.web.conftest import Look, markup


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    service = stores.alone(tmp_path)
    stores.keep(service.desk())
    yield service
    service.close()


def richer(service: Service) -> int:
    """Another version of the small scenario: its budgets ten per cent larger."""
    desk = service.desk()
    _, under = folders.small_world()
    (kept,) = desk.keeping.versions("scenario")
    budgets = tuple(budget.model_copy(update={"yuan": budget.yuan * 11 // 10}) for budget in under.budgets)
    return desk.keeping.keep_scenario(under.model_copy(update={"budgets": budgets}), parent=kept.id, note="加一成").id


class TestAtHand:
    def test_a_plan_brings_its_ledger_and_scenario(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path)
        plan = alone.desk().keeping.versions("plan")[0]
        boxes = {kind: page.selectbox(key=f"at_hand_{kind}").value for kind in ("ledger", "scenario", "plan")}
        assert boxes == {"ledger": plan.meta["ledger"], "scenario": plan.meta["scenario"], "plan": plan.id}
        assert text("desk_page.stale", "zh") not in markup(page)
        assert text("desk_page.newer", "zh") not in markup(page)

    def test_a_newer_version_of_its_scenario_is_told(self, look: Look, tmp_path: Path, alone: Service) -> None:
        richer(alone)
        page = look(tmp_path)
        assert text("desk_page.newer", "zh") in markup(page)
        assert "第 2 版" in markup(page)

    def test_other_inputs_than_the_plan_s_are_told_and_planned_at_a_click(
        self, look: Look, tmp_path: Path, alone: Service
    ) -> None:
        newer = richer(alone)
        page = look(tmp_path, scenario=str(newer))
        assert text("desk_page.stale", "zh") in markup(page)
        page.button(key="solve_at_hand").click().run()
        (job,) = alone.desk().jobs.all()
        assert (job.payload["scenario"], job.state) == (newer, "waiting")
        assert text("desk_page.waiting", "zh") in markup(page)
        with closing(Runner(alone)) as runner:
            assert runner.run_one()
        page.run()
        plan = alone.desk().keeping.versions("plan")[-1]
        assert plan.meta["scenario"] == newer
        assert page.selectbox(key="at_hand_plan").value == plan.id  # the page went there by itself
        assert text("desk_page.stale", "zh") not in markup(page)

    def test_a_page_opened_later_finds_the_work_again(self, look: Look, tmp_path: Path, alone: Service) -> None:
        newer = richer(alone)
        look(tmp_path, scenario=str(newer)).button(key="solve_at_hand").click().run()
        again = look(tmp_path)
        (job,) = alone.desk().jobs.all()
        assert f"data-job='{job.id}'" in markup(again)
        again.button(key=f"stop:{job.id}").click().run()
        assert alone.desk().jobs.get(job.id).state == "stopped"

    @pytest.mark.parametrize("asked", ["x", "0", "99", "-3", "1' OR 1=1"])
    def test_a_version_that_is_not_there_is_as_though_none_was_named(
        self, look: Look, tmp_path: Path, alone: Service, asked: str
    ) -> None:
        plan = alone.desk().keeping.versions("plan")[0]
        assert look(tmp_path, scenario=asked).selectbox(key="at_hand_scenario").value == plan.meta["scenario"]


def test_what_is_refused_is_told_and_changes_nothing(look: Look, tmp_path: Path) -> None:
    (tmp_path / "shanfu.toml").write_text("[limits]\njobs_per_person = 1\nsolve_seconds = 30\n", encoding="utf-8")
    service = stores.alone(tmp_path)
    stores.keep(service.desk())
    plan = service.desk().keeping.versions("plan")[0]
    newer = richer(service)
    service.desk().jobs.plan(plan.meta["ledger"], plan.meta["scenario"], seconds=5)
    page = look(tmp_path, scenario=str(newer))
    page.button(key="solve_at_hand").click().run()
    assert text("desk_page.refused", "zh") in markup(page)
    assert len(service.desk().jobs.all()) == 1
    service.close()


class TestProgress:
    job = Job(
        id=1, kind="plan", key="", payload={}, district="", author="", at="", state=JobState.RUNNING, attempts=1,
        worker="", token="", leased_until=0.0, stop_asked=False, progress={}, result={}, error="", ended="",
    )  # fmt: skip

    def test_says_value_bound_and_gap(self) -> None:
        told = {
            "goal": "cost",
            "number": 2,
            "goals": 3,
            "seconds": 4.2,
            "value": 1234567.0,
            "bound": 1230000.4,
            "gap": 0.0037,
        }
        words = progress_words(replace(self.job, progress=told), "en")
        assert words == "goal 2/3: cost, 4 s · best 1,234,567 · bound 1,230,000 · gap 0.37 %"

    def test_says_nothing_that_is_not_known(self) -> None:
        told = {"goal": "cost", "number": 1, "goals": 1, "seconds": 0.0, "value": None, "bound": None, "gap": None}
        assert progress_words(replace(self.job, progress=told), "en") == "goal 1/1: cost, 0 s"
        assert progress_words(self.job, "en") == text("desk_page.running", "en")
        waiting = replace(self.job, state=JobState.WAITING)
        assert progress_words(waiting, "zh") == text("desk_page.waiting", "zh")


def test_a_question_is_asked_once_and_its_answer_stays(look: Look, tmp_path: Path, alone: Service) -> None:
    ran = AppTest.from_string(
        f"""
import streamlit as st
from planner.service import open_service
from planner.web import work
service = st.cache_resource(lambda: open_service({str(tmp_path)!r}))()
found = work.question(service.desk(via="web"), "stress", {alone.desk().keeping.versions("plan")[0].id}, {{"draws": 20}}, "zh")
st.text("" if found is None else sorted(found))
""",  # noqa: E501
        default_timeout=60,
    ).run()
    ran.button(key="ask:stress").click().run()
    assert "正在计算" in markup(ran)
    with closing(Runner(alone)) as runner:
        assert runner.run_one()
    ran.run()
    assert "draws" in ran.text[0].value
    assert not ran.button
    assert len(alone.desk().jobs.all()) == 1


@pytest.mark.parametrize(("waited_for", "runs"), [(False, 1), (True, 2)])
def test_a_page_is_made_anew_only_for_the_work_that_it_waits_for(
    tmp_path: Path, alone: Service, waited_for: bool, runs: int
) -> None:
    """Other work that has ended meanwhile is listed beside the page, which stays as it is."""
    plan = alone.desk().keeping.versions("plan")[0]
    job, _ = alone.desk().jobs.plan(plan.meta["ledger"], richer(alone), seconds=20)
    with closing(Runner(alone)) as runner:
        assert runner.run_one()
    ran = AppTest.from_string(
        f"""
import streamlit as st
from planner.service import open_service
from planner.web import work
service = st.cache_resource(lambda: open_service({str(tmp_path)!r}))()
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
awaited = frozenset({{{job.id}}}) if {waited_for} and st.session_state["runs"] == 1 else frozenset()
work._watch(service.desk(via="web"), [{job.id}], [], {{}}, "zh", awaited)
""",
        default_timeout=60,
    ).run()
    assert ran.session_state["runs"] == runs
    assert f"data-job='{job.id}'" in markup(ran)
    assert text("desk.state_done", "zh") in markup(ran)
    assert [button.key for button in ran.button] == [f"open:{job.id}"]
