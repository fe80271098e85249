"""From ``clauses: {default, <id>: {mode, …}}`` to the settings of every clause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from planner.clauses import Clause, Mode, Settings, clauses


def settle(value: object) -> dict[str, Settings]:
    """The settings of every clause, from ``{default, <id>: {mode, …}}``."""
    if not isinstance(value, Mapping):
        raise PydanticCustomError("clauses_table", "{kind}", {"kind": type(value).__name__})
    given = dict(value)
    default = given.pop("default", None)
    if isinstance(default, Mapping):
        default = default.get("mode")
    if default is not None and default not in list(Mode):
        raise PydanticCustomError("clause_default", "{given}", {"given": str(default), "known": [str(m) for m in Mode]})
    known = clauses()
    for name in given:
        if name not in known:
            raise PydanticCustomError("unknown_clause", "{name}", {"name": name, "known": list(known)})
    return {name: _clause_settings(name, clause, given.get(name), default) for name, clause in known.items()}


def _clause_settings(name: str, clause: Clause, given: object, default: str | None) -> Settings:
    if isinstance(given, Settings):
        return given
    if isinstance(given, str):
        given = {"mode": given}
    if given is not None and not isinstance(given, Mapping):
        raise PydanticCustomError("clauses_table", "{name} = {given}", {"name": name, "given": str(given)})
    values: dict[str, Any] = dict(given or {})
    if "mode" not in values:
        values["mode"] = _unsaid_mode(clause, default, named=given is not None)
    if values["mode"] not in clause.modes:
        raise PydanticCustomError(
            "clause_mode",
            "{name}.mode = {given}",
            {"name": name, "given": str(values["mode"]), "known": [str(mode) for mode in clause.modes]},
        )
    try:
        return clause.settings.model_validate(values)
    except ValidationError as error:
        raise PydanticCustomError("clause_settings", "{name}", {"name": name, "errors": error.errors()}) from error


def _unsaid_mode(clause: Clause, default: str | None, *, named: bool) -> Mode:
    """The mode of a clause that gives none: to name a clause is to want it."""
    if named:
        return Mode.HARD if clause.default_mode is Mode.OFF else clause.default_mode
    wanted = clause.default_mode if default is None else Mode(default)
    return wanted if wanted in clause.modes else clause.default_mode
