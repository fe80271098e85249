"""The examples of deploy/: what they name is there, and the service manager takes them."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from planner.cli import app
from tests.tools import need

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def named_commands() -> dict[str, set[str]]:
    """The commands of `planner` that the examples name, each with the options given to it."""
    found: dict[str, set[str]] = {}
    texts = [path.read_text(encoding="utf-8") for path in [DEPLOY / "README.md", *UNITS, *DEPLOY.glob("bundle/*")]]
    for name, rest in re.findall(r"planner(?:\.cmd)? ([a-z][a-z-]*)\b([^`\n]*)", "\n".join(texts)):
        found.setdefault(name, set()).update(re.findall(r"--[a-z-]+", rest))
    command = re.search(r"^CMD \[(.*)\]$", (DEPLOY / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert command is not None
    name, *words = re.findall(r'"([^"]*)"', command[1])
    found.setdefault(name, set()).update(word for word in words if word.startswith("--"))
    return found


def test_every_command_and_option_that_is_named_exists() -> None:
    there = get_command(app).commands
    named = named_commands()
    assert {"serve", "work", "backup", "restore", "verify-store", "demo"} <= set(named)
    for name in sorted(named.keys() & there.keys()):
        options = {option for one in there[name].params for option in (*one.opts, *one.secondary_opts)}
        assert named[name] <= options, name
    assert set(named) <= set(there), "a command that is named does not exist"


@pytest.mark.parametrize("unit", UNITS, ids=[unit.stem for unit in UNITS])
class TestUnits:
    def test_the_service_manager_takes_it(self, unit: Path, tmp_path: Path) -> None:
        analyze = need("systemd-analyze")
        own = tmp_path / unit.name
        text = unit.read_text(encoding="utf-8")
        own.write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", text), encoding="utf-8")
        done = subprocess.run([analyze, "verify", str(own)], capture_output=True, text=True)
        assert (done.returncode, done.stdout + done.stderr) == (0, "")
        # exposure on a scale of 0.0 to 10.0, as tenths
        said = subprocess.run(
            [analyze, "security", "--offline=true", "--threshold=20", str(own)], capture_output=True, text=True
        )
        assert said.returncode == 0, said.stdout + said.stderr

    def test_it_runs_without_rights(self, unit: Path) -> None:
        parser = configparser.RawConfigParser(strict=False)
        parser.optionxform = str  # type: ignore[assignment, method-assign]
        parser.read(unit, encoding="utf-8")
        service = dict(parser["Service"])
        assert (service["User"], service["StateDirectory"]) == ("shanfu", "shanfu")
        assert service["CapabilityBoundingSet"] == ""
        assert (service["NoNewPrivileges"], service["ProtectSystem"]) == ("yes", "strict")
        assert (service["IPAddressDeny"], service["IPAddressAllow"]) == ("any", "localhost")
        assert "MemoryMax" in service


def test_the_settings_hold_no_secret() -> None:
    settings = tomllib.loads((DEPLOY / "shanfu.toml").read_text(encoding="utf-8"))
    assert set(settings) == {"store", "auth", "limits"}
    assert not [name for name in settings["auth"] if "secret" in name and not name.endswith("_env")]
    assert ":" not in settings["store"]["url"].partition("://")[2].partition("@")[0]
    assert all(isinstance(value, int) and value > 0 for value in settings["limits"].values())


def test_the_container_fetches_nothing_and_is_nobody_special() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    steps = [line for line in lines if line and not line.startswith(("#", " "))]
    assert [step for step in steps if step.startswith("RUN") and "install.sh" in step] == [
        "RUN --network=none sh /bundle/install.sh --to /opt/shanfu"
    ]
    assert not [line for line in lines if re.search(r"\b(pip|apt|apt-get|curl|wget)\b", line)]
    last_user = [step for step in steps if step.startswith("USER")][-1]
    assert last_user == "USER 10001:10001"
    assert steps.index(last_user) < next(i for i, step in enumerate(steps) if step.startswith("ENTRYPOINT"))


def test_nginx_hands_on_what_the_page_checks() -> None:
    """The page compares origin and host; without the host as typed and the upgrade, nobody gets in."""
    text = (DEPLOY / "nginx" / "shanfu.conf").read_text(encoding="utf-8")
    told = dict(re.findall(r"proxy_set_header (\S+)\s+(\S+);", text))
    assert (told["Host"], told["Upgrade"], told["Connection"]) == ("$http_host", "$http_upgrade", "$connection_upgrade")
    age = re.search(r'Strict-Transport-Security "max-age=(\d+); includeSubDomains"', text)
    assert age is not None
    assert int(age[1]) >= 365 * 24 * 3600
