"""The clauses with what they rest on, and the words of the field."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import streamlit as st

from planner.clauses import clauses as every_clause
from planner.texts import Language, text
from planner.web import parts
from planner.web.seen import View

TERMS = (
    "patch", "ledger", "scenario", "plan", "task_area", "finished_area", "commitment", "cash", "tail", "purse",
    "carry_over", "lapse", "hazard", "tier", "waiting", "natural", "artificial", "comprehensive", "special", "cover",
    "tracked", "close", "optimal", "gap", "certificate", "digest", "audit", "version", "adopt", "publish", "trail",
    "anchor",
)  # fmt: skip


def clauses(_view: View, lang: Language) -> None:
    """Show every clause with meaning and citation; a search narrows them."""
    known = every_clause()
    parts.heading(text("about.part_clauses", lang), text("about.clauses_aside", lang, count=len(known)))
    wanted = _search("clause_search", lang)
    heads = [text(f"about.clause_{key}", lang) for key in ("title", "meaning", "citation", "mode", "id")]
    rows = [
        [
            clause.title.in_(lang), clause.meaning.in_(lang), clause.citation.in_(lang),
            text(f"about.mode_{clause.default_mode}", lang), name,
        ]
        for name, clause in known.items()
    ]  # fmt: skip
    _table(heads, rows, wanted, lang, name="clauses", long_columns=frozenset((1, 2)))


def glossary(_view: View, lang: Language) -> None:
    """Show the words of the field in both languages, with what they mean here."""
    parts.heading(text("about.part_glossary", lang), text("about.glossary_aside", lang))
    wanted = _search("term_search", lang)
    other: Language = "en" if lang == "zh" else "zh"
    heads = [text("about.term", lang), text("about.term_other", lang), text("about.meaning", lang)]
    rows = [
        [text(f"about.term_{term}", lang), text(f"about.term_{term}", other), text(f"about.means_{term}", lang)]
        for term in TERMS
    ]
    _table(heads, rows, wanted, lang, name="glossary", long_columns=frozenset((2,)))


def _search(key: str, lang: Language) -> list[str]:
    said = st.text_input(text("about.search", lang), key=key, placeholder=text("about.search_more", lang))
    return plain(said or "").split()


def plain(words: str) -> str:
    """Words as a search compares them: width and case make no difference."""
    return unicodedata.normalize("NFKC", words).casefold()


def _table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    wanted: Sequence[str],
    lang: Language,
    *,
    name: str,
    long_columns: frozenset[int],
) -> None:
    found = [row for row in rows if all(word in plain(" ".join(row)) for word in wanted)]
    if not found:
        parts.quiet(text("about.nothing_found", lang))
        return
    if wanted:
        parts.quiet(text("about.found", lang, count=len(found), of=len(rows)))
    parts.table(heads, found, text_columns=len(heads), long_columns=long_columns, name=name)
