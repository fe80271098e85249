"""Questions as jobs: each is asked, worked out as its command does, kept and opened, with the plans it speaks of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from planner.advice.alternatives import alternatives
from planner.advice.prices import marginal_prices
from planner.advice.reasons import Reasons, why
from planner.advice.said import Said
from planner.advice.shortfall import shortfall
from planner.findings import BadInput
from planner.plan import Missing
from planner.scenario import with_changes
from planner.service import Desk, Runner, Service
from planner.service.questions import QUESTIONS
from planner.service.standing import KeptAnswer
from planner.service.viewing import reasons_within
from planner.service.working import work
from planner.store.queue import Job, JobState
from planner.texts import text
from tests.planner.service.test_leaks import assert_nothing_of_b
from tests.planner.service.world import CITY, A, B, InThisProcess, World, ledger, trial
from tests.planner.worlds import FIRST, LAST


def asked(here: Runner, at: Desk, question: str, plan: int, options: dict[str, Any], **more: str) -> KeptAnswer:
    job, new = at.jobs.ask(question, plan, options, **more)
    assert new
    assert here.run_one()
    done = at.jobs.get(job.id)
    assert done.state is JobState.DONE, done.error
    answer = at.keeping.answer(done.result["version"])
    assert (answer.question, answer.plan, answer.options) == (question, plan, options)
    assert answer.plans == done.result["plans"]
    return answer


def untimed(data: Any) -> Any:
    """Without how long it took."""
    if isinstance(data, dict):
        return {key: untimed(value) for key, value in data.items() if key != "seconds"}
    return [untimed(value) for value in data] if isinstance(data, list) else data


def same(answer: KeptAnswer, direct: Any) -> bool:
    return bool(untimed(answer.data) == untimed(json.loads(json.dumps(direct.to_dict()))))


def test_each_answer_is_the_functions_own(world: World, service: Service, here: Runner) -> None:
    at, plan = service.desk("finance"), world.plans[CITY, True]
    own = at.keeping.open_plan(plan)
    inputs = (own.ledger, own.scenario, own.plan)
    assert same(asked(here, at, "why", plan, {"patch": "B-1", "seconds": 5}), why(*inputs, "B-1", seconds=5))
    assert same(asked(here, at, "prices", plan, {"patches": ["A-1", "B-2"]}), marginal_prices(*inputs, ["A-1", "B-2"]))
    assert same(asked(here, at, "shortfall", plan, {"seconds": 5}), shortfall(own.ledger, own.scenario, seconds=5))
    found = asked(here, at, "alternatives", plan, {"count": 1, "within": "100", "seconds": 5})
    direct = alternatives(own.ledger, own.scenario, 1, "100", best=own.plan)
    assert same(found, direct)
    assert found.data["alternatives"][0]["distance"] == direct.alternatives[0].distance > 0


@pytest.mark.parametrize(
    ("question", "options", "labels"),
    [
        ("alternatives", {"count": 2, "within": 100, "seconds": 5},
         lambda data: [str(other["number"]) for other in data["alternatives"]]),
        ("frontier", {"points": 3, "seconds": 5}, lambda data: [str(p["number"]) for p in data["points"]]),
        ("ladder", {"scales": ["1", "2"], "seconds": 5}, lambda data: [rung["scale"] for rung in data["rungs"]]),
        ("robust", {"gamma": 1, "percent": 5, "draws": 10, "seconds": 5}, lambda _: ["robust"]),
    ],
)  # fmt: skip
def test_the_plans_that_an_answer_speaks_of_open_as_plans(
    question: str, options: dict[str, Any], labels: Callable[[Any], list[str]], world: World, service: Service,
    here: Runner,
) -> None:  # fmt: skip
    at, plan = service.desk("leader"), world.plans[CITY, True]
    listed = at.keeping.versions()
    answer = asked(here, at, question, plan, options)
    assert list(answer.plans) == labels(answer.data)
    assert answer.plans
    for identity in answer.plans.values():
        opened = at.keeping.open_plan(identity)
        assert opened.plan.status.has_plan
        assert opened.ledger.digest == at.keeping.open_plan(plan).ledger.digest
        assert at.keeping.export(identity).data
    ids = {kept.id for kept in at.keeping.versions()} - {kept.id for kept in listed}
    assert ids == {answer.version.id}  # no list shows them
    chosen = next(iter(answer.plans.values()))
    at.deciding.adopt(chosen, "the knee")
    assert chosen in {kept.id for kept in at.keeping.versions("plan")}
    assert chosen in {kept.id for kept in service.desk("planner-a").keeping.versions("plan")}


def test_a_way_out_is_a_change_of_the_scenario_that_a_plan_is_made_of(
    world: World, service: Service, here: Runner
) -> None:
    """The first year has 1 000 000 of the city's money, and the three that it pays for cost 909 997."""
    at = service.desk("finance")
    money = [{"source": "municipal", "year": year, "yuan": 300_000} for year in (FIRST, LAST)]
    money += [{"source": "district", "district": d, "year": FIRST + 1, "yuan": 700_000} for d in (A, B, "丙区")]
    poor = at.keeping.keep_scenario(trial("poor", budgets=money))
    books = world.ledgers[CITY, True]
    job, _ = at.jobs.plan(books, poor.id, seconds=20)
    assert here.run_one()
    assert at.jobs.get(job.id).result["status"] == "impossible"
    answer = asked(here, at, "shortfall", at.jobs.get(job.id).result["version"], {"seconds": 20})
    way = next(way for way in answer.data["ways"] if way["kind"] == "money")
    assert way["amount"] == way["at_least"] == sum(b["yuan"] for b in way["changes"]["budgets"]) - 2_700_000
    draft, _ = at.jobs.plan_draft("funds", books, with_changes(at.keeping.open_scenario(poor.id), way["changes"]))
    assert here.run_one()
    assert at.jobs.get(draft.id).result["status"] == "optimal"


