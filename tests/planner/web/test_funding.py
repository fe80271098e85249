"""The funding desk: drafts, checks, trials beside their base, ways out, keeping and joining; without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner import shipped
from planner.office.words import Words
from planner.plan import Purse
from planner.scenario import load_scenario
from planner.service import Role, Runner, Service
from planner.service.kept import PLAN_KIND, SCENARIO_KIND
from planner.service.merging import plain_scenario
from planner.texts import text
from planner.web.funding_cells import Cell, money_of
from planner.web.funding_draft import Draft
from planner.web.funding_grid import typed_faults, with_edits
from tests.planner.web import folders, stores
from tests.planner.web.conftest import Look, markup
from tests.planner.worlds import FIRST

CITY, SOUTH = Purse("municipal", None), Purse("district", "South")
BASE_VERSION = 2


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Service]:
    """The small world: 1,600 and 100 of the city's money, 2,000 of South's, carried over for a year."""
    service = stores.alone(tmp_path)
    stores.keep(service.desk())
    yield service
    service.close()


def desk_of(look: Look, place: Path, subject: str | None = None, **asked: str) -> AppTest:
    return look(place, subject, at="funding", **{"scenario": str(BASE_VERSION), **asked})


def cut(page: AppTest, percent: float) -> AppTest:
    page.slider(key="funding_cut").set_value(percent).run()
    return page.button(key="funding_cut_apply").click().run()


def table(page: AppTest, name: str) -> list[list[str]]:
    """The rows of a table that the page shows, its heads aside."""
    found = re.search(rf"data-table='{name}'.*?</table>", markup(page), re.DOTALL)
    if found is None:
        return []
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", found[0])[1:]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows]


def worked(service: Service, page: AppTest) -> AppTest:
    """Have what was asked for done, and look again."""
    with closing(Runner(service)) as runner:
        assert runner.run_one()
    page.run()
    assert not page.exception
    return page


class TestDraft:
    def test_begins_as_its_base(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = desk_of(look, tmp_path)
        assert text("funding.unchanged", "zh") in markup(page)
        assert table(page, "draft_sums")[0] == ["基准", "1,600", "2,100", "0", "3,700"]
        assert table(page, "draft_sums")[3] == ["基准计划支出", "1,000", "2,500", "0", "3,500"]  # P1; P2 and P3
        assert page.button(key="funding_back").disabled

    def test_a_cut_is_seen_before_and_after(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = desk_of(look, tmp_path)
        page.slider(key="funding_cut").set_value(-10.0).run()
        assert "-370" in markup(page)  # 160 + 10 + 200
        assert not table(page, "draft_changes")
        page.button(key="funding_cut_apply").click().run()
        assert [row[1:] for row in table(page, "draft_changes")] == [
            ["1,600 克朗", "1,440 克朗"], ["100 克朗", "90 克朗"], ["2,000 克朗", "1,800 克朗"],
        ]  # fmt: skip
        assert table(page, "draft_sums")[1:3] == [
            ["草案", "1,440", "1,890", "0", "3,330"], ["增减", "-160", "-210", "–", "-370"],
        ]  # fmt: skip
        assert "3,700 克朗 → 3,330 克朗" in markup(page)

    def test_what_is_impossible_is_said_at_once(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = cut(desk_of(look, tmp_path), -50.0)
        assert text("funding.impossible_at_sight", "zh", count=3) in markup(page)  # both purses, and the total

    def test_a_delay_says_what_falls_behind_the_horizon(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = desk_of(look, tmp_path)
        page.multiselect(key=f"funding_move_years:{BASE_VERSION}").set_value([FIRST]).run()
        page.slider(key="funding_delay").set_value(25).run()
        assert text("funding.delay_does", "zh", lost="0", unit="克朗") in markup(page)
        page.button(key="funding_delay_apply").click().run()
        assert [row[1:] for row in table(page, "draft_changes")] == [
            ["1,600 克朗", "1,200 克朗"], ["100 克朗", "500 克朗"],
        ]  # fmt: skip

    def test_the_way_back_and_the_base_again(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = cut(cut(desk_of(look, tmp_path), 10.0), 10.0)
        assert table(page, "draft_sums")[1][-1] == "4,477"  # 3,700 · 1.21
        page.button(key="funding_back").click().run()
        assert table(page, "draft_sums")[1][-1] == "4,070"
        page.button(key="funding_again").click().run()
        assert text("funding.unchanged", "zh") in markup(page)
        page.button(key="funding_back").click().run()  # even that is taken back
        assert table(page, "draft_sums")[1][-1] == "4,070"

    def test_is_there_again_in_a_new_session_for_its_owner_alone(
        self, look: Look, tmp_path: Path, office: Service
    ) -> None:
        cut(desk_of(look, tmp_path, "u-finance"), 10.0)
        again, other = desk_of(look, tmp_path, "u-finance"), desk_of(look, tmp_path, "u-second")
        assert table(again, "draft_sums")[1][-1] == "4,070"
        assert text("funding.unchanged", "zh") in markup(other)

    def test_two_tabs_change_one_draft(self, look: Look, tmp_path: Path, alone: Service) -> None:
        one, other = desk_of(look, tmp_path), desk_of(look, tmp_path)
        one.multiselect(key=f"funding_move_purses:{BASE_VERSION}").set_value([SOUTH.text]).run()
        cut(one, 10.0)
        other.session_state["funding_panel"] = "levers"
        other.run()
        other.slider(key="funding:carry_years").set_value(2).run()
        for tab in (one.run(), other):
            assert [row[1:] for row in table(tab, "draft_changes")] == [["2,000 克朗", "2,200 克朗"], ["1", "2"]]

    def test_a_draft_of_another_version_is_found_again(self, look: Look, tmp_path: Path, alone: Service) -> None:
        cut(desk_of(look, tmp_path), 10.0)
        other = alone.desk().keeping.keep_scenario(folders.small_world()[1].model_copy(update={"name": "other"}))
        page = look(tmp_path, at="funding", scenario=str(other.id))
        assert text("funding.unchanged", "zh") in markup(page)
        page.button(key=f"funding_other:{BASE_VERSION}").click().run()
        assert table(page, "draft_sums")[1][-1] == "4,070"

    def test_levers_and_clauses_stand_among_the_differences(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = desk_of(look, tmp_path)
        page.session_state["funding_panel"] = "levers"
        page.run()
        page.slider(key="funding:carry_years").set_value(2).run()
        page.slider(key="funding:price_index_rate").set_value(3.0).run()
        page.slider(key="funding:contingency_percent").set_value(0.5).run()
        page.number_input(key="funding:clauses_first_year_task_max_yuan").set_value(1_400.0).run()
        page.session_state["funding_panel"] = "clauses"
        page.run()
        group = next(one for one in page.button_group if one.key == "funding:mode:hazards")
        group.set_value("soft").run()
        assert not page.exception
        assert sorted(tuple(row) for row in table(page, "draft_changes")) == sorted(
            [
                ("结转年数", "1", "2"), ("价格年涨幅", "0 %", "3 %"), ("工程预备费", "0 %", "0.5 %"),
                ("首年任务量与资金 · 资金上限", "1,500 克朗", "1,400 克朗"),
                ("地质灾害隐患消除 · 强度", "硬", "软"),
            ]
        )  # fmt: skip

    def test_a_value_that_contradicts_another_is_told_with_its_repair(
        self, look: Look, tmp_path: Path, alone: Service
    ) -> None:
        page = desk_of(look, tmp_path)
        page.session_state["funding_panel"] = "levers"
        page.run()
        page.number_input(key="funding:clauses_first_year_task_min_yuan").set_value(1_501.0).run()
        assert "min_yuan" in str(table(page, "draft_faults"))
        assert page.button(key="funding_compute").disabled

    def test_a_purse_is_added_where_the_ledger_has_its_district(
        self, look: Look, tmp_path: Path, alone: Service
    ) -> None:
        page = desk_of(look, tmp_path)
        box = page.selectbox(key="funding_new_purse")
        assert box.options == ["North区级财政"]  # the city's and South's are there already
        box.select_index(0).run()
        assert "North区级财政 2031 年预算" in str(table(page, "draft_changes"))

    def test_a_block_is_written_whole_or_not_at_all(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = desk_of(look, tmp_path)
        page.text_area(key="funding_paste").set_value(f"\t{FIRST}\n市级财政\tabc\nSouth区级财政\t7").run()
        page.button(key="funding_paste_write").click().run()
        assert "abc" in str(table(page, "block_faults"))
        assert text("funding.unchanged", "zh") in markup(page)
        page.text_area(key="funding_paste").set_value(f"\t{FIRST}\n市级财政\t１，７００").run()
        page.button(key="funding_paste_write").click().run()
        assert table(page, "draft_changes") == [[f"市级财政 {FIRST} 年预算", "1,600 克朗", "1,700 克朗"]]


class TestGrid:
    """What the grid says was edited; the grid itself is tested in a browser."""

    ledger, under = folders.small_world()
    words = Words("zh", ledger.meta)
    draft = Draft(plain_scenario(under))

    def edited(self, edits: dict[int, dict[str, str | None]], draft: Draft | None = None) -> Draft:
        return with_edits(draft or self.draft, [CITY, SOUTH], edits, self.words)

    def test_amounts_by_purse_and_year(self) -> None:
        after = self.edited({0: {str(FIRST): "1,700"}, 1: {str(FIRST): "５"}})
        assert money_of(after.plain) == money_of(self.draft.plain) | {
            Cell(CITY, FIRST).id: 1_700, Cell(SOUTH, FIRST).id: 5,
        }  # fmt: skip

    def test_an_emptied_cell_is_nothing_where_there_was_money(self) -> None:
        after = self.edited({0: {str(FIRST): None, str(FIRST + 2): ""}})
        assert money_of(after.plain) == money_of(self.draft.plain) | {Cell(CITY, FIRST).id: 0}

    def test_no_amount_is_kept_as_typed_until_it_is_mended(self) -> None:
        wrong = self.edited({1: {str(FIRST + 1): "abc"}})
        assert wrong.plain == self.draft.plain
        (fault,) = typed_faults(wrong, self.words)
        assert "South" in fault.column
        assert Draft.of(wrong.content) == wrong
        mended = self.edited({1: {str(FIRST + 1): "2,000"}}, wrong)
        assert mended == self.draft

    def test_the_same_edits_twice_are_the_same(self) -> None:
        edits: dict[int, dict[str, str | None]] = {0: {str(FIRST): "1", str(FIRST + 1): "x"}}
        assert self.edited(edits, self.edited(edits)) == self.edited(edits)


class TestTrial:
    def test_beside_its_base(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = cut(desk_of(look, tmp_path), 10.0)
        page.button(key="funding_compute").click().run()
        assert page.query_params["funding_view"] in ("result", ["result"])
        assert text("funding.at_work", "zh") in markup(page)
        kept = alone.desk().keeping.versions(SCENARIO_KIND)[-1]
        assert (kept.document.name, kept.meta["title"]["zh"]) == ("small-trial", "小方案（试算）")
        assert "市级财政 2031 年预算：1,600 克朗 → 1,760 克朗" in kept.note
        worked(alone, page)
        # The stored base puts P3 off to the second year; its 500 fit into the first, beside P1's 1,000.
        assert table(page, "result_patches") == [["P3", "", "South", "改期", str(FIRST + 1), str(FIRST), "500", "500"]]
        money = [row for row in table(page, "result_years") if row[0] == "承诺资金（克朗）"]
        assert money == [
            ["承诺资金（克朗）", "基准", "1,000", "2,500", "0", "3,500"],
            ["承诺资金（克朗）", "草案", "1,500", "2,000", "0", "3,500"],
            ["承诺资金（克朗）", "增减", "+500", "-500", "–", "–"],
        ]
        purses = {row[0]: row[1:] for row in table(page, "result_purses")}
        assert purses["市级财政"] == ["1,700", "1,870", "+170", "1,500", "1,500", "–"]
        assert "已审计" in markup(page)
        assert {"funding_book", "funding_csv"} <= {one.key for one in page.get("download_button")}

    def test_its_plan_does_not_take_the_place_of_the_base_s(self, look: Look, tmp_path: Path, alone: Service) -> None:
        """Nothing is named in the address: the newest plan is at hand, until work begins that is held against it."""
        page = cut(look(tmp_path, at="funding"), 10.0)
        page.button(key="funding_compute").click().run()
        worked(alone, page)
        assert page.selectbox(key="at_hand_scenario").value == BASE_VERSION
        assert [row[0] for row in table(page, "result_patches")] == ["P3"]

    def test_the_same_draft_is_the_same_version_and_work(self, look: Look, tmp_path: Path, alone: Service) -> None:
        for _ in range(2):
            page = cut(desk_of(look, tmp_path), 10.0)
            page.button(key="funding_compute").click().run()
            page.button(key="funding_again").click().run()
        assert [one.document.name for one in alone.desk().keeping.versions(SCENARIO_KIND)] == ["small", "small-trial"]
        (job,) = alone.desk().jobs.all()
        base = alone.desk().keeping.versions("plan")[0]
        assert job.payload["near"] == base.id  # its search starts from the plan of the base

    def test_a_trial_s_plan_is_shown_to_nobody_who_did_not_ask_for_it(
        self, look: Look, tmp_path: Path, alone: Service
    ) -> None:
        page = cut(desk_of(look, tmp_path), 10.0)
        page.button(key="funding_compute").click().run()
        worked(alone, page)
        plans = alone.desk().keeping.versions(PLAN_KIND)
        assert [one.document.name for one in plans] == ["small", "small-trial"]
        assert look(tmp_path).selectbox(key="at_hand_plan").value == plans[0].id
        assert look(tmp_path, plan=str(plans[1].id)).selectbox(key="at_hand_plan").value == plans[1].id

    def test_an_older_result_is_not_shown_as_fresh(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = cut(desk_of(look, tmp_path), 10.0)
        page.button(key="funding_compute").click().run()
        worked(alone, page)
        assert text("funding.stale", "zh") not in markup(page)
        page.query_params["funding_view"] = "draft"
        cut(page.run(), 5.0)
        page.query_params["funding_view"] = "result"
        page.run()
        assert text("funding.stale", "zh") in markup(page)
        assert text("funding.not_planned", "zh") in markup(page)
        assert table(page, "result_patches")

    def test_missing_money_goes_into_the_draft_at_a_click(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = desk_of(look, tmp_path)
        page.multiselect(key=f"funding_move_purses:{BASE_VERSION}").set_value([SOUTH.text]).run()
        cut(page, -50.0)
        page.button(key="funding_compute").click().run()
        worked(alone, page)
        # P2 costs South 2,000; 1,000 are left.
        assert [row[2] for row in table(page, "missing")] == ["1,000", "1,000"]
        assert text("funding.short_proved", "zh", money="1,000 克朗") in markup(page)
        page.button(key="funding_fill").click().run()
        assert not page.exception
        assert "3,700 克朗 → 3,700 克朗" in markup(page) or text("funding.unchanged", "zh") in markup(page)

    def test_ways_out_go_into_the_draft_at_a_click(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = desk_of(look, tmp_path)
        page.multiselect(key=f"funding_move_purses:{BASE_VERSION}").set_value([SOUTH.text]).run()
        cut(page, -50.0)
        page.button(key="funding_compute").click().run()
        worked(alone, page)
        page.button(key="ask:shortfall").click().run()
        worked(alone, page)
        assert "1. " in markup(page)
        assert not page.button(key="funding_way:0").disabled
        page.button(key="funding_way:0").click().run()
        assert not page.exception
        assert text("funding.stale", "zh") in markup(page)  # the result is that of the draft before
        assert page.button(key="funding_way:0").disabled
        page.query_params["funding_view"] = "draft"
        page.run()
        assert len(table(page, "draft_changes")) >= 1

    def test_worth_and_sweep_of_the_base(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = desk_of(look, tmp_path)
        page.button(key="funding_compute").click().run()  # the stored plan was made by hand: a solver's own is asked
        worked(alone, page)
        page.query_params["funding_view"] = "worth"
        page.run()
        page.button(key="ask:worth").click().run()
        page.button(key="ask:ladder").click().run()
        worked(alone, worked(alone, page) and page)
        rungs = table(page, "sweep")
        assert [(row[0], row[2]) for row in rungs] == [
            ("90 %", "3,330"), ("95 %", "3,515"), ("100 %", "3,700"), ("105 %", "3,885"), ("110 %", "4,070"),
        ]  # fmt: skip
        assert [row[3] for row in rungs][:2] == ["–", "–"]  # South has 1,800 and 1,900 for P2's 2,000
        assert text("funding.worth", "zh") in markup(page)


class TestKeeping:
    def save(self, page: AppTest, name: str | None, note: str) -> AppTest:
        if name is not None:
            page.text_input(key=f"funding_name:{BASE_VERSION}").set_value(name)
        page.text_input(key=f"funding_note:{BASE_VERSION}").set_value(note)
        page.checkbox(key="funding_plan_it").set_value(False)
        return page.button(key="funding_save_now").click().run()

    def test_the_base_s_own_name_keeps_its_next_version(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = self.save(cut(desk_of(look, tmp_path), 10.0), None, "加一成")
        kept = alone.desk().keeping.versions(SCENARIO_KIND)[-1]
        assert (kept.document.name, kept.number, kept.parent, kept.note) == ("small", 2, BASE_VERSION, "加一成")
        assert page.selectbox(key="at_hand_scenario").value == kept.id
        assert text("funding.unchanged", "zh") in markup(page)  # what was kept is the base now
        assert sum(one.yuan for one in alone.desk().keeping.open_scenario(kept.id).budgets) == 4_070

    def test_another_name_keeps_a_scenario_of_its_own(self, look: Look, tmp_path: Path, alone: Service) -> None:
        self.save(cut(desk_of(look, tmp_path), 10.0), "加一成", "试")
        kept = alone.desk().keeping.versions(SCENARIO_KIND)[-1]
        scenario = alone.desk().keeping.open_scenario(kept.id)
        assert (kept.document.name, kept.number, scenario.title["zh"], scenario.note["zh"]) == (
            "加一成",
            1,
            "加一成",
            "试",
        )

    def test_no_note_and_a_name_that_is_taken_are_refused(self, look: Look, tmp_path: Path, alone: Service) -> None:
        desk = alone.desk()
        desk.keeping.keep_scenario(folders.small_world()[1].model_copy(update={"name": "other"}))
        page = self.save(cut(desk_of(look, tmp_path), 10.0), None, " ")
        assert text("funding.no_note", "zh") in markup(page)
        self.save(page, "other", "x")
        assert text("funding.name_taken", "zh", name="other") in markup(page)
        assert len(desk.keeping.versions(SCENARIO_KIND)) == 2
        assert table(page, "draft_changes")  # nothing of the draft is lost

    def test_kept_and_planned(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = cut(desk_of(look, tmp_path), 10.0)
        page.text_input(key=f"funding_note:{BASE_VERSION}").set_value("加一成")
        page.button(key="funding_save_now").click().run()
        (job,) = alone.desk().jobs.all()
        assert job.payload["scenario"] == alone.desk().keeping.versions(SCENARIO_KIND)[-1].id


@pytest.fixture
def office(office: Service) -> Service:
    """Two people of finance, one of leadership, one of a district."""
    stores.with_people(office)
    office.desk(stores.ADMIN).staff.grant("u-second", Role.FINANCE, name="财务戊")
    return office


class TestTwoDesks:
    def both_edited(self, look: Look, place: Path) -> tuple[AppTest, AppTest]:
        """The first raises every budget by a tenth, the second South's alone by a half and the years carried over."""
        first, second = (desk_of(look, place, subject) for subject in ("u-finance", "u-second"))
        cut(first, 10.0)
        second.multiselect(key=f"funding_move_purses:{BASE_VERSION}").set_value([SOUTH.text]).run()
        cut(second, 50.0)
        second.session_state["funding_panel"] = "levers"
        second.run()
        second.slider(key="funding:carry_years").set_value(2).run()
        return first, second

    def test_the_second_saver_sees_both_and_nothing_is_lost(self, look: Look, tmp_path: Path, office: Service) -> None:
        first, second = self.both_edited(look, tmp_path)
        TestKeeping().save(first, None, "加一成")
        TestKeeping().save(second, None, "南区加五成")
        said = markup(second)
        assert text("funding.clash", "zh", name="small") in said
        assert "u-finance" in said
        assert "加一成" in said
        assert len(table(second, "clash_theirs")) == 3
        assert len(table(second, "clash_mine")) == 2
        assert second.button(key="funding_join").disabled  # South's budget was changed in two ways
        (choice,) = [one for one in second.radio if one.key.startswith("funding_clash")]
        assert choice.options == ["对方：2,200 克朗", "您：3,000 克朗"]
        choice.set_value("mine").run()
        second.button(key="funding_join").click().run()
        assert not second.exception
        versions = office.desk("u-second").keeping.versions(SCENARIO_KIND)
        assert [(one.number, one.author, one.note) for one in versions] == [
            (1, "u-finance", ""), (2, "u-finance", "加一成"), (3, "u-second", "南区加五成"),
        ]  # fmt: skip
        joined = office.desk("u-second").keeping.open_scenario(versions[-1].id)
        assert {(one.source, one.year): one.yuan for one in joined.budgets} == {
            ("municipal", FIRST): 1_760, ("municipal", FIRST + 1): 110, ("district", FIRST + 1): 3_000,
        }  # fmt: skip
        assert joined.carry.years == 2
        assert text("funding.clash", "zh", name="small") not in markup(second)

    def test_one_may_go_on_editing_first(self, look: Look, tmp_path: Path, office: Service) -> None:
        first, second = self.both_edited(look, tmp_path)
        TestKeeping().save(first, None, "加一成")
        TestKeeping().save(second, None, "南区加五成")
        second.button(key="funding_join_later").click().run()
        assert text("funding.clash", "zh", name="small") not in markup(second)
        assert table(second, "draft_changes")

    def test_leadership_edits_but_keeps_nothing(self, look: Look, tmp_path: Path, office: Service) -> None:
        page = cut(desk_of(look, tmp_path, "u-leader"), 10.0)
        assert text("funding.may_not", "zh") in markup(page)
        keys = {one.key for one in page.button}
        assert not keys & {"funding_compute", "funding_save_now"}

    def test_a_district_does_not_see_the_desk(self, look: Look, tmp_path: Path, office: Service) -> None:
        page = desk_of(look, tmp_path, "u-north")
        assert text("desk_page.not_yours", "zh") in markup(page)
        assert not page.slider


