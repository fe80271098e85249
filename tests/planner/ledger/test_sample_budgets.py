"""Every shipped budget is feasible by construction: a reference schedule, which is not shipped, proves it."""

from pathlib import Path

import pytest

from planner.ledger import Treatment
from planner.ledger.sample import district_years, make_sample, read_calibration, reference_schedule, works_years
from planner.units import split

CITY = Path(__file__).parents[3] / "data" / "beijing"
YEARS = range(2021, 2026)
WAN, HA = 10_000, 10_000
EVEN, FRONT = (70_000, 30_000, 30_000, 30_000, 30_000), (70_000, 45_000, 35_000, 25_000, 15_000)


@pytest.fixture(scope="module")
def calibration():
    return read_calibration(CITY / "calibration.toml")


@pytest.fixture(scope="module")
def sample(calibration):
    return make_sample(calibration)


@pytest.fixture(scope="module")
def schedules(calibration, sample):
    shapes = {"base": EVEN, "front-loaded": FRONT}
    return {
        name: reference_schedule(calibration, sample.ledger, [wan * WAN for wan in shape])
        for name, shape in shapes.items()
    }


def spending(ledger, starts, percent=100):
    """What each purse spends by year, in yuan, worked out apart from the generator."""
    spent = {}

    def add(purse, year, yuan):
        by_year = spent.setdefault(purse, dict.fromkeys(YEARS, 0))
        by_year[year] += yuan

    for name, year in starts.items():
        patch = ledger.by_id[name]
        municipal = patch.cost_yuan * percent // 100 if patch.ever_licensed else 0
        add(("municipal", None), year, municipal)
        agreed = patch.district_shares or ((patch.district, 1),)
        parts = split(patch.cost_yuan - municipal, [weight for _, weight in agreed])
        for (district, _), yuan in zip(agreed, parts, strict=True):
            add(("district", district), year, yuan)
    return spent


def overdraft(budgets, spent, carry_years=1):
    """The first purse and year whose spending its own and its carried-over vintages do not cover."""
    for purse, by_year in spent.items():
        vintages = {row.year: row.yuan for row in budgets if (row.source, row.district) == purse}
        for year, yuan in by_year.items():
            for vintage in range(year - carry_years, year + 1):
                used = min(yuan, vintages.get(vintage, 0))
                vintages[vintage] = vintages.get(vintage, 0) - used
                yuan -= used
            if yuan:
                return purse, year, yuan
    return None


