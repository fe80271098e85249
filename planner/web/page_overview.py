"""Overview: the plan against its targets, its money, its area and its tasks."""

from __future__ import annotations

import streamlit as st

from planner.ledger import DataNature
from planner.office import shown as figures
from planner.office.figures import Book
from planner.office.targets import Target, citation, standing, targets
from planner.office.words import Words, goal_words, status_words
from planner.plan import PlanStatus, Purse
from planner.texts import Language, text
from planner.web import hand, parts, shell, state, told, work
from planner.web.downloads import downloads
from planner.web.overview_figures import area_by_year, money_by_year, unit_head
from planner.web.overview_filters import filter_bar, selection
from planner.web.overview_places import places
from planner.web.overview_tasks import summary, task_table
from planner.web.own import own_district, people_alone
from planner.web.seen import Kind, Opened, View
from planner.web.sites import sites


def show() -> None:
    """Show the page in whatever state the plan's folder is."""
    lang = shell.language()
    with st.spinner(text("web.loading", lang)):
        view = state.current()
    if view.desk is not None and view.kind is not Kind.PEOPLE:
        hand.bar(hand.at_hand(view, view.desk, lang))
        work.told(lang)
    if view.opened is not None:
        _header(view.opened, lang)
        (_plan if view.kind is Kind.PLAN else _no_plan)(view, view.opened, lang)
    elif view.kind in (Kind.DISTRICT, Kind.PEOPLE):
        {Kind.DISTRICT: own_district, Kind.PEOPLE: people_alone}[view.kind](view, lang)
    else:
        told.no_plan(view, shell.page_title("overview", lang), lang)


def _header(opened: Opened, lang: Language) -> None:
    """What is shown, what it is worth in words that claim no more than was proved, and what stands behind it."""
    book, certificate = opened.books[lang], opened.plan.certificate
    parts.title(book.title, _nature(certificate.data_nature or book.scenario.data_nature, lang), _note(book))
    words = status_words(opened.plan, lang)
    line = text(
        "web.certificate_line", lang, run=certificate.run_id[:8], ledger=certificate.ledger_digest[:8],
        scenario=certificate.scenario_digest[:8], plan=certificate.plan_digest[:8],
        solver=f"{certificate.solver} {certificate.solver_version}".strip(), seconds=f"{certificate.seconds:.0f}",
        made=certificate.made_at[:16].replace("T", " "),
    )  # fmt: skip
    has_plan = opened.plan.status.has_plan
    currency = book.words.meta[f"currency_{lang}"]
    audited = text("web.audit_clean", lang, currency=currency) if has_plan else ""
    parts.status("plan" if has_plan else "none", figures.capital(words), audited, line)


def _note(book: Book) -> str:
    return book.scenario.note.get(book.words.lang, "")


def _nature(said: str, lang: Language) -> str:
    """The nature of the data, as a badge."""
    for nature in DataNature:
        if said in (nature.zh, str(nature.value)):
            return text("web.nature", lang, nature=nature.label(lang)).capitalize()
    return said


def _no_plan(view: View, opened: Opened, lang: Language) -> None:
    plan, words = opened.plan, Words(lang, opened.ledger.meta)
    short = plan.certificate.shortfall
    if plan.status is PlanStatus.NOTHING_FOUND:
        parts.quiet(text("web.nothing_found_more", lang))
    elif short is None:
        parts.quiet(text("web.not_money", lang))
    else:
        key = "web.short_proved" if short.proved else "web.short_found"
        parts.heading(text(key, lang, money=figures.money(short.yuan, words), unit=words.unit))
        parts.quiet(text("web.short_more", lang))
        _shortfall({(Purse(row.source, row.district), row.year): row.yuan for row in short.missing}, opened.books[lang])
    downloads(view, lang)


