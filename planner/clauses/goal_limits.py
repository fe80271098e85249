"""Limits that a scenario sets to its goals."""

from planner.clauses.base import Clause, Words

CLAUSE = Clause(
    title=Words("目标限值", "Limits of goals"),
    meaning=Words(
        "方案给目标设了限值的，任何计划都不得突破：越小越好的目标不高于上限，越大越好的不低于下限。用于在几个目标之间取舍。",
        "Where the scenario sets a limit to a goal, every plan keeps it: at most where less is better, at "
        "least where more is. It serves to trade one goal for another.",
    ),
    citation=Words(
        "本产品约定：目标之间的取舍（ε-约束法）", "Convention of this product: trade-off of goals (ε-constraint)"
    ),
    formula="goal(x) ≤ goals.at_most where less is better;  goal(x) ≥ goals.at_least where more is better",
)
