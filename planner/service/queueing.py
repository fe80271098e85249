"""Work that takes time: asked for, looked at, stopped. Workers do it, see :mod:`planner.service.running`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.scenario import Scenario
from planner.service.aside import refuse_draft, store_draft
from planner.service.asking import check_asked, check_question
from planner.service.handing_in import HandingIn
from planner.service.kept import LEDGER_KIND, PLAN_KIND, SCENARIO_KIND, require_fit
from planner.service.rights import Action
from planner.service.said import check_names, check_notes
from planner.service.shown import shown
from planner.service.steps import SERIES as YEAR_SERIES
from planner.service.working import JobKind
from planner.store import Reading, series
from planner.store.queue import Job, newest_job, submit


class Queueing(HandingIn):
    """All jobs, at somebody's desk: what plans, and what reads a file."""

    def plan(
        self,
        ledger: int,
        scenario: int,
        *,
        district: str = "",
        note: str = "",
        solver: str = "highs",
        seconds: float = 60.0,
        gap: float | None = None,
        seed: int = 0,
        deterministic: bool = False,
        near: int | None = None,
    ) -> tuple[Job, bool]:
        """Ask for a plan of versions that are kept. The same question is the same job, and its plan the same plan.

        `near` is the version of an earlier plan to start the search from, after a small change; it decides nothing, and
        is no part of the question.

        Returns
        -------
        (Job, bool)
            The job, and whether it is new.

        Raises
        ------
        NotAllowed
        BadInput
            The versions are not a ledger and a scenario, the time is more than the settings allow, or the person has
            as many jobs in hand as the settings allow.
        """
        check_names(district=district)
        check_notes(note=note)
        action = Action.SOLVE_DISTRICT if district else Action.SOLVE_CITY
        effort = _effort(solver=solver, seconds=seconds, gap=gap, seed=seed, deterministic=deterministic)
        check_asked(self._most_seconds, effort)
        with self._desk.writing(action, district) as tx:
            key = self._plan_key(tx, ledger, scenario, effort, district)
            payload = {"ledger": ledger, "scenario": scenario, "note": note, "effort": effort}
            payload |= self._near(tx, near, district)
            return submit(tx, JobKind.PLAN, key, payload, district=district, most_open=self._most)

    def plan_draft(
        self,
        key: str,
        ledger: int,
        scenario: Scenario,
        *,
        district: str = "",
        near: int | None = None,
        **effort: Any,
    ) -> tuple[Job, bool]:
        """Ask for a plan of a scenario that has no name yet. Scenario and plan are kept for this person's eyes alone.

        No list shows them, and neither can be published or adopted; ask for a plan anew once the scenario has a name.

        Parameters
        ----------
        key : str
            What the page calls the draft: the next scenario under it is the next version of the same document.
        ledger : int
        scenario : Scenario
        district : str
        near : int, optional
        **effort
            As in `plan`.

        Raises
        ------
        NotAllowed
        BadInput
        """
        check_names(key=key, district=district)
        action = Action.SOLVE_DISTRICT if district else Action.SOLVE_CITY
        settled = _effort(**effort)
        check_asked(self._most_seconds, settled)
        with self._desk.writing(action, district) as tx:
            books = self._seen(tx, ledger, LEDGER_KIND)
            require_fit(tx, books, district)
            kept = store_draft(tx, scenario, key, district=district)
            asked = self._key(JobKind.PLAN, [books, kept], {**settled, "draft": kept.document.name}, district)
            payload = {"ledger": ledger, "scenario": kept.id, "note": "", "effort": settled}
            payload |= self._near(tx, near, district)
            return submit(tx, JobKind.PLAN, asked, payload, district=district, most_open=self._most)

    def find_plan(self, ledger: int, scenario: int, *, district: str = "", **effort: Any) -> Job | None:
        """The newest job that `plan` would give or follow, however it stands; nothing is asked for.

        Raises
        ------
        NotAllowed
        BadInput
        """
        check_names(district=district)
        action = Action.SOLVE_DISTRICT if district else Action.SOLVE_CITY
        settled = _effort(**effort)
        check_asked(self._most_seconds, settled)
        with self._desk.reading(action, district) as tx:
            return self._newest(tx, self._plan_key(tx, ledger, scenario, settled, district))

    def ask(
        self, question: str, plan: int, options: Mapping[str, Any] | None = None, *, district: str = ""
    ) -> tuple[Job, bool]:
        """Ask a question that plans again: see :mod:`planner.service.questions`; `Keeping.answer` opens what comes.

        Parameters
        ----------
        question : str
        plan : int
        options : mapping, optional
        district : str
            For a planner of that district, about a patch of it; the answer is cut to what the district may see.

        Raises
        ------
        NotAllowed
        BadInput
            There is no such question or option, or `plan` is no plan.
        """
        given = dict(options or {})
        self._check_question(question, given, district)
        with self._desk.writing(Action.ASK_OWN if district else Action.ASK, district) as tx:
            key = self._ask_key(tx, question, plan, given, district)
            payload = {"question": question, "plan": plan, "options": given}
            return submit(tx, JobKind.ASK, key, payload, district=district, most_open=self._most)

    def find_ask(
        self, question: str, plan: int, options: Mapping[str, Any] | None = None, *, district: str = ""
    ) -> Job | None:
        """The newest job that `ask` would give or follow, however it stands; nothing is asked for.

        Raises
        ------
        NotAllowed
        BadInput
        """
        given = dict(options or {})
        self._check_question(question, given, district)
        with self._desk.reading(Action.ASK_OWN if district else Action.ASK, district) as tx:
            return self._newest(tx, self._ask_key(tx, question, plan, given, district))

    def replan(
        self,
        as_of: int,
        *,
        note: str = "",
        seconds: float = 60.0,
        gap: float | None = None,
        max_moves: int | None = None,
    ) -> tuple[Job, bool]:
        """Ask for a plan of the years that are not issued, by the ledger as it stands after all that was done.

        Raises
        ------
        NotAllowed
        BadInput
            The working years have not begun.
        """
        check_notes(note=note)
        effort = {"seconds": seconds, "gap": gap}
        check_asked(self._most_seconds, {**effort, "max_moves": max_moves})
        with self._desk.writing(Action.SOLVE_CITY) as tx:
            self._desk.service.cycles.at(tx)
            steps = series(tx, YEAR_SERIES)
            payload = {
                "as_of": as_of, "steps": len(steps), "effort": effort, "max_moves": max_moves, "note": note
            }  # fmt: skip
            key = self._key(JobKind.REPLAN, [], payload, "")
            return submit(tx, JobKind.REPLAN, key, payload, most_open=self._most)

    @property
    def _most_seconds(self) -> int:
        return self._desk.service.settings.limits.solve_seconds

    def _check_question(self, question: str, options: Mapping[str, Any], district: str) -> None:
        check_names(district=district)
        check_question(question, options, self._most_seconds, district)

    def _plan_key(self, tx: Reading, ledger: int, scenario: int, effort: Mapping[str, Any], district: str) -> str:
        inputs = [self._seen(tx, ledger, LEDGER_KIND), self._seen(tx, scenario, SCENARIO_KIND)]
        for kept in inputs:
            require_fit(tx, kept, district)
            refuse_draft(kept)
        return self._key(JobKind.PLAN, inputs, effort, district)

    def _ask_key(self, tx: Reading, question: str, plan: int, options: Mapping[str, Any], district: str) -> str:
        inputs = [self._seen(tx, plan, PLAN_KIND)]
        require_fit(tx, inputs[0], district)
        return self._key(JobKind.ASK, inputs, {"question": question, **options}, district)

    def _newest(self, tx: Reading, key: str) -> Job | None:
        job = newest_job(tx, key)
        return None if job is None else shown(self._desk.who(tx), job)

    def _near(self, tx: Reading, near: int | None, district: str) -> dict[str, int]:
        """What a job is told of an earlier plan, if of any."""
        if near is None:
            return {}
        require_fit(tx, self._seen(tx, near, PLAN_KIND), district)
        return {"near": near}


def _effort(
    *,
    solver: str = "highs",
    seconds: float = 60.0,
    gap: float | None = None,
    seed: int = 0,
    deterministic: bool = False,
) -> dict[str, Any]:
    """What a solve is given, whoever asks for it."""
    return {"solver": solver, "seconds": seconds, "gap": gap, "seed": seed, "deterministic": deterministic}