def test_progress_tells_how_many_parts_are_done(world: World, service: Service, here: Runner) -> None:
    at, plan = service.desk("finance"), world.plans[CITY, True]
    for question, options in (("why", {"patch": "A-1"}), ("worth", {"seconds": 3}), ("ladder", {"scales": ["1", "2"]}),
                              ("alternatives", {"count": 1, "within": 100}), ("stress", {"draws": 20})):  # fmt: skip
        at.jobs.ask(question, plan, options)
        told = progress_of(here)
        assert [one["done"] for one in told] == sorted(one["done"] for one in told)
        assert told[-1]["done"] == told[-1]["of"] > 0, question
    at.jobs.ask("robust", plan, {"gamma": 1, "draws": 10})
    assert {"goal", "number", "goals", "value", "bound", "gap"} <= set(progress_of(here)[-1])
    at.jobs.ask("shortfall", plan)
    assert progress_of(here)[0]["first"]["obstacles"] == []


def test_progress_of_a_plan_tells_of_the_leading_goal(world: World, service: Service, here: Runner) -> None:
    goals = [{"name": "waiting"}, {"name": "cost"}]
    kept = service.desk("finance").keeping.keep_scenario(trial("two goals", goals=goals))
    service.desk("finance").jobs.plan(world.ledgers[CITY, True], kept.id)
    told = progress_of(here)
    assert [one["number"] for one in told] == sorted(one["number"] for one in told)
    last = told[-1]
    assert last["goal"] == "cost"
    assert last["lead"]["goal"] == "waiting"
    assert last["lead"] == {name: [one for one in told if one["number"] == 1][-1][name] for name in last["lead"]}


def progress_of(here: Runner) -> list[Any]:
    """What the worker's process reports of the next job."""
    told: list[Any] = []

    class Told(InThisProcess):
        def submit(self, function: Any, item: Any) -> Any:
            done = work(item, told.append, self.stop_set)
            return super().submit(lambda *_: done, item)

    here._executor = Told()  # type: ignore[assignment]
    assert here.run_one()
    json.dumps(told)
    return told


# A district's own


def test_a_planner_is_told_why_of_a_patch_of_the_own_district_and_nothing_of_others(
    world: World, service: Service, here: Runner
) -> None:
    at, plan = service.desk("planner-a"), world.plans[CITY, True]
    answer = asked(here, at, "why", plan, {"patch": "A-1", "seconds": 5}, district=A)
    whole = asked(here, service.desk("finance"), "why", plan, {"patch": "A-1", "seconds": 5})
    assert_nothing_of_b(answer)
    assert "丙区" not in repr(answer)
    assert answer.data["decision"] == whole.data["decision"]
    assert [year["outcome"] for year in answer.data["years"]] == [year["outcome"] for year in whole.data["years"]]
    for other in ("planner-b", "finance", "leader"):
        with pytest.raises(BadInput):
            service.desk(other).keeping.answer(answer.version.id)


