"""The working year at somebody's desk: steps are checked against all that was done before, and kept for good.

What a step may be is decided in :mod:`planner.cycle`; here stands who the person is, and that two steps at the same
moment are one after the other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.cycle import (
    ChangeReport,
    CheckDue,
    Cycle,
    Kind,
    Local,
    Progress,
    PurseYear,
    Score,
    Step,
    Tracked,
    accounts,
    change_report,
    checks_due,
    issue_of,
    local,
    overdue,
    progress,
    scorecard,
)
from planner.findings import BadInput, Finding
from planner.office.scorecard import scorecard_bytes, scorecard_name
from planner.service.deciding import adoptions
from planner.service.kept import Export, open_kept
from planner.service.rights import Action, NotAllowed, allowed, require
from planner.service.said import plain_file_name
from planner.service.steps import ACTION_OF, BEGIN, IN_FORCE, SERIES, district_of, keep_step, step_of
from planner.store import Reading, Record, append, put_bytes, series, version
from planner.texts import Language

if TYPE_CHECKING:
    from planner.service.desk import Desk


class Year:
    """The working year, at somebody's desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def begin(self, plan: int, note: str = "") -> Record:
        """Begin to work by an adopted plan.

        Raises
        ------
        NotAllowed
        BadInput
            The plan is not the one that was adopted last, or the years have begun already.
        """
        return self._put(BEGIN, plan, note)

    def put_in_force(self, plan: int, note: str = "") -> Record:
        """Work by another adopted plan from now on: it keeps all that is issued.

        Raises
        ------
        NotAllowed
        BadInput
            It moves or drops what is issued (Budget Law, art. 72), or was not adopted last.
        """
        return self._put(IN_FORCE, plan, note)

    def take(
        self,
        kind: Kind,
        year: int,
        *,
        number: str,
        district: str = "",
        patch: str | None = None,
        remark: str = "",
        payload: Mapping[str, Any] | None = None,
        at: str | None = None,
    ) -> Step:
        """Take a step, if it may be taken now and by this person.

        Parameters
        ----------
        kind : Kind
        year : int
        number : str
            Document number.
        district : str
            By default the patch's.
        patch : str, optional
        remark : str
        payload : mapping, optional
            See `planner.cycle.PAYLOADS`. An application is by default for all that is to be applied for, an issue for
            what the plan in force gives.
        at : str, optional
            When it was done, where it is entered later (ISO, with its offset); when it was entered stands in the trail.

        Raises
        ------
        NotAllowed
        BadInput
            The present state, what was asked, what comes first and who may do it.
        """
        home = self._home(patch)
        if patch is not None and not self._sees_patches_of(home):  # not told apart from one that is not there
            raise NotAllowed([Finding("service.unknown_patch", {}, column="patch", value=patch)])
        with self._desk.writing(ACTION_OF[kind], district or home) as tx:
            cycle = self._cycle(tx)
            whose = district or (district_of(cycle, patch) if patch else "")
            person = self._desk.service.person(tx, self._desk.author.who)
            require(person, ACTION_OF[kind], whose)
            if patch is not None and not whose:
                raise BadInput([Finding("service.unknown_patch", {}, column="patch", value=patch)])
            step = step_of(
                person, kind, year, whose, patch, at=self._moment(at), number=number, remark=remark,
                payload=payload or _default(cycle, kind, whose, year),
            )  # fmt: skip
            cycle.then(step)
            keep_step(tx, step)
            return step

    def prove(self, name: str, data: bytes) -> dict[str, str]:
        """Keep a photo or a paper, and give what a step says of it.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow.
        """
        plain = plain_file_name(name)
        most = self._desk.service.settings.limits.upload_mb
        if len(data) > most * 1024 * 1024:
            values = {"most": most, "size": f"{len(data) / 1024 / 1024:.1f}"}
            raise BadInput([Finding("service.too_large", values, file=plain)])
        with self._desk.store.writing(self._desk.author) as tx:
            person = self._desk.service.person(tx, self._desk.author.who)
            if not any(allowed(person, Action.CARRY_OUT, district) for district in ("", *person.districts)):
                require(person, Action.ACCEPT)
            put_bytes(tx, plain.rpartition(".")[2].lower()[:8] or "bin", data)
        return {"name": plain, "sha256": hashlib.sha256(data).hexdigest()}

    def state(self) -> Cycle:
        """All that was done, for those who may see the whole city.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_CITY) as tx:
            return self._cycle(tx)

    def begun(self) -> int | None:
        """The plan that the years are worked by; None before they have begun.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_TOTALS) as tx:
            plans = [int(one.payload["plan"]) for one in series(tx, SERIES) if one.kind in (BEGIN, IN_FORCE)]
        return plans[-1] if plans else None

    def of(self, district: str) -> Local:
        """What was done in a district, as it stands now.

        Raises
        ------
        NotAllowed
        BadInput
            The years have not begun.
        """
        with self._desk.reading(Action.READ_YEAR, district) as tx:
            return local(self._cycle(tx), district)

    def to_apply(self, district: str, year: int) -> tuple[str, ...]:
        """The patches that a district has to apply for.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_YEAR, district) as tx:
            return self._cycle(tx).to_apply(district, year)

    def steps(self, district: str) -> tuple[Step, ...]:
        """What was done in a district, oldest first.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_YEAR, district) as tx:
            return tuple(step for step in self._cycle(tx).history if step.district == district)

    def scorecard(self, as_of: dt.date, district: str = "") -> tuple[Score, ...]:
        """The appraisal of a district, or of every district for those who may see the city.

        Raises
        ------
        NotAllowed
        BadInput
            The ledger has no such district.
        """
        with self._reading(district) as tx:
            rows = scorecard(self._cycle(tx), as_of)
        known = dict.fromkeys(row.district for row in rows)
        if district and district not in known:
            raise BadInput(
                [Finding("appraisal.no_district", {"known": "、".join(known)}, column="district", value=district)]
            )
        return tuple(row for row in rows if not district or row.district == district)

    def export_scorecard(self, as_of: dt.date, district: str = "", lang: Language = "zh") -> Export:
        """The appraisal as a workbook; of a district, with nothing of another's in it.

        Raises
        ------
        NotAllowed
        BadInput
            The years have not begun, or the ledger has no such district.
        """
        with self._desk.reading(Action.EXPORT_DISTRICT if district else Action.EXPORT_CITY, district) as tx:
            data = scorecard_bytes(self._cycle(tx), as_of, lang=lang, district=district or None)
        return Export(scorecard_name(as_of, lang, district or None), data)

    def overdue(self, as_of: dt.date, district: str = "") -> dict[str, tuple[Tracked, ...]]:
        """Tracked matters past their day, by district.

        Raises
        ------
        NotAllowed
        """
        with self._reading(district) as tx:
            found = overdue(self._cycle(tx), as_of)
        return {name: items for name, items in found.items() if not district or name == district}

    def checks_due(self, as_of: dt.date, district: str = "") -> tuple[CheckDue, ...]:
        """Checks after acceptance that are due.

        Raises
        ------
        NotAllowed
        """
        with self._reading(district) as tx:
            found = checks_due(self._cycle(tx), as_of)
        return tuple(due for due in found if not district or due.district == district)

    def progress(self, as_of: dt.date) -> tuple[Progress, ...]:
        """The city's targets and what has come of them: totals, which everyone may see.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_TOTALS) as tx:
            return progress(self._cycle(tx), as_of)

    def accounts(self) -> tuple[PurseYear, ...]:
        """Every purse and year to the yuan.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_CITY) as tx:
            return accounts(self._cycle(tx))

    def changes(self) -> ChangeReport:
        """The ledger as it was and as it is, with every change.

        Raises
        ------
        NotAllowed
        """
        with self._desk.reading(Action.READ_CITY) as tx:
            cycle = self._cycle(tx)
            return change_report(cycle.ground.ledger, cycle.register)

    def _reading(self, district: str) -> Any:
        return self._desk.reading(Action.READ_YEAR if district else Action.READ_CITY, district)

    def _put(self, kind: str, plan: int, note: str) -> Record:
        with self._desk.writing(Action.ADOPT) as tx:
            decided = adoptions(tx)
            if not decided or int(decided[-1].payload["version"]) != plan:
                raise BadInput([Finding("service.not_adopted", {"id": plan}, value=str(plan))])
            records = series(tx, SERIES)
            if (kind == BEGIN) == bool(records):
                raise BadInput([Finding("service.years_begun" if records else "service.years_not_begun", {})])
            if kind == IN_FORCE:
                self._cycle(tx).with_plan(open_kept(tx, version(tx, plan)).plan)
            return append(tx, SERIES, kind, {"plan": plan, "note": note})

    def _cycle(self, tx: Reading) -> Cycle:
        return self._desk.service.cycles.at(tx)

    def _home(self, patch: str | None) -> str:
        """The district of a patch, before the right to look is asked: nothing of it is told."""
        if patch is None:
            return ""
        with self._desk.store.reading() as tx:
            return district_of(self._cycle(tx), patch)

    def _sees_patches_of(self, district: str) -> bool:
        person = self._desk.person
        return allowed(person, Action.READ_CITY) or (district != "" and allowed(person, Action.READ_YEAR, district))

    def _moment(self, at: str | None) -> str:
        now = self._desk.service.now()
        if at is None:
            return now.isoformat()
        try:
            moment = dt.datetime.fromisoformat(at)
        except ValueError as error:
            raise BadInput([Finding("service.no_moment", {}, column="at", value=at)]) from error
        moment = moment if moment.tzinfo else moment.astimezone()
        if moment > now:
            raise BadInput([Finding("service.in_the_future", {}, column="at", value=at)])
        return moment.isoformat()


def _default(cycle: Cycle, kind: Kind, district: str, year: int) -> dict[str, Any]:
    if kind is Kind.APPLY:
        return {"tasks": list(cycle.to_apply(district, year))}
    if kind is Kind.ISSUE:
        return issue_of(cycle, district, year).model_dump(mode="json")
    return {}
