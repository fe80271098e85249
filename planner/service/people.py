"""People and what they were granted: events that only grow, folded into who may do what now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from planner.store import Record

SERIES = "people"
GRANT, REVOKE, DISABLE, ENABLE = "grant", "revoke", "disable", "enable"


class Role(StrEnum):
    """What a person is in the office."""

    FINANCE = "finance"
    DISTRICT = "district"
    LEADERSHIP = "leadership"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Person:
    """Somebody who acts.

    Parameters
    ----------
    subject : str
        What the identity provider, or this machine, calls the person.
    name : str
        What people call the person.
    roles : frozenset of Role
    districts : frozenset of str
        Of a district planner.
    active : bool
        A person who was disabled may do nothing.
    everywhere : bool
        The one person of a machine without login: every role, in every district.
    """

    subject: str
    name: str = ""
    roles: frozenset[Role] = frozenset()
    districts: frozenset[str] = frozenset()
    active: bool = True
    everywhere: bool = False


def local_person(user: str) -> Person:
    """The one person of a machine without login."""
    return Person(f"local:{user}", user, frozenset(Role), everywhere=True)


def fold(records: Iterable[Record], administrators: Iterable[str] = ()) -> dict[str, Person]:
    """Everybody who was ever granted something, as they stand after these events.

    Parameters
    ----------
    records : iterable of Record
        Of the series :data:`SERIES`, oldest first.
    administrators : iterable of str
        Who is an administrator by the settings, until disabled.
    """
    people = {subject: Person(subject, subject, frozenset({Role.ADMINISTRATOR})) for subject in administrators}
    for record in records:
        subject = str(record.payload["subject"])
        person = people.get(subject, Person(subject, subject))
        if record.kind == GRANT:
            role = Role(record.payload["role"])
            person = replace(
                person,
                name=record.payload.get("name") or person.name,
                roles=person.roles | {role},
                districts=person.districts | frozenset(record.payload.get("districts", ())),
            )
        elif record.kind == REVOKE:
            role = Role(record.payload["role"])
            taken = frozenset(record.payload.get("districts", ()))
            left = person.districts - taken if taken else frozenset[str]()
            if role is not Role.DISTRICT:
                person = replace(person, roles=person.roles - {role})
            else:
                person = replace(person, districts=left, roles=person.roles if left else person.roles - {role})
        elif record.kind in (DISABLE, ENABLE):
            person = replace(person, active=record.kind == ENABLE)
        people[subject] = person
    return people
