"""Many write and read at the same time: no edit is lost, nobody waits in vain, and all see whole states."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from planner.store import verify
from tests.planner.store.conftest import Place
from tests.planner.store.crowd import Report, begin, crowd, crowds, look


def assert_nothing_lost(place: Place, report: Report) -> None:
    assert report.wrong == []
    store = place.open()
    with store.reading() as tx:
        newest, counted, events = look(tx)
    assert (counted, newest.number, events) == (report.edits, report.edits + 1, report.edits)
    assert verify(store) == ()
    store.close()
    assert report.edits > 0
    assert report.reads > 0


def test_six_writers_and_ten_readers(place: Place) -> None:
    store = place.open()
    begin(store)
    report = crowd(store, "here", 3, 5, 0.5)
    assert report.wrong == []
    store.close()
    report.add(crowds(place, 2, 3, 5, 4.0))
    assert_nothing_lost(place, report)
    assert report.conflicts > 0  # otherwise they never met


@pytest.mark.soak
def test_twenty_writers_and_fifty_readers_for_two_minutes(
    place: Place, record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    store = place.open()
    begin(store)
    store.close()
    report = crowds(place, 5, 4, 10, 120.0)
    turn = f"longest turn {report.longest_turn:.2f} s"
    said = f"{report.edits} edits, {report.conflicts} conflicts, {report.reads} reads, {turn}"
    record_property("crowd", said)
    with capsys.disabled():
        print(f"\n{'file' if place.is_file else 'server'}: {said}")  # noqa: T201
    assert_nothing_lost(place, report)
