"""Jobs through the service: asked once, worked once, stopped, lost, retried, and failed with the reason."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from executor import memory_can_be_limited
from planner.findings import BadInput
from planner.ledger import Mapping
from planner.ledger.mapping import read_mapping
from planner.plan import AuditFinding, AuditResult
from planner.planning import PlanRefused
from planner.service import Runner, Service, kept, running, watching, working
from planner.service.kept import ledger_bytes
from planner.service.ledgers import Checked
from planner.store import StoreFault, verify
from planner.store.queue import MOST_ATTEMPTS, Job, LeaseLost, claim, finish
from tests.planner.service.world import CITY, WORKER, A, InThisProcess, World, ledger, trial
from tests.planner.store.kept import do
from tests.planner.worlds import hard_problem

WAIT = 120.0  # seconds in which something has to happen that takes a moment


@pytest.fixture
def quiet(world: World, service: Service) -> Service:
    """The installation with no job waiting."""
    for job in service.desk("root").jobs.all():
        service.desk("root").jobs.stop(job.id)
    return service


@pytest.fixture
def runner(quiet: Service) -> Iterator[Runner]:
    made = Runner(quiet, "one")
    yield made
    made.close()


def asked(service: Service, world: World, **more: Any) -> Job:
    known = world.ledgers[CITY, True], world.scenarios[CITY, True]
    return service.desk("finance").jobs.plan(*known, **{"seconds": 20, **more})[0]


def job_of(service: Service, job: Job) -> Job:
    return service.desk("finance").jobs.get(job.id)


def until(happened: Callable[[], Any]) -> Any:
    limit = time.monotonic() + WAIT
    while not (found := happened()):
        assert time.monotonic() < limit, "it has not happened"
        time.sleep(0.02)
    return found


# The same question


def test_the_same_inputs_and_settings_are_the_same_job_and_the_same_plan(
    world: World, quiet: Service, runner: Runner
) -> None:
    first = asked(quiet, world)
    known = world.ledgers[CITY, True], world.scenarios[CITY, True]
    again, new = quiet.desk("leader").jobs.plan(*known, seconds=20, note="another note")
    assert (again.id, new) == (first.id, False)  # while it waits
    assert runner.run_one()
    done = job_of(quiet, first)
    assert done.state == "done", done.error
    again, new = quiet.desk("leader").jobs.plan(*known, seconds=20)
    assert (again.id, again.result, new) == (first.id, done.result, False)  # and when it has ended
    assert not runner.run_one()
    plan = quiet.desk("finance").keeping.open_plan(done.result["version"]).plan
    assert plan.status == "optimal"
    other, new = quiet.desk("leader").jobs.plan(*known, seconds=21)
    assert new
    assert other.id != first.id


def test_a_plan_is_asked_for_near_an_earlier_one(world: World, quiet: Service, runner: Runner) -> None:
    first = asked(quiet, world)
    assert runner.run_one()
    version = job_of(quiet, first).result["version"]
    again = asked(quiet, world, seconds=21, near=version)
    with quiet.store.reading() as tx:
        item = runner._item(tx, again)
    earlier = quiet.desk("finance").keeping.open_plan(version).plan
    assert json.loads(item["files"][working.NEAR_FILE]) == json.loads(earlier.to_json())
    assert runner.run_one()
    ended = job_of(quiet, again)
    assert ended.state == "done", ended.error
    found = quiet.desk("finance").keeping.open_plan(ended.result["version"]).plan
    assert [goal.value for goal in found.certificate.goals] == [goal.value for goal in earlier.certificate.goals]
    with pytest.raises((BadInput, StoreFault)):
        asked(quiet, world, seconds=22, near=world.ledgers[CITY, True])


def test_another_version_of_the_program_works_it_out_anew(
    world: World, quiet: Service, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = asked(quiet, world)
    assert runner.run_one()
    monkeypatch.setattr(watching, "product_version", lambda: "999")
    assert asked(quiet, world).id != first.id


def test_a_ledger_is_read_once_for_the_jobs_that_follow_each_other(
    world: World, here: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    load = kept.load_ledger
    kept._READ.clear()
    monkeypatch.setattr(kept, "load_ledger", lambda file: (read.append(file), load(file))[1])
    for seed in (1, 2, 3):
        job = asked(here.service, world, seed=seed)
        assert here.run_one()
        assert job_of(here.service, job).state == "done"
    assert len(read) == 1


# Its end and what is kept are one


def test_what_comes_out_is_kept_with_the_jobs_end_or_not_at_all(
    world: World, quiet: Service, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(quiet, world)
    before = quiet.desk("finance").keeping.versions("plan")

    def kept_then_lost(tx: Any, job: Job, found: Any) -> Any:
        kept = running._keep_plan(tx, job, found)
        assert kept
        raise RuntimeError("pulled plug")

    monkeypatch.setitem(running._KEEP, working.JobKind.PLAN, kept_then_lost)
    assert runner.run_one()
    failed = job_of(quiet, job)
    assert (failed.state, json.loads(failed.error)) == ("failed", {"fault": "RuntimeError", "message": "pulled plug"})
    assert quiet.desk("finance").keeping.versions("plan") == before
    assert not verify(quiet.store)


def test_a_plan_that_the_audit_refuses_is_never_kept(
    world: World, quiet: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = AuditFinding(clause="completion", place="B-1", zh="图斑 B-1 未完成", en="patch B-1 is not finished")

    def refuse(*_: Any, **__: Any) -> Any:
        raise PlanRefused(AuditResult(clean=False, findings=(fault,)))

    monkeypatch.setattr(working, "make_plan", refuse)
    monkeypatch.setattr(running, "LocalProcesses", InThisProcess)
    runner = Runner(quiet, "here")
    own = quiet.desk("planner-a")
    job, _ = own.jobs.plan(world.ledgers[CITY, True], world.scenarios[A, True], district=A, seconds=3)
    whole = asked(quiet, world)
    before = [*quiet.desk("finance").keeping.versions("plan"), *own.keeping.versions("plan")]
    assert runner.run_one()
    assert runner.run_one()
    assert [*quiet.desk("finance").keeping.versions("plan"), *own.keeping.versions("plan")] == before
    assert "B-1" in job_of(quiet, whole).error
    assert (own.jobs.get(job.id).state, own.jobs.get(job.id).error) == ("failed", '{"refused":[]}')


# Bad input


def test_what_is_wrong_with_a_ledger_is_the_jobs_error(world: World, quiet: Service, runner: Runner) -> None:
    at = quiet.desk("finance")
    job, _ = at.jobs.read_ledger("台账.xlsx", b"no workbook", "new")
    assert runner.run_one()
    error = json.loads(job_of(quiet, job).error)
    assert error["findings"][0]["wrong"]["zh"]
    assert job_of(quiet, job).state == "failed"
    good, _ = at.jobs.read_ledger("台账.xlsx", ledger_bytes(ledger()), "new")
    assert runner.run_one()
    kept = job_of(quiet, good).result["version"]
    assert at.keeping.open_ledger(kept).digest == ledger().digest


def test_a_file_is_looked_through_with_what_people_say_of_its_columns(
    world: World, quiet: Service, runner: Runner
) -> None:
    """30 亩 are 2 hectares; the column's name says nothing of it."""
    at, rows = (
        quiet.desk("finance"),
        "图斑编号,区,修复类别,采矿许可证,投资估算(万元),大小\nA1,甲区,人工修复,曾有,5,30\n",
    )
    before = at.keeping.versions("ledger")
    job, _ = at.jobs.check_ledger("别处.csv", rows.encode())
    assert runner.run_one()
    found = Checked.model_validate(at.keeping.answer(job_of(quiet, job).result["version"]).data)
    (unsure,) = [one for one in found.patch_columns if not one.confirmed]
    assert (found.clean, found.patches, unsure.column) == (False, None, "大小")
    assert {one["level"] for one in found.findings} == {"error", "warning"}
    settled = tuple(
        replace(one, field="area_m2", unit="亩", confirmed=True) if one is unsure else one
        for one in found.patch_columns
    )
    file, data = at.jobs.ledger_file(job.id)
    again, new = at.jobs.check_ledger(file, data, mapping=Mapping(settled))
    assert new
    assert runner.run_one()
    found = Checked.model_validate(at.keeping.answer(job_of(quiet, again).result["version"]).data)
    assert (found.clean, found.patches) == (True, 1)
    assert at.keeping.versions("ledger") == before
    kept, _ = at.jobs.read_ledger(file, data, "别处", mapping=Mapping(settled))
    assert runner.run_one()
    version = at.keeping.versions("ledger")[-1]
    assert version.id == job_of(quiet, kept).result["version"]
    assert at.keeping.open_ledger(version.id).by_id["A1"].area_m2 == 20_000
    assert read_mapping(version.meta["mapping"]).patches == settled


