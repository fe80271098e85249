"""The overview's states, without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner import shipped
from planner.plan import PlanStatus
from planner.texts import text
from planner.web import PLAN_VARIABLE, parts
from tests.planner.web import folders
from tests.planner.web.conftest import Open, markup
from tests.planner.worlds import FIRST

CHINESE = re.compile(r"[一-鿿]")


def file_buttons(page: AppTest) -> list[str]:
    return [element.proto.label for element in page.get("download_button")]


class TestEmpty:
    def test_says_what_to_do(self, open_page: Open, tmp_path: Path) -> None:
        page = open_page(tmp_path / "nowhere")
        assert text("web.empty", "zh") in markup(page)
        assert "make plan" in page.code[0].value
        assert "planner demo" in page.code[0].value
        assert not file_buttons(page)

    def test_in_english(self, open_page: Open, tmp_path: Path) -> None:
        assert text("web.empty", "en") in markup(open_page(tmp_path, "en"))

    def test_a_plan_that_comes_later_is_seen(self, open_page: Open, tmp_path: Path) -> None:
        page = open_page(tmp_path)
        folders.small_plan(tmp_path)
        page.run()
        assert "小方案" in markup(page)


class TestPlan:
    def test_figures_status_and_certificate(self, open_page: Open, tmp_path: Path) -> None:
        plan = folders.small_plan(tmp_path)
        page = open_page(tmp_path)
        seen = markup(page)
        assert "已证明最优" in seen
        assert "核查数据" in seen
        assert plan.certificate.run_id[:8] in seen
        assert plan.certificate.plan_digest in seen
        assert "<b>3,500</b> <span class='unit'>克朗</span>" in seen  # 1,000 + 2,000 + 500
        assert "<b>1.2345</b> <span class='unit'>公顷</span>" in seen
        assert "未达到" not in seen
        assert len(file_buttons(page)) == 2

    def test_a_time_limited_plan_is_not_called_optimal(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path, PlanStatus.WITHIN_GAP)
        seen = markup(open_page(tmp_path))
        assert "距最优至多" in seen
        assert "已证明最优" not in seen

    def test_english_has_no_chinese_word(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        page = open_page(tmp_path, "en")
        said = [markup(page), *file_buttons(page), *(box.label for box in page.selectbox)]
        said += [option for box in page.selectbox for option in box.options]
        said += [expander.label for expander in page.expander]
        assert not CHINESE.search("\n".join(said))
        assert "Proved optimal" in said[0]
        assert "crowns" in said[0]

    def test_what_comes_from_data_is_escaped(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        seen = markup(open_page(tmp_path, "en"))
        assert "Small &lt;b&gt;scenario&lt;/b&gt;" in seen
        assert "<b>scenario" not in seen

    def test_the_filters_and_their_total(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        page = open_page(tmp_path)
        assert len(page.dataframe[0].value) == 3
        page.selectbox(key="filter_district").select_index(2).run()
        assert list(page.dataframe[0].value["patch"]) == ["P2", "P3"]
        assert "2 个图斑 · 3.0001 公顷 · 2,500 克朗" in markup(page)
        page.selectbox(key="filter_category").select("comprehensive").run()
        assert list(page.dataframe[0].value["patch"]) == ["P3"]
        page.selectbox(key="filter_year").select_index(1).run()
        assert not page.dataframe
        assert not page.exception

    def test_the_filter_is_said_kept_in_the_url_and_cleared(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        page = open_page(tmp_path)
        assert text("overview.nothing_chosen", "zh") in markup(page)
        assert page.selectbox(key="filter_township").disabled
        page.selectbox(key="filter_district").select("South").run()
        page.selectbox(key="filter_tier").select("2").run()
        assert "当前筛选：South · 优先级 2" in markup(page)
        assert [page.query_params[name] for name in ("district", "tier")] in (["South", "2"], [["South"], ["2"]])
        page.button(key="filter_clear").click().run()
        assert text("overview.nothing_chosen", "zh") in markup(page)
        assert "district" not in page.query_params
        assert len(page.dataframe[0].value) == 3

    def test_a_link_opens_the_same_view_without_what_is_not_there(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        folders.small_plan(tmp_path)
        monkeypatch.setenv(PLAN_VARIABLE, str(tmp_path))
        page = AppTest.from_file(str(shipped.path("app.py")), default_timeout=60)
        for name, value in {"district": "South", "year": str(FIRST + 1), "patch": "P9", "tier": "<b>"}.items():
            page.query_params[name] = value
        page.run()
        assert list(page.dataframe[0].value["patch"]) == ["P2", "P3"]
        assert page.selectbox(key="filter_year").value == str(FIRST + 1)
        assert "patch" not in page.query_params
        assert "tier" not in page.query_params

    def test_natural_recovery_is_shown_apart(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        page = open_page(tmp_path)
        page.selectbox(key="filter_category").select("natural").run()
        assert not page.dataframe
        seen = markup(page)
        assert text("overview.no_tasks", "zh") in seen
        apart = seen.partition("data-table='without_works'")[2]
        assert "P4" in apart
        assert "0.5000" in apart
        assert "P1" not in apart

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_a_city_without_boundaries_gets_a_sentence(self, open_page: Open, tmp_path: Path, lang: str) -> None:
        folders.small_plan(tmp_path)
        seen = markup(open_page(tmp_path, lang))
        assert parts.safe(text("overview.no_map", lang, city="Aldrun")) in seen  # type: ignore[arg-type]
        assert "data-table='map'" in seen
        assert "data-table='schedule'" in seen

    def test_every_purse_by_year(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        table = markup(open_page(tmp_path)).partition("data-table='purses'")[2].partition("</table>")[0]
        rows = [re.findall(r">([^<>]*)</td>", row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table)]
        assert [row for row in rows if row] == [
            ["市级财政", "1,000", "500", "–", "1,500", "1,700"],
            ["South区级财政", "–", "2,000", "–", "2,000", "2,000"],
            ["合计", "1,000", "2,500", "–", "3,500", "3,700"],
        ]

    def test_one_purse_alone(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        page = open_page(tmp_path)
        page.selectbox(key="purse").select_index(2).run()
        table = markup(page).partition("data-table='money'")[2].partition("</table>")[0]
        assert "区级财政" in table
        assert "市级财政" not in table
        assert "2,000" in table

    def test_only_this_plan_s_workbooks_are_offered(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        (tmp_path / f"表_small_{folders.RUN[:8]}.xlsx").write_bytes(b"this one")
        (tmp_path / "表_small_99999999.xlsx").write_bytes(b"another plan's")
        buttons = file_buttons(open_page(tmp_path))
        assert any(folders.RUN[:8] in label for label in buttons)
        assert not any("99999999" in label for label in buttons)


class TestLanguage:
    def test_the_switch_reaches_the_url(self, open_page: Open, tmp_path: Path) -> None:
        page = open_page(tmp_path)
        page.segmented_control[0].set_value("en").run()
        assert page.query_params["lang"] in ("en", ["en"])
        assert text("web.empty", "en") in markup(page)
        page.segmented_control[0].set_value("zh").run()
        assert text("web.empty", "zh") in markup(page)

    def test_the_server_s_own_language_and_an_unknown_one(self, open_page: Open, tmp_path: Path) -> None:
        assert text("web.empty", "en") in markup(open_page(tmp_path, None, "en"))
        assert text("web.empty", "zh") in markup(open_page(tmp_path, "xx"))
        assert text("web.empty", "zh") in markup(open_page(tmp_path, "zh", "en"))


class TestRefused:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_one_unit_of_money_is_enough(self, open_page: Open, tmp_path: Path, lang: str) -> None:
        folders.tampered(tmp_path)
        page = open_page(tmp_path, lang)
        seen = markup(page)
        assert "class='status broken' role='alert'" in seen
        assert "commitments/P1" in seen
        assert "1,001" in seen
        assert "class='cards'" not in seen
        assert not page.dataframe
        assert not file_buttons(page)
        assert "小方案" not in seen

    def test_an_edited_digest(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        file = tmp_path / "plan.json"
        data = json.loads(file.read_text(encoding="utf-8"))
        data["certificate"]["ledger_digest"] = "0" * 64
        file.write_text(json.dumps(data), encoding="utf-8")
        assert "status broken" in markup(open_page(tmp_path))

    def test_a_plan_that_is_tampered_with_while_it_is_shown(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        page = open_page(tmp_path)
        assert "status plan" in markup(page)
        folders.tampered(tmp_path)
        page.run()
        assert "status broken" in markup(page)


class TestUnreadable:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_broken_json(self, open_page: Open, tmp_path: Path, lang: str) -> None:
        (tmp_path / "plan.json").write_text("{", encoding="utf-8")
        page = open_page(tmp_path, lang)
        assert {"zh": "读不出来", "en": "cannot be read"}[lang] in markup(page)
        assert "plan.json" in markup(page)

    def test_no_ledger(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        (tmp_path / "ledger.xlsx").unlink()
        assert "ledger.xlsx" in markup(open_page(tmp_path))

    def test_a_ledger_that_is_none(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        (tmp_path / "ledger.xlsx").write_bytes(b"no workbook")
        assert text("web.unreadable", "zh") in markup(open_page(tmp_path))


class TestNoPlan:
    def test_impossible_is_told_in_money(self, open_page: Open, tmp_path: Path) -> None:
        folders.no_plan(tmp_path, PlanStatus.IMPOSSIBLE)
        seen = markup(open_page(tmp_path))
        assert "已证明不可行" in seen
        assert "资金最少缺 120 克朗" in seen
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", seen)
        cells = [re.findall(r">([^<>]*)</td>", row) for row in rows if "<td" in row]
        assert cells == [
            ["市级财政", "20", "–", "20"],
            ["South区级财政", "–", "100", "100"],
            ["合计", "20", "100", "120"],
        ]

    def test_nothing_found_is_not_impossible(self, open_page: Open, tmp_path: Path) -> None:
        folders.no_plan(tmp_path, PlanStatus.NOTHING_FOUND)
        seen = markup(open_page(tmp_path))
        assert text("web.nothing_found_more", "zh") in seen
        assert "不可行" not in seen

    def test_in_english(self, open_page: Open, tmp_path: Path) -> None:
        folders.no_plan(tmp_path, PlanStatus.IMPOSSIBLE)
        seen = markup(open_page(tmp_path, "en"))
        assert "Proved impossible" in seen
        assert "at least 120 crowns" in seen
        assert not CHINESE.search(seen)


def test_a_failing_page_says_so_in_our_words(tmp_path: Path) -> None:
    def script() -> None:
        from planner.web.shell import on_script_error

        on_script_error(RuntimeError("secret detail"))

    page = AppTest.from_function(script).run()
    assert not page.exception
    assert text("web.failed", "zh") in markup(page)
    assert "secret detail" not in markup(page)
