"""Change each clause a little, and see that the tests notice: ``python -m tests.mutants [CLAUSE …]`` (Linux).

A mutant is one small change in ``planner/model/bind/<clause>.py``, in ``planner/audit/<clause>.py`` or in a helper that
the clause shares with others: a sign turned round, a bound moved by one unit, another year, an ``and`` for an ``or``.
The clause's own tests then have to fail. Each mutant runs in a forked process; its change lives in memory alone.
A table comes out, with every mutant that nobody noticed; those known to change nothing are named in `EQUIVALENT`, with
the reason.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import io
import multiprocessing
import re
import sys
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from planner.clauses import clauses

ROOT = Path(__file__).parents[1]
ROOMS = {"bind": "planner.model.bind", "audit": "planner.audit"}
SHARED = {
    "_finishing",
    "_finished",
    "_share",
    "_money_share",
    "_public_money",
    "_together",
}  # helpers that are nothing but clauses
ALWAYS = ("tests/planner/test_clauses.py", "tests/planner/test_enumeration.py")
SECONDS = 600.0  # a mutant that makes a test run for ever is noticed, too

TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
MOVED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OTHER_YEAR = {"start": "finish", "finish": "start", "first": "last", "last": "first"}
OTHER_SIDE = {"low": "high", "high": "low"}

EQUIVALENT: dict[str, str] = {}
"""Mutants that say the same as the original: ``clause/room: line text -> change`` and why."""


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    clause: str
    room: str
    module: str
    kind: str
    line: int
    change: str
    source: str


def mutants(clause: str) -> Iterator[Mutant]:
    """Every mutant of a clause in its two rooms, helpers of its own kind included."""
    for room, package in ROOMS.items():
        for module in _modules(package, clause):
            path = ROOT / (module.replace(".", "/") + ".py")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for number, node in enumerate(ast.walk(tree)):
                for kind, change, apply in _changes(node):
                    mutated = copy.deepcopy(tree)
                    apply(next(n for i, n in enumerate(ast.walk(mutated)) if i == number))
                    source = ast.unparse(ast.fix_missing_locations(mutated))
                    yield Mutant(clause, room, module, kind, getattr(node, "lineno", 0), change, source)


def _modules(package: str, clause: str) -> list[str]:
    """The clause's own module, and the shared ones that it imports."""
    own = f"{package}.{clause}"
    text = (ROOT / (own.replace(".", "/") + ".py")).read_text(encoding="utf-8")
    shared = [name for name in sorted(SHARED) if f"{package}.{name} import" in text]
    return [own, *(f"{package}.{name}" for name in shared)]


Change = tuple[str, str, Callable[[ast.AST], None]]


def _changes(node: ast.AST) -> Iterator[Change]:
    """What may be changed at a node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        op = type(node.ops[0])
        for kind, table in (("sign", TURNED), ("bound", MOVED)):
            if op in table:
                yield kind, f"{op.__name__} -> {table[op].__name__}", _set_op(table[op])
        if "year" in ast.unparse(node.comparators[0]):
            yield "year", f"{ast.unparse(node.comparators[0])} + 1", _one_more_comparator
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        other = ast.Sub if isinstance(node.op, ast.Add) else ast.Add
        yield "sign", f"{type(node.op).__name__} -> {other.__name__}: {ast.unparse(node)}", _set_binary(other)
    elif isinstance(node, ast.BoolOp):
        both = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield "logic", f"{type(node.op).__name__} -> {both.__name__}: {ast.unparse(node)}", _set_bool(both)
    elif isinstance(node, ast.keyword) and node.arg in OTHER_SIDE:
        yield "sign", f"{node.arg}= -> {OTHER_SIDE[node.arg]}=", _set_side
        yield "bound", f"{node.arg} = {ast.unparse(node.value)} + 1", _one_more_value
    elif isinstance(node, ast.Attribute) and node.attr in OTHER_YEAR and isinstance(node.ctx, ast.Load):
        yield "year", f".{node.attr} -> .{OTHER_YEAR[node.attr]}", _set_attribute


def _set_op(op: type[ast.cmpop]) -> Callable[[ast.AST], None]:
    def apply(node: ast.AST) -> None:
        assert isinstance(node, ast.Compare)
        node.ops = [op()]

    return apply


def _one_more_comparator(node: ast.AST) -> None:
    assert isinstance(node, ast.Compare)
    node.comparators = [ast.BinOp(node.comparators[0], ast.Add(), ast.Constant(1))]


def _set_binary(op: type[ast.operator]) -> Callable[[ast.AST], None]:
    def apply(node: ast.AST) -> None:
        assert isinstance(node, ast.BinOp)
        node.op = op()

    return apply


def _set_bool(op: type[ast.boolop]) -> Callable[[ast.AST], None]:
    def apply(node: ast.AST) -> None:
        assert isinstance(node, ast.BoolOp)
        node.op = op()

    return apply


def _set_side(node: ast.AST) -> None:
    assert isinstance(node, ast.keyword)
    node.arg = OTHER_SIDE[str(node.arg)]


def _one_more_value(node: ast.AST) -> None:
    """One more where there is a bound at all."""
    assert isinstance(node, ast.keyword)
    value = node.value
    more = ast.BinOp(value, ast.Add(), ast.Constant(1))
    node.value = ast.IfExp(ast.Compare(value, [ast.Is()], [ast.Constant(None)]), ast.Constant(None), more)


def _set_attribute(node: ast.AST) -> None:
    assert isinstance(node, ast.Attribute)
    node.attr = OTHER_YEAR[node.attr]


def install(mutant: Mutant) -> None:
    """Put a mutant in the place of its module, for this process; clauses are then loaded anew around it."""
    package = mutant.module.rpartition(".")[0]
    for name in list(sys.modules):
        inside, _, last = name.rpartition(".")
        if inside == package and (last in clauses() or last in SHARED):
            del sys.modules[name]
    module = types.ModuleType(mutant.module)
    module.__package__ = package
    module.__file__ = str(ROOT / (mutant.module.replace(".", "/") + ".py"))
    sys.modules[mutant.module] = module
    exec(compile(mutant.source, module.__file__, "exec"), module.__dict__)
    setattr(importlib.import_module(package), mutant.module.rpartition(".")[2], module)


def stages(clause: str, *, quick: bool = False) -> list[list[str]]:
    """What pytest is asked, quickest first: the clause's own cases, then every test file that names it."""
    own = ["-k", clause, *(str(ROOT / file) for file in ALWAYS)]
    if quick:
        return [own]
    named = re.compile(rf"\b{clause}\b")
    naming = [
        str(path)
        for path in sorted((ROOT / "tests" / "planner").rglob("test_*.py"))
        if named.search(path.read_text(encoding="utf-8"))
    ]
    return [own, naming]


