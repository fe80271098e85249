import math

import numpy as np
import pytest

from solvers import Limits, NoSolutionError, Outcome, Progress, Status, StoppedBy
from solvers.outcome import proved


def outcome(status, by, value=None, bound=None, x=None, message="told"):
    return Outcome(status, value, bound, x, 1.0, "s", "1", None, message, by)


X = np.array([1.0, 2.0])


@pytest.mark.parametrize(
    "fields",
    [
        (Status.OPTIMAL, StoppedBy.PROOF, 3.0, 3.0, X),
        (Status.FEASIBLE, StoppedBy.TIME, 3.0, None, X),
        (Status.FEASIBLE, StoppedBy.GAP, 3.0, 2.9, X),
        (Status.FEASIBLE, StoppedBy.CRASH, 3.0, 2.9, X),
        (Status.NOTHING_FOUND, StoppedBy.TIME, None, 2.0),
        (Status.INFEASIBLE, StoppedBy.PROOF),
        (Status.UNBOUNDED, StoppedBy.PROOF),
        (Status.FAILED, StoppedBy.CRASH),
    ],
)
def test_no_false_alarm(fields):
    assert outcome(*fields).has_solution == (len(fields) == 5)


@pytest.mark.parametrize(
    "fields",
    [
        (Status.OPTIMAL, StoppedBy.PROOF, 3.0, None, X),
        (Status.OPTIMAL, StoppedBy.TIME, 3.0, 3.0, X),
        (Status.OPTIMAL, StoppedBy.PROOF, None, 3.0, None),
        (Status.FEASIBLE, StoppedBy.PROOF, 3.0, 3.0, X),
        (Status.FEASIBLE, StoppedBy.TIME, None, 3.0, None),
        (Status.FEASIBLE, StoppedBy.TIME, math.nan, None, X),
        (Status.FEASIBLE, StoppedBy.TIME, 3.0, -math.inf, X),
        (Status.FEASIBLE, StoppedBy.TIME, 3.0, None, np.array([1.0, np.nan])),
        (Status.NOTHING_FOUND, StoppedBy.TIME, 3.0, 3.0, X),
        (Status.NOTHING_FOUND, StoppedBy.PROOF),
        (Status.INFEASIBLE, StoppedBy.PROOF, 3.0, None, X),
        (Status.INFEASIBLE, StoppedBy.PROOF, None, 3.0),
        (Status.INFEASIBLE, StoppedBy.TIME),
        (Status.UNBOUNDED, StoppedBy.PROOF, 1.0, None, None),
        (Status.FAILED, StoppedBy.CRASH, None, None, None, ""),
    ],
)
def test_contradictions_are_refused(fields):
    with pytest.raises(ValueError, match="an outcome that is"):
        outcome(*fields)


def test_asking_for_what_is_not_there():
    with pytest.raises(NoSolutionError, match=r"s says infeasible \(stopped by proof\): told"):
        _ = outcome(Status.INFEASIBLE, StoppedBy.PROOF).solution
    assert (outcome(Status.FEASIBLE, StoppedBy.TIME, 3.0, None, X).solution == X).all()


def test_the_solution_is_read_only():
    with pytest.raises(ValueError, match="read-only"):
        outcome(Status.FEASIBLE, StoppedBy.TIME, 3.0, None, X).solution[0] = 2.0


def test_gap():
    assert outcome(Status.FEASIBLE, StoppedBy.TIME, 200.0, 198.0, X).gap == pytest.approx(0.01)
    assert outcome(Status.FEASIBLE, StoppedBy.TIME, 0.5, 0.25, X).gap == 0.25
    assert outcome(Status.FEASIBLE, StoppedBy.TIME, 200.0, None, X).gap == math.inf
    assert Progress(1.0, None, 3.0).gap == math.inf
    assert Progress(1.0, -4.0, -5.0).gap == 0.25


def test_what_counts_as_proof():
    assert proved(1e9, 1e9 - 0.9, 1e-6)
    assert not proved(1e9, 1e9 - 1.1, 1e-6)
    assert not proved(5.0, 4.999, 1e-6)
    assert proved(5.0, 4.999, 0.01)
    assert not proved(5.0, None, 1e9)


@pytest.mark.parametrize(
    "wrong", [{"seconds": -1.0}, {"gap": -0.1}, {"nodes": -1}, {"threads": 0}, {"gap": math.nan}, {"memory_mb": -5}]
)
def test_limits_are_checked(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Limits(**wrong)


def test_limits_in_words(monkeypatch):
    assert Limits().describe() == "no time limit, to proof, 2 threads, seed 0"
    limits = Limits(seconds=60, gap=0.01, nodes=5, memory_mb=100)
    monkeypatch.setattr("sys.platform", "linux")
    assert limits.describe() == "60 s, gap 0.01, 5 nodes, 2 threads, seed 0, 100 MB"
    monkeypatch.setattr("sys.platform", "darwin")
    assert limits.describe().endswith("100 MB (not enforced on this system)")
