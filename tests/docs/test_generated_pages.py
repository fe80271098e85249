"""What `docs/generate.py` writes is what stands in the pages."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

import planner
from planner.clauses import clauses
from planner.clauses.first_year_task import FirstYearTaskSettings
from tests.docs.pages import DOCS


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["clauses.md", "api.md"])
def test_page_is_up_to_date(generate: ModuleType, page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == generate.pages()[page], "run `make docs`"


def test_every_clause_has_its_row_and_section() -> None:
    page = (DOCS / "clauses.md").read_text(encoding="utf-8")
    for name in clauses():
        assert f"| [`{name}`](#{name}) |" in page
        assert f"\n## {name}\n" in page


def test_settings_are_explained_by_their_docstring(generate: ModuleType) -> None:
    words = generate.parameter_words(FirstYearTaskSettings)
    assert words["year"] == "By default the horizon's first year."
    assert words["min_area_m2"] == words["max_area_m2"] == "Task area (area of the patches that start in the year), m²."
    assert generate.unit_of("min_area_m2") == "m²"
    assert generate.unit_of("max_yuan") == "yuan"
    assert generate.unit_of("by_year") == "year"


def test_a_part_that_is_not_marked_is_missed(generate: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"api\.md marks the parts"):
        generate.filled_in("no marks", {"columns": str})


def test_every_public_name_is_on_the_page() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    missing = [name for name in planner.__all__ if name not in page]
    assert not missing
