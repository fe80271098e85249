"""Workers that are lost, ended, starved, left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from executor import (
    Limits,
    LocalProcesses,
    RemoteFailure,
    Stopped,
    TimedOut,
    WorkerLost,
    memory_can_be_limited,
)
from tests.executor import chores

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0  # seconds for what has to happen soon
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups of POSIX")
LINUX = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
MEMORY = pytest.mark.skipif(not memory_can_be_limited(), reason="this system holds no process to an amount of memory")
KILLED = -9 if sys.platform != "win32" else 9


def eventually(what: Any) -> bool:
    """Whether something comes true."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.02)
    return bool(what())


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def numbers_in(path: Path) -> list[int]:
    assert eventually(lambda: path.exists() and path.read_text())
    return [int(word) for word in path.read_text().split()]


@pytest.mark.parametrize(("deaths", "retries"), [(1, 2), (2, 2)])
def test_a_lost_worker_s_item_is_tried_again(tmp_path: Path, deaths: int, retries: int) -> None:
    with LocalProcesses(1, limits=Limits(retries=retries)) as executor:
        assert executor.map(chores.die, [(tmp_path, deaths)]) == [deaths]
    assert len(list(tmp_path.iterdir())) == deaths + 1


@pytest.mark.parametrize("retries", [0, 2])
def test_an_item_that_always_loses_its_worker_fails_honestly(tmp_path: Path, retries: int) -> None:
    with LocalProcesses(1, limits=Limits(retries=retries)) as executor:
        handle = executor.submit(chores.die, (tmp_path, 99), index=7)
        with pytest.raises(WorkerLost) as caught:
            handle.result()
        lost = caught.value
        assert (lost.index, lost.exit_code, lost.attempts) == (7, KILLED, retries + 1)
        assert len(list(tmp_path.iterdir())) == retries + 1
        assert executor.map(chores.square, [2]) == [4]


def test_the_lost_item_is_named_among_others(tmp_path: Path) -> None:
    items = [(tmp_path / str(i), 99 if i == 2 else 0) for i in range(4)]
    for folder, _ in items:
        folder.mkdir()
    with LocalProcesses(2, limits=Limits(retries=1)) as executor, pytest.raises(WorkerLost, match="item 2") as caught:
        executor.map(chores.die, items)
    assert (caught.value.index, caught.value.attempts) == (2, 2)


def test_a_worker_that_ends_quietly_is_lost_too() -> None:
    with LocalProcesses(1) as executor, pytest.raises(WorkerLost) as caught:
        executor.map(chores.leave_quietly, [0])
    assert caught.value.exit_code == 0


@POSIX
def test_a_worker_that_died_idle_costs_the_next_item_no_try() -> None:
    with LocalProcesses(1, limits=Limits(retries=0)) as executor:
        (pid,) = executor.map(chores.worker_number, [0])
        os.kill(pid, signal.SIGKILL)
        (following,) = executor.map(chores.worker_number, [0])
    assert following != pid


def test_a_worker_is_kept_and_workers_are_no_more_than_asked_for() -> None:
    with LocalProcesses(2) as executor:
        assert 1 <= len(set(executor.map(chores.worker_number, range(20)))) <= 2
    with LocalProcesses(1) as executor:
        assert len(set(executor.map(chores.worker_number, range(5)))) == 1


def test_what_cannot_travel_is_said() -> None:
    with LocalProcesses(1, limits=Limits(retries=0)) as executor:
        with pytest.raises(RemoteFailure, match="Unloadable: 1 and 1") as caught:
            executor.map(chores.raise_unloadable, [1])
        assert "in raise_unloadable" in str(caught.value.__cause__)
        with pytest.raises(TypeError, match="pickle"):
            executor.map(chores.return_unpicklable, [1])
        with pytest.raises(TypeError, match="pickle"):
            executor.submit(chores.square, threading.Lock())
        with pytest.raises((AttributeError, TypeError), match="pickle"):
            executor.submit(lambda x: x, 1)
        assert executor.map(chores.square, [2]) == [4]


def test_a_function_of_the_script_is_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores.square, "__module__", "__main__")
    with LocalProcesses(1) as executor, pytest.raises(ValueError, match="can be imported"):
        executor.submit(partial(chores.square), 1)


def test_what_is_printed_does_not_garble_the_answer(capfd: pytest.CaptureFixture[str]) -> None:
    with LocalProcesses(1) as executor:
        assert executor.map(chores.noisy, [1, 2]) == [1, 2]
    assert "words on standard output" in capfd.readouterr().err


