"""What is fixed beforehand: locks, frozen years, and works that have begun."""

from planner.clauses.base import Clause, Words

CLAUSE = Clause(
    title=Words("锁定与冻结年度", "Locks and frozen years"),
    meaning=Words(
        "方案中锁定的图斑按锁定要求安排（指定年度、不早于、不晚于、不安排、指定治理方案）；冻结年度的任务清单不增不减；"
        "台账中已开工的图斑按实际开工年度计。",
        "A locked patch is planned as its lock says (in a year, not before, not after, not at all, by an option); the "
        "task list of a frozen year neither grows nor shrinks; works that the ledger says have begun start in the year "
        "they did.",
    ),
    citation=Words("预算法第72条；规划第五章 一（一）", "Budget Law, art. 72; plan, ch. 5 sec. 1(1)"),
    formula="x[p,o,s] = 0 outside the lock's years and for any option but the one it names; Σ_(o,s) x[p,o,s] = 1 for a "
    "patch locked to a year, in a frozen year's "
    "list or with actual_start in the horizon; x[p,o,s] = 0 where s is frozen and p is not in its list",
)
