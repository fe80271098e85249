"""The guides, read on the spot, the keys, and the few words that are English whatever the language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from planner import shipped
from planner.texts import Language, text
from planner.web import parts
from planner.web.seen import View

_GUIDES: Mapping[str, Mapping[Language, str]] = {
    "page": {"zh": "page.zh-CN.md", "en": "page.md"},
    "questions": {"zh": "guide.zh-CN.md", "en": "guide.md"},
    "year": {"zh": "working-year.md", "en": "working-year.md"},
    "store": {"zh": "store.md", "en": "store.md"},
}
_LOCAL_LINK = re.compile(r"!?\[([^\]]*)\]\((?!https?://)[^)]*\)")
_RUNNING_ON = re.compile(r"https?://[!-;=?-~]+(?=[^\x00-\x7f])")
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_SHORTEST = 40
KEYS = ("tab", "enter", "arrows", "type", "escape", "grid", "copy", "find", "print", "back")
LEFTOVERS = ("upload", "apply", "none_found", "columns", "most", "clear", "chart", "connection", "calendar", "add")


def guide(_view: View, lang: Language) -> None:
    """Show a guide, a section at a time."""
    parts.heading(text("about.part_guide", lang), text("about.guide_aside", lang))
    left, right = st.columns([1, 2])
    with left:
        name = st.selectbox(
            text("about.which_guide", lang), list(_GUIDES), key="guide",
            format_func=lambda one: text(f"about.guide_{one}", lang),
        )  # fmt: skip
    file = guide_file(name, lang)
    if file is None:
        parts.quiet(text("about.no_guide", lang))
        return
    pieces = sections(file.read_text(encoding="utf-8"))
    with right:
        number = st.selectbox(
            text("about.section", lang), range(len(pieces)), key=f"section:{name}:{lang}",
            format_func=lambda one: pieces[one][0],
        )  # fmt: skip
    piece = pieces[number][1].lstrip()
    with st.container(key="guide_text"):
        st.markdown(f"#{piece}" if piece.startswith("# ") else piece)  # the page's own title is its only one


def guide_file(name: str, lang: Language) -> Path | None:
    """Where a guide stands; None where it was not shipped."""
    try:
        return shipped.path(f"docs/{_GUIDES[name][lang]}")
    except FileNotFoundError:
        return None


def sections(words: str) -> list[tuple[str, str]]:
    """A guide cut at its headings: title and markdown of each; links to other files of the house are plain words."""
    plain = _RUNNING_ON.sub(r"<\g<0>>", _LOCAL_LINK.sub(r"\1", words))  # an address ends where Chinese goes on
    titled = [piece.strip().partition("\n") for piece in _SECTION.split(plain)]
    return [(head.lstrip("# "), f"{head}\n{body}") for head, _, body in titled if len(body.strip()) > _SHORTEST]


def keys(_view: View, lang: Language) -> None:
    """Show the keys that work everywhere, and what Streamlit itself writes in English."""
    parts.heading(text("about.keys", lang))
    parts.table(
        [text("about.key", lang), text("about.does", lang)],
        [(text(f"about.key_{key}", lang), text(f"about.does_{key}", lang)) for key in KEYS],
        text_columns=2, long_columns=frozenset((1,)), name="keys",
    )  # fmt: skip
    parts.heading(text("about.leftovers", lang), text("about.leftovers_aside", lang))
    parts.table(
        [text("about.written", lang), text("about.where", lang), text("about.meaning", lang)],
        [[text(f"about.{part}_{one}", lang) for part in ("written", "where", "said")] for one in LEFTOVERS],
        text_columns=3, long_columns=frozenset((0, 2)), name="leftovers",
    )  # fmt: skip