def test_a_file_that_cannot_be_read_is_looked_through_all_the_same(
    world: World, quiet: Service, runner: Runner
) -> None:
    at = quiet.desk("finance")
    job, _ = at.jobs.check_ledger("台账.xlsx", b"no workbook")
    assert runner.run_one()
    found = Checked.model_validate(at.keeping.answer(job_of(quiet, job).result["version"]).data)
    assert not found.clean
    assert [one["level"] for one in found.findings] == ["error"]


def test_a_file_with_too_many_rows_is_not_clean(world: World, quiet: Service) -> None:
    service = world.open(rows=5)
    with closing(service), closing(Runner(service, "few")) as runner:
        at = service.desk("finance")
        job, _ = at.jobs.check_ledger("l.xlsx", ledger_bytes(ledger()))
        assert runner.run_one()
        found = Checked.model_validate(at.keeping.answer(at.jobs.get(job.id).result["version"]).data)
        assert (found.clean, found.findings[0]["id"]) == (False, "too_many_rows")


def test_a_ledger_that_somebody_has_kept_meanwhile_is_a_conflict(world: World, quiet: Service, runner: Runner) -> None:
    at = quiet.desk("finance")
    first = at.keeping.keep_ledger(ledger(), "register")
    job, _ = at.jobs.read_ledger("l.xlsx", ledger_bytes(ledger(**{"A-1": {"remark": "mine"}})), "register",
                                 parent=first.id)  # fmt: skip
    newest = at.keeping.keep_ledger(ledger(**{"A-1": {"remark": "theirs"}}), "register", parent=first.id)
    assert runner.run_one()
    assert [f["id"] for f in json.loads(job_of(quiet, job).error)["findings"]] == ["conflict"]
    assert at.keeping.versions("ledger")[-1].id == newest.id


