"""Random walks over the steps of the small case: whatever is admitted, these things hold."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

from planner.cycle import (
    WHO_MAY,
    Cycle,
    Kind,
    NaturalState,
    Returned,
    Role,
    RoundState,
    Step,
    WorkState,
    accounts,
    facts_of,
    issue_of,
    scorecard,
    total,
)  # fmt: skip
from planner.findings import BadInput
from planner.ledger import Ledger
from tests.planner.cycle import tiny
from tests.planner.cycle.clerk import Clerk, evidence, money
from tests.planner.cycle.tiny import CITY, FIRST, LAST, NORTH

PATCHES = {"A": "North", "B": "North", "C": "North", "S": "South", "N": "North"}


SELDOM = (Kind.TRACK, Kind.RESOLVE, Kind.TRANCHE, Kind.RETURN)
KINDS = [k for k in Kind if k not in (Kind.PROPOSE, Kind.ADOPT, *SELDOM)] * 3 + [*SELDOM]


def guess(rng: random.Random, at: Clerk) -> Step | None:
    """Any step, mostly with a sensible payload; None where it is no step at all."""
    kind = rng.choice(KINDS)
    patch = rng.choice([*PATCHES])
    district, year = PATCHES[patch], rng.choice([FIRST, FIRST, FIRST + 1, LAST])
    work = at.cycle.works.get(patch)
    year = work.year if work and rng.random() < 0.9 else year
    today = at.today.isoformat()
    purse, what = rng.choice([CITY, NORTH]), rng.choice([*Returned])
    payloads: dict[Kind, dict[str, Any]] = {
        Kind.APPLY: {"tasks": list(at.cycle.to_apply(district, year))},
        Kind.ISSUE: issue_of(at.cycle, district, year).model_dump(mode="json"),
        Kind.TRANCHE: {"source": "municipal", "yuan": rng.randint(1, 900), "arrives": rng.randint(FIRST, LAST + 1)},
        Kind.START: {"on": today},
        Kind.FINISH: {"on": today},
        Kind.ACCEPT: {"on": today, "area_m2": rng.choice([9_000, 10_000, 20_000]), "hazards": rng.randint(0, 1),
                      "evidence": evidence("a")},
        Kind.VERIFY: {"on": today, "unit": "u", "person": "p", "result": rng.choice(["good", "poor"]),
                      "evidence": evidence("v")},
        Kind.CHECK: {"on": today, "which": rng.randint(1, 4), "result": rng.choice(["good", "failed"]),
                     "evidence": evidence("c")},
        Kind.TRACK: {"due": today},
        Kind.RETURN: {"what": str(what)},
        Kind.ASK_COST: {"money": money({purse: rng.randint(1, 2_000)})},
    }  # fmt: skip
    paying = {"on": today, "source": purse.source, "purse_district": purse.district, "yuan": rng.randint(1, 1_200)}
    payloads[Kind.PAY] = {**paying, "voucher": f"V{rng.randint(0, 300)}"}
    payloads[Kind.REFUND] = {**paying, "voucher": f"R{rng.randint(0, 300)}"}
    if work and rng.random() < 0.7:
        left = {p: y - work.paid().get(p, 0) for p, y in work.committed().items()}
        payloads[Kind.CLOSE] = {"released": money(left)}
    for_the_city = kind is Kind.TRANCHE
    try:
        return at.step(
            str(kind), "" if for_the_city else district, year,
            None if kind in (Kind.APPLY, Kind.REVIEW, Kind.ISSUE, Kind.CLOSE_YEAR, Kind.TRANCHE)
            or (kind is Kind.RETURN and what in (Returned.APPLICATION, Returned.REVIEW, Returned.ISSUE, Returned.YEAR))
            else patch,
            role=str(rng.choice(sorted(WHO_MAY[kind]) if rng.random() < 0.8 else [*Role])), remark="r",
            **payloads.get(kind, {}),
        )  # fmt: skip
    except BadInput:
        return None


def check(cycle: Cycle) -> None:
    for work in cycle.works.values():
        committed, paid = work.committed(), work.paid()
        assert all(0 <= paid[purse] <= committed.get(purse, 0) for purse in paid)
        assert work.accepted_m2 <= work.task.area_m2
        done = [work.started, work.finished, work.accepted]
        reached = [WorkState.ISSUED, WorkState.STARTED, WorkState.FINISHED, WorkState.ACCEPTED].index(
            WorkState.ACCEPTED if work.state is WorkState.CLOSED else work.state
        )
        assert [day is not None for day in done] == [reached > i for i in range(3)]
        known = [day for day in done if day]
        assert known == sorted(known)
        if work.state is WorkState.CLOSED:
            assert {p: y for p, y in committed.items() if y} == {
                p: y for p in {*committed, *paid} if (y := paid.get(p, 0) + work.released.get(p, 0))
            }
            assert work.asked is None
    for (district, year), found in cycle.rounds.items():
        listed = [name for _, patches in found.issued for name in patches]
        assert sorted(listed) == sorted(n for n, w in cycle.works.items() if (w.district, w.year) == (district, year))
        if found.state is RoundState.CLOSED:
            assert all(cycle.works[name].state is WorkState.CLOSED for name in listed)
            if year == LAST:
                assert {cycle.natural_state(p) for p in cycle.naturals(district)} <= {NaturalState.CLOSED}
    for one in accounts(cycle):
        assert one.committed == one.paid + one.released + one.open
        assert one.open >= 0
        assert one.budget >= 0
    payments = sum(sum(work.paid().values()) for work in cycle.works.values())
    assert sum(paid.yuan for paid in facts_of(cycle).payments) == payments
    whole = total(scorecard(cycle, dt.date.max))
    assert whole.yuan_paid == payments
    assert whole.accepted <= whole.finished <= whole.started <= whole.tasks


def test_whatever_is_admitted_these_hold() -> None:
    seen: Counter[str] = Counter()
    for seed in range(30):
        rng, at = random.Random(seed), tiny.clerk()
        if seed % 2:
            tiny.issued(at)
        for _ in range(1_000):
            step = guess(rng, at)
            if step is None:
                continue
            try:
                at.cycle = at.cycle.then(step)
            except BadInput:
                continue
            seen[str(step.kind)] += 1
            at.now += dt.timedelta(days=rng.choice([0, 1, 4]))
            check(at.cycle)
        assert Cycle.of(at.cycle.ground, at.cycle.history) == at.cycle
        Ledger.from_frames(*at.cycle.ledger.to_frames(), at.cycle.ledger.meta)
    assert set(seen) == {str(kind) for kind in Kind} - {"propose", "adopt"}
    assert min(seen.values()) > 3, seen
