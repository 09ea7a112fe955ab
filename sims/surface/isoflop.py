"""Compute-optimal sizes from IsoFLOP parabolas, and the bias of that method.

Hoffmann2022 (section 3.2, "approach 2") trains models of several sizes N with the same compute C,
draws a parabola in log N through their losses, and takes its minimum for the compute-optimal size
N*(C); power laws through the minima at several budgets give N* = G C^a and D* = H C^b. Here
C = 6 N D, so that D* = C/(6 N*), b = 1 - a and H = 1/(6 G).

The loss along an IsoFLOP line is no parabola. Where its two power laws have different exponents
it is lopsided, and the minimum of the parabola lies off the true one by a factor that depends on
the width of the grid and not on the budget: the exponents come out right, the prefactors do not.
`parabola_bias` measures it; the minimum of a fitted surface, `Surface.optimum`, does not have it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.errors import BadInput
from sims.surface.checked_runs import checked_runs
from sims.surface.law import FLOP_PER_TOKEN_AND_PARAMETER, Surface
from sims.surface.powerlaw import PowerLaw, power_law

TOLERANCE = 0.01
"""Budgets that differ by less than this, relatively, are one budget, rounded."""

MIN_RUNS = 4
"""A parabola goes through three runs exactly: nothing is left to show that it is one."""

BUDGETS = (1e17, 1e18, 1e19, 1e20, 1e21)
POINTS = 15
TARGET = 1e24
"""The setting in which `parabola_bias` is quoted: budgets and target in FLOP, runs a budget."""


class ParabolaMinimum(NamedTuple):
    """The minimum of the parabola at one budget.

    Attributes
    ----------
    flop : float
        Compute C in FLOP: the geometric mean of the runs' budgets.
    parameters, tokens, loss : float
        N*, D* = C/(6 N*) and the loss at the minimum, in the unit of the losses.
    log_error : float or None
        Standard error of log N* and of log D*; None if no budget has more than three runs.
    loss_error : float or None
        Standard error of the loss at the minimum.
    runs : int
        Runs at this budget.
    """

    flop: float
    parameters: float
    tokens: float
    loss: float
    log_error: float | None
    loss_error: float | None
    runs: int


@dataclass(frozen=True)
class IsoFlopFit:
    """Minima of IsoFLOP parabolas and the power laws through them.

    Attributes
    ----------
    minima : tuple of ParabolaMinimum
        By increasing budget, where the parabola has its minimum inside the grid of sizes.
    parameters, tokens : PowerLaw
        N* = G C^a and D* = H C^b.
    left_out : int
        Runs that belong to none of the minima.
    flags : tuple of str
        Reasons for doubt; empty if there are none.
    """

    minima: tuple[ParabolaMinimum, ...]
    parameters: PowerLaw
    tokens: PowerLaw
    left_out: int
    flags: tuple[str, ...]


def isoflop(
    parameters: ArrayLike, tokens: ArrayLike, losses: ArrayLike, *, tolerance: float = TOLERANCE
) -> IsoFlopFit:
    """Fit a parabola in log N to the losses at every compute budget, and power laws to the minima.

    The error bars of the minima come from the scatter of the runs about their parabolas, taken to
    be the same relative scatter at all budgets, since a parabola through five runs says too little
    about its own. What is not parabolic in the losses is part of it.

    Parameters
    ----------
    parameters, tokens, losses : array_like, shape (runs,)
        Sizes N, training tokens D and final losses, all positive. Budgets are C = 6 N D.
    tolerance : float
        With the runs sorted by budget, a relative step above this begins another budget.

    Returns
    -------
    IsoFlopFit

    Raises
    ------
    BadInput
        If a number is not positive and finite, the lengths differ, or fewer than two budgets have
        a parabola with its minimum inside the grid of sizes.

    References
    ----------
    Hoffmann2022, section 3.2.
    """
    n, d, y = checked_runs(parameters, tokens, losses)
    if not 0 < tolerance < 1:
        raise BadInput(f"tolerance = {tolerance:g} is not allowed (between 0 and 1)")
    parabolas = _parabolas(n, FLOP_PER_TOKEN_AND_PARAMETER * n * d, y, tolerance)
    usable = [parabola for parabola in parabolas if parabola.flaw is None]
    if len(usable) < 2:
        flaws = "".join(f"; {parabola.flaw}" for parabola in parabolas if parabola.flaw)
        raise BadInput(
            f"IsoFLOP parabolas need at least 2 compute budgets with a minimum; the {n.size} runs "
            f"make {len(parabolas)} budgets of 3 sizes or more (their compute equal within "
            f"{tolerance:.2g}), of which {len(usable)} have one{flaws}"
        )
    dof = sum(parabola.dof for parabola in usable)
    scatter = math.sqrt(sum(p.relative_squares for p in usable) / dof) if dof else None
    minima = tuple(parabola.minimum(scatter) for parabola in usable)
    errors = None if scatter is None else np.array([minimum.log_error for minimum in minima], float)
    law = power_law(
        np.array([minimum.flop for minimum in minima]),
        np.array([minimum.parameters for minimum in minima]),
        errors,
        dof,
    )
    left_out = n.size - sum(minimum.runs for minimum in minima)
    return IsoFlopFit(
        minima=minima,
        parameters=law,
        tokens=law.complement(FLOP_PER_TOKEN_AND_PARAMETER),
        left_out=left_out,
        flags=(*_flags(parabolas, scatter, tolerance), *_uncounted(left_out, n.size), *law.flags),
    )


def parabola_bias(
    surface: Surface,
    width: float,
    *,
    budgets: Sequence[float] = BUDGETS,
    points: int = POINTS,
    flop: float = TARGET,
) -> float:
    """Relative error of D* at a large budget by IsoFLOP parabolas on noise-free runs of a surface.

    The convention behind the published numbers: at every budget sizes are log-uniform from N*/w to
    N* w, both included, where N* is the true optimum and w the width; the losses are fitted by an
    unweighted parabola in log N, the minima by a straight line in logarithms, and that line is read
    at the target budget. Budgets do not matter as long as the grids are centred, points hardly.

    Parameters
    ----------
    surface : Surface
        The truth.
    width : float
        w > 1: the grid reaches from N*/w to N* w.
    budgets : sequence of float
        Compute budgets C of the runs, in FLOP.
    points : int
        Sizes at each budget, at least 4.
    flop : float
        The budget at which the extrapolated D* is compared with the true one.

    Returns
    -------
    float
        D* inferred / D* true - 1; 0 where alpha = beta.

    Raises
    ------
    BadInput
        If the width is not greater than 1, or there are fewer than 4 points.

    References
    ----------
    Open-Athena, scaling-law-analysis (a repository), experiment 4: extrapolation error.
    """
    if not (math.isfinite(width) and width > 1):
        raise BadInput(f"width = {width:g} is not allowed (greater than 1)")
    if points < MIN_RUNS:
        raise BadInput(f"points = {points} is not allowed (at least {MIN_RUNS})")
    grid = width ** np.linspace(-1, 1, points)
    sizes = np.concatenate([float(surface.optimum(c).parameters) * grid for c in budgets])
    tokens = np.repeat(budgets, points) / (FLOP_PER_TOKEN_AND_PARAMETER * sizes)
    seen = isoflop(sizes, tokens, surface.loss(sizes, tokens))
    return float(seen.tokens.at(flop).value / surface.optimum(flop).tokens) - 1


class _Parabola:
    """The least-squares parabola in log N through the losses of one budget."""

    def __init__(
        self, x: NDArray[np.float64], y: NDArray[np.float64], log_flop: NDArray[np.float64]
    ) -> None:
        self.runs, self.dof = x.size, x.size - 3
        self.flop = math.exp(float(np.mean(log_flop)))
        self.spread = math.expm1(float(np.ptp(log_flop)))
        self._centre, self.half_width = float(np.mean(x)), float(np.ptp(x)) / 2  # of log N
        z = (x - self._centre) / self.half_width
        basis = z[:, None] ** np.arange(3)
        self._inverse = np.linalg.pinv(basis)
        self._a, self._b, self._c = (self._inverse @ y).tolist()
        residuals = y - basis @ np.array([self._a, self._b, self._c])
        self._level = float(np.mean(y))
        self.relative_squares = float(residuals @ residuals) / self._level**2
        self.flaw: str | None = None
        if self._c <= 4 * np.finfo(float).eps * self._level:
            self.flaw = f"budget {self.flop:.3g}: the parabola has no minimum (curvature <= 0)"
        elif not z.min() <= -self._b / (2 * self._c) <= z.max():
            self.flaw = f"budget {self.flop:.3g}: the minimum lies outside the grid of sizes"

    def minimum(self, scatter: float | None) -> ParabolaMinimum:
        """Its minimum, with errors from a relative scatter of the losses."""
        z = -self._b / (2 * self._c)
        size = math.exp(self._centre + self.half_width * z)
        errors: tuple[float | None, float | None] = (None, None)
        if scatter is not None:
            covariance = (scatter * self._level) ** 2 * (self._inverse @ self._inverse.T)
            by_place = np.array([0, -1, -2 * z]) / (2 * self._c)
            by_loss = np.array([1, z, z**2])
            errors = (
                self.half_width * math.sqrt(by_place @ covariance @ by_place),
                math.sqrt(by_loss @ covariance @ by_loss),
            )
        tokens = self.flop / (FLOP_PER_TOKEN_AND_PARAMETER * size)
        loss = self._a + self._b * z + self._c * z**2
        return ParabolaMinimum(self.flop, size, tokens, loss, *errors, self.runs)


def _parabolas(
    n: NDArray[np.float64], flop: NDArray[np.float64], y: NDArray[np.float64], tolerance: float
) -> list[_Parabola]:
    """One for every group of equal budgets that has three sizes or more."""
    order = np.argsort(flop, kind="stable")
    steps = np.flatnonzero(np.diff(np.log(flop[order])) > math.log1p(tolerance))
    groups = np.split(order, steps + 1)
    return [
        _Parabola(np.log(n[group]), y[group], np.log(flop[group]))
        for group in groups
        if np.unique(n[group]).size >= 3
    ]


def _flags(parabolas: list[_Parabola], scatter: float | None, tolerance: float) -> Iterator[str]:
    """Doubts about single budgets."""
    for parabola in parabolas:
        budget = f"budget {parabola.flop:.3g}"
        if parabola.flaw is not None:
            yield parabola.flaw
            continue
        if parabola.runs < MIN_RUNS:
            yield f"{budget}: only {parabola.runs} runs"
        if parabola.spread > 3 * tolerance:
            yield f"{budget}: its runs differ by {parabola.spread:.0%} in compute"
        if (parabola.minimum(scatter).log_error or 0) > parabola.half_width:
            yield f"{budget}: the error bar of the minimum is wider than the grid of sizes"


def _uncounted(left_out: int, runs: int) -> list[str]:
    if not left_out:
        return []
    return [f"{left_out} of {runs} runs belong to no IsoFLOP line with a minimum"]
