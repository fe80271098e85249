"""Jobs: waiting, leased to a worker, ended. A lease that is not renewed in time passes to another worker.

A job's key is the digest of its kind, its inputs, its settings and the program's version: the same question is the
same job, whoever asks, and an answered question is not worked out again. Each lease has a token of its own; whoever
comes back with an old one changes nothing.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update

from planner.findings import Finding
from planner.store.canonical import canonical, plain
from planner.store.faults import StoreFault
from planner.store.tables import JOB, JOB_LOG
from planner.store.transactions import Reading, Writing, now

LEASE_SECONDS = 30.0
MOST_ATTEMPTS = 3


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class Job:
    """A job as it stood when it was read.

    Parameters
    ----------
    id : int
    kind, key : str
    payload : mapping
        What is asked, as plain data.
    district, author, at : str
        Who asked, and when.
    state : JobState
    attempts : int
        How often a worker has begun.
    worker, token : str
        Who holds the lease.
    leased_until : float
        Seconds since 1970.
    stop_asked : bool
    progress, result : mapping
    error : str
        Why it failed, as JSON of findings or as a line.
    ended : str
        When, once it has.
    """

    id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    district: str
    author: str
    at: str
    state: JobState
    attempts: int
    worker: str
    token: str
    leased_until: float
    stop_asked: bool
    progress: Mapping[str, Any]
    result: Mapping[str, Any]
    error: str
    ended: str


def subject_of(identity: int) -> str:
    """How the trail names a job."""
    return f"job#{identity}"


class LeaseLost(StoreFault):
    """Another worker holds the job by now, or it has ended."""

    def __init__(self, identity: int) -> None:
        super().__init__([Finding("store.lease_lost", {"id": identity})])


def submit(
    tx: Writing, kind: str, key: str, payload: Mapping[str, Any], *, district: str = "", most_open: int | None = None
) -> tuple[Job, bool]:
    """Ask for a job; one of the same key that waits, runs or is done is given back instead.

    Parameters
    ----------
    tx : Writing
    kind, key : str
    payload : mapping
    district : str
    most_open : int, optional
        How many jobs of this author may wait or run at a time.

    Returns
    -------
    (Job, bool)
        The job, and whether it is new.

    Raises
    ------
    StoreFault
        The author has `most_open` jobs in hand already.
    """
    alive = [str(s) for s in (JobState.WAITING, JobState.RUNNING, JobState.DONE)]
    chosen = select(JOB).where(JOB.c.key == key, JOB.c.state.in_(alive), JOB.c.stop_asked.is_(False))
    known = tx.connection.execute(chosen.order_by(JOB.c.id.desc()).limit(1)).mappings().first()
    if known:
        return _job(known), False
    unended = (JOB.c.state.in_(alive[:2]), JOB.c.author == tx.author.who)
    in_hand = tx.connection.execute(select(func.count()).select_from(JOB).where(*unended)).scalar_one()
    if most_open is not None and in_hand >= most_open:
        raise StoreFault([Finding("store.too_many_jobs", {"in_hand": in_hand, "most": most_open})])
    identity = tx.next_id(JOB)
    row = {
        "id": identity, "kind": kind, "key": key, "payload": canonical(dict(payload)), "district": district,
        "author": tx.author.who, "at": tx.at, "state": str(JobState.WAITING), "attempts": 0, "worker": "", "token": "",
        "leased_until": 0.0, "stop_asked": False, "progress": "{}", "result": "{}", "error": "", "ended": "",
    }  # fmt: skip
    tx.connection.execute(insert(JOB).values(**row))
    asked = {"kind": kind, "key": key, "district": district, "payload": dict(payload)}
    tx.log("job.submit", subject_of(identity), asked)
    return _job(row), True


def waits(tx: Reading, kinds: Sequence[str]) -> bool:
    """Whether there is a job to take, for one who asks often and must not keep others from writing."""
    chosen = select(JOB.c.id).where(_free(time.time()), JOB.c.kind.in_(kinds)).limit(1)
    return tx.connection.execute(chosen).first() is not None


def _free(moment: float) -> ColumnElement[bool]:
    return or_(
        JOB.c.state == str(JobState.WAITING), (JOB.c.state == str(JobState.RUNNING)) & (JOB.c.leased_until < moment)
    )


def claim(tx: Writing, worker: str, kinds: Sequence[str], *, seconds: float = LEASE_SECONDS) -> Job | None:
    """Take the oldest job that waits, or whose worker has not been heard of in time.

    A job whose workers were lost :data:`MOST_ATTEMPTS` times fails, and says so.
    """
    moment = time.time()
    chosen = select(JOB).where(_free(moment), JOB.c.kind.in_(kinds)).order_by(JOB.c.id)
    for row in tx.connection.execute(chosen).mappings().all():
        job = _job(row)
        if job.state is JobState.RUNNING:
            _say(tx, job.id, ["worker_lost"])
        if job.stop_asked:
            _end(tx, job, JobState.STOPPED, {}, "")
        elif job.attempts >= MOST_ATTEMPTS:
            _end(tx, job, JobState.FAILED, {}, canonical({"lost": job.attempts}))
        else:
            changed = {
                "state": str(JobState.RUNNING), "attempts": job.attempts + 1, "worker": worker,
                "token": secrets.token_hex(16), "leased_until": moment + seconds,
            }  # fmt: skip
            tx.connection.execute(update(JOB).where(JOB.c.id == job.id).values(**changed))
            return _job({**row, **changed})
    return None


def beat(
    tx: Writing,
    job: Job,
    *,
    progress: Mapping[str, Any] | None = None,
    lines: Sequence[str] = (),
    seconds: float = LEASE_SECONDS,
) -> bool:
    """Renew a lease, and say how far the work is.

    Returns
    -------
    bool
        Whether somebody has asked for a stop.

    Raises
    ------
    LeaseLost
    """
    current = _held(tx, job)
    changed: dict[str, Any] = {"leased_until": time.time() + seconds}
    if progress is not None:
        changed["progress"] = canonical(dict(progress))
    tx.connection.execute(update(JOB).where(JOB.c.id == job.id).values(**changed))
    _say(tx, job.id, lines)
    return current.stop_asked


def finish(tx: Writing, job: Job, result: Mapping[str, Any], *, stopped: bool = False) -> None:
    """End a job with its result, in the transaction that keeps what it made.

    Raises
    ------
    LeaseLost
        What this worker made is not kept.
    """
    _end(tx, _held(tx, job), JobState.STOPPED if stopped else JobState.DONE, result, "")


def fail(tx: Writing, job: Job, error: str) -> None:
    """End a job that cannot be done.

    Raises
    ------
    LeaseLost
    """
    _end(tx, _held(tx, job), JobState.FAILED, {}, plain(error))


def give_back(tx: Writing, job: Job, *, line: str = "", counted: bool = False) -> None:
    """Let a job wait again.

    Parameters
    ----------
    tx : Writing
    job : Job
    line : str
        For the job's log.
    counted : bool
        Whether the attempt counts; not where the worker ends in good order.

    Raises
    ------
    LeaseLost
    """
    held = _held(tx, job)
    changed = {
        "state": str(JobState.WAITING),
        "attempts": held.attempts - (not counted),
        "token": "",
        "leased_until": 0.0,
    }
    tx.connection.execute(update(JOB).where(JOB.c.id == job.id).values(**changed))
    _say(tx, job.id, [line] if line else [])


def ask_stop(tx: Writing, identity: int) -> Job:
    """Ask for a job to stop: one that waits is stopped at once, one that runs at its worker's next beat.

    Raises
    ------
    StoreFault
        There is no such job.
    """
    job = job_by_id(tx, identity)
    if job.state.ended:
        return job
    tx.connection.execute(update(JOB).where(JOB.c.id == identity).values(stop_asked=True))
    tx.log("job.ask_stop", subject_of(identity))
    if job.state is JobState.WAITING:
        _end(tx, job, JobState.STOPPED, {}, "")
    return job_by_id(tx, identity)


def job_by_id(tx: Reading, identity: int) -> Job:
    """A job by its number.

    Raises
    ------
    StoreFault
        There is none.
    """
    row = tx.connection.execute(select(JOB).where(JOB.c.id == identity)).mappings().first()
    if row is None:
        raise StoreFault([Finding("store.no_job", {"id": identity}, value=str(identity))])
    return _job(row)


def newest_job(tx: Reading, key: str) -> Job | None:
    """The job that was asked for last with a key, however it stands."""
    chosen = select(JOB).where(JOB.c.key == key).order_by(JOB.c.id.desc()).limit(1)
    row = tx.connection.execute(chosen).mappings().first()
    return None if row is None else _job(row)


def jobs(tx: Reading, *, unended: bool = False) -> tuple[Job, ...]:
    """Every job, newest first; `unended` leaves out those that have ended."""
    chosen = select(JOB).order_by(JOB.c.id.desc())
    if unended:
        chosen = chosen.where(JOB.c.state.in_([str(JobState.WAITING), str(JobState.RUNNING)]))
    return tuple(_job(row) for row in tx.connection.execute(chosen).mappings())


def log_of(tx: Reading, identity: int) -> tuple[tuple[str, str], ...]:
    """The log of a job: time and line."""
    chosen = select(JOB_LOG.c.at, JOB_LOG.c.line).where(JOB_LOG.c.job_id == identity).order_by(JOB_LOG.c.number)
    return tuple((row.at, row.line) for row in tx.connection.execute(chosen))


def _held(tx: Reading, job: Job) -> Job:
    current = job_by_id(tx, job.id)
    if current.state is not JobState.RUNNING or current.token != job.token:
        raise LeaseLost(job.id)
    return current


def _end(tx: Writing, job: Job, state: JobState, result: Mapping[str, Any], error: str) -> None:
    ended = now()
    changed = {
        "state": str(state), "result": canonical(dict(result)), "error": error, "ended": ended, "token": "",
        "leased_until": 0.0,
    }  # fmt: skip
    tx.connection.execute(update(JOB).where(JOB.c.id == job.id).values(**changed))
    tx.log(f"job.{state}", subject_of(job.id), {"key": job.key, "result": dict(result), "error": error, "ended": ended})


def _say(tx: Writing, identity: int, lines: Sequence[str]) -> None:
    if not lines:
        return
    last = tx.connection.execute(select(func.max(JOB_LOG.c.number)).where(JOB_LOG.c.job_id == identity)).scalar() or 0
    rows = [
        {"job_id": identity, "number": last + count, "at": now(), "line": plain(line)}
        for count, line in enumerate(lines, 1)
    ]
    tx.connection.execute(insert(JOB_LOG), rows)


def _job(row: Mapping[Any, Any]) -> Job:
    plain = {name: json.loads(row[name]) for name in ("payload", "progress", "result")}
    return Job(**{**row, **plain, "state": JobState(row["state"])})
