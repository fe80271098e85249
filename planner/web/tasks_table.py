"""The tasks of a district's year, in a table in which they are pinned, moved and left out, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from planner.advice.adjusted import Wanted
from planner.advice.glance import Glance
from planner.ledger import Patch, Treatment
from planner.office.figures import Item
from planner.office.shown import capital, money
from planner.office.t1 import duration
from planner.service import Action, Desk
from planner.texts import text
from planner.units import M2_PER_HECTARE, hectares
from planner.web import parts
from planner.web import tasks_draft as draft
from planner.web.overview_figures import unit_head
from planner.web.tasks_place import Place
from planner.web.tasks_words import payers, reason

_ROW, _MOST_HEIGHT = 35, 387
_EDITED = (draft.PIN, draft.MOVE, draft.DROP, draft.WHY)
_INFORMED = (
    "patch", "tier", "hazards", "area", "money", "years", "reason", *_EDITED, draft.OPTION, "payers", "treatment",
    "period", "township", "name", "link",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A row of the table: a patch, and its task where it is planned."""

    patch: Patch
    item: Item | None


def known_of(place: Place) -> tuple[dict[str, Glance], dict[str, Wanted]]:
    """What is known at once of the district's patches, and what was wanted by hand in this plan already."""
    reasons = _reasons(place.desk.store.place, place.version, place.district, place.desk)
    wishes = _wishes(place.desk.store.place, place.version, place.district, place.desk)
    return reasons, {one.patch: one for one in wishes}


@st.cache_resource(max_entries=32, show_spinner=False)
def _reasons(store: str, version: int, district: str, _desk: Desk) -> dict[str, Glance]:
    """The caller was shown this very plan and district in this run."""
    return _desk.adjusting.reasons(version, district)


@st.cache_resource(max_entries=32, show_spinner=False)
def _wishes(store: str, version: int, district: str, _desk: Desk) -> tuple[Wanted, ...]:
    """The caller was shown this very plan and district in this run."""
    return _desk.adjusting.wishes(version, district)


def lines(place: Place) -> list[Line]:
    """The rows of a year: what begins or goes on in it; of all years also what is not planned and could be."""
    book = place.book
    if place.year is not None:
        return [Line(item.patch, item) for item in book.of_year(place.district, place.year)]
    planned = [Line(item.patch, item) for item in book.items]
    rest = [
        Line(patch, None)
        for patch in book.ledger.patches
        if patch.district == place.district
        and patch.patch not in book.item_of
        and patch.treatment is not Treatment.NATURAL
    ]
    return [*planned, *rest]


def may_edit(place: Place) -> bool:
    """Whether the one who looks may have a plan made with edits of this district's tasks."""
    keep, solve = (
        (Action.KEEP_DISTRICT, Action.SOLVE_DISTRICT) if place.owner else (Action.KEEP_CITY, Action.SOLVE_CITY)
    )
    return place.desk.may(keep, place.owner) and place.desk.may(solve, place.owner)


def table(place: Place, rows: Sequence[Line], known: Mapping[str, Glance], wishes: Mapping[str, Wanted]) -> None:
    """Show the rows; what is edited becomes the draft's."""
    lang, editable = place.lang, may_edit(place)
    key = f"tasks_editor:{place.version}:{place.district}:{place.year}:{lang}:{draft.turn()}"
    base_key = "tasks:base"
    if key not in st.session_state or st.session_state.get(base_key, ("",))[0] != key:
        st.session_state[base_key] = (key, frame(place, rows, known, wishes))  # stays while the widget lives
    base: pd.DataFrame = st.session_state[base_key][1]

    def edited() -> None:
        for row, changed in st.session_state[key]["edited_rows"].items():
            draft.put(place, str(base.iloc[int(row)]["patch"]), changed)

    hidden = {*(() if editable else _EDITED), *(() if place.whole else ("link",))}
    columns = [name for name in _INFORMED if name not in hidden]
    st.data_editor(
        base, key=key, on_change=edited, hide_index=True, num_rows="fixed", row_height=_ROW,
        height=min(_MOST_HEIGHT, (len(rows) + 1) * _ROW + 2), column_order=columns, width="stretch",
        disabled=not editable or [name for name in _INFORMED if name not in (*_EDITED, draft.OPTION)],
        column_config=_columns(place, rows),
    )  # fmt: skip
    if st.toggle(text("tasks_page.as_table", lang), key="tasks_as_table"):
        plain_table(place, rows, known)


