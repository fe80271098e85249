"""The files that travel with the product: `data/`, `app.py`, the guides; from a checkout or from an installed wheel."""

from __future__ import annotations

import tomllib
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Where a shipped file or folder stands, such as ``app.py`` or ``data``.

    In a checkout it stands beside the package; in an installed wheel under ``planner/shipped_files``.

    Raises
    ------
    FileNotFoundError
        Neither place has it.
    """
    for place in (_HERE / "shipped_files" / name, _HERE.parent / name):
        if place.exists():
            return place
    raise FileNotFoundError(f"{name} is neither beside the package nor in {_HERE / 'shipped_files'}")


def demo() -> tuple[Path, Path]:
    """The ledger and the scenario that ``data/demo.toml`` names."""
    data = path("data")
    named = tomllib.loads((data / "demo.toml").read_text(encoding="utf-8"))
    return data / named["ledger"], data / named["scenario"]
