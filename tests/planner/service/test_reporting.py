"""A district's workbook taken as steps of the working year: figures typed by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from planner.cycle import Kind
from planner.findings import BadInput
from planner.service import Desk, NotAllowed, Role, Runner, Service, ServiceSettings, open_service
from planner.service.settings import AuthSettings
from tests.planner.office.handmade import WEST, hand_plan
from tests.planner.office.returning import PAID, PROGRESS, Edit, edited, setting

NOW = dt.datetime(2031, 12, 20, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(Service, "now", lambda _: NOW)
    service = open_service(ServiceSettings(folder=tmp_path))
    desk = service.desk()
    ledger, scenario, plan = hand_plan()
    kept = desk.keeping.keep_ledger(ledger, "small"), desk.keeping.keep_scenario(scenario)
    plan_kept = desk.keeping.keep_plan(plan, kept[0].id, kept[1].id)
    desk.deciding.adopt(plan_kept.id, "test")
    desk.year.begin(plan_kept.id)
    return desk


def issued(desk: Desk) -> None:
    for kind in (Kind.APPLY, Kind.REVIEW, Kind.ISSUE):
        desk.year.take(kind, 2031, number=f"{kind}-1", district=WEST, at="2031-01-10T09:00+08:00")


def handed_in(desk: Desk, place: Path, *edits: Edit) -> int:
    plan = next(kept.id for kept in desk.keeping.versions("plan"))
    out = desk.keeping.export(plan, district=WEST)
    (place / out.name).write_bytes(out.data)
    file = edited(place / out.name, *edits)
    job, _ = desk.jobs.hand_in(plan, file.name, file.read_bytes(), district=WEST)
    runner = Runner(desk.service)
    try:
        assert runner.run_one()
    finally:
        runner.close()
    return int(desk.jobs.get(job.id).result["version"])


def test_begun_finished_and_paid_become_steps_and_a_second_workbook_only_the_difference(
    desk: Desk, tmp_path: Path
) -> None:
    issued(desk)
    first = handed_in(
        desk, tmp_path,
        setting(PROGRESS, "P1", "开工日期", dt.date(2031, 3, 1)), setting(PAID, "P1", "2031年实付(万元)", 12.3456),
    )  # fmt: skip
    report = desk.reporting.take(first, "报1")
    assert [(step.kind, step.patch) for step in report.steps] == [(Kind.START, "P1"), (Kind.PAY, "P1")]
    assert report.left_out == ()
    work = desk.year.state().works["P1"]
    assert work.started == dt.date(2031, 3, 1)
    assert sum(work.paid().values()) == 123_456
    # what stands already is no step again
    second = handed_in(
        desk, tmp_path,
        setting(PROGRESS, "P1", "完工日期", dt.date(2031, 11, 30)), setting(PAID, "P1", "2031年实付(万元)", 20),
        setting(PROGRESS, "P1", "验收日期", dt.date(2031, 12, 1)), setting(PROGRESS, "P1", "验收面积(公顷)", 1),
    )  # fmt: skip
    report = desk.reporting.take(second, "报2")
    assert [step.kind for step in report.steps] == [Kind.PAY, Kind.FINISH]
    assert sum(desk.year.state().works["P1"].paid().values()) == 200_000
    assert len(report.left_out) == 2  # acceptance is the city's step
    assert desk.care.verify() == ()


def test_what_is_not_issued_is_refused_at_its_cell_and_nothing_is_taken(desk: Desk, tmp_path: Path) -> None:
    version = handed_in(desk, tmp_path, setting(PAID, "P1", "2031年实付(万元)", 200))
    before = len(desk.year.state().history)
    with pytest.raises(BadInput) as refused:
        desk.reporting.take(version, "报1")
    finding = refused.value.findings[0]
    assert (finding.id, finding.sheet) == ("not_issued", PAID)
    assert finding.column
    assert finding.file.endswith(".xlsx")
    issued(desk)
    with pytest.raises(BadInput) as refused:  # more than the 123.4567 that are committed
        desk.reporting.take(version, "报1")
    assert refused.value.findings[0].sheet == PAID
    assert len(desk.year.state().history) == before + 3


def test_a_planner_is_told_of_anothers_patch_as_of_one_that_is_not_there(tmp_path: Path) -> None:
    auth = AuthSettings(
        issuer="https://login.example", client_id="c", redirect_uri="https://s.example/oauth2callback",
        administrators=("root",),
    )  # fmt: skip
    service = open_service(ServiceSettings(folder=tmp_path, auth=auth))
    root = service.desk("root")
    for name, role, own in (("fin", Role.FINANCE, []), ("lead", Role.LEADERSHIP, []), ("west", Role.DISTRICT, [WEST])):
        root.staff.grant(name, role, districts=own)
    finance, leader, west = (service.desk(name) for name in ("fin", "lead", "west"))
    ledger, scenario, plan = hand_plan()
    kept = finance.keeping.keep_ledger(ledger, "small"), finance.keeping.keep_scenario(scenario)
    version = finance.keeping.keep_plan(plan, kept[0].id, kept[1].id).id
    leader.deciding.adopt(version, "test")
    leader.year.begin(version)
    said = []
    for patch in ("P4", "nothing"):  # P4 is the other district's
        for district in ("", WEST):
            with pytest.raises(NotAllowed) as refused:
                west.year.take(
                    Kind.START, 2033, number="1", patch=patch, district=district, payload={"on": "2033-01-01"}
                )
            said.append(str(refused.value).replace(patch, "…"))
    assert len(set(said)) == 1
    with pytest.raises(BadInput):
        west.year.take(Kind.APPLY, 2031, number="no\x00", district=WEST)
