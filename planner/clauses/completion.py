"""Artificial restoration is finished by the end of the horizon."""

from planner.clauses.base import ALL_MODES, Clause, Words

CLAUSE = Clause(
    title=Words("人工修复全部完成", "Artificial restoration complete"),
    meaning=Words(
        "人工修复类图斑在规划期末前全部完工，治理率100%；限额模式下可以不安排，但开工的必须在期末前完工。",
        "Every patch of artificial restoration is finished by the end of the horizon; in rationed mode it may be "
        "left out, but what starts must finish in time.",
    ),
    citation=Words("规划第三章 二", "Plan, ch. 3 sec. 2"),
    formula="Σ_(o,s: finish ≤ horizon.last) x[p,o,s] = 1 for each p with treatment = artificial "
    "(≤ 1 when mode = rationed); x[p,o,s] = 0 where s + duration_years − 1 > horizon.last",
    modes=ALL_MODES,
)
