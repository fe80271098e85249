"""Purses hold even when some works cost more than planned."""

from typing import Annotated

from pydantic import Field

from planner.clauses.base import ALL_MODES, Clause, Count, Mode, Settings, Whole, Words


class RobustAccountsSettings(Settings):
    """How much may go wrong at once.

    Parameters
    ----------
    gamma : int
        Patches of one purse that may cost more at the same time.
    percent : int
        By how much each of them does, per cent of what the purse owes for it; rounded up to the yuan.
    """

    gamma: Count = 3
    percent: Annotated[Whole, Field(ge=0, le=1000)] = 10


CLAUSE = Clause(
    title=Words("资金账户经得起超支", "Purses withstand overruns"),
    meaning=Words(
        "每个资金来源的任意 gamma 个图斑同时超支 percent% 时，该来源各年支出仍不超过可用资金；"
        "预备费可用于超支。中央等其他来源的补助为定额，超支由原出资方承担。",
        "Whichever gamma patches of a purse cost percent more at once, the purse is still not overdrawn in any year; "
        "its reserve may be used for that. A further source gives a fixed sum: the overrun falls on who owed the cost.",
    ),
    citation=Words(
        "政府投资条例第12、23条；Bertsimas、Sim（2004）预算不确定集",
        "Government Investment Regulations, art. 12, 23; Bertsimas and Sim (2004), budgeted uncertainty",
    ),
    formula="for each purse k and vintages a ≤ b: Σ spend[k; a..b] + max_(S ⊆ patches, |S| ≤ gamma) Σ_(p ∈ S) "
    "⌈percent · owed[k,p; a..b] / 100⌉ ≤ Σ_(v=a..b) budgets[k,v]; in rows: Σ spend + gamma · z + Σ_p q[p] ≤ budgets, "
    "z + q[p] ≥ ⌈percent · owed / 100⌉",
    settings=RobustAccountsSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
