"""What accepted edits make of ledger and scenario: locks, overrides and facts, each with who said it and where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planner.clauses import Mode, clauses
from planner.cycle.facts import Facts, Paid
from planner.findings import BadInput, Finding, Level
from planner.ledger import Ledger, Patch, Status
from planner.ledger.build import said_as_in_files
from planner.model import formulate
from planner.office.editable import LEDGER_FIELDS, Field, Key
from planner.office.folder import PlanFolder
from planner.office.returned.changes import Change
from planner.plan import Pick, Purse
from planner.scenario import Scenario, overridden
from planner.texts import LANGUAGES, Language, text
from planner.units import split

COST_PARTS = ("hazard_removal_yuan", "land_levelling_yuan", "revegetation_yuan", "rock_face_yuan")
_REACHED = (
    ("accepted_date", Status.ACCEPTED), ("actual_finish", Status.FINISHED), ("actual_start", Status.UNDER_WAY),
)  # fmt: skip


class Refused(Exception):
    """Some changes do not fit the scenario or the ledger.

    Parameters
    ----------
    found : list of pairs
        A change's id and what is wrong with it.
    """

    def __init__(self, found: list[tuple[str, Finding]]) -> None:
        self.found = found
        super().__init__("\n".join(finding.line() for _, finding in found))


@dataclass
class Applied:
    """Ledger, scenario and facts with the changes in them.

    Parameters
    ----------
    becomes : dict of str to list of str
        By the change's id, what it became: ``lock``, ``override`` or ``fact``, with the places in the new files; what
        followed from it by itself is there too.
    """

    ledger: Ledger
    scenario: Scenario
    facts: Facts
    becomes: dict[str, list[str]] = field(default_factory=dict)

    def same_inputs(self, folder: PlanFolder) -> bool:
        """Whether the plan of the folder is still a plan of these inputs."""
        return (self.ledger.digest, self.scenario.digest) == (folder.ledger.digest, folder.scenario.digest)


def apply_changes(folder: PlanFolder, changes: Sequence[Change], time: dt.datetime, lang: Language = "zh") -> Applied:
    """Make the next plan's inputs of accepted changes; the folder stays as it is.

    A start year becomes a lock to the year and an option a lock to the option; treatment, cost and tracked supervision
    become overrides; dates, accepted area and remarks become fields of the ledger; payments become facts beside it.

    Raises
    ------
    Refused
        A change contradicts the scenario, or makes a faulty ledger: by its own checks.
    """
    return _Applying(folder, changes, time, lang).done()


class _Applying:
    """One attempt: what belongs to which change is kept, so that a fault can be said at its cell."""

    def __init__(self, folder: PlanFolder, changes: Sequence[Change], time: dt.datetime, lang: Language) -> None:
        self.folder, self.time, self.lang = folder, time.isoformat(timespec="seconds"), lang
        self.changes = [(change, change.key) for change in changes if change.key is not None]
        self.becomes: dict[str, list[str]] = {}
        self.seen = overridden(folder.ledger, folder.scenario)
        self.options = {task.patch: task.option for task in folder.plan.schedule}
        self.options |= {key.patch: str(c.value) for c, key in self.changes if key.field is Field.OPTION}

    def done(self) -> Applied:
        ledger = self._ledger()
        scenario = self._scenario()
        self._facts_agree(ledger)
        try:
            seen = overridden(ledger, scenario)
        except BadInput as error:
            raise Refused([self._of_scenario(finding) for finding in error.findings]) from error
        self._choices_left(seen, scenario)
        return Applied(ledger, scenario, self._facts(), self.becomes)

    def _of(self, *fields: Field) -> Iterable[tuple[Change, Key]]:
        return ((change, key) for change, key in self.changes if key.field in fields)

    def _became(self, change: Change, what: str) -> None:
        self.becomes.setdefault(change.id, []).append(what)

    def _reason(self, change: Change) -> str:
        first = change.places[0]
        return text(
            "office.returned_reason", self.lang, author=first.author or text("office.returned_unsigned", self.lang),
            file=first.file, sheet=first.sheet, cell=first.cell, time=self.time,
            reason=change.reason or text("office.returned_no_reason", self.lang),
        )  # fmt: skip

    # Facts of the ledger

    def _ledger(self) -> Ledger:
        ledger = self.folder.ledger
        said: dict[str, dict[str, Any]] = {}
        for change, key in self._of(*LEDGER_FIELDS):
            name = LEDGER_FIELDS[key.field]
            value: Any = change.value
            said.setdefault(key.patch, {})[name] = value
            self._became(change, f"fact ledger {key.patch}.{name}")
        if not said:
            return ledger
        patches = tuple(
            self._reached(replace(patch, **said[patch.patch]), said[patch.patch]) if patch.patch in said else patch
            for patch in ledger.patches
        )
        new = replace(ledger, patches=patches)
        try:
            Ledger.from_frames(*new.to_frames(), new.meta)
        except BadInput as error:
            errors = [finding for finding in error.findings if finding.level is Level.ERROR]
            raise Refused([self._of_ledger(new, finding) for finding in errors]) from error
        return new

    def _reached(self, patch: Patch, said: dict[str, Any]) -> Patch:
        """The patch with the status that its dates speak of, where the status is behind them."""
        order = list(Status)
        for name, status in _REACHED:
            if said.get(name) is not None and order.index(patch.status) < order.index(status):
                for change, key in self._of(Field.ACTUAL_START, Field.ACTUAL_FINISH, Field.ACCEPTED_DATE):
                    if key.patch == patch.patch and LEDGER_FIELDS[key.field] == name:
                        self._became(change, f"fact ledger {key.patch}.status = {status}")
                return replace(patch, status=status)
        return patch

    def _of_ledger(self, ledger: Ledger, finding: Finding) -> tuple[str, Finding]:
        patch = ledger.patches[finding.row - 1].patch if 0 < finding.row <= len(ledger.patches) else ""
        return self._blamed(patch, finding.column, said_as_in_files(ledger, finding), *LEDGER_FIELDS)

    def _blamed(self, patch: str, column: str, finding: Finding, *fields: Field) -> tuple[str, Finding]:
        """The change of a patch that caused a finding: that of its column, else another one of the same patch."""
        own = [(change, key) for change, key in self._of(*fields) if key.patch == patch]
        if not own:
            raise BadInput([finding])
        change, _ = min(own, key=lambda pair: LEDGER_FIELDS.get(pair[1].field, "") != column)
        return change.id, finding

    def _facts_agree(self, ledger: Ledger) -> None:
        """Start years that are wished for where works have begun in another year."""
        found = []
        for change, key in self._of(Field.START):
            began = ledger.by_id[key.patch].actual_start
            if began is not None and began.year != change.value:
                found.append((change.id, Finding("office.start_against_fact", {"began": began.isoformat()})))
        if found:
            raise Refused(found)

    def _choices_left(self, seen: Ledger, scenario: Scenario) -> None:
        """Wishes and facts that the clauses leave no choice for; with them the next plan would be impossible."""
        fixing = list(self._of(Field.START, Field.ACTUAL_START, Field.OPTION, Field.TREATMENT))
        if not fixing:
            return
        formulation = formulate(seen, scenario)
        removed, choices = formulation.removed(), formulation.choices
        picks: dict[str, list[Pick]] = {}
        for row in range(len(choices)):
            picks.setdefault(choices.pick(row).patch, []).append(choices.pick(row))
        dated = {key.patch for _, key in self._of(Field.START)}
        found = []
        for change, key in fixing:
            if key.field is Field.OPTION and key.patch in dated:
                continue  # a year that the option does not allow is said at the year
            patch = seen.by_id[key.patch]
            if fault := _without_choice(change, picks.get(key.patch, []), removed, patch, scenario):
                found.append((change.id, fault))
        if found:
            raise Refused(found)

    # Locks and overrides of the scenario

    def _scenario(self) -> Scenario:
        scenario = self.folder.scenario
        self.locks = [lock.model_dump(mode="json") for lock in scenario.locks]
        self.overrides = [override.model_dump(mode="json") for override in scenario.overrides]
        self.lock_of: dict[int, str] = {}
        self.override_of: dict[int, str] = {}
        for change, key in self._of(Field.START, Field.OPTION):
            year = key.field is Field.START
            self.lock_of[len(self.locks)] = change.id
            self._became(change, f"lock locks[{len(self.locks)}]")
            self.locks.append(
                {
                    "patch": key.patch, "kind": "year" if year else "option", "reason": self._reason(change),
                    "year" if year else "option": change.value,
                }
            )  # fmt: skip
        for change, key in self._of(Field.TREATMENT, Field.TRACKED):
            value = change.value if key.field is Field.TREATMENT else change.value == "yes"
            self._override(change, key.patch, None, str(key.field), value)
        for change, key in self._of(Field.COST):
            self._cost(change, key.patch)
        data = scenario.model_dump(mode="json", serialize_as_any=True)
        if (data["locks"], data["overrides"]) == (self.locks, self.overrides) and not self._needs_locks():
            return scenario
        data |= {"locks": self.locks, "overrides": self.overrides}
        if self._needs_locks():
            data["clauses"] = {**data["clauses"], "locks": {"mode": str(Mode.HARD)}}
            for change, _ in self._of(Field.START, Field.OPTION, Field.ACTUAL_START):
                self._became(change, "lock clauses.locks.mode = hard")
        try:
            return Scenario.model_validate(data)
        except BadInput as error:
            raise Refused([self._of_scenario(finding) for finding in error.findings]) from error

    def _needs_locks(self) -> bool:
        """Whether the clause that keeps locks and begun works is off, and would lose what is confirmed here."""
        fixing = any(True for _ in self._of(Field.START, Field.OPTION, Field.ACTUAL_START))
        return fixing and self.folder.scenario.clause("locks").mode is not Mode.HARD

    def _cost(self, change: Change, patch: str) -> None:
        """The cost of the option, where the ledger has its row; else the patch's, its parts in their old proportion."""
        cost = change.value
        assert isinstance(cost, int)
        option = self.options.get(patch)
        rows = {o.option for o in self.folder.ledger.options if o.patch == patch}
        if rows:
            self._override(change, patch, option or next(iter(rows)), "cost_yuan", cost)
            return
        self._override(change, patch, None, "cost_yuan", cost)
        parts = {n: v for n in COST_PARTS if (v := getattr(self.seen.by_id[patch], n)) is not None}
        if any(parts.values()):
            for (name, before), part in zip(parts.items(), split(cost, tuple(parts.values())), strict=True):
                if part != before:
                    self._override(change, patch, None, name, part)

    def _override(self, change: Change, patch: str, option: str | None, name: str, value: object) -> None:
        """One override; it takes the place of an earlier one of the same field."""
        new = {"patch": patch, "option": option, "field": name, "value": value, "reason": self._reason(change)}
        same = [
            i
            for i, old in enumerate(self.overrides)
            if (old["patch"], old["option"], old["field"]) == (patch, option, name)
        ]
        at = same[0] if same else len(self.overrides)
        self.overrides[at : at + 1] = [new]
        self.override_of[at] = change.id
        self._became(change, f"override overrides[{at}].{name}")

    def _of_scenario(self, finding: Finding) -> tuple[str, Finding]:
        name, _, rest = finding.column.partition("[")
        index = rest.partition("]")[0]
        of = {"locks": self.lock_of, "overrides": self.override_of}.get(name, {})
        if not index.isdigit() or int(index) not in of:
            raise BadInput([finding])
        return of[int(index)], finding

    # Payments

    def _facts(self) -> Facts:
        entries, removed = [], set()
        for change, key in self._of(Field.PAID):
            self._became(change, f"fact payments {key.patch} {key.purse.text} {key.year}")
            if change.value is None:
                removed.add((key.patch, Purse(key.source, key.district or None), key.year))
                continue
            assert isinstance(change.value, int)
            first = change.places[0]
            entries.append(
                Paid(
                    patch=key.patch, source=key.source, district=key.district or None, year=key.year,
                    yuan=change.value, author=first.author, file=first.file, sheet=first.sheet, cell=first.cell,
                    time=self.time,
                )
            )  # fmt: skip
        return (
            self.folder.facts.replaced(tuple(entries), frozenset(removed)) if entries or removed else self.folder.facts
        )


