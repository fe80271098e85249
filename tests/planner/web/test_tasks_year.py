"""The working year on the page: steps as forms made from their records, and money against actuals, by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.cycle import PAYLOADS, Kind
from planner.cycle.payloads import LedgerChange, Money, Wish
from planner.findings import BadInput
from planner.ledger.types import META_DEFAULTS
from planner.office.words import Words
from planner.service import Desk, Service
from planner.texts import catalogue, text
from planner.web.tasks_fields import FROM_THE_PLAN
from planner.web.tasks_ledger_changes import change_set
from tests.planner.web import stores
from tests.planner.web.conftest import Look, markup
from tests.planner.worlds import FIRST

NOW = dt.datetime(FIRST, 12, 20, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
ZONE = "+08:00"


@pytest.fixture
def office(office: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr(Service, "now", lambda _: NOW)
    stores.with_people(office)
    return office


@pytest.fixture
def begun(office: Service) -> Service:
    leader = office.desk("u-leader")
    leader.year.begin(int(leader.deciding.adopted()[-1].payload["version"]))
    return office


def issued(service: Service) -> None:
    for who, kind, day in (
        ("u-north", Kind.APPLY, "01-05"), ("u-finance", Kind.REVIEW, "01-08"), ("u-leader", Kind.ISSUE, "01-15"),
    ):  # fmt: skip
        at = f"{FIRST}-{day}T09:00{ZONE}"
        service.desk(who).year.take(kind, FIRST, number=f"{kind}-1", district="North", at=at)


def steps(look: Look, place: Path, who: str, **more: str) -> AppTest:
    return look(place, who, at="tasks", part="steps", district="North", year=str(FIRST), **more)


def pick(page: AppTest, name: str) -> AppTest:
    for group in page.segmented_control:
        if name in group.options:
            group.set_value(group.options[group.options.index(name)])
            return page.run()
    raise AssertionError(f"no step {name}: {[group.options for group in page.segmented_control]}")


def offered(page: AppTest) -> set[str]:
    return {one for group in page.segmented_control for one in group.options}


def field(page: AppTest, label: str) -> Any:
    found = [
        one
        for kind in (page.text_input, page.date_input, page.number_input, page.selectbox)
        for one in kind
        if one.label.partition("（")[0] == label
    ]
    assert len(found) == 1, f"{label}: {[one.label for one in found]}"
    return found[0]


def send(page: AppTest) -> AppTest:
    return next(one for one in page.button if str(one.key).endswith(":send")).click().run()


class TestBeginning:
    def test_leadership_begins_by_the_adopted_plan_and_others_are_told(
        self, look: Look, tmp_path: Path, office: Service
    ) -> None:
        page = steps(look, tmp_path, "u-north")
        assert text("tasks_page.not_begun", "zh") in markup(page)
        assert not [b for b in page.button if b.key == "tasks_begin"]
        page = steps(look, tmp_path, "u-leader")
        page.button(key="tasks_begin").click().run()
        assert office.desk("u-leader").year.begun() is not None
        assert "data-round='open'" in markup(page)


class TestTheYear:
    def test_forms_open_before_the_first_year_begins(
        self, look: Look, tmp_path: Path, begun: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Service, "now", lambda _: NOW.replace(year=FIRST - 1))
        page = pick(steps(look, tmp_path, "u-north"), "申报")
        assert not page.exception
        assert field(page, "办理日期").value == dt.date(FIRST - 1, 12, 20)

    def test_from_application_to_issue_each_by_whom_it_is_for(self, look: Look, tmp_path: Path, begun: Service) -> None:
        page = steps(look, tmp_path, "u-north")
        assert {"申报", "提出台账调整"} <= offered(page)
        page = pick(page, "申报")
        send(page)  # without a document number
        assert "没有登记：申报" in markup(page)
        field(page, "文号").input("申1")
        send(page)
        assert "已登记：申报（1）" in markup(page)
        assert "data-round='applied'" in markup(page)
        assert "申报" not in offered(page)
        page = steps(look, tmp_path, "u-finance")
        assert {"审核通过", "退回申报"} <= offered(page)
        page = pick(page, "审核通过")
        field(page, "文号").input("审1")
        send(page)
        page = steps(look, tmp_path, "u-leader")
        assert {"下达", "退回审核"} <= offered(page)
        page = pick(page, "下达")
        field(page, "文号").input("下1")
        send(page)
        assert "data-round='issued'" in markup(page)
        assert begun.desk("u-leader").year.of("North").works["P1"].task.area_m2 == 12_345

    def test_the_first_year_is_applied_for_before_it_begins(
        self, look: Look, tmp_path: Path, begun: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        late = dt.datetime(FIRST - 1, 11, 3, 9, tzinfo=NOW.tzinfo)
        monkeypatch.setattr(Service, "now", lambda _: late)
        page = pick(steps(look, tmp_path, "u-north"), "申报")
        assert page.date_input[0].value == late.date()

    def test_sending_back_needs_its_reason(self, look: Look, tmp_path: Path, begun: Service) -> None:
        begun.desk("u-north").year.take(Kind.APPLY, FIRST, number="申1", district="North")
        page = pick(steps(look, tmp_path, "u-finance"), "退回申报")
        field(page, "文号").input("退1")
        send(page)
        assert "没有登记：退回申报" in markup(page)
        field(page, "理由").input("请补充图件")
        send(page)
        assert "data-round='returned'" in markup(page)

    def test_works_begin_are_paid_and_end_by_forms_of_their_records(
        self, look: Look, tmp_path: Path, begun: Service
    ) -> None:
        issued(begun)
        page = steps(look, tmp_path, "u-north")
        page.multiselect[0].select("P1").run()
        page = pick(page, "开工")
        field(page, "文号").input("开1")
        field(page, "发生日期").set_value(dt.date(FIRST, 1, 10))  # before it was issued
        send(page)
        assert "没有登记：开工" in markup(page)
        assert f"{FIRST}-01-15" in markup(page)
        field(page, "发生日期").set_value(dt.date(FIRST, 4, 1))
        send(page)
        assert "已登记：开工（1）" in markup(page)
        page = pick(page, "支付")
        field(page, "文号").input("付1")
        field(page, "凭证号").input("凭1")
        field(page, "金额").set_value(400.0)
        send(page)
        works = begun.desk("u-leader").year.of("North").works["P1"]
        assert (works.started, sum(works.paid().values())) == (dt.date(FIRST, 4, 1), 400)
        page = pick(page, "完工")
        field(page, "文号").input("完1")
        field(page, "发生日期").set_value(dt.date(FIRST, 11, 20))
        send(page)
        assert "已完工，待验收" in markup(page)
        assert "验收" not in offered(page)  # that is the city's

    def test_an_account_is_closed_with_what_is_left_given_back(
        self, look: Look, tmp_path: Path, begun: Service
    ) -> None:
        accepted(begun)
        page = steps(look, tmp_path, "u-finance")
        page.multiselect[0].select("P1").run()
        page = pick(page, "销账")
        field(page, "文号").input("销1")
        assert next(one for one in page.number_input if one.label.startswith("退回资金")).value == 600.0
        send(page)
        work = begun.desk("u-leader").year.of("North").works["P1"]
        assert sum(work.released.values()) == 600
        assert "已销账" in markup(page)


def accepted(service: Service) -> None:
    issued(service)
    north, finance = service.desk("u-north"), service.desk("u-finance")

    def take(desk: Desk, kind: Kind, day: str, **payload: Any) -> None:
        at = f"{FIRST}-{day}T09:00{ZONE}"
        on = {} if kind is Kind.TRACK else {"on": f"{FIRST}-{day}"}
        remark = "进度滞后" if kind is Kind.TRACK else ""
        desk.year.take(kind, FIRST, number=f"{kind}-{day}", patch="P1", at=at, remark=remark, payload={**on, **payload})

    take(north, Kind.START, "04-01")
    take(north, Kind.PAY, "08-02", source="municipal", purse_district=None, yuan=400, voucher="凭1")
    take(north, Kind.FINISH, "11-20")
    proof = finance.year.prove("photo.jpg", b"light")
    take(finance, Kind.ACCEPT, "12-01", area_m2=12_000, hazards=2, evidence=[proof])


class TestMoney:
    def test_planned_committed_and_paid(self, look: Look, tmp_path: Path, begun: Service) -> None:
        accepted(begun)
        page = look(tmp_path, "u-north", at="tasks", part="money", year=str(FIRST))
        said = markup(page)
        row = "".join(f"<td>{cell}</td>" for cell in ("1,000", "1,000", "400", "–", "600", "40"))
        assert f"<td class='text'>{FIRST}</td>{row}" in said
        assert "已验收，待销账" in said
        assert "凭1" in said
        page.date_input(key="tasks_as_of").set_value(dt.date(FIRST, 8, 1)).run()
        row = "".join(f"<td>{cell}</td>" for cell in ("1,000", "1,000", "–", "–", "1,000", "0"))
        assert f"<td class='text'>{FIRST}</td>{row}" in markup(page)

    def test_what_is_tracked_past_its_day_is_told(self, look: Look, tmp_path: Path, begun: Service) -> None:
        issued(begun)
        begun.desk("u-finance").year.take(
            Kind.TRACK, FIRST, number="督1", patch="P1", remark="进度滞后", at=f"{FIRST}-07-01T09:00{ZONE}",
            payload={"due": f"{FIRST}-10-31"},
        )  # fmt: skip
        page = look(tmp_path, "u-north", at="tasks", part="money", year=str(FIRST))
        assert "督办中 1 项，逾期 1 项" in markup(page)
        assert "<td>50</td>" in markup(page)  # days from 31 October to 20 December

    def test_purses_of_the_city_are_for_those_who_see_it(self, look: Look, tmp_path: Path, begun: Service) -> None:
        issued(begun)
        own = look(tmp_path, "u-north", at="tasks", part="money", year=str(FIRST))
        assert "data-table='purse_accounts'" not in markup(own)
        city = look(tmp_path, "u-finance", at="tasks", part="money", district="North", year=str(FIRST))
        assert "data-table='purse_accounts'" in markup(city)


def test_every_field_of_every_record_has_its_words() -> None:
    known = catalogue()
    for kind, record in PAYLOADS.items():
        for name in {*record.model_fields} - FROM_THE_PLAN - {"what", "source", "purse_district"}:
            assert f"tasks_page.field_{name}" in known, (kind, name)
    for part in (LedgerChange, Wish):
        for name in {*part.model_fields} - {"patch", "values", "evidence"}:
            assert f"tasks_page.field_{name}" in known, name
    assert {*Money.model_fields} == {"source", "district", "yuan"}


class TestLedgerChanges:
    words = Words("zh", META_DEFAULTS)

    def test_rows_of_a_patch_go_together_each_value_by_its_column(self) -> None:
        rows = [
            {"op": "change", "patch": "N", "field": "area_m2", "value": "4.1", "reason": "实测"},
            {"op": "change", "patch": "N", "field": "township", "value": "东乡"},
            {"op": "remove", "patch": "M", "reason": "重复"},
            {},
        ]
        changes = change_set(rows, self.words).changes
        assert [(c.op, c.patch, c.values, c.reason) for c in changes] == [
            ("change", "N", {"area_m2": 41_000, "township": "东乡"}, "实测"), ("remove", "M", {}, "重复"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "rows",
        [[], [{"op": "change", "patch": "N", "field": "area_m2", "value": "大", "reason": "r"}], [{"op": "add"}]],
    )
    def test_what_is_no_set_of_changes_is_refused(self, rows: list[dict[str, str]]) -> None:
        with pytest.raises(BadInput) as refused:
            change_set(rows, self.words)
        assert all(finding.wrong("zh") and finding.repair("en") for finding in refused.value.findings)
