"""Where two people changed one thing: both versions shown, merged, and kept on top of the newest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.findings import BadInput
from planner.ledger import Ledger
from planner.office.returned import Decision, Returned, decide
from planner.office.returned.apply import Applied, Refused, apply_changes
from planner.scenario import Scenario
from planner.service.handed import handed_in
from planner.service.kept import (
    IMPORT_KIND,
    LEDGER_KIND,
    SCENARIO_KIND,
    facts_head,
    ledger_bytes,
    open_ledger,
    open_scenario,
    require_whole,
    seen,
    store_facts,
    store_ledger,
    store_scenario,
)
from planner.service.merging import Merge, Side, merge_ledgers, merge_scenarios, merged_ledger, merged_scenario
from planner.service.rights import Action, require
from planner.service.said import check_notes
from planner.store import Record, Version, append, series, version
from planner.store.documents import head

if TYPE_CHECKING:
    from planner.service.desk import Desk

DECISIONS, TAKE_IN = "decisions", "take_in"


@dataclass(frozen=True)
class TakenIn:
    """What a handed-in workbook came to.

    Parameters
    ----------
    ledger, scenario : Version
        The newest now, the accepted edits in them.
    facts : Version or None
        What was paid, where that is known.
    accepted, left_out : tuple of str
        Ids of the edits.
    """

    ledger: Version
    scenario: Version
    facts: Version | None
    accepted: tuple[str, ...]
    left_out: tuple[str, ...]


class Joining:
    """Merging and taking in, at somebody's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def scenario_merge(self, base: int, mine: Scenario) -> tuple[Version, Merge]:
        """The newest version of the scenario that `mine` was made from, and how the two go together.

        Raises
        ------
        NotAllowed
        """
        started, newest = self._newest(base, SCENARIO_KIND)
        with self._desk.reading() as tx:
            merge = merge_scenarios(open_scenario(tx, started), open_scenario(tx, newest), mine)
        return newest, merge

    def keep_merged_scenario(
        self, base: int, mine: Scenario, choices: Mapping[str, Side] | None = None, *, note: str = ""
    ) -> Version:
        """Keep a scenario that somebody else has changed meanwhile, both changes in it.

        Raises
        ------
        NotAllowed
        BadInput
            Both changed one place and no choice is made, or both changes together are no scenario.
        Conflict
            It was changed yet again.
        """
        newest, merge = self.scenario_merge(base, mine)
        scenario = merged_scenario(merge, choices)
        district = newest.document.district
        return self._desk.keeping.keep_scenario(scenario, parent=newest.id, note=note, district=district)

    def ledger_merge(self, base: int, mine: Ledger) -> tuple[Version, Merge]:
        """The newest version of the ledger that `mine` was made from, and how the two go together.

        Raises
        ------
        NotAllowed
        """
        started, newest = self._newest(base, LEDGER_KIND)
        with self._desk.reading() as tx:
            merge = merge_ledgers(open_ledger(tx, started), open_ledger(tx, newest), mine)
        return newest, merge

    def keep_merged_ledger(
        self, base: int, mine: Ledger, choices: Mapping[str, Side] | None = None, *, note: str = ""
    ) -> Version:
        """Keep a ledger that somebody else has changed meanwhile, both changes in it.

        Raises
        ------
        NotAllowed
        BadInput
        Conflict
        """
        newest, merge = self.ledger_merge(base, mine)
        document = newest.document
        return self._desk.keeping.keep_ledger(
            merged_ledger(merge, choices), document.name, parent=newest.id, note=note, district=document.district
        )

    def take_in(
        self,
        identity: int,
        *,
        everything: bool = False,
        accept: Collection[str] = (),
        reject: Collection[str] = (),
        choices: Mapping[str, Side] | None = None,
        note: str = "",
    ) -> TakenIn:
        """Take the edits of a handed-in workbook into ledger, scenario and facts: all that is accepted, or nothing.

        The workbook speaks of the ledger and the scenario of its plan; where these have newer versions by now, the
        edits are merged with what was changed since.

        Parameters
        ----------
        identity : int
            The version that the job of kind ``hand_in`` has kept.
        everything, accept, reject
            As for :func:`planner.office.returned.decide`.
        choices : mapping, optional
            For places that were changed since in another way.
        note : str

        Raises
        ------
        NotAllowed
        BadInput
            Something is undecided, does not go together, or clashes with what was changed since.
        Conflict
            It was changed yet again meanwhile.
        """
        check_notes(note=note)
        with self._desk.reading(Action.TAKE_IN) as tx:
            handed = handed_in(tx, self._desk.who(tx), identity)
            folder = handed.folder
            bases = [version(tx, int(handed.plan.meta[kind])) for kind in (LEDGER_KIND, SCENARIO_KIND)]
            heads = [head(tx, base.document) for base in bases]
            theirs = open_ledger(tx, heads[0]), open_scenario(tx, heads[1])
            paid = facts_head(tx)
        found = handed.read()
        decision = decide(found, everything=everything, accept=accept, reject=reject)
        applied = _applied(found, decision)
        ledger, scenario = applied.ledger, applied.scenario
        if heads[0].id != bases[0].id:
            ledger = merged_ledger(merge_ledgers(folder.ledger, theirs[0], ledger), choices)
        if heads[1].id != bases[1].id:
            scenario = merged_scenario(merge_scenarios(folder.scenario, theirs[1], scenario), choices)
        data = ledger_bytes(ledger)
        accepted = tuple(change.id for change in decision.accepted)
        left_out = tuple(change.id for change in decision.left_out)
        with self._desk.writing(Action.TAKE_IN) as tx:
            new_ledger, new_scenario = heads
            if ledger.digest != theirs[0].digest:
                document = heads[0].document
                new_ledger = store_ledger(
                    tx, ledger, data, document.name, parent=heads[0].id, note=note, district=document.district
                )
            if scenario.digest != theirs[1].digest:
                document = heads[1].document
                new_scenario = store_scenario(
                    tx, scenario, document.name, parent=heads[1].id, note=note, district=document.district
                )
            facts = paid
            if applied.facts.digest != folder.facts.digest:
                facts = store_facts(tx, applied.facts, note, parent=paid.id if paid else None)
            append(
                tx, DECISIONS, TAKE_IN,
                {"import": identity, "accepted": accepted, "left_out": left_out, "ledger": new_ledger.id,
                 "scenario": new_scenario.id, "note": note},
            )  # fmt: skip
        return TakenIn(new_ledger, new_scenario, facts, accepted, left_out)

    def taken(self, identity: int) -> tuple[Record, ...]:
        """When a handed-in workbook was taken in, and what of it; the oldest first.

        Raises
        ------
        NotAllowed
        BadInput
            There is no such workbook for this person.
        """
        with self._desk.reading() as tx:
            seen(tx, self._desk.who(tx), identity, IMPORT_KIND)
            return tuple(
                record
                for record in series(tx, DECISIONS)
                if record.kind == TAKE_IN and int(record.payload["import"]) == identity
            )

    def _newest(self, base: int, kind: str) -> tuple[Version, Version]:
        """A version and the newest of its document, for those who may keep the next: that one may be a draft."""
        with self._desk.reading() as tx:
            person = self._desk.who(tx)
            started = seen(tx, person, base, kind)
            district = started.document.district
            require(person, Action.KEEP_DISTRICT if district else Action.KEEP_CITY, district)
            require_whole(person, started)
            return started, head(tx, started.document)


def _applied(found: Returned, decision: Decision) -> Applied:
    """Ledger, scenario and facts with what is accepted in them."""
    try:
        return apply_changes(found.folder, decision.accepted, found.time)
    except Refused as refused:
        raise BadInput([finding for _, finding in refused.found]) from refused