def test_a_large_item_and_a_large_result_pass() -> None:
    large = bytes(30_000_000)
    with LocalProcesses(1) as executor:
        assert executor.submit(bytes, large).result() == large


@LINUX
@pytest.mark.parametrize("chore", [chores.sleep, chores.sleep_in_c])
def test_cancel_kills(tmp_path: Path, chore: Any) -> None:
    with LocalProcesses(1) as executor:
        handle = executor.submit(chore, tmp_path / "number")
        (pid,) = numbers_in(tmp_path / "number")
        assert not handle.poll()
        assert not handle.wait(0.01)
        with pytest.raises(TimeoutError):
            handle.result(0.01)
        handle.cancel()
        assert handle.poll()
        with pytest.raises(Stopped):
            handle.result()
        assert eventually(lambda: not lives(pid))
        assert executor.map(chores.square, [2]) == [4]


def test_what_waits_in_line_can_be_cancelled(tmp_path: Path) -> None:
    with LocalProcesses(1) as executor:
        first = executor.submit(chores.sleep, tmp_path / "first")
        second = executor.submit(chores.sleep, tmp_path / "second")
        numbers_in(tmp_path / "first")
        second.cancel()
        first.cancel()
        assert executor.map(chores.square, [2]) == [4]
    assert not (tmp_path / "second").exists()


@LINUX
def test_closing_ends_what_runs(tmp_path: Path) -> None:
    with LocalProcesses(2) as executor:
        handles = [executor.submit(chores.sleep, tmp_path / str(i)) for i in range(3)]
        pids = [numbers_in(tmp_path / str(i))[0] for i in range(2)]
    assert not any(lives(pid) for pid in pids)
    for handle in handles:
        with pytest.raises(Stopped):
            handle.result()
    with pytest.raises(RuntimeError, match="closed"):
        executor.submit(chores.square, 1)


@LINUX
def test_a_failure_and_an_interrupt_end_the_others(tmp_path: Path) -> None:
    numbers: list[int] = []

    def interrupt(done: int, of: int) -> None:
        numbers.extend(numbers_in(tmp_path / "number"))  # the other has begun, and has said who it is
        raise KeyboardInterrupt

    with LocalProcesses(2) as executor:
        with pytest.raises(KeyboardInterrupt):
            executor.map(chores.sleep_or_square, [tmp_path / "number", 2], progress=interrupt)
        assert eventually(lambda: not lives(numbers[0]))
        assert executor.map(chores.square, [2, 3, 4]) == [4, 9, 16]


def test_a_function_that_takes_stop_ends_by_itself(tmp_path: Path) -> None:
    stop = threading.Event()
    with LocalProcesses(1, limits=Limits(grace=PATIENCE)) as executor:
        handle = executor.submit(chores.count_until_stopped, tmp_path / "a", stop=stop)
        assert eventually((tmp_path / "a").exists)
        assert not handle.wait(0.1)
        stop.set()
        assert handle.result() == "stopped at a"
        assert handle.news() == ["at a"]


def test_a_stop_of_a_map_keeps_what_functions_that_take_stop_have(tmp_path: Path) -> None:
    stop = threading.Event()
    items = [tmp_path / name for name in "abcd"]
    with LocalProcesses(2, limits=Limits(grace=PATIENCE)) as executor:
        threading.Thread(
            target=lambda: eventually(lambda: items[0].exists() and items[1].exists()) and stop.set()
        ).start()
        with pytest.raises(Stopped) as caught:
            executor.map(chores.count_until_stopped, items, stop=stop)
    assert caught.value.finished == {0: "stopped at a", 1: "stopped at b"}
    assert not items[2].exists()


def test_one_that_does_not_look_at_its_stop_is_killed_after_the_grace(tmp_path: Path) -> None:
    with LocalProcesses(1, limits=Limits(grace=0.2)) as executor:
        handle = executor.submit(chores.deaf, tmp_path / "number")
        numbers_in(tmp_path / "number")
        handle.stop()
        with pytest.raises(Stopped):
            handle.result()


def test_a_stop_kills_what_does_not_take_it(tmp_path: Path) -> None:
    stop, items = threading.Event(), [3, tmp_path / "number"]

    def seen(done: int, of: int) -> None:
        assert eventually((tmp_path / "number").exists)
        stop.set()

    with LocalProcesses(2) as executor, pytest.raises(Stopped) as caught:
        executor.map(chores.sleep_or_square, items, progress=seen, stop=stop)
    assert caught.value.finished == {0: 9}


