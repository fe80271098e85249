"""Work that takes time: asked for, looked at, stopped. Workers do it, see :mod:`planner.service.running`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.findings import BadInput, Finding
from planner.ledger import Mapping as ColumnMapping
from planner.product import product_version
from planner.scenario import Scenario
from planner.service.aside import refuse_draft, store_draft
from planner.service.asking import check_asked, check_question
from planner.service.kept import (
    LEDGER_KIND,
    PLAN_KIND,
    SCENARIO_KIND,
    facts_now,
    require_fit,
    require_parent,
    seen,
)
from planner.service.people import Person
from planner.service.rights import Action, require
from planner.service.said import check_names, check_notes, plain_file_name
from planner.service.shown import shown
from planner.service.steps import SERIES as YEAR_SERIES
from planner.service.working import JobKind
from planner.store import Reading, StoreFault, Version, get_bytes, put_bytes, series
from planner.store.canonical import digest_of
from planner.store.queue import Job, ask_stop, job_by_id, jobs, log_of, newest_job, submit

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
        effort = _effort(solver=solver, seconds=seconds, gap=gap, seed=seed, deterministic=deterministic)
        check_asked(self._most_seconds, effort)
        with self._desk.writing(action, district) as tx:
            key = self._plan_key(tx, ledger, scenario, effort, district)
            payload = {"ledger": ledger, "scenario": scenario, "note": note, "effort": effort}
            payload |= self._near(tx, near, district)
            return submit(tx, JobKind.PLAN, key, payload, district=district, most_open=self._most)

    def plan_draft(
        self,
        key: str,
        ledger: int,
        scenario: Scenario,
        *,
        district: str = "",
        near: int | None = None,
        **effort: Any,
    ) -> tuple[Job, bool]:
        """Ask for a plan of a scenario that has no name yet. Scenario and plan are kept for this person's eyes alone.

        No list shows them, and neither can be published or adopted; ask for a plan anew once the scenario has a name.

        Parameters
        ----------
        key : str
            What the page calls the draft: the next scenario under it is the next version of the same document.
        ledger : int
        scenario : Scenario
        district : str
        near : int, optional
        **effort
            As in `plan`.

        Raises
        ------
        NotAllowed
        BadInput
        """
        check_names(key=key, district=district)
        action = Action.SOLVE_DISTRICT if district else Action.SOLVE_CITY
        settled = _effort(**effort)
        check_asked(self._most_seconds, settled)
        with self._desk.writing(action, district) as tx:
            books = self._seen(tx, ledger, LEDGER_KIND)
            require_fit(tx, books, district)
            kept = store_draft(tx, scenario, key, district=district)
            asked = self._key(JobKind.PLAN, [books, kept], {**settled, "draft": kept.document.name}, district)
            payload = {"ledger": ledger, "scenario": kept.id, "note": "", "effort": settled}
            payload |= self._near(tx, near, district)
            return submit(tx, JobKind.PLAN, asked, payload, district=district, most_open=self._most)

    def find_plan(self, ledger: int, scenario: int, *, district: str = "", **effort: Any) -> Job | None:
        """The newest job that `plan` would give or follow, however it stands; nothing is asked for.

        Raises
        ------
        NotAllowed
        BadInput
        """
        check_names(district=district)
        action = Action.SOLVE_DISTRICT if district else Action.SOLVE_CITY
        settled = _effort(**effort)
        check_asked(self._most_seconds, settled)
        with self._desk.reading(action, district) as tx:
            return self._newest(tx, self._plan_key(tx, ledger, scenario, settled, district))

    def ask(
        self, question: str, plan: int, options: Mapping[str, Any] | None = None, *, district: str = ""
    ) -> tuple[Job, bool]:
        """Ask a question that plans again: see :mod:`planner.service.questions`; `Keeping.answer` opens what comes.

        Parameters
        ----------
        question : str
        plan : int
        options : mapping, optional
        district : str
            For a planner of that district, about a patch of it; the answer is cut to what the district may see.

        Raises
        ------
        NotAllowed
        BadInput
            There is no such question or option, or `plan` is no plan.
        """
        given = dict(options or {})
        self._check_question(question, given, district)
        with self._desk.writing(Action.ASK_OWN if district else Action.ASK, district) as tx:
            key = self._ask_key(tx, question, plan, given, district)
            payload = {"question": question, "plan": plan, "options": given}
            return submit(tx, JobKind.ASK, key, payload, district=district, most_open=self._most)

    def find_ask(
        self, question: str, plan: int, options: Mapping[str, Any] | None = None, *, district: str = ""
    ) -> Job | None:
        """The newest job that `ask` would give or follow, however it stands; nothing is asked for.

        Raises
        ------
        NotAllowed
        BadInput
        """
        given = dict(options or {})
        self._check_question(question, given, district)
        with self._desk.reading(Action.ASK_OWN if district else Action.ASK, district) as tx:
            return self._newest(tx, self._ask_key(tx, question, plan, given, district))

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
            refuse_draft(inputs[0])
            if inputs[0].document.district:
                raise BadInput([Finding("service.not_citys_plan", {"id": plan}, value=str(plan))])
            blob = put_bytes(tx, "xlsx", data)
            name = plain_file_name(file)
            payload = {"plan": plan, "content": blob.digest, "file": name, "note": note}
            key = self._key(
                JobKind.HAND_IN, inputs, {"content": blob.digest, "file": name, "facts": facts_now(tx).digest}, district
            )
            return submit(tx, JobKind.HAND_IN, key, payload, district=district, most_open=self._most)

    def check_ledger(
        self, file: str, data: bytes, *, mapping: ColumnMapping | None = None, district: str = ""
    ) -> tuple[Job, bool]:
        """Have a ledger's file looked through before it is kept: what its columns hold, and everything that is found.

        Parameters
        ----------
        file : str
        data : bytes
        mapping : Mapping, optional
            What people have said of its columns.
        district : str
            Whose it is to be; empty for the city's.

        Returns
        -------
        (Job, bool)
            Its result's ``version`` is an answer of the form of `planner.service.ledgers.Checked`.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow.
        """
        check_names(district=district)
        self._size(file, data)
        action = Action.KEEP_DISTRICT if district else Action.KEEP_CITY
        with self._desk.writing(action, district) as tx:
            blob = put_bytes(tx, _ending(file), data)
            payload = {"content": blob.digest, "file": plain_file_name(file), **_said(mapping)}
            key = self._key(JobKind.CHECK_LEDGER, [], payload, district)
            return submit(tx, JobKind.CHECK_LEDGER, key, payload, district=district, most_open=self._most)

    def ledger_file(self, identity: int) -> tuple[str, bytes]:
        """The file that was handed in for a job which checks or reads a ledger: its name and its bytes as they came.

        Raises
        ------
        NotAllowed
        StoreFault
            There is no such job for this person.
        """
        with self._desk.reading() as tx:
            person = self._desk.who(tx)
            job = self._seen_job(tx, person, identity)
            require(person, Action.KEEP_DISTRICT if job.district else Action.KEEP_CITY, job.district)
            if job.kind not in (JobKind.CHECK_LEDGER, JobKind.READ_LEDGER):
                raise StoreFault([Finding("store.no_job", {"id": identity}, value=str(identity))])
            return str(job.payload["file"]), get_bytes(tx, str(job.payload["content"]))

    def read_ledger(
        self,
        file: str,
        data: bytes,
        name: str,
        *,
        parent: int | None = None,
        note: str = "",
        district: str = "",
        mapping: ColumnMapping | None = None,
    ) -> tuple[Job, bool]:
        """Hand a ledger's file in: kept as it came, read by a worker, and a version where it has no fault.

        Parameters
        ----------
        file : str
        data : bytes
        name : str
        parent : int, optional
            The version that it is to follow; None where it is the first of its name.
        note : str
        district : str
        mapping : Mapping, optional
            What its columns hold, as people have confirmed; kept with the version.

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
                "content": blob.digest, "file": plain_file_name(file), "name": name, "parent": parent, "note": note,
                **_said(mapping),
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
            return tuple(one for job in jobs(tx, unended=unended) if (one := shown(person, job)) is not None)

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

    def _check_question(self, question: str, options: Mapping[str, Any], district: str) -> None:
        check_names(district=district)
        check_question(question, options, self._most_seconds, district)

    def _plan_key(self, tx: Reading, ledger: int, scenario: int, effort: Mapping[str, Any], district: str) -> str:
        inputs = [self._seen(tx, ledger, LEDGER_KIND), self._seen(tx, scenario, SCENARIO_KIND)]
        for kept in inputs:
            require_fit(tx, kept, district)
            refuse_draft(kept)
        return self._key(JobKind.PLAN, inputs, effort, district)

    def _ask_key(self, tx: Reading, question: str, plan: int, options: Mapping[str, Any], district: str) -> str:
        inputs = [self._seen(tx, plan, PLAN_KIND)]
        require_fit(tx, inputs[0], district)
        return self._key(JobKind.ASK, inputs, {"question": question, **options}, district)

    def _newest(self, tx: Reading, key: str) -> Job | None:
        job = newest_job(tx, key)
        return None if job is None else shown(self._desk.who(tx), job)

    def _size(self, file: str, data: bytes) -> None:
        most = self._desk.service.settings.limits.upload_mb
        if len(data) > most * 1024 * 1024:
            values = {"most": most, "size": f"{len(data) / 1024 / 1024:.1f}"}
            raise BadInput([Finding("service.too_large", values, file=plain_file_name(file))])

    def _near(self, tx: Reading, near: int | None, district: str) -> dict[str, int]:
        """What a job is told of an earlier plan, if of any."""
        if near is None:
            return {}
        require_fit(tx, self._seen(tx, near, PLAN_KIND), district)
        return {"near": near}

    def _seen(self, tx: Reading, identity: int, kind: str) -> Version:
        return seen(tx, self._desk.who(tx), identity, kind)

    @staticmethod
    def _seen_job(tx: Reading, person: Person, identity: int) -> Job:
        job = shown(person, job_by_id(tx, identity)) if 0 < identity <= _HIGHEST_ID else None
        if job is None:
            raise StoreFault([Finding("store.no_job", {"id": identity}, value=str(identity))])
        return job

    @staticmethod
    def _key(kind: str, inputs: list[Version], settings: Mapping[str, Any], district: str) -> str:
        digests = [kept.meta.get("digest", kept.digest) for kept in inputs]
        return digest_of([kind, digests, dict(settings), district, product_version()])


def _effort(
    *,
    solver: str = "highs",
    seconds: float = 60.0,
    gap: float | None = None,
    seed: int = 0,
    deterministic: bool = False,
) -> dict[str, Any]:
    """What a solve is given, whoever asks for it."""
    return {"solver": solver, "seconds": seconds, "gap": gap, "seed": seed, "deterministic": deterministic}


def _said(mapping: ColumnMapping | None) -> dict[str, str]:
    return {} if mapping is None else {"mapping": mapping.to_toml()}


def _ending(file: str) -> str:
    return plain_file_name(file).rpartition(".")[2].lower()[:8] or "bin"
