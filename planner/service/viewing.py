"""What a district may see of a plan: its own patches, tasks and money, and the city's totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.advice.reasons import Binding, Reasons
from planner.ledger import Ledger, Option, Patch
from planner.office.folder import PlanFolder
from planner.plan import Account, AuditResult, Certificate, Commitment, Metrics, Payment, Task
from planner.plan.types import DistrictTotal


@dataclass(frozen=True)
class Totals:
    """The city's totals of a plan: no patch, no purse and no other district by name.

    Parameters
    ----------
    certificate : Certificate
        Of what is missing, only the total and the city's purses.
    metrics : Metrics or None
        With no district's own totals; None where there is no plan.
    name : str
        The scenario's.
    title : mapping
        The scenario's, by language.
    first, last : int
        The horizon.
    meta : mapping
        The ledger's names and units.
    """

    certificate: Certificate
    metrics: Metrics | None
    name: str
    title: Mapping[str, str]
    first: int
    last: int
    meta: Mapping[str, str]


@dataclass(frozen=True)
class DistrictView:
    """One district's part of a plan.

    Parameters
    ----------
    district : str
    totals : Totals
    own : DistrictTotal or None
        None where the plan does nothing there.
    patches, options : tuple
        Of the ledger.
    tasks, commitments, cash : tuple
        Of the plan; who pays is said, whoever it is.
    accounts : tuple of Account
        The district's own purses.
    """

    district: str
    totals: Totals
    own: DistrictTotal | None
    patches: tuple[Patch, ...]
    options: tuple[Option, ...]
    tasks: tuple[Task, ...]
    commitments: tuple[Commitment, ...]
    cash: tuple[Payment, ...]
    accounts: tuple[Account, ...]


def totals_of(folder: PlanFolder, district: str = "") -> Totals:
    """The city's totals, with every district's and every patch's own figures left out, but for one district's own.

    What is missing in the purses of others is part of the total that is missing; the audit's findings name patches.
    """
    metrics, certificate = folder.plan.metrics, folder.plan.certificate
    hidden = None if metrics is None else metrics.model_copy(update={"by_district": {}, "unscheduled": ()})
    changed: dict[str, Any] = {"audit": AuditResult(clean=certificate.audit.clean)}
    if certificate.shortfall is not None:
        own = tuple(one for one in certificate.shortfall.missing if not one.district or one.district == district)
        changed["shortfall"] = certificate.shortfall.model_copy(update={"missing": own})
    scenario = folder.scenario
    return Totals(
        certificate=certificate.model_copy(update=changed),
        metrics=hidden,
        name=scenario.name,
        title={str(lang): words for lang, words in scenario.title.items()},
        first=scenario.horizon.first,
        last=scenario.horizon.last,
        meta=dict(folder.ledger.meta),
    )


def district_view(folder: PlanFolder, district: str) -> DistrictView:
    """One district's part of a plan."""
    plan = folder.plan
    patches = tuple(patch for patch in folder.ledger.patches if patch.district == district)
    names = {patch.patch for patch in patches}
    return DistrictView(
        district=district,
        totals=totals_of(folder, district),
        own=plan.metrics.by_district.get(district) if plan.metrics else None,
        patches=patches,
        options=tuple(option for option in folder.ledger.options if option.patch in names),
        tasks=tuple(task for task in plan.schedule if task.patch in names),
        commitments=tuple(entry for entry in plan.commitments if entry.patch in names),
        cash=tuple(entry for entry in plan.cash if entry.patch in names),
        accounts=tuple(account for account in plan.accounts if account.district == district),
    )


def reasons_within(reasons: Reasons, ledger: Ledger, district: str) -> Reasons:
    """Why a patch is planned as it is, for its own district's eyes.

    What stays is the patch's own, the city's totals and purses, and the district's. Left out are moves of other
    districts' patches, money missing in their purses, and every row whose place names a district, township or patch
    that is not the district's.
    """
    own = [patch for patch in ledger.patches if patch.district == district]
    others = [patch for patch in ledger.patches if patch.district != district]
    mine, foreign = names_of(own), names_of(others) - names_of(own)

    def kept(rows: tuple[Binding, ...]) -> tuple[Binding, ...]:
        return tuple(row for row in rows if not any(name in row.place.zh + "\n" + row.place.en for name in foreign))

    years = tuple(
        year.model_copy(
            update={
                "in_the_way": kept(year.in_the_way),
                "moves": tuple(move for move in year.moves if move.patch in mine),
                "missing": tuple(short for short in year.missing if short.district in (None, "", district)),
            }
        )
        for year in reasons.years
    )
    return reasons.model_copy(update={"tight": kept(reasons.tight), "years": years})


def names_of(patches: Iterable[Patch]) -> set[str]:
    """What a place may be named by."""
    return {name for patch in patches for name in (patch.patch, patch.name, patch.district, patch.township) if name}
