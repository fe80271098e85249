"""The ledger through the years: adopted change sets, what happened entered, and what changed between two versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.cycle.payloads import ChangeSet, LedgerChange
from planner.ledger import Ledger, Option, Patch, Recovery, Status
from planner.units import half_up, split

if TYPE_CHECKING:
    from planner.cycle.state import Cycle, Work

COST_PARTS = ("hazard_removal_yuan", "land_levelling_yuan", "revegetation_yuan", "rock_face_yuan")
BEGUN_ANEW: dict[str, Any] = {
    "actual_start": None, "actual_finish": None, "accepted_date": None, "accepted_area_m2": None, "tracked": False,
    "planned_year": None, "status": Status.NOT_STARTED.value,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the ledger: what made it, and the register before and after.

    Parameters
    ----------
    number : int
        1 for the first change of the ledger as it was.
    proposal, document : str
        Numbers of the change set and of its adoption.
    """

    number: int
    proposal: str
    document: str
    district: str
    year: int
    at: str
    changes: ChangeSet
    before: Ledger
    after: Ledger


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one patch (or of one of its options), before and after; None where the row is not there."""

    patch: str
    field: str
    old: Any
    new: Any
    option: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """Patches, their area in m² and their cost in yuan."""

    patches: int = 0
    area_m2: int = 0
    cost_yuan: int = 0


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """A ledger before and after.

    Parameters
    ----------
    before, after : dict of (district, treatment) to Sum
        Treatments by their English values.
    added, removed : tuple of str
    changes : tuple of FieldChange
        Of patches that are in both.
    """

    before: Mapping[tuple[str, str], Sum]
    after: Mapping[tuple[str, str], Sum]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[FieldChange, ...]

    @staticmethod
    def total(sums: Mapping[tuple[str, str], Sum]) -> Sum:
        """All of one side together."""
        return Sum(
            sum(s.patches for s in sums.values()), sum(s.area_m2 for s in sums.values()),
            sum(s.cost_yuan for s in sums.values()),
        )  # fmt: skip


def change_report(before: Ledger, after: Ledger) -> ChangeReport:
    """What differs between two ledgers."""
    kept = [name for name in before.by_id if name in after.by_id]
    return ChangeReport(
        _sums(before), _sums(after),
        tuple(name for name in after.by_id if name not in before.by_id),
        tuple(name for name in before.by_id if name not in after.by_id),
        tuple(change for name in kept for change in _differences(before, after, name)),
    )  # fmt: skip


def _sums(ledger: Ledger) -> dict[tuple[str, str], Sum]:
    found: dict[tuple[str, str], list[Patch]] = defaultdict(list)
    for patch in ledger.patches:
        found[patch.district, str(patch.treatment.value)].append(patch)
    return {
        key: Sum(len(rows), sum(p.area_m2 for p in rows), sum(p.cost_yuan for p in rows)) for key, rows in found.items()
    }


def _differences(before: Ledger, after: Ledger, name: str) -> Iterator[FieldChange]:
    old, new = before.by_id[name], after.by_id[name]
    for field in fields(Patch):
        if getattr(old, field.name) != getattr(new, field.name):
            yield FieldChange(name, field.name, getattr(old, field.name), getattr(new, field.name))
    olds = {o.option: o for o in before.options if o.patch == name}
    news = {o.option: o for o in after.options if o.patch == name}
    for option in dict.fromkeys([*olds, *news]):
        one, other = olds.get(option), news.get(option)
        for field in fields(Option):
            was, now = getattr(one, field.name, None), getattr(other, field.name, None)
            if was != now:
                yield FieldChange(name, field.name, was, now, option)


def with_changes(ledger: Ledger, district: str, number: str, changes: ChangeSet) -> Ledger:
    """The ledger with a district's change set entered, all of it.

    Raises
    ------
    BadInput
        It would be a faulty ledger.
    """
    patch_frame, option_frame = ledger.to_frames()
    records: list[dict[Any, Any]] = patch_frame.astype(object).to_dict("records")
    rows: dict[Any, dict[Any, Any]] = {row["patch"]: row for row in records}
    options: list[dict[Any, Any]] = option_frame.astype(object).to_dict("records")
    for change in changes.changes:
        said = f"{number}: {change.reason}"
        if change.op == "remove":
            del rows[change.patch]
            options = [row for row in options if row["patch"] != change.patch]
        elif change.op == "add":
            new: dict[Any, Any] = {"district": district, "change_record": said}
            rows[change.patch] = new | change.values | {"patch": change.patch}
        elif change.op == "reopen":
            assert change.reopens is not None
            old = {k: v for k, v in rows[change.reopens].items() if k not in COST_PARTS}
            rows[change.patch] = old | BEGUN_ANEW | {"change_record": said} | change.values | {"patch": change.patch}
        elif change.option is not None:
            options = [
                {**row, **change.values} if (row["patch"], row["option"]) == (change.patch, change.option) else row
                for row in options
            ]
        else:
            options = _changed(rows, options, change, said)
    import pandas as pd

    return Ledger.from_frames(
        pd.DataFrame(list(rows.values()), columns=patch_frame.columns, dtype=object),
        pd.DataFrame(options, columns=option_frame.columns, dtype=object), ledger.meta,
    )  # fmt: skip


def names_after(ledger: Ledger, changes: ChangeSet) -> list[str]:
    """The patches in the order of the rows that `with_changes` makes."""
    gone = {change.patch for change in changes.changes if change.op == "remove"}
    new = [change.patch for change in changes.changes if change.op in ("add", "reopen")]
    return [*(name for name in ledger.by_id if name not in gone), *new]


def _changed(
    rows: dict[Any, dict[Any, Any]], options: list[dict[Any, Any]], change: LedgerChange, said: str
) -> list[dict[Any, Any]]:
    """One patch's own fields; a new category leaves its old options and its old breakdown of the cost behind."""
    old = rows[change.patch]
    new = {**old, **change.values, "change_record": "；".join(s for s in (old["change_record"], said) if s)}
    if new["cost_yuan"] != old["cost_yuan"] and not any(part in change.values for part in COST_PARTS):
        parts = {part: old[part] for part in COST_PARTS if isinstance(old[part], int)}
        shares = split(new["cost_yuan"], tuple(parts.values())) if any(parts.values()) else (None,) * len(parts)
        new |= dict(zip(parts, shares, strict=True))
    if new["treatment"] != old["treatment"]:
        new["reclassified_from"] = old["treatment"]
        new |= dict.fromkeys(part for part in COST_PARTS if part not in change.values)
        options = [row for row in options if row["patch"] != change.patch]
    rows[change.patch] = new
    return options


