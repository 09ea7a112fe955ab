"""Profile intervals of the constants of a surface fitted by least squares."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sims.errors import BadInput, unknown
from sims.surface.objective import SurfaceProblem
from sims.surface.uncertainty import tails

EXACT = 1e-12
"""Root mean square residuals below this are rounding."""

PREFACTORS = (0, 1)
"""Places of log A and log B among the parameters."""

WIDEST = 60.0
"""A prefactor that may be exp(60) times larger or smaller has no limit."""


class ProfileInterval(NamedTuple):
    """Profile interval of a constant; `flags` says where an end is a bound of the fit instead."""

    name: str
    low: float
    high: float
    level: float
    flags: tuple[str, ...]


def profile_interval(
    problem: SurfaceProblem, theta: NDArray[np.float64], name: str, level: float
) -> ProfileInterval:
    """Values of a constant at which the least squares, minimised over the others, are near enough.

    With s the least sum of squares on f degrees of freedom and t the quantile of Student's t, the
    sum at an end is s (1 + t²/f): exact for a linear model with normal residuals of one variance
    (Bates and Watts 1988, Nonlinear Regression Analysis, chapter 6).

    Raises
    ------
    BadInput
        If the objective is not that of least squares, there is no such constant, the level is not
        between 0 and 1, or the runs lie on the surface exactly.
    """
    from scipy.optimize import brentq
    from scipy.special import stdtrit

    if problem.objective != "squares":
        raise BadInput(
            f"a profile of the objective {problem.objective!r} has no known level; "
            "use the bootstrap, or objective 'squares'"
        )
    fitted = [constant for constant, one in zip(problem.names, problem.free, strict=True) if one]
    if name not in fitted:
        raise unknown("constant", name, fitted)
    freedom = problem.x.size - len(fitted)
    quantile = float(stdtrit(freedom, tails(level)[1]))
    squares = float(np.sum(problem.residuals(theta) ** 2))
    if math.sqrt(squares / problem.x.size) < EXACT:
        raise BadInput("the runs lie on the surface exactly: there is no scatter to judge by")
    place = problem.names.index(name)
    problem, theta = _from_origin(problem, theta, place)
    target = squares * (1 + quantile**2 / freedom)
    flags = []
    last = theta

    def excess(value: float) -> float:
        """Sum of squares above the target, with the constant held."""
        nonlocal last
        lower, upper, start = problem.lower.copy(), problem.upper.copy(), last.copy()
        lower[place] = upper[place] = start[place] = value
        held = replace(problem, lower=lower, upper=upper)
        found, converged = held.minimise(start[None], np.ones((1, problem.x.size)), np.inf)
        if not converged[0]:
            flags.append(f"the fit with {name} held did not converge")
        last = found[0]
        return float(np.sum(problem.residuals(last) ** 2)) - target

    error = _gauss_newton_error(problem, theta, place, squares / freedom)
    ends = []
    for bound, direction in ((problem.lower[place], -1), (problem.upper[place], 1)):
        last, inside, step = theta, theta[place], quantile * error
        while True:
            outside = theta[place] + direction * step
            outside = min(max(outside, problem.lower[place]), problem.upper[place])
            above = excess(outside)
            if above >= 0 or outside == bound:
                break
            inside, step = outside, 1.6 * step
        if above < 0:
            flags.append(f"{name}: the interval is open {'above' if direction > 0 else 'below'}")
            ends.append(direction * np.inf if place in PREFACTORS else outside)
        else:
            ends.append(brentq(excess, inside, outside, xtol=1e-12, rtol=1e-12))
    values = np.tile(theta, (2, 1))
    values[:, place] = ends
    low, high = problem.constants(values)[:, place]
    return ProfileInterval(name, float(low), float(high), level, tuple(dict.fromkeys(flags)))


def _from_origin(
    problem: SurfaceProblem, theta: NDArray[np.float64], place: int
) -> tuple[SurfaceProblem, NDArray[np.float64]]:
    """The same with log A, or log B, itself among the parameters, if that is the one profiled."""
    if place not in PREFACTORS:
        return problem, theta
    moved, centre = theta.copy(), list(problem.centre)
    shift, centre[place] = centre[place], 0.0
    moved[place] += theta[3 + place] * shift
    lower, upper = problem.lower.copy(), problem.upper.copy()
    lower[place], upper[place] = moved[place] - WIDEST, moved[place] + WIDEST
    return replace(
        problem,
        x=problem.x + shift if place == 0 else problem.x,
        y=problem.y + shift if place == 1 else problem.y,
        centre=(centre[0], centre[1], centre[2]),
        lower=lower,
        upper=upper,
    ), moved


def _gauss_newton_error(
    problem: SurfaceProblem, theta: NDArray[np.float64], place: int, variance: float
) -> float:
    """Standard error of one parameter from the linearised model: where to look for an end first."""
    free = np.flatnonzero(problem.free)
    inverse = np.linalg.pinv(problem.information(theta)[np.ix_(free, free)], hermitian=True)
    spot = int(np.flatnonzero(free == place)[0])
    return math.sqrt(max(variance * inverse[spot, spot], 1e-12))
