"""Comparisons and what may come, as markdown in one language: for the terminal, a file, a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from planner.advice.alternatives import Alternatives
from planner.advice.answer import Answer, Number
from planner.advice.compare import Against, Comparison
from planner.advice.frontier import Frontier
from planner.advice.ladder import Ladder
from planner.advice.replan import Move, Replan
from planner.advice.robust import Robust
from planner.advice.stress import PurseTotal, PurseYear, Stress
from planner.office.words import Words, at_most_percent, goal_words
from planner.plan import PlanStatus, Purse
from planner.scenario import GoalName
from planner.texts import Language, text
from planner.units import decimal_text, hectares

MOST_ROWS = 40  # of a list of patches; the JSON has them all


def markdown(answer: Answer, words: Words) -> str:
    """An answer as markdown.

    Parameters
    ----------
    answer : Comparison, Frontier, Alternatives, Ladder, Stress, Robust or Replan
    words : Words
        Language and units.
    """
    writers: dict[type[Answer], Callable[[Any, Said], Iterator[str]]] = {
        Comparison: _comparison, Frontier: _frontier, Alternatives: _alternatives, Ladder: _ladder, Stress: _stress,
        Robust: _robust, Replan: _replan,
    }  # fmt: skip
    return "\n".join(writers[type(answer)](answer, Said(words))) + "\n"


class Said:
    """Texts of this room, and figures in words.

    Parameters
    ----------
    words : Words
    """

    def __init__(self, words: Words) -> None:
        self.words = words
        self.lang: Language = words.lang

    def __call__(self, key: str, **values: Any) -> str:
        """One text; ``{unit}`` is the money unit."""
        return text(f"advice_outlook.{key}", self.lang, **{"unit": self.words.unit, **values})

    def heads(self, *keys: str) -> list[str]:
        """Heads of a table."""
        return [self(f"head_{key}") for key in keys]

    def money(self, yuan: Number) -> str:
        """An amount in the money unit, without its name."""
        return decimal_text(int(yuan), self.words.size, least=2)

    def goal(self, name: str, value: Number | None) -> str:
        """A goal's value in the unit that documents show it in."""
        if value is None:
            return "–"
        if name.startswith("waiting"):
            return f"{float(Fraction(value) / 10_000):,.2f}"
        if name == GoalName.COST:
            return self.money(value)
        if name in (GoalName.AREA, GoalName.TIER_AREA, GoalName.EVENNESS):
            return hectares(int(value), least=2)
        return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"

    def goal_head(self, name: str) -> str:
        """A goal's name with its unit."""
        unit = {"cost": self.words.unit, "benefit": "", "soft": "ppm", "scattered": "", "moves": ""}.get(name)
        if unit is None:
            unit = self.words("goal_unit_waiting") if name.startswith("waiting") else self.words("hectare")
        return goal_words(name, self.lang) + (f" ({unit})" if unit else "")

    def purse(self, source: str, district: str | None) -> str:
        """A purse in words."""
        return self.words.purse(Purse(source, district)) if source else self("all_purses")

    def status(self, status: PlanStatus) -> str:
        """An outcome in a word or two."""
        return self(f"status_{status}")

    def decision(self, decision: tuple[str, int] | None) -> str:
        """Year, and option where it is not the standard one."""
        if decision is None:
            return "–"
        option = "" if decision[0] == "standard" else f" {decision[0]}"
        return f"{decision[1]}{option}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A markdown table."""
    yield "| " + " | ".join(heads) + " |"
    yield "| " + " | ".join("---" for _ in heads) + " |"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"


def _comparison(found: Comparison, said: Said) -> Iterator[str]:
    first = found.sides[0]
    yield f"# {said('compare_title')}"
    yield ""
    yield said("compare_yardstick", name=first.name)
    yield ""
    rows = [[said("row_status"), *(said.status(side.status) for side in found.sides)]]
    rows += [
        [said.goal_head(goal), *(said.goal(goal, side.goals.get(goal)) for side in found.sides)] for goal in first.goals
    ]
    rows.append([said("row_planned"), *(str(side.planned) for side in found.sides)])
    rows.append([said("row_money"), *(said.money(side.total_yuan) for side in found.sides)])
    for year in first.task_area_m2:
        areas = (hectares(side.task_area_m2.get(year, 0), least=2) for side in found.sides)
        rows.append([said("row_area_year", year=year), *areas])
    for year in first.commitments_yuan:
        rows.append(
            [
                said("row_money_year", year=year),
                *(said.money(side.commitments_yuan.get(year, 0)) for side in found.sides),
            ]
        )
    rows.append([said("row_gini_waited"), *(f"{side.fairness.gini_waited:.4f}" for side in found.sides)])
    rows.append([said("row_gini_money"), *(f"{side.fairness.gini_yuan_per_hectare:.4f}" for side in found.sides)])
    yield from table(["", *(side.name for side in found.sides)], rows)
    lacks = [(side.name, lack) for side in found.sides for lack in side.incomparable]
    if lacks:
        yield ""
        yield f"## {said('compare_not')}"
        yield ""
        for name, lack in lacks:
            yield f"- {name}: " + said(f"not_{lack.kind}", count=lack.count, items=said.words.listed(lack.items))
    for side, against in zip(found.sides[1:], found.against, strict=True):
        yield ""
        yield f"## {said('compare_against', name=side.name, first=first.name)}"
        yield ""
        heads = said.heads("district", "waited_before", "waited", "change", "verdict", "money_before", "money")
        rows = [
            [
                b.district, _years(a.waited), _years(b.waited), _years(b.change_years, "+"),
                said(f"verdict_{b.verdict}"), said.money(a.yuan), said.money(b.yuan),
            ]
            for a, b in zip(first.districts, side.districts, strict=True)
        ]  # fmt: skip
        yield from table(heads, rows)
        yield ""
        yield from _changes(against, said)


