"""Every patch of a plan as the overview's map, schedule, charts and table take it, and which of them are chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from planner.ledger import Patch, Treatment
from planner.office.figures import Book, Item

UNNAMED = "–"
"""Stands for the township of a patch that names none."""


@dataclass(frozen=True, slots=True)
class Site:
    """A patch and what the plan does there.

    Parameters
    ----------
    patch : Patch
    item : Item or None
        Its task; None where no works are planned: natural recovery, or a patch that the plan leaves out.
    """

    patch: Patch
    item: Item | None

    @property
    def district(self) -> str:
        """The district that answers for it."""
        return self.patch.district

    @property
    def township(self) -> str:
        """Its township, or `UNNAMED`."""
        return self.patch.township or UNNAMED

    @property
    def treatment(self) -> str:
        """How the plan restores it; without a task, how the ledger would."""
        return self.item.task.treatment if self.item else str(self.patch.treatment.value)

    @property
    def is_natural(self) -> bool:
        """Whether nature restores it, with no works planned."""
        return self.item is None and self.patch.treatment is Treatment.NATURAL

    @property
    def has_point(self) -> bool:
        """Whether the ledger says where it lies."""
        return self.patch.longitude is not None and self.patch.latitude is not None


@dataclass(frozen=True)
class Selection:
    """What is chosen; an empty text chooses everything. The fields are also the names of the URL's parameters.

    Parameters
    ----------
    district, township, patch : str
    year : str
        Of the start of works.
    tier : str
    category : str
        The treatment.
    """

    district: str = ""
    township: str = ""
    year: str = ""
    tier: str = ""
    category: str = ""
    patch: str = ""

    def of(self, sites: Iterable[Site], *, but: Collection[str] = ()) -> list[Site]:
        """The sites that are chosen, in their order; the fields in `but` are left out of the question."""
        wanted = [(name, value) for name, value in self.chosen.items() if name not in but]
        return [site for site in sites if all(value_of(site, name) == value for name, value in wanted)]

    @property
    def chosen(self) -> Mapping[str, str]:
        """The fields that choose something."""
        return {name: value for name in NAMES if (value := getattr(self, name))}

    def known(self, sites: Collection[Site]) -> Selection:
        """The same without what no site has: a link may be old, or of another plan.

        A township is one of its district, and goes where no district is chosen.
        """
        found = self
        for name in NAMES:
            among = [site for site in sites if name != "township" or site.district == found.district]
            if getattr(found, name) not in {value_of(site, name) for site in among}:
                found = replace(found, **{name: ""})
        return found

    def changed(self, **to: str) -> Selection:
        """With other choices; another district has other townships, and a single patch is let go."""
        if to.get("district", self.district) != self.district:
            to = {"township": "", **to}
        return replace(self, **{"patch": "", **to})


EVERYTHING = Selection()
NAMES = tuple(field.name for field in fields(Selection))


def sites(book: Book) -> tuple[Site, ...]:
    """Every patch of a plan, in the order of the ledger's districts, by township and id."""
    return tuple(Site(patch, book.item_of.get(patch.patch)) for patch in book.patches)


def value_of(site: Site, name: str) -> str:
    """What a site has in a field of `Selection`; a year is empty where no works start."""
    match name:
        case "year":
            return str(site.item.task.start) if site.item else ""
        case "tier":
            return str(site.patch.tier)
        case "category":
            return site.treatment
        case "patch":
            return site.patch.patch
        case _:
            return str(getattr(site, name))


def options(found: Collection[Site], chosen: Selection) -> dict[str, list[str]]:
    """What may be chosen in each field but the patch, in the order of people; townships are those of the district."""
    rank = [str(treatment.value) for treatment in Treatment]
    townships = {site.township for site in found if site.district == chosen.district}
    return {
        "district": list(dict.fromkeys(site.district for site in found)),
        "township": sorted(townships, key=lambda name: (name == UNNAMED, name)),
        "year": sorted({value for site in found if (value := value_of(site, "year"))}),
        "tier": sorted({value_of(site, "tier") for site in found}, key=int),
        "category": sorted({site.treatment for site in found}, key=rank.index),
    }
