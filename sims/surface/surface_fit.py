"""Fit a surface L(N, D) to training runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.errors import BadInput
from sims.numbers import with_error
from sims.surface.frontier import Frontier, frontier_bands
from sims.surface.law import Surface
from sims.surface.objective import SurfaceProblem, problem
from sims.surface.profile import ProfileInterval, profile_interval
from sims.surface.starts import START_FLOORS, grid_starts
from sims.surface.uncertainty import (
    LEVEL,
    SurfaceBootstrap,
    bootstrap_pairs,
    bootstrap_weights,
)

STARTS = 3
"""Minimisations from the best of the grid; on real runs all end in the same minimum."""

REPEATS = 4000
"""Resamples behind `standard_errors` and intervals, unless told otherwise."""

DEGENERATE = 1e-7
"""Ratio of singular values, of a Jacobian with columns of length 1, below which it is singular."""

THIN = 0.01
"""Runs whose spread across a line is less than this part of that along it lie on the line."""


@dataclass(frozen=True)
class SurfaceFit:
    """A fitted surface.

    Attributes
    ----------
    surface : Surface
        The law, with its constants in the units of the runs.
    objective, floor : str
        What was minimised, and whether E was free.
    delta : float or None
        Of the Huber objective; None for others.
    objective_value : float
        The minimum of the sum over runs.
    residuals : ndarray, shape (runs,)
        Observed less fitted log losses, in the order of the runs.
    flags : tuple of str
        Reasons for doubt; empty if there are none.
    """

    surface: Surface
    objective: str
    floor: str
    delta: float | None
    objective_value: float
    residuals: NDArray[np.float64]
    flags: tuple[str, ...]
    _problem: SurfaceProblem = field(repr=False)
    _theta: NDArray[np.float64] = field(repr=False)

    @property
    def form(self) -> str:
        """The form of the law."""
        return self.surface.form

    @property
    def A(self) -> float:
        """Prefactor of the term of N."""
        return self.surface.A

    @property
    def B(self) -> float:
        """Prefactor of the term of D."""
        return self.surface.B

    @property
    def E(self) -> float:
        """Irreducible loss."""
        return self.surface.E

    @property
    def alpha(self) -> float:
        """Exponent of N."""
        return self.surface.alpha

    @property
    def beta(self) -> float:
        """Exponent of D."""
        return self.surface.beta

    @property
    def q(self) -> float | None:
        """Order of the mean; None for other forms."""
        return self.surface.q

    @property
    def text(self) -> str:
        """The constants in words; their errors are made when this is first asked for."""
        lines = [f"form       {self.form}, {self.objective} = {self.objective_value:.8g}"]
        for name in self.fitted:
            number = with_error(getattr(self, name), self.standard_errors[name])
            lines.append(f"{name:<10} {number}")
        lines.extend(f"flag       {flag}" for flag in (*self.flags, *self.error_flags))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text

    @property
    def fitted(self) -> tuple[str, ...]:
        """The constants that were fitted: without E if the floor is zero."""
        names = zip(self._problem.names, self._problem.free, strict=True)
        return tuple(name for name, free in names if free)

    @property
    def standard_errors(self) -> Mapping[str, float]:
        """Of the fitted constants and of the exponents a, b, c of the frontier.

        From 4,000 resamples of the runs, made when they are first asked for; reasons to doubt them
        are in `error_flags`.
        """
        return self._resampled.standard_errors

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Of the constants in `fitted`, in that order, from the same resamples."""
        return self._resampled.covariance

    @property
    def error_flags(self) -> tuple[str, ...]:
        """Reasons to doubt `standard_errors` and `covariance`; empty if there are none."""
        return self._resampled.flags

    @cached_property
    def _resampled(self) -> SurfaceBootstrap:
        return self.bootstrap()

    def bootstrap(self, repeats: int = REPEATS, seed: int = 0) -> SurfaceBootstrap:
        """Fit resampled runs; the same seed gives the same numbers.

        Parameters
        ----------
        repeats : int
            How many resamples.
        seed : int
            Seed of the resampling.

        Returns
        -------
        SurfaceBootstrap

        Raises
        ------
        BadInput
            If there are fewer than 2 repeats, or the seed is negative.
        """
        return bootstrap_pairs(self._problem, self._theta, repeats, seed)

    def reweighted(self, weights: ArrayLike) -> SurfaceBootstrap:
        """Fit the runs with other weights: resamples of one's own making.

        Parameters
        ----------
        weights : array_like, shape (repeats, runs)
            One row a resample.

        Returns
        -------
        SurfaceBootstrap

        Raises
        ------
        BadInput
            If the shape is another, a weight is negative or not finite, or a row has none.
        """
        rows = np.asarray(weights, dtype=float)
        if not np.all(np.isfinite(rows) & (rows >= 0)) or not np.all(rows.any(axis=-1)):
            raise BadInput("weights: they must be finite, zero or more, and not all zero in a row")
        return bootstrap_weights(self._problem, self._theta, rows)

    def profile(self, name: str, level: float = LEVEL) -> ProfileInterval:
        """Profile interval of a fitted constant; see `sims.surface.profile.profile_interval`.

        Parameters
        ----------
        name : str
            Of the constant: A, B, E, alpha or beta.
        level : float
            Of the interval.

        Returns
        -------
        ProfileInterval
        """
        return profile_interval(self._problem, self._theta, name, level)

    def frontier(
        self, flop: ArrayLike, *, level: float = LEVEL, bootstrap: SurfaceBootstrap | None = None
    ) -> Frontier:
        """What is best at each compute, with percentile intervals.

        Parameters
        ----------
        flop : array_like
            The compute, C = 6 N D.
        level : float
            Of the intervals.
        bootstrap : SurfaceBootstrap, optional
            Where the intervals come from, if not from the resamples of `standard_errors`.

        Returns
        -------
        Frontier

        Raises
        ------
        BadInput
            If a compute is not positive and finite, or the level is not between 0 and 1.
        """
        resampled = self._resampled if bootstrap is None else bootstrap
        return frontier_bands(self.surface, resampled, flop, level)


