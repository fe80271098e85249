"""The key, the sign of what was seen last, and anchors: what betrays a cut or forged history."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from planner.store import Store, anchor, open_store, verify
from planner.store.keys import TrailKey, make_key
from tests.planner.store.conftest import Place
from tests.planner.store.kept import do, fault_of, fill, found, newest, save


def cut(store: Store) -> None:
    """Take the last version away with all that tells of it, as though it had never been saved."""
    do(store, "DELETE FROM version WHERE id = (SELECT max(id) FROM version)")
    do(store, "DELETE FROM content WHERE digest NOT IN (SELECT digest FROM version)")
    do(store, "DELETE FROM trail WHERE seq > (SELECT max(seq) - 2 FROM trail)")


def test_an_end_cut_off_with_its_rows_is_found_also_after_further_changes(store: Store, place: Place) -> None:
    one = save(store, "台账", b"a")
    save(store, "台账", b"b", one.id)
    with store.reading() as tx:
        day = anchor(tx)
    cut(store)
    assert found(store) == {"trail_cut"}
    assert found(store, day) == {"trail_cut", "anchor_differs"}
    save(store, "台账", b"c", one.id)
    assert [finding.id for finding in store.warnings] == ["trail_cut"]
    assert newest(store, "台账").number == 2
    assert found(store) == {"trail_cut"}
    for number in range(5):
        save(store, f"台账{number}", b"d")
    assert len(store.warnings) == 1
    again = place.open()
    assert found(again) == {"trail_cut"}
    again.close()
    store.warnings.clear()


def test_without_the_sign_it_is_said_that_the_end_is_not_vouched_for(store: Store, place: Place) -> None:
    one = save(store, "台账", b"a")
    save(store, "台账", b"b", one.id)
    with store.reading() as tx:
        day = anchor(tx)
    cut(store)
    place.head.unlink()
    assert found(store) == {"head_missing"}
    assert found(store, day) == {"anchor_differs"}


def test_a_sign_taken_away_comes_back_with_the_next_change_and_needs_no_alarm_with_an_anchor(
    store: Store, place: Place
) -> None:
    one = save(store, "台账", b"a")
    with store.reading() as tx:
        day = anchor(tx)
    place.head.unlink()
    assert found(store, day) == set()
    save(store, "台账", b"b", one.id)
    assert place.head.exists()
    assert found(store) == set()


@pytest.mark.parametrize("words", ["", "{}", '{"seq":1}', '{"seq":"x","mac":"0"}', "\xff"])
def test_a_sign_that_cannot_be_read_is_named_and_left_alone(store: Store, place: Place, words: str) -> None:
    one = save(store, "台账", b"a")
    place.head.write_bytes(words.encode("latin-1"))
    assert fault_of(lambda: verify(store)) == "bad_head"
    save(store, "台账", b"b", one.id)
    assert {finding.id for finding in store.warnings} == {"bad_head"}
    store.warnings.clear()
    assert place.head.read_bytes() == words.encode("latin-1")


def test_a_replaced_sign_is_found(store: Store, place: Place) -> None:
    fill(store)
    place.head.write_text(f'{{"mac":"{"0" * 64}","seq":3}}')
    assert found(store) == {"trail_cut"}


def test_another_key_is_refused_at_opening_and_found_in_verifying(store: Store, place: Place, tmp_path: Path) -> None:
    fill(store)
    other = tmp_path / "other.key"
    shutil.copy(place.head, tmp_path / "other.key.head")
    secret = make_key(other)
    assert fault_of(lambda: open_store(place.address, key=other)) == "wrong_key"
    assert found(replace(store, key=TrailKey(other, secret))) == {"other_key"}
    moved = open_store(place.address, key=other, other_keys=(place.key,))
    assert found(moved) == set()
    save(moved, "x", b"x")
    assert found(moved) == set()
    moved.close()
    assert fault_of(lambda: place.open()) == "wrong_key"


def test_a_key_of_another_length_or_none_is_refused(store: Store, place: Place) -> None:
    save(store, "台账", b"a")
    kept = place.key.read_text()
    for words in ("", "abcd", kept + "00", "z" * 64):
        place.key.write_text(words)
        assert fault_of(place.open) == "no_key"
    place.key.unlink()
    assert fault_of(place.open) == "key_missing"
    assert not place.key.exists()
    place.key.write_text(kept + "\n")
    place.open().close()


def test_even_a_whole_history_forged_under_another_key_is_betrayed_by_an_anchor(
    store: Store, place: Place, tmp_path: Path
) -> None:
    """Who can write the database, the key and the sign can forge a clean store; what was handed out remains."""
    save(store, "台账", b"a")
    with store.reading() as tx:
        day = anchor(tx)
    forged = open_store(tmp_path / "forged.db", key=tmp_path / "forged.key")
    save(forged, "台账", b"b")
    assert found(forged) == set()
    assert found(forged, day) == {"anchor_differs"}
    forged.close()


def test_an_old_copy_put_back_by_hand_is_found(file_place: Place, tmp_path: Path) -> None:
    store = file_place.open()
    one = save(store, "台账", b"a")
    store.close()
    shutil.copy(file_place.address, tmp_path / "copy.db")
    store = file_place.open()
    save(store, "台账", b"b", one.id)
    store.close()
    shutil.copy(tmp_path / "copy.db", file_place.address)
    store = file_place.open()
    assert found(store) == {"trail_cut"}
    store.close()


def test_what_was_seen_never_goes_back_unless_another_history_begins(store: Store, place: Place) -> None:
    one = save(store, "台账", b"a")
    seen = store.key.seen()
    assert seen is not None
    store.key.note(seen.seq - 1, "0" * 64)  # a process that was slower than another
    store.key.note(seen.seq, "0" * 64)
    assert store.key.seen() == seen
    save(store, "台账", b"b", one.id)
    assert found(store) == set()
    store.key.note(1, "0" * 64, anew=True)
    assert found(store) == {"trail_cut"}
