"""The ledger's yearly review: what is changed, what may not be, and the report before and after."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from planner.cycle import Cycle, change_report
from planner.cycle.register import FieldChange, Sum
from planner.findings import BadInput
from planner.ledger import Ledger, Status, Treatment
from tests.planner.cycle import tiny
from tests.planner.cycle.clerk import Clerk, evidence, money
from tests.planner.cycle.test_refused import refused
from tests.planner.cycle.tiny import CITY, FIRST


def propose(at: Clerk, *changes: dict[str, Any], number: str = "P1", district: str = "North") -> None:
    given = [{"reason": "review", **change} for change in changes]
    at.do("propose", district, FIRST, number=number, changes=given)


def adopt(at: Clerk, number: str = "P1", district: str = "North") -> None:
    at.do("adopt", district, FIRST, proposal=number)


def failed(at: Clerk) -> Clerk:
    at.do("verify", "North", FIRST, "N", on=at.today.isoformat(), unit="team", person="Li", result="poor",
          evidence=evidence("N"))  # fmt: skip
    return at


ADD = {"op": "add", "patch": "D", "values": {"area_m2": 5_000, "treatment": "artificial", "ever_licensed": True,
                                             "cost_yuan": 70}}  # fmt: skip
LARGER = {"op": "change", "patch": "C", "values": {"area_m2": 12_000, "cost_yuan": 260}}
GONE = {"op": "remove", "patch": "B"}


def test_a_change_set_before_and_after() -> None:
    """North before: A, B, C of 4 ha for 1,700 yuan, N of 4 ha; after: A, C, D of 2.7 ha for 1,330."""
    at = tiny.clerk()
    propose(at, ADD, LARGER, GONE)
    assert at.cycle.register == at.cycle.ground.ledger  # only proposed
    adopt(at)
    (version,) = at.cycle.versions
    assert (version.number, version.proposal, version.district) == (1, "P1", "North")
    report = change_report(version.before, version.after)
    assert report.before == {
        ("North", "artificial"): Sum(3, 40_000, 1_700), ("South", "artificial"): Sum(1, 10_000, 300),
        ("North", "natural"): Sum(1, 40_000, 0),
    }  # fmt: skip
    assert report.after == {
        ("North", "artificial"): Sum(3, 27_000, 1_330), ("South", "artificial"): Sum(1, 10_000, 300),
        ("North", "natural"): Sum(1, 40_000, 0),
    }  # fmt: skip
    assert (report.added, report.removed) == (("D",), ("B",))
    assert report.changes == (
        FieldChange("C", "area_m2", 10_000, 12_000), FieldChange("C", "cost_yuan", 200, 260),
        FieldChange("C", "change_record", "", "P1: review"),
    )  # fmt: skip
    assert at.cycle.register.by_id["D"].district == "North"
    assert report.total(report.after) == Sum(5, 77_000, 1_630)


def test_a_change_set_is_adopted_whole_or_not_at_all() -> None:
    at = tiny.clerk()
    bad = {"op": "change", "patch": "C", "values": {"area_m2": -1}}
    assert refused(lambda: propose(at, ADD, bad)) == ["faulty_ledger"]
    with pytest.raises(BadInput) as caught:
        propose(at, ADD, bad)
    assert caught.value.findings[0].value == "C"
    assert at.cycle.register == at.cycle.ground.ledger


def test_it_is_reviewed_and_may_come_back() -> None:
    at = tiny.clerk()
    assert refused(lambda: adopt(at)) == ["no_such_proposal"]
    propose(at, LARGER)
    assert refused(lambda: propose(at, LARGER)) == ["number_twice"]
    assert refused(lambda: adopt(at, district="South")) == ["no_such_proposal"]
    at.do("return", "North", FIRST, role="finance", remark="measure again", what="changes", proposal="P1")
    assert refused(lambda: adopt(at)) == ["proposal_not_waiting"]
    propose(at, {**LARGER, "values": {"area_m2": 11_000}})
    adopt(at)
    assert at.cycle.register.by_id["C"].area_m2 == 11_000
    assert refused(lambda: adopt(at)) == ["proposal_not_waiting"]
    assert refused(lambda: propose(at, LARGER)) == ["number_twice"]


def test_a_natural_site_leaves_only_after_it_failed() -> None:
    at = tiny.clerk()
    artificial = {"op": "change", "patch": "N", "values": {"treatment": "artificial", "cost_yuan": 90}}
    assert refused(lambda: propose(at, artificial)) == ["not_found_poor"]
    failed(at)
    assert refused(lambda: at.do("close", "North", FIRST, "N")) == ["not_yet"]
    propose(at, artificial, number="归1")
    adopt(at, "归1")
    row = at.cycle.ledger.by_id["N"]
    assert (row.treatment, row.reclassified_from, row.cost_yuan) == (Treatment.ARTIFICIAL, Treatment.NATURAL, 90)
    assert (row.verified_on, row.verifier, row.change_record) == (dt.date(FIRST, 1, 10), "Li", "归1: review")
    assert refused(lambda: at.back("verification", "North", FIRST, "N")) == ["reclassified_already"]
    assert at.cycle.naturals() == []


def test_a_natural_site_that_is_closed_out_stays() -> None:
    at = tiny.clerk()
    at.do("verify", "North", FIRST, "N", on=at.today.isoformat(), unit="u", person="p", result="good",
          evidence=evidence("N"))  # fmt: skip
    at.do("close", "North", FIRST, "N")
    with pytest.raises(BadInput) as caught:
        propose(at, {"op": "change", "patch": "N", "values": {"area_m2": 1}})
    assert caught.value.findings[0].wrong("zh") == "图斑 N 现为“自然恢复已销账”，不能经台账调整改动"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"op": "change", "patch": "C", "values": {"colour": 1}}, "no_such_field"),
        ({"op": "change", "patch": "C", "values": {"actual_start": "2031-01-01"}}, "field_of_another_step"),
        ({"op": "change", "patch": "C", "values": {"tracked": True}}, "field_of_another_step"),
        ({"op": "change", "patch": "S", "values": {"area_m2": 1}}, "other_district"),
        ({"op": "change", "patch": "Z", "values": {"area_m2": 1}}, "unknown_patch"),
        ({"op": "change", "patch": "A", "values": {"cost_yuan": 1}}, "issued_already"),
        ({"op": "remove", "patch": "B"}, "issued_already"),
        ({**ADD, "patch": "C"}, "id_taken"),
        ({"op": "reopen", "patch": "R", "reopens": "A", "values": {"cost_yuan": 5}}, "not_failed"),
        ({"op": "reopen", "patch": "R", "reopens": "S", "values": {"cost_yuan": 5}}, "other_district"),
        ({"op": "reopen", "patch": "R", "values": {"cost_yuan": 5}}, "not_a_step"),
        ({"op": "remove", "patch": "C", "values": {"cost_yuan": 5}}, "not_a_step"),
    ],
)  # fmt: skip
def test_what_a_change_may_not_say(change: dict[str, Any], fault: str) -> None:
    assert refused(lambda: propose(tiny.issued(tiny.clerk()), change)) == [fault]


def test_what_was_issued_meanwhile_is_not_changed_by_an_older_proposal() -> None:
    at = tiny.clerk()
    propose(at, {"op": "change", "patch": "A", "values": {"cost_yuan": 1_100}})
    tiny.issued(at)
    assert refused(lambda: adopt(at)) == ["issued_already"]


def test_a_failed_site_is_reopened_at_new_cost_once() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "task_closed")
    at.wait(dt.date(FIRST + 1, 2, 1))
    at.do("check", "North", FIRST + 1, "A", on="2032-02-01", which=1, result="failed", evidence=evidence("A1"))
    again = {"op": "reopen", "patch": "A-2", "reopens": "A", "values": {"cost_yuan": 150, "area_m2": 3_000}}
    propose(at, again)
    adopt(at)
    new, old = at.cycle.ledger.by_id["A-2"], at.cycle.ledger.by_id["A"]
    assert (new.cost_yuan, new.area_m2, new.actual_start, new.status) == (150, 3_000, None, Status.NOT_STARTED)
    assert (new.township, new.ever_licensed, old.status) == (old.township, old.ever_licensed, Status.CLOSED)
    assert refused(lambda: propose(at, {**again, "patch": "A-3"}, number="P2")) == ["reopened_already"]


def test_the_ledger_has_what_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A: 1,000 issued, 1,120 granted; dates and status of each step; still a ledger without faults."""
    at = tiny.issued(tiny.clerk())
    at.do("ask_cost", "North", FIRST, "A", remark="rock", money=money({CITY: 1_120}))
    at.do("grant_cost", "North", FIRST, "A")
    at.do("track", "North", FIRST, "A", remark="r", due="2031-12-31")
    tiny.worked(at, "A", "accepted")
    row = at.cycle.ledger.by_id["A"]
    today = dt.date(FIRST, 1, 10)
    assert (row.actual_start, row.actual_finish, row.accepted_date, row.accepted_area_m2) == (today,) * 3 + (10_000,)
    assert (row.cost_yuan, row.status, row.tracked) == (1_120, Status.ACCEPTED, True)
    assert at.cycle.ledger.by_id["B"].status is Status.NOT_STARTED
    assert Ledger.from_frames(*at.cycle.ledger.to_frames(), at.cycle.ledger.meta) == at.cycle.ledger
    assert at.cycle.register.by_id["A"].cost_yuan == 1_000
    assert Cycle.of(at.cycle.ground, at.cycle.history).ledger == at.cycle.ledger


