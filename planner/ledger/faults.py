"""The faults across cells that a ledger can have: one small function each, named as the fault is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from planner.findings import Level
from planner.ledger.cells import NOTHING
from planner.ledger.check import (
    Book,
    Fault,
    Named,
    Placed,
    Shown,
    book_check,
    bounds_check,
    option_check,
    pair_check,
    patch_check,
)
from planner.ledger.schema import Kind, columns
from planner.ledger.spelling import REWRITTEN
from planner.ledger.types import Option, Patch, Status, Treatment

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years outside are taken for slips."""
COMPARED_IDS = 5_000
"""In a larger ledger no resembling id is looked for: it would take a second for each option."""

_PARTS = ("hazard_removal_yuan", "land_levelling_yuan", "revegetation_yuan", "rock_face_yuan")
_DATES = tuple(name for name, column in columns(Patch).items() if column.kind is Kind.DATE)
_REACHED = {
    "actual_start": Status.UNDER_WAY,
    "actual_finish": Status.FINISHED,
    "accepted_date": Status.ACCEPTED,
}
"""The status that a patch has reached once it has the date."""


# Ids


@book_check()
def patch_twice(book: Book) -> Placed:
    """A patch id stands in more than one row."""
    for row in book.patches.rows:
        first = None if "patch" in row.unread else book.patch_rows[row.item.patch]
        if first is not None and first is not row and first.home is row.home:
            yield row, Fault("patch", {"first": first.number})


@patch_check("patch", level=Level.WARNING)
def id_rewritten(patch: Patch) -> Iterator[Fault]:
    """An id that was a number for a while, or has the mark that programs put before texts."""
    for pattern in REWRITTEN:
        if found := pattern.fullmatch(patch.patch):
            yield Fault("patch", {"said": found.group(1)}, {"patch": found.group(1)})


@book_check()
def patch_in_two_sheets(book: Book) -> Placed:
    """A patch id stands in two sheets."""
    for row in book.patches.rows:
        if "patch" not in row.unread and (first := book.patch_rows[row.item.patch]).home is not row.home:
            yield row, Fault("patch", {"first": first.number, "named": first.home.table.sheet})


@book_check()
def option_twice(book: Book) -> Placed:
    """An option id stands more than once under the same patch."""
    first: dict[tuple[str, str], int] = {}
    for row in book.option_rows:
        if row.unread.isdisjoint(("patch", "option")):
            number = first.setdefault((row.item.patch, row.item.option), row.number)
            if number != row.number:
                yield row, Fault("option", {"first": number, "patch": row.item.patch})


@book_check()
def option_of_no_patch(book: Book) -> Placed:
    """An option belongs to a patch that is not in the ledger."""
    compared = book.patch_rows if len(book.patch_rows) <= COMPARED_IDS else ()
    for row in book.option_rows:
        if "patch" not in row.unread and row.item.patch not in book.patch_rows:
            near = difflib.get_close_matches(row.item.patch, compared, n=1)
            yield row, Fault("patch", {"nearest": near[0] if near else NOTHING}, {"patch": near[0]} if near else {})


# One value alone

bounds_check("area_too_small", Patch, "area_m2", least=1)
bounds_check("tier_unknown", Patch, "tier", least=1, most=3)
bounds_check("score_out_of_range", Patch, "bottom_line", "resident_impact", "landscape_damage", least=0, most=100)
bounds_check("count_negative", Patch, "hazard_points", least=0)
bounds_check("duration_too_short", Patch, "duration_years", least=1)
bounds_check("duration_too_short", Option, "duration_years", least=1)


def _swapped(patch: Patch) -> dict[str, float]:
    """The two coordinates the other way round, where they were likely given so."""
    x, y = patch.longitude, patch.latitude
    return {"longitude": y, "latitude": x} if x is not None and y is not None and abs(x) <= 90 < abs(y) <= 180 else {}


bounds_check("coordinate_out_of_range", Patch, "longitude", least=-180, most=180)
bounds_check("coordinate_out_of_range", Patch, "latitude", least=-90, most=90, mend=_swapped)
bounds_check(
    "year_implausible", Patch, "closure_year", "tenure_clear_from", "planned_year", least=FIRST_YEAR, most=LAST_YEAR
)
bounds_check("year_implausible", Option, "first_start", "last_start", least=FIRST_YEAR, most=LAST_YEAR)
bounds_check("year_implausible", Patch, *_DATES, least=FIRST_YEAR, most=LAST_YEAR, of="year")


# Patches


@patch_check("longitude", "latitude")
def coordinate_alone(patch: Patch) -> Iterator[Fault]:
    """Only one of the two coordinates is given."""
    if (patch.longitude is None) != (patch.latitude is None):
        empty, other = ("longitude", "latitude") if patch.longitude is None else ("latitude", "longitude")
        yield Fault(empty, {"other": Named(other)})


