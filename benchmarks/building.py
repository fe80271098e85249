"""Ledger and scenario to a problem: ``python -m benchmarks.building [--sizes 500 5000 50000 100000] [--best-of 1]``.

Each size is built in a fresh process: the choices table, the clauses, the goals, the frozen problem; what reading or
making the ledger takes is left out. Beside it, in another process, the core model in plain PuLP
(`benchmarks.core_in_pulp`) is built from the same ledger under the sparse clauses; ``--no-pulp`` leaves it out. All of
it runs in one thread, so that the seconds of processor say what a machine with nothing else to do would take.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence

from benchmarks import measure
from benchmarks.cases import SIZES, Case
from benchmarks.core_in_pulp import core_in_pulp
from benchmarks.problems import made

STEPS = ("choices", "clauses", "goals", "problem")


def ours(case: Case) -> None:
    """Build in this process, and say how long each step took."""
    from planner.model.bind import bind_clauses
    from planner.model.choices import list_choices
    from planner.model.draft import Draft
    from planner.model.formulate import Formulation
    from planner.plan import Works
    from planner.scenario import overridden

    ledger, scenario = made(case)
    before, marks, cpu = _peak(), [time.perf_counter()], time.process_time()
    seen = overridden(ledger, scenario)
    choices = list_choices(seen, scenario)
    marks.append(time.perf_counter())
    draft = Draft(seen, scenario, Works(seen, scenario), choices)
    bind_clauses(draft)
    marks.append(time.perf_counter())
    formulation = Formulation(draft)
    for goal in scenario.ordered_goals:
        formulation.objective(goal.name)
    marks.append(time.perf_counter())
    problem = formulation.problem(scenario.ordered_goals[0].name)
    marks.append(time.perf_counter())
    steps = {name: end - begin for name, begin, end in zip(STEPS, marks[:-1], marks[1:], strict=True)}
    measure.say(
        seconds=marks[-1] - marks[0], cpu=time.process_time() - cpu, steps=steps, before=before,
        peak=_peak(), rows=problem.rows, columns=problem.columns, entries=int(problem.matrix.nnz),
    )  # fmt: skip


def pulp(case: Case) -> None:
    """Build the core in PuLP, in this process."""
    ledger, scenario = made(case)
    before, began, cpu = _peak(), time.perf_counter(), time.process_time()
    model = core_in_pulp(ledger, scenario)
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    measure.say(
        seconds=seconds, cpu=used, before=before, peak=_peak(), rows=len(model.constraints),
        columns=model.numVariables(), entries=sum(len(row) for row in model.constraints.values()),
    )  # fmt: skip


def _peak() -> int:
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return peak


def best(kind: str, case: Case, times: int) -> dict[str, float]:
    """The fastest of some processes."""
    found = []
    for _ in range(times):
        child = measure.run("building", "--in-this-process", kind, case.name, patience=1_800.0)
        if child.trouble:
            raise RuntimeError(child.trouble)
        found.append(child.lines[-1])
    return min(found, key=lambda line: line["cpu"])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--best-of", type=int, default=1)
    parser.add_argument("--no-pulp", action="store_true")
    parser.add_argument("--in-this-process", nargs=2, metavar=("KIND", "CASE"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.in_this_process:
        kind, name = options.in_this_process
        {"ours": ours, "pulp": pulp}[kind](Case.named(name))
        return
    print(f"{measure.machine()}, load {measure.load()}\n")
    kinds = [("waiting-tight-all", "ours"), ("waiting-tight-sparse", "ours")]
    kinds += [] if options.no_pulp else [("waiting-tight-sparse", "pulp")]
    kept, rows = [], []
    for size in options.sizes:
        core = 0.0
        for name, kind in kinds:
            case = Case.named(f"{size}-{name}")
            line = best(kind, case, options.best_of)
            core = line["cpu"] if (name, kind) == kinds[1] else core
            ratio = f"{line['cpu'] / core:.1f}" if kind == "pulp" else ""
            steps = line.get("steps", {})
            rows.append(
                [
                    case.name, kind, f"{line['seconds']:.2f}", f"{line['cpu']:.2f}",
                    f"{1e6 * line['cpu'] / size:.0f}",
                    *(f"{steps[step]:.2f}" if step in steps else "" for step in STEPS),
                    f"{line['peak'] / 1e9:.2f}", f"{line['before'] / 1e9:.2f}", f"{line['rows']:,}",
                    f"{line['columns']:,}", f"{line['entries']:,}", ratio, measure.load(),
                ]
            )  # fmt: skip
            kept.append({"case": case.name, "kind": kind, "load": measure.load(), **line})
            print(f"  {case.name} {kind}: {line['seconds']:.2f} s", file=sys.stderr)
    measure.table(
        ["case", "by", "seconds", "of processor", "µs a patch", *STEPS, "peak GB", "of it the ledger", "rows",
         "columns", "entries", "times ours", "load"],
        rows,
    )  # fmt: skip
    measure.OUT.mkdir(parents=True, exist_ok=True)
    (measure.OUT / "building.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
