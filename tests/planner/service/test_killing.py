"""Killed at any moment while it saves, solves or imports, an installation has all that it confirmed, and goes on."""

from __future__ import annotations

import random
import sys
import time

import pytest

from planner.service import Runner, Service
from planner.store.queue import MOST_ATTEMPTS
from tests.planner.service.killed import SELF
from tests.planner.service.world import CITY, World
from tests.planner.store.killing import kill_at_random

TIMES = [1, pytest.param(15, marks=[pytest.mark.soak])]
"""In `make test`, and how much more often in `make soak`."""


def assert_goes_on(service: Service, confirmed: list[str]) -> None:
    """What was confirmed is there and whole; what was in hand is done by the next worker, once."""
    at = service.desk("finance")
    assert service.desk("leader").care.verify() == ()
    for line in confirmed:
        word, number = line.split()
        if word == "kept":
            assert at.keeping.open_scenario(int(number)).name.startswith("saved ")
            continue
        job = at.jobs.get(int(number))
        if word == "done":
            assert job.state == "done", job
            assert at.keeping.open_bytes(job.result["version"])
    runner = Runner(service, "next")
    try:
        while at.jobs.all(unended=True):
            if not runner.run_one():
                time.sleep(0.1)  # until the killed one's lease is over
    finally:
        runner.close()
    for job in at.jobs.all():
        if job.author == "finance" and job.state != "stopped":
            assert job.state == "done", job
            assert 1 <= job.attempts < MOST_ATTEMPTS
            kept = at.keeping.open_bytes(job.result["version"])
            assert kept
            if job.kind == "plan":
                assert at.keeping.open_plan(job.result["version"]).plan.status == "optimal"
    made = [kept.id for kept in at.keeping.versions()]
    assert len(made) == len(set(made))
    assert service.desk("leader").care.verify() == ()


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize(("what", "rounds", "longest"), [("solve", 4, 3.0), ("import", 4, 5.0), ("save", 2, 2.0)])
def test_killed_while_working(
    what: str, rounds: int, longest: float, times: int, world: World, service: Service
) -> None:
    root = service.desk("root")
    for job in root.jobs.all():
        root.jobs.stop(job.id)
    known = [world.ledgers[CITY, True], world.scenarios[CITY, True], world.plans[CITY, True]]

    def argv(number: int) -> list[str]:
        return [sys.executable, "-m", SELF, what, str(world.folder), str(1_000 * number), *map(str, known)]

    def check(_number: int, confirmed: list[str]) -> None:
        assert_goes_on(service, confirmed)

    rng = random.Random(f"{what} {times}")
    assert kill_at_random(argv, rounds * times, rng, check, longest=longest) > 0
