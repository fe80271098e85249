"""The trail: its keyed digests worked out again by hand, and anchors."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from planner.findings import BadInput
from planner.store import Anchor, Store, anchor, entries
from tests.planner.store.conftest import WANG, Place
from tests.planner.store.kept import fault_of, fill, found, rows, save

COLUMNS = "seq, at, who, via, action, subject, row_table, row_key, row_digest, details, key_id"


def hmac_sha256(key: bytes, message: bytes) -> str:
    """RFC 2104, section 2, with H = SHA-256 and B = 64: H(K xor opad, H(K xor ipad, text))."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).hexdigest()


def test_the_digest_by_hand_is_that_of_the_rfcs_test_vector() -> None:
    # RFC 4231, test case 2
    digest = hmac_sha256(b"Jefe", b"what do ya want for nothing?")
    assert digest == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_every_entry_is_chained_by_hmac_to_all_before_it(store: Store, place: Place) -> None:
    fill(store)
    key = bytes.fromhex(place.key.read_text())
    assert len(key) == 32
    before = "0" * 64
    told = rows(store, f"SELECT mac, {COLUMNS} FROM trail ORDER BY seq")
    assert len(told) > 20
    for number, (mac, *values) in enumerate(told, 1):
        named = dict(zip(COLUMNS.split(", "), values, strict=True))
        plain = json.dumps(named, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        before = hmac_sha256(key, f"{before}\n{plain}".encode())
        assert (named["seq"], mac) == (number, before)
    assert json.loads(place.head.read_text()) == {"seq": len(told), "mac": before}


def test_every_row_that_is_kept_has_its_entry_with_its_digest(store: Store) -> None:
    saved = save(store, "台账", b"a", note="第一版")
    told = rows(store, "SELECT action, subject, who, via, row_table, row_key, row_digest FROM trail ORDER BY seq")
    assert [(action, table, key) for action, _, _, _, table, key, _ in told] == [
        ("content.keep", "content", saved.digest), ("document.make", "document", "1"), ("ledger.save", "version", "1")
    ]  # fmt: skip
    row = {
        "id": 1, "document_id": 1, "number": 1, "parent_id": None, "digest": saved.digest, "author": "local:wang",
        "at": saved.at, "note": "第一版", "meta": "{}",
    }  # fmt: skip
    plain = json.dumps(["version", row], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert told[2][1:4] == ("ledger:台账#1", "local:wang", "cli")
    assert told[2][6] == hashlib.sha256(plain.encode()).hexdigest()


def test_a_key_is_for_its_owner_alone_and_the_sign_begins_with_nothing_seen(store: Store, place: Place) -> None:
    assert json.loads(place.head.read_text()) == {"seq": 0, "mac": "0" * 64}
    if os.name == "posix":
        assert place.key.stat().st_mode & 0o077 == 0
    assert found(store) == set()


def test_an_entry_without_a_row_is_kept_too(store: Store) -> None:
    with store.writing(WANG) as tx:
        tx.log("plan.export", "plan:基准#1", {"to": "xlsx", "rows": 500})
    with store.reading() as tx:
        (entry,) = entries(tx)
    assert (entry.action, entry.row_table, json.loads(entry.details)) == (
        "plan.export",
        "",
        {"rows": 500, "to": "xlsx"},
    )
    with store.writing(WANG):
        pass  # nothing changed, nothing told
    with store.reading() as tx:
        assert entries(tx) == (entry,)


def test_entries_are_read_from_where_one_stopped(store: Store) -> None:
    fill(store)
    with store.reading() as tx:
        every = entries(tx)
        assert entries(tx, after=3, limit=2) == every[3:5]
        assert entries(tx, after=len(every)) == ()


def test_an_anchor_proves_what_stood_on_a_day(store: Store) -> None:
    with store.reading() as tx:
        assert fault_of(lambda: anchor(tx)) == "nothing_to_anchor"
    one = save(store, "台账", b"a")
    with store.reading() as tx:
        then = anchor(tx)
    save(store, "台账", b"b", one.id)
    again = Anchor.from_dict(json.loads(json.dumps(then.to_dict())))
    assert again == then
    assert found(store, again) == set()
    forged = Anchor.from_dict({**then.to_dict(), "mac": "0" * 64})
    beyond = Anchor.from_dict({**then.to_dict(), "seq": 99})
    assert found(store, forged) == found(store, beyond) == found(store, again, forged) == {"anchor_differs"}


@pytest.mark.parametrize(
    "change", [{"format": "shanfu-anchor/2"}, {"seq": "1"}, {"mac": 1}, {"more": 1}, {"at": None}, None]
)
def test_what_is_no_anchor_is_refused(change: dict[str, object] | None) -> None:
    whole = {"format": "shanfu-anchor/1", "seq": 1, "mac": "0", "key_id": "k", "at": "t", "exported": "t"}
    assert Anchor.from_dict(whole).seq == 1
    with pytest.raises(BadInput):
        Anchor.from_dict([] if change is None else {**whole, **change})
