"""A sequential code for the tosses of a coin: its total length in excess of the entropy."""

from __future__ import annotations

import copy
import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator

from toys._kernels.coin import LEAST_PSEUDOCOUNT, Tosses, check_literal
from toys._kernels.heads import deviations, outcomes, x_minus_log1p
from toys.path import PathToy

EXTREME = 1e-9
"""Smallest distance of the bias from 0 and 1."""

DIGITS = 11
"""Decimals to which code lengths are rounded; later ones depend on the order of the tosses."""

SMALL = 0.1
"""Expected code lengths below this are summed from terms that are never negative."""


class CodeLength(PathToy):
    """Predict the tosses of a coin one by one from the earlier tosses, and add up the log losses.

    Toss n + 1 is predicted with p̂ = (n₁ + k) / (n + 2k), where n₁ is the number of heads among the
    first n tosses, and k the `pseudocount`; 1/2 gives the Krichevsky-Trofimov code. The code length
    of a toss is -ln of the probability that was predicted for the face that came. The loss is the
    code length of N tosses, minus that of a code that knows the bias p. Its mean is the sum of the
    expected KL(p‖p̂) after 0, 1, ..., N - 1 tosses, so that it grows with N. One sequence of tosses
    serves all N.
    """

    p: Annotated[float, Field(ge=EXTREME, le=1 - EXTREME, description="probability of heads")] = 0.3
    pseudocount: Annotated[
        float, Field(ge=LEAST_PSEUDOCOUNT, le=100, description="added to each face")
    ] = 0.5
    N: Tosses = 1000
    sampler: Annotated[
        Literal["tosses", "binomial"],
        Field(
            description="tosses: tosses predicted one by one; binomial: the number of heads, "
            "which determines the code length, as one binomial draw"
        ),
    ] = "tosses"

    shortcuts = ("binomial",)
    path_axes = ("N",)
    derivations = ("code_length.prequential",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "tosses":
            check_literal(self.N, "N")
        return self

    @property
    def quantity(self) -> str:
        """The code length in excess of that of a code that knows the bias."""
        return "excess code length of N tosses, nats"

    @property
    def source(self) -> str:
        """The passage that proposes the loss that is summed here."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', summed over N"

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N."""
        return "code_length.prequential" if axis == "N" else None

    def _losses_at(
        self, rng: np.random.Generator, replicates: int, stops: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Excess code lengths of the same sequences at several N.

        Sequences with the same number of heads have exactly the same code length. The sampler
        "binomial" has no sequences: it draws the number of heads at each N from the same random
        numbers.
        """
        out = np.empty((replicates, stops.size))
        if self.sampler == "binomial":
            start = copy.deepcopy(rng)
            for i, stop in enumerate(stops.tolist()):
                same = rng if i == 0 else copy.deepcopy(start)
                heads = same.binomial(stop, self.p, size=replicates)
                out[:, i] = self._excess(heads, stop)
            return np.round(out, DIGITS)
        heads = np.zeros(replicates, dtype=np.int64)
        product, total = np.ones(replicates), np.zeros(replicates)
        tossed = 0
        for i, stop in enumerate(stops.tolist()):
            _transmit(rng, self.p, self.pseudocount, tossed, stop, heads, product, total)
            tossed = stop
            out[:, i] = total + np.log(product)
        return np.round(out, DIGITS)

    def exact(self) -> float:
        """The expected loss to about 1e-12 relative, from N = 1 to 1e15.

        It is the divergence KL(P‖Q) between two distributions of the number of heads: P of the
        coin, and Q of the code. If it is small, P - Q is added to each term, which makes all terms
        positive.
        """
        heads, chances = outcomes(self.p, self.N, thin=True)
        excess = self._excess(heads, self.N)
        expected = float(chances @ excess)
        if expected > SMALL:
            return expected
        ratio = np.expm1(-excess)
        near = x_minus_log1p(np.maximum(ratio, -0.5))
        return float(chances @ np.where(np.abs(excess) < 0.5, near, ratio + excess))

    def _excess(self, heads: NDArray[np.int64], N: int) -> NDArray[np.float64]:
        """Excess code length of N tosses with this number of heads; shape of `heads`.

        The product of the predictions is a ratio of Gamma functions. It is evaluated by Stirling's
        formula plus its remainder, so that no terms of order N have to cancel.
        """
        p, k = self.p, self.pseudocount
        n1 = np.asarray(heads + k, dtype=np.float64)
        n0 = np.asarray(N - heads + k, dtype=np.float64)
        total = N + 2 * k
        above = deviations(heads, N, p, k) * total
        divergence = _divergence(n1, p * total, above) + _divergence(n0, (1 - p) * total, -above)
        remainders = _remainders(np.array([total, k, 2 * k]))
        own = float(remainders[0] + 2 * remainders[1] - remainders[2])
        bent = (1 - 2 * p) ** 2
        own -= k * (math.log1p(-bent) if bent < 0.5 else math.log(4 * p * (1 - p)))
        spread = 0.5 * np.log(2 * (n1 / total) * (n0 / k))
        return np.asarray(own + spread - divergence - _remainders(n1) - _remainders(n0))


def _divergence(
    seen: NDArray[np.float64], mean: float, above: NDArray[np.float64]
) -> NDArray[np.float64]:
    """seen log(seen/mean) - above, with above = seen - mean; never negative; shape of `seen`."""
    near = seen * x_minus_log1p(np.maximum(-above / seen, -0.5))
    return np.where(seen > 2 * mean, seen * np.log(seen / mean) - above, near)


def _remainders(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """log Gamma(z) minus Stirling's formula (z - 1/2) log z - z + log(2 pi)/2."""
    out = np.empty(z.size)
    _stirling_remainders(z, out)
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def _stirling_remainders(z: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    for i in range(z.size):
        x = z[i]
        if x < 16.0:
            out[i] = math.lgamma(x + 1.0) - (x + 0.5) * math.log(x) + x - 0.9189385332046728
        else:
            r = 1.0 / (x * x)
            series = 1.0 / 1260.0 - r * (1.0 / 1680.0 - r * (1.0 / 1188.0 - r * 691.0 / 360360.0))
            out[i] = (1.0 / 12.0 - r * (1.0 / 360.0 - r * series)) / x


@njit(cache=True, nogil=True, error_model="numpy")
def _transmit(
    rng: np.random.Generator,
    p: float,
    k: float,
    start: int,
    stop: int,
    heads: NDArray[np.int64],
    product: NDArray[np.float64],
    total: NDArray[np.float64],
) -> None:
    """Continue every replicate from `start` to `stop` tosses.

    The code length so far is total + log(product). The product of the ratios true over predicted
    probability is cheaper than a sum of logarithms. It is moved into the total before it overflows.
    """
    q = 1.0 - p
    for n in range(start, stop):
        tossed = n + 2.0 * k
        for i in range(heads.size):
            face = rng.random() < p
            seen = heads[i] if face else n - heads[i]
            product[i] *= (p if face else q) * tossed / (seen + k)
            heads[i] += face
            if product[i] > 1e200 or product[i] < 1e-200:
                total[i] += math.log(product[i])
                product[i] = 1.0
