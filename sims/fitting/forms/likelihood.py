"""The likelihood of a form of L(N): its maximum, its profile, and its integral over the priors.

The likelihood is normal: with known standard errors, of the losses; without, of their logarithms,
with one unknown standard deviation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from sims.fitting.forms.forms import Array, Form, Frame
from sims.fitting.forms.least_squares import Evaluate, Minimum, descend
from sims.fitting.losses import ROUNDING

STARTS = (1, 2, 6)
"""How many of the best points of the grid a fit starts from, by the dimension of the grid."""

STIFFNESS = 1e3
"""What a departure by one standard error costs where a profile holds a parameter, in residuals."""

DOUBLINGS = 12
"""How often an end of a profile interval is sought twice as far away."""

TRIAL = 12
"""Steps from each start, before the best is pursued."""

TINY = 1e-30
"""Step along the imaginary axis: derivatives by it are exact to rounding."""


class Posterior(NamedTuple):
    """Laplace's approximation around the most probable coordinates.

    `sigma` is the standard deviation of the residuals there: 1 with known errors.
    """

    at: Array
    covariance: Array
    log_evidence: float
    sigma: float


class Problem:
    """Residuals of a form on data, with their derivatives by its coordinates.

    With known errors residuals are (fit - loss)/error, without them log(fit) - log(loss).
    """

    def __init__(
        self, form: Form, sizes: Array, means: Array, errors: Array | None, frame: Frame
    ) -> None:
        self.form, self.frame = form, frame
        self.x = np.log(sizes) - frame.middle
        self.loss = means / frame.loss
        self.errors = None if errors is None else errors / frame.loss
        self.coordinates = form.coordinates(frame)
        self.mean = np.array([c.mean for c in self.coordinates])
        self.deviation = np.array([c.deviation for c in self.coordinates])
        self.low = np.array([c.floor for c in self.coordinates])
        self.high = np.array([c.ceiling for c in self.coordinates])

    def log_loss(self, at: Array) -> tuple[Array, Array]:
        """Log of the loss (..., n) and its derivatives (..., n, k) at coordinates (..., k).

        One point (k,), or a list of points (m, k).
        """
        columns = at.T[..., None]
        curve, slopes = self.form.curve(self.frame, self.x, *columns)
        jacobian = np.empty((*curve.shape, len(slopes)))
        for i, slope in enumerate(slopes):
            jacobian[..., i] = slope
        return curve, jacobian

    def __call__(self, at: Array) -> tuple[Array, Array]:
        """Residuals (..., n) and their derivatives (..., n, k)."""
        curve, jacobian = self.log_loss(at)
        if self.errors is None:
            return curve - np.log(self.loss), jacobian
        fitted = np.exp(curve)
        return (fitted - self.loss) / self.errors, jacobian * (fitted / self.errors)[..., None]

    def natural(self, at: Array) -> tuple[Array, Array]:
        """The formula's parameters (k,) at coordinates (k,), and their derivatives (k, k)."""
        values = self.form.natural(self.frame, *at)
        moved = self.form.natural(self.frame, *(at[:, None] + TINY * 1j * np.eye(at.size)))
        gradient = np.array([np.broadcast_to(np.imag(value), at.shape) for value in moved]) / TINY
        return np.array(values, dtype=float), gradient

    def starts(self) -> Array:
        """The likeliest points of a grid over the shape, the rest solved for in logarithms."""
        shape = self.coordinates[self.form.affine :]
        count = 25 if len(shape) < 2 else 9
        mesh = np.meshgrid(
            *(np.linspace(c.low, c.high, count + 2)[1:-1] for c in shape), indexing="ij"
        )
        grid = np.zeros((max(1, mesh[0].size if mesh else 1), len(self.coordinates)))
        for column, values in enumerate(mesh, start=self.form.affine):
            grid[:, column] = values.ravel()
        offset, jacobian = self.log_loss(grid)
        basis = jacobian[..., : self.form.affine]
        weight = 1.0 if self.errors is None else (self.loss / self.errors) ** 2
        head = slice(self.form.affine)
        prior = self.deviation[head] ** -2
        tilted = np.swapaxes(basis * np.reshape(weight, (-1, 1)), 1, 2)
        right = tilted @ (np.log(self.loss) - offset)[..., None]
        right[..., 0] += self.mean[head] * prior
        inverse = np.linalg.pinv(tilted @ basis + np.diag(prior), hermitian=True)
        grid[:, head] = (inverse @ right)[..., 0]
        residuals = self(grid)[0]
        squares = np.where(np.isfinite(residuals).all(axis=1), (residuals**2).sum(axis=1), np.inf)
        return grid[np.argsort(squares, kind="stable")[: STARTS[len(shape)]]]


def likeliest(problem: Problem) -> Minimum:
    """The maximum of the likelihood alone: the least sum of squares."""
    starts = problem.starts()
    sigma = 1.0 if problem.errors is not None else _spread(problem(starts[0])[0])

    def scaled(at: Array) -> tuple[Array, Array]:
        residuals, jacobian = problem(at)
        return residuals / sigma, jacobian / sigma

    best = _best(scaled, starts, problem)
    return best._replace(squares=best.squares * sigma**2)


