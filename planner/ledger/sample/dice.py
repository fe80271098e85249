"""Seeded chance that gives the same throws on every machine and Python version.

Only `random.Random.random`, whose stream Python guarantees, is used; what goes through `exp` or
`log` is rounded, so that the last bit of a mathematics library cannot move a figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of throws.

    Parameters
    ----------
    seed, name : int, str
        Streams of other names are independent: one more throw in one of them leaves the others alone.
    """

    def __init__(self, seed: int, name: str) -> None:
        self._random = Random(f"{seed}/{name}")

    def unit(self) -> float:
        """A number in [0, 1)."""
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit()

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.unit() * (high - low + 1))

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.unit() < probability

    def normal(self) -> float:
        """A standard normal number, rounded to nine decimals."""
        return round(NormalDist().inv_cdf(min(max(self.unit(), 1e-12), 1 - 1e-12)), 9)

    def lognormal(self, sigma: float) -> float:
        """A lognormal number of median 1, rounded to nine decimals."""
        return round(math.exp(sigma * self.normal()), 9)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self.unit() * len(items))]

    def weighted(self, items: Sequence[T], weights: Sequence[float]) -> T:
        """One of the items, in proportion to its weight."""
        left = self.unit() * sum(weights)
        for item, weight in zip(items, weights, strict=True):
            left -= weight
            if left < 0:
                return item
        return items[-1]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a random order."""
        mixed = list(items)
        for i in range(len(mixed) - 1, 0, -1):
            j = int(self.unit() * (i + 1))
            mixed[i], mixed[j] = mixed[j], mixed[i]
        return mixed

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items, in a random order."""
        return self.shuffled(items)[:count]
