"""What every part of a scenario is made from."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a scenario: unknown keys are refused, and nothing is changed once it is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def named(value: object) -> object:
    """A name without blanks around it; an empty one is none."""
    return (value.strip() or None) if isinstance(value, str) else value
