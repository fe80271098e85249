"""What this program is, for certificates and keys."""

from __future__ import annotations

from importlib import metadata


def product_version() -> str:
    """The version that is installed."""
    return metadata.version("shanfu")
