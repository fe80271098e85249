"""Bytes that somebody changed in the database: refused when opened, named when verified."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from planner.findings import BadInput
from planner.service import Service
from planner.store import version
from tests.planner.service.world import CITY, A, World
from tests.planner.store.kept import do

OPENING: dict[str, Callable[[Service, World], Any]] = {
    "ledger": lambda s, w: s.desk("finance").keeping.open_ledger(w.ledgers[CITY, True]),
    "scenario": lambda s, w: s.desk("finance").keeping.open_scenario(w.scenarios[CITY, True]),
    "plan": lambda s, w: s.desk("finance").keeping.open_plan(w.plans[CITY, True]),
}


def digest_of(service: Service, identity: int) -> str:
    with service.store.reading() as tx:
        return version(tx, identity).digest


def content_of(service: Service, digest: str) -> bytes:
    with service.store.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT bytes FROM content WHERE digest = ?", (digest,)).scalar_one()
    return bytes(found)


def tamper(service: Service, digest: str) -> None:
    """One bit of the middle of the bytes."""
    data = bytearray(content_of(service, digest))
    data[len(data) // 2] ^= 1
    do(service.store, "UPDATE content SET bytes = :bytes WHERE digest = :digest",
       {"bytes": bytes(data), "digest": digest})  # fmt: skip


@pytest.mark.parametrize("kind", OPENING)
def test_changed_bytes_are_not_opened_and_are_found(kind: str, world: World, service: Service) -> None:
    OPENING[kind](service, world)  # what was opened once is held against its digest all the same
    ids = {"ledger": world.ledgers, "scenario": world.scenarios, "plan": world.plans}[kind]
    digest = digest_of(service, ids[CITY, True])
    tamper(service, digest)
    for call in (OPENING[kind], OPENING["plan"], lambda s, w: s.desk("finance").keeping.export(w.plans[CITY, True]),
                 lambda s, w: s.desk("planner-a").keeping.view(w.plans[CITY, True], A)):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            call(service, world)
        assert [(f.key, f.values["digest"]) for f in refused.value.findings] == [("store.content_changed", digest)]
    found = service.desk("leader").care.verify(plans=True)
    assert [(f.key, f.values["digest"]) for f in found] == [("store.content_changed", digest)]


def test_a_changed_workbook_is_not_handed_out_again(world: World, service: Service) -> None:
    at = service.desk("planner-a")
    export = at.keeping.export(world.plans[CITY, True], district=A)
    assert at.keeping.export(world.plans[CITY, True], district=A) == export  # byte for byte
    assert service.desk("finance").keeping.export(world.plans[CITY, True], district=A) == export
    tamper(service, hashlib.sha256(export.data).hexdigest())
    with pytest.raises(BadInput) as refused:
        at.keeping.export(world.plans[CITY, True], district=A)
    assert [f.key for f in refused.value.findings] == ["store.content_changed"]
    assert [f.key for f in service.desk("leader").care.verify()] == ["store.content_changed"]


def test_bytes_changed_together_with_their_digest_are_found(world: World, service: Service) -> None:
    """Somebody who knows how content is named changes a plan and its name alike."""
    digest = digest_of(service, world.plans[CITY, True])
    data = content_of(service, digest).replace(b'"yuan": 101111', b'"yuan": 101112')
    new = hashlib.sha256(data).hexdigest()
    do(service.store, "INSERT INTO content SELECT :new, kind, size, :bytes FROM content WHERE digest = :digest",
       {"new": new, "bytes": data, "digest": digest})  # fmt: skip
    do(service.store, "UPDATE version SET digest = :new WHERE digest = :digest", {"new": new, "digest": digest})
    found = {f.key for f in service.desk("leader").care.verify()}
    assert found == {"store.row_untold", "store.row_changed"}


def test_a_plan_that_is_no_plan_of_its_inputs_is_found_by_its_audit(world: World, service: Service) -> None:
    """Kept past the audit by somebody with the key: the store is whole, the plan is not true."""
    from planner.service.kept import open_kept, store_plan
    from tests.planner.service.world import WORKER

    assert service.desk("leader").care.verify(plans=True) == ()
    with service.store.reading() as tx:
        folder = open_kept(tx, version(tx, world.plans[CITY, True]))
        made_from = version(tx, world.ledgers[CITY, True]), version(tx, world.scenarios[CITY, True])
    first, *rest = folder.plan.commitments
    false = folder.plan.model_copy(update={"commitments": (first.model_copy(update={"yuan": 1}), *rest)}).sealed()
    with service.store.writing(WORKER) as tx:
        kept = store_plan(tx, false, made_from, note="", district="", name="false")
    assert service.desk("leader").care.verify() == ()
    found = service.desk("leader").care.verify(plans=True)
    assert [(f.key, f.values["id"]) for f in found] == [("service.plan_unclean", kept.id)]


def test_a_decision_or_a_grant_that_was_written_in_is_found(world: World, service: Service) -> None:
    do(service.store, "UPDATE record SET payload = replace(payload, 'finance', 'leadership') WHERE series = 'people'")
    assert {f.key for f in service.desk("root").care.verify()} == {"store.row_changed"}
