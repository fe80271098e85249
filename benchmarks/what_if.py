"""Small changes to a plan that stands: ``python -m benchmarks.what_if [--case 500-waiting-loose-all] [--changes 50]``.

A plan is made first (``--base-seconds``). Then, drawn from a seed, one budget at a time is changed by -5 to +10 %, or
one patch is held to a year, before or after one; each changed scenario is planned anew in ``--seconds``, without and,
where `planner.make_plan` takes one, with the last plan to start from. Printed is the gap of the leading goal: median,
ninth decile and worst; where no plan is found it counts as 100 %, and what is proved impossible is left out.
"""

from __future__ import annotations

import argparse
import inspect
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks import measure
from benchmarks.cases import Case
from benchmarks.problems import made
from planner import Ledger, Plan, PlanStatus, Scenario, make_plan
from planner.model import Session

STARTS = ("start", "last", "near", "previous")  # names under which make_plan may take a plan to start from


def changes(ledger: Ledger, scenario: Scenario, plan: Plan, count: int, seed: int) -> Iterator[tuple[str, Scenario]]:
    """Changed scenarios, each with what was changed; the same seed gives the same."""
    dice = random.Random(seed)
    tasks = [task for task in plan.schedule if ledger.by_id[task.patch].treatment != "natural"]
    data: dict[str, Any] = scenario.model_dump(mode="json", serialize_as_any=True)
    for number in range(count):
        changed = {**data, "name": f"{scenario.name}-{number}"}
        if dice.random() < 0.5:
            at, percent = dice.randrange(len(data["budgets"])), dice.choice([-5, -3, -1, 1, 3, 5, 10])
            budget = data["budgets"][at]
            more = {**budget, "yuan": budget["yuan"] * (100 + percent) // 100}
            changed["budgets"] = [*data["budgets"][:at], more, *data["budgets"][at + 1 :]]
            what = f"{budget['source']} {budget.get('district') or ''} {budget['year']} {percent:+} %"
        else:
            task, kind = dice.choice(tasks), dice.choice(["year", "not_before", "not_after"])
            year = min(max(task.start + dice.choice([-1, 0, 1]), scenario.horizon.first), scenario.horizon.last - 1)
            lock = {"patch": task.patch, "kind": kind, "year": year, "reason": "what if"}
            changed["locks"] = [*data["locks"], lock]
            what = f"{task.patch} {kind} {year}"
        yield what, Scenario.model_validate(changed)


def answered(
    ledger: Ledger, trials: Sequence[tuple[str, Scenario]], seconds: float, session: Session, extra: dict[str, Plan]
) -> list[dict[str, Any]]:
    """Plan each trial; the gap of its leading goal and the seconds it took."""
    found = []
    for what, scenario in trials:
        began = time.perf_counter()
        plan = make_plan(ledger, scenario, seconds=seconds, session=session, **extra)  # type: ignore[arg-type]
        leading = plan.certificate.goals[0] if plan.status.has_plan else None
        gap = 1.0 if leading is None or leading.gap is None else leading.gap
        found.append(
            {"what": what, "status": str(plan.status), "gap": gap, "seconds": time.perf_counter() - began}
        )  # fmt: skip
    return found


def takes_a_start(planner: Callable[..., Plan] = make_plan) -> str | None:
    """The name of the parameter of `make_plan` for a plan to start from."""
    return next((name for name in STARTS if name in inspect.signature(planner).parameters), None)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", default="500-waiting-loose-all")
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each change")
    parser.add_argument("--base-seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    before = measure.load()
    ledger, scenario = made(Case.named(options.case))
    kept: dict[str, Any] = {"case": options.case, "seconds": options.seconds, "machine": measure.machine()}
    with Session() as session:
        base = make_plan(ledger, scenario, seconds=options.base_seconds, session=session)
        if not base.status.has_plan:
            raise SystemExit(f"no plan to change: {base.status}")
        trials = list(changes(ledger, scenario, base, options.changes, options.seed))
        kept["from nothing"] = answered(ledger, trials, options.seconds, session, {})
        if name := takes_a_start():
            kept["from the last plan"] = answered(ledger, trials, options.seconds, session, {name: base})
    kept["load"] = f"{before} / {measure.load()}"
    print(
        f"{measure.machine()}, load {kept['load']}\n{options.case}: base {base.status}, "
        f"gap {base.certificate.goals[0].gap}; {options.changes} changes, {options.seconds:g} s each\n"
    )
    measure.table(
        ["start", "plans", "impossible", "nothing found", "median gap", "ninth decile", "worst", "median s"],
        [_line(how, kept[how]) for how in ("from nothing", "from the last plan") if how in kept],
    )
    measure.OUT.mkdir(parents=True, exist_ok=True)
    (measure.OUT / "what_if.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")


def _line(how: str, found: list[dict[str, Any]]) -> list[object]:
    asked = [line for line in found if line["status"] != PlanStatus.IMPOSSIBLE]
    gaps = sorted(line["gap"] for line in asked)
    nothing = sum(line["status"] == PlanStatus.NOTHING_FOUND for line in asked)
    shown = [statistics.median(gaps), gaps[min(len(gaps) - 1, len(gaps) * 9 // 10)], gaps[-1]] if gaps else []
    return [
        how, len(asked) - nothing, len(found) - len(asked), nothing, *(f"{100 * gap:.3f} %" for gap in shown),
        f"{statistics.median(line['seconds'] for line in found):.1f}",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
