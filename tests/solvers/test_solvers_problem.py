import numpy as np
import pytest
from scipy import sparse
from solver_problems import INF, KNOWN, problem

from solvers import Problem, Sense
from solvers.exact import dot
from solvers.program import Program


def arrays(**change):
    fields = {
        "matrix": sparse.csr_array(np.array([[1.0, 2.0], [0.0, 3.0]])),
        "row_lower": np.array([-INF, 1.0]),
        "row_upper": np.array([4.0, INF]),
        "lower": np.zeros(2),
        "upper": np.array([1.0, INF]),
        "integer": np.array([True, False]),
        "objective": np.array([5.0, -1.5]),
    }
    return fields | change


@pytest.mark.parametrize("name", KNOWN)
def test_no_false_alarm(name):
    p = KNOWN[name][0]
    assert p.rows == p.matrix.shape[0]
    assert p.columns == p.matrix.shape[1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"row_lower": np.zeros(3)}, "row_lower has shape (3,)"),
        ({"objective": np.array([1.0, np.nan])}, "objective has 1 entries that are not finite"),
        ({"lower": np.array([np.nan, 0.0])}, "lower[0] is nan"),
        ({"lower": np.array([INF, 0.0])}, "lower[0] is inf; give a number, or -inf"),
        ({"upper": np.array([-INF, 0.0])}, "upper[0] is -inf"),
        ({"matrix": sparse.csr_array(np.array([[INF, 2.0], [0.0, 3.0]]))}, "matrix has 1 entries"),
        ({"row_names": ("a",)}, "row_names has 1 names for 2"),
        ({"column_names": ("a", "a")}, "'a' more than once"),
        ({"offset": INF}, "offset is inf"),
        ({"integer": np.array([True])}, "integer has shape (1,)"),
    ],
)
def test_faults_are_told(change, told):
    with pytest.raises(ValueError, match="not a well-formed problem") as caught:
        Problem(**arrays(**change))
    assert told in str(caught.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(ValueError, match="well-formed") as caught:
        Problem(**arrays(offset=INF, row_names=("a",), lower=np.array([np.nan, 0.0])))
    assert len(str(caught.value).splitlines()) == 4


def test_crossed_bounds_are_a_problem_not_a_fault():
    assert Problem(**arrays(lower=np.full(2, 5.0))).columns == 2


def test_a_problem_does_not_change_under_its_owner():
    lower = np.zeros(2)
    p = Problem(**arrays(lower=lower))
    lower[0] = 9.0
    assert p.lower[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        p.lower[0] = 9.0


def test_duplicate_entries_are_summed():
    twice = sparse.csr_array((np.array([1.0, 1.0]), (np.array([0, 0]), np.array([0, 0]))), shape=(1, 1))
    p = Problem(twice, *(np.array([v]) for v in (2.0, INF, 0.0, 5.0)), np.array([True]), np.array([1.0]))
    assert not p.violations(np.array([1.0]))


def test_text_of_a_small_problem():
    p = Problem(**arrays(row_names=("budget 2021", "area"), column_names=("甲", "rest"), offset=2.0, sense="maximise"))
    assert p.sense is Sense.MAXIMISE
    assert p.lp() == (
        "Maximize\n  5 甲 - 1.5 rest + 2\nSubject To\n  budget_2021: 甲 + 2 rest <= 4\n  area: 3 rest >= 1\n"
        "Bounds\n  0 <= 甲 <= 1\n  0 <= rest <= inf\nGeneral\n  甲\nEnd\n"
    )
    assert "maximise 1.5 to 5 over 2 columns (1 whole), 2 rows, 3 entries, coefficients 1 to 3" in p.describe()
    assert "budget_2021" in p.describe()


def test_ranges_and_equalities_in_text():
    text = problem([0, 0], [(1, [1, 1], 2), (3, [1, -1], 3)]).lp()
    assert "R0: 1 <= C0 + C1 <= 2" in text
    assert "R1: C0 - C1 = 3" in text


def test_a_large_problem_is_only_summed_up():
    assert "Subject To" not in problem([1.0] * 100, [(0, [1.0] * 100, 3)]).describe()


def test_violations_name_row_amount_and_limit():
    p = problem([1, 1], [(-INF, [50_000_000, 49_999_999], 99_999_998)])
    (found,) = p.violations(np.ones(2))
    assert (found.kind, found.name, found.activity, found.limit, found.excess) == (
        "row",
        "R0",
        99_999_999,
        99_999_998,
        1,
    )
    assert str(found) == "row R0: 99999999, allowed 99999998"
    assert not p.violations(np.ones(2), tol=2.0)


def test_violations_of_bounds_and_whole_columns():
    kinds = {v.kind for v in problem([1, 1], [(0, [1, 1], 9)], upper=3).violations(np.array([3.5, 4.0]))}
    assert kinds == {"bound", "whole"}


def test_violations_want_the_right_shape():
    with pytest.raises(ValueError, match="2 columns"):
        problem([1, 1], []).violations(np.zeros(3))


def test_value_is_exact_beyond_floats():
    big = 2.0**53
    assert dot(np.array([big, 1.0, -big]), np.array([3.0, 1.0, 3.0])) == 1.0
    assert dot(np.array([0.1] * 10), np.ones(10)) == 1.0
    assert problem([10**12 + 1, 10**12], [], sense=Sense.MAXIMISE, offset=0.5).value(np.ones(2)) == 2e12 + 1.5


def test_program_survives_the_folder(tmp_path):
    program = Program.of(KNOWN["with an offset"][0])
    program.save(tmp_path / "p.npz")
    again = Program.load(tmp_path / "p.npz")
    assert again.sign == -1.0
    assert again.offset == 5.5
    assert (again.objective == program.objective).all()
    assert (again.values == program.values).all()