class TestShipped:
    def test_they_come_into_a_store_that_has_their_baseline(self, look: Look, tmp_path: Path, alone: Service) -> None:
        desk = alone.desk()
        assert "funding_bring" not in {one.key for one in desk_of(look, tmp_path).button}  # another city's store
        _, base = shipped.demo()
        desk.keeping.keep_scenario(load_scenario(base))
        desk_of(look, tmp_path).button(key="funding_bring").click().run()
        names = {one.document.name for one in desk.keeping.versions(SCENARIO_KIND)}
        assert names == {"small", *(file.stem for file in base.parent.glob("*.toml"))}
        assert "funding_bring" not in {one.key for one in desk_of(look, tmp_path).button}


class TestEnglish:
    def test_says_everything_in_english(self, look: Look, tmp_path: Path, alone: Service) -> None:
        page = cut(look(tmp_path, at="funding", lang="en", scenario=str(BASE_VERSION)), 10.0)
        page.button(key="funding_compute").click().run()
        worked(alone, page)
        assert not re.search(r"[一-鿿]", markup(page))


def test_an_empty_store_says_what_to_do(look: Look, tmp_path: Path) -> None:
    stores.alone(tmp_path).close()
    page = look(tmp_path, at="funding")
    assert text("funding.nothing", "zh") in markup(page)
