"""The commands of jobs: submit, ask, hand-in, take-in, jobs, job, stop, work."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.cli.common import (
    EXIT_FAULTS,
    EXIT_OK,
    AsJson,
    Deterministic,
    Gap,
    Lang,
    Seconds,
    Seed,
    SolverName,
    app,
    print_json,
    say,
    words_of,
)
from planner.cli.desks import As, District, Home, Note, VersionId, desk_at, help_of, service_at, table
from planner.findings import BadInput, Finding
from planner.service import Runner
from planner.service.failed import error_lines
from planner.store.queue import Job
from planner.texts import Language, text

_KINDER = 10

JobId = Annotated[int, typer.Argument(help=help_of("job_help"))]


@app.command("submit", help=help_of("submit_help"))
def submit(
    ledger_id: VersionId,
    scenario_id: VersionId,
    district: District = "",
    note: Note = "",
    solver: SolverName = "highs",
    seconds: Seconds = 60.0,
    gap: Gap = None,
    seed: Seed = 0,
    deterministic: Deterministic = False,
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Ask for a plan of versions that are kept."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        job, new = desk.jobs.plan(
            ledger_id, scenario_id, district=district, note=note, solver=solver, seconds=seconds, gap=gap, seed=seed,
            deterministic=deterministic,
        )  # fmt: skip
    say_job(job, new, lang, as_json=as_json)


@app.command("ask", help=help_of("ask_help"))
def ask(
    question: Annotated[str, typer.Argument(help=help_of("question_help"))],
    plan: VersionId,
    options: Annotated[list[str] | None, typer.Option("--set", help=help_of("set_help"))] = None,
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Ask a question that plans again."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        job, new = desk.jobs.ask(question, plan, dict(_option(given) for given in options or ()))
    say_job(job, new, lang, as_json=as_json)


def _option(given: str) -> tuple[str, Any]:
    name, equals, value = given.partition("=")
    if not equals:
        raise BadInput([Finding("desk.not_an_option", {}, column="--set", value=given)])
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


@app.command("hand-in", help=help_of("hand_in_help"))
def hand_in(
    plan: VersionId,
    file: Annotated[Path, typer.Argument(help=words_of("returned_help"))],
    district: District = "",
    note: Note = "",
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Hand a returned task workbook in, to be read and taken in later."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        job, new = desk.jobs.hand_in(plan, file.name, file.read_bytes(), district=district, note=note)
    say_job(job, new, lang, as_json=as_json)


@app.command("take-in", help=help_of("take_in_help"))
def take_in(
    handed_in: VersionId,
    confirm: Annotated[bool, typer.Option("--confirm", help=words_of("confirm_help"))] = False,
    accept: Annotated[list[str] | None, typer.Option("--accept", help=words_of("accept_help"))] = None,
    reject: Annotated[list[str] | None, typer.Option("--reject", help=words_of("reject_help"))] = None,
    note: Note = "",
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Take the edits of a handed-in workbook into ledger, scenario and facts."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        taken = desk.joining.take_in(handed_in, everything=confirm, accept=accept or (), reject=reject or (), note=note)
    if as_json:
        print_json(asdict(taken))
        return
    say(
        text(
            "desk.taken_in", lang, accepted=len(taken.accepted), left=len(taken.left_out), ledger=taken.ledger.id,
            scenario=taken.scenario.id,
        )
    )  # fmt: skip


@app.command("take-steps", help=help_of("take_steps_help"))
def take_steps(
    handed_in: VersionId,
    number: Annotated[str, typer.Option("--number", help=help_of("number_help"))],
    reject: Annotated[list[str] | None, typer.Option("--reject", help=words_of("reject_help"))] = None,
    home: Home = None,
    subject: As = None,
    lang: Lang = "zh",
) -> None:
    """Take what a handed-in workbook says was begun, finished and paid as steps of the working year."""
    with desk_at(home, subject, lang) as desk:
        report = desk.reporting.take(handed_in, number, reject=reject or ())
    for step in report.steps:
        say(text("desk.step_taken", lang, kind=text(f"cycle.kind_{step.kind}", lang), about=step.patch, year=step.year,
                 at=step.at))  # fmt: skip
    say(text("desk.steps_taken", lang, steps=len(report.steps), left=len(report.left_out)))


@app.command("jobs", help=help_of("jobs_help"))
def jobs(
    unended: Annotated[bool, typer.Option("--open", help=help_of("open_help"))] = False,
    home: Home = None,
    subject: As = None,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """List the jobs, newest first."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        found = desk.jobs.all(unended=unended)
    if as_json:
        print_json([asdict(job) for job in found])
        return
    heads = [text(f"desk.head_{name}", lang) for name in ("id", "kind", "state", "author", "at", "result")]
    rows = [
        (
            job.id, text(f"desk.job_{job.kind}", lang), text(f"desk.state_{job.state}", lang), job.author, job.at,
            job.result.get("version", ""),
        )
        for job in found
    ]  # fmt: skip
    for line in table(rows, heads):
        say(line)


