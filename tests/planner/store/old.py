"""Stores as earlier programs left them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from planner.store import Store, opening
from planner.store.keys import FIRST, TrailKey, make_key
from tests.planner.store.conftest import Place


def store_at(place: Place, revision: str) -> Store:
    """A new store whose tables stand at an earlier step."""
    if place.is_file:
        engine, shown, key_path = opening._embedded(Path(place.address), place.key)
    else:
        engine, shown, key_path = opening._server(place.address, place.key)
    config = Config()
    config.set_main_option("script_location", "planner.store:migrations")
    with opening.in_turn(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    key = TrailKey(key_path, make_key(key_path))
    key.note(0, FIRST)
    return Store(engine, key, shown)
