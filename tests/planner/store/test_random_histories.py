"""Random histories of several authors, held against a model in plain Python; the store verifies at every end."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from sqlalchemy import create_engine, text

from planner.store import (
    Anchor,
    Author,
    Conflict,
    Store,
    StoreFault,
    Writing,
    anchor,
    append,
    documents,
    entries,
    get_bytes,
    open_store,
    save_version,
    series,
    verify,
    versions,
)  # fmt: skip
from planner.store.tables import METADATA

AUTHORS = st.sampled_from([Author("local:wang", "cli"), Author("local:li", "web"), Author("job:7", "job")])
NAMES = st.sampled_from(["台账", "a", "b "])
DISTRICTS = st.sampled_from(["", "110118"])
BYTES = st.sampled_from([b"", b"a", b"b", b"a" * 5_000])
METAS = st.sampled_from([{}, {"patches": 500}, {"名": ["x", None, 1.5, True]}])
SERIES = st.sampled_from(["people", "year/2021"])
PLAIN = st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=4) | st.none(), max_size=3).filter(
    lambda payload: "\ud800" not in str(payload)
)


class Abandoned(Exception):
    """The author thinks better of it."""


class Histories(RuleBasedStateMachine):
    """What the store is asked, and what plain lists say of it."""

    store: Store
    place: str
    key: Path

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[dict[str, Any]] = []  # versions, oldest first
        self.events: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.anchors: list[Anchor] = []
        self.told = 0  # entries that the trail must have
        self.contents: set[str] = set()

    parents = Bundle("parents")

    def heads(self, named: tuple[str, str]) -> dict[str, Any] | None:
        return next((v for v in reversed(self.kept) if v["named"] == named), None)

    def expect_save(
        self, tx: Writing, named: tuple[str, str], data: bytes, parent: int | None, meta: Any
    ) -> int | None:
        """Save, and hold what happens against the model; the new version's id, None where there is none."""
        head = self.heads(named)
        digest = hashlib.sha256(data).hexdigest()

        def act() -> Any:
            return save_version(
                tx, "ledger", named[0], data, ending="json", parent=parent, district=named[1], meta=meta
            )

        if head is None and parent is not None:
            with pytest.raises(StoreFault):
                act()
            return None
        if head is not None and (head["digest"], head["meta"]) == (digest, meta):
            assert act().id == head["id"]
            return None
        if head is not None and head["id"] != parent:
            with pytest.raises(Conflict) as refused:
                act()
            assert refused.value.theirs.id == head["id"]
            return None
        saved = act()
        number = 1 if head is None else head["number"] + 1
        self.told += 1 + (digest not in self.contents) + (head is None)
        self.contents.add(digest)
        self.kept.append(
            {"id": len(self.kept) + 1, "named": named, "number": number, "digest": digest, "meta": meta, "data": data,
             "author": tx.author.who, "parent": parent}
        )  # fmt: skip
        assert (saved.id, saved.number) == (len(self.kept), number)
        return int(saved.id)

    @rule(target=parents, author=AUTHORS, name=NAMES, district=DISTRICTS, data=BYTES, meta=METAS)
    def save_on_the_head(self, author: Author, name: str, district: str, data: bytes, meta: Any) -> Any:
        head = self.heads((name, district))
        with self.store.writing(author) as tx:
            saved = self.expect_save(tx, (name, district), data, head["id"] if head else None, meta)
        return multiple() if saved is None else saved

    @rule(author=AUTHORS, name=NAMES, district=DISTRICTS, data=BYTES, parent=parents)
    def save_on_some_version(self, author: Author, name: str, district: str, data: bytes, parent: int) -> None:
        of = self.kept[parent - 1]["named"] if district else (name, district)
        with self.store.writing(author) as tx:
            self.expect_save(tx, of, data, parent, {})

    @rule(author=AUTHORS, name=NAMES, data=BYTES)
    def save_as_the_first(self, author: Author, name: str, data: bytes) -> None:
        with self.store.writing(author) as tx:
            self.expect_save(tx, (name, ""), data, None, {})

    @rule(author=AUTHORS, name=SERIES, payload=PLAIN, behind=st.sampled_from([None, 0, 1]))
    def add_event(self, author: Author, name: str, payload: dict[str, Any], behind: int | None) -> None:
        there = self.events.setdefault(name, [])
        after = None if behind is None else len(there) - behind

        def act() -> None:
            with self.store.writing(author) as tx:
                assert append(tx, name, "event", payload, after=after).number == len(there) + 1

        if behind == 1:
            with pytest.raises(StoreFault):
                act()
            return
        act()
        there.append((author.who, payload))
        self.told += 1

    @rule(author=AUTHORS, name=NAMES, data=BYTES, payload=PLAIN)
    def think_better_of_it(self, author: Author, name: str, data: bytes, payload: dict[str, Any]) -> None:
        head = self.heads((name, ""))
        with pytest.raises(Abandoned), self.store.writing(author) as tx:  # noqa: PT012
            save_version(tx, "ledger", name, data, ending="json", parent=head["id"] if head else None, meta={"x": 1})
            append(tx, "people", "event", payload)
            raise Abandoned

    @rule(author=AUTHORS, names=st.lists(st.tuples(NAMES, BYTES), min_size=2, max_size=3))
    def save_several_in_one_change(self, author: Author, names: list[tuple[str, bytes]]) -> None:
        with self.store.writing(author) as tx:
            for name, data in names:
                head = self.heads((name, ""))
                self.expect_save(tx, (name, ""), data, head["id"] if head else None, {"several": len(names)})

    @rule()
    def hand_out_an_anchor(self) -> None:
        if self.told:
            with self.store.reading() as tx:
                self.anchors.append(anchor(tx))

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = open_store(self.place, key=self.key)

    @invariant()
    def as_the_model(self) -> None:
        with self.store.reading() as tx:
            there = versions(tx)
            assert [
                (v.id, (v.document.name, v.document.district), v.number, v.digest, v.meta, v.author, v.parent)
                for v in there
            ] == [
                tuple(kept[x] for x in ("id", "named", "number", "digest", "meta", "author", "parent"))
                for kept in self.kept
            ]
            assert [get_bytes(tx, v.digest) for v in there] == [kept["data"] for kept in self.kept]
            assert len(documents(tx)) == len({kept["named"] for kept in self.kept})
            for name in ("people", "year/2021"):
                told = [(event.author, event.payload) for event in series(tx, name)]
                assert told == self.events.get(name, [])
            assert len(entries(tx)) == self.told

    def teardown(self) -> None:
        assert verify(self.store, self.anchors) == ()
        assert self.store.warnings == []


@pytest.fixture
def own_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="shanfu-histories-"))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_random_histories_are_as_the_model_has_them(
    kind: str, own_folder: Path, request: pytest.FixtureRequest
) -> None:
    numbers = iter(range(10_000))
    url = request.getfixturevalue("postgres_url") if kind == "postgresql" else ""

    class Fresh(Histories):
        def __init__(self) -> None:
            super().__init__()
            folder = own_folder / str(next(numbers))
            self.place, self.key = url or str(folder / "shanfu.db"), folder / "trail.key"
            folder.mkdir()
            if url:
                empty(url, own_folder / "empty.key")
            self.store = open_store(self.place, key=self.key)

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.store.close()

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Fresh,
        settings=settings(
            max_examples=25 if kind == "sqlite" else 12, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def empty(url: str, key: Path) -> None:
    """Leave nothing of an earlier history in the database."""
    if not key.exists():
        open_store(url, key=key).close()
        return
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in METADATA.tables:
            connection.execute(text(f"DELETE FROM {table}"))
    engine.dispose()
