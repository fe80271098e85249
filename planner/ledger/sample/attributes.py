"""What a patch is like: priority, control lines, land, hazards, works and scores, consistent with one another.

The tier of an artificial patch follows the plan, ch. 3 sec. 3(1), and holds for every row (`tier_of`):
tier 1 is an abandoned mine inside one of the three control lines or a rock face that is seen; tier 2 is
what else lies in or around "three zones, two lines"; tier 3 is the rest.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from planner.ledger.sample.amounts import Calibration, Draft, member, parts_of
from planner.ledger.sample.dice import Dice
from planner.ledger.types import DataNature, MiningMethod, Option, Patch, PatchKind, Treatment
from planner.units import hectares

LINES = ("ecological_redline", "basic_farmland", "urban_growth_boundary")


def tier_of(patch: Patch) -> int:
    """The tier that the plan's rule gives an artificial patch."""
    if patch.kind is PatchKind.ABANDONED_MINE and any(getattr(patch, line) for line in LINES):
        return 1
    if patch.kind is PatchKind.EXPOSED_ROCK_FACE and patch.viewshed:
        return 1
    return 2 if patch.three_zones_two_lines else 3


def describe(calibration: Calibration, drafts: list[Draft]) -> None:
    """Fill in everything but places."""
    seed = int(calibration["seed"])
    legacy = [draft for draft in drafts if not draft.enterprise]
    artificial = [draft for draft in legacy if draft.treatment is Treatment.ARTIFICIAL]
    _tiers(calibration["tiers"], artificial, Dice(seed, "tiers"))
    _reserves(calibration["reserves"], legacy, Dice(seed, "reserves"))
    _tenure(calibration["tenure"], artificial, Dice(seed, "tenure"))
    for draft in drafts:
        draft.fields["remark"] = calibration["texts"]["remark"]
        draft.fields["data_nature"] = DataNature.SYNTHETIC
    for name, step in (
        ("land", _land), ("mining", _mining), ("hazards", _hazards), ("flags", _flags), ("survey", _survey),
        ("scores", _scores),
    ):  # fmt: skip
        dice = Dice(seed, name)
        for draft in drafts:
            step(calibration, draft, dice)
    _special(calibration, legacy, Dice(seed, "special"))
    if "enterprise" in calibration:
        first = next(draft for draft in drafts if draft.enterprise)
        first.fields["licence_until"] = calibration["enterprise"]["licence_until"]
        first.fields["closure_year"] = None
        first.fields["remark"] = calibration["enterprise"]["licence_remark"]


def _tiers(tiers: Calibration, artificial: list[Draft], dice: Dice) -> None:
    shares = {int(tier): percent for tier, percent in tiers["percent"].items()}
    counts = dict(zip(shares, parts_of(len(artificial), list(shares.values())), strict=True))
    faces = dice.shuffled([draft for draft in artificial if draft.kind is PatchKind.EXPOSED_ROCK_FACE])
    seen = faces[: tiers["visible_faces"]]
    for i, draft in enumerate(seen):
        focal = i < tiers["focal_faces"]
        view = dice.pick(tiers["focal_views" if focal else "other_views"])
        draft.fields |= {"tier": 1, "viewshed": view, "focal": focal, "three_zones_two_lines": dice.chance(0.6)}
    mines = dice.shuffled([draft for draft in artificial if draft.kind is PatchKind.ABANDONED_MINE])
    lines, weights = zip(*tiers["control_lines"], strict=True)
    inside = mines[: counts[1] - len(seen)]
    for draft in inside:
        draft.fields |= {"tier": 1, dice.weighted(lines, weights): True, "three_zones_two_lines": dice.chance(0.5)}
    rest = dice.shuffled(mines[len(inside) :] + faces[len(seen) :])
    for i, draft in enumerate(rest):
        second = i < counts[2]
        draft.fields |= {"tier": 2 if second else 3, "three_zones_two_lines": second}
    for draft in faces:
        draft.fields["ecological_redline"] = dice.chance(tiers["redline_rock_percent"] / 100)


