"""The command ``planner``."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from planner import shipped
from planner.audit import audit as audit_plan
from planner.clauses import clauses as all_clauses
from planner.findings import BadInput, Finding, Level, UnreadableInput
from planner.ledger import Ledger, category, check_ledger, load_ledger
from planner.model import Turn
from planner.office import export_workbook, export_zip, returned
from planner.office.folder import PlanFolder, load_folder, save_folder
from planner.office.words import goal_words, source_words, status_words
from planner.plan import Plan, PlanStatus
from planner.planning import PlanRefused, make_plan
from planner.scenario import Scenario, load_scenario
from planner.texts import Language, text
from solvers.backends import names as solver_names

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help=text("cli.help", "zh") + "\n\n" + text("cli.help", "en")
)

EXIT_OK, EXIT_FAULTS, EXIT_BAD_INPUT, EXIT_IMPOSSIBLE, EXIT_NOTHING = 0, 1, 2, 3, 4
_EXIT = {
    PlanStatus.OPTIMAL: EXIT_OK,
    PlanStatus.WITHIN_GAP: EXIT_OK,
    PlanStatus.IMPOSSIBLE: EXIT_IMPOSSIBLE,
    PlanStatus.NOTHING_FOUND: EXIT_NOTHING,
}


def _help(key: str) -> str:
    return f"{text(f'cli.{key}', 'zh')} / {text(f'cli.{key}', 'en')}"


Lang = Annotated[Language, typer.Option("--lang", envvar="SHANFU_LANG", help=_help("lang_help"))]
AsJson = Annotated[bool, typer.Option("--json", help=_help("json_help"))]
Out = Annotated[Path, typer.Option("--out", help=_help("out_help"))]
SolverName = Annotated[str, typer.Option("--solver", help=_help("solver_help"))]
Seconds = Annotated[float, typer.Option("--seconds", min=0.1, help=_help("seconds_help"))]
Gap = Annotated[float | None, typer.Option("--gap", min=0.0, max=1.0, help=_help("gap_help"))]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help=_help("seed_help"))]
Deterministic = Annotated[bool, typer.Option("--deterministic", help=_help("deterministic_help"))]
PlanPath = Annotated[Path, typer.Argument(help=_help("plan_path_help"))]


def main() -> None:
    """Run the command; people's texts are UTF-8 on every machine."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


def _say(words: str, *, error: bool = False) -> None:
    typer.echo(words, err=error)


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1))


def _list_findings(findings: tuple[Finding, ...] | list[Finding], lang: Language, *, as_json: bool) -> None:
    if as_json:
        _print_json({"format": "shanfu-findings/1", "findings": [finding.to_json() for finding in findings]})
        return
    for finding in findings:
        label = text(f"cli.{finding.level}", lang)
        _say(f"{label} {finding.line(lang)}")
    errors = sum(finding.level is Level.ERROR for finding in findings)
    _say(text("cli.finding_count", lang, errors=errors, warnings=len(findings) - errors))


@contextmanager
def _refusing_bad_input(lang: Language, *, as_json: bool) -> Iterator[None]:
    """Turn a refused input into its findings and exit code 2."""
    try:
        yield
    except BadInput as refused:
        _list_findings(refused.findings, lang, as_json=as_json)
        raise typer.Exit(EXIT_BAD_INPUT) from refused
    except OSError as error:
        values = {"path": str(error.filename or ""), "message": error.strerror or str(error)}
        _list_findings([Finding("cli.no_place", values, value=str(error.filename or ""))], lang, as_json=as_json)
        raise typer.Exit(EXIT_BAD_INPUT) from error
    except PlanRefused as refused:
        for finding in refused.result.findings:
            _say(f"[{finding.clause}] {finding.zh if lang == 'zh' else finding.en}", error=True)
        _say(text("cli.plan_refused", lang), error=True)
        raise typer.Exit(EXIT_FAULTS) from refused