_STATUS = {
    "started": Status.UNDER_WAY, "finished": Status.FINISHED, "accepted": Status.ACCEPTED,
    "task_closed": Status.CLOSED,
}  # fmt: skip


def with_history(cycle: Cycle) -> Ledger:
    """The register with what happened: dates, acceptance, verification, tracking, granted costs."""
    patches = tuple(_with_history(cycle, patch) for patch in cycle.register.patches)
    options = tuple(_at_granted_cost(cycle, option) for option in cycle.register.options)
    return replace(cycle.register, patches=patches, options=options)


def _with_history(cycle: Cycle, patch: Patch) -> Patch:
    values: dict[str, Any] = {}
    found = cycle.verified.get(patch.patch)
    if found is not None:
        values |= {
            "verifier_unit": found.unit, "verifier": found.person, "verified_on": found.on,
            "recovery": next(r for r in Recovery if r.value == found.result),
        }  # fmt: skip
    if patch.patch in cycle.natural_closed:
        values["status"] = Status.CLOSED
    if patch.patch in cycle.tracked:
        values["tracked"] = cycle.open_tracking(patch.patch) is not None
    work = cycle.works.get(patch.patch)
    if work is not None:
        values |= {
            "actual_start": work.started, "actual_finish": work.finished, "accepted_date": work.accepted,
            "accepted_area_m2": work.accepted_m2 if work.accepted else None,
            "status": _STATUS.get(str(work.state), patch.status),
        }  # fmt: skip
        if work.changes and not any(o.patch == patch.patch for o in cycle.register.options):
            values |= _cost(patch, granted_cost(work, patch.cost_yuan))
    return replace(patch, **values) if values else patch


def _cost(patch: Patch, yuan: int) -> dict[str, Any]:
    """A patch's cost, its breakdown in the old proportion."""
    parts = {part: value for part in COST_PARTS if (value := getattr(patch, part)) is not None}
    shares = split(yuan, tuple(parts.values())) if any(parts.values()) else (None,) * len(parts)
    return {"cost_yuan": yuan, **dict(zip(parts, shares, strict=True))}


def _at_granted_cost(cycle: Cycle, option: Option) -> Option:
    work = cycle.works.get(option.patch)
    if work is None or not work.changes or work.task.option != option.option:
        return option
    yuan = granted_cost(work, option.cost_yuan)
    cash = split(yuan, option.cash_yuan) if option.cash_yuan else option.cash_yuan
    return replace(option, cost_yuan=yuan, cash_yuan=cash)


def granted_cost(work: Work, cost: int) -> int:
    """The ledger's cost in proportion to what was granted: commitments may carry a price index and a contingency."""
    issued, now = sum(work.issued_money.values()), sum(work.committed().values())
    return half_up(Fraction(cost * now, issued)) if issued else now