def _reserves(reserves: Calibration, legacy: list[Draft], dice: Dice) -> None:
    red = [draft for draft in legacy if draft.fields.get("ecological_redline")]
    natural = [draft for draft in legacy if draft.treatment is Treatment.NATURAL]
    for draft in natural:
        draft.fields |= {"tier": 3, "ecological_redline": dice.chance(0.6)}
    inside = dice.some(natural, reserves["natural"]), dice.some(red, reserves["artificial"])
    for drafts, core in zip(inside, (reserves["natural_core"], reserves["irreversible_core"]), strict=True):
        for i, draft in enumerate(drafts):
            draft.fields |= {
                "reserve": _weighted(dice, reserves["kinds"]),
                "reserve_level": _weighted(dice, reserves["levels"]),
                "core_reserve": i < core,
                "irreversible_damage": i < core and draft.works,
                "ecological_redline": True,
            }
    for draft in red:
        draft.fields["assessed"] = True


def _weighted(dice: Dice, pairs: Any) -> Any:
    items, weights = zip(*pairs, strict=True)
    return dice.weighted(items, weights)


def _tenure(tenure: Calibration, artificial: list[Draft], dice: Dice) -> None:
    years = [int(year) for year, patches in tenure["clear_from"].items() for _ in range(patches)]
    small = [
        draft
        for draft in artificial
        if draft.area_m2 <= tenure["largest_m2"]
        and not draft.hazards and not draft.fields.get("focal") and "district_shares" not in draft.fields
    ]  # fmt: skip
    for draft, year in zip(dice.some(small, len(years)), years, strict=True):
        draft.fields["tenure_clear_from"] = year


def _land(calibration: Calibration, draft: Draft, dice: Dice) -> None:
    land, flags = calibration["land"], calibration["flags"]
    mine = draft.kind is not PatchKind.EXPOSED_ROCK_FACE
    name = "artificial_mine" if mine else "artificial_face"
    if draft.treatment is not Treatment.ARTIFICIAL:
        name = str(draft.treatment)
    classes, uses = land[name]["classes"], land[name]["uses"]
    face = draft.kind is PatchKind.EXPOSED_ROCK_FACE and draft.treatment is Treatment.NATURAL
    use = dice.pick(uses)
    arable = mine and draft.works and draft.treatment is Treatment.ARTIFICIAL and (
        draft.fields.get("basic_farmland", False) or dice.chance(flags["arable_percent"] / 100)
    )  # fmt: skip
    if arable:
        use = land["arable_use"]
    if draft.treatment is Treatment.COMPREHENSIVE:
        draft.fields["urban_growth_boundary"] = dice.chance(flags["comprehensive_urban_percent"] / 100)
        draft.fields["cash_flow"] = dice.chance(flags["cash_flow_percent"] / 100)
    draft.fields |= {
        "land_class": classes[-1] if face else dice.pick(classes),
        "planned_use": use,
        "arable_potential": arable,
        "direction": land["directions"][use],
        "land_tenure": _weighted(dice, land["tenures"]),
        "patch_area_m2": round(draft.area_m2 * dice.between(1.0, 1.3)),
    }


def _mining(calibration: Calibration, draft: Draft, dice: Dice) -> None:
    minerals = calibration["minerals"]
    face = draft.kind is PatchKind.EXPOSED_ROCK_FACE
    kinds = [kind for kind in minerals["kinds"] if not face or kind["name"] in minerals["face_kinds"]]
    kind = dice.weighted(kinds, [kind["weight"] for kind in kinds])
    first, last = minerals["closure_licensed" if draft.licensed else "closure_unlicensed"]
    draft.fields |= {
        "mineral": kind["name"],
        "mining_method": member(MiningMethod, dice.pick(kind["methods"])),
        "closure_year": dice.whole(first, last),
    }


def _hazards(calibration: Calibration, draft: Draft, dice: Dice) -> None:
    """Hazards, and the cost by kind of works (ch. 4 sec. 4(1))."""
    texts, step = calibration["texts"], calibration["step_yuan"]
    hazards = calibration["hazards"]
    words = {"ha": hectares(draft.area_m2), "points": draft.hazards}
    if draft.hazards:
        draft.fields |= {
            "hazard_points": draft.hazards,
            "hazard_level": _weighted(dice, hazards["levels"]),
            "hazard_threat": dice.pick(hazards["threats"]),
            "tracked": dice.chance(calibration["flags"]["tracked_percent"] / 100),
        }
    if not draft.works:
        if draft.treatment is Treatment.NATURAL:
            draft.fields["works"] = texts["enclosure"].format(**words)
        return
    rest = (draft.cost - draft.hazard_cost) // step
    parts = dict(zip(draft.parts, parts_of(rest, list(draft.parts.values())), strict=True))
    yuan = {name: parts.get(name, 0) * step for name in ("land_levelling", "revegetation", "rock_face")}
    draft.fields |= {f"{name}_yuan": part for name, part in yuan.items()} | {"hazard_removal_yuan": draft.hazard_cost}
    done = ["work_hazard"] if draft.hazards else []
    done += [f"work_{name}" for name, part in yuan.items() if part]
    draft.fields["works"] = "；".join(texts[name].format(**words) for name in done)