@pytest.mark.parametrize("patch", ["B-1", "X-9"])
def test_a_patch_of_another_district_is_as_one_that_is_not_there(
    patch: str, world: World, service: Service, here: Runner
) -> None:
    at = service.desk("planner-a")
    job, _ = at.jobs.ask("why", world.plans[CITY, True], {"patch": patch}, district=A)
    assert here.run_one()
    failed = at.jobs.get(job.id)
    assert failed.state is JobState.FAILED
    (finding,) = json.loads(failed.error.replace(patch, "#"))["findings"]
    assert (finding["id"], finding["value"]) == ("no_patch", "#")
    assert "B" not in json.dumps(finding)


def test_what_names_others_is_cut_out_of_reasons_and_the_rest_stays(world: World, service: Service) -> None:
    own = service.desk("finance").keeping.open_plan(world.plans[CITY, True])
    found = why(own.ledger, own.scenario, own.plan, "A-1", seconds=5)

    def said(words: str) -> Any:
        amount = 303_337 if any(other in words for other in "乙丙B") else 7
        return {"clause": "purse_accounts", "place": Said(zh=words, en=words), "amount": amount, "unit": "yuan"}

    rows = [said(words) for words in ("乙区 2032", "图斑 B-1", "B-2", "丙区", "甲区 2032", "市级 2032", "A-2")]
    missing = [Missing(source="district", district=d, year=FIRST, yuan=y) for d, y in ((A, 20), (B, 303_337))]
    missing.append(Missing(source="municipal", district=None, year=FIRST, yuan=1))
    moves = [{"patch": name, "before": FIRST, "after": None} for name in ("A-2", "B-1", "C-1")]
    year = {"year": LAST, "outcome": "impossible", "in_the_way": rows, "missing": missing, "moves": moves}
    plain = found.model_dump() | {"tight": rows, "years": [year]}
    cut = reasons_within(Reasons.model_validate(plain), own.ledger, A)
    assert_nothing_of_b(cut)
    places = ["甲区 2032", "市级 2032", "A-2"]
    assert [row.place.zh for row in cut.tight] == [row.place.zh for row in cut.years[0].in_the_way] == places
    assert [move.patch for move in cut.years[0].moves] == ["A-2"]
    assert [short.yuan for short in cut.years[0].missing] == [20, 1]


# What may be asked


@pytest.mark.parametrize(
    ("question", "options", "keys"),
    [
        ("why", {}, ["service.option_missing"]),
        ("why", {"patch": 7}, ["service.bad_effort"]),
        ("why", {"patch": ""}, ["service.bad_effort"]),
        ("why", {"patch": "A\n1"}, ["service.bad_effort"]),
        ("why", {"patch": "x" * 201}, ["service.bad_effort"]),
        ("why", {"patch": "A-1", "year": 2031}, ["service.no_option"]),
        ("why", {"patch": "A-1", "seconds": 601}, ["service.too_long"]),
        ("prices", {"patches": "A-1"}, ["service.bad_effort"]),
        ("prices", {"patches": []}, ["service.bad_effort"]),
        ("prices", {"patches": ["A-1", None]}, ["service.bad_effort"]),
        ("alternatives", {"count": 0, "within": "-1"}, ["service.bad_effort", "service.bad_effort"]),
        ("alternatives", {"count": 10**6}, ["service.bad_effort"]),
        ("alternatives", {"within": "1e999999999"}, ["service.bad_effort"]),
        ("alternatives", {"within": "nan"}, ["service.bad_effort"]),
        ("robust", {"quantile": 1}, ["service.bad_effort"]),
        ("robust", {"quantile": "0"}, ["service.bad_effort"]),
        ("ladder", {"anchor": [1]}, ["service.bad_effort"]),
        ("worth", {"step_yuan": 0}, ["service.bad_effort"]),
        ("worth", {"step_yuan": 1.5, "most_moves": -1}, ["service.bad_effort", "service.bad_effort"]),
        ("shortfall", {"seconds": 0}, ["service.bad_effort"]),
        ("shortfall", {"gap": 0.1}, ["service.no_option"]),
    ],
)
def test_what_cannot_be_asked_is_refused_before_a_job_is_made(
    question: str, options: dict[str, Any], keys: list[str], world: World, service: Service
) -> None:
    at = service.desk("finance")
    before = at.jobs.all()
    with pytest.raises(BadInput) as refused:
        at.jobs.ask(question, world.plans[CITY, True], options)
    assert [finding.key for finding in refused.value.findings] == keys
    assert all(finding.line("zh") and finding.line("en") for finding in refused.value.findings)
    assert at.jobs.all() == before


