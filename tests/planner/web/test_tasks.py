"""The tasks page without a browser: whose tasks, edits and what they come to, files, the way back in."""

from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from planner.findings import BadInput
from planner.service import Role, Runner, Service
from planner.texts import text
from planner.web import tasks_draft
from tests.planner.office.returning import ADJUST, edited, setting
from tests.planner.web import stores
from tests.planner.web.conftest import Look, markup
from tests.planner.web.test_store_page import CHINESE, everything
from tests.planner.worlds import FIRST

PARTS = ("tasks", "hand_in", "steps", "money")
SECRETS = (*stores.OF_SOUTH, "South", "2,000", "2000")


def told(sent: str) -> list[str]:
    """The secrets that stand in what was sent; a run of figures within a longer name, such as an element's, is none."""
    return [secret for secret in SECRETS if re.search(rf"(?<![0-9a-zA-Z]){re.escape(secret)}(?![0-9a-zA-Z])", sent)]


def edit(page: AppTest, plan: int, district: str, **cells: dict[str, object]) -> AppTest:
    """What the grid's callback does: AppTest has no grid to type into."""
    page.session_state[f"tasks:edits:{plan}:{district}"] = cells
    return page.run()


def done(service: Service) -> None:
    with closing(Runner(service)) as runner:
        while runner.run_one():
            pass


class TestWhose:
    @pytest.mark.parametrize("part", PARTS)
    def test_a_district_s_people_see_their_own(self, look: Look, tmp_path: Path, adopted: int, part: str) -> None:
        page = look(tmp_path, "u-north", at="tasks", part=part, year=str(FIRST))
        sent = everything(page)
        assert "North · 年度任务" in sent
        assert not told(sent.replace("South plan", ""))

    def test_another_district_in_the_address_changes_nothing(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, "u-north", at="tasks", district="South", year=str(FIRST + 1))
        assert not told(everything(page))

    def test_the_address_says_which_of_two_districts(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, "u-both", at="tasks", district="South", year=str(FIRST + 1))
        assert "South · 年度任务" in markup(page)
        page.selectbox(key="tasks_district").select("North").run()
        assert "North · 年度任务" in markup(page)
        assert page.query_params["district"] in ("North", ["North"])

    @pytest.mark.parametrize("who", ["u-finance", "u-leader"])
    def test_the_city_s_people_choose_any(self, look: Look, tmp_path: Path, adopted: int, who: str) -> None:
        page = look(tmp_path, who, at="tasks", district="South", year="all")
        assert page.selectbox(key="tasks_district").options == ["North", "South"]
        assert "新开工 2 个图斑" in markup(page)
        assert "2,500" in markup(page)  # P2's 2,000 and P3's 500
        assert bool([b for b in page.button if b.key == "tasks_one_put"]) is (who == "u-finance")

    def test_an_administrator_is_told_that_it_is_not_theirs(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, stores.ADMIN, at="tasks")
        assert text("tasks_page.no_district", "zh") in markup(page)
        assert "P1" not in everything(page)

    @pytest.mark.parametrize("part", PARTS)
    def test_english_to_the_last_word(self, look: Look, tmp_path: Path, part: str) -> None:
        service = stores.alone(tmp_path)
        stores.keep(service.desk())
        page = look(tmp_path, lang="en", at="tasks", part=part, year=str(FIRST))
        said = (
            markup(page)
            + "".join(str(b.label) for b in page.button)
            + "".join(page.selectbox(key="tasks_year").options)
        )
        assert not CHINESE.search(said.replace("中文", ""))
        service.close()


