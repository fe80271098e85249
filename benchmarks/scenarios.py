"""Plan every shipped scenario and print the tables of docs/scenarios.md.

Run by hand: ``python benchmarks/scenarios.py [SECONDS]`` (60 by default, for each scenario).
"""

from __future__ import annotations

import sys
from pathlib import Path

from planner import Plan, load_ledger, load_scenario, make_plan
from planner.plan import Metrics
from planner.units import M2_PER_HECTARE, two_digits

SHIPPED = Path(__file__).parents[1] / "data" / "beijing"
ORDER = [
    "base", "contingency", "free-2021", "front-loaded", "late-tranche", "municipal-80", "municipal-50", "central-grant",
    "programmes", "cheapest", "tight-rationed",
]  # fmt: skip
GOALS = ["waiting_focal", "waiting_tier_1", "waiting_tiers_2_3", "cost", "benefit"]


def row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(*cells: object) -> None:
    print()
    row(*cells)
    row(*("---" for _ in cells))


def measured(plan: Plan) -> Metrics:
    if plan.metrics is None:
        raise SystemExit(f"no plan: {plan.certificate.status} {plan.certificate.message}")
    return plan.metrics


def goal_cell(plan: Plan, name: str) -> str:
    for goal in plan.certificate.goals:
        if goal.name == name:
            proof = "proved" if goal.proved else "–" if goal.gap is None else f"{goal.gap:.3%}".replace("%", " %")
            return f"{goal.value:,} ({proof})"
    return f"{measured(plan).goals[name]:,}"


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    ledger = load_ledger(SHIPPED / "ledger.xlsx")
    plans: dict[str, Plan] = {}
    for name in ORDER:
        plans[name] = make_plan(ledger, load_scenario(SHIPPED / "scenarios" / f"{name}.toml"), seconds=seconds)
        certificate = plans[name].certificate
        print(f"{name}: {certificate.status}, {certificate.seconds:.0f} s", file=sys.stderr)
    years = list(measured(plans["base"]).task_area_m2)
    head("scenario", *years, "total")
    for name, plan in plans.items():
        metrics = measured(plan)
        areas = [two_digits(metrics.task_area_m2[year], M2_PER_HECTARE, least=2) for year in years]
        row(f"`{name}`", *areas, two_digits(metrics.total_area_m2, M2_PER_HECTARE, least=2))
    head("scenario", *years, "total", "cover", "tail", "unused")
    for name, plan in plans.items():
        metrics = measured(plan)
        money = [f"{metrics.commitments_yuan[year] / 1e4:,.0f}" for year in years]
        unused = sum(account.lapsed for account in plan.accounts)
        row(
            f"`{name}`", *money, f"{metrics.total_yuan / 1e4:,.0f}", f"{metrics.cover_yuan / 1e4:,.2f}",
            f"{metrics.tail_yuan / 1e4:,.2f}", f"{unused / 1e4:,.0f}",
        )  # fmt: skip
    head("scenario", *(f"`{goal}`" for goal in GOALS))
    for name, plan in plans.items():
        row(f"`{name}`", *(goal_cell(plan, goal) for goal in GOALS))
    head("of", "`base`", "`cheapest`")
    both = [plans["base"], plans["cheapest"]]
    tier_1 = {patch.patch for patch in ledger.patches if patch.tier == 1}
    focal = {
        patch.patch for patch in ledger.patches
        if patch.treatment != "natural" and (patch.hazard_points or (patch.focal and patch.kind == "exposed_rock_face"))
    }  # fmt: skip
    first = years[0]
    row("cover of waiting sites, 万元", *(f"{measured(plan).cover_yuan / 1e4:,.2f}" for plan in both))
    for label, until in (("first year", first), ("first two years", first + 1)):
        areas = [sum(a for y, a in measured(plan).task_area_m2.items() if y <= until) for plan in both]
        row(f"task area {label}, ha", *(two_digits(area, M2_PER_HECTARE, least=2) for area in areas))
        hazards = [sum(n for y, n in measured(plan).hazards_removed.items() if y <= until) for plan in both]
        row(f"hazard points removed {label}", *hazards)
    row("`tight-rationed`: patches left out", len(measured(plans["tight-rationed"]).unscheduled), "")
    for label, patches in (("tier-1", tier_1), ("focal rock faces and hazard patches", focal)):
        started = [sum(task.start == first and task.patch in patches for task in plan.schedule) for plan in both]
        row(f"{label} started in {first}, of {len(patches)}", *started)


if __name__ == "__main__":
    main()
