"""The criteria of the three categories as an ordered table of rules over the fields of a patch.

What a rule says stands in ``texts/category.toml`` as ``<id>``, where the plan says it as ``<id>_source``.
No rule looks at what follows from a category: cost, works, direction, tier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from planner.ledger.category.land import Land, land
from planner.ledger.types import Patch, PatchKind, Recovery, Treatment

NATURAL, ARTIFICIAL, COMPREHENSIVE = Treatment.NATURAL, Treatment.ARTIFICIAL, Treatment.COMPREHENSIVE
NONE = frozenset({"无", "没有", "不可见", "无直接威胁", "无直接威胁对象", "无威胁", "无威胁对象", "none"})
"""Words of a text column that say that there is none; an empty cell or a dash does not say so."""
BLANK = frozenset({"", "-", "–", "—", "——", "/"})
"""What stands in a text column that says nothing."""


class Mark(StrEnum):
    """Whose reading a rule is."""

    PUBLISHED = "P"  # the plan's own criterion
    INFERRED = "I"  # inferred here from the plan


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion.

    Parameters
    ----------
    id : str
    category : Treatment, optional
        What it speaks for; None where it only raises a doubt.
    against : frozenset of Treatment
        The categories that are not certain while it holds.
    holds : callable
        Whether a patch meets it.
    mark : Mark
    decides : bool
        Whether it alone makes the category certain; else it only leans that way.
    overrules : frozenset of str
        Rules whose objection the plan itself settles in favour of this one.
    """

    id: str
    category: Treatment | None
    against: frozenset[Treatment]
    holds: Callable[[Patch], bool]
    mark: Mark = Mark.PUBLISHED
    decides: bool = True
    overrules: frozenset[str] = frozenset()


def says_none(words: str) -> bool:
    """Whether a text column says that there is none."""
    return words.strip().lower() in NONE


def blank(words: str) -> bool:
    """Whether a text column says nothing."""
    return words.strip() in BLANK


def named(words: str) -> bool:
    """Whether a text column names something."""
    return not blank(words) and not says_none(words)


def threatens(patch: Patch) -> bool:
    """Whether a hazard on it threatens something that the ledger names."""
    return patch.hazard_points > 0 and named(patch.hazard_threat)


def threat_unstated(patch: Patch) -> bool:
    """Whether there is a hazard of which the ledger does not say whether it threatens anything."""
    return patch.hazard_points > 0 and blank(patch.hazard_threat)


def protected(patch: Patch) -> bool:
    """Whether it lies inside the ecological red line or a nature reserve."""
    return patch.ecological_redline or patch.core_reserve or named(patch.reserve)


def seen_face(patch: Patch) -> bool:
    """Whether it is a rock face that the ledger says is seen from somewhere."""
    return patch.kind is PatchKind.EXPOSED_ROCK_FACE and (named(patch.viewshed) or patch.focal)


def _found(patch: Patch, recovery: Recovery, *, verified: bool = True) -> bool:
    return patch.recovery is recovery and (patch.verified_on is not None) == verified


def _enterprise(patch: Patch) -> bool:
    return patch.by_enterprise


def _core_zone(patch: Patch) -> bool:
    return patch.core_reserve and not patch.irreversible_damage


def _planned_construction(patch: Patch) -> bool:
    return land(patch.planned_use) is Land.CONSTRUCTION


def _potential_use(patch: Patch) -> bool:
    return patch.special_candidate or patch.cash_flow or named(patch.named_user)


def _irreversible(patch: Patch) -> bool:
    return patch.irreversible_damage


def _poor_recovery(patch: Patch) -> bool:
    return _found(patch, Recovery.POOR)


def _well_vegetated(patch: Patch) -> bool:
    return _found(patch, Recovery.VEGETATED)


def _good_conditions(patch: Patch) -> bool:
    harmless = patch.hazard_points == 0 or says_none(patch.hazard_threat)
    return harmless and _found(patch, Recovery.GOOD)


def _land_returned(patch: Patch) -> bool:
    planned = land(patch.planned_use)
    return land(patch.land_class) is Land.CONSTRUCTION and planned in (Land.FOREST_GRASS, Land.OTHER)


def _forest_grass(patch: Patch) -> bool:
    return land(patch.land_class) is land(patch.planned_use) is Land.FOREST_GRASS


def _to_arable(patch: Patch) -> bool:
    return patch.arable_potential


def _planting(patch: Patch) -> bool:
    return patch.afforestation_only


