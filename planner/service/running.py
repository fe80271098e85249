"""The worker's side of jobs: take one, have it done in a process of its own, keep what comes out.

What a job makes is kept in the very transaction that ends it. A worker that dies leaves its lease to run out; the next
one takes the job up, and what the dead one had not confirmed was never there.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Mapping
from typing import Any

from executor import Handle, Limits, LocalProcesses, Stopped, TimedOut, WorkerLost
from planner.cycle.facts import FACTS
from planner.findings import BadInput
from planner.office.folder import LEDGER, PLAN, SCENARIO
from planner.plan import Plan
from planner.service.aside import aside_of
from planner.service.desk import Service
from planner.service.kept import (
    ANSWER_KIND,
    ASIDE,
    IMPORT_KIND,
    LEDGER_KIND,
    SCENARIO_KIND,
    facts_head,
    plain_bytes,
    require_parent,
    store_plan,
)
from planner.service.steps import BEGIN, IN_FORCE
from planner.service.steps import SERIES as YEAR_SERIES
from planner.service.warmth import get_ready
from planner.service.working import IN_FORCE_FILE, NEAR_FILE, STEPS_FILE, JobKind, work
from planner.store import Author, Reading, Version, Writing, get_bytes, save_version, series, version
from planner.store.canonical import canonical, digest_of
from planner.store.documents import find_document, head
from planner.store.faults import StoreFault
from planner.store.queue import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    Job,
    LeaseLost,
    beat,
    claim,
    fail,
    finish,
    give_back,
    waits,
)

_LOG = logging.getLogger("shanfu.work")

BEAT_SECONDS = 1.0
QUICK_BEAT_SECONDS, QUICK_SECONDS = 0.25, 15.0  # at first, when somebody is looking on
IDLE_SECONDS = 0.2
GRACE_SECONDS = 60.0  # for a solve to hand over its best plan once it is stopped, and to audit it
_OF_THE_JOB = frozenset({"store.no_version", "store.no_name", "store.no_content", "store.content_changed"})
"""What a store says of what it is asked to keep, and not of itself."""

MARGIN_SECONDS = 600.0  # beyond a solve's own time: reading, building, auditing


class Runner:
    """Does the jobs of a store, one after another.

    Parameters
    ----------
    service : Service
    name : str, optional
        What the store calls this worker.
    lease_seconds : float
        How long a job stays this worker's without a sign of life.
    """

    def __init__(self, service: Service, name: str = "", *, lease_seconds: float = LEASE_SECONDS) -> None:
        self.service = service
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self._author = Author(f"worker:{self.name}", "job")
        self._lease = lease_seconds
        limits = service.settings.limits
        self._executor = LocalProcesses(
            1,
            limits=Limits(
                seconds=limits.solve_seconds + MARGIN_SECONDS,
                memory_mb=limits.memory_mb,
                retries=0,
                grace=GRACE_SECONDS,
            ),
        )

    def close(self) -> None:
        """End the process that works."""
        self._executor.close()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; a store that cannot be reached is waited for."""
        self._executor.submit(get_ready, None)
        while not stop.is_set():
            try:
                busy = self.run_one(stop)
            except StoreFault as fault:
                _LOG.warning("%s", fault)
                busy = False
            if not busy:
                stop.wait(IDLE_SECONDS)

    def run_one(self, stop: threading.Event | None = None) -> bool:
        """Do one job, if one waits.

        Returns
        -------
        bool
            Whether there was one.
        """
        kinds = [str(kind) for kind in JobKind]
        with self.service.store.reading() as tx:
            if not waits(tx, kinds):
                return False
        with self.service.store.writing(self._author) as tx:
            job = claim(tx, self.name, kinds, seconds=self._lease)
            item = None if job is None else self._item_or_failed(tx, job)
        if job is None:
            return False
        if item is None:
            return True
        try:
            outcome = self._outcome(job, item, stop or threading.Event())
            if outcome is not None:
                self._keep(job, *outcome)
        except LeaseLost as lost:
            _LOG.warning("%s", lost)
        return True

    def _item_or_failed(self, tx: Writing, job: Job) -> dict[str, Any] | None:
        """The work, or None: what it needs is not there or was changed, which fails this job and holds no other up."""
        try:
            return self._item(tx, job)
        except BadInput as refused:
            fail(tx, job, _findings(refused))
            return None

    def _item(self, tx: Reading, job: Job) -> dict[str, Any]:
        """All that the worker's process needs, read from the store."""
        most = self.service.settings.limits.rows
        payload = {**job.payload, "author": job.author, "at": job.at, "district": job.district, "most_rows": most}
        files: dict[str, bytes] = {}
        sources = dict(job.payload)
        if "plan" in sources:
            kept = version(tx, int(sources["plan"]))
            files[PLAN] = get_bytes(tx, kept.digest)
            sources |= {"ledger": kept.meta["ledger"], "scenario": kept.meta["scenario"]}
            if (paid := facts_head(tx)) is not None:
                files[FACTS] = get_bytes(tx, paid.digest)
        for name, file in (("ledger", LEDGER), ("scenario", SCENARIO)):
            if name in sources:
                files[file] = get_bytes(tx, version(tx, int(sources[name])).digest)
        if "near" in sources:
            files[NEAR_FILE] = get_bytes(tx, version(tx, int(sources["near"])).digest)
        if job.kind == JobKind.REPLAN:
            files |= self._year(tx, int(sources["steps"]))
        if "content" in sources:
            files[f"in/{sources['file']}"] = get_bytes(tx, str(sources["content"]))
        return {"kind": job.kind, "payload": payload, "files": files}

    @staticmethod
    def _year(tx: Reading, steps: int) -> dict[str, bytes]:
        """The working year as it stood when it was asked: what it began with, the plan in force, and every step."""
        records = series(tx, YEAR_SERIES)[:steps]
        plans = [version(tx, int(r.payload["plan"])) for r in records if r.kind in (BEGIN, IN_FORCE)]
        taken = [dict(r.payload) for r in records if r.kind not in (BEGIN, IN_FORCE)]
        began = plans[0]
        return {
            LEDGER: get_bytes(tx, version(tx, int(began.meta["ledger"])).digest),
            SCENARIO: get_bytes(tx, version(tx, int(began.meta["scenario"])).digest),
            PLAN: get_bytes(tx, began.digest),
            IN_FORCE_FILE: get_bytes(tx, plans[-1].digest),
            STEPS_FILE: plain_bytes(taken),
        }

    def _outcome(self, job: Job, item: dict[str, Any], ending: threading.Event) -> tuple[Mapping[str, Any], str] | None:
        """What the process answers, or why it does not; None where the job waits again."""
        handle = self._executor.submit(work, item)
        stopped, began = False, time.monotonic()
        while not handle.wait(_beat_seconds(time.monotonic() - began)):
            if ending.is_set():
                handle.cancel()
                self._give_back(job, "worker_ended", counted=False)
                return None
            try:
                asked = self._beat(job, handle)
            except LeaseLost:
                handle.cancel()
                raise
            except StoreFault as fault:  # the work goes on: the store may be back before the lease is over
                _LOG.warning("%s", fault)
                continue
            if asked and not stopped:
                handle.stop()
                stopped = True
        try:
            return handle.result(), ""
        except Stopped:
            return {"stopped": True}, ""
        except WorkerLost as lost:
            if job.attempts < MOST_ATTEMPTS:
                self._give_back(job, "process_lost", counted=True)
                return None
            return {}, canonical({"lost": job.attempts, "exit_code": lost.exit_code})
        except (TimedOut, MemoryError) as error:
            return {}, canonical({"limit": type(error).__name__, "message": str(error)})
        except Exception as error:  # noqa: BLE001  whatever a job raises is the job's failure, told to who asked
            _LOG.exception("job %d failed", job.id)
            return {}, canonical({"fault": type(error).__name__, "message": str(error)})

    def _beat(self, job: Job, handle: Handle[Any]) -> bool:
        news = handle.news()
        with self.service.store.writing(self._author) as tx:
            return beat(tx, job, progress=news[-1] if news else None, seconds=self._lease)

    def _keep(self, job: Job, found: Mapping[str, Any], error: str) -> None:
        """End the job, with what it made, in one transaction and in the name of who asked."""
        author = Author(job.author, "job")
        try:
            with self.service.store.writing(author) as tx:
                if error:
                    fail(tx, job, error)
                elif "findings" in found or "refused" in found:
                    fail(tx, job, canonical(dict(found)))
                elif "data" not in found:
                    finish(tx, job, {}, stopped=True)
                else:
                    finish(tx, job, _KEEP[JobKind(job.kind)](tx, job, found), stopped=bool(found.get("stopped")))
        except LeaseLost:
            raise
        except BadInput as refused:  # such as a conflict: nothing of it was kept
            if isinstance(refused, StoreFault) and not _OF_THE_JOB.issuperset(f.key for f in refused.findings):
                raise  # the store's own trouble: the job is taken up again once its lease is over
            self._fail(job, author, _findings(refused))
        except Exception as error:  # noqa: BLE001  a fault of ours ends the job, not the worker
            _LOG.exception("job %d cannot be kept", job.id)
            self._fail(job, author, canonical({"fault": type(error).__name__, "message": str(error)}))

    def _fail(self, job: Job, author: Author, error: str) -> None:
        with self.service.store.writing(author) as tx:
            fail(tx, job, error)

    def _give_back(self, job: Job, line: str, *, counted: bool) -> None:
        with self.service.store.writing(self._author) as tx:
            give_back(tx, job, line=line, counted=counted)


