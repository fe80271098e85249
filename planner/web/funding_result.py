"""What a draft's plan comes to beside the base's: cards, sums by year and purse, patches that go another way."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from planner.advice.compare import Against, Change, Comparison, Planned, Side, compare
from planner.audit import audit
from planner.ledger import Ledger
from planner.office.comparison_book import export_comparison
from planner.office.figures import source_rank
from planner.office.folder import PlanFolder
from planner.office.names import export_name
from planner.office.outlook import Said
from planner.office.shown import capital, dash, money
from planner.office.words import Words
from planner.plan import Plan, Purse
from planner.scenario import Scenario
from planner.service import Action, Desk
from planner.service.said import plain_file_name
from planner.store import Version
from planner.texts import Language, text
from planner.units import hectares
from planner.web import parts, work
from planner.web.downloads import EXCEL
from planner.web.funding_changes import signed_money
from planner.web.overview_figures import unit_head
from planner.web.tasks import harmless

KINDS = ("entered", "left", "moved", "option", "payer")
MOST_SHOWN = 300


@dataclass(frozen=True)
class Beside:
    """Two plans and what sets them apart."""

    base: Planned
    draft: Planned
    found: Comparison

    @property
    def sides(self) -> tuple[Side, Side]:
        """The base's and the draft's."""
        return self.found.sides[0], self.found.sides[1]

    @property
    def against(self) -> Against:
        """Patch by patch and purse by purse."""
        return self.found.against[0]


@dataclass(frozen=True)
class Seen:
    """A kept plan that was read and audited; of one that the audit refuses, nothing is shown."""

    folder: PlanFolder
    clean: bool


@st.cache_resource(max_entries=8, show_spinner=False)
def opened(place: str, version: int, _desk: Desk) -> Seen:
    """A kept plan, audited. The caller has asked whether this person may see it."""
    folder = _desk.keeping.open_plan(version)
    return Seen(folder, audit(folder.ledger, folder.scenario, folder.plan).clean)


@st.cache_resource(max_entries=8, show_spinner=False)
def beside(place: str, base: int, draft: int, names: tuple[str, str], _desk: Desk) -> Beside:
    """Two kept plans compared. The caller has asked whether this person may see both."""
    folders = [opened(place, identity, _desk).folder for identity in (base, draft)]
    planned = [Planned(one.ledger, one.scenario, one.plan, name) for one, name in zip(folders, names, strict=True)]
    return Beside(planned[0], planned[1], compare(planned))


def cards(shown: Beside, words: Words) -> None:
    """Show the figures of the draft's plan with what the base's has."""
    lang, said = words.lang, Said(words)
    before, after = shown.sides

    def card(key: str, label: str, unit: str, values: tuple[str, str], change: str) -> parts.Card:
        wanted = text("funding.card_base", lang, value=values[0], change=change or text("funding.same", lang))
        return parts.Card(key, label, values[1], unit, wanted)

    def whole(key: str, label: str, unit: str, values: tuple[int, int]) -> parts.Card:
        change = values[1] - values[0]
        return card(key, label, unit, (f"{values[0]:,}", f"{values[1]:,}"), f"{change:+,}" if change else "")

    yuan = (before.total_yuan, after.total_yuan)
    area = (before.total_area_m2, after.total_area_m2)
    found = [
        card("money", text("funding.card_money", lang), words.unit, (money(yuan[0], words), money(yuan[1], words)),
             _signed(money(yuan[1] - yuan[0], words), yuan[1] - yuan[0])),
        card("area", text("funding.card_area", lang), words("hectare"), (hectares(area[0]), hectares(area[1])),
             _signed(hectares(area[1] - area[0]), area[1] - area[0])),
        whole("hazards", text("funding.card_hazards", lang), words("points"),
              (sum(before.hazards_removed.values()), sum(after.hazards_removed.values()))),
        whole("planned", text("funding.card_planned", lang), words("patches"), (before.planned, after.planned)),
        parts.Card("changed", text("funding.card_changed", lang), f"{len(shown.against.changes):,}", words("patches"),
                   _kinds(shown, lang)),
    ]  # fmt: skip
    for name in _goals(shown):
        values = (before.goals[name], after.goals[name])
        change = values[1] - values[0]
        label, shown_values = capital(said.goal_head(name)), (said.goal(name, values[0]), said.goal(name, values[1]))
        found.append(card(f"goal:{name}", label, "", shown_values, _signed(said.goal(name, change), change)))
    parts.cards(found)
    for lack in after.incomparable:
        parts.quiet(said(f"not_{lack.kind}", count=lack.count, items=words.listed(lack.items)))


def _kinds(shown: Beside, lang: Language) -> str:
    """How many patches went which way."""
    counts = Counter[str](change.kind for change in shown.against.changes)
    said = [text(f"funding.kind_{kind}", lang, count=counts[kind]) for kind in KINDS if counts[kind]]
    return text("office.comma", lang).join(said)


def _goals(shown: Beside) -> list[str]:
    """The goals of both scenarios, as far as both plans can be measured by them."""
    before, after = shown.sides
    wanted = dict.fromkeys(
        str(goal.name) for one in (shown.base, shown.draft) for goal in one.scenario.ordered_goals
    )  # fmt: skip
    return [name for name in wanted if name in before.goals and name in after.goals]


def _signed(said: str, change: float) -> str:
    return "" if not change else ("+" if change > 0 else "") + said


def by_year(shown: Beside, words: Words) -> None:
    """Show area, money and hazards by year, the draft's against the base's."""
    lang, (before, after) = words.lang, shown.sides
    years = sorted({*before.task_area_m2, *after.task_area_m2})
    rows: list[list[str]] = []
    series = (
        ("area", words("hectare"), before.task_area_m2, after.task_area_m2),
        ("money", words.unit, before.commitments_yuan, after.commitments_yuan),
        ("hazards", words("points"), before.hazards_removed, after.hazards_removed),
    )
    for key, unit, was, now in series:
        label = unit_head(text(f"funding.year_{key}", lang), unit, lang)
        for side, values in (("base", [was.get(y, 0) for y in years]), ("draft", [now.get(y, 0) for y in years])):
            rows.append([label, text(f"funding.head_{side}", lang), *_figures(key, values, words)])
        changes = [now.get(y, 0) - was.get(y, 0) for y in years]
        rows.append([label, text("funding.head_change", lang), *_figures(key, changes, words, signed=True)])
    heads = [text("funding.head_what", lang), "", *map(str, years), text("web.total", lang)]
    parts.table(heads, rows, text_columns=2, name="result_years")


def _figures(key: str, values: Sequence[int], words: Words, *, signed: bool = False) -> list[str]:
    def cell(value: int) -> str:
        said = money(value, words) if key == "money" else hectares(value) if key == "area" else f"{value:,}"
        return (_signed(said, value) or "–") if signed else said

    return [*map(cell, values), cell(sum(values))]


def by_purse(shown: Beside, words: Words) -> None:
    """Show what each purse spends and what of it was granted, the draft's against the base's."""
    lang = words.lang
    spent, granted = ([_by_purse(one.plan, budget) for one in (shown.base, shown.draft)] for budget in (False, True))
    purses = dict.fromkeys(purse for side in (*spent, *granted) for purse in side)
    rows, totals = [], [0] * 6
    places = shown.draft.ledger.districts
    for purse in sorted(purses, key=lambda one: (source_rank(one.source), _place(one, places))):
        pairs = [(side[0].get(purse, 0), side[1].get(purse, 0)) for side in (granted, spent)]
        cells = [value for a, b in pairs for value in (a, b, b - a)]
        totals = [total + value for total, value in zip(totals, cells, strict=True)]
        rows.append([capital(words.purse(purse)), *_money_cells(cells, words)])
    rows.append([text("web.total", lang), *_money_cells(totals, words)])
    heads = [unit_head(text("web.purse_column", lang), words.unit, lang)]
    heads += [
        text(f"funding.{what}", lang, side=text(f"funding.head_{side}", lang))
        for what in ("granted", "spent") for side in ("base", "draft", "change")
    ]  # fmt: skip
    parts.table(heads, rows, total=True, name="result_purses")


def _place(purse: Purse, districts: Sequence[str]) -> int:
    return districts.index(purse.district) if purse.district in districts else -1


def _money_cells(cells: Sequence[int], words: Words) -> list[str]:
    return [signed_money(yuan, words) if at % 3 == 2 else dash(yuan, words) for at, yuan in enumerate(cells)]


def _by_purse(plan: Plan, budget: bool) -> dict[Purse, int]:
    found: dict[Purse, int] = {}
    for account in plan.accounts:
        purse = Purse(account.source, account.district)
        own = account.budget if budget else sum(account.used.values())
        found[purse] = found.get(purse, 0) + own
    return found


def patches(shown: Beside, words: Words) -> None:
    """Show the patches that entered, left, moved, or are treated or paid otherwise; all of them as files."""
    lang, changes = words.lang, shown.against.changes
    counts = Counter[str](change.kind for change in changes)
    parts.heading(text("funding.patches", lang), text("funding.patches_count", lang, count=len(changes)))
    if not changes:
        parts.quiet(text("funding.no_patches", lang))
        return
    offered = ["", *(kind for kind in KINDS if counts[kind])]
    counts[""] = len(changes)
    settled("funding_patches", offered)
    chosen = st.segmented_control(
        text("funding.patches_kind", lang), offered, key="funding_patches", required=True, label_visibility="collapsed",
        format_func=lambda kind: text(f"funding.kind_{kind or 'all'}", lang, count=counts[kind]),
    )  # fmt: skip
    rows = patch_rows([change for change in changes if chosen in ("", change.kind)], shown, words)
    heads, *narrow = ([*row[:3], *row[4:]] for row in (patch_heads(words), *rows[:MOST_SHOWN]))  # no room for townships
    parts.table(heads, narrow, text_columns=6, name="result_patches")
    if len(rows) > MOST_SHOWN:
        parts.quiet(text("web.more", lang, shown=MOST_SHOWN, count=len(rows)))


def settled(key: str, offered: Sequence[str]) -> None:
    """Have a widget stand at the first of what is offered, where it stands at nothing of it."""
    if st.session_state.get(key) not in offered:
        st.session_state[key] = offered[0]


def patch_heads(words: Words) -> list[str]:
    """Heads of the table of patches."""
    keys = ("patch", "name", "district", "township", "kind", "before", "after", "paid_before", "paid_after")
    return [text(f"funding.patch_{key}", words.lang, unit=words.unit) for key in keys]


def patch_rows(changes: Sequence[Change], shown: Beside, words: Words) -> list[list[str]]:
    """The patches that go another way, with the names of either ledger."""
    ledgers: tuple[Ledger, Ledger] = (shown.draft.ledger, shown.base.ledger)

    def decision(said: tuple[str, int] | None) -> str:
        if said is None:
            return "–"
        return f"{said[1]} {words.option(said[0])}" if said[0] != "standard" else str(said[1])

    def paid(by_purse: Mapping[str, int]) -> str:
        return dash(sum(by_purse.values()), words)

    rows = []
    for change in changes:
        row = next(own.by_id[change.patch] for own in ledgers if change.patch in own.by_id)
        rows.append(
            [change.patch, row.name, change.district, row.township or "",
             text(f"funding.did_{change.kind}", words.lang), decision(change.before), decision(change.after),
             paid(change.paid_before), paid(change.paid_after)]
        )  # fmt: skip
    return rows


def workbook(desk: Desk, plan: Version, folder: PlanFolder, lang: Language) -> None:
    """Offer the task plans and funds of a plan; the right is asked when they are made, too."""
    if desk.may(Action.EXPORT_CITY):
        st.download_button(
            text("login.download_city", lang), lambda: desk.keeping.export(plan.id, lang=lang).data,
            key="funding_workbook", mime=EXCEL, on_click="ignore",
            file_name=export_name(folder.scenario, folder.plan, lang=lang),
        )  # fmt: skip


def files(shown: Beside, plan: Version, folder: PlanFolder, desk: Desk, words: Words) -> None:
    """Offer the plan on every other page and as a workbook, its patches as CSV, the whole comparison as a workbook."""
    lang = words.lang
    name = f"{shown.draft.scenario.name}_{shown.draft.plan.certificate.run_id[:8]}"

    def comparison() -> bytes:
        with tempfile.TemporaryDirectory() as place:
            return export_comparison(shown.found, shown.base, Path(place) / "comparison.xlsx", lang=lang).read_bytes()

    def listed() -> bytes:
        content = io.StringIO()
        rows = patch_rows(shown.against.changes, shown, words)
        csv.writer(content).writerows([patch_heads(words), *(map(harmless, row) for row in rows)])
        return content.getvalue().encode("utf-8-sig")

    with st.container(horizontal=True):
        st.button(text("funding.open_plan", lang), key="funding_open_plan", on_click=work.open_plan, args=(plan.id,))
        workbook(desk, plan, folder, lang)
        st.download_button(
            text("funding.download_book", lang), comparison, key="funding_book", mime=EXCEL, on_click="ignore",
            file_name=plain_file_name(f"{text('funding.file_book', lang)}_{name}.xlsx"),
        )  # fmt: skip
        st.download_button(
            text("funding.download_patches", lang), listed, key="funding_csv", mime="text/csv", on_click="ignore",
            file_name=plain_file_name(f"{text('funding.file_patches', lang)}_{name}.csv"),
        )  # fmt: skip


def names_of(base: Scenario, lang: Language) -> tuple[str, str]:
    """What the two sides are called."""
    return (base.title.get(lang) or base.name, text("funding.head_draft", lang))