def _shortfall(missing: dict[tuple[Purse, int], int], book: Book) -> None:
    """What is missing, by purse and year."""
    words, lang = book.words, book.words.lang
    years = sorted({year for _, year in missing})
    purses = book.order_of({purse for purse, _ in missing})

    def row(label: str, chosen: list[Purse]) -> list[str]:
        of_years = [sum(missing.get((purse, year), 0) for purse in chosen) for year in years]
        return [label, *(figures.dash(yuan, words) for yuan in (*of_years, sum(of_years)))]

    total = text("web.total", lang)
    heads = [unit_head(text("web.purse_column", lang), words.unit, lang), *map(str, years), total]
    rows = [row(figures.capital(words.purse(purse)), [purse]) for purse in purses]
    parts.table(heads, [*rows, row(total, purses)], total=True, name="shortfall")


def _plan(view: View, opened: Opened, lang: Language) -> None:
    book = opened.books[lang]
    words = book.words
    parts.heading(text("web.targets", lang))
    parts.cards(card(target, book) for target in targets(book))
    outside = _outside(book)
    if outside:
        parts.quiet(text("web.outside", lang, what=words.join(outside)))
    every = sites(book)
    chosen = selection(every)
    filter_bar(book, every, chosen, summary(chosen.of(every), words))
    left, right = st.columns(2, gap="large")
    with left:
        money_table = money_by_year(book, chosen)
    with right:
        area_table = area_by_year(book, every, chosen)
    for table in (money_table, area_table):
        if table is not None:
            table()
    places(book, every, chosen)
    task_table(book, every, chosen)
    downloads(view, lang)
    _certificate(opened, lang)


def _outside(book: Book) -> list[str]:
    """What counts neither as task nor as money of the purses."""
    words, metrics = book.words, book.metrics
    natural, said = metrics.natural, []
    if natural.patches:
        area = figures.short_area(natural.area_m2)
        said.append(text("web.natural", words.lang, patches=natural.patches, area=area, unit=words("hectare")))
    for key, yuan in (("cover", metrics.cover_yuan), ("other_money", metrics.other_yuan)):
        if yuan:
            money = figures.short_money(yuan, words)
            said.append(text(f"web.{key}", words.lang, money=money, unit=words.unit))
    return said


def card(target: Target, book: Book) -> parts.Card:
    """A target as a card: what the plan gives, what was asked, what came of it."""
    lang, kind = book.words.lang, standing(book, target)
    wanted = text("web.target", lang, required=target.required.replace(" – ", "–"), unit=target.unit)
    return parts.Card(
        f"{target.clause}:{target.kind}", target.name, figures.target_value(target, book.words), target.unit,
        wanted if target.required else text("web.no_target", lang), text(f"web.{kind}", lang) if kind else "", kind,
        citation(book, target),
    )  # fmt: skip


def _certificate(opened: Opened, lang: Language) -> None:
    certificate = opened.plan.certificate
    with st.expander(text("web.certificate", lang), key="certificate"):
        heads = [text(f"web.goal_{key}", lang) for key in ("column", "value", "bound", "gap", "tolerance", "proof")]
        rows = [
            [
                f"{number}. {figures.capital(goal_words(goal.name, lang))}", f"{goal.value:,}",
                "–" if goal.bound is None else f"{goal.bound:,}", figures.gap(goal.gap), f"{goal.tolerance * 100:g} %",
                text("web.proved" if goal.proved else "web.not_proved", lang),
            ]
            for number, goal in enumerate(certificate.goals, start=1)
        ]  # fmt: skip
        parts.table(heads, rows, name="goals")
        parts.quiet(text("web.goals_note", lang))
        names = ("run_id", "made_at", "product_version", "ledger_digest", "scenario_digest", "plan_digest")
        parts.table(
            [text("web.entry", lang), text("web.content", lang)],
            [(text(f"web.certificate_{name}", lang), str(getattr(certificate, name))) for name in names],
            text_columns=2, name="certificate",
        )  # fmt: skip
