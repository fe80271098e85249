"""The parts that pages are built of; every text that comes from data is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

import streamlit as st

LANGUAGE_STATE = "language"

MarkKind = Literal["met", "missed", "soft", ""]


def safe(value: object) -> str:
    """Text that may stand in HTML."""
    return escape(str(value), quote=True)


def block(markup: str) -> None:
    """Show markup in the product's style; what comes from data must be `safe` already."""
    lang = {"zh": "zh-CN"}.get(own := st.session_state.get(LANGUAGE_STATE, "zh"), own)
    st.html(f"<div class='sf' lang='{lang}'>{markup}</div>")


def heading(words: str, aside: str = "") -> None:
    """Show a section's heading, with a quiet remark behind it."""
    block(f"<h2>{safe(words)} <span class='unit'>{safe(aside)}</span></h2>")


def quiet(words: str) -> None:
    """Show a remark in small grey letters."""
    block(f"<p class='quiet'>{safe(words)}</p>")


def title(words: str, badge: str, remark: str) -> None:
    """Show a page's title with the nature of its data."""
    mark = f"<span class='badge'>{safe(badge)}</span>" if badge else ""
    block(f"<h1>{safe(words)}{mark}</h1><p class='quiet'>{safe(remark)}</p>")


def status(kind: Literal["plan", "none", "broken"], words: str, *more: str) -> None:
    """Show what a plan is worth, or what went wrong, in one sentence and its explanation."""
    lines = "".join(f"<p class='quiet'>{safe(line)}</p>" for line in more if line)
    role = " role='alert'" if kind == "broken" else ""
    block(f"<div class='status {kind}'{role}><strong>{safe(words)}</strong>{lines}</div>")


@dataclass(frozen=True)
class Card:
    """One figure and what was asked of it.

    Parameters
    ----------
    key : str
        Stable, for those who look for it.
    label, value, unit, wanted : str
    mark : str
        What came of it, in words; empty where nothing was asked.
    kind : {"met", "missed", "soft", ""}
    source : str
        Where the demand stands.
    """

    key: str
    label: str
    value: str
    unit: str
    wanted: str
    mark: str = ""
    kind: MarkKind = ""
    source: str = ""


def cards(shown: Iterable[Card]) -> None:
    """Show figures against what was asked of them."""
    block(f"<ul class='cards'>{''.join(map(_card, shown))}</ul>")


def _card(card: Card) -> str:
    sign = {"met": "✓ ", "missed": "✗ ", "soft": "✗ "}.get(card.kind, "")
    mark = f"<span class='mark {card.kind}'>{sign}{safe(card.mark)}</span>" if card.mark else ""
    figure = f"<b>{safe(card.value)}</b> <span class='unit'>{safe(card.unit)}</span>"
    return (
        f"<li data-target='{safe(card.key)}' title='{safe(card.source)}'>"
        f"<div class='label'>{safe(card.label)}</div>"
        f"<div class='value'><span>{figure}</span>{mark}</div>"
        f"<div class='target'>{safe(card.wanted)}</div></li>"
    )


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    text_columns: int = 1,
    total: bool = False,
    name: str = "",
    long_columns: frozenset[int] = frozenset(),
) -> None:
    """Show a small table of figures.

    Parameters
    ----------
    headers : sequence of str
        With units.
    rows : iterable of sequences of str
    text_columns : int
        How many of the first columns are text; the others are figures and stand right.
    total : bool
        Whether the last row is a total.
    name : str
        For those who look for it.
    long_columns : frozenset of int
        Columns of whole sentences, which are wrapped.
    """

    def kind(column: int) -> str:
        if column in long_columns:
            return " class='long'"
        return " class='text'" if column < text_columns else ""

    body = [list(row) for row in rows]
    head = "".join(f"<th scope='col'{kind(i)}>{safe(words)}</th>" for i, words in enumerate(headers))
    lines = "".join(
        f"<tr{' class=total' if total and number == len(body) else ''}>"
        + "".join(f"<td{kind(i)}>{safe(cell)}</td>" for i, cell in enumerate(row))
        + "</tr>"
        for number, row in enumerate(body, start=1)
    )
    block(
        f"<div class='scroll' tabindex='0'><table data-table='{safe(name)}'><thead><tr>{head}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )
