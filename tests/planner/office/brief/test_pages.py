"""Two pages, whatever the plan: in the PDF, and in the Word file as LibreOffice prints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.advice.compare import Planned
from planner.ledger import Ledger, Patch, Treatment
from planner.ledger.types import META_DEFAULTS
from planner.plan import Pick, Plan
from planner.scenario import Scenario
from planner.texts import LANGUAGES, Language
from tests.planner.office.brief.reading import docx_pages, docx_tables, docx_text, pdf_pages, pdf_text, written
from tests.planner.office.handmade import hand_plan, plan_of

DISTRICTS, YEARS, PER_DISTRICT = 30, 15, 12
LONG_NAME = "特别长的乡镇街道办事处名称以及更长的说明文字" * 4


def long_world() -> tuple[Ledger, Scenario, Plan]:
    """Thirty districts, fifteen years, 360 patches of long names and large sums: every list is longer than a page."""
    patches = tuple(
        Patch(
            patch=f"图斑编号很长很长-{d:02}-{n:03}-{'X' * 30}", district=f"第{d}个名称很长的区县级行政单位",
            area_m2=1_234_567 + n, treatment=Treatment.ARTIFICIAL, ever_licensed=n % 2 == 0,
            cost_yuan=98_765_432_101 + d, township=LONG_NAME, tier=1 + n % 3, focal=True, viewshed=LONG_NAME,
            ecological_redline=True, hazard_points=n % 4,
        )
        for d in range(DISTRICTS)
        for n in range(PER_DISTRICT)
    )  # fmt: skip
    ledger = Ledger(patches, (), META_DEFAULTS | {"city": "某某某某自治州", "data_nature": "合成"})
    first = 2031
    purses = [("municipal", None), *(("district", f"第{d}个名称很长的区县级行政单位") for d in range(DISTRICTS))]
    scenario = Scenario.model_validate(
        {
            "name": "long",
            "title": {"zh": LONG_NAME, "en": "a very long title " * 10},
            "data_nature": "合成",
            "horizon": {"first": first, "last": first + YEARS - 1},
            "holding": {"cover_yuan_per_hectare_year": 5_000},
            "budgets": [
                {"source": source, "district": district, "year": first + year, "yuan": 40 * 98_765_432_999}
                for source, district in purses
                for year in range(YEARS)
            ],
            "clauses": {"default": "off", "completion": "hard", "purse_accounts": "hard"},
            "goals": [{"name": "waiting"}],
        }
    )
    picks = [Pick(patch.patch, "standard", first + i % (YEARS - 2)) for i, patch in enumerate(patches)]
    return ledger, scenario, plan_of(ledger, scenario, picks)


@pytest.fixture(scope="module")
def longest() -> tuple[Ledger, Scenario, Plan]:
    return long_world()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_long_lists_are_summed_up_and_lose_nothing(
    lang: Language, longest: tuple[Ledger, Scenario, Plan], tmp_path: Path
) -> None:
    files = written(tmp_path, longest, language=lang)
    assert pdf_pages(files.pdf) == 2
    tables = docx_tables(files.docx)
    metrics = longest[2].metrics
    assert metrics is not None
    districts = next(table for table in tables if table[0][0] in ("区", "District"))
    shown = [int(row[1].replace(",", "")) for row in districts[1:]]
    assert sum(shown[:-1]) == shown[-1] == DISTRICTS * PER_DISTRICT
    assert len(shown) < DISTRICTS
    years = next(table for table in tables if table[0][0] in ("年度", "Year"))
    areas = [row[7] for row in years[1:] if row[7] != "–"]
    hectares = [round(float(area.replace(",", "")) * 10_000) for area in areas]
    assert sum(hectares[:-1]) == hectares[-1] == metrics.total_area_m2
    for words in (docx_text(files.docx), pdf_text(files.pdf)):
        assert LONG_NAME not in words


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("compared", [False, True], ids=["alone", "compared"])
def test_the_word_file_has_two_pages(
    lang: Language, compared: bool, longest: tuple[Ledger, Scenario, Plan], tmp_path: Path
) -> None:
    for number, made in enumerate((hand_plan(), longest)):
        other = Planned(*made, name="对比方案") if compared else None
        files = written(tmp_path / str(number), made, language=lang, compared=other)
        assert pdf_pages(files.pdf) == 2
        assert docx_pages(files.docx, tmp_path) == 2
