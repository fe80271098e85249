"""Budgets that are feasible by construction: sums of a reference schedule, and changes of those sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from planner.ledger.sample.amounts import Calibration
from planner.ledger.sample.reference import district_years, reference_schedule
from planner.ledger.types import Ledger
from planner.units import half_up, split

MUNICIPAL, DISTRICT = "municipal", "district"


class BudgetRow(NamedTuple):
    """Money of one purse and one year; `district` None is the city."""

    source: str
    district: str | None
    year: int
    yuan: int


Budgets = tuple[BudgetRow, ...]


def make_budgets(calibration: Calibration, ledger: Ledger) -> dict[str, Budgets]:
    """The budgets of every scenario of the calibration that has money of its own, by its name.

    A scenario's ``money`` says how its budgets are made: ``shape`` (the city's years, districts as near as
    their patches allow), or ``of`` another scenario with one change: ``percent`` of every budget; ``move`` a
    percentage of a year's money to another; ``city``, the city's years, every purse cut in proportion;
    ``municipal_share_percent``, districts paying the rest of licensed patches; ``add`` further rows, each for its
    ``year`` or the same for several ``years``.
    """
    rules = {name: scenario["money"] for name, scenario in calibration["scenarios"].items() if "money" in scenario}
    made: dict[str, Budgets] = {}
    for name, rule in rules.items():
        made[name] = _made(calibration, ledger, rule, rules, made)
    return made


def _made(
    calibration: Calibration, ledger: Ledger, rule: Calibration, rules: Mapping[str, Calibration],
    made: Mapping[str, Budgets],
) -> Budgets:  # fmt: skip
    if "shape" in rule:
        return _of_reference(calibration, ledger, rule["shape"], 100)
    rows = made[rule["of"]]
    if "percent" in rule:
        return tuple(row._replace(yuan=half_up(Fraction(row.yuan * rule["percent"], 100))) for row in rows)
    if "move" in rule:
        return _moved(rows, rule["move"])
    if "city" in rule:
        return _cut(rows, rule["city"], int(calibration["step_yuan"]))
    if "municipal_share_percent" in rule:
        return _of_reference(calibration, ledger, rules[rule["of"]]["shape"], rule["municipal_share_percent"])
    if "add" in rule:
        added = (
            BudgetRow(row["source"], row.get("district"), year, row["yuan"])
            for row in rule["add"]
            for year in row.get("years", [row.get("year")])
        )
        return (*rows, *added)
    known = "shape, percent, move, city, municipal_share_percent, add"
    raise ValueError(f"a scenario's money must have one of {known}: {rule}")


def _of_reference(calibration: Calibration, ledger: Ledger, shape: Sequence[int], percent: int) -> Budgets:
    """District budgets are the sums of a reference schedule; the city's total less theirs is the municipal purse's."""
    starts = reference_schedule(calibration, ledger, shape)
    first = int(calibration["horizon"]["first"])
    years = range(first, first + len(shape))
    spent = district_years(ledger, starts, years)
    for name, year in starts.items():
        patch = ledger.by_id[name]
        if patch.ever_licensed:
            spent[patch.district][year] += split(patch.cost_yuan, (percent, 100 - percent))[1]
    city = {year: total - sum(own[year] for own in spent.values()) for year, total in zip(years, shape, strict=True)}
    rows = [BudgetRow(MUNICIPAL, None, year, yuan) for year, yuan in city.items()]
    rows += [BudgetRow(DISTRICT, name, year, own[year]) for name, own in spent.items() for year in years]
    return tuple(rows)


def _moved(rows: Budgets, move: Calibration) -> Budgets:
    late = {row[:2]: row.yuan * move["percent"] // 100 for row in rows if row.year == move["from"]}
    change = {move["from"]: -1, move["to"]: 1}
    return tuple(row._replace(yuan=row.yuan + change.get(row.year, 0) * late.get(row[:2], 0)) for row in rows)


def _cut(rows: Budgets, city: Sequence[int], step: int) -> Budgets:
    """Every year's purses in proportion, in whole steps, so that the city's total is as given."""
    cut: dict[BudgetRow, BudgetRow] = {}
    for year, total in zip(sorted({row.year for row in rows}), city, strict=True):
        own = [row for row in rows if row.year == year]
        parts = split(total // step, [row.yuan for row in own])
        cut |= {row: row._replace(yuan=part * step) for row, part in zip(own, parts, strict=True)}
    return tuple(cut[row] for row in rows)
