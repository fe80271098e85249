"""The commands of a store at work: what is kept and merged, jobs, people, trail, backup; and each refusal by name."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import replace
from pathlib import Path
from unicodedata import east_asian_width

import openpyxl
import pytest

from planner import Scenario, load_scenario, save_scenario
from planner.ledger import Ledger, load_ledger, save_ledger
from planner.office.folder import load_folder
from planner.texts import LANGUAGES
from tests.planner.desk_command import PEOPLE, House, planned, with_login


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planned(tmp_path_factory.mktemp("made") / "tiny")


@pytest.fixture(scope="module")
def kept(plan: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with ledger 1, scenario 2 and plan 3."""
    house = House(tmp_path_factory.mktemp("kept"))
    assert len(house.data("keep", plan)) == 3
    return house


@pytest.fixture
def house(kept: House, tmp_path: Path) -> House:
    return kept.copy(tmp_path / "house")


def changed(house: House, cost: dict[str, int]) -> Path:
    """The kept ledger with other costs, as somebody's file."""
    file = house.folder / "-".join(f"{patch}{yuan}" for patch, yuan in cost.items())
    house.run("take-out", 1, "--out", file.with_suffix(".xlsx"))
    ledger = load_ledger(file.with_suffix(".xlsx"))
    rows = [replace(patch, cost_yuan=cost.get(patch.patch, patch.cost_yuan)) for patch in ledger.patches]
    save_ledger(Ledger(tuple(rows), ledger.options, ledger.meta), file.with_suffix(".xlsx"))
    return file.with_suffix(".xlsx")


def width(line: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in line)


def test_what_is_kept_is_listed_and_taken_out_as_it_was(house: House, plan: Path, tmp_path: Path) -> None:
    versions = house.data("kept")
    assert [(v["id"], v["document"]["kind"], v["number"]) for v in versions] == [
        (1, "ledger", 1), (2, "scenario", 1), (3, "plan", 1),
    ]  # fmt: skip
    assert [v["id"] for v in house.data("kept", "--kind", "plan")] == [3]
    assert "已保存" in house.run("keep", plan, lang="zh")
    house.run("take-out", 3, "--out", tmp_path / "out")
    first, again = load_folder(plan), load_folder(tmp_path / "out")
    assert (first.ledger, first.scenario, first.plan) == (again.ledger, again.scenario, again.plan)
    house.run("take-out", 1, "--out", tmp_path / "one")
    assert load_ledger(tmp_path / "one" / "ledger.xlsx") == first.ledger
    house.run("take-out", 2, "--out", tmp_path / "base.toml")
    assert load_scenario(tmp_path / "base.toml") == first.scenario
    written = house.run("take-out", 3, "--district", "North", "--out", tmp_path / "north").strip()
    assert openpyxl.load_workbook(tmp_path / "north" / Path(written.split()[-1]).name).sheetnames
    house.refused("no_version", "take-out", 99, "--out", tmp_path / "none")
    house.refused("onto_one", "keep", plan, "--onto", 1)
    house.refused("file_missing", "keep", tmp_path / "gone.xlsx")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_columns_stand_under_their_heads_and_nothing_is_cut(house: House, lang: str) -> None:
    note = "一条很长的备注" * 12
    house.run("keep", changed(house, {"A": 990}), "--name", "tiny", "--onto", 1, "--note", note)
    lines = house.run("kept", lang=lang).splitlines()
    assert len(lines) == 5
    assert lines[-1].endswith(note)
    head = {"zh": "时间", "en": "time"}[lang]
    places = {width(line[: re.search(r"\d{4}-\d\d-\d\dT", line).start()]) for line in lines[1:]}  # type: ignore[union-attr]
    assert places == {width(lines[0][: lines[0].index(head)])}


def test_two_keepers_meet_and_both_changes_stay(house: House) -> None:
    mine, theirs = changed(house, {"A": 900}), changed(house, {"B": 450})
    house.run("keep", theirs, "--name", "tiny", "--onto", 1, "--note", "B is cheaper")
    house.refused("conflict", "keep", mine, "--name", "tiny", "--onto", 1)
    said = house.run("merge", 1, mine)
    assert "theirs  patch / B / cost_yuan" in said
    assert "yours  patch / A / cost_yuan" in said
    assert [v["number"] for v in house.data("kept", "--kind", "ledger")] == [1, 2]
    shown = house.data("merge", 1, mine)
    assert (shown["kept"], shown["clashes"]) == (False, [])
    assert "第 3 版" in house.run("merge", 1, mine, "--confirm", lang="zh")
    house.run("take-out", 5, "--out", house.folder / "both.xlsx")
    both = load_ledger(house.folder / "both.xlsx").by_id
    assert (both["A"].cost_yuan, both["B"].cost_yuan, both["C"].cost_yuan) == (900, 450, 200)


