"""Faults of a scenario in the words of its user: the key's path, the value, the likely repair."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from planner.findings import BadInput, Finding

_TYPE_FAULTS = (
    "int_type",
    "int_parsing",
    "int_from_float",
    "decimal_type",
    "decimal_parsing",
    "float_type",
    "bool_type",
    "bool_parsing",
)
_OWN = (
    "horizon_order", "district_missing", "enterprise_budget", "user_budget", "unknown_field", "weights_sum",
    "lock_year", "lock_option", "clauses_table", "clause_default", "unknown_clause", "clause_mode",
    "empty_profile", "sides_cross", "no_limit", "entry_twice",
)  # fmt: skip


def bad_scenario(error: ValidationError, model: type[BaseModel], file: str = "") -> BadInput:
    """Turn what pydantic found into findings with paths and repairs."""
    return BadInput([finding for fault in error.errors() for finding in _findings(fault, (), model, file)])


def path_text(location: Sequence[int | str]) -> str:
    """A key's path as people write it: ``budgets[2].yuan``."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _findings(
    fault: Mapping[str, Any], prefix: tuple[int | str, ...], model: type[BaseModel], file: str
) -> Iterator[Finding]:
    context: dict[str, Any] = dict(fault.get("ctx") or {})
    location = (*prefix, *fault["loc"])
    kind = fault["type"]
    if kind == "contradictions":
        yield from context["findings"]
        return
    if kind == "clause_settings":
        from planner.clauses import clauses

        for inner in context["errors"]:
            yield from _findings(inner, (*location, context["name"]), clauses()[context["name"]].settings, file)
        return
    value, values = _shorten(fault.get("input")), {"message": fault["msg"], **context}
    if kind in _OWN:
        key = kind
        if kind in ("unknown_clause", "unknown_field"):
            value = context["name"]
            values["near"] = _near(value, context["known"])
        values["known"] = "、".join(map(str, context.get("known", ())))
    elif kind == "extra_forbidden":
        key, values["near"] = "unknown_key", _near(str(location[-1]), _keys(model, location[:-1]))
        value = str(location[-1])
    elif kind == "missing":
        key, value = "missing_key", ""
    elif kind in _TYPE_FAULTS:
        key = "wrong_type"
    elif kind in ("enum", "literal_error"):
        key, values["known"] = "not_one_of", str(context.get("expected", ""))
    elif kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        key = "out_of_range"
    elif kind == "string_pattern_mismatch":
        key = "bad_source" if location[-1] == "source" else "bad_pattern"
    elif kind == "too_short":
        key = "empty_list"
    elif kind == "string_too_short":
        key = "empty_text"
    else:
        key = "invalid"
    yield Finding(f"scenario.{key}", values, file=file, column=path_text(location), value=value)


def _shorten(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _near(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return near[0] if near else "、".join(known) or "–"


def _keys(model: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    """The keys that are allowed at a path."""
    here: Any = model
    for part in location:
        if isinstance(part, int) or not hasattr(here, "model_fields") or part not in here.model_fields:
            continue
        here = _model_in(here.model_fields[part].annotation)
        if here is None:
            return []
    return list(getattr(here, "model_fields", ()))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as ``tuple[Model, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
