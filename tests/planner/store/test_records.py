"""Records: events in series that only grow."""

from __future__ import annotations

from planner.store import Store, append, series
from tests.planner.store.conftest import LI, WANG
from tests.planner.store.kept import fault_of, found


def test_each_series_counts_for_itself(store: Store) -> None:
    with store.writing(WANG) as tx:
        one = append(tx, "people", "grant", {"role": "finance", "districts": ["密云"]})
        two = append(tx, "year/2021", "apply", {"yuan": 10**15}, district="110118")
    with store.writing(LI) as tx:
        three = append(tx, "people", "revoke", {"role": "finance"}, after=1)
    assert [(r.id, r.series, r.number, r.author) for r in (one, two, three)] == [
        (1, "people", 1, "local:wang"), (2, "year/2021", 1, "local:wang"), (3, "people", 2, "local:li")
    ]  # fmt: skip
    with store.reading() as tx:
        assert series(tx, "people") == (one, three)
        assert series(tx, "year/2021") == (two,)
        assert series(tx, "year") == ()
    assert two.payload == {"yuan": 10**15}
    assert found(store) == set()


def test_who_has_not_seen_the_last_event_is_told(store: Store) -> None:
    def add(after: int | None) -> int:
        with store.writing(WANG) as tx:
            return append(tx, "people", "grant", {}, after=after).number

    assert add(0) == 1
    assert fault_of(lambda: add(0)) == "series_grown"
    assert fault_of(lambda: add(2)) == "series_grown"
    assert add(1) == 2
    assert add(None) == 3
    with store.reading() as tx:
        assert [record.number for record in series(tx, "people")] == [1, 2, 3]


def test_events_of_one_change_are_there_together_or_not_at_all(store: Store) -> None:
    def change() -> None:
        with store.writing(WANG) as tx:
            append(tx, "people", "grant", {})
            append(tx, "people", "grant", {}, after=9)

    assert fault_of(change) == "series_grown"
    with store.reading() as tx:
        assert series(tx, "people") == ()
