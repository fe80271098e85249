"""Who pays: further sources take over part of what base payers owe, where they are eligible.

The base payers themselves stand in the choices table's events.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import gcd

import numpy as np

from planner.clauses.payer import PayerSettings
from planner.model.choices import Choices
from planner.model.draft import Draft, Floats, GrantColumn
from planner.plan import Grant, Purse
from planner.plan.accounts import usable
from planner.scenario import Basis, FurtherSource, GoalName, WorksPart

# clauses whose rows count grants
ACROSS = ("minimum_execution", "municipal_share", "public_works_share", "robust_accounts")
Event = tuple[int, int, int, Purse]  # patch, start, year of the spending, base payer
Caps = dict[int, int]  # row of the choices table -> most that a source may pay for it, yuan


def bind(draft: Draft, settings: PayerSettings) -> None:
    """For each eligible patch, start and spending year: grants within the spending and the source's caps."""
    sources = draft.scenario.sources
    if not sources:
        return
    choices = draft.choices
    caps = {source.source: _caps(draft, source) for source in sources}
    unit = _unit(draft, caps)
    spending: dict[Event, list[tuple[int, int]]] = defaultdict(list)
    for row, purse, year, yuan in zip(
        choices.event_row.tolist(), choices.event_purse.tolist(), choices.event_year.tolist(),
        choices.event_yuan.tolist(), strict=True,
    ):  # fmt: skip
        spending[int(choices.patch[row]), int(choices.start[row]), year, choices.purses[purse]].append((row, yuan))
    takers: dict[Event, list[int]] = defaultdict(list)
    granted: dict[int, dict[str, list[int]]] = defaultdict(dict)  # by patch and source
    for source in sources:
        own = caps[source.source]
        for event, terms in spending.items():
            column = _grant(draft, source, event, [(row, yuan) for row, yuan in terms if row in own], unit)
            if column is not None:
                takers[event].append(column)
                granted[event[0]].setdefault(source.source, []).append(column)
    rows_of = _rows_by_patch(choices)
    for p, by_source in granted.items():
        name = choices.patches[p].patch
        for source_name, columns in by_source.items():
            rows = [row for row in rows_of[p] if row in caps[source_name]]
            most = [-(caps[source_name][row] // unit) for row in rows]
            draft.add_row(f"share[{source_name},{name}]", [*columns, *rows], [*(1 for _ in columns), *most], -np.inf, 0)
    for (p, start, year, base), columns in takers.items():
        if len(columns) > 1:
            terms = spending[p, start, year, base]
            draft.add_row(
                f"once[{choices.patches[p].patch},{start},{year},{base.text}]", [*columns, *(row for row, _ in terms)],
                [*(1 for _ in columns), *(-(yuan // unit) for _, yuan in terms)], -np.inf, 0,
            )  # fmt: skip
    if settings.one_programme_per_works:
        _one_programme(draft, granted, rows_of, caps, unit)


def _caps(draft: Draft, source: FurtherSource) -> Caps:
    """The rows that a source may fund."""
    choices, works = draft.choices, draft.works
    caps: Caps = {}
    for row, (p, start, cost) in enumerate(
        zip(choices.patch.tolist(), choices.start.tolist(), choices.cost_yuan.tolist(), strict=True)
    ):
        most = works.most_granted(source, choices.patches[p], choices.option_of(row), start, cost)
        if most:
            caps[row] = most
    return caps


def _rows_by_patch(choices: Choices) -> dict[int, list[int]]:
    rows: dict[int, list[int]] = defaultdict(list)
    for row, p in enumerate(choices.patch.tolist()):
        rows[p].append(row)
    return rows


def _grant(
    draft: Draft, source: FurtherSource, event: Event, eligible: Sequence[tuple[int, int]], unit: int
) -> int | None:
    """The column of what a source takes over of one spending, within it; None where it may or can take nothing."""
    p, start, year, base = event
    patch = draft.choices.patches[p]
    further = _purse(draft, source, patch.district)
    if not eligible or further is None:
        return None
    name = f"grant[{source.source},{patch.patch},{start},{year},{base.text}]"
    column = draft.add_column(name, upper=sum(yuan for _, yuan in eligible) // unit)
    draft.grants.append(
        GrantColumn(
            column,
            unit,
            start,
            Grant(
                patch=patch.patch, year=year, from_source=base.source, from_district=base.district,
                source=further.source, district=further.district, yuan=0,
            ),
        )
    )  # fmt: skip
    draft.add_row(
        f"within[{name}]", [column, *(row for row, _ in eligible)],
        [1, *(-(yuan // unit) for _, yuan in eligible)], -np.inf, 0,
    )  # fmt: skip
    return column


def _purse(draft: Draft, source: FurtherSource, district: str) -> Purse | None:
    """The source's purse for a district: its own where it has money of its own, else the city's."""
    for purse in (Purse(source.source, district), Purse(source.source, None)):
        if purse in draft.works.budgeted:
            return purse
    return None


def _one_programme(
    draft: Draft, granted: dict[int, dict[str, list[int]]], rows_of: dict[int, list[int]], caps: dict[str, Caps],
    unit: int,
) -> None:  # fmt: skip
    """Of the public sources that pay for the same kind of works, at most one funds a patch.

    A column says whether a source funds the patch at all, only where another one could clash with it.
    """
    used: list[tuple[int, list[int]]] = []
    for p, by_source in granted.items():
        name = draft.choices.patches[p].patch
        columns: dict[str, int] = {}
        for part, clash in _clashes(draft, by_source):
            for source in clash:
                if source not in columns:
                    columns[source] = draft.add_column(f"used[{source},{name}]", upper=1.0)
                    most = max(caps[source].get(row, 0) for row in rows_of[p]) // unit
                    grants = by_source[source]
                    draft.add_row(
                        f"used[{source},{name}]", [*grants, columns[source]], [*(1 for _ in grants), -most], -np.inf, 0
                    )
                    used.append((columns[source], grants))
            draft.add_row(
                f"one_programme[{name},{part}]", [columns[source] for source in clash], [1] * len(clash), -np.inf, 1
            )

    def settle(x: Floats) -> None:
        for column, grants in used:
            x[column] = float(np.any(x[grants] > 0))

    if used:
        draft.settle_by(settle)


def _clashes(draft: Draft, by_source: dict[str, list[int]]) -> Iterator[tuple[WorksPart, tuple[str, ...]]]:
    """Each kind of works that two or more public sources pay for, once for the same sources."""
    seen = set()
    for part in WorksPart:
        clash = tuple(
            s.source for s in draft.scenario.sources if s.fiscal and part in s.parts and s.source in by_source
        )
        if len(clash) > 1 and clash not in seen:
            seen.add(clash)
            yield part, clash


def _unit(draft: Draft, caps: dict[str, Caps]) -> int:
    """An amount so that nothing is lost by counting grants in it; it divides all that they meet.

    *Commitments.* Given the picks, and which sources fund which patch, all spending on a patch falls in one year,
    so that grants are a flow: from the vintages of a source, through the cap of the source on the patch, to what each
    base payer owes there, beside the flow from the vintages of that base payer. Where every cap, spending and usable
    budget is a multiple of the unit, such a flow exists in multiples of it whenever it exists, and the best one for
    a goal is among them.

    *Cash.* A patch is paid for over several years, each open to vintages of its own, and a cap that holds over all of
    them ties the years together: the rows are no flow any more (three of them, two runs of years and a cap, can be
    an odd cycle). Without caps they still are one.

    So the unit is a single yuan where budgets bind cash and a cap binds; also where purses are charged with holding
    costs, which are no multiples of anything, and wherever a row lies across the flow: that of a clause in `ACROSS`, or
    that of a goal that grants change and that has a limit, or may give something up for a later one they change too.
    """
    choices, scenario = draft.choices, draft.scenario
    binding = [cap for own in caps.values() for row, cap in own.items() if cap < int(choices.cost_yuan[row])]
    across = any(scenario.clause(name).on for name in ACROSS)
    if across or scenario.charge_holding or _traded(draft) or (scenario.basis is Basis.CASH and binding):
        return 1
    budgets = (usable(scenario, budget.yuan) for budget in scenario.budgets)
    return gcd(*choices.event_yuan.tolist(), *budgets, *binding) or 1


def _traded(draft: Draft) -> bool:
    """Whether a goal that grants change has a limit, or a tolerance before another that they change too."""
    scenario = draft.scenario
    changed = {GoalName.SOFT}
    if any(not source.fiscal for source in scenario.sources):
        changed |= {GoalName.COST, GoalName.CASH_FLOW_MONEY}
    ordered = [goal for goal in scenario.ordered_goals if goal.name in changed]
    limited = scenario.clause("goal_limits").on and any(goal.limit is not None for goal in ordered)
    return limited or any(goal.tolerance > 0 for goal in ordered[:-1])
