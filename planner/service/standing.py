"""Is a kept plan still the plan of what is known? And an answer, opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.service.deciding import adoptions
from planner.service.kept import LEDGER_KIND, SCENARIO_KIND, published, sees
from planner.service.people import Person
from planner.store import Reading, Record, Version, version, versions


@dataclass(frozen=True)
class Standing:
    """Where a kept plan stands today, as far as somebody may know.

    Parameters
    ----------
    plan : Version
    ledger, scenario : Version or None
        What it was made from; None where that is not this person's to know of.
    newer_ledgers, newer_scenarios, newer_plans : tuple of Version
        Later versions of the very documents, oldest first.
    published : bool
    adoptions : tuple of Record
        Those of this plan, oldest first.
    in_force : bool
        Whether the last adoption of all is of this plan.
    """

    plan: Version
    ledger: Version | None
    scenario: Version | None
    newer_ledgers: tuple[Version, ...]
    newer_scenarios: tuple[Version, ...]
    newer_plans: tuple[Version, ...]
    published: bool
    adoptions: tuple[Record, ...]
    in_force: bool

    @property
    def stale(self) -> bool:
        """Whether its ledger or its scenario has changed since."""
        return bool(self.newer_ledgers or self.newer_scenarios)


def standing_of(tx: Reading, person: Person, plan: Version) -> Standing:
    """Where a plan stands that somebody may know of."""
    shown, every = published(tx), versions(tx)

    def newer(than: Version) -> tuple[Version, ...]:
        return tuple(
            one
            for one in every
            if one.document.id == than.document.id and one.number > than.number and sees(person, one, shown)
        )

    inputs = {kind: version(tx, int(plan.meta[kind])) for kind in (LEDGER_KIND, SCENARIO_KIND)}
    known = {kind: one if sees(person, one, shown) else None for kind, one in inputs.items()}
    later = {kind: newer(one) for kind, one in inputs.items()}
    adopted = adoptions(tx)
    return Standing(
        plan=plan,
        ledger=known[LEDGER_KIND],
        scenario=known[SCENARIO_KIND],
        newer_ledgers=later[LEDGER_KIND],
        newer_scenarios=later[SCENARIO_KIND],
        newer_plans=newer(plan),
        published=plan.id in shown,
        adoptions=tuple(one for one in adopted if int(one.payload["version"]) == plan.id),
        in_force=bool(adopted) and int(adopted[-1].payload["version"]) == plan.id,
    )


@dataclass(frozen=True)
class KeptAnswer:
    """An answer that a job has kept.

    Parameters
    ----------
    version : Version
    question : str
    plan : int
        The version that was asked about.
    options : mapping
    data : mapping
        The answer's own ``to_dict``; see :mod:`planner.service.questions`.
    plans : mapping of str to int
        The versions of the plans that it speaks of, by the label that the question names.
    """

    version: Version
    question: str
    plan: int
    options: Mapping[str, Any]
    data: Mapping[str, Any]
    plans: Mapping[str, int]
