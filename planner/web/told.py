"""What a page says where there is no plan to show: what happened, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.clauses import clauses
from planner.findings import Finding
from planner.service import Action
from planner.texts import Language, catalogue, text
from planner.web import address, parts
from planner.web.seen import Kind, View

_SHOWN_FINDINGS = 50
_TO_A_PLAN = """planner keep ledger.xlsx
planner keep scenario.toml
planner submit LEDGER SCENARIO
planner work"""


def no_plan(view: View, title: str, lang: Language) -> bool:
    """Say why there is no plan to show, where there is none.

    Parameters
    ----------
    view : View
    title : str
        The page's.
    lang : {"zh", "en"}

    Returns
    -------
    bool
        Whether it was said: the page has nothing to add.
    """
    said = {
        Kind.EMPTY: _nothing_yet,
        Kind.UNREADABLE: _unreadable,
        Kind.REFUSED: _refused,
        Kind.NOT_THERE: _not_there,
    }.get(view.kind)
    if said is None:
        return False
    parts.title(title, "", "")
    said(view, lang)
    return True


def faults(found: Sequence[Finding], lang: Language, name: str = "faults") -> None:
    """Show what is wrong with an input: where, what, and the likely repair."""
    parts.table(
        [text("web.place", lang), text("web.wrong", lang), text("web.repair", lang)],
        [(finding.place(lang), finding.wrong(lang), finding.repair(lang)) for finding in found[:_SHOWN_FINDINGS]],
        long_columns=frozenset((1, 2)), name=name,
    )  # fmt: skip
    _more(len(found), lang)


def refusal(found: Sequence[Finding], words: str, lang: Language) -> None:
    """Show that what was asked for was not done, and why; nothing was changed."""
    lines = [f"{finding.place(lang)} {finding.wrong(lang)} — {finding.repair(lang)}".strip() for finding in found]
    parts.status("broken", words, *lines[:_SHOWN_FINDINGS])
    _more(len(found), lang)


def _nothing_yet(view: View, lang: Language) -> None:
    if view.desk is None:
        parts.status("none", text("web.empty", lang), text("web.empty_more", lang))
        st.code("make plan\nplanner demo", language=None)
        parts.quiet(text("web.looked_in", lang, path=view.path))
    elif view.desk.may(Action.KEEP_CITY):
        parts.status("none", text("login.no_plan_yet", lang), text("login.no_plan_yet_city", lang))
        st.code(_TO_A_PLAN, language=None)
    else:
        parts.status("none", text("login.no_plan_yet", lang), text("login.no_plan_yet_district", lang))


def _not_there(_view: View, lang: Language) -> None:
    asked = str(address.asked("plan"))[:20]
    parts.status("none", text("login.not_there", lang), text("login.not_there_more", lang, id=asked))


def _unreadable(view: View, lang: Language) -> None:
    parts.status("broken", text("web.unreadable", lang), text("web.unreadable_more", lang, path=view.path))
    faults(view.faults, lang)


def _refused(view: View, lang: Language) -> None:
    """Nothing of a refused plan is shown but why it is refused."""
    count = len(view.findings)
    parts.status("broken", text("web.refused", lang, count=count), text("web.refused_more", lang, path=view.path))
    known = clauses()
    rows = [
        (
            known[f.clause].title.in_(lang) if f.clause in known else _part_of_plan(f.clause, lang),
            f.place,
            f.zh if lang == "zh" else f.en,
        )
        for f in view.findings[:_SHOWN_FINDINGS]
    ]
    heads = [text(f"web.{key}", lang) for key in ("clause", "place", "finding")]
    parts.table(heads, rows, long_columns=frozenset((1, 2)), name="findings")
    _more(count, lang)


def _part_of_plan(name: str, lang: Language) -> str:
    entry = catalogue().get(f"web.part_{name}")
    return entry[lang] if entry else name


def _more(count: int, lang: Language) -> None:
    if count > _SHOWN_FINDINGS:
        parts.quiet(text("web.more", lang, shown=_SHOWN_FINDINGS, count=count))
