"""Shares of public money, budget execution and overspending: by hand, and with grants against every assignment."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from planner.audit import audit_body, soft_breaches
from planner.audit.case import Case
from planner.ledger import Ledger, Option
from planner.model import formulate
from planner.plan import Grant, Pick, build_body
from planner.planning import make_plan
from planner.scenario import GoalName, Scenario
from tests.planner.cases.base import pick
from tests.planner.in_process import in_process  # noqa: F401
from tests.planner.random_worlds import assignments
from tests.planner.test_enumeration import clean_assignments, feasible_assignments
from tests.planner.worlds import FIRST, LAST, patch, scenario

ALL_YEARS = f"{FIRST}-{LAST}"
PAYER = ("within[", "share[", "once[")
Found = list[tuple[str, int | float | None]]


def findings(ledger: Ledger, trial: Scenario, *picks: Pick, grants: tuple[Grant, ...] = ()) -> Found:
    result = audit_body(ledger, trial, build_body(ledger, trial, picks, grants))
    assert all(finding.unit == "yuan" for finding in result.findings)
    return [(finding.place, finding.amount) for finding in result.findings]


def rows_of(clause: str, ledger: Ledger, trial: Scenario) -> list[str]:
    return [name for name in formulate(ledger, trial).problem(GoalName.COST).row_names if name.startswith(clause)]


def test_half_the_money_is_municipal_to_the_yuan() -> None:
    """100 municipal against 100 of the district is half; against 101 it is one yuan short: half of 201 is 100.5."""
    trial = scenario(clauses={"municipal_share": "hard"})
    both = (pick("A", FIRST), pick("B", LAST))
    for district, found in ((100, []), (101, [(ALL_YEARS, 1)])):
        ledger = Ledger((patch("A"), patch("B", ever_licensed=False, cost_yuan=district)))
        assert findings(ledger, trial, *both) == found
        assert (both in feasible_assignments(ledger, trial)) == (not found)


def test_in_every_year_is_more_than_in_all_of_them() -> None:
    ledger = Ledger((patch("A"), patch("B", ever_licensed=False, cost_yuan=50)))
    trial = scenario(clauses={"municipal_share": {"each_year": True, "percent": 40}})
    assert findings(ledger, trial, pick("A", FIRST), pick("B", FIRST)) == []
    assert findings(ledger, trial, pick("A", FIRST), pick("B", LAST)) == [(str(LAST), 20)]


def test_price_contingency_and_payments_count_as_the_budgets_do() -> None:
    """A costs 100 · 1.1 · 1.1 = 121 in its second year; by cash only 80 % and 17 % of it fall within the horizon."""
    ledger = Ledger((patch("A"), patch("B", ever_licensed=False, cost_yuan=200)))
    fields: dict[str, Any] = {
        "clauses": {"municipal_share": "hard"}, "price_index": {"rate": "0.1"}, "contingency_percent": "10",
    }  # fmt: skip
    picks = (pick("A", FIRST + 1), pick("B", FIRST))
    # commitments: 121 of 121 + 220 = 341, half of it 170.5 -> 171
    assert findings(ledger, scenario(**fields), *picks) == [(ALL_YEARS, 50)]
    # cash: 121 in parts of 80 17 0 3 %: 96.8 20.57 0 3.63 -> 97 20 0 4, and 117 in time (the first two years);
    # 220: 176 + 37.4 + 0 + 6.6 -> 176 37 0 7, and 213 in time; half of 330 is 165
    assert findings(ledger, scenario(basis="cash", **fields), *picks) == [(ALL_YEARS, 165 - 117)]


def grant(yuan: int, source: str, base: str, name: str = "A") -> Grant:
    return Grant(
        patch=name, year=FIRST, from_source=base, from_district=None if base == "municipal" else "North",
        source=source, district=None, yuan=yuan,
    )  # fmt: skip


def test_what_a_source_takes_over_is_that_source_s() -> None:
    """Central money in place of the district's changes nothing; social money is no public money at all."""
    ledger = Ledger((patch("A"), patch("B", ever_licensed=False, cost_yuan=102)))
    trial = scenario(
        clauses={"municipal_share": "hard"},
        sources=[{"source": "central"}, {"source": "social"}],
        budgets=[{"source": name, "year": FIRST, "yuan": 90} for name in ("central", "social")],
    )
    both = (pick("A", FIRST), pick("B", FIRST))
    assert findings(ledger, trial, *both) == [(ALL_YEARS, 1)]
    assert findings(ledger, trial, *both, grants=(grant(9, "central", "district", "B"),)) == [(ALL_YEARS, 1)]
    assert findings(ledger, trial, *both, grants=(grant(1, "social", "district", "B"),)) == [(ALL_YEARS, 1)]
    assert findings(ledger, trial, *both, grants=(grant(2, "social", "district", "B"),)) == []
    assert findings(ledger, trial, *both, grants=(grant(1, "central", "municipal"),)) == [(ALL_YEARS, 2)]
    assert both in feasible_assignments(ledger, trial)