def test_an_item_that_takes_too_long_is_ended_and_not_tried_again(tmp_path: Path) -> None:
    with LocalProcesses(1, limits=Limits(seconds=0.3)) as executor:
        with pytest.raises(TimedOut, match=r"item 1 took longer than 0\.3 s") as caught:
            executor.map(chores.sleep_or_square, [3, tmp_path / "number"])
        assert (caught.value.index, caught.value.seconds) == (1, 0.3)
        assert executor.map(chores.square, [2]) == [4]


@MEMORY
def test_a_memory_limit_is_held_and_survived() -> None:
    with LocalProcesses(1, limits=Limits(memory_mb=100)) as executor:
        assert executor.map(chores.take_memory, [50, 50]) == [50 * 2**20] * 2
        with pytest.raises(MemoryError):
            executor.map(chores.take_memory, [200])
        assert executor.map(chores.take_memory, [50]) == [50 * 2**20]


def test_a_memory_limit_that_cannot_be_held_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("executor.local.memory_can_be_limited", lambda: False)
    LocalProcesses(1, limits=Limits(memory_mb=100)).close()
    assert "NOT held" in caplog.text


def test_numeric_libraries_get_one_thread_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    for threads, allowed in ((1, "1"), (3, "3"), (None, "5")):
        with LocalProcesses(1, threads=threads) as executor:
            assert executor.map(chores.threads_allowed, [0]) == [allowed]


def test_several_threads_use_one_executor() -> None:
    found: list[list[int]] = []
    with LocalProcesses(2) as executor:
        threads = [
            threading.Thread(target=lambda i=i: found.append(executor.map(partial(chores.add, i), range(10))))
            for i in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == [list(range(i, i + 10)) for i in range(4)]


def test_a_worker_may_have_workers() -> None:
    with LocalProcesses(1) as executor:
        assert executor.map(chores.squares_by_children, [3]) == [[9, 16]]


@LINUX
@pytest.mark.parametrize("chore", [chores.start_child, chores.solve_for_long])
@pytest.mark.parametrize("by", ["cancel", "kill"])
def test_what_a_worker_started_ends_with_it(tmp_path: Path, chore: Any, by: str) -> None:
    with LocalProcesses(1, limits=Limits(retries=0)) as executor:
        handle = executor.submit(chore, tmp_path / "numbers")
        worker, child = numbers_in(tmp_path / "numbers")
        assert lives(worker)
        assert lives(child)
        if by == "cancel":
            handle.cancel()
        else:
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(Stopped if by == "cancel" else WorkerLost):
            handle.result()
        assert eventually(lambda: not lives(worker))
        assert eventually(lambda: not lives(child))


@LINUX
def test_a_forked_child_does_not_hide_that_its_worker_is_lost(tmp_path: Path) -> None:
    with LocalProcesses(1, limits=Limits(retries=0)) as executor, pytest.raises(WorkerLost):
        executor.map(chores.start_forked_child, [tmp_path / "number"])
    (child,) = numbers_in(tmp_path / "number")
    assert lives(child)  # it left the group, and it is nobody's but its own
    os.kill(child, signal.SIGKILL)


@LINUX
@pytest.mark.parametrize("chore", ["sleep", "start_child", "solve_for_long"])
def test_workers_do_not_outlive_a_caller_that_is_killed(tmp_path: Path, chore: str) -> None:
    script = """
import sys
from pathlib import Path
from executor import LocalProcesses
from tests.executor import chores
with LocalProcesses(2) as executor:
    executor.map(chores.worker_number, range(4))
    executor.map(getattr(chores, sys.argv[1]), [Path(sys.argv[2])])
"""
    place = tmp_path / "numbers"
    with subprocess.Popen([sys.executable, "-c", script, chore, str(place)], cwd=ROOT) as caller:
        pids = numbers_in(place)
        assert all(lives(pid) for pid in pids)
        caller.kill()
    assert len(pids) == (1 if chore == "sleep" else 2)
    assert eventually(lambda: not any(lives(pid) for pid in pids))


@POSIX
def test_workers_do_not_belong_to_forks() -> None:
    with LocalProcesses(1) as executor:
        executor._owner -= 1
        with pytest.raises(RuntimeError, match="another process"):
            executor.submit(chores.square, 1)
        executor._owner += 1
