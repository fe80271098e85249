"""About."""

from __future__ import annotations

from planner.web import parts, shell


def show() -> None:
    """Show the page."""
    lang = shell.language()
    parts.title(shell.page_title("about", lang), "", "")
