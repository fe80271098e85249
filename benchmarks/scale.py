"""One executor after another on the same questions: ``python -m benchmarks.scale [--points 20] [--draws 1000]``.

A frontier of waiting against cost and a stress run of a fixed plan: in this process, in one and in two local worker
processes, on a Dask cluster of one and of two single-threaded workers (on this machine), and on two Dask workers of
which one is killed in the middle. All must give the same numbers in the same order; the seconds and their ratios are
printed, and what travels: the bytes of the ledger (once for each worker), of a scenario and of a plan (for each item).
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.cases import Case
from benchmarks.problems import made
from executor import Executor, InProcess, LocalProcesses
from executor.cluster import DaskCluster
from planner import Effort, Ledger, Plan, Scenario, frontier, load_ledger, load_scenario, make_plan, stress

SHIPPED = Path(__file__).parents[1] / "data" / "beijing"
OF = ("waiting", "cost")
Opened = Callable[[], AbstractContextManager[tuple[Executor, Callable[[], None]]]]


def nobody() -> None:
    """There is no worker to kill."""


@contextmanager
def here() -> Iterator[tuple[Executor, Callable[[], None]]]:
    with InProcess() as executor:
        yield executor, nobody


@contextmanager
def local(workers: int) -> Iterator[tuple[Executor, Callable[[], None]]]:
    with LocalProcesses(workers, threads=1) as executor:
        yield executor, nobody


@contextmanager
def dask(workers: int) -> Iterator[tuple[Executor, Callable[[], None]]]:
    """A Dask cluster of this machine, and how to kill the first of its workers."""
    from distributed import LocalCluster

    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
            silence_logs=50,
        ) as cluster,
        DaskCluster(cluster.scheduler_address) as executor,
    ):  # fmt: skip
        yield executor, lambda: os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)


HOW: dict[str, tuple[Opened, bool]] = {
    "in this process": (here, False),
    "1 local worker": (lambda: local(1), False),
    "2 local workers": (lambda: local(2), False),
    "Dask, 1 worker": (lambda: dask(1), False),
    "Dask, 2 workers": (lambda: dask(2), False),
    "Dask, 2 workers, one killed": (lambda: dask(2), True),
}


def asked(
    how: str, ledger: Ledger, scenario: Scenario, plan: Plan, options: argparse.Namespace
) -> tuple[dict[str, Any], str]:
    """Both questions by one executor; the seconds, and all numbers as text."""
    opened, kills = HOW[how]
    before = measure.load()
    effort = Effort(seconds=options.seconds, gap=options.gap, deterministic=True)
    with opened() as (executor, kill):
        killed = threading.Event()

        def on_point(number: int, total: int | None, status: object) -> None:
            if kills and number >= options.points // 3 and not killed.is_set():
                killed.set()
                kill()

        began = time.perf_counter()
        drawn = frontier(
            ledger, scenario, OF, options.points, effort=effort, executor=executor, on_point=on_point
        )  # fmt: skip
        frontier_seconds = time.perf_counter() - began
        began = time.perf_counter()
        stressed = stress(ledger, scenario, plan, options.draws, executor=executor)
        stress_seconds = time.perf_counter() - began
    line = {
        "how": how, "frontier_seconds": frontier_seconds, "stress_seconds": stress_seconds, "points": len(drawn.points),
        "killed": killed.is_set(), "load": f"{before} / {measure.load()}",
    }  # fmt: skip
    return line, json.dumps([drawn.model_dump(mode="json"), stressed.model_dump(mode="json")], sort_keys=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", help="of the benchmark set; by default the shipped baseline")
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each point; ended by the gap before")
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--how", nargs="+", default=list(HOW), choices=list(HOW))
    options = parser.parse_args(arguments)
    if options.case:
        ledger, scenario = made(Case.named(options.case))
    else:
        ledger, scenario = load_ledger(SHIPPED / "ledger.xlsx"), load_scenario(SHIPPED / "scenarios" / "base.toml")
    plan = make_plan(ledger, scenario, seconds=options.seconds, gap=options.gap, deterministic=True)
    sizes = {
        name: len(pickle.dumps(own, 5)) for name, own in (("ledger", ledger), ("scenario", scenario), ("plan", plan))
    }
    found, numbers = [], []
    for how in options.how:
        line, said = asked(how, ledger, scenario, plan, options)
        found.append(line)
        numbers.append(said)
        print(f"  {how}: {line['frontier_seconds']:.1f} s, {line['stress_seconds']:.2f} s", flush=True)
    print(f"\n{measure.machine()}; {scenario.name}, {len(ledger.patches)} patches\n")
    first = found[0]["frontier_seconds"]
    measure.table(
        ["executor", f"frontier of {options.points}, s", "times as fast as the first", f"{options.draws} draws, s",
         "points", "same numbers", "load"],
        [
            [
                line["how"], f"{line['frontier_seconds']:.1f}", f"{first / line['frontier_seconds']:.2f}",
                f"{line['stress_seconds']:.2f}", line["points"], said == numbers[0], line["load"],
            ]
            for line, said in zip(found, numbers, strict=True)
        ],
    )  # fmt: skip
    print("\nwhat travels, bytes: " + ", ".join(f"{name} {size:,}" for name, size in sizes.items()))
    measure.OUT.mkdir(parents=True, exist_ok=True)
    kept = {"machine": measure.machine(), "sizes": sizes, "runs": found, "same": len(set(numbers)) == 1}
    (measure.OUT / "scale.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    if len(set(numbers)) > 1:
        raise SystemExit("the executors do not agree")


if __name__ == "__main__":
    main()
