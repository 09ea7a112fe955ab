"""Intervals for an exponent as others make them: (sizes, means, errors) in, an estimate out.

On the package index were looked at: *lsqfit* (Lepage), Bayesian least squares, which was taken: it
fits plain means and errors, allows a prior on a correction of free exponent, and ships an interval;
*pyerrors*, such fits for averages of Markov chains; *simple-scaling-laws*, variable projection and
a wild bootstrap over single runs, for Python 3.12 on; *chinchilla*, without error bars; *powerlaw*
and *BayesPowerlaw*, for distributions; *lmfit* and *iminuit*, which fit what `curve_fit` fits here.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit
from scipy.special import stdtrit
from scipy.stats import linregress

from benchmarks.calibration.noisy import Floats
from benchmarks.calibration.scenarios import Form

NORMAL = 1.959963984540054
"""Half-width of a 95 % interval in standard errors."""


class Estimate(NamedTuple):
    """An exponent a of N^-a and its 95 % interval."""

    exponent: float
    low: float
    high: float

    @classmethod
    def around(cls, exponent: float, error: float, quantile: float = NORMAL) -> Estimate | None:
        """The symmetric interval; None where the error is undefined."""
        reach = quantile * error
        if not (math.isfinite(exponent) and math.isfinite(reach)):
            return None
        return cls(exponent, exponent - reach, exponent + reach)


Estimator = Callable[[Floats, Floats, Floats], Estimate | None]


@dataclass(frozen=True)
class Peer:
    """An estimator, and the package it needs beyond those of the project."""

    estimate: Estimator
    package: str | None = None

    @property
    def installed(self) -> bool:
        """Whether it can be run here."""
        return self.package is None or importlib.util.find_spec(self.package) is not None


class _Fitted(NamedTuple):
    """The exponent, its standard error, chi-square, and the number of parameters."""

    exponent: float
    error: float
    chi2: float
    parameters: int


def _fitted(
    sizes: Floats,
    means: Floats,
    errors: Floats,
    corrections: Sequence[float] = (),
    *,
    floor: bool = False,
    absolute: bool = True,
) -> _Fitted | None:
    """`curve_fit` of c N^-a (1 + Σ b (N/N₁)^-w) + E from a straight line; None if it fails.

    Sizes and losses are measured in units of the first, so that all parameters are of order one.
    """
    parameters = 2 + len(corrections) + floor
    if sizes.size < parameters or np.any(means <= 0):
        return None
    x, y, sigma = sizes / sizes[0], means / means[0], errors / means[0]

    def model(x: Floats, log_c: float, a: float, *rest: float) -> Floats:
        bend = 1 + sum(b * x**-w for b, w in zip(rest, corrections, strict=False))
        return np.asarray(np.exp(log_c) * x**-a * bend + (rest[-1] if floor else 0.0))

    slope, intercept = np.polyfit(np.log(x), np.log(y), 1, w=y / sigma)
    start = [intercept, -slope, *[0.0] * (parameters - 2)]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error", OptimizeWarning)
        try:
            best, covariance = curve_fit(
                model, x, y, p0=start, sigma=sigma, absolute_sigma=absolute, maxfev=5000
            )
        except (RuntimeError, OptimizeWarning, ValueError):
            return None
        residuals = (model(x, *best) - y) / sigma
        error = float(np.sqrt(covariance[1, 1]))
    return _Fitted(float(best[1]), error, float(residuals @ residuals), parameters)


def straight_line(sizes: Floats, means: Floats, errors: Floats) -> Estimate | None:  # noqa: ARG001
    """`linregress` on the logarithms, with its Student t interval; the errors are not used."""
    if np.any(means <= 0):
        return None
    line = linregress(np.log(sizes), np.log(means))
    return Estimate.around(-line.slope, line.stderr, -float(stdtrit(sizes.size - 2, 0.025)))


def least_squares(form: Form, *, absolute: bool = True) -> Estimator:
    """`curve_fit` of the form, plus or minus 1.96 standard errors.

    Parameters
    ----------
    form : Form
        The corrections and the floor that are fitted.
    absolute : bool
        Whether the errors are taken as known, which is not the default of `curve_fit`.
    """

    def estimate(sizes: Floats, means: Floats, errors: Floats) -> Estimate | None:
        seen = _fitted(sizes, means, errors, form.corrections, floor=form.floor, absolute=absolute)
        return seen and Estimate.around(seen.exponent, seen.error)

    return estimate


AVERAGED: tuple[tuple[float, ...], ...] = ((), (0.5,), (1.0,), (2.0,))
"""Corrections of the models that are averaged by AICc."""


def aicc_average(sizes: Floats, means: Floats, errors: Floats) -> Estimate | None:
    """Average over AVERAGED by AICc, ± 1.96 unconditional errors (Burnham and Anderson 2002, 4.3).

    With no more sizes than one beyond the parameters AICc is infinite, and the model left out.
    """
    n = sizes.size
    fits = [_fitted(sizes, means, errors, powers) for powers in AVERAGED if n > len(powers) + 3]
    seen = [found for found in fits if found is not None and math.isfinite(found.error)]
    if not seen:
        return None
    k = np.array([found.parameters for found in seen])
    aicc = np.array([found.chi2 for found in seen]) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    weights = np.exp(-(aicc - np.min(aicc)) / 2)
    weights /= np.sum(weights)
    exponents = np.array([found.exponent for found in seen])
    spreads = np.hypot([found.error for found in seen], exponents - weights @ exponents)
    return Estimate.around(float(weights @ exponents), float(weights @ spreads))


def lsqfit_free(sizes: Floats, means: Floats, errors: Floats) -> Estimate | None:
    """`lsqfit` with one correction b (N/N₁)^-w of free exponent, ± 1.96 of its deviations.

    Priors are broad, in the manner of its documentation: a = 1 ± 1, b = 0 ± 1, log w = 0 ± 0.7.
    """
    gvar, lsqfit = importlib.import_module("gvar"), importlib.import_module("lsqfit")
    if np.any(means <= 0):
        return None
    x = sizes / sizes[0]
    prior = gvar.BufferDict({
        "log(c)": gvar.gvar(0, 1), "a": gvar.gvar(1, 1),
        "b": gvar.gvar(0, 1), "log(w)": gvar.gvar(0, 0.7),
    })  # fmt: skip

    def model(p: dict[str, Floats]) -> Floats:
        return p["c"] * x ** -p["a"] * (1 + p["b"] * x ** -p["w"])

    with np.errstate(all="ignore"):
        data = gvar.gvar(means / means[0], errors / means[0])
        try:
            seen = lsqfit.nonlinear_fit(data=data, fcn=model, prior=prior)
        except (ArithmeticError, RuntimeError, ValueError):
            return None
    return Estimate.around(float(seen.p["a"].mean), float(seen.p["a"].sdev))


PEERS = {
    "linregress": Peer(straight_line),
    "curve_fit": Peer(least_squares(Form(), absolute=False)),
    "curve_fit, absolute": Peer(least_squares(Form())),
    "power + constant": Peer(least_squares(Form(floor=True))),
    "AICc": Peer(aicc_average),
    "lsqfit": Peer(lsqfit_free, "lsqfit"),
}
"""What a user would write, by name; all are told of no floor but the one with a constant."""
