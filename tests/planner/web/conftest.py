from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner import shipped
from planner.web import LANGUAGE_VARIABLE, PLAN_VARIABLE

Open = Callable[..., AppTest]


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


def markup(page: AppTest) -> str:
    """Everything that the page says in its own markup."""
    return "\n".join(element.proto.body for element in page.get("html") if "<style>" not in element.proto.body)
