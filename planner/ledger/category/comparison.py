"""The suggested categories beside those of a ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from planner.ledger.category.suggestion import Suggestion, suggest
from planner.ledger.schema import Labelled
from planner.ledger.types import Ledger, Patch
from planner.texts import Language, text


class Relation(Labelled):
    """How a suggestion stands to the ledger's category; what asks for attention comes first."""

    CONTRADICTS = "contradicts", "矛盾"
    DIFFERS = "differs", "倾向不同"
    OPEN = "open", "无法判定"
    LEANS = "leans", "倾向一致"
    AGREES = "agrees", "一致"
    OUTSIDE = "outside", "不适用"


SETTLED = (Relation.AGREES, Relation.OUTSIDE)
"""Relations of patches that ask for nothing."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A patch with its suggestion."""

    patch: Patch
    suggestion: Suggestion

    @property
    def relation(self) -> Relation:
        """How the two stand to each other."""
        told = self.suggestion
        if told.outside:
            return Relation.OUTSIDE
        if told.category is None:
            return Relation.OPEN
        if told.category is self.patch.treatment:
            return Relation.AGREES if told.certain else Relation.LEANS
        return Relation.CONTRADICTS if told.certain else Relation.DIFFERS

    def line(self, lang: Language = "zh") -> str:
        """The comparison on one line."""
        told = self.suggestion
        without = self.relation if told.outside else Relation.OPEN
        return text(
            "category.line", lang, relation=self.relation.label(lang), patch=self.patch.patch,
            ledger=self.patch.treatment.label(lang), words=told.words(lang),
            suggested=(told.category or without).label(lang),
        )  # fmt: skip


def compare(ledger: Ledger) -> tuple[Comparison, ...]:
    """Every patch with its suggestion, contradictions first, else in the ledger's order."""
    order = list(Relation)
    found = (Comparison(patch, suggest(patch)) for patch in ledger.patches)
    return tuple(sorted(found, key=lambda comparison: order.index(comparison.relation)))


def report(compared: tuple[Comparison, ...], lang: Language, *, everything: bool = False) -> Iterator[str]:
    """The comparison in lines; patches that ask for nothing only where `everything` is wanted."""
    for comparison in compared:
        if everything or comparison.relation not in SETTLED:
            yield comparison.line(lang)
    counts = Counter(comparison.relation for comparison in compared)
    listed = text("category.between_names", lang).join(
        text("category.count", lang, relation=relation.label(lang), count=counts[relation]) for relation in Relation
    )
    yield text("category.summary", lang, patches=len(compared), listed=listed)


def as_json(compared: tuple[Comparison, ...]) -> dict[str, Any]:
    """The comparison as plain data."""
    counts = Counter(comparison.relation for comparison in compared)
    return {
        "format": "shanfu-categories/1",
        "counts": {str(relation): counts[relation] for relation in Relation},
        "patches": [
            {
                "patch": comparison.patch.patch,
                "ledger": str(comparison.patch.treatment),
                "relation": str(comparison.relation),
                "suggestion": comparison.suggestion.to_json(),
            }
            for comparison in compared
        ],
    }
