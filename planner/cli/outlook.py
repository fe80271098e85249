"""The commands about choices and what may come: compare, frontier, alternatives, ladder, stress, robust, replan."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from executor import Executor, InProcess, LocalProcesses
from executor.cluster import DaskCluster
from planner.advice.alternatives import alternatives as find_alternatives
from planner.advice.answer import Answer
from planner.advice.compare import Planned
from planner.advice.compare import compare as compare_plans
from planner.advice.frontier import frontier as draw_frontier
from planner.advice.ladder import ladder as plan_ladder
from planner.advice.outturn import load_outturn, with_facts
from planner.advice.replan import replan as plan_again
from planner.advice.risks import Risks
from planner.advice.robust import robust as plan_robustly
from planner.advice.stress import stress as stress_plan
from planner.cli.common import (
    EXIT_NOTHING,
    EXIT_OF,
    AsJson,
    Gap,
    Lang,
    PlanPath,
    Seed,
    SolverName,
    app,
    print_json,
    refusing_bad_input,
    say,
    stopping_on_interrupt,
    words_of,
)
from planner.cli.reading import MappingFile, Places, load
from planner.files import write_whole
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.ledger.types import META_DEFAULTS
from planner.model import Effort
from planner.office.comparison_book import export_comparison
from planner.office.folder import load_folder, save_folder
from planner.office.outlook import markdown
from planner.office.words import Words
from planner.plan import Plan, PlanStatus
from planner.scenario import Scenario, load_scenario
from planner.texts import Language, text


def _help(key: str) -> str:
    return f"{text(f'advice_outlook.{key}', 'zh')} / {text(f'advice_outlook.{key}', 'en')}"


LedgerPath = Annotated[Path, typer.Argument(help=words_of("ledger_help"))]
ScenarioPath = Annotated[Path, typer.Argument(help=words_of("scenario_help"))]
EachSeconds = Annotated[float, typer.Option("--seconds", min=0.1, help=_help("each_seconds_help"))]
Keep = Annotated[Path | None, typer.Option("--out", help=_help("keep_help"))]
Draws = Annotated[int, typer.Option("--draws", min=1, help=_help("draws_help"))]
Cluster = Annotated[str | None, typer.Option("--cluster", help=_help("cluster_help"))]
Workers = Annotated[int, typer.Option("--workers", min=1, help=_help("workers_help"))]
RisksFile = Annotated[Path | None, typer.Option("--risks", help=_help("risks_help"))]


def _executor(workers: int, cluster: str | None) -> Executor:
    """What the plans or draws of a question are made by.

    Raises
    ------
    BadInput
        There is no cluster to be reached.
    """
    if cluster is not None:
        try:
            return DaskCluster(cluster)
        except (ImportError, OSError, ValueError) as error:
            values = {"message": str(error)}
            raise BadInput([Finding("advice_outlook.no_cluster", values, column="--cluster", value=cluster)]) from error
    return LocalProcesses(workers) if workers > 1 else InProcess()


def _show(answer: Answer, ledger: Ledger, lang: Language, *, as_json: bool) -> None:
    """Print an answer, as JSON or as markdown."""
    if as_json:
        print_json(answer.to_dict())
    else:
        say(markdown(answer, Words(lang, META_DEFAULTS | dict(ledger.meta))).rstrip())


def _keep(
    out: Path | None, plans: Iterable[tuple[str, Ledger, Scenario, Plan]], lang: Language, *, as_json: bool
) -> None:
    """Keep plans, each in a folder of its own."""
    if out is None:
        return
    for name, ledger, scenario, plan in plans:
        save_folder(out / name, ledger, scenario, plan)
    if not as_json:
        say(text("advice_outlook.outlook_kept", lang, path=out))


def _load_risks(path: Path | None) -> Risks | None:
    if path is None:
        return None
    try:
        return Risks.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise BadInput(
            [
                Finding(
                    "advice_outlook.not_risks", {"message": fault["msg"]}, file=path.name,
                    column=".".join(map(str, fault["loc"])), value=str(fault.get("input"))[:80],
                )
                for fault in error.errors()
            ]
        ) from error  # fmt: skip
    except ValueError as error:
        raise BadInput([Finding("advice_outlook.not_risks", {"message": str(error)}, file=path.name)]) from error


@app.command(help=_help("compare_help"))
def compare(
    plans: Annotated[list[Path], typer.Argument(help=_help("plans_help"))],
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=_help("xlsx_help"))] = None,
    md: Annotated[Path | None, typer.Option("--md", help=_help("md_help"))] = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Hold plans side by side."""
    with refusing_bad_input(lang, as_json=as_json):
        folders = [load_folder(path) for path in plans]
        named = [Planned(f.ledger, f.scenario, f.plan, f.path.resolve().name) for f in folders]
        found = compare_plans(named)
        _show(found, folders[0].ledger, lang, as_json=as_json)
        if md is not None:
            words = Words(lang, META_DEFAULTS | dict(folders[0].ledger.meta))
            write_whole(md, markdown(found, words).encode())
        if xlsx is not None:
            export_comparison(found, named[0], xlsx, lang=lang)