def test_costs_keep_their_breakdown_in_proportion() -> None:
    """300 and 700 of 1,000 become 330 and 770 of 1,100."""
    given = tiny.ledger()
    from dataclasses import replace

    from planner.cycle import Ground

    rows = (replace(given.patches[0], hazard_removal_yuan=300, revegetation_yuan=700), *given.patches[1:])
    base = tiny.ground()
    at = Clerk(Cycle.of(Ground(Ledger(rows), base.scenario, base.plan)), dt.date(FIRST, 1, 10))
    propose(at, {"op": "change", "patch": "A", "values": {"cost_yuan": 1_100}})
    adopt(at)
    row = at.cycle.register.by_id["A"]
    assert (row.cost_yuan, row.hazard_removal_yuan, row.revegetation_yuan) == (1_100, 330, 770)
    at2 = tiny.issued(Clerk(Cycle.of(Ground(Ledger(rows), base.scenario, base.plan)), dt.date(FIRST, 1, 10)))
    at2.do("ask_cost", "North", FIRST, "A", remark="rock", money=money({CITY: 1_100}))
    at2.do("grant_cost", "North", FIRST, "A")
    row = at2.cycle.ledger.by_id["A"]
    assert (row.cost_yuan, row.hazard_removal_yuan, row.revegetation_yuan) == (1_100, 330, 770)
