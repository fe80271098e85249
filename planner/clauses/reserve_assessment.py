"""Inside the red line and the reserves works wait for their assessment."""

from planner.clauses.base import Clause, Words

CLAUSE = Clause(
    title=Words("红线和自然保护地先评估", "Red line and reserves: assessed first"),
    meaning=Words(
        "生态保护红线和自然保护地内（核心保护区另按其条款）的图斑，须经严格评估方可安排工程；尚在评估的，不早于台账所列评估完成年度开工；"
        "没有评估安排的，不得安排工程。",
        "Inside the ecological red line or a nature reserve (its core zone has a clause of its own) works are planned "
        "only after assessment: not before the year in which the ledger says it will be done, and not at all where "
        "none is under way.",
    ),
    citation=Words("规划第四章 二", "Plan, ch. 4 sec. 2"),
    formula="x[p,o,s] = 0 where (ecological_redline[p] or reserve[p]) and not core_reserve[p] and not assessed[p] and "
    "treatment[o] ≠ natural and not s ≥ assessed_from[p]",
)
