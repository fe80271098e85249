"""No purse spends more than it has, vintage by vintage."""

from planner.clauses.base import ALL_MODES, Clause, Words

CLAUSE = Clause(
    title=Words("资金账户不透支", "Purses are not overdrawn"),
    meaning=Words(
        "每个资金来源每年的支出不超过可用资金：当年预算加按规定结转的以前年度资金；逾期未用的收回，以后年度的钱不得提前使用。",
        "What a purse spends in a year is covered by that year's budget and by money carried over from the "
        "years allowed; "
        "unused money lapses, and later money never pays for earlier years.",
    ),
    citation=Words("预算法第13、35、42条；实施条例第50条", "Budget Law, art. 13, 35, 42; its Regulations, art. 50"),
    formula="for each purse k and vintages a ≤ b: Σ_(y ≤ b, from(y) ≥ a) spend[k,y] ≤ Σ_(v=a..b) budgets[k,v], "
    "from(y) = y − carry.years (scope patch: not before the patch's start); the same as use[k,v,y] ≥ 0, "
    "Σ_v use[k,v,y] = spend[k,y], Σ_y use[k,v,y] ≤ budgets[k,v]",
    modes=ALL_MODES,
)
