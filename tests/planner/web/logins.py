"""A served installation where people log in, with the provider that knows them, both on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from planner.service import Service, open_service
from tests.planner.web import stores
from tests.planner.web.oidc import CLIENT_SECRET, Provider, provider
from tests.planner.web.serving import served
from tests.tools import free_port

Kept = TypeVar("Kept")


@dataclass
class Office:
    """A served installation with its provider."""

    url: str
    provider: Provider
    service: Service


@contextmanager
def office_with_login(place: Path, furnish: Callable[[Service], Kept]) -> Iterator[tuple[Office, Kept]]:
    """Serve an installation, once it is furnished, until the block ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with provider() as own, pytest.MonkeyPatch.context() as told:
        own.redirect_uri = f"{url}/oauth2callback"
        told.setenv("SHANFU_CLIENT_SECRET", CLIENT_SECRET)
        told.setenv("SHANFU_COOKIE_SECRET", "c" * 40)
        told.setenv("NO_PROXY", "127.0.0.1")
        stores.settings(place, issuer=own.issuer, redirect=own.redirect_uri)
        service = open_service(place)
        kept = furnish(service)
        with served(place, port=port):
            yield Office(url, own, service), kept
        service.close()
