"""A coin: how well its bias is known after N tosses."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.moments import Moments
from toys.tosses import toss_coins
from toys.toy import Size, Toy

TAIL = 80.0
"""Outcomes beyond the window of `_window` have a probability below 2 exp(-TAIL)."""

MANY_TOSSES = 1e7
"""Above this N p (1-p), the expectation is a series in central moments, not a sum."""

MAX_OUTCOMES = 2**20
"""More outcomes than this are not counted: they would take more than 32 MB."""

MAX_LITERAL_TOSSES = 10**9
"""A single replicate of real tosses beyond this takes longer than a second."""

RAREST_CONDITION = 0.01
"""With pseudocount 0 a replicate is redrawn until both faces are seen; not more often than this."""


class Bernoulli(Toy):
    """Estimate the bias p of a coin from N tosses by p̂ = (N₁ + k) / (N + 2k).

    N₁ is the number of heads and k the `pseudocount`: 1/2 is the Krichevsky-Trofimov estimator,
    1 Laplace's rule. The loss is KL(p‖p̂), the log loss of predicting with p̂ less the entropy.

    With `pseudocount=0` and 0 < p < 1 the expected loss is infinite, since all tosses may agree.
    The toy then measures the stated conditional version: the loss given that both faces were seen.
    """

    p: Annotated[float, Field(ge=0, le=1, description="probability of heads")] = 0.3
    pseudocount: Annotated[float, Field(ge=0, le=1e6, description="added to each face")] = 0.5
    N: Annotated[int, Size("tosses"), Field(ge=1, le=10**15, description="tosses")] = 1000
    sampler: Annotated[
        Literal["tosses", "binomial", "counts"],
        Field(
            description="real tosses; N₁ as one binomial draw; or replicates as counts over N₁",
        ),
    ] = "binomial"

    shortcuts = ("counts",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "tosses" and self.N > MAX_LITERAL_TOSSES:
            raise PydanticCustomError(
                "too_many_tosses",
                "N = {N} is too large for sampler 'tosses' (at most {most}); "
                "use 'binomial' or 'counts'",
                {"N": self.N, "most": MAX_LITERAL_TOSSES},
            )
        if self._conditional and self._both_faces < RAREST_CONDITION:
            raise PydanticCustomError(
                "infinite_expectation",
                "pseudocount = 0 makes the expected loss infinite, so the toy conditions on seeing "
                "both faces, which has probability {seen} at p = {p}, N = {N} (at least {least} is "
                "needed); raise N or take a pseudocount > 0",
                {
                    "p": self.p,
                    "N": self.N,
                    "seen": f"{self._both_faces:.3g}",
                    "least": RAREST_CONDITION,
                },
            )
        return self

    @property
    def _conditional(self) -> bool:
        """Whether replicates with only one face are excluded."""
        return self.pseudocount == 0 and 0 < self.p < 1

    @property
    def _both_faces(self) -> float:
        """Probability that N tosses show both faces, 1 - p^N - (1-p)^N."""
        only_tails = math.exp(self.N * math.log1p(-self.p))
        return -math.expm1(self.N * math.log(self.p)) - only_tails

    @property
    def quantity(self) -> str:
        """KL(p‖p̂), with the condition where there is one."""
        given = " given that both faces were seen" if self._conditional else ""
        return f"excess log loss KL(p‖p̂){given}, nats"

    @property
    def source(self) -> str:
        """Where the coin is put forward as a model of scaling laws."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size'"

    @property
    def deterministic(self) -> bool:
        """With p = 0 or 1 every toss is the same."""
        return self.p in (0, 1)

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N; with p in {0, 1} and no pseudocount the loss is 0: no law."""
        if axis != "N" or (self.deterministic and self.pseudocount == 0):
            return None
        return "bernoulli.boundary" if self.deterministic else "bernoulli.data"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` estimates, shape (replicates,)."""
        if self.sampler == "counts" and self._few_outcomes(replicates):
            losses, counts = self._counts(rng, replicates)
            return rng.permutation(np.repeat(losses, counts))
        heads = self._heads(rng, replicates)
        out = np.empty(replicates)
        _losses(heads, self.N, *self._mean_heads(), self.p, self.pseudocount, out)
        return out

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """Their moments; from counts without making the replicates."""
        if self.sampler == "counts" and self._few_outcomes(replicates):
            return Moments.of_counts(*self._counts(rng, replicates))
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-13 relative, from N = 1 to 1e15.

        A sum over the outcomes that matter, each probability in saddle-point form (Loader 2000),
        or, for N p (1-p) > 1e7, the Taylor series of the loss in the central moments of N₁, whose
        first neglected term is below 1e-13.
        """
        p, q, N, k = self.p, 1 - self.p, self.N, self.pseudocount
        if self.deterministic:
            return math.log1p(k / (N + k))
        if N * p * q > MANY_TOSSES:
            return self._exact_by_moments()
        weights, losses = self._outcomes()
        return float(np.sum(weights * losses) / np.sum(weights))

    def _exact_by_moments(self) -> float:
        p, q, N, k = self.p, 1 - self.p, self.N, self.pseudocount
        v = p * q
        bias = k * (q - p) / (N + 2 * k)
        over_p, over_q = 1 / (p + bias), 1 / (q - bias)
        scale = 1 / (N + 2 * k)
        second = N * v * scale**2
        third = N * v * (q - p) * scale**3
        fourth = (3 * (N * v) ** 2 + N * v * (1 - 6 * v)) * scale**4
        return (
            _divergence_term(p, bias)
            + _divergence_term(q, -bias)
            + (p * over_p**2 + q * over_q**2) / 2 * second
            + (q * over_q**3 - p * over_p**3) / 3 * third
            + (p * over_p**4 + q * over_q**4) / 4 * fourth
        )

    def _mean_heads(self) -> tuple[int, float]:
        """N p without rounding, as its integer part and the rest."""
        mean = Fraction(self.p) * self.N
        return int(mean), float(mean - int(mean))

    def _window(self) -> tuple[int, int]:
        """First and last number of heads that matter, by Bernstein's inequality."""
        mean = int(Fraction(self.p) * self.N)
        variance = self.N * self.p * (1 - self.p)
        reach = math.ceil(math.sqrt(2 * TAIL * variance) + 2 * TAIL / 3) + 1
        edge = 1 if self._conditional else 0
        return max(edge, mean - reach), min(self.N - edge, mean + reach)

    def _outcomes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Probability and loss of every number of heads that matters."""
        first, last = self._window()
        weights, losses = np.empty(last - first + 1), np.empty(last - first + 1)
        mean = self._mean_heads()
        _outcomes(first, self.N, *mean, self.p, self.pseudocount, weights, losses)
        return weights, losses

    def _few_outcomes(self, replicates: int) -> bool:
        """Whether counting the outcomes costs less than drawing the replicates.

        The outcomes that matter number about 25 sqrt(N p (1-p)). Beyond this the replicates are
        drawn, so that the cost of one is bounded and the memory does not grow with their number.
        """
        first, last = self._window()
        return not self.deterministic and last - first < min(replicates, MAX_OUTCOMES)

    def _counts(
        self, rng: np.random.Generator, replicates: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Losses, and how many replicates have each."""
        weights, losses = self._outcomes()
        return losses, rng.multinomial(replicates, weights / np.sum(weights))

    def _heads(self, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
        """Numbers of heads, redrawn where they must show both faces."""
        heads = self._draw_heads(rng, replicates)
        if self._conditional:
            one_face = np.flatnonzero((heads == 0) | (heads == self.N))
            while one_face.size:
                heads[one_face] = self._draw_heads(rng, one_face.size)
                drawn = heads[one_face]
                one_face = one_face[(drawn == 0) | (drawn == self.N)]
        return heads

    def _draw_heads(self, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
        if self.sampler != "tosses":
            return rng.binomial(self.N, self.p, size=replicates)
        return toss_coins(rng, self.p, self.N, replicates)


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
def _divergence_term(p: float, delta: float) -> float:
    """One of the two terms of KL(p‖p̂): -p log(p̂/p) + (p̂ - p), with p̂ = p + delta.

    Written so, each term is >= 0 and the two lose nothing when they are added.
    """
    if delta >= 1e300 * p:  # p = 0, its limit
        return delta
    return p * _x_minus_log1p(delta / p)


@njit(cache=True, nogil=True, error_model="numpy")
def _loss(
    n1: int, N: int, mean_floor: int, mean_rest: float, p: float, pseudocount: float
) -> float:
    """KL(p‖p̂) for n1 heads; N p comes in two parts, because it may exceed 53 bits."""
    q = 1.0 - p
    above = float(n1 - mean_floor) - mean_rest
    delta = (above + pseudocount * (q - p)) / (N + 2.0 * pseudocount)
    return _divergence_term(p, delta) + _divergence_term(q, -delta)


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
    deviance = x * _x_minus_log1p(below / x) + y * _x_minus_log1p(-below / y)
    corrections = _stirling_error(float(N)) - _stirling_error(x) - _stirling_error(y)
    return corrections - deviance - 0.5 * math.log(2.0 * math.pi * x * (y / N))


@njit(cache=True, nogil=True, error_model="numpy")
def _outcomes(
    first: int,
    N: int,
    mean_floor: int,
    mean_rest: float,
    p: float,
    pseudocount: float,
    weights: NDArray[np.float64],
    losses: NDArray[np.float64],
) -> None:
    for i in range(weights.size):
        n1 = first + i
        weights[i] = math.exp(_log_probability(n1, N, mean_floor, mean_rest, p))
        losses[i] = _loss(n1, N, mean_floor, mean_rest, p, pseudocount)