@app.command(help=_help("frontier_help"))
def frontier(
    ledger: LedgerPath,
    scenario: ScenarioPath,
    mapping: MappingFile = None,
    places: Places = None,
    of: Annotated[str, typer.Option("--of", help=_help("of_help"))] = "waiting,cost",
    points: Annotated[int, typer.Option("--points", min=0, help=_help("points_help"))] = 9,
    workers: Workers = 1,
    cluster: Cluster = None,
    out: Keep = None,
    solver: SolverName = "highs",
    seconds: EachSeconds = 60.0,
    gap: Gap = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Draw the trade-off of some goals."""
    with refusing_bad_input(lang, as_json=as_json):
        own, trial = load(ledger, lang, mapping, places, silent=as_json), load_scenario(scenario)
        with stopping_on_interrupt(lang) as stop, _executor(workers, cluster) as executor:
            found = draw_frontier(
                own, trial, of.split(","), points or None, effort=Effort(solver, seconds, gap, seed),
                executor=executor, stop=stop,
            )  # fmt: skip
        _show(found, own, lang, as_json=as_json)
        made = ((f"point-{p.number:02d}", own, p.scenario, p.plan) for p in found.points)
        _keep(out, made, lang, as_json=as_json)
    raise typer.Exit(EXIT_OF[found.status])


@app.command(help=_help("alternatives_help"))
def alternatives(
    ledger: LedgerPath,
    scenario: ScenarioPath,
    mapping: MappingFile = None,
    places: Places = None,
    count: Annotated[int, typer.Option("--count", "-k", min=1, help=_help("count_help"))] = 3,
    within: Annotated[str, typer.Option("--within", help=_help("within_help"))] = "1",
    out: Keep = None,
    solver: SolverName = "highs",
    seconds: EachSeconds = 60.0,
    gap: Gap = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Find plans that are nearly as good and differ most."""
    with refusing_bad_input(lang, as_json=as_json):
        own, trial = load(ledger, lang, mapping, places, silent=as_json), load_scenario(scenario)
        with stopping_on_interrupt(lang) as stop:
            found = find_alternatives(
                own, trial, count, within, effort=Effort(solver, seconds, gap, seed), stop=stop
            )  # fmt: skip
        _show(found, own, lang, as_json=as_json)
        made = [("best", own, trial, found.best)] if found.status.has_plan else []
        made += [(f"alternative-{a.number:02d}", own, found.scenario, a.plan) for a in found.alternatives]
        _keep(out, made, lang, as_json=as_json)
    raise typer.Exit(EXIT_OF[found.status])


@app.command(help=_help("ladder_help"))
def ladder(
    ledger: LedgerPath,
    scenario: ScenarioPath,
    mapping: MappingFile = None,
    places: Places = None,
    scales: Annotated[str, typer.Option("--scales", help=_help("scales_help"))] = "0.9,1,1.1",
    anchor: Annotated[str | None, typer.Option("--anchor", help=_help("anchor_help"))] = None,
    workers: Workers = 1,
    cluster: Cluster = None,
    out: Keep = None,
    solver: SolverName = "highs",
    seconds: EachSeconds = 60.0,
    gap: Gap = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Plan budgets so that more money only adds."""
    with refusing_bad_input(lang, as_json=as_json):
        own, trial = load(ledger, lang, mapping, places, silent=as_json), load_scenario(scenario)
        with stopping_on_interrupt(lang) as stop, _executor(workers, cluster) as executor:
            found = plan_ladder(
                own, trial, scales.split(","), anchor=anchor, effort=Effort(solver, seconds, gap, seed),
                executor=executor, stop=stop,
            )  # fmt: skip
        _show(found, own, lang, as_json=as_json)
        made = ((f"scale-{r.scale}", own, r.scenario, r.plan) for r in found.rungs if r.status.has_plan)
        _keep(out, made, lang, as_json=as_json)
    statuses = [rung.status for rung in found.rungs]
    best = next((status for status in statuses if status.has_plan), PlanStatus.NOTHING_FOUND)
    raise typer.Exit(EXIT_OF[best] if statuses else EXIT_NOTHING)


@app.command(help=_help("stress_help"))
def stress(
    plan: PlanPath,
    draws: Draws = 1000,
    seed: Seed = 0,
    risks: RisksFile = None,
    workers: Workers = 1,
    cluster: Cluster = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Stress a fixed plan."""
    with refusing_bad_input(lang, as_json=as_json):
        folder = load_folder(plan)
        with stopping_on_interrupt(lang) as stop, _executor(workers, cluster) as executor:
            found = stress_plan(
                folder.ledger, folder.scenario, folder.plan, draws, seed, risks=_load_risks(risks), executor=executor,
                stop=stop,
            )  # fmt: skip
        _show(found, folder.ledger, lang, as_json=as_json)


@app.command(help=_help("robust_help"))
def robust(
    ledger: LedgerPath,
    scenario: ScenarioPath,
    mapping: MappingFile = None,
    places: Places = None,
    gamma: Annotated[int | None, typer.Option("--gamma", min=0, help=_help("gamma_help"))] = None,
    percent: Annotated[int, typer.Option("--percent", min=0, max=1000, help=_help("percent_help"))] = 10,
    quantile: Annotated[float | None, typer.Option("--quantile", help=_help("quantile_help"))] = None,
    draws: Draws = 1000,
    risks: RisksFile = None,
    workers: Workers = 1,
    cluster: Cluster = None,
    out: Keep = None,
    solver: SolverName = "highs",
    seconds: EachSeconds = 60.0,
    gap: Gap = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Plan so that overruns are withstood."""
    with refusing_bad_input(lang, as_json=as_json):
        own, trial = load(ledger, lang, mapping, places, silent=as_json), load_scenario(scenario)
        with stopping_on_interrupt(lang) as stop, _executor(workers, cluster) as executor:
            found = plan_robustly(
                own, trial, gamma=gamma, percent=percent, quantile=quantile, draws=draws, seed=seed,
                risks=_load_risks(risks), effort=Effort(solver, seconds, gap, seed), executor=executor, stop=stop,
            )  # fmt: skip
        _show(found, own, lang, as_json=as_json)
        made = [("nominal", own, trial, found.nominal_plan), ("robust", own, found.scenario, found.plan)]
        _keep(out, (one for one in made if one[3].status.has_plan), lang, as_json=as_json)
    raise typer.Exit(EXIT_OF[found.status])


@app.command(help=_help("replan_help"))
def replan(
    plan: PlanPath,
    as_of: Annotated[int, typer.Option("--as-of", help=_help("as_of_help"))],
    ledger: Annotated[Path | None, typer.Option("--ledger", help=_help("new_ledger_help"))] = None,
    mapping: MappingFile = None,
    places: Places = None,
    scenario: Annotated[Path | None, typer.Option("--scenario", help=_help("new_scenario_help"))] = None,
    facts: Annotated[Path | None, typer.Option("--facts", help=_help("facts_help"))] = None,
    max_moves: Annotated[int | None, typer.Option("--max-moves", min=0, help=_help("max_moves_help"))] = None,
    price: Annotated[float | None, typer.Option("--price", min=0.0, help=_help("price_help"))] = None,
    out: Keep = None,
    solver: SolverName = "highs",
    seconds: EachSeconds = 60.0,
    gap: Gap = None,
    seed: Seed = 0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Plan the rest again."""
    with refusing_bad_input(lang, as_json=as_json):
        folder = load_folder(plan)
        own = load(ledger, lang, mapping, places, silent=as_json) if ledger else folder.ledger
        trial = load_scenario(scenario) if scenario else folder.scenario
        happened = load_outturn(facts) if facts else None
        if happened is not None:
            own = with_facts(own, happened)
        with stopping_on_interrupt(lang) as stop:
            found = plan_again(
                own, trial, folder.plan, as_of, paid=happened.paid if happened else (), max_moves=max_moves,
                price=price, effort=Effort(solver, seconds, gap, seed), stop=stop,
            )  # fmt: skip
        _show(found, own, lang, as_json=as_json)
        if out is not None and found.status.has_plan:
            save_folder(out, found.ledger, found.scenario, found.plan)
            if not as_json:
                say(text("advice_outlook.outlook_kept", lang, path=out))
    raise typer.Exit(EXIT_OF[found.status])
