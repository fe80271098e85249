"""What may be asked of a solve, before a job is made of it: nothing that a worker would only find out later."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.findings import BadInput, Finding
from planner.scenario import GoalName
from solvers.backends import names

_MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class _Rule:
    """What a value may be, as a test and in signs that are read in every language."""

    fits: Callable[[Any], bool]
    known: str


def _number(low: float, high: float, *, whole: bool = False, above: bool = False) -> _Rule:
    def fits(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            return False
        return math.isfinite(value) and (low < value if above else low <= value) and value <= high

    most = "∞" if math.isinf(high) else f"{high:g}" if high < 1e6 else f"{high:.0f}"
    return _Rule(fits, f"{'>' if above else '≥'} {low:g}, ≤ {most}")


def _scales() -> _Rule:
    def fits(value: Any) -> bool:
        if not isinstance(value, list | tuple) or not 2 <= len(value) <= 50:
            return False
        try:
            return all(isinstance(one, str | int | float) and 0 < float(one) <= 100 for one in value)
        except ValueError:
            return False

    return _Rule(fits, '["0.9", "1", "1.1"] (2–50)')


def _goals() -> _Rule:
    goals = [str(goal) for goal in GoalName]
    return _Rule(
        lambda value: isinstance(value, list | tuple) and 2 <= len(value) <= 3 and all(one in goals for one in value),
        f"2–3: {', '.join(goals)}",
    )


_RULES: Mapping[str, _Rule] = {
    "solver": _Rule(lambda value: value in names(), ", ".join(names())),
    "seconds": _number(0, math.inf, above=True),
    "gap": _number(0, 1),
    "seed": _number(0, _MOST_SEED, whole=True),
    "max_moves": _number(0, 1_000_000, whole=True),
    "points": _number(2, 1_000, whole=True),
    "draws": _number(1, 1_000_000, whole=True),
    "gamma": _number(0, 1_000_000, whole=True),
    "percent": _number(0, 1_000, whole=True),
    "scales": _scales(),
    "of": _goals(),
    "deterministic": _Rule(lambda value: isinstance(value, bool), "true, false"),
}
_MAY_BE_LEFT_OPEN = ("gap", "max_moves", "gamma")


def check_asked(most_seconds: int, asked: Mapping[str, Any]) -> None:
    """Refuse settings of a solve that are none, and a time beyond the limit.

    A solver is one of this product's own: a name is never looked up as a module of the system.

    Raises
    ------
    BadInput
        Every one of them.
    """
    found = []
    for name, value in asked.items():
        rule = _RULES[name]
        if value is None and name in _MAY_BE_LEFT_OPEN:
            continue
        if not rule.fits(value):
            found.append(Finding("service.bad_effort", {"known": rule.known}, column=name, value=repr(value)[:80]))
        elif name == "seconds" and value > most_seconds:
            found.append(Finding("service.too_long", {"most": most_seconds}, column=name, value=f"{value:g}"))
    if found:
        raise BadInput(found)
