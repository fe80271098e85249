"""Jobs: claimed in order, leased for a time, ended once; whoever comes back too late changes nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from planner.store import Author, Store
from planner.store import queue as q
from planner.store.queue import Job, JobState
from planner.store.transactions import Writing
from tests.planner.store.conftest import LI, WANG
from tests.planner.store.kept import fault_of, found, rows

KEYS = [f"{number:064x}" for number in range(10)]
OVER = -1.0  # a lease of this many seconds is over when it is given


def change(store: Store, act: Callable[[Writing], Any], author: Author = WANG) -> Any:
    with store.writing(author) as tx:
        return act(tx)


def ask(store: Store, number: int, author: Author = WANG, **further: Any) -> Job:
    job, _ = change(store, lambda tx: q.submit(tx, "plan", KEYS[number], {"n": number}, **further), author)
    return job


def take(store: Store, worker: str = "a", seconds: float = 60.0, kinds: tuple[str, ...] = ("plan",)) -> Job | None:
    job: Job | None = change(store, lambda tx: q.claim(tx, worker, kinds, seconds=seconds))
    return job


def taken(store: Store, worker: str = "a", seconds: float = 60.0) -> Job:
    job = take(store, worker, seconds)
    assert job is not None
    return job


def now(store: Store, job: Job) -> Job:
    with store.reading() as tx:
        return q.job_by_id(tx, job.id)


def log(store: Store, job: Job) -> list[str]:
    with store.reading() as tx:
        return [line for _, line in q.log_of(tx, job.id)]


def test_jobs_are_claimed_in_the_order_they_were_asked_for_and_each_once(store: Store) -> None:
    asked = [ask(store, number) for number in range(3)]
    change(store, lambda tx: q.submit(tx, "import", KEYS[5], {}))
    got = [taken(store, worker) for worker in "abc"]
    assert [job.id for job in got] == [job.id for job in asked]
    assert [(job.state, job.attempts, job.worker) for job in got] == [(JobState.RUNNING, 1, w) for w in "abc"]
    assert len({job.token for job in got}) == 3
    assert take(store) is None
    other = take(store, kinds=("import", "plan"))
    assert other is not None
    assert other.kind == "import"


def test_many_workers_at_once_never_hold_the_same_job(store: Store) -> None:
    for number in range(8):
        ask(store, number)
    got: list[int] = []

    def work() -> None:
        while (job := take(store)) is not None:
            got.append(job.id)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(got) == list(range(1, 9))


def test_a_job_ends_with_its_result_which_answers_the_same_question_again(store: Store) -> None:
    job = ask(store, 1)
    held = taken(store)
    assert ask(store, 1, LI).id == job.id  # runs
    change(store, lambda tx: q.beat(tx, held, progress={"gap": 0.02}, lines=["读取台账", "solving"]))
    change(store, lambda tx: q.finish(tx, held, {"plan": 7}))
    done = now(store, job)
    assert (done.state, done.result, done.progress) == (JobState.DONE, {"plan": 7}, {"gap": 0.02})
    assert (done.token, bool(done.ended), log(store, job)) == ("", True, ["读取台账", "solving"])
    again, is_new = change(store, lambda tx: q.submit(tx, "plan", KEYS[1], {"n": 1}))
    assert (again, is_new) == (done, False)
    assert take(store) is None
    assert found(store) == set()


def test_a_failed_or_stopped_job_does_not_answer_the_question(store: Store) -> None:
    one = ask(store, 1)
    change(store, lambda tx: q.fail(tx, q.claim(tx, "a", ["plan"]) or one, "no memory"))
    assert now(store, one).error == "no memory"
    two = ask(store, 1)
    change(store, lambda tx: q.ask_stop(tx, two.id))
    assert ask(store, 1).id == 3
    with store.reading() as tx:
        assert [job.id for job in q.jobs(tx)] == [3, 2, 1]
        assert [job.id for job in q.jobs(tx, unended=True)] == [3]


def test_a_lease_that_is_over_passes_to_another_and_the_first_changes_nothing(store: Store) -> None:
    job = ask(store, 1)
    late = taken(store, "a", seconds=OVER)
    heir = taken(store, "b")
    assert (heir.id, heir.attempts, heir.worker) == (job.id, 2, "b")
    assert log(store, job) == ["worker_lost"]
    before = now(store, job)
    for act in (
        lambda tx: q.beat(tx, late, progress={"gap": 0.5}, lines=["x"]),
        lambda tx: q.finish(tx, late, {"plan": 1}),
        lambda tx: q.fail(tx, late, "x"),
        lambda tx: q.give_back(tx, late),
    ):
        assert fault_of(lambda act=act: change(store, act)) == "lease_lost"
    assert now(store, job) == before
    change(store, lambda tx: q.finish(tx, heir, {"plan": 2}))
    assert fault_of(lambda: change(store, lambda tx: q.finish(tx, heir, {"plan": 3}))) == "lease_lost"
    assert now(store, job).result == {"plan": 2}
    assert found(store) == set()


def test_what_a_late_worker_made_in_the_same_change_is_not_kept(store: Store) -> None:
    ask(store, 1)
    late = taken(store, "a", seconds=OVER)
    taken(store, "b")

    def end(tx: Writing) -> None:
        tx.log("plan.save", "late")
        q.finish(tx, late, {})

    before = rows(store, "SELECT count(*) FROM trail")
    assert fault_of(lambda: change(store, end)) == "lease_lost"
    assert rows(store, "SELECT count(*) FROM trail") == before


def test_whether_a_job_waits_is_asked_without_taking_it(store: Store) -> None:
    def waits(*kinds: str) -> bool:
        with store.reading() as tx:
            return q.waits(tx, kinds or ("plan",))

    assert not waits()
    ask(store, 1)
    assert waits("import", "plan")
    assert not waits("import")
    held = taken(store)
    assert not waits()
    change(store, lambda tx: q.give_back(tx, held))
    taken(store, seconds=OVER)
    assert waits()  # its worker was not heard of in time


def test_a_beat_renews_the_lease(store: Store) -> None:
    ask(store, 1)
    held = taken(store, "a", seconds=OVER)
    assert change(store, lambda tx: q.beat(tx, held, seconds=60.0)) is False
    assert take(store, "b") is None


def test_a_job_whose_workers_are_lost_time_and_again_fails_and_says_so(store: Store) -> None:
    job = ask(store, 1)
    for attempt in range(1, q.MOST_ATTEMPTS + 1):
        assert taken(store, seconds=OVER).attempts == attempt
    assert take(store) is None
    failed = now(store, job)
    assert failed.state is JobState.FAILED
    assert json.loads(failed.error) == {"lost": q.MOST_ATTEMPTS}
    assert log(store, job) == ["worker_lost"] * q.MOST_ATTEMPTS
    assert found(store) == set()


def test_a_worker_that_ends_in_good_order_costs_the_job_no_attempt(store: Store) -> None:
    job = ask(store, 1)
    for _ in range(q.MOST_ATTEMPTS + 2):
        held = taken(store)
        change(store, lambda tx, held=held: q.give_back(tx, held))
    assert (now(store, job).state, now(store, job).attempts) == (JobState.WAITING, 0)
    assert fault_of(lambda: change(store, lambda tx: q.beat(tx, held))) == "lease_lost"


def test_a_waiting_job_stops_at_once_a_running_one_at_its_next_beat(store: Store) -> None:
    waiting, running = ask(store, 1), ask(store, 2)
    stopped = change(store, lambda tx: q.ask_stop(tx, waiting.id), LI)
    assert (stopped.state, stopped.stop_asked) == (JobState.STOPPED, True)
    held = taken(store)
    assert held.id == running.id
    assert change(store, lambda tx: q.ask_stop(tx, running.id)).state is JobState.RUNNING
    assert change(store, lambda tx: q.beat(tx, held)) is True
    change(store, lambda tx: q.finish(tx, held, {"plan": 1}, stopped=True))
    ended = now(store, running)
    assert (ended.state, ended.result) == (JobState.STOPPED, {"plan": 1})
    assert change(store, lambda tx: q.ask_stop(tx, running.id)) == ended
    assert found(store) == set()


@pytest.mark.parametrize("how", ["lost", "given back"])
def test_a_job_that_was_to_stop_is_not_begun_again(store: Store, how: str) -> None:
    job, after = ask(store, 1), ask(store, 2)
    held = taken(store, seconds=OVER if how == "lost" else 60.0)
    change(store, lambda tx: q.ask_stop(tx, job.id))
    if how == "given back":
        change(store, lambda tx: q.give_back(tx, held))
    assert taken(store).id == after.id
    assert now(store, job).state is JobState.STOPPED
    assert found(store) == set()


def test_a_job_that_is_asked_to_stop_no_longer_answers_others(store: Store) -> None:
    job = ask(store, 1)
    taken(store)
    change(store, lambda tx: q.ask_stop(tx, job.id))
    assert ask(store, 1, LI).id != job.id


def test_one_person_has_so_many_jobs_in_hand_and_no_more(store: Store) -> None:
    ask(store, 1, most_open=2)
    ask(store, 2, most_open=2)
    held = taken(store)
    assert fault_of(lambda: ask(store, 3, most_open=2)) == "too_many_jobs"
    assert ask(store, 2, most_open=2).id == 2  # the same question is no new job
    ask(store, 3, LI, most_open=2)
    change(store, lambda tx: q.finish(tx, held, {}))
    assert ask(store, 4, most_open=2).state is JobState.WAITING


def test_a_job_that_is_not_there_is_named(store: Store) -> None:
    assert fault_of(lambda: change(store, lambda tx: q.ask_stop(tx, 9))) == "no_job"


def test_words_that_no_database_keeps_do_not_cost_a_worker_its_job(store: Store) -> None:
    job = ask(store, 1)
    held = taken(store)
    change(store, lambda tx: q.beat(tx, held, lines=["zero \0 and half \ud800"]))
    change(store, lambda tx: q.fail(tx, held, "crash \0"))
    assert log(store, job) == ["zero \ufffd and half ?"]
    assert now(store, job).error == "crash \ufffd"
    assert found(store) == set()
