"""A task in short words: why it stands where it does, who pays, when; and the places that an audit names."""

from __future__ import annotations

from collections.abc import Iterable

from planner.advice.glance import Glance
from planner.clauses import clauses
from planner.office.figures import Book, Item
from planner.office.shown import money
from planner.office.words import Words
from planner.plan import AuditFinding, Purse
from planner.scenario import Lock, LockKind
from planner.texts import Language, catalogue, text
from planner.units import decimal_text, hectares

_SHOWN_CLAUSES = 3


def reason(item: Item | None, known: Glance | None, lang: Language) -> str:
    """Why a patch is planned in its year, or is not planned, as far as it is known without solving."""
    if known is None:
        return ""
    start = item.task.start if item else None
    said = [text("tasks_page.why_focal", lang)] if known.focal else []
    if known.begun is not None:
        said.append(text("tasks_page.why_begun", lang, year=known.begun))
    said += [lock_words(lock, lang) for lock in known.locks]
    if start is not None and known.begun is None and not any(lock.kind is LockKind.YEAR for lock in known.locks):
        said += _years(known, start, lang)
    if start is None and known.required:
        said.append(text("tasks_page.why_required", lang, clauses=_titles(known.required, lang)))
    return _semicolon(lang).join(said)


def _years(known: Glance, start: int, lang: Language) -> Iterable[str]:
    closed = [year for year, against in known.years.items() if year < start and against != ()]
    names = dict.fromkeys(name for year in closed for name in known.years[year] or ())
    if closed:
        key = "why_closed" if names else "why_no_option"
        yield text(f"tasks_page.{key}", lang, years=_span(closed), clauses=_titles(names, lang))
    possible = known.open_years
    if possible == (start,):
        yield text("tasks_page.why_only", lang)
    elif possible and start == possible[0]:
        yield text("tasks_page.why_first", lang)
    elif possible:
        yield text("tasks_page.why_weighed", lang, years=_span(possible))


def lock_words(lock: Lock, lang: Language) -> str:
    """A lock with its reason."""
    return text(
        f"tasks_page.lock_{lock.kind}", lang, year=lock.year, option=Words(lang, {}).option(lock.option or ""),
        reason=lock.reason,
    )  # fmt: skip


def payers(item: Item, book: Book) -> str:
    """Who pays how much for a task."""
    words = book.words
    if item.enterprise_yuan:
        return text("tasks_page.enterprise_pays", words.lang)
    return words.listed(f"{words.purse(purse)} {money(item.committed[purse], words)}" for purse in book.order_of(
        purse for purse, yuan in item.committed.items() if yuan
    ))  # fmt: skip


def clause_title(finding: AuditFinding, lang: Language) -> str:
    """The clause that a finding is about; a start outside an option's years is about the ledger."""
    known = clauses().get(finding.clause)
    return known.title.in_(lang) if known else text("tasks_page.outside_years", lang)


def place_words(place: str, words: Words) -> str:
    """The place of a finding, a purse by its name."""
    source, *rest = place.split("/")
    if f"office.source_{source.partition(':')[0]}" not in catalogue() or not rest or len(rest) > 2:
        return place
    district = rest[0] if len(rest) == 2 else None
    return f"{words.purse(Purse(source, district))} {rest[-1]}"


def amount_words(finding: AuditFinding, words: Words) -> str:
    """By how much a finding breaks its clause, with its unit."""
    amount = finding.amount
    if amount is None:
        return "–"
    if finding.unit == "yuan":
        return f"{decimal_text(int(amount), words.size)} {words.unit}"
    if finding.unit == "m2":
        return f"{hectares(int(amount))} {words('hectare')}"
    unit = text(f"audit.{finding.unit}", words.lang) if finding.unit else ""
    return f"{amount:,} {unit}".strip()


def _titles(names: Iterable[str], lang: Language) -> str:
    known = [clauses()[name].title.in_(lang) for name in names]
    more = text("tasks_page.and_more", lang) if len(known) > _SHOWN_CLAUSES else ""
    return ("、" if lang == "zh" else ", ").join(known[:_SHOWN_CLAUSES]) + more


def _span(years: Iterable[int]) -> str:
    found = sorted(years)
    whole = found == list(range(found[0], found[-1] + 1))
    if len(found) == 1:
        return str(found[0])
    return f"{found[0]}–{found[-1]}" if whole else ", ".join(map(str, found))


def _semicolon(lang: Language) -> str:
    return "；" if lang == "zh" else "; "
