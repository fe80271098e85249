"""The category engine: hand-made cases, and no contradiction on the shipped ledger."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from collections import Counter
from pathlib import Path

import pytest

from planner.ledger import Ledger, Recovery, Treatment, load_ledger
from planner.ledger.category import RULES, Relation, Rule, as_json, compare, report, suggest
from planner.ledger.category.land import Land, land
from planner.ledger.category.rules import ENTERPRISE, gaps
from planner.texts import LANGUAGES, Language, catalogue
from tests.planner.ledger.category_cases import CASES, FACE, MINE, A, Case, N, U, patch

SHIPPED = Path(__file__).parents[3] / "data" / "beijing" / "ledger.xlsx"
FOLLOWS = {  # what follows from a category may not decide it
    "treatment": Treatment.COMPREHENSIVE,
    "cost_yuan": 77,
    "direction": "综合利用",
    "works": "封育",
    "tier": 1,
    "benefit": 5,
    "revegetation_yuan": 77,
}


@pytest.fixture(scope="module")
def shipped() -> Ledger:
    return load_ledger(SHIPPED)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hand_made(case: Case) -> None:
    told = suggest(patch(**case.fields))
    assert (told.category, told.certain) == (case.category, case.certain)
    assert (told.rule_ids or ("",))[0] == case.rule
    assert tuple(reason.rule.id for reason in told.objections) == case.objections
    assert told.outside == (case.rule == "enterprise")


def test_there_are_cases_enough_and_each_rule_counts_in_one() -> None:
    assert len(CASES) >= 30
    assert len({case.name for case in CASES}) == len(CASES)
    used = {id for case in CASES for id in (case.rule, *case.objections)} - {""}
    assert used == {rule.id for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_its_words_and_its_place(rule: Rule) -> None:
    ids = [other.id for other in RULES]
    assert ids.count(rule.id) == 1
    assert rule.overrules <= set(ids[ids.index(rule.id) + 1 :])
    assert rule.category not in rule.against
    assert rule.category is not None or not rule.decides or rule is ENTERPRISE
    for lang in LANGUAGES:
        source = catalogue()[f"category.{rule.id}_source"][lang]
        assert source.startswith(("规划第", "plan, ch. "))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_follows_from_a_category_is_not_looked_at(case: Case) -> None:
    before = patch(**case.fields)
    after = dataclasses.replace(before, **FOLLOWS)
    one, other = suggest(before), suggest(after)
    assert (one.category, one.certain, one.rule_ids) == (other.category, other.certain, other.rule_ids)


def test_ambiguity_is_always_said() -> None:
    values = {
        "core_reserve": (False, True),
        "irreversible_damage": (False, True),
        "ecological_redline": (False, True),
        "special_candidate": (False, True),
        "hazard_points": (0, 2),
        "hazard_threat": ("", "无", "村庄"),
        "viewshed": ("", "公路"),
        "land_class": ("", "采矿用地", "其他林地", "裸岩石砾地"),
        "planned_use": ("", "林地", "建设用地", "耕地"),
        "recovery": (None, *Recovery),
        "verified_on": (None, dt.date(2021, 1, 1)),
    }
    kinds: Counter[tuple[Treatment | None, bool]] = Counter()
    for drawn in itertools.product(*values.values()):
        fields = {"three_zones_two_lines": True, **dict(zip(values, drawn, strict=True))}
        site = patch(**{**FACE, **fields})
        told = suggest(site)
        met = {rule.id for rule in RULES if rule.holds(site)}
        shown = [reason.rule.id for group in (told.reasons, told.objections, told.aside) for reason in group]
        assert len(shown) == len(set(shown))
        assert set(shown) <= met
        if site.core_reserve and not site.irreversible_damage:
            assert (told.category, told.certain, told.rule_ids[0]) == (N, True, "core_zone")
        if told.certain:
            assert told.category is not None
            assert told.reasons[0].rule.decides
            assert not told.objections
            assert not told.missing
            assert told.rule_ids[0] == "core_zone" or fields["planned_use"] or "potential_use" in told.rule_ids
        else:
            assert told.objections or told.missing
        rivals = {reason.rule.category for reason in told.objections} - {None}
        assert told.category not in rivals
        kinds[(told.category, told.certain)] += 1
    assert len(kinds) == 7, "certain and leaning for each category, and open"


def test_missing_columns_are_named_and_filling_them_in_settles_it() -> None:
    open_case = patch(**{**FACE, "three_zones_two_lines": True})
    assert suggest(open_case).missing == gaps(open_case) == ("viewshed", "recovery")
    assert "视域可见对象、自然恢复条件" in suggest(open_case).words("zh")
    assert "viewshed, recovery" in suggest(open_case).words("en")
    assert suggest(dataclasses.replace(open_case, viewshed="铁路")).certain
    assert set(suggest(patch()).missing) == {"planned_use", "land_class", "recovery"}


def test_reasons_say_the_values_and_the_source() -> None:
    told = suggest(patch(**MINE, hazard_points=2, hazard_threat="学校"))
    assert told.words("zh") == (
        "依据：地质灾害隐患 2 处，威胁“学校”（规划第三章 三（一）；第四章 四（一））；"
        "现状“采矿用地”为采矿等建设用地，规划“林地”为非建设用地（规划第三章 三（一））"
    )
    assert "threaten '学校' (plan, ch. 3 sec. 3(1); ch. 4 sec. 4(1))" in told.words("en")
    leaning = suggest(patch(**MINE, cash_flow=True))
    assert "In doubt: '采矿用地' now" in leaning.words("en")
    assert "inferred" in leaning.words("en")
    assert [reason.rule.id for reason in suggest(patch(**MINE, core_reserve=True)).aside] == ["land_returned"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("采矿用地", Land.CONSTRUCTION),
        ("0602 采矿用地", Land.CONSTRUCTION),
        ("林地(03)、其他草地", Land.FOREST_GRASS),
        ("林地,水域", Land.OTHER),
        ("林地/村庄", Land.UNCLEAR),
        ("水域，村庄", Land.UNCLEAR),
        ("", Land.UNCLEAR),
        ("非建设用地", Land.UNCLEAR),  # contains the word for building land and means its opposite
    ],
)
def test_land(words: str, kind: Land) -> None:
    assert land(words) is kind


def test_no_contradiction_on_the_shipped_ledger(shipped: Ledger) -> None:
    found = Counter(one.relation for one in compare(shipped))
    assert found == {
        Relation.AGREES: 415,
        Relation.LEANS: 40,
        Relation.OPEN: 31,
        Relation.DIFFERS: 14,
        Relation.OUTSIDE: 12,
    }
    certain = [one for one in compare(shipped) if one.suggestion.certain]
    assert Counter(one.suggestion.category for one in certain) == {A: 364, U: 32, N: 19}
    assert sum(one.patch.area_m2 for one in certain) >= 0.85 * 13_730_000


def test_the_page_lists_the_rules_in_their_order() -> None:
    page = (SHIPPED.parents[2] / "docs" / "categories.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(r"^\| `.*$", page, re.M)]
    assert [(row[0], row[4][:3]) for row in rows] == [(f"`{rule.id}`", f"[{rule.mark}]") for rule in RULES]
    for rule, (_, _, category, against, _) in zip(RULES[2:], rows[2:], strict=True):
        assert set(filter(None, against.split(", "))) == {str(treatment) for treatment in rule.against}
        start = "none" if rule.category is None else f"{'' if rule.decides else 'leans '}{rule.category}"
        assert category.startswith(start)


def test_every_land_word_of_the_shipped_ledger_is_known(shipped: Ledger) -> None:
    words = {word for one in shipped.patches for word in (one.land_class, one.planned_use)}
    assert not [word for word in words if land(word) is Land.UNCLEAR]


def test_a_planted_error_contradicts_and_comes_first(shipped: Ledger) -> None:
    wrong = next(one.patch for one in compare(shipped) if one.suggestion.rule_ids[:1] == ("planned_construction",))
    patches = tuple(dataclasses.replace(p, treatment=A) if p is wrong else p for p in shipped.patches)
    compared = compare(dataclasses.replace(shipped, patches=patches))
    assert compared[0].patch.patch == wrong.patch
    assert compared[0].relation is Relation.CONTRADICTS
    assert sum(one.relation is Relation.CONTRADICTS for one in compared) == 1
    assert as_json(compared)["counts"]["contradicts"] == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_report_lists_what_asks_for_attention(shipped: Ledger, lang: Language) -> None:
    compared = compare(shipped)
    lines = list(report(compared, lang))
    assert len(lines) == 14 + 31 + 40 + 1
    assert len(list(report(compared, lang, everything=True))) == 512 + 1
    assert lines[-1].startswith({"zh": "共 512 个图斑：矛盾 0", "en": "512 patches: contradicts 0"}[lang])


def test_without_a_planned_use_only_the_core_zone_is_certain(shipped: Ledger) -> None:
    for one in shipped.patches:
        told = suggest(dataclasses.replace(one, planned_use=""))
        assert not told.certain or told.category is N or "potential_use" in told.rule_ids
        assert not told.certain or told.rule_ids[0] in ("core_zone", "potential_use")