def test_public_money_leans_to_works_without_cash_flow() -> None:
    trial = scenario(clauses={"public_works_share": {"percent": 60}})
    both = (pick("A", FIRST), pick("B", LAST))
    for other, found in ((100, []), (101, [(ALL_YEARS, 1)])):
        ledger = Ledger((patch("A", cost_yuan=150), patch("B", cash_flow=True, cost_yuan=other)))
        assert findings(ledger, trial, *both) == found
        assert (both in feasible_assignments(ledger, trial)) == (not found)


@pytest.mark.parametrize("clause", ["municipal_share", "public_works_share", "minimum_execution", "overspending"])
def test_nothing_concerned_no_rows_and_no_findings(clause: str) -> None:
    ledger = Ledger((patch("A", cost_yuan=0), patch("B", cost_yuan=0, ever_licensed=False)))
    trial = scenario(clauses={clause: "hard"})
    assert rows_of(clause, ledger, trial) == []
    assert findings(ledger, trial, pick("A", FIRST)) == []
    assert len(feasible_assignments(ledger, trial)) == 4 * 4


def execution(*, reserve: int = 0, **settings: Any) -> Scenario:
    """Municipal 100 in every year; the districts 100 and 50 in the first."""
    budgets = [{"source": "municipal", "year": year, "yuan": 100} for year in range(FIRST, LAST + 1)]
    budgets += [{"source": "district", "district": "North", "year": FIRST, "yuan": 100}]
    budgets += [{"source": "district", "district": "South", "year": FIRST, "yuan": 50}]
    # the accounts themselves are left alone: only what is set aside of them is read
    return scenario(
        clauses={
            "minimum_execution": {"mode": "hard", **settings},
            "purse_accounts": {"mode": "off", "reserve_percent": reserve},
        },
        budgets=budgets,
    )


def test_execution_of_a_purse_and_of_a_source() -> None:
    ledger = Ledger((
        patch("A", cost_yuan=80), patch("B", cost_yuan=79, ever_licensed=False),
        patch("C", cost_yuan=41, ever_licensed=False, district="South"),
    ))  # fmt: skip
    picks = (pick("A", FIRST), pick("B", FIRST), pick("C", FIRST))
    rest = [(f"municipal/{FIRST + 1}", 80), (f"municipal/{LAST}", 80)]
    assert findings(ledger, execution(), *picks) == [(f"district/North/{FIRST}", 1), *rest]
    assert findings(ledger, execution(each_purse=False), *picks) == rest  # 79 + 41 = 80 % of 150
    assert findings(ledger, execution(years=[FIRST], sources=["municipal"]), *picks) == []
    assert findings(ledger, execution(years=[FIRST], percent=81), *picks) == [
        (f"district/North/{FIRST}", 2), (f"municipal/{FIRST}", 1),
    ]  # fmt: skip
    # 1 % set aside: 80 % of 99 is 79.2, so 80 are needed; of 49 it is 39.2
    assert findings(ledger, execution(years=[FIRST], reserve=1), *picks) == [(f"district/North/{FIRST}", 1)]
    assert findings(ledger, execution(years=[FIRST], reserve=2), *picks) == []
    for trial in (execution(), execution(each_purse=False, years=[FIRST]), execution(years=[FIRST], reserve=2)):
        assert clean_assignments(ledger, trial) == feasible_assignments(ledger, trial)


