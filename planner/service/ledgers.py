"""A ledger's file in a worker: looked through before it is kept, or read to be kept; it never sees the store."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from planner.findings import BadInput, Finding, Level, UnreadableInput
from planner.ledger import Mapping as ColumnMapping
from planner.ledger import load_ledger, propose_mapping, save_ledger
from planner.ledger.excel import examine_ledger
from planner.ledger.mapping import MappedColumn, read_mapping
from planner.office.folder import LEDGER
from planner.service.progress import Report


class Checked(BaseModel):
    """What a ledger's file was found to hold.

    Parameters
    ----------
    patches : int or None
        How many there are; None where faults keep it from being a ledger.
    patch_columns, option_columns : tuple of MappedColumn
        What each column holds: known or confirmed, or proposed and to be confirmed by people.
    findings : tuple of dict
        Every finding as `planner.findings.Finding.to_json` gives it, faults, warnings and notes.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal["shanfu-ledger-check/1"] = "shanfu-ledger-check/1"
    file: str
    patches: int | None
    patch_columns: tuple[MappedColumn, ...] = ()
    option_columns: tuple[MappedColumn, ...] = ()
    findings: tuple[dict[str, Any], ...] = ()

    @property
    def clean(self) -> bool:
        """Whether it may be kept: nothing that was found is a fault."""
        return self.patches is not None


def check_file(folder: Path, payload: Mapping[str, Any], _report: Report, _stop: threading.Event) -> dict[str, Any]:
    """What the columns of a file hold, and everything that is found in it."""
    file, said = _file(folder, payload), _mapping(payload)
    try:
        proposed = propose_mapping(file, mapping=said)
        examined = examine_ledger(file, mapping=said)
        findings, ledger = examined.findings, examined.ledger
    except UnreadableInput as refused:
        proposed, findings, ledger = ColumnMapping(), list(refused.findings), None
    if ledger is not None and len(ledger.patches) > payload["most_rows"]:
        findings, ledger = [_too_many(len(ledger.patches), payload), *findings], None
    order = list(Level)
    found = Checked(
        file=payload["file"], patches=None if ledger is None else len(ledger.patches),
        patch_columns=proposed.patches, option_columns=proposed.options,
        findings=tuple(one.to_json() for one in sorted(findings, key=lambda one: order.index(one.level))),
    )  # fmt: skip
    return {"data": found.model_dump(mode="json")}


def read_file(folder: Path, payload: Mapping[str, Any], _report: Report, _stop: threading.Event) -> dict[str, Any]:
    """The ledger of a file, as the workbook that is kept."""
    ledger = load_ledger(_file(folder, payload), mapping=_mapping(payload))
    if len(ledger.patches) > payload["most_rows"]:
        raise BadInput([_too_many(len(ledger.patches), payload)])
    save_ledger(ledger, folder / LEDGER)
    return {"data": (folder / LEDGER).read_bytes(), "digest": ledger.digest, "patches": len(ledger.patches)}


def _file(folder: Path, payload: Mapping[str, Any]) -> Path:
    return folder / "in" / str(payload["file"])


def _mapping(payload: Mapping[str, Any]) -> ColumnMapping | None:
    return read_mapping(payload["mapping"], "mapping.toml") if "mapping" in payload else None


def _too_many(patches: int, payload: Mapping[str, Any]) -> Finding:
    return Finding("service.too_many_rows", {"patches": patches, "most": payload["most_rows"]}, file=payload["file"])
