"""Documents about plans: made once, kept, and handed out again byte for byte, by later versions of the program too."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner.advice.compare import Planned, compare
from planner.office import comparison_name, export_brief, export_comparison
from planner.office.brief import Adopted
from planner.office.folder import PlanFolder
from planner.service.aside import called
from planner.service.deciding import stamps
from planner.service.kept import DOCUMENT_KIND, PLAN_KIND, Export, open_kept, seen
from planner.service.rights import Action
from planner.store import Reading, Version, get_bytes, save_version
from planner.store.documents import find_document, head
from planner.texts import Language

if TYPE_CHECKING:
    from planner.service.desk import Desk

BriefFormat = Literal["docx", "pdf"]
_FORMATS: tuple[BriefFormat, ...] = ("docx", "pdf")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def handed_out(
    desk: Desk, key: str, plan: Version, make: Callable[[], Mapping[str, Export]], action: Action, district: str = ""
) -> Export:
    """A document of a plan: the one that is kept under a key, else what is made now, which is kept.

    Parameters
    ----------
    desk : Desk
    key : str
    plan : Version
    make : callable
        Gives documents by their keys, the one that is asked for among them.
    action, district
        The right that is asked.

    Raises
    ------
    NotAllowed
    """
    with desk.reading(action, district) as tx:
        if (known := _known(tx, key, plan)) is not None:
            return known
    made = make()
    with desk.writing(action, district) as tx:
        for name, export in made.items():
            if _known(tx, name, plan) is None:
                save_version(
                    tx, DOCUMENT_KIND, name, export.data, ending=export.name.rpartition(".")[2], parent=None,
                    district=plan.document.district, meta={"plan": plan.id, "file": export.name},
                )  # fmt: skip
        return _known(tx, key, plan) or made[key]


def _known(tx: Reading, key: str, plan: Version) -> Export | None:
    document = find_document(tx, DOCUMENT_KIND, key, plan.document.district)
    if document is None:
        return None
    made = head(tx, document)
    return Export(str(made.meta["file"]), get_bytes(tx, made.digest))


def brief(desk: Desk, identity: int, lang: Language, ending: BriefFormat, against: int | None) -> Export:
    """See :meth:`planner.service.keeping.Keeping.brief`."""
    with desk.reading(Action.EXPORT_CITY) as tx:
        (kept, folder), *others = _opened(tx, desk, [identity] if against is None else [identity, against])
        adoption = next((stamp for stamp in reversed(stamps(tx, desk.service)) if stamp.version == identity), None)
    number = adoption.number if adoption else 0
    keys = {one: f"{identity}/brief/{one}/{lang}/{against or 0}/{number}" for one in _FORMATS}

    def make() -> dict[str, Export]:
        compared = _planned(*others[0], lang) if others else None
        adopted = Adopted(adoption.number, adoption.at, adoption.name, adoption.reason) if adoption else None
        with tempfile.TemporaryDirectory() as place:
            files = export_brief(
                folder.ledger, folder.scenario, folder.plan, place, lang=lang, compared=compared, adopted=adopted
            )
            return {keys[one]: _export(getattr(files, one)) for one in _FORMATS}

    return handed_out(desk, keys[ending], kept, make, Action.EXPORT_CITY)


def comparison(desk: Desk, identities: Sequence[int], lang: Language) -> Export:
    """See :meth:`planner.service.keeping.Keeping.comparison`."""
    with desk.reading(Action.EXPORT_CITY) as tx:
        opened = _opened(tx, desk, identities)
    plans = [_planned(*one, lang, letter) for one, letter in zip(opened, _LETTERS, strict=False)]
    key = f"{identities[0]}/comparison/{lang}/{'-'.join(map(str, identities[1:]))}"

    def make() -> dict[str, Export]:
        found = compare(plans)
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / comparison_name([(one.scenario, one.plan) for one in plans], lang)
            return {key: _export(export_comparison(found, plans[0], file, lang=lang))}

    return handed_out(desk, key, opened[0][0], make, Action.EXPORT_CITY)


def _opened(tx: Reading, desk: Desk, identities: Sequence[int]) -> list[tuple[Version, PlanFolder]]:
    found = [seen(tx, desk.who(tx), identity, PLAN_KIND) for identity in identities]
    return [(kept, open_kept(tx, kept)) for kept in found]


def _planned(kept: Version, folder: PlanFolder, lang: Language, letter: str = "") -> Planned:
    return Planned(folder.ledger, folder.scenario, folder.plan, named(kept, lang, letter))


def named(kept: Version, lang: Language, letter: str = "") -> str:
    """What a plan is called beside others: its letter, its name, its version."""
    return f"{letter} {called(kept, lang)} #{kept.number}".strip()


def _export(file: Path) -> Export:
    return Export(file.name, file.read_bytes())
