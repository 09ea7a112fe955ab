"""Exact expected loss of stochastic gradient descent on the logit of a coin.

The distribution of the logit after many tosses has a huge number of atoms. The expected final loss,
however, is a smooth function of the logit before any remaining steps. Taking one step more
transforms this function: f(w) becomes p f(w after heads) + (1-p) f(w after tails). A function is
represented by its values at Chebyshev points, so that a step is a matrix, with hardly any error.

Logits are given as their distance δ from the logit of p.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

STRIP = 2.6
"""Half width of the strip about the real axis in which functions of the logit are analytic.

It is π minus a margin for the steps.
"""

DIGITS = 28.0
"""Logarithm of the ratio between the largest and the smallest Chebyshev coefficient kept."""

RARE = 40.0
"""Runs of one face are followed down to a probability of e^-40."""

ENUMERATED = 12
"""Number of first tosses, with possibly large steps, whose sequences are all enumerated."""

FIRST_DOUBLING, LAST_DOUBLING = 6, 10
"""Matrices of the steps from 2^k to 2^(k+1) are multiplied out for these k.

For larger k they are interpolated in 1/2^k.
"""

LIGHT = 10**6
"""Multiplications in a matrix product below which threads cost more than they save."""

CLOSE = 0.02
"""Largest distance at which the loss is computed from its series, to lose no digits."""


def loss_at(delta: NDArray[np.float64], p: float) -> NDArray[np.float64]:
    """KL(p‖σ(w)) at distances `delta` from the logit of p, accurate to rounding."""
    close = np.abs(delta) < CLOSE
    near, far = np.where(close, delta, 0.0), np.where(close, 1.0, delta)
    v, skew = p * (1 - p), 1 - 2 * p
    cumulants = (  # those of a toss, from the second on; the loss is their generating function
        v,
        v * skew,
        v * (1 - 6 * v),
        v * skew * (1 - 12 * v),
        v * (1 - 30 * v + 120 * v * v),
        v * skew * (1 - 60 * v + 360 * v * v),
        v * (1 - 126 * v + 1680 * v**2 - 5040 * v**3),
    )
    series = np.zeros_like(near)
    for order in range(8, 1, -1):
        series = series * near + cumulants[order - 2] / math.factorial(order)
    return np.where(close, series * near * near, np.log1p(p * np.expm1(far)) - p * far)


def flow_coordinate(delta: NDArray[np.float64], p: float) -> NDArray[np.float64]:
    """e^(pδ) - e^(-(1-p)δ). Under gradient flow it decays exactly as e^(-p(1-p)τ)."""
    return np.expm1(p * delta) - np.expm1((p - 1) * delta)


def flow_coordinate_loss(delta: NDArray[np.float64], p: float) -> NDArray[np.float64]:
    """The loss to leading order: p(1-p)/2 times the square of `flow_coordinate`."""
    return np.asarray(p * (1 - p) / 2 * flow_coordinate(delta, p) ** 2)


def after_flow(delta: NDArray[np.float64], p: float, factor: float) -> NDArray[np.float64]:
    """The distance after gradient flow has multiplied `flow_coordinate` by the factor."""
    wanted = factor * flow_coordinate(delta, p)
    found = np.array(delta)
    for _ in range(100):
        slope = p * np.exp(p * found) + (1 - p) * np.exp((p - 1) * found)
        change = (wanted - flow_coordinate(found, p)) / slope
        found += np.clip(change, -1.0, 1.0)
        if np.all(np.abs(change) <= 4e-16 * np.abs(found)):
            break
    return found


def constant_steps(p: float, eta: float, t: int) -> float:
    """E KL(p‖σ(w)) after t steps of the learning rate eta, one toss each, from w = 0."""
    center = math.log(p / (1 - p))
    up = math.log1p(eta * RARE / -math.log(p)) - center
    down = math.log1p(eta * RARE / -math.log1p(-p)) + center
    nodes, weights = _chebyshev(max(up, down, abs(center)) + 1)
    values, steps = loss_at(nodes, p), _step(nodes, weights, p, eta)
    while t:
        if t & 1:
            values = steps @ values
        t >>= 1
        if t:
            steps = _product(steps, steps)
            steps /= steps.sum(
                axis=1, keepdims=True
            )  # otherwise the rounding error would grow with t
    start = _interpolation(np.array([-center]), nodes, weights)
    return float((start @ values)[0])


def decaying_steps(p: float, a: float, t0: int, t: int, by_flow_coordinate: bool = False) -> float:
    """The same with the learning rates a/(1 + t0), a/(2 + t0), ...

    With `by_flow_coordinate` the loss is `flow_coordinate_loss`. The steps k = 2^m + 1 to 2^(m+1)
    together are one matrix, which depends smoothly on 1/2^m. Its limit is gradient flow. It is
    computed for a few m, and interpolated by a polynomial in 1/2^m for larger ones.
    """
    loss = flow_coordinate_loss if by_flow_coordinate else loss_at
    places, chances = _enumerated(p, a, t0, min(t, ENUMERATED))
    if t <= ENUMERATED:
        return float(chances @ loss(places, p))
    half = _reach(p, a, t0)
    nodes, weights = _chebyshev(half)
    values = loss(nodes, p)
    first, last = ENUMERATED + t0, t + t0
    while last > 2 << LAST_DOUBLING:
        if last % 2:
            values = _step(nodes, weights, p, a / last) @ values
            last -= 1
        else:
            last //= 2
            values = _doubling(p, a, half, last) @ values
    _steps(nodes, weights, p, a, first, last, values)
    return float(chances @ (_interpolation(places, nodes, weights) @ values))


def flow_amplitude(p: float, a: float, t0: int) -> float:
    """Limit of t^2r times the expected loss after steps a/(k + t0), where r = a p(1-p) < 1/2.

    `flow_coordinate_loss` has the same limit and approaches it faster. Its corrections are the
    noise of late steps, which is known, and terms of the orders t^(r-1) and 1/t, which an
    extrapolation from two sizes removes.
    """
    r = a * p * (1 - p)
    first, second = (
        (t + t0) ** (2 * r) * decaying_steps(p, a, t0, t, by_flow_coordinate=True)
        + r**2 / (2 * (1 - 2 * r)) * (t + t0) ** (2 * r - 1)
        for t in (2**29, 2**30)
    )
    return second + (second - first) / (2 ** (1 - r) - 1)


def _enumerated(
    p: float, a: float, t0: int, t: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """All positions that t tosses may lead to, and their probabilities."""
    places, chances = np.array([-math.log(p / (1 - p))]), np.ones(1)
    for step in range(1, t + 1):
        eta = a / (step + t0)
        excess = np.expm1(places)
        moved = places - eta * p * (1 - p) * excess / (1 + p * excess)
        places = np.concatenate((moved + eta * (1 - p), moved - eta * p))
        chances = np.concatenate((chances * p, chances * (1 - p)))
    return places, chances


@lru_cache(maxsize=64)
def _reach(p: float, a: float, t0: int) -> float:
    """The largest distance from the logit of p after the first steps, up to rare events."""
    places, _ = _enumerated(p, a, t0, ENUMERATED)
    high, low = float(np.max(places)), float(np.min(places))
    most = max(high, -low)
    for step in range(ENUMERATED + 1, ENUMERATED + 1 + int(RARE / -math.log(max(p, 1 - p)))):
        eta = a / (step + t0)
        high += (
            eta * (1 - p) / (1 + p * math.expm1(high))
        )  # one more step with heads, where 1 - σ is this quotient
        low -= eta * p / (p + (1 - p) * math.exp(-low))
        most = max(most, high, -low)
    return max(most, 3.5) + 0.5


def _chebyshev(half: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chebyshev points from -half to half, 0 among them, and their barycentric weights.

    The weights are 1 and -1 in turn, and half that at both ends (Berrut and Trefethen 2004).
    """
    count = math.ceil(DIGITS / math.asinh(STRIP / half)) | 1
    places = np.arange(count)
    nodes = half * np.sin(np.pi * (count - 1 - 2 * places) / (2 * (count - 1)))
    weights = np.where(places % 2 == 0, 1.0, -1.0)
    weights[[0, -1]] /= 2
    return nodes, weights


