"""A district's part of the working year, and which steps its state leaves open, whoever may take them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.cycle.kinds import Kind, Returned
from planner.cycle.payloads import AfterCheck
from planner.cycle.rules.money import PAYABLE
from planner.cycle.state import Cycle, NaturalState, Proposal, Round, RoundState, Tracked, Work, WorkState


@dataclass(frozen=True, order=True)
class Open:
    """A kind of step that the state leaves open; of a return, what it sends back."""

    kind: Kind
    what: Returned | None = None


@dataclass(frozen=True)
class Local:
    """What the working year has come to in one district.

    Parameters
    ----------
    years : range
        The horizon.
    rounds : mapping of year to Round
    to_apply : mapping of year to tuple of str
        Patches that the plan in force gives the year and that are not issued.
    works : mapping of patch to Work
        Everything that is issued.
    naturals : mapping of patch to NaturalState
    verified : frozenset of str
        Natural sites that were verified by a step, which can be sent back.
    tracked : mapping of patch to tuple of Tracked
    checks : mapping of patch to tuple of AfterCheck
    aftercare_years : int
        How many checks follow an acceptance.
    proposals : tuple of Proposal
    """

    district: str
    years: range
    rounds: Mapping[int, Round]
    to_apply: Mapping[int, tuple[str, ...]]
    works: Mapping[str, Work]
    naturals: Mapping[str, NaturalState]
    verified: frozenset[str]
    tracked: Mapping[str, tuple[Tracked, ...]]
    checks: Mapping[str, tuple[AfterCheck, ...]]
    aftercare_years: int
    proposals: tuple[Proposal, ...]

    def state(self, patch: str) -> WorkState | NaturalState:
        """How far a patch is."""
        if patch in self.works:
            return self.works[patch].state
        return self.naturals.get(patch, WorkState.NOT_ISSUED)

    def open_matter(self, patch: str) -> Tracked | None:
        """The matter that is under tracked supervision on a patch."""
        found = self.tracked.get(patch, ())
        return found[-1] if found and found[-1].closed is None else None

    def of_year(self, year: int) -> dict[str, Work]:
        """What is issued for a year."""
        return {patch: work for patch, work in self.works.items() if work.year == year}


def local(cycle: Cycle, district: str) -> Local:
    """Cut the state to one district."""
    years = cycle.ground.scenario.horizon.years
    naturals = {patch.patch: cycle.natural_state(patch) for patch in cycle.naturals(district)}
    own = {patch.patch for patch in cycle.register.patches if patch.district == district}
    works = {patch: work for patch, work in cycle.works.items() if work.district == district}
    return Local(
        district=district, years=years, rounds={year: cycle.round(district, year) for year in years},
        to_apply={year: cycle.to_apply(district, year) for year in years}, works=works,
        naturals={patch: state for patch, state in naturals.items() if patch not in works},
        verified=frozenset(patch for patch in cycle.verified if patch in own),
        tracked={patch: found for patch, found in cycle.tracked.items() if patch in own},
        checks={patch: found for patch, found in cycle.checks.items() if patch in own},
        aftercare_years=cycle.ground.scenario.holding.aftercare_years,
        proposals=tuple(one for one in cycle.proposals.values() if one.district == district),
    )  # fmt: skip


def open_in_year(found: Local, year: int) -> tuple[Open, ...]:
    """The steps about a district's year that its state leaves open."""
    return tuple(_in_year(found, year))


def open_on(found: Local, patch: str) -> tuple[Open, ...]:
    """The steps about one patch that its state leaves open."""
    return tuple(_on(found, patch))


def _in_year(found: Local, year: int) -> Iterator[Open]:
    state, waiting = found.rounds[year].state, found.to_apply[year]
    works = found.of_year(year).values()
    if waiting and state in (RoundState.OPEN, RoundState.RETURNED, RoundState.ISSUED):
        yield Open(Kind.APPLY)
    if state is RoundState.APPLIED:
        yield Open(Kind.REVIEW)
        yield Open(Kind.RETURN, Returned.APPLICATION)
    if state is RoundState.PASSED:
        yield Open(Kind.ISSUE)
        yield Open(Kind.RETURN, Returned.REVIEW)
    closed = all(work.state is WorkState.CLOSED for work in works)
    if not waiting and closed and state in (RoundState.OPEN, RoundState.ISSUED):
        yield Open(Kind.CLOSE_YEAR)
    if state is RoundState.ISSUED and all(work.state is WorkState.ISSUED and not work.payments for work in works):
        yield Open(Kind.RETURN, Returned.ISSUE)
    if state is RoundState.CLOSED:
        yield Open(Kind.RETURN, Returned.YEAR)
    if year < found.years[-1]:
        yield Open(Kind.TRANCHE)
    yield Open(Kind.PROPOSE)
    if any(one.state == "proposed" for one in found.proposals):
        yield Open(Kind.ADOPT)
        yield Open(Kind.RETURN, Returned.CHANGES)


def _on(found: Local, patch: str) -> Iterator[Open]:
    work = found.works.get(patch)
    yield from _on_natural(found, patch) if work is None else _on_work(found, patch, work)
    yield Open(Kind.RESOLVE if found.open_matter(patch) else Kind.TRACK)


_FORWARD: Mapping[WorkState, Kind] = {
    WorkState.ISSUED: Kind.START, WorkState.STARTED: Kind.FINISH, WorkState.FINISHED: Kind.ACCEPT,
    WorkState.ACCEPTED: Kind.CLOSE,
}  # fmt: skip
_BACK: Mapping[WorkState, Returned] = {
    WorkState.STARTED: Returned.START, WorkState.FINISHED: Returned.WORKS, WorkState.ACCEPTED: Returned.ACCEPTANCE,
    WorkState.CLOSED: Returned.CLOSING,
}  # fmt: skip


def _on_work(found: Local, patch: str, work: Work) -> Iterator[Open]:
    done = found.checks.get(patch, ())
    if work.state in _FORWARD and not (work.state is WorkState.ACCEPTED and found.open_matter(patch)):
        yield Open(_FORWARD[work.state])
    if work.state in PAYABLE:
        paid = work.paid()
        if any(yuan > paid.get(purse, 0) for purse, yuan in work.committed().items()):
            yield Open(Kind.PAY)
        if any(paid.values()):
            yield Open(Kind.REFUND)
        if work.asked is None:
            yield Open(Kind.ASK_COST)
        else:
            yield Open(Kind.GRANT_COST)
            yield Open(Kind.RETURN, Returned.COST)
    if work.state is WorkState.ISSUED and not any(work.paid().values()):
        yield Open(Kind.DEFER)
    failed = bool(done) and done[-1].result == "failed"
    if work.state in (WorkState.ACCEPTED, WorkState.CLOSED) and not failed and len(done) < found.aftercare_years:
        yield Open(Kind.CHECK)
    checked = work.state is WorkState.ACCEPTED and bool(done)
    if work.state in _BACK and not checked and found.rounds[work.year].state is not RoundState.CLOSED:
        yield Open(Kind.RETURN, _BACK[work.state])


def _on_natural(found: Local, patch: str) -> Iterator[Open]:
    state = found.naturals.get(patch)
    if state is NaturalState.UNVERIFIED:
        yield Open(Kind.VERIFY)
    if state is NaturalState.VERIFIED and not found.open_matter(patch):
        yield Open(Kind.CLOSE)
    if state in (NaturalState.VERIFIED, NaturalState.FAILED) and patch in found.verified:
        yield Open(Kind.RETURN, Returned.VERIFICATION)
    if state is NaturalState.CLOSED:
        yield Open(Kind.RETURN, Returned.CLOSING)
