"""What is killed while it saves or migrates: ``python -m tests.planner.store.killed save|migrate …``."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from planner.store import Author, Store, StoreFault, append, open_store, save_version
from planner.store.documents import find_document, head

SELF = "tests.planner.store.killed"


def content(name: str, number: int) -> bytes:
    """The bytes of a document's version: known from its name and number alone."""
    rng = random.Random(f"{name}#{number}")
    return rng.randbytes(rng.randrange(0, 200_000))


def save_one(store: Store, name: str, events: int) -> str:
    """One change: the next version of a document, and events that name it; what is confirmed by it, as one line."""
    with store.writing(Author("local:wang", "cli")) as tx:
        document = find_document(tx, "ledger", name)
        newest = None if document is None else head(tx, document)
        number = newest.number + 1 if newest else 1
        saved = save_version(
            tx, "ledger", name, content(name, number), ending="xlsx", parent=newest.id if newest else None,
            meta={"events": events},
        )  # fmt: skip
        for count in range(events):
            append(tx, "saved", "version", {"id": saved.id, "count": count})
    return f"{saved.id} {number} {events} {name}"


def save(address: str, key: str, seed: str) -> None:
    """Save without end."""
    rng = random.Random(seed)
    store = open_store(address, key=Path(key))
    print("ready", flush=True)
    try:
        while True:
            print("confirmed", save_one(store, rng.choice(["台账", "a", "b"]), rng.randrange(3)), flush=True)
    except StoreFault as fault:
        print("refused", fault.findings[0].id, flush=True)
    store.close()


def migrate(folder: str) -> None:
    """Bring one old store after the other to the present."""
    places = sorted(Path(folder).glob("*.db"))
    print("ready", flush=True)
    for place in places:
        open_store(place).close()
        print("confirmed", place.name, flush=True)


if __name__ == "__main__":
    {"save": save, "migrate": migrate}[sys.argv[1]](*sys.argv[2:])
