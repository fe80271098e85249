"""What a worker works out in a process of its own: bytes and plain data in and out; it never sees the store."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from planner.cycle import Cycle, Ground, Step, replanned
from planner.cycle.facts import load_facts
from planner.findings import BadInput
from planner.ledger import Ledger
from planner.model import Effort
from planner.office.folder import LEDGER, PLAN, SCENARIO, PlanFolder, load_plan
from planner.office.returned import edits_json, read_returned
from planner.planning import PlanRefused, make_plan
from planner.scenario import load_scenario
from planner.service.kept import ledger_bytes, ledger_of, scenario_bytes, scenario_meta
from planner.service.ledgers import check_file, read_file
from planner.service.progress import Report, with_lead
from planner.service.questions import QUESTIONS, Asked, Beside
from planner.service.warmth import warm_session

STEPS_FILE, IN_FORCE_FILE, NEAR_FILE = "steps.json", "in_force.json", "near.json"


class JobKind(StrEnum):
    """What a job does."""

    PLAN = "plan"
    ASK = "ask"
    HAND_IN = "hand_in"
    CHECK_LEDGER = "check_ledger"
    READ_LEDGER = "read_ledger"
    REPLAN = "replan"


def work(item: Mapping[str, Any], report: Report, stop: threading.Event) -> dict[str, Any]:
    """Do a job; what the input does wrong comes back as findings, as plain data.

    Parameters
    ----------
    item : mapping
        ``kind``, the job's ``payload``, and ``files``: bytes by name.
    report : callable
        Is told how far it is.
    stop : Event
        Set to end with what there is.

    Returns
    -------
    dict
        ``data`` (text or bytes) and what the job's kind says; or ``findings``.
    """
    try:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            for name, data in item["files"].items():
                (folder / name).parent.mkdir(exist_ok=True)
                (folder / name).write_bytes(data)
            return _WORK[JobKind(item["kind"])](folder, item["payload"], report, stop)
    except BadInput as refused:
        return {"findings": [finding.to_json() for finding in refused.findings]}
    except PlanRefused as refused:
        return {"refused": [finding.model_dump(mode="json") for finding in refused.result.findings]}


def _plan(folder: Path, payload: Mapping[str, Any], report: Report, stop: threading.Event) -> dict[str, Any]:
    ledger, scenario = _ledger(folder), load_scenario(folder / SCENARIO)
    near = load_plan(folder / NEAR_FILE) if (folder / NEAR_FILE).exists() else None
    plan = make_plan(
        ledger, scenario, on_progress=with_lead(report), stop=stop, session=warm_session(), near=near,
        **payload["effort"],
    )  # fmt: skip
    return {"data": plan.to_json(), "stopped": stop.is_set()}


def _ask(folder: Path, payload: Mapping[str, Any], report: Report, stop: threading.Event) -> dict[str, Any]:
    question = QUESTIONS[payload["question"]]
    answer = question.answer(Asked(_folder(folder), payload["options"], payload["district"], report, stop))
    beside = [_beside(one) for one in question.beside(answer) if one.plan.status.has_plan]
    return {"data": answer.to_dict(), "beside": beside, "stopped": stop.is_set()}


def _beside(one: Beside) -> dict[str, Any]:
    return {
        "label": one.label,
        "scenario": scenario_bytes(one.scenario),
        "scenario_meta": scenario_meta(one.scenario),
        "plan": one.plan.to_json(),
    }


def _hand_in(folder: Path, payload: Mapping[str, Any], _report: Report, _stop: threading.Event) -> dict[str, Any]:
    made = dt.datetime.fromisoformat(payload["at"])
    found = read_returned(
        _folder(folder), [folder / "in" / payload["file"]], author=payload["author"], time=made,
        district=payload["district"],
    )  # fmt: skip
    return {"data": edits_json(found), "undecided": len(found.undecided), "changes": len(found.changes)}


def _replan(folder: Path, payload: Mapping[str, Any], _report: Report, stop: threading.Event) -> dict[str, Any]:
    began = _folder(folder)
    plan = load_plan(folder / IN_FORCE_FILE)
    history = tuple(Step.from_dict(step) for step in json.loads((folder / STEPS_FILE).read_text(encoding="utf-8")))
    cycle = Cycle(Ground(began.ledger, began.scenario, plan)).after(history)
    moves = payload.get("max_moves")
    found = replanned(
        cycle,
        int(payload["as_of"]),
        max_moves=moves,
        effort=Effort(**payload["effort"], session=warm_session()),
        stop=stop,
    )
    return {
        "data": found.plan.to_json(),
        "ledger": ledger_bytes(found.ledger),
        "ledger_meta": {"digest": found.ledger.digest, "patches": len(found.ledger.patches)},
        "scenario": scenario_bytes(found.scenario),
        "scenario_meta": scenario_meta(found.scenario),
        "answer": found.to_dict(),
        "stopped": stop.is_set(),
    }


def _folder(folder: Path) -> PlanFolder:
    ledger, scenario = _ledger(folder), load_scenario(folder / SCENARIO)
    return PlanFolder(folder, ledger, scenario, load_plan(folder / PLAN), load_facts(folder))


def _ledger(folder: Path) -> Ledger:
    """The job's ledger: the one before had it too, as often as not."""
    data = (folder / LEDGER).read_bytes()
    return ledger_of(sha256(data).hexdigest(), data)


_WORK: Mapping[JobKind, Callable[[Path, Mapping[str, Any], Report, threading.Event], dict[str, Any]]] = {
    JobKind.PLAN: _plan,
    JobKind.ASK: _ask,
    JobKind.HAND_IN: _hand_in,
    JobKind.CHECK_LEDGER: check_file,
    JobKind.READ_LEDGER: read_file,
    JobKind.REPLAN: _replan,
}
