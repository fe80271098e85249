"""A plan's folder: the plan with everything it was made from, so that anyone can audit and export it again.

``plan.json``, ``ledger.xlsx`` and ``scenario.toml`` stand side by side, with ``facts.json`` where payments are known;
documents are written beside them.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from planner.cycle.facts import NOTHING_PAID, Facts, load_facts
from planner.files import write_whole
from planner.findings import Finding, UnreadableInput
from planner.ledger import Ledger, load_ledger, save_ledger
from planner.plan import Plan
from planner.scenario import Scenario, load_scenario, save_scenario

PLAN, LEDGER, SCENARIO = "plan.json", "ledger.xlsx", "scenario.toml"


@dataclass(frozen=True)
class PlanFolder:
    """What a plan's folder holds."""

    path: Path
    ledger: Ledger
    scenario: Scenario
    plan: Plan
    facts: Facts = NOTHING_PAID


def save_folder(path: str | os.PathLike[str], ledger: Ledger, scenario: Scenario, plan: Plan) -> PlanFolder:
    """Write the three files, the plan last: a folder with a plan is complete. Facts that are there stay."""
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    save_ledger(ledger, folder / LEDGER)
    save_scenario(scenario, folder / SCENARIO)
    write_whole(folder / PLAN, plan.to_json().encode())
    return PlanFolder(folder, ledger, scenario, plan)


def load_folder(path: str | os.PathLike[str]) -> PlanFolder:
    """Read a plan and what it was made from.

    Parameters
    ----------
    path : path
        The folder, or the plan file in it.

    Raises
    ------
    UnreadableInput
        A file is missing or is not JSON.
    BadInput
        A file is not what its format says.
    """
    given = Path(path)
    file = given / PLAN if given.is_dir() else given
    plan = load_plan(file)
    folder = file.parent
    facts = load_facts(folder)
    return PlanFolder(folder, load_ledger(folder / LEDGER), load_scenario(folder / SCENARIO), plan, facts)


def load_plan(path: str | os.PathLike[str]) -> Plan:
    """Read a plan file alone.

    Raises
    ------
    UnreadableInput
        It is not there, or not JSON.
    BadInput
        It is not a ``shanfu-plan/1``.
    """
    file = Path(path)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except OSError as error:
        values = {"path": str(file), "message": error.strerror or str(error)}
        raise UnreadableInput([Finding("plan.no_file", values, file=file.name)]) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableInput([Finding("plan.not_json", {"message": str(error)}, file=file.name)]) from error
    return Plan.from_dict(data, file.name)