def test_more_rows_than_the_settings_allow(world: World, quiet: Service) -> None:
    service = world.open(rows=5)
    runner = Runner(service, "few")
    try:
        at = service.desk("finance")
        with pytest.raises(BadInput) as refused:
            at.keeping.keep_ledger(ledger(), "new")
        assert "[limits] rows" in refused.value.findings[0].repair("zh")
        job, _ = at.jobs.read_ledger("l.xlsx", ledger_bytes(ledger()), "new")
        assert runner.run_one()
        found = json.loads(at.jobs.get(job.id).error)["findings"]
        assert [f["id"] for f in found] == ["too_many_rows"]
        assert "rows in [limits]" in found[0]["repair"]["en"]
    finally:
        runner.close()
        service.close()


def test_a_job_whose_input_was_changed_fails_and_holds_no_other_up(
    world: World, quiet: Service, runner: Runner
) -> None:
    at = quiet.desk("finance")
    kept = at.keeping.keep_scenario(trial("other"))
    job, _ = at.jobs.plan(world.ledgers[CITY, True], kept.id)
    after = asked(quiet, world)
    do(quiet.store, "UPDATE content SET bytes = :bytes WHERE digest = :digest", {"bytes": b"x", "digest": kept.digest})
    assert runner.run_one()
    assert [f["id"] for f in json.loads(job_of(quiet, job).error)["findings"]] == ["content_changed"]
    assert runner.run_one()
    assert job_of(quiet, after).state == "done"