def fit_surface(
    parameters: ArrayLike,
    tokens: ArrayLike,
    losses: ArrayLike,
    *,
    form: str = "additive",
    objective: str = "huber",
    delta: float = 1e-3,
    floor: str = "free",
) -> SurfaceFit:
    """Fit a law of the loss to training runs.

    Minimised is the sum over runs of a function of the residual of log L (Hoffmann2022, section
    3.3; Besiroglu2024). Starts come from variable projection, minima from Newton's method with
    exact derivatives and a delta that shrinks to the one asked for.

    Parameters
    ----------
    parameters, tokens, losses : array_like, shape (runs,)
        N, D and L of each run, positive, in any units.
    form : {"additive", "bracket", "mean"}
        See `sims.surface.law`.
    objective : {"huber", "squares", "absolute"}
        See `sims.surface.objective`.
    delta : float
        Residual beyond which the Huber objective is linear.
    floor : {"free", "zero"}
        Whether the irreducible loss is fitted, E >= 0, or zero.

    Returns
    -------
    SurfaceFit

    Raises
    ------
    BadInput
        If a name is unknown, the columns differ in length, a value is not positive and finite, all
        values of a column are equal, or there are no more runs than constants.
    """
    task = problem(
        parameters, tokens, losses, form=form, objective=objective, delta=delta, floor=floor
    )
    theta, converged = _minimum(task)
    residuals = task.residuals(theta)
    return SurfaceFit(
        surface=task.surface(task.constants(theta)),
        objective=task.objective,
        floor=floor,
        delta=task.delta if objective == "huber" else None,
        objective_value=float(np.sum(task.cost(residuals))),
        residuals=residuals,
        flags=tuple(_flags(task, theta, converged)),
        _problem=task,
        _theta=theta,
    )


def _minimum(task: SurfaceProblem) -> tuple[NDArray[np.float64], bool]:
    """The best of the minima from several starts."""
    floors = START_FLOORS if task.free[2] else np.zeros(1)
    starts = grid_starts(task.form, task.x, task.y, task.log_losses, floors)[:, : task.lower.size]
    squares = [np.sum(task.residuals(start) ** 2) for start in starts]
    starts = starts[np.argsort(squares, kind="stable")[:STARTS]]
    found, converged = task.minimise(starts, np.ones((len(starts), task.x.size)), np.inf)
    costs = [np.sum(task.cost(task.residuals(theta))) for theta in found]
    best = int(np.argmin(costs))
    return found[best], bool(converged[best])


def _flags(task: SurfaceProblem, theta: NDArray[np.float64], converged: bool) -> list[str]:
    flags = [] if converged else ["the optimiser did not converge"]
    free = task.free
    count, runs = int(np.sum(free)), task.x.size
    if runs < 2 * count:
        flags.append(f"{runs} runs for {count} constants: fewer than twice as many")
    spread = np.linalg.svd(np.column_stack([task.x, task.y]), compute_uv=False)
    if spread[1] < THIN * spread[0]:
        flags.append("all runs lie on one line in log N and log D: the terms are not told apart")
    at_bound = free & ((theta <= task.lower) | (theta >= task.upper))
    for name, bound in zip(task.names, at_bound, strict=True):
        if bound:
            flags.append("E is zero, the least allowed" if name == "E" else f"{name} is at a bound")
    inside = np.flatnonzero(free & ~at_bound)
    information = task.information(theta)[np.ix_(inside, inside)]
    scale = np.sqrt(np.diag(information))
    if np.any(scale == 0) or (
        np.linalg.eigvalsh(information / np.outer(scale, scale))[0] < DEGENERATE**2 * inside.size
    ):
        flags.append("the constants are degenerate: the runs cannot tell them apart")
    return flags
