"""Files that are handed in: kept as they came, and read by a worker."""

from __future__ import annotations

from planner.findings import BadInput, Finding
from planner.ledger import Mapping as ColumnMapping
from planner.service.aside import refuse_draft
from planner.service.kept import LEDGER_KIND, PLAN_KIND, facts_now, require_parent
from planner.service.rights import Action, require
from planner.service.said import check_names, check_notes, plain_file_name
from planner.service.watching import Watching
from planner.service.working import JobKind
from planner.store import StoreFault, get_bytes, put_bytes
from planner.store.queue import Job, submit


class HandingIn(Watching):
    """Workbooks and ledgers that somebody hands in."""

    def hand_in(self, plan: int, file: str, data: bytes, *, district: str = "", note: str = "") -> tuple[Job, bool]:
        """Hand a returned task workbook in: it is kept as it came, and read by a worker.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow, or `plan` is no plan of the city's.
        """
        check_names(district=district)
        check_notes(note=note)
        self._size(file, data)
        with self._desk.writing(Action.HAND_IN, district) as tx:
            inputs = [self._seen(tx, plan, PLAN_KIND)]
            refuse_draft(inputs[0])
            if inputs[0].document.district:
                raise BadInput([Finding("service.not_citys_plan", {"id": plan}, value=str(plan))])
            blob = put_bytes(tx, "xlsx", data)
            name = plain_file_name(file)
            payload = {"plan": plan, "content": blob.digest, "file": name, "note": note}
            key = self._key(
                JobKind.HAND_IN, inputs, {"content": blob.digest, "file": name, "facts": facts_now(tx).digest}, district
            )
            return submit(tx, JobKind.HAND_IN, key, payload, district=district, most_open=self._most)

    def check_ledger(
        self, file: str, data: bytes, *, mapping: ColumnMapping | None = None, district: str = ""
    ) -> tuple[Job, bool]:
        """Have a ledger's file looked through before it is kept: what its columns hold, and everything that is found.

        Parameters
        ----------
        file : str
        data : bytes
        mapping : Mapping, optional
            What people have said of its columns.
        district : str
            Whose it is to be; empty for the city's.

        Returns
        -------
        (Job, bool)
            Its result's ``version`` is an answer of the form of `planner.service.ledgers.Checked`.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow.
        """
        check_names(district=district)
        self._size(file, data)
        action = Action.KEEP_DISTRICT if district else Action.KEEP_CITY
        with self._desk.writing(action, district) as tx:
            blob = put_bytes(tx, _ending(file), data)
            payload = {"content": blob.digest, "file": plain_file_name(file), **_said(mapping)}
            key = self._key(JobKind.CHECK_LEDGER, [], payload, district)
            return submit(tx, JobKind.CHECK_LEDGER, key, payload, district=district, most_open=self._most)

    def ledger_file(self, identity: int) -> tuple[str, bytes]:
        """The file that was handed in for a job which checks or reads a ledger: its name and its bytes as they came.

        Raises
        ------
        NotAllowed
        StoreFault
            There is no such job for this person.
        """
        with self._desk.reading() as tx:
            person = self._desk.who(tx)
            job = self._seen_job(tx, person, identity)
            require(person, Action.KEEP_DISTRICT if job.district else Action.KEEP_CITY, job.district)
            if job.kind not in (JobKind.CHECK_LEDGER, JobKind.READ_LEDGER):
                raise StoreFault([Finding("store.no_job", {"id": identity}, value=str(identity))])
            return str(job.payload["file"]), get_bytes(tx, str(job.payload["content"]))

    def read_ledger(
        self,
        file: str,
        data: bytes,
        name: str,
        *,
        parent: int | None = None,
        note: str = "",
        district: str = "",
        mapping: ColumnMapping | None = None,
    ) -> tuple[Job, bool]:
        """Hand a ledger's file in: kept as it came, read by a worker, and a version where it has no fault.

        Parameters
        ----------
        file : str
        data : bytes
        name : str
        parent : int, optional
            The version that it is to follow; None where it is the first of its name.
        note : str
        district : str
        mapping : Mapping, optional
            What its columns hold, as people have confirmed; kept with the version.

        Raises
        ------
        NotAllowed
        BadInput
            It is larger than the settings allow, or the name or the note cannot be kept.
        """
        check_names(name=name, district=district)
        check_notes(note=note)
        self._size(file, data)
        action = Action.KEEP_DISTRICT if district else Action.KEEP_CITY
        with self._desk.writing(action, district) as tx:
            require_parent(tx, LEDGER_KIND, name, district, parent)
            blob = put_bytes(tx, _ending(file), data)
            payload = {
                "content": blob.digest, "file": plain_file_name(file), "name": name, "parent": parent, "note": note,
                **_said(mapping),
            }  # fmt: skip
            key = self._key(JobKind.READ_LEDGER, [], payload, district)
            return submit(tx, JobKind.READ_LEDGER, key, payload, district=district, most_open=self._most)

    def _size(self, file: str, data: bytes) -> None:
        most = self._desk.service.settings.limits.upload_mb
        if len(data) > most * 1024 * 1024:
            values = {"most": most, "size": f"{len(data) / 1024 / 1024:.1f}"}
            raise BadInput([Finding("service.too_large", values, file=plain_file_name(file))])


def _said(mapping: ColumnMapping | None) -> dict[str, str]:
    return {} if mapping is None else {"mapping": mapping.to_toml()}


def _ending(file: str) -> str:
    return plain_file_name(file).rpartition(".")[2].lower()[:8] or "bin"
