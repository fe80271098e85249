"""Who looks at the page: the person who logged in, or this machine's one; looked up anew in every run."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from planner.findings import Finding
from planner.service import Desk, NotAllowed, Service, open_service

FULL_HEADER = "x-shanfu-full"
"""Set by the server on the stream of a page that is one too many."""


class NotSignedIn(Exception):
    """People log in here, and this one has not."""


@st.cache_resource(show_spinner=False)
def service_at(place: str) -> Service:
    """The service of an installation, one for all pages of this process.

    Raises
    ------
    BadInput
    """
    return open_service(place)


def desk(place: Path | None) -> Desk | None:
    """The desk of the one who looks, or None where a plan's folder is shown.

    Raises
    ------
    NotSignedIn
    NotAllowed
        The person is unknown or was disabled, or the login does not say who it is.
    BadInput
        The store cannot be opened.
    """
    if place is None:
        return None
    service = service_at(str(place))
    auth = service.settings.auth
    if auth is None:
        return service.desk(via="web")
    if not signed_in():
        raise NotSignedIn
    subject = st.user.get(auth.claim)
    if not isinstance(subject, str) or not subject.strip():
        raise NotAllowed([Finding("login.no_claim", {"claim": auth.claim}, column=auth.claim)])
    return service.desk(subject, via="web")


def signed_in() -> bool:
    """Whether somebody logged in; it does not yet say that they may do anything."""
    return st.user.get("is_logged_in") is True


def is_one_too_many() -> bool:
    """Whether as many pages are open as are allowed without this one."""
    return st.context.headers.get(FULL_HEADER) is not None
