"""A plan as it is stored, exchanged and audited: the format ``shanfu-plan/1``."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.findings import BadInput, Finding

FORMAT = "shanfu-plan/1"
NOT_DIGESTED = ("plan_digest", "audit", "run_id", "made_at", "seconds")


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlanStatus(StrEnum):
    """The four outcomes, kept apart everywhere."""

    OPTIMAL = "optimal"
    WITHIN_GAP = "within_gap"
    NOTHING_FOUND = "nothing_found"
    IMPOSSIBLE = "impossible"

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to show."""
        return self in (PlanStatus.OPTIMAL, PlanStatus.WITHIN_GAP)


class Task(_Record):
    """One patch of the schedule. Areas in m²; 0 for enterprise mines, which are no task of the government."""

    patch: str
    district: str
    option: str
    treatment: str
    start: int
    finish: int
    task_area_m2: int
    finished_area_m2: int


class Commitment(_Record):
    """Part of a patch's whole cost, in its start year, by purse and by the vintage that covers it.

    `vintage` is None where budgets bind cash, or where the payer has no purse.
    """

    patch: str
    source: str
    district: str | None
    vintage: int | None
    year: int
    yuan: int


class Payment(_Record):
    """Cash that a purse pays for a patch in a year; `vintage` is None unless budgets bind cash."""

    patch: str
    source: str
    district: str | None
    vintage: int | None
    year: int
    yuan: int


class HoldingCharge(_Record):
    """Cover, enclosure, aftercare or mobilisation that a purse is charged with in a year.

    `place` is a patch, for mobilisation a township; `vintage` is None after the horizon.
    """

    kind: str
    place: str
    source: str
    district: str | None
    vintage: int | None
    year: int
    yuan: int


class Account(_Record):
    """One vintage of one purse: its budget, what each year used of it, what is left unused or overdrawn.

    ``budget − reserved + overdrawn = Σ used + lapsed``. Money of the last years that is still usable after the
    horizon is part of `lapsed` here.
    """

    source: str
    district: str | None
    vintage: int
    budget: int
    used: dict[int, int]
    lapsed: int
    overdrawn: int
    reserved: int = 0


class Grant(_Record):
    """What a further source takes over from a base payer of a patch in a year."""

    patch: str
    year: int
    from_source: str
    from_district: str | None
    source: str
    district: str | None
    yuan: int


class Breach(_Record):
    """How far a soft clause is broken: `amount` of `target`, in the clause's own unit."""

    clause: str
    place: str
    amount: int
    target: int
    unit: Literal["m2", "yuan", "points", "projects", "patches"]


class Auxiliary(_Record):
    """Decisions beside the schedule."""

    grants: tuple[Grant, ...] = ()
    breaches: tuple[Breach, ...] = ()


class Group(_Record):
    """Patches of one kind: how many, how large, how far."""

    patches: int = 0
    area_m2: int = 0
    scheduled: int = 0
    finished: int = 0
    finished_area_m2: int = 0


class DistrictTotal(_Record):
    """What falls to a district over the horizon."""

    tasks: int = 0
    task_area_m2: int = 0
    yuan: int = 0
    hazard_points: int = 0


class Metrics(_Record):
    """The plan in figures; yearly figures are by year, money in yuan, area in m².

    Task and finished area, commitments and cash leave out natural recovery and enterprise mines; the money is that of
    all payers, named users too.
    """

    task_area_m2: dict[int, int]
    finished_area_m2: dict[int, int]
    commitments_yuan: dict[int, int]
    commitments_by_source: dict[str, dict[int, int]]
    cash_yuan: dict[int, int]
    tail_yuan: int
    total_yuan: int
    total_area_m2: int
    hazard_points: int
    hazards_removed: dict[int, int]
    special_projects: int
    other_yuan: int
    cover_yuan: int
    holding_yuan: dict[str, dict[int, int]]
    township_years: int
    artificial: Group
    comprehensive: Group
    natural: Group
    enterprise: Group
    by_district: dict[str, DistrictTotal]
    unscheduled: tuple[str, ...]
    goals: dict[str, int | float]


