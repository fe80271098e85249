"""Geological hazard points are removed in time."""

from planner.clauses.base import ALL_MODES, Clause, Count, Settings, Words, Year


class HazardSettings(Settings):
    """How many points, and by when.

    Parameters
    ----------
    required_points : int, optional
        Points (处) to remove; by default all that the ledger has on patches with works.
    by_year : int, optional
        Last year that counts; by default the horizon's last.
    """

    required_points: Count | None = None
    by_year: Year | None = None


CLAUSE = Clause(
    title=Words("地质灾害隐患消除", "Hazards removed"),
    meaning=Words(
        "规定年度前消除或减轻地质灾害隐患不少于规定处数；图斑完工即视为其隐患消除。",
        "At least the required number of hazard points is removed by the year set; a patch's points are "
        "removed when it finishes.",
    ),
    citation=Words("规划第三章 二", "Plan, ch. 3 sec. 2"),
    formula="Σ_(p,o,s: finish ≤ by_year) hazard_points[p] · x[p,o,s] ≥ required_points",
    settings=HazardSettings,
    modes=ALL_MODES,
)
