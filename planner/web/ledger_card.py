"""A patch's card: what the plan does with it, what the ledger says of it, and which category its data speak for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.advice.card import Card, Fact, Group
from planner.ledger import Patch
from planner.ledger.category import Comparison, Reason
from planner.ledger.schema import columns
from planner.office.figures import Book, Item
from planner.office.shown import money
from planner.office.words import Words
from planner.texts import Language, text
from planner.units import hectares
from planner.web import parts
from planner.web.hand import Hand

_COLUMNS, _HEAD_LINES = 3, 2


def book_at(hand: Hand, ledger: int) -> Book | None:
    """The plan at hand as documents show it, where it was made from this ledger."""
    plan, opened = hand.plan, hand.opened
    if plan is None or opened is None or not opened.plan.status.has_plan or int(plan.meta["ledger"]) != ledger:
        return None
    return opened.books[hand.lang]


def title(patch: Patch, words: Words) -> None:
    """Whose card it is."""
    told = [patch.district, patch.township, words.kind(patch.kind), patch.treatment.label(words.lang)]
    told += [text("web.tier", words.lang, tier=patch.tier)]
    named = patch.patch if patch.title == patch.patch else f"{patch.patch} · {patch.title}"
    parts.heading(named, " · ".join(part for part in told if part))


def planned(patch: Patch, book: Book) -> None:
    """What the plan does with a patch, in one sentence and its money."""
    lang, words = book.words.lang, book.words
    item = next((one for one in book.items if one.task.patch == patch.patch), None)
    if item is None:
        key = "natural" if patch.treatment.value == "natural" else "enterprise" if patch.by_enterprise else "unplanned"
        parts.status("none", text(f"ledger_page.{key}", lang), text(f"ledger_page.{key}_more", lang))
        return
    parts.status("plan", *_said(item, words))


def _said(item: Item, words: Words) -> Sequence[str]:
    lang, task = words.lang, item.task
    payers = [
        text("ledger_page.payer", lang, purse=words.purse(purse), money=money(yuan, words), unit=words.unit)
        for purse, yuan in item.committed.items()
        if yuan
    ]
    return (
        text("ledger_page.planned", lang, start=task.start, finish=task.finish, option=words.option(task.option),
             treatment=words.treatment(task.treatment)),
        text("ledger_page.planned_more", lang, area=hectares(task.task_area_m2), area_unit=words("hectare"),
             money=money(item.total, words), unit=words.unit, payers=words.listed(payers) or "–"),
    )  # fmt: skip


def facts(card: Card, lang: Language) -> None:
    """What the ledger says, group by group; what it does not say stands beneath in one line."""
    filled = [(group, [fact for fact in group.facts if fact.value.in_(lang)]) for group in card.groups]
    groups = [(group, said) for group, said in filled if said]
    for place, several in zip(st.columns(_COLUMNS, gap="medium"), _spread(groups), strict=True):
        with place:
            for group, said in several:
                parts.table(
                    [group.title.in_(lang), text("ledger_page.value", lang)],
                    [(fact.title.in_(lang), fact.value.in_(lang)) for fact in said],
                    text_columns=2, long_columns=frozenset((1,)), name=f"card_{group.name}",
                )  # fmt: skip
    empty = [fact.title.in_(lang) for group in card.groups for fact in group.facts if not fact.value.in_(lang)]
    if empty:
        comma = "、" if lang == "zh" else ", "
        parts.quiet(text("ledger_page.empty_fields", lang, fields=comma.join(empty)))


def _spread(groups: list[tuple[Group, list[Fact]]]) -> list[list[tuple[Group, list[Fact]]]]:
    """Groups over the columns, so that none is much longer than the others, in their order."""
    total = sum(len(said) + _HEAD_LINES for _, said in groups)
    places: list[list[tuple[Group, list[Fact]]]] = [[] for _ in range(_COLUMNS)]
    done = 0
    for group, said in groups:
        size = len(said) + _HEAD_LINES
        places[min(_COLUMNS - 1, (2 * done + size) * _COLUMNS // (2 * total))].append((group, said))
        done += size
    return places


def options(card: Card, lang: Language) -> None:
    """The treatment options that the ledger lists for the patch, one a column."""
    if not card.options:
        return
    parts.heading(text("ledger_page.options", lang))
    rows = zip(*(option.facts for option in card.options), strict=True)
    shown = [several for several in rows if any(fact.value.in_(lang) for fact in several)]
    lines = [[several[0].title.in_(lang), *(fact.value.in_(lang) or "–" for fact in several)]
             for several in shown if several[0].field != "patch"]  # fmt: skip
    parts.table(lines[0], lines[1:], text_columns=1 + len(card.options), name="card_options")


def evidence(compared: Comparison, lang: Language) -> None:
    """Which category the data of a patch speak for: criterion by criterion, with chapter and section."""
    told = compared.suggestion
    parts.heading(text("ledger_page.evidence", lang), compared.relation.label(lang))
    if told.outside:
        parts.quiet(text("ledger_page.evidence_outside", lang))
    elif told.category is None:
        parts.quiet(text("ledger_page.evidence_open", lang))
    else:
        key = "evidence_certain" if told.certain else "evidence_leaning"
        ours, theirs = compared.patch.treatment.label(lang), told.category.label(lang)
        parts.quiet(text(f"ledger_page.{key}", lang, ledger=ours, suggested=theirs))
    groups = {"for": told.reasons, "against": told.objections, "aside": told.aside}
    rows = [_reason(kind, reason, lang) for kind, reasons in groups.items() for reason in reasons]
    if rows:
        heads = [text(f"ledger_page.evidence_{key}", lang) for key in ("side", "criterion", "source")]
        parts.table(heads, rows, text_columns=3, long_columns=frozenset((1, 2)), name="evidence")
    if told.missing:
        known = columns(Patch)
        comma = "、" if lang == "zh" else ", "
        names = comma.join(known[name].zh if lang == "zh" else name.replace("_", " ") for name in told.missing)
        parts.quiet(text("ledger_page.evidence_missing", lang, fields=names))


def _reason(kind: str, reason: Reason, lang: Language) -> tuple[str, str, str]:
    return text(f"ledger_page.evidence_{kind}", lang), reason.words(lang), reason.source(lang)
