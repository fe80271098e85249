"""The commands that ask about plans: shortfall, why, worth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from planner.advice.prices import Prices, marginal_prices
from planner.advice.reasons import OtherYear, Reasons, why
from planner.advice.said import Voice
from planner.advice.shortfall import FirstAnswer, ShortfallAnswer, shortfall
from planner.advice.worth import Worth, Worths, worth
from planner.cli.common import (
    EXIT_IMPOSSIBLE,
    EXIT_NOTHING,
    EXIT_OK,
    AsJson,
    Lang,
    PlanPath,
    Seconds,
    SolverName,
    app,
    print_json,
    refusing_bad_input,
    say,
    stopping_on_interrupt,
    words_of,
)
from planner.cli.reading import MappingFile, Places, load
from planner.model import Session
from planner.office.folder import PlanFolder, load_folder
from planner.office.words import goal_words
from planner.plan import Purse
from planner.scenario import changes_text, load_scenario
from planner.texts import Language, text


def _words(key: str, lang: Language, **values: object) -> str:
    return text(f"advice_questions.{key}", lang, **values)


@app.command("shortfall", help=words_of("shortfall_help"))
def shortfall_command(
    ledger: Annotated[Path, typer.Argument(help=words_of("ledger_help"))],
    scenario: Annotated[Path, typer.Argument(help=words_of("scenario_help"))],
    mapping: MappingFile = None,
    places: Places = None,
    solver: SolverName = "highs",
    seconds: Seconds = 120.0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Say why there is no plan, what is missing, and the ways out."""
    with refusing_bad_input(lang, as_json=as_json), stopping_on_interrupt(lang) as stop:
        books = load(ledger, lang, mapping, places, silent=as_json)
        trial = load_scenario(scenario)
        voice = Voice(books.meta)

        def at_once(first: FirstAnswer) -> None:
            for line in first_lines(first, voice, lang):
                say(line)

        answer = shortfall(
            books, trial, solver=solver, seconds=seconds, stop=stop, on_first=None if as_json else at_once
        )
    if as_json:
        print_json(answer.to_dict())
    else:
        for line in shortfall_lines(answer, voice, lang):
            say(line)
        if answer.ways:
            say(_words("cli_apply", lang))
            say(changes_text(trial, answer.ways[0].changes).rstrip())
    raise typer.Exit({True: EXIT_OK, False: EXIT_IMPOSSIBLE, None: EXIT_NOTHING}[answer.possible])


def first_lines(first: FirstAnswer, voice: Voice, lang: Language) -> Iterator[str]:
    """What is known at once, line by line."""
    yield _words("cli_first", lang, seconds=f"{first.seconds:.1f}")
    if first.missing_at_least:
        yield "  " + _words("cli_at_least", lang, money=voice.money(first.missing_at_least)(lang))
    for obstacle in first.obstacles:
        yield "  " + obstacle.said.in_(lang)


def shortfall_lines(answer: ShortfallAnswer, voice: Voice, lang: Language) -> Iterator[str]:
    """The answer after its first part, line by line."""
    if answer.possible is not False:
        yield _words("cli_possible" if answer.possible else "cli_no_answer", lang)
        return
    if answer.missing is not None:
        proof = _words("cli_proved" if answer.missing.proved else "cli_not_proved", lang)
        yield _words("cli_missing", lang, money=voice.money(answer.missing.yuan)(lang), proof=proof)
        for row in answer.missing.missing:
            purse = voice.purse(Purse(row.source, row.district))(lang)
            yield "  " + _words("place", lang, purse=purse, year=row.year, money=voice.money(row.yuan)(lang))
    else:
        yield _words("cli_not_money", lang)
    if answer.conflict is not None:
        yield _words("cli_conflict" if answer.conflict.proved else "cli_conflict_unproved", lang)
        for member in answer.conflict.members:
            yield "  " + member.said.in_(lang)
    yield _words("cli_ways" if answer.ways else "cli_no_ways", lang)
    for number, way in enumerate(answer.ways, start=1):
        least = _words({True: "cli_least", False: "cli_not_least", None: "cli_maybe_less"}[way.least], lang)
        yield f"  {number}. {way.said.in_(lang)} {least}"
    for proved, heading in ((True, "cli_not_enough"), (False, "cli_undecided")):
        changes = [change for change in answer.not_enough if change.proved is proved]
        if changes:
            yield _words(heading, lang)
        for change in changes:
            short = change.missing_at_least
            still = _words("cli_still", lang, money=voice.money(short)(lang)) if short else ""
            yield f"  {change.said.in_(lang)} {still}".rstrip()


