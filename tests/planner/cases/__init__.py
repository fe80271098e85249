"""One small world for each clause, in a file of the clause's name.

``CASE`` is a `ClauseCase`; ``draw(rng)`` gives settings for a random world (left out where the clause has no choice to
make there); ``world(rng, ledger)`` gives further fields of that world's scenario (left out where it needs none).
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Callable
from typing import Any

from planner.ledger import Ledger
from tests.planner.cases.base import ClauseCase

_NAMES = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")
_MODULES = {name: importlib.import_module(f"{__name__}.{name}") for name in _NAMES}

CASES: dict[str, ClauseCase] = {name: module.CASE for name, module in _MODULES.items()}
DRAWS: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    name: module.draw for name, module in _MODULES.items() if hasattr(module, "draw")
}
WORLDS: dict[str, Callable[[random.Random, Ledger], dict[str, Any]]] = {
    name: module.world for name, module in _MODULES.items() if hasattr(module, "world")
}
