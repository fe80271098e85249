"""What every test in a real browser goes by."""

from __future__ import annotations

from tests.planner.web.serving import ROOT

SCREENS = ROOT / "out" / "screens"
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
LONGEST = 90_000
"""Milliseconds that anything may take on a machine that has much else to do."""
