"""Shares of each tier that are started or finished by a year."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from planner.clauses.base import (
    ALL_MODES,
    Clause,
    Entry,
    Mode,
    Percent,
    Settings,
    Whole,
    Words,
    Year,
    told_once,
)


class TierShare(Entry):
    """How much of a tier by when.

    Parameters
    ----------
    tier : int
        1 to 3.
    by_year : int
        Last year that counts.
    percent : int
        Least part of the tier's area.
    counted : str
        Whether area counts when its works are ``started`` or ``finished``.
    """

    tier: Annotated[Whole, Field(ge=1, le=3)]
    by_year: Year
    percent: Percent
    counted: Literal["started", "finished"] = "finished"


class TierSharesSettings(Settings):
    """The shares.

    Parameters
    ----------
    entries : list of tables
        One for each share: `tier` (1 to 3), `by_year` (last year that counts), `percent` (least part of the tier's
        area), `counted` (`started` or `finished`, the default).
    """

    entries: tuple[TierShare, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        told_once([(entry.tier, entry.by_year, entry.counted) for entry in self.entries])
        return self


CLAUSE = Clause(
    title=Words("分级修复比例", "Shares of the tiers"),
    meaning=Words(
        "规定年度前，某一优先级需治理图斑（不含自然恢复和企业矿山）的面积至少有规定比例已经开工或完工；不足1平方米的进为1平方米。",
        "By the year set at least the percentage set of the area of a tier's patches with works (natural recovery and "
        "enterprise mines apart) is started or finished; part of a square metre counts as a whole one.",
    ),
    citation=Words("规划第三章 三（一）", "Plan, ch. 3 sec. 3(1)"),
    formula="for each of entries: Σ_(p,o,s: tier[p] = tier, s or finish ≤ by_year) area_m2[p] · x[p,o,s] ≥ "
    "⌈percent · Σ_(p: tier[p] = tier) area_m2[p] / 100⌉",
    settings=TierSharesSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
