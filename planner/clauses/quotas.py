"""Yearly and district quotas, in area and in money, both sides."""

from typing import Self

from pydantic import model_validator

from planner.clauses.base import (
    ALL_MODES,
    Clause,
    Count,
    Entry,
    Mode,
    Name,
    Settings,
    Words,
    Year,
    some_limit,
    told_once,
    two_sided,
)


class Quota(Entry):
    """The task of a district in a year; a limit that is not given does not bind.

    Parameters
    ----------
    district : str, optional
        The district that answers for the patches; by default the whole city.
    year : int, optional
        Year of the start; by default the whole horizon.
    min_area_m2, max_area_m2 : int, optional
        Task area, m².
    min_yuan, max_yuan : int, optional
        Commitments, all government sources, yuan.
    """

    district: Name | None = None
    year: Year | None = None
    min_area_m2: Count | None = None
    max_area_m2: Count | None = None
    min_yuan: Count | None = None
    max_yuan: Count | None = None

    @model_validator(mode="after")
    def _sides(self) -> Self:
        some_limit(self.model_dump(exclude={"district", "year"}))
        two_sided(self.min_area_m2, self.max_area_m2, "min_area_m2", "max_area_m2")
        two_sided(self.min_yuan, self.max_yuan, "min_yuan", "max_yuan")
        return self


class QuotasSettings(Settings):
    """The quotas.

    Parameters
    ----------
    entries : list of tables
        One for each quota: `district` (none: the whole city), `year` (none: the whole horizon), and at least one of
        `min_area_m2`, `max_area_m2` (task area, m²), `min_yuan`, `max_yuan` (commitments, yuan).
    """

    entries: tuple[Quota, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        told_once([(entry.district, entry.year) for entry in self.entries])
        return self


CLAUSE = Clause(
    title=Words("年度和分区任务量", "Yearly and district quotas"),
    meaning=Words(
        "各区、各年度新开工的修复面积和资金，均在分解下达的上下限之内；不写区的为全市，不写年度的为整个规划期；自然恢复和企业矿山不计入。",
        "Area and money of the works that start in a district in a year lie within the limits issued, both sides; an "
        "entry without district is for the whole city, one without year for the whole horizon; natural recovery and "
        "enterprise mines do not count.",
    ),
    citation=Words(
        "规划第五章 一（一）；第四章 四（二）末段", "Plan, ch. 5 sec. 1(1); ch. 4 sec. 4, closing paragraph"
    ),
    formula="for each of entries: min_area_m2 ≤ Σ_(p,o,s: district[p] = district, s = year) area_m2[p] · x[p,o,s] ≤ "
    "max_area_m2;  min_yuan ≤ Σ_(p,o,s: district[p] = district, s = year) cost_yuan[o] · index(s) · x[p,o,s] ≤ "
    "max_yuan",
    settings=QuotasSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
