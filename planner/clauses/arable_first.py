"""Land that can be reclaimed as arable is taken up first."""

from planner.clauses.base import ALL_MODES, Clause, Mode, Percent, Settings, Words, Year


class ArableFirstSettings(Settings):
    """How much of it, and by when.

    Parameters
    ----------
    percent : int
        Least part of its area.
    by_year : int, optional
        Last year that counts; by default the year after the horizon's first, within the horizon.
    """

    percent: Percent = 100
    by_year: Year | None = None


CLAUSE = Clause(
    title=Words("可复垦耕地优先", "Arable land first"),
    meaning=Words(
        "有条件复垦为耕地的图斑（台账“可复垦耕地”），规定年度前至少按规定比例（按面积）开工；自然恢复和企业矿山不计入。",
        "Patches that can be reclaimed as arable land are started by the year set, at least the percentage set of "
        "their area; natural recovery and enterprise mines do not count.",
    ),
    citation=Words("规划第四章 二", "Plan, ch. 4 sec. 2"),
    formula="Σ_(p,o,s: arable_potential[p], s ≤ by_year) area_m2[p] · x[p,o,s] ≥ "
    "⌈percent · Σ_(p: arable_potential[p]) area_m2[p] / 100⌉",
    settings=ArableFirstSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
