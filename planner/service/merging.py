"""Two people changed one document: what each changed, what goes together, and what somebody has to settle.

A three-way merge against the version that both started from. A scenario is compared key by key (budgets, locks and
the like by what they are of, not by their place in a list), a ledger field by field of each patch and option.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path as FilePath
from typing import Any, Literal

from planner.findings import BadInput, Finding
from planner.ledger import Ledger, Option, Patch, load_ledger, save_ledger
from planner.scenario import Scenario

Side = Literal["theirs", "mine"]
Path = tuple[str, ...]

MISSING = "∅"
"""Stands for what is not there, where a value is shown."""

_NAMED: Mapping[str, tuple[str, ...]] = {  # lists whose entries have a name of their own
    "budgets": ("source", "district", "year"),
    "sources": ("source",),
    "locks": ("patch", "kind"),
    "frozen": ("year",),
    "overrides": ("patch", "option", "field"),
}


@dataclass(frozen=True)
class Clash:
    """One place that both changed, each in another way.

    Parameters
    ----------
    place : str
        The key's path, or patch and field.
    base, theirs, mine : object
        :data:`MISSING` where it is not there.
    """

    place: str
    base: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Changed:
    """One place where two scenarios differ.

    Parameters
    ----------
    path : tuple of str
        The key's path; what stands in a list by what it is of.
    before, after : object
        :data:`MISSING` where it is not there.
    """

    path: Path
    before: Any
    after: Any


@dataclass(frozen=True)
class Merge:
    """What two changes come to together.

    Parameters
    ----------
    theirs, mine : tuple of str
        The places that only the one or the other changed; both are in the merged document.
    clashes : tuple of Clash
        The places that both changed.
    """

    theirs: tuple[str, ...]
    mine: tuple[str, ...]
    clashes: tuple[Clash, ...]
    _flat: Mapping[Path, Any]
    _open: Mapping[str, tuple[Path, Any, Any]]

    def settled(self, choices: Mapping[str, Side]) -> dict[Path, Any]:
        """The merged leaves.

        Parameters
        ----------
        choices : mapping of str to {"theirs", "mine"}
            Of each clash's place.

        Raises
        ------
        BadInput
            A clash has no choice.
        """
        left = [clash for clash in self.clashes if choices.get(clash.place) not in ("theirs", "mine")]
        if left:
            raise BadInput([_unsettled(clash) for clash in left])
        chosen = {
            path: theirs if choices[place] == "theirs" else mine for place, (path, theirs, mine) in self._open.items()
        }
        whole = {path: chosen.get(path, value) for path, value in self._flat.items()}
        return {path: value for path, value in whole.items() if value is not _NOTHING}


class _Nothing:
    def __repr__(self) -> str:
        return MISSING


_NOTHING = _Nothing()


def merge_leaves(base: Mapping[Path, Any], theirs: Mapping[Path, Any], mine: Mapping[Path, Any]) -> Merge:
    """Merge leaves by their paths: what one side alone changed is taken from it; what both changed alike, once."""
    flat: dict[Path, Any] = {}
    by: dict[str, list[str]] = {"theirs": [], "mine": []}
    clashes: list[Clash] = []
    unsettled: dict[str, tuple[Path, Any, Any]] = {}
    for path in dict.fromkeys((*theirs, *mine, *base)):  # in their order, so that what nobody changed stays as it was
        was, their, my = (side.get(path, _NOTHING) for side in (base, theirs, mine))
        place = " / ".join(path)
        if their == my or my == was:
            value = their
            if their != was and their != my:
                by["theirs"].append(place)
        elif their == was:
            value = my
            by["mine"].append(place)
        else:
            while place in unsettled:  # names may hold the very sign that parts them
                place += "′"
            clashes.append(Clash(place, *(_shown(value) for value in (was, their, my))))
            unsettled[place] = (path, their, my)
            value = None  # holds the place until somebody chooses
        if value is not _NOTHING:
            flat[path] = value
    return Merge(tuple(by["theirs"]), tuple(by["mine"]), tuple(clashes), flat, unsettled)


def merge_scenarios(base: Scenario, theirs: Scenario, mine: Scenario) -> Merge:
    """What two changes of a scenario come to together."""
    return merge_leaves(*(scenario_leaves(plain_scenario(side)) for side in (base, theirs, mine)))


def merged_scenario(merge: Merge, choices: Mapping[str, Side] | None = None) -> Scenario:
    """The merged scenario.

    Raises
    ------
    BadInput
        A clash has no choice, or what both changes come to together is no scenario.
    """
    return Scenario.model_validate(_built(merge.settled(choices or {})))


def merge_ledgers(base: Ledger, theirs: Ledger, mine: Ledger) -> Merge:
    """What two changes of a ledger come to together: field by field, whole rows where one side took the row away."""
    rows = [_rows(side) for side in (base, theirs, mine)]
    leaves: list[dict[Path, Any]] = [
        {("meta", key): value for key, value in s.meta.items()} for s in (base, theirs, mine)
    ]
    for path in dict.fromkeys((*rows[1], *rows[2], *rows[0])):
        apart = all(path in side for side in rows)
        for side, own in zip(leaves, rows, strict=True):
            if path in own and apart:
                side.update({(*path, name): getattr(own[path], name) for name in _fields(own[path])})
            elif path in own:
                side[path] = own[path]
    return merge_leaves(*leaves)


def merged_ledger(merge: Merge, choices: Mapping[str, Side] | None = None) -> Ledger:
    """The merged ledger, checked like any other.

    Raises
    ------
    BadInput
        A clash has no choice, or what both changes come to together is no ledger.
    """
    parts: dict[Path, dict[str, Any]] = {}
    rows: dict[Path, Any] = {}
    meta: dict[str, str] = {}
    flat = merge.settled(choices or {})
    for path, value in flat.items():
        if path[0] == "meta":
            meta[path[1]] = value
        elif len(path) == _LENGTH[path[0]]:
            rows[path] = value
        else:
            parts.setdefault(path[:-1], {})[path[-1]] = value
    rows |= {path: _TYPE[path[0]](**own) for path, own in parts.items()}
    order = dict.fromkeys(path[: _LENGTH[path[0]]] for path in flat if path[0] != "meta")
    ledger = Ledger(
        patches=tuple(rows[path] for path in order if path[0] == "patch"),
        options=tuple(rows[path] for path in order if path[0] == "option"),
        meta=meta,
    )
    with tempfile.TemporaryDirectory() as place:
        file = FilePath(place) / "ledger.xlsx"
        save_ledger(ledger, file)
        return load_ledger(file)


def plain_scenario(scenario: Scenario) -> dict[str, Any]:
    """A scenario as plain data, every key of it."""
    return scenario.model_dump(mode="json", serialize_as_any=True)


def scenario_leaves(plain: Mapping[str, Any]) -> dict[Path, Any]:
    """The values of a scenario, given as plain data, by path: budgets, locks and the like by what they are of."""
    return dict(_leaves(plain, ()))


def changed_leaves(base: Mapping[str, Any], mine: Mapping[str, Any]) -> tuple[Changed, ...]:
    """What differs between two scenarios, given as plain data, in the order of the second."""
    before, after = scenario_leaves(base), scenario_leaves(mine)
    return tuple(
        Changed(path, before.get(path, MISSING), after.get(path, MISSING))
        for path in dict.fromkeys((*after, *before))
        if before.get(path, MISSING) != after.get(path, MISSING)
    )


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    elif len(path) == 1 and path[0] in _NAMED and value:
        names = _NAMED[path[0]]
        seen: dict[str, int] = {}
        for entry in value:
            name = "·".join("" if entry.get(part) is None else str(entry[part]) for part in names)
            seen[name] = seen.get(name, 0) + 1
            yield (*path, name if seen[name] == 1 else f"{name} ({seen[name]})"), entry
        yield (*path, "="), None
    else:
        yield path, value


def _built(flat: Mapping[Path, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in flat.items():
        if path[0] in _NAMED and len(path) == 2:
            entries = tree.setdefault(path[0], [])
            if path[1] != "=":
                entries.append(value)
            continue
        inner = tree
        for step in path[:-1]:
            inner = inner.setdefault(step, {})
        if value in ([], {}):  # one side emptied what the other has put something into
            inner.setdefault(path[-1], type(value)())
        elif value is not None:
            inner[path[-1]] = value
    return tree


_TYPE: Mapping[str, type[Patch] | type[Option]] = {"patch": Patch, "option": Option}
_LENGTH = {"patch": 2, "option": 3}  # of a whole row's path


def _rows(ledger: Ledger) -> dict[Path, Patch | Option]:
    patches: dict[Path, Patch | Option] = {("patch", patch.patch): patch for patch in ledger.patches}
    return patches | {("option", option.patch, option.option): option for option in ledger.options}


def _fields(row: Patch | Option) -> list[str]:
    return [each.name for each in fields(row)]


def _shown(value: Any) -> Any:
    return MISSING if value is _NOTHING else value


def _unsettled(clash: Clash) -> Finding:
    values = {"base": clash.base, "theirs": clash.theirs, "mine": clash.mine}
    return Finding("service.clash_unsettled", values, column=clash.place)
