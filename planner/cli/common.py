"""What the commands share: options, exit codes, words on the terminal, refusals and progress."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from planner.findings import BadInput, Finding, Level
from planner.model import Turn
from planner.office.words import goal_words
from planner.plan import PlanStatus
from planner.planning import PlanRefused
from planner.texts import Language, text

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help=text("cli.help", "zh") + "\n\n" + text("cli.help", "en")
)

EXIT_OK, EXIT_FAULTS, EXIT_BAD_INPUT, EXIT_IMPOSSIBLE, EXIT_NOTHING = 0, 1, 2, 3, 4
EXIT_OF = {
    PlanStatus.OPTIMAL: EXIT_OK,
    PlanStatus.WITHIN_GAP: EXIT_OK,
    PlanStatus.IMPOSSIBLE: EXIT_IMPOSSIBLE,
    PlanStatus.NOTHING_FOUND: EXIT_NOTHING,
}


def words_of(key: str) -> str:
    """A help text in both languages."""
    return f"{text(f'cli.{key}', 'zh')} / {text(f'cli.{key}', 'en')}"


Lang = Annotated[Language, typer.Option("--lang", envvar="SHANFU_LANG", help=words_of("lang_help"))]
AsJson = Annotated[bool, typer.Option("--json", help=words_of("json_help"))]
Out = Annotated[Path, typer.Option("--out", help=words_of("out_help"))]
SolverName = Annotated[str, typer.Option("--solver", help=words_of("solver_help"))]
Seconds = Annotated[float, typer.Option("--seconds", min=0.1, help=words_of("seconds_help"))]
Gap = Annotated[float | None, typer.Option("--gap", min=0.0, max=1.0, help=words_of("gap_help"))]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**31 - 1, help=words_of("seed_help"))]
Deterministic = Annotated[bool, typer.Option("--deterministic", help=words_of("deterministic_help"))]
PlanPath = Annotated[Path, typer.Argument(help=words_of("plan_path_help"))]


def say(words: str, *, error: bool = False) -> None:
    """Write a line."""
    typer.echo(words, err=error)


def print_json(data: Any) -> None:
    """Write data as JSON."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1))


def list_findings(findings: tuple[Finding, ...] | list[Finding], lang: Language, *, as_json: bool) -> None:
    """Write every finding, then how many there are."""
    if as_json:
        print_json({"format": "shanfu-findings/1", "findings": [finding.to_json() for finding in findings]})
        return
    for finding in findings:
        say(finding_line(finding, lang))
    counts = {level: sum(finding.level is level for finding in findings) for level in Level}
    words = text("cli.finding_count", lang, errors=counts[Level.ERROR], warnings=counts[Level.WARNING])
    say(words + (text("cli.note_count", lang, notes=counts[Level.NOTE]) if counts[Level.NOTE] else ""))


def finding_line(finding: Finding, lang: Language) -> str:
    """A finding as one line, its level first."""
    return f"{text(f'cli.{finding.level}', lang)} {finding.line(lang)}"


@contextmanager
def refusing_bad_input(lang: Language, *, as_json: bool) -> Iterator[None]:
    """Turn a refused input into its findings and exit code 2."""
    try:
        yield
    except BadInput as refused:
        list_findings(refused.findings, lang, as_json=as_json)
        raise typer.Exit(EXIT_BAD_INPUT) from refused
    except OSError as error:
        values = {"path": str(error.filename or ""), "message": error.strerror or str(error)}
        list_findings([Finding("cli.no_place", values, value=str(error.filename or ""))], lang, as_json=as_json)
        raise typer.Exit(EXIT_BAD_INPUT) from error
    except PlanRefused as refused:
        for finding in refused.result.findings:
            say(f"[{finding.clause}] {finding.zh if lang == 'zh' else finding.en}", error=True)
        say(text("cli.plan_refused", lang), error=True)
        raise typer.Exit(EXIT_FAULTS) from refused


@contextmanager
def stopping_on_interrupt(lang: Language) -> Iterator[threading.Event]:
    """Let the first Ctrl-C stop the search with its best plan; the second ends the command."""
    stop = threading.Event()

    def interrupted(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        say("\n" + text("cli.stopping", lang), error=True)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class ShownProgress:
    """Progress on standard error: one line that is rewritten on a terminal, now and then a line elsewhere."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang
        self.terminal = sys.stderr.isatty()
        self.said = 0.0
        self.goal = ""

    def __call__(self, turn: Turn) -> None:
        """Show where a search stands, not too often."""
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
        say(f"\r\x1b[K{line}" if self.terminal else line, error=True)
