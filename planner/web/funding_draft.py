"""The draft of a scenario on somebody's desk: what differs from its base, saved with every change, and a way back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from planner.findings import BadInput, Finding
from planner.scenario import Scenario, with_changes
from planner.service import Desk
from planner.service.merging import Changed, changed_leaves, plain_scenario
from planner.store import Version
from planner.texts import Language, text
from planner.web import funding_cells as cells
from planner.web import told

FORMAT = "shanfu-funding-draft/1"
MOST_BACK = 30
_KEY = "funding:"
_REFUSED = "funding:refused"
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
    """The draft of a base, as this person has it: in every tab the same, read anew in every run.

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
        self._drafts = desk.drafts
        self._key = f"{_KEY}{base.id}"
        self._state = f"{self._key}:{desk.author.who}"
        self._now: Draft | None = None

    @property
    def now(self) -> Draft:
        """As it stands; the base itself where nothing was changed."""
        if self._now is None:
            self._now = self._saved()
        return self._now

    @property
    def epoch(self) -> int:
        """Grows whenever the grid has to show something else than it was given and what was typed into it since."""
        return int(st.session_state.get(f"{self._state}:epoch", 0))

    @property
    def can_go_back(self) -> bool:
        """Whether there is an earlier state."""
        return bool(st.session_state.get(f"{self._state}:back"))

    def change(self, edit: Callable[[Draft], Draft], *, in_grid: bool = False) -> None:
        """Change the draft as it stands now, whichever tab it was changed in last, and save it.

        Parameters
        ----------
        edit : callable
            May raise `BadInput`: the draft then stays as it is.
        in_grid : bool
            Whether the grid shows the change already.
        """
        before = self._saved()
        try:
            after = edit(before)
        except BadInput as refused:
            refuse(refused.findings)
            return
        if after != before and self._take(after, in_grid):
            back: list[Draft] = st.session_state.setdefault(f"{self._state}:back", [])
            back.append(before)
            del back[:-MOST_BACK]

    def go_back(self) -> None:
        """Undo the last change."""
        back: list[Draft] = st.session_state.get(f"{self._state}:back", [])
        if back and self._take(back[-1], False):
            back.pop()

    def begin_again(self) -> None:
        """Go back to the base; the way back from there stays."""
        self.change(lambda _: Draft(self.began))

    def drop(self) -> None:
        """Forget the draft: it was kept under a name."""
        self._drafts.drop(self._key)
        st.session_state.pop(f"{self._state}:back", None)
        self._show(Draft(self.began), in_grid=False)

    def _saved(self) -> Draft:
        saved = self._drafts.load(self._key)
        draft = (None if saved is None else Draft.of(saved.content)) or Draft(self.began)
        known = st.session_state.get(f"{self._state}:known")
        self._show(draft, in_grid=known in (None, draft.content))
        return draft

    def _take(self, draft: Draft, in_grid: bool) -> bool:
        """Save a draft; a refusal is told in the next run, and nothing is changed."""
        try:
            if draft == Draft(self.began):
                self._drafts.drop(self._key)
            else:
                self._drafts.save(self._key, draft.content, self.base.id)
        except BadInput as refused:
            refuse(refused.findings)
            return False
        self._show(draft, in_grid)
        return True

    def _show(self, draft: Draft, in_grid: bool) -> None:
        self._now = draft
        st.session_state[f"{self._state}:known"] = draft.content
        if not in_grid:
            st.session_state[f"{self._state}:epoch"] = self.epoch + 1


def other_bases(desk: Desk, base: int) -> tuple[int, ...]:
    """The versions of which this person has other drafts, saved last first."""
    own = [one.base for one in desk.drafts.all() if one.key.startswith(_KEY)]
    return tuple(one for one in own if one is not None and one != base)


def refuse(findings: Sequence[Finding]) -> None:
    """Have the next run say why something was not done."""
    st.session_state[_REFUSED] = tuple(findings)


def refused(lang: Language) -> None:
    """Say why what was asked for last was not done."""
    if findings := st.session_state.pop(_REFUSED, None):
        told.refusal(findings, text("desk_page.refused", lang), lang)


def checked(draft: Draft) -> tuple[Scenario | None, tuple[Finding, ...]]:
    """The scenario of a draft, or why it is none."""
    try:
        return draft.scenario(), ()
    except BadInput as refused:
        return None, tuple(refused.findings)


def _put(plain: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    head, *rest = path
    return {**plain, head: _put(plain[head], rest, value) if rest else value}
