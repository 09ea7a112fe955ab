"""What more tosses of a coin bring: the improvement of its log loss."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.coin import LEAST_PROBABILITY, MAX_OUTCOMES, Bias, Tosses, check_literal
from toys._kernels.heads import deviations, improvements, outcomes, x_minus_log1p
from toys._kernels.tosses import toss_coins
from toys.coins._coin import Coin
from toys.moments import Moments
from toys.toy import Toy


class BernoulliImprovement(Coin):
    """By how much Δ = `delta` more tosses improve the log loss of a coin: L(N) - L(N+Δ).

    One coin is tossed N times, then Δ times more, so that both losses share the first N tosses:
    the improvement is KL(p‖p̂) after N less KL(p‖p̂) after N + Δ tosses. Its sign is random. Its
    mean is Δ/(2N²), far below its standard deviation √Δ N^-3/2: a mean takes many more than N/Δ
    replicates, which the sampler "counts" provides at no cost. `statistic="mean square"` measures
    the mean of its square.
    """

    delta: Annotated[int, Field(ge=1, le=10**15, description="additional tosses")] = 1
    statistic: Annotated[
        Literal["mean", "mean square"], Field(description="of the improvement")
    ] = "mean"

    derivations = (
        "improvement.data",
        "improvement.boundary",
        "fluctuation.interior",
        "fluctuation.boundary",
    )

    @model_validator(mode="after")
    def _has_something_to_improve(self) -> Self:
        if self.deterministic and self.pseudocount == 0:
            raise PydanticCustomError(
                "no_improvement",
                "with p = {p} and pseudocount = 0 the loss is 0 after the first toss: nothing is "
                "left to improve; take 0 < p < 1, or a pseudocount > 0",
                {"p": f"{self.p:g}"},
            )
        if self.sampler == "tosses":
            check_literal(self.delta, "delta")
        return self

    @property
    def quantity(self) -> str:
        """The improvement, or its square."""
        what = "improvement of the log loss"
        if self.statistic == "mean square":
            return f"squared {what}{self._condition}, nats²"
        return f"{what}{self._condition}, nats"

    @property
    def source(self) -> str:
        """Where the improvement is said to be proportional to 1/N."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', last equation"

    def derivation(self, axis: str) -> str | None:
        """One law for each statistic, and one each for a coin that always shows the same face."""
        if axis != "N":
            return None
        if self.statistic == "mean":
            return "improvement.boundary" if self.deterministic else "improvement.data"
        return "fluctuation.boundary" if self.deterministic else "fluctuation.interior"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Improvements, or their squares, of `replicates` coins, shape (replicates,)."""
        if self._can_be_counted(replicates):
            losses, counts = self._counts(rng, replicates)
            return rng.permutation(np.repeat(losses, counts))
        heads = self._toss(rng, replicates)
        more = self._toss_any(rng, self.delta, replicates)
        return self._measured(*self._split(heads, more))

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """Their moments; from counts without making the replicates."""
        if self._can_be_counted(replicates):
            return Moments.of_counts(*self._counts(rng, replicates))
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """The mean improvement or mean square, by a sum over both numbers of heads.

        To about 1e-10 relative with the smallest pseudocount, 1e-13 from 1e-3 on, wherever the
        mean is not near a change of sign. The part of the
        improvement that is linear in the change of p̂ has random sign and is N^1/2 times as large
        as its mean, so that its mean over the new tosses is taken first, by hand.
        """
        p, k, N, delta = self.p, self.pseudocount, self.N, self.delta
        heads, probabilities = outcomes(p, N, self._edge, thin=True)
        more, chances = outcomes(p, delta, thin=True)
        linear, convex = self._split(heads[:, None], more[None, :])
        if self.statistic == "mean square":
            return float(probabilities @ (linear - convex) ** 2 @ chances)
        error = deviations(heads, N, p, k)
        variance = (heads + k) * (N - heads + k) / (N + 2 * k) ** 2
        mean_linear = delta * error**2 / ((N + delta + 2 * k) * variance)
        return float(probabilities @ (mean_linear - convex @ chances))

    def _split(
        self, heads: NDArray[np.int64], more: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Linear and convex part of the improvement from `more` heads after `heads`."""
        return improvements(heads, self.N, more, self.delta, self.p, self.pseudocount)

    def _measured(
        self, linear: NDArray[np.float64], convex: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        gain = linear - convex
        return gain if self.statistic == "mean" else gain * gain

    def _can_be_counted(self, replicates: int) -> bool:
        """Whether counting pairs of outcomes is asked for, and costs less than drawing them."""
        pairs = self._outcome_count(self.N) * self._outcome_count(self.delta)
        few = pairs <= min(replicates, MAX_OUTCOMES)
        return self.sampler == "counts" and not self.deterministic and few

    def _counts(
        self, rng: np.random.Generator, replicates: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Improvements of each pair of outcomes, and how many replicates have it."""
        heads, probabilities = outcomes(self.p, self.N, self._edge)
        more, chances = outcomes(self.p, self.delta)
        measured = self._measured(*self._split(heads[:, None], more[None, :]))
        joint = np.outer(probabilities, chances).ravel()
        return measured.ravel(), rng.multinomial(replicates, joint / np.sum(joint))


class FrozenImprovement(Toy):
    """By how much Δ = `delta` tosses improve a frequency of heads that is wrong, and stays so.

    Of N tosses exactly α N are said to have shown heads, whatever N; α = `alpha` is not the bias p.
    Then Δ real tosses are added. The improvement is KL(p‖α) less KL(p‖α′), α′ the frequency among
    all N + Δ. This is the one reading under which it is proportional to 1/N, and here the loss
    itself does not vanish.
    """

    p: Bias = 0.3
    alpha: Annotated[
        float, Field(ge=LEAST_PROBABILITY, lt=1, description="frozen frequency of heads")
    ] = 0.5
    delta: Annotated[int, Field(ge=1, le=10**15, description="additional tosses")] = 1
    N: Tosses = 1000
    sampler: Annotated[
        Literal["tosses", "binomial"],
        Field(description="real tosses; or the heads among them as one binomial draw"),
    ] = "binomial"

    derivations = ("improvement.frozen",)

    @model_validator(mode="after")
    def _is_wrong(self) -> Self:
        if self.alpha == self.p:
            raise PydanticCustomError(
                "not_wrong",
                "alpha = {alpha} equals p: more tosses can only worsen a frequency that is right",
                {"alpha": self.alpha},
            )
        if self.sampler == "tosses":
            check_literal(self.delta, "delta")
        return self

    @property
    def quantity(self) -> str:
        """The improvement."""
        return "improvement of the log loss KL(p‖α), nats"

    @property
    def source(self) -> str:
        """Where the improvement is said to be proportional to 1/N."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', last equation"

    def derivation(self, axis: str) -> str | None:
        """The law in N."""
        return "improvement.frozen" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Improvements from `replicates` times Δ tosses, shape (replicates,)."""
        if self.sampler == "tosses":
            return self._improvement(toss_coins(rng, self.p, self.delta, replicates))
        return self._improvement(rng.binomial(self.delta, self.p, size=replicates))

    def exact(self) -> float:
        """The mean improvement, by a sum over the heads among the new tosses.

        To about 1e-12 relative, wherever it is not near a change of sign: the part that is linear
        in the new heads is averaged by hand.
        """
        more, chances = outcomes(self.p, self.delta, thin=True)
        a, error = self.alpha, self.alpha - self.p
        linear = self.delta * error**2 / ((self.N + self.delta) * a * (1 - a))
        return float(linear - chances @ self._convex(self._change(more)))

    def _change(self, more: NDArray[np.int64]) -> NDArray[np.float64]:
        """Of the frequency, by so many heads among the new tosses."""
        return np.asarray((more - self.delta * self.alpha) / (self.N + self.delta))

    def _convex(self, change: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is not linear in the change, never negative."""
        up, down = change / self.alpha, -change / (1 - self.alpha)
        return self.p * x_minus_log1p(up) + (1 - self.p) * x_minus_log1p(down)

    def _improvement(self, more: NDArray[np.int64]) -> NDArray[np.float64]:
        a, change = self.alpha, self._change(more)
        return np.asarray(change * (self.p - a) / (a * (1 - a)) - self._convex(change))
