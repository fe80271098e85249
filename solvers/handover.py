"""The folders in which a caller and its solving process leave things for each other: private, and gone afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from solvers.problem import Floats

PROGRAM = "program.npz"
START = "start.npy"
ORDERS = "orders.json"
INCUMBENT = "incumbent.npy"
SOLUTION = "solution.npy"
ERRORS = "errors.txt"

STOP = "stop"
"""The word that stops the present job; any other is the name of the folder of the next."""


def put(path: Path, x: Floats) -> None:
    """Write an array so that a reader, or a crash, never meets half of it."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.save(file, x, allow_pickle=False)
    os.replace(part, path)


def kept(path: Path) -> Floats | None:
    """The array that `put` wrote, or None where it never came to that."""
    return np.load(path, allow_pickle=False) if path.exists() else None
