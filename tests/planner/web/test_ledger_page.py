"""The ledger's page: filters, card, a file on its way in, another category, versions; without a browser."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from streamlit.testing.v1 import AppTest

from planner.cycle.register import change_report
from planner.ledger import Treatment
from planner.office.words import Words
from planner.service import Runner, Service, open_service
from planner.service.kept import ledger_bytes
from planner.texts import text
from planner.web import ledger_history, ledger_list
from planner.web.ledger_filters import Filters
from planner.web.ledger_register import Register, made_register
from tests.planner.web import folders, stores
from tests.planner.web.conftest import Look, markup
from tests.planner.worlds import FIRST


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    service = stores.alone(tmp_path)
    stores.keep(service.desk())
    yield service
    service.close()


def listed(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["patch"])


def table(page: AppTest, name: str) -> str:
    return markup(page).partition(f"data-table='{name}'")[2].partition("</table>")[0]


def work(service: Service) -> None:
    with closing(Runner(service)) as runner:
        assert runner.run_one()


def book(*rows: tuple[object, ...]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def small_register() -> Register:
    return made_register(1, folders.small_world()[0], "zh")


class TestList:
    def test_every_patch_with_its_figures_and_planned_year(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path, at="ledger")
        frame = page.dataframe[0].value
        assert listed(page) == ["P1", "P2", "P3", "P4"]
        assert list(frame["area_m2"]) == [1.2345, 2.0, 1.0001, 0.5]
        assert list(frame["cost_yuan"]) == [1_000, 2_000, 500, 0]
        assert list(frame["start"])[:3] == [FIRST, FIRST + 1, FIRST + 1]
        assert "4.7346 公顷" in markup(page)  # 12,345 + 20,000 + 10,001 + 5,000 m²
        assert "3,500 克朗" in markup(page)

    @pytest.mark.parametrize(
        ("filters", "left"),
        [
            (Filters(), ["P1", "P2", "P3", "P4"]),
            (Filters(district="South"), ["P2", "P3"]),
            (Filters(treatment="natural"), ["P4"]),
            (Filters(tier="1"), ["P1"]),
            (Filters(hazards="with"), ["P1"]),
            (Filters(hazards="without", district="North"), ["P4"]),
            (Filters(find="P3"), ["P3"]),
            (Filters(find="=1+1 p1"), ["P1"]),
            (Filters(find="=1+1 p2"), []),
        ],
    )
    def test_filters(self, filters: Filters, left: list[str]) -> None:
        assert filters.of(small_register()) == left

    def test_filters_stand_in_the_address(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path, at="ledger", district="South", tier="2", treatment="Nothing")
        assert listed(page) == ["P2"]
        page.selectbox(key="ledger_district").select("North").run()
        assert page.query_params["district"] in ("North", ["North"])
        assert text("ledger_page.none_found", "zh") in markup(page)
        page.button(key="ledger_clear").click().run()
        assert listed(page) == ["P1", "P2", "P3", "P4"]

    def test_the_file_has_exact_figures_and_no_formulas(self) -> None:
        lines = ledger_list.csv_of(small_register(), ["P1", "P4"], {"P1": FIRST}).decode("utf-8-sig").splitlines()
        assert "'=1+1" in lines[1]
        assert "'@SUM(A1)" in lines[1]
        assert ",1.2345,1000," in lines[1]
        assert lines[1].endswith(str(FIRST))
        assert lines[2].endswith(",")


class TestCard:
    def test_what_the_plan_does_and_what_the_ledger_says(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path, at="ledger", patch="P3")
        assert f"计划 {FIRST + 1} 年开工" in markup(page)
        assert "任务面积 1.0001 公顷；资金 500 克朗" in markup(page)
        assert "<td class='text'>区</td><td class='long'>South</td>" in table(page, "card_place")
        assert "500 克朗" in table(page, "card_money")

    def test_markup_in_the_ledger_is_text(self, look: Look, tmp_path: Path, alone: Service) -> None:
        desk = alone.desk()
        ledger, _ = folders.small_world()
        rows = tuple(replace(p, name="<b>x</b>") if p.patch == "P1" else p for p in ledger.patches)
        kept = desk.keeping.keep_ledger(replace(ledger, patches=rows), "other")
        page = look(tmp_path, at="ledger", ledger=str(kept.id), patch="P1")
        assert "<b>x</b>" not in markup(page)
        assert "&lt;b&gt;x&lt;/b&gt;" in markup(page)
        assert text("ledger_page.other_ledger", "zh") in markup(page)

    def test_natural_recovery_has_no_works(self, look: Look, tmp_path: Path, alone: Service) -> None:
        assert text("ledger_page.natural", "zh") in markup(look(tmp_path, at="ledger", patch="P4"))

    def test_a_patch_that_is_not_there(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path, at="ledger", patch="<b>P9</b>")
        assert "没有图斑 &lt;b&gt;P9" in markup(page)


class TestUpload:
    def test_a_clean_file_becomes_the_next_version(self, look: Look, tmp_path: Path, alone: Service) -> None:
        ledger, _ = folders.small_world()
        rows = tuple(replace(p, cost_yuan=1_100) if p.patch == "P1" else p for p in ledger.patches)
        page = look(tmp_path, at="ledger", section="upload")
        page.file_uploader(key="ledger_file").upload("新台账.xlsx", ledger_bytes(replace(ledger, patches=rows))).run()
        assert "正在检查 新台账.xlsx" in markup(page)
        work(alone)
        page.run()
        assert "新台账.xlsx 可以保存：4 个图斑，没有错误" in markup(page)
        assert len(alone.desk().keeping.versions("ledger")) == 1  # checking keeps nothing
        page.text_input(key="ledger_note").input("P1 投资调增")
        page.button(key="ledger_keep").click().run()
        work(alone)
        page.run()
        first, second = alone.desk().keeping.versions("ledger")
        assert (second.parent, second.note, second.number) == (first.id, "P1 投资调增", 2)
        assert alone.desk().keeping.open_ledger(second.id).by_id["P1"].cost_yuan == 1_100
        page.button(key="ledger_open").click().run()
        assert page.selectbox(key="at_hand_ledger").value == second.id
        assert text("desk_page.stale", "zh") in markup(page)  # the plan is of the older one

    def test_unknown_columns_are_confirmed_by_people(self, look: Look, tmp_path: Path, alone: Service) -> None:
        """Two columns go by names that nobody knows; one of them holds areas in 亩 (15 to the hectare)."""
        data = book(
            ("图斑编号", "区", "修复类别", "采矿许可证", "投资估算(万元)", "待整治规模", "代号"),
            ("A1", "北区", "人工修复", "曾有", 30, 15, "甲"),
            ("A2", "北区", "人工修复", "无", 20, 30, "乙"),
        )
        page = look(tmp_path, at="ledger", section="upload")
        page.file_uploader(key="ledger_file").upload("他人.xlsx", data).run()
        work(alone)
        page.run()
        assert text("ledger_page.faulty", "zh", file="他人.xlsx") in markup(page)
        assert "未治理面积" in table(page, "findings")  # the required column that is missing
        job = page.query_params["check"]
        job = job[0] if isinstance(job, list) else job
        labels = {box.label: box for box in page.selectbox if box.key and box.key.startswith(("field:", "unit:"))}
        labels["“待整治规模”读作"].set_value("area_m2")
        labels["“待整治规模”的单位"].set_value("亩")
        labels["“代号”读作"].set_value("name")
        page.button(key=f"mapping_go:{job}").click().run()
        work(alone)
        page.run()
        assert "他人.xlsx 可以保存：2 个图斑" in markup(page)
        page.selectbox(key="ledger_follows").set_value(0).run()
        page.text_input(key="ledger_name").input("他人")
        page.button(key="ledger_keep").click().run()
        work(alone)
        kept = alone.desk().keeping.versions("ledger")[-1]
        ledger = alone.desk().keeping.open_ledger(kept.id)
        assert kept.document.name == "他人"
        assert [p.area_m2 for p in ledger.patches] == [10_000, 20_000]
        assert [p.name for p in ledger.patches] == ["甲", "乙"]
        assert "待整治规模" in kept.meta["mapping"]

    def test_every_fault_of_a_file_is_shown_and_nothing_is_kept(
        self, look: Look, tmp_path: Path, alone: Service
    ) -> None:
        data = book(
            ("图斑编号", "区", "修复类别", "采矿许可证", "投资估算(万元)", "未治理面积(公顷)"),
            ("A1", "北区", "人工修复", "曾有", "三十", 1),
            ("A1", "北区", "修一修", "无", 20, -2),
        )
        page = look(tmp_path, at="ledger", section="upload")
        page.file_uploader(key="ledger_file").upload("坏.xlsx", data).run()
        work(alone)
        page.run()
        shown = table(page, "findings")
        for value in ("三十", "修一修", "-2"):
            assert f"<td class='long'>{value}</td>" in shown
        assert ">C3<" in shown  # the category stands in the third column, the second row of patches
        assert not [button for button in page.button if button.key == "ledger_keep"]
        assert len(alone.desk().keeping.versions("ledger")) == 1

    def test_what_is_no_table_says_why(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = look(tmp_path, at="ledger", section="upload")
        page.file_uploader(key="ledger_file").upload("坏.xlsx", b"no workbook").run()
        work(alone)
        page.run()
        assert text("ledger_page.faulty", "zh", file="坏.xlsx") in markup(page)
        assert table(page, "findings")

    def test_a_version_kept_meanwhile_is_shown_beside_one_s_own(
        self, look: Look, tmp_path: Path, alone: Service
    ) -> None:
        desk, (ledger, _) = alone.desk(), folders.small_world()
        mine = replace(
            ledger, patches=tuple(replace(p, remark="mine") for p in ledger.patches[:1]) + ledger.patches[1:]
        )
        page = look(tmp_path, at="ledger", section="upload")
        page.file_uploader(key="ledger_file").upload("我的.xlsx", ledger_bytes(mine)).run()
        work(alone)
        page.run()
        page.button(key="ledger_keep").click().run()
        (first,) = desk.keeping.versions("ledger")
        theirs = replace(
            ledger, patches=(replace(ledger.patches[0], remark="theirs", cost_yuan=1_200), *ledger.patches[1:])
        )
        desk.keeping.keep_ledger(theirs, first.document.name, parent=first.id, note="先保存")
        work(alone)
        page.run()
        page.button(key="ledger_compare").click().run()
        assert "先保存" in markup(page)
        choice = page.radio(key="ledger_clash:0")
        assert "P1" in choice.label
        choice.set_value("mine").run()
        page.button(key="ledger_join").click().run()
        newest = desk.keeping.versions("ledger")[-1]
        row = desk.keeping.open_ledger(newest.id).by_id["P1"]
        assert (newest.number, row.remark, row.cost_yuan) == (3, "mine", 1_200)


class TestCategory:
    def change(self, page: AppTest, *, number: str = "京规自函〔2030〕1号", reason: str = "现场核查") -> AppTest:
        page.selectbox(key="recategorise_to").set_value(Treatment.COMPREHENSIVE)
        page.text_input(key="recategorise_number").input(number)
        page.text_area(key="recategorise_reason").input(reason)
        return page.button(key="recategorise_go").click().run()

    def test_a_new_version_with_its_document_and_reason(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = self.change(look(tmp_path, at="ledger", patch="P2"))
        first, second = alone.desk().keeping.versions("ledger")
        row = alone.desk().keeping.open_ledger(second.id).by_id["P2"]
        assert (row.treatment, row.reclassified_from) == (Treatment.COMPREHENSIVE, Treatment.ARTIFICIAL)
        assert row.change_record == "京规自函〔2030〕1号: 现场核查"
        assert (second.parent, second.note) == (first.id, "京规自函〔2030〕1号: 现场核查")
        assert "已保存为台账第 2 版" in markup(page)
        history = look(tmp_path, at="ledger", ledger=str(second.id), section="history")
        assert "<td>1</td></tr>" in table(history, "history")  # one patch changed
        assert "<td class='long'>人工修复</td><td class='long'>综合利用</td>" in table(history, "changes")

    def test_nothing_without_a_document_and_a_reason(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = self.change(look(tmp_path, at="ledger", patch="P2"), number="", reason=" ")
        assert text("ledger_page.no_number", "zh") in markup(page)
        assert text("ledger_page.no_reason", "zh") in markup(page)
        assert len(alone.desk().keeping.versions("ledger")) == 1

    def test_a_cost_is_exact_and_needed_where_works_begin(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = self.change(look(tmp_path, at="ledger", patch="P4"))
        assert text("ledger_page.no_cost", "zh") in markup(page)
        page.text_input(key="recategorise_cost").input("12.5").run()
        page.button(key="recategorise_go").click().run()
        assert "不是精确到元的金额" in markup(page)
        page.text_input(key="recategorise_cost").input("1,250").run()
        page.button(key="recategorise_go").click().run()
        kept = alone.desk().keeping.versions("ledger")[-1]
        assert alone.desk().keeping.open_ledger(kept.id).by_id["P4"].cost_yuan == 1_250

    def test_once_the_year_has_begun_it_is_proposed_and_adopted(
        self, look: Look, tmp_path: Path, alone: Service
    ) -> None:
        desk = alone.desk()
        (plan,) = desk.keeping.versions("plan")
        desk.deciding.adopt(plan.id, "同意")
        desk.year.begin(plan.id)
        page = self.change(look(tmp_path, at="ledger", patch="P2"))
        assert len(desk.keeping.versions("ledger")) == 1
        assert desk.year.state().proposals["京规自函〔2030〕1号"].state == "proposed"
        assert "P2" in table(page, "waiting")
        page.text_input(key="adopt_number").input("审〔2030〕2号").run()
        page.button(key="adopt_change").click().run()
        assert desk.year.state().register.by_id["P2"].treatment is Treatment.COMPREHENSIVE

    def test_only_those_who_may_are_offered_it(self, look: Look, tmp_path: Path) -> None:
        stores.settings(tmp_path, issuer="http://127.0.0.1:1", redirect="http://127.0.0.1:2/oauth2callback")
        with closing(open_service(tmp_path)) as office:
            stores.with_people(office)
        page = look(tmp_path, "u-leader", at="ledger", patch="P2")
        assert "P2" in listed(page)
        assert text("ledger_page.not_yours_to_change", "zh") in markup(page)
        upload = look(tmp_path, "u-leader", at="ledger", section="upload")
        assert text("ledger_page.not_yours_to_keep", "zh") in markup(upload)
        assert not upload.get("file_uploader")
        district = look(tmp_path, "u-north", at="ledger", patch="P2")
        assert "P2" not in markup(district).replace("P2026", "")


def test_the_differences_of_two_versions_as_a_file() -> None:
    ledger, _ = folders.small_world()
    after = replace(ledger, patches=(replace(ledger.patches[0], cost_yuan=900, remark="=x"), *ledger.patches[1:3]))
    report = change_report(ledger, after)
    assert ledger_history.changed_patches(report) == {"P1", "P4"}
    rows = list(csv.reader(io.StringIO(ledger_history.csv_of(report, Words("en", ledger.meta)).decode("utf-8-sig"))))
    assert rows[1:] == [
        ["P4", "Patch", "present", "absent"],
        ["P1", "cost", "1,000 crowns", "900 crowns"],
        ["P1", "remark", "–", "'=x"],
    ]
