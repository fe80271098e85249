"""What somebody gets holds nothing that is not theirs: searched word by word, in values, errors and workbooks."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from planner.findings import BadInput
from planner.office.seal import SEAL_SHEET, digest_of
from planner.plan import Missing, Shortfall
from planner.planning import PlanRefused
from planner.service import Desk, NotAllowed, Role, Runner, Service
from planner.service.kept import open_kept
from planner.service.viewing import district_view, totals_of
from planner.store import Conflict, StoreFault, version, versions
from tests.planner.service.test_table import AS_OF, BY_VERSION, WHO
from tests.planner.service.world import CITY, SECRETS_OF_B, A, B, C, World, desk, hand_made, ledger, trial
from tests.planner.worlds import FIRST


def words_in(found: Any) -> str:
    """Everything that a value shows, workbooks unpacked."""
    data = getattr(found, "data", found)
    if isinstance(data, bytes) and data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return data.decode() if isinstance(data, bytes) else repr(found)


def assert_nothing_of_b(found: Any) -> None:
    words = words_in(found)
    assert not [secret for secret in SECRETS_OF_B if secret in words]


def what(error: BaseException, identity: int) -> tuple[str, str]:
    """A refusal without the number that was asked for."""
    return type(error).__name__, str(error).replace(str(identity), "#")


def refusal(call: Callable[[], Any]) -> BaseException | None:
    try:
        call()
    except (BadInput, PlanRefused) as error:
        return error
    return None


# What is not theirs is as though it were not there


@pytest.mark.parametrize("row", [row for row in BY_VERSION if row not in ("keeping.versions", "keeping.known")])
def test_what_may_not_be_seen_is_refused_as_what_is_not_there(row: str, world: World, service: Service) -> None:
    cells = {"planner-a": [(CITY, False), (B, False), (B, True), (C, True)], "finance": [(A, False), (B, False)],
             "leader": [(A, False), (B, False)], "root": [(CITY, True), (A, True), (B, False)]}  # fmt: skip
    for who, hidden in cells.items():
        at = service.desk(who)
        for cell in hidden:
            known = (world.ledgers, world.scenarios, world.plans)
            nowhere = World(world.folder, *({**ids, cell: 88_001} for ids in known))
            own = {ids[cell] for ids in known}
            there = refusal(lambda at=at, cell=cell: BY_VERSION[row](at, world, cell))
            gone = refusal(lambda at=at, cell=cell, w=nowhere: BY_VERSION[row](at, w, cell))
            assert there is not None
            assert gone is not None
            asked = next((i for i in own if f" {i}" in str(there)), next(iter(own)))
            assert what(there, asked) == what(gone, 88_001), f"{who} {row} {cell}"


def test_a_number_that_no_store_has_is_not_there_either(service: Service) -> None:
    for identity in (0, -1, 2**31, 2**63, 2**200):
        with pytest.raises(StoreFault) as refused:
            service.desk("finance").keeping.open_plan(identity)
        assert [f.key for f in refused.value.findings] == ["store.no_version"]
        with pytest.raises(StoreFault) as refused:
            service.desk("finance").jobs.get(identity)
        assert [f.key for f in refused.value.findings] == ["store.no_job"]


def test_anothers_job_is_refused_as_one_that_is_not_there(world: World, service: Service) -> None:
    at = service.desk("planner-a")
    for call in (at.jobs.get, at.jobs.log, at.jobs.stop):
        for hidden in (world.jobs[B], world.jobs[CITY]):
            there, gone = (refusal(lambda call=call, i=i: call(i)) for i in (hidden, 88_001))
            assert there is not None
            assert gone is not None
            assert what(there, hidden) == what(gone, 88_001)


# What they get


def everything_for(at: Desk, world: World) -> list[Any]:
    """All that a planner of 甲区 can read."""
    found: list[Any] = [
        at.person, at.keeping.versions(), at.jobs.all(), at.jobs.get(world.jobs[A]), at.jobs.log(world.jobs[A]),
        at.deciding.adopted(), at.year.progress(AS_OF), at.year.scorecard(AS_OF, A), at.year.steps(A),
        at.year.to_apply(A, FIRST), at.year.overdue(AS_OF, A), at.year.checks_due(AS_OF, A),
        at.year.export_scorecard(AS_OF, A),
    ]  # fmt: skip
    for cell in ((CITY, True), (A, True), (A, False)):
        plan = world.plans[cell]
        found += [at.keeping.totals(plan), at.keeping.view(plan, A), at.keeping.export(plan, district=A)]
        found.append(at.keeping.export(plan, district=A, lang="en"))
    for shown in (True, False):
        found += [at.keeping.open_scenario(world.scenarios[A, shown]).name]
    return found


def test_nothing_that_a_planner_gets_speaks_of_another_district(world: World, service: Service) -> None:
    for found in everything_for(service.desk("planner-a"), world):
        assert_nothing_of_b(found)
    for found in everything_for(service.desk("planner-ac"), world):
        assert_nothing_of_b(found)


def test_the_search_would_find_something(world: World, service: Service) -> None:
    finance = service.desk("finance")
    plan = world.plans[CITY, True]
    for found in (finance.keeping.export(plan), finance.keeping.export(plan, district=B), finance.keeping.view(plan, B),
                  finance.keeping.open_plan(plan)):  # fmt: skip
        assert any(secret in words_in(found) for secret in SECRETS_OF_B)


def test_what_is_missing_elsewhere_is_in_the_total_alone(world: World, service: Service) -> None:
    with service.store.reading() as tx:
        folder = open_kept(tx, version(tx, world.plans[CITY, True]))
    missing = [Missing(source="municipal", district=None, year=FIRST, yuan=1)]
    missing += [Missing(source="district", district=d, year=FIRST, yuan=y) for d, y in ((A, 20), (B, 303_337))]
    short = Shortfall(yuan=303_358, proved=True, missing=tuple(missing))
    impossible = type(folder)(
        folder.path, folder.ledger, folder.scenario, folder.plan.with_certificate(shortfall=short)
    )
    view = district_view(impossible, A)
    assert_nothing_of_b(view)
    found = view.totals.certificate.shortfall
    assert found is not None
    assert (found.yuan, [one.yuan for one in found.missing]) == (303_358, [1, 20])
    only_city = totals_of(impossible).certificate.shortfall
    assert only_city is not None
    assert [one.yuan for one in only_city.missing] == [1]


def test_lists_show_no_drafts_of_others(world: World, service: Service) -> None:
    for who in ("finance", "leader", "planner-a", "planner-ac", "root"):
        at = service.desk(who)
        for found in (at.keeping.versions(), at.jobs.all()):
            words = repr(found)
            assert "draft-B" not in words
            assert "planner-b" not in repr(at.keeping.versions("plan")) or who in ("finance", "leader")
    assert "note of B" not in repr(service.desk("root").jobs.all())


def test_an_administrator_knows_of_a_job_that_it_runs_and_no_more(world: World, service: Service) -> None:
    at = service.desk("root")
    seen = at.jobs.get(world.jobs[B])
    assert (seen.author, seen.kind, seen.state) == ("planner-b", "plan", "waiting")
    assert [seen.payload, seen.result, seen.progress, seen.key, seen.district, seen.error] == [{}, {}, {}, "", "", ""]
    assert not at.jobs.stop(world.jobs[B]).payload
    assert service.desk("planner-b").jobs.get(world.jobs[B]).state == "stopped"


# Ways round


def test_a_merge_shows_no_draft(world: World, service: Service) -> None:
    own = service.desk("planner-b")
    shown = world.scenarios[B, True]
    own.keeping.keep_scenario(trial("shown-B", data_nature="secret"), parent=shown, district=B)
    city = world.scenarios[CITY, True]
    service.desk("finance").keeping.keep_scenario(trial("shown-city", data_nature="secret"), parent=city)
    for who, base, name in (
        ("finance", shown, "shown-B"),
        ("leader", shown, "shown-B"),
        ("planner-a", city, "shown-city"),
    ):
        at = service.desk(who)
        for call in (at.joining.scenario_merge, at.joining.keep_merged_scenario):
            with pytest.raises(NotAllowed) as refused:
                call(base, trial(name, expected="impossible"))
            assert "secret" not in str(refused.value)


def test_a_conflict_tells_nothing_of_another_document(world: World, service: Service) -> None:
    at = service.desk("planner-a")
    at.keeping.keep_scenario(trial("mine"), district=A)
    at.keeping.keep_ledger(ledger(), "mine", district=A)
    hidden = world.scenarios[B, False], world.ledgers[B, False]
    calls = (
        lambda parent: at.keeping.keep_scenario(trial("mine", data_nature="x"), parent=parent, district=A),
        lambda parent: at.keeping.keep_ledger(ledger(**{"A-1": {"remark": "x"}}), "mine", parent=parent, district=A),
        lambda parent: at.jobs.read_ledger("l.xlsx", b"x", "mine", parent=parent, district=A),
    )
    for call in calls:
        for parent in hidden:
            there, gone = (refusal(lambda c=call, p=p: c(p)) for p in (parent, 88_001))
            assert there is not None
            assert gone is not None
            assert not isinstance(there, Conflict)
            assert what(there, parent) == what(gone, 88_001)


def test_a_workbook_of_the_whole_city_is_not_had_by_its_number(world: World, service: Service) -> None:
    service.desk("finance").keeping.export(world.plans[A, True])
    with service.store.reading() as tx:
        (made,) = versions(tx, "workbook")
    assert made.document.district == A
    for who in ("planner-a", "planner-ac"):
        with pytest.raises(NotAllowed):
            service.desk(who).keeping.open_bytes(made.id)


def test_the_audit_speaks_of_all_districts_only_to_those_who_see_them(world: World, service: Service) -> None:
    rows = ledger(**{"A-1": {"remark": "shown of city"}})
    given = trial("shown-A", note={"zh": "note of A"})
    bad = hand_made(rows, given).model_copy(update={"schedule": ()}).sealed()
    sources = world.ledgers[CITY, True], world.scenarios[A, True]
    with pytest.raises(PlanRefused) as refused:
        service.desk("planner-a").keeping.keep_plan(bad, *sources, district=A)
    assert refused.value.result.findings == ()
    with pytest.raises(PlanRefused) as refused:
        service.desk("finance").keeping.keep_plan(bad, *sources)
    assert "B-1" in str(refused.value)


def test_the_same_question_in_two_districts_is_two_jobs(world: World, service: Service) -> None:
    known = world.ledgers[CITY, True], world.scenarios[CITY, True]
    one, new_one = service.desk("planner-a").jobs.plan(*known, district=A, seconds=9, note="note of A")
    two, new_two = service.desk("planner-b").jobs.plan(*known, district=B, seconds=9, note="note of B")
    three, new_three = service.desk("finance").jobs.plan(*known, seconds=9)
    assert (new_one, new_two, new_three) == (True, True, True)
    assert len({one.key, two.key, three.key}) == 3
    again, new = service.desk("planner-ac").jobs.plan(*known, district=A, seconds=9, note="other")
    assert (again.id, new, again.author) == (one.id, False, "planner-a")


def test_drafts_of_two_places_do_not_meet_in_one_persons_hands(world: World, service: Service) -> None:
    base = world.ledgers[CITY, True]
    cases = (("planner-ac", world.scenarios[C, False], A), ("finance-a", world.scenarios[CITY, False], A),
             ("finance-a", world.scenarios[A, False], CITY), ("planner-ac", world.scenarios[C, True], A))  # fmt: skip
    for who, given, district in cases:
        with pytest.raises(BadInput) as refused:
            service.desk(who).jobs.plan(base, given, district=district)
        assert [f.key for f in refused.value.findings] == ["service.anothers_draft"]


# Workbooks that come back


def through_runner(service: Service) -> None:
    runner = Runner(service, "test")
    try:
        while runner.run_one():
            pass
    finally:
        runner.close()


def handed_in(world: World, service: Service, data: bytes) -> Any:
    for job in service.desk("root").jobs.all():
        service.desk("root").jobs.stop(job.id)
    at = service.desk("planner-a")
    job, _ = at.jobs.hand_in(world.plans[CITY, True], "back.xlsx", data, district=A)
    through_runner(service)
    return at.jobs.get(job.id)


def test_a_workbook_of_another_district_is_refused_unread(world: World, service: Service) -> None:
    finance = service.desk("finance")
    for district in (B, CITY):
        job = handed_in(world, service, finance.keeping.export(world.plans[CITY, True], district=district).data)
        assert job.state == "failed"
        assert [f["id"] for f in json.loads(job.error)["findings"]] == ["not_own_workbook"]
        assert_nothing_of_b(job)


def test_a_certificate_written_anew_shows_nothing_of_another_district(
    world: World, service: Service, tmp_path: Path
) -> None:
    """Its digest has no key: somebody makes B's workbook say that it is A's."""
    data = service.desk("finance").keeping.export(world.plans[CITY, True], district=B).data
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet: Worksheet = book[SEAL_SHEET]
    for row in sheet.iter_rows():
        if (row[0].value, row[1].value) == ("meta", "district"):
            row[2].value = A
    lines = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    sheet.cell(len(lines), 2).value = digest_of(lines[:-1])
    book.save(tmp_path / "forged.xlsx")
    job = handed_in(world, service, (tmp_path / "forged.xlsx").read_bytes())
    assert [f["id"] for f in json.loads(job.error)["findings"]] == ["not_own_patches"]
    assert_nothing_of_b(job)


def test_a_certificate_that_was_changed_is_refused(world: World, service: Service, tmp_path: Path) -> None:
    data = service.desk("planner-a").keeping.export(world.plans[CITY, True], district=A).data
    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = next(row[2] for row in book[SEAL_SHEET].iter_rows() if row[1].value == "plan_digest")
    cell.value = "0" * 64
    book.save(tmp_path / "changed.xlsx")
    job = handed_in(world, service, (tmp_path / "changed.xlsx").read_bytes())
    assert job.state == "failed"
    assert [f["id"] for f in json.loads(job.error)["findings"]] == ["seal_broken"]


def test_the_own_workbook_is_read_and_seen_by_those_who_take_it_in(world: World, service: Service) -> None:
    data = service.desk("planner-a").keeping.export(world.plans[CITY, True], district=A).data
    job = handed_in(world, service, data)
    assert job.state == "done", job.error
    kept = job.result["version"]
    assert kept in {v.id for v in service.desk("finance").keeping.versions("import")}
    assert service.desk("finance").jobs.get(job.id).state == "done"
    for who in ("leader", "planner-b"):
        assert kept not in {v.id for v in service.desk(who).keeping.versions("import")}
    taken = service.desk("finance").joining.take_in(kept, everything=True)
    assert (taken.accepted, taken.left_out) == ((), ())


# At once


def test_rights_come_and_go_at_an_open_desk(world: World, service: Service) -> None:
    root, at = service.desk("root"), desk(service, "new")
    plan = world.plans[CITY, True]
    with pytest.raises(NotAllowed):
        at.keeping.totals(plan)
    root.staff.grant("new", Role.DISTRICT, districts=[A, C])
    assert at.keeping.view(plan, A).district == A
    root.staff.revoke("new", Role.DISTRICT, districts=[A])
    with pytest.raises(NotAllowed):
        at.keeping.view(plan, A)
    assert at.keeping.view(plan, C).district == C
    root.staff.disable("new")
    calls = [lambda: at.keeping.view(plan, C), at.keeping.versions, at.jobs.all, lambda: at.jobs.get(1),
             lambda: at.jobs.stop(1), lambda: at.year.steps(C), lambda: at.keeping.known("plan", "x"),
             lambda: service.desk("new")]  # fmt: skip
    for call in calls:
        with pytest.raises(NotAllowed) as refused:
            call()
        assert [f.key for f in refused.value.findings] == ["service.disabled"]
    root.staff.enable("new")
    assert at.keeping.view(plan, C).district == C


def test_who_lost_the_right_no_longer_sees_even_what_was_asked_before(world: World, service: Service) -> None:
    root, at = service.desk("root"), service.desk("finance")
    assert at.jobs.get(world.jobs[CITY]).author == "finance"
    root.staff.revoke("finance", Role.FINANCE)
    assert at.jobs.all() == ()
    assert at.keeping.versions() == ()
    with pytest.raises(StoreFault):
        at.jobs.stop(world.jobs[CITY])


def test_no_administrator_takes_himself_out(service: Service) -> None:
    root = service.desk("root")
    for call in (lambda: root.staff.disable("root"), lambda: root.staff.revoke("root", Role.ADMINISTRATOR)):
        with pytest.raises(BadInput) as refused:
            call()
        assert [f.key for f in refused.value.findings] == ["service.not_yourself"]


def test_what_is_refused_is_noted_in_the_programs_log(world: World, service: Service, caplog: Any) -> None:
    with pytest.raises(BadInput):
        service.desk("planner-a").keeping.totals(world.plans[B, False])
    with pytest.raises(NotAllowed):
        service.desk("planner-a").care.trail()
    assert [record.name for record in caplog.records] == ["shanfu.rights", "shanfu.rights"]
    assert all("planner-a" in record.getMessage() for record in caplog.records)
    assert WHO["a"] == "planner-a"


def test_a_plan_that_is_made_here_is_not_taken_from_a_districts_draft(world: World, service: Service) -> None:
    rows, given = ledger(**{"A-1": {"remark": "shown of city"}}), trial("draft-A", note={"zh": "note of A"})
    kept = service.desk("finance-a").keeping.keep_made(rows, given, hand_made(rows, given))
    assert kept.id != world.plans[A, False]
    assert kept.document.district == ""
    with service.store.reading() as tx:
        sources = [version(tx, int(kept.meta[kind])) for kind in ("ledger", "scenario")]
    assert [source.document.district for source in sources] == ["", ""]
    assert sources[0].id == world.ledgers[CITY, True]
