"""Fixtures of the room."""

from tests.planner.in_process import in_process as in_process
