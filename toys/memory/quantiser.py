"""A memory of few states that stores the known bias of a coin."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import zeta

from toys.memory.halving import MODEL_SIZE
from toys.toy import Size, Toy

SMALL_ANGLE = 0.3
"""Angles h below this evaluate 1 - sin(h)/h by its series."""

ORDERS = 2.0 * np.arange(1, 30) + 1
ETA = zeta(ORDERS) * (1 - 2 ** (1 - ORDERS))
"""Alternating sums of l^-3, l^-5, ... over l = 1, 2, ..."""


class Quantiser(Toy):
    """Store the known bias of a coin in a memory of S states; there is nothing to estimate.

    The bias is p = sin² φ, where φ is uniform in (0, π/2), which is Jeffreys' prior. The S states
    are cells of equal width in φ. The answer p̂ is sin² at the centre of the cell that contains φ.
    The loss is KL(p‖p̂).
    """

    S: Annotated[int, Size("states"), Field(ge=1, le=10**12, description="states")] = 64

    derivations = ("automata.quantiser",)

    @property
    def quantity(self) -> str:
        """KL(p‖p̂), averaged over p."""
        return "excess log loss KL(p‖p̂) in the mean over Jeffreys' prior, nats"

    @property
    def source(self) -> str:
        """The passage that proposes a model's capacity as a scale."""
        return MODEL_SIZE

    def derivation(self, axis: str) -> str | None:
        """The law in S."""
        return "automata.quantiser" if axis == "S" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` random biases, shape (replicates,)."""
        out = np.empty(replicates)
        _quantise(rng, self.S, out)
        return out

    def exact(self) -> float:
        """The mean over the prior, to about 1e-15 relative.

        With h = π/(2S) it is (1 - sin(h)/h)(1 - log(2)/S) + sin(h)/h R. The sum over the cells is
        done analytically, with the Fourier series of log sin. Its aliases leave R, an alternating
        sum of 1/(S l (4 S² l² - 1)) over l = 1, 2, ...
        """
        h = math.pi / (2 * self.S)
        lost = _one_minus_sinc(h)
        powers = 4.0 ** -np.arange(1, ORDERS.size + 1) * float(self.S) ** (-ORDERS)
        return lost * (1 - math.log(2) / self.S) + (1 - lost) * float(ETA @ powers)


def _one_minus_sinc(h: float) -> float:
    """1 - sin(h)/h, without cancellation."""
    if h > SMALL_ANGLE:
        return 1 - math.sin(h) / h
    term, total = h * h / 6, 0.0
    for n in range(4, 18, 2):
        total += term
        term *= -h * h / (n * (n + 1))
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _divergence_term(p: float, estimate: float, error: float) -> float:
    """One of the two terms of KL(p‖p̂): p log(p/p̂) + (p̂ - p), with error = p̂ - p.

    In this form both terms are >= 0. Small relative errors use the series of x - log(1+x).
    """
    if p == 0.0:
        return error
    x = error / p
    if x < -0.02 or x > 0.02:
        if estimate < 0.5 * p or estimate > 2.0 * p:
            return p * math.log(p / estimate) + error
        return p * (x - math.log1p(x))
    series = 1.0 / 6.0 - x * (1.0 / 7.0 - x * (1.0 / 8.0 - x / 9.0))
    series = 1.0 / 3.0 - x * (1.0 / 4.0 - x * (1.0 / 5.0 - x * series))
    return p * x * x * (0.5 - x * series)


@njit(cache=True, nogil=True, error_model="numpy")
def _quantise(rng: np.random.Generator, S: int, out: NDArray[np.float64]) -> None:
    """Draw an angle, find its cell, and compare the centre of the cell with the angle."""
    h = 0.5 * math.pi / S
    for i in range(out.size):
        place = rng.random() * S
        cell = math.floor(place)
        off = (cell + 0.5 - place) * h
        angle = place * h
        sine, cosine = math.sin(angle), math.cos(angle)
        turn, still = math.sin(off), math.cos(off)
        p, q = sine * sine, cosine * cosine
        # sin²(c) - sin²(φ) = sin(c+φ) sin(c-φ), with c = φ + off
        error = turn * (2.0 * sine * cosine * still + (q - p) * turn)
        low = sine * still + cosine * turn
        high = cosine * still - sine * turn
        heads = _divergence_term(p, low * low, error)
        out[i] = heads + _divergence_term(q, high * high, -error)
