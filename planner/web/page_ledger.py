"""Ledger."""

from __future__ import annotations

from planner.web import hand, parts, shell


def show() -> None:
    """Show the page."""
    at_hand = hand.begin("ledger")
    if at_hand is None or not hand.has_plan(at_hand, "ledger"):
        return
    parts.title(shell.page_title("ledger", at_hand.lang), "", "")
