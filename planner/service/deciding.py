"""Decisions that stay: what is published, what is adopted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.findings import BadInput, Finding
from planner.service.aside import refuse_draft
from planner.service.kept import PLAN_KIND, PUBLISHED, published, seen
from planner.service.rights import Action
from planner.service.said import check_notes
from planner.store import Reading, Record, Version, append, series

if TYPE_CHECKING:
    from planner.service.desk import Desk, Service

DECISIONS = "decisions"
ADOPT, PUBLISH = "adopt", "publish"


@dataclass(frozen=True)
class Stamp:
    """An adoption as a document shows it.

    Parameters
    ----------
    number : int
        Of the city's decisions, from 1.
    version : int
        The plan's.
    at : str
        When, in UTC.
    name : str
        Who: the name that people know, else what the login calls the person.
    reason : str
    """

    number: int
    version: int
    at: str
    name: str
    reason: str


class Deciding:
    """Decisions, at somebody's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def publish(self, identity: int, note: str = "") -> Record:
        """Show a version to the others: a district's to the city, the city's to the districts.

        Raises
        ------
        NotAllowed
        BadInput
            There is no such version for this person, or the note cannot be kept.
        """
        check_notes(note=note)
        with self._desk.reading() as tx:
            district = self._seen(tx, identity).document.district
        action = Action.PUBLISH_DISTRICT if district else Action.PUBLISH_CITY
        with self._desk.writing(action, district) as tx:
            refuse_draft(self._seen(tx, identity))
            return append(tx, PUBLISHED, PUBLISH, {"version": identity, "note": note}, district=district)

    def adopt(self, identity: int, reason: str) -> Record:
        """Make a plan the city's own, and say why; it is published by that.

        Raises
        ------
        NotAllowed
        BadInput
            It is no plan of the city's, has no schedule, or no reason is given.
        """
        check_notes(reason=reason)
        with self._desk.writing(Action.ADOPT) as tx:
            kept = self._seen(tx, identity)
            refuse_draft(kept)
            found = kept.document.kind == PLAN_KIND and kept.meta["status"] in ("optimal", "within_gap")
            if not found or kept.document.district:
                values = {"id": identity, "kind": kept.document.kind}
                raise BadInput([Finding("service.not_to_adopt", values, value=str(identity))])
            if not reason.strip():
                raise BadInput([Finding("service.no_reason", {}, column="reason")])
            for made_from in (identity, int(kept.meta["ledger"]), int(kept.meta["scenario"])):
                if made_from not in published(tx):
                    append(tx, PUBLISHED, PUBLISH, {"version": made_from, "note": reason})
            return append(tx, DECISIONS, ADOPT, {"version": identity, "reason": reason})

    def adopted(self) -> tuple[Record, ...]:
        """Every adoption, oldest first: the last is in force.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_TOTALS) as tx:
            return adoptions(tx)

    def stamps(self) -> tuple[Stamp, ...]:
        """Every adoption with the name of who decided, oldest first: the last is in force.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_TOTALS) as tx:
            return stamps(tx, self._desk.service)

    def _seen(self, tx: Reading, identity: int) -> Version:
        return seen(tx, self._desk.who(tx), identity)


def adoptions(tx: Reading) -> tuple[Record, ...]:
    """Every adoption, oldest first."""
    return tuple(record for record in series(tx, DECISIONS) if record.kind == ADOPT)


def stamps(tx: Reading, service: Service) -> tuple[Stamp, ...]:
    """Every adoption with the name of who decided, oldest first."""
    return tuple(
        Stamp(
            record.number, int(record.payload["version"]), record.at, service.name_of(tx, record.author),
            str(record.payload["reason"]),
        )
        for record in adoptions(tx)
    )  # fmt: skip
