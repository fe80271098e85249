"""What is allowed, kept, queued and noted: decided here, once, for the command line and the page alike.

    service = open_service("folder")             # shanfu.toml and the store in it
    desk = service.desk()                        # this machine's one person; desk("subject") where people log in
    ledger = desk.keeping.keep_ledger(load_ledger("ledger.xlsx"), "city", note="…")
    scenario = desk.keeping.keep_scenario(load_scenario("base.toml"))
    job, new = desk.jobs.plan(ledger.id, scenario.id)
    Runner(service).run_one()                    # what ``planner work`` does
    plan = desk.jobs.get(job.id).result["version"]
    desk.keeping.open_plan(plan), desk.keeping.export(plan, district="…")

Each desk asks `planner.service.rights` before it reads or changes anything.
"""

from planner.service.desk import Desk, Service, open_service
from planner.service.people import Person, Role
from planner.service.rights import RIGHTS, Action, NotAllowed, Scope, allowed
from planner.service.running import Runner
from planner.service.settings import Limits, ServiceSettings, load_settings

__all__ = [
    "RIGHTS",
    "Action",
    "Desk",
    "Limits",
    "NotAllowed",
    "Person",
    "Role",
    "Runner",
    "Scope",
    "Service",
    "ServiceSettings",
    "allowed",
    "load_settings",
    "open_service",
]
