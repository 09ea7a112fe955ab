"""What is minimised when a surface is fitted, in units in which no number is large or small.

Sum over runs of rho(log L - log fitted L), with rho one of

========  ============================================  ===================================
huber     r²/2 up to delta, delta (|r| - delta/2)       Hoffmann2022, section 3.3; robust
          beyond
squares   r²/2                                          efficient under normal residuals
absolute  |r|                                           least absolute deviations
========  ============================================  ===================================

The sum, not the mean; logarithms of N, D and L are centred. So neither the unit of the loss nor
those of N and D, nor the number of runs, decide when a minimisation stops.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.errors import BadInput, unknown
from sims.surface import kernels
from sims.surface.checked_runs import checked_runs
from sims.surface.law import SURFACE_FORMS, Surface

OBJECTIVES = ("huber", "squares", "absolute")
FLOORS = ("free", "zero")

NEARLY_ABSOLUTE = 1e-10
"""The delta at which a Huber loss stands for |r|: of n runs the sum of |r| is least to n times half
of this."""

LOG_PREFACTOR = 40.0
"""A term may be at most exp(40) times, and at least exp(-40) times, the typical loss."""

EXPONENT_BOUNDS = (1e-3, 4.0)
"""Bounds of alpha and of beta."""

ORDER_BOUNDS = (0.05, 20.0)
"""Bounds of the order q of a mean."""

NARROW = 1e-6
"""Logarithms that span less than this are all equal."""


@dataclass(frozen=True)
class SurfaceProblem:
    """Runs, and what is to be minimised over the parameters of the kernels.

    Attributes
    ----------
    form, objective : str
    delta : float
        Of the Huber loss; infinite for least squares, NEARLY_ABSOLUTE for absolute deviations.
    x, y, log_losses : ndarray, shape (runs,)
        Logarithms of N, D and L, less `centre`.
    centre : tuple of float
        What was taken off x, y and log_losses.
    lower, upper : ndarray, shape (p,)
        Bounds of theta = (a, b, E, alpha, beta) and, for a mean, log q.
    """

    form: str
    objective: str
    delta: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    log_losses: NDArray[np.float64]
    centre: tuple[float, float, float]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def names(self) -> tuple[str, ...]:
        """The constants of the surface, in the order of theta."""
        return ("A", "B", "E", "alpha", "beta") + (("q",) if self.form == "mean" else ())

    @property
    def free(self) -> NDArray[np.bool_]:
        """Which constants are fitted, shape (p,)."""
        return np.asarray(self.lower < self.upper)

    def minimise(
        self, starts: NDArray[np.float64], weights: NDArray[np.float64], first: float
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Minimise from every start, shape (m, p), with its row of weights, shape (m, runs).

        Parameters
        ----------
        first : float
            The delta from which that of the problem is approached, if it is larger.

        Returns
        -------
        theta : ndarray, shape (m, p)
        converged : ndarray of bool, shape (m,)
        """
        theta = np.array(starts, dtype=float, order="C")
        converged = kernels.minimise_batch(
            SURFACE_FORMS.index(self.form), theta, self.lower, self.upper, self.x, self.y,
            self.log_losses, np.ascontiguousarray(weights, dtype=float), float(first), self.delta,
        )  # fmt: skip
        return theta, converged

    def residuals(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """Observed less fitted log losses, shape (runs,)."""
        return kernels.residuals(
            SURFACE_FORMS.index(self.form), theta, self.x, self.y, self.log_losses
        )

    def cost(self, residuals: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each residual adds to the objective, of the same shape."""
        size = np.abs(residuals)
        if self.objective == "absolute":
            return size
        with np.errstate(invalid="ignore"):  # of infinity less infinity, where it is not taken
            beyond = self.delta * (size - 0.5 * self.delta)
        return np.where(size <= self.delta, 0.5 * size**2, beyond)

    def information(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """JᵀJ of the log losses by theta, shape (p, p)."""
        p = theta.size
        metric, hessian = np.zeros((p, p)), np.zeros((p, p))
        kernels.derivatives(
            SURFACE_FORMS.index(self.form), theta, self.x, self.y, self.log_losses,
            np.ones_like(self.x), np.inf, np.empty(p), np.empty(p), hessian, metric,
        )  # fmt: skip
        return metric + np.tril(metric, -1).T

    def constants(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """A, B, E, alpha, beta and q in the units of the runs, shape of theta (..., p)."""
        out = np.array(theta, dtype=float)
        x, y, log_loss = self.centre
        out[..., 0] = np.exp(theta[..., 0] + theta[..., 3] * x + log_loss)
        out[..., 1] = np.exp(theta[..., 1] + theta[..., 4] * y + log_loss)
        out[..., 2] = theta[..., 2] * math.exp(log_loss)
        out[..., 5:] = np.exp(theta[..., 5:])
        return out

    def surface(self, constants: NDArray[np.float64]) -> Surface:
        """The surface with these constants, shape (p,)."""
        return Surface(self.form, *(float(value) for value in constants))


def problem(
    parameters: ArrayLike,
    tokens: ArrayLike,
    losses: ArrayLike,
    *,
    form: str,
    objective: str,
    delta: float,
    floor: str,
) -> SurfaceProblem:
    """Check the runs and centre them; see `sims.surface.surface_fit.fit_surface`."""
    for name, given, allowed in (
        ("form", form, SURFACE_FORMS), ("objective", objective, OBJECTIVES),
        ("floor", floor, FLOORS),
    ):  # fmt: skip
        if given not in allowed:
            raise unknown(name, str(given), allowed)
    if not (math.isfinite(delta) and delta >= NEARLY_ABSOLUTE):
        raise BadInput(f"delta = {delta:g} is not allowed (at least {NEARLY_ABSOLUTE:g}, finite)")
    names = ("parameters", "tokens", "losses")
    columns = dict(zip(names, checked_runs(parameters, tokens, losses), strict=True))
    lower = [-LOG_PREFACTOR, -LOG_PREFACTOR, 0.0, EXPONENT_BOUNDS[0], EXPONENT_BOUNDS[0]]
    upper = [LOG_PREFACTOR, LOG_PREFACTOR, np.inf, EXPONENT_BOUNDS[1], EXPONENT_BOUNDS[1]]
    if form == "mean":
        lower.append(math.log(ORDER_BOUNDS[0]))
        upper.append(math.log(ORDER_BOUNDS[1]))
    if floor == "zero":
        upper[2] = 0.0
    count = sum(low < high for low, high in zip(lower, upper, strict=True))
    runs = columns["parameters"].size
    if runs <= count:
        raise BadInput(f"{runs} runs are too few for {count} constants (at least {count + 1})")
    logs = [np.log(column) for column in columns.values()]
    for name, column in zip(columns, logs, strict=True):
        if np.ptp(column) < NARROW:
            raise BadInput(f"{name}: all are {math.exp(column[0]):g}; a surface needs several")
    x, y, log_losses = (column - column.mean() for column in logs)
    return SurfaceProblem(
        form, objective, {"squares": np.inf, "absolute": NEARLY_ABSOLUTE}.get(objective, delta),
        x, y, log_losses, (logs[0].mean(), logs[1].mean(), logs[2].mean()),
        np.array(lower), np.array(upper),
    )  # fmt: skip
