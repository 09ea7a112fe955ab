"""The fit of an exponent: what it says, in numbers and in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sims.arrays import numbers
from sims.errors import BadInput
from sims.fitting.average.averaged import LEVEL
from sims.fitting.average.record import FitRecord
from sims.fitting.average.words import summary, text
from sims.numbers import with_error

MOST_REPEATS = 1_000_000

COUNTS = 1e-3
"""Models of less weight take no part in a bootstrap."""


@dataclass(frozen=True)
class Fit(FitRecord):
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

    def same_fit(self, curve: ArrayLike) -> float:
        """The exponent that the same fit gives for other losses at the same sizes.

        Same window, same errors, same models with the same weights: what remains of a difference
        to `exponent` is noise.

        Parameters
        ----------
        curve : array_like, shape (n,)
            Losses at all sizes, in the order of the sizes.

        Returns
        -------
        float

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

        Returns
        -------
        Bootstrap

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
        names = (one.name for one in fields(self) if one.name != "problem")
        record = {name: getattr(self, name) for name in names}
        record["corrections"] = [item._asdict() for item in self.corrections]
        record["local_slopes"] = [item._asdict() for item in self.local_slopes]
        record["models"] = [
            {**m._asdict(), "corrections": [item._asdict() for item in m.corrections]}
            for m in self.models
        ]
        if self.covariance is not None:
            record["covariance"] = self.covariance.tolist()
        return record

    def in_words(self, size: str, *, power_law: bool = True) -> str:
        """The fit in words, with a letter of one's own for the size.

        Parameters
        ----------
        size : str
            As the name of a toy's axis. One that has another meaning in c N^-a (1 + b ...) + E
            is explained instead.
        power_law : bool
            Whether a power law may be spoken of. If not, no exponent is printed, as where the data
            reject the power law.

        Returns
        -------
        str
        """
        return text(self, size, power_law=power_law)

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
