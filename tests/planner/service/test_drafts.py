"""Drafts at desks: one's own alone, there again after a restart, and planned before they have a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planner.findings import BadInput
from planner.service import NotAllowed, Runner, Service
from planner.service.aside import DRAFT_OF
from planner.store import verify
from tests.planner.service.test_questions import asked
from tests.planner.service.world import CITY, A, World, desk, trial
from tests.planner.worlds import FIRST


def refusal(call: Callable[[], Any]) -> list[str]:
    with pytest.raises(BadInput) as refused:
        call()
    return [finding.key for finding in refused.value.findings]


def test_a_draft_is_its_owners_alone_and_survives_a_restart(world: World, service: Service) -> None:
    at = service.desk("planner-a")
    saved = at.drafts.save("任务", "[1]", world.scenarios[A, False])
    assert service.desk("planner-ac").drafts.load("任务") is None
    assert service.desk("finance").drafts.all() == ()
    again = world.open()
    try:
        assert again.desk("planner-a").drafts.load("任务") == saved
        assert again.desk("planner-a").drafts.all() == (saved,)
        assert again.desk("planner-a").drafts.drop("任务")
        assert again.desk("planner-a").drafts.all() == ()
    finally:
        again.close()


def test_a_draft_begins_from_what_its_owner_may_see(world: World, service: Service) -> None:
    hidden = world.scenarios["乙区", False]
    assert refusal(lambda: service.desk("planner-a").drafts.save("k", "x", hidden)) == ["store.no_version"]
    assert refusal(lambda: service.desk("planner-a").drafts.save("k", "x", 88_001)) == ["store.no_version"]
    assert refusal(lambda: service.desk("planner-a").drafts.save("k\n", "x")) == ["service.unfit_text"]
    with pytest.raises(NotAllowed):
        desk(service, "gone").drafts.save("k", "x")


def test_what_has_no_name_yet_is_planned_for_its_owners_eyes(world: World, service: Service, here: Runner) -> None:
    at, books = service.desk("finance"), world.ledgers[CITY, True]
    listed = at.keeping.versions()
    tried = trial("shown-city", data_nature="tried")
    job, new = at.jobs.plan_draft("funds", books, tried, seconds=20)
    assert new
    assert at.jobs.plan_draft("funds", books, tried, seconds=20) == (job, False)
    assert here.run_one()
    plan = at.jobs.get(job.id).result["version"]
    opened = at.keeping.open_plan(plan)
    assert (opened.plan.status, opened.scenario.digest) == ("optimal", tried.digest)
    assert at.keeping.versions() == listed
    for other in ("leader", "finance-a", "planner-a"):
        assert refusal(lambda other=other: service.desk(other).keeping.open_plan(plan)) == ["store.no_version"]
    answer = asked(here, at, "stress", plan, {"draws": 5})
    assert answer.version.meta[DRAFT_OF] == "finance"
    assert refusal(lambda: service.desk("leader").keeping.answer(answer.version.id)) == ["store.no_version"]
    theirs, new = service.desk("leader").jobs.plan_draft("funds", books, tried, seconds=20)
    assert new  # the same question, and each has a plan of their own
    assert theirs.id != job.id
    assert not verify(service.store)


def test_a_draft_is_nothing_to_build_on(world: World, service: Service, here: Runner) -> None:
    at, books = service.desk("finance"), world.ledgers[CITY, True]
    job, _ = at.jobs.plan_draft("funds", books, trial("tried"))
    assert here.run_one()
    plan = at.jobs.get(job.id).result["version"]
    opened = at.keeping.open_plan(plan)
    scenario = int(job.payload["scenario"])
    calls: tuple[Callable[[], Any], ...] = (
        lambda: at.deciding.publish(plan), lambda: at.deciding.publish(scenario),
        lambda: at.keeping.keep_plan(opened.plan, books, scenario), lambda: at.jobs.plan(books, scenario),
        lambda: at.jobs.find_plan(books, scenario), lambda: at.jobs.hand_in(plan, "b.xlsx", b"x"),
    )  # fmt: skip
    for call in calls:
        assert refusal(call) == ["service.only_a_draft"]
    mine, _ = service.desk("leader").jobs.plan_draft("funds", books, trial("tried"))
    assert here.run_one()
    own = service.desk("leader").jobs.get(mine.id).result["version"]
    assert refusal(lambda: service.desk("leader").deciding.adopt(own, "mine")) == ["service.only_a_draft"]
    named = at.keeping.keep_scenario(trial("tried"))
    again, new = at.jobs.plan(books, named.id)
    assert new
    assert here.run_one()
    assert at.jobs.get(again.id).result["version"] in {kept.id for kept in at.keeping.versions("plan")}


def test_the_next_state_of_a_draft_is_its_next_version(world: World, service: Service, here: Runner) -> None:
    at, books = service.desk("finance"), world.ledgers[CITY, True]
    found = []
    for yuan in (1_000_000, 1_200_000):
        money = [{"source": "municipal", "year": FIRST, "yuan": 5 * yuan}]
        job, _ = at.jobs.plan_draft("funds", books, trial("tried", budgets=money))
        assert here.run_one()
        found.append(at.keeping.open_plan(at.jobs.get(job.id).result["version"]).scenario.budgets[0].yuan)
    assert found == [5_000_000, 6_000_000]
