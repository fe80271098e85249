"""What may be asked of a solve, before a job is made of it: nothing that a worker would only find out later."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.findings import BadInput, Finding
from planner.scenario import GoalName
from planner.service.questions import QUESTIONS
from planner.service.said import check_names
from solvers.backends import names

_MOST_SEED = 2**31 - 1
_MOST_PATCHES = 10_000
_DIGITS = re.compile(r"\d{1,9}(\.\d{1,9})?")


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


def _exact(low: float, high: float, *, above: bool = False, below: bool = False) -> _Rule:
    """A number, or its decimal digits."""
    inner = _number(low, high, above=above)

    def fits(value: Any) -> bool:
        if isinstance(value, str) and not _DIGITS.fullmatch(value):
            return False
        number = float(value) if isinstance(value, str) else value
        return inner.fits(number) and not (below and number == high)

    return _Rule(fits, inner.known.replace("≤", "<") if below else inner.known)


def _is_name(value: Any) -> bool:
    if not isinstance(value, str) or not value.strip():
        return False
    try:
        check_names(value=value)
    except BadInput:
        return False
    return True


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
    "quantile": _exact(0, 1, above=True, below=True),
    "count": _number(1, 50, whole=True),
    "within": _exact(0, 100),
    "anchor": _exact(0, 100, above=True),
    "step_yuan": _number(1, 10**12, whole=True),
    "most_moves": _number(0, 1_000_000, whole=True),
    "patch": _Rule(_is_name, '"SYN-1"'),
    "patches": _Rule(
        lambda value: isinstance(value, list | tuple) and 0 < len(value) <= _MOST_PATCHES and all(map(_is_name, value)),
        f'["SYN-1", "SYN-2"] (1–{_MOST_PATCHES})',
    ),
    "scales": _scales(),
    "of": _goals(),
    "deterministic": _Rule(lambda value: isinstance(value, bool), "true, false"),
}
_MAY_BE_LEFT_OPEN = ("gap", "max_moves", "gamma", "quantile", "anchor", "patches")


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


def check_question(question: str, options: Mapping[str, Any], most_seconds: int, district: str = "") -> None:
    """Refuse what is no question, or is not asked in full.

    Raises
    ------
    BadInput
    """
    if question not in QUESTIONS:
        known = "、".join(QUESTIONS)
        raise BadInput([Finding("service.no_question", {"known": known}, column="question", value=question)])
    asked = QUESTIONS[question]
    if district and not asked.own:
        known = "、".join(name for name, one in QUESTIONS.items() if one.own)
        raise BadInput([Finding("service.not_of_a_district", {"known": known}, column="question", value=question)])
    known = "、".join(asked.options)
    found = [
        Finding("service.no_option", {"known": known}, column=name)
        for name in sorted(set(options) - set(asked.options))
    ]
    found += [Finding("service.option_missing", {}, column=name) for name in asked.needed if name not in options]
    if found:
        raise BadInput(found)
    check_asked(most_seconds, options)
