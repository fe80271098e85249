"""The shipped ledger and scenarios are what the generator makes, and they pass every check."""

import importlib.util
import tomllib
from pathlib import Path

import pytest

from planner.ledger.excel import load_ledger
from planner.scenario import against_ledger, load_scenario

DATA = Path(__file__).parents[2] / "data"
CITY = DATA / "beijing"
NAMES = (
    "base", "contingency", "free-2021", "front-loaded", "late-tranche", "tight", "tight-rationed", "municipal-80",
    "municipal-50", "central-grant", "cheapest",
)  # fmt: skip


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("generate_city", CITY / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def calibration(generate):
    return generate.read_calibration(CITY / "calibration.toml")


@pytest.fixture(scope="module")
def sample(generate, calibration):
    return generate.make_sample(calibration)


@pytest.fixture(scope="module")
def shipped():
    return load_ledger(CITY / "ledger.xlsx")


def test_regenerated_ledger_is_the_shipped_one(sample, shipped):
    assert sample.ledger.digest == shipped.digest


def test_regenerated_scenarios_are_the_shipped_ones(generate, calibration, sample):
    texts = generate.scenario_texts(calibration, sample.budgets)
    assert {file.name for file in (CITY / "scenarios").glob("*.toml")} == set(texts) == {f"{n}.toml" for n in NAMES}
    for name, text in texts.items():
        assert (CITY / "scenarios" / name).read_text(encoding="utf-8") == text, name


def test_a_second_run_changes_no_byte(generate, tmp_path, capsys):
    generate.main(tmp_path)
    first = {file.name: file.read_bytes() for file in tmp_path.rglob("*.*")}
    generate.main(tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.rglob("*.*")} == first
    assert len(first) == len(NAMES) + 1
    assert "512 patches" in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_scenario_is_sound(name, shipped):
    scenario = load_scenario(CITY / "scenarios" / f"{name}.toml")
    assert against_ledger(shipped, scenario) == []
    assert scenario.name == name
    assert scenario.data_nature == "合成"
    assert all(set(words) == {"zh", "en"} for words in (scenario.title, scenario.note))
    assert scenario.expected == ("impossible" if name == "tight" else "plan")
    assert (scenario.mode == "rationed") == (name == "tight-rationed")
    assert sum(b.yuan for b in scenario.budgets if b.source != "central") == {
        "contingency": 1_995_000_000, "tight": 1_700_000_000, "tight-rationed": 1_700_000_000,
    }.get(name, 1_900_000_000)  # fmt: skip


def test_base_is_the_official_baseline():
    base = load_scenario(CITY / "scenarios" / "base.toml")
    assert list(base.horizon.years) == [2021, 2022, 2023, 2024, 2025]
    assert (base.basis, base.carry.years, base.carry.scope, base.mode) == ("commitments", 1, "purse", "complete")
    task = base.clause("first_year_task")
    assert (task.min_area_m2, task.max_area_m2) == (4_340_000, 4_560_000)
    assert (task.min_yuan, task.max_yuan) == (665_000_000, 700_000_000)
    assert base.clause("hazards").required_points == 43
    assert (base.clause("special_project").minimum, base.clause("special_project").maximum) == (1, 2)
    not_hard = {name for name, settings in base.clauses.items() if not settings.on or settings.soft}
    assert not_hard == {"robust_accounts"}  # a wish of its own, no demand of the plan
    assert [(g.name, g.tolerance) for g in base.goals] == [
        ("waiting_focal", 0.001), ("waiting_tier_1", 0.001), ("waiting_tiers_2_3", 0.001), ("cost", 0.001),
    ]  # fmt: skip
    assert base.holding.cover_yuan_per_hectare_year == 5_000


def test_scenarios_differ_from_base_in_what_they_are_named_after():
    def scenario(name):
        return load_scenario(CITY / "scenarios" / f"{name}.toml")

    base = scenario("base")
    assert scenario("cheapest").budgets == scenario("free-2021").budgets == base.budgets
    assert scenario("cheapest").clauses == base.clauses
    assert [goal.name for goal in scenario("cheapest").goals] == ["cost"]
    assert scenario("free-2021").clause("first_year_task").max_area_m2 == 13_730_000
    assert scenario("municipal-80").clause("payer").municipal_share_percent == 80
    assert scenario("municipal-50").clause("payer").municipal_share_percent == 50
    assert scenario("tight-rationed").budgets == scenario("tight").budgets
    (grant,) = scenario("central-grant").sources
    assert (grant.source, grant.treatments, grant.require) == ("central", ("artificial",), {"ecological_redline": True})


def test_demo_names_files_that_are_there():
    demo = tomllib.loads((DATA / "demo.toml").read_text(encoding="utf-8"))
    assert demo == {"ledger": "beijing/ledger.xlsx", "scenario": "beijing/scenarios/base.toml"}
    assert all((DATA / name).exists() for name in demo.values())
