"""What each clause does by itself: the choices it takes away and the patches it requires."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.clauses import clauses
from planner.ledger import Ledger
from planner.model.choices import Bools, Choices, list_choices
from planner.model.draft import Draft
from planner.plan import Works
from planner.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Effects:
    """The choices table, and for each clause that is on what it does to it.

    Parameters
    ----------
    removed : mapping of clause to bool array, shape (choices,)
    required : mapping of clause to bool array, shape (patches,)
    """

    choices: Choices
    removed: Mapping[str, Bools]
    required: Mapping[str, Bools]

    def against(self, patch: int, year: int) -> list[str] | None:
        """Clauses that leave no choice of a patch in a year; empty where one is left, None where none ever was.

        Parameters
        ----------
        patch : int
            Its place in the ledger.
        """
        rows = np.flatnonzero((self.choices.patch == patch) & (self.choices.start == year))
        if not rows.size:
            return None
        names = [name for name, gone in self.removed.items() if gone[rows].any()]
        left = (
            ~np.any([self.removed[name][rows] for name in names], axis=0) if names else np.ones(rows.size, dtype=bool)
        )
        return [] if left.any() else names

    def requiring(self, patch: int) -> list[str]:
        """Clauses that require a patch."""
        return [name for name, wanted in self.required.items() if wanted[patch]]


def effects_of(ledger: Ledger, scenario: Scenario) -> Effects:
    """Bind every clause alone, each to a draft of its own.

    Parameters
    ----------
    ledger : Ledger
        As the scenario sees it.
    """
    works = Works(ledger, scenario)
    choices = list_choices(ledger, scenario)
    removed: dict[str, Bools] = {}
    required: dict[str, Bools] = {}
    for name in clauses():
        settings = scenario.clause(name)
        if not settings.on:
            continue
        draft = Draft(ledger, scenario, works, choices)
        importlib.import_module(f"planner.model.bind.{name}").bind(draft, settings)
        removed[name] = draft.closed
        required[name] = draft.required
    return Effects(choices, removed, required)
