"""Where everything is kept, whether it is whole and untouched, and who did what."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from planner.findings import BadInput, Level
from planner.service import Action, Desk, NotAllowed
from planner.service.kept import LEDGER_KIND, PLAN_KIND, SCENARIO_KIND
from planner.store import Anchor, Entry
from planner.texts import Language, text
from planner.web import address, parts, told
from planner.web.seen import View

PAGE = 50
_PAGE = "trail_page"
_KINDS = (LEDGER_KIND, SCENARIO_KIND, PLAN_KIND)


def show(view: View, lang: Language) -> None:
    """Show where the store is and how it fares, for those who answer for it."""
    desk = view.desk
    assert desk is not None
    store, settings = desk.store, desk.service.settings
    parts.heading(text("about.part_store", lang))
    rows = [
        (text("about.place", lang), store.place),
        (text("about.kind", lang), text(f"about.kind_{store.engine.dialect.name}", lang)),
        (text("about.settings", lang), str(settings.folder.absolute())),
        (text("about.login", lang), settings.auth.issuer if settings.auth else text("about.no_login", lang)),
        (text("about.limits", lang), text("about.limits_are", lang, **settings.limits.model_dump())),
    ]
    if desk.may(Action.READ_CITY):
        counts = Counter(kept.document.kind for kept in desk.keeping.versions())
        kept = [text("about.count", lang, what=text(f"desk_page.{kind}", lang), count=counts[kind]) for kind in _KINDS]
        rows.append((text("about.kept", lang), ("、" if lang == "zh" else ", ").join(kept)))
    parts.table(
        [text("web.entry", lang), text("web.content", lang)], rows, text_columns=1, long_columns=frozenset((1,)),
        name="store",
    )  # fmt: skip
    for warning in store.warnings:
        parts.quiet(warning.line(lang))
    _verification(desk, lang)
    parts.heading(text("about.backup", lang))
    parts.quiet(text("about.backup_more", lang))
    st.code("planner backup shanfu-backup.zip\nplanner restore shanfu-backup.zip", language=None)


def _verification(desk: Desk, lang: Language) -> None:
    """Anchors to take away, and the check of the whole store against them."""
    parts.heading(text("about.verify_head", lang))
    parts.quiet(text("about.verify_more", lang))
    last = _last(desk)
    if last is None:
        parts.quiet(text("about.nothing_kept", lang))
        return
    st.download_button(
        text("about.anchor", lang, seq=last.seq), lambda: json.dumps(desk.care.anchor().to_dict()).encode(),
        key="anchor", mime="application/json", file_name=f"{text('about.anchor_file', lang)}_{last.seq}.json",
        on_click="ignore",
    )  # fmt: skip
    if not desk.may(Action.VERIFY):
        return
    files = st.file_uploader(
        text("about.anchors", lang), type="json", accept_multiple_files=True, key="anchors", max_upload_size=1
    )
    plans = st.checkbox(text("about.verify_plans", lang), key="verify_plans")
    if st.button(text("about.verify", lang), key="verify", type="primary"):
        with st.spinner(text("about.verifying", lang)):
            _verify(desk, [(file.name, file.getvalue()) for file in files], lang, plans=plans)


def _verify(desk: Desk, files: Sequence[tuple[str, bytes]], lang: Language, *, plans: bool) -> None:
    """Check the store and say what came of it: whole, whole with remarks, or not."""
    try:
        found = desk.care.verify([anchor_of(name, data) for name, data in files], plans=plans)
    except NotAllowed:
        raise
    except BadInput as refused:
        told.refusal(refused.findings, text("about.not_verified", lang), lang)
        return
    if any(finding.level is Level.ERROR for finding in found):
        parts.status("broken", text("about.broken", lang, count=len(found)), text("about.broken_more", lang))
    else:
        at = f"{desk.service.now():%Y-%m-%d %H:%M:%S}"
        parts.status("plan", text("about.whole", lang), text("about.whole_more", lang, at=at, anchors=len(files)))
    if found:
        told.faults(found, lang, "verify")


def anchor_of(name: str, data: bytes) -> Anchor:
    """An anchor out of a file that somebody kept.

    Raises
    ------
    BadInput
    """
    try:
        said = json.loads(data)
    except (UnicodeDecodeError, ValueError, RecursionError):
        said = None
    return Anchor.from_dict(said, name)


def _last(desk: Desk) -> Anchor | None:
    """What stands now, or None where nothing was kept yet."""
    try:
        return desk.care.anchor()
    except BadInput:
        return None


def trail(view: View, lang: Language) -> None:
    """Show who did what, the newest first, page by page."""
    desk = view.desk
    assert desk is not None
    parts.heading(text("about.part_trail", lang), text("about.trail_aside", lang))
    last = _last(desk)
    if last is None:
        parts.quiet(text("about.nothing_kept", lang))
        return
    pages = -(-last.seq // PAGE)
    number = min(max(address.number(_PAGE) or 1, 1), pages)
    after = max(0, last.seq - number * PAGE)
    shown = desk.care.trail(after=after, limit=last.seq - (number - 1) * PAGE - after)
    _pager(number, pages, lang)
    heads = [text(f"about.trail_{key}", lang) for key in ("seq", "at", "who", "via", "action", "subject", "details")]
    parts.table(
        heads, [_entry(entry) for entry in reversed(shown)], text_columns=6, long_columns=frozenset((6,)), name="trail"
    )


def _entry(entry: Entry) -> list[str]:
    row = f"{entry.row_table} {entry.row_key}".strip()
    details = "" if entry.details in ("", "{}") else entry.details
    return [
        str(entry.seq), entry.at[:19].replace("T", " "), entry.who, entry.via, entry.action,
        _cut(entry.subject or row, 44), _cut(details, 120),
    ]  # fmt: skip


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _pager(number: int, pages: int, lang: Language) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for key, to in (("newer", number - 1), ("older", number + 1)):
            st.button(
                text(f"about.{key}", lang), key=f"trail_{key}", on_click=address.put, args=(_PAGE, to),
                disabled=not 1 <= to <= pages,
            )  # fmt: skip
        parts.quiet(text("about.page_of", lang, page=number, pages=pages, each=PAGE))
