"""A threshold on the line, learned from noisy labels by minimising the number of errors.

The number of errors of a threshold at t + h, minus that of the true threshold t, is a random walk
over the samples between the two. A right label there is one error more, and a wrong label one error
less. The two walks, to the left and to the right of t, are simulated outwards, sample by sample,
until a new minimum is practically impossible. If labels are right with probability (1+m)/2 or more,
a walk that is H above its minimum falls to a new minimum with a probability below ((1-m)/(1+m))^H <
exp(-2mH) (gambler's ruin). A walk ends when this is below 6e-19.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from toys.learnability._chernoff import mean_drift
from toys.toy import Size, Toy

NO_RETURN = 42.0
"""A walk ends when 2mH exceeds this."""

PACE = 8
"""The walk checks whether it may end once in this many samples."""

ROUNDING = 1e-13
"""Relative error of the loss below which the ends of the line are neglected."""


class _NoisyThreshold(Toy):
    """Base class for both kinds of noise: the threshold 1/2, and how it is learned."""

    @property
    def t(self) -> float:
        """The true threshold."""
        return 0.5

    @property
    def quantity(self) -> str:
        """The error minus that of the true threshold."""
        return "excess error: probability of a wrong label, less the least possible"

    def _shifts(
        self, rng: np.random.Generator, N: int, k: float, clear: float, replicates: int
    ) -> NDArray[np.float64]:
        """Distances of the learned thresholds from the true one, shape (replicates,)."""
        right = rng.binomial(N, 0.5, size=replicates)
        out = np.empty(replicates)
        _learn(rng, N, right, float(k), float(clear), out)
        return out


class TsybakovThreshold(_NoisyThreshold):
    """Learn the threshold 1/2 from N uniform points whose labels are noisier near the threshold.

    A label at x is right with probability (1+m)/2, where m = |2(x-1/2)|^k. The learner takes a
    threshold with the fewest wrong labels, halfway between two neighbouring samples, or between a
    sample and the end of the line. If several have the fewest, it takes one at random. The loss is
    the excess error, which is 2^k h^(k+1)/(k+1) if the threshold is off by h.
    """

    k: Annotated[float, Field(ge=0.25, le=8, description="how fast the noise vanishes")] = 1.0
    N: Annotated[int, Size("samples"), Field(ge=1, le=10**9, description="samples")] = 1000

    derivations = ("pac.tsybakov",)

    @property
    def c(self) -> float:
        """Typical shift of the threshold, rescaled: (E h^(k+1))^(1/(k+1)) is c N^(-1/(2k+1)).

        It is computed from the argmax of a Brownian motion with drift, to about 1e-8 relative.
        """
        lost = mean_drift(self.k)
        return float((lost * (self.k + 1) / 2**self.k) ** (1 / (self.k + 1)))

    @property
    def source(self) -> str:
        """The passage that proposes sample complexity as a scaling law."""
        return "Anonymous2024, 'History'"

    def derivation(self, axis: str) -> str | None:
        """The law in N."""
        return "pac.tsybakov" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Excess errors of `replicates` learners, shape (replicates,)."""
        shifts = self._shifts(rng, self.N, self.k, 1.0, replicates)
        return np.asarray(2**self.k * shifts ** (self.k + 1) / (self.k + 1))


