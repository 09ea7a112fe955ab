"""Compute-optimal sizes from training curves: the lower envelope of the loss at each compute.

Hoffmann2022 (section 3.1, "approach 1") reads, at every compute C, which of the training curves
has the lowest loss, and draws a power law through the sizes N so chosen. With a finite set of
sizes that is a staircase; its steps, not the sizes between them, are what the curves determine.
So a point here is a *switch*: the compute at which the curve of one size crosses that of the next
size on the envelope, set against the geometric mean of the two sizes.

What the discreteness costs, without noise: for an additive surface whose sizes differ by a factor
r, a switch lies (alpha - beta) (log r)²/24 above the true log N*, to leading order. With equal
factors that is a constant and the exponents are exact; with factors up to r they err by as much
times Σ|x - x̄| / 2Σ(x - x̄)² over the switches' x = log C, which is 3/2 of it over their range
where they are evenly spread. Curves are interpolated linearly in log C between the points at which
they are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.errors import BadInput
from sims.surface.checked_runs import checked_runs
from sims.surface.law import FLOP_PER_TOKEN_AND_PARAMETER
from sims.surface.powerlaw import PowerLaw, power_law


class Switch(NamedTuple):
    """Where the envelope goes over from one size to the next.

    Attributes
    ----------
    flop : float
        Compute C in FLOP at which the two curves cross.
    parameters, tokens : float
        N*, the geometric mean of the two sizes, and D* = C/(6 N*).
    loss : float
        Of both curves, there.
    """

    flop: float
    parameters: float
    tokens: float
    loss: float


@dataclass(frozen=True)
class EnvelopeFit:
    """The lower envelope of training curves and the power laws along it.

    Attributes
    ----------
    flop, losses, sizes : ndarray, shape (points,)
        The envelope: compute in FLOP, the lowest loss there, and the size that has it.
    switches : tuple of Switch
        By increasing size.
    parameters, tokens : PowerLaw
        N* = G C^a and D* = H C^b through the switches. Their errors come from the scatter of the
        switches; as neighbours share a curve and one's gain is the other's loss, it overstates
        them.
    flags : tuple of str
        Reasons for doubt; empty if there are none.
    """

    flop: NDArray[np.float64]
    losses: NDArray[np.float64]
    sizes: NDArray[np.float64]
    switches: tuple[Switch, ...]
    parameters: PowerLaw
    tokens: PowerLaw
    flags: tuple[str, ...]


def envelope(parameters: ArrayLike, tokens: ArrayLike, losses: ArrayLike) -> EnvelopeFit:
    """Fit power laws to the sizes on the lower envelope of training curves.

    Parameters
    ----------
    parameters, tokens, losses : array_like, shape (points,)
        All points of all curves: size N, tokens D seen so far, and the loss there. Points of the
        same N are one curve. The loss should be that of a run ended there (a schedule of the
        learning rate that is not finished raises it), smoothed if it is noisy.

    Returns
    -------
    EnvelopeFit

    Raises
    ------
    BadInput
        If a number is not positive and finite, the lengths differ, a curve has two losses at one
        number of tokens, or the envelope has fewer than two switches.

    References
    ----------
    Hoffmann2022, section 3.1.
    """
    n, d, y = checked_runs(parameters, tokens, losses)
    sizes, grid, curves = _curves(n, d, y)
    best = np.argmin(curves, axis=0)
    switches: list[Switch] = []
    crossed = absent = 0
    seen = np.unique(best)
    for i, j in pairwise(seen):
        found = _crossing(grid, curves[i], curves[j])
        if found is None:
            absent += 1
            continue
        where, loss, times = found
        size, flop = float(np.sqrt(sizes[i] * sizes[j])), float(np.exp(where))
        tokens_there = flop / (FLOP_PER_TOKEN_AND_PARAMETER * size)
        switches.append(Switch(flop, size, tokens_there, loss))
        crossed += times > 1
    flags = []
    if absent:
        flags.append(
            f"{absent} pairs of neighbouring sizes do not cross where both have been trained: one "
            "only takes over where the other begins or ends; they are left out"
        )
    if crossed:
        flags.append(f"{crossed} pairs of curves cross more than once: smooth the losses")
    if len(switches) < 2:
        raise BadInput(
            f"the envelope of {sizes.size} training curves goes over from one size to the next at "
            f"{len(switches)} crossings: a power law needs at least 2"
        )
    flop_of = np.array([switch.flop for switch in switches])
    if np.any(np.diff(flop_of) <= 0):
        flags.append("the compute-optimal size does not always grow with compute")
    law = power_law(flop_of, np.array([switch.parameters for switch in switches]), None, 0)
    return EnvelopeFit(
        flop=np.exp(grid),
        losses=curves[best, np.arange(grid.size)],
        sizes=sizes[best],
        switches=tuple(switches),
        parameters=law,
        tokens=law.complement(FLOP_PER_TOKEN_AND_PARAMETER),
        flags=tuple(flags) + law.flags,
    )


def _curves(
    n: NDArray[np.float64], d: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Sizes, all log C that occur, and the loss of every size there; infinite where not trained."""
    log_flop = np.log(FLOP_PER_TOKEN_AND_PARAMETER * n * d)
    sizes, grid = np.unique(n), np.unique(log_flop)
    curves = np.full((sizes.size, grid.size), np.inf)
    for row, size in zip(curves, sizes, strict=True):
        place = np.flatnonzero(n == size)
        place = place[np.argsort(d[place])]
        again = np.flatnonzero(np.diff(d[place]) == 0)
        if again.size:
            raise BadInput(
                f"the curve of N = {size:g} has two losses at D = {d[place][again[0]]:g}"
            )
        x = log_flop[place]
        inside = (grid >= x[0]) & (grid <= x[-1])
        row[inside] = np.interp(grid[inside], x, y[place])
    return sizes, grid, curves


def _crossing(
    grid: NDArray[np.float64], small: NDArray[np.float64], large: NDArray[np.float64]
) -> tuple[float, float, int] | None:
    """Where two curves cross, the loss there, and how often; None if they do not.

    The larger model must start above the smaller and end below it. Where noise makes them cross
    several times, the crossing is put where it divides their common range as they do: what lies
    before it is as long as all the stretches on which the smaller is better.
    """
    both = np.isfinite(small) & np.isfinite(large)
    x, small, large = grid[both], small[both], large[both]
    gap = large - small
    if x.size < 2 or gap[0] <= 0 or gap[-1] >= 0:
        return None
    before, after, step = gap[:-1], gap[1:], np.diff(x)
    turn = np.sign(before) * np.sign(after) < 0
    share = np.where(before > 0, 1.0, np.where(before == 0, after > 0, 0.0))
    part = before[turn] / (before[turn] - after[turn])
    share[turn] = np.where(before[turn] > 0, part, 1 - part)
    where = float(x[0] + share @ step)
    signs = np.sign(gap[gap != 0])
    return where, float(np.interp(where, x, small)), int(np.sum(signs[:-1] != signs[1:]))
