"""Many writers and readers on one store: ``python -m tests.planner.store.crowd ADDRESS KEY WRITERS READERS SECONDS``.

Every writer counts a document one up, again and again, as an editor would: reads it, saves on what was read, and starts
over where somebody else was first. Each change also adds an event, so that readers can see whether they stand together.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from planner.store import (
    Author,
    Conflict,
    Reading,
    Store,
    StoreFault,
    Version,
    append,
    get_bytes,
    open_store,
    save_version,
)
from planner.store import head as head_of
from planner.store.documents import find_document
from planner.store.tables import RECORD
from tests.planner.store.conftest import Place
from tests.planner.store.killing import ROOT

NAME = "计数"


@dataclass
class Report:
    """What a crowd has done and seen."""

    edits: int = 0
    conflicts: int = 0
    reads: int = 0
    longest_turn: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        self.edits += other.edits
        self.conflicts += other.conflicts
        self.reads += other.reads
        self.longest_turn = max(self.longest_turn, other.longest_turn)
        self.wrong += other.wrong


def look(tx: Reading) -> tuple[Version, int, int]:
    """The document's head, the number in it, and how many events there are."""
    document = find_document(tx, "ledger", NAME)
    assert document is not None
    newest = head_of(tx, document)
    counted = json.loads(get_bytes(tx, newest.digest))["count"]
    chosen = select(func.count()).select_from(RECORD).where(RECORD.c.series == NAME)
    return newest, counted, int(tx.connection.execute(chosen).scalar_one())


def begin(store: Store) -> None:
    with store.writing(Author("local:wang", "cli")) as tx:
        save_version(tx, "ledger", NAME, b'{"count":0}', ending="json", parent=None)


def write(store: Store, who: str, until: float, report: Report) -> None:
    """Count up until the time is over."""
    while time.monotonic() < until:
        with store.reading() as tx:
            newest, counted, _ = look(tx)
        data = json.dumps({"count": counted + 1, "by": who, "edit": report.edits}).encode()
        asked = time.monotonic()
        try:
            with store.writing(Author(who, "web")) as tx:
                save_version(tx, "ledger", NAME, data, ending="json", parent=newest.id)
                append(tx, NAME, "up", {"to": counted + 1})
            report.edits += 1
        except Conflict:
            report.conflicts += 1
        report.longest_turn = max(report.longest_turn, time.monotonic() - asked)


def read(store: Store, until: float, report: Report) -> None:
    """Look until the time is over: what belongs together is seen together, and never goes back."""
    last = 0
    while time.monotonic() < until:
        with store.reading() as tx:
            newest, counted, events = look(tx)
        if not newest.number - 1 == counted == events or counted < last:
            report.wrong.append(f"version {newest.number}, count {counted}, events {events}, seen {last}")
        last = counted
        report.reads += 1
        time.sleep(0.05)  # people look, they do not hammer


def crowd(store: Store, name: str, writers: int, readers: int, seconds: float) -> Report:
    """Writers and readers as threads on one open store."""
    until = time.monotonic() + seconds
    reports = [Report() for _ in range(writers + readers)]

    def work(number: int) -> None:
        try:
            if number < writers:
                write(store, f"local:{name}-{number}", until, reports[number])
            else:
                read(store, until, reports[number])
        except Exception as error:  # noqa: BLE001 - told to the test, which refuses it
            said = error.findings[0].line("en") if isinstance(error, StoreFault) else repr(error)
            reports[number].wrong.append(said)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(reports))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Report(wrong=[f"warned: {finding.line('en')}" for finding in store.warnings])
    for report in reports:
        whole.add(report)
    return whole


def crowds(place: Place, processes: int, writers: int, readers: int, seconds: float) -> Report:
    """So many processes, each with so many writers and readers."""
    command = [sys.executable, "-m", "tests.planner.store.crowd", place.address, str(place.key)]
    started = [
        subprocess.Popen(
            [*command, str(number), str(writers), str(readers), str(seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for number in range(processes)
    ]  # fmt: skip
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    whole = Report()
    for process in started:
        said, _ = process.communicate()
        assert process.returncode == 0
        whole.add(Report(**json.loads(said)))
    return whole


if __name__ == "__main__":
    address, key, own_name, own_writers, own_readers, own_seconds = sys.argv[1:]
    opened = open_store(address, key=Path(key))
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(vars(crowd(opened, own_name, int(own_writers), int(own_readers), float(own_seconds)))))
    opened.close()