@patch_check("area_m2", "patch_area_m2")
def patch_area_below_unrestored(patch: Patch) -> Iterator[Fault]:
    """The whole patch is smaller than what of it is still to restore."""
    if patch.patch_area_m2 is not None and patch.patch_area_m2 < patch.area_m2:
        yield Fault("patch_area_m2", {"area": Shown("area_m2", patch.area_m2), "part": Named("area_m2")})


@patch_check("area_m2", "patch_area_m2", "accepted_area_m2")
def accepted_area_above_patch(patch: Patch) -> Iterator[Fault]:
    """More was accepted than the patch has."""
    whole = "area_m2" if patch.patch_area_m2 is None else "patch_area_m2"
    area = getattr(patch, whole)
    if patch.accepted_area_m2 is not None and patch.accepted_area_m2 > area:
        yield Fault("accepted_area_m2", {"area": Shown(whole, area), "whole": Named(whole)})


@patch_check("cost_yuan", *_PARTS)
def parts_do_not_sum(patch: Patch) -> Iterator[Fault]:
    """The parts of the cost, where any is given, are not the whole of it."""
    parts = [part for name in _PARTS if (part := getattr(patch, name)) is not None]
    if parts and sum(parts) != patch.cost_yuan:
        difference = abs(patch.cost_yuan - sum(parts))
        yield Fault(
            "cost_yuan",
            {"parts": Shown("cost_yuan", sum(parts)), "difference": Shown("cost_yuan", difference)},
        )


@patch_check("kind", "cost_yuan")
def enterprise_cost(patch: Patch) -> Iterator[Fault]:
    """A mine that its enterprise restores has a government cost."""
    if patch.by_enterprise and patch.cost_yuan != 0:
        yield Fault("cost_yuan", {"kind": Shown("kind", patch.kind)}, {"cost_yuan": 0})


@patch_check("treatment", "core_reserve", "irreversible_damage")
def core_reserve_works(patch: Patch) -> Iterator[Fault]:
    """Artificial restoration in a core zone where damage is not irreversible (chapter 4, section 2)."""
    if barred_works(patch):
        values = {"core": Named("core_reserve"), "damage": Named("irreversible_damage")}
        yield Fault("treatment", values, {"treatment": Treatment.NATURAL})


@patch_check("ever_licensed", "licence_until")
def licence_never_held(patch: Patch) -> Iterator[Fault]:
    """A licence that never existed has a last day."""
    if patch.licence_until is not None and not patch.ever_licensed:
        licensed = Shown("ever_licensed", patch.ever_licensed)
        yield Fault("licence_until", {"other": Named("ever_licensed"), "licensed": licensed})


@patch_check("actual_start", "actual_finish")
def finish_before_start(patch: Patch) -> Iterator[Fault]:
    """Works ended before they began."""
    if patch.actual_start and patch.actual_finish and patch.actual_finish < patch.actual_start:
        yield Fault("actual_finish", {"other": Named("actual_start"), "start": patch.actual_start.isoformat()})


@patch_check("actual_finish", "accepted_date")
def accepted_before_finish(patch: Patch) -> Iterator[Fault]:
    """Works were accepted before they ended."""
    if patch.actual_finish and patch.accepted_date and patch.accepted_date < patch.actual_finish:
        yield Fault("accepted_date", {"other": Named("actual_finish"), "finish": patch.actual_finish.isoformat()})


@patch_check("status", *_REACHED, level=Level.WARNING)
def status_without_date(patch: Patch) -> Iterator[Fault]:
    """The status says that something is done whose date is missing."""
    order = list(Status)
    for date, reached in _REACHED.items():
        if getattr(patch, date) is None and order.index(patch.status) >= order.index(reached):
            yield Fault(date, {"other": Named("status"), "status": Shown("status", patch.status)})


@patch_check("status", *_REACHED, level=Level.WARNING)
def status_behind_dates(patch: Patch) -> Iterator[Fault]:
    """A date says that more is done than the status says."""
    order = list(Status)
    for date, reached in reversed(_REACHED.items()):
        if getattr(patch, date) is not None and order.index(patch.status) < order.index(reached):
            shown = Shown(date, getattr(patch, date))
            yield Fault(
                "status", {"other": Named(date), "date": shown, "likely": Shown("status", reached)}, {"status": reached}
            )
            return


