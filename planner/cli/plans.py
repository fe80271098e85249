"""The commands that make plans and hold them to the audit: plan, demo, audit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from planner import shipped
from planner.audit import audit as audit_plan
from planner.cli.common import (
    EXIT_FAULTS,
    EXIT_OF,
    EXIT_OK,
    AsJson,
    Deterministic,
    Gap,
    Lang,
    Out,
    PlanPath,
    Seconds,
    Seed,
    ShownProgress,
    SolverName,
    app,
    list_findings,
    print_json,
    refusing_bad_input,
    say,
    stopping_on_interrupt,
    words_of,
)
from planner.cli.reading import MappingFile, Places, load
from planner.findings import BadInput, Finding
from planner.ledger import Ledger, load_ledger
from planner.office import export_brief, export_workbook
from planner.office.folder import PlanFolder, load_folder, save_folder
from planner.office.words import goal_words, source_words, status_words
from planner.plan import Plan, PlanStatus
from planner.planning import make_plan
from planner.product import product_version
from planner.scenario import Scenario, load_scenario
from planner.service import open_service
from planner.texts import Language, text
from planner.units import M2_PER_HECTARE, two_digits
from solvers.backends import THROUGH_PULP
from solvers.backends import find as find_solver
from solvers.backends import names as solver_names


def plan_and_keep(
    ledger: Ledger,
    scenario: Scenario,
    out: Path,
    lang: Language,
    *,
    as_json: bool,
    **effort: Any,
) -> Plan:
    """Plan, keep the folder, and say what came out."""
    _find_solver(effort.get("solver", "highs"))
    _probe(out)
    with stopping_on_interrupt(lang) as stop:
        plan = make_plan(ledger, scenario, stop=stop, on_progress=None if as_json else ShownProgress(lang), **effort)
    save_folder(out, ledger, scenario, plan)
    if as_json:
        print_json(plan.to_dict())
    else:
        for line in summary(PlanFolder(out, ledger, scenario, plan), lang):
            say(line)
    return plan


def _find_solver(name: str) -> None:
    """Refuse a solver that is not there, before anything is solved."""
    if name not in solver_names() and not name.startswith(THROUGH_PULP):
        raise BadInput([Finding("cli.no_solver", {"known": "、".join(solver_names())}, column="--solver", value=name)])
    obstacle = find_solver(name).obstacle()
    if obstacle:
        raise BadInput([Finding("cli.solver_unusable", {"message": obstacle}, column="--solver", value=name)])


def _probe(out: Path) -> None:
    """Fail before an hour of solving, not after it, where nothing can be written."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=out):
        pass


def summary(folder: PlanFolder, lang: Language) -> Iterator[str]:
    """What came out, in a few lines."""
    plan, meta = folder.plan, folder.ledger.meta
    size, unit = int(meta["money_unit_size"]), meta[f"money_unit_{lang}"]
    certificate = plan.certificate
    yield status_words(plan, lang)
    for goal in certificate.goals:
        yield text(
            "cli.goal", lang, goal=goal_words(goal.name, lang), value=f"{goal.value:,}",
            bound="–" if goal.bound is None else f"{goal.bound:,}",
            gap="–" if goal.gap is None else f"{goal.gap:.4%}",
        )  # fmt: skip
    if plan.metrics is not None:
        for year, yuan in plan.metrics.commitments_yuan.items():
            area = two_digits(plan.metrics.task_area_m2.get(year, 0), M2_PER_HECTARE, least=2)
            yield text("cli.year", lang, year=year, area=area, money=two_digits(yuan, size, least=2), unit=unit)
        yield text(
            "cli.total", lang, tasks=plan.metrics.artificial.scheduled + plan.metrics.comprehensive.scheduled,
            mines=plan.metrics.enterprise.scheduled,
            area=two_digits(plan.metrics.total_area_m2, M2_PER_HECTARE, least=2),
            money=two_digits(plan.metrics.total_yuan, size, least=2), unit=unit,
            hazards=sum(plan.metrics.hazards_removed.values()), projects=plan.metrics.special_projects,
        )  # fmt: skip
        yield text("cli.audited", lang)
    if certificate.shortfall is not None:
        proof = text("cli.at_least" if certificate.shortfall.proved else "cli.about", lang)
        yield text("cli.short", lang, proof=proof, money=f"{certificate.shortfall.yuan / size:,.4f}", unit=unit)
        for missing in certificate.shortfall.missing:
            purse = source_words(missing.source, lang) + (f" {missing.district}" if missing.district else "")
            yield text(
                "cli.missing", lang, purse=purse, year=missing.year, money=f"{missing.yuan / size:,.4f}", unit=unit
            )
    elif plan.status is PlanStatus.IMPOSSIBLE:
        yield text("cli.not_money", lang)
    yield text("cli.kept", lang, path=folder.path)


