"""A toy whose runs pass through all sizes, and whose covariance between sizes is known."""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from toys import Size, Toy


class RunningMean(Toy):
    """The squared mean of the first N of a stream of normal numbers.

    Its covariance between N <= M is 2/M².
    """

    N: Annotated[int, Size("draws"), Field(ge=1, le=10**6)] = 10

    path_axes: ClassVar[tuple[str, ...]] = ("N",)

    @property
    def quantity(self):
        return "squared error of the mean"

    @property
    def source(self):
        return "nobody, nowhere"

    def derivation(self, axis):
        return None

    def simulate_path(self, rng, replicates, axis, sizes):
        total, out = np.zeros(replicates), np.empty((replicates, len(sizes)))
        for n in range(1, int(max(sizes)) + 1):
            total += rng.standard_normal(replicates)
            for i, size in enumerate(sizes):
                if size == n:
                    out[:, i] = (total / n) ** 2
        return out

    def simulate(self, rng, replicates):
        return self.simulate_path(rng, replicates, "N", [self.N])[:, 0]

    def exact(self):
        return 1 / self.N