class MassartThreshold(_NoisyThreshold):
    """Learn the threshold 1/2 from N uniform points whose labels are flipped with probability q.

    The learner takes a threshold with the fewest wrong labels, halfway between two neighbouring
    samples, or between a sample and the end of the line. If several have the fewest, it takes one
    at random. The loss is the excess error, which is (1-2q) h if the threshold is off by h. Noise
    that stays away from 1/2 changes only the prefactor.
    """

    q: Annotated[float, Field(ge=0, le=0.45, description="probability of a flip")] = 0.2
    N: Annotated[int, Size("samples"), Field(ge=1, le=10**15, description="samples")] = 1000

    derivations = ("massart.flips", "threshold.midpoint")

    @property
    def source(self) -> str:
        """The passage that proposes sample complexity as a scaling law."""
        return "Anonymous2024, 'History'"

    def derivation(self, axis: str) -> str | None:
        """The law in N; without noise it is that of the midpoint."""
        if axis != "N":
            return None
        return "massart.flips" if self.q else "threshold.midpoint"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Excess errors of `replicates` learners, shape (replicates,)."""
        clear = 1 - 2 * self.q
        return clear * self._shifts(rng, self.N, 0.0, clear, replicates)

    def exact(self) -> float | None:
        """The expected excess error where the ends of the line are negligible; None otherwise.

        A minimum that lies j samples from t is (j + 1/2)/(N+1) away from it on average. On a side
        with n samples, where n is binomial, the walk misses a minimum further out with a
        probability of at most rho^n/(1 - rho), rho = 2 sqrt(q(1-q)).
        """
        q = self.q
        if q == 0:  # half of the difference of both gaps; ends included
            return -math.expm1(-self.N * math.log(2)) / (2 * (self.N + 1))
        rho = 2 * math.sqrt(q * (1 - q))
        missed = self.N * math.log((1 + rho) / 2) - math.log(1 - rho) + 2 * math.log(self.N + 1)
        if missed > math.log(ROUNDING):
            return None
        return massart_prefactor(q) / (self.N + 1)


def massart_prefactor(q: float) -> float:
    """N times the excess error of a threshold learned from labels with flips, for large N.

    With p = 1-q, the depths of the walks are geometric with the ratio q/p, and a new depth takes
    1/(p-q) samples on average. The walk then returns to its minimum a geometric number of times
    with the ratio q, after 1 + 1/(p-q) samples each. (symbolic: massart.flips)
    """
    return 0.75 / (1 - 2 * q) + 2 / (3 * (1 - q)) - 11 / 12 + 5 * q / 6 - 10 * q**2 / 3


@njit(cache=True, nogil=True, error_model="numpy")
def _margin(passed: float, k: float, clear: float) -> float:
    """Probability of a right label minus that of a wrong one; `passed` is the share of the side."""
    if k == 0.0:
        return clear
    if k == 1.0:
        return clear * passed
    return clear * passed**k


@njit(cache=True, nogil=True, error_model="numpy")
def _walk(
    rng: np.random.Generator, n: int, k: float, clear: float, found: NDArray[np.float64]
) -> None:
    """Walk from the threshold 1/2 outwards over at most n uniform points on one side.

    `found` receives the depth of the minimum; the number of gaps with this minimum, without the gap
    at the threshold; the middle of one of these gaps, drawn at random; and the distance of the
    first point.
    """
    passed = 0.0  # share of the side
    here = 0.5  # distance of the last point from the threshold
    first, place = 0.5, 0.0
    height, low, ties = 0, 0, 0
    chosen = False
    for i in range(n):
        step = rng.standard_exponential() / (n - i)
        if step < 1e-3:
            step *= 1.0 - step / 2 * (1.0 - step / 3 * (1.0 - step / 4))
        else:
            step = -math.expm1(-step)
        passed += (1.0 - passed) * step
        x = 0.5 * passed
        if chosen:
            place = 0.5 * (here + x)
            chosen = False
        if i == 0:
            first = x
        here = x
        u = 2.0 * rng.random()
        if u < 1.0 or u < 1.0 + _margin(passed, k, clear):
            height += 1
            if i % PACE == 0 and 2.0 * (height - low) * _margin(passed, k, clear) > NO_RETURN:
                break
        else:
            height -= 1
            if height < low:
                low, ties, chosen = height, 1, True
            elif height == low:
                ties += 1
                chosen = rng.random() * ties < 1.0
    if chosen:
        place = 0.5 * (here + 0.5)
    found[0] = -low
    found[1] = ties
    found[2] = place
    found[3] = first


@njit(cache=True, nogil=True, error_model="numpy")
def _learn(
    rng: np.random.Generator,
    N: int,
    right: NDArray[np.int64],
    k: float,
    clear: float,
    out: NDArray[np.float64],
) -> None:
    """Distance of 1/2 from the threshold with the fewest wrong labels; ties are random."""
    one, other = np.empty(4), np.empty(4)
    for i in range(out.size):
        _walk(rng, right[i], k, clear, one)
        _walk(rng, N - right[i], k, clear, other)
        if one[0] > other[0]:
            out[i] = one[2]
        elif one[0] < other[0]:
            out[i] = other[2]
        else:
            both = one[1] + other[1]
            drawn = rng.random() * (both + 1.0 if one[0] == 0.0 else both)
            if drawn < one[1]:
                out[i] = one[2]
            elif drawn < both:
                out[i] = other[2]
            else:
                out[i] = 0.5 * abs(one[3] - other[3])
