"""The command ``planner``: each module of this room adds its commands to `common.app`."""

from __future__ import annotations

import sys

# in the order of the help
# isort: off
from planner.cli import plans as plans
from planner.cli import ledgers as ledgers
from planner.cli import outlook as outlook
from planner.cli import documents as documents
from planner.cli import questions as questions
from planner.cli import kept as kept
from planner.cli import work as work
from planner.cli import year as year
from planner.cli import scores as scores
from planner.cli import care as care
from planner.cli import backups as backups
from planner.cli import about as about

# isort: on
from planner.cli.common import app


def main() -> None:
    """Run the command; people's texts are UTF-8 on every machine."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()
