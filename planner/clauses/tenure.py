"""Works wait until tenure is clear."""

from planner.clauses.base import Clause, Words

CLAUSE = Clause(
    title=Words("先厘清产权再开工", "Tenure cleared first"),
    meaning=Words(
        "权属不清的图斑，在台账所列权属厘清年度之前不得开工。",
        "A patch whose tenure is unclear does not start before the year in which the ledger says it will be clear.",
    ),
    citation=Words("规划第四章 四（二）", "Plan, ch. 4 sec. 4(2)"),
    formula="x[p,o,s] = 0 where s < tenure_clear_from[p]",
)
