"""Drafts: each person's own, as they were saved last, in no trail and in no backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.store import Author, Store, open_store
from planner.store.backup import backup, restore
from planner.store.scratch import LARGEST, MOST, Draft, draft_of, drafts_of, drop_draft, save_draft
from tests.planner.store.conftest import LI, WANG, Place
from tests.planner.store.kept import fault_of, fill, found, rows, save
from tests.planner.store.old import store_at

SCENARIO = 'name = "草稿"\n'


def keep(store: Store, key: str, content: str = SCENARIO, base: int | None = None, author: Author = WANG) -> Draft:
    with store.writing(author) as tx:
        return save_draft(tx, key, content, base)


def kept(store: Store, key: str, author: Author = WANG) -> Draft | None:
    with store.reading() as tx:
        return draft_of(tx, author.who, key)


def test_a_draft_is_there_again_after_a_restart_as_it_was_saved_last(place: Place) -> None:
    store = place.open()
    base = save(store, "台账", b"a")
    keep(store, "资金方案", "old")
    last = keep(store, "资金方案", "new\n第二行", base.id)
    store.close()
    again = place.open()
    assert kept(again, "资金方案") == last
    assert (last.content, last.base) == ("new\n第二行", base.id)
    assert kept(again, "other") is None
    again.close()


def test_drafts_are_each_persons_own(store: Store) -> None:
    mine, theirs = keep(store, "funds", "mine"), keep(store, "funds", "theirs", author=LI)
    other = keep(store, "tasks", "other")
    with store.reading() as tx:
        assert set(drafts_of(tx, WANG.who)) == {mine, other}
        assert drafts_of(tx, LI.who) == (theirs,)
    with store.writing(LI) as tx:
        assert drop_draft(tx, "funds")
        assert not drop_draft(tx, "funds")
        assert not drop_draft(tx, "tasks")
    assert (kept(store, "funds"), kept(store, "funds", LI), kept(store, "tasks")) == (mine, None, other)


def test_a_draft_leaves_no_trace_in_the_trail_and_the_store_verifies(store: Store) -> None:
    fill(store)
    before = rows(store, "SELECT count(*) FROM trail")
    keep(store, "funds")
    with store.writing(WANG) as tx:
        drop_draft(tx, "funds")
    keep(store, "tasks", base=1)
    assert rows(store, "SELECT count(*) FROM trail") == before
    assert found(store) == set()


def test_a_backup_holds_no_draft_and_is_restored(store: Store, tmp_path: Path) -> None:
    fill(store)
    backup(store, tmp_path / "empty.zip")
    keep(store, "funds", "for nobody else's eyes", 1)
    backup(store, tmp_path / "full.zip")
    assert (tmp_path / "empty.zip").read_bytes() == (tmp_path / "full.zip").read_bytes()
    restore(tmp_path / "full.zip", tmp_path / "again.db", key=store.key.path)
    again = open_store(tmp_path / "again.db")
    assert found(again) == set()
    assert rows(again, "SELECT * FROM draft") == []
    again.close()


def test_what_is_too_large_or_too_many_is_refused_and_what_was_there_stays(store: Store) -> None:
    assert fault_of(lambda: keep(store, "funds", "x" * (LARGEST + 1))) == "draft_too_large"
    keep(store, "funds", "字" * LARGEST)
    with store.writing(WANG) as tx:
        for number in range(1, MOST):
            save_draft(tx, f"page {number}", SCENARIO)
    assert fault_of(lambda: keep(store, "one more")) == "too_many_drafts"
    keep(store, "page 1", "changed")  # in place of one that is there
    keep(store, "one more", author=LI)
    with store.reading() as tx:
        assert len(drafts_of(tx, WANG.who)) == MOST


@pytest.mark.parametrize(
    ("key", "content", "fault"),
    [("", "x", "no_name"), (" ", "x", "no_name"), ("k", "\0", "bad_text"), ("\ud800", "x", "bad_text")],
)  # fmt: skip
def test_what_no_store_keeps_is_refused(store: Store, key: str, content: str, fault: str) -> None:
    assert fault_of(lambda: keep(store, key, content)) == fault
    assert rows(store, "SELECT * FROM draft") == []


def test_a_store_of_before_gets_the_table(place: Place) -> None:
    old = store_at(place, "0002")
    fill(old)
    old.close()
    store = place.open()
    keep(store, "funds", base=1)
    assert found(store) == set()
    store.close()
