"""Random walks of a logit under stochastic gradient descent, many replicates at once.

Each step uses one fresh toss: 32 random bits that are compared with p, which is met to 2^-33. A
word of 64 bits serves two replicates. Random words are drawn for the first step of all replicates,
then for their second step, and so on, so that a longer walk begins with the shorter one. The
exponential is written out as a polynomial, so that the compiler can vectorise it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

WORDS = 2**16
"""Number of random words drawn at a time, which stay in the cache."""

TILE = 512
"""Replicates that take all steps at hand before the next ones do; they stay in the L1 cache."""

Rates = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Takes numbers of steps, counted from 1, and returns the learning rates of these steps."""


def walk(
    rng: np.random.Generator,
    p: float,
    rates: Rates,
    replicates: int,
    stops: NDArray[np.int64],
    summed: Literal["nothing", "predictions", "weights"] = "nothing",
) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
    """Walk from w = 0: each step adds the learning rate times (toss - σ(w)) to w.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the random words.
    p : float
        Probability of heads, below 1.
    rates : callable
        Learning rates by the number of the step.
    replicates : int
        Number of walks.
    stops : ndarray of int64
        Increasing numbers of steps after which the state is returned.
    summed : str
        What is summed, before each step: predictions, logits (the weights), or nothing.

    Yields
    ------
    stop, logits, sums : int, ndarray, ndarray
        The state after each stop. The next stop overwrites the arrays.
    """
    logits, sums, work = np.zeros(replicates), np.zeros(replicates), np.empty(replicates)
    limit, kind = round(p * 2**32), ("nothing", "predictions", "weights").index(summed)
    width = (replicates + 1) // 2
    done = 0
    for stop in stops.tolist():
        while done < stop:
            count = min(stop - done, max(1, WORDS // width))
            words = rng.integers(0, 2**64, size=(count, width), dtype=np.uint64)
            steps = np.arange(done + 1, done + count + 1, dtype=np.float64)
            tosses = words.view(np.uint32)
            _walk(tosses, limit, rates(steps), kind, logits, sums, work)
            done += count
        yield stop, logits, sums


@njit(cache=True, nogil=True, error_model="numpy")
def _walk(
    tosses: NDArray[np.uint32],
    limit: int,
    rates: NDArray[np.float64],
    kind: int,
    logits: NDArray[np.float64],
    sums: NDArray[np.float64],
    work: NDArray[np.float64],
) -> None:
    """Take one step for each row of tosses.

    The exponential e^-w is 2^k e^x with x = -w - k ln 2 and |x| <= (ln 2)/2. The factor e^x is a
    polynomial, and the factor 2^k is made from its bits.
    """
    for first in range(0, logits.size, TILE):
        w, total = logits[first : first + TILE], sums[first : first + TILE]
        s = work[: w.size]
        bits = s.view(np.int64)
        for step in range(rates.size):
            eta = rates[step]
            x_t = tosses[step, first : first + w.size]
            if kind == 2:
                for i in range(w.size):
                    total[i] += w[i]
            for i in range(w.size):
                k = np.floor(0.5 - w[i] * 1.4426950408889634)
                x = (-w[i] - k * 0.6931471803691238) - k * 1.9082149292705877e-10
                y = x * (1 / 479001600) + 1 / 39916800
                y = y * x + 1 / 3628800
                y = y * x + 1 / 362880
                y = y * x + 1 / 40320
                y = y * x + 1 / 5040
                y = y * x + 1 / 720
                y = y * x + 1 / 120
                y = y * x + 1 / 24
                y = y * x + 1 / 6
                y = y * x + 0.5
                y = y * x + 1.0
                y = y * x + 1.0
                bits[i] = (np.int64(k) + 1023) << 52
                s[i] = 1.0 / (1.0 + s[i] * y)
            if kind == 1:
                for i in range(w.size):
                    total[i] += s[i]
            for i in range(w.size):
                w[i] += eta * ((1.0 if x_t[i] < limit else 0.0) - s[i])
