"""What a brief says, against figures worked out from the plan's JSON alone."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from planner.advice.compare import Planned
from planner.findings import BadInput
from planner.ledger import DataNature
from planner.office import brief_name, write_brief
from planner.plan import Pick, Plan, PlanStatus
from planner.scenario import Scenario
from tests.planner.office.brief.reading import docx_tables, docx_text, pdf_pages, pdf_text, squeezed, written
from tests.planner.office.handmade import HAND_PICKS, hand_ledger, hand_plan, hand_scenario, plan_of
from tests.planner.office.test_export import another_world


def unit(amount: int, size: int = 10_000) -> str:
    """An amount in a larger unit as people write it, by decimal arithmetic of its own."""
    return f"{(Decimal(amount) / size).normalize():,f}"


def both(files: Any) -> tuple[str, str]:
    return docx_text(files.docx), pdf_text(files.pdf)


def with_gap(plan: Plan, gap: float | None = 0.0123) -> Plan:
    first, *rest = plan.certificate.goals
    bound = None if gap is None else first.value - int(first.value * gap)
    true = None if bound is None else (first.value - bound) / first.value
    open_goal = first.model_copy(update={"gap": true, "bound": bound, "proved": False})
    return plan.with_certificate(status=PlanStatus.WITHIN_GAP, goals=(open_goal, *rest)).sealed()


def test_the_figures_are_those_of_the_plan_file(tmp_path: Path) -> None:
    ledger, scenario, plan = hand_plan()
    data = plan.to_dict()
    tasks = [task for task in data["schedule"] if task["task_area_m2"]]
    money = [row for row in data["commitments"] if row["source"] != "enterprise"]
    cash = [row for row in data["cash"] if row["source"] != "enterprise"]
    area, total = sum(task["task_area_m2"] for task in tasks), sum(row["yuan"] for row in money)
    tail = sum(row["yuan"] for row in cash if row["year"] > 2033)
    expected = [
        f"对{len(tasks)}个图斑开展修复，任务面积{unit(area)}公顷，安排资金{unit(total)}万元",
        "消除地质灾害隐患2处，完成特色项目1个",
        "另有1座矿山由企业自行修复",
        f"总投资{unit(total)}万元：",
        f"2033年以后仍需支付现金{unit(tail)}万元",
        f"2033年以后尾款{unit(tail)}万元",
    ]
    for source, name in (("municipal", "市级财政"), ("district", "区级财政")):
        own = sum(row["yuan"] for row in money if row["source"] == source)
        share = Decimal(own * 100) / total
        expected.append(f"{name}{unit(own)}万元({share:.1f}%)")
    used = sum(sum(account["used"].values()) for account in data["accounts"])
    given = sum(account["budget"] for account in data["accounts"])
    expected.append(f"预算{unit(given)}万元，支出{unit(used)}万元，余量{unit(given - used)}万元")
    tenth = -(-total // 10)
    expected.append(f"总投资增加{unit(tenth)}万元")
    starting = [task for task in tasks if task["start"] == 2031]
    of_them = {task["patch"] for task in starting}
    first_money = sum(row["yuan"] for row in money if row["patch"] in of_them)
    first_area = sum(task["task_area_m2"] for task in starting)
    expected.append(f"2031年任务({len(starting)}个图斑、{unit(first_area)}公顷、{unit(first_money)}万元)")
    for words in both(written(tmp_path, (ledger, scenario, plan))):
        for sentence in expected:
            assert squeezed(sentence) in words, sentence
    assert (unit(total), unit(tail), unit(first_money)) == ("793.4568", "59.7037", "423.4567")


def test_the_years_add_up(tmp_path: Path) -> None:
    data = hand_plan()[2].to_dict()
    files = written(tmp_path)
    years = next(table for table in docx_tables(files.docx) if table[0][0] == "年度")
    assert years[0] == [
        "年度", "预算", "上年结转", "支出", "结转下年", "收回", "现金支付", "任务面积", "完工面积", "消除隐患",
    ]  # fmt: skip
    for row in years[1:4]:
        year = int(row[0].removesuffix("年"))
        budget = sum(a["budget"] for a in data["accounts"] if a["vintage"] == year)
        used = sum(a["used"].get(str(year), a["used"].get(year, 0)) for a in data["accounts"])
        paid = sum(r["yuan"] for r in data["cash"] if r["year"] == year and r["source"] != "enterprise")
        area = sum(t["task_area_m2"] for t in data["schedule"] if t["start"] == year)
        done = sum(t["finished_area_m2"] for t in data["schedule"] if t["finish"] == year)
        assert [row[1], row[3], row[6]] == [unit(budget), unit(used), unit(paid)]
        assert [Fraction(row[7]), Fraction(row[8])] == [Fraction(area, 10_000), Fraction(done, 10_000)]
        numbers = [Fraction(cell.replace(",", "")) for cell in row[1:6]]
        assert numbers[0] + numbers[1] == numbers[2] + numbers[3] + numbers[4]
    assert years[4] == ["2033年以后", *["–"] * 5, "59.7037", *["–"] * 3]
    assert years[5] == ["合计", "900", "–", "793.4568", "–", "96.5432", "793.4568", "13.3000", "13.3000", "2"]
    whole = pdf_text(files.pdf)
    assert all(squeezed("".join(row)) in whole for row in years[1:])


def test_districts_and_first_tasks(tmp_path: Path) -> None:
    tables = docx_tables(written(tmp_path).docx)
    districts = next(table for table in tables if table[0][0] == "区")
    assert [row[:4] for row in districts[1:]] == [
        ["甲区", "3", "8.5000", "523.4568"], ["乙区", "2", "4.8000", "270"], ["合计", "5", "13.3000", "793.4568"],
    ]  # fmt: skip
    assert [row[4:6] for row in districts[1:]] == [["423.4567", "100.0001"], ["0", "270"], ["423.4567", "370.0001"]]
    tasks = next(table for table in tables if table[0][0] == "图斑")
    # P3 carries the hazards: it comes before P1, although both are of tier 1 and P1 stands first in the ledger.
    assert [row[:5] for row in tasks[1:]] == [
        ["P3", "甲区 丙镇", "综合利用", "5.0000", "300"], ["P1", "甲区 丙镇", "人工修复", "1.5000", "123.4567"],
    ]  # fmt: skip


def test_the_certificate_stands_in_the_footer_of_both(tmp_path: Path) -> None:
    plan = hand_plan()[2]
    certificate = plan.certificate
    files = written(tmp_path)
    footer = "".join(p.text for p in docx.Document(str(files.docx)).sections[0].footer.paragraphs)
    pages = [squeezed(page.extract_text()) for page in pypdf.PdfReader(files.pdf).pages]
    for words in (squeezed(footer), *pages):
        for part in (
            "结果：已证明最优", "首要目标差距：0%", "审计：通过", certificate.run_id, certificate.plan_digest[:12],
            certificate.ledger_digest[:12], certificate.scenario_digest[:12], "数据性质：合成",
            "本简报依据合成数据编制", "山复Shanfu0", "hand1", "2031-01-0203:04:05",
        ):  # fmt: skip
            assert squeezed(part) in words, part


def test_real_data_are_not_called_synthetic(tmp_path: Path) -> None:
    ledger = hand_ledger()
    meta = {**ledger.meta, "data_nature": DataNature.SURVEYED.zh}
    real = type(ledger)(ledger.patches, ledger.options, meta)
    files = written(tmp_path, (real, hand_scenario(), plan_of(real, hand_scenario(), HAND_PICKS)))
    for words in both(files):
        assert "合成" not in words
        assert squeezed("数据性质：核查") in words


@pytest.mark.parametrize("gap", [0.0123, None])
def test_a_plan_with_a_gap_is_never_called_the_best(tmp_path: Path, gap: float | None) -> None:
    ledger, scenario, plan = hand_plan(goals=[{"name": "cost"}])
    files = written(tmp_path, (ledger, scenario, with_gap(plan, gap)))
    said = "最好方案，距最优至多1.23%" if gap else "最好方案，距最优多远未知"
    for words in both(files):
        assert squeezed(said) in words
        assert "尚未证明没有更好的方案" in words
        assert "是否接受当前方案" in words
        assert "已证明" not in words
        assert words.count("最优") == words.count("距最优")
    english = written(tmp_path / "en", (ledger, scenario, with_gap(plan, gap)), language="en")
    for words in both(english):
        assert "provedoptimal" not in words
        wanted = "at most 1.23 % from the best possible" if gap else "how far from the best possible is not known"
        assert squeezed(wanted) in words


def test_a_proved_plan_is(tmp_path: Path) -> None:
    for words in both(written(tmp_path)):
        assert squeezed("求解结果：已证明最优") in words
        assert "是否接受当前方案" not in words


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one"), written(tmp_path / "two")
    assert one.docx.read_bytes() == two.docx.read_bytes()
    assert one.pdf.read_bytes() == two.pdf.read_bytes()
    with zipfile.ZipFile(one.docx) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2031, 1, 2, 3, 4, 4)}
    found = docx.Document(str(one.docx)).core_properties
    assert found.created == found.modified
    assert found.created is not None
    assert found.created.isoformat()[:19] == "2031-01-02T03:04:05"
    assert "20310102030405" in str(pypdf.PdfReader(one.pdf).metadata)


def test_every_font_of_the_pdf_is_embedded(tmp_path: Path) -> None:
    names = set()
    for page in pypdf.PdfReader(written(tmp_path).pdf).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            below = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(str(below["/BaseFont"]).partition("+")[2])
            assert {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"].get_object())
    assert names == {"ShanfuSerif-Regular", "ShanfuSans-Bold"}


def test_the_word_file_names_the_fonts_of_official_documents(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path).docx) as archive:
        body, fonts = (archive.read(f"word/{name}.xml").decode() for name in ("document", "fontTable"))
        assert not any("thumbnail" in name for name in archive.namelist())
    for name in ("方正小标宋简体", "仿宋_GB2312", "黑体"):
        assert f'w:eastAsia="{name}"' in body
        assert f'w:name="{name}"' in fonts
    assert 'w:altName w:val="仿宋"' in fonts


def test_english_is_english(tmp_path: Path) -> None:
    files = written(tmp_path, another_world(), language="en")
    for words in both(files):
        assert "864.213k$" in words
        assert "yuan" not in words
        assert "北京" not in words
        assert not any("一" <= sign <= "鿿" for sign in words.replace("山复", "")), words
    assert files.docx.name == "Springfield_2030-2036-restoration-brief_seven_01234567.docx"
    assert pdf_pages(files.pdf) == 2


def test_files_have_telling_names(tmp_path: Path) -> None:
    _, scenario, plan = hand_plan()
    files = written(tmp_path)
    assert files.docx == tmp_path / "某市_2031—2033年矿山修复计划简报_hand_01234567.docx"
    assert files.pdf == tmp_path / "某市_2031—2033年矿山修复计划简报_hand_01234567.pdf"
    odd = scenario.model_copy(update={"name": "../a b"})
    assert brief_name("../x:y", odd, plan) == "x-y_2031—2033年矿山修复计划简报_a-b_01234567"
    given = (tmp_path / "a" / "x.docx", tmp_path / "b" / "y.pdf")
    ledger, scenario, plan = hand_plan()
    assert write_brief(plan, ledger, scenario, *given) == given
    assert all(path.stat().st_size > 10_000 for path in given)


def other_plan() -> tuple[Scenario, Plan]:
    picks = [Pick("P4", "standard", 2032) if pick.patch == "P4" else pick for pick in HAND_PICKS]
    budgets = [b.model_dump() for b in hand_scenario().budgets]
    for budget in budgets:
        if (budget["district"], budget["year"]) == ("乙区", 2032):
            budget["yuan"] += 700_000
    scenario = hand_scenario(budgets=budgets, title={"zh": "提前方案", "en": "Earlier"}, name="earlier")
    return scenario, plan_of(hand_ledger(), scenario, picks)


def test_a_second_plan_comes_right_after_the_conclusion(tmp_path: Path) -> None:
    scenario, plan = other_plan()
    files = written(tmp_path, compared=Planned(hand_ledger(), scenario, plan))
    table = docx_tables(files.docx)[0]
    # P4 costs 70 万元 and has 0.8 公顷: it moves from 2033 to 2032, and nothing else does.
    assert ["2032年投资（万元）", "300.0001", "370.0001", "+70"] in table
    assert ["2033年投资（万元）", "70", "0", "-70"] in table
    assert ["2032年任务面积（公顷）", "6", "6.8", "+0.8"] in table
    assert not any("总投资" in row[0] or "2031" in row[0] for row in table)
    for words in both(files):
        assert words.index("一、总体结论") < words.index("二、与“提前方案”的差异") < words.index("三、主要目标")
        assert squeezed("图斑变动1个：改期1个") in words
        assert "选定一案" in words
    assert pdf_pages(files.pdf) == 2


def test_a_plan_against_itself_differs_in_nothing(tmp_path: Path) -> None:
    ledger, scenario, plan = hand_plan()
    for words in both(written(tmp_path, compared=Planned(ledger, scenario, plan, "另案"))):
        assert "两案的图斑、年度和出资安排没有差异" in words


def test_a_refused_plan_gets_no_brief(tmp_path: Path) -> None:
    ledger, scenario, plan = hand_plan()
    broken = plan.model_copy(update={"cash": plan.cash[1:]}).sealed()
    with pytest.raises(BadInput, match="not_clean"):
        written(tmp_path, (ledger, scenario, broken))
    with pytest.raises(BadInput, match="not_clean"):
        written(tmp_path, compared=Planned(ledger, scenario, broken))
    assert not list(tmp_path.iterdir())


def test_money_counted_in_cash_and_no_budgets_at_all(tmp_path: Path) -> None:
    files = written(tmp_path / "cash", hand_plan(basis="cash"))
    years = next(table for table in docx_tables(files.docx) if table[0][0] == "年度")
    assert [row[3] for row in years[1:4]] == ["233.7654", "310.9877", "189"]
    free = hand_scenario(budgets=[], clauses={"default": "off", "completion": "hard"})
    without = written(tmp_path / "none", (hand_ledger(), free, plan_of(hand_ledger(), free, HAND_PICKS)))
    years = next(table for table in docx_tables(without.docx) if table[0][0] == "年度")
    assert years[-1][:3] == ["合计", "793.4568", "793.4568"]
    assert pdf_pages(without.pdf) == 2
    assert not any("透支" in words or "预算0" in words for words in both(without))
