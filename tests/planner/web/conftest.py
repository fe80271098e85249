from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner import shipped
from planner.service import Service, open_service
from planner.service.settings import SETTINGS_VARIABLE
from planner.web import HOME_VARIABLE, LANGUAGE_VARIABLE, PLAN_VARIABLE
from tests.planner.web import stores
from tests.planner.web.browsing import ARGUMENTS
from tests.tools import need, need_module

Open = Callable[..., AppTest]
Look = Callable[..., AppTest]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page on a folder, in a language."""

    def opened(folder: Path, lang: str | None = None, server_lang: str = "") -> AppTest:
        monkeypatch.setenv(PLAN_VARIABLE, str(folder))
        monkeypatch.setenv(LANGUAGE_VARIABLE, server_lang)
        page = AppTest.from_file(str(shipped.path("app.py")), default_timeout=60)
        if lang:
            page.query_params["lang"] = lang
        page.run()
        assert not page.exception
        return page

    return opened


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Look:
    """Open a page of an installation as somebody, or as nobody."""

    def opened(place: Path, subject: str | None = None, *, lang: str = "zh", at: str = "", **asked: str) -> AppTest:
        monkeypatch.setenv(PLAN_VARIABLE, str(place))
        monkeypatch.setenv(LANGUAGE_VARIABLE, lang)
        monkeypatch.delenv(HOME_VARIABLE, raising=False)
        monkeypatch.delenv(SETTINGS_VARIABLE, raising=False)
        page = _alone(at) if at else AppTest.from_file(str(shipped.path("app.py")), default_timeout=60)
        if subject is not None:
            page.user = {"is_logged_in": True, "sub": subject}
        for name, value in asked.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Service]:
    """An installation where people log in; nobody is granted anything yet."""
    stores.settings(tmp_path, issuer="http://127.0.0.1:1", redirect="http://127.0.0.1:2/oauth2callback")
    service = open_service(tmp_path)
    yield service
    service.close()


@pytest.fixture
def adopted(office: Service) -> int:
    """Its adopted plan, once everybody has their roles."""
    return stores.with_people(office)


def _alone(name: str) -> AppTest:
    """The page's frame with one desk in it: a test without a browser cannot follow the navigation."""
    return AppTest.from_string(
        f"""
import streamlit as st
from planner.web import page_{name}, shell
lang = shell.begin()
shell.run([st.Page(page_{name}.show, title="{name}", url_path="{name}", default=True)], lang)
""",
        default_timeout=60,
    )


def markup(page: AppTest) -> str:
    """Everything that the page says in its own markup."""
    return "\n".join(element.proto.body for element in page.get("html") if "<style>" not in element.proto.body)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser."""
    chromium = need("chromium")
    api = need_module("playwright.sync_api")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()
