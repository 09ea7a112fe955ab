"""The hinge loss, which has a kink: learned from the tosses of a coin, and by gradient descent."""

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
"""Step of the trapezoidal rule, whose error is about exp(-pi²/(2 STEP))."""

NODES = np.arange(STEP / 2, 40, STEP)
"""Nodes of the trapezoidal rule on the positive axis. The integrands are even."""

LEAST_LOG = -650.0
"""Logarithm of the smallest expected loss that is allowed. Floats end near e^-700."""


class Hinge(Toy):
    """Learn a score from N tosses of a coin by minimising the hinge loss.

    A score θ costs max(0, 1 - θ) if heads comes, and max(0, 1 + θ) if tails comes. The score that
    is best on the N tosses is 1 if most of them are heads, and -1 if most are tails. In a tie all
    scores between cost the same, and 0 is taken. The loss is the expected cost of this score minus
    that of the best score. With q = 1-p, it is 0 for the right face, 2|p-q| for the wrong one, and
    |p-q| after a tie. Margin ranking is the same, with the difference of two scores as θ.

    N must be even, because an odd number of tosses has the same expected loss as the next even one.
    """

    p: Annotated[float, Field(ge=1e-4, le=1 - 1e-4, description="probability of heads")] = 0.45
    N: Annotated[int, Size("tosses"), Field(ge=2, le=10**15, description="tosses, even")] = 10
    sampler: Annotated[
        Literal["tosses", "binomial", "counts"],
        Field(
            description="tosses: real tosses; binomial: the number of heads as one binomial draw; "
            "counts: the numbers of right faces, ties and wrong faces as one "
            "multinomial draw",
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
        """The passage that asks about a margin ranking loss."""
        return "Cho2020, 'Final thoughts'"

    def derivation(self, axis: str) -> str | None:
        """The law in N, which is exponential."""
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
        """The moments of their losses; for sampler 'counts', without making the replicates."""
        if self.sampler == "counts":
            return Moments.of_counts(*self._counts(rng, replicates))
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """2|p-q| times the probability of the wrong face, plus |p-q| times that of a tie.

        With N = 2m and δ = |p-q|, the probability of the wrong face plus half that of a tie is
        (4pq)^m/pi times the integral of δ/(δ² + y²) (1 + y²)^-m over y > 0. It is computed by the
        trapezoidal rule, to about 1e-12 relative, for any N. To derive it: two more tosses lower
        this probability by δ/2 times the probability of a tie, and it tends to 0. With a tie
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
        """Factor on the nodes, for the case that the bell (1 + y²)^-m is narrower than δ."""
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
        """Losses of a wrong face, a tie and a right face; the number of replicates with each."""
        tie = self._tie
        wrong = max(0.0, self.exact() / (2 * self._lead) - tie / 2)
        losses = self._lead * np.array([2.0, 1.0, 0.0])
        return losses, rng.multinomial(replicates, [wrong, tie, 1 - wrong - tie])


class HingeDescent(NoiselessPath):
    """Learn that a coin always shows heads, by gradient descent on the hinge loss.

    The score θ starts at 0, and the loss is max(0, 1 - θ). A step adds the learning rate η = `eta`
    while θ < 1, because the gradient has the magnitude 1 however small the loss is. From θ >= 1 on
    the gradient is 0. With two `scores`, as in margin ranking, θ is their difference; one rises by
    η while the other falls by η.
    """

    eta: Annotated[float, Field(ge=1e-9, lt=2, description="learning rate")] = 0.01
    scores: Annotated[
        Literal["one", "two"],
        Field(
            description="one: θ is a score; two: θ is the difference of two scores, which both move"
        ),
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
        """The passage that asks about a margin ranking loss."""
        return "Cho2020, 'Final thoughts'"

    def derivation(self, axis: str) -> str | None:
        """One law for one score, another for two."""
        if axis != "t":
            return None
        return "hinge.flow" if self.scores == "one" else "hinge.ranking"

    def _run(self, stops: NDArray[np.int64]) -> NDArray[np.float64]:
        losses = np.empty(stops.size)
        _descend(self.eta, 2 if self.scores == "two" else 1, stops, losses)
        return losses

    def exact(self) -> float:
        """max(0, 1 - ηt), or max(0, 1 - 2ηt), from the exact value of the float η, rounded once."""
        rate = Fraction(self.eta) * (2 if self.scores == "two" else 1)
        return float(max(Fraction(0), 1 - rate * self.t))


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(
    eta: float, scores: int, steps: NDArray[np.int64], losses: NDArray[np.float64]
) -> None:
    """Write the losses after increasing numbers of steps into `losses`.

    A score is stored as a float plus its rounding error, so that it reaches the margin after the
    same number of steps as in exact arithmetic.
    """
    score, rest = 0.0, 0.0
    done = 0
    for i in range(steps.size):
        while done < steps[i] and (1.0 - score) - rest > 0.0:
            for _ in range(scores):  # one rises, the other falls: both increase their difference
                total = score + eta
                rest += eta - (total - score)
                score = total
            done += 1
        losses[i] = max(0.0, (1.0 - score) - rest)