def _beat_seconds(elapsed: float) -> float:
    """How long until the next sign of life."""
    return min(BEAT_SECONDS, QUICK_BEAT_SECONDS) if elapsed < QUICK_SECONDS else BEAT_SECONDS


def _findings(refused: BadInput) -> str:
    return canonical({"findings": [finding.to_json() for finding in refused.findings]})


def _keep_plan(tx: Writing, job: Job, found: Mapping[str, Any]) -> dict[str, Any]:
    plan = Plan.from_dict(json.loads(found["data"]))
    made_from = (version(tx, int(job.payload["ledger"])), version(tx, int(job.payload["scenario"])))
    kept = store_plan(
        tx, plan, made_from, note=str(job.payload["note"]), district=job.district, meta=aside_of(made_from[1])
    )
    return {"version": kept.id, "status": str(plan.status)}


def _keep_answer(tx: Writing, job: Job, found: Mapping[str, Any]) -> dict[str, Any]:
    """The answer, and the plans that it speaks of beside it."""
    name = f"{job.payload['question']}/{job.payload['plan']}/{digest_of(job.payload['options'])[:12]}"
    about = version(tx, int(job.payload["plan"]))
    plans = {one["label"]: _keep_beside(tx, job, about, f"{name}/{one['label']}", one) for one in found["beside"]}
    meta = {
        **aside_of(about), "plan": about.id, "question": job.payload["question"], "options": job.payload["options"],
        "plans": plans,
    }  # fmt: skip
    return {**_keep_json(tx, ANSWER_KIND, name, found["data"], job, meta), "plans": plans}


