"""Questions of many plans give the same answer whoever makes the plans."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from executor import Executor, InProcess, LocalProcesses
from executor.cluster import DaskCluster
from planner.advice import many
from planner.advice.answer import Answer
from planner.advice.frontier import frontier
from planner.advice.ladder import ladder
from planner.advice.robust import robust
from planner.advice.stress import stress
from planner.findings import BadInput, Finding, UnreadableInput
from planner.ledger import Ledger
from planner.model import Effort
from planner.plan import AuditFinding, AuditResult, PlanStatus
from planner.planning import PlanRefused, make_plan
from planner.scenario import Scenario
from tests.clusters import two_workers
from tests.planner.worlds import FIRST, hard_problem, patch, scenario

LEDGER = Ledger(tuple(patch(name, cost_yuan=cost) for name, cost in zip("ABCDE", (50, 60, 70, 80, 90), strict=True)))
TRIAL = scenario(
    clauses={"purse_accounts": "hard"},
    budgets=[{"source": "municipal", "year": FIRST + i, "yuan": 130} for i in range(3)],
    goals=[{"name": "waiting"}, {"name": "cost"}],
)
QUICK = Effort(seconds=60)
FLEETING = {"seconds", "made_at", "run_id", "digest"}


@pytest.fixture(scope="module")
def workers() -> Iterator[Executor]:
    with LocalProcesses(2) as executor:
        yield executor


def kept(found: Any) -> Any:
    """Plain data without what differs between any two runs."""
    if isinstance(found, dict):
        return {key: kept(value) for key, value in found.items() if key not in FLEETING}
    return [kept(value) for value in found] if isinstance(found, list | tuple) else found


def told(answer: Answer) -> Any:
    return kept(answer.to_dict())


def test_a_frontier_is_the_same(workers: Executor) -> None:
    seen: dict[str, list[Any]] = {"here": [], "there": []}
    here = frontier(LEDGER, TRIAL, ["waiting", "cost"], 7, effort=QUICK, on_point=lambda *p: seen["here"].append(p))
    there = frontier(
        LEDGER, TRIAL, ["waiting", "cost"], 7, effort=QUICK, executor=workers,
        on_point=lambda *p: seen["there"].append(p),
    )  # fmt: skip
    assert len(here.points) > 2
    assert told(there) == told(here)
    assert seen["there"] == seen["here"]
    assert [kept(p.plan.model_dump(mode="json"))["schedule"] for p in there.points] == [
        kept(p.plan.model_dump(mode="json"))["schedule"] for p in here.points
    ]


def test_as_many_are_solved_as_was_told_where_the_first_is_not_proved() -> None:
    """Two ends and three limits from one to the other; the loosest would be known if the first were proved."""
    seen: list[tuple[int, int | None, PlanStatus]] = []
    ledger, trial = hard_problem()
    frontier(
        ledger, trial, ["benefit", "cost"], 3, effort=Effort(seconds=60, gap=0.2), on_point=lambda *p: seen.append(p)
    )
    assert seen[0][2] is PlanStatus.WITHIN_GAP
    assert [(number, most) for number, most, _ in seen] == [(number, 5) for number in range(1, 6)]


def test_a_frontier_of_three_goals_is_the_same(workers: Executor) -> None:
    goals = ["waiting", "cost", "area"]
    here = frontier(LEDGER, TRIAL, goals, 3, effort=QUICK)
    assert told(frontier(LEDGER, TRIAL, goals, 3, effort=QUICK, executor=workers)) == told(here)


def test_a_frontier_through_a_cluster_is_the_same() -> None:
    here = frontier(LEDGER, TRIAL, ["waiting", "cost"], 5, effort=QUICK)
    with two_workers() as address, DaskCluster(address) as executor:
        assert told(frontier(LEDGER, TRIAL, ["waiting", "cost"], 5, effort=QUICK, executor=executor)) == told(here)


def test_a_frontier_without_a_plan_is_the_same(workers: Executor) -> None:
    demanding = scenario(
        clauses={"completion": "hard", "purse_accounts": "hard"},
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 100}],
    )
    found = frontier(LEDGER, demanding, ["waiting", "cost"], 3, effort=QUICK, executor=workers)
    assert (found.status, found.points) == (PlanStatus.IMPOSSIBLE, ())


@pytest.mark.parametrize("anchor", [None, "0.5"])
def test_a_ladder_is_the_same(workers: Executor, anchor: str | None) -> None:
    scales = ["0.5", "0.8", "1", "1.2"]
    here = ladder(LEDGER, TRIAL, scales, anchor=anchor, effort=QUICK)
    assert len(here.rungs) == 4
    assert told(ladder(LEDGER, TRIAL, scales, anchor=anchor, effort=QUICK, executor=workers)) == told(here)


def test_a_stress_run_and_a_robust_plan_are_the_same(workers: Executor) -> None:
    plan = make_plan(LEDGER, TRIAL, seconds=60)
    here = stress(LEDGER, TRIAL, plan, 900, seed=4)
    assert stress(LEDGER, TRIAL, plan, 900, seed=4, executor=workers) == here
    wanted: dict[str, Any] = {"gamma": 1, "percent": 10, "draws": 300, "effort": QUICK}
    assert told(robust(LEDGER, TRIAL, executor=workers, **wanted)) == told(robust(LEDGER, TRIAL, **wanted))


@pytest.mark.parametrize("executor", [InProcess(), None])
def test_a_stopped_frontier_has_the_points_so_far(workers: Executor, executor: Executor | None) -> None:
    stop, statuses = threading.Event(), []

    def seen(number: int, total: int | None, status: PlanStatus) -> None:
        statuses.append(status)
        if number == 3:
            stop.set()

    found = frontier(
        LEDGER, TRIAL, ["waiting", "cost"], 9, effort=QUICK, executor=executor or workers, on_point=seen, stop=stop
    )
    assert found.points
    assert len(statuses) >= 3  # points that ended before a slower one in front of them are kept as well
    assert not found.complete


def test_a_stopped_ladder_has_the_rungs_so_far(workers: Executor) -> None:
    stop = threading.Event()
    found = ladder(
        LEDGER, TRIAL, ["0.5", "0.8", "1", "1.2"], effort=QUICK, executor=workers,
        on_rung=lambda *_: stop.set(), stop=stop,
    )  # fmt: skip
    assert [rung.scale for rung in found.rungs] == ["1"]


def test_a_stress_run_that_is_stopped_at_once_has_one_block() -> None:
    plan = make_plan(LEDGER, TRIAL, seconds=60)
    stop = threading.Event()
    stop.set()
    assert stress(LEDGER, TRIAL, plan, 900, seed=4, stop=stop) == stress(LEDGER, TRIAL, plan, 250, seed=4)


def test_refused_input_comes_back_from_a_worker_as_such(workers: Executor) -> None:
    wrong = scenario(locks=[{"patch": "nowhere", "kind": "excluded", "reason": "test"}], clauses={"locks": "hard"})
    with pytest.raises(BadInput) as here:
        next(many.plans(InProcess(), LEDGER, QUICK, [wrong]))
    with pytest.raises(BadInput) as there:
        next(many.plans(workers, LEDGER, QUICK, [wrong]))
    assert there.value.findings == here.value.findings


def test_refusals_can_travel() -> None:
    finding = Finding("advice_outlook.out_of_range", {"least": 1}, column="k", value="0")
    for kind in (BadInput, UnreadableInput):
        back = pickle.loads(pickle.dumps(kind([finding])))
        assert type(back) is kind
        assert back.findings == (finding,)
    result = AuditResult(clean=False, findings=(AuditFinding(clause="locks", place="A", zh="错", en="wrong"),))
    assert pickle.loads(pickle.dumps(PlanRefused(result))).result == result


def test_the_plans_of_a_worker_share_a_session() -> None:
    trials: list[Scenario] = [TRIAL, TRIAL]
    with LocalProcesses(1) as executor:
        assert [plan.status for plan in many.plans(executor, LEDGER, QUICK, trials)] == [PlanStatus.OPTIMAL] * 2
        assert executor.submit(sessions_made, 0).result() == 1
    assert sessions_made(0) == 0


def sessions_made(_: int) -> int:
    return many._session.cache_info().misses
