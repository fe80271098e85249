"""The plans at the head of the comparison: what each is worth, its brief, and the decision for one of them."""

from __future__ import annotations

import streamlit as st

from planner.findings import BadInput
from planner.office import brief_name
from planner.office.shown import capital
from planner.office.words import status_words
from planner.service import Action
from planner.service.aside import called
from planner.service.deciding import Stamp
from planner.service.papers import BriefFormat
from planner.texts import Language, text
from planner.web import parts, told
from planner.web.compare_plans import Chosen, Table, put

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
_REFUSED = "compare:adopt_refused"
_AGAINST = "compare_brief_against"


def heads(table: Table, against: Chosen | None) -> None:
    """Show the plans beside each other, with what can be done with each.

    Parameters
    ----------
    table : Table
    against : Chosen, optional
        The plan that the briefs of the others compare theirs with.
    """
    lang = table.lang
    with st.container(key="compare_heads"):
        for plan, column in zip(table.plans, st.columns(max(2, len(table.plans)), border=True), strict=False):
            with column:
                _head(plan, lang)
                with st.container(horizontal=True, gap="xsmall"):
                    _actions(table, plan, against)
    if refused := st.session_state.pop(_REFUSED, None):
        told.refusal(refused, text("compare.not_adopted", lang), lang)


def _actions(table: Table, plan: Chosen, against: Chosen | None) -> None:
    if table.desk.may(Action.EXPORT_CITY):
        _brief(table, plan, "docx", WORD, against)
        _brief(table, plan, "pdf", PDF, against)
    if table.desk.may(Action.ADOPT) and not plan.kept.document.district:
        _adopt(table, plan)
    if plan is not table.plans[0]:
        _as_first(table, plan)


def _head(plan: Chosen, lang: Language) -> None:
    """A plan's name, outcome and, where it was adopted, its stamp."""
    book, kept, name = plan.book(lang), plan.kept, called(plan.kept, lang)
    listed = name == kept.document.name
    about = text("compare.kept", lang, number=kept.number, at=kept.at[:10], id=kept.id)
    stamp = f"<p class='stamp'>{parts.safe(stamp_words(plan.stamp, plan.in_force, lang))}</p>" if plan.stamp else ""
    parts.block(
        f"<h2 data-plan='{kept.id}'>{parts.safe(plan.letter)} · {parts.safe(book.title if listed else name)}</h2>"
        f"<p class='quiet'>{parts.safe(f'{name} · {about}' if listed else about)}</p>"
        f"<p class='quiet'>{parts.safe(capital(status_words(plan.opened.plan, lang)))}</p>{stamp}"
    )


def stamp_words(stamp: Stamp, in_force: bool, lang: Language) -> str:
    """An adoption in one sentence: number, day, who, why, and whether another was adopted since."""
    return text(
        "compare.stamp" if in_force else "compare.stamp_before", lang, number=stamp.number,
        at=stamp.at[:16].replace("T", " "), name=stamp.name, reason=stamp.reason,
    )  # fmt: skip


def against(table: Table) -> Chosen | None:
    """The plan that the briefs compare theirs with, where one is wanted."""
    if len(table.plans) < 2 or not table.desk.may(Action.EXPORT_CITY):
        return None
    letters = {plan.letter: plan for plan in table.plans}
    chosen = st.selectbox(
        text("compare.brief_against", table.lang), ["", *letters], key=_AGAINST,
        format_func=lambda letter: letters[letter].name if letter else text("compare.brief_alone", table.lang),
    )  # fmt: skip
    return letters.get(chosen)


def _brief(table: Table, plan: Chosen, ending: BriefFormat, mime: str, against: Chosen | None) -> None:
    lang, folder = table.lang, plan.opened.folder
    other = against.kept.id if against is not None and against is not plan else None
    st.download_button(
        text(f"compare.brief_{ending}", lang),
        lambda: table.desk.keeping.brief(plan.kept.id, lang=lang, ending=ending, against=other).data,
        key=f"brief:{ending}:{plan.kept.id}", mime=mime, on_click="ignore",
        file_name=f"{brief_name(plan.book(lang).words.city, folder.scenario, folder.plan, lang)}.{ending}",
    )  # fmt: skip


def _adopt(table: Table, plan: Chosen) -> None:
    """The decision, with its reason; what is refused leaves the reason as it was typed."""
    lang, key = table.lang, f"adopt_reason:{plan.kept.id}"

    def clicked() -> None:
        reason = str(st.session_state.get(key, ""))
        try:
            table.desk.deciding.adopt(plan.kept.id, reason)
        except BadInput as refused:
            st.session_state[_REFUSED] = refused.findings
            return
        st.session_state[key] = ""

    label = text("compare.adopt_again" if plan.in_force else "compare.adopt", lang)
    done = plan.stamp.number if plan.stamp else 0  # another key once it is adopted: the box closes
    with st.popover(label, key=f"adopt:{plan.kept.id}:{done}"):
        parts.quiet(text("compare.adopt_more", lang, name=plan.name))
        st.text_area(text("compare.reason", lang), key=key, max_chars=4000, height=100)
        st.button(
            text("compare.adopt_now", lang, letter=plan.letter), key=f"adopt_now:{plan.kept.id}", type="primary",
            on_click=clicked,
        )  # fmt: skip


def _as_first(table: Table, plan: Chosen) -> None:
    others = [one.kept.id for one in table.plans if one is not plan]
    st.button(
        text("compare.as_first", table.lang), key=f"first:{plan.kept.id}", on_click=put,
        args=([plan.kept.id, *others],), help=text("compare.as_first_more", table.lang),
    )  # fmt: skip
