"""A clerk who writes steps: the head filled in, one minute after another."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from planner.cycle import WHO_MAY, Cycle, Kind, Role, Step
from planner.cycle.payloads import money_of
from planner.plan import Purse

BEIJING = dt.timezone(dt.timedelta(hours=8))


def evidence(name: str) -> list[dict[str, str]]:
    return [{"name": f"{name}.jpg", "sha256": hashlib.sha256(name.encode()).hexdigest()}]


def money(sums: Mapping[Purse, int]) -> list[dict[str, Any]]:
    return [part.model_dump(mode="json") for part in money_of(sums)]


class Clerk:
    """Keeps a cycle and enters steps into it; `today` moves with the days that are named."""

    def __init__(self, cycle: Cycle, today: dt.date) -> None:
        self.cycle, self.now = cycle, dt.datetime.combine(today, dt.time(8), BEIJING)

    @property
    def today(self) -> dt.date:
        return self.now.date()

    def wait(self, day: dt.date) -> None:
        assert day >= self.today
        if day > self.today:
            self.now = dt.datetime.combine(day, dt.time(8), BEIJING)

    def step(
        self,
        kind: str,
        district: str,
        year: int,
        patch: str | None = None,
        role: str | None = None,
        number: str = "",
        remark: str = "",
        **payload: Any,
    ) -> Step:
        """The step without entering it."""
        who = Role(role) if role else min(WHO_MAY[Kind(kind)])
        return Step.from_dict(
            {
                "kind": kind, "year": year, "district": district, "patch": patch, "author": f"test {who}",
                "role": str(who), "at": self.now.isoformat(), "number": number or f"{kind}-{len(self.cycle.history)}",
                "remark": remark, "payload": payload,
            }
        )  # fmt: skip

    def do(self, kind: str, district: str, year: int, patch: str | None = None, **more: Any) -> Step:
        step = self.step(kind, district, year, patch, **more)
        self.cycle = self.cycle.then(step)
        self.now += dt.timedelta(seconds=1)
        return step

    def back(self, what: str, district: str, year: int, patch: str | None = None, role: str = "finance") -> Step:
        return self.do("return", district, year, patch, role=role, remark="to be looked at again", what=what)
