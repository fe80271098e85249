"""The clause against every way in which at most gamma patches can cost more."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest

from planner.audit import audit_body
from planner.plan import Body, build_body
from planner.plan.accounts import Spend, keep_accounts
from planner.plan.works import Purse
from planner.scenario import Basis, Scenario
from tests.planner.random_worlds import assignments, random_ledger, random_scenario


def spends_of(body: Body) -> list[Spend]:
    starts = {task.patch: task.start for task in body.schedule}
    return [
        Spend(Purse(c.source, c.district), c.year, c.patch, starts[c.patch], c.yuan)
        for c in body.commitments
        if c.source != "enterprise"
    ]


def withstands(trial: Scenario, spends: list[Spend], gamma: int, percent: int) -> bool:
    """Whether no purse is overdrawn whichever `gamma` of its patches cost more, each tried."""
    for purse in {spend.purse for spend in spends}:
        own = [spend for spend in spends if spend.purse == purse]
        patches = sorted({spend.patch for spend in own})
        for dear in itertools.combinations(patches, min(gamma, len(patches))):
            grown = [replace(s, yuan=s.yuan - (-s.yuan * percent // 100) * (s.patch in dear)) for s in own]
            if any(account.overdrawn for account in keep_accounts(trial, grown)[1]):
                return False
    return True


@pytest.mark.parametrize("seed", range(12))
def test_the_sorted_worst_case_is_the_worst_of_all_subsets(seed: int) -> None:
    rng = random.Random(f"withstand-{seed}")
    ledger = random_ledger(rng, patches=4)
    trial = random_scenario(rng, ledger, ["robust_accounts"])
    # on cash a patch pays several times, and its overrun is rounded once for them all; holding costs do not overrun
    trial = trial.model_copy(update={"basis": Basis.COMMITMENTS, "charge_holding": False})
    settings = trial.clause("robust_accounts")
    answers = set()
    for picks in rng.sample(list(assignments(ledger)), k=60):
        body = build_body(ledger, trial, picks)
        named = {finding.clause for finding in audit_body(ledger, trial, body).findings}
        right = withstands(trial, spends_of(body), settings.gamma, settings.percent)
        assert ("robust_accounts" not in named) == right, picks
        answers.add(right)
    assert False in answers