def _run(mutant: Mutant | None, clause: str, quick: bool, told: Connection) -> None:
    """In a child: whether the clause's tests pass."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
        try:
            if mutant is not None:
                install(mutant)
            codes = (
                pytest.main(["-x", "-q", "-p", "no:cacheprovider", *asked]) for asked in stages(clause, quick=quick)
            )
            noticed = any(code != 0 for code in codes)
        except Exception as error:  # noqa: BLE001 - a mutant that cannot even be loaded is noticed
            told.send(type(error).__name__)
            return
    told.send("noticed" if noticed else "survived")


def outcome(clause: str, mutant: Mutant | None = None, *, quick: bool = False) -> str:
    """What the clause's tests say of a mutant; of the original, without one."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_run, args=(mutant, clause, quick, there))
    child.start()
    there.close()
    said = "too slow"
    if here.poll(SECONDS):
        try:
            said = here.recv()
        except EOFError:
            said = "crashed"
    child.kill()
    child.join()
    here.close()
    return said


def _spread(listed: Iterator[Mutant], most: int) -> list[Mutant]:
    """At most so many of each kind in each room, from all over the files."""
    groups: dict[tuple[str, str], list[Mutant]] = {}
    for mutant in listed:
        groups.setdefault((mutant.room, mutant.kind), []).append(mutant)
    return [own[i * len(own) // min(most, len(own))] for own in groups.values() for i in range(min(most, len(own)))]


def main() -> int:
    """Run the mutants of some clauses, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clauses", nargs="*", default=sorted(clauses()))
    parser.add_argument("--most", type=int, default=1_000, help="of one kind in one room of a clause, spread evenly")
    parser.add_argument(
        "--quick", action="store_true", help="ask the clause's own cases alone, not every test that names it"
    )
    arguments = parser.parse_args()
    chosen: list[str] = arguments.clauses
    missed = 0
    print("| clause | room | sign | bound | year | logic | noticed |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for clause in chosen:
        began = time.monotonic()
        if (said := outcome(clause, quick=True)) != "survived":
            raise SystemExit(f"{clause}: its tests do not pass as it is: {said}")
        listed = _spread(mutants(clause), arguments.most)
        for room in ROOMS:
            made, seen = Counter[str](), Counter[str]()
            for mutant in (m for m in listed if m.room == room):
                key = f"{clause}/{room}:{mutant.line}: {mutant.change}"
                if any(known in key for known in EQUIVALENT):
                    continue
                made[mutant.kind] += 1
                if outcome(clause, mutant, quick=arguments.quick) == "survived":
                    print(f"NOT NOTICED {key} ({mutant.module})", file=sys.stderr, flush=True)
                    missed += 1
                else:
                    seen[mutant.kind] += 1
            cells = [f"{seen[kind]}/{made[kind]}" if made[kind] else "–" for kind in ("sign", "bound", "year", "logic")]
            print(f"| {clause} | {room} | {' | '.join(cells)} | {seen.total()}/{made.total()} |", flush=True)
        print(f"{clause}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