# Stopping


def hard(service: Service) -> Job:
    at = service.desk("finance")
    rows, given = hard_problem()
    kept = at.keeping.keep_ledger(rows, "hard"), at.keeping.keep_scenario(given.model_copy(update={"name": "hard"}))
    return at.jobs.plan(kept[0].id, kept[1].id, seconds=500)[0]


def test_a_stopped_job_keeps_its_best_plan(quiet: Service, runner: Runner) -> None:
    job = hard(quiet)
    worker = threading.Thread(target=runner.run_one)
    worker.start()
    until(lambda: job_of(quiet, job).progress.get("value"))
    assert not job_of(quiet, job).state.ended
    quiet.desk("finance").jobs.stop(job.id)
    worker.join(WAIT)
    ended = job_of(quiet, job)
    assert ended.state == "stopped"
    folder = quiet.desk("finance").keeping.open_plan(ended.result["version"])
    assert folder.plan.status == "within_gap"
    assert folder.plan.schedule


def test_a_job_that_waits_is_stopped_at_once(world: World, quiet: Service, runner: Runner) -> None:
    job = asked(quiet, world)
    assert quiet.desk("finance").jobs.stop(job.id).state == "stopped"
    assert not runner.run_one()
    assert asked(quiet, world).id != job.id  # what was stopped may be asked for again


def test_a_runner_that_ends_in_good_order_gives_the_job_back(quiet: Service, runner: Runner) -> None:
    job = hard(quiet)
    ending = threading.Event()
    worker = threading.Thread(target=runner.run, args=(ending,))
    worker.start()
    until(lambda: job_of(quiet, job).state == "running")
    ending.set()
    worker.join(WAIT)
    given_back = job_of(quiet, job)
    assert (given_back.state, given_back.attempts) == ("waiting", 0)
    assert [line for _, line in quiet.desk("finance").jobs.log(job.id)] == ["worker_ended"]


# Losing the worker