def _flags(calibration: Calibration, draft: Draft, dice: Dice) -> None:
    flags, texts = calibration["flags"], calibration["texts"]
    if dice.chance(flags["corridor_percent"] / 100):
        draft.fields["corridor"] = texts["corridor"].format(n=dice.whole(1, texts["corridors"]))
    plain = draft.group == f"{PatchKind.ABANDONED_MINE}/{Treatment.ARTIFICIAL}" and not draft.hazards
    if plain and draft.fields["tier"] > 1 and not draft.fields["arable_potential"]:
        draft.fields["afforestation_only"] = dice.chance(flags["afforestation_percent"] / 100)


def _survey(calibration: Calibration, draft: Draft, dice: Dice) -> None:
    """The survey of the base year; some of natural recovery is still to be verified (ch. 4 sec. 4)."""
    texts = calibration["texts"]
    day: dt.date = texts["verified_first"] + dt.timedelta(days=dice.whole(0, texts["verified_days"]))
    verifier = texts["verifier"].format(n=dice.whole(1, 12))
    waits = draft.treatment is Treatment.NATURAL
    if waits and dice.chance(calibration["flags"]["natural_unverified_percent"] / 100):
        return
    draft.fields |= {"verifier_unit": texts["verifier_unit"], "verifier": verifier, "verified_on": day}


def _scores(calibration: Calibration, draft: Draft, dice: Dice) -> None:
    """Three factor scores that grow with what the plan names for each of them."""
    f = draft.fields
    line = any(f.get(name) for name in LINES)
    zones, seen = f.get("three_zones_two_lines", False), bool(f.get("viewshed"))
    face = draft.kind is PatchKind.EXPOSED_ROCK_FACE
    bottom = dice.whole(10, 40) + 35 * line + 15 * bool(f.get("reserve")) + 10 * f.get("core_reserve", False)
    resident = dice.whole(10, 40) + 20 * zones + 30 * bool(draft.hazards) + 10 * f.get("focal", False)
    landscape = dice.whole(10, 35) + 10 * face + 30 * seen + 10 * zones + 10 * f.get("focal", False)
    f |= {
        "bottom_line": min(100, bottom),
        "resident_impact": min(100, resident),
        "landscape_damage": min(100, landscape),
    }


def _special(calibration: Calibration, legacy: list[Draft], dice: Dice) -> None:
    """Candidates: the largest comprehensive mine of as many districts of a region as are wanted."""
    region = {row["name"]: row["region"] for row in calibration["districts"]}
    fit = [d for d in legacy if d.group == f"{PatchKind.ABANDONED_MINE}/{Treatment.COMPREHENSIVE}"]
    for wanted, count in calibration["special"]["candidates"].items():
        largest: dict[str, Draft] = {}
        for draft in sorted(fit, key=lambda d: -d.area_m2):
            if region[draft.district] == wanted:
                largest.setdefault(draft.district, draft)
        for draft in list(largest.values())[:count]:
            draft.fields |= {"special_candidate": True, "cash_flow": True}


def options_of(calibration: Calibration, patches: list[Patch]) -> list[Option]:
    """Two options of each candidate: the basic treatment, and the distinctive project at the same cost."""
    special, step = calibration["special"], calibration["step_yuan"]
    candidates = [patch for patch in patches if patch.special_candidate]
    rows = []
    for i, patch in enumerate(candidates):
        area = Decimal(patch.area_m2) / 10_000
        other = round(patch.area_m2 * special["other_yuan_per_hectare"] / (10_000 * step)) * step
        theme = special["themes"][i % len(special["themes"])]
        shared: dict[str, Any] = {"patch": patch.patch, "cost_yuan": patch.cost_yuan}
        rows.append(Option(option=special["basic"], description=special["basic_text"], **shared))
        rows.append(
            Option(
                option=special["name"], treatment=Treatment.COMPREHENSIVE, special=True, other_yuan=other,
                benefit=(area * special["benefit_percent"] / 100).quantize(Decimal("0.01")),
                description=special["special_text"].format(theme=theme), **shared,
            )
        )  # fmt: skip
    return rows
