"""What happened: starts, finishes, acceptance, new categories, payments; a file that brings a ledger up to date."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.clauses.base import Year
from planner.findings import BadInput, Finding, UnreadableInput
from planner.ledger import Ledger, Patch, Status, Treatment
from planner.scenario.parts import Yuan
from planner.scenario.sources import Source


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Started(_Fact):
    """Works on a patch began."""

    patch: str
    on: dt.date


class Finished(_Fact):
    """Works on a patch ended."""

    patch: str
    on: dt.date


class Accepted(_Fact):
    """A patch was accepted, with the area that was."""

    patch: str
    on: dt.date
    area_m2: Annotated[int, Field(ge=0)]


class Reclassified(_Fact):
    """A patch was put into another category (归并调整), with what it now costs and why."""

    patch: str
    treatment: Literal["natural", "artificial", "comprehensive"]
    cost_yuan: Yuan
    reason: Annotated[str, Field(min_length=1)]


class Paid(_Fact):
    """What a purse spent in a year, in the series that the budgets bind; `district` None is the city."""

    source: Source
    district: str | None = None
    year: Year
    yuan: Yuan


class Outturn(_Fact):
    """Facts about a year or more; `data_nature` says where they come from."""

    title: dict[Literal["zh", "en"], str] = Field(default_factory=dict)
    note: dict[Literal["zh", "en"], str] = Field(default_factory=dict)
    data_nature: str = ""
    started: tuple[Started, ...] = ()
    finished: tuple[Finished, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    reclassified: tuple[Reclassified, ...] = ()
    paid: tuple[Paid, ...] = ()


def load_outturn(path: str | os.PathLike[str]) -> Outturn:
    """Read facts from a TOML file.

    Raises
    ------
    UnreadableInput
        The file is not there or not TOML.
    BadInput
        With every entry that is not a fact, by its path in the file.
    """
    file = Path(path)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableInput([Finding("advice_outlook.no_facts", {"message": str(error)}, file=file.name)]) from error
    try:
        return Outturn.model_validate(data)
    except ValidationError as error:
        raise BadInput(
            [
                Finding(
                    "advice_outlook.not_a_fact", {"message": fault["msg"]}, file=file.name,
                    column=".".join(map(str, fault["loc"])), value=str(fault.get("input"))[:80],
                )
                for fault in error.errors()
            ]
        ) from error  # fmt: skip


def with_facts(ledger: Ledger, facts: Outturn) -> Ledger:
    """The ledger with the facts entered, and checked again as any ledger is.

    Raises
    ------
    BadInput
        A fact is about a patch that the ledger does not have, or makes a faulty ledger.
    """
    named = [
        (f"{kind}[{i}].patch", fact.patch)
        for kind in ("started", "finished", "accepted", "reclassified")
        for i, fact in enumerate(getattr(facts, kind))
    ]
    unknown = [
        Finding("advice_outlook.fact_about_nothing", column=path, value=patch)
        for path, patch in named
        if patch not in ledger.by_id
    ]
    if unknown:
        raise BadInput(unknown)
    changes: dict[str, dict[str, Any]] = {}
    for patch, change in _changes(ledger, facts):
        changes.setdefault(patch, {}).update(change)
    patches = tuple(replace(p, **changes[p.patch]) if p.patch in changes else p for p in ledger.patches)
    moved = {fact.patch for fact in facts.reclassified}
    options = tuple(option for option in ledger.options if option.patch not in moved)
    tables = replace(ledger, patches=patches, options=options).to_frames()
    return Ledger.from_frames(*tables, ledger.meta)


def _changes(ledger: Ledger, facts: Outturn) -> Iterator[tuple[str, dict[str, Any]]]:
    treatments = {str(treatment.value): treatment for treatment in Treatment}
    for start in facts.started:
        yield start.patch, {"actual_start": start.on, "status": Status.UNDER_WAY}
    for end in facts.finished:
        yield end.patch, {"actual_finish": end.on, "status": Status.FINISHED}
    for accepted in facts.accepted:
        yield accepted.patch, {
            "accepted_date": accepted.on, "accepted_area_m2": accepted.area_m2, "status": Status.ACCEPTED,
        }  # fmt: skip
    for new in facts.reclassified:
        before: Patch = ledger.by_id[new.patch]
        yield new.patch, {
            "treatment": treatments[new.treatment], "cost_yuan": new.cost_yuan, "reclassified_from": before.treatment,
            "change_record": new.reason, "hazard_removal_yuan": None, "land_levelling_yuan": None,
            "revegetation_yuan": None, "rock_face_yuan": None,
        }  # fmt: skip