def laplace(problem: Problem) -> Posterior:
    """Posterior and evidence of a form under its priors.

    The evidence is the density of the losses in units of `Frame.loss`: with known errors, of the
    losses; without, of their logarithms, with the standard deviation integrated out under the
    density 1/sigma, and no smaller than rounding.

    References
    ----------
    MacKay1992, "Bayesian interpolation", on the Occam factor.
    """
    n, starts = problem.x.size, problem.starts()

    def most_probable(starts: Iterable[Array], sigma: float) -> Minimum:
        def with_prior(at: Array) -> tuple[Array, Array]:
            residuals, jacobian = problem(at)
            return (
                np.concatenate([residuals / sigma, (at - problem.mean) / problem.deviation]),
                np.vstack([jacobian / sigma, np.diag(1 / problem.deviation)]),
            )

        return _best(with_prior, starts, problem)

    sigma = 1.0 if problem.errors is not None else _spread(problem(starts[0])[0])
    at = most_probable(starts, sigma).at
    if problem.errors is None:
        anchor = at
        sigma = _consistent(
            lambda sigma: _spread(problem(most_probable([anchor], sigma).at)[0]), sigma
        )
        at = most_probable([anchor], sigma).at
    residuals, jacobian = problem(at)
    prior = (at - problem.mean) / problem.deviation
    root, log_volume = _root_of_inverse(
        np.vstack([jacobian / sigma, np.diag(1 / problem.deviation)])
    )
    log_evidence = log_volume - float(prior @ prior) / 2
    log_evidence -= float(np.log(problem.deviation).sum())
    if problem.errors is None:
        log_evidence += math.lgamma(n / 2) - n / 2 * math.log(math.pi * n * sigma**2)
    else:
        density = np.log(problem.errors * math.sqrt(2 * math.pi)).sum()
        log_evidence -= float(residuals @ residuals) / 2 + float(density)
    return Posterior(at, root @ root.T, log_evidence, sigma)


def _root_of_inverse(jacobian: Array) -> tuple[Array, float]:
    """R with R Rᵀ the inverse of JᵀJ, and the log of its determinant.

    NaN and minus infinity where J is not finite: such a point has no weight.
    """
    if not np.isfinite(jacobian).all():
        return np.full((jacobian.shape[1],) * 2, math.nan), -math.inf
    scale = np.abs(jacobian).max(axis=0)
    _, singular, rotation = np.linalg.svd(jacobian / scale, full_matrices=False)
    return rotation.T / singular / scale[:, None], -float(
        np.log(singular).sum() + np.log(scale).sum()
    )


def _consistent(leads_to: Callable[[float], float], start: float) -> float:
    """The standard deviation that leads to residuals of just that standard deviation.

    The larger it is, the more the priors pull on the fit, and the larger the residuals.
    """

    def excess(log_sigma: float) -> float:
        return math.log(leads_to(math.exp(log_sigma))) - log_sigma

    low = high = math.log(start)
    step = 0.5
    while excess(high) > 0:
        high, step = high + step, 2 * step
    step = 0.5
    while low > math.log(ROUNDING) and excess(low) <= 0:
        low, step = max(low - step, math.log(ROUNDING)), 2 * step
    if excess(low) <= 0:
        return ROUNDING
    return math.exp(brentq(excess, low, high, xtol=1e-3))


def _best(evaluate: Evaluate, starts: Iterable[Array], problem: Problem) -> Minimum:
    """The least of the minima reached from several starts: only the most promising is pursued."""
    low, high = problem.low, problem.high
    tried = [descend(evaluate, start, low, high, limit=TRIAL) for start in starts]
    best = min(tried, key=lambda minimum: minimum.squares)
    return best if best.converged else descend(evaluate, best.at, low, high)


def _spread(residuals: Array) -> float:
    """Root mean square of the residuals, no less than rounding."""
    return max(math.sqrt(float(residuals @ residuals) / residuals.size), ROUNDING)


def profile_end(problem: Problem, best: Minimum, which: int, error: float, rise: float) -> float:
    """Where the least sum of squares, with a parameter held, has risen by `rise`.

    Each point of the profile is the least sum of squares plus a stiff spring on the parameter:
    whatever the stiffness, that is the least sum of squares at the value where it comes to rest.

    Parameters
    ----------
    problem, best : Problem, Minimum
        The data, and the maximum of the likelihood.
    which : int
        Index of the parameter in the formula.
    error : float
        Its standard error, with the sign of the direction in which to go.
    rise : float
        In units of the sum of squares.

    Returns
    -------
    float
        The value of the parameter, or an infinity if there is no end.
    """
    middle = float(problem.natural(best.at)[0][which])
    stiffness = STIFFNESS * math.sqrt(rise) / abs(error)
    at = best.at

    def point(value: float) -> tuple[float, float]:
        def held(at: Array) -> tuple[Array, Array]:
            residuals, jacobian = problem(at)
            values, gradient = problem.natural(at)
            return (
                np.append(residuals, stiffness * (values[which] - value)),
                np.vstack([jacobian, stiffness * gradient[which]]),
            )

        nonlocal at
        at = descend(held, at, problem.low, problem.high).at
        residuals = problem(at)[0]
        risen = max(float(residuals @ residuals) - best.squares, 0.0)
        return float(problem.natural(at)[0][which]), math.sqrt(risen / rise) - 1

    inner, outer = middle, middle + error
    for _ in range(DOUBLINGS):
        if point(outer)[1] > 0:
            if point(inner)[1] > 0:  # rounding: nothing lies between
                break
            value = brentq(lambda v: point(v)[1], inner, outer, xtol=1e-8 * abs(error), rtol=1e-14)
            return point(value)[0]
        inner, outer = outer, middle + 2 * (outer - middle)
    return math.copysign(math.inf, error)
