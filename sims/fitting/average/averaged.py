"""The averaged fit as arrays: what the kernels are given, and what they give."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sims.assumptions import Floor
from sims.fitting.average.inflation import least_inflation
from sims.fitting.average.mixture import averages
from sims.fitting.average.models import ModelSet, model_set
from sims.fitting.average.posteriors import NODES, posteriors
from sims.fitting.flags import IMPLAUSIBLE, MIN_SIZES
from sims.fitting.losses import ROUNDING, Errors, Losses

PASSES = 0.05
"""A window fits if some model's chi² exceeds what is seen with at least this probability."""

LEVEL = 0.95

LOWEST_SCALE, HIGHEST_SCALE = 1e-4, 4.0
"""Range of unknown errors, in units of the scatter about a straight line."""

SCALES_BELOW = 1e-3
"""Factor by which the range is moved down where a model leaves less scatter than that."""

LARGEST = 0.25
"""Relative errors are inflated no further than to this, on average: losses are positive, and beyond
it a normal error says little of one."""

BATCH = 64
"""Data sets that are fitted at once: their grids stay in the cache."""

Array = NDArray[np.float64]


class Solution(NamedTuple):
    """The averaged fit of several data sets.

    Attributes
    ----------
    exponents, errors, within, between : ndarray, shape (sets,)
        Mean and standard deviation of the exponent's posterior, and the two parts of the latter:
        of each model by itself, and of the models about their mean.
    low, high : ndarray, shape (sets,)
        Ends of the central interval.
    kept : ndarray of int, shape (sets,)
        How many sizes, of the largest, are fitted.
    p_values : ndarray, shape (sets,)
        The best chi² probability of any model in that window.
    weights, means, deviations, chi2, modes, evidences, spreads, ties, laplace : ndarray
        By set and model: weight, mean and deviation of the exponent, chi² and exponent at its most
        probable point, log evidence by Laplace with the prior; and about that point, to second
        order, the variance of log c, its covariance with a, and the variance of a.
    parameters : ndarray, shape (sets, models, terms + 3)
        The most probable (log c, a, b_1 …, E), with c the amplitude at the smallest size kept and
        losses in units of the loss there.
    """

    exponents: Array
    errors: Array
    within: Array
    between: Array
    low: Array
    high: Array
    kept: NDArray[np.int64]
    p_values: Array
    weights: Array
    means: Array
    deviations: Array
    chi2: Array
    modes: Array
    evidences: Array
    spreads: Array
    ties: Array
    laplace: Array
    parameters: Array


