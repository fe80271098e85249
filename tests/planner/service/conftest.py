"""Fixtures of the room: the installation is made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from planner.service import Runner, Service, running
from tests.planner.service.world import InThisProcess, World, build


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("installation"))


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    """A copy of the installation that is the test's own."""
    return replace(template, folder=shutil.copytree(template.folder, tmp_path / "installation"))


@pytest.fixture
def service(world: World) -> Iterator[Service]:
    opened = world.open()
    yield opened
    opened.close()


@pytest.fixture
def here(service: Service, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """A worker that does its jobs in this process, and has none yet."""
    for job in service.desk("root").jobs.all():
        service.desk("root").jobs.stop(job.id)
    monkeypatch.setattr(running, "LocalProcesses", InThisProcess)
    return Runner(service, "here")
