"""What somebody may know of a job."""

from __future__ import annotations

import json
from dataclasses import replace

from planner.service.people import Person
from planner.service.rights import Action, allowed
from planner.service.working import JobKind
from planner.store.queue import Job


def shown(person: Person, job: Job) -> Job | None:
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
