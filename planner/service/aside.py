"""Versions that are no documents of their own: what came of a draft, and the plans that an answer speaks of."""

from __future__ import annotations

from typing import Any

from planner.findings import BadInput, Finding
from planner.scenario import Scenario
from planner.service.kept import ASIDE, DRAFT_OF, SCENARIO_KIND, scenario_bytes, scenario_meta
from planner.store import Version, Writing, save_version
from planner.store.documents import find_document, head
from planner.texts import Language, text


def refuse_draft(kept: Version) -> None:
    """Refuse to build on a draft what others shall see: it is kept under a name first.

    Raises
    ------
    BadInput
    """
    if DRAFT_OF in kept.meta:
        raise BadInput([Finding("service.only_a_draft", {"id": kept.id}, value=str(kept.id))])


def store_draft(tx: Writing, scenario: Scenario, key: str, *, district: str) -> Version:
    """Keep a scenario that has no name yet, for its author's eyes, so that a plan can be made of it."""
    name = f"draft/{tx.author.who}/{key}"
    known = find_document(tx, SCENARIO_KIND, name, district)
    return save_version(
        tx, SCENARIO_KIND, name, scenario_bytes(scenario), ending="toml", parent=head(tx, known).id if known else None,
        district=district, meta={**scenario_meta(scenario), ASIDE: True, DRAFT_OF: tx.author.who},
    )  # fmt: skip


def aside_of(kept: Version) -> dict[str, Any]:
    """What the meta of a version hands on to what is made from it."""
    return {name: kept.meta[name] for name in (ASIDE, DRAFT_OF) if name in kept.meta}


def called(kept: Version, lang: Language) -> str:
    """What people call a version: its document's name, or what it is where it is no document of its own."""
    if DRAFT_OF in kept.meta:
        return text("service.called_draft", lang)
    if ASIDE not in kept.meta:
        return kept.document.name
    question, plan, _, label = kept.document.name.split("/", 3)
    return text("service.called_beside", lang, of=text(f"desk_page.question_{question}", lang), plan=plan, label=label)
