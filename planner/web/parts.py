"""The parts that pages are built of; every text that comes from data is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

import streamlit as st

from planner.texts import Language, text
from planner.web.targets import Target


def safe(value: object) -> str:
    """Text that may stand in HTML."""
    return escape(str(value), quote=True)


def block(markup: str) -> None:
    """Show markup in the product's style; what comes from data must be `safe` already."""
    st.html(f"<div class='sf'>{markup}</div>")


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


def cards(targets: Iterable[Target], lang: Language) -> None:
    """Show targets against the plan."""
    block(f"<ul class='cards'>{''.join(_card(target, lang) for target in targets)}</ul>")


def _card(target: Target, lang: Language) -> str:
    mark = ""
    if target.met is not None:
        kind = "met" if target.met else ("soft" if target.soft else "missed")
        sign = "✓" if target.met else "✗"
        mark = f"<span class='mark {kind}'>{sign} {safe(text(f'web.{kind}', lang))}</span>"
    return (
        f"<li data-target='{safe(target.key)}' title='{safe(target.citation)}'>"
        f"<div class='label'><span>{safe(target.label)}</span>{mark}</div>"
        f"<div class='value'>{safe(target.value)} <span class='unit'>{safe(target.unit)}</span></div>"
        f"<div class='target'>{safe(target.wanted)}</div></li>"
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
