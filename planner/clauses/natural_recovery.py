"""Natural recovery is kept apart from the works."""

from planner.clauses.base import Clause, Words

CLAUSE = Clause(
    title=Words("自然恢复单列", "Natural recovery kept apart"),
    meaning=Words(
        "自然恢复类图斑采取封育等方式，不安排工程，不计入任务面积和修复资金。",
        "Patches of natural recovery are enclosed: no works are planned for them, and they count in neither "
        "task area nor cost.",
    ),
    citation=Words("规划第三章 三（一）；第四章 四", "Plan, ch. 3 sec. 3(1); ch. 4 sec. 4"),
    formula="x[p,o,s] = 0 where treatment[p] = natural",
)