@app.command(help=words_of("plan_help"))
def plan(
    ledger: Annotated[Path, typer.Argument(help=words_of("ledger_help"))],
    scenario: Annotated[Path, typer.Argument(help=words_of("scenario_help"))],
    mapping: MappingFile = None,
    places: Places = None,
    out: Out = Path("out"),
    solver: SolverName = "highs",
    seconds: Seconds = 60.0,
    gap: Gap = None,
    seed: Seed = 0,
    deterministic: Deterministic = False,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Plan a ledger under a scenario."""
    with refusing_bad_input(lang, as_json=as_json):
        made = plan_and_keep(
            load(ledger, lang, mapping, places, silent=as_json), load_scenario(scenario), out, lang, as_json=as_json,
            solver=solver, seconds=seconds, gap=gap, seed=seed, deterministic=deterministic,
        )  # fmt: skip
    raise typer.Exit(EXIT_OF[made.status])


@app.command(help=words_of("demo_help"))
def demo(
    out: Out = Path("out"),
    seconds: Seconds = 60.0,
    fresh: Annotated[bool, typer.Option("--fresh", help=words_of("fresh_help"))] = False,
    lang: Lang = "zh",
) -> None:
    """Plan the shipped baseline and write its documents."""
    ledger_file, scenario_file = shipped.demo()
    with refusing_bad_input(lang, as_json=False):
        ledger, scenario = load_ledger(ledger_file), load_scenario(scenario_file)
        made = None if fresh else _planned_before(out, ledger, scenario, lang)
        if made is None:
            made = plan_and_keep(ledger, scenario, out, lang, as_json=False, seconds=seconds)
        else:
            say(text("cli.planned_before", lang, path=out))
        if made.status.has_plan:
            workbook = export_workbook(ledger, scenario, made, out, lang=lang)
            for path in (workbook, *export_brief(ledger, scenario, made, out, lang=lang)):
                say(text("cli.written", lang, path=path))
        _keep_in_store(out, ledger, scenario, made, lang)
    raise typer.Exit(EXIT_OF[made.status])


def _keep_in_store(out: Path, ledger: Ledger, scenario: Scenario, plan: Plan, lang: Language) -> None:
    """Keep the plan and what it was made from in the folder's store, once; the folder is whole without it."""
    try:
        service = open_service(out)
        try:
            service.desk().keeping.keep_made(ledger, scenario, plan)
        finally:
            service.close()
    except BadInput as refused:
        say(text("cli.not_in_store", lang), error=True)
        list_findings(refused.findings, lang, as_json=False)


def _planned_before(out: Path, ledger: Ledger, scenario: Scenario, lang: Language) -> Plan | None:
    """The plan in a folder, if it is a clean plan of just these inputs by this version."""
    if not (out / "plan.json").exists():
        return None
    try:
        found = load_folder(out).plan
    except BadInput as refused:
        list_findings(refused.findings, lang, as_json=False)
        return None
    same = (found.certificate.ledger_digest, found.certificate.scenario_digest) == (ledger.digest, scenario.digest)
    if not (same and found.status.has_plan and found.certificate.product_version == product_version()):
        return None
    return found if audit_plan(ledger, scenario, found).clean else None


@app.command(help=words_of("audit_help"))
def audit(plan: PlanPath, as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Check a plan to the yuan, without the solver."""
    with refusing_bad_input(lang, as_json=as_json):
        folder = load_folder(plan)
        result = audit_plan(folder.ledger, folder.scenario, folder.plan)
    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        for finding in result.findings:
            say(f"[{finding.clause}] {finding.zh if lang == 'zh' else finding.en}")
        say(text("cli.audit_clean" if result.clean else "cli.audit_refused", lang, count=len(result.findings)))
    raise typer.Exit(EXIT_OK if result.clean else EXIT_FAULTS)