@contextmanager
def _stopping_on_interrupt(lang: Language) -> Iterator[threading.Event]:
    """Let the first Ctrl-C stop the search with its best plan; the second ends the command."""
    stop = threading.Event()

    def interrupted(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        _say("\n" + text("cli.stopping", lang), error=True)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class _Progress:
    """Progress on standard error: one line that is rewritten on a terminal, now and then a line elsewhere."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang
        self.terminal = sys.stderr.isatty()
        self.said = 0.0
        self.goal = ""

    def __call__(self, turn: Turn) -> None:
        now = time.monotonic()
        if turn.goal == self.goal and now - self.said < (0.2 if self.terminal else 5.0):
            return
        self.said, self.goal = now, turn.goal
        line = text(
            "cli.progress", self.lang, number=turn.number, goals=turn.goals, goal=goal_words(turn.goal, self.lang),
            value="–" if turn.value is None else f"{turn.value:,.0f}",
            bound="–" if turn.bound is None else f"{turn.bound:,.0f}",
            gap="–" if turn.gap is None or turn.gap > 10 else f"{turn.gap:.3%}",
            seconds=f"{turn.seconds:.0f}",
        )  # fmt: skip
        _say(f"\r\x1b[K{line}" if self.terminal else line, error=True)


def _plan(
    ledger: Ledger,
    scenario: Scenario,
    out: Path,
    lang: Language,
    *,
    as_json: bool,
    **effort: Any,
) -> Plan:
    """Plan, keep the folder, and say what came out."""
    if effort.get("solver", "highs") not in solver_names():
        values = {"known": "、".join(solver_names())}
        raise BadInput([Finding("cli.no_solver", values, column="--solver", value=effort["solver"])])
    _probe(out)
    with _stopping_on_interrupt(lang) as stop:
        plan = make_plan(ledger, scenario, stop=stop, on_progress=None if as_json else _Progress(lang), **effort)
    save_folder(out, ledger, scenario, plan)
    if as_json:
        _print_json(plan.to_dict())
    else:
        for line in summary(PlanFolder(out, ledger, scenario, plan), lang):
            _say(line)
    return plan


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
            area = plan.metrics.task_area_m2.get(year, 0) / 10_000
            yield text("cli.year", lang, year=year, area=f"{area:,.2f}", money=f"{yuan / size:,.2f}", unit=unit)
        yield text(
            "cli.total", lang, tasks=plan.metrics.artificial.scheduled + plan.metrics.comprehensive.scheduled,
            mines=plan.metrics.enterprise.scheduled, area=f"{plan.metrics.total_area_m2 / 10_000:,.2f}",
            money=f"{plan.metrics.total_yuan / size:,.2f}", unit=unit,
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


@app.command(help=_help("plan_help"))
def plan(
    ledger: Annotated[Path, typer.Argument(help=_help("ledger_help"))],
    scenario: Annotated[Path, typer.Argument(help=_help("scenario_help"))],
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
    with _refusing_bad_input(lang, as_json=as_json):
        made = _plan(
            load_ledger(ledger), load_scenario(scenario), out, lang, as_json=as_json, solver=solver, seconds=seconds,
            gap=gap, seed=seed, deterministic=deterministic,
        )  # fmt: skip
    raise typer.Exit(_EXIT[made.status])


@app.command(help=_help("demo_help"))
def demo(
    out: Out = Path("out"),
    seconds: Seconds = 60.0,
    fresh: Annotated[bool, typer.Option("--fresh", help=_help("fresh_help"))] = False,
    lang: Lang = "zh",
) -> None:
    """Plan the shipped baseline and write its documents."""
    ledger_file, scenario_file = shipped.demo()
    with _refusing_bad_input(lang, as_json=False):
        ledger, scenario = load_ledger(ledger_file), load_scenario(scenario_file)
        made = None if fresh else _planned_before(out, ledger, scenario, lang)
        if made is None:
            made = _plan(ledger, scenario, out, lang, as_json=False, seconds=seconds)
        else:
            _say(text("cli.planned_before", lang, path=out))
        if made.status.has_plan:
            _say(text("cli.written", lang, path=export_workbook(ledger, scenario, made, out, lang=lang)))
    raise typer.Exit(_EXIT[made.status])


def _planned_before(out: Path, ledger: Ledger, scenario: Scenario, lang: Language) -> Plan | None:
    """The plan in a folder, if it is a clean plan of just these inputs by this version."""
    if not (out / "plan.json").exists():
        return None
    try:
        found = load_folder(out).plan
    except BadInput as refused:
        _list_findings(refused.findings, lang, as_json=False)
        return None
    same = (found.certificate.ledger_digest, found.certificate.scenario_digest) == (ledger.digest, scenario.digest)
    if not (same and found.status.has_plan and found.certificate.product_version == _version()):
        return None
    return found if audit_plan(ledger, scenario, found).clean else None


def _version() -> str:
    from importlib import metadata

    return metadata.version("shanfu")


@app.command(help=_help("check_help"))
def check(
    ledger: Annotated[Path, typer.Argument(help=_help("ledger_help"))], as_json: AsJson = False, lang: Lang = "zh"
) -> None:
    """List every fault of a ledger at once."""
    try:
        findings = check_ledger(ledger)
    except UnreadableInput as unreadable:
        _list_findings(unreadable.findings, lang, as_json=as_json)
        raise typer.Exit(EXIT_BAD_INPUT) from unreadable
    _list_findings(findings, lang, as_json=as_json)
    raise typer.Exit(EXIT_FAULTS if any(finding.level is Level.ERROR for finding in findings) else EXIT_OK)


@app.command(help=_help("categories_help"))
def categories(
    ledger: Annotated[Path, typer.Argument(help=_help("ledger_help"))],
    everything: Annotated[bool, typer.Option("--all", help=_help("everything_help"))] = False,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Hold the suggested categories beside the ledger's."""
    with _refusing_bad_input(lang, as_json=as_json):
        compared = category.compare(load_ledger(ledger))
    if as_json:
        _print_json(category.as_json(compared))
    else:
        for line in category.report(compared, lang, everything=everything):
            _say(line)
    contradicted = any(one.relation is category.Relation.CONTRADICTS for one in compared)
    raise typer.Exit(EXIT_FAULTS if contradicted else EXIT_OK)


@app.command(help=_help("audit_help"))
def audit(plan: PlanPath, as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Check a plan to the yuan, without the solver."""
    with _refusing_bad_input(lang, as_json=as_json):
        folder = load_folder(plan)
        result = audit_plan(folder.ledger, folder.scenario, folder.plan)
    if as_json:
        _print_json(result.model_dump(mode="json"))
    else:
        for finding in result.findings:
            _say(f"[{finding.clause}] {finding.zh if lang == 'zh' else finding.en}")
        _say(text("cli.audit_clean" if result.clean else "cli.audit_refused", lang, count=len(result.findings)))
    raise typer.Exit(EXIT_OK if result.clean else EXIT_FAULTS)


@app.command(help=_help("export_help"))
def export(
    plan: PlanPath,
    district: Annotated[str | None, typer.Option("--district", help=_help("district_help"))] = None,
    year: Annotated[int | None, typer.Option("--year", help=_help("year_help"))] = None,
    zipped: Annotated[bool, typer.Option("--zip", help=_help("zip_help"))] = False,
    out: Annotated[Path | None, typer.Option("--out", help=_help("export_out_help"))] = None,
    lang: Lang = "zh",
) -> None:
    """Write the task plans of a plan as a workbook, or all of them in a zip file."""
    with _refusing_bad_input(lang, as_json=False):
        folder = load_folder(plan)
        made = (folder.ledger, folder.scenario, folder.plan, out or folder.path)
        if zipped and (district is not None or year is not None):
            raise BadInput([Finding("cli.zip_is_whole", column="--zip")])
        if zipped:
            path = export_zip(*made, lang=lang, facts=folder.facts)
        else:
            path = export_workbook(*made, district=district, year=year, lang=lang, facts=folder.facts)
    _say(text("cli.written", lang, path=path))


@app.command("import-tasks", help=_help("import_help"))
def import_tasks(
    plan: PlanPath,
    files: Annotated[list[Path], typer.Argument(help=_help("returned_help"))],
    confirm: Annotated[bool, typer.Option("--confirm", help=_help("confirm_help"))] = False,
    accept: Annotated[list[str] | None, typer.Option("--accept", help=_help("accept_help"))] = None,
    reject: Annotated[list[str] | None, typer.Option("--reject", help=_help("reject_help"))] = None,
    author: Annotated[str, typer.Option("--author", help=_help("author_help"))] = "",
    out: Annotated[Path | None, typer.Option("--out", help=_help("import_out_help"))] = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """List what returned task plans say differently, and apply what is confirmed."""
    with _refusing_bad_input(lang, as_json=as_json):
        folder = load_folder(plan)
        found = returned.read_returned(folder, files, author=author, lang=lang)
        if not (confirm or accept or reject):
            if as_json:
                _print_json(returned.edits_json(found))
            else:
                for line in returned.report(found, lang):
                    _say(line)
            raise typer.Exit(EXIT_FAULTS if found.undecided else EXIT_OK)
        decision = returned.decide(found, everything=confirm, accept=accept or (), reject=reject or ())
        target = out or folder.path.with_name(f"{folder.path.resolve().name}-returned")
        made, applied = returned.write_returned(found, decision, target, lang)
    if as_json:
        _print_json(returned.edits_json(found, decision, applied))
        return
    same = applied.same_inputs(folder)
    _say(text("cli.import_applied", lang, count=len(decision.accepted), left=len(decision.left_out), path=made))
    _say(text("cli.import_same" if same else "cli.import_next", lang, path=made))


@app.command(help=_help("solvers_help"))
def solvers(as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Show which solvers work here."""
    import solvers as room

    found = room.backends()
    if as_json:
        _print_json(
            [{"name": b.name, "version": b.version, "available": b.available, "reason": b.reason} for b in found]
        )
        return
    for backend in found:
        word = text("cli.works" if backend.available else "cli.missing_solver", lang)
        _say(f"{backend.name:<10} {backend.version or '–':<12} {word} {backend.reason or ''}".rstrip())


@app.command(help=_help("clauses_help"))
def clauses(as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Show every clause with its citation and meaning."""
    if as_json:
        _print_json(
            {
                name: {
                    "title": clause.title.in_(lang),
                    "meaning": clause.meaning.in_(lang),
                    "citation": clause.citation.in_(lang),
                    "formula": clause.formula,
                    "default_mode": str(clause.default_mode),
                    "modes": [str(mode) for mode in clause.modes],
                }
                for name, clause in all_clauses().items()
            }
        )
        return
    for name, clause in all_clauses().items():
        _say(f"{name}  {clause.title.in_(lang)}  [{'|'.join(clause.modes)}]  ({clause.citation.in_(lang)})")
        _say(f"    {clause.meaning.in_(lang)}")


@app.command(help=_help("serve_help"))
def serve(
    plan: Annotated[Path, typer.Argument(help=_help("plan_path_help"))] = Path("out"),
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help=_help("port_help"))] = 8501,
    lang: Lang = "zh",
) -> None:
    """Serve the page."""
    from planner.web.serve import serve as serve_page

    raise typer.Exit(serve_page(plan, port=port, lang=lang))


if __name__ == "__main__":
    main()
