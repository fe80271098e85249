"""Scenarios: TOML and back, extends, and every refusal by the key's path with its repair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner import BadInput, Scenario, UnreadableInput, load_scenario, save_scenario
from planner.clauses import Mode, clauses

HORIZON = {"first": 2031, "last": 2033}


def refused(**fields: Any) -> list[tuple[str, str]]:
    """Path and id of each finding."""
    with pytest.raises(BadInput) as caught:
        Scenario.model_validate({"horizon": HORIZON, **fields})
    for finding in caught.value.findings:
        for lang in ("zh", "en"):
            assert finding.wrong(lang)
            assert finding.repair(lang)
    return [(finding.column, finding.id) for finding in caught.value.findings]


def test_the_least_scenario_has_documented_defaults() -> None:
    trial = Scenario.model_validate({"horizon": HORIZON})
    assert (trial.basis, trial.mode, trial.carry.years, trial.carry.scope) == ("commitments", "complete", 0, "purse")
    assert [goal.name for goal in trial.ordered_goals] == ["waiting", "cost"]
    assert {name for name, settings in trial.clauses.items() if not settings.on} == {
        "arable_first", "corridors", "district_capacity", "enterprise_group", "focal_faces", "minimum_execution",
        "moves", "municipal_share", "overspending", "public_works_share", "quotas", "robust_accounts",
        "special_project", "strict_tiers", "tier_shares",
    }  # fmt: skip
    assert trial.profile(1) == (80, 17, 0, 3)
    assert trial.profile(2) == (45, 40, 12, 3)
    assert trial.profile(3) == (85, 85, 85, 36, 9)


def test_default_off_leaves_what_is_always_on_and_what_is_named() -> None:
    trial = Scenario.model_validate(
        {"horizon": HORIZON, "clauses": {"default": "off", "hazards": {"required_points": 3}}}
    )
    assert {name for name, settings in trial.clauses.items() if settings.on} == {"payer", "hazards"}
    assert trial.clause("hazards").required_points == 3


def test_to_name_a_clause_is_to_want_it_and_to_give_locks_is_to_keep_them() -> None:
    trial = Scenario.model_validate({"horizon": HORIZON, "clauses": {"special_project": {"minimum": 2}}})
    assert trial.clause("special_project").mode is Mode.HARD
    locks = [{"patch": "A", "kind": "excluded", "reason": "x"}]
    for given, mode in (({"default": "off"}, Mode.HARD), ({"locks": "off"}, Mode.OFF)):
        trial = Scenario.model_validate({"horizon": HORIZON, "locks": locks, "clauses": given})
        assert trial.clause("locks").mode is mode


@pytest.mark.parametrize("name", sorted(clauses()))
def test_each_clause_takes_its_modes_and_no_other(name: str) -> None:
    for mode in Mode:
        fields = {"horizon": HORIZON, "clauses": {name: {"mode": mode}}}
        if mode in clauses()[name].modes:
            assert Scenario.model_validate(fields).clause(name).mode is mode
        else:
            assert refused(clauses={name: {"mode": mode}}) == [("clauses", "clause_mode")]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"budgts": []}, [("budgts", "unknown_key")]),
        ({"clauses": {"hazard": {}}}, [("clauses", "unknown_clause")]),
        ({"clauses": {"hazards": {"points": 3}}}, [("clauses.hazards.points", "unknown_key")]),
        ({"clauses": {"first_year_task": {"min_area_m2": 2, "max_area_m2": 1}}},
         [("clauses.first_year_task", "sides_cross")]),
        ({"clauses": {"payer": {"municipal_share_percent": 0.8}}},
         [("clauses.payer.municipal_share_percent", "wrong_type")]),
        ({"horizon": {"first": 2033, "last": 2031}}, [("horizon", "horizon_order")]),
        ({"clauses": {"hazards": False}}, [("clauses", "clauses_table")]),
        ({"clauses": {"hazards": {"by_year": 0}}}, [("clauses.hazards.by_year", "out_of_range")]),
        ({"clauses": {"payer": {"municipal_share_percent": "80"}}},
         [("clauses.payer.municipal_share_percent", "wrong_type")]),
        ({"basis": "accrual"}, [("basis", "not_one_of")]),
        ({"budgets": [{"source": "municipal", "year": 2031, "yuan": "300万"}]}, [("budgets[0].yuan", "wrong_type")]),
        ({"budgets": [{"source": "municipal", "year": 2031, "yuan": 7.5}]}, [("budgets[0].yuan", "wrong_type")]),
        ({"budgets": [{"source": "municipal", "year": 2031, "yuan": -1}]}, [("budgets[0].yuan", "out_of_range")]),
        ({"budgets": [{"source": "municipal", "year": 2031, "wan_yuan": 3}]},
         [("budgets[0].yuan", "missing_key"), ("budgets[0].wan_yuan", "unknown_key")]),
        ({"budgets": [{"source": "city", "year": 2031, "yuan": 1}]}, [("budgets[0].source", "bad_source")]),
        ({"budgets": [{"source": "district", "year": 2031, "yuan": 1}]}, [("budgets[0]", "district_missing")]),
        ({"budgets": [{"source": "enterprise", "year": 2031, "yuan": 1}]}, [("budgets[0]", "enterprise_budget")]),
        ({"budgets": [{"source": "central", "year": 2031, "yuan": 1}]}, [("budgets[0].source", "source_unexplained")]),
        ({"budgets": [{"source": "municipal", "year": 2031, "yuan": 1}] * 2}, [("budgets[1]", "budget_twice")]),
        ({"budgets": [{"source": "municipal", "year": 2041, "yuan": 1}]}, [("budgets[0].year", "budget_year")]),
        ({"sources": [{"source": "central", "require": {"red_line": True}}]},
         [("sources[0].require", "unknown_field")]),
        ({"goals": [{"name": "speed"}]}, [("goals[0].name", "not_one_of")]),
        ({"goals": [{"name": "cost"}, {"name": "cost"}]}, [("goals[1].name", "goal_twice")]),
        ({"goals": [{"name": "cost", "tolerance": 5}]}, [("goals[0].tolerance", "out_of_range")]),
        ({"score_weights": {"bottom_line": 50}}, [("score_weights", "weights_sum")]),
        ({"cash_profile": {"1": [0, 0]}}, [("cash_profile", "empty_profile")]),
        ({"cash_profile": {"2": [100]}}, [("cash_profile.2", "profile_short")]),
        ({"locks": [{"patch": "A", "kind": "year", "year": 2031}]}, [("locks[0].reason", "missing_key")]),
        ({"locks": [{"patch": "A", "kind": "year", "reason": "x"}]}, [("locks[0]", "lock_year")]),
        ({"locks": [{"patch": "A", "kind": "year", "year": 2044, "reason": "x"}]}, [("locks[0].year", "lock_outside")]),
        ({"locks": [{"patch": "A", "kind": "not_before", "year": 2033, "reason": "x"},
                    {"patch": "A", "kind": "not_after", "year": 2032, "reason": "x"}]},
         [("locks[1]", "locks_contradict")]),
        ({"locks": [{"patch": "A", "kind": "excluded", "reason": "x"},
                    {"patch": "A", "kind": "year", "year": 2031, "reason": "x"}]},
         [("locks[1]", "locks_contradict")]),
        ({"frozen": [{"year": 2031, "patches": ["A"], "reason": "x"}, {"year": 2032, "patches": ["A"], "reason": "x"}]},
         [("frozen[1].patches[0]", "frozen_patch_twice")]),
        ({"frozen": [{"year": 2031, "patches": ["A"], "reason": "x"}],
          "locks": [{"patch": "A", "kind": "excluded", "reason": "x"}]}, [("locks[0]", "lock_against_frozen")]),
        ({"frozen": [{"year": 2031, "patches": ["A"], "reason": "x"}],
          "locks": [{"patch": "B", "kind": "year", "year": 2031, "reason": "x"}]},
         [("locks[0].year", "lock_into_frozen")]),
        ({"overrides": [{"patch": "A", "field": "costs", "value": 1, "reason": "x"}]},
         [("overrides[0].field", "unknown_field")]),
        ({"clauses": {"municipal_share": {"percent": 101}}}, [("clauses.municipal_share.percent", "out_of_range")]),
        ({"clauses": {"public_works_share": {"percent": -1}}},
         [("clauses.public_works_share.percent", "out_of_range")]),
        ({"clauses": {"overspending": {"percent": -1}}}, [("clauses.overspending.percent", "out_of_range")]),
        ({"clauses": {"enterprise_group": {"within_years": -1}}},
         [("clauses.enterprise_group.within_years", "out_of_range")]),
        ({"clauses": {"bundles": {"same_start": "sometimes"}}}, [("clauses.bundles.same_start", "wrong_type")]),
        ({"clauses": {"bundles": {"same_year": True}}}, [("clauses.bundles.same_year", "unknown_key")]),
        ({"clauses": {"minimum_execution": {"years": [2031, 2034]}}},
         [("clauses.minimum_execution.years[1]", "execution_year")]),
        ({"clauses": {"minimum_execution": {"years": []}}}, [("clauses.minimum_execution.years", "empty_list")]),
        ({"clauses": {"minimum_execution": {"sources": ["municipal", "central"]}},
          "budgets": [{"source": "municipal", "year": 2031, "yuan": 1}]},
         [("clauses.minimum_execution.sources[1]", "execution_source")]),
        ({"failed_recovery": {"hazard_point_yuan": -1}}, [("failed_recovery.hazard_point_yuan", "out_of_range")]),
        ({"failed_recovery": {"mine_yuan": 1}}, [("failed_recovery.mine_yuan", "unknown_key")]),
    ],
)  # fmt: skip
def test_each_fault_is_named_by_its_path(fields: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert refused(**fields) == found


def test_all_faults_are_told_at_once() -> None:
    found = refused(
        budgets=[{"source": "municipal", "year": 2031, "yuan": 1}, {"source": "x", "year": "soon", "yuan": None}],
        goals=[{"name": "speed"}],
        typo=1,
    )
    assert len(found) == 5


def test_whole_numbers_of_any_make_are_taken() -> None:
    money = {"source": "municipal", "year": np.int64(2031), "yuan": np.float64(10.0)}
    assert Scenario.model_validate({"horizon": HORIZON, "budgets": [money]}).budgets[0].yuan == 10


def test_toml_and_back_is_the_identity(tmp_path: Path) -> None:
    trial = Scenario.model_validate(
        {
            "horizon": HORIZON, "name": "试算", "title": {"zh": "试算方案", "en": "trial"},
            "price_index": {"rate": "0.025"},
            "budgets": [{"source": "municipal", "year": 2031, "yuan": 7}],
            "clauses": {"hazards": {"mode": "soft", "required_points": 2}},
            "locks": [{"patch": "甲", "kind": "excluded", "reason": "有争议"}],
            "overrides": [{"patch": "甲", "field": "cost_yuan", "value": 3, "reason": "复核"}],
            "frozen": [{"year": 2031, "patches": ["乙"], "reason": "已下达"}],
        }
    )  # fmt: skip
    save_scenario(trial, tmp_path / "trial.toml")
    assert load_scenario(tmp_path / "trial.toml") == trial
    assert load_scenario(tmp_path / "trial.toml").digest == trial.digest


def test_extends_merges_tables_and_replaces_lists(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        'name = "base"\nexpected = "plan"\n[horizon]\nfirst = 2031\nlast = 2033\n'
        '[[budgets]]\nsource = "municipal"\nyear = 2031\nyuan = 5\n'
        '[clauses.hazards]\nrequired_points = 4\nby_year = 2032\n[[goals]]\nname = "waiting"\n'
    )
    (tmp_path / "mine.toml").write_text(
        'extends = "base"\n[[budgets]]\nsource = "municipal"\nyear = 2032\nyuan = 9\n'
        "[clauses.hazards]\nby_year = 2033\n"
    )
    mine = load_scenario(tmp_path / "mine.toml")
    assert (mine.name, mine.clause("hazards").required_points, mine.clause("hazards").by_year) == ("mine", 4, 2033)
    assert [(b.year, b.yuan) for b in mine.budgets] == [(2032, 9)]
    assert [goal.name for goal in mine.goals] == ["waiting"]


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "ring.toml").write_text('extends = "ring"\n')
    (tmp_path / "torn.toml").write_text("[horizon\n")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"\n')
    for name, fault in (
        ("ring", "extends_itself"), ("torn", "not_toml"), ("latin", "not_toml"), ("gone", "no_file"),
    ):  # fmt: skip
        with pytest.raises(UnreadableInput) as caught:
            load_scenario(tmp_path / f"{name}.toml")
        assert [finding.id for finding in caught.value.findings] == [fault]


def test_a_fault_in_a_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[horizon]\nfirst = 2031\nlast = 2033\n[carry]\nyear = 1\n")
    with pytest.raises(BadInput) as caught:
        load_scenario(tmp_path / "bad.toml")
    assert [(f.file, f.column, f.id) for f in caught.value.findings] == [("bad.toml", "carry.year", "unknown_key")]
    assert "years" in caught.value.findings[0].repair("en")
