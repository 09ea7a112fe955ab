"""A code that learns a coin while it transmits its tosses: what it wastes in all."""

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
"""Heads are at least so rare, and so far from certain."""

DIGITS = 11
"""Costs are given to so many decimals: what comes after depends on the order of the tosses."""

SMALL = 0.1
"""Expected code lengths below this are summed from terms that are never negative."""


class CodeLength(PathToy):
    """Predict the tosses of a coin one by one, from those before, and add up what it costs.

    Toss n + 1 is predicted with p̂ = (n₁ + k) / (n + 2k), n₁ the heads among the first n tosses and
    k the `pseudocount`; 1/2 is the Krichevsky-Trofimov code. It costs -log of what was predicted
    for the face that came. The loss is the cost of N tosses in excess of what they cost a code that
    knows the bias p; its mean is the sum of the expected KL(p‖p̂) after 0, 1, ..., N - 1 tosses. It
    grows with N. One sequence of tosses serves every N.
    """

    p: Annotated[float, Field(ge=EXTREME, le=1 - EXTREME, description="probability of heads")] = 0.3
    pseudocount: Annotated[
        float, Field(ge=LEAST_PSEUDOCOUNT, le=100, description="added to each face")
    ] = 0.5
    N: Tosses = 1000
    sampler: Annotated[
        Literal["tosses", "binomial"],
        Field(
            description="tosses predicted one by one; or the number of heads as one binomial draw, "
            "which alone decides the cost"
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
        """The code length in excess of that of a code that knows the coin."""
        return "excess code length of N tosses, nats"

    @property
    def source(self) -> str:
        """Where the loss that is summed here is put forward."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', summed over N"

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N."""
        return "code_length.prequential" if axis == "N" else None

    def _losses_at(
        self, rng: np.random.Generator, replicates: int, stops: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Excess code lengths of the same sequences at several N.

        Sequences with as many heads cost the same, to the last digit that is kept.
        The sampler "binomial" has no sequence: it draws every size from the same random numbers.
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
        """The mean over the number of heads, to about 1e-12 relative, from N = 1 to 1e15.

        It is the divergence KL(P‖Q) between the laws that the coin and the code give to the number
        of heads. Where it is small, P - Q is added to each term, which makes them all positive.
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
        """Excess code length of N tosses with so many heads; shape of `heads`.

        The predictions multiply to a ratio of Gamma functions. In Stirling's form, with what that
        leaves out added again, nothing of the order of N is left that has to cancel.
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
    """What Stirling's formula (z - 1/2) log z - z + log(2 pi)/2 leaves of log Gamma(z)."""
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
    """Go on from `start` to `stop` tosses in every replicate.

    The cost so far is total + log(product): a product of probabilities of what came, the true over
    the predicted, is cheaper than a sum of their logarithms. It is put into the total before it
    overflows.
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
