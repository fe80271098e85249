"""What every executor promises, each in turn."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from executor import Executor, InProcess, LocalProcesses, Prepared, Stopped
from tests.executor import chores


@pytest.fixture(scope="module", params=["in process", "one worker", "three workers"])
def any_executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    workers = {"one worker": 1, "three workers": 3}.get(request.param)
    with LocalProcesses(workers) if workers else InProcess() as executor:
        yield executor


def test_results_come_in_the_order_of_the_items(any_executor: Executor) -> None:
    assert any_executor.map(chores.later_is_faster, range(6)) == [0, 1, 2, 3, 4, 5]


def test_no_items_no_results(any_executor: Executor) -> None:
    assert any_executor.map(chores.square, []) == []


def test_what_all_items_share_travels_with_the_function(any_executor: Executor) -> None:
    assert any_executor.map(partial(chores.add, 10), iter([1, 2])) == [11, 12]


def test_one_executor_serves_one_function_after_another(any_executor: Executor) -> None:
    square, add = Prepared(chores.square), Prepared(partial(chores.add, 1))
    found = [any_executor.submit(call, 5).result() for call in (square, add, square, square, add)]
    assert found == [25, 6, 25, 25, 6]


def test_progress_counts_to_the_end(any_executor: Executor) -> None:
    told: list[tuple[int, int]] = []
    any_executor.map(chores.square, [1, 2, 3], progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_what_a_function_raises_is_raised_here_with_its_traceback(any_executor: Executor) -> None:
    with pytest.raises(ValueError, match="3 is not wanted") as caught:
        any_executor.map(chores.refuse, range(5))
    if not isinstance(any_executor, InProcess):
        assert "in refuse" in str(caught.value.__cause__)
    assert any_executor.map(chores.square, [2]) == [4]


def test_a_failing_item_leaves_the_others_of_a_submission_alone(any_executor: Executor) -> None:
    handles = [any_executor.submit(chores.refuse, x) for x in (2, 3, 4)]
    assert [handles[0].result(), handles[2].result()] == [2, 4]
    with pytest.raises(ValueError, match="3 is not wanted"):
        handles[1].result()


def test_reports_arrive_in_order_and_before_the_result(any_executor: Executor) -> None:
    handle = any_executor.submit(chores.report_steps, 3)
    assert handle.result() == 3
    assert handle.news() == [{"step": 0}, {"step": 1}, {"step": 2}]
    assert handle.news() == []


def test_only_the_latest_reports_are_kept_where_nobody_asks(any_executor: Executor) -> None:
    handle = any_executor.submit(chores.report_steps, 1_500)
    handle.result()
    assert [said["step"] for said in handle.news()] == list(range(500, 1_500))


def test_a_stop_midway_ends_with_what_is_finished(any_executor: Executor) -> None:
    stop, told = threading.Event(), []

    def seen(done: int, of: int) -> None:
        told.append(done)
        if done == 2:
            stop.set()

    with pytest.raises(Stopped) as caught:
        any_executor.map(chores.square, range(100), progress=seen, stop=stop)
    finished = caught.value.finished
    assert list(finished) == sorted(finished)
    assert all(result == index**2 for index, result in finished.items())
    assert 2 <= len(finished) <= 2 + any_executor.width
    assert any_executor.map(chores.square, [3]) == [9]


def test_a_stop_before_the_start_begins_nothing(any_executor: Executor, tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped) as caught:
        any_executor.map(chores.sleep, [tmp_path / "begun"], stop=stop)
    assert caught.value.finished == {}
    assert not (tmp_path / "begun").exists()


def test_a_stop_after_the_last_item_changes_nothing(any_executor: Executor) -> None:
    stop = threading.Event()

    def seen(done: int, of: int) -> None:
        if done == of:
            stop.set()

    assert any_executor.map(chores.square, [1, 2], stop=stop, progress=seen) == [1, 4]


def test_items_can_depend_on_results_that_have_come(any_executor: Executor) -> None:
    came: list[int] = []

    def items() -> Iterator[int]:
        number = 0
        while sum(came) < 30:
            yield number
            number += 1

    for result in any_executor.imap(chores.square, items()):
        came += [result]
    assert came[:5] == [0, 1, 4, 9, 16]  # 30 together
    assert len(came) >= 5
    if any_executor.width == 1:
        assert len(came) == 5


def test_an_abandoned_iteration_ends_what_runs(any_executor: Executor) -> None:
    found = any_executor.imap(chores.square, range(50))
    assert next(found) == 0
    found.close()  # type: ignore[attr-defined]
    assert any_executor.map(chores.square, [3]) == [9]


def test_limits_that_make_no_sense_are_refused() -> None:
    from executor import Limits

    for wrong in ({"seconds": 0}, {"memory_mb": 0}, {"retries": -1}, {"grace": -1}):
        with pytest.raises(ValueError, match=r"limits must be|must not be"):
            Limits(**wrong)
    with pytest.raises(ValueError, match="0 workers"):
        LocalProcesses(0)


def test_in_process_is_this_process() -> None:
    assert InProcess().map(chores.worker_number, [0]) == [os.getpid()]