def children_of(pid: int) -> list[int]:
    """Processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc: the worker's process cannot be found")
def test_a_killed_worker_is_seen_and_its_job_retried_then_failed_honestly(
    quiet: Service, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.05)
    job = hard(quiet)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        before = set(children_of(os.getpid()))
        worker = threading.Thread(target=runner.run_one)
        worker.start()
        until(lambda: job_of(quiet, job).progress.get("value"))
        (child,) = set(children_of(os.getpid())) - before
        os.kill(child, signal.SIGKILL)
        worker.join(WAIT)
        now = job_of(quiet, job)
        assert now.attempts == attempt
        if attempt < MOST_ATTEMPTS:
            assert now.state == "waiting"
            with quiet.store.engine.begin() as connection:  # so that the next attempt's progress is its own
                connection.exec_driver_sql("UPDATE job SET progress = '{}'")
    assert (now.state, json.loads(now.error)) == ("failed", {"lost": MOST_ATTEMPTS, "exit_code": -signal.SIGKILL})
    assert [line for _, line in quiet.desk("finance").jobs.log(job.id)] == ["process_lost"] * (MOST_ATTEMPTS - 1)
    assert not [kept for kept in quiet.desk("finance").keeping.versions("plan") if kept.document.name == "hard"]
    assert not verify(quiet.store)


def test_a_lease_that_runs_out_passes_on_and_the_late_one_keeps_nothing(
    world: World, quiet: Service, runner: Runner
) -> None:
    job = asked(quiet, world)
    with quiet.store.writing(WORKER) as tx:
        late = claim(tx, "late", ["plan"], seconds=-1)  # as of a worker that was never heard of again
    assert late is not None
    assert late.id == job.id
    assert runner.run_one()
    done = job_of(quiet, job)
    assert (done.state, done.attempts) == ("done", 2)
    assert [line for _, line in quiet.desk("finance").jobs.log(job.id)] == ["worker_lost"]
    with pytest.raises(LeaseLost), quiet.store.writing(WORKER) as tx:
        finish(tx, late, {"version": 1})
    assert job_of(quiet, job) == done


def test_a_job_whose_workers_never_come_back_fails(world: World, quiet: Service, runner: Runner) -> None:
    job = asked(quiet, world)
    for _ in range(MOST_ATTEMPTS):
        with quiet.store.writing(WORKER) as tx:
            assert claim(tx, "late", ["plan"], seconds=-1) is not None
    assert not runner.run_one()
    assert (job_of(quiet, job).state, json.loads(job_of(quiet, job).error)) == ("failed", {"lost": MOST_ATTEMPTS})


def test_two_runners_share_the_jobs_and_do_none_twice(world: World, quiet: Service) -> None:
    wanted = [asked(quiet, world, seed=seed) for seed in range(6)]
    others = [world.open() for _ in range(2)]
    runners = [Runner(service, f"runner {i}") for i, service in enumerate(others)]
    threads = [threading.Thread(target=lambda r=r: all(iter(r.run_one, False))) for r in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    for one in (*runners, *others):
        one.close()
    ended = [job_of(quiet, job) for job in wanted]
    assert [(job.state, job.attempts) for job in ended] == [("done", 1)] * 6
    told = [entry.subject for entry in quiet.desk("root").care.trail() if entry.action == "job.done"]
    assert sorted(told) == sorted(f"job#{job.id}" for job in wanted)


def test_a_store_that_cannot_be_reached_for_a_moment_does_not_cost_the_work(
    world: World, quiet: Service, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.01)
    beats: list[int] = []

    def unreachable(*_: Any, **__: Any) -> bool:
        beats.append(1)
        raise running.StoreFault([running_finding()])

    monkeypatch.setattr(running, "beat", unreachable)
    job = asked(quiet, world)
    assert runner.run_one()
    assert beats
    assert job_of(quiet, job).state == "done"


def running_finding() -> Any:
    from planner.findings import Finding

    return Finding("store.lost", {"place": "x", "message": "y"})


@pytest.mark.skipif(not memory_can_be_limited(), reason="this system holds no process to an amount of memory")
def test_a_job_that_wants_too_much_memory_fails_and_says_so(
    world: World, quiet: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = world.open(memory_mb=512)
    runner = Runner(service, "small")
    try:
        monkeypatch.setattr(running, "work", greedy)
        job = asked(service, world)
        assert runner.run_one()
        failed = job_of(service, job)
        assert failed.state == "failed"
        assert json.loads(failed.error)["limit"] == "MemoryError"
        assert json.loads(service.desk("root").jobs.get(job.id).error)["limit"] == "MemoryError"
    finally:
        runner.close()
        service.close()


def greedy(item: Any, report: Any, stop: Any) -> Any:
    """Work that wants 4 GiB."""
    return {"data": len(bytearray(4 * 1024**3))}


# Limits


def test_as_many_jobs_in_hand_as_the_settings_allow(world: World, quiet: Service) -> None:
    service = world.open(jobs_per_person=2)
    try:
        for seed in (1, 2):
            asked(service, world, seed=seed)
        with pytest.raises(BadInput) as refused:
            asked(service, world, seed=3)
        assert [f.key for f in refused.value.findings] == ["store.too_many_jobs"]
        assert "jobs_per_person" in refused.value.findings[0].repair("zh")
        known = world.ledgers[CITY, True], world.scenarios[CITY, True]
        assert service.desk("leader").jobs.plan(*known, seed=3)[1]  # another's count is his own
    finally:
        service.close()


@pytest.mark.parametrize(
    ("more", "keys"),
    [
        ({"seconds": 601}, ["service.too_long"]),
        ({"seconds": float("nan")}, ["service.bad_effort"]),
        ({"seconds": float("inf")}, ["service.bad_effort"]),
        ({"seconds": 0}, ["service.bad_effort"]),
        ({"seconds": -1}, ["service.bad_effort"]),
        ({"seconds": "1"}, ["service.bad_effort"]),
        ({"seconds": True}, ["service.bad_effort"]),
        ({"solver": "antigravity.x"}, ["service.bad_effort"]),
        ({"solver": "os.path"}, ["service.bad_effort"]),
        ({"solver": "pulp:COIN_CMD"}, ["service.bad_effort"]),
        ({"gap": 2, "seed": -1}, ["service.bad_effort", "service.bad_effort"]),
        ({"seed": 2**40}, ["service.bad_effort"]),
    ],
)
def test_settings_that_are_none_are_refused_before_a_job_is_made(
    more: dict[str, Any], keys: list[str], world: World, quiet: Service
) -> None:
    before = quiet.desk("root").care.anchor().seq
    with pytest.raises(BadInput) as refused:
        asked(quiet, world, **more)
    assert [f.key for f in refused.value.findings] == keys
    assert all(f.line("zh") and f.line("en") for f in refused.value.findings)
    assert quiet.desk("root").care.anchor().seq == before


@pytest.mark.parametrize(
    ("question", "options", "key"),
    [
        ("worth", {"seconds": 601}, "service.too_long"),
        ("worth", {"seconds": "abc"}, "service.bad_effort"),
        ("ladder", {"scales": ["1"]}, "service.bad_effort"),
        ("ladder", {"scales": ["1", "x"]}, "service.bad_effort"),
        ("ladder", {"scales": ["1", "nan"]}, "service.bad_effort"),
        ("frontier", {"of": ["cost", "__class__"]}, "service.bad_effort"),
        ("frontier", {"points": 10**9}, "service.bad_effort"),
        ("stress", {"draws": 10**12}, "service.bad_effort"),
        ("stress", {"draws": {"a": {1, 2}}}, "service.bad_effort"),
        ("stress", {"workers": 3}, "service.no_option"),
        ("robust", {"solver": "subprocess.x"}, "service.bad_effort"),
        ("__class__", {}, "service.no_question"),
    ],
)
def test_questions_that_are_none_are_refused(
    question: str, options: dict[str, Any], key: str, world: World, quiet: Service
) -> None:
    with pytest.raises(BadInput) as refused:
        quiet.desk("finance").jobs.ask(question, world.plans[CITY, True], options)
    assert [f.key for f in refused.value.findings] == [key]


def test_a_file_larger_than_the_settings_allow(world: World, quiet: Service) -> None:
    service = world.open(upload_mb=1)
    try:
        at, data = service.desk("finance"), b"x" * (1024 * 1024 + 1)
        calls = (lambda: at.jobs.hand_in(world.plans[CITY, True], "b.xlsx", data),
                 lambda: at.jobs.read_ledger("b.xlsx", data, "new"),
                 lambda: at.jobs.check_ledger("b.xlsx", data), lambda: at.year.prove("b.jpg", data))  # fmt: skip
        for call in calls:
            with pytest.raises(BadInput) as refused:
                call()
            assert [f.key for f in refused.value.findings] == ["service.too_large"]
            assert "upload_mb" in refused.value.findings[0].repair("en")
    finally:
        service.close()


def test_an_answer_is_kept_and_opened(world: World, quiet: Service, runner: Runner) -> None:
    at = quiet.desk("finance")
    job, _ = at.jobs.ask("stress", world.plans[CITY, True], {"draws": 20})
    assert runner.run_one()
    done = at.jobs.get(job.id)
    assert done.state == "done", done.error
    assert json.loads(at.keeping.open_bytes(done.result["version"]))
