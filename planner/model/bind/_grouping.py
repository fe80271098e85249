"""Rows of the choices table by what their patch belongs to."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np

from planner.model.choices import Bools, Choices, Ints

Label = TypeVar("Label", bound=Hashable)


def rows_by_label(choices: Choices, labels: Sequence[Label | None], wanted: Bools) -> dict[Label, Ints]:
    """The rows wanted, by the label of their patch, in one pass however many labels there are.

    Parameters
    ----------
    labels : sequence, one for each of the patches
        None: the patch belongs nowhere.
    wanted : bool array, shape (n,)

    Returns
    -------
    dict
        Every label, with its rows in ascending order; perhaps none.
    """
    codes: dict[Label, int] = {}
    of_patch = [-1 if label is None else codes.setdefault(label, len(codes)) for label in labels]
    code = choices.per_patch(of_patch)
    rows = np.flatnonzero(wanted & (code >= 0))
    rows = rows[np.argsort(code[rows], kind="stable")]
    cuts = np.searchsorted(code[rows], np.arange(len(codes) + 1))
    return {label: rows[cuts[i] : cuts[i + 1]] for label, i in codes.items()}
