"""What a plan does not keep or does not do: said, never left out."""

from __future__ import annotations

from typing import NamedTuple

from planner.clauses import clauses
from planner.office.figures import SOURCE_ORDER, Book
from planner.office.words import Words
from planner.plan import Breach
from planner.units import decimal_text, hectares


class Unkept(NamedTuple):
    """One thing, in words: what, where, how much."""

    title: str
    place: str
    amount: str


def unkept(book: Book) -> list[Unkept]:
    """Soft clauses that are broken, patches left out, clauses that are off."""
    words = book.words
    lines = [
        Unkept(clauses()[b.clause].title.in_(words.lang), _place(words, b.place), _amount(words, b))
        for b in book.plan.auxiliary.breaches
    ]
    left = len(book.metrics.unscheduled)
    if left:
        lines.append(Unkept(words("unscheduled"), "", words("unscheduled_count", count=left)))
    off = [clause.title.in_(words.lang) for name, clause in clauses().items() if not book.scenario.clause(name).on]
    if off:
        lines.append(Unkept(words("clauses_off"), "", words.listed(off)))
    return lines


def _place(words: Words, place: str) -> str:
    """Where a clause is broken; a purse is named in words."""
    first, slash, rest = place.partition("/")
    if first.partition(":")[0] not in SOURCE_ORDER:
        return place
    return words.join([words.source(first), rest.replace("/", " ")] if slash else [words.source(first)])


def _amount(words: Words, breach: Breach) -> str:
    match breach.unit:
        case "yuan":
            amount, target, unit = (
                decimal_text(breach.amount, words.size), decimal_text(breach.target, words.size), words.unit,
            )  # fmt: skip
        case "m2":
            amount, target, unit = hectares(breach.amount), hectares(breach.target), words("hectare")
        case _:
            amount, target, unit = str(breach.amount), str(breach.target), words(breach.unit)
    return words("breach", amount=amount, target=target, of=unit)