def _keep_beside(tx: Writing, job: Job, about: Version, name: str, one: Mapping[str, Any]) -> int:
    """A plan of an answer with its scenario, of the same ledger as the plan that was asked about."""
    aside = {**aside_of(about), ASIDE: True}
    known = find_document(tx, SCENARIO_KIND, name, job.district)
    scenario = save_version(
        tx, SCENARIO_KIND, name, one["scenario"], ending="toml", parent=head(tx, known).id if known else None,
        district=job.district, meta={**one["scenario_meta"], **aside},
    )  # fmt: skip
    made_from = (version(tx, int(about.meta["ledger"])), scenario)
    plan = Plan.from_dict(json.loads(one["plan"]))
    return store_plan(tx, plan, made_from, note="", district=job.district, meta=aside).id


def _keep_import(tx: Writing, job: Job, found: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{job.payload['file']}/{str(job.payload['content'])[:12]}"
    meta = {
        "plan": job.payload["plan"], "content": job.payload["content"], "file": job.payload["file"], "at": job.at,
        "author": job.author, "undecided": found["undecided"], "changes": found["changes"],
    }  # fmt: skip
    return _keep_json(tx, IMPORT_KIND, name, found["data"], job, meta)


def _keep_json(tx: Writing, kind: str, name: str, data: Any, job: Job, meta: Mapping[str, Any]) -> dict[str, Any]:
    known = find_document(tx, kind, name, job.district)
    kept = save_version(
        tx, kind, name, plain_bytes(data), ending="json", parent=head(tx, known).id if known else None,
        district=job.district, note=str(job.payload.get("note", "")), meta=meta,
    )  # fmt: skip
    return {"version": kept.id}


def _keep_check(tx: Writing, job: Job, found: Mapping[str, Any]) -> dict[str, Any]:
    said = digest_of(job.payload.get("mapping", ""))[:12]
    name = f"check_ledger/{job.payload['file']}/{str(job.payload['content'])[:12]}/{said}"
    meta = {"question": str(job.kind), "plan": None, "options": {}, "content": job.payload["content"]}
    return _keep_json(tx, ANSWER_KIND, name, found["data"], job, meta)


def _keep_ledger(tx: Writing, job: Job, found: Mapping[str, Any]) -> dict[str, Any]:
    payload = job.payload
    require_parent(tx, LEDGER_KIND, str(payload["name"]), job.district, payload["parent"])
    kept = save_version(
        tx, LEDGER_KIND, str(payload["name"]), found["data"], ending="xlsx", parent=payload["parent"],
        district=job.district, note=str(payload["note"]),
        meta={
            "digest": found["digest"], "patches": found["patches"], "content": payload["content"],
            "file": payload["file"], **{key: payload[key] for key in ("mapping",) if key in payload},
        },
    )  # fmt: skip
    return {"version": kept.id}


def _keep_replan(tx: Writing, job: Job, found: Mapping[str, Any]) -> dict[str, Any]:
    """The ledger and the scenario as they stand, the plan made from them, and what it moves."""
    first = series(tx, YEAR_SERIES)[0]
    began = version(tx, int(first.payload["plan"]))
    note = str(job.payload["note"])
    made_from = []
    for kind, ending in ((LEDGER_KIND, "xlsx"), (SCENARIO_KIND, "toml")):
        document = version(tx, int(began.meta[kind])).document
        kept = save_version(
            tx, kind, document.name, found[kind], ending=ending, parent=head(tx, document).id,
            district=document.district, note=note, meta=found[f"{kind}_meta"],
        )  # fmt: skip
        made_from.append(kept)
    plan = Plan.from_dict(json.loads(found["data"]))
    kept = store_plan(tx, plan, (made_from[0], made_from[1]), note=note, district="")
    meta = {"plan": kept.id, "question": "replan", "options": {"as_of": job.payload["as_of"]}}
    answer = _keep_json(tx, ANSWER_KIND, f"replan/{kept.id}", found["answer"], job, meta)
    return {"version": kept.id, "status": str(plan.status), "answer": answer["version"]}


_KEEP = {
    JobKind.PLAN: _keep_plan,
    JobKind.ASK: _keep_answer,
    JobKind.HAND_IN: _keep_import,
    JobKind.CHECK_LEDGER: _keep_check,
    JobKind.READ_LEDGER: _keep_ledger,
    JobKind.REPLAN: _keep_replan,
}
