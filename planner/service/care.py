"""The trail, anchors, verification and backup, for those who answer for them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from planner.audit import audit
from planner.findings import BadInput, Finding
from planner.service.kept import open_kept
from planner.service.rights import Action, NotAllowed
from planner.service.settings import ServiceSettings
from planner.store import Anchor, Author, Entry, anchor, entries, verify, versions
from planner.store.backup import Restored, backup, restore
from planner.store.exporting import export_store
from planner.store.keys import load_key
from planner.store.manifest import Manifest

if TYPE_CHECKING:
    from planner.service.desk import Desk

BACKED_UP, EXPORTED = "store.backup", "store.export"
"""What the trail calls it when everything leaves the house."""


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

    def verify(
        self, anchors: Sequence[Anchor] = (), *, plans: bool = False, keys: Sequence[Path] = ()
    ) -> tuple[Finding, ...]:
        """Whether the store is whole and untouched.

        Parameters
        ----------
        anchors : sequence of Anchor
            Of earlier days.
        plans : bool
            Open and audit every plan, too.
        keys : sequence of Path
            Files of earlier keys, for what was written before the store moved.

        Raises
        ------
        NotAllowed
        StoreFault
        """
        with self._desk.reading(Action.VERIFY):
            pass
        store = self._desk.store
        if keys:
            store = replace(store, key=replace(store.key, others=tuple(load_key(path) for path in keys)))
        found = verify(store, anchors)
        return (*found, *self._plans()) if plans and not found else found

    def backup(self, file: Path, *, with_key: bool = False) -> Manifest:
        """Write everything into one new file, and say so in the trail.

        Parameters
        ----------
        file : Path
        with_key : bool
            Write the trail's key, too, beside it under ``.key``.

        Raises
        ------
        NotAllowed
        StoreFault
            The file is taken or cannot be written, or the store was tampered with.
        """
        with self._desk.reading(Action.BACK_UP):
            pass
        written = backup(self._desk.store, file, with_key=with_key)
        self._left(BACKED_UP, file, written, with_key=with_key)
        return written

    def export(self, folder: Path) -> Manifest:
        """Write everything into a new folder of open files, and say so in the trail.

        Raises
        ------
        NotAllowed
        StoreFault
        """
        with self._desk.reading(Action.BACK_UP):
            pass
        written = export_store(self._desk.store, folder)
        self._left(EXPORTED, folder, written, with_key=False)
        return written

    def _left(self, action: str, place: Path, written: Manifest, *, with_key: bool) -> None:
        details = {
            "manifest": hashlib.sha256(written.to_bytes()).hexdigest(), "counts": dict(written.counts),
            "with_key": with_key,
        }  # fmt: skip
        with self._desk.writing(Action.BACK_UP) as tx:
            tx.log(action, place.name, details)

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


def restore_into(
    settings: ServiceSettings, source: Path, subject: str | None, user: str, *, keys: Sequence[Path] = ()
) -> Restored:
    """Make an installation's store from a backup or an open export.

    There is nobody to ask in a store that is not there yet: where people log in, one of the settings' administrators
    must be named.

    Parameters
    ----------
    settings : ServiceSettings
        Say where the store and its key shall be.
    source : Path
    subject : str or None
        Who restores.
    user : str
        What the machine calls its user.
    keys : sequence of Path
        The backup's key first, then still earlier ones.

    Raises
    ------
    NotAllowed
    StoreFault
        Nothing was restored.
    """
    if settings.auth is not None:
        if subject is None:
            raise NotAllowed([Finding("service.who_are_you", {})])
        if subject not in settings.auth.administrators:
            raise NotAllowed([Finding("service.not_in_settings", {"subject": subject}, value=subject)])
    return restore(
        source, settings.place, place_key=settings.key, key=keys[0] if keys else None, other_keys=tuple(keys[1:]),
        author=Author(subject or f"local:{user}", f"cli:{user}" if subject else "cli"),
    )  # fmt: skip