@dataclass(frozen=True)
class Averaging:
    """What is averaged over what.

    Attributes
    ----------
    losses : Losses
        The data.
    relative : ndarray, shape (n,)
        Their relative errors, smoothed where they are estimates.
    treatment : str
        How the errors were treated.
    models : ModelSet
        The models.
    known_floor : float
        What was subtracted from the losses.
    inflation : float
        By what the errors of the data, `relative` among them, were multiplied.
    """

    losses: Losses
    relative: Array
    treatment: Errors
    models: ModelSet
    known_floor: float = 0.0
    inflation: float = 1.0

    @classmethod
    def of(
        cls,
        losses: Losses,
        corrections: Sequence[float] | None,
        floor: Floor,
        certain: bool,
        known_floor: float = 0.0,
    ) -> Averaging:
        """The problem that data and assumptions pose; see `fit`."""
        relative, treatment = losses.relative_errors()
        models = model_set(corrections, floor, certain=certain)
        if treatment == "none":
            count = losses.sizes.size
            models = models.testable(count).scaled(_scales(count))
        return cls(losses, relative, treatment, models, known_floor)

    def settle(self) -> tuple[Averaging, Solution]:
        """The solution, with errors at which one can be found.

        Where the errors are unknown, at scales that reach down to theirs. Where the data reject
        every model, with errors that are larger by the least factor at which one is barely
        allowed: chi² is then so steep, and its valleys so narrow, that last digits decide where in
        them a search ends.
        """
        problem, solution = self, self.solve(worth=IMPLAUSIBLE)
        if solution.p_values[0] < IMPLAUSIBLE:
            return self._inflated_until_allowed(solution)
        while problem.treatment == "none" and problem._too_coarse(solution):
            scales = problem.models.scales * SCALES_BELOW
            problem = replace(problem, models=problem.models._replace(scales=scales))
            solution = problem.solve()
        return problem, solution

    def _inflated_until_allowed(self, rejected: Solution) -> tuple[Averaging, Solution]:
        """With larger errors; chi² and its probability stay those of the errors given."""
        window = self.within(float(self.losses.sizes[-int(rejected.kept[0])]))

        def excess(factor: float) -> float:
            seen = window.inflated(factor).solve(whole=True, worth=math.inf)
            return self.models.excess(seen.chi2[0], int(seen.kept[0]))

        least = self.models.excess(rejected.chi2[0], int(rejected.kept[0]))
        usual = math.exp(float(np.mean(np.log(window.relative))))
        problem = self.inflated(least_inflation(excess, least, max(LARGEST / usual, 1.0)))
        factor = problem.inflation
        solution = window.inflated(factor).solve(whole=True)
        return problem, solution._replace(
            chi2=solution.chi2 * factor**2, p_values=rejected.p_values
        )

    def inflated(self, factor: float) -> Averaging:
        """The same with errors that are so many times larger."""
        return replace(self, relative=self.relative * factor, inflation=self.inflation * factor)

    def _too_coarse(self, solution: Solution) -> bool:
        """Whether the smallest of the scales counts, and smaller ones are above rounding."""
        lowest = self.models.scales.min()
        weight = solution.weights[0, self.models.scales == lowest].sum()
        return bool(weight > 1e-3 and lowest * SCALES_BELOW * self.relative[0] > ROUNDING)

    def within(self, low: float) -> Averaging:
        """The same with the sizes from `low` on."""
        keep = self.losses.sizes >= low
        held = self.losses
        losses = Losses(
            held.sizes[keep],
            held.means[keep],
            None if held.errors is None else held.errors[keep],
            None if held.covariance is None else held.covariance[np.ix_(keep, keep)],
        )
        return replace(self, losses=losses, relative=self.relative[keep])

    def solve(
        self,
        means: Array | None = None,
        *,
        whole: bool = False,
        worth: float = 0.0,
        advance: Callable[[], None] | None = None,
    ) -> Solution:
        """Fit the data, or others with the same errors.

        Parameters
        ----------
        means : ndarray, shape (sets, n), optional
            Other losses at the same sizes.
        whole : bool
            Take all sizes, instead of the widest window that fits.
        worth : float
            Where the best chi² probability is below this, there are modes, evidences and chi², but
            no posteriors.
        advance : callable, optional
            Called after every BATCH of data sets.
        """
        sets = self.losses.means[None, :] if means is None else means
        parts = []
        for i in range(0, len(sets), BATCH):
            parts.append(self._solve(sets[i : i + BATCH], whole, worth))
            if advance is not None:
                advance()
        return Solution._make(np.concatenate(columns) for columns in zip(*parts, strict=True))

    @property
    def white(self) -> Array:
        """Whitening matrix of correlated losses, from the largest size to the smallest."""
        covariance = self.losses.covariance
        if covariance is None:
            return np.zeros((1, 1))
        factor = np.linalg.cholesky(covariance[::-1, ::-1])
        return np.ascontiguousarray(np.linalg.inv(factor)) / self.inflation

    def _solve(self, means: Array, whole: bool, worth: float) -> Solution:
        models, n = self.models, self.losses.sizes.size
        sets, count, size = len(means), models.kinds.size, models.powers.shape[1] + 3
        windows, table = np.empty((sets, 2)), np.empty((sets, count, 9))
        parameters = np.empty((sets, count, size))
        nodes, logs = np.empty((2, sets, count, NODES))
        ends = np.empty((sets, count, 2), np.int64)
        all_sizes = whole or self.treatment == "none"
        posteriors(
            np.ascontiguousarray(np.log(self.losses.sizes)[::-1]),
            np.ascontiguousarray(means[:, ::-1]),
            np.ascontiguousarray(self.relative[::-1]),
            self.white, self.losses.covariance is not None, *models,
            min(MIN_SIZES, n), -1.0 if all_sizes else PASSES, worth,
            windows, table, parameters, nodes, logs, ends,
        )  # fmt: skip
        summaries = np.full((sets, 6), np.nan)
        averages(nodes, logs, ends, (1 - LEVEL) / 2, summaries, table)
        columns = [*summaries.T, windows[:, 0].astype(np.int64), windows[:, 1]]
        return Solution._make([*columns, *np.moveaxis(table, 2, 0), parameters])


def _scales(sizes: int) -> Array:
    """Factors on the scatter about a straight line that the unknown error may have.

    Evenly spaced in their logarithm, for its prior is flat there; close together beside the
    width 1/√(2n) to which n sizes determine it.
    """
    spacing = min(max(1.5 / np.sqrt(2 * sizes), 0.1), 0.4)
    steps = round(np.log(HIGHEST_SCALE / LOWEST_SCALE) / spacing)
    return np.geomspace(LOWEST_SCALE, HIGHEST_SCALE, 1 + steps)
