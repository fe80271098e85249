"""Municipal money leads."""

from planner.clauses.base import Clause, Mode, Percent, Settings, Words


class MunicipalShareSettings(Settings):
    """How much of the public money is municipal.

    Parameters
    ----------
    percent : int
        Least part of government money (municipal, district, central, programmes) that is municipal, percent.
    each_year : bool
        Whether this holds in every year of the horizon by itself, or only over all of them.
    """

    percent: Percent = 50
    each_year: bool = False


CLAUSE = Clause(
    title=Words("市级财政主导", "Municipal money leads"),
    meaning=Words(
        "规划期内（可选逐年）财政资金中，市级财政资金不低于规定比例；按预算约束的口径（承诺或支付）计，"
        "其他来源代出的部分记在该来源名下，社会资本和企业自筹不是财政资金。",
        "Of the government money spent within the horizon (or in every year of it), at least the part set is "
        "municipal; counted in the series that the budgets bind, what a further source takes over being that "
        "source's; social and enterprise money is no government money.",
    ),
    citation=Words("规划第五章 二（一）", "Plan, ch. 5 sec. 2(1)"),
    formula="100 · Σ spend[municipal,y] ≥ percent · Σ_(source in government) spend[source,y], over all years y of the "
    "horizon, or with each_year for every y",
    settings=MunicipalShareSettings,
    default_mode=Mode.OFF,
)
