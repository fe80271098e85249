"""Scenarios as TOML files, one extending another."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from planner.files import write_whole
from planner.findings import BadInput, Finding, UnreadableInput
from planner.scenario.types import Scenario


def load_scenario(path: str | os.PathLike[str]) -> Scenario:
    """Read a scenario file together with those it extends.

    Parameters
    ----------
    path : path
        A TOML file. ``extends = "base"`` names a file of the same folder, with or without ``.toml``:
        tables are merged key by key, lists and values are replaced.

    Raises
    ------
    BadInput
        With every fault by the key's path.
    UnreadableInput
        The file is not there, is not UTF-8 TOML, or extends itself.
    """
    file = Path(path)
    merged = _merged(file, ())
    merged.setdefault("name", file.stem)
    try:
        return Scenario.model_validate(merged)
    except BadInput as error:
        raise BadInput([_in_file(finding, file.name) for finding in error.findings]) from error


def save_scenario(scenario: Scenario, path: str | os.PathLike[str]) -> None:
    """Write a scenario in full, everything that it extended included; reading it gives the same digest."""
    plain = _without_none(scenario.model_dump(mode="json", serialize_as_any=True))
    write_whole(Path(path), tomli_w.dumps(plain).encode())


def with_changes(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The same scenario with some keys changed, as a file that extends it would: tables key by key, lists whole.

    Raises
    ------
    BadInput
        What comes out is no scenario.
    """
    return Scenario.model_validate(_merge(scenario.model_dump(mode="json", serialize_as_any=True), changes))


def changes_text(scenario: Scenario, changes: Mapping[str, Any]) -> str:
    """Such changes as a scenario file that extends the scenario's own."""
    return tomli_w.dumps(_without_none({"extends": scenario.name, **changes}))


def _merged(file: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    resolved = file.resolve()
    if resolved in seen:
        chain = " → ".join(step.name for step in (*seen, resolved))
        raise UnreadableInput([Finding("scenario.extends_itself", {"chain": chain}, file=file.name, column="extends")])
    own = _parsed(file)
    parent = own.pop("extends", None)
    if parent is None:
        return own
    name = str(parent) if str(parent).endswith(".toml") else f"{parent}.toml"
    inherited = _merged(file.parent / name, (*seen, resolved))
    for key in ("name", "title", "note", "expected"):
        inherited.pop(key, None)
    return _merge(inherited, own)


def _parsed(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        near = sorted(p.name for p in file.parent.glob("*.toml")) if file.parent.is_dir() else []
        values = {"path": str(file), "message": error.strerror or str(error), "near": "、".join(near) or "–"}
        raise UnreadableInput([Finding("scenario.no_file", values, file=file.name)]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableInput([Finding("scenario.not_toml", {"message": str(error)}, file=file.name)]) from error


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value] if isinstance(value, list) else value


def _in_file(finding: Finding, name: str) -> Finding:
    return Finding(
        finding.key, finding.values, name, finding.sheet, finding.row, finding.column, finding.value, finding.level
    )
