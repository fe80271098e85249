"""People and their rights: granted, revoked, disabled; each an event that stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from planner.findings import BadInput, Finding
from planner.service.people import DISABLE, ENABLE, GRANT, REVOKE, SERIES, Person, Role
from planner.service.rights import Action
from planner.store import Record, append

if TYPE_CHECKING:
    from planner.service.desk import Desk


class Staff:
    """The people of an installation, at an administrator's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def everybody(self) -> Mapping[str, Person]:
        """People by their subject.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_PEOPLE) as tx:
            return self._desk.service.everybody(tx)

    def grant(
        self, subject: str, role: Role, *, districts: Iterable[str] = (), name: str = "", note: str = ""
    ) -> Record:
        """Give somebody a role; a district planner's is for one or more districts.

        Raises
        ------
        NotAllowed
        BadInput
            A district planner without a district, districts for another role, or a subject without a name.
        """
        own = sorted(set(districts))
        if not subject.strip():
            raise BadInput([Finding("service.no_subject", {}, column="subject", value=subject)])
        if (role is Role.DISTRICT) != bool(own):
            key = "service.no_districts" if role is Role.DISTRICT else "service.districts_for_city"
            raise BadInput([Finding(key, {"subject": subject}, column="districts", value="、".join(own))])
        return self._event(GRANT, subject, {"role": str(role), "districts": own, "name": name, "note": note})

    def revoke(self, subject: str, role: Role, *, districts: Iterable[str] = (), note: str = "") -> Record:
        """Take a role away; of a district planner, only for the districts that are named, if any are.

        Raises
        ------
        NotAllowed
        """
        return self._event(REVOKE, subject, {"role": str(role), "districts": sorted(set(districts)), "note": note})

    def disable(self, subject: str, note: str = "") -> Record:
        """Shut somebody out, from the next thing they ask on; an administrator cannot shut himself out.

        Raises
        ------
        NotAllowed
        BadInput
        """
        if subject == self._desk.author.who:
            raise BadInput([Finding("service.not_yourself", {}, column="subject", value=subject)])
        return self._event(DISABLE, subject, {"note": note})

    def enable(self, subject: str, note: str = "") -> Record:
        """Let somebody in again, with what they were granted.

        Raises
        ------
        NotAllowed
        """
        return self._event(ENABLE, subject, {"note": note})

    def _event(self, kind: str, subject: str, payload: Mapping[str, Any]) -> Record:
        with self._desk.writing(Action.GRANT) as tx:
            if kind != GRANT and subject not in self._desk.service.everybody(tx):
                raise BadInput([Finding("service.unknown_person", {"subject": subject}, value=subject)])
            return append(tx, SERIES, kind, {"subject": subject, **payload})