def frame(
    place: Place, rows: Sequence[Line], known: Mapping[str, Glance], wishes: Mapping[str, Wanted]
) -> pd.DataFrame:
    """The rows as a frame, with what is edited in them so far."""
    words, size = place.book.words, place.book.words.size
    found = []
    for line in rows:
        item, patch = line.item, line.patch
        cells = draft.cells(place, patch.patch, wishes)
        found.append(
            {
                "patch": patch.patch, "tier": patch.tier, "hazards": patch.hazard_points,
                "area": patch.area_m2 / M2_PER_HECTARE, "money": item.total / size if item else None,
                "years": _years(item), "period": duration(place.book, item) if item else "",
                "reason": reason(item, known.get(patch.patch), place.lang),
                draft.PIN: bool(cells[draft.PIN]), draft.MOVE: str(cells[draft.MOVE] or draft.NONE),
                draft.DROP: bool(cells[draft.DROP]), draft.WHY: cells[draft.WHY] or "",
                draft.OPTION: cells[draft.OPTION], "payers": payers(item, place.book) if item else "",
                "treatment": words.treatment(item.task.treatment if item else str(patch.treatment.value)),
                "township": patch.township, "name": patch.name, "link": link(place, patch.patch),
            }
        )  # fmt: skip
    made = pd.DataFrame(found, columns=list(_INFORMED))
    return made.astype({draft.PIN: bool, draft.DROP: bool})


def _years(item: Item | None) -> str:
    if item is None:
        return "–"
    start, finish = item.task.start, item.task.finish
    return str(start) if start == finish else f"{start}–{finish}"


def link(place: Place, patch: str) -> str:
    """Where the explanations of a patch stand."""
    said = {"patch": patch, "plan": place.version, "district": place.district, "lang": place.lang}
    return f"explain?{urlencode(said)}"


def plain_table(place: Place, rows: Sequence[Line], known: Mapping[str, Glance]) -> None:
    """The same as text, for those who cannot use the grid."""
    words, lang = place.book.words, place.lang
    heads = [*(_head(place, name) for name in ("patch", "period", "treatment", "reason", "payers"))]
    heads += [_head(place, name) for name in ("tier", "hazards", "area", "money")]
    cells = [
        [
            line.patch.patch, duration(place.book, line.item) if line.item else text("tasks_page.not_planned", lang),
            words.treatment(line.item.task.treatment if line.item else str(line.patch.treatment.value)),
            reason(line.item, known.get(line.patch.patch), lang), payers(line.item, place.book) if line.item else "",
            str(line.patch.tier), str(line.patch.hazard_points), hectares(line.patch.area_m2, least=4),
            money(line.item.total, words) if line.item else "–",
        ]
        for line in rows
    ]  # fmt: skip
    parts.table(heads, cells, text_columns=5, long_columns=frozenset((3, 4)), name="tasks")


def _columns(place: Place, rows: Sequence[Line]) -> dict[str, Any]:
    config, lang, book = st.column_config, place.lang, place.book
    options = sorted({o.option for line in rows for o in book.ledger.options_of(line.patch)})
    years = [draft.NONE, *map(str, book.years)]

    def said(name: str, width: int) -> Any:
        return config.TextColumn(_head(place, name), width=width, pinned=name == "patch")

    def number(name: str, form: str, width: int) -> Any:
        return config.NumberColumn(_head(place, name), format=form, width=width)

    longest = max((len(line.patch.patch) for line in rows), default=8)
    return {
        "patch": said("patch", min(180, max(90, 30 + 8 * longest))), "tier": number("tier", "%d", 60),
        "hazards": number("hazards", "%d", 65), "area": number("area", "%,.4f", 95),
        "money": number("money", "%,.2f", 110), "years": said("years", 90), "reason": said("reason", 140),
        "period": said("period", 170),
        draft.PIN: config.CheckboxColumn(_head(place, draft.PIN), width=75, help=text("tasks_page.pin_help", lang)),
        draft.MOVE: config.SelectboxColumn(
            _head(place, draft.MOVE), options=years, width=80, help=text("tasks_page.move_help", lang)
        ),
        draft.DROP: config.CheckboxColumn(_head(place, draft.DROP), width=75, help=text("tasks_page.drop_help", lang)),
        draft.WHY: config.TextColumn(
            _head(place, draft.WHY), width=140, max_chars=200, help=text("tasks_page.why_help", lang)
        ),
        draft.OPTION: config.SelectboxColumn(
            _head(place, draft.OPTION), options=options, width=100, required=True,
            format_func=lambda option: book.words.option(str(option)),
        ),
        "payers": said("payers", 240), "treatment": said("treatment", 90), "township": said("township", 100),
        "name": said("name", 140),
        "link": config.LinkColumn(_head(place, "link"), display_text=text("tasks_page.link_text", lang), width=70),
    }  # fmt: skip


def _head(place: Place, name: str) -> str:
    words, lang = place.book.words, place.lang
    known = {"patch", "tier", "hazards", "money", "treatment", "township", "name"}
    head = text(f"web.column_{name}" if name in known else f"tasks_page.column_{name}", lang)
    unit = {"area": words("hectare"), "money": words.unit}.get(name)
    return capital(unit_head(head, unit, lang) if unit else head)
