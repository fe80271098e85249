"""No purse spends more than it has, vintage by vintage."""

from planner.clauses.base import ALL_MODES, Clause, Percent, Settings, Words


class PurseAccountsSettings(Settings):
    """What may not be touched.

    Parameters
    ----------
    reserve_percent : int
        Part of every budget that is set aside as a reserve; what is left is rounded down to the yuan.
    """

    reserve_percent: Percent = 0


CLAUSE = Clause(
    title=Words("资金账户不透支", "Purses are not overdrawn"),
    meaning=Words(
        "每个资金来源每年的支出不超过可用资金：当年预算加按规定结转的以前年度资金，均先扣除预备费；逾期未用的收回，以后年度的钱不得提前使用。",
        "What a purse spends in a year is covered by that year's budget and by money carried over from the "
        "years allowed, each less its reserve; unused money lapses, and later money never pays for earlier years.",
    ),
    citation=Words(
        "预算法第13、35、40、42条；实施条例第50条", "Budget Law, art. 13, 35, 40, 42; its Regulations, art. 50"
    ),
    formula="for each purse k and vintages a ≤ b: Σ_(y ≤ b, from(y) ≥ a) spend[k,y] ≤ Σ_(v=a..b) usable[k,v], "
    "usable = ⌊budgets · (100 − reserve_percent) / 100⌋, "
    "from(y) = y − carry.years (scope patch: not before the patch's start); the same as use[k,v,y] ≥ 0, "
    "Σ_v use[k,v,y] = spend[k,y], Σ_y use[k,v,y] ≤ usable[k,v]; with charge_holding, "
    "the costs of holding sites are spent too",
    settings=PurseAccountsSettings,
    modes=ALL_MODES,
)
