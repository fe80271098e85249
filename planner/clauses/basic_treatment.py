"""Comprehensive use: its basic treatment is finished by the end of the horizon."""

from planner.clauses.base import ALL_MODES, Clause, Words

CLAUSE = Clause(
    title=Words("综合利用类基本治理完成", "Basic treatment of comprehensive use complete"),
    meaning=Words(
        "综合利用类图斑在规划期末前完成消灾除隐、土地平整、简单绿化等基本治理；限额模式下可以不安排，但开工的必须在期末前完工。",
        "Patches of comprehensive use get their basic treatment (hazards, levelling, simple greening) by "
        "the end of the "
        "horizon; in rationed mode one may be left out, but what starts must finish in time.",
    ),
    citation=Words("规划第四章 四（二）末段", "Plan, ch. 4 sec. 4, closing paragraph"),
    formula="Σ_(o,s: finish ≤ horizon.last) x[p,o,s] = 1 for each p with treatment = comprehensive "
    "(≤ 1 when mode = rationed); x[p,o,s] = 0 where s + duration_years − 1 > horizon.last",
    modes=ALL_MODES,
)
