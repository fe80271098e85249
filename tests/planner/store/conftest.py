"""A store of each kind: what is held of one is held of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.store import Author, Store, open_store

WANG, LI = Author("local:wang", "cli"), Author("local:li", "web")


@dataclass(frozen=True)
class Place:
    """Where a store lies or will lie."""

    address: str
    key: Path

    @property
    def is_file(self) -> bool:
        return "://" not in self.address

    @property
    def head(self) -> Path:
        """The file of the last entry seen."""
        return self.key.with_name(self.key.name + ".head")

    def open(self) -> Store:
        return open_store(self.address, key=self.key)


@pytest.fixture
def file_place(tmp_path: Path) -> Place:
    return Place(str(tmp_path / "shanfu.db"), tmp_path / "trail.key")


@pytest.fixture
def server_place(postgres_url: str, tmp_path: Path) -> Place:
    return Place(postgres_url, tmp_path / "trail.key")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    """An address where nothing is yet."""
    found: Place = request.getfixturevalue("file_place" if request.param == "sqlite" else "server_place")
    return found


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """A new, empty store."""
    opened = place.open()
    try:
        yield opened
    finally:
        opened.close()
    assert opened.warnings == []
