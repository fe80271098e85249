"""Names are data: none of them acts on a document, and none is lost without a sign."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from planner.ledger import Ledger
from planner.office.brief.parts import clipped, ems, plain, shortened
from planner.plan import Plan
from planner.scenario import Scenario
from tests.planner.office.brief.reading import docx_text, pdf_pages, pdf_text, squeezed, written
from tests.planner.office.handmade import HAND_PICKS, hand_ledger, hand_scenario, plan_of

NAMES = {
    "typst": '#panic("x") #read("/etc/passwd") $x$ *b* _i_ @ref <l> `r` \\u{41} // c',
    "xml": "</w:t></w:r><w:p/>&amp;&lt;<![CDATA[x]]>",
    "json": '{"a": "\\"]}',
    "braces": "{page}{pages}{0}{unit}%s",
    "control": "a\x01b\x0bc\x1fd\x7fe\u0085f",
    "lines": "a\nb\r\nc\td\u2028e\u2029f",
    "direction": "甲\u202e镇\u202d\u2066乙\u2069",
    "arabic": "مقلع عربي 12",
    "beyond": "漷𠀀㐂區🏔",
    "long": "很长" * 200,
}


def world(name: str) -> tuple[Ledger, Scenario, Plan]:
    """The small world with one name everywhere that a name may stand."""
    ledger = hand_ledger()
    patches = tuple(replace(patch, township=name, viewshed=name, name=name, focal=True) for patch in ledger.patches)
    named = Ledger(patches, ledger.options, {**ledger.meta, "city": name, "note": name, "title": name})
    scenario = hand_scenario(title={"zh": name, "en": name}, note={"zh": name, "en": name})
    return named, scenario, plan_of(named, scenario, HAND_PICKS, product_version=name[:60], solver=name[:60])


@pytest.mark.parametrize("kind", NAMES)
def test_a_hostile_name_is_words_and_nothing_else(kind: str, tmp_path: Path) -> None:
    name = NAMES[kind]
    files = written(tmp_path, world(name))
    assert pdf_pages(files.pdf) == 2
    with zipfile.ZipFile(files.docx) as archive:
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(part))
    for words in (docx_text(files.docx), pdf_text(files.pdf)):
        assert "793.4568万元" in words
        assert not any(sign in words for sign in "\u202e\u202d\x01\x0b\x1f\x7f\u0085\u2028\u2029")
        if kind in ("typst", "xml", "json", "braces"):
            assert squeezed(name)[:12] in words
    assert files.docx.name.count(".") == 1


def test_names_are_cut_with_a_sign_of_it() -> None:
    assert clipped("很长" * 200).endswith("长…")
    assert ems(clipped("很长" * 200, 20)) <= 20 * 0.57
    assert clipped("短名") == "短名"
    assert shortened("SYN-110109-0001", 12) == "SYN-110109-0001"
    assert plain(" a\n\u202eb\x00　c ") == "a b c"


def test_a_name_from_right_to_left_keeps_its_direction_to_itself() -> None:
    assert clipped("مقلع") == "\u2068مقلع\u2069"
    assert clipped("\u2067مقلع\u202e") == "\u2068مقلع\u2069"
