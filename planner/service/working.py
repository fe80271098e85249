"""What a worker works out in a process of its own: bytes and plain data in and out; it never sees the store."""

from __future__ import annotations

import datetime as dt
import json
import math
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from planner.advice.frontier import frontier
from planner.advice.ladder import ladder
from planner.advice.robust import robust
from planner.advice.stress import stress
from planner.advice.worth import worth
from planner.cycle import Cycle, Ground, Step, replanned
from planner.cycle.facts import load_facts
from planner.findings import BadInput, Finding
from planner.ledger import load_ledger, save_ledger
from planner.model import Effort, Turn
from planner.office.folder import LEDGER, PLAN, SCENARIO, PlanFolder, load_plan
from planner.office.returned import edits_json, read_returned
from planner.planning import PlanRefused, make_plan
from planner.scenario import load_scenario
from planner.service.kept import ledger_bytes, scenario_bytes

STEPS_FILE, IN_FORCE_FILE, NEAR_FILE = "steps.json", "in_force.json", "near.json"

Report = Callable[[Mapping[str, Any]], None]


class JobKind(StrEnum):
    """What a job does."""

    PLAN = "plan"
    ASK = "ask"
    HAND_IN = "hand_in"
    READ_LEDGER = "read_ledger"
    REPLAN = "replan"


@dataclass(frozen=True)
class Question:
    """A question that plans again.

    Parameters
    ----------
    options : tuple of str
        What may be said beside the plan.
    answer : callable
        Of the plan's folder and the options; gives an answer with ``to_dict``.
    """

    options: tuple[str, ...]
    answer: Callable[[PlanFolder, Mapping[str, Any], threading.Event], Any]


def _effort(options: Mapping[str, Any]) -> Effort:
    return Effort(**{name: options[name] for name in ("seconds", "gap", "seed", "solver") if name in options})


def _ladder(folder: PlanFolder, options: Mapping[str, Any], stop: threading.Event) -> Any:
    scales = options.get("scales", ("0.9", "1", "1.1"))
    return ladder(folder.ledger, folder.scenario, scales, effort=_effort(options), stop=stop)


def _frontier(folder: PlanFolder, options: Mapping[str, Any], stop: threading.Event) -> Any:
    of, points = options.get("of", ("waiting", "cost")), int(options.get("points", 5))
    return frontier(folder.ledger, folder.scenario, of, points, effort=_effort(options), stop=stop)


def _stress(folder: PlanFolder, options: Mapping[str, Any], stop: threading.Event) -> Any:
    draws, seed = int(options.get("draws", 1000)), int(options.get("seed", 0))
    return stress(folder.ledger, folder.scenario, folder.plan, draws, seed, stop=stop)


def _worth(folder: PlanFolder, options: Mapping[str, Any], stop: threading.Event) -> Any:
    seconds = float(options.get("seconds", 180.0))
    return worth(folder.ledger, folder.scenario, folder.plan, seconds=seconds, stop=stop)


def _robust(folder: PlanFolder, options: Mapping[str, Any], stop: threading.Event) -> Any:
    gamma, percent = options.get("gamma"), int(options.get("percent", 10))
    return robust(
        folder.ledger, folder.scenario, gamma=gamma, percent=percent, nominal=folder.plan, effort=_effort(options),
        stop=stop,
    )  # fmt: skip


_EFFORT = ("seconds", "gap", "seed", "solver")
QUESTIONS: Mapping[str, Question] = {
    "ladder": Question(("scales", *_EFFORT), _ladder),
    "frontier": Question(("of", "points", *_EFFORT), _frontier),
    "stress": Question(("draws", "seed"), _stress),
    "worth": Question(("seconds",), _worth),
    "robust": Question(("gamma", "percent", *_EFFORT), _robust),
}


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
    def told(turn: Turn) -> None:
        values = {name: _finite(getattr(turn, name)) for name in ("seconds", "value", "bound", "gap")}
        report({"goal": turn.goal, "number": turn.number, "goals": turn.goals, **values})

    ledger, scenario = load_ledger(folder / LEDGER), load_scenario(folder / SCENARIO)
    near = load_plan(folder / NEAR_FILE) if (folder / NEAR_FILE).exists() else None
    plan = make_plan(ledger, scenario, on_progress=told, stop=stop, near=near, **payload["effort"])
    return {"data": plan.to_json(), "stopped": stop.is_set()}


def _finite(value: float | None) -> float | None:
    """A number that JSON has a word for: a bound that is not known yet is None."""
    return value if value is not None and math.isfinite(value) else None


def _ask(folder: Path, payload: Mapping[str, Any], _report: Report, stop: threading.Event) -> dict[str, Any]:
    answer = QUESTIONS[payload["question"]].answer(_folder(folder), payload["options"], stop)
    return {"data": answer.to_dict(), "stopped": stop.is_set()}


def _hand_in(folder: Path, payload: Mapping[str, Any], _report: Report, _stop: threading.Event) -> dict[str, Any]:
    made = dt.datetime.fromisoformat(payload["at"])
    found = read_returned(
        _folder(folder), [folder / "in" / payload["file"]], author=payload["author"], time=made,
        district=payload["district"],
    )  # fmt: skip
    return {"data": edits_json(found), "undecided": len(found.undecided), "changes": len(found.changes)}


def _read_ledger(folder: Path, payload: Mapping[str, Any], _report: Report, _stop: threading.Event) -> dict[str, Any]:
    ledger = load_ledger(folder / "in" / payload["file"])
    if len(ledger.patches) > payload["most_rows"]:
        values = {"patches": len(ledger.patches), "most": payload["most_rows"]}
        raise BadInput([Finding("service.too_many_rows", values, file=payload["file"])])
    save_ledger(ledger, folder / LEDGER)
    return {"data": (folder / LEDGER).read_bytes(), "digest": ledger.digest, "patches": len(ledger.patches)}


def _replan(folder: Path, payload: Mapping[str, Any], _report: Report, stop: threading.Event) -> dict[str, Any]:
    began = _folder(folder)
    plan = load_plan(folder / IN_FORCE_FILE)
    history = tuple(Step.from_dict(step) for step in json.loads((folder / STEPS_FILE).read_text(encoding="utf-8")))
    cycle = Cycle(Ground(began.ledger, began.scenario, plan)).after(history)
    moves = payload.get("max_moves")
    found = replanned(cycle, int(payload["as_of"]), max_moves=moves, effort=_effort(payload["effort"]), stop=stop)
    return {
        "data": found.plan.to_json(),
        "ledger": ledger_bytes(found.ledger),
        "ledger_meta": {"digest": found.ledger.digest, "patches": len(found.ledger.patches)},
        "scenario": scenario_bytes(found.scenario),
        "scenario_meta": {"digest": found.scenario.digest, "title": dict(found.scenario.title)},
        "answer": found.to_dict(),
        "stopped": stop.is_set(),
    }


def _folder(folder: Path) -> PlanFolder:
    ledger, scenario = load_ledger(folder / LEDGER), load_scenario(folder / SCENARIO)
    return PlanFolder(folder, ledger, scenario, load_plan(folder / PLAN), load_facts(folder))


_WORK: Mapping[JobKind, Callable[[Path, Mapping[str, Any], Report, threading.Event], dict[str, Any]]] = {
    JobKind.PLAN: _plan,
    JobKind.ASK: _ask,
    JobKind.HAND_IN: _hand_in,
    JobKind.READ_LEDGER: _read_ledger,
    JobKind.REPLAN: _replan,
}
