"""The working year through the service: who may take which step, and the five years of the shipped ledger kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from planner import shipped
from planner.audit import audit
from planner.cycle import WHO_MAY, Cycle, Ground, Kind, Step, accounts, progress, scorecard
from planner.findings import BadInput
from planner.ledger import load_ledger
from planner.model import Effort, warm
from planner.planning import make_plan
from planner.scenario import load_scenario
from planner.service import RIGHTS, Desk, NotAllowed, Role, Scope, Service, ServiceSettings, open_service
from planner.service.kept import open_kept
from planner.service.settings import AuthSettings
from planner.service.steps import ACTION_OF
from planner.store import version, versions
from tests.planner.cycle import play
from tests.planner.cycle.clerk import Clerk

AUTH = AuthSettings(
    issuer="https://login.example", client_id="shanfu", redirect_uri="https://shanfu.example/oauth2callback",
    administrators=("root",),
)  # fmt: skip


def test_every_kind_of_step_asks_for_the_right_of_just_those_who_may_take_it() -> None:
    for kind in Kind:
        rights = RIGHTS[ACTION_OF[kind]]
        assert {str(role) for role in rights} == {str(role) for role in WHO_MAY[kind]}, kind
        assert rights.get(Role.DISTRICT, Scope.OWN) is Scope.OWN, kind


class ServiceClerk(Clerk):
    """Enters every step through the service, at the desk of somebody who has the step's role."""

    def __init__(self, cycle: Cycle, today: dt.date, service: Service) -> None:
        super().__init__(cycle, today)
        self.service = service
        self.desks: dict[str, Desk] = {}

    def desk(self, role: str, district: str) -> Desk:
        name = f"{role} {district}" if role == "district" else role
        if name not in self.desks:
            own = [district] if role == "district" else []
            self.service.desk("root").staff.grant(name, Role(role), districts=own, name=f"test {role}")
            self.desks[name] = self.service.desk(name)
        return self.desks[name]

    def do(self, kind: str, district: str, year: int, patch: str | None = None, **more: Any) -> Step:
        wanted = self.step(kind, district, year, patch, **more)
        taken = self.desk(str(wanted.role), district).year.take(
            wanted.kind, year, number=wanted.number, district=district, patch=patch, remark=wanted.remark,
            payload=wanted.payload.model_dump(mode="json"), at=wanted.at,
        )  # fmt: skip
        assert taken == wanted
        self.cycle = self.service.cycles.at_store(self.service.store)
        self.now += dt.timedelta(seconds=1)
        return taken


class ServicePlay(play.Play):
    """Puts each new plan in force as leadership does."""

    def plan_again(self, year: int, scenario: Any = None) -> None:
        super().plan_again(year, scenario)
        clerk = self.clerk
        assert isinstance(clerk, ServiceClerk)
        _, ledger, its_scenario, plan = self.plans[-1]
        put_in_force(clerk, ledger, its_scenario, plan)
        clerk.cycle = clerk.service.cycles.at_store(clerk.service.store)


def put_in_force(clerk: ServiceClerk, ledger: Any, scenario: Any, plan: Any) -> int:
    finance, leader = clerk.desk("finance", ""), clerk.desk("leadership", "")
    heads = {(kept.document.kind, kept.document.name): kept.id for kept in finance.keeping.versions()}
    kept_ledger = finance.keeping.keep_ledger(ledger, "register", parent=heads.get(("ledger", "register")))
    kept_scenario = finance.keeping.keep_scenario(scenario, parent=heads.get(("scenario", scenario.name)))
    kept = finance.keeping.keep_plan(plan, kept_ledger.id, kept_scenario.id)
    leader.deciding.adopt(kept.id, "test")
    (leader.year.put_in_force if clerk.desks.get("begun") else leader.year.begin)(kept.id)
    clerk.desks["begun"] = leader
    return kept.id


@pytest.mark.slow
def test_the_five_years_are_kept_step_by_step_and_come_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Service, "now", lambda _: dt.datetime(2032, 1, 1, tzinfo=dt.UTC))  # the script goes on to 2031
    ledger = load_ledger(shipped.path("data") / "beijing/ledger.xlsx")
    scenario = load_scenario(shipped.path("data") / "beijing/scenarios/contingency.toml")
    service = open_service(ServiceSettings(folder=tmp_path, auth=AUTH))
    with warm(Effort()) as warmed:
        effort: dict[str, Any] = {**play.EFFORT, "session": warmed.session}
        plan = make_plan(ledger, scenario, **effort)
        first, last = scenario.horizon.first, scenario.horizon.last
        clerk = ServiceClerk(Cycle.of(Ground(ledger, scenario, plan)), dt.date(first, 1, 4), service)
        put_in_force(clerk, ledger, scenario, plan)
        clerk.cycle = service.cycles.at_store(service.store)
        staged = ServicePlay(clerk, Effort(**effort), first, last)
        staged.plans.append((first, ledger, scenario, plan))
        done = play.staged(staged)
    cycle = done.cycle
    end = dt.date(last + 6, 12, 31)
    # what is read back from the store in another process's place is what was played
    again = open_service(ServiceSettings(folder=tmp_path, auth=AUTH))
    leader = again.desk("leadership")
    assert leader.year.state().history == cycle.history
    assert leader.year.scorecard(end) == scorecard(cycle, end)
    assert leader.year.progress(end) == progress(cycle, end)
    assert leader.year.accounts() == accounts(cycle)
    assert all(account.open == 0 for account in leader.year.accounts())
    # every plan that was ever in force opens and is clean
    with again.store.reading() as tx:
        plans = versions(tx, "plan")
        assert len(plans) == len(done.plans)
        for kept in plans:
            folder = open_kept(tx, version(tx, kept.id))
            assert audit(folder.ledger, folder.scenario, folder.plan).clean
    assert again.desk("root").care.verify() == ()
    # a district sees its own
    district = cycle.register.districts[0]
    planner = again.desk(f"district {district}")
    assert {row.district for row in planner.year.scorecard(end, district)} == {district}
    with pytest.raises(NotAllowed):
        planner.year.scorecard(end, cycle.register.districts[1])
    with pytest.raises(BadInput):
        leader.year.begin(plans[0].id)
    for each in (service, again):
        each.close()