def test_a_clash_is_shown_with_both_values_and_settled_by_choice(house: House) -> None:
    house.run("keep", changed(house, {"A": 800}), "--name", "tiny", "--onto", 1)
    mine = changed(house, {"A": 900})
    place = "patch / A / cost_yuan"
    said = house.run("merge", 1, mine, code=1)
    assert f"{place}: 1000 before; 800 theirs; 900 yours" in said
    house.refused("clash_unsettled", "merge", 1, mine, "--confirm")
    assert "1 clashes settled" in house.run("merge", 1, mine, "--confirm", "--mine", place)
    house.run("take-out", 5, "--out", house.folder / "settled.xlsx")
    assert load_ledger(house.folder / "settled.xlsx").by_id["A"].cost_yuan == 900


def test_a_job_is_submitted_done_and_known_again(house: House) -> None:
    asked = house.data("submit", 1, 2, "--seconds", "20")
    assert (asked["new"], asked["state"]) == (True, "waiting")
    assert "等待" in house.run("jobs", "--open", lang="zh")
    assert "ladder" in house.run("ask", "whither", 3, code=2)
    house.refused("no_question", "ask", "whither", 3)
    house.refused("option_missing", "ask", "why", 3)
    house.refused("not_an_option", "ask", "stress", 3, "--set", "draws")
    house.refused("other_kind", "submit", 2, 1)
    house.refused("too_long", "submit", 1, 2, "--seconds", "100000")
    stopped = house.data("ask", "stress", 3, "--set", "draws=20")
    house.run("stop", stopped["id"])
    assert house.data("job", stopped["id"])["state"] == "stopped"
    house.run("work", "--once")
    done = house.data("job", asked["id"])
    assert done["state"] == "done"
    assert "version" in house.run("job", asked["id"])
    again = house.data("submit", 1, 2, "--seconds", "20")
    assert (again["new"], again["id"]) == (False, asked["id"])
    assert house.data("jobs", "--open") == []
    house.refused("no_job", "job", 99)
    house.run("publish", done["result"]["version"])
    house.run("adopt", done["result"]["version"], "--reason", "test")
    assert "已采用" in house.run("kept", lang="zh")
    house.refused("no_reason", "adopt", 3, "--reason", " ")
    house.refused("not_to_adopt", "adopt", 1, "--reason", "test")


def test_a_workbook_is_handed_in_and_taken_in(house: House) -> None:
    house.run("take-out", 3, "--district", "North", "--out", house.folder / "north", lang="zh")
    (file,) = (house.folder / "north").glob("*.xlsx")
    book = openpyxl.load_workbook(file)
    sheet = book["任务调整"]
    sheet["N5"].value = "改过"
    book.save(file)
    job = house.data("hand-in", 3, file, "--note", "back")
    house.run("work", "--once")
    result = house.data("job", job["id"])
    assert result["state"] == "done"
    taken = house.data("take-in", result["result"]["version"], "--confirm")
    assert (len(taken["accepted"]), taken["left_out"]) == (1, [])
    house.refused("other_kind", "take-in", 1, "--confirm")


def test_people_are_granted_and_each_does_only_what_is_theirs(house: House, plan: Path) -> None:
    with_login(house, PEOPLE)
    root, wang, li, north = (house.by(name) for name in ("root", "wang", "li", "north"))
    people = {one["subject"]: one for one in root.data("people")}
    assert people["north"]["districts"] == ["North"]
    assert people["wang"]["roles"] == ["finance"]
    assert "区级" in root.run("people", lang="zh")
    house.refused("who_are_you", "kept")
    house.by("nobody").refused("unknown_person", "kept")
    north.refused("not_allowed", "keep", plan)
    wang.refused("not_allowed", "adopt", 3, "--reason", "I say so")
    wang.refused("not_allowed", "people")
    north.refused("not_allowed", "trail")
    north.refused("no_version", "take-out", 1, "--out", house.folder / "x.xlsx")
    li.run("adopt", 3, "--reason", "agreed")
    root.refused("no_districts", "grant", "zhao", "district")
    root.refused("districts_for_city", "grant", "zhao", "finance", "--district", "North")
    root.run("disable", "wang", "--note", "left")
    wang.refused("disabled", "kept")
    root.refused("not_yourself", "disable", "root")
    assert "已恢复" in root.run("enable", "wang", lang="zh")
    assert "已收回" in root.run("revoke", "wang", "finance", lang="zh")
    assert wang.data("kept") == []
    root.refused("unknown_person", "revoke", "nobody", "finance")
    actions = [entry["action"] for entry in root.data("trail")]
    assert actions.count("people.grant") == 4
    assert {"people.disable", "people.enable", "people.revoke", "decisions.adopt"} <= set(actions)
    last = root.data("trail", "--after", len(actions) - 1)
    assert (len(last), last[0]["who"]) == (1, "root")
    assert "序号" in root.run("trail", lang="zh")


