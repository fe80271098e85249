"""Rock faces in the views that matter most are finished first."""

from planner.clauses.base import ALL_MODES, Clause, Mode, Percent, Settings, Words, Year


class FocalFacesSettings(Settings):
    """How much of them, and by when.

    Parameters
    ----------
    percent : int
        Least part of their area.
    by_year : int, optional
        Last year that counts; by default the horizon's first.
    """

    percent: Percent = 100
    by_year: Year | None = None


CLAUSE = Clause(
    title=Words("重点视域裸露岩壁优先", "Focal rock faces first"),
    meaning=Words(
        "村庄周边、冬奥会沿线等重要视域范围内以及重要景区周边的裸露岩壁（台账“重点视域”），规定年度前至少按规定比例（按面积）完工；"
        "自然恢复的不计入。",
        "Exposed rock faces in a focal view (around villages, along the Winter Olympics railway, around scenic areas) "
        "are finished by the year set, at least the percentage set of their area; natural recovery does not count.",
    ),
    citation=Words("规划第四章 四（一）", "Plan, ch. 4 sec. 4(1)"),
    formula="Σ_(p,o,s: kind[p] = exposed_rock_face, focal[p], finish ≤ by_year) area_m2[p] · x[p,o,s] ≥ "
    "⌈percent · Σ_(p: kind[p] = exposed_rock_face, focal[p]) area_m2[p] / 100⌉",
    settings=FocalFacesSettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
