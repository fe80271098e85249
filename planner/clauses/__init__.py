"""What the plan and the law demand: one clause, one file.

A clause ``x`` stands in three files of that name: ``clauses/x.py`` says what it means,
``model/bind/x.py`` tells the solver, ``audit/x.py`` tells the auditor.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from planner.clauses.base import Clause, Mode, Settings, Words

__all__ = ["Clause", "Mode", "Settings", "Words", "clauses"]


@cache
def clauses() -> dict[str, Clause]:
    """Every clause by its id, in alphabetical order: each module of this room but `base` is one."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
    return {name: importlib.import_module(f"{__name__}.{name}").CLAUSE for name in names}
