"""How certain the constants of a fitted surface are: the fit repeated on resampled runs.

Residuals of training runs are heteroscedastic: resampling them understates the errors 1.7-fold on
the runs of Hoffmann2022. So whole runs are resampled (pairs bootstrap: Efron and
Tibshirani 1993, An Introduction to the Bootstrap, section 9.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sims.errors import BadInput, unknown
from sims.surface.law import Surface
from sims.surface.objective import SurfaceProblem

LEVEL = 0.95
BATCH = 2**21
"""Weights drawn at a time; what is drawn does not depend on it."""


@dataclass(frozen=True)
class SurfaceBootstrap:
    """Surfaces fitted to resampled runs.

    Attributes
    ----------
    form : str
        Of the surfaces.
    fitted : tuple of str
        The constants that were fitted.
    constants : ndarray, shape (repeats, p)
        A, B, E, alpha, beta and, for a mean, q.
    flags : tuple of str
        Reasons for doubt; empty if there are none.
    """

    form: str
    fitted: tuple[str, ...]
    constants: NDArray[np.float64]
    flags: tuple[str, ...]

    @cached_property
    def samples(self) -> dict[str, NDArray[np.float64]]:
        """By name, shape (repeats,) each: the fitted constants and the exponents of the frontier.

        N_opt ~ C^a, D_opt ~ C^b and L_opt - E ~ C^-c.
        """
        names = ("A", "B", "E", "alpha", "beta", "q")
        columns = dict(zip(names, self.constants.T, strict=False))
        alpha, beta = columns["alpha"], columns["beta"]
        total = alpha + beta
        samples = {name: columns[name] for name in self.fitted}
        return samples | {"a": beta / total, "b": alpha / total, "c": alpha * beta / total}

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard deviations of the samples, by name."""
        return {name: float(np.std(values, ddof=1)) for name, values in self.samples.items()}

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Of the fitted constants in the order of `fitted`."""
        return np.cov([self.samples[name] for name in self.fitted])

    def interval(self, name: str, level: float = LEVEL) -> tuple[float, float]:
        """Percentile interval of a constant or an exponent of the frontier.

        Raises
        ------
        BadInput
            If there is no such name, or the level is not between 0 and 1.
        """
        if name not in self.samples:
            raise unknown("constant", name, self.samples)
        low, high = np.quantile(self.samples[name], tails(level))
        return float(low), float(high)

    def surfaces(self) -> Iterator[Surface]:
        """The surface of every resample."""
        for row in self.constants:
            yield Surface(self.form, *(float(value) for value in row))


def bootstrap_pairs(
    problem: SurfaceProblem, theta: NDArray[np.float64], repeats: int, seed: int
) -> SurfaceBootstrap:
    """Fit resampled runs, each fit starting from `theta`.

    A resample is a vector of multinomial weights from PCG64DXSM(seed).

    Raises
    ------
    BadInput
        If there are fewer than 2 repeats, or the seed is negative.
    """
    if isinstance(repeats, bool) or repeats != int(repeats) or repeats < 2:
        raise BadInput(f"repeats = {repeats} is not allowed (a whole number, at least 2)")
    if isinstance(seed, bool) or seed != int(seed) or seed < 0:
        raise BadInput(f"seed = {seed} is not allowed (a whole number >= 0)")
    rng = np.random.Generator(np.random.PCG64DXSM(int(seed)))
    runs = problem.x.size
    share = np.full(runs, 1 / runs)
    size = max(1, BATCH // runs)
    parts = []
    for start in range(0, int(repeats), size):
        weights = rng.multinomial(runs, share, size=min(size, int(repeats) - start))
        parts.append(_refit(problem, theta, weights.astype(float)))
    return _summary(problem, *(np.concatenate(part) for part in zip(*parts, strict=True)))


def bootstrap_weights(
    problem: SurfaceProblem, theta: NDArray[np.float64], weights: NDArray[np.float64]
) -> SurfaceBootstrap:
    """Fit runs with the given weights, shape (repeats, runs), each fit starting from `theta`."""
    if weights.ndim != 2 or weights.shape[1] != problem.x.size or len(weights) < 2:
        raise BadInput(
            f"weights: shape {weights.shape} is not (repeats >= 2, {problem.x.size} runs)"
        )
    return _summary(problem, *_refit(problem, theta, weights))


def _refit(
    problem: SurfaceProblem, theta: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    """Parameters, whether they converged, and how many different runs they rest on."""
    # residuals move by about their own size from one resample to the next
    first = float(np.median(np.abs(problem.residuals(theta)))) / 3
    fitted, converged = problem.minimise(np.tile(theta, (len(weights), 1)), weights, first)
    again = np.flatnonzero(~converged)
    if again.size:
        starts = np.tile(theta, (again.size, 1))
        fitted[again], converged[again] = problem.minimise(starts, weights[again], np.inf)
    return fitted, converged, np.count_nonzero(weights, axis=1)


def _summary(
    problem: SurfaceProblem,
    theta: NDArray[np.float64],
    converged: NDArray[np.bool_],
    distinct: NDArray[np.int64],
) -> SurfaceBootstrap:
    free = problem.free
    others = free & (np.array(problem.names) != "E")  # E at zero is a possible value
    at_bound = (theta <= problem.lower) | (theta >= problem.upper)
    counts = {
        "did not converge": int(np.sum(~converged)),
        "ended at a bound of a prefactor or exponent": int(np.sum(at_bound[:, others].any(axis=1))),
        "have no more different runs than constants": int(np.sum(distinct <= np.sum(free))),
    }
    return SurfaceBootstrap(
        form=problem.form,
        fitted=tuple(name for name, one in zip(problem.names, free, strict=True) if one),
        constants=problem.constants(theta),
        flags=tuple(f"{count} of {len(theta)} resamples {what}" for what, count in counts.items()
                    if count),
    )  # fmt: skip


def tails(level: float) -> tuple[float, float]:
    """Probabilities below the two ends of an interval."""
    if not 0 < level < 1:
        raise BadInput(f"level = {level:g} is not allowed (between 0 and 1)")
    return (1 - level) / 2, (1 + level) / 2