class TestEdits:
    def test_what_an_edit_breaks_stands_there_at_once(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, "u-north", at="tasks", year=str(FIRST))
        assert text("tasks_page.no_edits", "zh") in markup(page)
        edit(page, adopted, "North", P1={tasks_draft.MOVE: str(FIRST + 1), tasks_draft.WHY: "征地"})
        said = markup(page)
        assert "修改 1 个图斑：违反 1 处，总投资变化 0" in said
        assert "1.2 公顷" in said  # 12,000 m² of the first year's task
        assert "首年任务量与资金" in said
        page.button(key="tasks_forget").click().run()
        assert text("tasks_page.no_edits", "zh") in markup(page)

    def test_a_patch_is_edited_by_a_form_too(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, "u-north", at="tasks", year=str(FIRST))
        page.selectbox(key="tasks_one_wanted").select(tasks_draft.DROP)
        page.text_input(key="tasks_one_why").input("改由企业治理")
        page.button(key="tasks_one_put").click().run()
        said = markup(page)
        assert "总投资变化 -1,000" in said
        assert "人工修复全部完成" in said

    def test_without_a_reason_nothing_is_planned_and_the_edits_stay(
        self, look: Look, tmp_path: Path, office: Service, adopted: int
    ) -> None:
        page = look(tmp_path, "u-north", at="tasks", year=str(FIRST))
        edit(page, adopted, "North", P1={tasks_draft.PIN: True})
        page.button(key="tasks_plan").click().run()
        assert "图斑P1没有写明修改理由" in markup(page)
        assert "修改 1 个图斑" in markup(page)
        assert office.desk("u-north").jobs.all() == ()

    def test_a_district_plans_its_draft_and_shows_it_to_the_city(
        self, look: Look, tmp_path: Path, office: Service, adopted: int
    ) -> None:
        page = look(tmp_path, "u-north", at="tasks", year=str(FIRST))
        edit(page, adopted, "North", P1={tasks_draft.PIN: True, tasks_draft.WHY: "已备案"})
        page.button(key="tasks_plan").click().run()
        (job,) = office.desk("u-north").jobs.all()
        assert job.district == "North"
        done(office)
        page.run()
        made = int(office.desk("u-north").jobs.get(job.id).result["version"])
        assert page.selectbox(key="at_hand_plan").value == made  # the page went there
        assert f"本计划由计划 {adopted} 调整得来：本区移动 0 个图斑" in markup(page)
        page.toggle(key="tasks_as_table").set_value(True).run()
        assert f"锁定 {FIRST} 年（已备案）" in markup(page)
        assert "P2" not in everything(page)
        assert made not in {kept.id for kept in office.desk("u-finance").keeping.versions("plan")}
        page.button(key="tasks_publish").click().run()
        assert text("tasks_page.published", "zh") in markup(page)
        city = look(tmp_path, "u-finance", at="tasks", plan=str(made), year=str(FIRST))
        assert f"本计划由计划 {adopted} 调整得来" in markup(city)

    def test_finance_plans_for_the_city_under_a_name(
        self, look: Look, tmp_path: Path, office: Service, adopted: int
    ) -> None:
        page = look(tmp_path, "u-finance", at="tasks", district="South", year="all")
        edit(page, adopted, "South", P3={tasks_draft.MOVE: str(FIRST), tasks_draft.WHY: "提前"})
        page.text_input(key="tasks_draft_name").input("P3提前")
        page.button(key="tasks_plan").click().run()
        (job,) = office.desk("u-finance").jobs.all()
        assert job.district == ""
        kept = office.desk("u-finance").keeping.versions("scenario")[-1]
        assert (kept.document.name, kept.document.district) == ("P3提前", "")
        locks = office.desk("u-finance").keeping.open_scenario(kept.id).locks
        assert [(lock.patch, lock.year, lock.reason) for lock in locks] == [("P3", FIRST, "提前")]

    def test_edits_are_there_again_in_another_session(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, "u-north", at="tasks", year=str(FIRST))
        page.text_input(key="tasks_one_why").input("已备案")
        page.button(key="tasks_one_put").click().run()
        again = look(tmp_path, "u-north", at="tasks", year=str(FIRST))
        assert "修改 1 个图斑" in markup(again)
        assert text("tasks_page.no_edits", "zh") in markup(look(tmp_path, "u-both", at="tasks", year=str(FIRST)))
        again.button(key="tasks_forget").click().run()
        assert text("tasks_page.no_edits", "zh") in markup(look(tmp_path, "u-north", at="tasks", year=str(FIRST)))

    def test_a_district_asks_why_and_reads_nothing_of_others(
        self, look: Look, tmp_path: Path, office: Service, adopted: int
    ) -> None:
        page = look(tmp_path, "u-north", at="tasks", year=str(FIRST), patch="P1")
        page.button(key="tasks_ask_why").click().run()
        done(office)
        page.run()
        assert "data-table='years'" in markup(page)
        assert not told(everything(page))