def _years(value: float | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.3f}"


def _changes(against: Against, said: Said) -> Iterator[str]:
    kinds = [change.kind for change in against.changes]
    yield said(
        "changes",
        total=len(kinds),
        **{kind: kinds.count(kind) for kind in ("moved", "option", "payer", "entered", "left")},
    )
    yield ""
    rows = [
        [
            change.patch,
            change.district,
            said(f"kind_{change.kind}"),
            said.decision(change.before),
            said.decision(change.after),
        ]
        for change in against.changes[:MOST_ROWS]
    ]
    if rows:
        yield from table(said.heads("patch", "district", "kind", "before", "after"), rows)
        yield from _more(len(kinds), said)
    rows = [
        [said.purse(row.source, row.district), str(row.year), said.money(row.before), said.money(row.after),
         said.money(row.after - row.before), said.money(row.budget_after - row.budget_before)]
        for row in against.funding
    ]  # fmt: skip
    if rows:
        yield ""
        yield from table(said.heads("purse", "year", "money_before", "money", "more", "more_budget"), rows)


def _more(count: int, said: Said) -> Iterator[str]:
    if count > MOST_ROWS:
        yield ""
        yield said("more_rows", count=count - MOST_ROWS)


def _frontier(found: Frontier, said: Said) -> Iterator[str]:
    yield f"# {said('frontier_title', goals=said.words.listed(goal_words(goal, said.lang) for goal in found.goals))}"
    yield ""
    if not found.points:
        yield said("nothing", status=said.status(found.status))
        return
    heads = [*said.heads("number"), *(said.goal_head(goal) for goal in found.goals), *said.heads("proof", "knee")]
    rows = []
    for point in found.points:
        gaps = [gap for gap in point.gaps.values() if gap is not None]
        proof = said("proved") if point.proved else said("within", percent=at_most_percent(max(gaps))) if gaps else "–"
        values = (said.goal(goal, point.values[goal]) for goal in found.goals)
        rows.append([str(point.number), *values, proof, said("knee") if point.knee else ""])
    yield from table(heads, rows)
    yield ""
    yield said("frontier_complete" if found.complete else "frontier_exact" if found.exact else "frontier_open")
    if found.dropped or found.failed:
        yield said("frontier_dropped", dropped=found.dropped, failed=len(found.failed))


def _alternatives(found: Alternatives, said: Said) -> Iterator[str]:
    yield f"# {said('alternatives_title', percent=found.within_percent)}"
    yield ""
    if not found.status.has_plan:
        yield said("nothing", status=said.status(found.status))
        return
    names = list(found.values)
    rows = [[said("best"), "–", "–", *(said.goal(name, found.values[name]) for name in names)]]
    rows += [
        [str(one.number),
         said("distance_proved" if one.proved else "distance_open", distance=one.distance, most=one.most),
         said.words.listed(map(str, one.distances)), *(said.goal(name, one.values[name]) for name in names)]
        for one in found.alternatives
    ]  # fmt: skip
    yield from table([*said.heads("number", "distance", "distances"), *map(said.goal_head, names)], rows)
    if not found.enough:
        yield ""
        yield said("no_more")


def _ladder(found: Ladder, said: Said) -> Iterator[str]:
    yield f"# {said('ladder_title', anchor=found.anchor)}"
    yield ""
    names = list(dict.fromkeys(name for rung in found.rungs for name in rung.own or rung.values))
    heads = said.heads("scale", "budget", "outcome", "planned")
    for name in names:
        heads += [said.goal_head(name), said("price_of", goal=goal_words(name, said.lang))]
    rows = []
    for rung in found.rungs:
        row = [f"× {rung.scale}", said.money(rung.budget), said.status(rung.status), str(rung.planned)]
        for name in names:
            row += [said.goal(name, rung.values.get(name)), said.goal(name, rung.price.get(name))]
        rows.append(row)
    yield from table(heads, rows)
    yield ""
    yield said("ladder_note")
    yield from _open_prices([*(rung.status for rung in found.rungs), *(rung.own_status for rung in found.rungs)], said)


