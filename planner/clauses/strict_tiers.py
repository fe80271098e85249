"""Tier before tier, within a district and the same payers."""

from planner.clauses.base import Clause, Mode, Words

CLAUSE = Clause(
    title=Words("分级先后", "Strict order of tiers"),
    meaning=Words(
        "同一区、同样出资主体的图斑中，优先级较低的，须待优先级较高的全部开工（可同年）后方可开工。"
        "某年之前按事实不可能开工的图斑（权属、评估、核心保护区、锁定与冻结、可选开工年度、期末前完不成）不妨碍他人；"
        "规划期之前已开工的视为已开工；已实际开工和冻结清单中的图斑不受此限。限额模式下，具备条件而未安排的图斑同样使较低级不得开工。",
        "Among patches of one district with the same base payers, a patch of a lower tier starts only when every patch "
        "of each higher tier has started (the same year will do). A patch that facts bar from having started by then "
        "(tenure, assessment, core zone, locks and frozen years, its options' years, too late to finish within the "
        "horizon) holds nobody back, nor does one begun before the horizon; starts that are facts or stand in a frozen "
        "list wait for nobody. In rationed mode a patch that could have started and is left out holds the lower tiers "
        "back.",
    ),
    citation=Words("规划第三章 三（一）", "Plan, ch. 3 sec. 3(1)"),
    formula="for each group g (district[p], set of base payers of p), tier t and year y: begun[g,t,y] ∈ {0,1}, "
    "begun[g,t,y] ≤ Σ_(o,s ≤ y) x[p,o,s] for each p of g with tier[p] = t and earliest[p] ≤ y, "
    "begun[g,t,y] ≤ begun[g,t',y] for the next higher tier t';  "
    "Σ_o x[p,o,y] ≤ begun[g,t,y] for each p of g and the next higher tier t;  "
    "earliest[p] = first s that locks, tenure, reserve_assessment, core_reserve, completion and basic_treatment, "
    "those that are held hard, leave to any option",
    default_mode=Mode.OFF,
)