def _interpolation(
    points: NDArray[np.float64], nodes: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The matrix that takes values at the nodes to values at the points."""
    out = np.zeros((points.size, nodes.size))
    _add(points, 1.0, nodes, weights, out)
    return out


def _step(
    nodes: NDArray[np.float64], weights: NDArray[np.float64], p: float, eta: float
) -> NDArray[np.float64]:
    """The matrix of one step."""
    excess = np.expm1(nodes)
    moved = nodes - eta * p * (1 - p) * excess / (1 + p * excess)
    out = np.zeros((nodes.size, nodes.size))
    _add(moved + eta * (1 - p), p, nodes, weights, out)
    _add(moved - eta * p, 1 - p, nodes, weights, out)
    return out


def _product(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix product, in pieces so small that no library starts threads for them."""
    columns = LIGHT // left.size
    pieces = [left @ right[:, i : i + columns] for i in range(0, right.shape[1], columns)]
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=1)


@lru_cache(maxsize=4)
def _doublings(p: float, a: float, half: float) -> tuple[NDArray[np.float64], ...]:
    """The matrix of gradient flow, and those of the steps 2^k + 1 to 2^(k+1) by falling k."""
    nodes, weights = _chebyshev(half)
    limit = _interpolation(after_flow(nodes, p, 2 ** (-a * p * (1 - p))), nodes, weights)
    found = [limit]
    for k in range(LAST_DOUBLING, FIRST_DOUBLING - 1, -1):
        product = np.eye(nodes.size)
        for step in range((2 << k), 1 << k, -1):
            product = _product(_step(nodes, weights, p, a / step), product)
        found.append(product)
    return tuple(found)


