"""Tier before tier, within a district and the same payers.

For a group, a tier and a year one column says that every patch of this tier and the higher ones that could have begun
by then has begun. Each patch of these tiers holds the column of a year down until it starts, and the column lets the
patches of the lower tiers start: rows grow with the patches and the years, never with pairs of patches.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from planner.clauses import Settings
from planner.ledger import Patch, Treatment
from planner.model.bind import basic_treatment, completion, core_reserve, locks, reserve_assessment, tenure
from planner.model.bind._grouping import rows_by_label
from planner.model.choices import Bools, Ints
from planner.model.draft import Draft, Floats

FACTS = {
    "basic_treatment": basic_treatment.bind,
    "completion": completion.bind,
    "core_reserve": core_reserve.bind,
    "locks": locks.bind,
    "reserve_assessment": reserve_assessment.bind,
    "tenure": tenure.bind,
}
"""The clauses that say when a patch can start at all."""


def bind(draft: Draft, settings: Settings) -> None:
    """In each group a patch starts only once every higher tier has all begun."""
    choices = draft.choices
    labels = [_group(draft, patch) for patch in choices.patches]
    decided = _decided(draft)
    for label, rows in rows_by_label(choices, labels, ~_barred(draft)).items():
        group = _Group(label)
        for row in rows.tolist():
            p, start = int(choices.patch[row]), int(choices.start[row])
            group.rows[p].append((start, row))
            if not decided[row]:
                group.waiting[choices.patches[p].tier, start][p].append(row)
        for p in group.rows:
            if not _begun_before(draft, choices.patches[p]):
                group.holders[choices.patches[p].tier].append(p)
        for year in draft.scenario.horizon.years:
            _bind_year(draft, group, year)


@dataclass
class _Group:
    """The patches of one district and one set of payers, by their indices; rows that facts bar are left out."""

    name: str
    rows: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """Start and row of each patch."""
    waiting: dict[tuple[int, int], dict[int, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """Rows of each patch by tier and start."""
    holders: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Patches of each tier that hold lower ones back."""


def _bind_year(draft: Draft, group: _Group, year: int) -> None:
    """Let the starts of one year wait for the tiers above them, from the highest down."""
    names = draft.choices.patches
    begun: int | None = None
    for tier in (1, 2, 3):
        if begun is not None:
            for p, rows in group.waiting[tier, year].items():
                name = f"waits[{names[p].patch},{year}]"
                draft.add_row(name, [*rows, begun], [*(1 for _ in rows), -1], -np.inf, 0)
        below = [row for lower in range(tier + 1, 4) for rows in group.waiting[lower, year].values() for row in rows]
        holders = [p for p in group.holders[tier] if any(start <= year for start, _ in group.rows[p])]
        if not below or not holders:
            continue
        column = draft.add_column(f"begun[{group.name},{tier},{year}]", upper=1.0)
        if begun is not None:
            draft.add_row(f"begun[{group.name},{tier},{year}]", [column, begun], [1, -1], -np.inf, 0)
        for p in holders:
            rows = [row for start, row in group.rows[p] if start <= year]
            name = f"begun[{group.name},{tier},{year},{names[p].patch}]"
            draft.add_row(name, [column, *rows], [1, *(-1 for _ in rows)], -np.inf, 0)
        _settle(draft, column, np.asarray(below, dtype=np.int64))
        begun = column


def _settle(draft: Draft, column: int, below: Ints) -> None:
    def settle(x: Floats) -> None:
        x[column] = x[below].max()

    draft.settle_by(settle)


def _group(draft: Draft, patch: Patch) -> str | None:
    """District and base payers; none for natural recovery and enterprise mines."""
    if patch.by_enterprise or patch.treatment is Treatment.NATURAL:
        return None
    return ",".join([patch.district, *sorted(purse.text for purse in draft.works.payers(patch))])


def _barred(draft: Draft) -> Bools:
    """The rows that facts take away, found by binding their clauses to a draft of its own."""
    facts = Draft(draft.ledger, draft.scenario, draft.works, draft.choices)
    for name, bind_fact in FACTS.items():
        settings = draft.scenario.clause(name)
        if settings.on:
            bind_fact(facts, settings)
    return facts.closed


def _begun_before(draft: Draft, patch: Patch) -> bool:
    return patch.actual_start is not None and patch.actual_start.year < draft.scenario.horizon.first


def _decided(draft: Draft) -> Bools:
    """The starts that have happened or stand in an approved list, where such are kept."""
    choices, scenario = draft.choices, draft.scenario
    if not scenario.clause("locks").on:
        return np.zeros(len(choices), dtype=bool)
    begun = choices.per_patch([p.actual_start.year if p.actual_start else 0 for p in choices.patches])
    decided: Bools = choices.start == begun
    for frozen in scenario.frozen:
        listed = frozenset(frozen.patches)
        in_list = np.asarray([p.patch in listed for p in choices.patches], dtype=bool)
        decided |= (choices.start == frozen.year) & choices.of_patches(in_list)
    return decided
