"""Budgets as a grid of text: what a cell says in whole yuan, or what is wrong with it; nothing of Streamlit here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.findings import Finding
from planner.office.figures import source_rank
from planner.office.words import Words
from planner.plan import Purse
from planner.units import decimal_text

_GROUPED = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.(\d*))?")
_NOTHING = frozenset({"-", "–", "—", "－", "/"})
"""What Excel's accounting format and people write for nothing."""

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One purse and year."""

    purse: Purse
    year: int

    @property
    def id(self) -> str:
        """Its stable name in a draft."""
        return f"{self.purse.source}|{self.purse.district or ''}|{self.year}"

    @classmethod
    def of(cls, identity: str) -> Cell:
        """The cell of such a name."""
        source, district, year = identity.rsplit("|", 2)
        return cls(Purse(source, district or None), int(year))


@dataclass(frozen=True)
class Unread:
    """A text that is no amount.

    Parameters
    ----------
    why : {"not_a_number", "negative", "too_fine"}
    """

    why: str


def amount(said: str | None, words: Words) -> int | Unread | None:
    """What a cell says, in whole units of the currency.

    Read are digits of any width, with or without a sign every three digits, with or without the name of the money
    unit behind them; blanks count for nothing. Nothing is guessed: what could mean two things is refused.

    Returns
    -------
    int, Unread or None
        None for an empty cell.
    """
    plain = unicodedata.normalize("NFKC", said or "").replace("−", "-")
    plain = _without_unit("".join(plain.split()), words)
    if not plain:
        return None
    if plain in _NOTHING:
        return 0
    if (plain[0] == "-" and _GROUPED.fullmatch(plain[1:])) or plain[0] + plain[-1] == "()":
        return Unread("negative")
    found = _GROUPED.fullmatch(plain.removeprefix("+"))
    if found is None:
        return Unread("not_a_number")
    decimals = (found[4] or "").rstrip("0")
    if len(decimals) > words.decimals:
        return Unread("too_fine")
    return int(found[1].replace(",", "")) * words.size + int(decimals.ljust(words.decimals, "0") or 0)


def _without_unit(plain: str, words: Words) -> str:
    for name in (words.meta["money_unit_zh"], words.meta["money_unit_en"]):
        plain = plain.removesuffix("".join(name.split()))
    return plain


def fault(cell: Cell, said: str, unread: Unread, words: Words) -> Finding:
    """What is wrong with a cell: purse, year, value and the likely repair."""
    values = {"purse": words.purse(cell.purse), "year": cell.year, "said": said, "unit": words.unit,
              "decimals": words.decimals}  # fmt: skip
    return Finding(f"funding.{unread.why}", values, column=f"{values['purse']} {cell.year}", value=said)


def purses_of(plain: Plain) -> tuple[Purse, ...]:
    """The purses of a scenario's budgets, in the order of documents: by source, then as the scenario has them."""
    found = dict.fromkeys(Purse(entry["source"], entry.get("district")) for entry in plain["budgets"])
    return tuple(sorted(found, key=lambda purse: source_rank(purse.source)))


def years_of(plain: Plain) -> tuple[int, ...]:
    """The years of the horizon, and earlier ones of which the scenario has money."""
    horizon = range(plain["horizon"]["first"], plain["horizon"]["last"] + 1)
    return tuple(sorted({*horizon, *(entry["year"] for entry in plain["budgets"])}))


def money_of(plain: Plain) -> dict[str, int]:
    """The budgets by cell, in yuan."""
    return {
        Cell(Purse(entry["source"], entry.get("district")), entry["year"]).id: entry["yuan"]
        for entry in plain["budgets"]
    }


def with_money(plain: Plain, changed: Mapping[str, int]) -> dict[str, Any]:
    """The same scenario with other amounts in some cells; a cell that is new comes behind its purse's others."""
    budgets = [dict(entry) for entry in plain["budgets"]]
    place = {
        Cell(Purse(entry["source"], entry.get("district")), entry["year"]).id: at for at, entry in enumerate(budgets)
    }
    for identity, yuan in changed.items():
        cell = Cell.of(identity)
        if identity in place:
            budgets[place[identity]]["yuan"] = yuan
        else:
            budgets.append(
                {"source": cell.purse.source, "district": cell.purse.district, "year": cell.year, "yuan": yuan}
            )
    order = {purse: at for at, purse in enumerate(dict.fromkeys(_purse(entry) for entry in budgets))}
    budgets.sort(key=lambda entry: order[_purse(entry)])
    return {**plain, "budgets": budgets}


