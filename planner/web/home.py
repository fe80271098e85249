"""Which installation the page shows, and what a login needs before it may start; no Streamlit is loaded here."""

from __future__ import annotations

import ipaddress
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import tomli_w

from planner.findings import BadInput, Finding
from planner.service.settings import SETTINGS, SETTINGS_VARIABLE, STORE, AuthSettings, ServiceSettings
from planner.web import HOME_VARIABLE

METADATA = "/.well-known/openid-configuration"
SECRETS = "secrets.toml"
SHORTEST_COOKIE_SECRET = 32
_LIBRARIES = ("authlib", "httpx")


def find_home(folder: Path) -> Path | None:
    """The installation to show: the folder that holds one, else the one that the environment names.

    Returns
    -------
    Path or None
        None: `folder` is a plan's folder.
    """
    if (folder / SETTINGS).is_file() or (folder / STORE).is_file():
        return folder.absolute()
    named = os.environ.get(SETTINGS_VARIABLE)
    return Path(named).absolute() if named else None


def home(folder: Path) -> Path | None:
    """The installation of this process; what ``planner serve`` decided at its start holds until its end."""
    decided = os.environ.get(HOME_VARIABLE)
    return find_home(folder) if decided is None else Path(decided) if decided else None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and no other."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def refuse_open_door(address: str, auth: AuthSettings | None) -> None:
    """Refuse to let others in where nobody logs in.

    Raises
    ------
    BadInput
    """
    if auth is None and not is_loopback(address):
        raise BadInput([Finding("login.open_door", {"address": address}, column="--address", value=address)])


def secrets_of(settings: ServiceSettings) -> str:
    """What Streamlit is told for the login, as TOML.

    Raises
    ------
    BadInput
        A secret is not set or too short, an address would carry it in the clear through the network, or what a login
        needs is not installed: all of it.
    """
    auth = settings.auth
    assert auth is not None
    found = [] if all(map(find_spec, _LIBRARIES)) else [Finding("login.no_library", {}, column="auth")]
    for column, name in (("client_secret_env", auth.client_secret_env), ("cookie_secret_env", auth.cookie_secret_env)):
        if not os.environ.get(name):
            found.append(Finding("login.no_secret", {"name": name}, file=SETTINGS, column=f"auth.{column}", value=name))
    cookie = os.environ.get(auth.cookie_secret_env, "")
    if 0 < len(cookie) < SHORTEST_COOKIE_SECRET:
        values = {"name": auth.cookie_secret_env, "least": SHORTEST_COOKIE_SECRET}
        found.append(Finding("login.short_secret", values, file=SETTINGS, column="auth.cookie_secret_env"))
    for column, url in (("issuer", auth.issuer), ("redirect_uri", auth.redirect_uri)):
        parts = urlsplit(url)
        if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
            found.append(Finding("login.not_https", {"url": url}, file=SETTINGS, column=f"auth.{column}", value=url))
    if found:
        raise BadInput(found)
    return tomli_w.dumps(
        {
            "auth": {
                "redirect_uri": auth.redirect_uri,
                "cookie_secret": cookie,
                "client_id": auth.client_id,
                "client_secret": os.environ[auth.client_secret_env],
                "server_metadata_url": auth.issuer.rstrip("/") + METADATA,
            }
        }
    )


@contextmanager
def secrets_file(settings: ServiceSettings | None) -> Iterator[Path | None]:
    """Keep the login's secrets in a file that only this user reads, until the block ends; None where nobody logs in.

    Raises
    ------
    BadInput
    """
    if settings is None or settings.auth is None:
        yield None
        return
    content = secrets_of(settings)
    with tempfile.TemporaryDirectory(prefix="shanfu-", ignore_cleanup_errors=True) as place:
        file = Path(place) / SECRETS
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(content)
        yield file
