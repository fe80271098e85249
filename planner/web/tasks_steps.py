"""The working year of a district: where it stands, and the steps that may be taken next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from planner.cycle import WHO_MAY, Kind, Local, Open, RoundState, Step, open_in_year, open_on
from planner.cycle.refuse import NEXT, kind_word, roles_word, state_word
from planner.findings import BadInput
from planner.office.shown import capital, dash
from planner.service import Action
from planner.texts import Language, text
from planner.web import parts, told, work
from planner.web.tasks_fields import About
from planner.web.tasks_forms import forget, form, may_take, name_of
from planner.web.tasks_forms import told as said_of_forms
from planner.web.tasks_place import Place, one_year

TOGETHER = frozenset({Kind.START, Kind.FINISH, Kind.DEFER, Kind.GRANT_COST, Kind.TRACK, Kind.RESOLVE, Kind.RETURN})
"""Steps that several patches can take at once: nothing in their record is one patch's own."""

MOST_ROWS = 200
_REFUSED = "tasks:year_refused"


def steps(place: Place) -> None:
    """Show the part."""
    lang = place.lang
    begun = place.desk.year.begun()
    if refused := st.session_state.pop(_REFUSED, None):
        told.refusal(refused, text("desk_page.refused", lang), lang)
    if begun is None:
        _not_begun(place)
        return
    _by_another_plan(place, begun)
    year = one_year(place)
    if year is None:
        return
    found = place.desk.year.of(place.district)
    said_of_forms(place.district, lang)
    _year_part(place, found, year)
    _history(place, year)
    _patches_part(place, found, year)


def _not_begun(place: Place) -> None:
    lang, adopted = place.lang, place.hand.in_force
    parts.status("none", text("tasks_page.not_begun", lang), text("tasks_page.not_begun_more", lang))
    if adopted is None or not place.desk.may(Action.ADOPT):
        return

    def clicked() -> None:
        _try(lambda: place.desk.year.begin(adopted))

    st.button(text("tasks_page.begin", lang, plan=adopted), key="tasks_begin", type="primary", on_click=clicked)


def _by_another_plan(place: Place, begun: int) -> None:
    """Where the plan at hand is not the one that the years are worked by."""
    lang, adopted = place.lang, place.hand.in_force
    if begun != place.version:
        parts.quiet(text("tasks_page.worked_by", lang, plan=begun))
        st.button(text("tasks_page.to_worked", lang), key="tasks_to_worked", on_click=work.open_plan, args=(begun,))
    if adopted is not None and adopted != begun and place.desk.may(Action.ADOPT):

        def clicked() -> None:
            _try(lambda: place.desk.year.put_in_force(adopted))

        st.button(text("tasks_page.put_in_force", lang, plan=adopted), key="tasks_in_force", on_click=clicked)


def _try(do: object) -> None:
    try:
        do()  # type: ignore[operator]
    except BadInput as refused:
        st.session_state[_REFUSED] = refused.findings


def _year_part(place: Place, found: Local, year: int) -> None:
    """How far the district's year is, and the steps about it."""
    lang, state = place.lang, found.rounds[year].state
    parts.heading(text("cycle.place_year", lang, district=place.district, year=year))
    shown = [one for one in RoundState if one is not RoundState.RETURNED or state is RoundState.RETURNED]
    marks = [
        f"<strong aria-current='step'>{parts.safe(capital(state_word(one).in_(lang)))}</strong>" if one is state
        else f"<span class='quiet'>{parts.safe(capital(state_word(one).in_(lang)))}</span>"
        for one in shown
    ]  # fmt: skip
    parts.block(f"<p data-round='{state}'>{' → '.join(marks)}</p>")
    first = NEXT.get(state)
    if first is not None:
        parts.quiet(text("tasks_page.next", lang, step=_who(first, lang)))
    waiting = found.rounds[year].wishes
    if waiting:
        heads = [text("web.column_patch", lang), text("tasks_page.field_change", lang)]
        parts.table(heads, [(wish.patch, wish.change) for wish in waiting], text_columns=2, name="wishes")
    _choose(About(place, found, Open(Kind.APPLY), year), open_in_year(found, year), "year")


def _who(first: Kind, lang: Language) -> str:
    """A step and who takes it."""
    return text(
        "tasks_page.kind_by", lang, kind=capital(kind_word(first).in_(lang)), who=roles_word(WHO_MAY[first]).in_(lang)
    )


def _choose(about: About, opened: Sequence[Open], name: str) -> None:
    """Let one of the steps that this person may take be chosen, and show its form."""
    place, lang = about.place, about.place.lang
    own = [one for one in opened if may_take(place.desk, one, place.district)]
    if not own:
        parts.quiet(text("tasks_page.nothing_to_do", lang))
        return
    by_name = {f"{one.kind}:{one.what or ''}": one for one in own}
    key = f"tasks_step:{name}:{place.district}:{about.year}:{len(about.patches)}"
    chosen = st.segmented_control(
        text("tasks_page.what_next", lang), list(by_name), key=key, on_change=forget,
        format_func=lambda one: name_of(by_name[one], lang),
    )  # fmt: skip
    if chosen in by_name:
        form(About(place, about.found, by_name[chosen], about.year, about.patches))