def _doubling(p: float, a: float, half: float, step: int) -> NDArray[np.float64]:
    """The matrix of the steps from `step` + 1 to twice `step`."""
    matrices = _doublings(p, a, half)
    places = [0.0, *(0.5**k for k in range(LAST_DOUBLING, FIRST_DOUBLING - 1, -1))]
    shares = [
        math.prod((1 / step - other) / (place - other) for other in places if other != place)
        for place in places
    ]
    total = sum(share * matrix for share, matrix in zip(shares, matrices, strict=True))
    return np.asarray(total)


@njit(cache=True, nogil=True, error_model="numpy")
def _add(
    points: NDArray[np.float64],
    share: float,
    nodes: NDArray[np.float64],
    weights: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Add `share` times the matrix of barycentric interpolation (Berrut and Trefethen 2004)."""
    row = np.empty(nodes.size)
    for i in range(points.size):
        total = 0.0
        hit = -1
        for j in range(nodes.size):
            gap = points[i] - nodes[j]
            if gap == 0.0:
                hit = j
                gap = 1.0
            row[j] = weights[j] / gap
            total += row[j]
        if hit >= 0:
            out[i, hit] += share
        else:
            for j in range(nodes.size):
                out[i, j] += share * row[j] / total


@njit(cache=True, nogil=True, error_model="numpy")
def _steps(
    nodes: NDArray[np.float64],
    weights: NDArray[np.float64],
    p: float,
    a: float,
    first: int,
    last: int,
    values: NDArray[np.float64],
) -> None:
    """Apply the steps a/last, ..., a/(first + 1) to the function `values`, in place."""
    before = np.empty(nodes.size)
    excess = np.expm1(nodes)
    for step in range(last, first, -1):
        eta = a / step
        for i in range(nodes.size):
            moved = nodes[i] - eta * p * (1 - p) * excess[i] / (1 + p * excess[i])
            found = 0.0
            for face in range(2):
                point = moved + eta * (1 - p) if face == 0 else moved - eta * p
                above, below = 0.0, 0.0
                hit = -1
                for j in range(nodes.size):
                    gap = point - nodes[j]
                    if gap == 0.0:
                        hit = j
                        gap = 1.0
                    share = weights[j] / gap
                    above += share * values[j]
                    below += share
                value = above / below if hit < 0 else values[hit]
                found += p * value if face == 0 else (1 - p) * value
            before[i] = found
        values[:] = before
