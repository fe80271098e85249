"""How soon it is known what is missing: ``python -m benchmarks.shortfall [--sizes 500 50000] [--seconds 60]``.

The infeasible cases of the set, one after another in this process: the first answer (obstacles and a bound on the
missing money, without any search), the least total, and its places in the scenario's order. What is known to be missing
stands beside it: the part of the bound that the total reaches.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from benchmarks import measure
from benchmarks.cases import Case
from benchmarks.problems import made
from planner.advice.shortfall import first_answer
from planner.model import Effort, warm
from planner.model.missing import least_missing
from planner.scenario import overridden

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What comes of it, and the seconds it took."""
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def answered(case: Case, seconds: float) -> dict[str, object]:
    """One case, its three answers."""
    ledger, scenario = made(case)
    seen = overridden(ledger, scenario)
    before = measure.load()
    first, first_seconds = timed(lambda: first_answer(ledger, scenario))
    with warm(Effort(seconds=seconds)) as effort:
        least_missing(*_tiny(), effort)  # the solver is loaded, as it is once a plan was tried
        total, total_seconds = timed(lambda: least_missing(seen, scenario, effort, placed=False))
        placed, placed_seconds = timed(lambda: least_missing(seen, scenario, effort))
    return {
        "case": case.name, "load": f"{before} / {measure.load()}", "first_seconds": first_seconds,
        "bound": first.missing_at_least, "total_seconds": total_seconds, "placed_seconds": placed_seconds,
        "total": None if total is None else total.yuan, "proved": total is not None and total.proved,
        "ordered": placed is not None and placed.ordered, "same": placed is not None and placed.yuan == total.yuan
        if total is not None else False,
    }  # fmt: skip


def _tiny() -> tuple[object, object]:
    return made(Case(60, "waiting", "tight", "sparse", feasible=False))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 50_000])
    parser.add_argument("--seconds", type=float, default=60.0, help="for the total, and for total and places")
    options = parser.parse_args(arguments)
    found = [
        answered(Case(size, "waiting", "tight", clauses, feasible=False), options.seconds)
        for size in options.sizes
        for clauses in ("sparse", "all")
    ]
    print(f"{measure.machine()}\n")
    measure.table(
        ["case", "first answer, s", "bound, yuan", "total, s", "total, yuan", "proved", "total and places, s",
         "in order", "load"],
        [
            [
                line["case"], f"{line['first_seconds']:.2f}", _yuan(line["bound"]), f"{line['total_seconds']:.2f}",
                _yuan(line["total"]), line["proved"], f"{line['placed_seconds']:.2f}", line["ordered"], line["load"],
            ]
            for line in found
        ],
    )  # fmt: skip
    measure.OUT.mkdir(parents=True, exist_ok=True)
    (measure.OUT / "shortfall.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


def _yuan(amount: object) -> str:
    return f"{amount:,}" if isinstance(amount, int) else "–"


if __name__ == "__main__":
    main()
