"""What a district can carry at once: area and sites under way."""

from typing import Self

from pydantic import model_validator

from planner.clauses.base import ALL_MODES, Clause, Count, Entry, Mode, Name, Settings, Words, some_limit, told_once


class Capacity(Entry):
    """What one district can carry.

    Parameters
    ----------
    district : str
    max_area_m2 : int, optional
        Task area under way in a year, m²; by default what holds for every district.
    max_sites : int, optional
        Patches under way in a year; by default what holds for every district.
    """

    district: Name
    max_area_m2: Count | None = None
    max_sites: Count | None = None

    @model_validator(mode="after")
    def _limits(self) -> Self:
        some_limit({"max_area_m2": self.max_area_m2, "max_sites": self.max_sites})
        return self


class DistrictCapacitySettings(Settings):
    """What every district can carry, and those that differ; a limit that is not given does not bind.

    Parameters
    ----------
    max_area_m2 : int, optional
        Task area under way in a district in a year, m².
    max_sites : int, optional
        Patches under way in a district in a year, those included whose hazards alone are removed.
    entries : list of tables
        One for each district that differs: `district`, and `max_area_m2` or `max_sites` or both, each in place of the
        limit for every district.
    """

    max_area_m2: Count | None = None
    max_sites: Count | None = None
    entries: tuple[Capacity, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        told_once([(entry.district,) for entry in self.entries])
        return self


CLAUSE = Clause(
    title=Words("各区同时在建规模", "District capacity"),
    meaning=Words(
        "规划期内每一年，一个区在建（开工年度至完工年度）的工程面积和图斑个数不超过上限；仅消灾除隐的图斑计个数、不计面积；"
        "自然恢复和企业矿山不计入。",
        "In no year of the horizon do the works under way in a district (from start to finish year) exceed its limits "
        "of area and sites; hazard-only works count as a site but no area, natural recovery and enterprise mines not "
        "at all.",
    ),
    citation=Words("规划第五章 一（一）", "Plan, ch. 5 sec. 1(1)"),
    formula="for each district d and year y: Σ_(p,o,s: district[p] = d, s ≤ y ≤ finish) area_m2[p] · x[p,o,s] ≤ "
    "max_area_m2;  Σ_(p,o,s: district[p] = d, s ≤ y ≤ finish) x[p,o,s] ≤ max_sites",
    settings=DistrictCapacitySettings,
    default_mode=Mode.OFF,
    modes=ALL_MODES,
)
