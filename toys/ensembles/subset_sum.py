"""Sums over subsets of random weights: the distance of the best of them from a target."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from toys.toy import Size, Toy

UNIT = 2.0**53
"""Weights are integer multiples of 2/UNIT, so that all sums are exact in 64-bit integers."""


class SubsetSum(Toy):
    """Choose the subset of n random weights whose sum is nearest to a target x.

    The weights are uniform on (-1, 1), and all 2ⁿ subsets are allowed. The loss is the distance
    between the best sum and x. It belongs to the best of very many sub-models, not to their
    average. Its mean is dominated by rare sets of weights that hardly reach x, so that its median
    or geometric mean is measured.

    The best subset is found by meeting in the middle: the sums of each half of the weights are
    sorted, and one walk through both lists takes 2^(n/2) steps instead of 2ⁿ.
    """

    x: Annotated[float, Field(ge=0.01, le=2, description="target")] = 0.3
    n: Annotated[int, Size("weights"), Field(ge=1, le=36, description="weights")] = 16
    statistic: Annotated[
        Literal["median", "geometric mean"], Field(description="statistic of the distance")
    ] = "median"

    derivations = ("ensemble.subset_sum",)

    @property
    def quantity(self) -> str:
        """The distance of the nearest sum."""
        return "distance between the target and the nearest subset sum"

    @property
    def source(self) -> str:
        """The passage that says that one of very many sub-models solves the problem."""
        return (
            "Anonymous2024, 'Why do big models work?', sub-models "
            "'one of which is likely to solve the problem'"
        )

    def derivation(self, axis: str) -> str | None:
        """The law in n, which does not depend on the target."""
        return "ensemble.subset_sum" if axis == "n" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Distances for `replicates` sets of weights, shape (replicates,)."""
        # weights are even multiples of 1/UNIT, the target is an odd one: no distance is 0
        target = int(self.x * UNIT) | 1
        nearest = np.empty(replicates, dtype=np.int64)
        half = self.n // 2
        few, many = 1 << half, 1 << (self.n - half)
        one, other = np.empty((2, few), dtype=np.int64), np.empty((2, many), dtype=np.int64)
        _nearest_sums(rng, target, half, self.n - half, one, other, nearest)
        return nearest / UNIT


@njit(cache=True, nogil=True, error_model="numpy")
def _sorted_sums(rng: np.random.Generator, n: int, sums: NDArray[np.int64]) -> int:
    """Write all subset sums of n new weights in increasing order; return their row in `sums`.

    Each weight doubles the list: it is merged with a copy that is shifted by the weight.
    """
    here = 0
    sums[0, 0] = 0
    size = 1
    for _ in range(n):
        weight = 2 * int(rng.random() * 9007199254740992.0) - 9007199254740992  # 2^53
        low, high = min(weight, 0), max(weight, 0)
        old, new = sums[here], sums[1 - here]
        i, j = 0, 0
        while (
            i < size
        ):  # the lower list ends first, because its last entry is the smaller of the two
            one, other = old[i] + low, old[j] + high
            first = one <= other
            new[i + j] = one if first else other
            i += first
            j += not first
        while j < size:
            new[size + j] = old[j] + high
            j += 1
        size *= 2
        here = 1 - here
    return here


@njit(cache=True, nogil=True, error_model="numpy")
def _nearest_sums(
    rng: np.random.Generator,
    target: int,
    n_one: int,
    n_other: int,
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    """Distance between the target and the nearest subset sum, for each replicate."""
    for k in range(out.size):
        rising = one[_sorted_sums(rng, n_one, one)]
        falling = other[_sorted_sums(rng, n_other, other)]
        i, j = 0, falling.size - 1
        best = abs(rising[0] + falling[j] - target)
        while i < rising.size and j >= 0:
            gap = rising[i] + falling[j] - target
            best = min(best, abs(gap))
            below = gap < 0
            i += below
            j -= not below
        out[k] = best
