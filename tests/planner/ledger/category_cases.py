"""Hand-made patches with the category that the plan gives them, read off its text by hand.

A case is written as a surveyor would put it: what the ledger says, then the category, whether it is certain, the rule
that leads, and what objects. `MINE` and `FACE` are a mine and a rock face of which nothing is known but the land:
mining land planned as forest, and bare rock planned as forest.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from planner.ledger import Patch, PatchKind, Recovery, Treatment

N, A, U = Treatment.NATURAL, Treatment.ARTIFICIAL, Treatment.COMPREHENSIVE
GOOD, POOR, VEGETATED = Recovery.GOOD, Recovery.POOR, Recovery.VEGETATED
SURE, LEANING = True, False
VERIFIED = {"verified_on": dt.date(2021, 5, 6)}
HAZARD = {"hazard_points": 1, "hazard_threat": "村庄居民点"}
RED = {"ecological_redline": True}
BARE = {"land_class": "裸岩石砾地"}

MINE: dict[str, Any] = {"land_class": "采矿用地", "planned_use": "林地"}
FACE: dict[str, Any] = {"kind": PatchKind.EXPOSED_ROCK_FACE, "planned_use": "林地", **BARE}
WOODED: dict[str, Any] = {"land_class": "其他林地", "planned_use": "林地"}


class Case(NamedTuple):
    """One patch."""

    name: str
    fields: dict[str, Any]
    category: Treatment | None
    certain: bool
    rule: str = ""
    objections: tuple[str, ...] = ()


def patch(**fields: Any) -> Patch:
    """A patch with these fields; what the rules may not look at is of no account."""
    needed = {"patch": "A-1", "district": "甲区", "area_m2": 10_000, "treatment": A, "ever_licensed": False}
    return Patch(**{**needed, "cost_yuan": 1, **fields})


CASES = [
    # ch. 3 sec. 3(2): not one of the three
    Case("enterprise mine", {**MINE, "kind": PatchKind.CLOSED_OR_PRODUCING_MINE}, None, False, "enterprise"),
    # ch. 4 sec. 2: core zones
    Case("core zone", {**MINE, "core_reserve": True}, N, SURE, "core_zone"),
    Case("core zone, hazard, seen", {**FACE, **HAZARD, "core_reserve": True, "focal": True}, N, SURE, "core_zone"),
    Case("core zone, planned as a town", {"planned_use": "建制镇", "core_reserve": True}, N, SURE, "core_zone"),
    Case("core zone, irreversible, assessed",
         {**FACE, "core_reserve": True, "irreversible_damage": True, "assessed": True}, A, SURE, "irreversible"),
    Case("core zone, irreversible, not yet assessed", {**FACE, "core_reserve": True, "irreversible_damage": True},
         A, LEANING, "irreversible", ("not_assessed",)),
    # ch. 3 sec. 3(1), comprehensive use
    Case("planned as town land", {**MINE, "planned_use": "城镇建设用地"}, U, SURE, "planned_construction"),
    Case("strategic reserve", {**MINE, "planned_use": "战略留白用地"}, U, SURE, "planned_construction"),
    Case("planned as village land, hazard: removed before the use",
         {**MINE, **HAZARD, "planned_use": "村庄建设用地(0203)"}, U, SURE, "planned_construction"),
    Case("planned as town land inside the red line", {**MINE, **RED, "assessed": True, "planned_use": "建设用地"},
         U, LEANING, "planned_construction", ("construction_in_line",)),
    Case("planned as town land, seen from a road", {**FACE, "planned_use": "建设用地", "viewshed": "公路"},
         U, LEANING, "planned_construction", ("seen_face",)),
    Case("bare land, candidate for a project", {**BARE, "planned_use": "生态混合用地", "special_candidate": True},
         U, SURE, "potential_use"),
    Case("bare land with a named user, hazard: removed before the use",
         {**BARE, **HAZARD, "planned_use": "生态混合用地", "named_user": "某单位"}, U, SURE, "potential_use"),
    Case("mining land planned as forest, with an income", {**MINE, "cash_flow": True},
         U, LEANING, "potential_use", ("land_returned",)),
    # ch. 3 sec. 3(1), artificial restoration
    Case("mining land planned as forest", MINE, A, SURE, "land_returned"),
    Case("mining land planned as farmland", {**MINE, "planned_use": "耕地", "arable_potential": True},
         A, SURE, "land_returned"),
    Case("village land planned as grassland", {"land_class": "村庄", "planned_use": "草地"}, A, SURE, "land_returned"),
    Case("mining land planned as forest, red line, not assessed", {**MINE, **RED},
         A, LEANING, "land_returned", ("not_assessed",)),
    Case("mining land planned as forest, red line, assessed", {**MINE, **RED, "assessed": True},
         A, SURE, "land_returned"),
    Case("hidden face on mining land planned as forest", {**FACE, "land_class": "采矿用地"}, A, SURE, "land_returned"),
    Case("rock face seen from a scenic area", {**FACE, "viewshed": "景区"}, A, SURE, "seen_face"),
    Case("hazard over a village", {**BARE, **HAZARD, "planned_use": "林地"}, A, SURE, "hazard_threat"),
    Case("hazard over a village, all wooded", {**WOODED, **HAZARD}, A, SURE, "hazard_threat"),
    Case("hazard over a village, verified: well vegetated", {**BARE, **HAZARD, **VERIFIED, "planned_use": "林地",
         "recovery": VEGETATED}, A, SURE, "hazard_threat"),
    Case("hazard over a village, said to recover well", {**BARE, **HAZARD, "planned_use": "林地", "recovery": GOOD},
         A, SURE, "hazard_threat"),
    Case("wooded, verified: does not recover", {**WOODED, **VERIFIED, "recovery": POOR}, A, SURE, "poor_recovery"),
    Case("bare land to be reclaimed for farming", {**BARE, "planned_use": "耕地", "arable_potential": True},
         A, SURE, "to_arable"),
    Case("bare land that needs planting only", {**BARE, "planned_use": "林地", "afforestation_only": True},
         A, SURE, "planting"),
    # ch. 3 sec. 3(1), natural recovery
    Case("forest now and planned", WOODED, N, SURE, "forest_grass"),
    Case("grass now, planned as protected forest and grass",
         {"land_class": "其他草地", "planned_use": "林草保护用地"}, N, SURE, "forest_grass"),
    Case("wooded, hazard that threatens nothing", {**WOODED, "hazard_points": 1, "hazard_threat": "无"},
         N, SURE, "forest_grass"),
    Case("wooded, hazard whose threat is not told", {**WOODED, "hazard_points": 1},
         N, LEANING, "forest_grass", ("threat_unclear",)),
    Case("wooded, said to recover poorly, not verified", {**WOODED, "recovery": POOR},
         N, LEANING, "forest_grass", ("poor_unverified",)),
    Case("no hazard, verified: good conditions", {**BARE, **VERIFIED, "planned_use": "林地", "recovery": GOOD},
         N, SURE, "good_conditions"),
    Case("hidden face, verified: well vegetated", {**FACE, **VERIFIED, "recovery": VEGETATED},
         N, SURE, "well_vegetated"),
    Case("mining land planned as forest, verified: overgrown", {**MINE, **VERIFIED, "recovery": VEGETATED},
         N, LEANING, "well_vegetated", ("land_returned",)),
    Case("mining land planned as forest, verified: good conditions", {**MINE, **VERIFIED, "recovery": GOOD},
         N, LEANING, "good_conditions", ("land_returned",)),
    Case("woodland to be reclaimed for farming", {**WOODED, "arable_potential": True},
         N, LEANING, "forest_grass", ("to_arable",)),
    Case("planned as town land, verified: well vegetated",
         {**MINE, **VERIFIED, "planned_use": "建设用地", "recovery": VEGETATED},
         U, LEANING, "planned_construction", ("well_vegetated",)),
    Case("seen face, verified: well vegetated",
         {**FACE, **VERIFIED, "viewshed": "公路", "recovery": VEGETATED}, A, LEANING, "seen_face", ("well_vegetated",)),
    Case("mining land planned as forest, said to be overgrown", {**MINE, "recovery": VEGETATED},
         A, LEANING, "land_returned", ("good_unverified",)),
    Case("hidden face: deep in the mountains?", {**FACE, "viewshed": "不可见"}, N, LEANING, "hidden_face"),
    Case("bare land in the red line", {**BARE, **RED, "planned_use": "林地"}, N, LEANING, "not_assessed"),
    # The fields do not tell
    Case("hidden face near a village", {**FACE, "three_zones_two_lines": True}, None, False),
    Case("bare land planned as forest", {**BARE, "planned_use": "林地"}, None, False),
    Case("nothing known", {}, None, False, "", ("plan_unclear",)),
    Case("hazard over a village, planned use unknown", HAZARD, A, LEANING, "hazard_threat", ("plan_unclear",)),
    Case("planned partly as town land", {**MINE, "planned_use": "林地、建设用地"}, None, False, "", ("plan_unclear",)),
    Case("a planned use of another country", {**MINE, "planned_use": "Bergbau"}, None, False, "", ("plan_unclear",)),
]  # fmt: skip
