"""What a draft changes, in words: key by key, in sums by year, and what is wrong with it before anything is solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from planner.advice.shortfall import Obstacle
from planner.advice.shortfall.obvious import obstacles
from planner.clauses import clauses
from planner.findings import Finding
from planner.ledger import Ledger
from planner.office.shown import capital, money
from planner.office.words import Words, goal_words
from planner.plan import Plan, Purse
from planner.scenario import Scenario, overridden
from planner.scenario.checks import against_ledger
from planner.service import Desk
from planner.service.merging import MISSING, Changed
from planner.texts import catalogue, text
from planner.units import decimal_text
from planner.web import funding_cells as cells
from planner.web import parts
from planner.web.overview_figures import unit_head

MOST_SHOWN = 60
AT_ONCE = 2_000
"""Patches up to which obstacles are looked for with every edit: a fourth of a second for each thousand of them."""


def place_words(path: Sequence[str], entry: Any, words: Words) -> str:
    """A key of a scenario in words.

    Parameters
    ----------
    path : sequence of str
        As :func:`planner.service.merging.scenario_leaves` gives it.
    entry : object
        What stands there, on any side.
    words : Words
    """
    lang = words.lang
    if path[0] == "budgets" and isinstance(entry, Mapping):
        purse = words.purse(Purse(entry["source"], entry.get("district")))
        return text("funding.place_budget", lang, purse=capital(purse), year=entry["year"])
    if path[0] == "clauses" and path[1] in clauses():
        title = clauses()[path[1]].title.in_(lang)
        return text("funding.place_clause", lang, clause=title, field=_field(".".join(path[2:]), words))
    return _field(".".join(path), words)


def _field(name: str, words: Words) -> str:
    key = f"funding.field_{name.replace('.', '_')}"
    return text(key, words.lang) if key in catalogue() else name


def value_words(path: Sequence[str], value: Any, words: Words) -> str:
    """What stands under a key, with its unit."""
    lang, name = words.lang, path[-1]
    if value is None or value == MISSING:
        return "–"
    if path[0] == "budgets":
        return words.money(value["yuan"]) if isinstance(value, Mapping) else "–"
    if isinstance(value, bool):
        return text("funding.yes" if value else "funding.no", lang)
    if path == ("goals",):
        return words.listed(goal_words(goal["name"], lang) for goal in value)
    if name == "mode" and path[0] == "clauses":
        return text(f"funding.mode_{value}", lang)
    if path in (("mode",), ("basis",), ("carry", "scope")):
        return text(f"funding.lever_{'_'.join(path)}_{value}", lang)
    if name.endswith("yuan"):
        return words.money(value)
    if name.endswith("_m2"):
        return words.area(value)
    if name.endswith("percent"):
        return f"{value} %"
    if name == "rate":
        return f"{float(value) * 100:g} %"
    return str(value)


def changes_table(changed: Sequence[Changed], words: Words, name: str = "draft_changes", side: str = "draft") -> None:
    """Show the changed keys, the old value beside the new of a side: ``draft``, ``theirs`` or ``mine``."""
    lang = words.lang
    rows = []
    for one in changed[:MOST_SHOWN]:
        some = one.before if one.after == MISSING else one.after
        before, after = (value_words(one.path, value, words) for value in (one.before, one.after))
        rows.append([place_words(one.path, some, words), before, after])
    parts.table([text(f"funding.head_{key}", lang) for key in ("place", "base", side)], rows, name=name)
    if len(changed) > MOST_SHOWN:
        parts.quiet(text("web.more", lang, shown=MOST_SHOWN, count=len(changed)))


def listed_changes(changed: Sequence[Changed], words: Words, most: int = 12) -> str:
    """The changes as one line, for a version's note."""
    said = []
    for one in changed[:most]:
        some = one.before if one.after == MISSING else one.after
        before, after = (value_words(one.path, value, words) for value in (one.before, one.after))
        said.append(text("funding.note_change", words.lang, place=place_words(one.path, some, words), before=before,
                         after=after))  # fmt: skip
    if len(changed) > most:
        said.append(text("funding.note_more", words.lang, count=len(changed) - most))
    return text("funding.note_join", words.lang).join(said)


def sums(began: Mapping[str, Any], plain: Mapping[str, Any], plan: Plan | None, words: Words) -> None:
    """Show the budgets by year, the base's and the draft's, beside what the base's plan spends."""
    lang = words.lang
    years = sorted({*cells.years_of(began), *cells.years_of(plain)})
    heads = [unit_head(text("funding.sum", lang), words.unit, lang), *map(str, years), text("web.total", lang)]
    before, after = (_by_year(side, years) for side in (began, plain))
    rows = [
        _row(text("funding.sum_base", lang), before, words),
        _row(text("funding.sum_draft", lang), after, words),
        _row(text("funding.sum_change", lang), [b - a for a, b in zip(before, after, strict=True)], words, signed=True),
    ]
    if plan is not None and plan.metrics is not None:
        spent = [sum(account.used.get(year, 0) for account in plan.accounts) for year in years]
        rows.append(_row(text("funding.sum_plan", lang), spent, words))
    parts.table(heads, rows, name="draft_sums")


def short_purses(plain: Mapping[str, Any], plan: Plan | None, words: Words) -> None:
    """Name the purses that have less in all than the base's plan takes from them."""
    if plan is None or plan.metrics is None:
        return
    have: dict[Purse, int] = {}
    for identity, yuan in cells.money_of(plain).items():
        purse = cells.Cell.of(identity).purse
        have[purse] = have.get(purse, 0) + yuan
    need: dict[Purse, int] = {}
    for account in plan.accounts:
        purse = Purse(account.source, account.district)
        need[purse] = need.get(purse, 0) + sum(account.used.values())
    short = [(purse, need[purse] - have.get(purse, 0)) for purse in need if need[purse] > have.get(purse, 0)]
    if short:
        said = words.listed(
            text("funding.short_purse", words.lang, purse=words.purse(purse), money=words.money(yuan))
            for purse, yuan in short
        )
        parts.quiet(text("funding.short_purses", words.lang, purses=said))


@st.cache_resource(max_entries=16, show_spinner=False)
def foreseen(
    place: str, ledger: int, digest: str, _desk: Desk, _scenario: Scenario
) -> tuple[tuple[Finding, ...], tuple[Obstacle, ...]]:
    """What the ledger has against a scenario, and what makes a plan impossible at sight.

    The caller has asked whether this person may see the ledger.
    """
    own: Ledger = _desk.keeping.open_ledger(ledger)
    against = tuple(against_ledger(own, _scenario))
    sight = () if against or len(own.patches) > AT_ONCE else obstacles(overridden(own, _scenario), _scenario)
    return against, sight


def _by_year(plain: Mapping[str, Any], years: Sequence[int]) -> list[int]:
    totals = dict.fromkeys(years, 0)
    for entry in plain["budgets"]:
        totals[entry["year"]] += entry["yuan"]
    return list(totals.values())


def _row(label: str, yuan: Sequence[int], words: Words, *, signed: bool = False) -> list[str]:
    def cell(value: int) -> str:
        if signed:
            return signed_money(value, words)
        return money(value, words)

    return [label, *map(cell, yuan), cell(sum(yuan))]


def signed_money(yuan: int, words: Words) -> str:
    """A difference, with its sign; a dash for none."""
    return ("+" if yuan > 0 else "") + decimal_text(yuan, words.size) if yuan else "–"
