"""A bundle is one decision."""

from planner.clauses.base import Clause, Settings, Words


class BundlesSettings(Settings):
    """How closely the members of a bundle stay together.

    Parameters
    ----------
    same_start : bool
        Whether they also start in the same year; otherwise they are only planned all or not at all.
    """

    same_start: bool = True


CLAUSE = Clause(
    title=Words("捆绑项目整体实施", "Bundles are one decision"),
    meaning=Words(
        "公益性项目与经营性项目捆绑的，同一捆绑的图斑作为一个决定：要么全部安排且同年开工，要么都不安排；自然恢复类没有工程，不受捆绑约束。",
        "Patches of the same bundle, public works with commercial ones, are one decision: all of them are planned and "
        "start in the same year, or none is; patches of natural recovery have no works and are not bound by it.",
    ),
    citation=Words("规划第五章 二（三）", "Plan, ch. 5 sec. 2(3)"),
    formula="for neighbours p, q with the same bundle, treatment not natural: Σ_o x[p,o,s] = Σ_o x[q,o,s] for every s; "
    "with same_start = false: Σ_(o,s) x[p,o,s] = Σ_(o,s) x[q,o,s]",
    settings=BundlesSettings,
)
