"""Where noisy losses of known law come from: curves with noise added, and simulated toys."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sims import Sweep, run_sweeps
from toys import Toy

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]
Sizes = Callable[[int], Floats]

TAILS = 4
"""Degrees of freedom of the heavy-tailed noise; its variance is 2."""


class Noise(NamedTuple):
    """Relative standard error at the smallest and the largest size, growing geometrically.

    Simulated toys have `replicates` at every size instead.
    """

    first: float
    last: float
    replicates: int


NOISES = {
    "0.1": Noise(0.001, 0.01, 10_000),
    "0.3": Noise(0.003, 0.03, 2_000),
    "1": Noise(0.01, 0.09, 200),
}
"""By the relative standard error at the smallest size, in percent."""


class Data(NamedTuple):
    """Sizes, losses and their standard errors, each of shape (n,); or their covariance, (n, n)."""

    sizes: Floats
    means: Floats
    errors: Floats

    @property
    def standard_errors(self) -> Floats:
        """Those of the losses one by one, shape (n,), whether or not they are correlated."""
        return self.errors if self.errors.ndim == 1 else np.sqrt(np.diag(self.errors))


Source = Callable[[np.random.Generator, int, Noise], Data]
"""Data from a generator, a number of sizes and a noise."""


def geometric(low: float, high: float, *, whole: bool = False) -> Sizes:
    """Sizes in geometric progression; whole numbers for toys that count."""

    def sizes(n: int) -> Floats:
        exact = np.geomspace(low, high, n)
        return np.round(exact) if whole else exact

    return sizes


def irregular(n: int) -> Floats:
    """From 8 on, half of the steps by a factor of 2, the others by 10."""
    steps = np.where(np.arange(n - 1) < n // 2, 2.0, 10.0)
    return 8 * np.cumprod(np.concatenate([[1.0], steps]))


def squares(n: int) -> Floats:
    """Squares of whole numbers from 9 to 8100: where the staircase of a capacity is smooth."""
    return np.round(np.geomspace(3, 90, n)) ** 2


def triangles(n: int) -> Floats:
    """m (m + 1) / 2 from 21 to 8256: where the staircase of a memory for pairs is smooth."""
    m = np.round(np.geomspace(6, 128, n))
    return m * (m + 1) / 2


def one_two_five(n: int) -> Floats:
    """10, 20, 50, 100 and so on."""
    steps = np.resize([2.0, 2.5, 2.0], n - 1)
    return 10 * np.cumprod(np.concatenate([[1.0], steps]))


STANDARD = geometric(8, 8192)


def curve(
    losses: Curve,
    sizes: Sizes = STANDARD,
    *,
    heavy_tails: bool = False,
    worst: float = 1.0,
    correlated: Literal["no", "stated", "hidden"] = "no",
) -> Source:
    """A known curve with noise of known standard error.

    Parameters
    ----------
    losses : callable
        Expected losses at sizes, shape of the sizes.
    sizes : callable
        Sizes, given how many.
    heavy_tails : bool
        Student t noise of the same standard deviation, instead of normal.
    worst : float
        Factor of the standard error at the middle size.
    correlated : {"no", "stated", "hidden"}
        Whether noise is correlated as averages over the first N of the same data are, by
        sqrt(N/M) between N < M; and whether the data say so, by a covariance.
    """

    @cache
    def truth(n: int) -> tuple[Floats, Floats]:
        at = sizes(n)
        return at, losses(at)

    def source(rng: np.random.Generator, n: int, noise: Noise) -> Data:
        at, expected = truth(n)
        relative = np.geomspace(noise.first, noise.last, n)
        relative[n // 2] *= worst
        deviates = (
            rng.standard_t(TAILS, n) / np.sqrt(TAILS / (TAILS - 2))
            if heavy_tails
            else rng.standard_normal(n)
        )
        errors = expected * relative
        if correlated != "no":
            correlation = np.sqrt(np.minimum.outer(at, at) / np.maximum.outer(at, at))
            deviates = np.linalg.cholesky(correlation) @ deviates
            if correlated == "stated":
                errors = np.outer(errors, errors) * correlation
        return Data(at, expected * (1 + relative * deviates), errors)

    return source


def power(a: float, *terms: tuple[float, float], floor: float = 0.0) -> Curve:
    """N^-a (1 + Σ b N^-w) + E, with `terms` the pairs (b, w)."""
    return lambda n: n**-a * (1 + sum(b * n**-w for b, w in terms)) + floor


def exact(toy: Toy, axis: str) -> Curve:
    """The exact expected loss of a toy along an axis."""

    def losses(sizes: Floats) -> Floats:
        values = [toy.at(**{axis: float(n)}).exact() for n in sizes]
        return np.array([value for value in values if value is not None])

    return losses


def simulated(toy: Toy, axis: str, sizes: Sizes, replicates: int | None = None) -> Source:
    """A toy that is simulated anew each time, its errors estimated from the replicates.

    Parameters
    ----------
    toy, axis, sizes
        What is simulated, and where.
    replicates : int, optional
        At each size, whatever the noise; by default those of the noise.
    """

    def source(rng: np.random.Generator, n: int, noise: Noise) -> Data:
        at = [int(size) for size in sizes(n)]
        seed = int(rng.integers(2**63 - 1))
        sweep = Sweep(toy, {axis: at}, replicates or noise.replicates, blocks=1, seed=seed)
        seen = run_sweeps([sweep], workers=1)[0]
        assert seen.standard_errors is not None, "a deterministic toy has no noise"
        return Data(np.array(at, dtype=float), seen.means, seen.standard_errors)

    return source
