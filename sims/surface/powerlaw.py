"""A power law in the compute budget through a few points, with its error bars.

A straight line in logarithms. The abscissa is centred so that the errors of slope and height are
independent, and the error at any other budget follows from the two.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtrc, stdtrit

LEVEL = 0.95

IMPLAUSIBLE = 0.01
"""Scatter about the line that is rarer than this, given the error bars, is flagged."""


class Estimate(NamedTuple):
    """Values with 95 % intervals; `low` and `high` are None where there is no error bar."""

    value: NDArray[np.float64]
    low: NDArray[np.float64] | None
    high: NDArray[np.float64] | None


@dataclass(frozen=True)
class PowerLaw:
    """c C^a in the compute budget C, in FLOP.

    Attributes
    ----------
    prefactor, exponent : float
        c and a.
    standard_error : float or None
        Of the exponent; None where two points leave nothing to estimate it from.
    interval : tuple of float or None
        95 % interval of the exponent, Student t.
    log_centre, log_centre_error : float, float or None
        log C at which height and slope are independent, and the standard error of the logarithm of
        the height there.
    quantile : float
        Of Student's t: half-width of the interval in standard errors.
    flags : tuple of str
        Reasons for doubt.
    """

    prefactor: float
    exponent: float
    standard_error: float | None
    interval: tuple[float, float] | None
    log_centre: float
    log_centre_error: float | None
    quantile: float
    flags: tuple[str, ...]

    def at(self, flop: ArrayLike) -> Estimate:
        """The law at budgets in FLOP, with a 95 % interval for each; shapes of `flop`."""
        log_flop = np.log(np.asarray(flop, dtype=float))
        height = math.log(self.prefactor) + self.exponent * log_flop
        if self.standard_error is None or self.log_centre_error is None:
            return Estimate(np.exp(height), None, None)
        error = self.quantile * np.hypot(
            self.log_centre_error, self.standard_error * (log_flop - self.log_centre)
        )
        return Estimate(np.exp(height), np.exp(height - error), np.exp(height + error))

    def complement(self, factor: float) -> PowerLaw:
        """The law of C/(factor · this), with the same errors: D* = C/(6 N*) from N*."""
        low, high = self.interval or (0.0, 0.0)
        return replace(
            self,
            prefactor=1 / (factor * self.prefactor),
            exponent=1 - self.exponent,
            interval=None if self.interval is None else (1 - high, 1 - low),
        )


def power_law(
    flop: NDArray[np.float64],
    values: NDArray[np.float64],
    log_errors: NDArray[np.float64] | None,
    dof: int,
) -> PowerLaw:
    """The power law through values at two budgets or more.

    With errors, points are weighted by them, and the errors of the law grow by the square root of
    chi² per degree of freedom where that exceeds one. Without, the scatter about the line is all
    there is.

    Parameters
    ----------
    flop, values : ndarray, shape (k,)
        Budgets in FLOP, not all equal, and what is measured there.
    log_errors : ndarray, shape (k,), or None
        Standard errors of the logarithms of the values.
    dof : int
        Degrees of freedom those errors were estimated with.
    """
    x, y = np.log(flop), np.log(values)
    known = log_errors is not None and bool(np.all(log_errors > 0))
    weights = log_errors**-2 if known and log_errors is not None else np.ones_like(x)
    centre = float(np.average(x, weights=weights))
    height = float(np.average(y, weights=weights))
    spread = float(np.sum(weights * (x - centre) ** 2))
    slope = float(np.sum(weights * (x - centre) * (y - height))) / spread
    chi2 = float(np.sum(weights * (y - height - slope * (x - centre)) ** 2))
    free = x.size - 2
    flags = []
    if free == 0:
        flags.append("a power law through two budgets: nothing is left to show that it is one")
    variance: float | None = chi2 / free if free else None
    if known:
        if variance is not None and fdtrc(free, dof, variance) < IMPLAUSIBLE:
            flags.append(
                "the minima scatter about the power law more than their error bars allow; the "
                "errors of the law are enlarged accordingly"
            )
        enlarged = variance is not None and variance > 1
        variance, free = max(1.0, variance or 0.0), free if enlarged else dof
    prefactor = math.exp(height - slope * centre)
    if variance is None:
        return PowerLaw(prefactor, slope, None, None, centre, None, math.nan, tuple(flags))
    error = math.sqrt(variance / spread)
    quantile = -float(stdtrit(free, (1 - LEVEL) / 2))
    return PowerLaw(
        prefactor,
        slope,
        error,
        (slope - quantile * error, slope + quantile * error),
        centre,
        math.sqrt(variance / float(np.sum(weights))),
        quantile,
        tuple(flags),
    )
