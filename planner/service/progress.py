"""How far a job is, as plain data.

A search for a plan tells of the goal in hand: ``goal``, ``number`` of ``goals``, ``seconds``, and its best ``value``,
``bound`` and ``gap`` (a part of 1) in the goal's own unit; what is not known yet is None. ``lead`` has ``goal``,
``value``, ``bound`` and ``gap`` of the leading goal. An answer made of parts tells how many are ``done``, ``of`` how
many (None: not known), and ``point`` or ``distance`` of the last where it has them. *Shortfall* tells under ``first``
what is known without a search.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from planner.model import Turn

Report = Callable[[Mapping[str, Any]], None]


def turn_of(turn: Turn) -> dict[str, Any]:
    """Progress of a search for a plan."""
    values = {name: _finite(getattr(turn, name)) for name in ("seconds", "value", "bound", "gap")}
    return {"goal": turn.goal, "number": turn.number, "goals": turn.goals, **values}


def with_lead(report: Report) -> Callable[[Turn], None]:
    """Report each turn of one search, with where the leading goal stands."""
    lead: dict[str, Any] = {}

    def told(turn: Turn) -> None:
        now = turn_of(turn)
        if turn.number == 1:
            lead.update({name: now[name] for name in ("goal", "value", "bound", "gap")})
        report({**now, "lead": dict(lead)})

    return told


def count_of(done: int, of: int | None, **more: Any) -> dict[str, Any]:
    """Progress of an answer that is made of parts."""
    return {"done": done, "of": of, **more}


def _finite(value: float | None) -> float | None:
    """A number that JSON has a word for: a bound that is not known yet is None."""
    return value if value is not None and math.isfinite(value) else None
