"""The page's figures, without a page."""

from __future__ import annotations

import csv
import io
import string
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from planner.clauses import Mode
from planner.office import accounts
from planner.office import shown as figures
from planner.office.figures import Book
from planner.office.targets import targets
from planner.office.words import Words
from planner.plan import Pick, PlanStatus, build_body
from planner.scenario import Scenario
from planner.texts import catalogue
from planner.web import page_overview, state, tasks
from planner.web.state import Kind
from tests.planner.web import folders
from tests.planner.worlds import FIRST


@pytest.fixture(scope="module")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> state.Opened:
    path = tmp_path_factory.mktemp("baseline")
    folders.shipped_baseline(path)
    view = state.view(path)
    assert view.kind is Kind.PLAN, view
    assert view.opened is not None
    return view.opened


@pytest.fixture
def small(tmp_path: Path) -> Book:
    folders.small_plan(tmp_path)
    view = state.view(tmp_path)
    assert view.opened is not None
    return view.opened.books["zh"]


class TestMoney:
    def test_carry_over_by_hand(self, small: Book) -> None:
        first, second, third = accounts.money_years(small, accounts.purses(small))
        # 1,600 in the first year, 1,000 used; 600 + 100 + 2,000 in the second, 2,500 used, 500 of it carried
        assert (first.budget, first.total_used, first.carried_out, first.lapsed) == (1_600, 1_000, 600, 0)
        assert (second.carried_in, second.budget, second.total_used) == (600, 2_100, 2_500)
        assert second.used_of_earlier == {"municipal": 500, "district": 0}
        assert (second.carried_out, second.lapsed) == (100, 100)
        assert (third.carried_in, third.total_used, third.lapsed) == (100, 0, 100)

    def test_one_purse(self, small: Book) -> None:
        purse = accounts.purses(small)[1]
        years = accounts.money_years(small, [purse])
        assert [year.used for year in years] == [{"district": 0}, {"district": 2_000}, {"district": 0}]

    @pytest.mark.parametrize("one", [True, False])
    def test_what_came_in_is_what_went_out(self, baseline: state.Opened, one: bool) -> None:
        book = baseline.books["zh"]
        every = accounts.purses(book)
        for chosen in [[purse] for purse in every] if one else [every]:
            for year in accounts.money_years(book, chosen):
                went = year.total_used + year.lapsed + year.carried_out
                assert year.carried_in + year.budget + year.overdrawn == went

    def test_years_equal_the_plan_s_own(self, baseline: state.Opened) -> None:
        book = baseline.books["zh"]
        every = accounts.purses(book)
        years = accounts.money_years(book, every)
        assert {year.year: year.total_used for year in years} == book.metrics.commitments_yuan
        cash = book.metrics.cash_yuan
        assert {year.year: year.paid for year in years} == {y: yuan for y, yuan in cash.items() if y in book.years}
        assert accounts.paid_later(book, every) == book.metrics.tail_yuan

    def test_without_any_purse(self) -> None:
        ledger, _ = folders.small_world()
        under = Scenario.model_validate({"horizon": {"first": FIRST, "last": FIRST}, "clauses": {"default": "off"}})
        plan = folders.certified(ledger, under, build_body(ledger, under, [Pick("P4", "standard", FIRST)]),
                                 PlanStatus.OPTIMAL)  # fmt: skip
        book = Book(ledger, under, plan, Words("zh", ledger.meta))
        assert accounts.purses(book) == []


class TestCards:
    @pytest.mark.parametrize(("mode", "kind"), [("hard", "missed"), ("soft", "soft")])
    def test_a_target_that_is_missed(self, mode: str, kind: str) -> None:
        ledger, under = folders.small_world()
        asked = under.clause("hazards").model_copy(update={"mode": Mode(mode), "required_points": 3})
        under = under.model_copy(update={"clauses": {**under.clauses, "hazards": asked}})
        plan = folders.certified(ledger, under, build_body(ledger, under, [Pick("P1", "standard", FIRST)]),
                                 PlanStatus.WITHIN_GAP)  # fmt: skip
        book = Book(ledger, under, plan, Words("en", ledger.meta))
        card = next(page_overview.card(t, book) for t in targets(book) if t.clause == "hazards")
        assert (card.value, card.kind, card.wanted) == ("2", kind, "Target ≥ 3 points")