class GoalResult(_Record):
    """What a goal came to.

    Parameters
    ----------
    value : number
        Of the final plan.
    bound : number or None
        No plan can be better than this, given the goals before it and their tolerances; None: not known.
    gap : float or None
        ``|value − bound| / max(1, |value|)``.
    tolerance : float
        What could be given up of this goal for those after it.
    reached : number
        The best value found when the goal itself was optimised.
    proved : bool
        Whether `reached` was proved to be the optimum of its turn.
    """

    name: str
    value: int | float
    bound: int | float | None
    gap: float | None
    tolerance: float = 0.0
    reached: int | float | None = None
    proved: bool = False


class AuditFinding(_Record):
    """One thing in a plan that is not true or not allowed: the clause, the place, the amount."""

    clause: str
    place: str
    amount: int | float | None = None
    unit: str = ""
    zh: str
    en: str


class AuditResult(_Record):
    """What the auditor says."""

    clean: bool
    findings: tuple[AuditFinding, ...] = ()


class Missing(_Record):
    """Money that is missing in a purse and year for any plan to exist."""

    source: str
    district: str | None
    year: int
    yuan: int


class Shortfall(_Record):
    """The least money that is missing over all purses and years, and who absorbs it.

    `proved` says that no smaller total will do; `ordered`, that the places follow the scenario's order (`absorb`) to
    the last yuan. Amounts are usable money, net of any reserve.
    """

    yuan: int
    proved: bool
    ordered: bool = False
    missing: tuple[Missing, ...]


class Certificate(_Record):
    """What stands behind a plan: inputs, versions, status, bound and gap, audit, run."""

    status: PlanStatus
    goals: tuple[GoalResult, ...]
    solver: str
    solver_version: str
    seconds: float
    ledger_digest: str
    scenario_digest: str
    plan_digest: str = ""
    scenario: str = ""
    data_nature: str = ""
    product_version: str
    run_id: str
    made_at: str
    settings: dict[str, Any] = Field(default_factory=dict)
    message: str = ""
    shortfall: Shortfall | None = None
    audit: AuditResult


class Body(_Record):
    """Everything in a plan that follows from its picks by exact arithmetic."""

    schedule: tuple[Task, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    cash: tuple[Payment, ...] = ()
    holding: tuple[HoldingCharge, ...] = ()
    accounts: tuple[Account, ...] = ()
    auxiliary: Auxiliary = Auxiliary()
    metrics: Metrics | None = None


class Plan(Body):
    """A plan with its certificate; without one to show, the schedule is empty and `metrics` is None."""

    format: Literal["shanfu-plan/1"] = "shanfu-plan/1"
    certificate: Certificate

    @property
    def status(self) -> PlanStatus:
        """The outcome."""
        return self.certificate.status

    def computed_digest(self) -> str:
        """SHA-256 of the plan but for its run id, time stamps, seconds, audit and the digest itself."""
        plain = self.model_dump(mode="json")
        for name in NOT_DIGESTED:
            plain["certificate"].pop(name)
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def sealed(self) -> Plan:
        """The same plan with its digest filled in."""
        return self.with_certificate(plan_digest=self.computed_digest())

    def with_certificate(self, **changes: Any) -> Plan:
        """The same plan with some entries of its certificate replaced."""
        return self.model_copy(update={"certificate": self.certificate.model_copy(update=changes)})

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain JSON data, `format` first."""
        plain = self.model_dump(mode="json")
        head = ("format", "certificate", "metrics")
        return {key: plain[key] for key in (*head, *(k for k in plain if k not in head))}

    def to_json(self) -> str:
        """The plan as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1)

    @classmethod
    def from_dict(cls, data: Any, file: str = "") -> Self:
        """Read a plan from plain JSON data.

        Raises
        ------
        BadInput
            With every place that is not as the format says.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise BadInput(
                [
                    Finding(
                        "plan.malformed", {"message": fault["msg"]}, file=file,
                        column=".".join(map(str, fault["loc"])), value=str(fault.get("input"))[:80],
                    )
                    for fault in error.errors()
                ]
            ) from error  # fmt: skip
