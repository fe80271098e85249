"""A plan's tasks edited by hand: what an edit breaks, and what a plan made with it comes to.

A district's people edit what is theirs. What they ask for becomes locks of a scenario of their own, made here from the
plan's scenario: it holds the money and the wishes of all districts, and is opened by those who see the whole city.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.advice.adjusted import Adjusted, Wanted, adjusted, with_wishes
from planner.advice.glance import Glance, glance
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.office.folder import PlanFolder
from planner.plan import AuditFinding
from planner.scenario import Lock, Scenario
from planner.service.kept import (
    LEDGER_KIND,
    PLAN_KIND,
    SCENARIO_KIND,
    WHOLE,
    open_kept,
    open_scenario,
    require_fit,
    seen,
    store_scenario,
)
from planner.service.rights import Action, allowed
from planner.service.said import check_names, check_notes
from planner.service.viewing import names_of
from planner.store import Reading, Version, version
from planner.store.documents import find_document, head
from planner.store.queue import Job
from planner.texts import LANGUAGES, text

if TYPE_CHECKING:
    from planner.service.desk import Desk


@dataclass(frozen=True)
class Tried:
    """What edits by hand come to, as far as somebody may know.

    Parameters
    ----------
    found : Adjusted
    hidden : int
        How many of the clauses' findings are about other districts.
    """

    found: Adjusted
    hidden: int


class Adjusting:
    """Edits of a plan's tasks, at somebody's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def reasons(self, plan: int, district: str = "") -> dict[str, Glance]:
        """Why the patches of a district, or of the city, are planned as they are, as far as it is known at once.

        Raises
        ------
        NotAllowed
        BadInput
            There is no such plan for this person.
        """
        with self._desk.reading(Action.READ_TASKS if district else Action.READ_CITY, district) as tx:
            folder = open_kept(tx, self._seen(tx, plan, PLAN_KIND))
        return glance(folder.ledger, folder.scenario, district=district or None)

    def wishes(self, plan: int, district: str = "") -> tuple[Wanted, ...]:
        """What was wanted by hand in the plan already, of a district's patches or of all.

        Raises
        ------
        NotAllowed
        BadInput
        """
        with self._desk.reading(Action.READ_TASKS if district else Action.READ_CITY, district) as tx:
            kept = self._seen(tx, plan, PLAN_KIND)
            folder, given = open_kept(tx, kept), self._given(tx, kept)
        own = {patch.patch for patch in folder.ledger.patches if district in ("", patch.district)}
        return _wanted(lock for lock in folder.scenario.locks if lock.patch in own and lock not in given)

    def tried(self, plan: int, wanted: Sequence[Wanted], *, district: str = "") -> Tried:
        """What edits break and cost, nothing else moved and nothing solved.

        Raises
        ------
        NotAllowed
        BadInput
            There is no such plan for this person, or a patch is not the district's.
        """
        with self._desk.reading(Action.READ_TASKS if district else Action.READ_CITY, district) as tx:
            kept = self._seen(tx, plan, PLAN_KIND)
            folder, given = open_kept(tx, kept), self._given(tx, kept)
            whole = allowed(self._desk.who(tx), Action.READ_CITY)
        _require_own(folder.ledger, wanted, district)
        found = adjusted(folder.ledger, folder.scenario, folder.plan, wanted, given=given)
        return Tried(found, 0) if whole else _within(found, folder, district)

    def plan(
        self, plan: int, wanted: Sequence[Wanted], *, district: str = "", name: str = "", note: str = "", **effort: Any
    ) -> tuple[Job, bool]:
        """Ask for a plan that keeps what is wanted: its scenario is kept beside the plan's own, with the locks.

        Parameters
        ----------
        plan : int
            Published, where it is the city's and a district asks.
        wanted : sequence of Wanted
            In place of what was wanted of the same patches before.
        district : str
            Whose draft it is; empty for the city's.
        name : str
            Of the scenario; by default that of the plan's own.
        note : str
        **effort
            As for `Queueing.plan`.

        Raises
        ------
        NotAllowed
        BadInput
            A patch is not the district's, a wish goes against what is fixed, or gives no reason.
        """
        check_names(name=name, district=district)
        check_notes(note=note, reason="\n".join(one.reason for one in wanted))
        solving, keeping = (
            (Action.SOLVE_DISTRICT, Action.KEEP_DISTRICT) if district else (Action.SOLVE_CITY, Action.KEEP_CITY)
        )
        with self._desk.reading(solving, district) as tx:
            kept = self._seen(tx, plan, PLAN_KIND)
            inputs = {kind: self._seen(tx, int(kept.meta[kind]), kind) for kind in (LEDGER_KIND, SCENARIO_KIND)}
            for one in (kept, *inputs.values()):
                require_fit(tx, one, district)
            folder, given = open_kept(tx, kept), self._given(tx, kept)
        _require_own(folder.ledger, wanted, district)
        locked = with_wishes(folder.ledger, folder.scenario, wanted, given=given)
        root = int(inputs[SCENARIO_KIND].meta.get(_ROOT, inputs[SCENARIO_KIND].id))
        with self._desk.writing(keeping, district) as tx:
            started = open_scenario(tx, version(tx, root))
            scenario = _named(locked, started, name, district)
            known = find_document(tx, SCENARIO_KIND, scenario.name, district)
            own = store_scenario(
                tx, scenario, scenario.name, parent=head(tx, known).id if known else None, note=note,
                district=district, meta={_OF: plan, _ROOT: root, **({WHOLE: True} if district else {})},
            )  # fmt: skip
        return self._desk.jobs.plan(inputs[LEDGER_KIND].id, own.id, district=district, note=note, **effort)

    def base(self, plan: int) -> int | None:
        """The plan that a plan was made from by hand; None where it was not, or is not this person's to know of.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            kept = self._seen(tx, plan, PLAN_KIND)
            of = version(tx, int(kept.meta[SCENARIO_KIND])).meta.get(_OF)
            if of is None:
                return None
            try:
                return self._seen(tx, int(of), PLAN_KIND).id
            except BadInput:
                return None

    def _given(self, tx: Reading, plan: Version) -> tuple[Lock, ...]:
        """The locks that no edit takes the place of: those of the scenario that the first edit was made from."""
        own = version(tx, int(plan.meta[SCENARIO_KIND]))
        return open_scenario(tx, version(tx, int(own.meta.get(_ROOT, own.id)))).locks

    def _seen(self, tx: Reading, identity: int, kind: str) -> Version:
        return seen(tx, self._desk.who(tx), identity, kind)


_OF, _ROOT = "adjusts", "root"  # in a scenario's meta: the plan that was edited, and the scenario before any edit


def _require_own(ledger: Ledger, wanted: Sequence[Wanted], district: str) -> None:
    """Refuse patches of others, in the words for patches that are not there."""
    if not district:
        return
    own = {patch.patch for patch in ledger.patches if patch.district == district}
    strange = [one.patch for one in wanted if one.patch not in own]
    if strange:
        raise BadInput([Finding("advice_questions.no_patch", {}, value=patch) for patch in strange])


def _wanted(locks: Iterable[Lock]) -> tuple[Wanted, ...]:
    found: dict[str, dict[str, Any]] = {}
    for lock in locks:
        one = found.setdefault(lock.patch, {"patch": lock.patch, "reason": lock.reason})
        one |= {"option": lock.option} if lock.option else {"year": lock.year} if lock.year else {"excluded": True}
    return tuple(Wanted(**one) for one in found.values())


def _named(locked: Scenario, root: Scenario, name: str, district: str) -> Scenario:
    """The scenario under a name of its own, its title saying whose edits are in it."""
    titles = {
        lang: text(
            "service.adjusted_title", lang, title=root.title.get(lang) or root.name,
            whose=district or name or text("service.city", lang),
        )
        for lang in LANGUAGES
    }  # fmt: skip
    return locked.model_copy(update={"name": name or root.name, "title": titles})


def _within(found: Adjusted, folder: PlanFolder, district: str) -> Tried:
    """What a district may know: the city's totals and purses, and its own."""
    mine = names_of(patch for patch in folder.ledger.patches if patch.district == district)
    foreign = names_of(patch for patch in folder.ledger.patches if patch.district != district) - mine

    def own(one: AuditFinding) -> bool:
        return not any(name in f"{one.place}\n{one.zh}\n{one.en}" for name in foreign)

    shown = tuple(one for one in found.broken if own(one))
    money = tuple(one for one in found.money if one.district in (None, district))
    return Tried(found.model_copy(update={"broken": shown, "money": money}), len(found.broken) - len(shown))
