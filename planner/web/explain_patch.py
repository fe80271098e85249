"""One patch: what its decision rests on, and what every other year would mean, in words and figures."""

from __future__ import annotations

from collections.abc import Sequence

from planner.advice.around import GoalCost
from planner.advice.reasons import Binding, OtherYear, Reasons
from planner.advice.said import Voice
from planner.office.figures import Book
from planner.office.outlook import Said
from planner.office.shown import capital
from planner.office.words import Words
from planner.plan import Purse
from planner.store import Version
from planner.texts import Language, text
from planner.web import parts, work
from planner.web.hand import Hand

SECONDS = 60.0
_SHOWN_MOVES, _SHOWN_ROWS = 8, 6


def reasons(known: Reasons, book: Book) -> None:
    """Show what the decision rests on: priority, what requires it, what has nothing to spare."""
    lang, voice, score = book.words.lang, Voice(book.ledger.meta), known.score
    parts.heading(text("explain.why", lang))
    weights = score.weights
    parts.quiet(
        text(
            "explain.score", lang, tier=score.tier, score=score.score, hazards=score.hazard_points,
            focal=text("explain.focal", lang) if score.focal else "",
            **score.parts,
            **{f"{name}_weight": weights[name] for name in score.parts},
        )
    )  # fmt: skip
    rows = [
        (text("explain.required", lang), voice.clause(name)(lang), text("explain.required_more", lang))
        for name in known.required
    ]
    for lock in known.locks:
        kind = text(f"advice_questions.lock_{lock.kind}", lang, year=lock.year or "")
        rows.append((text("explain.locked", lang), kind, lock.reason))
    tight = text("explain.tight", lang)
    rows += [(tight, voice.clause(row.clause)(lang), row.place.in_(lang) or "–") for row in known.tight]
    if not rows:
        parts.quiet(text("explain.nothing_binds" if known.decision else "explain.nothing_requires", lang))
        return
    heads = [text(f"explain.{key}", lang) for key in ("kind", "clause", "what")]
    parts.table(heads, rows, text_columns=3, long_columns=frozenset((1, 2)), name="reasons")
    if known.tight:
        parts.quiet(text("explain.tight_note", lang))


def years(hand: Hand, plan: Version, known: Reasons, book: Book) -> None:
    """Show every other year: what is known at once, and what solving again says once somebody has asked."""
    lang = hand.lang
    parts.heading(text("explain.years", lang))
    left = [year for year in known.years if year.outcome == "open"]
    answer = None
    if left:
        options = {"patch": known.patch, "seconds": SECONDS}
        label = text("explain.ask_why", lang, years=len(left), seconds=f"{SECONDS:g}")
        found = work.question(hand.desk, "why", plan.id, options, lang, label=label, key="ask_why")
        answer = Reasons.model_validate(found) if found is not None else None
    told = answer or known
    heads = [text(f"explain.{key}", lang) for key in ("year", "outcome", "because", "goals", "moves")]
    rows = [year_row(year, book) for year in told.years]
    parts.table(heads, rows, text_columns=5, long_columns=frozenset((2, 3, 4)), name="years")
    if answer is not None:
        parts.quiet(text("explain.solved_note", lang, seconds=f"{answer.seconds:.0f}"))
    elif left:
        parts.quiet(text("explain.open_note", lang))


def year_row(year: OtherYear, book: Book) -> Sequence[str]:
    """One year: what came of it, why, what the goals come to, and who moves."""
    lang, words = book.words.lang, book.words
    when = str(year.year) if year.year is not None else text("explain.not_planned", lang)
    goals = words.listed(goal_change(goal, words, sure=year.outcome != "open") for goal in year.goals if goal.change)
    if goals and year.outcome == "open":
        goals = text("explain.alone", lang, goals=goals)
    solved = year.outcome in ("optimal", "within_gap")
    moves = [
        text("explain.move", lang, patch=move.patch, before=move.before or "–", after=move.after or "–")
        for move in year.moves[:_SHOWN_MOVES]
    ]
    more = text("explain.more_moves", lang, count=len(year.moves)) if len(year.moves) > _SHOWN_MOVES else ""
    more += text("explain.not_fewest", lang) if year.moves and not year.fewest else ""
    return (
        when, text(f"explain.outcome_{year.outcome}", lang), because(year, words),
        goals or (text("explain.no_change", lang) if solved else "–"),
        (words.listed(moves) + more) or (text("explain.no_moves", lang) if solved else "–"),
    )  # fmt: skip


def because(year: OtherYear, words: Words) -> str:
    """What stands against a year: clauses that forbid it, money that is missing, rows that break."""
    lang, voice = words.lang, Voice(words.meta)
    said = []
    if year.clauses and year.outcome in ("removed", "impossible"):
        said.append(text("explain.forbidden", lang, clauses=voice.clauses(year.clauses)(lang)))
    said += [
        text("explain.missing", lang, purse=words.purse(Purse(one.source, one.district)), year=one.year,
             money=words.money(one.yuan))
        for one in year.missing
    ]  # fmt: skip
    if not year.missing:
        rows = [broken_words(row, voice, lang) for row in year.in_the_way[:_SHOWN_ROWS]]
        said += [text("explain.alone_breaks", lang, rows=words.listed(rows))] if rows else []
    return text("explain.semicolon", lang).join(said) or "–"


def broken_words(row: Binding, voice: Voice, lang: Language) -> str:
    """A row that breaks where the patch alone is moved, and by how much."""
    return text(
        "explain.breaks", lang, clause=voice.clause(row.clause)(lang), place=row.place.in_(lang),
        amount=voice.amount(row.amount, row.unit)(lang),
    ).replace("  ", " ")  # fmt: skip


def goal_change(goal: GoalCost, words: Words, *, sure: bool) -> str:
    """How much a goal changes; with how sure that is, where it was solved for."""
    said = Said(words)

    def amount(value: float) -> str:
        shown = said.goal(goal.name, value)
        return "0" if not shown.strip("-0.") else ("+" if value > 0 else "") + shown

    proof = "proved" if goal.proved else "bounded" if goal.change_bound is not None else "unbounded"
    return text(
        f"explain.change_{proof if sure else 'plain'}", words.lang, goal=capital(said.goal_head(goal.name)),
        change=amount(goal.change), bound="" if goal.change_bound is None else amount(goal.change_bound),
    )  # fmt: skip
