"""Budgets are spent, not only granted."""

from typing import Annotated

from pydantic import Field

from planner.clauses.base import ALL_MODES, Clause, Mode, Percent, Settings, Words, Year


class MinimumExecutionSettings(Settings):
    """Whose spending is measured, when, and against how much.

    Parameters
    ----------
    percent : int
        Least part of a year's usable budget (after the reserve) that is spent in that year, percent, rounded up to
        the yuan.
    sources : tuple of str, optional
        Sources that are measured; by default ``municipal`` and ``district``.
    each_purse : bool
        Whether every purse is measured by itself, or all purses of a source together.
    years : tuple of int, optional
        Years that are measured; by default every year of the horizon.
    """

    percent: Percent = 80
    sources: Annotated[tuple[str, ...] | None, Field(min_length=1)] = None
    each_purse: bool = True
    years: Annotated[tuple[Year, ...] | None, Field(min_length=1)] = None


CLAUSE = Clause(
    title=Words("预算执行率", "Budget execution"),
    meaning=Words(
        "各资金账户凡当年有预算的，当年支出（不论动用哪一年的钱）不低于当年可用预算（扣除预备费）的规定比例；"
        "按预算约束的口径（承诺或支付）计，计入账户的管护、围封、苫盖和进场费用也算支出。",
        "In every year in which a purse has a budget it spends, whatever vintage pays, at least the part set of that "
        "year's usable budget (after the reserve); counted in the series that the budgets bind, the costs of holding "
        "sites included where they are charged to the purses.",
    ),
    citation=Words(
        "预算法第12、57条（讲求绩效、支出绩效评价）；绩效目标表“预算执行率”",
        "Budget Law, art. 12, 57 (performance of spending); table of performance targets, budget execution",
    ),
    formula="for each purse k in sources (or each source), year y in years with a budget: spend[k,y] ≥ "
    "⌈percent · usable[k,y] / 100⌉, usable = ⌊budgets · (100 − reserve_percent) / 100⌋; with charge_holding, spend "
    "includes the costs of holding sites",
    settings=MinimumExecutionSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