def _patches_part(place: Place, found: Local, year: int) -> None:
    """The tasks of the year and the natural sites, by state, with the steps about them."""
    lang = place.lang
    rows = [*found.of_year(year), *found.to_apply[year], *found.naturals]
    parts.heading(text("tasks_page.by_patch", lang), text("tasks_page.by_patch_aside", lang, count=len(rows)))
    if not rows:
        parts.quiet(text("tasks_page.no_patches", lang))
        return
    counts = Counter(str(found.state(patch)) for patch in rows)
    left, right = st.columns([2, 5], vertical_alignment="bottom")
    with left:
        state = st.selectbox(
            text("tasks_page.state", lang), ["", *counts], key=f"tasks_state:{place.district}:{year}",
            format_func=lambda name: _state(name, counts[name] if name else len(rows), lang),
        )  # fmt: skip
    shown = [patch for patch in rows if state in ("", str(found.state(patch)))]
    key = f"tasks_chosen:{place.district}:{year}:{state}"
    with right:
        chosen = st.multiselect(
            text("tasks_page.choose_patches", lang), shown, key=key, placeholder=text("tasks_page.choose_some", lang)
        )

    def every() -> None:
        st.session_state[key] = list(shown)

    if state:
        st.button(text("tasks_page.choose_every", lang, count=len(shown)), key="tasks_every", on_click=every)
    if chosen:
        _steps_on(place, found, year, tuple(chosen))
    _table(place, found, shown)


def _state(name: str, count: int, lang: Language) -> str:
    words = text(f"cycle.state_{name}", lang) if name else text("web.all", lang)
    return text("tasks_page.state_count", lang, state=words, count=count)


def _steps_on(place: Place, found: Local, year: int, chosen: tuple[str, ...]) -> None:
    """The steps that all chosen patches can take."""
    common = [one for one in open_on(found, chosen[0]) if all(one in open_on(found, patch) for patch in chosen[1:])]
    if len(chosen) > 1:
        common = [one for one in common if one.kind in TOGETHER]
        parts.quiet(text("tasks_page.together", place.lang))
    _choose(About(place, found, Open(Kind.START), year, chosen), common, "patch")


def _table(place: Place, found: Local, shown: Sequence[str]) -> None:
    lang, words = place.lang, place.book.words
    keys = ("state", "next_step", "started", "finished", "accepted", "committed", "paid", "tracked_until")
    heads = [text("web.column_patch", lang), *(text(f"tasks_page.of_{key}", lang) for key in keys)]
    heads[6], heads[7] = (f"{head} ({words.unit})" for head in heads[6:8])
    rows = []
    for patch in shown[:MOST_ROWS]:
        done, first, matter = found.works.get(patch), NEXT.get(found.state(patch)), found.open_matter(patch)
        days = [done.started, done.finished, done.accepted] if done else [None] * 3
        rows.append(
            [
                patch, text(f"cycle.state_{found.state(patch)}", lang),
                capital(kind_word(first).in_(lang)) if first else "–",
                *("–" if day is None else day.isoformat() for day in days),
                dash(sum(done.committed().values()), words) if done else "–",
                dash(sum(done.paid().values()), words) if done else "–",
                matter.due.isoformat() if matter else "–",
            ]
        )  # fmt: skip
    parts.table(heads, rows, text_columns=6, long_columns=frozenset((2,)), name="works")
    if len(shown) > MOST_ROWS:
        parts.quiet(text("web.more", lang, shown=MOST_ROWS, count=len(shown)))


def _history(place: Place, year: int) -> None:
    """What was done, the last first."""
    lang = place.lang
    taken = [step for step in reversed(place.desk.year.steps(place.district)) if year in (step.year, step.day.year)]
    with st.expander(text("tasks_page.history", lang, count=len(taken)), key="tasks_history"):
        keys = ("done_at", "kind", "patch", "number", "remark", "author")
        heads = [text(f"tasks_page.step_{key}", lang) for key in keys]
        parts.table(
            heads, [_line(step, lang) for step in taken], text_columns=len(heads), long_columns=frozenset((4,)),
            name="history",
        )  # fmt: skip


def _line(step: Step, lang: Language) -> list[str]:
    what = getattr(step.payload, "what", None)
    return [
        step.at[:16].replace("T", " "), name_of(Open(step.kind, what), lang), step.patch or "–", step.number,
        step.remark, f"{step.author} ({text(f'cycle.role_{step.role}', lang)})",
    ]  # fmt: skip
