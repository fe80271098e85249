"""A district's part of the year, and the steps it leaves open: against the hand-written table of what is admitted."""

from __future__ import annotations

import pytest

from planner.cycle import Kind, Open, Returned, local, open_in_year, open_on
from tests.planner.cycle import tiny
from tests.planner.cycle.test_table import NATURAL, NATURAL_STATES, ROUND, ROUND_STATES, WORK, WORK_STATES
from tests.planner.cycle.tiny import FIRST


def names(opened: tuple[Open, ...]) -> set[str]:
    return {f"{one.kind} {one.what}" if one.what else str(one.kind) for one in opened}


@pytest.mark.parametrize("state", ROUND_STATES)
def test_a_year_leaves_open_what_the_table_admits(state: str) -> None:
    found = local(ROUND_STATES[state]().cycle, "North")
    assert names(open_in_year(found, FIRST)) & set(ROUND) == {
        row for row, (_, states) in ROUND.items() if state in states
    }


@pytest.mark.parametrize("state", WORK_STATES)
def test_a_task_leaves_open_what_the_table_admits(state: str) -> None:
    found = local(WORK_STATES[state]().cycle, "North")
    wanted = {row for row, (_, states) in WORK.items() if state in states}
    if state == "accepted":  # what is not paid is given back with the closing
        wanted.add("close")
    assert names(open_on(found, "A")) & set(WORK) == wanted


@pytest.mark.parametrize("state", NATURAL_STATES)
def test_a_natural_site_leaves_open_what_the_table_admits(state: str) -> None:
    found = local(NATURAL_STATES[state]().cycle, "North")
    wanted = {row for row, (_, states) in NATURAL.items() if state in states} - {"propose"}  # of the year, not the site
    assert names(open_on(found, "N")) & set(NATURAL) == wanted


def test_a_matter_is_opened_or_resolved_and_holds_the_closing_up() -> None:
    at = tiny.worked(tiny.issued(tiny.clerk()), "A", "accepted")
    assert Open(Kind.TRACK) in open_on(local(at.cycle, "North"), "A")
    at.do("track", "North", FIRST, "A", remark="late", due=at.today.isoformat())
    opened = open_on(local(at.cycle, "North"), "A")
    assert Open(Kind.RESOLVE) in opened
    assert not {Open(Kind.TRACK), Open(Kind.CLOSE)} & set(opened)


def test_nothing_of_another_district_is_in_it() -> None:
    at = tiny.issued(tiny.clerk())
    everything, north = local(at.cycle, "North"), {p.patch for p in at.cycle.register.patches if p.district == "North"}
    for part in (everything.works, everything.naturals, everything.tracked, everything.checks):
        assert set(part) <= north
    elsewhere = local(at.cycle, "South")
    assert not set(elsewhere.works) & north
    assert Open(Kind.RETURN, Returned.ISSUE) not in open_in_year(elsewhere, FIRST)
