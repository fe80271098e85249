"""Workers of a Dask cluster: what every executor promises, and lost machines."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from executor import Executor, Limits, Stopped, TimedOut, WorkerLost
from tests.clusters import two_workers
from tests.executor import chores
from tests.executor.test_local import KILLED, PATIENCE, eventually, lives, numbers_in
from tests.tools import need_module

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="looks for processes in /proc")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with two_workers() as found:
        yield found


@pytest.fixture
def executor(address: str) -> Iterator[Executor]:
    with on(address) as executor:
        yield executor


def on(address: str, **limits: Any) -> Executor:
    from executor.cluster import DaskCluster

    return DaskCluster(address, limits=Limits(**limits))


def test_results_come_in_the_order_of_the_items(executor: Executor) -> None:
    told: list[tuple[int, int]] = []
    found = executor.map(partial(chores.add, 10), range(6), progress=lambda done, of: told.append((done, of)))
    assert found == [10, 11, 12, 13, 14, 15]
    assert told == [(i, 6) for i in range(1, 7)]
    assert executor.width == 2


def test_what_a_function_raises_is_raised_here_with_its_traceback(executor: Executor) -> None:
    with pytest.raises(ValueError, match="3 is not wanted") as caught:
        executor.map(chores.refuse, range(5))
    assert "in refuse" in str(caught.value.__cause__)
    assert executor.map(chores.square, [2]) == [4]


def test_reports_arrive(executor: Executor) -> None:
    handle = executor.submit(chores.report_steps, 3)
    assert handle.result() == 3
    assert handle.news() == [{"step": 0}, {"step": 1}, {"step": 2}]


def test_a_lost_process_s_item_is_tried_again_and_given_up_honestly(address: str, tmp_path: Path) -> None:
    for name in ("once", "always"):
        (tmp_path / name).mkdir()
    with on(address, retries=1) as executor:
        assert executor.map(chores.die, [(tmp_path / "once", 1)]) == [1]
        with pytest.raises(WorkerLost) as caught:
            executor.submit(chores.die, (tmp_path / "always", 99), index=4).result()
    assert (caught.value.index, caught.value.exit_code, caught.value.attempts) == (4, KILLED, 2)


def test_an_item_of_a_lost_worker_of_dask_is_placed_on_another(executor: Executor, tmp_path: Path) -> None:
    handle = executor.submit(lose_the_worker_of_dask, tmp_path / "parent")
    assert handle.result() == "on another"


def lose_the_worker_of_dask(item: Path) -> str:
    if item.exists():
        return "on another"
    item.write_text(str(os.getppid()))
    os.kill(os.getppid(), signal.SIGKILL)
    chores.sleep(item)
    return "never"


def test_cancel_kills(executor: Executor, tmp_path: Path) -> None:
    handle = executor.submit(chores.sleep_in_c, tmp_path / "number")
    (pid,) = numbers_in(tmp_path / "number")
    handle.cancel()
    with pytest.raises(Stopped):
        handle.result()
    assert eventually(lambda: not lives(pid))
    assert executor.map(chores.square, [3]) == [9]


def test_closing_ends_what_runs(address: str, tmp_path: Path) -> None:
    with on(address) as executor:
        executor.submit(chores.sleep, tmp_path / "number")
        (pid,) = numbers_in(tmp_path / "number")
    assert eventually(lambda: not lives(pid))
    with pytest.raises(RuntimeError, match="closed"):
        executor.submit(chores.square, 1)


def test_a_stop_keeps_what_functions_that_take_it_have(address: str, tmp_path: Path) -> None:
    stop = threading.Event()
    items = [tmp_path / name for name in "abc"]
    with on(address, grace=PATIENCE) as executor:
        waits = threading.Thread(
            target=lambda: eventually(lambda: items[0].exists() and items[1].exists()) and stop.set()
        )
        waits.start()
        with pytest.raises(Stopped) as caught:
            executor.map(chores.count_until_stopped, items, stop=stop)
        waits.join()
    assert caught.value.finished == {0: "stopped at a", 1: "stopped at b"}
    assert not items[2].exists()


def test_an_item_that_takes_too_long_is_ended(address: str, tmp_path: Path) -> None:
    with on(address, seconds=0.3) as executor, pytest.raises(TimedOut, match="item 1"):
        executor.map(chores.sleep_or_square, [3, tmp_path / "number"])


def test_nobody_at_the_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    need_module("distributed")
    monkeypatch.setattr("executor.cluster._PATIENCE", 0.5)
    with pytest.raises(OSError, match="127"):
        on("tcp://127.0.0.1:9")
