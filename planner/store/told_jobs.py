"""Are the jobs what the trail tells of them? Their rows change while they are worked on: no digest covers them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select

from planner.findings import Finding
from planner.store.canonical import digest_of
from planner.store.queue import JobState, subject_of
from planner.store.tables import JOB
from planner.store.trail import Entry
from planner.store.transactions import Reading

_ENDS = {f"job.{state}": str(state) for state in JobState if state.ended}


@dataclass
class _Told:
    """What was asked, as a digest, and what came of it."""

    asked: str
    state: str = ""
    outcome: str = ""
    stop_asked: bool = False


class ToldJobs:
    """What the trail tells of jobs: what was asked and by whom, and how each ended with what.

    A store that was restored has none of the jobs from before. Who holds a lease, how far the work is and its log are
    not in the trail; nothing is decided by them later.
    """

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    def hear(self, entry: Entry) -> None:
        """Take in one entry of the trail."""
        if entry.row_table:
            return
        if entry.action == "store.restore":
            self._told.clear()  # what was restored has no jobs; their numbers begin anew
        elif entry.action == "job.submit":
            self._told[entry.subject] = _Told(_digest([entry.who, entry.at, _plain(entry.details)]))
        elif (told := self._told.get(entry.subject)) is None:
            return
        elif entry.action == "job.ask_stop":
            told.stop_asked = True
        elif entry.action in _ENDS:
            told.state, told.outcome = _ENDS[entry.action], _digest(_plain(entry.details))

    def compare(self, tx: Reading) -> Iterator[Finding]:
        """Hold each job against what was told of it."""
        told = dict(self._told)
        for row in tx.connection.execute(select(JOB).order_by(JOB.c.id)).mappings():
            known = told.pop(subject_of(row["id"]), None)
            if known is None:
                yield Finding("store.job_untold", {"id": row["id"]})
            elif not _as_told(row, known):
                yield Finding("store.job_changed", {"id": row["id"]})
        for subject in told:
            yield Finding("store.job_gone", {"id": subject.removeprefix(subject_of(0)[:-1])})


def _as_told(row: RowMapping, told: _Told) -> bool:
    asked = {name: row[name] for name in ("kind", "key", "district")} | {"payload": _plain(row["payload"])}
    if _digest([row["author"], row["at"], asked]) != told.asked or row["stop_asked"] != told.stop_asked:
        return False
    if not told.state:
        return row["state"] in (JobState.WAITING, JobState.RUNNING)
    outcome = {"key": row["key"], "result": _plain(row["result"]), "error": row["error"], "ended": row["ended"]}
    return bool(row["state"] == told.state and _digest(outcome) == told.outcome)


def _plain(words: Any) -> Any:
    """What canonical JSON stands for; words that are none stand for themselves."""
    try:
        return json.loads(words)
    except (TypeError, ValueError):
        return [words]


def _digest(data: Any) -> str:
    """A digest; what is no plain data has one that equals none."""
    try:
        return digest_of(data)
    except (TypeError, ValueError):
        return "-"
