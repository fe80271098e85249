"""A plan that withstands overruns, and what that costs against the plan that assumes none.

Two ways. *Budgeted uncertainty* (after Bertsimas and Sim): the clause `robust_accounts` holds every purse to its
dearest `gamma` patches costing `percent` more. *Quantile reserve*: a part of every budget is set aside that would have
covered the overruns of works in so many of a stress run's draws.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Literal

from pydantic import Field

from executor import Executor
from planner.advice.answer import Answer, Number, changed, price_of
from planner.advice.risks import Risks
from planner.advice.search import plan_with
from planner.advice.stress import Stress, reserve_for, stress
from planner.clauses import Mode
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.model import Effort, warm
from planner.plan import Breach, Plan, PlanStatus
from planner.planning import OnProgress
from planner.scenario import Scenario

MOST_GAMMA = 100_000


class Robust(Answer):
    """A robust plan beside the nominal one.

    Parameters
    ----------
    way : {"gamma", "quantile"}
    gamma, percent : int
        Of the clause `robust_accounts`.
    quantile : float
        Part of the draws that the reserve covers.
    reserve_percent : int
        Of every budget, set aside.
    nominal_status, status : PlanStatus
    nominal, values : dict
        Of the scenario's goals.
    price : dict
        How much worse each goal is than in the nominal plan.
    short : tuple of Breach
        Where no plan withstands all that was asked for: what the purses would still be overdrawn by in the worst case,
        in the plan for which that is the least. Empty where the plan is robust.
    stressed_nominal, stressed : Stress or None
        The same draws for both plans.
    """

    format: Literal["shanfu-robust/1"] = "shanfu-robust/1"
    way: Literal["gamma", "quantile"]
    gamma: int | None = None
    percent: int | None = None
    quantile: float | None = None
    reserve_percent: int | None = None
    nominal_status: PlanStatus
    status: PlanStatus
    nominal: dict[str, Number] = Field(default_factory=dict)
    values: dict[str, Number] = Field(default_factory=dict)
    price: dict[str, Number] = Field(default_factory=dict)
    short: tuple[Breach, ...] = ()
    stressed_nominal: Stress | None = None
    stressed: Stress | None = None
    scenario: Scenario = Field(exclude=True, repr=False)
    nominal_plan: Plan = Field(exclude=True, repr=False)
    plan: Plan = Field(exclude=True, repr=False)


def robust(
    ledger: Ledger,
    scenario: Scenario,
    *,
    gamma: int | None = None,
    percent: int = 10,
    quantile: float | None = None,
    nominal: Plan | None = None,
    draws: int = 1000,
    seed: int = 0,
    risks: Risks | None = None,
    effort: Effort | None = None,
    executor: Executor | None = None,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> Robust:
    """Make a plan that withstands overruns, and state its price.

    Parameters
    ----------
    gamma, percent : int
        So many patches of each purse may cost so much more. Where no plan withstands that, the one that comes nearest
        is given (the clause held softly), with what is still missing in `Robust.short`.
    quantile : float, optional
        Instead of `gamma`: the reserve that covers so large a part of the draws, between 0 and 1.
    nominal : Plan, optional
        The plan without any of this; left out, it is made.
    draws, seed, risks
        Of the stress run that both plans are put to.
    effort : Effort, optional
        For each plan.
    executor : Executor, optional
        Runs the draws of the stress runs.
    on_progress : callable, optional
        As in `make_plan`, of each plan in turn.

    Raises
    ------
    BadInput
        Neither or both of `gamma` and `quantile` are given, or one is out of range.
    """
    _check(gamma, quantile)
    fare = partial(stress, draws=draws, seed=seed, risks=risks, executor=executor)
    with warm(effort or Effort()) as effort:
        before = nominal or plan_with(ledger, scenario, effort, stop, on_progress)
        stressed_before = fare(ledger, scenario, before) if before.status.has_plan else None
        reserve: int | None = None
        if gamma is not None:
            tried = _with_clause(scenario, "robust_accounts", mode=Mode.HARD, gamma=gamma, percent=percent)
        else:
            assert quantile is not None
            reserve = reserve_for(ledger, scenario, before, quantile, draws, seed, risks) if stressed_before else 0
            tried = _with_clause(scenario, "purse_accounts", reserve_percent=reserve)
        plan = plan_with(ledger, tried, effort, stop, on_progress)
        if gamma is not None and plan.status is PlanStatus.IMPOSSIBLE and before.status.has_plan:
            tried = _with_clause(scenario, "robust_accounts", mode=Mode.SOFT, gamma=gamma, percent=percent)
            plan = plan_with(ledger, tried, effort, stop, on_progress)
    values, nominals = ({goal.name: goal.value for goal in made.certificate.goals} for made in (plan, before))
    return Robust(
        way="gamma" if gamma is not None else "quantile",
        gamma=gamma,
        percent=percent if gamma is not None else None,
        quantile=quantile,
        reserve_percent=reserve,
        nominal_status=before.status,
        status=plan.status,
        nominal=nominals,
        values=values,
        price=price_of(scenario, values, nominals),
        short=tuple(breach for breach in plan.auxiliary.breaches if breach.clause == "robust_accounts"),
        stressed_nominal=stressed_before,
        stressed=fare(ledger, tried, plan) if plan.status.has_plan else None,
        scenario=tried,
        nominal_plan=before,
        plan=plan,
    )  # fmt: skip


def _check(gamma: int | None, quantile: float | None) -> None:
    if (gamma is None) == (quantile is None):
        raise BadInput([Finding("advice_outlook.gamma_or_quantile", column="gamma")])
    if gamma is not None and not 0 <= gamma <= MOST_GAMMA:
        raise BadInput([Finding("advice_outlook.out_of_range", {"least": 0}, column="gamma", value=str(gamma))])
    if quantile is not None and not 0 < quantile < 1:
        raise BadInput([Finding("advice_outlook.not_a_share", column="quantile", value=str(quantile))])


def _with_clause(scenario: Scenario, name: str, **settings: object) -> Scenario:
    own = scenario.clause(name)
    return changed(scenario, clauses={**scenario.clauses, name: own.model_copy(update=settings)})
