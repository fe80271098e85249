"""The draft of a scenario on somebody's desk: what differs from its base, saved with every change, and a way back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from planner.findings import BadInput, Finding
from planner.scenario import Scenario, with_changes
from planner.service import Desk
from planner.service.merging import Changed, changed_leaves, plain_scenario
from planner.store import Version
from planner.web import funding_cells as cells

FORMAT = "shanfu-funding-draft/1"
MOST_BACK = 30
_OWN_WORDS = ("name", "title", "note")
"""What a scenario is called: no part of what is tried out."""


@dataclass(frozen=True)
class Draft:
    """A scenario as it is being edited.

    Parameters
    ----------
    plain : mapping
        As plain data.
    typed : mapping of str to str
        What was typed into cells where it is no amount, by cell; the budget there is still the one before.
    """

    plain: Mapping[str, Any]
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> str:
        """As it is saved."""
        return json.dumps({"format": FORMAT, "plain": self.plain, "typed": self.typed}, ensure_ascii=False)

    @classmethod
    def of(cls, content: str) -> Draft | None:
        """A draft as it was saved; None for one of another form."""
        data = json.loads(content)
        return cls(data["plain"], data["typed"]) if data.get("format") == FORMAT else None

    def scenario(self) -> Scenario:
        """The scenario that it comes to.

        Raises
        ------
        BadInput
            It contradicts itself.
        """
        return Scenario.model_validate(self.plain)

    def with_money(self, money: Mapping[str, int]) -> Draft:
        """The same with other amounts; what was typed into those cells is gone."""
        typed = {cell: said for cell, said in self.typed.items() if cell not in money}
        return Draft(cells.with_money(self.plain, money), typed)

    def with_value(self, path: Sequence[str], value: Any) -> Draft:
        """The same with another value under a key."""
        return replace(self, plain=_put(self.plain, path, value))

    def with_changes(self, changes: Mapping[str, Any]) -> Draft:
        """The same with a way out in it: keys of the scenario with what they become.

        Raises
        ------
        BadInput
            What comes out is no scenario.
        """
        return replace(self, plain=plain_scenario(with_changes(self.scenario(), changes)))

    def value(self, path: Sequence[str]) -> Any:
        """The value under a key."""
        found: Any = self.plain
        for step in path:
            found = found[step]
        return found

    def changes(self, base: Mapping[str, Any]) -> tuple[Changed, ...]:
        """What differs from the base, names and notes aside."""
        return tuple(one for one in changed_leaves(base, self.plain) if one.path[0] not in _OWN_WORDS)


class Drafting:
    """The draft of a base, as this person has it.

    Parameters
    ----------
    desk : Desk
    base : Version
    began : Scenario
        The base.
    """

    def __init__(self, desk: Desk, base: Version, began: Scenario) -> None:
        self.base = base
        self.began = plain_scenario(began)
        self._desk = desk
        self._key = f"funding:{base.id}"
        self._state = f"{self._key}:{desk.author.who}"

    @property
    def now(self) -> Draft:
        """As it stands; the base itself where nothing was changed."""
        found = st.session_state.get(self._state)
        if found is None:
            saved = scratch(self._desk, self._key)
            found = (None if saved is None else Draft.of(saved)) or Draft(self.began)
            st.session_state[self._state] = found
        assert isinstance(found, Draft)
        return found

    @property
    def epoch(self) -> int:
        """Grows whenever the grid has to show something else than it was given and what was typed into it since."""
        return int(st.session_state.get(f"{self._state}:epoch", 0))

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier state."""
        return bool(st.session_state.get(f"{self._state}:back"))

    def change(self, draft: Draft, *, in_grid: bool = False) -> None:
        """Take a change over, and save it.

        Parameters
        ----------
        draft : Draft
        in_grid : bool
            Whether the grid shows it already.
        """
        if draft == self.now:
            return
        back: list[Draft] = st.session_state.setdefault(f"{self._state}:back", [])
        back.append(self.now)
        del back[:-MOST_BACK]
        self._take(draft, in_grid)

    def go_back(self) -> None:
        """Undo the last change."""
        back: list[Draft] = st.session_state.get(f"{self._state}:back", [])
        if back:
            self._take(back.pop(), False)

    def begin_again(self) -> None:
        """Go back to the base; the way back from there stays."""
        self.change(Draft(self.began))

    def drop(self) -> None:
        """Forget the draft: it was kept under a name."""
        for name in ("", ":back"):
            st.session_state.pop(self._state + name, None)
        self._new_grid()
        forget(self._desk, self._key)

    def _take(self, draft: Draft, in_grid: bool) -> None:
        st.session_state[self._state] = draft
        if not in_grid:
            self._new_grid()
        if draft == Draft(self.began):
            forget(self._desk, self._key)
        else:
            save(self._desk, self._key, draft.content, self.base.id)

    def _new_grid(self) -> None:
        st.session_state[f"{self._state}:epoch"] = self.epoch + 1


def checked(draft: Draft) -> tuple[Scenario | None, tuple[Finding, ...]]:
    """The scenario of a draft, or why it is none."""
    try:
        return draft.scenario(), ()
    except BadInput as refused:
        return None, tuple(refused.findings)


def scratch(desk: Desk, key: str) -> str | None:
    """What this person saved under a key."""
    found = st.session_state.get(f"scratch:{desk.author.who}:{key}")
    return None if found is None else str(found)


def save(desk: Desk, key: str, content: str, base: int) -> None:
    """Save something for this person alone."""
    st.session_state[f"scratch:{desk.author.who}:{key}"] = content


def forget(desk: Desk, key: str) -> None:
    """Forget what was saved."""
    st.session_state.pop(f"scratch:{desk.author.who}:{key}", None)


def _put(plain: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    head, *rest = path
    return {**plain, head: _put(plain[head], rest, value) if rest else value}