def test_what_is_about_the_whole_city_is_not_asked_for_a_district(world: World, service: Service) -> None:
    for question in QUESTIONS.keys() - {"why"}:
        with pytest.raises(BadInput) as refused:
            service.desk("planner-a").jobs.ask(question, world.plans[CITY, True], district=A)
        assert [finding.key for finding in refused.value.findings] == ["service.not_of_a_district"]


def test_every_question_has_a_name_on_the_page() -> None:
    for question in QUESTIONS:
        assert text(f"desk_page.question_{question}", "zh") != text(f"desk_page.question_{question}", "en")


# What is known without asking


def test_what_was_asked_is_found_without_asking_again(world: World, service: Service, here: Runner) -> None:
    at, plan = service.desk("finance"), world.plans[CITY, True]
    known = world.ledgers[CITY, True], world.scenarios[CITY, True]
    assert at.jobs.find_ask("stress", plan, {"draws": 10}) is None
    assert at.jobs.find_plan(*known, seconds=11) is None
    before = at.jobs.all()
    stress, _ = at.jobs.ask("stress", plan, {"draws": 10})
    made, _ = at.jobs.plan(*known, seconds=11)
    assert at.jobs.find_plan(*known, seconds=11) == made
    assert at.jobs.find_plan(*known, seconds=12) is None
    assert here.run_one()
    found: Job | None = service.desk("leader").jobs.find_ask("stress", plan, {"draws": 10})
    assert found is not None
    assert (found.id, found.state) == (stress.id, JobState.DONE)
    assert found.result["version"]
    at.jobs.stop(made.id)
    stopped = at.jobs.find_plan(*known, seconds=11)
    assert stopped is not None
    assert stopped.state is JobState.STOPPED  # it is told, and asking makes a new one
    assert len(at.jobs.all()) == len(before) + 2


def test_only_an_answer_opens_as_one(world: World, service: Service) -> None:
    with pytest.raises(BadInput) as refused:
        service.desk("finance").keeping.answer(world.plans[CITY, True])
    assert [finding.key for finding in refused.value.findings] == ["service.other_kind"]


# Where a plan stands


def test_where_a_plan_stands_after_its_inputs_change(world: World, service: Service) -> None:
    at, plan = service.desk("finance"), world.plans[CITY, True]
    fresh = at.keeping.standing(plan)
    assert (fresh.stale, fresh.published, fresh.in_force, len(fresh.adoptions)) == (False, True, True, 1)
    assert fresh.ledger is not None
    assert fresh.scenario is not None
    assert (fresh.ledger.id, fresh.scenario.id) == (world.ledgers[CITY, True], world.scenarios[CITY, True])
    changed = trial("shown-city", data_nature="changed")
    newer = at.keeping.keep_scenario(changed, parent=world.scenarios[CITY, True])
    books = at.keeping.keep_ledger(ledger(), "shown-city", parent=world.ledgers[CITY, True])
    now = at.keeping.standing(plan)
    assert now.stale
    assert (now.newer_scenarios, now.newer_ledgers, now.newer_plans) == ((newer,), (books,), ())
    planner = service.desk("planner-a").keeping
    assert not planner.standing(plan).stale  # neither is published
    at.deciding.publish(newer.id)
    assert planner.standing(plan).newer_scenarios == (newer,)
    other = world.plans[CITY, False]
    assert (at.keeping.standing(other).in_force, at.keeping.standing(other).published) == (False, False)
    service.desk("leader").deciding.adopt(other, "better")
    assert at.keeping.standing(other).in_force
    assert not at.keeping.standing(plan).in_force
    assert len(at.keeping.standing(plan).adoptions) == 1
