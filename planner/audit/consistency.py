"""Does the plan say the same thing everywhere? It is built again from its picks and compared leaf by leaf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from planner.audit.case import Case
from planner.plan import AuditFinding, Breach, Pick, Works, build_body
from planner.plan.works import share_payments
from planner.scenario import BASE_SOURCES, Basis
from planner.texts import text


def finding(
    clause: str, key: str, place: str, amount: float | None = None, unit: str = "", **values: Any
) -> AuditFinding:
    """A finding whose words stand in the catalogue under ``audit.<key>``."""
    values = {"place": place, **values}
    return AuditFinding(
        clause=clause,
        place=place,
        amount=amount,
        unit=unit,
        zh=text(f"audit.{key}", "zh", **values),
        en=text(f"audit.{key}", "en", **values),
    )


def inconsistencies(case: Case, breaches: tuple[Breach, ...]) -> Iterator[AuditFinding]:
    """Tasks that cannot be, then every leaf that differs from what the picks give.

    Parameters
    ----------
    case : Case
    breaches : tuple of Breach
        Of soft clauses, as the auditor found them.
    """
    impossible = list(_impossible_tasks(case))
    if not impossible:
        impossible = list(_impossible_grants(case))
    yield from impossible
    if impossible:
        return
    body = case.body
    picks = [Pick(task.patch, task.option, task.start) for task in body.schedule]
    right = build_body(case.ledger, case.scenario, picks, body.auxiliary.grants).model_dump(mode="json")
    right["auxiliary"]["breaches"] = [breach.model_dump(mode="json") for breach in breaches]
    stated = body.model_dump(mode="json")
    for part, key in (
        ("schedule", ("patch",)),
        ("commitments", ("patch", "source", "district", "year", "vintage")),
        ("cash", ("patch", "source", "district", "year", "vintage")),
        ("holding", ("kind", "place", "source", "district", "year", "vintage")),
        ("accounts", ("source", "district", "vintage")),
    ):
        yield from _differences(part, _keyed(stated[part], key), _keyed(right[part], key), part)
    for part in ("auxiliary", "metrics"):
        yield from _differences(part, stated[part], right[part], part)


def _impossible_tasks(case: Case) -> Iterator[AuditFinding]:
    counts = Counter(task.patch for task in case.body.schedule)
    for i, task in enumerate(case.body.schedule):
        place = f"schedule[{i}]"
        patch = case.ledger.by_id.get(task.patch)
        option = next((o for o in case.ledger.options_of(patch) if o.option == task.option), None) if patch else None
        if option is None:
            yield finding("schedule", "unknown_task", place, patch=task.patch, option=task.option)
            continue
        horizon = case.scenario.horizon
        first = max(horizon.first, option.first_start or horizon.first)
        last = min(horizon.last, option.last_start or horizon.last)
        if not first <= task.start <= last:
            off = first - task.start if task.start < first else task.start - last
            yield finding(
                "schedule", "outside_window", task.patch, off, "year", patch=task.patch, start=task.start,
                first=first, last=last,
            )  # fmt: skip
    for patch_id, count in counts.items():
        if count > 1:
            yield finding("schedule", "twice", patch_id, count - 1, "patches", patch=patch_id, count=count)


def _impossible_grants(case: Case) -> Iterator[AuditFinding]:
    """Grants that move money which no base payer owes, or to a source that is not there."""
    horizon, on_cash = case.scenario.horizon, case.scenario.basis is Basis.CASH
    works = Works(case.ledger, case.scenario)
    sources = {source.source for source in case.scenario.sources}
    owed: dict[tuple[str, str, str | None, int], int] = {}
    for task, patch, option in case.tasks:
        own = works.commitments(patch, option, task.start)
        series = share_payments(own, works.payments(patch, option, task.start)) if on_cash else {}
        for purse, yuan in own.items():
            for year, part in series.get(purse, {}).items() if on_cash else [(task.start, yuan)]:
                if year <= horizon.last and purse.source in BASE_SOURCES:
                    owed[task.patch, purse.source, purse.district, year] = part
    for i, grant in enumerate(case.body.auxiliary.grants):
        key = (grant.patch, grant.from_source, grant.from_district, grant.year)
        left = owed.get(key, 0)
        if grant.source not in sources or not 0 < grant.yuan <= left:
            yield finding(
                "auxiliary", "impossible_grant", f"auxiliary.grants[{i}]", max(0, grant.yuan - left), "yuan",
                patch=grant.patch, year=grant.year, payer=grant.from_source, source=grant.source,
                actual=f"{grant.yuan:,}", required=f"{left:,}",
            )  # fmt: skip
        else:
            owed[key] = left - grant.yuan


def _keyed(rows: list[dict[str, Any]], key: tuple[str, ...]) -> dict[str, Any]:
    """Rows by their key, so that an added or dropped row does not shift the others; repeated keys are numbered."""
    keyed: dict[str, Any] = {}
    for row in rows:
        name = "/".join(str(row[field]) for field in key if row[field] is not None)
        while name in keyed:
            name += "'"
        keyed[name] = row
    return keyed


def _differences(clause: str, stated: Any, right: Any, path: str) -> Iterator[AuditFinding]:
    if isinstance(stated, dict) and isinstance(right, dict):
        for key in sorted({*stated, *right}, key=str):
            yield from _differences(clause, stated.get(key), right.get(key), f"{path}[{key}]")
    elif isinstance(stated, list) and isinstance(right, list) and len(stated) == len(right):
        for i, (one, other) in enumerate(zip(stated, right, strict=True)):
            yield from _differences(clause, one, other, f"{path}[{i}]")
    elif stated != right:
        numbers = isinstance(stated, (int, float)) and isinstance(right, (int, float))
        yield finding(
            clause, "differs", path, abs(stated - right) if numbers else None, _unit(path) if numbers else "",
            actual=_short(stated), required=_short(right),
        )  # fmt: skip


def _unit(path: str) -> str:
    if "m2" in path:
        return "m2"
    if "start" in path or "finish]" in path:
        return "year"
    money = ("yuan", "commitments", "cash", "accounts", "budget", "cost")
    return "yuan" if any(word in path for word in money) else ""


def _short(value: Any) -> str:
    words = "–" if value is None else str(value)
    return words if len(words) <= 120 else words[:117] + "…"
