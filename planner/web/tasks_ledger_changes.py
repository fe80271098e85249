"""Rows of a form as a set of changes of the ledger: each value as its column is written, with its unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from planner.cycle.payloads import ChangeSet
from planner.cycle.rules.changing import BY_OTHER_STEPS
from planner.findings import BadInput, Finding
from planner.ledger import Patch
from planner.ledger.schema import Column, Kind, columns
from planner.office.words import Words
from planner.units import M2_PER_HECTARE

FIELDS: Mapping[str, Column] = {
    name: column for name, column in columns(Patch).items() if name not in BY_OTHER_STEPS
}  # fmt: skip
"""The fields that a change set may write."""

_YES, _NO = ("是", "yes", "true", "1"), ("否", "no", "false", "0")


def change_set(rows: Sequence[Mapping[str, Any]], words: Words) -> ChangeSet:
    """Put the rows of one patch together.

    Raises
    ------
    BadInput
        A value is not what its column holds, or the rows are no set of changes.
    """
    faults: list[Finding] = []
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        said = {name: str(value).strip() for name, value in row.items() if value not in (None, "")}
        if not said:
            continue
        key = (said.get("op", ""), said.get("patch", ""), said.get("option", ""))
        change = found.setdefault(key, {"op": key[0], "patch": key[1], "reason": "", "values": {}})
        change |= {name: said[name] for name in ("reason", "option", "reopens") if name in said}
        if field := said.get("field"):
            try:
                change["values"][field] = _value(FIELDS[field], said.get("value", ""), words)
            except (ValueError, InvalidOperation):
                values = {"field": field}
                value = said.get("value", "")
                faults.append(Finding("tasks_page.bad_value", values, row=number, column=field, value=value))
    if faults:
        raise BadInput(faults)
    try:
        return ChangeSet.model_validate({"changes": list(found.values())})
    except ValidationError as error:
        raise BadInput(
            [
                Finding(
                    "tasks_page.no_change_set", {"message": fault["msg"]}, column=".".join(map(str, fault["loc"])),
                    value=str(fault.get("input"))[:80],
                )
                for fault in error.errors()
            ]
        ) from error  # fmt: skip


def _value(column: Column, said: str, words: Words) -> Any:
    match column.kind:
        case Kind.AREA:
            return _whole(Decimal(said) * M2_PER_HECTARE)
        case Kind.MONEY:
            return _whole(Decimal(said) * words.size)
        case Kind.WHOLE:
            return int(said)
        case Kind.YES_NO:
            if said.lower() not in (*_YES, *_NO):
                raise ValueError(said)
            return said.lower() in _YES
        case _:
            return said


def _whole(amount: Decimal) -> int:
    if amount != amount.to_integral_value():
        raise ValueError(str(amount))
    return int(amount)
