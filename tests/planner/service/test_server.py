"""The same on PostgreSQL: rights, jobs, merging and hostile names."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from planner.service import Runner
from planner.store import Conflict
from tests.planner.service.test_hostile import HARMLESS
from tests.planner.service.test_leaks import assert_nothing_of_b, everything_for
from tests.planner.service.test_table import (
    CALLS,
    NEVER,
    READS,
    TABLE,
    WHO,
    answered,
    cell_of,
    handed,
    imported,
    keys_of,
    plain,
)
from tests.planner.service.world import CITY, A, World, build, desk, everything, ledger, trial


@pytest.fixture
def server_world(postgres_url: str, tmp_path: Path) -> World:
    return build(tmp_path, postgres_url)


def test_the_table_holds_on_a_server(server_world: World) -> None:
    """What only reads, all of it; of what changes, all that is refused."""
    service = server_world.open()
    try:
        for row, cell in TABLE:  # what these rows read
            at = cell_of(cell)[0]
            if row == "jobs.ledger_file":
                handed(service, at)
            if row == "keeping.answer":
                answered(service, server_world, at)
            if row == "joining.taken":
                imported(service, server_world, at)
        before = everything(service)
        desks = {letter: service.desk(who) for letter, who in WHO.items()}
        for (row, cell), people in TABLE.items():
            if row in ("joining.take_in", "reporting.take"):
                continue
            at, call = cell_of(cell), CALLS[row]
            for letter, own in desks.items():
                if letter not in people:
                    assert keys_of(call, own, server_world, at), f"{WHO[letter]} may {row} in {cell}"
                elif plain(row).split(".")[1] in READS:
                    assert not keys_of(call, own, server_world, at), f"{WHO[letter]} may not {row} in {cell}"
            for who in NEVER:
                assert keys_of(call, desk(service, who), server_world, at), f"{who} may {row} in {cell}"
        assert everything(service) == before
        for found in everything_for(service.desk("planner-a"), server_world):
            assert_nothing_of_b(found)
        for text in HARMLESS:
            kept = service.desk("finance").keeping.keep_ledger(ledger(), text, note=text)
            assert (kept.document.name, kept.note) == (text, text)
        assert service.desk("leader").care.verify(plans=True) == ()
    finally:
        service.close()


def test_jobs_and_two_editors_on_a_server(server_world: World) -> None:
    services = [server_world.open() for _ in range(3)]
    at = services[0].desk("finance")
    known = server_world.ledgers[CITY, True], server_world.scenarios[CITY, True]
    runners = [Runner(service, f"runner {i}") for i, service in enumerate(services[1:])]
    try:
        wanted = [at.jobs.plan(*known, seed=seed)[0] for seed in range(3)]
        threads = [threading.Thread(target=lambda r=r: all(iter(r.run_one, False))) for r in runners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
        ended = [at.jobs.get(job.id) for job in wanted]
        assert [(job.state, job.attempts) for job in ended] == [("done", 1)] * 3
        own = services[0].desk("planner-a").jobs.get(server_world.jobs[A])
        assert own.state == "done", own.error
        first = at.keeping.keep_scenario(trial("both"))
        at.keeping.keep_scenario(trial("both", title={"zh": "一"}), parent=first.id)
        mine = trial("both", charge_holding=True)
        with pytest.raises(Conflict):
            services[1].desk("finance-a").keeping.keep_scenario(mine, parent=first.id)
        merged = services[1].desk("finance-a").joining.keep_merged_scenario(first.id, mine)
        found = at.keeping.open_scenario(merged.id)
        assert (dict(found.title), found.charge_holding) == ({"zh": "一"}, True)
        assert services[0].desk("leader").care.verify(plans=True) == ()
    finally:
        for one in (*runners, *services):
            one.close()