def _without_choice(
    change: Change, picks: Sequence[Pick], removed: Mapping[Pick, str], patch: Patch, scenario: Scenario
) -> Finding | None:
    """Why no choice is left for what a change wishes or says, if none is."""
    assert change.key is not None
    value, first, last = change.value, scenario.horizon.first, scenario.horizon.last
    match change.key.field:
        case Field.OPTION:
            wanted = [pick for pick in picks if pick.option == value]
        case Field.TREATMENT:
            fixed = patch.actual_start or any(
                lock.patch == patch.patch and lock.kind == "year" for lock in scenario.locks
            )
            wanted = list(picks) if fixed else []
        case _:
            year = value.year if isinstance(value, dt.date) else value
            locked = {lock.option for lock in scenario.locks if lock.patch == patch.patch and lock.kind == "option"}
            own = [pick for pick in picks if not locked or pick.option in locked]
            wanted = [pick for pick in own if pick.start == year]
            if not wanted and own and isinstance(year, int) and first <= year <= last:
                starts = [pick.start for pick in own]
                return Finding("office.start_outside_window", {"first": min(starts), "last": max(starts)})
    if not wanted or any(pick not in removed for pick in wanted):
        return None
    names = dict.fromkeys(removed[pick] for pick in wanted)
    against = [name for name in names if name != "locks"] or list(names)
    titles: dict[str, str] = {
        lang: text("office.comma", lang).join(clauses()[n].title.in_(lang) for n in against) for lang in LANGUAGES
    }
    return Finding("office.no_choice_left", titles)
