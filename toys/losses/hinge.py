"""The hinge, a loss with a kink: on the tosses of a coin, and under gradient descent."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.coin import check_literal, heads_among
from toys.moments import Moments
from toys.path import NoiselessPath
from toys.toy import Size, Toy

STEP = 0.1
"""Of the trapezoidal rule below; its error is about exp(-pi²/(2 STEP))."""

NODES = np.arange(STEP / 2, 40, STEP)
"""On one side; the integrands are even."""

LEAST_LOG = -650.0
"""Logarithm of the smallest expected loss that is allowed: floats end near -700."""


class Hinge(Toy):
    """Minimise the hinge loss on N tosses of a coin that shows heads with probability p.

    A score θ costs max(0, 1 - θ) if heads comes, max(0, 1 + θ) if tails. On the tosses the best
    score is 1 if heads is the majority, -1 if tails is; in a tie all scores between cost the same,
    and it is 0, the least of them. The loss is the expected cost of this score less that of the
    best one: 0 for the right face, 2|p-q| for the wrong one, |p-q| after a tie, q = 1-p. Margin
    ranking is the same with θ the difference of two scores.

    N is even: an odd number of tosses has the same expected loss as the next even one.
    """

    p: Annotated[float, Field(ge=1e-4, le=1 - 1e-4, description="probability of heads")] = 0.45
    N: Annotated[int, Size("tosses"), Field(ge=2, le=10**15, description="tosses, even")] = 10
    sampler: Annotated[
        Literal["tosses", "binomial", "counts"],
        Field(
            description="real tosses; the heads as one binomial draw; or replicates as counts of "
            "right faces, ties and wrong faces",
        ),
    ] = "binomial"

    shortcuts = ("counts",)
    derivations = ("hinge.data",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.p == 0.5:
            raise PydanticCustomError(
                "no_better_face",
                "p = 0.5 is not allowed: all scores between -1 and 1 cost the same, and there is "
                "no excess loss",
            )
        if self.N % 2:
            raise PydanticCustomError(
                "odd",
                "N = {N} is odd (only even numbers are allowed): the expected loss is that of "
                "N = {next}",
                {"N": self.N, "next": self.N + 1},
            )
        if self.sampler == "tosses":
            check_literal(self.N, "N")
        if self._log_decay * (self.N // 2) < LEAST_LOG:
            raise PydanticCustomError(
                "tiny_loss",
                "N = {N} with p = {p} is too large: the expected loss is below 1e-280 "
                "(N <= {most} is allowed)",
                {"N": self.N, "p": self.p, "most": 2 * int(LEAST_LOG / self._log_decay)},
            )
        return self

    @property
    def quantity(self) -> str:
        """The excess hinge loss."""
        return "excess hinge loss, in units of the margin"

    @property
    def source(self) -> str:
        """Where a margin ranking loss is asked about."""
        return "Cho2020, 'Final thoughts'"

    def derivation(self, axis: str) -> str | None:
        """The law in N, an exponential."""
        return "hinge.data" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Excess losses of `replicates` scores, shape (replicates,)."""
        if self.sampler == "counts":
            return rng.permutation(np.repeat(*self._counts(rng, replicates)))
        heads = heads_among(rng, self.p, self.N, replicates, self.sampler)
        score = np.sign(2 * heads - self.N)
        best = 1 if self.p > 0.5 else -1
        return self._lead * np.abs(best - score)

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """Their moments; from counts without making the replicates."""
        if self.sampler == "counts":
            return Moments.of_counts(*self._counts(rng, replicates))
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """2|p-q| times the probability of the wrong face, plus half that of a tie.

        By the trapezoidal rule, to about 1e-12 relative, for any N: with N = 2m and δ = |p-q| the
        probability is (4pq)^m/pi times the integral of δ/(δ² + y²) (1 + y²)^-m over y > 0. For two
        more tosses lower it, in the end to 0, by δ/2 times the probability of a tie: of that,
        written as the integral in `_tie`, the sum over all m from here on is a geometric series.
        """
        lead, m = self._lead, self.N // 2
        y = lead * self._narrowing * np.sinh(NODES)
        slope = lead * self._narrowing * np.cosh(NODES)
        bell = np.exp(-m * np.log1p(y * y))
        area = STEP * np.sum(lead * bell * slope / (lead * lead + y * y))
        return float(2 * lead / math.pi * math.exp(m * self._log_decay) * area)

    @property
    def _lead(self) -> float:
        """|p-q|, q = 1-p."""
        return abs(1 - 2 * self.p)

    @property
    def _narrowing(self) -> float:
        """Of the nodes, where the bell (1 + y²)^-m is narrower than δ."""
        return 1 / max(1.0, self._lead * math.sqrt(self.N // 2))

    @property
    def _log_decay(self) -> float:
        """The logarithm of 4pq."""
        if self._lead < 0.5:
            return math.log1p(-(self._lead**2))
        return math.log(4 * self.p * (1 - self.p))

    @property
    def _tie(self) -> float:
        """Probability of a tie: (4pq)^m/pi times the integral of (1 + y²)^(-m-1) over all y."""
        m = self.N // 2
        y, slope = np.sinh(NODES) / math.sqrt(m), np.cosh(NODES) / math.sqrt(m)
        area = 2 * STEP * np.sum(np.exp(-(m + 1) * np.log1p(y * y)) * slope)
        return float(math.exp(m * self._log_decay) / math.pi * area)

    def _counts(
        self, rng: np.random.Generator, replicates: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Losses of the wrong face, a tie and the right face; how many replicates have each."""
        tie = self._tie
        wrong = max(0.0, self.exact() / (2 * self._lead) - tie / 2)
        losses = self._lead * np.array([2.0, 1.0, 0.0])
        return losses, rng.multinomial(replicates, [wrong, tie, 1 - wrong - tie])


class HingeDescent(NoiselessPath):
    """Gradient descent on the hinge loss of a coin that always shows heads.

    The score θ starts at 0 and costs max(0, 1 - θ). A step adds the learning rate η = `eta` while
    θ < 1, since the gradient is 1 however small the loss, and nothing after. With two `scores`, as
    in margin ranking, θ is their difference, and one rises by η while the other falls by η.
    """

    eta: Annotated[float, Field(ge=1e-9, lt=2, description="learning rate")] = 0.01
    scores: Annotated[
        Literal["one", "two"], Field(description="a score, or the difference of two that move")
    ] = "one"
    t: Annotated[int, Size("training steps"), Field(ge=1, le=10**8, description="steps")] = 50

    path_axes: ClassVar[tuple[str, ...]] = ("t",)
    derivations = ("hinge.flow", "hinge.ranking")

    @property
    def quantity(self) -> str:
        """The hinge loss."""
        return "hinge loss, in units of the margin"

    @property
    def source(self) -> str:
        """Where a margin ranking loss is asked about."""
        return "Cho2020, 'Final thoughts'"

    def derivation(self, axis: str) -> str | None:
        """One law for one score, one for two."""
        if axis != "t":
            return None
        return "hinge.flow" if self.scores == "one" else "hinge.ranking"

    def _run(self, stops: NDArray[np.int64]) -> NDArray[np.float64]:
        losses = np.empty(stops.size)
        _descend(self.eta, 2 if self.scores == "two" else 1, stops, losses)
        return losses

    def exact(self) -> float:
        """The loss max(0, 1 - ηt), or max(0, 1 - 2ηt), of this very float η, rounded once."""
        rate = Fraction(self.eta) * (2 if self.scores == "two" else 1)
        return float(max(Fraction(0), 1 - rate * self.t))


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(
    eta: float, scores: int, steps: NDArray[np.int64], losses: NDArray[np.float64]
) -> None:
    """Losses after ascending numbers of steps.

    A score is kept in two parts, its float and what this leaves out, so that it is at the margin
    after as many steps as in exact arithmetic.
    """
    score, rest = 0.0, 0.0
    done = 0
    for i in range(steps.size):
        while done < steps[i] and (1.0 - score) - rest > 0.0:
            for _ in range(scores):  # one rises, the other falls: both add to their difference
                total = score + eta
                rest += eta - (total - score)
                score = total
            done += 1
        losses[i] = max(0.0, (1.0 - score) - rest)
