"""Where each patch lies: a township, a point inside its district, its number, and whether a border is near."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from planner.ledger.sample.amounts import Calibration, Draft
from planner.ledger.sample.dice import Dice
from planner.ledger.sample.geometry import District, Point, around, distance_km
from planner.ledger.types import Treatment
from planner.units import split


def place(calibration: Calibration, drafts: list[Draft], districts: dict[str, District]) -> None:
    """Fill in points, townships, ids, names and all fields that follow from them."""
    seed = int(calibration["seed"])
    mines = 0
    _cross_district(calibration, drafts, districts, Dice(seed, "cross"))
    for row in calibration["districts"]:
        own = [draft for draft in drafts if draft.district == row["name"]]
        mines = _place_district(calibration, row, own, districts, mines)


def _place_district(
    calibration: Calibration, row: Calibration, own: list[Draft], districts: dict[str, District], mines: int
) -> int:
    texts, flags = calibration["texts"], calibration["flags"]
    shape = districts[row["name"]]
    dice = Dice(int(calibration["seed"]), f"places/{row['code']}")
    centres = [shape.throw(dice) for _ in range(row["townships"])]
    for draft in own:
        if draft.point == (0.0, 0.0):
            draft.point = shape.throw_near(dice, dice.pick(centres), flags["scatter_km"])
    towns = {id(draft): _nearest(draft.point, centres) for draft in own}
    order = sorted(dice.shuffled(own), key=lambda draft: (draft.enterprise, towns[id(draft)]))
    first_enterprise = calibration.get("enterprise", {}).get("first_number", 0)
    legacy = sum(not draft.enterprise for draft in own)
    body, left = 0, 0
    for position, draft in enumerate(order, 1):
        n = first_enterprise + position - legacy - 1 if draft.enterprise else position
        if left == 0 or towns[id(draft)] != towns[id(order[position - 2])]:
            body, left = body + 1, dice.whole(1, 3)
        left -= 1
        words: dict[str, Any] = {"short": row["short"], "code": row["code"], "n": n, "kind": draft.kind.zh}
        township = texts["township"].format(short=row["short"], n=towns[id(draft)] + 1)
        draft.fields |= {
            "patch": texts["patch_id"].format(**words),
            "district": row["name"],
            "township": township,
            "village": texts["village"].format(n=n % 1000),
            "basin": row["basin"],
            "longitude": draft.point[0],
            "latitude": draft.point[1],
            "border": _at_the_border(draft.point, flags["border_km"], districts),
            "responsible_id": texts["responsible_id"].format(code=row["code"], n=body),
            "name": texts["name"].format(**words),
            "responsible_party": texts["legacy_party"],
            "responsible_unit": texts["unit"].format(township=township),
        }
        if draft.licensed:
            draft.fields["licence_number"] = texts["licence_number"].format(**words)
        if draft.enterprise:
            mines += 1
            draft.fields |= {
                "name": texts["enterprise_name"].format(n=mines),
                "responsible_party": texts["enterprise_party"].format(n=mines),
                "responsible_unit": texts["enterprise_unit"].format(n=mines),
                "enterprise_group": dice.pick(calibration["enterprise"]["groups"]),
            }
    return mines


def _nearest(point: Point, centres: list[Point]) -> int:
    return min(range(len(centres)), key=lambda i: distance_km(point, centres[i]))


def _at_the_border(point: Point, km: float, districts: dict[str, District]) -> bool:
    """Whether some direction leaves every district within a distance."""
    return any(not any(shape.contains(other) for shape in districts.values()) for other in around(point, km))


def _cross_district(calibration: Calibration, drafts: list[Draft], districts: dict[str, District], dice: Dice) -> None:
    """Unlicensed artificial patches on a common border, whose shares come out in whole steps."""
    if "cross_district" not in calibration:
        return
    cross, step = calibration["cross_district"], calibration["step_yuan"]
    for pair in cross["pairs"]:
        fit = [
            draft
            for draft in drafts
            if draft.district == pair["own"] and draft.treatment is Treatment.ARTIFICIAL
            and draft.works and not draft.licensed and not draft.hazards
            and not any(part % step for part in split(draft.cost, pair["weights"]))
        ]  # fmt: skip
        draft = dice.pick([one for one in fit if "district_shares" not in one.fields])
        own, other = districts[pair["own"]], districts[pair["other"]]
        draft.point = next(
            point
            for point in (own.throw(dice) for _ in range(100_000))
            if any(other.contains(near) for near in around(point, cross["within_km"]))
        )
        weights = [Decimal(weight) for weight in pair["weights"]]
        draft.fields["district_shares"] = tuple(zip((pair["own"], pair["other"]), weights, strict=True))
