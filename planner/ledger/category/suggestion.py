"""What category the fields of a patch speak for, why, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planner.ledger.category.rules import ENTERPRISE, RULES, Mark, Rule, gaps
from planner.ledger.schema import columns
from planner.ledger.types import Patch, Treatment
from planner.texts import LANGUAGES, Language, text


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that a patch meets."""

    rule: Rule
    patch: Patch

    def words(self, lang: Language = "zh") -> str:
        """What the rule says of this patch."""
        names = ("land_class", "planned_use", "viewshed", "hazard_points", "hazard_threat", "verified_on", "recovery")
        values: dict[str, Any] = {name: getattr(self.patch, name) or "–" for name in names}
        if self.patch.recovery is not None:
            values["recovery"] = self.patch.recovery.label(lang)
        return text(f"category.{self.rule.id}", lang, **values)

    def source(self, lang: Language = "zh") -> str:
        """Chapter and section, and whether it is inferred."""
        source = text(f"category.{self.rule.id}_source", lang)
        return text("category.inferred", lang, source=source) if self.rule.mark is Mark.INFERRED else source


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The category that the criteria of the plan give a patch.

    Parameters
    ----------
    patch : str
        Its id.
    category : Treatment, optional
        None where no criterion is met, or where the three categories do not apply (`outside`).
    certain : bool
        Whether a criterion decides and nothing speaks against it. A category that is not certain is a
        leaning: `objections` and `missing` say what keeps it from being more.
    reasons : tuple of Reason
        What speaks for the category, the deciding criterion first.
    objections : tuple of Reason
        What speaks against it; with no category, what raises a doubt.
    aside : tuple of Reason
        What speaks for another category but yields to the plan's own words.
    missing : tuple of str
        Fields that could settle it; none where it is certain.
    outside : bool
        Whether it is an enterprise's mine, to which the categories do not apply.
    """

    patch: str
    category: Treatment | None
    certain: bool
    reasons: tuple[Reason, ...] = ()
    objections: tuple[Reason, ...] = ()
    aside: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()
    outside: bool = False

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The rules that speak for the category, the deciding one first."""
        return tuple(reason.rule.id for reason in self.reasons)

    def words(self, lang: Language = "zh") -> str:
        """The whole suggestion on one line."""
        parts = [] if self.reasons or self.objections else [text("category.no_criterion", lang)]
        for group in ("reasons", "objections", "aside"):
            told: tuple[Reason, ...] = getattr(self, group)
            if told:
                listed = text("category.between", lang).join(
                    text("category.reason", lang, words=reason.words(lang), source=reason.source(lang))
                    for reason in told
                )
                parts.append(text(f"category.{group}", lang, listed=listed))
        if self.missing:
            known = columns(Patch)
            names = [known[name].zh if lang == "zh" else name for name in self.missing]
            parts.append(text("category.missing", lang, listed=text("category.between_names", lang).join(names)))
        return text("category.stop", lang).join(parts)

    def to_json(self) -> dict[str, Any]:
        """The suggestion as plain data, its words in both languages."""
        return {
            "category": None if self.category is None else str(self.category),
            "certain": self.certain,
            "outside": self.outside,
            **{
                group: [
                    {
                        "rule": reason.rule.id,
                        "mark": str(reason.rule.mark),
                        "words": {lang: reason.words(lang) for lang in LANGUAGES},
                        "source": {lang: reason.source(lang) for lang in LANGUAGES},
                    }
                    for reason in getattr(self, group)
                ]
                for group in ("reasons", "objections", "aside")
            },
            "missing": list(self.missing),
        }


def suggest(patch: Patch) -> Suggestion:
    """The category that the plan's criteria give a patch (chapter 3, section 3(1); chapter 4, sections 2 and 4).

    Nothing that follows from a category is looked at, so that the ledger's own category may be held against it.

    Parameters
    ----------
    patch : Patch

    Returns
    -------
    Suggestion
        With every rule that the patch meets, each in one place only.
    """
    met = [rule for rule in RULES if rule.holds(patch)]
    if ENTERPRISE in met:
        return Suggestion(patch.patch, None, False, reasons=(Reason(ENTERPRISE, patch),), outside=True)
    speaking = [rule for rule in met if rule.category is not None]
    first = next((rule for rule in speaking if rule.decides), speaking[0] if speaking else None)
    if first is None or first.category is None:
        told = tuple(Reason(rule, patch) for rule in met)
        return Suggestion(patch.patch, None, False, objections=told, missing=gaps(patch))
    category = first.category
    reasons = [first, *(rule for rule in speaking if rule.category is category and rule is not first)]
    settled = {id for rule in reasons for id in rule.overrules}
    others = [rule for rule in met if rule not in reasons]
    objections = [rule for rule in others if category in rule.against and rule.id not in settled]
    aside = [rule for rule in others if rule not in objections and rule.category is not None]
    certain = first.decides and not objections
    return Suggestion(
        patch.patch,
        category,
        certain,
        reasons=tuple(Reason(rule, patch) for rule in reasons),
        objections=tuple(Reason(rule, patch) for rule in objections),
        aside=tuple(Reason(rule, patch) for rule in aside),
        missing=() if certain else gaps(patch),
    )
