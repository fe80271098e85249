"""What an installation is set to: where the store is, who logs in how, what is the most that anyone may ask for."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.findings import BadInput, Finding, UnreadableInput

SETTINGS, STORE = "shanfu.toml", "shanfu.db"
SETTINGS_VARIABLE = "SHANFU_SETTINGS"

MIB = 1024 * 1024


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreSettings(_Part):
    """Where plans live.

    Parameters
    ----------
    url : str
        The file of an embedded store, as seen from the settings' folder, or a PostgreSQL address. ``${NAME}`` stands
        for a variable of the environment: no password need stand in the file.
    key : str
        The trail's key file; by default beside the embedded store.
    """

    url: str = STORE
    key: str = ""


class AuthSettings(_Part):
    """Who logs in how (OpenID Connect); where this part is missing there is no login, and the page is this machine's.

    Parameters
    ----------
    issuer : str
        The identity provider's address; its metadata stand under ``/.well-known/openid-configuration``.
    client_id : str
        What the provider calls this installation.
    redirect_uri : str
        The page's own address with ``/oauth2callback``.
    client_secret_env, cookie_secret_env : str
        Names of the variables of the environment that hold the client's secret, and the one that signs cookies.
    claim : str
        The claim that names a person: one that the provider never gives to another.
    administrators : tuple of str
        Who is an administrator before anybody has been granted anything.
    """

    issuer: Annotated[str, Field(pattern=r"^https?://\S+$")]
    client_id: Annotated[str, Field(min_length=1)]
    redirect_uri: Annotated[str, Field(pattern=r"^https?://\S+/oauth2callback$")]
    client_secret_env: Annotated[str, Field(min_length=1)] = "SHANFU_CLIENT_SECRET"
    cookie_secret_env: Annotated[str, Field(min_length=1)] = "SHANFU_COOKIE_SECRET"
    claim: str = "sub"
    administrators: tuple[str, ...] = ()


class Limits(_Part):
    """The most that anyone may ask for; each has a safe default.

    Parameters
    ----------
    upload_mb : int
        Size of a file that is handed in, in MiB.
    rows : int
        Patches of a ledger.
    solve_seconds : int
        Time of one solve.
    memory_mb : int
        Memory of one job's process, in MiB, where the system can hold it to that.
    jobs_per_person : int
        Jobs that wait or run for one person.
    sessions : int
        Pages open at a time.
    workers : int
        Jobs that run at a time on this machine.
    """

    upload_mb: Annotated[int, Field(ge=1, le=2_000)] = 50
    rows: Annotated[int, Field(ge=1, le=1_000_000)] = 100_000
    solve_seconds: Annotated[int, Field(ge=1, le=86_400)] = 600
    memory_mb: Annotated[int, Field(ge=256, le=1_000_000)] = 4_096
    jobs_per_person: Annotated[int, Field(ge=1, le=1_000)] = 3
    sessions: Annotated[int, Field(ge=1, le=10_000)] = 100
    workers: Annotated[int, Field(ge=1, le=256)] = 1


class ServiceSettings(_Part):
    """All settings of an installation.

    Parameters
    ----------
    folder : Path
        Where the settings' file stands, or would.
    """

    folder: Path = Path()
    store: StoreSettings = StoreSettings()
    auth: AuthSettings | None = None
    limits: Limits = Limits()

    @property
    def place(self) -> str | Path:
        """The store's address, variables of the environment put in.

        Raises
        ------
        BadInput
            A variable is not set.
        """
        url = _with_variables(self.store.url)
        return url if "://" in url else self.folder / url

    @property
    def key(self) -> Path | None:
        """The trail's key file, where one is named."""
        return self.folder / self.store.key if self.store.key else None


def load_settings(path: str | os.PathLike[str] | None = None) -> ServiceSettings:
    """Read the settings of an installation.

    Parameters
    ----------
    path : path, optional
        A settings file, or a folder in which ``shanfu.toml`` may stand; by default what `SHANFU_SETTINGS` names, else
        the working folder. A folder without the file has the defaults: a store in it, no login.

    Raises
    ------
    UnreadableInput
        The file that was named is not there or is not TOML.
    BadInput
        A key is unknown or its value is out of range: every one of them.
    """
    given = Path(path or os.environ.get(SETTINGS_VARIABLE) or ".")
    file = given / SETTINGS if given.is_dir() or given.suffix != ".toml" else given
    if not file.exists() and file != given:
        return ServiceSettings(folder=file.parent)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        message = error.strerror or str(error)
        raise UnreadableInput([Finding("service.no_settings", {"message": message}, file=str(file))]) from error
    except ValueError as error:
        raise UnreadableInput(
            [Finding("service.settings_not_toml", {"message": str(error)}, file=file.name)]
        ) from error
    try:
        return ServiceSettings.model_validate({**data, "folder": file.parent})
    except ValidationError as error:
        raise BadInput([_finding(fault, file.name) for fault in error.errors()]) from error


def _finding(fault: Any, file: str) -> Finding:
    place = ".".join(str(part) for part in fault["loc"])
    return Finding(
        "service.bad_setting",
        {"message": fault["msg"]},
        file=file,
        column=place,
        value=str(fault.get("input", ""))[:80],
    )


def _with_variables(given: str) -> str:
    out, rest = "", given
    while "${" in rest:
        before, _, after = rest.partition("${")
        name, closed, rest = after.partition("}")
        if not closed or name not in os.environ:
            raise BadInput(
                [Finding("service.no_variable", {"name": name}, file=SETTINGS, column="store.url", value=name)]
            )
        out += before + os.environ[name]
    return out + rest
