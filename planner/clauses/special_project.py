"""Distinctive projects of comprehensive use."""

from typing import Self

from pydantic import model_validator

from planner.clauses.base import ALL_MODES, Clause, Count, Mode, Settings, Words, Year, two_sided


class SpecialProjectSettings(Settings):
    """How many, and by when.

    Parameters
    ----------
    minimum : int
        Projects finished at least.
    maximum : int, optional
        Projects at most; by default as many as there are.
    by_year : int, optional
        Last year that counts; by default the horizon's last.
    """

    minimum: Count = 1
    maximum: Count | None = None
    by_year: Year | None = None

    @model_validator(mode="after")
    def _sides(self) -> Self:
        two_sided(self.minimum, self.maximum, "minimum", "maximum")
        return self


CLAUSE = Clause(
    title=Words("特色综合利用项目", "Distinctive projects"),
    meaning=Words(
        "规定年度前完成不少于规定个数的特色综合利用类项目，且不超过上限。候选图斑选用特色方案并完工，即为完成；特色方案多出的投入不由财政负担。",
        "At least the required number of distinctive projects is finished by the year set, and no more than the upper "
        "limit. A candidate counts when its special option is chosen and finished; the extra cost is other "
        "people's money.",
    ),
    citation=Words("规划第三章 二", "Plan, ch. 3 sec. 2"),
    formula="minimum ≤ Σ_(p,o,s: special[o], finish ≤ by_year) x[p,o,s];  Σ_(p,o,s: special[o]) x[p,o,s] ≤ maximum",
    settings=SpecialProjectSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