def test_a_store_that_was_tampered_with_is_found(house: House, tmp_path: Path) -> None:
    house.run("anchor", tmp_path / "anchor.json")
    assert "核验通过" in house.run("verify-store", "--plans", "--anchor", tmp_path / "anchor.json", lang="zh")
    assert house.data("verify-store")["findings"] == []
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    house.refused("bad_anchor", "verify-store", "--anchor", tmp_path / "bad.json")
    house.refused("no_place", "verify-store", "--anchor", tmp_path / "gone.json")
    with sqlite3.connect(house.folder / "shanfu.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE version SET author = 'somebody else' WHERE id = 3")
    database.close()
    house.refused("row_changed", "verify-store", code=1)
    found = house.data("verify-store", code=1)["findings"]
    assert {one["id"] for one in found} == {"row_changed", "unguarded"}  # the guards were dropped, too
    house.refused("unclean", "backup", tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def test_what_is_no_store_of_ours_is_refused_by_name(house: House, tmp_path: Path) -> None:
    (house.folder / "shanfu.db.key").unlink()
    house.refused("key_missing", "kept")
    other = House(tmp_path / "other")
    other.folder.mkdir()
    (other.folder / "shanfu.db").write_bytes(b"this is no database at all, only some text" * 100)
    other.refused("damaged", "kept")
    (other.folder / "shanfu.toml").write_text("[limits]\nrows = 0\nsessoins = 3\n", encoding="utf-8")
    said = other.run("kept", code=2)
    assert "limits.rows" in said
    assert "limits.sessoins" in said
    (other.folder / "shanfu.toml").write_text("[limits\n", encoding="utf-8")
    other.refused("settings_not_toml", "kept")
    House(other.folder / "gone.toml").refused("no_settings", "kept")
    assert json.loads(other.run("kept", "--json", code=2))["findings"][0]["id"] == "settings_not_toml"


def test_a_backup_is_restored_into_a_new_house(house: House, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    assert "密钥另存于" in house.run("backup", file, "--with-key", lang="zh")
    house.refused("place_taken", "backup", file)
    entry = house.data("trail")[-1]
    assert (entry["action"], entry["subject"]) == ("store.backup", "b.zip")
    assert json.loads(entry["details"])["counts"]["versions.jsonl"] == 3
    new = House(tmp_path / "new")
    assert "3 versions" in new.run("restore", file, "--key", tmp_path / "b.zip.key")
    assert new.data("kept") == house.data("kept")
    assert new.data("trail")[-1]["action"] == "store.restore"
    new.run("verify-store", "--plans")
    new.refused("not_empty", "restore", file)
    keyless = House(tmp_path / "keyless")
    assert len(keyless.data("restore", file)["unproven"]) == 1
    keyless.refused("other_key", "verify-store", code=1)
    keyless.run("verify-store", "--other-key", tmp_path / "b.zip.key")
    assert house.data("export-store", tmp_path / "open")["counts"]["versions.jsonl"] == 3
    House(tmp_path / "from-open").run("restore", tmp_path / "open")
    assert house.data("trail")[-1]["action"] == "store.export"
    file.write_bytes(file.read_bytes()[:-200])
    House(tmp_path / "cut").refused("no_manifest", "restore", file)
    House(tmp_path / "cut").refused("not_there", "restore", tmp_path / "gone.zip")


def test_only_the_settings_administrators_restore_where_people_log_in(house: House, tmp_path: Path) -> None:
    house.run("backup", tmp_path / "b.zip")
    (tmp_path / "new").mkdir()
    new = with_login(House(tmp_path / "new"), ())
    new.refused("who_are_you", "restore", tmp_path / "b.zip")
    new.by("wang").refused("not_in_settings", "restore", tmp_path / "b.zip")
    new.by("root").run("restore", tmp_path / "b.zip")
    assert new.by("root").data("trail")[-1]["who"] == "root"
    with_login(house, PEOPLE)
    for subject in ("wang", "li", "north"):
        house.by(subject).refused("not_allowed", "backup", tmp_path / "c.zip")
        house.by(subject).refused("not_allowed", "export-store", tmp_path / "c")
    house.by("root").run("backup", tmp_path / "c.zip")


def test_scenarios_are_merged_key_by_key(house: House) -> None:
    base = load_folder_scenario(house)
    richer = base.model_copy(update={"title": {"zh": "更多资金", "en": "more money"}})
    save_scenario(richer, house.folder / "theirs.toml")
    house.run("keep", house.folder / "theirs.toml", "--name", "scenario", "--onto", 2)
    data = base.model_dump(mode="json", serialize_as_any=True)
    data["budgets"][0]["yuan"] += 5
    save_scenario(type(base).model_validate(data), house.folder / "mine.toml")
    shown = house.data("merge", 2, house.folder / "mine.toml", "--confirm")
    assert shown["kept"]
    assert shown["mine"] == ["budgets / municipal··2021"]
    assert shown["clashes"] == []


def load_folder_scenario(house: House) -> Scenario:
    house.run("take-out", 2, "--out", house.folder / "base.toml")
    return load_scenario(house.folder / "base.toml")
