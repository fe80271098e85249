"""The solvers at hand: every file of this folder is one, and defines ``BACKEND``."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from solvers.backend import Backend


def names() -> list[str]:
    """The names of the backends in this folder, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def find(name: str) -> Backend:
    """A backend by its name, or by the dotted name of a module elsewhere that defines ``BACKEND``.

    Finding one does not load its solver.

    Raises
    ------
    ValueError
        There is none of this name.
    """
    if name in names():
        module = importlib.import_module(f"{__name__}.{name}")
    elif "." in name:
        module = importlib.import_module(name)
    else:
        raise ValueError(f"no solver is called {name!r}; there are {', '.join(names())}")
    return cast(Backend, module.BACKEND)