def test_execution_counts_the_year_of_the_spending_whatever_vintage_pays() -> None:
    ledger = Ledger((patch("A", cost_yuan=80),))
    trial = scenario(
        clauses={"minimum_execution": {"years": [FIRST + 1]}, "purse_accounts": "hard"}, carry={"years": 1},
        budgets=[{"source": "municipal", "year": FIRST + i, "yuan": 100 - 50 * i} for i in (0, 1)],
    )  # fmt: skip
    assert findings(ledger, trial, pick("A", FIRST + 1)) == []
    assert findings(ledger, trial, pick("A", FIRST)) == [(f"municipal/{FIRST + 1}", 40)]


def test_holding_sites_is_spending_where_it_is_charged() -> None:
    """1 ha under cover costs 30 a year until it starts; setting up costs the district 7."""
    ledger = Ledger((patch("A", cost_yuan=60),))
    fields: dict[str, Any] = {
        "holding": {"cover_yuan_per_hectare_year": 30, "mobilisation_yuan": 7},
        "clauses": {"minimum_execution": {"percent": 100}},
        "budgets": [
            {"source": "municipal", "year": FIRST, "yuan": 30}, {"source": "municipal", "year": FIRST + 1, "yuan": 60},
            {"source": "district", "district": "North", "year": FIRST + 1, "yuan": 7},
        ],
    }  # fmt: skip
    charged = scenario(charge_holding=True, **fields)
    assert findings(ledger, charged, pick("A", FIRST + 1)) == []
    assert findings(ledger, charged) == [(f"district/North/{FIRST + 1}", 7), (f"municipal/{FIRST + 1}", 30)]
    assert feasible_assignments(ledger, charged) == {(pick("A", FIRST + 1),)}
    assert (f"municipal/{FIRST}", 30) in findings(ledger, scenario(**fields), pick("A", FIRST + 1))


@pytest.mark.usefixtures("in_process")
def test_no_one_sets_up_where_nothing_starts() -> None:
    """The district's 7 can only be spent by a start of works: a plan that says otherwise would be refused."""
    ledger = Ledger((patch("A", cost_yuan=60),))
    fields: dict[str, Any] = {
        "holding": {"mobilisation_yuan": 7}, "charge_holding": True, "mode": "rationed",
        "budgets": [{"source": "district", "district": "North", "year": FIRST, "yuan": 7}],
        "goals": [{"name": "cost"}],
    }  # fmt: skip
    plan = make_plan(ledger, scenario(clauses={"minimum_execution": {"percent": 100}}, **fields))
    assert [(task.patch, task.start) for task in plan.schedule] == [("A", FIRST)]
    soft = {"minimum_execution": {"mode": "soft", "percent": 100}}
    fields["goals"] = [{"name": "soft"}]
    plan = make_plan(
        ledger, scenario(clauses=soft, locks=[{"patch": "A", "kind": "excluded", "reason": "x"}], **fields)
    )
    assert [(b.place, b.amount, b.target) for b in plan.auxiliary.breaches] == [(f"district/North/{FIRST}", 7, 7)]
    assert plan.certificate.audit.clean


@pytest.mark.parametrize(("percent", "found"), [(10, []), (9, [("A", 1)]), (0, [("A", 10)])])
def test_a_cost_keeps_to_its_approved_estimate(percent: int, found: Found) -> None:
    ledger = Ledger((patch("A", cost_yuan=110, approved_yuan=100), patch("B", cost_yuan=999)))
    trial = scenario(clauses={"overspending": {"percent": percent}})
    assert findings(ledger, trial, pick("A", FIRST), pick("B", FIRST)) == found
    assert ((pick("A", FIRST),) in feasible_assignments(ledger, trial)) == (not found)


def test_the_limit_is_rounded_down_and_the_price_is_that_of_the_start_year() -> None:
    """⌊101 · 1.1⌋ = 111; 100 · 1.05 · 1.05^t is 105, 110 and 116: the last year is 5 too dear."""
    ledger = Ledger((patch("A", approved_yuan=101),))
    trial = scenario(clauses={"overspending": "hard"}, price_index={"rate": "0.05"}, contingency_percent="5")
    assert [findings(ledger, trial, pick("A", FIRST + i)) for i in range(3)] == [[], [], [("A", 5)]]
    assert feasible_assignments(ledger, trial) == {(), (pick("A", FIRST),), (pick("A", FIRST + 1),)}


