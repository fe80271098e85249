"""Installations for the page: the small world's plan in a store, with people or for this machine alone."""

from __future__ import annotations

from pathlib import Path

from planner.plan import Pick, Plan, PlanStatus, build_body
from planner.service import Desk, Role, Service, open_service
from planner.service.kept import LEDGER_KIND
from tests.planner.web import folders
from tests.planner.worlds import FIRST

ADMIN = "u-admin"
PEOPLE = {
    "u-finance": (Role.FINANCE, (), "财务甲"),
    "u-leader": (Role.LEADERSHIP, (), "领导乙"),
    "u-north": (Role.DISTRICT, ("North",), "北区丙"),
    "u-both": (Role.DISTRICT, ("North", "South"), "两区丁"),
}
OF_NORTH, OF_SOUTH = ("P1",), ("P2", "P3")


def settings(place: Path, *, issuer: str, redirect: str, more: str = "") -> None:
    """Write an installation's settings with a login."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "shanfu.toml").write_text(
        f'[auth]\nissuer = "{issuer}"\nclient_id = "shanfu"\nredirect_uri = "{redirect}"\n'
        f'administrators = ["{ADMIN}"]\n{more}',
        encoding="utf-8",
    )


def plan() -> Plan:
    """The small world's plan."""
    ledger, under = folders.small_world()
    picks = [Pick("P1", "standard", FIRST), Pick("P2", "standard", FIRST + 1), Pick("P3", "standard", FIRST + 1)]
    return folders.certified(ledger, under, build_body(ledger, under, picks), PlanStatus.OPTIMAL)


def keep(desk: Desk, name: str = "") -> int:
    """Keep the small world and its plan."""
    ledger, under = folders.small_world()
    known = desk.keeping.known(LEDGER_KIND, ledger.digest)
    if known is None:
        known = desk.keeping.keep_ledger(ledger, "small")
        desk.keeping.keep_scenario(under)
    scenario = desk.keeping.known("scenario", under.digest)
    assert scenario is not None
    return desk.keeping.keep_plan(plan(), known.id, scenario.id, name=name).id


def with_people(service: Service) -> int:
    """Grant everybody their roles, keep a plan, and let leadership adopt it."""
    admin = service.desk(ADMIN)
    for subject, (role, districts, name) in PEOPLE.items():
        admin.staff.grant(subject, role, districts=districts, name=name)
    identity = keep(service.desk("u-finance"))
    service.desk("u-leader").deciding.adopt(identity, "同意")
    return identity


def alone(place: Path) -> Service:
    """A store of this machine's one person."""
    place.mkdir(parents=True, exist_ok=True)
    return open_service(place)
