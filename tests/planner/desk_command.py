"""The commands that work on a store, run in this process, in a house of their own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from planner import Scenario, make_plan
from planner.cli import app
from planner.office.folder import save_folder
from tests.planner.cycle import tiny

Y = 2021
"""The first year: steps can only be entered of days that are over."""

AUTH = """
[auth]
issuer = "https://login.example"
client_id = "shanfu"
redirect_uri = "https://shanfu.example/oauth2callback"
administrators = ["root"]
"""


def trial() -> Scenario:
    """The small case's scenario, in years that are over."""
    data = tiny.trial().model_dump(mode="json", serialize_as_any=True)
    data["horizon"] = {"first": Y, "last": Y + 2}
    for budget in data["budgets"]:
        budget["year"] -= tiny.FIRST - Y
    return Scenario.model_validate(data)


def planned(folder: Path) -> Path:
    """A plan's folder of the small case: A, B, C and S all begin in the first year."""
    ledger, scenario = tiny.ledger(), trial()
    save_folder(folder, ledger, scenario, make_plan(ledger, scenario, seconds=20))
    return folder


@dataclass(frozen=True)
class House:
    """An installation's folder, and somebody who gives commands there."""

    folder: Path
    subject: str | None = None

    def run(self, *args: str | int | Path, code: int = 0, lang: str = "en") -> str:
        """What a command says; it ends with `code`, and never with a traceback."""
        who = ["--as", self.subject] if self.subject and args[0] not in ("work",) else []
        given = [*map(str, args), "--home", str(self.folder), *who, "--lang", lang]
        result: Result = CliRunner().invoke(app, given)
        assert result.exception is None or isinstance(result.exception, SystemExit), (given, result.exception)
        assert result.exit_code == code, (given, result.output)
        assert "Traceback" not in result.output
        return result.output

    def data(self, *args: str | int | Path, code: int = 0) -> Any:
        """The JSON that a command gives."""
        return json.loads(self.run(*args, "--json", code=code))

    def refused(self, key: str, *args: str | int | Path, code: int = 2) -> None:
        """A command is refused with this finding, in both languages, and says what to do."""
        for lang, repair in (("zh", "建议："), ("en", "Likely repair: ")):
            said = self.run(*args, code=code, lang=lang)
            assert key in said, said
            assert repair in said, said

    def by(self, subject: str) -> House:
        """The same house at another's desk."""
        return House(self.folder, subject)

    def copy(self, to: Path) -> House:
        """The same house in another folder."""
        shutil.copytree(self.folder, to, dirs_exist_ok=True)
        return House(to, self.subject)


def with_login(house: House, people: Sequence[tuple[str, str, str]]) -> House:
    """The house with login and these people: subject, role, district."""
    (house.folder / "shanfu.toml").write_text(AUTH, encoding="utf-8")
    for subject, role, district in people:
        own = ["--district", district] if district else []
        house.by("root").run("grant", subject, role, *own, "--name", f"test {subject}")
    return house


PEOPLE = (("wang", "finance", ""), ("li", "leadership", ""), ("north", "district", "North"),
          ("south", "district", "South"))  # fmt: skip
