"""The ledger from data frames and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from planner.findings import Finding
from planner.ledger.build import Examined, examine, ledger_or_raise
from planner.ledger.meta import read_meta
from planner.ledger.schema import Kind, Labelled, columns
from planner.ledger.table import Table
from planner.ledger.types import Ledger, Option, Patch

_DTYPES = {Kind.TEXT: "object", Kind.YES_NO: "bool", Kind.WHOLE: "Int64", Kind.AREA: "Int64", Kind.MONEY: "Int64"}
_PLAIN_ALREADY = (str, bool, int, float, type(None))


def ledger_from_frames(
    patches: pd.DataFrame, options: pd.DataFrame | None = None, meta: Mapping[str, str] | None = None
) -> Ledger:
    """Make a ledger from data frames with the English field names.

    Money is in whole yuan and area in whole m². An empty cell (None, NaN, NA, NaT, blank text)
    stands for the field's default. An `options` frame without rows is none at all.

    Parameters
    ----------
    patches : DataFrame
        One row for each patch; see `Patch` for the columns.
    options : DataFrame, optional
        One row for each option; see `Option`.
    meta : mapping, optional
        Entries of `META_DEFAULTS` to replace.

    Returns
    -------
    Ledger

    Raises
    ------
    BadInput
        With every fault found, by row (the first is 1) and column.
    TypeError
        An argument is no data frame.
    """
    examined = _examine(patches, options, meta)
    return ledger_or_raise(examined.ledger, examined.findings)


def check_frames(
    patches: pd.DataFrame, options: pd.DataFrame | None = None, meta: Mapping[str, str] | None = None
) -> list[Finding]:
    """Everything found in data frames, warnings included; empty where there is nothing to say."""
    return _examine(patches, options, meta).findings


def frames_from_ledger(ledger: Ledger) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The patches and options of a ledger as data frames with the English field names.

    Returns
    -------
    tuple of DataFrame
        Every column in the order of the fields. Enumerations are their English values; whole
        numbers are ``Int64``; dates, decimals, lists and shares are the Python objects.
        `ledger_from_frames` makes the same ledger of them.
    """
    return _frame(Patch, ledger.patches), _frame(Option, ledger.options)


def _examine(patches: pd.DataFrame, options: pd.DataFrame | None, meta: Mapping[str, str] | None) -> Examined:
    entries = [(str(key), _plain(value), 0) for key, value in (meta or {}).items()]
    read, meta_findings = read_meta(entries, sheet="meta")
    option_tables = [_table(options, Option, "options")] if options is not None and len(options) else []
    ledger, findings = examine([_table(patches, Patch, "patches")], option_tables, read)
    return Examined(ledger, findings + meta_findings)


def _table(frame: pd.DataFrame, row_type: type[Any], sheet: str) -> Table:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"{sheet} must be a pandas DataFrame, got {type(frame).__name__}; wrap it in pandas.DataFrame")
    return Table(
        row_type=row_type,
        names=[str(name) for name in frame.columns],
        cells=[_raw_cells(frame.iloc[:, place]) for place in range(frame.shape[1])],
        rows=range(1, len(frame) + 1),
        sheet=sheet,
    )


def _raw_cells(series: pd.Series[Any]) -> list[Any]:
    cells = series.tolist()
    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "iufb":
        return cells
    return [_plain(raw) for raw in cells]


def _plain(raw: object) -> object:
    """A cell without the types of numpy and pandas."""
    if raw.__class__ in _PLAIN_ALREADY:
        return raw
    if raw is pd.NA or raw is pd.NaT:
        return None
    if isinstance(raw, np.datetime64):
        return None if np.isnat(raw) else pd.Timestamp(raw)
    if isinstance(raw, np.ndarray | pd.Series):
        raw = raw.tolist()
    if isinstance(raw, np.generic):
        return raw.item()
    if isinstance(raw, list | tuple):
        return [_plain(item) for item in raw]
    if isinstance(raw, Mapping):
        return {_plain(key): _plain(value) for key, value in raw.items()}
    return raw


def _frame(row_type: type[Any], rows: tuple[Patch, ...] | tuple[Option, ...]) -> pd.DataFrame:
    data = {}
    for field in fields(row_type):
        values = [getattr(row, field.name) for row in rows]
        column = columns(row_type)[field.name]
        if column.kind is Kind.CHOICE:
            values = [value.value if isinstance(value, Labelled) else None for value in values]
        data[field.name] = pd.Series(values, dtype=_DTYPES.get(column.kind, "object"))
    return pd.DataFrame(data)
