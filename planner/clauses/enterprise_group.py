"""The sites of an enterprise are restored as a whole."""

from planner.clauses.base import Clause, Count, Mode, Settings, Words


class EnterpriseGroupSettings(Settings):
    """How far apart the sites of one enterprise may start.

    Parameters
    ----------
    within_years : int
        Largest difference between the start years of any two of them, years; 0: all in the same year.
    """

    within_years: Count = 2


CLAUSE = Clause(
    title=Words("同一企业矿山整体修复", "An enterprise's sites as a whole"),
    meaning=Words(
        "同一企业所属的关停及生产矿山作为整体统筹修复：要么全部安排，要么都不安排；任意两处的开工年度相差不超过规定年数。",
        "The closed and producing mines of one enterprise are restored as a whole: all of them are planned or none, "
        "and the start years of any two differ by no more than the years allowed.",
    ),
    citation=Words("规划第四章 三", "Plan, ch. 4 sec. 3"),
    formula="for neighbours p, q (enterprise mines) with the same enterprise_group ≠ '': Σ_(o,s) x[p,o,s] = Σ_(o,s) "
    "x[q,o,s]; for each p: Σ_o x[p,o,s] ≤ Σ_(t = s − within_years..s) window[group,t], Σ_t window[group,t] ≤ 1",
    settings=EnterpriseGroupSettings,
    default_mode=Mode.OFF,
)