def city(budgets):
    return [sum(row.yuan for row in budgets if row.year == year) // WAN for year in YEARS]


@pytest.mark.parametrize("name", ["base", "front-loaded"])
def test_reference_schedule_meets_every_official_figure(sample, schedules, name):
    ledger, starts = sample.ledger, schedules[name]
    works = {p.patch for p in ledger.patches if p.treatment is not Treatment.NATURAL and not p.by_enterprise}
    assert set(starts) == works
    first = [ledger.by_id[patch] for patch, year in starts.items() if year == 2021]
    assert 434 * HA <= sum(patch.area_m2 for patch in first) <= 456 * HA
    assert 66_500 * WAN <= sum(patch.cost_yuan for patch in first) <= 70_000 * WAN
    finished = {name for name, year in starts.items() if year + works_years(ledger.by_id[name], 30_000) - 1 <= 2025}
    assert finished == works
    assert sum(ledger.by_id[patch].hazard_points for patch in finished) == 43
    assert sum(ledger.by_id[patch].cost_yuan for patch in starts) == 190_000 * WAN
    assert all(year >= (ledger.by_id[patch].tenure_clear_from or 0) for patch, year in starts.items())
    assert not any(ledger.by_id[patch].core_reserve and not ledger.by_id[patch].irreversible_damage for patch in starts)


@pytest.mark.parametrize("name", ["base", "front-loaded"])
def test_budgets_are_the_reference_schedule_and_leave_no_slack(sample, schedules, name):
    budgets, spent = sample.budgets[name], spending(sample.ledger, schedules[name])
    assert {(row.source, row.district, row.year): row.yuan for row in budgets} == {
        (*purse, year): yuan for purse, by_year in spent.items() for year, yuan in by_year.items()
    }
    assert overdraft(budgets, spent, carry_years=0) is None
    for purse, by_year in spent.items():
        assert sum(row.yuan for row in budgets if (row.source, row.district) == purse) == sum(by_year.values())


def test_city_years(sample):
    assert city(sample.budgets["base"]) == list(EVEN)
    assert city(sample.budgets["front-loaded"]) == list(FRONT)
    assert city(sample.budgets["late-tranche"]) == [70_000, 15_000, 45_000, 30_000, 30_000]
    assert city(sample.budgets["tight"]) == [70_000, 25_000, 25_000, 25_000, 25_000]
    assert city(sample.budgets["contingency"]) == [73_500, 31_500, 31_500, 31_500, 31_500]
    assert city(sample.budgets["central-grant"]) == [70_000, 40_000, 40_000, 40_000, 30_000]
    assert city(sample.budgets["programmes"]) == [78_200, 37_400, 36_400, 34_600, 34_600]
    assert city(sample.budgets["municipal-80"]) == city(sample.budgets["municipal-50"]) == list(EVEN)


def test_municipal_years_are_about_what_was_tried(sample):
    own = [row.yuan / WAN for row in sample.budgets["base"] if row.source == "municipal"]
    assert own == pytest.approx([44_000, 19_700, 19_600, 20_000, 20_000], rel=0.05)


@pytest.mark.parametrize("name", ["contingency", "central-grant", "programmes"])
def test_more_money_still_suffices(sample, schedules, name):
    assert overdraft(sample.budgets[name], spending(sample.ledger, schedules["base"])) is None


def test_late_tranche_suffices_when_2022_starts_wait_a_year(sample, schedules):
    late = {patch: 2023 if year == 2022 else year for patch, year in schedules["base"].items()}
    assert overdraft(sample.budgets["late-tranche"], spending(sample.ledger, late)) is None
    assert overdraft(sample.budgets["late-tranche"], spending(sample.ledger, schedules["base"])) is not None


@pytest.mark.parametrize("percent", [80, 50])
def test_districts_that_pay_more_have_the_same_patches_money(sample, schedules, percent):
    spent = spending(sample.ledger, schedules["base"], percent)
    assert overdraft(sample.budgets[f"municipal-{percent}"], spent, carry_years=0) is None
    own = sum(row.yuan for row in sample.budgets[f"municipal-{percent}"] if row.source == "municipal")
    whole = sum(row.yuan for row in sample.budgets["base"] if row.source == "municipal")
    assert own * 100 == whole * percent


def test_tight_is_short_by_exactly_two_hundred_million(sample):
    total = {name: sum(row.yuan for row in sample.budgets[name]) for name in ("base", "tight")}
    assert total["base"] - total["tight"] == 200_000_000
    base = {row[:3]: row.yuan for row in sample.budgets["base"]}
    assert all(row.yuan <= base[row[:3]] for row in sample.budgets["tight"])  # adding it back gives base


def test_carry_over_is_needed_where_money_is_short_by_one_yuan(sample, schedules):
    """No false comfort: the check itself finds a yuan that is missing."""
    short = tuple(
        row._replace(yuan=row.yuan - 1) if (row.source, row.year) == ("municipal", 2025) else row
        for row in sample.budgets["base"]
    )
    found = overdraft(short, spending(sample.ledger, schedules["base"]))
    assert found == (("municipal", None), 2025, 1)


def test_district_years_follow_agreed_shares(sample):
    patch = next(p for p in sample.ledger.patches if p.district_shares)
    (own, a), (other, b) = patch.district_shares
    spent = district_years(sample.ledger, {patch.patch: 2022}, YEARS)
    assert spent[own][2022] * b == spent[other][2022] * a
    assert spent[own][2022] + spent[other][2022] == patch.cost_yuan


def test_a_shape_that_is_not_the_need_is_refused(calibration, sample):
    with pytest.raises(ValueError, match="sum to 1 yuan, the works cost 1900000000"):
        reference_schedule(calibration, sample.ledger, [1])
