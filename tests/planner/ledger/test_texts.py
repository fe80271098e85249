"""Every fault of a ledger has its words in both languages, and no words are without a fault."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import planner.ledger
import sheets
from planner.ledger.types import META_DEFAULTS
from planner.texts import LANGUAGES, Language, catalogue
from tests.planner.ledger import test_cells, test_faults, test_faults_beyond, test_frames, test_opening

ROOMS = (planner.ledger, sheets)
SOURCES = "\n".join(
    file.read_text("utf-8") for room in ROOMS for file in sorted(Path(str(room.__file__)).parent.glob("*.py"))
)
TEXTS = {key.removeprefix("ledger."): text for key, text in catalogue().items() if key.startswith("ledger.")}
FAULTS = {key.removesuffix("_repair") for key in TEXTS if key.endswith("_repair")}
ON_SHEETS = {"note_nature", "note_synthetic", *(f"about_{key}" for key in META_DEFAULTS)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_faults_and_words_on_sheets_are_all_there_is() -> None:
    assert set(TEXTS) == FAULTS | {f"{fault}_repair" for fault in FAULTS} | ON_SHEETS


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_that_has_words_can_happen(fault: str) -> None:
    built = 'f"has_{note}"' in SOURCES and re.search(rf'"{fault.removeprefix("has_")}"', SOURCES)
    assert built or re.search(rf'(def |"|"ledger\.){fault}\b', SOURCES)


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_both_languages_say_the_same_values(fault: str) -> None:
    for key in (fault, f"{fault}_repair"):
        spoken = {lang: placeholders(TEXTS[key][lang]) for lang in LANGUAGES}
        assert spoken["zh"] == spoken["en"]


def test_every_fault_that_tests_plant_has_words() -> None:
    planted = {case[0] for case in test_faults.CASES} | {case[2] for case in test_cells.BAD}
    planted |= {case.expected[0] for case in test_faults_beyond.CASES}
    planted |= {case[0] for case in test_frames.META_CASES} | {case[0] for case in test_opening.UNREADABLE}
    assert planted <= FAULTS
    elsewhere = {fault for fault in FAULTS - planted if not re.search(rf'"{fault}"', _other_tests())}
    assert elsewhere == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_are_short(lang: Language) -> None:
    longest = max(FAULTS, key=lambda fault: len(TEXTS[fault][lang]))
    assert len(TEXTS[longest][lang]) <= {"zh": 60, "en": 130}[lang]


def _other_tests() -> str:
    here = Path(__file__).parent
    files = [*here.glob("*.py"), *(here.parent.parent / "sheets").glob("*.py"), here.parent / "test_cli.py"]
    return "\n".join(file.read_text("utf-8") for file in sorted(files))
