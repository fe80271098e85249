"""The questions that a job can ask: each calls the very function of :mod:`planner.advice` that its command calls.

What an answer holds is said by its class, which its ``to_dict`` follows key by key:

=============  ====================================================  ================================================
question       answer                                                plans kept beside it, by
=============  ====================================================  ================================================
ladder         :class:`planner.advice.ladder.Ladder`                 ``rungs[].scale``
frontier       :class:`planner.advice.frontier.Frontier`             ``points[].number``
alternatives   :class:`planner.advice.alternatives.Alternatives`     ``alternatives[].number``
robust         :class:`planner.advice.robust.Robust`                 ``robust``
stress         :class:`planner.advice.stress.Stress`                 –
worth          :class:`planner.advice.worth.Worths`                  –
why            :class:`planner.advice.reasons.Reasons`               –
prices         :class:`planner.advice.prices.Prices`                 –
shortfall      :class:`planner.advice.shortfall.ShortfallAnswer`     –
=============  ====================================================  ================================================

*Why not* is part of *why* (``years``: each other year with what stands against it or what it costs); *conflicts* and
*ways out* are parts of *shortfall* (``first.obstacles``, ``conflict.members``, ``ways``). ``ways[].changes`` are keys
of the scenario with what they become, ready for :func:`planner.scenario.with_changes`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.advice.alternatives import Alternatives, alternatives
from planner.advice.frontier import Frontier, frontier
from planner.advice.ladder import Ladder, ladder
from planner.advice.prices import Prices, marginal_prices
from planner.advice.reasons import Reasons, why
from planner.advice.robust import Robust, robust
from planner.advice.shortfall import FirstAnswer, ShortfallAnswer, shortfall
from planner.advice.stress import Stress, stress
from planner.advice.worth import Worths, worth
from planner.findings import BadInput, Finding
from planner.model import Effort
from planner.office.folder import PlanFolder
from planner.plan import Plan
from planner.scenario import Scenario
from planner.service.progress import Report, count_of, turn_of
from planner.service.viewing import reasons_within
from planner.service.warmth import warm_session


@dataclass(frozen=True)
class Asked:
    """A question as it comes to the worker.

    Parameters
    ----------
    folder : PlanFolder
        The plan that is asked about.
    options : mapping
    district : str
        Whose people will read the answer; empty for the city's.
    report : callable
    stop : Event
    """

    folder: PlanFolder
    options: Mapping[str, Any]
    district: str
    report: Report
    stop: threading.Event

    def given(self, *names: str) -> dict[str, Any]:
        """Those of some options that are given: the others are as the function has them."""
        return {name: self.options[name] for name in names if name in self.options}

    @property
    def effort(self) -> Effort:
        """For each plan of an answer that is made of several."""
        return Effort(**self.given("seconds", "gap", "seed", "solver"), session=warm_session())

    def count(self, done: int, of: int | None, **more: Any) -> None:
        """Report how many parts are done."""
        self.report(count_of(done, of, **more))


@dataclass(frozen=True)
class Beside:
    """A plan that an answer speaks of, with the scenario that it was made under."""

    label: str
    scenario: Scenario
    plan: Plan


@dataclass(frozen=True)
class Question:
    """A question that plans again.

    Parameters
    ----------
    options : tuple of str
        What may be said beside the plan.
    answer : callable
        Gives an answer with ``to_dict``.
    beside : callable
        The plans that stand beside the answer.
    needed : tuple of str
        Options that must be said.
    own : bool
        Whether a district's planner may ask it about a patch of that district; the answer is cut to it.
    """

    options: tuple[str, ...]
    answer: Callable[[Asked], Any]
    beside: Callable[[Any], Iterable[Beside]] = lambda _: ()
    needed: tuple[str, ...] = ()
    own: bool = False


def _ladder(asked: Asked) -> Ladder:
    scales, done = asked.options.get("scales", ("0.9", "1", "1.1")), 0

    def rung(scale: str, _status: object) -> None:
        nonlocal done
        done += 1
        asked.count(done, len(scales), point=scale)

    return ladder(
        asked.folder.ledger, asked.folder.scenario, scales, effort=asked.effort, on_rung=rung, stop=asked.stop,
        **asked.given("anchor"),
    )  # fmt: skip


def _frontier(asked: Asked) -> Frontier:
    of, points = asked.options.get("of", ("waiting", "cost")), int(asked.options.get("points", 5))
    return frontier(
        asked.folder.ledger, asked.folder.scenario, of, points, effort=asked.effort,
        on_point=lambda done, most, _: asked.count(done, most), stop=asked.stop,
    )  # fmt: skip


def _alternatives(asked: Asked) -> Alternatives:
    count, within = int(asked.options.get("count", 3)), str(asked.options.get("within", "1"))
    folder = asked.folder
    return alternatives(
        folder.ledger, folder.scenario, count, within, best=folder.plan, effort=asked.effort,
        on_found=lambda done, distance: asked.count(done, count, distance=distance), stop=asked.stop,
    )  # fmt: skip


def _stress(asked: Asked) -> Stress:
    folder = asked.folder
    return stress(
        folder.ledger, folder.scenario, folder.plan, on_progress=asked.count, stop=asked.stop,
        **asked.given("draws", "seed"),
    )  # fmt: skip


def _worth(asked: Asked) -> Worths:
    folder = asked.folder
    return worth(
        folder.ledger, folder.scenario, folder.plan, on_progress=asked.count, stop=asked.stop,
        session=warm_session(), **asked.given("step_yuan", "most_moves", "seconds", "gap", "seed", "solver"),
    )  # fmt: skip


def _robust(asked: Asked) -> Robust:
    folder = asked.folder
    return robust(
        folder.ledger, folder.scenario, nominal=folder.plan, effort=asked.effort, stop=asked.stop,
        on_progress=lambda turn: asked.report(turn_of(turn)), **asked.given("gamma", "percent", "quantile", "draws"),
    )  # fmt: skip


def _why(asked: Asked) -> Reasons:
    folder, patch = asked.folder, str(asked.options["patch"])
    if asked.district and getattr(folder.ledger.by_id.get(patch), "district", None) != asked.district:
        raise BadInput([Finding("advice_questions.no_patch", {}, value=patch)])  # as of one that is not there
    found = why(
        folder.ledger, folder.scenario, folder.plan, patch, on_progress=asked.count, stop=asked.stop,
        session=warm_session(), **asked.given("seconds", "gap", "seed", "solver"),
    )  # fmt: skip
    return reasons_within(found, folder.ledger, asked.district) if asked.district else found


def _prices(asked: Asked) -> Prices:
    folder = asked.folder
    return marginal_prices(folder.ledger, folder.scenario, folder.plan, **asked.given("patches"))


def _shortfall(asked: Asked) -> ShortfallAnswer:
    def first(found: FirstAnswer) -> None:
        asked.report({"first": found.model_dump(mode="json")})

    folder = asked.folder
    return shortfall(
        folder.ledger, folder.scenario, on_first=first, stop=asked.stop, session=warm_session(),
        **asked.given("seconds", "seed", "solver"),
    )  # fmt: skip


def _rungs(found: Ladder) -> Iterable[Beside]:
    return (Beside(rung.scale, rung.scenario, rung.plan) for rung in found.rungs)


def _points(found: Frontier) -> Iterable[Beside]:
    return (Beside(str(point.number), point.scenario, point.plan) for point in found.points)


def _others(found: Alternatives) -> Iterable[Beside]:
    return (Beside(str(other.number), found.scenario, other.plan) for other in found.alternatives)


_EFFORT = ("seconds", "gap", "seed", "solver")
QUESTIONS: Mapping[str, Question] = {
    "ladder": Question(("scales", "anchor", *_EFFORT), _ladder, _rungs),
    "frontier": Question(("of", "points", *_EFFORT), _frontier, _points),
    "alternatives": Question(("count", "within", *_EFFORT), _alternatives, _others),
    "stress": Question(("draws", "seed"), _stress),
    "worth": Question(("step_yuan", "most_moves", *_EFFORT), _worth),
    "robust": Question(
        ("gamma", "percent", "quantile", "draws", *_EFFORT), _robust,
        lambda found: [Beside("robust", found.scenario, found.plan)],
    ),
    "why": Question(("patch", *_EFFORT), _why, needed=("patch",), own=True),
    "prices": Question(("patches",), _prices),
    "shortfall": Question(("seconds", "seed", "solver"), _shortfall),
}  # fmt: skip
