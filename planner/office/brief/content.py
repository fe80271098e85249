"""A brief's words and figures, gathered from a plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, is_dataclass, replace
from typing import Any

from planner.advice.compare import Comparison
from planner.office import shown
from planner.office.brief import first_page, second_page
from planner.office.brief.parts import BODY, Adopted, Brief, Room, Say, Table, clipped, numbered, seen
from planner.office.figures import Book
from planner.office.words import status_words
from planner.plan import Plan

SHORT = 12
"""Digits of a digest that a footer shows."""


def gather(
    book: Book,
    room: Room,
    other: Plan | None = None,
    other_name: str = "",
    found: Comparison | None = None,
    adopted: Adopted | None = None,
) -> Brief:
    """Everything that a brief says.

    Parameters
    ----------
    book : Book
        Of the whole plan.
    room : Room
        How long its lists may be.
    other, other_name, found : optional
        A second plan, what to call it, and the comparison of both.
    adopted : Adopted, optional
        That the plan was adopted.
    """
    say, words, certificate = Say(book), book.words, book.plan.certificate
    name = clipped(other_name, 36)
    tight = second_page.Tight(book)
    first = [(say("conclusion"), first_page.conclusion(book, say))]
    if other is not None and found is not None:
        first.append((say("differences", name=name), first_page.differences(book, found, name, other, say, room)))
    first.append((say("targets"), first_page.against_targets(book, say, room)))
    first.append((say("years"), first_page.by_year(book, say, room)))
    second = [
        (say("payers"), second_page.payers(book, say, room)),
        (say("first", year=book.years.start), second_page.first_year(book, say, room)),
        (say("risks"), second_page.risks(book, tight, say, room)),
        (say("decisions"), second_page.decisions(book, tight, say, name)),
    ]
    first = [(title, parts) for title, parts in first if parts]
    made = dt.datetime.fromisoformat(certificate.made_at)
    brief = Brief(
        lang=words.lang,
        size=BODY[words.lang][0] - room.closer / 2,
        pitch=BODY[words.lang][1] - room.closer,
        title=say("title", city=clipped(words.meta["city"], 24), span=book.span).strip(),
        about=say("about", title=clipped(book.title, 44), day=f"{made:%Y-%m-%d}"),
        warning=say("synthetic") if book.synthetic else "",
        pages=(numbered(say, first, 0), numbered(say, second, len(first))),
        certificate=_certificate(book, say, adopted),
        page_words=say("page", page="{page}", pages="{pages}"),
        made_at=certificate.made_at,
        subject=clipped(book.title),
    )
    cleaned: Brief = _cleaned(brief)
    return cleaned


def _certificate(book: Book, say: Say, adopted: Adopted | None) -> tuple[str, ...]:
    certificate, words = book.plan.certificate, book.words
    gap = shown.gap(certificate.goals[0].gap) if certificate.goals else "–"
    solver = f"{certificate.solver} {certificate.solver_version}".strip()
    outcome = say("certificate_outcome", status=status_words(book.plan, words.lang), gap=gap)
    decision = () if adopted is None else (
        say(
            "certificate_adopted", number=adopted.number, at=adopted.at[:16].replace("T", " "),
            name=clipped(adopted.name, 20), reason=clipped(adopted.reason, 60),
        ),
    )  # fmt: skip
    return (
        outcome,
        say(
            "certificate_run", run=clipped(certificate.run_id, 40), made=certificate.made_at[:19].replace("T", " "),
            product=words("product", version=clipped(certificate.product_version, 20)), solver=clipped(solver, 30),
        ),
        say(
            "certificate_digests", plan=certificate.plan_digest[:SHORT], ledger=certificate.ledger_digest[:SHORT],
            scenario=certificate.scenario_digest[:SHORT], nature=clipped(book.natures),
        ),
        *decision,
    )  # fmt: skip


def _cleaned(value: Any) -> Any:
    """The same with every text plain: whatever a name brought along, no sign of it acts on a document."""
    cleaned = value
    if isinstance(value, str):
        cleaned = seen(value)
    elif isinstance(value, Table):
        rows = tuple(tuple(map(seen, row)) for row in value.rows)
        cleaned = replace(value, columns=_cleaned(value.columns), rows=rows).fitted()
    elif isinstance(value, tuple):
        cleaned = tuple(_cleaned(entry) for entry in value)
    elif is_dataclass(value) and not isinstance(value, type):
        changes = {field.name: _cleaned(getattr(value, field.name)) for field in fields(value)}
        cleaned = replace(value, **changes)
    return cleaned
