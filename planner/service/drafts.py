"""What somebody has begun and not yet kept under a name: a page saves it as it is edited, and loses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.service.kept import seen
from planner.service.said import check_names
from planner.store.scratch import Draft, draft_of, drafts_of, drop_draft, save_draft

if TYPE_CHECKING:
    from planner.service.desk import Desk


class Drafts:
    """One's own drafts, at somebody's desk: nobody else reads them, and no trail or backup holds them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def save(self, key: str, content: str, base: int | None = None) -> Draft:
        """Keep a draft in place of the one of the same key.

        Parameters
        ----------
        key : str
            What the page calls it.
        content : str
            What the page makes of it.
        base : int, optional
            The version that it was begun from.

        Raises
        ------
        NotAllowed
        BadInput
            It is too large, one more than a person may have, or its key or content cannot be kept.
        """
        check_names(key=key)
        with self._desk.store.writing(self._desk.author) as tx:
            person = self._desk.who(tx)
            if base is not None:
                seen(tx, person, base)
            return save_draft(tx, key, content, base)

    def load(self, key: str) -> Draft | None:
        """The draft of that key, if there is one.

        Raises
        ------
        NotAllowed
        """
        check_names(key=key)
        with self._desk.reading() as tx:
            return draft_of(tx, self._desk.who(tx).subject, key)

    def drop(self, key: str) -> bool:
        """Forget a draft.

        Returns
        -------
        bool
            Whether there was one.

        Raises
        ------
        NotAllowed
        """
        check_names(key=key)
        with self._desk.store.writing(self._desk.author) as tx:
            self._desk.who(tx)
            return drop_draft(tx, key)

    def all(self) -> tuple[Draft, ...]:
        """Every draft of this person, saved last first.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            return drafts_of(tx, self._desk.who(tx).subject)