def test_held_softly_the_excess_of_all_patches_is_one_breach() -> None:
    ledger = Ledger((
        patch("A", cost_yuan=115, approved_yuan=100), patch("B", cost_yuan=222, approved_yuan=200),
        patch("C", cost_yuan=3),
    ))  # fmt: skip
    trial = scenario(clauses={"overspending": {"mode": "soft"}})
    picks = [pick(name, FIRST) for name in "ABC"]
    (breach,) = soft_breaches(Case(ledger, trial, build_body(ledger, trial, picks)))
    assert (breach.place, breach.amount, breach.target, breach.unit) == ("approved_yuan", 5 + 2, 110 + 220, "yuan")


@pytest.mark.usefixtures("in_process")
def test_a_cheaper_option_is_chosen_rather_than_a_breach() -> None:
    ledger = Ledger(
        (patch("A", approved_yuan=100, benefit=Decimal(1)),),
        (
            Option(patch="A", option="dear", cost_yuan=130, benefit=Decimal(9)),
            Option(patch="A", option="cheap", cost_yuan=112, benefit=Decimal(1)),
        ),
    )
    trial = scenario(
        clauses={"overspending": {"mode": "soft"}, "completion": "hard"}, goals=[{"name": "soft"}, {"name": "benefit"}]
    )
    plan = make_plan(ledger, trial)
    assert [task.option for task in plan.schedule] == ["cheap"]
    assert [(b.amount, b.target) for b in plan.auxiliary.breaches] == [(2, 110)]


def granted_world(rng: random.Random, clause: str) -> tuple[Ledger, Scenario]:
    """Two patches, base payers of both kinds, and two further sources, one of them no public money."""
    ledger = Ledger(tuple(
        patch(
            name, cost_yuan=rng.choice([3, 7, 8, 11]), ever_licensed=rng.random() < 0.5,
            district=rng.choice(["North", "South"]), cash_flow=rng.random() < 0.5,
            district_shares=rng.choice([(), (("North", Decimal(1)), ("South", Decimal(2)))]),
        )
        for name in "AB"
    ))  # fmt: skip
    settings = {
        "municipal_share": {"percent": rng.choice([30, 50, 70]), "each_year": rng.choice([True, False])},
        "public_works_share": {"percent": rng.choice([30, 50, 70]), "each_year": rng.choice([True, False])},
        "minimum_execution": {
            "percent": rng.choice([10, 40, 100]), "each_purse": rng.choice([True, False]),
            "sources": rng.choice([["central"], ["municipal", "social"], ["district", "central"]]),
            "years": rng.choice([None, [FIRST], [FIRST + 1]]),
        },
    }  # fmt: skip
    purses = (("municipal", None), ("district", "North"), ("district", "South"), ("central", "North"),
              ("central", None), ("social", None))  # fmt: skip
    return ledger, scenario(
        clauses={clause: settings[clause], "payer": {"municipal_share_percent": rng.choice([100, 60])}},
        sources=[{"source": "central", "max_share_percent": rng.choice([50, 100])}, {"source": "social"}],
        budgets=[
            {"source": source, "district": district, "year": year, "yuan": rng.choice([0, 2, 5])}
            for source, district in purses
            for year in (FIRST, FIRST + 1)
        ],
        basis=rng.choice(["commitments", "cash"]),
        price_index={"rate": rng.choice(["0", "0.1"])},
        contingency_percent=rng.choice(["0", "10"]),
        charge_holding=rng.random() < 0.5,
        holding={"cover_yuan_per_hectare_year": 1, "mobilisation_yuan": rng.choice([0, 2])},
    )