def _open_prices(statuses: Sequence[PlanStatus], said: Said) -> Iterator[str]:
    """A price between plans that are not proved may be a matter of the search."""
    if PlanStatus.WITHIN_GAP in statuses:
        yield ""
        yield said("price_open")


def _stress(found: Stress, said: Said) -> Iterator[str]:
    yield f"# {said('stress_title', draws=found.draws, seed=found.seed)}"
    yield ""
    heads = said.heads("purse", "year", "holds", "interval", "money", "p50", "p80", "p95", "mean_over", "over95", "ten")
    every: list[PurseTotal] = [found.all, *found.purses, *found.years]
    rows = [
        [
            said.purse(row.source, row.district),
            str(row.year) if isinstance(row, PurseYear) else said("all_years"),
            f"{row.holds:.1%}",
            f"{row.low:.1%}–{row.high:.1%}",
            *map(said.money, (row.planned, row.need.p50, row.need.p80, row.need.p95)),
            *map(said.money, (row.overdrawn.mean, row.overdrawn.p95, row.at_ten_percent)),
        ]
        for row in every
    ]
    yield from table(heads, rows)
    yield ""
    yield said("stress_note")


def _robust(found: Robust, said: Said) -> Iterator[str]:
    yield f"# {said('robust_title')}"
    yield ""
    if found.way == "gamma":
        yield said("robust_gamma", gamma=found.gamma, percent=found.percent)
    else:
        yield said("robust_quantile", quantile=f"{found.quantile:.0%}", reserve=found.reserve_percent)
    yield ""
    if not found.status.has_plan:
        yield said("nothing", status=said.status(found.status))
        return
    rows = [
        [said.goal_head(name), said.goal(name, found.nominal.get(name)), said.goal(name, found.values[name]),
         said.goal(name, found.price.get(name))]
        for name in found.values
    ]  # fmt: skip
    if found.stressed is not None and found.stressed_nominal is not None:
        one, other = found.stressed_nominal.all, found.stressed.all
        rows.append([said("row_holds"), f"{one.holds:.1%}", f"{other.holds:.1%}", ""])
        rows.append([said("row_mean_over"), said.money(one.overdrawn.mean), said.money(other.overdrawn.mean), ""])
        rows.append([said("row_ten"), said.money(one.at_ten_percent), said.money(other.at_ten_percent), ""])
    yield from table(["", said("nominal"), said("robust"), said("price")], rows)
    yield from _open_prices([found.nominal_status, found.status], said)
    if found.short:
        yield ""
        yield said("robust_short")
        yield ""
        for breach in found.short:
            source, _, district = breach.place.partition("/")
            yield f"- {said.purse(source, district or None)}: {said.money(breach.amount)} {said.words.unit}"


def _replan(found: Replan, said: Said) -> Iterator[str]:
    yield f"# {said('replan_title', year=found.as_of)}"
    yield ""
    yield said("replan_past", recorded=said.words.listed(map(str, found.recorded)) or "–",
               approved=said.words.listed(map(str, found.approved)) or "–")  # fmt: skip
    for one in found.overtaken:
        yield f"- {said('overtaken')}: {one.zh if said.lang == 'zh' else one.en}"
    for row in found.money:
        yield "- " + said(
            "past_money", purse=said.purse(row.source, row.district), year=row.year, planned=said.money(row.planned),
            paid=said.money(row.paid), missing=said.money(row.missing), left=said.money(row.left),
        )  # fmt: skip
    yield ""
    if not found.status.has_plan:
        yield said("nothing", status=said.status(found.status))
        return
    yield said("replan_moves", count=found.moves_counted, forced=found.forced, listed=len(found.moves))
    yield ""
    goals = [[said.goal_head(n), said.goal(n, found.before[n]), said.goal(n, found.after[n])] for n in found.after]
    yield from table(["", said("head_before"), said("head_after")], goals)
    yield ""
    rows = [
        [move.patch, move.district, said(f"kind_{move.kind}"), said.decision(move.before), said.decision(move.after),
         _reason(move, said), _brings(move, said)]
        for move in found.moves[:MOST_ROWS]
    ]  # fmt: skip
    if rows:
        yield from table(said.heads("patch", "district", "kind", "before", "after", "reason", "brings"), rows)
        yield from _more(len(found.moves), said)


def _reason(move: Move, said: Said) -> str:
    return said(f"reason_{move.reason}", words=move.zh if said.lang == "zh" else move.en)


def _brings(move: Move, said: Said) -> str:
    parts = [f"{goal_words(name, said.lang)} {said.goal(name, value)}" for name, value in move.brings.items() if value]
    return said.words("comma").join(parts) or "–"
