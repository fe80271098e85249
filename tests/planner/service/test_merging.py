"""Two people changed one thing: nothing of either is lost, and what clashes is settled by somebody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.findings import BadInput
from planner.ledger import Ledger, Option
from planner.scenario import Scenario
from planner.service import Runner, Service
from planner.service.kept import facts_now, open_ledger, open_scenario
from planner.service.merging import (
    MISSING,
    Changed,
    changed_leaves,
    merge_leaves,
    merge_ledgers,
    merge_scenarios,
    merged_ledger,
    merged_scenario,
    plain_scenario,
)
from planner.store import Conflict, Version, version
from tests.planner.office.returning import ADJUST, PAID, edited, setting
from tests.planner.service.world import CITY, COSTS, A, B, World, ledger, trial
from tests.planner.worlds import FIRST, LAST

# Leaves

PATHS = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))
LEAVES = st.dictionaries(PATHS, st.integers(0, 2), max_size=6)


@given(LEAVES, LEAVES, LEAVES)
def test_each_leaf_is_what_one_changed_or_clashes(base: Any, theirs: Any, mine: Any) -> None:
    merge = merge_leaves(base, theirs, mine)
    clashing = {clash.place for clash in merge.clashes}
    flat = merge.settled(dict.fromkeys(clashing, "mine"))
    for path in {*base, *theirs, *mine}:
        was, their, my = base.get(path), theirs.get(path), mine.get(path)
        place = " / ".join(path)
        wanted = their if my == was else my
        assert flat.get(path) == wanted
        assert (place in clashing) == (their != my and was not in (their, my))
        assert (place in merge.theirs) == (their != was and my == was)
        assert (place in merge.mine) == (my != was and their == was)


@given(LEAVES, LEAVES, LEAVES)
def test_it_makes_no_difference_who_was_first(base: Any, theirs: Any, mine: Any) -> None:
    one, other = merge_leaves(base, theirs, mine), merge_leaves(base, mine, theirs)
    assert {c.place for c in one.clashes} == {c.place for c in other.clashes}
    assume(not one.clashes)
    assert one.settled({}) == other.settled({})


def test_what_differs_is_named_by_what_it_is_of() -> None:
    budgets = [{"source": "municipal", "year": year, "yuan": 100} for year in (FIRST, LAST)]
    before, after = (
        plain_scenario(Scenario.model_validate({"horizon": {"first": FIRST, "last": LAST}, **more}))
        for more in ({"budgets": budgets}, {"budgets": [budgets[1] | {"yuan": 90}], "carry": {"years": 2}})
    )
    cities = {"source": "municipal", "district": None}
    assert changed_leaves(before, after) == (
        Changed(("budgets", f"municipal··{LAST}"), {**cities, **budgets[1]}, {**cities, **budgets[1], "yuan": 90}),
        Changed(("carry", "years"), 0, 2),
        Changed(("budgets", f"municipal··{FIRST}"), {**cities, **budgets[0]}, MISSING),
    )
    assert changed_leaves(before, before) == ()


def test_names_that_hold_the_sign_between_steps_do_not_fall_together() -> None:
    paths = [("option", "a / b", "c"), ("option", "a", "b / c")]
    merge = merge_leaves(*(dict.fromkeys(paths, side) for side in (0, 1, 2)))
    assert len({clash.place for clash in merge.clashes}) == 2
    assert merge.settled({clash.place: "mine" for clash in merge.clashes}) == dict.fromkeys(paths, 2)
    with pytest.raises(BadInput):
        merge.settled({merge.clashes[0].place: "mine"})


# Scenarios


def changed(scenario: Scenario, **changes: Any) -> Scenario:
    data = scenario.model_dump(mode="json", serialize_as_any=True)
    return Scenario.model_validate({**data, **changes})


def with_budget(scenario: Scenario, place: int, yuan: int) -> Scenario:
    data = scenario.model_dump(mode="json", serialize_as_any=True)
    data["budgets"][place]["yuan"] = yuan
    return Scenario.model_validate(data)


def lock(patch: str, year: int = FIRST) -> dict[str, Any]:
    return {"patch": patch, "kind": "year", "year": year, "reason": f"wish of {patch}"}


SINGLE: list[Callable[[Scenario], Scenario]] = [
    *(lambda s, i=i: with_budget(s, i, 900_000 + i) for i in range(5)),
    *(lambda s, p=p: changed(s, locks=[*map(dict, s.model_dump(mode="json")["locks"]), lock(p)]) for p in COSTS),
    lambda s: changed(s, title={"zh": "新", "en": "new"}),
    lambda s: changed(s, note={"zh": "备注"}),
    lambda s: changed(s, contingency_percent="5"),
    lambda s: changed(s, charge_holding=True),
    lambda s: changed(s, carry={"years": 1}),
    lambda s: changed(s, goals=[{"name": "cost"}]),
]  # fmt: skip
SETS = st.sets(st.integers(0, len(SINGLE) - 1))


def after(scenario: Scenario, which: set[int]) -> Scenario:
    for number in sorted(which):
        scenario = SINGLE[number](scenario)
    return scenario


def same_but_for_order(one: Scenario, other: Scenario) -> bool:
    plain = [s.model_dump(mode="json", serialize_as_any=True) for s in (one, other)]
    for data in plain:
        for name in ("budgets", "locks", "overrides"):
            data[name] = sorted(map(repr, data[name]))
    return bool(plain[0] == plain[1])


@settings(deadline=None)
@given(SETS, SETS)
def test_changes_in_different_places_are_both_there(theirs: set[int], mine: set[int]) -> None:
    mine -= theirs
    base = trial()
    for first, second in ((theirs, mine), (mine, theirs)):
        merge = merge_scenarios(base, after(base, first), after(base, second))
        assert merge.clashes == ()
        assert same_but_for_order(merged_scenario(merge), after(base, theirs | mine))


@settings(deadline=None)
@given(SETS, SETS)
def test_a_scenario_that_only_one_changed_is_that_ones(theirs: set[int], mine: set[int]) -> None:
    base = after(trial(), theirs)
    new = after(base, mine - theirs)
    assert merged_scenario(merge_scenarios(base, new, base)).digest == new.digest
    assert merged_scenario(merge_scenarios(base, base, new)).digest == new.digest
    assert merged_scenario(merge_scenarios(base, new, new)).digest == new.digest


def test_one_empties_a_list_and_another_adds_to_it() -> None:
    base = changed(trial(), locks=[lock("A-1")])
    emptied, added = changed(base, locks=[]), changed(base, locks=[lock("A-1"), lock("A-2")])
    for theirs, mine in ((emptied, added), (added, emptied)):
        merged = merged_scenario(merge_scenarios(base, theirs, mine))
        assert [one.patch for one in merged.locks] == ["A-2"]


def test_a_clash_is_named_by_its_place_and_settled_by_a_choice() -> None:
    base = trial()
    theirs, mine = with_budget(base, 0, 7), with_budget(base, 0, 8)
    merge = merge_scenarios(base, theirs, mine)
    (clash,) = merge.clashes
    assert clash.place == f"budgets / municipal··{FIRST}"
    assert [side["yuan"] for side in (clash.base, clash.theirs, clash.mine)] == [1_000_000, 7, 8]
    with pytest.raises(BadInput) as refused:
        merged_scenario(merge)
    assert [(f.key, f.column) for f in refused.value.findings] == [("service.clash_unsettled", clash.place)]
    assert all(f"municipal··{FIRST}" in refused.value.findings[0].line(lang) for lang in ("zh", "en"))
    assert same_but_for_order(merged_scenario(merge, {clash.place: "theirs"}), theirs)
    assert same_but_for_order(merged_scenario(merge, {clash.place: "mine"}), mine)


def test_what_does_not_go_together_is_no_scenario() -> None:
    base = trial()
    horizon = changed(base, horizon={"first": FIRST, "last": LAST + 2})
    mine = changed(base, budgets=[*base.model_dump(mode="json")["budgets"][:1]])
    assert merged_scenario(merge_scenarios(base, horizon, mine)).horizon.last == LAST + 2
    with pytest.raises(BadInput):  # a lock to a year that the other has cut off
        merged_scenario(merge_scenarios(horizon, changed(horizon, locks=[lock("A-1", LAST + 2)]), base))


# Ledgers

FIELDS = {"cost_yuan": 5, "area_m2": 7_000, "remark": "新", "township": "镇", "tier": 1, "works": "工程"}
CELLS = st.sets(st.tuples(st.sampled_from(sorted(COSTS)), st.sampled_from(sorted(FIELDS))), max_size=8)


def ledger_after(cells: set[tuple[str, str]]) -> Ledger:
    fields: dict[str, dict[str, Any]] = {}
    for name, column in cells:
        fields.setdefault(name, {})[column] = FIELDS[column]
    return ledger(**fields)


@settings(deadline=None, max_examples=15)
@given(CELLS, CELLS)
def test_cells_that_different_people_changed_are_both_there(theirs: set[Any], mine: set[Any]) -> None:
    base = ledger()
    for first, second in ((theirs, mine), (mine, theirs)):
        merge = merge_ledgers(base, ledger_after(first), ledger_after(second))
        assert merge.clashes == ()
        found = merged_ledger(merge)
        assert found.digest == ledger_after(theirs | mine).digest
        assert [patch.patch for patch in found.patches] == [patch.patch for patch in base.patches]


def test_a_clash_of_cells_is_named_by_patch_and_field() -> None:
    sides = [ledger(**{"A-1": {"cost_yuan": yuan}}) for yuan in (1, 2, 3)]
    merge = merge_ledgers(*sides)
    assert [(c.place, c.base, c.theirs, c.mine) for c in merge.clashes] == [("patch / A-1 / cost_yuan", 1, 2, 3)]
    assert merged_ledger(merge, {"patch / A-1 / cost_yuan": "mine"}).digest == sides[2].digest


def test_rows_that_come_and_go() -> None:
    base = ledger()
    new = replace(base.patches[0], patch="A-3", name="新图斑")
    added = Ledger((*base.patches, new), (Option(patch="A-3", option="x", cost_yuan=3),))
    gone = Ledger(base.patches[1:])
    both = merged_ledger(merge_ledgers(base, added, gone))
    assert [patch.patch for patch in both.patches] == ["A-2", "B-1", "B-2", "C-1", "C-2", "A-3"]
    assert [option.patch for option in both.options] == ["A-3"]
    edited_row = ledger(**{"A-1": {"cost_yuan": 5}})
    (clash,) = merge_ledgers(base, gone, edited_row).clashes
    assert clash.place == "patch / A-1"
    assert merged_ledger(merge_ledgers(base, gone, edited_row), {"patch / A-1": "mine"}).digest == edited_row.digest
    assert merged_ledger(merge_ledgers(base, gone, edited_row), {"patch / A-1": "theirs"}).digest == gone.digest


def test_both_together_have_to_be_a_ledger() -> None:
    base = ledger()
    gone = Ledger(base.patches[1:])
    with_option = Ledger(base.patches, (Option(patch="A-1", option="x", cost_yuan=3),))
    with pytest.raises(BadInput) as refused:
        merged_ledger(merge_ledgers(base, gone, with_option))
    assert "A-1" in str(refused.value)


# Two editors


def test_the_second_is_shown_both_and_merges_and_nothing_is_lost(world: World, service: Service) -> None:
    one, two = service.desk("finance"), service.desk("finance-a")
    base = world.scenarios[CITY, False]
    start = one.keeping.open_scenario(base)
    theirs, mine = with_budget(start, 0, 7), with_budget(with_budget(start, 0, 8), 1, 9)
    first = one.keeping.keep_scenario(theirs, parent=base, note="theirs")
    with pytest.raises(Conflict) as conflict:
        two.keeping.keep_scenario(mine, parent=base, note="mine")
    assert (conflict.value.base, conflict.value.theirs) == (seen_version(service, base), first)
    assert "Name of finance" in str(conflict.value) or "finance" in str(conflict.value)
    newest, merge = two.joining.scenario_merge(base, mine)
    assert newest == first
    (clash,) = merge.clashes
    assert len(merge.mine) == 1
    with pytest.raises(BadInput):
        two.joining.keep_merged_scenario(base, mine)
    kept = two.joining.keep_merged_scenario(base, mine, {clash.place: "mine"}, note="both")
    assert (kept.number, kept.parent, kept.author) == (3, first.id, "finance-a")
    merged = two.keeping.open_scenario(kept.id)
    assert [merged.budgets[i].yuan for i in (0, 1)] == [8, 9]
    assert two.keeping.open_scenario(first.id).digest == theirs.digest  # what was settled against is there still


def seen_version(service: Service, identity: int) -> Version:
    with service.store.reading() as tx:
        return version(tx, identity)


def test_two_editors_of_a_ledger(world: World, service: Service) -> None:
    one, two = service.desk("finance"), service.desk("finance-a")
    first = one.keeping.keep_ledger(ledger(), "register")
    one.keeping.keep_ledger(ledger_after({("A-1", "remark")}), "register", parent=first.id)
    mine = ledger_after({("B-1", "remark")})
    with pytest.raises(Conflict):
        two.keeping.keep_ledger(mine, "register", parent=first.id)
    kept = two.joining.keep_merged_ledger(first.id, mine)
    assert two.keeping.open_ledger(kept.id).digest == ledger_after({("A-1", "remark"), ("B-1", "remark")}).digest


# Workbooks of two districts


def hand_in(world: World, service: Service, runner: Runner, district: str, who: str, tmp_path: Any, *edits: Any) -> int:
    at = service.desk(who)
    path = tmp_path / f"{district}.xlsx"
    path.write_bytes(at.keeping.export(world.plans[CITY, True], district=district).data)
    back = edited(path, *edits, name=f"{district}-back.xlsx")
    job, _ = at.jobs.hand_in(world.plans[CITY, True], back.name, back.read_bytes(), district=district)
    assert runner.run_one()
    done = at.jobs.get(job.id)
    assert done.state == "done", done.error
    return int(done.result["version"])


def test_the_second_districts_workbook_is_taken_in_after_the_first(
    world: World, service: Service, tmp_path: Any
) -> None:
    for job in service.desk("root").jobs.all():
        service.desk("root").jobs.stop(job.id)
    runner = Runner(service, "one")
    try:
        wish = setting(ADJUST, "A-1", "开工年度", LAST)
        remark = [setting(ADJUST, name, "备注", f"说明 {name}") for name in ("A-2", "B-2")]
        paid = [setting(PAID, name, f"{LAST}年实付(万元)", 2) for name in ("A-1", "B-1")]
        of_a = hand_in(world, service, runner, A, "planner-a", tmp_path, wish, remark[0], paid[0])
        of_b = hand_in(world, service, runner, B, "planner-b", tmp_path,
                       setting(ADJUST, "B-1", "开工年度", LAST), remark[1], paid[1])  # fmt: skip
        other = hand_in(world, service, runner, A, "planner-ac", tmp_path,
                        setting(ADJUST, "A-1", "开工年度", FIRST + 1))  # fmt: skip
    finally:
        runner.close()
    at = service.desk("finance")
    first = at.joining.take_in(of_a, everything=True)
    second = at.joining.take_in(of_b, everything=True)
    assert (len(first.accepted), len(second.accepted)) == (3, 3)
    with service.store.reading() as tx:
        taken = open_scenario(tx, second.scenario)
        rows = open_ledger(tx, second.ledger)
        facts = facts_now(tx)
    assert {(one.patch, one.yuan) for one in facts.payments} == {("A-1", 20_000), ("B-1", 20_000)}
    assert {(one.patch, one.year) for one in taken.locks} == {("A-1", LAST), ("B-1", LAST)}
    assert [rows.by_id[name].remark for name in ("A-2", "B-2")] == ["说明 A-2", "说明 B-2"]
    assert (second.scenario.parent, second.ledger.parent) == (first.scenario.id, first.ledger.id)
    before = service.desk("root").care.anchor().seq
    with pytest.raises(BadInput) as refused:
        at.joining.take_in(other, everything=True)
    assert [(f.key, f.column) for f in refused.value.findings] == [
        ("service.clash_unsettled", "locks / A-1·year")
    ]  # fmt: skip
    assert service.desk("root").care.anchor().seq == before
    third = at.joining.take_in(other, everything=True, choices={"locks / A-1·year": "mine"})
    with service.store.reading() as tx:
        settled = open_scenario(tx, third.scenario)
    assert {(one.patch, one.year) for one in settled.locks} == {("A-1", FIRST + 1), ("B-1", LAST)}
