"""Ledgers, scenarios and plans: kept as versions, opened again, handed out as documents."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.audit import audit
from planner.cycle import facts_of
from planner.cycle.facts import Facts
from planner.findings import BadInput, Finding
from planner.ledger import Ledger
from planner.office import export_workbook
from planner.office.folder import PlanFolder
from planner.plan import Plan
from planner.planning import PlanRefused
from planner.scenario import Scenario
from planner.service import papers
from planner.service.aside import refuse_draft
from planner.service.kept import (
    ANSWER_KIND,
    ASIDE,
    DOCUMENT_KIND,
    IMPORT_KIND,
    LEDGER_KIND,
    PLAN_KIND,
    SCENARIO_KIND,
    Export,
    ledger_bytes,
    open_kept,
    open_ledger,
    open_scenario,
    published,
    require_fit,
    require_whole,
    seen,
    sees,
    store_ledger,
    store_plan,
    store_scenario,
)
from planner.service.rights import Action, allowed, require
from planner.service.said import check_names, check_notes
from planner.service.standing import KeptAnswer, Standing, standing_of
from planner.service.steps import SERIES as YEAR_SERIES
from planner.service.viewing import DistrictView, Totals, district_view, totals_of
from planner.store import Reading, Version, get_bytes, series, versions
from planner.texts import Language

if TYPE_CHECKING:
    from planner.service.desk import Desk


class Keeping:
    """What is kept, at somebody's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def keep_ledger(
        self, ledger: Ledger, name: str, *, parent: int | None = None, note: str = "", district: str = ""
    ) -> Version:
        """Keep a ledger's next version.

        Parameters
        ----------
        ledger : Ledger
        name : str
        parent : int, optional
            The version that it was made from; None where it is the first of its name.
        note : str
        district : str
            Whose it is; empty for the city's.

        Raises
        ------
        NotAllowed
        Conflict
            Somebody else kept one meanwhile.
        BadInput
            It has more patches than the settings allow, or the name or the note cannot be kept.
        """
        check_names(name=name, district=district)
        check_notes(note=note)
        most = self._desk.service.settings.limits.rows
        if len(ledger.patches) > most:
            values = {"patches": len(ledger.patches), "most": most}
            raise BadInput([Finding("service.too_many_rows", values, file=ledger.source)])
        data = ledger_bytes(ledger)
        with self._desk.writing(self._keeping_action(district), district) as tx:
            return store_ledger(tx, ledger, data, name, parent=parent, note=note, district=district)

    def keep_scenario(
        self, scenario: Scenario, *, parent: int | None = None, note: str = "", district: str = ""
    ) -> Version:
        """Keep a scenario's next version, under the scenario's own name.

        Raises
        ------
        NotAllowed
        Conflict
            Somebody else kept one meanwhile; see :mod:`planner.service.merging`.
        BadInput
            The name or the note cannot be kept.
        """
        check_names(name=scenario.name, district=district)
        check_notes(note=note)
        with self._desk.writing(self._keeping_action(district), district) as tx:
            return store_scenario(tx, scenario, scenario.name, parent=parent, note=note, district=district)

    def keep_plan(
        self, plan: Plan, ledger: int, scenario: int, *, note: str = "", district: str = "", name: str = ""
    ) -> Version:
        """Keep a plan beside the versions it was made from, once the audit has let it through.

        Parameters
        ----------
        plan : Plan
        ledger, scenario : int
            Versions that are kept.
        note : str
        district : str
        name : str
            By default the scenario's.

        Raises
        ------
        NotAllowed
        PlanRefused
            The audit refuses it: it is no plan of these inputs. What it says is for those who may see the whole city;
            others are told no more than that it is refused.
        BadInput
            A version is none, or a draft of others.
        """
        check_names(name=name, district=district)
        check_notes(note=note)
        with self._desk.reading(self._keeping_action(district), district) as tx:
            person = self._desk.who(tx)
            made_from = (seen(tx, person, ledger, LEDGER_KIND), seen(tx, person, scenario, SCENARIO_KIND))
            for kept in made_from:
                require_fit(tx, kept, district)
                refuse_draft(kept)
            result = audit(open_ledger(tx, made_from[0]), open_scenario(tx, made_from[1]), plan)
        if not result.clean:
            whole = allowed(person, Action.READ_CITY)
            raise PlanRefused(result if whole else result.model_copy(update={"findings": ()}))
        with self._desk.writing(self._keeping_action(district), district) as tx:
            return store_plan(tx, plan, made_from, note=note, district=district, name=name)

    def keep_made(self, ledger: Ledger, scenario: Scenario, plan: Plan) -> Version:
        """Keep a plan with its ledger and scenario, each on top of the newest of its name; what is kept stays as it is.

        Raises
        ------
        NotAllowed
        Conflict
            Somebody else kept one meanwhile.
        PlanRefused
        """
        with self._desk.reading(Action.KEEP_CITY):
            pass
        name = scenario.name
        own = [kept for kept in self.versions() if not kept.document.district]  # a district's draft stays its own

        def last(kind: str, **wanted: str) -> Version | None:
            of_kind = [kept for kept in own if kept.document.kind == kind]
            return next((v for v in reversed(of_kind) if all(v.meta.get(k) == d for k, d in wanted.items())), None)

        def newest(kind: str) -> int | None:
            named = [kept.id for kept in own if (kept.document.kind, kept.document.name) == (kind, name)]
            return named[-1] if named else None

        if same := last(PLAN_KIND, plan_digest=plan.certificate.plan_digest):
            return same
        made_from = last(LEDGER_KIND, digest=ledger.digest)
        made_from = made_from or self.keep_ledger(ledger, name, parent=newest(LEDGER_KIND))
        under = last(SCENARIO_KIND, digest=scenario.digest)
        under = under or self.keep_scenario(scenario, parent=newest(SCENARIO_KIND))
        return self.keep_plan(plan, made_from.id, under.id)

    def open_plan(self, identity: int) -> PlanFolder:
        """A plan with everything it was made from, for those who may see the whole city.

        Raises
        ------
        NotAllowed
        StoreFault
            There is no such version, or its bytes were changed.
        """
        with self._desk.reading() as tx:
            return open_kept(tx, self._whole(tx, identity, PLAN_KIND))

    def open_ledger(self, identity: int) -> Ledger:
        """A ledger by its version.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            return open_ledger(tx, self._whole(tx, identity, LEDGER_KIND))

    def open_scenario(self, identity: int) -> Scenario:
        """A scenario by its version.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            return open_scenario(tx, self._whole(tx, identity, SCENARIO_KIND))

    def open_bytes(self, identity: int) -> bytes:
        """The bytes of a version as they are kept, for those who may see the whole city, or their own draft.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            person = self._desk.who(tx)
            kept = seen(tx, person, identity)
            made_by_hand = kept.document.kind in (LEDGER_KIND, SCENARIO_KIND, IMPORT_KIND)
            if not (made_by_hand and allowed(person, Action.READ_DRAFT, kept.document.district)):
                require(person, Action.READ_CITY)  # a plan, or a workbook of one, shows every district
            require_whole(person, kept)
            return get_bytes(tx, kept.digest)

    def answer(self, identity: int) -> KeptAnswer:
        """The answer of a question's job: ``job.result["version"]``, or of a replanning ``job.result["answer"]``.

        Raises
        ------
        NotAllowed
        StoreFault
        BadInput
            It is no answer.
        """
        with self._desk.reading() as tx:
            person = self._desk.who(tx)
            kept = seen(tx, person, identity, ANSWER_KIND)
            if not allowed(person, Action.READ_DRAFT, kept.document.district):  # to a district: cut to it
                require(person, Action.READ_CITY)
            data = json.loads(get_bytes(tx, kept.digest))
        meta = kept.meta
        return KeptAnswer(kept, meta["question"], meta["plan"], meta["options"], data, meta.get("plans", {}))

    def standing(self, identity: int) -> Standing:
        """Where a kept plan stands: what is newer of what it was made from, whether it is published and adopted.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            return standing_of(tx, self._desk.who(tx), self._plan(tx, identity))

    def known(self, kind: str, digest: str) -> Version | None:
        """The newest version of that content which this person may see, if there is one.

        Parameters
        ----------
        kind : str
        digest : str
            The ledger's or the scenario's own, whatever file it stands in.
        """
        return next((kept for kept in reversed(self.versions(kind)) if kept.meta.get("digest") == digest), None)

    def totals(self, identity: int) -> Totals:
        """The city's totals of a plan.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_TOTALS) as tx:
            return totals_of(open_kept(tx, self._plan(tx, identity)))

    def view(self, identity: int, district: str) -> DistrictView:
        """A district's patches, tasks and money of a plan, beside the city's totals.

        The whole plan is audited first; what is wrong elsewhere is not told.

        Raises
        ------
        NotAllowed
        BadInput
            The plan does not pass the audit.
        """
        with self._desk.reading(Action.READ_TASKS, district) as tx:
            kept = self._plan(tx, identity)
            folder = open_kept(tx, kept)
        if not audit(folder.ledger, folder.scenario, folder.plan).clean:
            values = {"id": identity, "name": kept.document.name}
            raise BadInput([Finding("service.plan_unclean", values, value=str(identity))])
        return district_view(folder, district)

    def export(self, identity: int, *, district: str = "", year: int | None = None, lang: Language = "zh") -> Export:
        """A plan's workbook. What was handed out once is handed out again byte for byte, by later versions too.

        Parameters
        ----------
        identity : int
        district : str
            Only this district's tasks.
        year : int, optional
            Only the task plans of this year.
        lang : {"zh", "en"}

        Raises
        ------
        NotAllowed
        BadInput
            There is no plan to show, or it has no tasks in the district and year.
        """
        action = Action.EXPORT_DISTRICT if district else Action.EXPORT_CITY
        with self._desk.reading(action, district) as tx:
            kept = self._plan(tx, identity)
            folder = open_kept(tx, kept)
            facts = self._paid(tx, folder)
        key = f"{kept.id}/{district}/{f'{year}/' if year is not None else ''}{lang}/{facts.digest[:12]}"

        def make() -> dict[str, Export]:
            with tempfile.TemporaryDirectory() as place:
                file = export_workbook(
                    folder.ledger, folder.scenario, folder.plan, place, district=district or None, year=year,
                    lang=lang, facts=facts,
                )  # fmt: skip
                return {key: Export(file.name, file.read_bytes())}

        return papers.handed_out(self._desk, key, kept, make, action, district)

    def brief(
        self,
        identity: int,
        *,
        lang: Language = "zh",
        ending: papers.BriefFormat = "docx",
        against: int | None = None,
    ) -> Export:
        """A plan's brief for leadership; where the plan is adopted, its footer says by whom, when and why.

        What was handed out once is handed out again byte for byte, until the plan is adopted anew.

        Parameters
        ----------
        identity : int
        lang : {"zh", "en"}
        ending : {"docx", "pdf"}
        against : int, optional
            Another plan: what differs stands right after the conclusion.

        Raises
        ------
        NotAllowed
        BadInput
            There is no plan to show.
        """
        return papers.brief(self._desk, identity, lang, ending, against)

    def comparison(self, identities: Sequence[int], *, lang: Language = "zh") -> Export:
        """A workbook that holds plans against the first of them; the same bytes each time.

        Raises
        ------
        NotAllowed
        BadInput
            Fewer than two plans, or one without a plan.
        """
        return papers.comparison(self._desk, identities, lang)

    def _paid(self, tx: Reading, folder: PlanFolder) -> Facts:
        """What was paid: by the steps of the working year where it has begun, else by what was taken in."""
        return facts_of(self._desk.service.cycles.at(tx)) if series(tx, YEAR_SERIES) else folder.facts

    def versions(self, kind: str | None = None) -> tuple[Version, ...]:
        """The versions that this person may see, oldest first.

        What came of a draft, and plans that an answer speaks of, stand in no list until they are published.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading() as tx:
            shown = published(tx)
            person = self._desk.who(tx)
            return tuple(kept for kept in versions(tx, kind) if _listed(kept, shown) and sees(person, kept, shown))

    def _keeping_action(self, district: str) -> Action:
        return Action.KEEP_DISTRICT if district else Action.KEEP_CITY

    def _plan(self, tx: Reading, identity: int) -> Version:
        return seen(tx, self._desk.who(tx), identity, PLAN_KIND)

    def _whole(self, tx: Reading, identity: int, kind: str) -> Version:
        person = self._desk.who(tx)
        kept = seen(tx, person, identity)
        own_draft = kind in (LEDGER_KIND, SCENARIO_KIND) and allowed(person, Action.READ_DRAFT, kept.document.district)
        if not own_draft:
            require(person, Action.READ_CITY)
        require_whole(person, kept)
        return seen(tx, person, identity, kind)


def _listed(kept: Version, shown: frozenset[int]) -> bool:
    return kept.document.kind != DOCUMENT_KIND and (ASIDE not in kept.meta or kept.id in shown)
