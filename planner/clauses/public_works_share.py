"""Funds lean to works without cash flow."""

from planner.clauses.base import Clause, Mode, Percent, Settings, Words


class PublicWorksShareSettings(Settings):
    """How much of the public money goes to works that bring no income.

    Parameters
    ----------
    percent : int
        Least part of government money (municipal, district, central, programmes) that is spent on patches without
        `cash_flow`, percent.
    each_year : bool
        Whether this holds in every year of the horizon by itself, or only over all of them.
    """

    percent: Percent = 50
    each_year: bool = False


CLAUSE = Clause(
    title=Words("资金向公益性工程倾斜", "Funds lean to public works"),
    meaning=Words(
        "规划期内（可选逐年）财政资金中，用于无法产生现金流的公益性矿山生态修复工程的不低于规定比例；"
        "按预算约束的口径（承诺或支付）计。",
        "Of the government money spent within the horizon (or in every year of it), at least the part set goes to "
        "works that bring no cash flow; counted in the series that the budgets bind.",
    ),
    citation=Words("规划第五章 一（二）", "Plan, ch. 5 sec. 1(2)"),
    formula="100 · Σ_(p: not cash_flow[p]) spend[p,y] ≥ percent · Σ_p spend[p,y], government sources, over all years y "
    "of the horizon, or with each_year for every y",
    settings=PublicWorksShareSettings,
    default_mode=Mode.OFF,
)
