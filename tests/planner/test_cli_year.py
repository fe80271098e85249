"""The commands of the working year, through one whole year of a district: each step, and each in the wrong order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.planner.desk_command import PEOPLE, House, Y, planned, with_login


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planned(tmp_path_factory.mktemp("made") / "tiny")


@pytest.fixture
def house(plan: Path, tmp_path: Path) -> House:
    """A house with people, in which leadership has adopted the plan: A, B, C in North and S in South begin in 2021."""
    (tmp_path / "house").mkdir()
    own = House(tmp_path / "house")
    own.run("keep", plan)
    with_login(own, PEOPLE)
    own.by("li").run("adopt", 3, "--reason", "test")
    return own


class Office:
    """Gives the commands of a year, each with its number and its moment, one after another."""

    def __init__(self, house: House) -> None:
        self.house, self.count, self.day = house, 0, f"{Y}-01-10"

    def head(self) -> list[str]:
        """Number and moment of the next step: a minute after the one before."""
        self.count += 1
        return ["--number", f"No.{self.count}", "--at", f"{self.day}T08:{self.count:02}:00+08:00"]

    def done(self, who: str, *args: Any, lang: str = "zh") -> str:
        return self.house.by(who).run(*args, *self.head(), lang=lang)

    def too_early(self, who: str, state: str, *args: Any) -> None:
        """Refused: the present state is named, and who does what first."""
        said = self.house.by(who).run(*args, *self.head(), code=2, lang="zh")
        assert state in said, said
        assert "建议：" in said
        english = self.house.by(who).run(*args, *self.head(), code=2)
        assert "Likely repair: " in english


def test_a_year_from_application_to_closing(house: House, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a photo")
    at = Office(house)
    at.too_early("north", "年度工作尚未开始", "apply", "North", Y)
    house.by("li").run("begin", 3)
    house.by("li").refused("years_begun", "begin", 3)
    # each step before its turn
    at.too_early("wang", "尚未申报", "review", "North", Y)
    at.too_early("li", "尚未申报", "issue", "North", Y)
    at.too_early("north", "未下达", "record", "start", "A", Y, "--on", f"{Y}-01-05")
    at.too_early("wang", "未下达", "close", Y, "--patch", "A")
    at.too_early("wang", "尚未申报", "close", Y, "--district", "North")
    # applied, sent back, applied again, passed, issued
    assert "申报" in at.done("north", "apply", "North", Y)
    assert "退回" in at.done("wang", "send-back", "application", Y, "--district", "North", "--remark", "B is missing")
    at.too_early("wang", "退回", "review", "North", Y)
    at.done("north", "apply", "North", Y, "--wish", "B=a year later")
    at.too_early("li", "已申报", "issue", "North", Y)
    at.done("wang", "review", "North", Y)
    assert "下达" in at.done("li", "issue", "North", Y)
    at.too_early("li", "已下达", "issue", "North", Y)
    # works, money and acceptance of A
    at.day = f"{Y}-04-01"
    at.too_early("north", "已下达", "record", "finish", "A", Y, "--on", f"{Y}-04-01")
    at.done("north", "record", "start", "A", Y, "--on", f"{Y}-04-01")
    at.done("north", "record", "start", "B", Y, "--on", f"{Y}-04-01")
    at.done("li", "track", "B", Y, "--remark", "slow", "--due", f"{Y}-10-31")
    at.done("north", "record", "ask_cost", "A", Y, "--purse", "municipal=1100", "--remark", "rock")
    at.done("li", "record", "grant_cost", "A", Y)
    at.done("wang", "record", "pay", "A", Y, "--on", f"{Y}-04-01", "--purse", "municipal", "--yuan", "1100",
            "--voucher", "V1")  # fmt: skip
    at.too_early("wang", "开工", "accept", "A", Y, "--on", f"{Y}-04-01", "--hectares", "1", "--evidence", photo)
    at.day = f"{Y}-11-30"
    at.done("north", "record", "finish", "A", Y, "--on", f"{Y}-11-30")
    at.too_early("wang", "完工", "close", Y, "--patch", "A")
    accepted = ["accept", "A", Y, "--on", f"{Y}-11-30", "--hectares", "0.95", "--hazards", "1", "--evidence", photo]
    assert "验收" in at.done("wang", *accepted)
    at.done("wang", "record", "refund", "A", Y, "--on", f"{Y}-11-30", "--purse", "municipal", "--yuan", "20",
            "--voucher", "R1")  # fmt: skip
    at.too_early("wang", "20", "close", Y, "--patch", "A")
    at.done("wang", "close", Y, "--patch", "A", "--released", "municipal=20")
    # C begins late; money comes late; a change of the ledger
    at.done("north", "record", "start", "C", Y, "--on", f"{Y}-11-30")
    at.done("wang", "tranche", Y + 1, "municipal", 100, "--arrives", Y + 2, "--remark", "late")
    file = tmp_path / "changes.json"
    change = {"op": "change", "patch": "N", "reason": "measured", "values": {"area_m2": 41_000}}
    file.write_text(json.dumps({"changes": [change]}), encoding="utf-8")
    at.done("north", "propose", "North", Y, file)
    number = f"No.{at.count}"
    said = at.done("wang", "adopt-changes", "North", Y, number)
    assert "N  area_m2: 40000 → 41000" in said
    at.too_early("wang", "审定", "adopt-changes", "North", Y, number)
    at.day = f"{Y}-12-31"
    _appraised(house, tmp_path)
    at.done("wang", "track", "B", Y, "--settled", "--remark", "done")
    assert house.by("wang").data("scorecard", "--as-of", f"{Y + 1}-01-01")["overdue"] == {}


def _appraised(house: House, tmp_path: Path) -> None:
    """The scorecard on 31 December, on the terminal, as data and as a workbook."""
    wang, north = house.by("wang"), house.by("north")
    data = wang.data("scorecard", "--as-of", f"{Y}-12-31")
    row = next(r for r in data["rows"] if (r["district"], r["year"]) == ("North", Y))
    # A, B and C: 1,000 + 500 + 200 yuan issued, 100 more granted, 1,100 paid of which 20 came back
    assert [row[k] for k in ("tasks", "started", "finished", "accepted", "closed")] == [3, 3, 1, 1, 1]
    assert [row[k] for k in ("yuan_planned", "yuan_committed", "yuan_paid", "yuan_released")] == [1700, 1800, 1080, 20]
    assert (row["area_planned_m2"], row["area_accepted_m2"], row["hazards_removed"]) == (40_000, 9_500, 1)
    assert [one["patch"] for one in data["overdue"]["North"]] == ["B"]
    said = wang.run("scorecard", "--as-of", f"{Y}-12-31", lang="zh")
    assert "督办逾期：North B，期限 2021-10-31，slow" in said
    assert "首年资金（2021 年）：要求 ≤ 0.2000，已下达 0.1700，实际 0.1800 万元，达到" in said
    lines = [line for line in said.splitlines() if line.startswith(("North", "合计"))]
    assert len(lines) == 2
    assert "60.0%" in lines[0]  # 1,080 of 1,800
    wang.run("scorecard", "--as-of", f"{Y}-12-31", "--xlsx", tmp_path / "city.xlsx")
    north.run("scorecard", "--as-of", f"{Y}-12-31", "--district", "North", "--xlsx", tmp_path / "north.xlsx")
    for name, others in (("city", True), ("north", False)):
        cells = [
            str(cell.value) for sheet in openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
            for cells in sheet.iter_rows() for cell in cells
        ]  # fmt: skip
        assert ("South" in cells) is others
    north.refused("not_allowed", "scorecard", "--district", "South")
    north.refused("not_allowed", "scorecard", "--xlsx", tmp_path / "all.xlsx")
    assert not (tmp_path / "all.xlsx").exists()
    wang.refused("no_district", "scorecard", "--district", "Nowhere")


def test_each_step_is_for_those_whose_it_is(house: House) -> None:
    house.by("li").run("begin", 3)
    head = ["--number", "1"]
    for who, args in (
        ("wang", ["apply", "North", Y]), ("south", ["apply", "North", Y]), ("north", ["review", "North", Y]),
        ("wang", ["issue", "North", Y]), ("wang", ["record", "start", "A", Y, "--on", f"{Y}-01-01"]),
        ("north", ["tranche", Y, "municipal", 1, "--arrives", Y + 1, "--remark", "x"]),
        ("wang", ["propose", "North", Y, Path(__file__).parents[1] / "data" / "none.json"]),
    ):  # fmt: skip
        if args[0] == "propose":
            house.by(who).refused("no_place", *args, *head)
        else:
            house.by(who).refused("not_allowed", *args, *head)
    # another district's patch is not told apart from one that is not there
    house.by("south").refused("unknown_patch", "record", "start", "A", Y, "--on", f"{Y}-01-01", *head)
    house.by("wang").refused("not_allowed", "begin", 3)
    house.by("root").refused("not_allowed", "scorecard")


def test_what_is_written_wrongly_is_refused_by_name(house: House, tmp_path: Path) -> None:
    house.by("li").run("begin", 3)
    wang, north = house.by("wang"), house.by("north")
    head = ["--number", "1"]
    wang.refused("not_recorded", "record", "apply", "A", Y, *head)
    wang.refused("not_recorded", "send-back", "everything", Y, "--remark", "x", *head)
    wang.refused("close_one", "close", Y, *head)
    wang.refused("close_one", "close", Y, "--patch", "A", "--district", "North", *head)
    wang.refused("track_one", "track", "A", Y, "--remark", "x", *head)
    wang.refused("unknown_patch", "track", "Z", Y, "--remark", "x", "--due", "2021-05-01", *head)
    wang.refused("not_yuan", "close", Y, "--patch", "A", "--released", "municipal=1.5", *head)
    north.refused("not_an_option", "apply", "North", Y, "--wish", "B", *head)
    photo = tmp_path / "p.jpg"
    photo.write_bytes(b"x")
    for area in ("1.23456", "many", "-1", "nan"):
        wang.refused("not_hectares", "accept", "A", Y, "--on", "2021-05-01", f"--hectares={area}", "--evidence", photo,
                     *head)  # fmt: skip
    wang.refused("no_place", "accept", "A", Y, "--on", "2021-05-01", "--hectares", "1", "--evidence",
                 tmp_path / "gone.jpg", *head)  # fmt: skip
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    north.refused("not_json", "propose", "North", Y, tmp_path / "bad.json", *head)
    (tmp_path / "list.json").write_text("[1]", encoding="utf-8")
    north.refused("not_changes", "propose", "North", Y, tmp_path / "list.json", *head)
    north.refused("in_the_future", "apply", "North", Y, "--at", "2999-01-01T00:00+08:00", *head)
    north.refused("no_moment", "apply", "North", Y, "--at", "yesterday", *head)
    north.refused("outside_horizon", "apply", "North", 1999, *head)


def test_the_years_that_are_not_issued_are_planned_again(house: House) -> None:
    li = house.by("li")
    li.refused("years_not_begun", "put-in-force", 3)
    li.refused("years_not_begun", "replan-year", Y + 1)
    li.run("begin", 3)
    job = li.data("replan-year", Y, "--seconds", "20")
    house.run("work", "--once")
    done = li.data("job", job["id"])
    assert done["state"] == "done", done
    new = done["result"]["version"]
    li.refused("not_adopted", "put-in-force", new)
    li.run("adopt", new, "--reason", "replanned")
    assert f"计划 {new}" in li.run("put-in-force", new, lang="zh")