@pytest.mark.parametrize("clause", ["municipal_share", "public_works_share", "minimum_execution"])
def test_with_grants_the_rows_hold_exactly_where_the_auditor_is_content(clause: str) -> None:
    """Point by point: picks with grants that `payer` allows are within every row exactly if their body is clean."""
    held = broken = 0
    for seed in range(30):
        rng = random.Random(f"granted-{clause}-{seed}")
        ledger, trial = granted_world(rng, clause)
        formulation = formulate(ledger, trial)
        problem = formulation.problem(GoalName.COST)
        matrix = problem.matrix.toarray()
        column = {formulation.choices.pick(row): row for row in range(len(formulation.choices))}
        for picks in rng.sample(list(assignments(ledger)), k=8):
            x = np.zeros(problem.columns)
            x[[column[own] for own in picks]] = 1
            starts = {own.patch: own.start for own in picks}
            for own in formulation.draft.grants:
                if own.start == starts.get(own.grant.patch) and rng.random() < 0.5:
                    x[own.column] = rng.randint(0, min(6, int(problem.upper[own.column])))
            x = formulation.settled(x)
            activity = matrix @ x
            rows = (activity >= problem.row_lower) & (activity <= problem.row_upper)
            if not all(rows[i] for i, name in enumerate(problem.row_names) if name.startswith(PAYER)):
                continue
            within = bool(np.all(rows))
            body = build_body(ledger, trial, picks, formulation.grants(x))
            assert within == audit_body(ledger, trial, body).clean, (seed, picks, formulation.grants(x))
            granted = bool(body.auxiliary.grants)
            held, broken = held + (within and granted), broken + (granted and not within)
    assert held > 10, held
    assert broken > 10, broken


@pytest.mark.usefixtures("in_process")
def test_a_further_source_can_be_what_makes_the_share() -> None:
    """Municipal 100 of 250 is too little; 50 of social money in place of the district's make it half."""
    ledger = Ledger((patch("A"), patch("B", ever_licensed=False, cost_yuan=150)))
    fields: dict[str, Any] = {
        "clauses": {"municipal_share": "hard", "completion": "hard", "purse_accounts": "hard"},
        "sources": [{"source": "social"}],
    }
    money = [{"source": "municipal", "year": FIRST, "yuan": 100},
             {"source": "district", "district": "North", "year": FIRST, "yuan": 150}]  # fmt: skip
    for social, status in ((50, "optimal"), (49, "impossible")):
        budgets = [*money, {"source": "social", "year": FIRST, "yuan": social}]
        plan = make_plan(ledger, scenario(budgets=budgets, **fields))
        assert plan.status == status
        if social == 50:
            assert sum(own.yuan for own in plan.auxiliary.grants) == 50


def test_a_plan_that_hides_what_a_purse_was_charged_with_is_refused() -> None:
    ledger = Ledger((patch("A"),))
    trial = scenario(
        charge_holding=True, holding={"cover_yuan_per_hectare_year": 30}, clauses={"minimum_execution": {"percent": 1}},
        budgets=[{"source": "municipal", "year": FIRST, "yuan": 100}],
    )  # fmt: skip
    body = build_body(ledger, trial, [])
    assert audit_body(ledger, trial, body).clean
    dear = tuple(charge.model_copy(update={"yuan": charge.yuan + 1}) for charge in body.holding)
    for forged in ((), dear):
        found = audit_body(ledger, trial, body.model_copy(update={"holding": forged})).findings
        assert any(finding.clause == "holding" for finding in found)


def test_the_order_of_patches_does_not_matter() -> None:
    """A ledger of one patch more, with nothing to spend: the same rows."""
    ledger = Ledger((patch("A"), patch("B", ever_licensed=False)))
    trial = scenario(clauses={"municipal_share": "hard"})
    longer = replace(ledger, patches=(patch("Z", cost_yuan=0), *ledger.patches))
    assert rows_of("municipal_share", ledger, trial) == rows_of("municipal_share", longer, trial)


@pytest.mark.usefixtures("in_process")
def test_a_share_of_money_may_need_a_part_of_what_divides_all_amounts() -> None:
    """Costs and budgets in hundreds. The centre must spend 50 or more, the city must lead with 75 % of 200: just 50."""
    ledger = Ledger((patch("A", cost_yuan=200),))
    trial = scenario(
        clauses={
            "completion": "hard", "purse_accounts": "hard", "municipal_share": {"percent": 75},
            "minimum_execution": {"percent": 50, "sources": ["central"]},
        },
        sources=[{"source": "central"}],
        budgets=[
            {"source": "municipal", "year": FIRST, "yuan": 200}, {"source": "central", "year": FIRST, "yuan": 100},
        ],
    )  # fmt: skip
    plan = make_plan(ledger, trial)
    assert {row.source: row.yuan for row in plan.commitments} == {"municipal": 150, "central": 50}
