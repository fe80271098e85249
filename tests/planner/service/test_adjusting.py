"""Tasks edited by hand through the service: what a district may know of it, and whose the draft is."""

from __future__ import annotations

from contextlib import closing

import pytest

from planner.advice.adjusted import Wanted
from planner.findings import BadInput
from planner.service import NotAllowed, Runner, Service
from planner.service.kept import SCENARIO_KIND
from tests.planner.service.test_leaks import assert_nothing_of_b
from tests.planner.service.world import CITY, A, B, World, desk, trial
from tests.planner.worlds import FIRST, LAST

# The city's million of the first year pays A-1 (101,111), B-1 (303,337) and C-1 (505,559): 910,007.
# A-2 (202,229) is A's own to pay, which has 210,000 in the second year.
A_LATER = Wanted(patch="A-2", year=LAST, reason="征地未完成")


def test_a_district_is_told_what_its_edit_breaks_and_nothing_of_others(world: World, service: Service) -> None:
    own = service.desk("planner-a")
    found = own.adjusting.tried(world.plans[CITY, True], [A_LATER], district=A)
    assert found.hidden == 0
    short = next(one for one in found.found.broken if one.clause == "purse_accounts")
    assert (short.place, short.amount) == (f"district/{A}/{LAST}", 202_229)
    assert {(one.source, one.district, one.year) for one in found.found.money} == {
        ("district", A, FIRST + 1), ("district", A, LAST),
    }  # fmt: skip
    for shown in (
        found,
        own.adjusting.reasons(world.plans[CITY, True], A),
        own.adjusting.wishes(world.plans[CITY, True], A),
    ):
        assert_nothing_of_b(shown)


@pytest.mark.parametrize("patch", ["B-1", "nothing"])
def test_anothers_patch_is_refused_as_one_that_is_not_there(world: World, service: Service, patch: str) -> None:
    own, plan = service.desk("planner-a"), world.plans[CITY, True]
    for call in (own.adjusting.tried, own.adjusting.plan):
        with pytest.raises(BadInput) as refused:
            call(plan, [Wanted(patch=patch, year=LAST, reason="r")], district=A)
        assert [(f.key, f.value) for f in refused.value.findings] == [("advice_questions.no_patch", patch)]


def test_a_district_s_draft_is_planned_and_its_scenario_opened_by_the_city_alone(
    world: World, service: Service
) -> None:
    own, finance = service.desk("planner-a"), service.desk("finance")
    wish = Wanted(patch="A-1", year=LAST, reason="道路未通")
    job, _ = own.adjusting.plan(world.plans[CITY, True], [wish], district=A, seconds=30)
    for earlier in own.jobs.all(unended=True):
        if earlier.id != job.id:
            own.jobs.stop(earlier.id)
    with closing(Runner(service)) as runner:
        while not own.jobs.get(job.id).result:
            assert runner.run_one()
    made = int(own.jobs.get(job.id).result["version"])
    view = own.keeping.view(made, A)
    assert {task.patch: task.start for task in view.tasks}["A-1"] == LAST
    assert own.adjusting.base(made) == world.plans[CITY, True]
    assert own.adjusting.wishes(made, A) == (wish,)
    kept = next(k for k in own.keeping.versions(SCENARIO_KIND) if k.meta.get("adjusts"))
    assert (kept.document.district, kept.meta["title"]["zh"]) == (A, "shown-city（甲区调整）")
    for opened in (
        lambda: own.keeping.open_scenario(kept.id),
        lambda: own.keeping.open_bytes(kept.id),
        lambda: own.joining.scenario_merge(kept.id, trial("shown-city")),
    ):
        with pytest.raises(NotAllowed):
            opened()
    with pytest.raises(BadInput):  # not yet: nothing of it is published
        finance.keeping.open_scenario(kept.id)
    for identity in (kept.id, made):
        own.deciding.publish(identity)
    locks = finance.keeping.open_scenario(kept.id).locks
    assert [(lock.patch, lock.year, lock.reason) for lock in locks] == [("A-1", LAST, "道路未通")]
    assert not [k for k in desk(service, "planner-b").keeping.versions() if k.document.district == A]
    # another edit of the same patch takes the first one's place
    again, _ = own.adjusting.plan(made, [Wanted(patch="A-1", year=FIRST, reason="已通")], district=A, seconds=30)
    assert again.payload["scenario"] != kept.id
    own.deciding.publish(int(again.payload["scenario"]))
    locks = finance.keeping.open_scenario(int(again.payload["scenario"])).locks
    assert [(lock.patch, lock.year) for lock in locks] == [("A-1", FIRST)]
    with pytest.raises(NotAllowed):
        own.adjusting.plan(made, [], district=B)
