"""Kill -9 at random moments, and what must hold afterwards.

A child prints ``ready`` when it sets to work and ``confirmed …`` after each thing that it was told is kept; whatever it
printed must be there afterwards, whenever it was killed.
"""

from __future__ import annotations

import os
import random
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
LONGEST = 0.5
"""Seconds that a child may work, at most, before it is killed."""


def kill(process: subprocess.Popen[str]) -> None:
    """The end that a pulled plug makes of a process."""
    process.kill()


def kill_at_random(
    argv: Sequence[str] | Callable[[int], Sequence[str]],
    rounds: int,
    rng: random.Random,
    check: Callable[[int, list[str]], None],
    *,
    longest: float = LONGEST,
    end: Callable[[subprocess.Popen[str]], object] = kill,
) -> int:
    """Start a child, let it work for a random time, end it, and check what it left; so many rounds.

    Parameters
    ----------
    argv : sequence of str, or a function of the round's number
        The child's command.
    rounds : int
    rng : random.Random
        Chooses the moments.
    check : function of the round's number and the lines
        Looks at what is left, given what the child had printed after ``confirmed``.
    longest : float
        Seconds of work, at most.
    end : function of the process, optional
        How it ends; by default it is killed.

    Returns
    -------
    int
        How many things were confirmed in all rounds: where that is 0, nothing was tried.
    """
    count = 0
    for number in range(rounds):
        command = argv(number) if callable(argv) else argv
        own = {**os.environ, "PYTHONUTF8": "1"}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, env=own
        ) as process:
            lines: list[str] = []
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            listener = threading.Thread(target=lines.extend, args=(process.stdout,))
            listener.start()
            time.sleep(rng.uniform(0, longest))
            end(process)
            process.wait()
            listener.join()
        whole = [line.rstrip("\n") for line in lines if line.endswith("\n")]  # a line cut short confirms nothing
        confirmed = [line.removeprefix("confirmed ") for line in whole if line.startswith("confirmed ")]
        check(number, confirmed)
        count += len(confirmed)
    return count
