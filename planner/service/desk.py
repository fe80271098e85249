"""Where people sit: a service over a store, and a desk for each person, at which every right is asked."""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from planner.findings import Finding
from planner.service import people as folding
from planner.service.adjusting import Adjusting
from planner.service.care import Care
from planner.service.deciding import Deciding
from planner.service.drafts import Drafts
from planner.service.joining import Joining
from planner.service.keeping import Keeping
from planner.service.people import Person, local_person
from planner.service.queueing import Queueing
from planner.service.reporting import Reporting
from planner.service.rights import Action, NotAllowed, allowed, require
from planner.service.settings import ServiceSettings, load_settings
from planner.service.staff import Staff
from planner.service.steps import Cycles
from planner.service.year import Year
from planner.store import Author, Reading, Store, Writing, open_store, series


class Service:
    """What the command line and the page both speak to: the store, the settings, and who may do what.

    Parameters
    ----------
    store : Store
    settings : ServiceSettings
    """

    def __init__(self, store: Store, settings: ServiceSettings) -> None:
        self.store = store
        self.settings = settings
        self.cycles = Cycles()

    @property
    def has_login(self) -> bool:
        """Whether people log in here; else there is one person, on this machine."""
        return self.settings.auth is not None

    def everybody(self, tx: Reading) -> Mapping[str, Person]:
        """People by their subject, as they stand now."""
        auth = self.settings.auth
        return folding.fold(series(tx, folding.SERIES), auth.administrators if auth else ())

    def person(self, tx: Reading, subject: str) -> Person:
        """Who a subject is now.

        Raises
        ------
        NotAllowed
            Nobody of that name was granted anything.
        """
        local = self.local_subject()
        if not self.has_login and subject == local:
            return local_person(local.removeprefix("local:"))
        found = self.everybody(tx).get(subject)
        if found is None:
            raise NotAllowed([Finding("service.unknown_person", {"subject": subject}, value=subject)])
        return found

    def name_of(self, tx: Reading, subject: str) -> str:
        """What people call somebody who once did something here."""
        known = self.everybody(tx).get(subject)
        return known.name if known else subject.removeprefix("local:")

    @staticmethod
    def now() -> dt.datetime:
        """The present moment where this machine stands, to the second."""
        return dt.datetime.now().astimezone().replace(microsecond=0)

    @staticmethod
    def local_subject() -> str:
        """What the one person of a machine without login is called."""
        return f"local:{user_of_machine()}"

    def desk(self, subject: str | None = None, via: str = "cli") -> Desk:
        """A desk for somebody; for the one person of this machine where nobody is named.

        Raises
        ------
        NotAllowed
            The person is unknown or was disabled, or nobody is named where people log in.
        """
        if subject is None:
            if self.has_login:
                raise NotAllowed([Finding("service.who_are_you", {})])
            subject = self.local_subject()
        desk = Desk(self, subject, via)
        if not desk.person.active:
            raise NotAllowed([Finding("service.disabled", {"name": desk.person.name or subject})])
        return desk

    def close(self) -> None:
        """Let the store go."""
        self.store.close()


class Desk:
    """What one person does, by one way. Who the person is, is looked up anew each time.

    Parameters
    ----------
    service : Service
    subject : str
    via : str
        ``cli``, ``web`` or ``job``.
    """

    def __init__(self, service: Service, subject: str, via: str) -> None:
        self.service = service
        self.store = service.store
        self.author = Author(subject, _way(via, subject))

    @property
    def person(self) -> Person:
        """The person as they stand now."""
        with self.store.reading() as tx:
            return self.service.person(tx, self.author.who)

    @contextmanager
    def reading(self, action: Action | None = None, district: str = "") -> Iterator[Reading]:
        """Read, once the right is there.

        Raises
        ------
        NotAllowed
        StoreFault
        """
        with self.store.reading() as tx:
            person = self.who(tx)
            if action is not None:
                require(person, action, district)
            yield tx

    @contextmanager
    def writing(self, action: Action, district: str = "") -> Iterator[Writing]:
        """Change, once the right is there; it is asked inside the very change.

        Raises
        ------
        NotAllowed
        StoreFault
        """
        with self.store.writing(self.author) as tx:
            require(self.who(tx), action, district)
            yield tx

    def who(self, tx: Reading) -> Person:
        """The person as they stand at this moment.

        Raises
        ------
        NotAllowed
            They were disabled.
        """
        person = self.service.person(tx, self.author.who)
        if not person.active:
            raise NotAllowed([Finding("service.disabled", {"name": person.name or person.subject})])
        return person

    def may(self, action: Action, district: str = "") -> bool:
        """Whether the person may, for a page that shows only what can be done."""
        return allowed(self.person, action, district)

    @cached_property
    def keeping(self) -> Keeping:
        """Ledgers, scenarios, plans and their documents."""
        return Keeping(self)

    @cached_property
    def drafts(self) -> Drafts:
        """What this person has begun and not yet kept."""
        return Drafts(self)

    @cached_property
    def deciding(self) -> Deciding:
        """Publishing, adopting, taking in what was handed in."""
        return Deciding(self)

    @cached_property
    def joining(self) -> Joining:
        """Merging, and taking in what was handed in."""
        return Joining(self)

    @cached_property
    def adjusting(self) -> Adjusting:
        """Edits of a plan's tasks by hand."""
        return Adjusting(self)

    @cached_property
    def jobs(self) -> Queueing:
        """Work that takes time."""
        return Queueing(self)

    @cached_property
    def year(self) -> Year:
        """The working year."""
        return Year(self)

    @cached_property
    def reporting(self) -> Reporting:
        """Workbooks of the working year."""
        return Reporting(self)

    @cached_property
    def staff(self) -> Staff:
        """People and their rights."""
        return Staff(self)

    @cached_property
    def care(self) -> Care:
        """Trail, anchors, verification, backup."""
        return Care(self)


def open_service(settings: ServiceSettings | str | os.PathLike[str] | None = None) -> Service:
    """Open an installation by its settings, its settings' file or its folder.

    Raises
    ------
    BadInput
        The settings are refused, or the store cannot be opened.
    """
    own = settings if isinstance(settings, ServiceSettings) else load_settings(settings)
    return Service(open_store(own.place, key=own.key), own)


def user_of_machine() -> str:
    """What this machine calls its user; it need not have a name for everyone."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return str(Path.home().name) or "user"


def _way(via: str, subject: str) -> str:
    """The way a change came; a command tells also which user of the machine gave it for another."""
    user = user_of_machine()
    return f"{via}:{user}" if via == "cli" and subject != f"local:{user}" else via
