"""A calibrated synthetic ledger, and budgets that suffice for it, from a seed and a table of constants.

Everything about a place is in the calibration, a mapping or a TOML file; this package knows none of it.
The calibration that is shipped under ``data/`` documents every key.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from planner.ledger.sample.amounts import Calibration, draft_amounts
from planner.ledger.sample.attributes import describe, options_of, tier_of
from planner.ledger.sample.budgets import BudgetRow, Budgets, make_budgets
from planner.ledger.sample.geometry import District, read_districts
from planner.ledger.sample.places import place
from planner.ledger.sample.reference import district_years, reference_schedule, works_years
from planner.ledger.types import META_DEFAULTS, Ledger, Patch

__all__ = [
    "BudgetRow",
    "Budgets",
    "Sample",
    "district_years",
    "make_sample",
    "read_calibration",
    "reference_schedule",
    "tier_of",
    "works_years",
]


class Sample(NamedTuple):
    """What a calibration makes.

    Parameters
    ----------
    ledger : Ledger
    budgets : dict of str to tuple of BudgetRow
        By scenario name; scenarios without money of their own are not in it.
    """

    ledger: Ledger
    budgets: dict[str, Budgets]


def make_sample(calibration: Calibration | str | os.PathLike[str]) -> Sample:
    """Make the ledger and the budgets of a calibration; the same calibration always gives the same.

    Parameters
    ----------
    calibration : mapping or path
        A path is read as TOML.

    Raises
    ------
    ValueError
        The calibration contradicts itself, or no reference schedule meets its figures.
    KeyError
        A key is missing.
    """
    if not isinstance(calibration, dict):
        calibration = read_calibration(calibration)  # type: ignore[arg-type]
    drafts = draft_amounts(calibration)
    place(calibration, drafts, _boundaries(calibration["boundaries"]))
    describe(calibration, drafts)
    rank = {row["name"]: i for i, row in enumerate(calibration["districts"])}
    patches = [
        Patch(
            area_m2=draft.area_m2, treatment=draft.treatment, ever_licensed=draft.licensed, cost_yuan=draft.cost,
            kind=draft.kind, **draft.fields,
        )
        for draft in drafts
    ]  # fmt: skip
    patches.sort(key=lambda patch: (rank[patch.district], patch.patch))
    meta = META_DEFAULTS | {name: str(value) for name, value in calibration["meta"].items()}
    ledger = Ledger(tuple(patches), tuple(options_of(calibration, patches)), meta)
    return Sample(ledger, make_budgets(calibration, ledger))


def read_calibration(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a calibration file; its boundaries are found beside it."""
    file = Path(path)
    calibration = tomllib.loads(file.read_text(encoding="utf-8"))
    calibration["boundaries"] = str(file.parent / calibration["boundaries"])
    return calibration


def _boundaries(given: Any) -> dict[str, District]:
    geojson = given if isinstance(given, dict) else json.loads(Path(given).read_text(encoding="utf-8"))
    return read_districts(geojson)