class TestTasks:
    def test_the_file_holds_every_square_metre_and_yuan(self, baseline: state.Opened) -> None:
        book = baseline.books["zh"]
        content = tasks.csv_bytes(tasks.by_priority(book), book)
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert len(rows) == len(book.plan.schedule)
        assert sum(Decimal(row["投资（万元）"]) for row in rows) * 10_000 == book.metrics.total_yuan
        assert sum(Decimal(row["任务面积（公顷）"]) for row in rows) * 10_000 == book.metrics.total_area_m2
        by_source = sum(Decimal(row["市级财政（万元）"]) + Decimal(row["区级财政（万元）"]) for row in rows)
        assert by_source * 10_000 == book.metrics.total_yuan

    def test_order(self, baseline: state.Opened) -> None:
        found = [(i.task.start, i.patch.tier) for i in tasks.by_priority(baseline.books["zh"])]
        assert found == sorted(found)

    def test_no_text_becomes_a_formula(self, small: Book) -> None:
        rows = list(csv.reader(io.StringIO(tasks.csv_bytes(tasks.by_priority(small), small).decode("utf-8-sig"))))
        cells = [cell for row in rows for cell in row]
        assert "'@SUM(A1)" in cells
        assert "'=1+1" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]

    @pytest.mark.parametrize("words", ["=1", "+1", "-1", "@a", "\t=1", "  =1", "＝1"])
    def test_what_could_be_a_formula(self, words: str) -> None:
        assert tasks.harmless(words) == f"'{words}"

    @pytest.mark.parametrize("words", ["", "P-1", "人工修复", "1 = 2"])
    def test_no_false_alarm(self, words: str) -> None:
        assert tasks.harmless(words) == words


class TestFigures:
    @pytest.mark.parametrize(
        ("share", "said"),
        [(Fraction(1), "100"), (Fraction(9_999, 10_000), "99.9"), (Fraction(0), "0"), (Fraction(1, 3), "33.3")],
    )
    def test_only_the_whole_is_100(self, share: Fraction, said: str) -> None:
        assert figures.percent(share) == said

    @pytest.mark.parametrize(
        ("gap", "said"), [(None, "–"), (float("inf"), "–"), (0.0, "0 %"), (0.00121, "≤ 0.13 %"), (1e-9, "≤ 0.0001 %")]
    )
    def test_a_gap_is_never_rounded_down(self, gap: float | None, said: str) -> None:
        assert figures.gap(gap) == said

    def test_units_come_from_the_ledger(self) -> None:
        ledger, _ = folders.small_world()
        words = Words("zh", ledger.meta)
        assert figures.money(1_234_567, words) == figures.short_money(1_234_567, words) == "1,234,567"
        assert figures.dash(0, words) == "–"
        assert figures.short_area(12_345) == "1.23"
        assert figures.short_area(12_350) == "1.24"


class TestReading:
    def test_a_plan_file_stands_for_its_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SHANFU_PLAN", str(tmp_path / "plan.json"))
        assert state.plan_path() == tmp_path
        monkeypatch.delenv("SHANFU_PLAN")
        assert state.plan_path() == Path("out")

    def test_the_bytes_offered_are_the_bytes_audited(self, baseline: state.Opened) -> None:
        assert baseline.plan_bytes == (baseline.folder.path / "plan.json").read_bytes()


def test_texts_have_the_same_placeholders_in_both_languages() -> None:
    def names(words: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(words) if name}

    entries = {key: entry for key, entry in catalogue().items() if key.startswith("web.")}
    assert entries
    assert not [key for key, entry in entries.items() if names(entry["zh"]) != names(entry["en"])]


def test_nothing_is_shown_of_a_folder_without_a_plan(tmp_path: Path) -> None:
    assert state.view(tmp_path).kind is Kind.EMPTY
    assert state.view(tmp_path).opened is None
