"""What is exported, what is refused, and where it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.findings import BadInput
from planner.ledger import Ledger, Patch, PatchKind, Treatment
from planner.ledger.types import META_DEFAULTS
from planner.office import export_name, export_workbook
from planner.office.names import sheet_names
from planner.office.words import at_most_percent, status_words
from planner.plan import Body, Pick, Plan, PlanStatus
from planner.scenario import Scenario
from tests.planner.office.handmade import BACK, cached, hand_plan, plan_of, row_of, texts


def test_a_folder_gets_a_telling_name(tmp_path: Path) -> None:
    ledger, scenario, plan = hand_plan()
    path = export_workbook(ledger, scenario, plan, tmp_path / "out", district="甲区", year=2032)
    assert path == tmp_path / "out" / "甲区_2032年度任务计划表_hand_01234567.xlsx"
    assert path.name == export_name(scenario, plan, "甲区", 2032)
    assert export_name(scenario, plan) == "2031—2033年任务计划表_hand_01234567.xlsx"
    assert export_name(scenario, plan, lang="en") == "2031-2033-task-plans_hand_01234567.xlsx"
    odd = scenario.model_copy(update={"name": "a/b: c"})
    assert export_name(odd, plan, "../甲区") == "甲区_2031—2033年任务计划表_a-b-c_01234567.xlsx"


def test_a_district_gets_its_own_part(tmp_path: Path) -> None:
    book = cached(export_workbook(*hand_plan(), tmp_path / "x.xlsx", district="甲区"))
    assert book.sheetnames == [
        "封面", "三年总览", "资金安排表", "绩效目标表", "三年任务总表", "甲区_2031", "甲区_2032", *BACK,
    ]  # fmt: skip
    funds = book["资金安排表"]
    total = row_of(funds, 2, "合计")
    assert [funds.cell(total, col).value for col in (5, 6, 7, 8, 9)] == [523.4568, 423.4567, 100.0001, 0, 523.4568]
    assert [funds.cell(total + i, 2).value for i in (1, 2, 3)] == ["某市", "甲区", "乙区"]
    assert funds.cell(total + 3, 5).value == 40
    own = row_of(funds, 4, "上年结转")
    assert [funds.cell(own + 2, col).value for col in (2, 5)] == ["甲区", 60.0001]
    assert not any(funds.cell(row, 2).value == "乙区" for row in range(own, funds.max_row + 1))
    assert book["核对"]["B3"].value == "全部一致"
    # The targets are the whole plan's, whichever part is exported.
    said = [value for title, _, value in texts(book) if title == "封面"]
    assert "≥ 13.3" in said


def test_a_year_limits_the_task_plans_only(tmp_path: Path) -> None:
    book = cached(export_workbook(*hand_plan(), tmp_path / "x.xlsx", year=2032))
    assert book.sheetnames == [
        "封面", "三年总览", "资金安排表", "绩效目标表", "三年任务总表", "甲区_2032", "乙区_2032", *BACK,
    ]  # fmt: skip
    sheet = book["核对"]
    assert [sheet.cell(7, col).value for col in range(1, 9)] == [2032, *(300.0001,) * 4, 0, 0, 0]


def test_a_district_or_year_without_tasks_is_refused_with_the_nearest(tmp_path: Path) -> None:
    for wanted, near in (
        ({"district": "甲"}, "甲区"),
        ({"year": 2040}, "2033"),
        ({"district": "甲区", "year": 2033}, "2032"),
    ):
        with pytest.raises(BadInput) as refused:
            export_workbook(*hand_plan(), tmp_path / "x.xlsx", **wanted)
        (finding,) = refused.value.findings
        assert near in finding.repair("zh")
        assert near in finding.repair("en")
    assert not list(tmp_path.iterdir())


def test_a_plan_without_tasks_is_refused(tmp_path: Path) -> None:
    ledger, scenario, plan = hand_plan()
    for status, word in ((PlanStatus.IMPOSSIBLE, "已证明不可行"), (PlanStatus.NOTHING_FOUND, "限时内未找到")):
        empty = Plan(
            **dict(Body()), certificate=plan.certificate.model_copy(update={"status": status, "goals": ()})
        ).sealed()
        with pytest.raises(BadInput, match=word):
            export_workbook(ledger, scenario, empty, tmp_path / "x.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_plan_that_is_off_by_one_yuan_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    ledger, scenario, plan = hand_plan()
    short = scenario.model_dump(mode="json", serialize_as_any=True)
    budget = next(b for b in short["budgets"] if b["source"] == "municipal" and b["year"] == 2031)
    budget["yuan"] = 4_234_566
    tight = Scenario.model_validate(short)
    target = tmp_path / "x.xlsx"
    target.write_bytes(b"old")
    with pytest.raises(BadInput, match="审计") as refused:
        export_workbook(
            ledger, tight, plan_of(ledger, tight, [Pick(t.patch, t.option, t.start) for t in plan.schedule]), target
        )
    assert any("1" in finding.wrong() for finding in refused.value.findings)
    lie = plan.model_copy(update={"commitments": plan.commitments[1:]})
    with pytest.raises(BadInput):
        export_workbook(ledger, scenario, lie, target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


def test_four_outcomes_in_honest_words() -> None:
    _, _, plan = hand_plan()
    goals = plan.certificate.goals
    open_first = goals[0].model_copy(update={"gap": 0.003501, "proved": False})
    open_second = goals[1].model_copy(update={"gap": 0.5, "proved": False})

    def said(**changes: object) -> str:
        return status_words(plan.with_certificate(**changes))

    within = PlanStatus.WITHIN_GAP
    assert said() == "已证明最优"
    assert said(status=within, goals=(open_first, open_second)) == "最好方案，距最优至多 0.36 %（目标“全部图斑的等待”）"
    assert said(status=within, goals=(goals[0], open_second)).startswith("最好方案，第 2 目标“成本”距最优至多 50.00 %")
    nothing_known = open_first.model_copy(update={"gap": None, "bound": None})
    assert said(status=within, goals=(nothing_known, open_second)) == "最好方案，距最优多远未知"
    assert said(status=PlanStatus.NOTHING_FOUND, goals=()) == "限时内未找到"
    assert said(status=PlanStatus.IMPOSSIBLE, goals=()) == "已证明不可行"
    assert status_words(plan, "en") == "proved optimal"


def test_a_gap_is_rounded_up() -> None:
    assert [at_most_percent(gap) for gap in (0, 1e-9, 1e-5, 0.00341, 0.01, 2.5)] == [
        "0", "0.0001", "0.0011", "0.35", "1.01", "250.00",
    ]  # fmt: skip


def test_sheet_names_are_allowed_and_different() -> None:
    long = "很长的区名" * 10
    names = sheet_names(["a/b:c", "A_B_C", "'x'", "", f"{long}_2031", f"{long}_2032", "History"])
    assert names[:4] == ["a_b_c", "A_B_C~2", "x", "_"]
    assert names[4].endswith("_2031")
    assert names[5].endswith("_2032")
    assert names[6] == "History~2"
    assert all(0 < len(name) <= 31 for name in names)
    assert len({name.lower() for name in names}) == len(names)


def another_world() -> tuple[Ledger, Scenario, Plan]:
    """Three districts, seven years, dollars by the thousand."""
    districts = ("Nord", "O'Hara [South]", "West/Central")
    patches = tuple(
        Patch(patch=f"SITE-{i}", district=districts[i % 3], area_m2=10_000 * (i + 1), treatment=Treatment.ARTIFICIAL,
              ever_licensed=i % 2 == 0, cost_yuan=123_456 + i,
              kind=PatchKind.EXPOSED_ROCK_FACE if i % 2 else PatchKind.ABANDONED_MINE)
        for i in range(7)
    )  # fmt: skip
    meta = META_DEFAULTS | {
        "title": "Sites", "city": "Springfield", "currency_zh": "美元", "currency_en": "dollar",
        "money_unit_zh": "千美元", "money_unit_en": "k$", "money_unit_size": "1000",
    }  # fmt: skip
    ledger = Ledger(patches, (), meta)
    scenario = Scenario.model_validate(
        {
            "name": "seven",
            "horizon": {"first": 2030, "last": 2036},
            "budgets": [
                {"source": source, "district": district, "year": year, "yuan": 500_000}
                for source, district in (("municipal", None), *(("district", d) for d in districts))
                for year in range(2030, 2037)
            ],
            "clauses": {"default": "off", "completion": "hard", "purse_accounts": "hard"},
            "goals": [{"name": "cost"}],
        }
    )
    picks = [Pick(f"SITE-{i}", "standard", 2030 + min(i, 5)) for i in range(7)]
    return ledger, scenario, plan_of(ledger, scenario, picks)


def test_another_world_has_its_own_units_and_years(tmp_path: Path) -> None:
    book = cached(export_workbook(*another_world(), tmp_path / "x.xlsx", lang="en"))
    assert book.sheetnames[:4] == ["Cover", "Overview", "Funds", "Targets"]
    assert {"Nord_2030", "O'Hara _South__2031", "West_Central_2032"} <= set(book.sheetnames)
    for sheet, cell, value in texts(book):
        assert "元" not in value, (sheet, cell, value)
        assert "yuan" not in value, (sheet, cell, value)
        assert "北京" not in value, (sheet, cell, value)
        # Everything is in English, but for the product's own name.
        assert value.isascii() or "山复" in value or not any("一" <= c <= "鿿" for c in value), (sheet, cell, value)
    funds = book["Funds"]
    assert [cell.value for cell in funds[3]][5:12] == [str(year) for year in range(2030, 2037)]
    assert funds.cell(row_of(funds, 4, "Spent (commitments)"), 5).value == 864.213
    assert book["Nord_2030"]["M3"].value == "Whole cost (k$)"
    assert book["Reconciliation"]["B3"].value == "all agree"
    chinese = cached(export_workbook(*another_world(), tmp_path / "zh.xlsx"))
    assert chinese.sheetnames[4] == "七年任务总表"
    assert chinese["Nord_2030"]["M3"].value == "项目总投资(千美元)"
    assert not [value for _, _, value in texts(chinese) if "万元" in value]


def test_money_without_a_larger_unit_is_whole(tmp_path: Path) -> None:
    ledger, scenario, plan = another_world()
    plain = Ledger(ledger.patches, (), dict(ledger.meta) | {"money_unit_en": "$", "money_unit_size": "1"})
    book = cached(
        export_workbook(
            plain,
            scenario,
            plan_of(plain, scenario, [Pick(t.patch, t.option, t.start) for t in plan.schedule]),
            tmp_path / "x.xlsx",
            lang="en",
        )
    )
    assert book["Funds"].cell(row_of(book["Funds"], 4, "Spent (commitments)"), 5).value == 864_213


def test_what_money_does_not_cover_is_shown(tmp_path: Path) -> None:
    ledger, scenario, plan = hand_plan(
        clauses={"default": "off", "completion": "hard", "purse_accounts": "soft"}, budgets=[], carry={"years": 0}
    )
    goals = tuple(goal.model_copy() for goal in plan.certificate.goals)
    assert goals[0].name == "soft"
    book = cached(export_workbook(ledger, scenario, plan, tmp_path / "x.xlsx"))
    funds = book["资金安排表"]
    row = row_of(funds, 4, "缺口（无预算支出）")
    assert [funds.cell(row, col).value for col in (6, 7, 8, 9)] == [423.4567, 300.0001, 70, 793.4568]
    assert [funds.cell(row + 1, col).value for col in (4, 6, 9)] == ["核对差额", 0, 0]
    assert any(value == "资金账户不透支" for title, _, value in texts(book) if title == "封面")
