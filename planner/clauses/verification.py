"""What moves from natural recovery to works was verified before."""

from planner.clauses.base import Clause, Words

CLAUSE = Clause(
    title=Words("自然恢复核查后转入工程", "Verified before it leaves natural recovery"),
    meaning=Words(
        "自然恢复类逐点实地核查，不符合条件的纳入人工修复：由自然恢复调整而来的图斑，在核查年度之前不得开工，未经核查的不得安排工程。",
        "Natural recovery is verified patch by patch, and what fails moves to artificial restoration: works on a patch "
        "that was natural recovery before do not start before the year in which it was verified, and not at all where "
        "it never was.",
    ),
    citation=Words("规划第四章 四首段", "Plan, ch. 4 sec. 4, opening paragraph"),
    formula="x[p,o,s] = 0 where reclassified_from[p] = natural, treatment[o] ≠ natural, and verified_on[p] is empty or "
    "s < year of verified_on[p]",
)
