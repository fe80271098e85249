"""Jobs as they stand: looked at, followed, stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.findings import Finding
from planner.product import product_version
from planner.service.kept import seen
from planner.service.people import Person
from planner.service.rights import Action, require
from planner.service.shown import shown
from planner.store import Reading, StoreFault, Version
from planner.store.canonical import digest_of
from planner.store.queue import Job, ask_stop, job_by_id, jobs, log_of

if TYPE_CHECKING:
    from planner.service.desk import Desk

_HIGHEST_ID = 2**31 - 1


class Watching:
    """Jobs that were asked for, at somebody's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

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
