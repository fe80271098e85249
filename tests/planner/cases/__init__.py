"""One small world for each clause, in a file of the clause's name.

``CASE`` is a `ClauseCase`; ``draw(rng)`` gives settings for a random world (left out where the clause has no choice to
make there), or ``draw_for(rng, ledger)`` does, where they name what the ledger has; ``world(rng, ledger)`` gives
further fields of that world's scenario (left out where it needs none); ``stir(rng, ledger)`` makes of a random ledger
one in which the clause has more to say.
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


def _draw(module: Any) -> Callable[[random.Random, Ledger], dict[str, Any]]:
    return getattr(module, "draw_for", lambda rng, ledger: module.draw(rng))


DRAWS = {
    name: _draw(module) for name, module in _MODULES.items() if hasattr(module, "draw") or hasattr(module, "draw_for")
}
WORLDS: dict[str, Callable[[random.Random, Ledger], dict[str, Any]]] = {
    name: module.world for name, module in _MODULES.items() if hasattr(module, "world")
}
STIRS: dict[str, Callable[[random.Random, Ledger], Ledger]] = {
    name: module.stir for name, module in _MODULES.items() if hasattr(module, "stir")
}
