"""An installation of three districts, small enough to look through: everything in it has a name of its own.

The patches, purses, figures, notes and names of each district carry its letter, so that a leak is found by a search.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from planner.ledger import Ledger
from planner.plan import Pick, Plan
from planner.scenario import Scenario
from planner.service import Desk, Role, Service, ServiceSettings, open_service
from planner.service.settings import AuthSettings, Limits, StoreSettings
from planner.store import Author
from planner.store.tables import METADATA
from tests.planner.office.handmade import plan_of
from tests.planner.worlds import ALL_ON, FIRST, LAST, patch, scenario

A, B, C = "甲区", "乙区", "丙区"
CITY = ""
LETTER = {A: "A", B: "B", C: "C", CITY: "city"}
AUTH = AuthSettings(
    issuer="https://login.example", client_id="shanfu", redirect_uri="https://shanfu.example/oauth2callback",
    administrators=("root",),
)  # fmt: skip

PEOPLE = {  # subject: what is granted
    "finance": [(Role.FINANCE, ())],
    "planner-a": [(Role.DISTRICT, (A,))],
    "planner-ac": [(Role.DISTRICT, (A, C))],
    "planner-b": [(Role.DISTRICT, (B,))],
    "leader": [(Role.LEADERSHIP, ())],
    "root": [],  # an administrator by the settings
    "finance-a": [(Role.FINANCE, ()), (Role.DISTRICT, (A,))],
    "gone": [(role, (A, B, C) if role is Role.DISTRICT else ()) for role in Role],
}
HOME = {A: "planner-a", B: "planner-b", C: "planner-ac", CITY: "finance"}

# Each district has a patch that the city pays for and one that it pays for itself; figures that occur only once.
COSTS = {"A-1": 101_111, "A-2": 202_229, "B-1": 303_337, "B-2": 404_443, "C-1": 505_559, "C-2": 606_661}
SECRETS_OF_B = ("B-1", "B-2", B, "303337", "404443", "303,337", "404,443", "411000", "411,000", "draft-B", "note of B")
"""What nobody of another district may come to see, wherever it stands."""


def ledger(**changes: Any) -> Ledger:
    """Six patches in three districts."""
    rows = []
    for name, yuan in COSTS.items():
        district = {"A": A, "B": B, "C": C}[name[0]]
        row = patch(name, district=district, cost_yuan=yuan, ever_licensed=name.endswith("1"))
        rows.append(replace(row, **{"name": f"图斑 {name}", **changes.get(name, {})}))
    return Ledger(tuple(rows))


def trial(name: str = "base", **changes: Any) -> Scenario:
    """Enough money for all in any year but the last."""
    money: list[dict[str, Any]] = [{"source": "municipal", "year": year, "yuan": 1_000_000} for year in (FIRST, LAST)]
    money += [
        {"source": "district", "district": district, "year": FIRST + 1, "yuan": yuan}
        for district, yuan in ((A, 210_000), (B, 411_000), (C, 611_000))
    ]
    given: dict[str, Any] = {"name": name, "clauses": ALL_ON, "budgets": money, "goals": [{"name": "waiting"}]}
    return scenario(**{**given, **changes})


def picks(late: str = "") -> list[Pick]:
    """Everything in the first year that pays for it; one patch may wait for the last."""
    return [
        Pick(name, "standard", LAST if name == late else FIRST if name.endswith("1") else FIRST + 1) for name in COSTS
    ]


def hand_made(rows: Ledger, given: Scenario, late: str = "") -> Plan:
    return plan_of(rows, given, picks(late), run_id=f"run-{given.name}")


@dataclass
class World:
    """Where the installation is, and the ids of what is in it: by whose it is and whether it is published."""

    folder: Path
    ledgers: dict[tuple[str, bool], int] = field(default_factory=dict)
    scenarios: dict[tuple[str, bool], int] = field(default_factory=dict)
    plans: dict[tuple[str, bool], int] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    url: str = ""

    def open(self, **limits: int) -> Service:
        return open_service(settings(self.folder, self.url, **limits))


def settings(folder: Path, url: str = "", **limits: int) -> ServiceSettings:
    store = StoreSettings(url=url, key="trail.key") if url else StoreSettings()
    return ServiceSettings(folder=folder, auth=AUTH, store=store, limits=Limits(**{"jobs_per_person": 50, **limits}))


def desk(service: Service, subject: str) -> Desk:
    """A desk even for somebody who may not sit down: what is at an open desk is refused all the same."""
    return Desk(service, subject, "web")


def build(folder: Path, url: str = "") -> World:
    """Make the installation, everything through desks."""
    world = World(folder, url=url)
    service = world.open()
    try:
        root = service.desk("root")
        for subject, granted in PEOPLE.items():
            for role, districts in granted:
                root.staff.grant(subject, role, districts=districts, name=f"Name of {subject}")
        for district in (CITY, A, B, C):
            _fill(service, world, district)
        leader = service.desk("leader")
        leader.deciding.adopt(world.plans[CITY, True], "reason of the city")
        leader.year.begin(world.plans[CITY, True])
        for district in (CITY, A, B, C):
            own = service.desk(HOME[district])
            known = world.ledgers[CITY, True], world.scenarios[district, not district]
            world.jobs[district] = own.jobs.plan(*known, district=district, note=f"note of {LETTER[district]}")[0].id
        root.staff.disable("gone")
    finally:
        service.close()
    return world


def _fill(service: Service, world: World, district: str) -> None:
    own, letter = service.desk(HOME[district]), LETTER[district]
    for shown in (True, False):
        word = "shown" if shown else "draft"
        note = f"note of {letter}"
        more = {"A-1": {"remark": f"{word} of {letter}"}}
        kept = own.keeping.keep_ledger(ledger(**more), f"{word}-{letter}", district=district, note=note)
        given = trial(f"{word}-{letter}", note={"zh": note})
        trial_kept = own.keeping.keep_scenario(given, district=district, note=note)
        world.ledgers[district, shown], world.scenarios[district, shown] = kept.id, trial_kept.id
        base = kept.id if not district else world.ledgers[CITY, True]
        rows = own.keeping.open_ledger(base) if not district else service.desk("finance").keeping.open_ledger(base)
        plan = own.keeping.keep_plan(
            hand_made(rows, given), base, trial_kept.id, district=district, note=note
        )  # fmt: skip
        world.plans[district, shown] = plan.id
        if shown:
            for identity in (kept.id, trial_kept.id, plan.id):
                own.deciding.publish(identity, note)


def everything(service: Service) -> str:
    """A digest of every row of the store, trail and jobs included."""
    found = hashlib.sha256()
    with service.store.reading() as tx:
        for table in METADATA.sorted_tables:
            rows = tx.connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            found.update(json.dumps([table.name, [[str(v) for v in row] for row in rows]]).encode())
    return found.hexdigest()


WORKER = Author("worker:test", "job")


class InThisProcess:
    """An executor for tests that stand in for the work: it is done at once, here."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.stop_set = threading.Event()

    def submit(self, function: Callable[..., Any], item: Any) -> Any:
        done = function(item, lambda _: None, self.stop_set)
        return type("Done", (), {"wait": lambda _, __: True, "result": lambda _: done, "news": lambda _: []})()

    def close(self) -> None:
        """Nothing to end."""
