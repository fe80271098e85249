"""What is killed while it saves, solves or imports: ``python -m tests.planner.service.killed save|solve|import …``."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

from planner.service import Desk, Runner
from planner.service.kept import ledger_bytes
from planner.store import Version
from planner.store.queue import Job
from tests.planner.service.world import ledger, settings, trial

SELF = "tests.planner.service.killed"
LEASE = 1.0
"""Seconds after which another may take up what a killed runner had in hand."""


def save(at: Desk, first: int) -> Iterator[Version]:
    """Keep one version after the other."""
    for number in itertools.count(first):
        yield at.keeping.keep_scenario(trial(f"saved {number}"), note=f"number {number}")


def solve(at: Desk, known: list[int], first: int) -> Iterator[Job]:
    """Ask for one plan after the other."""
    for number in itertools.count(first):
        yield at.jobs.plan(known[0], known[1], seed=number, seconds=20)[0]


def bring_in(at: Desk, known: list[int], first: int) -> Iterator[Job]:
    """Hand in ledgers and a workbook by turns."""
    for number in itertools.count(first):
        rows = ledger(**{"A-1": {"remark": f"number {number}"}})
        yield at.jobs.read_ledger("台账.xlsx", ledger_bytes(rows), f"brought in {number}")[0]
        data = at.keeping.export(known[2]).data
        yield at.jobs.hand_in(known[2], f"{number}.xlsx", data)[0]


def main(what: str, folder: str, first: str, *known: str) -> None:
    from planner.service import open_service

    service = open_service(settings(Path(folder)))
    at, ids, begin = service.desk("finance"), [int(one) for one in known], int(first)
    runner = Runner(service, f"killed {first}", lease_seconds=LEASE)
    print("ready", flush=True)
    if what == "save":
        for kept in save(at, begin):
            print("confirmed kept", kept.id, flush=True)
    for job in solve(at, ids, begin) if what == "solve" else bring_in(at, ids, begin):
        print("confirmed asked", job.id, flush=True)
        runner.run_one()
        print("confirmed done", job.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