def _not_assessed(patch: Patch) -> bool:
    return protected(patch) and not patch.assessed and not _core_zone(patch)


def _good_unverified(patch: Patch) -> bool:
    return _found(patch, Recovery.GOOD, verified=False) or _found(patch, Recovery.VEGETATED, verified=False)


def _poor_unverified(patch: Patch) -> bool:
    return _found(patch, Recovery.POOR, verified=False)


def _hidden_face(patch: Patch) -> bool:
    face = patch.kind is PatchKind.EXPOSED_ROCK_FACE
    return face and not seen_face(patch) and not patch.three_zones_two_lines and not patch.urban_growth_boundary


def _construction_in_line(patch: Patch) -> bool:
    return _planned_construction(patch) and (protected(patch) or patch.basic_farmland)


def _plan_unclear(patch: Patch) -> bool:
    return land(patch.planned_use) is Land.UNCLEAR


_N, _A, _U = frozenset({NATURAL}), frozenset({ARTIFICIAL}), frozenset({COMPREHENSIVE})
_DESPITE_HAZARDS = frozenset({"well_vegetated", "forest_grass", "good_unverified"})

# The first rule that decides gives the category. Their order is inferred [I]: what the law forbids, the use that
# is planned, safety, what was found in the field, what is seen, what the land survey says. It matters only where
# criteria of two categories meet; then the category is certain only if `overrules` says that the plan settles it.
_AFTER_ENTERPRISE: tuple[Rule, ...] = (
    Rule("planned_construction", COMPREHENSIVE, _N | _A, _planned_construction),
    Rule("potential_use", COMPREHENSIVE, _N | _A, _potential_use, Mark.INFERRED),
    # Hazards speak against natural recovery alone: land that waits for its use has them removed first, ch. 4 sec. 4(1).
    Rule("hazard_threat", ARTIFICIAL, _N, threatens, overrules=_DESPITE_HAZARDS),
    Rule("irreversible", ARTIFICIAL, _N, _irreversible, Mark.INFERRED),
    Rule("poor_recovery", ARTIFICIAL, _N, _poor_recovery, overrules=frozenset({"forest_grass"})),
    Rule("seen_face", ARTIFICIAL, _N | _U, seen_face),
    Rule("well_vegetated", NATURAL, _A | _U, _well_vegetated),
    Rule("good_conditions", NATURAL, _A | _U, _good_conditions),
    Rule("land_returned", ARTIFICIAL, _N | _U, _land_returned),
    Rule("forest_grass", NATURAL, _A | _U, _forest_grass),
    Rule("to_arable", ARTIFICIAL, _N | _U, _to_arable, Mark.INFERRED),
    Rule("planting", ARTIFICIAL, _N | _U, _planting, Mark.INFERRED),
    Rule("not_assessed", NATURAL, _A | _U, _not_assessed, decides=False),
    Rule("good_unverified", NATURAL, _A, _good_unverified, decides=False),
    Rule("poor_unverified", ARTIFICIAL, _N, _poor_unverified, decides=False),
    Rule("hidden_face", NATURAL, frozenset(), _hidden_face, decides=False),
    Rule("construction_in_line", None, _U, _construction_in_line, Mark.INFERRED, decides=False),
    Rule("plan_unclear", None, _N | _A, _plan_unclear, Mark.INFERRED, decides=False),
    Rule("threat_unclear", None, _N, threat_unstated, decides=False),
)
ENTERPRISE = Rule("enterprise", None, _N | _A | _U, _enterprise)
"""A mine that its enterprise restores has none of the three categories."""
RULES: tuple[Rule, ...] = (
    ENTERPRISE,
    Rule("core_zone", NATURAL, _A | _U, _core_zone, overrules=frozenset(rule.id for rule in _AFTER_ENTERPRISE)),
    *_AFTER_ENTERPRISE,
)
"""Every rule, in the order of precedence."""


def gaps(patch: Patch) -> tuple[str, ...]:
    """The fields that, once filled in, could settle the category of a patch that is not certain."""
    unlooked = patch.kind is PatchKind.EXPOSED_ROCK_FACE and not patch.focal and blank(patch.viewshed)
    found = {
        "planned_use": _plan_unclear(patch),
        "land_class": land(patch.land_class) is Land.UNCLEAR,
        "hazard_threat": threat_unstated(patch),
        "viewshed": unlooked,
        "recovery": patch.recovery is None,
        "verified_on": patch.recovery is not None and patch.verified_on is None,
        "assessed": _not_assessed(patch),
    }
    return tuple(name for name, missing in found.items() if missing)