@patch_check("treatment", "status", "verified_on")
def closed_without_verification(patch: Patch) -> Iterator[Fault]:
    """Natural recovery was accepted or closed out before anyone verified it (chapter 4, section 4)."""
    done = patch.status in (Status.ACCEPTED, Status.CLOSED)
    if patch.treatment is Treatment.NATURAL and done and patch.verified_on is None:
        yield Fault(
            "verified_on",
            {
                "treatment": Shown("treatment", patch.treatment),
                "other": Named("status"),
                "status": Shown("status", patch.status),
            },
        )


@patch_check("district_shares")
def share_not_positive(patch: Patch) -> Iterator[Fault]:
    """A district's weight is zero or less."""
    for district, weight in patch.district_shares:
        if weight <= 0:
            yield Fault("district_shares", {"district": district, "weight": format(weight, "f")})


@patch_check("district_shares")
def share_twice(patch: Patch) -> Iterator[Fault]:
    """A district has more than one weight."""
    names = [district for district, _ in patch.district_shares]
    for district in dict.fromkeys(names):
        if names.count(district) > 1:
            yield Fault("district_shares", {"district": district})


@patch_check("district", "district_shares")
def share_without_own(patch: Patch) -> Iterator[Fault]:
    """The patch's own district has no weight."""
    if patch.district_shares and patch.district not in dict(patch.district_shares):
        yield Fault("district_shares", {"district": patch.district})


# Options


@option_check("cost_yuan", "cash_yuan")
def cash_does_not_sum(option: Option) -> Iterator[Fault]:
    """The payments are not the whole cost."""
    if option.cash_yuan is not None and sum(option.cash_yuan) != option.cost_yuan:
        difference = abs(option.cost_yuan - sum(option.cash_yuan))
        yield Fault(
            "cash_yuan",
            {
                "paid": Shown("cost_yuan", sum(option.cash_yuan)),
                "cost": Shown("cost_yuan", option.cost_yuan),
                "difference": Shown("cost_yuan", difference),
                "other": Named("cost_yuan"),
            },
        )


@option_check("cash_yuan")
def payment_negative(option: Option) -> Iterator[Fault]:
    """A payment is negative."""
    for year, paid in enumerate(option.cash_yuan or (), start=1):
        if paid < 0:
            yield Fault("cash_yuan", {"year": year, "paid": Shown("cash_yuan", (paid,))})


@option_check("first_start", "last_start")
def start_window_empty(option: Option) -> Iterator[Fault]:
    """The last start year is before the first."""
    if option.first_start is not None and option.last_start is not None and option.first_start > option.last_start:
        yield Fault("last_start", {"first": option.first_start, "other": Named("first_start")})


@pair_check("treatment", patch=("treatment",))
def natural_option(option: Option, patch: Patch) -> Iterator[Fault]:
    """Natural recovery as an option: options are works, and natural recovery has none."""
    if (option.treatment or patch.treatment) is Treatment.NATURAL:
        yield Fault("treatment", {"patch": patch.patch, "natural": Shown("treatment", Treatment.NATURAL)})


@pair_check("treatment", patch=("core_reserve", "irreversible_damage"))
def core_reserve_option(option: Option, patch: Patch) -> Iterator[Fault]:
    """An option of artificial restoration in a core zone where damage is not irreversible."""
    if _barred(patch) and option.treatment is Treatment.ARTIFICIAL:
        yield Fault("treatment", {"patch": patch.patch})


@pair_check("cost_yuan", patch=("kind",))
def enterprise_option_cost(option: Option, patch: Patch) -> Iterator[Fault]:
    """An option of a mine that its enterprise restores has a government cost."""
    if patch.by_enterprise and option.cost_yuan != 0:
        yield Fault("cost_yuan", {"patch": patch.patch}, {"cost_yuan": 0})


@pair_check("special", patch=("special_candidate",))
def special_not_candidate(option: Option, patch: Patch) -> Iterator[Fault]:
    """A distinctive project on a patch that is no candidate for one."""
    if option.special and not patch.special_candidate:
        yield Fault("special", {"patch": patch.patch}, {"special": False})


@pair_check("special", "treatment", patch=("treatment",))
def special_not_comprehensive(option: Option, patch: Patch) -> Iterator[Fault]:
    """A distinctive project that is not comprehensive use."""
    treatment = option.treatment or patch.treatment
    if option.special and treatment is not Treatment.COMPREHENSIVE:
        needed = Shown("treatment", Treatment.COMPREHENSIVE)
        yield Fault("special", {"treatment": Shown("treatment", treatment), "needed": needed})


def barred_works(patch: Patch) -> bool:
    """Whether a patch has works that its core zone bars."""
    return _barred(patch) and patch.treatment is Treatment.ARTIFICIAL


def _barred(patch: Patch) -> bool:
    return patch.core_reserve and not patch.irreversible_damage
