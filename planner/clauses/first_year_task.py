"""The task of a named year, in area and in money, both sides."""

from typing import Self

from pydantic import model_validator

from planner.clauses.base import ALL_MODES, Clause, Count, Settings, Words, Year, two_sided


class FirstYearTaskSettings(Settings):
    """The year and its limits; a limit that is not given does not bind.

    Parameters
    ----------
    year : int, optional
        By default the horizon's first year.
    min_area_m2, max_area_m2 : int, optional
        Task area (area of the patches that start in the year), m².
    min_yuan, max_yuan : int, optional
        Whole cost of the works that start in the year, yuan, whoever pays: purses, further sources (social capital
        too) or a named user. Natural recovery and enterprise mines do not count.
    """

    year: Year | None = None
    min_area_m2: Count | None = None
    max_area_m2: Count | None = None
    min_yuan: Count | None = None
    max_yuan: Count | None = None

    @model_validator(mode="after")
    def _sides(self) -> Self:
        two_sided(self.min_area_m2, self.max_area_m2, "min_area_m2", "max_area_m2")
        two_sided(self.min_yuan, self.max_yuan, "min_yuan", "max_yuan")
        return self


CLAUSE = Clause(
    title=Words("首年任务量与资金", "First year's task"),
    meaning=Words(
        "指定年度（默认规划首年）新开工的修复面积和资金，均在规定的上下限之内；自然恢复和企业矿山不计入。",
        "Area and money of the works that start in the year set (by default the first) lie within their limits, both "
        "sides; natural recovery and enterprise mines do not count.",
    ),
    citation=Words("规划第四章 四（二）末段", "Plan, ch. 4 sec. 4, closing paragraph"),
    formula="min_area_m2 ≤ Σ_(p,o: s = year) area_m2[p] · x[p,o,s] ≤ max_area_m2;  "
    "min_yuan ≤ Σ_(p,o: s = year) cost_yuan[o] · index(s) · x[p,o,s] ≤ max_yuan",
    settings=FirstYearTaskSettings,
    modes=ALL_MODES,
)
