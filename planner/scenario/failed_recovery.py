"""Natural recovery that failed its verification is artificial restoration (plan, ch. 4 sec. 4, opening paragraph)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from planner.ledger import Ledger, Patch, PatchKind, Recovery, Treatment
from planner.scenario.parts import FailedRecovery
from planner.units import M2_PER_HECTARE, half_up


def with_failed_recovery(ledger: Ledger, rules: FailedRecovery) -> Ledger:
    """The same ledger, its natural patches that were verified and found poor seen as artificial restoration.

    Their cost is the ledger's own where it states one above 0, else that of the rules. What an option of theirs says
    stands, but one that is natural recovery, as its own treatment or for want of one, is dropped. In a core reserve
    without irreversible damage nothing but enclosure is allowed: there the patch stays what it is.
    """
    failed = {patch.patch for patch in ledger.patches if _failed(patch)}
    if not failed:
        return ledger
    options = tuple(
        option
        for option in ledger.options
        if not (option.patch in failed and option.treatment in (None, Treatment.NATURAL))
    )
    patches = tuple(_moved(patch, rules) if patch.patch in failed else patch for patch in ledger.patches)
    return replace(ledger, patches=patches, options=options)


def _failed(patch: Patch) -> bool:
    enclosed_only = patch.core_reserve and not patch.irreversible_damage
    return (
        patch.treatment is Treatment.NATURAL
        and patch.verified_on is not None
        and patch.recovery is Recovery.POOR
        and not enclosed_only
    )


def _moved(patch: Patch, rules: FailedRecovery) -> Patch:
    moved = replace(patch, treatment=Treatment.ARTIFICIAL, reclassified_from=Treatment.NATURAL)
    if patch.cost_yuan > 0 or patch.by_enterprise:
        return moved
    rock = patch.kind is PatchKind.EXPOSED_ROCK_FACE
    rate = rules.rock_face_yuan_per_hectare if rock else rules.mine_yuan_per_hectare
    cost = half_up(Fraction(patch.area_m2 * rate, M2_PER_HECTARE)) + patch.hazard_points * rules.hazard_point_yuan
    return replace(
        moved, cost_yuan=cost, hazard_removal_yuan=None, land_levelling_yuan=None, revegetation_yuan=None,
        rock_face_yuan=None,
    )  # fmt: skip
