"""The trail, anchors, verification and backup, for those who answer for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.audit import audit
from planner.findings import BadInput, Finding
from planner.service.kept import open_kept
from planner.service.rights import Action
from planner.store import Anchor, Entry, anchor, entries, verify, versions

if TYPE_CHECKING:
    from planner.service.desk import Desk


class Care:
    """What keeps an installation trustworthy."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def trail(self, *, after: int = 0, limit: int | None = None) -> tuple[Entry, ...]:
        """The trail's entries, oldest first.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_TRAIL) as tx:
            return entries(tx, after=after, limit=limit)

    def anchor(self) -> Anchor:
        """What stands now, to be kept where nobody who can write the store can change it.

        Raises
        ------
        NotAllowed
        BadInput
            Nothing was kept yet.
        """
        with self._desk.reading(Action.READ_TRAIL) as tx:
            return anchor(tx)

    def verify(self, anchors: Sequence[Anchor] = (), *, plans: bool = False) -> tuple[Finding, ...]:
        """Whether the store is whole and untouched; with `plans`, every plan is opened and audited too.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.VERIFY):
            pass
        found = verify(self._desk.store, anchors)
        return (*found, *self._plans()) if plans and not found else found

    def _plans(self) -> tuple[Finding, ...]:
        found: list[Finding] = []
        with self._desk.store.reading() as tx:
            for kept in versions(tx, "plan"):
                values = {"id": kept.id, "name": kept.document.name}
                try:
                    folder = open_kept(tx, kept)
                except BadInput as refused:
                    found.extend(refused.findings)
                    continue
                if not audit(folder.ledger, folder.scenario, folder.plan).clean:
                    found.append(Finding("service.plan_unclean", values, value=str(kept.id)))
        return tuple(found)
