"""The patch's own card (一矿一策): everything the ledger says of it, in groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.advice.said import Record, Said, Voice
from planner.ledger import Ledger, Option, Patch
from planner.ledger.schema import Column, Kind, Labelled, columns
from planner.texts import Language, text
from planner.units import decimal_text, hectares

GROUPS: dict[str, tuple[str, ...]] = {
    "place": (
        "patch", "name", "district", "township", "village", "basin", "longitude", "latitude", "kind", "area_m2",
        "patch_area_m2", "border",
    ),
    "past": (
        "mineral", "mining_method", "closure_year", "ever_licensed", "licence_number", "licence_until",
        "responsible_party", "responsible_id", "enterprise_group",
    ),
    "land": (
        "land_class", "planned_use", "land_tenure", "tenure_clear_from", "ecological_redline", "reserve",
        "reserve_level", "core_reserve", "irreversible_damage", "assessed", "assessed_from", "basic_farmland",
        "urban_growth_boundary", "named_user", "three_zones_two_lines", "viewshed", "focal", "corridor",
    ),
    "hazards": ("hazard_points", "hazard_level", "hazard_threat"),
    "priority": ("tier", "bottom_line", "resident_impact", "landscape_damage"),
    "works": (
        "treatment", "direction", "recovery", "reclassified_from", "works", "duration_years", "benefit",
        "arable_potential", "afforestation_only", "cash_flow", "special_candidate", "bundle", "planned_year",
    ),
    "money": (
        "cost_yuan", "hazard_removal_yuan", "land_levelling_yuan", "revegetation_yuan", "rock_face_yuan",
        "district_shares",
    ),
}  # fmt: skip


class Fact(Record):
    """One column of the ledger for one patch; `value` is empty where the ledger says nothing."""

    field: str
    title: Said
    value: Said


class Group(Record):
    """Facts that belong together."""

    name: str
    title: Said
    facts: tuple[Fact, ...]


class Card(Record):
    """The patch's card: its facts, and its options where the ledger lists any."""

    patch: str
    groups: tuple[Group, ...]
    options: tuple[Group, ...] = ()


def card_of(ledger: Ledger, patch: Patch) -> Card:
    """Every column of a patch in groups; a column that no group names stands in the last one."""
    known = columns(Patch)
    named = {name for names in GROUPS.values() for name in names}
    groups = {**GROUPS, "rest": tuple(name for name in known if name not in named)}
    return Card(
        patch=patch.patch,
        groups=tuple(
            _group(ledger, name, patch, {field: known[field] for field in fields if field in known})
            for name, fields in groups.items()
        ),
        options=tuple(
            _group(ledger, "option", option, columns(Option))
            for option in ledger.options
            if option.patch == patch.patch
        ),
    )


def _group(ledger: Ledger, name: str, row: Patch | Option, fields: dict[str, Column]) -> Group:
    facts = tuple(
        Fact(
            field=field,
            title=Said(zh=title_of(field, column, "zh"), en=title_of(field, column, "en")),
            value=Said(
                zh=value_of(ledger.meta, column, getattr(row, field), "zh"),
                en=value_of(ledger.meta, column, getattr(row, field), "en"),
            ),
        )
        for field, column in fields.items()
    )
    return Group(name=name, title=Voice(ledger.meta).say(f"card_{name}"), facts=facts)


def title_of(field: str, column: Column, lang: Language) -> str:
    """What a field is called, without its unit."""
    if lang == "zh":
        return column.zh.partition("(")[0]
    return field.removesuffix("_yuan").removesuffix("_m2").replace("_", " ")


def value_of(meta: Mapping[str, str], column: Column, value: Any, lang: Language) -> str:
    """A field's value in words, its unit included; nothing where the ledger says nothing.

    Parameters
    ----------
    meta : mapping
        The ledger's names and units.
    column : Column
    value : object
        As the row holds it.
    lang : {"zh", "en"}
    """
    if value is None or value == "":
        return ""
    unit = meta[f"money_unit_{lang}"]
    size = int(meta["money_unit_size"])
    if isinstance(value, bool):
        return (column.yes if value else column.no) if lang == "zh" else ("yes" if value else "no")
    if column.kind is Kind.AREA:
        return f"{hectares(value)} {text('advice_questions.hectare', lang)}"
    if column.kind is Kind.MONEY:
        return f"{decimal_text(value, size)} {unit}"
    if column.kind is Kind.MONEY_LIST:
        return "; ".join(decimal_text(part, size) for part in value) + f" {unit}"
    if column.kind is Kind.SHARES:
        return "; ".join(f"{district} {weight}" for district, weight in value)
    if isinstance(value, Labelled):
        return value.label(lang)
    return str(value)
