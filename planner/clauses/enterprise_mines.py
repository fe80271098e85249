"""Closed and producing mines are under restoration by the end, after their licence."""

from planner.clauses.base import Clause, Settings, Words, Year


class EnterpriseMinesSettings(Settings):
    """By when they must have started.

    Parameters
    ----------
    by_year : int, optional
        Last year in which an enterprise mine may start; by default the horizon's last.
    """

    by_year: Year | None = None


CLAUSE = Clause(
    title=Words("关停及生产矿山由企业修复", "Enterprise mines"),
    meaning=Words(
        "关停及生产矿山以企业为主体，规定年度前全部开始修复；采矿许可证未到期的，到期后的下一年度起方可开工。",
        "Enterprises have every closed or producing mine under restoration by the year set; one whose "
        "licence still runs "
        "does not start before the year after the licence ends.",
    ),
    citation=Words("规划第三章 三（二）；第一章 二 脚注1", "Plan, ch. 3 sec. 3(2); ch. 1 sec. 2 footnote 1"),
    formula="Σ_(o,s ≤ by_year) x[p,o,s] = 1 for each p with kind = closed_or_producing_mine; "
    "x[p,o,s] = 0 where s ≤ year(licence_until[p])",
    settings=EnterpriseMinesSettings,
)
