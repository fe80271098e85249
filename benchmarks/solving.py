"""Our search and plain solvers on the same problems: ``python -m benchmarks.solving [--sizes 500] [--seconds 60] ...``.

Each pair of a case and a solver is run in a process of its own, one at a time, and kept as JSON; what is kept is not
run again (``--fresh`` does). Printed are, for each case, the time to a proven gap of 5, 1, 0.5 and 0.1 %, the gap at
10, 30 and 60 s and the peak memory; then geometric means of the gaps and how many times ours they are. A gap is
|value - bound| / max(1, |value|), floored at 0.01 %, where every solver may stop; without a plan it counts as 100 %.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import measure
from benchmarks.cases import SIZES, Case, cases
from benchmarks.plain import SOLVERS
from benchmarks.plot import gaps_over_time
from benchmarks.problems import problem_file

TARGETS = (0.05, 0.01, 0.005, 0.001)
MOMENTS = (10.0, 30.0, 60.0, 180.0, 360.0)
FLOOR = 1e-4
NONE = 1.0  # the gap of a solver that has no plan, or no bound


@dataclass(frozen=True, slots=True)
class Run:
    """What one solver did on one case."""

    case: Case
    solver: str
    said: dict[str, Any]

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """Seconds and the gap that was proven then, ever smaller."""
        value: float | None = None
        bound: float | None = None
        found: list[tuple[float, float]] = []
        for event in self.said["events"]:
            value = event["value"] if event["value"] is not None else value
            bound = event["bound"] if event["bound"] is not None else bound
            if value is not None and bound is not None:
                gap = max(FLOOR, abs(value - bound) / max(1.0, abs(value)))
                if gap < (found[-1][1] if found else NONE):
                    found.append((event["seconds"], gap))
        return found

    def gap_at(self, seconds: float) -> float:
        """The gap that was proven by then."""
        return min((gap for at, gap in self.gaps if at <= seconds + 0.5), default=NONE)

    def seconds_to(self, target: float) -> float | None:
        """When a gap was first proven; None where it never was."""
        return next((at for at, gap in self.gaps if gap <= target), None)


def runs(chosen: Sequence[Case], solvers: Sequence[str], options: argparse.Namespace) -> Iterator[Run]:
    """Run what is not kept yet, one after another."""
    folder: Path = options.out / "solving"
    folder.mkdir(parents=True, exist_ok=True)
    for case in chosen:
        for solver in solvers:
            path = folder / f"{case.name}.{solver}.json"
            said = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
            if said is None or options.fresh or said["limit"] < options.seconds:
                said = _run(case, solver, options)
                path.write_text(json.dumps(said, indent=1), encoding="utf-8")
            yield Run(case, solver, said)


def _run(case: Case, solver: str, options: argparse.Namespace) -> dict[str, Any]:
    problem = problem_file(case)
    before = measure.load()
    child = measure.run(
        "plain", solver, str(problem), str(options.seconds), str(options.threads),
        patience=3 * options.seconds + 300,
    )  # fmt: skip
    last = child.lines[-1] if child.lines and "status" in child.lines[-1] else {}
    said = {
        "case": case.name, "solver": solver, "limit": options.seconds, "threads": options.threads,
        "machine": measure.machine(), "load": f"{before} / {measure.load()}", "peak_bytes": child.peak,
        "cpu_seconds": last.get("cpu", 0.0), "trouble": child.trouble,
        "status": last.get("status", "none"), "seconds": last.get("seconds"), "version": last.get("version", ""),
        "broken": last.get("broken"), "events": [line for line in child.lines if "status" not in line],
    }  # fmt: skip
    print(f"  {case.name} {solver}: {said['status']}, load {said['load']} {child.trouble[-300:]}", flush=True)
    return said


def report(found: Sequence[Run], options: argparse.Namespace) -> dict[str, Any]:
    """Print the tables, and give their figures."""
    moments = [moment for moment in MOMENTS if moment <= options.seconds]
    print(f"\n{measure.machine()}, load {measure.load()}; {options.threads} threads, {options.seconds:g} s\n")
    measure.table(
        ["case", "solver", *(f"s to {_percent(t)}" for t in TARGETS), *(f"gap at {m:g} s" for m in moments), "ended",
         "peak MB", "cores had", "rows broken", "load"],
        [
            [
                run.case.name, run.solver, *(_seconds(run.seconds_to(target)) for target in TARGETS),
                *(_percent(run.gap_at(moment)) for moment in moments),
                f"{run.said['status']} {_seconds(run.said['seconds'])} s", f"{run.said['peak_bytes'] / 1e6:.0f}",
                f"{run.said['cpu_seconds'] / max(0.1, run.said['seconds'] or 0.1):.1f}",
                "–" if run.said["broken"] is None else run.said["broken"], run.said["load"],
            ]
            for run in found
        ],
    )  # fmt: skip
    means = _means([run for run in found if run.case.feasible], moments)
    print("\nGeometric means over the feasible cases, and how many times the first solver's\n")
    rows = []
    for (size, solver), own in means.items():
        first = means[size, next(s for z, s in means if z == size)]
        cells = [f"{_percent(gap)} ({gap / base:.1f})" for gap, base in zip(own, first, strict=True)]
        rows.append([size, solver, *cells])
    measure.table(["patches", "solver", *(f"gap at {m:g} s" for m in moments)], rows)
    for size in dict.fromkeys(size for size, _ in means):
        here = {solver: own for (z, solver), own in means.items() if z == size}
        first, *others = here.values()
        if others:
            best = [min(own[k] for own in others) for k in range(len(moments))]
            told = ", ".join(
                f"{moment:g} s {gap / least:.2f}" for moment, gap, least in zip(moments, first, best, strict=True)
            )
            print(f"\n{size} patches: {next(iter(here))} against the best of the others: {told}")
    return {
        "machine": measure.machine(),
        "load": measure.load(),
        "moments": moments,
        "means": [{"patches": size, "solver": s, "gaps": own} for (size, s), own in means.items()],
        "runs": [
            {
                "case": run.case.name, "solver": run.solver, "status": run.said["status"],
                "seconds_to": {str(t): run.seconds_to(t) for t in TARGETS},
                "gap_at": {str(m): run.gap_at(m) for m in moments}, "peak_bytes": run.said["peak_bytes"],
                "load": run.said["load"], "broken": run.said["broken"],
            }
            for run in found
        ],
    }  # fmt: skip


def _means(found: Sequence[Run], moments: Sequence[float]) -> dict[tuple[int, str], list[float]]:
    """By size and solver, over the cases that every solver was run on."""
    by_case: dict[Case, dict[str, Run]] = {}
    for run in found:
        by_case.setdefault(run.case, {})[run.solver] = run
    solvers = list(dict.fromkeys(run.solver for run in found))
    means = {}
    for size in dict.fromkeys(run.case.patches for run in found):
        own = [group for case, group in by_case.items() if case.patches == size and len(group) == len(solvers)]
        if own:
            for solver in solvers:
                means[size, solver] = [
                    measure.geometric_mean(group[solver].gap_at(moment) for group in own) for moment in moments
                ]
    return means


def _percent(gap: float) -> str:
    return f"{100 * gap:.2f} %" if gap >= 0.001 else f"{100 * gap:.3f} %"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[SIZES[0]], help="patches of the cases; 500, 5000, 50000, 100000"
    )
    parser.add_argument("--cases", nargs="+", default=[], help="whole names instead, such as 500-cost-tight-all")
    parser.add_argument("--solvers", nargs="+", default=list(SOLVERS), choices=list(SOLVERS))
    parser.add_argument("--seconds", type=float, default=60.0, help="for each run")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=["feasible", "infeasible"], help="half of the set")
    parser.add_argument("--fresh", action="store_true", help="run again what is kept")
    parser.add_argument("--out", type=Path, default=measure.OUT)
    options = parser.parse_args(arguments)
    chosen = [Case.named(name) for name in options.cases] or list(cases(tuple(options.sizes)))
    if options.only:
        chosen = [case for case in chosen if case.feasible == (options.only == "feasible")]
    found = list(runs(chosen, options.solvers, options))
    summary = report(found, options)
    (options.out / "solving.json").write_text(json.dumps(summary, indent=1), encoding="utf-8")
    lines = {
        f"{size} patches": {
            solver: [
                own.gaps for own in found if (own.case.patches, own.solver) == (size, solver) and own.case.feasible
            ]
            for solver in options.solvers
        }
        for size in dict.fromkeys(run.case.patches for run in found if run.case.feasible)
    }
    if lines:
        (options.out / "solving.svg").write_text(gaps_over_time(lines, options.seconds), encoding="utf-8")
    print(f"\nkept in {options.out}: solving.json, solving.svg, solving/")


if __name__ == "__main__":
    main()
