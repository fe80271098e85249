"""How the solver hears each clause: one file a clause, each with ``bind(draft, settings)``."""

from __future__ import annotations

import importlib

from planner.clauses import clauses
from planner.model.draft import Draft


def bind_clauses(draft: Draft) -> None:
    """Bind every clause that is on.

    `payer` comes first: it declares the grants that rows about money then count. `goal_limits` comes last: goals count
    columns that other clauses declare.
    """
    for name in sorted(clauses(), key=lambda clause: (clause == "goal_limits", clause != "payer")):
        settings = draft.scenario.clause(name)
        if settings.on:
            draft.speaker = name
            importlib.import_module(f"{__name__}.{name}").bind(draft, settings)
    draft.speaker = ""