@app.command("why", help=words_of("why_help"))
def why_command(
    plan: PlanPath,
    patches: Annotated[list[str] | None, typer.Argument(help=words_of("patches_help"))] = None,
    everything: Annotated[bool, typer.Option("--all", help=words_of("all_prices_help"))] = False,
    solver: SolverName = "highs",
    seconds: Seconds = 60.0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Say why patches are planned as they are, and what other years would cost."""
    named = patches or []
    if not named and not everything:
        raise typer.BadParameter(_words("cli_name_patches", lang))
    with refusing_bad_input(lang, as_json=as_json), stopping_on_interrupt(lang) as stop:
        folder = load_folder(plan)
        if everything:
            prices = marginal_prices(folder.ledger, folder.scenario, folder.plan, named or None)
            if as_json:
                print_json(prices.to_dict())
            else:
                for line in _price_lines(prices, lang):
                    say(line)
            return
        answers = []
        with Session() as session:
            for name in named:
                answer = why(
                    folder.ledger, folder.scenario, folder.plan, name, solver=solver, seconds=seconds / len(named),
                    stop=stop, session=session,
                )  # fmt: skip
                answers.append(answer)
                if not as_json:
                    for line in why_lines(answer, folder, lang):
                        say(line)
    if as_json:
        print_json([answer.to_dict() for answer in answers])


def why_lines(answer: Reasons, folder: PlanFolder, lang: Language) -> Iterator[str]:
    """The reasons of one patch, line by line."""
    voice = Voice(folder.ledger.meta)
    decision = answer.decision
    if decision is None:
        yield _words("cli_unplanned", lang, patch=answer.patch)
    else:
        payers = [
            f"{voice.purse(Purse(p.source, p.district))(lang)} {voice.money(p.yuan)(lang)}" for p in decision.payers
        ]
        yield _words(
            "cli_decided", lang, patch=answer.patch, start=decision.start, finish=decision.finish,
            option=decision.option, payers=_words("comma", lang).join(payers) or "–",
        )  # fmt: skip
    score = answer.score
    yield "  " + _words(
        "cli_score", lang, tier=score.tier, score=score.score, bottom=score.parts["bottom_line"],
        resident=score.parts["resident_impact"], landscape=score.parts["landscape_damage"], points=score.hazard_points,
    )  # fmt: skip
    if answer.required:
        yield "  " + _words("cli_required", lang, clauses=voice.clauses(answer.required)(lang))
    for lock in answer.locks:
        kind = _words(f"lock_{lock.kind}", lang, year=lock.year or "")
        yield "  " + _words("member_lock", lang, patch=answer.patch, kind=kind, reason=lock.reason)
    if answer.tight:
        rows = [f"《{voice.clause(b.clause)(lang)}》{b.place.in_(lang)}" for b in answer.tight]
        yield "  " + _words("cli_tight", lang, rows=_words("comma", lang).join(rows))
    for year in answer.years:
        yield from (f"  {line}" for line in _year_lines(year, voice, lang))
    for group in (*answer.card.groups, *answer.card.options):
        facts = [f"{fact.title.in_(lang)} {fact.value.in_(lang)}" for fact in group.facts if fact.value.in_(lang)]
        if facts:
            yield f"  [{group.title.in_(lang)}] " + _words("semicolon", lang).join(facts)


def _year_lines(year: OtherYear, voice: Voice, lang: Language) -> Iterator[str]:
    when = str(year.year) if year.year is not None else _words("cli_not_planned", lang)
    if year.outcome in ("planned", "no_option", "nothing_found"):
        yield f"{when}  " + _words(f"cli_year_{year.outcome}", lang)
    elif year.outcome in ("removed", "impossible"):
        short = sum(missing.yuan for missing in year.missing)
        because = voice.clauses(year.clauses)(lang)
        if short:
            because += " " + _words("cli_still", lang, money=voice.money(short)(lang))
        yield f"{when}  " + _words(f"cli_year_{year.outcome}", lang, because=because or "–")
    else:
        changes = [
            _words(
                "cli_change", lang, goal=goal_words(goal.name, lang), change=f"{goal.change:+,}",
                proof=_words("cli_exact", lang) if goal.proved else _bound(goal.change_bound, lang),
            )
            for goal in year.goals
            if goal.change
        ]  # fmt: skip
        yield f"{when}  " + (_words("comma", lang).join(changes) or _words("cli_no_change", lang))
        if year.moves:
            moves = [f"{m.patch} {m.before or '–'}→{m.after or '–'}" for m in year.moves[:8]]
            more = "…" if len(year.moves) > 8 else ""
            yield "      " + _words(
                "cli_moves", lang, count=len(year.moves), moves=_words("comma", lang).join(moves) + more
            )
    for row in year.in_the_way[:4]:
        yield "      " + _words(
            "cli_in_the_way", lang, clause=voice.clause(row.clause)(lang), place=row.place.in_(lang),
            amount=voice.amount(row.amount, row.unit)(lang),
        )  # fmt: skip


def _bound(bound: float | None, lang: Language) -> str:
    return _words("cli_unbounded", lang) if bound is None else _words("cli_bounded", lang, bound=f"{bound:+,}")


def _price_lines(prices: Prices, lang: Language) -> Iterator[str]:
    yield _words("cli_prices", lang)
    for patch in prices.patches:
        own = [year.goals for year in patch.years if year.goals is not None]
        goal = next((name for name in prices.goals if any(goals[name] > 0 for goals in own)), None)
        cells = []
        for year in patch.years:
            price = None if year.goals is None else year.goals[goal] if goal else 0.0
            mark = "*" if year.year == patch.start else ""
            cells.append(f"{year.year}{mark} " + ("–" if price is None else f"{price:,.0f}"))
        yield f"{patch.patch}  {goal_words(goal, lang) if goal else '–'}  " + "  ".join(cells)


@app.command("worth", help=words_of("worth_help"))
def worth_command(
    plan: PlanPath,
    step: Annotated[int, typer.Option("--step", min=1, help=words_of("step_help"))] = 1_000_000,
    solver: SolverName = "highs",
    seconds: Seconds = 180.0,
    as_json: AsJson = False,
    lang: Lang = "zh",
) -> None:
    """Say what more money in each purse and year would bring forward."""
    with refusing_bad_input(lang, as_json=as_json), stopping_on_interrupt(lang) as stop:
        folder = load_folder(plan)
        answer = worth(
            folder.ledger, folder.scenario, folder.plan, step_yuan=step, solver=solver, seconds=seconds, stop=stop
        )
    if as_json:
        print_json(answer.to_dict())
        return
    for line in _worth_lines(answer, Voice(folder.ledger.meta), lang):
        say(line)


def _worth_lines(answer: Worths, voice: Voice, lang: Language) -> Iterator[str]:
    yield _words("cli_worth", lang, step=voice.money(answer.step_yuan)(lang), moves=answer.most_moves)
    for one in answer.purses:
        if one.better:
            yield from _gain_lines(one, voice, lang)
    nothing = [_vintage(one, voice, lang) for one in answer.purses if one.asked and not one.better]
    if nothing:
        yield _words("cli_worth_nothing", lang, places=_words("comma", lang).join(nothing))
    not_asked = [_vintage(one, voice, lang) for one in answer.purses if not one.asked]
    if not_asked:
        yield _words("cli_worth_not_asked", lang, places=_words("comma", lang).join(not_asked))
    for goal in answer.without:
        yield _words("cli_worth_without", lang, goal=goal_words(goal.goal, lang), change=f"{goal.change:+,}")
    for idle in answer.idle:
        yield _words(
            "cli_idle" if idle.lapsed else "cli_unpriced", lang, year=idle.year, money=voice.money(idle.lapsed)(lang),
            purse=voice.purse(Purse(idle.source, idle.district))(lang),
        )  # fmt: skip


def _vintage(one: Worth, voice: Voice, lang: Language) -> str:
    return f"{voice.purse(Purse(one.source, one.district))(lang)} {one.year}"


def _gain_lines(one: Worth, voice: Voice, lang: Language) -> Iterator[str]:
    gains = [f"{goal_words(gain.goal, lang)} {gain.change:+,}" for gain in one.goals]
    proof = _words("cli_near_best" if one.proved else "cli_near_found", lang)
    yield f"  {_vintage(one, voice, lang)}  {_words('semicolon', lang).join(gains)} {proof}"
    if one.brought_forward:
        moves = [f"{move.patch} {move.before or '–'}→{move.after}" for move in one.brought_forward]
        yield "      " + _words("cli_forward", lang, moves=_words("comma", lang).join(moves), back=len(one.put_back))
