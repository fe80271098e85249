"""Ecological corridors and nodes are finished by a year, each for itself."""

from planner.clauses.base import ALL_MODES, Clause, Mode, Name, Percent, Settings, Words, Year


class CorridorsSettings(Settings):
    """Which corridors, how much of each, and by when.

    Parameters
    ----------
    percent : int
        Least part of each corridor's area.
    by_year : int, optional
        Last year that counts; by default the horizon's last.
    names : list of str
        Corridors and nodes that it is about; by default all that the ledger names.
    """

    percent: Percent = 100
    by_year: Year | None = None
    names: tuple[Name, ...] = ()


CLAUSE = Clause(
    title=Words("生态廊道和节点", "Corridors and nodes"),
    meaning=Words(
        "每条重要生态廊道、每个生态节点内需治理图斑（不含自然恢复和企业矿山）的面积，规定年度前至少按规定比例完工；可只列部分廊道。",
        "In each ecological corridor or node at least the percentage set of the area of patches with works (natural "
        "recovery and enterprise mines apart) is finished by the year set; it may be about some corridors only.",
    ),
    citation=Words("规划第四章 一（一）", "Plan, ch. 4 sec. 1(1)"),
    formula="for each corridor c (of names): Σ_(p,o,s: corridor[p] = c, finish ≤ by_year) area_m2[p] · x[p,o,s] ≥ "
    "⌈percent · Σ_(p: corridor[p] = c) area_m2[p] / 100⌉",
    settings=CorridorsSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
