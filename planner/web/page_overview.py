"""Overview: the plan against its targets, its money, its area and its tasks."""

from __future__ import annotations

import streamlit as st

from planner.clauses import clauses
from planner.findings import Finding
from planner.plan import PlanStatus
from planner.texts import Language, catalogue, text
from planner.web import parts, shell, state
from planner.web.amounts import Units, gap_text, goal_name, purse_name
from planner.web.downloads import downloads
from planner.web.overview_figures import area, money, or_dash, unit_head
from planner.web.overview_tasks import task_table
from planner.web.state import Kind, Opened, View
from planner.web.targets import targets

_SHOWN_FINDINGS = 50


def show() -> None:
    """Show the page in whatever state the plan's folder is."""
    lang = shell.language()
    with st.spinner(text("web.loading", lang)):
        view = state.current()
    if view.opened is not None:
        _header(view.opened, lang)
        _status(view.opened, lang)
        (_plan if view.kind is Kind.PLAN else _no_plan)(view.opened, lang)
    elif view.kind is Kind.EMPTY:
        _nothing_yet(view, lang)
    elif view.kind is Kind.UNREADABLE:
        _unreadable(view, lang)
    else:
        _refused(view, lang)


def _nothing_yet(view: View, lang: Language) -> None:
    parts.title(text("web.page_overview", lang), "", "")
    parts.status("none", text("web.empty", lang), text("web.empty_more", lang))
    st.code("make plan\nplanner demo", language=None)
    parts.quiet(text("web.looked_in", lang, path=view.path))


def _unreadable(view: View, lang: Language) -> None:
    parts.title(text("web.page_overview", lang), "", "")
    parts.status("broken", text("web.unreadable", lang), text("web.unreadable_more", lang, path=view.path))
    parts.table(
        [text("web.place", lang), text("web.wrong", lang), text("web.repair", lang)],
        [_fault(finding, lang) for finding in view.faults[:_SHOWN_FINDINGS]],
        long_columns=frozenset((0, 1, 2)), name="faults",
    )  # fmt: skip
    _more(len(view.faults), lang)


def _fault(finding: Finding, lang: Language) -> tuple[str, str, str]:
    return finding.place(lang), finding.wrong(lang), finding.repair(lang)


def _refused(view: View, lang: Language) -> None:
    """Nothing of a refused plan is shown but why it is refused."""
    parts.title(text("web.page_overview", lang), "", "")
    count = len(view.findings)
    parts.status("broken", text("web.refused", lang, count=count), text("web.refused_more", lang, path=view.path))
    known = clauses()
    parts.table(
        [text("web.clause", lang), text("web.place", lang), text("web.finding", lang)],
        [
            (
                known[f.clause].title.in_(lang) if f.clause in known else _part_of_plan(f.clause, lang),
                f.place,
                f.zh if lang == "zh" else f.en,
            )
            for f in view.findings[:_SHOWN_FINDINGS]
        ],
        long_columns=frozenset((0, 1, 2)),
        name="findings",
    )
    _more(count, lang)


def _part_of_plan(name: str, lang: Language) -> str:
    entry = catalogue().get(f"web.part_{name}")
    return entry[lang] if entry else name


def _more(count: int, lang: Language) -> None:
    if count > _SHOWN_FINDINGS:
        parts.quiet(text("web.more", lang, shown=_SHOWN_FINDINGS, count=count))


def _header(opened: Opened, lang: Language) -> None:
    scenario, ledger, certificate = opened.scenario, opened.folder.ledger, opened.plan.certificate
    words = scenario.title.get(lang) or scenario.title.get("zh") or scenario.name
    nature = scenario.data_nature or certificate.data_nature or ledger.meta.get("data_nature", "")
    parts.title(words, _nature(nature, lang), scenario.note.get(lang, ""))


def _nature(nature: str, lang: Language) -> str:
    entry = catalogue().get(f"web.nature_{nature}")
    if entry:
        return entry[lang]
    return text("web.nature", lang, nature=nature) if nature else ""


