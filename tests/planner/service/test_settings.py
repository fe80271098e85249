"""The settings of an installation: read whole, refused with what is wrong, safe where nothing is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.findings import BadInput, UnreadableInput
from planner.service import Limits, load_settings, open_service

LOGIN = """
[auth]
issuer = "https://login.example"
client_id = "shanfu"
redirect_uri = "https://shanfu.example/oauth2callback"
administrators = ["root"]
"""


def written(folder: Path, text: str, name: str = "shanfu.toml", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def refused(folder: Path, text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as error:
        load_settings(written(folder, text))
    assert all(finding.line("zh") and finding.line("en") for finding in error.value.findings)
    assert {finding.file for finding in error.value.findings} == {"shanfu.toml"}
    return [(finding.key, finding.column) for finding in error.value.findings]


def test_nothing_said_is_a_single_pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHANFU_SETTINGS", raising=False)
    found = load_settings(tmp_path)
    assert found.auth is None
    assert found.place == tmp_path / "shanfu.db"
    assert found.limits == Limits(
        upload_mb=50, rows=100_000, solve_seconds=600, memory_mb=4_096, jobs_per_person=3, sessions=100, workers=1
    )
    monkeypatch.chdir(tmp_path)
    assert load_settings().place == Path("shanfu.db")
    assert load_settings(written(tmp_path, "")).limits == found.limits
    service = open_service(tmp_path)
    assert not service.has_login
    service.close()


def test_a_file_is_found_by_folder_name_or_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[limits]\nrows = 7\n"
    path = written(tmp_path, text)
    other = written(tmp_path, "[limits]\nrows = 8\n", "other.toml")
    assert load_settings(tmp_path).limits.rows == 7
    assert load_settings(path).limits.rows == 7
    monkeypatch.setenv("SHANFU_SETTINGS", str(other))
    assert load_settings().limits.rows == 8
    monkeypatch.setenv("SHANFU_SETTINGS", "")
    monkeypatch.chdir(tmp_path)
    assert load_settings().limits.rows == 7


def test_an_editors_byte_order_mark_and_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, "[limits]\r\nrows = 7\r\n", encoding="utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert load_settings(path).limits.rows == 7


def test_a_file_that_is_named_has_to_be_there_and_be_toml(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput) as error:
        load_settings(tmp_path / "none.toml")
    assert [f.key for f in error.value.findings] == ["service.no_settings"]
    for text, encoding in (
        ("[limits\nrows", "utf-8"),
        ("rows = ", "utf-8"),
        ("# 区\n", "gb18030"),
        ("a=1\na=2", "utf-8"),
    ):
        with pytest.raises(UnreadableInput) as error:
            load_settings(written(tmp_path, text, encoding=encoding))
        assert [f.key for f in error.value.findings] == ["service.settings_not_toml"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("[limits]\nrow = 1\nupload = 2\n", ["limits.row", "limits.upload"]),
        ("limit = 1\n", ["limit"]),
        ("folder = '/etc'\n", ["folder"]),
        ("[limits]\nrows = 0\nworkers = -1\nsessions = 1e9\n", ["limits.rows", "limits.sessions", "limits.workers"]),
        ("[limits]\nrows = '7'\n", ["limits.rows"]),
        ("[limits]\nrows = true\n", ["limits.rows"]),
        ("[limits]\nrows = 1.5\n", ["limits.rows"]),
        ("[limits]\nmemory_mb = 128\n", ["limits.memory_mb"]),
        ("limits = 3\n", ["limits"]),
        ("[store]\nurl = 3\n", ["store.url"]),
        ("[store]\npassword = 'x'\n", ["store.password"]),
        (LOGIN + "provider = 'x'\n", ["auth.provider"]),
        (LOGIN.replace('["root"]', '"root"'), ["auth.administrators"]),
        ("[auth]\n", ["auth.issuer", "auth.client_id", "auth.redirect_uri"]),
    ],
)  # fmt: skip
def test_every_setting_that_is_none_is_named(text: str, places: list[str], tmp_path: Path) -> None:
    found = refused(tmp_path, text)
    assert {key for key, _ in found} == {"service.bad_setting"}
    assert sorted(place for _, place in found) == sorted(places)


def test_variables_of_the_environment_stand_in_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "[store]\nurl = 'postgresql://shanfu:${SHANFU_DB}@db/${NAME}'\nkey = 'trail.key'\n")
    monkeypatch.setenv("SHANFU_DB", "p${NAME}w")  # what a variable holds is not looked into
    monkeypatch.setenv("NAME", "plans")
    found = load_settings(path)
    assert found.place == "postgresql://shanfu:p${NAME}w@db/plans"
    assert found.key == tmp_path / "trail.key"


@pytest.mark.parametrize(("url", "name"), [("a${SHANFU_NOT_SET}b", "SHANFU_NOT_SET"), ("${OPEN", "OPEN"), ("${}", "")])
def test_a_variable_that_is_not_set_is_named(url: str, name: str, tmp_path: Path) -> None:
    written(tmp_path, f"[store]\nurl = '{url}'\n")
    with pytest.raises(BadInput) as error:
        open_service(tmp_path)
    assert [(f.key, f.values["name"]) for f in error.value.findings] == [("service.no_variable", name)]
    assert not list(tmp_path.glob("*.db"))


def test_a_login_is_never_left_out_by_a_slip(tmp_path: Path) -> None:
    """A misspelt [auth] would open the installation to everybody: it is refused."""
    assert refused(tmp_path, LOGIN.replace("[auth]", "[Auth]")) == [("service.bad_setting", "Auth")]
    written(tmp_path, LOGIN)
    service = open_service(tmp_path)
    try:
        assert service.has_login
        with pytest.raises(BadInput) as error:
            service.desk()
        assert [f.key for f in error.value.findings] == ["service.who_are_you"]
        with pytest.raises(BadInput):
            service.desk(service.local_subject())
        assert service.desk("root").staff.everybody()
    finally:
        service.close()
