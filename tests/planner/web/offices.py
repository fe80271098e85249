"""An office in which every right of the table has something to act on, in two districts alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.advice.adjusted import Wanted
from planner.cycle import Kind
from planner.cycle.payloads import ChangeSet, LedgerChange
from planner.ledger import Ledger
from planner.ledger.types import META_DEFAULTS
from planner.plan import Pick, Plan, PlanStatus, build_body
from planner.scenario import Scenario
from planner.service import Desk, Runner, Service
from planner.service.kept import LEDGER_KIND, SCENARIO_KIND, open_ledger, open_scenario, store_plan
from planner.store import version
from tests.planner.office.returning import ADJUST, edited, setting
from tests.planner.web import folders, stores
from tests.planner.worlds import patch, scenario

FIRST, LAST = 2021, 2024
DISTRICTS = {"North": "u-north", "South": "u-both"}
FINISHED, APPLIED, PASSED, OPEN = "finished", "applied", "passed", "open"
STARTS = {FINISHED: FIRST, APPLIED: FIRST + 1, PASSED: FIRST + 2, OPEN: FIRST + 3}


def name_of(district: str, state: str) -> str:
    """The patch of a district that stands at some state of the working year."""
    return f"{district[0]}X-{state}"


@dataclass(frozen=True)
class Kept:
    """Versions that addresses name."""

    plan: int
    other_scenario: int
    drafts: dict[str, int]


def world() -> tuple[Ledger, Scenario]:
    """Four patches a district, money without end."""
    rows = [
        patch(name_of(district, state), district=district, township=f"{district}town")
        for district in DISTRICTS
        for state in STARTS
    ]
    budgets = [{"source": "municipal", "year": year, "yuan": 10_000} for year in range(FIRST, LAST + 1)]
    under = scenario(name="roles", title={"zh": "权限方案", "en": "Roles"}, budgets=budgets,
                     horizon={"first": FIRST, "last": LAST}, goals=[{"name": "waiting"}])  # fmt: skip
    return Ledger(tuple(rows), (), META_DEFAULTS), under


def plan_of(ledger: Ledger, under: Scenario) -> Plan:
    """Each patch in the year that its name says."""
    picks = [
        Pick(name_of(district, state), "standard", year) for district in DISTRICTS for state, year in STARTS.items()
    ]
    return folders.certified(ledger, under, build_body(ledger, under, picks), PlanStatus.OPTIMAL)


def furnish(service: Service, place: Path) -> Kept:
    """Let everybody have their roles, and bring every district's years as far as the names of its patches say."""
    admin = service.desk(stores.ADMIN)
    for subject, (role, districts, name) in stores.PEOPLE.items():
        admin.staff.grant(subject, role, districts=districts, name=name)
    finance, leader = service.desk("u-finance"), service.desk("u-leader")
    ledger, under = world()
    kept_ledger, kept_under = finance.keeping.keep_ledger(ledger, "roles"), finance.keeping.keep_scenario(under)
    plan = finance.keeping.keep_plan(plan_of(ledger, under), kept_ledger.id, kept_under.id).id
    leader.deciding.adopt(plan, "同意")
    leader.year.begin(plan)
    for number, (district, who) in enumerate(DISTRICTS.items(), start=1):
        _years(district, service.desk(who), finance, leader, number)
    drafts = dict(_drafts(service, plan))
    for district, who in DISTRICTS.items():
        _handed_in(district, service.desk(who), plan, place)
    _work(service)
    other = finance.keeping.keep_scenario(under.model_copy(update={"name": "other"}))
    return Kept(plan, other.id, drafts)


def _years(district: str, own: Desk, finance: Desk, leader: Desk, number: int) -> None:
    """The first year is issued and begun, the second applied for, the third passed; one proposal waits."""
    day = (dt.date(FIRST, 3 * number, 1) + dt.timedelta(days) for days in range(60))

    def take(desk: Desk, kind: Kind, year: int, state: str = "", **payload: Any) -> None:
        at = next(day).isoformat()
        on = {"on": at} if kind in (Kind.START, Kind.FINISH) else {}
        desk.year.take(
            kind, year, number=f"{district}-{kind}-{year}-{state}", district=district,
            patch=name_of(district, state) if state else None, at=f"{at}T09:00+08:00", payload={**on, **payload},
        )  # fmt: skip

    take(own, Kind.APPLY, FIRST)
    take(finance, Kind.REVIEW, FIRST)
    take(leader, Kind.ISSUE, FIRST)
    take(own, Kind.START, FIRST, FINISHED)
    take(own, Kind.FINISH, FIRST, FINISHED)
    take(own, Kind.APPLY, FIRST + 1)
    take(own, Kind.APPLY, FIRST + 2)
    take(finance, Kind.REVIEW, FIRST + 2)
    change = LedgerChange(op="change", patch=name_of(district, OPEN), values={"township": "东乡"}, reason="实测")
    take(own, Kind.PROPOSE, FIRST, **ChangeSet(changes=(change,)).model_dump(mode="json"))


def _drafts(service: Service, plan: int) -> Iterator[tuple[str, int]]:
    """A district's own plan, which the city has not been shown: the one that a worker would find."""
    for district, who in DISTRICTS.items():
        desk = service.desk(who)
        wanted = Wanted(patch=name_of(district, OPEN), year=LAST, reason="已备案")
        job, _ = desk.adjusting.plan(plan, [wanted], district=district)
        desk.jobs.stop(job.id)
        with desk.store.writing(desk.author) as tx:
            made_from = version(tx, int(job.payload[LEDGER_KIND])), version(tx, int(job.payload[SCENARIO_KIND]))
            found = plan_of(open_ledger(tx, made_from[0]), open_scenario(tx, made_from[1]))
            yield district, store_plan(tx, found, made_from, note="", district=district).id


def _handed_in(district: str, own: Desk, plan: int, place: Path) -> None:
    out = own.keeping.export(plan, district=district)
    (place / out.name).write_bytes(out.data)
    name = name_of(district, OPEN)
    file = edited(
        place / out.name, setting(ADJUST, name, "开工年度", LAST - 1), setting(ADJUST, name, "调整原因", "征地")
    )
    own.jobs.hand_in(plan, out.name, file.read_bytes(), district=district)


def _work(service: Service) -> None:
    with closing(Runner(service)) as runner:
        while runner.run_one():
            pass
