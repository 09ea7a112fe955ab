"""The number of heads of a coin: its binomial distribution, and the loss of the estimated bias.

Numbers of heads are large, and their deviations from N p are small. N p is therefore stored as an
integer plus a remainder, and logarithms of numbers near 1 are computed without cancellation.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numba import njit
from numpy.typing import NDArray

TAIL = 80.0
"""Outcomes outside the window have a total probability below 2 exp(-TAIL)."""

FINENESS = 4
"""A thinned sum has this many outcomes in one standard deviation."""


def mean_heads(p: float, N: int) -> tuple[int, float]:
    """N p without rounding: its integer part, and the remainder."""
    mean = Fraction(p) * N
    return int(mean), float(mean - int(mean))


def window(p: float, N: int, edge: int = 0) -> tuple[int, int]:
    """Smallest and largest number of heads with a relevant probability, by Bernstein's inequality.

    With `edge` = 1 the outcomes with only one face are left out.
    """
    mean, _ = mean_heads(p, N)
    reach = math.ceil(math.sqrt(2 * TAIL * N * p * (1 - p)) + 2 * TAIL / 3) + 1
    return max(edge, mean - reach), min(N - edge, mean + reach)


def both_faces(p: float, N: int) -> float:
    """Probability that N tosses show both faces: 1 - p^N - (1-p)^N, for 0 < p < 1."""
    only_tails = math.exp(N * math.log1p(-p))
    return -math.expm1(N * math.log(p)) - only_tails


def outcomes(
    p: float, N: int, edge: int = 0, *, thin: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The numbers of heads with a relevant probability, and these probabilities, normalised.

    Parameters
    ----------
    p : float
        Probability of heads, 0 <= p <= 1.
    N : int
        Tosses.
    edge : int
        1 leaves out the outcomes with only one face.
    thin : bool
        Take only every n-th outcome, so that there are at most a few hundred. The sum of a smooth
        function over them is exact to rounding, like the trapezoidal rule on a Gaussian.

    Returns
    -------
    heads : ndarray of int64, shape (outcomes,)
    probabilities : ndarray of float64, shape (outcomes,)
        They sum to 1.
    """
    if p in (0, 1):
        return np.array([N if p == 1 else 0]), np.ones(1)
    first, last = window(p, N, edge)
    stride = max(1, int(math.sqrt(N * p * (1 - p)) / FINENESS)) if thin else 1
    heads = np.arange(first, last + 1, stride, dtype=np.int64)
    weights = np.empty(heads.size)
    _probabilities(heads, N, *mean_heads(p, N), p, weights)
    return heads, weights / np.sum(weights)


def deviations(
    heads: NDArray[np.int64], N: int, p: float, pseudocount: float
) -> NDArray[np.float64]:
    """p̂ - p with p̂ = (heads + k) / (N + 2k); shape of `heads`."""
    floor, rest = mean_heads(p, N)
    above = np.asarray(heads - floor, dtype=np.float64) - rest
    return np.asarray((above + pseudocount * (1 - 2 * p)) / (N + 2 * pseudocount))