class TestFiles:
    def test_the_names_tell_whose_and_when(self, look: Look, tmp_path: Path, office: Service, adopted: int) -> None:
        page = look(tmp_path, "u-north", at="tasks", year=str(FIRST))
        labels = [element.proto.label for element in page.get("download_button")]
        assert labels == [f"下载 {FIRST} 年度任务工作簿（T1、T2、T4）", "下载全部年度工作簿", "下载任务表 CSV"]
        export = office.desk("u-north").keeping.export(adopted, district="North", year=FIRST)
        assert export.name == f"North_{FIRST}年度任务计划表_small_{export.name.split('_')[-1]}"
        (tmp_path / export.name).write_bytes(export.data)
        whole = office.desk("u-finance").keeping.export(adopted, district="South")
        (tmp_path / whole.name).write_bytes(whole.data)
        sheets = openpyxl.load_workbook(tmp_path / export.name).sheetnames
        assert [name for name in sheets if str(FIRST) in name]
        assert not [name for name in sheets if str(FIRST + 1) in name]


class TestHandIn:
    def hand_in(self, office: Service, who: str, plan: int, name: str, data: bytes) -> None:
        office.desk(who).jobs.hand_in(plan, name, data, district="North")
        done(office)

    def workbook(self, office: Service, plan: int, place: Path) -> bytes:
        out = office.desk("u-north").keeping.export(plan, district="North")
        (place / out.name).write_bytes(out.data)
        file = edited(
            place / out.name,
            setting(ADJUST, "P1", "开工年度", FIRST + 1),
            setting(ADJUST, "P1", "调整原因", "征地"),
        )
        return file.read_bytes()

    def test_a_bad_file_is_told_with_its_place_and_repair(
        self, look: Look, tmp_path: Path, office: Service, adopted: int
    ) -> None:
        self.hand_in(office, "u-north", adopted, "坏文件.xlsx", b"not a workbook")
        page = look(tmp_path, "u-north", at="tasks", part="hand_in")
        said = markup(page)
        assert "没有读成：坏文件.xlsx" in said
        assert "data-table='file_faults'" in said

    def test_changes_are_confirmed_by_finance_and_the_district_sees_it(
        self, look: Look, tmp_path: Path, office: Service, adopted: int
    ) -> None:
        self.hand_in(office, "u-north", adopted, "north.xlsx", self.workbook(office, adopted, tmp_path))
        page = look(tmp_path, "u-north", at="tasks", part="hand_in")
        assert text("tasks_page.not_taken", "zh") in markup(page)
        assert not [b for b in page.button if b.key == "tasks_take_in"]
        city = look(tmp_path, "u-finance", at="tasks", part="hand_in", district="North")
        (kept,) = office.desk("u-finance").keeping.versions("import")
        (change,) = json.loads(office.desk("u-finance").keeping.open_bytes(kept.id))["changes"]
        assert (change["base"], change["old"], change["new"]) == (str(FIRST), str(FIRST), str(FIRST + 1))
        city.toggle(key="tasks_changes_as_table").set_value(True).run()
        assert f"<td class='text'>{FIRST + 1}</td>" in markup(city)
        city.text_input(key="tasks_take_note").input("同意")
        city.button(key="tasks_take_in").click().run()
        assert "采纳 1 处，未采纳 0 处" in markup(city)
        locks = office.desk("u-finance").keeping.open_scenario(
            office.desk("u-finance").keeping.versions("scenario")[-1].id
        ).locks  # fmt: skip
        assert [(lock.patch, lock.year) for lock in locks] == [("P1", FIRST + 1)]
        page.run()
        assert "采纳 1 处，未采纳 0 处" in markup(page)

    def test_what_is_rejected_is_left_out(self, look: Look, tmp_path: Path, office: Service, adopted: int) -> None:
        self.hand_in(office, "u-north", adopted, "north.xlsx", self.workbook(office, adopted, tmp_path))
        city = look(tmp_path, "u-finance", at="tasks", part="hand_in", district="North")
        city.button(key="tasks_all_leave").click().run()
        city.button(key="tasks_take_in").click().run()
        assert "采纳 0 处，未采纳 1 处" in markup(city)
        assert len(office.desk("u-finance").keeping.versions("scenario")) == 1

    def test_leadership_may_look_and_not_hand_in(self, look: Look, tmp_path: Path, adopted: int) -> None:
        page = look(tmp_path, "u-leader", at="tasks", part="hand_in", district="North")
        assert text("tasks_page.may_not_hand_in", "zh") in markup(page)


def test_rights_are_asked_by_the_service_whatever_the_page_shows(office: Service, adopted: int) -> None:
    office.desk(stores.ADMIN).staff.grant("u-other", Role.LEADERSHIP, name="领导戊")
    with pytest.raises(BadInput):
        office.desk("u-other").adjusting.plan(adopted, [], district="North")
