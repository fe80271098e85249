"""An earlier plan is kept: few patches leave the year it gave them."""

from planner.clauses.base import ALL_MODES, Clause, Count, Mode, Settings, Words


class MovesSettings(Settings):
    """How many patches may move.

    Parameters
    ----------
    maximum : int
        Patches that may start in another year than their ``planned_year``, or not at all.
    """

    maximum: Count = 0


CLAUSE = Clause(
    title=Words("少动原计划", "Few moves against the earlier plan"),
    meaning=Words(
        "台账载有计划年度的图斑，改在其他年度开工或不再安排的，不超过规定个数（默认一个也不动）；自然恢复类没有开工年度，不计。",
        "Of the patches to which the ledger gives a planned year, at most the number set start in another year or not "
        "at all (by default none); natural recovery has no start and does not count.",
    ),
    citation=Words("预算法第72条；规划第五章 三（二）", "Budget Law, art. 72; plan, ch. 5 sec. 3(2)"),
    formula="Σ_(p: planned_year) (1 − Σ_(o, s = planned_year[p]) x[p,o,s]) ≤ maximum, over treatment[p] ≠ natural",
    settings=MovesSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