@app.command("job", help=help_of("job_one_help"))
def job(job_id: JobId, home: Home = None, subject: As = None, as_json: AsJson = False, lang: Lang = "zh") -> None:
    """Show one job with its log; exit code 1 where it failed."""
    with desk_at(home, subject, lang, as_json=as_json) as desk:
        found, log = desk.jobs.get(job_id), desk.jobs.log(job_id)
    if as_json:
        print_json({**asdict(found), "log": [{"at": at, "line": line} for at, line in log]})
    else:
        say(text("desk.job_line", lang, id=found.id, kind=text(f"desk.job_{found.kind}", lang),
                 state=text(f"desk.state_{found.state}", lang), attempts=found.attempts))  # fmt: skip
        for name, value in {**found.progress, **found.result}.items():
            say(f"  {name}: {value}")
        for line in error_lines(found.error, lang):
            say(f"  {line}")
        for at, line in log:
            say(f"  {at}  {text(f'desk.log_{line}', lang)}")
    raise typer.Exit(EXIT_FAULTS if found.state == "failed" else EXIT_OK)


@app.command("stop", help=help_of("stop_help"))
def stop(job_id: JobId, home: Home = None, subject: As = None, lang: Lang = "zh") -> None:
    """Ask for a job to stop; a plan that was found by then is kept."""
    with desk_at(home, subject, lang) as desk:
        found = desk.jobs.stop(job_id)
    say(text("desk.stop_asked", lang, id=found.id, state=text(f"desk.state_{found.state}", lang)))


@app.command("work", help=help_of("work_help"))
def work(
    once: Annotated[bool, typer.Option("--once", help=help_of("once_help"))] = False,
    until_closed: Annotated[bool, typer.Option("--until-closed", hidden=True)] = False,
    home: Home = None,
    lang: Lang = "zh",
) -> None:
    """Do the jobs that wait, until Ctrl-C."""
    with service_at(home, lang) as service:
        workers = 1 if once else service.settings.limits.workers
        runners = [Runner(service) for _ in range(workers)]
        try:
            if once:
                while runners[0].run_one():
                    pass
                return
            say(text("desk.working", lang, place=service.store.place, workers=workers))
            ending = _ending_on_signal()
            if until_closed:
                if hasattr(os, "nice"):
                    os.nice(_KINDER)  # the page beside it answers first
                threading.Thread(target=_end_when_closed, args=(ending,), daemon=True).start()
            threads = [threading.Thread(target=runner.run, args=(ending,)) for runner in runners]
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.5)
        finally:
            for runner in runners:
                runner.close()


def _ending_on_signal() -> threading.Event:
    ending = threading.Event()
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), lambda *_: ending.set())
    return ending


def _end_when_closed(ending: threading.Event) -> None:
    """End when whoever started this process has closed its end of the pipe, or is gone."""
    while sys.stdin.read(1):
        pass
    ending.set()


def say_job(job: Job, new: bool, lang: Language, *, as_json: bool) -> None:
    """Say what became of a question: a new job, or one that is known already."""
    if as_json:
        print_json({**asdict(job), "new": new})
        return
    key = "desk.job_new" if new else "desk.job_known"
    state = text(f"desk.state_{job.state}", lang)
    say(text(key, lang, id=job.id, state=state, version=job.result.get("version", "–")))
