"""Overview: the plan against its targets, its money, its area and its tasks."""

from __future__ import annotations

import streamlit as st

from planner.clauses import clauses
from planner.findings import Finding
from planner.plan import PlanStatus
from planner.texts import Language, catalogue, text
from planner.web import charts, parts, shell, state
from planner.web.accounts import PurseYear, paid_later, purse_years, sources
from planner.web.amounts import Units, gap_text, goal_name, purse_name, source_name
from planner.web.downloads import downloads
from planner.web.overview_tasks import task_table
from planner.web.state import Kind, View
from planner.web.targets import targets

_SHOWN_FINDINGS = 50


def show() -> None:
    """Show the page in whatever state the plan's folder is."""
    lang = shell.language()
    with st.spinner(text("web.loading", lang)):
        view = state.current()
    match view.kind:
        case Kind.EMPTY:
            _nothing_yet(view, lang)
        case Kind.UNREADABLE:
            _unreadable(view, lang)
        case Kind.REFUSED:
            _refused(view, lang)
        case Kind.NO_PLAN:
            _header(view, lang)
            _no_plan(view, lang)
        case Kind.PLAN:
            _header(view, lang)
            _plan(view, lang)


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


def _header(view: View, lang: Language) -> None:
    assert view.folder is not None  # only states with a folder have a header
    scenario, ledger, certificate = view.folder.scenario, view.folder.ledger, view.folder.plan.certificate
    words = scenario.title.get(lang) or scenario.title.get("zh") or scenario.name
    nature = scenario.data_nature or certificate.data_nature or ledger.meta.get("data_nature", "")
    parts.title(words, _nature(nature, lang), scenario.note.get(lang, ""))


def _nature(nature: str, lang: Language) -> str:
    entry = catalogue().get(f"web.nature_{nature}")
    if entry:
        return entry[lang]
    return text("web.nature", lang, nature=nature) if nature else ""


def _status(view: View, lang: Language) -> None:
    """What the plan is worth, in words that claim no more than was proved, and what stands behind it."""
    assert view.folder is not None
    certificate = view.folder.plan.certificate
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
    kept = view.kind is Kind.PLAN
    parts.status("plan" if kept else "none", words, text("web.audit_clean", lang) if kept else "", line)


def _no_plan(view: View, lang: Language) -> None:
    assert view.folder is not None
    _status(view, lang)
    plan, units = view.folder.plan, Units.of(view.folder.ledger, lang)
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
        + [_or_dash(missing.get((*purse, year), 0), units) for year in years]
        + [units.yuan(sum(missing.get((*purse, year), 0) for year in years))]
        for purse in purses
    ]
    by_year = [sum(missing.get((*purse, year), 0) for purse in purses) for year in years]
    rows.append([text("web.total", lang), *(units.yuan(yuan) for yuan in by_year), units.yuan(sum(by_year))])
    heads = [_unit(text("web.purse_column", lang), units.money, lang), *map(str, years), text("web.total", lang)]
    parts.table(heads, rows, total=True, name="shortfall")
    downloads(view, lang)


def _or_dash(yuan: int, units: Units) -> str:
    return units.yuan(yuan) if yuan else "–"


def _unit(words: str, unit: str, lang: Language) -> str:
    return text("web.column_with_unit", lang, column=words, unit=unit)


def _plan(view: View, lang: Language) -> None:
    assert view.folder is not None
    assert view.ledger is not None
    plan, scenario = view.folder.plan, view.folder.scenario
    assert plan.metrics is not None
    units = Units.of(view.ledger, lang)
    _status(view, lang)
    parts.heading(text("web.targets", lang))
    parts.cards(targets(view.ledger, scenario, plan, lang), lang)
    natural = plan.metrics.natural
    outside = text(
        "web.outside", lang, patches=natural.patches, area=units.m2(natural.area_m2), area_unit=units.area,
        cover=units.yuan(plan.metrics.cover_yuan), other=units.yuan(plan.metrics.other_yuan), unit=units.money,
    )  # fmt: skip
    parts.quiet(outside)
    left, right = st.columns(2, gap="large")
    with left:
        _money(view, units)
    with right:
        _area(view, units)
    task_table(view, units)
    downloads(view, lang)
    _certificate(view, lang)


