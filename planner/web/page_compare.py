"""Comparison."""

from __future__ import annotations

from planner.web import hand, parts, shell


def show() -> None:
    """Show the page."""
    at_hand = hand.begin("compare")
    if at_hand is None or not hand.has_plan(at_hand, "compare"):
        return
    parts.title(shell.page_title("compare", at_hand.lang), "", "")
