"""Yearly tasks."""

from __future__ import annotations

from planner.web import hand, parts, shell


def show() -> None:
    """Show the page."""
    at_hand = hand.begin("tasks", whole=False)
    if at_hand is None or not hand.has_plan(at_hand, "tasks"):
        return
    parts.title(shell.page_title("tasks", at_hand.lang), "", "")
