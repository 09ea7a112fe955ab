"""The fit of an exponent: what it says, in numbers and in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.arrays import numbers
from sims.errors import BadInput
from sims.fitting.average.averaged import LEVEL, Averaging
from sims.fitting.average.same_digits import guaranteed_places
from sims.fitting.average.words import summary, text
from sims.fitting.flags import DOES_NOT_FIT
from sims.fitting.losses import Errors
from sims.fitting.slopes import Slope
from sims.numbers import with_error

MOST_REPEATS = 1_000_000

COUNTS = 1e-3
"""Models of less weight take no part in a bootstrap."""


class Correction(NamedTuple):
    """One term b (N/N₁)^-w of the correction; N₁ is the smallest size in the window."""

    exponent: float
    coefficient: float


class WeighedModel(NamedTuple):
    """One of the models that were averaged.

    All values are the most probable ones; the number of corrections says what the model is.
    `broad`: the exponent of the correction was fitted, near a value of the set. `place`: which of
    the model set it is.
    """

    weight: float
    exponent: float
    standard_error: float
    prefactor: float
    floor: float
    corrections: tuple[Correction, ...]
    broad: bool
    has_floor: bool
    chi2: float
    place: int


@dataclass(frozen=True)
class Fit:
    """A power law averaged over models of its correction and floor.

    Attributes
    ----------
    exponent : float
        a in c N^-a: mean of its posterior, averaged over the models.
    standard_error : float or None
        Standard deviation of that posterior; None for losses without noise, and where no model
        comes near the data.
    statistical_error, model_error : float or None
        Its two parts, which add in squares: within the models, and between them.
    interval : tuple of float or None
        The central 95 % of the posterior.
    prefactor : float
        c, in the unit of the loss: of the power law with the averaged exponent that meets the
        models' logarithmic average in the middle of the window.
    floor : float
        Irreducible loss, averaged over the models; 0 where it is taken to be zero.
    corrections : tuple of Correction
        Those of the likeliest model.
    covariance : ndarray, shape (2, 2), or None
        Of (log c, a), over all models.
    chi2, p_value : float or None
        Of the likeliest model's residuals; None without known errors. Its corrections are held by
        their priors, and it was chosen among many: the p-value is a guide.
    dof : int
        Sizes less that model's parameters, each counted as free.
    window : tuple of float
        Smallest and largest size fitted.
    dropped : tuple of float
        Smaller sizes, which no model fits together with the window.
    local_slopes : tuple of Slope
        Running slopes of the data, of all sizes; of the excess over a known floor.
    form : str
        The family of the model.
    floor_assumed : str
        "zero", "maybe", "free" or "known": what was assumed of the irreducible loss.
    supplied : tuple of float or None
        Exponents of corrections that were supplied; None if they were averaged over.
    errors : str
        How the errors were treated: "smoothed", "as given", "covariance" or "none".
    models : tuple of WeighedModel
        The models, by decreasing weight.
    flags : tuple of str
        Reasons for doubt; empty if there are none.
    inflation : float
        By what the errors were multiplied before all else was fitted: 1, unless the data reject
        every model. chi2 and p_value are those of the errors given.
    """

    exponent: float
    standard_error: float | None
    statistical_error: float | None
    model_error: float | None
    interval: tuple[float, float] | None
    prefactor: float
    floor: float
    corrections: tuple[Correction, ...]
    covariance: NDArray[np.float64] | None
    chi2: float | None
    dof: int
    p_value: float | None
    window: tuple[float, float]
    dropped: tuple[float, ...]
    local_slopes: tuple[Slope, ...]
    form: str
    floor_assumed: str
    supplied: tuple[float, ...] | None
    errors: Errors
    models: tuple[WeighedModel, ...]
    flags: tuple[str, ...]
    problem: Averaging = field(repr=False, compare=False)
    inflation: float = 1.0

    @property
    def rejected(self) -> bool:
        """Whether the data reject every power law: then the exponent is none, and not printed."""
        return DOES_NOT_FIT in self.flags

    @property
    def digits(self) -> int:
        """To how many decimal places the exponent is the same on every machine."""
        return guaranteed_places(self.problem.within(self.window[0]))

    @property
    def assumed(self) -> str:
        """What was assumed of the correction and of the floor."""
        if self.supplied is None:
            correction = "averaged"
        else:
            correction = ", ".join(f"w = {w:.3g}" for w in self.supplied) or "none"
        return f"{correction}; floor {self.floor_assumed}"

    def predict(self, sizes: ArrayLike) -> NDArray[np.float64]:
        """The fitted loss at sizes, averaged over the models; shape of `sizes`."""
        n = np.asarray(sizes, dtype=float)
        total = np.full_like(n, self.problem.known_floor)
        for model in self.models:
            bend = sum(b * (n / self.window[0]) ** -w for w, b in model.corrections)
            total += model.weight * (
                model.prefactor * n**-model.exponent * (1 + bend) + model.floor
            )
        return total

    def same_fit(self, curve: ArrayLike) -> float:
        """The exponent that the same fit gives for other losses at the same sizes.

        Same window, same errors, same models with the same weights: what remains of a difference
        to `exponent` is noise.

        Parameters
        ----------
        curve : array_like, shape (n,)
            Losses at all sizes, in the order of the sizes.

        Raises
        ------
        BadInput
            If they are not as many, or one is not positive.
        """
        inside = self.problem.losses.sizes >= self.window[0]
        problem = self.problem.within(self.window[0])
        given = numbers("curve", curve)
        if given.shape != inside.shape or not np.all(given > problem.known_floor):
            raise BadInput(
                f"curve: {inside.size} losses above {problem.known_floor:g} are needed, one a size"
            )
        losses = given[inside] - problem.known_floor
        weights = problem.solve(whole=True).weights[0]
        return float(weights @ problem.solve(losses[None, :], whole=True).means[0])

    def bootstrap(
        self, repeats: int = 1000, seed: int = 0, advance: Callable[[], None] | None = None
    ) -> Bootstrap:
        """Refit data sets drawn about the fitted curve with the same errors.

        The models are those that count in this fit, the window is kept.

        Parameters
        ----------
        repeats : int
            How many data sets.
        seed : int
            Seed of their noise.
        advance : callable, optional
            Called after every BATCH of data sets.

        Raises
        ------
        BadInput
            If there are fewer than 2 repeats, or more than MOST_REPEATS, or the seed is negative.
        """
        if isinstance(repeats, bool) or not isinstance(repeats, int | np.integer):
            raise BadInput(f"repeats = {repeats!r} is not allowed (a whole number)")
        if not 2 <= repeats <= MOST_REPEATS:
            raise BadInput(f"repeats = {repeats} is not allowed (from 2 to {MOST_REPEATS})")
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise BadInput(f"seed = {seed!r} is not allowed (a whole number, at least 0)")
        problem = self.problem.within(self.window[0])
        n = problem.losses.sizes.size
        weights = problem.solve(whole=True).weights[0]
        noise = np.random.Generator(np.random.PCG64DXSM(seed)).standard_normal((repeats, n))
        centre = self.predict(problem.losses.sizes) - problem.known_floor
        if problem.losses.covariance is not None:
            root = problem.inflation * np.linalg.cholesky(problem.losses.covariance)
            sets = centre + noise @ root.T
        else:
            scale = math.sqrt(float(weights @ problem.models.scales**2))
            sets = centre * (1 + scale * problem.relative * noise)
        sets = np.maximum(sets, 0.01 * centre)  # a loss is positive
        counting = replace(problem, models=problem.models.chosen(weights > COUNTS))
        solution = counting.solve(sets, whole=True, advance=advance)
        low, high = np.quantile(solution.exponents, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        covered = (solution.low <= self.exponent) & (self.exponent <= solution.high)
        return Bootstrap(
            repeats, float(np.mean(solution.exponents)), float(np.std(solution.exponents, ddof=1)),
            (float(low), float(high)), float(np.mean(covered)),
        )  # fmt: skip

    def record(self) -> dict[str, Any]:
        """The fit as plain values for JSON; undefined numbers are None."""
        record = {name: value for name, value in vars(self).items() if name != "problem"}
        record["corrections"] = [item._asdict() for item in self.corrections]
        record["local_slopes"] = [item._asdict() for item in self.local_slopes]
        record["models"] = [
            {**m._asdict(), "corrections": [item._asdict() for item in m.corrections]}
            for m in self.models
        ]
        if self.covariance is not None:
            record["covariance"] = self.covariance.tolist()
        return record

    @property
    def summary(self) -> str:
        """The fit in one line; no exponent where the data reject the power law."""
        return summary(self)

    @property
    def text(self) -> str:
        """The fit in words, for a reader; no exponent where the data reject the power law."""
        return text(self)

    def __str__(self) -> str:
        return self.text


class Bootstrap(NamedTuple):
    """Exponents of data sets drawn about the fitted curve.

    `covered` is the share of them whose own 95 % interval holds the fitted exponent. Window and
    errors are kept: this tests the fit near its result, not the choice of the window.
    """

    repeats: int
    mean: float
    standard_error: float
    interval: tuple[float, float]
    covered: float

    @property
    def text(self) -> str:
        """The spread in words."""
        low, high = self.interval
        return (
            f"{with_error(self.mean, self.standard_error)}, 95 %: {low:.5g} to {high:.5g}; "
            f"{100 * self.covered:.0f} % of {self.repeats} intervals cover"
        )
