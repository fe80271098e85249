"""About: what each person finds there, and what an administrator can do there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.clauses import clauses
from planner.findings import BadInput
from planner.product import product_version
from planner.service import Role, Service
from planner.texts import text
from planner.web import about_help, about_store, about_words, page_about
from planner.web.about_product import licence_text
from tests.planner.web import folders, stores
from tests.planner.web.conftest import Look, Open, markup

CHINESE = re.compile(r"[一-鿿]")
FOR_ALL = {"product", "clauses", "glossary", "guide", "help"}


@pytest.fixture
def office(office: Service) -> Service:
    stores.with_people(office)
    return office


def cells(page: AppTest, name: str) -> list[list[str]]:
    table = markup(page).partition(f"data-table='{name}'")[2].partition("</table>")[0]
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", table)[1:]
    return [[re.sub("<.*?>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", line)] for line in lines]


class TestWho:
    @pytest.mark.parametrize(
        ("subject", "more"),
        [
            ("u-finance", set()), ("u-north", set()), ("u-leader", {"store", "trail"}),
            (stores.ADMIN, {"people", "store", "trail"}),
        ],
    )  # fmt: skip
    def test_what_needs_a_right_is_there_for_those_who_have_it(
        self, look: Look, tmp_path: Path, office: Service, subject: str, more: set[str]
    ) -> None:
        assert set(page_about.sections(office.desk(subject))) == FOR_ALL | more
        for asked in ("people", "store", "trail"):  # an address gives no right
            page = look(tmp_path, subject, at="about", about=asked)
            for name in ("people", "store", "trail"):
                assert (f"data-table='{name}'" in markup(page)) is (name == asked and asked in more)

    def test_a_folder_of_a_plan_has_an_about(self, open_page: Open, tmp_path: Path) -> None:
        folders.small_plan(tmp_path)
        assert set(page_about.sections(None)) == FOR_ALL

    @pytest.mark.parametrize("part", sorted(FOR_ALL | {"people", "store", "trail"}))
    def test_english_to_the_last_word(self, look: Look, tmp_path: Path, part: str) -> None:
        service = stores.alone(tmp_path)
        stores.keep(service.desk())
        page = look(tmp_path, at="about", about=part, lang="en")
        said = markup(page)
        if part == "glossary":
            assert all(text(f"about.term_{term}", "zh") in said for term in about_words.TERMS)
            assert not CHINESE.search("".join(row[0] + row[2] for row in cells(page, "glossary")))
        else:
            assert not CHINESE.search(said)
        service.close()


class TestProduct:
    def test_version_licence_and_nature(self, look: Look, tmp_path: Path) -> None:
        service = stores.alone(tmp_path)
        page = look(tmp_path, at="about")
        assert product_version() in markup(page)
        assert text("about.nature_unknown", "zh") in markup(page)
        stores.keep(service.desk())
        assert text("about.nature_is", "zh", nature="核查") in markup(look(tmp_path, at="about"))
        assert "Permission is hereby granted" in licence_text()
        service.close()

    def test_invented_data_are_never_to_be_missed(
        self, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ledger, under = folders.small_world()
        invented = type(ledger)(ledger.patches, ledger.options, {**ledger.meta, "data_nature": "合成"})
        monkeypatch.setattr(folders, "small_world", lambda: (invented, under))
        service = stores.alone(tmp_path)
        stores.keep(service.desk())
        assert text("about.synthetic", "zh", nature="合成") in markup(look(tmp_path, at="about"))
        service.close()


class TestStore:
    def test_it_is_verified_at_a_click(self, look: Look, tmp_path: Path, office: Service) -> None:
        page = look(tmp_path, "u-leader", at="about", about="store")
        page.checkbox(key="verify_plans").check()
        page.button(key="verify").click().run()
        assert text("about.whole", "zh") in markup(page)
        with office.store.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER version_no_update")
            connection.exec_driver_sql("UPDATE version SET note = 'x' WHERE id = 1")
        page.button(key="verify").click().run()
        assert text("about.broken", "zh", count=2) in markup(page)

    @pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b'{"format": "shanfu-anchor/1"}', b"[" * 100_000])
    def test_what_is_no_anchor(self, data: bytes) -> None:
        with pytest.raises(BadInput) as refused:
            about_store.anchor_of("a.json", data)
        assert refused.value.findings[0].file == "a.json"

    def test_an_anchor_comes_back_as_it_was(self, office: Service) -> None:
        made = office.desk("u-leader").care.anchor()
        assert about_store.anchor_of("a.json", json.dumps(made.to_dict()).encode()) == made

    def test_the_trail_is_read_page_by_page_the_newest_first(
        self, look: Look, tmp_path: Path, office: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(about_store, "PAGE", 4)
        last = office.desk(stores.ADMIN).care.anchor().seq
        page = look(tmp_path, stores.ADMIN, at="about", about="trail")
        seen = [int(row[0]) for row in cells(page, "trail")]
        while not page.button(key="trail_older").disabled:
            page.button(key="trail_older").click().run()
            seen += [int(row[0]) for row in cells(page, "trail")]
        assert seen == list(range(last, 0, -1))
        page.button(key="trail_newer").click().run()
        assert int(cells(page, "trail")[-1][0]) > 1

    @pytest.mark.parametrize("asked", ["0", "-1", "x", "999999"])
    def test_a_page_that_is_not_there(self, look: Look, tmp_path: Path, office: Service, asked: str) -> None:
        assert cells(look(tmp_path, stores.ADMIN, at="about", about="trail", trail_page=asked), "trail")


class TestPeople:
    def test_an_administrator_grants(self, look: Look, tmp_path: Path, office: Service) -> None:
        page = look(tmp_path, stores.ADMIN, at="about", about="people")
        page.text_input(key="grant_subject").input(" u-new ")
        page.text_input(key="grant_name").input("<b>新人</b>")
        page.selectbox(key="grant_role").set_value(Role.DISTRICT)
        self.submit(page)  # a district planner without a district
        assert text("about.people_refused", "zh") in markup(page)
        assert page.text_input(key="grant_subject").value == " u-new "  # what was typed is kept
        page.multiselect(key="grant_districts").set_value(["North"])
        self.submit(page)
        person = office.desk(stores.ADMIN).staff.everybody()["u-new"]
        assert (person.name, person.roles, person.districts) == ("<b>新人</b>", {Role.DISTRICT}, {"North"})
        assert ["&lt;b&gt;新人&lt;/b&gt;", "u-new"] in [row[:2] for row in cells(page, "people")]
        assert page.text_input(key="grant_subject").value == ""

    def test_an_administrator_revokes_disables_and_enables(self, look: Look, tmp_path: Path, office: Service) -> None:
        staff = office.desk(stores.ADMIN).staff
        page = look(tmp_path, stores.ADMIN, at="about", about="people")
        page.selectbox(key="change_subject").set_value("u-finance").run()
        page.button(key="disable").click().run()
        assert not staff.everybody()["u-finance"].active
        page.button(key="enable").click().run()
        assert staff.everybody()["u-finance"].active
        page.button(key="revoke:finance").click().run()
        assert staff.everybody()["u-finance"].roles == frozenset()

    def test_nobody_shuts_himself_out(self, look: Look, tmp_path: Path, office: Service) -> None:
        page = look(tmp_path, stores.ADMIN, at="about", about="people")
        page.selectbox(key="change_subject").set_value(stores.ADMIN).run()
        page.button(key="disable").click().run()
        assert text("about.people_refused", "zh") in markup(page)
        assert office.desk(stores.ADMIN).staff.everybody()[stores.ADMIN].active

    @staticmethod
    def submit(page: AppTest) -> None:
        (button,) = [one for one in page.button if str(one.key).startswith("FormSubmitter:grant")]
        button.click().run()


class TestWords:
    def test_clauses_are_searched_by_any_of_their_words(self, look: Look, tmp_path: Path) -> None:
        stores.alone(tmp_path).close()
        page = look(tmp_path, at="about", about="clauses")
        assert [row[-1] for row in cells(page, "clauses")] == list(clauses())
        page.text_input(key="clause_search").input("ＨＡＺＡＲＤＳ 隐患").run()
        assert [row[-1] for row in cells(page, "clauses")] == ["hazards"]
        page.text_input(key="clause_search").input("没有这样的词").run()
        assert text("about.nothing_found", "zh") in markup(page)


class TestGuides:
    @pytest.mark.parametrize("lang", ["zh", "en"])
    @pytest.mark.parametrize("name", ["page", "questions", "year", "store"])
    def test_each_is_shipped_and_points_to_no_file(self, name: str, lang: str) -> None:
        file = about_help.guide_file(name, lang)  # type: ignore[arg-type]
        assert file is not None
        pieces = about_help.sections(file.read_text(encoding="utf-8"))
        assert len(pieces) > 2
        for title, words in pieces:
            assert title
            assert not re.search(r"\]\((?!https?://)", words)

    def test_what_is_not_shipped_is_said(self, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(about_help, "guide_file", lambda *_: None)
        stores.alone(tmp_path).close()
        assert text("about.no_guide", "zh") in markup(look(tmp_path, at="about", about="guide"))

    def test_a_guide_is_cut_at_its_headings(self) -> None:
        long = "words " * 10
        words = f"# Title\nshort\n## One [a](b.md)\n{long}![p](p.png)\n### Part\n## Two\n{long}[w](https://x.example)"
        assert [title for title, _ in about_help.sections(words)] == ["One a", "Two"]
        assert "p.png" not in about_help.sections(words)[0][1]
        assert "https://x.example" in about_help.sections(words)[1][1]

    def test_an_address_ends_where_chinese_goes_on(self) -> None:
        ((_, words),) = about_help.sections(
            "## 打开\n浏览器打开 http://127.0.0.1:8501。页面只用本机的文件，不访问外网，也不需要安装任何东西。"
        )
        assert "<http://127.0.0.1:8501>。页面" in words
