"""CBC: the program that comes with PuLP, or one that is on the path.

The program is run directly, not through PuLP's modelling classes, for three reasons. PuLP says "Optimal" for a run
that only ran out of time. It waits for the program without a way to stop it. And it reads the solution from a text
file of eight digits, in which 123,456,789 yuan come back as 123,456,790; the binary file read here has all of them.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.metadata
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from solvers.backend import Ending, Orders, Raw, Watch
from solvers.problem import Floats
from solvers.program import Program

_POLL = 0.02  # seconds between two looks at whether to stop
_DOUBTFUL = 1e5
_DOUBT = "with coefficients this large it has been wrong about that; ask another solver"
_UNKNOWN = 1e49  # CBC writes 1e+50 for "none"

_STAND = re.compile(r"^Cbc0010I After (\d+) nodes, \d+ on tree, (\S+) best solution, best possible (\S+)")
_BETTER = re.compile(r"^Cbc00(?:04|12|16)I Integer solution of (\S+) found .*and (\d+) nodes")
_LOWER = re.compile(r"^Lower bound:\s+(\S+)")
_SEARCH = re.compile(
    r"^Cbc000[15]I (?:Search completed|Partial search) - best objective ([^ ,]+)(?: \(best possible ([^ )]+)\))?"
)
_NODES = re.compile(r"^Enumerated nodes:\s+(\d+)")


class Cbc:
    """A second opinion. It reports values and bounds on its way, but hands over a solution only at its end.

    CBC 2.10.3 (of 2019) is not always right. Of 1,500 random problems of up to six columns in -1..2 and small whole
    coefficients it called 2 optimal that were not; with coefficients of some ten million it called about 10 infeasible
    that had solutions, and 3 optimal that were not. So its word that there is no solution in whole numbers is only
    taken where coefficients are moderate, and two solvers that disagree are a reason to look, not to average.
    """

    name = "cbc"
    floating = True
    shrunk = True
    reusable = True

    def version(self) -> str:
        """Version of PuLP, which the program comes with, without loading it."""
        try:
            return f"PuLP {importlib.metadata.version('PuLP')}"
        except importlib.metadata.PackageNotFoundError:
            return ""

    def obstacle(self) -> str:
        """Why it cannot be used."""
        if not self.version() and shutil.which("cbc") is None:
            return "there is no cbc: install pulp<4, or put cbc on the path"
        return ""

    def load(self) -> None:
        """Nothing: the program runs in a process of its own."""

    def solve(self, program: Program, orders: Orders, watch: Watch) -> Raw:
        """Minimise with CBC."""
        with tempfile.TemporaryDirectory() as folder:
            model, answer, points = (Path(folder, name) for name in ("model.mps", "answer.txt", "points.bin"))
            with model.open("w", encoding="ascii") as file:
                file.writelines(_mps(program))
            options = _options(program, orders)
            if orders.start is not None:
                start = Path(folder, "start.txt")
                start.write_text(_start(orders.start), encoding="ascii")
                options += ["-mips", str(start)]
            finish = ["-solve", "-solution", str(answer), "-saveSolution", str(points)]
            log = _run([_program(), str(model), *options, *finish], folder, orders, watch)
            if not answer.exists():
                return Raw(Ending.GAVE_UP, message=f"cbc ended without an answer: {log.tail()}")
            return _answer(answer.read_text(encoding="ascii").partition("\n")[0], log, points, program)


def _program() -> str:
    """The path of the program."""
    try:
        from pulp.apis import PULP_CBC_CMD
    except ImportError:
        shipped = ""
    else:
        shipped = os.path.realpath(PULP_CBC_CMD.pulp_cbc_path)
    found = shipped if os.access(shipped, os.X_OK) else shutil.which("cbc")
    if found is None:
        raise FileNotFoundError("there is no cbc that can be run: install pulp<4, or put cbc on the path")
    return found


def _options(program: Program, orders: Orders) -> list[str]:
    # left alone, CBC ends when nothing is better by 1e-5, and calls that much optimal
    options = {"timeMode": "elapsed", "ratioGap": orders.gap, "allowableGap": orders.abs_gap, "increment": 1e-7}
    seed = 1 + orders.seed % (2**31 - 2)  # 0 would mean the time of day
    options |= {"randomSeed": seed, "randomCbcSeed": seed}
    if orders.seconds is not None:
        options["seconds"] = max(orders.seconds, 0.01)
    if orders.nodes is not None:
        options["maxNodes"] = orders.nodes
    if orders.threads > 1 and program.integer.any():
        options["threads"] = 100 + orders.threads  # more than 100: as many threads, but the same search on every run
    if orders.tight:
        options |= dict.fromkeys(("primalTolerance", "dualTolerance", "integerTolerance"), 1e-9)
    return [text for name, value in options.items() for text in (f"-{name}", str(value))]


def _mps(program: Program) -> Iterator[str]:
    """The programme in free MPS, every number with all its digits."""
    yield "NAME PROBLEM FREE\nROWS\n N COST\n"
    low, high = program.row_lower.tolist(), program.row_upper.tolist()
    finite_low, finite_high = np.isfinite(program.row_lower), np.isfinite(program.row_upper)
    kinds = ["E" if a == b else "L" if up else "G" for a, b, up in zip(low, high, finite_high, strict=True)]
    yield from (f" {kind} R{row}\n" for row, kind in enumerate(kinds))
    yield "COLUMNS\n"
    rows = np.repeat(np.arange(program.rows), np.diff(program.starts))
    order = np.argsort(program.indices, kind="stable")
    ends = np.searchsorted(program.indices[order], np.arange(program.columns + 1)).tolist()
    rows_list, values = rows[order].tolist(), program.values[order].tolist()
    costs, integer = program.objective.tolist(), program.integer.tolist()
    inside = False
    for column in range(program.columns):
        if integer[column] != inside:
            inside = integer[column]
            yield f" M{column} 'MARKER' '{'INTORG' if inside else 'INTEND'}'\n"
        yield f" C{column} COST {costs[column]!r}\n"
        for place in range(ends[column], ends[column + 1]):
            yield f" C{column} R{rows_list[place]} {values[place]!r}\n"
    if inside:
        yield " MEND 'MARKER' 'INTEND'\n"
    yield "RHS\n"
    for row, kind in enumerate(kinds):
        yield f" RHS R{row} {low[row] if kind == 'G' else high[row]!r}\n"
    yield "RANGES\n"
    for row in np.flatnonzero(finite_low & finite_high & (program.row_lower < program.row_upper)).tolist():
        yield f" RANGE R{row} {high[row] - low[row]!r}\n"
    yield "BOUNDS\n"
    for column, (lower, upper) in enumerate(zip(program.lower.tolist(), program.upper.tolist(), strict=True)):
        yield f" MI BOUND C{column}\n" if lower == -np.inf else f" LO BOUND C{column} {lower!r}\n"
        yield f" PL BOUND C{column}\n" if upper == np.inf else f" UP BOUND C{column} {upper!r}\n"
    yield "ENDATA\n"


def _start(start: Floats) -> str:
    values = enumerate(start.tolist())
    lines = [f"{column} C{column} {value!r} 0\n" for column, value in values if math.isfinite(value)]
    return "Stopped on time - objective value 0\n" + "".join(lines)


def _lines(pipe: IO[str]) -> Iterator[str]:
    try:
        yield from pipe
    except OSError as error:
        if error.errno != errno.EIO:  # how Linux says that the other end of a terminal has closed
            raise


class _Log:
    """What CBC writes, read while it runs."""

    def __init__(self, watch: Watch) -> None:
        self.lines: list[str] = []
        self.bound: float | None = None
        self.best: float | None = None
        self.nodes: int | None = None
        self._watch = watch

    def read(self, pipe: IO[str]) -> None:
        """Read to the end."""
        for line in _lines(pipe):
            self.lines.append(line.rstrip())
            if match := _STAND.match(line):
                nodes, value, bound = match.groups()
                self._watch.report(value=_known(value), bound=_not_above(bound), nodes=int(nodes))
            elif match := _BETTER.match(line):
                self._watch.report(value=_known(match[1]), nodes=int(match[2]))
            elif match := _SEARCH.match(line):
                self.best = _known(match[1])
                self.bound = _known(match[2]) if match[2] else self.bound
            elif match := _LOWER.match(line):
                printed = _known(match[1])
                if self.bound is None and printed is not None:
                    self.bound = printed - 5e-4  # printed with three digits after the point
            elif match := _NODES.match(line):
                self.nodes = int(match[1])

    def has(self, text: str) -> bool:
        """Whether a line holds the text."""
        return any(text in line for line in self.lines)

    def tail(self) -> str:
        """The last lines that say something."""
        return " / ".join([line for line in self.lines if line][-3:])


def _known(text: str) -> float | None:
    number = float(text)
    return number if abs(number) < _UNKNOWN else None


def _not_above(text: str) -> float | None:
    """A bound that was printed with eight digits, lowered by what the rounding may have added."""
    number = _known(text)
    return None if number is None else number - 1e-7 * abs(number)


def _run(command: list[str], folder: str, orders: Orders, watch: Watch) -> _Log:
    """Run CBC to its end, or until it is told to stop."""
    log = _Log(watch)
    listening, talking = _channel()
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=talking, stderr=talking)
    os.close(talking)
    pipe = os.fdopen(listening, encoding="ascii", errors="replace")
    reader = threading.Thread(target=log.read, args=(pipe,), daemon=True)
    reader.start()
    late = None if orders.seconds is None else time.monotonic() + orders.seconds + orders.grace / 2
    give_up = None
    try:
        while reader.is_alive():
            reader.join(_POLL)
            now = time.monotonic()
            if give_up is None and (watch.stop_requested() or (late is not None and now > late)):
                _interrupt(process)
                give_up = now + orders.grace / 2
            if give_up is not None and now > give_up:
                process.kill()
    finally:
        if process.poll() is None and reader.is_alive():
            process.kill()
        process.wait()
        reader.join()
        pipe.close()
    return log


def _channel() -> tuple[int, int]:
    """An end to read what CBC writes, and the end that it writes to.

    Into a pipe CBC writes by the page, minutes late; to a terminal, line by line. So it is given a terminal, where
    there are such things.
    """
    return os.pipe() if sys.platform == "win32" else os.openpty()


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    """Ask CBC to hand over its best; where the system has no such signal, it can only be ended."""
    if sys.platform == "win32":
        process.terminate()
        return
    with contextlib.suppress(ProcessLookupError):  # it ended on its own in the meantime
        process.send_signal(signal.SIGINT)


def _answer(first: str, log: _Log, points: Path, program: Program) -> Raw:
    """What the first line of the answer file and the log say together."""
    mixed = bool(program.integer.any())
    said = f"CBC says: {first.partition(' - ')[0]}"
    if first.startswith(("Infeasible", "Integer infeasible")):
        vague = log.has("Pre-processing says infeasible or unbounded")
        if first.startswith("Integer") and np.abs(program.values).max(initial=0.0) > _DOUBTFUL:
            return Raw(Ending.GAVE_UP, nodes=log.nodes, message=f"{said}, and is not believed: {_DOUBT}")
        return Raw(Ending.UNCLEAR if vague else Ending.INFEASIBLE, nodes=log.nodes, message=said)
    if first.startswith("Unbounded"):
        return Raw(Ending.UNBOUNDED, nodes=log.nodes, message=said)
    solved = first.startswith("Optimal")
    if solved:
        ending = Ending.DONE
    elif log.has("Result - Stopped on time") or first.startswith("Stopped on time"):
        ending = Ending.TIME
    elif log.has("Result - Stopped on node limit"):
        ending = Ending.NODES
    elif log.has("Result - User ctrl-c"):
        ending = Ending.USER
    else:
        ending = Ending.GAVE_UP
    x = None
    if points.exists() and (solved or (mixed and "no integer solution" not in first)):
        x = _primal(points, program.columns)
    bound = log.bound if mixed else None
    if solved and bound is None and x is not None:
        # proved with no bound printed: the objective is the bound; the log has it with more digits than the answer
        bound = log.best if mixed and log.best is not None else float(program.objective @ x)
    return Raw(ending, x, bound, log.nodes if mixed else None, "" if solved else said)


def _primal(points: Path, columns: int) -> Floats:
    """The solution: row and column counts, the objective, rows (activity, dual), columns (value, reduced cost)."""
    content = points.read_bytes()
    rows, found = np.frombuffer(content, dtype=np.int32, count=2).tolist()
    if found != columns:
        raise ValueError(f"cbc wrote {found} columns for {columns}")
    numbers = np.frombuffer(content, dtype=np.float64, offset=8)
    return np.array(numbers[1 + 2 * rows : 1 + 2 * rows + columns])


BACKEND = Cbc()
