"""Expected losses of descent on the logit of a coin, without simulating it.

The law of the logit after many tosses is a crowd of points. But what is expected after some more
steps is a smooth function of the logit before them, and each step turns one such function into
another: f(w) becomes p f(w after heads) + (1-p) f(w after tails). A function is kept by its values
at Chebyshev points; a step is a matrix, and hardly anything is lost.

Logits are written as their distance δ from that of p.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

STRIP = 2.6
"""Functions of the logit are analytic where its imaginary part is below π, less what steps take."""

DIGITS = 28.0
"""Logarithm of the largest coefficient of a function over the smallest that is kept."""

RARE = 40.0
"""Runs of one face are followed down to a probability of e^-40."""

ENUMERATED = 12
"""So many first tosses, whose steps may be large, are written out one by one."""

FIRST_DOUBLING, LAST_DOUBLING = 6, 10
"""Steps from 2^k to 2^(k+1) are multiplied out for these k; beyond, 1/2^k goes to 0 smoothly."""

LIGHT = 10**6
"""Multiplications in a product of matrices that takes longer to share among threads than to do."""

CLOSE = 0.02
"""At distances below this the loss is a series, which loses no digits."""


def loss_at(delta: NDArray[np.float64], p: float) -> NDArray[np.float64]:
    """KL(p‖σ(w)) at distances `delta` from the logit of p, to the last digits."""
    close = np.abs(delta) < CLOSE
    near, far = np.where(close, delta, 0.0), np.where(close, 1.0, delta)
    v, skew = p * (1 - p), 1 - 2 * p
    cumulants = (  # of a toss, from the second on: the loss is their generating function
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


def straight(delta: NDArray[np.float64], p: float) -> NDArray[np.float64]:
    """e^(pδ) - e^(-(1-p)δ), the coordinate in which gradient flow is a pure decay e^(-p(1-p)τ)."""
    return np.expm1(p * delta) - np.expm1((p - 1) * delta)


def straight_loss(delta: NDArray[np.float64], p: float) -> NDArray[np.float64]:
    """The loss to leading order, p(1-p)/2 times the square of the straight coordinate."""
    return np.asarray(p * (1 - p) / 2 * straight(delta, p) ** 2)


def flowed(delta: NDArray[np.float64], p: float, factor: float) -> NDArray[np.float64]:
    """Where gradient flow leads until the straight coordinate has shrunk by the factor."""
    wanted = factor * straight(delta, p)
    found = np.array(delta)
    for _ in range(100):
        slope = p * np.exp(p * found) + (1 - p) * np.exp((p - 1) * found)
        change = (wanted - straight(found, p)) / slope
        found += np.clip(change, -1.0, 1.0)
        if np.all(np.abs(change) <= 4e-16 * np.abs(found)):
            break
    return found


def constant_steps(p: float, eta: float, t: int) -> float:
    """E KL(p‖σ(w)) after t tosses, one a step of size eta, from w = 0 on."""
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
            steps /= steps.sum(axis=1, keepdims=True)  # or the rounding would grow with t
    start = _interpolation(np.array([-center]), nodes, weights)
    return float((start @ values)[0])


def decaying_steps(p: float, a: float, t0: int, t: int, straightened: bool = False) -> float:
    """The same for steps a/(1 + t0), a/(2 + t0), ...; with the loss straightened if wanted.

    The steps k = 2^m + 1 to 2^(m+1) together are a matrix that depends on 1/2^m smoothly. Its limit
    is gradient flow; a few m are multiplied out, and the rest is a polynomial in 1/2^m.
    """
    loss = straight_loss if straightened else loss_at
    places, chances = _first(p, a, t0, min(t, ENUMERATED))
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


def straight_amplitude(p: float, a: float, t0: int) -> float:
    """Limit of t^2r times the expected loss after steps a/(k + t0), r = a p(1-p) < 1/2.

    The straightened loss approaches the same limit faster: but for the noise of late steps, which
    is known, and for terms of order t^(r-1) and 1/t, which two sizes take out.
    """
    r = a * p * (1 - p)
    first, second = (
        (t + t0) ** (2 * r) * decaying_steps(p, a, t0, t, straightened=True)
        + r**2 / (2 * (1 - 2 * r)) * (t + t0) ** (2 * r - 1)
        for t in (2**29, 2**30)
    )
    return second + (second - first) / (2 ** (1 - r) - 1)


def _first(p: float, a: float, t0: int, t: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """All places to which t tosses may lead, and how probable they are."""
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
    """How far from the logit of p decaying steps lead once the first are over."""
    places, _ = _first(p, a, t0, ENUMERATED)
    high, low = float(np.max(places)), float(np.min(places))
    most = max(high, -low)
    for step in range(ENUMERATED + 1, ENUMERATED + 1 + int(RARE / -math.log(max(p, 1 - p)))):
        eta = a / (step + t0)
        high += eta * (1 - p) / (1 + p * math.expm1(high))  # 1 - σ: heads once more
        low -= eta * p / (p + (1 - p) * math.exp(-low))
        most = max(most, high, -low)
    return max(most, 3.5) + 0.5


def _chebyshev(half: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chebyshev's points from -half to half, 0 among them, and their barycentric weights.

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
    """The matrix from values at the nodes to values at the points."""
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
    """The matrices of the flow, and of the steps 2^k + 1 to 2^(k+1), from the last k on."""
    nodes, weights = _chebyshev(half)
    limit = _interpolation(flowed(nodes, p, 2 ** (-a * p * (1 - p))), nodes, weights)
    found = [limit]
    for k in range(LAST_DOUBLING, FIRST_DOUBLING - 1, -1):
        product = np.eye(nodes.size)
        for step in range((2 << k), 1 << k, -1):
            product = _product(_step(nodes, weights, p, a / step), product)
        found.append(product)
    return tuple(found)


def _doubling(p: float, a: float, half: float, step: int) -> NDArray[np.float64]:
    """The matrix of the steps from `step` + 1 to its double."""
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
    """Take the steps a/last, ..., a/(first + 1) back, in place."""
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