def x_minus_log1p(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """x - log(1+x) for x > -1, without cancellation at small x; shape of `x`."""
    out = np.empty(x.size)
    _x_minus_log1p_of(x, out)
    return out


def divergences(
    heads: NDArray[np.int64], N: int, p: float, pseudocount: float
) -> NDArray[np.float64]:
    """KL(p‖p̂) with p̂ = (heads + k) / (N + 2k), nats; shape of `heads`."""
    out = np.empty(heads.size)
    _losses(heads, N, *mean_heads(p, N), p, pseudocount, out)
    return out


def improvements(
    heads: NDArray[np.int64],
    N: int,
    more: NDArray[np.int64],
    delta: int,
    p: float,
    pseudocount: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """KL(p‖p̂) after N tosses minus KL(p‖p̂) after `delta` more tosses with `more` heads.

    The improvement is returned in two parts, linear minus convex. The first is linear in the change
    of p̂. The second is the rest, which is never negative. `heads` and `more` are broadcast against
    each other.

    Returns
    -------
    linear, convex : ndarray of float64, broadcast shape
    """
    heads, more = np.broadcast_arrays(heads, more)
    linear, convex = np.empty(heads.size), np.empty(heads.size)
    _improvements(
        heads.ravel(), N, *mean_heads(p, N), more.ravel(), delta, *mean_heads(p, delta),
        p, pseudocount, linear, convex,
    )  # fmt: skip
    return linear.reshape(heads.shape), convex.reshape(heads.shape)


@njit(cache=True, nogil=True, error_model="numpy")
def _x_minus_log1p(x: float) -> float:
    """x - log(1+x) for x > -1, without cancellation at small x.

    With s = x/(2+x), log(1+x) = 2 artanh s and x - 2s = s x.
    """
    if x < -0.4 or x > 0.6:
        return x - math.log1p(x)
    s = x / (2.0 + x)
    power = s * s
    tail = power / 3.0
    n = 5.0
    while power > 1e-18:
        power *= s * s
        tail += power / n
        n += 2.0
    return s * (x - 2.0 * tail)


@njit(cache=True, nogil=True, error_model="numpy")
def _x_minus_log1p_of(x: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    for i in range(x.size):
        out[i] = _x_minus_log1p(x[i])


@njit(cache=True, nogil=True, error_model="numpy")
def _divergence_term(p: float, estimate: float, error: float) -> float:
    """One of the two terms of KL(p‖p̂): p log(p/p̂) + (p̂ - p), with error = p̂ - p.

    In this form both terms are >= 0, so that their sum loses no digits.
    """
    if p == 0.0:
        return error
    if estimate < 0.5 * p or estimate > 2.0 * p:
        return p * math.log(p / estimate) + error
    return p * _x_minus_log1p(error / p)


@njit(cache=True, nogil=True, error_model="numpy")
def _loss(
    n1: int, N: int, mean_floor: int, mean_rest: float, p: float, pseudocount: float
) -> float:
    """KL(p‖p̂) for n1 heads. N p comes in two parts, because it may exceed 53 bits."""
    q = 1.0 - p
    total = N + 2.0 * pseudocount
    above = float(n1 - mean_floor) - mean_rest
    error = (above + pseudocount * (q - p)) / total
    heads = _divergence_term(p, (n1 + pseudocount) / total, error)
    return heads + _divergence_term(q, (N - n1 + pseudocount) / total, -error)


@njit(cache=True, nogil=True, error_model="numpy")
def _losses(
    heads: NDArray[np.int64],
    N: int,
    mean_floor: int,
    mean_rest: float,
    p: float,
    pseudocount: float,
    out: NDArray[np.float64],
) -> None:
    for i in range(heads.size):
        out[i] = _loss(heads[i], N, mean_floor, mean_rest, p, pseudocount)


@njit(cache=True, nogil=True, error_model="numpy")
def _improvements(
    heads: NDArray[np.int64],
    N: int,
    mean_floor: int,
    mean_rest: float,
    more: NDArray[np.int64],
    delta: int,
    more_floor: int,
    more_rest: float,
    p: float,
    pseudocount: float,
    linear: NDArray[np.float64],
    convex: NDArray[np.float64],
) -> None:
    q = 1.0 - p
    for i in range(heads.size):
        above = float(heads[i] - mean_floor) - mean_rest
        error = (above + pseudocount * (q - p)) / (N + 2.0 * pseudocount)
        a = (heads[i] + pseudocount) / (N + 2.0 * pseudocount)
        b = (N - heads[i] + pseudocount) / (N + 2.0 * pseudocount)
        surplus = float(more[i] - more_floor) - more_rest  # number of heads minus delta p
        change = (surplus - delta * error) / (N + delta + 2.0 * pseudocount)
        linear[i] = -change * error / (a * b)
        convex[i] = p * _x_minus_log1p(change / a) + q * _x_minus_log1p(-change / b)


@njit(cache=True, nogil=True, error_model="numpy")
def _stirling_error(n: float) -> float:
    """log n! - log(sqrt(2 pi n) (n/e)^n) for n >= 1 (Loader 2000, section 2)."""
    if n < 16.0:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - 0.9189385332046728
    r = 1.0 / (n * n)
    series = 1.0 / 1260.0 - r * (1.0 / 1680.0 - r * (1.0 / 1188.0 - r * 691.0 / 360360.0))
    return (1.0 / 12.0 - r * (1.0 / 360.0 - r * series)) / n


@njit(cache=True, nogil=True, error_model="numpy")
def _log_probability(n1: int, N: int, mean_floor: int, mean_rest: float, p: float) -> float:
    """Log of the binomial probability in saddle-point form (Loader 2000, equation 4)."""
    if n1 == 0:
        return N * math.log1p(-p)
    if n1 == N:
        return N * math.log(p)
    x, y = float(n1), float(N - n1)
    below = mean_rest - float(n1 - mean_floor)
    mean = mean_floor + mean_rest
    deviance = _divergence_term(x, mean, below) + _divergence_term(y, N * (1.0 - p), -below)
    corrections = _stirling_error(float(N)) - _stirling_error(x) - _stirling_error(y)
    return corrections - deviance - 0.5 * math.log(2.0 * math.pi * x * (y / N))


@njit(cache=True, nogil=True, error_model="numpy")
def _probabilities(
    heads: NDArray[np.int64],
    N: int,
    mean_floor: int,
    mean_rest: float,
    p: float,
    out: NDArray[np.float64],
) -> None:
    for i in range(heads.size):
        out[i] = math.exp(_log_probability(heads[i], N, mean_floor, mean_rest, p))
