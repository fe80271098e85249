"""Core zones of nature reserves: enclosure only."""

from planner.clauses.base import Clause, Words

CLAUSE = Clause(
    title=Words("核心保护区只封禁", "Core reserves: enclosure only"),
    meaning=Words(
        "自然保护区核心保护区内，除发生不可逆生态破坏外，不安排人工修复和综合利用工程。",
        "In the core zone of a nature reserve no works are planned unless the damage is irreversible.",
    ),
    citation=Words("规划第四章 二", "Plan, ch. 4 sec. 2"),
    formula="x[p,o,s] = 0 where core_reserve[p] and not irreversible_damage[p] and treatment[o] ≠ natural",
)
