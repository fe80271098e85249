"""Hazard-only works as an option wherever the ledger says what they cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from planner.ledger import Ledger, Option, Patch, Treatment

HAZARD_ONLY = "hazard_only"


def with_hazard_options(ledger: Ledger) -> Ledger:
    """The same ledger with one more option on each patch whose hazards can be removed by themselves.

    These are patches with works, hazard points and a stated cost of removing them (``hazard_removal_yuan``, more than 0
    and less than each option's whole cost) which have no such option yet. It takes the standard duration and brings
    no benefit of restoration.
    """
    listed = {option.patch for option in ledger.options}
    added: list[Option] = []
    for patch in ledger.patches:
        own = ledger.options_of(patch)
        if _can_be_split(patch, own):
            added += [] if patch.patch in listed else own
            added.append(
                Option(
                    patch=patch.patch, option=HAZARD_ONLY, cost_yuan=patch.hazard_removal_yuan or 0,
                    treatment=patch.treatment, benefit=Decimal(0), hazard_only=True,
                )
            )  # fmt: skip
    return replace(ledger, options=(*ledger.options, *added)) if added else ledger


def _can_be_split(patch: Patch, options: tuple[Option, ...]) -> bool:
    part = patch.hazard_removal_yuan or 0
    return (
        not patch.by_enterprise
        and patch.treatment is not Treatment.NATURAL
        and patch.hazard_points > 0
        and 0 < part < min(option.cost_yuan for option in options)
        and not any(option.hazard_only or option.option == HAZARD_ONLY for option in options)
    )
