"""Plans that are nearly as good: what each does with a patch, and what it gives up for that."""

from __future__ import annotations

from collections.abc import Mapping

from planner.office.outlook import Said
from planner.office.shown import capital
from planner.office.words import Words
from planner.plan import Plan, Task
from planner.store import Version
from planner.texts import text
from planner.web import parts, work
from planner.web.hand import Hand
from planner.web.seen import Opened

COUNT, WITHIN, SECONDS = 3, "1", 60.0
OPTIONS: Mapping[str, object] = {"count": COUNT, "within": WITHIN, "seconds": SECONDS}


def alternatives(hand: Hand, plan: Version, opened: Opened, patch: str) -> None:
    """Show what plans within some per cent of the best do with a patch, once somebody has asked for them."""
    lang, words = hand.lang, opened.books[hand.lang].words
    parts.heading(text("explain.alternatives", lang))
    label = text("explain.ask_alternatives", lang, count=COUNT, percent=WITHIN, seconds=f"{SECONDS:g}")
    answer = work.answer(hand.desk, "alternatives", plan.id, OPTIONS, lang, label=label, key="ask_alternatives")
    if answer is None:
        parts.quiet(text("explain.alternatives_more", lang, percent=WITHIN))
        return
    found, beside = answer.data, answer.plans
    said, goals = Said(words), list(found["values"])
    heads = [text("explain.which_plan", lang), text("explain.this_patch", lang), text("explain.distance", lang)]
    heads += [capital(said.goal_head(goal)) for goal in goals]
    rows = [[text("explain.the_plan", lang), decided(opened.plan, patch, words), "–",
             *(said.goal(goal, found['values'][goal]) for goal in goals)]]  # fmt: skip
    for one in found["alternatives"]:
        number = str(one["number"])
        other = _plan(hand, int(beside[number])) if number in beside else None
        rows.append(
            [text("explain.alternative", lang, number=number), decided(other, patch, words) if other else "–",
             f"{one['distance']:,}", *(said.goal(goal, one['values'][goal]) for goal in goals)]
        )  # fmt: skip
    parts.table(heads, rows, text_columns=2, name="alternatives")
    if not found["enough"]:
        parts.quiet(text("explain.not_as_many", lang, percent=found["within_percent"]))


def _plan(hand: Hand, version: int) -> Plan:
    return hand.desk.keeping.open_plan(version).plan


def decided(plan: Plan, patch: str, words: Words) -> str:
    """What a plan does with a patch, in a few words."""
    task: Task | None = next((task for task in plan.schedule if task.patch == patch), None)
    if task is None:
        return text("explain.not_planned", words.lang)
    return text(
        "explain.decided", words.lang, start=task.start, finish=task.finish, treatment=words.treatment(task.treatment)
    )