def _money(view: View, units: Units) -> None:
    assert view.folder is not None
    plan, scenario, lang = view.folder.plan, view.folder.scenario, units.lang
    parts.heading(text("web.money_by_year", lang), text(f"web.basis_{scenario.basis}", lang))
    purses = list(dict.fromkeys((account.source, account.district) for account in plan.accounts))
    purses.sort(key=lambda purse: (purse[0] != "municipal", purse[0]))
    chosen = st.selectbox(
        text("web.purse_column", lang), [None, *purses], key="purse",
        format_func=lambda p: text("web.all_purses", lang) if p is None else purse_name(*p, lang),
    )  # fmt: skip
    accounts = [a for a in plan.accounts if chosen is None or (a.source, a.district) == chosen]
    cash = [
        c for c in plan.cash if c.source != "enterprise" and (chosen is None or (c.source, c.district) == chosen)
    ]
    years = purse_years(scenario, accounts, cash)
    names = sources(accounts)
    if not names:
        parts.quiet(text("web.no_money", lang))
        return
    st.altair_chart(
        charts.money_by_year(years, names, units), key="money_chart", width="stretch",
        alt=text("web.money_by_year", lang),
    )  # fmt: skip
    with st.expander(text("web.as_table", lang), key="money_table"):
        _money_table(years, names, paid_later(scenario, cash), units)


def _money_table(years: tuple[PurseYear, ...], names: tuple[str, ...], later: int, units: Units) -> None:
    lang = units.lang
    overdrawn = any(year.overdrawn for year in years)
    heads = [_unit(text("web.year", lang), units.money, lang), text("web.budget", lang), text("web.carried_in", lang)]
    heads += [source_name(name, lang) for name in names]
    heads += [text(f"web.{key}", lang) for key in ("used", "carried_out", "lapsed")]
    heads += [text("web.overdrawn", lang)] * overdrawn + [text("web.paid", lang)]
    rows = []
    for y in years:
        cells = [y.budget, y.carried_in, *(y.used.get(name, 0) for name in names), y.total_used, y.carried_out, y.lapsed]
        cells += [y.overdrawn] * overdrawn + [y.paid]
        rows.append([str(y.year), *(_or_dash(cell, units) for cell in cells)])
    blanks = [""] * (len(heads) - 2)
    if later:
        rows.append([text("web.later", lang, year=years[-1].year), *blanks, units.yuan(later)])
    totals = [sum(y.budget for y in years), None, *(sum(y.used.get(name, 0) for y in years) for name in names)]
    totals += [sum(y.total_used for y in years), None, sum(y.lapsed for y in years)]
    totals += [sum(y.overdrawn for y in years)] * overdrawn + [sum(y.paid for y in years) + later]
    rows.append([text("web.total", lang), *("" if cell is None else _or_dash(cell, units) for cell in totals)])
    parts.table(heads, rows, total=True, name="money")


def _area(view: View, units: Units) -> None:
    assert view.folder is not None
    assert view.ledger is not None
    plan, lang = view.folder.plan, units.lang
    assert plan.metrics is not None
    parts.heading(text("web.area_by_year", lang), text("web.area_aside", lang))
    amounts: dict[tuple[int, int], int] = {}
    for task in plan.schedule:
        if task.task_area_m2:
            key = (task.start, view.ledger.by_id[task.patch].tier)
            amounts[key] = amounts.get(key, 0) + task.task_area_m2
    tiers = sorted({tier for _, tier in amounts})
    years = list(view.folder.scenario.horizon.years)
    districts = plan.metrics.by_district
    parts.quiet(text("web.area_words", lang, tasks=sum(d.tasks for d in districts.values()), districts=len(districts)))
    filled = [(year, tier, amounts.get((year, tier), 0)) for year in years for tier in tiers]
    st.altair_chart(
        charts.area_by_year(filled, units), key="area_chart", width="stretch", alt=text("web.area_by_year", lang)
    )
    with st.expander(text("web.as_table", lang), key="area_table"):
        heads = [_unit(text("web.year", lang), units.area, lang)]
        heads += [text("web.tier", lang, tier=tier) for tier in tiers]
        heads += [text("web.total", lang), text("web.finished_area", lang)]
        heads += [_unit(text("web.hazards_removed", lang), text("web.points", lang), lang)]
        done, hazards = plan.metrics.finished_area_m2, plan.metrics.hazards_removed
        rows = [
            [str(year), *(units.m2(amounts.get((year, tier), 0), least=2) for tier in tiers)]
            + [units.m2(sum(amounts.get((year, tier), 0) for tier in tiers), least=2)]
            + [units.m2(done.get(year, 0), least=2), str(hazards.get(year, 0))]
            for year in years
        ]
        sums = [sum(amounts.get((year, tier), 0) for year in years) for tier in tiers]
        rows.append(
            [text("web.total", lang), *(units.m2(area, least=2) for area in (*sums, sum(sums), sum(done.values()))),
             str(sum(hazards.values()))]
        )  # fmt: skip
        parts.table(heads, rows, total=True, name="area")


def _certificate(view: View, lang: Language) -> None:
    assert view.folder is not None
    certificate = view.folder.plan.certificate
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
