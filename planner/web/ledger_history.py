"""A ledger's versions: who kept which and why, how much each changed, and what differs between any two."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import streamlit as st

from planner.advice.card import title_of, value_of
from planner.cycle.register import ChangeReport, FieldChange, Sum, change_report
from planner.ledger import Ledger, Option, Patch
from planner.ledger.schema import columns
from planner.office.shown import dash
from planner.office.words import Words
from planner.store import Version
from planner.texts import text
from planner.units import hectares
from planner.web import address, parts
from planner.web.hand import Hand
from planner.web.tasks import harmless

KEPT_REPORTS = 64
COUNTED = 20
PAGE = 100


def history(hand: Hand) -> None:
    """Show the versions of the ledger at hand, and the differences of two of them."""
    if hand.ledger is None:
        return
    lang = hand.lang
    several = [kept for kept in reversed(hand.known) if kept.document.id == hand.ledger.document.id]
    by_id = {kept.id: kept for kept in several}
    parts.heading(text("ledger_page.history", lang), hand.ledger.document.name)
    keys = ("number", "at", "author", "note", "patches", "changed")
    parts.table(
        [text(f"ledger_page.version_{key}", lang) for key in keys],
        [_row(kept, by_id.get(kept.parent or 0), hand, counted=place < COUNTED) for place, kept in enumerate(several)],
        text_columns=4, long_columns=frozenset((3,)), name="history",
    )  # fmt: skip
    if len(several) < 2:
        parts.quiet(text("ledger_page.one_version", lang))
        return
    before, after = _two(hand, several)
    _differences(hand, before, after)


def _row(kept: Version, parent: Version | None, hand: Hand, *, counted: bool) -> Sequence[str]:
    changed = "–"
    if parent is not None and counted:
        changed = f"{len(changed_patches(report_of(hand, parent, kept))):,}"
    number = text("ledger_page.number_of", hand.lang, number=kept.number)
    at = kept.at[:16].replace("T", " ")
    return number, at, kept.author, kept.note or "–", f"{kept.meta['patches']:,}", changed


def changed_patches(report: ChangeReport) -> set[str]:
    """The patches that differ, those included that are in one of the two alone."""
    return {*report.added, *report.removed, *(change.patch for change in report.changes)}


def report_of(hand: Hand, before: Version, after: Version) -> ChangeReport:
    """What differs between two versions; both are opened, and so the right asked, each time."""
    ledgers = [hand.desk.keeping.open_ledger(kept.id) for kept in (before, after)]
    return _report(hand.desk.store.place, before.id, after.id, *ledgers)


@st.cache_resource(max_entries=KEPT_REPORTS, show_spinner=False)
def _report(place: str, before: int, after: int, _before: Ledger, _after: Ledger) -> ChangeReport:
    return change_report(_before, _after)


def _two(hand: Hand, several: Sequence[Version]) -> tuple[Version, Version]:
    """Let two versions be chosen; by default the one at hand and the one before it."""
    by_id = {kept.id: kept for kept in several}
    at_hand = hand.ledger.id if hand.ledger else several[0].id
    parent = by_id[at_hand].parent
    defaults = {"before": parent if parent in by_id else several[-1].id, "after": at_hand}
    if defaults["before"] == defaults["after"]:
        defaults["after"] = several[0].id
    chosen = []
    for place, (name, default) in zip(st.columns(2), defaults.items(), strict=True):
        asked = address.number(f"ledger_{name}")
        key = f"history_{name}"
        st.session_state[key] = asked if asked in by_id else default
        with place:
            st.selectbox(
                text(f"ledger_page.{name}", hand.lang), list(by_id), key=key, on_change=_put, args=(name, key),
                format_func=lambda one: _name(by_id[one], hand),
            )  # fmt: skip
        chosen.append(by_id[st.session_state[key]])
    return chosen[0], chosen[1]


def _put(name: str, key: str) -> None:
    address.put(f"ledger_{name}", st.session_state[key])


def _name(kept: Version, hand: Hand) -> str:
    return text(
        "ledger_page.version_option", hand.lang, number=kept.number, at=kept.at[:16].replace("T", " "), note=kept.note
    ).rstrip(" ·")


def _differences(hand: Hand, before: Version, after: Version) -> None:
    lang, report = hand.lang, report_of(hand, before, after)
    words = Words(lang, hand.desk.keeping.open_ledger(after.id).meta)
    count = changed_patches(report)
    if not count:
        parts.quiet(text("ledger_page.same", lang))
        return
    left, right = st.columns([5, 1], vertical_alignment="center")
    with left:
        parts.quiet(
            text("ledger_page.differences", lang, changed=len(count), added=len(report.added),
                 removed=len(report.removed), fields=f"{len(report.changes):,}")
        )  # fmt: skip
    with right:
        st.download_button(
            text("web.download_csv", lang), lambda: csv_of(report, words), key="changes_csv", mime="text/csv",
            file_name=f"{text('ledger_page.file_changes', lang)}_{before.number}-{after.number}.csv",
            on_click="ignore", width="stretch",
        )  # fmt: skip
    _sums(report, words)
    rows = rows_of(report, words)
    pages = -(-len(rows) // PAGE)
    page = st.pagination(pages, key=f"changes_page:{before.id}:{after.id}") if pages > 1 else 1
    heads = [text(f"ledger_page.{key}", lang) for key in ("patch", "field", "before", "after")]
    parts.table(
        heads, rows[(page - 1) * PAGE : page * PAGE], text_columns=4, long_columns=frozenset((2, 3)), name="changes"
    )


def rows_of(report: ChangeReport, words: Words) -> list[tuple[str, str, str, str]]:
    """Every difference in words: patch, field, before, after."""
    lang, there = words.lang, text("ledger_page.there", words.lang)
    gone = text("ledger_page.not_there", lang)
    rows = [(name, text("ledger_page.patch", lang), gone, there) for name in report.added]
    rows += [(name, text("ledger_page.patch", lang), there, gone) for name in report.removed]
    return rows + [_change(change, words) for change in report.changes]


def _change(change: FieldChange, words: Words) -> tuple[str, str, str, str]:
    known = columns(Option if change.option else Patch)
    field = title_of(change.field, known[change.field], words.lang)
    if change.option:
        field = f"{change.option} · {field}"
    old, new = (
        value_of(words.meta, known[change.field], value, words.lang) or "–" for value in (change.old, change.new)
    )
    return change.patch, field, old, new


def _sums(report: ChangeReport, words: Words) -> None:
    """Patches, area and cost before and after, by district and category, where they differ."""
    lang = words.lang
    keys = sorted({*report.before, *report.after})
    changed = [key for key in keys if report.before.get(key) != report.after.get(key)]
    if not changed:
        return
    heads = [text(f"ledger_page.{key}", lang) for key in ("district", "treatment")]
    for key, unit in (("patches", ""), ("area", words("hectare")), ("cost", words.unit)):
        head = text(f"ledger_page.{key}", lang)
        head = text("web.column_with_unit", lang, column=head, unit=unit) if unit else head
        heads += [f"{head} · {text(f'ledger_page.{side}', lang)}" for side in ("before", "after")]
    rows = [_sum_row(report.before, report.after, key, words) for key in changed]
    total = ("", "")
    both = {total: report.total(report.before)}, {total: report.total(report.after)}
    whole = _sum_row(*both, total, words)
    parts.table(
        heads, [*rows, [text("ledger_page.whole_ledger", lang), *whole[1:]]], text_columns=2, total=True, name="sums"
    )


def _sum_row(
    before: Mapping[tuple[str, str], Sum], after: Mapping[tuple[str, str], Sum], key: tuple[str, str], words: Words
) -> list[str]:
    old, new = before.get(key, Sum()), after.get(key, Sum())
    treatment = words.treatment(key[1]) if key[1] else ""
    row = [key[0], treatment, f"{old.patches:,}", f"{new.patches:,}"]
    row += [hectares(old.area_m2, least=4), hectares(new.area_m2, least=4)]
    return [*row, dash(old.cost_yuan, words), dash(new.cost_yuan, words)]


def csv_of(report: ChangeReport, words: Words) -> bytes:
    """Every difference as CSV: UTF-8 with its mark, and no text that would be run as a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([text(f"ledger_page.{key}", words.lang) for key in ("patch", "field", "before", "after")])
    for row in rows_of(report, words):
        writer.writerow([harmless(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")