def _purse(entry: Plain) -> Purse:
    return Purse(entry["source"], entry.get("district"))


def shown(plain: Plain, typed: Mapping[str, str], words: Words) -> dict[Purse, dict[int, str]]:
    """What stands in each cell: the exact amount, what was typed where that is none, nothing without a budget."""
    money = money_of(plain)

    def text_of(cell: Cell) -> str:
        if cell.id in typed:
            return typed[cell.id]
        return decimal_text(money[cell.id], words.size) if cell.id in money else ""

    return {purse: {year: text_of(Cell(purse, year)) for year in years_of(plain)} for purse in purses_of(plain)}


def cut(plain: Plain, purses: Iterable[Purse], years: Iterable[int], per_mille: int) -> dict[str, int]:
    """Every budget of these purses and years changed by so many thousandths, rounded down to the yuan."""
    money, wanted = money_of(plain), [Cell(purse, year).id for purse in purses for year in years]
    return {identity: money[identity] * (1000 + per_mille) // 1000 for identity in wanted if identity in money}


def delayed(plain: Plain, purses: Iterable[Purse], years: Sequence[int], percent: int) -> tuple[dict[str, int], int]:
    """Part of the money of these purses and years comes a year later; what would come after the horizon does not come.

    Returns
    -------
    changed, lost
        Amounts by cell, and what falls behind the horizon.
    """
    money, last = money_of(plain), plain["horizon"]["last"]
    changed: dict[str, int] = {}
    lost = 0
    for purse in purses:
        for year in years:
            here = Cell(purse, year).id
            moved = money.get(here, 0) * percent // 100
            if not moved:
                continue
            changed[here] = changed.get(here, money[here]) - moved
            if year >= last:
                lost += moved
                continue
            there = Cell(purse, year + 1).id
            changed[there] = changed.get(there, money.get(there, 0)) + moved
    return changed, lost


@dataclass(frozen=True)
class Pasted:
    """What a block of text comes to: amounts by cell, and what could not be read."""

    money: Mapping[str, int]
    faults: tuple[Finding, ...]


def pasted(block: str, plain: Plain, words: Words) -> Pasted:
    """A block as it is copied from a table: years in its first row, purses in its first column.

    Parameters
    ----------
    block : str
        Columns parted by tabs, as Excel copies them. A purse is named as the grid names it.
    """
    rows = [line.split("\t") for line in block.replace("\r\n", "\n").split("\n") if line.strip()]
    known = {_key(words.purse(purse)): purse for purse in purses_of(plain)}
    years = years_of(plain)
    if not rows:
        return Pasted({}, ())
    heads = [_year(head, years) for head in rows[0][1:]]
    found: list[Finding] = [
        Finding("funding.no_such_year", {"said": said, "years": words.listed(map(str, years))}, column=said, value=said)
        for said, year in zip(map(str.strip, rows[0][1:]), heads, strict=True) if year is None and said
    ]  # fmt: skip
    money: dict[str, int] = {}
    for row in rows[1:]:
        name = row[0].strip()
        purse = known.get(_key(name))
        if purse is None:
            values = {"said": name, "purses": words.listed(map(words.purse, known.values()))}
            found.append(Finding("funding.no_such_purse", values, column=name, value=name))
            continue
        for said, year in zip(row[1:], heads, strict=False):
            if year is None:
                continue
            cell, read = Cell(purse, year), amount(said, words)
            if isinstance(read, Unread):
                found.append(fault(cell, said.strip(), read, words))
            elif read is not None:
                money[cell.id] = read
    return Pasted(money, tuple(found))


def as_block(plain: Plain, typed: Mapping[str, str], words: Words, head: str) -> str:
    """The grid as such a block, to be filled in Excel and pasted back."""
    cells = shown(plain, typed, words)
    lines = ["\t".join([head, *map(str, years_of(plain))])]
    lines += ["\t".join([words.purse(purse), *by_year.values()]) for purse, by_year in cells.items()]
    return "\n".join(lines)


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _year(said: str, years: Sequence[int]) -> int | None:
    plain = _key(said).removesuffix("度").removesuffix("年")
    return int(plain) if plain.isdecimal() and int(plain) in years else None
