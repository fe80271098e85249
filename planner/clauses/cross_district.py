"""A mine that crosses districts is restored at one time."""

from planner.clauses.base import Clause, Words

CLAUSE = Clause(
    title=Words("跨区矿山同步实施", "Cross-district mines start together"),
    meaning=Words(
        "同一矿山（主体编号相同）的图斑分属不同区的，要么全部安排且同年开工，要么都不安排；"
        "自然恢复类没有工程，不受约束。写明跨区分担比例的单个图斑本来就是一行，不需要本条。",
        "Where the patches of one mine (the same responsible_id) lie in more than one district, all of them are "
        "planned and start in the same year, or none is; patches of natural recovery have no works and are not bound "
        "by it. A single patch with district_shares is one row already and needs no such rule.",
    ),
    citation=Words("规划第五章 一（一）", "Plan, ch. 5 sec. 1(1)"),
    formula="for neighbours p, q with the same responsible_id ≠ '', treatment not natural, whose mine lies in more "
    "than one district: Σ_o x[p,o,s] = Σ_o x[q,o,s] for every s",
)
