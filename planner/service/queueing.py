"""Work that takes time: asked for, looked at, stopped. Workers do it, see :mod:`planner.service.running`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.findings import BadInput, Finding
from planner.product import product_version
from planner.service.kept import LEDGER_KIND, PLAN_KIND, SCENARIO_KIND, published, sees
from planner.service.rights import Action, NotAllowed, allowed, require
from planner.service.working import QUESTIONS, JobKind
from planner.service.year import SERIES as YEAR_SERIES
from planner.store import Reading, Version, put_bytes, series, version
from planner.store.canonical import digest_of
from planner.store.queue import Job, ask_stop, job_by_id, jobs, log_of, submit

if TYPE_CHECKING:
    from planner.service.desk import Desk

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')  # in a file's name, on one system or another
_LONGEST_NAME = 100


class Queueing:
    """Jobs, at somebody's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def plan(
        self,
        ledger: int,
        scenario: int,
        *,
        district: str = "",
        note: str = "",
        solver: str = "highs",
        seconds: float = 60.0,
        gap: float | None = None,
        seed: int = 0,
        deterministic: bool = False,
    ) -> tuple[Job, bool]:
        """Ask for a plan of versions that are kept. The same question is the same job, and its plan the same plan.

        Returns
        -------
        (Job, bool)
            The job, and whether it is new.

        Raises
        ------
        NotAllowed
        BadInput
            The versions are not a ledger and a scenario, the time is more than the settings allow, or the person has
            as many jobs in hand as the settings allow.
        """
        self._within(seconds)
        action = Action.SOLVE_DISTRICT if district else Action.SOLVE_CITY
        effort = {"solver": solver, "seconds": seconds, "gap": gap, "seed": seed, "deterministic": deterministic}
        with self._desk.writing(action, district) as tx:
            inputs = [self._seen(tx, ledger, LEDGER_KIND), self._seen(tx, scenario, SCENARIO_KIND)]
            payload = {"ledger": ledger, "scenario": scenario, "note": note, "effort": effort}
            return submit(
                tx, JobKind.PLAN, self._key(JobKind.PLAN, inputs, effort, district), payload, district=district,
                most_open=self._most,
            )  # fmt: skip

    def ask(self, question: str, plan: int, options: Mapping[str, Any] | None = None) -> tuple[Job, bool]:
        """Ask a question that plans again: see :data:`planner.service.working.QUESTIONS`.

        Raises
        ------
        NotAllowed
        BadInput
            There is no such question, or `plan` is no plan.
        """
        given = dict(options or {})
        if question not in QUESTIONS:
            known = "、".join(QUESTIONS)
            raise BadInput([Finding("service.no_question", {"known": known}, column="question", value=question)])
        strange = sorted(set(given) - set(QUESTIONS[question].options))
        if strange:
            known = "、".join(QUESTIONS[question].options)
            raise BadInput([Finding("service.no_option", {"known": known}, column=name) for name in strange])
        self._within(float(given.get("seconds", 0.0)))
        with self._desk.writing(Action.ASK) as tx:
            inputs = [self._seen(tx, plan, PLAN_KIND)]
            payload = {"question": question, "plan": plan, "options": given}
            key = self._key(JobKind.ASK, inputs, {"question": question, **given}, "")
            return submit(tx, JobKind.ASK, key, payload, most_open=self._most)

    def hand_in(self, plan: int, file: str, data: bytes, *, district: str = "", note: str = "") -> tuple[Job, bool]:
        """Hand a returned task workbook in: it is kept as it came, and read by a worker.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow, or `plan` is no plan.
        """
        self._size(file, data)
        with self._desk.writing(Action.HAND_IN, district) as tx:
            inputs = [self._seen(tx, plan, PLAN_KIND)]
            blob = put_bytes(tx, "xlsx", data)
            name = _plain_name(file)
            payload = {"plan": plan, "content": blob.digest, "file": name, "note": note}
            key = self._key(JobKind.HAND_IN, inputs, {"content": blob.digest, "file": name}, district)
            return submit(tx, JobKind.HAND_IN, key, payload, district=district, most_open=self._most)

    def read_ledger(
        self, file: str, data: bytes, name: str, *, parent: int | None = None, note: str = "", district: str = ""
    ) -> tuple[Job, bool]:
        """Hand a ledger's file in: kept as it came, read by a worker, and a version where it has no fault.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow.
        """
        self._size(file, data)
        action = Action.KEEP_DISTRICT if district else Action.KEEP_CITY
        with self._desk.writing(action, district) as tx:
            blob = put_bytes(tx, _ending(file), data)
            payload = {
                "content": blob.digest, "file": _plain_name(file), "name": name, "parent": parent, "note": note
            }  # fmt: skip
            key = self._key(JobKind.READ_LEDGER, [], payload, district)
            return submit(tx, JobKind.READ_LEDGER, key, payload, district=district, most_open=self._most)

    def replan(
        self,
        as_of: int,
        *,
        note: str = "",
        seconds: float = 60.0,
        gap: float | None = None,
        max_moves: int | None = None,
    ) -> tuple[Job, bool]:
        """Ask for a plan of the years that are not issued, by the ledger as it stands after all that was done.

        Raises
        ------
        NotAllowed
        BadInput
            The working years have not begun.
        """
        self._within(seconds)
        effort = {"seconds": seconds, "gap": gap}
        with self._desk.writing(Action.SOLVE_CITY) as tx:
            self._desk.service.cycles.at(tx)
            steps = series(tx, YEAR_SERIES)
            payload = {
                "as_of": as_of, "steps": len(steps), "effort": effort, "max_moves": max_moves, "note": note
            }  # fmt: skip
            key = self._key(JobKind.REPLAN, [], payload, "")
            return submit(tx, JobKind.REPLAN, key, payload, most_open=self._most)

    def all(self, *, unended: bool = False) -> tuple[Job, ...]:
        """The jobs that this person may see, newest first.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            return tuple(job for job in jobs(tx, unended=unended) if self._sees(tx, job))

    def get(self, identity: int) -> Job:
        """A job as it stands.

        Raises
        ------
        NotAllowed
        StoreFault
        """
        with self._desk.reading() as tx:
            return self._seen_job(tx, identity)

    def log(self, identity: int) -> tuple[tuple[str, str], ...]:
        """A job's log: time and line.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            return log_of(tx, self._seen_job(tx, identity).id)

    def stop(self, identity: int) -> Job:
        """Stop a job of one's own, or as an administrator any; a plan that was found by then is kept.

        Raises
        ------
        NotAllowed
        """
        with self._desk.store.writing(self._desk.author) as tx:
            person = self._desk.service.person(tx, self._desk.author.who)
            job = job_by_id(tx, identity)
            if job.author != person.subject or not person.active:
                require(person, Action.STOP_ANY)
            return ask_stop(tx, identity)

    @property
    def _most(self) -> int:
        return self._desk.service.settings.limits.jobs_per_person

    def _within(self, seconds: float) -> None:
        most = self._desk.service.settings.limits.solve_seconds
        if seconds > most:
            values = {"most": most}
            raise BadInput([Finding("service.too_long", values, column="seconds", value=f"{seconds:g}")])

    def _size(self, file: str, data: bytes) -> None:
        most = self._desk.service.settings.limits.upload_mb
        if len(data) > most * 1024 * 1024:
            values = {"most": most, "size": f"{len(data) / 1024 / 1024:.1f}"}
            raise BadInput([Finding("service.too_large", values, file=_plain_name(file))])

    def _seen(self, tx: Reading, identity: int, kind: str) -> Version:
        kept = version(tx, identity)
        person = self._desk.service.person(tx, self._desk.author.who)
        if not sees(person, kept, published(tx)):
            raise NotAllowed([Finding("store.no_version", {"id": identity}, value=str(identity))])
        if kept.document.kind != kind:
            values = {"id": identity, "kind": kept.document.kind, "wanted": kind}
            raise BadInput([Finding("service.other_kind", values, value=str(identity))])
        return kept

    def _sees(self, tx: Reading, job: Job) -> bool:
        person = self._desk.service.person(tx, self._desk.author.who)
        if job.district:
            return allowed(person, Action.READ_DRAFT, job.district)
        return job.author == person.subject or allowed(person, Action.READ_CITY) or allowed(person, Action.STOP_ANY)

    def _seen_job(self, tx: Reading, identity: int) -> Job:
        job = job_by_id(tx, identity)
        if not self._sees(tx, job):
            raise NotAllowed([Finding("store.no_job", {"id": identity}, value=str(identity))])
        return job

    @staticmethod
    def _key(kind: str, inputs: list[Version], settings: Mapping[str, Any], district: str) -> str:
        digests = [kept.meta.get("digest", kept.digest) for kept in inputs]
        return digest_of([kind, digests, dict(settings), district, product_version()])


def _plain_name(file: str) -> str:
    """A file's name without any folder, whichever system it came from, fit for any."""
    name = _UNFIT.sub("-", file.replace("\\", "/").rsplit("/", 1)[-1]).strip("-. ")
    return name[-_LONGEST_NAME:] or "file"


def _ending(file: str) -> str:
    return _plain_name(file).rpartition(".")[2].lower()[:8] or "bin"
