"""The stationary distribution of a count of heads that is halved at M tosses, and its loss.

After a halving, the count is half of what it was, plus the rounding, and M/2 fresh tosses follow.
So the cumulant of order r is divided by 2^r, and those of the rounding and the tosses are added: in
the long run they form geometric series. If there are few heads, the distribution itself is
iterated. If there are many heads and tails, the loss is expanded in the moments. The mean over time
is a sum over N = M/2 ... M-1. The loss is smooth in N, so that a few values of N suffice.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from scipy.special import bernoulli

from toys._kernels.heads import divergences, outcomes, x_minus_log1p

MANY = 2000
"""With this many heads and tails among M tosses, the loss is expanded in moments."""

ORDER = 16
"""Order of the expansion."""

ROUNDS = 30
"""Halvings after which the distribution is stationary, to 4^-ROUNDS."""

FEW_TIMES = 64
"""Up to this number of times, all are summed."""

NODES = 20
"""Otherwise the loss is evaluated at this number of times; the error falls as 5.8^-NODES."""

BERNOULLI = bernoulli(40)


def mean_loss(p: float, k: float, M: int) -> float:
    """E KL(p‖(N₁ + k)/(N + 2k)), averaged over N = M/2 ... M-1."""
    half = M // 2
    if M * min(p, 1 - p) > MANY:
        times, weights = _times(half, whole=False)
        return float(weights @ _by_moments(p, k, M, times))
    times, weights = _times(half, whole=True)
    first, law = _stationary_law(p, half)
    losses = [_by_outcomes(p, k, half, int(time), first, law) for time in times]
    return float(weights @ losses)


def _times(half: int, *, whole: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times from half to 2 half - 1, and their weights in a mean over all of these times.

    With `whole` the times are integers. The mean of every polynomial of a degree below NODES is
    exact, by the Euler-Maclaurin formula.
    """
    if half <= FEW_TIMES:
        return half + np.arange(half, dtype=float), np.full(half, 1 / half)
    x = chebyshev.chebpts1(NODES)
    times = half * (1.5 + x / 2)
    if whole:
        times = np.rint(times)
        x = (times / half - 1.5) * 2
    h = 2 / half
    means = np.empty(NODES)
    for degree in range(NODES):
        wave = np.zeros(degree + 1)
        wave[degree] = 1
        inside = chebyshev.chebint(wave)
        mean, factor = 0.0, 1.0
        for r in range(degree + 2):  # the derivative of order r - 1, between the ends
            ends = chebyshev.chebval([-1.0, 1.0], inside)
            mean += BERNOULLI[r] * factor * (ends[1] - ends[0])
            inside = chebyshev.chebder(inside)
            factor *= h / (r + 1)
        means[degree] = mean / 2
    return times, np.asarray(
        np.linalg.solve(chebyshev.chebvander(x, NODES - 1).T, means), dtype=np.float64
    )


def _stationary_law(p: float, half: int) -> tuple[int, NDArray[np.float64]]:
    """The distribution of the count just after a halving: first value, and probabilities."""
    tosses, chances = outcomes(p, half)
    first, law = int(tosses[0]), chances
    for _ in range(ROUNDS):
        full = np.convolve(law, chances)
        least = first + int(tosses[0])
        if least % 2:  # begin and end at an even number
            full, least = np.append(0.0, full), least - 1
        if full.size % 2 == 0:
            full = np.append(full, 0.0)
        law = full[::2].copy()
        law[:-1] += full[1::2] / 2
        law[1:] += full[1::2] / 2
        first = least // 2
    return first, law


def _by_outcomes(
    p: float, k: float, half: int, time: int, first: int, law: NDArray[np.float64]
) -> float:
    """The expected loss at a time, from the distribution of the count just after a halving."""
    if time > half:
        tosses, chances = outcomes(p, time - half)
        first, law = first + int(tosses[0]), np.convolve(law, chances)
    heads = first + np.arange(law.size)
    inside = (heads >= 0) & (heads <= time)  # counts outside have probability 0
    losses = divergences(heads[inside], time, p, k)
    return float(law[inside] @ losses / np.sum(law[inside]))


def _by_moments(p: float, k: float, M: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """The expected losses at the times, by an expansion in the central moments of the count."""
    toss = _cumulants(p)
    central = [np.ones_like(times), np.zeros_like(times)]
    cumulants: list[NDArray[np.float64]] = [np.zeros_like(times)] * 2
    for r in range(2, ORDER + 1):
        # cumulant of the rounding, by 1/2 up or down
        rounding = 2 * (2**r - 1) * BERNOULLI[r] / (r * 2**r)
        full = (rounding + M / 2 * toss[r]) / (1 - 0.5**r)
        cumulants.append(full - (M - times) * toss[r])
        moment = sum(
            math.comb(r - 1, j - 1) * cumulants[j] * central[r - j] for j in range(2, r + 1)
        )
        central.append(np.asarray(moment))
    bias = k * (1 - 2 * p) / (times + 2 * k)
    heads, tails = p + bias, 1 - p - bias
    loss = p * x_minus_log1p(bias / p) + (1 - p) * x_minus_log1p(-bias / (1 - p))
    for r in range(2, ORDER + 1):
        slope = p * (-1) ** r * heads**-r + (1 - p) * tails**-r
        loss += slope * central[r] / (r * (times + 2 * k) ** r)
    return np.asarray(loss)


def _cumulants(p: float) -> list[float]:
    """Cumulants of one toss, up to ORDER.

    Each is p(1-p) times the derivative of the one before.
    """
    found, polynomial = [0.0, p], np.polynomial.Polynomial([0.0, 1.0])
    variance = np.polynomial.Polynomial([0.0, 1.0, -1.0])
    for _ in range(2, ORDER + 1):
        polynomial = variance * polynomial.deriv()
        found.append(float(polynomial(p)))
    return found
