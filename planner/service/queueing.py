"""Work that takes time: asked for, looked at, stopped. Workers do it, see :mod:`planner.service.running`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.findings import BadInput, Finding
from planner.product import product_version
from planner.service.asking import check_asked
from planner.service.kept import LEDGER_KIND, PLAN_KIND, SCENARIO_KIND, facts_now, require_fit, require_parent, seen
from planner.service.people import Person
from planner.service.rights import Action, allowed, require
from planner.service.said import check_names, check_notes, plain_file_name
from planner.service.steps import SERIES as YEAR_SERIES
from planner.service.working import QUESTIONS, JobKind
from planner.store import Reading, StoreFault, Version, put_bytes, series
from planner.store.canonical import digest_of
from planner.store.queue import Job, ask_stop, job_by_id, jobs, log_of, submit

if TYPE_CHECKING:
    from planner.service.desk import Desk

_HIGHEST_ID = 2**31 - 1


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
        near: int | None = None,
    ) -> tuple[Job, bool]:
        """Ask for a plan of versions that are kept. The same question is the same job, and its plan the same plan.

        `near` is the version of an earlier plan to start the search from, after a small change; it decides nothing, and
        is no part of the question.

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
        check_names(district=district)
        check_notes(note=note)
        action = Action.SOLVE_DISTRICT if district else Action.SOLVE_CITY
        effort = {"solver": solver, "seconds": seconds, "gap": gap, "seed": seed, "deterministic": deterministic}
        check_asked(self._most_seconds, effort)
        with self._desk.writing(action, district) as tx:
            inputs = [self._seen(tx, ledger, LEDGER_KIND), self._seen(tx, scenario, SCENARIO_KIND)]
            for kept in inputs:
                require_fit(tx, kept, district)
            payload = {"ledger": ledger, "scenario": scenario, "note": note, "effort": effort}
            if near is not None:
                require_fit(tx, self._seen(tx, near, PLAN_KIND), district)
                payload["near"] = near
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
        check_asked(self._most_seconds, given)
        with self._desk.writing(Action.ASK) as tx:
            inputs = [self._seen(tx, plan, PLAN_KIND)]
            require_fit(tx, inputs[0], "")
            payload = {"question": question, "plan": plan, "options": given}
            key = self._key(JobKind.ASK, inputs, {"question": question, **given}, "")
            return submit(tx, JobKind.ASK, key, payload, most_open=self._most)

    def hand_in(self, plan: int, file: str, data: bytes, *, district: str = "", note: str = "") -> tuple[Job, bool]:
        """Hand a returned task workbook in: it is kept as it came, and read by a worker.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow, or `plan` is no plan of the city's.
        """
        check_names(district=district)
        check_notes(note=note)
        self._size(file, data)
        with self._desk.writing(Action.HAND_IN, district) as tx:
            inputs = [self._seen(tx, plan, PLAN_KIND)]
            if inputs[0].document.district:
                raise BadInput([Finding("service.not_citys_plan", {"id": plan}, value=str(plan))])
            blob = put_bytes(tx, "xlsx", data)
            name = plain_file_name(file)
            payload = {"plan": plan, "content": blob.digest, "file": name, "note": note}
            key = self._key(
                JobKind.HAND_IN, inputs, {"content": blob.digest, "file": name, "facts": facts_now(tx).digest}, district
            )
            return submit(tx, JobKind.HAND_IN, key, payload, district=district, most_open=self._most)

    def read_ledger(
        self, file: str, data: bytes, name: str, *, parent: int | None = None, note: str = "", district: str = ""
    ) -> tuple[Job, bool]:
        """Hand a ledger's file in: kept as it came, read by a worker, and a version where it has no fault.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow, or the name or the note cannot be kept.
        """
        check_names(name=name, district=district)
        check_notes(note=note)
        self._size(file, data)
        action = Action.KEEP_DISTRICT if district else Action.KEEP_CITY
        with self._desk.writing(action, district) as tx:
            require_parent(tx, LEDGER_KIND, name, district, parent)
            blob = put_bytes(tx, _ending(file), data)
            payload = {
                "content": blob.digest, "file": plain_file_name(file), "name": name, "parent": parent, "note": note
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
        check_notes(note=note)
        effort = {"seconds": seconds, "gap": gap}
        check_asked(self._most_seconds, {**effort, "max_moves": max_moves})
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
            person = self._desk.who(tx)
            return tuple(shown for job in jobs(tx, unended=unended) if (shown := _shown(person, job)) is not None)

    def get(self, identity: int) -> Job:
        """A job as it stands, as far as this person may know of it.

        Raises
        ------
        NotAllowed
        StoreFault
            There is no such job for this person.
        """
        with self._desk.reading() as tx:
            return self._seen_job(tx, self._desk.who(tx), identity)

    def log(self, identity: int) -> tuple[tuple[str, str], ...]:
        """A job's log: time and line.

        Raises
        ------
        NotAllowed
        StoreFault
        """
        with self._desk.reading() as tx:
            return log_of(tx, self._seen_job(tx, self._desk.who(tx), identity).id)

    def stop(self, identity: int) -> Job:
        """Stop a job of one's own, or as an administrator any; a plan that was found by then is kept.

        Raises
        ------
        NotAllowed
        StoreFault
            There is no such job for this person.
        """
        with self._desk.store.writing(self._desk.author) as tx:
            person = self._desk.who(tx)
            if self._seen_job(tx, person, identity).author != person.subject:
                require(person, Action.STOP_ANY)
            ask_stop(tx, identity)
            return self._seen_job(tx, person, identity)

    @property
    def _most(self) -> int:
        return self._desk.service.settings.limits.jobs_per_person

    @property
    def _most_seconds(self) -> int:
        return self._desk.service.settings.limits.solve_seconds

    def _size(self, file: str, data: bytes) -> None:
        most = self._desk.service.settings.limits.upload_mb
        if len(data) > most * 1024 * 1024:
            values = {"most": most, "size": f"{len(data) / 1024 / 1024:.1f}"}
            raise BadInput([Finding("service.too_large", values, file=plain_file_name(file))])

    def _seen(self, tx: Reading, identity: int, kind: str) -> Version:
        return seen(tx, self._desk.who(tx), identity, kind)

    @staticmethod
    def _seen_job(tx: Reading, person: Person, identity: int) -> Job:
        job = _shown(person, job_by_id(tx, identity)) if 0 < identity <= _HIGHEST_ID else None
        if job is None:
            raise StoreFault([Finding("store.no_job", {"id": identity}, value=str(identity))])
        return job

    @staticmethod
    def _key(kind: str, inputs: list[Version], settings: Mapping[str, Any], district: str) -> str:
        digests = [kept.meta.get("digest", kept.digest) for kept in inputs]
        return digest_of([kind, digests, dict(settings), district, product_version()])


def _shown(person: Person, job: Job) -> Job | None:
    """What somebody may know of a job: all of it, only that it is there and how it fares, or nothing.

    A district's job is its people's, the city's is of those who see the city, a workbook's of those who may take it in;
    whoever may stop any job knows of each
    that it runs, not what it is about. What the audit says against a plan speaks of every district.
    """
    whole = allowed(person, Action.READ_DRAFT if job.district else Action.READ_CITY, job.district)
    if whole or (job.kind == JobKind.HAND_IN and allowed(person, Action.TAKE_IN)):
        hidden = not allowed(person, Action.READ_CITY) and _says(job.error, "refused")
        return replace(job, error='{"refused":[]}') if hidden else job
    if not allowed(person, Action.STOP_ANY):
        return None
    error = job.error if _says(job.error, "lost") or _says(job.error, "limit") else ""
    return replace(job, key="", payload={}, district="", progress={}, result={}, error=error)


def _says(error: str, word: str) -> bool:
    return bool(error) and word in json.loads(error)


def _ending(file: str) -> str:
    return plain_file_name(file).rpartition(".")[2].lower()[:8] or "bin"
