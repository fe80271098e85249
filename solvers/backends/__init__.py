"""The solvers at hand: every file of this folder is one, and defines ``BACKEND``.

What PuLP finds besides is reached as ``pulp:`` and PuLP's own name, such as ``pulp:GLPK_CMD``.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from solvers.backend import Backend
from solvers.backends import _pulp

THROUGH_PULP = _pulp.PREFIX
"""What the name of a solver that is reached through PuLP begins with."""


def names() -> list[str]:
    """The names of the backends in this folder, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def further() -> list[str]:
    """The names of the solvers that PuLP finds here besides; it looks in a process of its own, about a second."""
    return _pulp.further()


def find(name: str) -> Backend:
    """A backend by its name, by ``pulp:`` and PuLP's name of a solver, or by the dotted name of a module elsewhere.

    Such a module defines ``BACKEND``. Finding one does not load its solver.

    Raises
    ------
    ValueError
        There is none of this name.
    """
    if name in names():
        module = importlib.import_module(f"{__name__}.{name}")
    elif name.startswith(THROUGH_PULP):
        return _pulp.ThroughPulp(name.removeprefix(THROUGH_PULP))
    elif "." in name:
        module = importlib.import_module(name)
    else:
        raise ValueError(
            f"no solver is called {name!r}; there are {', '.join(names())}, and pulp:NAME for what PuLP finds"
        )
    return cast(Backend, module.BACKEND)