def _status(opened: Opened, lang: Language) -> None:
    """What the plan is worth, in words that claim no more than was proved, and what stands behind it."""
    certificate = opened.plan.certificate
    gaps = [goal.gap for goal in certificate.goals]
    worst = None if not gaps or None in gaps else max(gap for gap in gaps if gap is not None)
    known = gap_text(worst)
    match certificate.status:
        case PlanStatus.OPTIMAL:
            words = text("web.status_optimal", lang)
        case PlanStatus.WITHIN_GAP:
            words = text("web.status_within_gap", lang, gap=known) if known else text("web.status_gap_unknown", lang)
        case PlanStatus.NOTHING_FOUND:
            words = text("web.status_nothing_found", lang)
        case PlanStatus.IMPOSSIBLE:
            words = text("web.status_impossible", lang)
    line = text(
        "web.certificate_line", lang, run=certificate.run_id[:8], ledger=certificate.ledger_digest[:8],
        scenario=certificate.scenario_digest[:8], plan=certificate.plan_digest[:8],
        solver=f"{certificate.solver} {certificate.solver_version}".strip(), seconds=f"{certificate.seconds:.0f}",
        made=certificate.made_at[:16].replace("T", " "),
    )  # fmt: skip
    kept = certificate.status.has_plan
    parts.status("plan" if kept else "none", words, text("web.audit_clean", lang) if kept else "", line)


def _no_plan(opened: Opened, lang: Language) -> None:
    plan, units = opened.plan, Units.of(opened.folder.ledger, lang)
    short = plan.certificate.shortfall
    if plan.status is PlanStatus.NOTHING_FOUND:
        parts.quiet(text("web.nothing_found_more", lang))
        return
    if short is None:
        parts.quiet(text("web.not_money", lang))
        return
    key = "web.short_proved" if short.proved else "web.short_found"
    parts.heading(text(key, lang, money=units.yuan(short.yuan), unit=units.money))
    parts.quiet(text("web.short_more", lang))
    years = sorted({row.year for row in short.missing})
    purses = list(dict.fromkeys((row.source, row.district) for row in short.missing))
    purses.sort(key=lambda purse: (purse[0] != "municipal", purse[0]))
    missing = {(row.source, row.district, row.year): row.yuan for row in short.missing}
    rows = [
        [purse_name(*purse, lang)]
        + [or_dash(missing.get((*purse, year), 0), units) for year in years]
        + [units.yuan(sum(missing.get((*purse, year), 0) for year in years))]
        for purse in purses
    ]
    by_year = [sum(missing.get((*purse, year), 0) for purse in purses) for year in years]
    rows.append([text("web.total", lang), *(units.yuan(yuan) for yuan in by_year), units.yuan(sum(by_year))])
    heads = [unit_head(text("web.purse_column", lang), units.money, lang), *map(str, years), text("web.total", lang)]
    parts.table(heads, rows, total=True, name="shortfall")
    downloads(opened, lang)


def _plan(opened: Opened, lang: Language) -> None:
    plan, scenario = opened.plan, opened.scenario
    units = Units.of(opened.ledger, lang)
    parts.heading(text("web.targets", lang))
    parts.cards(targets(opened.ledger, scenario, plan, lang), lang)
    natural = opened.metrics.natural
    outside = text(
        "web.outside", lang, patches=natural.patches, area=units.m2(natural.area_m2), area_unit=units.area,
        cover=units.yuan(opened.metrics.cover_yuan), other=units.yuan(opened.metrics.other_yuan), unit=units.money,
    )  # fmt: skip
    parts.quiet(outside)
    left, right = st.columns(2, gap="large")
    with left:
        money(opened, units)
    with right:
        area(opened, units)
    task_table(opened, units)
    downloads(opened, lang)
    _certificate(opened, lang)


def _certificate(opened: Opened, lang: Language) -> None:
    certificate = opened.plan.certificate
    with st.expander(text("web.certificate", lang), key="certificate"):
        heads = [text(f"web.goal_{key}", lang) for key in ("column", "value", "bound", "gap", "tolerance", "proof")]
        parts.table(
            heads,
            [
                [
                    f"{number}. {goal_name(goal.name, lang)}", f"{goal.value:,}",
                    "–" if goal.bound is None else f"{goal.bound:,}", gap_text(goal.gap) or "–",
                    f"{goal.tolerance:.2%}", text("web.proved" if goal.proved else "web.not_proved", lang),
                ]
                for number, goal in enumerate(certificate.goals, start=1)
            ],
            name="goals",
        )  # fmt: skip
        parts.quiet(text("web.goals_note", lang))
        parts.table(
            [text("web.entry", lang), text("web.content", lang)],
            [(text(f"web.certificate_{key}", lang), str(getattr(certificate, key)))
             for key in ("run_id", "made_at", "product_version", "ledger_digest", "scenario_digest", "plan_digest")],
            text_columns=2, name="certificate",
        )  # fmt: skip
