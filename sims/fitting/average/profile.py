"""The profile interval of the exponent in one of the models that were averaged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from sims.errors import BadInput
from sims.fitting.average.averaged import LEVEL
from sims.fitting.average.posteriors import descend, weigh
from sims.fitting.average.result import Fit

EXACT = 1e-12
"""To which the objective is minimised, of its own unit."""

FARTHEST = 60.0
"""Standard deviations from the mode beyond which no end is looked for."""


def _room(n: int, size: int) -> list[NDArray[np.float64]]:
    """The arrays that the kernels work in."""
    square = (size, size)
    return [
        np.empty((n, size + 1)), np.empty(size - 3), np.empty(square), np.empty(size),
        np.empty(square), np.empty(size), np.empty(size),
    ]  # fmt: skip


class _Model:
    """One model on the window of a fit: its objective with the exponent held."""

    def __init__(self, fit: Fit, which: int) -> None:
        problem, table = fit.problem.within(fit.window[0]), fit.problem.models
        j = fit.models[which].place
        sizes, means = problem.losses.sizes[::-1], problem.losses.means[::-1]
        used = int(np.sum(table.widths[j] > 0))
        n, size = sizes.size, used + 3
        self._x = np.ascontiguousarray(np.log(sizes / sizes[-1]))
        self._y = np.ascontiguousarray(means / means[-1])
        self._full = problem.losses.covariance is not None
        powers, widths = table.powers[j, :used].copy(), table.widths[j, :used].copy()
        decays = np.exp(-np.outer(self._x, powers))
        self._law = (int(table.kinds[j]), powers, decays, widths, bool(table.floors[j]))
        self._white = np.zeros((n, n))
        weigh(
            self._x, self._y, np.ascontiguousarray(problem.relative[::-1]), problem.white,
            self._full, bool(np.any(table.floors & ~table.rivals)), float(self._y.min()),
            float(means[-1]),
            self._white, np.zeros(5), *_room(n, 5),
        )  # fmt: skip
        self._work, theta = _room(n, size), np.zeros(size)
        self._white /= table.scales[j]
        theta[:] = 0.0
        theta[1] = fit.models[which].exponent
        self.least = self._minimum(theta, free=True)
        self.mode: NDArray[np.float64] = theta

    def _minimum(self, theta: NDArray[np.float64], *, free: bool) -> float:
        kind, powers, decays, widths, floor = self._law
        return float(
            descend(
                kind, powers, decays, widths, floor, 0.0, free, self._x, self._y, self._white,
                self._full, theta, EXACT, 500, *self._work,
            )
        )  # fmt: skip

    def rise(self, exponent: float) -> float:
        """How far the least objective with this exponent lies above the least of all."""
        theta = self.mode.copy()
        theta[1] = exponent
        return self._minimum(theta, free=False) - self.least


def profile(fit: Fit, which: int = 0, level: float = LEVEL) -> tuple[float, float]:
    """The profile interval of one model's exponent.

    The objective is chi² plus the penalties of the priors on the corrections, minimised over all
    else; the floor is free. At the ends it exceeds its least value by the square of the normal
    quantile.

    Parameters
    ----------
    fit : Fit
        A fit of a power law.
    which : int
        Place in `fit.models`; 0 is the likeliest.
    level : float
        Between 0 and 1.

    Returns
    -------
    tuple of float
        Its two ends.

    Raises
    ------
    BadInput
        If there is no such model or level, or the data do not bound the exponent.
    """
    if not 0 <= which < len(fit.models):
        raise BadInput(f"which = {which} is not allowed (0 to {len(fit.models) - 1})")
    if not 0 < level < 1:
        raise BadInput(f"level = {level} is not allowed (between 0 and 1)")
    model = _Model(fit, which)
    allowed = float(ndtri((1 + level) / 2)) ** 2
    centre, step = float(model.mode[1]), max(fit.models[which].standard_error, 1e-12)
    ends = []
    for sign in (-1, 1):
        reach = step
        while model.rise(centre + sign * reach) < allowed:
            reach *= 2
            if reach > FARTHEST * step:
                raise BadInput("the data do not bound the exponent of this model")
        far = centre + sign * reach
        ends.append(brentq(lambda a: model.rise(a) - allowed, centre, far, xtol=1e-13, rtol=1e-13))
    return min(ends), max(ends)
