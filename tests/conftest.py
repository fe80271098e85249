"""Fixtures of every room."""

from tests.postgres import postgres_database as postgres_database
from tests.postgres import postgres_server as postgres_server
from tests.postgres import postgres_url as postgres_url
