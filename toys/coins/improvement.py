"""The improvement of a coin's log loss by additional tosses."""

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
    """Estimate the bias of a coin, and measure how much `delta` more tosses improve the log loss.

    One coin is tossed N times, then Δ = `delta` times more, so that both losses share the first N
    tosses. The improvement L(N) - L(N+Δ) is KL(p‖p̂) after N tosses minus KL(p‖p̂) after N + Δ. Its
    sign is random. Its mean is Δ/(2N²), far below its standard deviation √Δ N^-3/2. To measure the
    mean, many more than N/Δ replicates are needed, which the sampler "counts" provides at no cost.
    `statistic="mean square"` measures the mean of the square.
    """

    delta: Annotated[int, Field(ge=1, le=10**15, description="additional tosses")] = 1
    statistic: Annotated[
        Literal["mean", "mean square"], Field(description="statistic of the improvement")
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
                "p = {p} with pseudocount = 0 is not allowed: the loss is 0 after the first toss, "
                "and nothing is left to improve; use 0 < p < 1, or pseudocount > 0",
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
        """The passage that says that the improvement is proportional to 1/N."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', last equation"

    def derivation(self, axis: str) -> str | None:
        """One law for each statistic, and separate ones for p = 0 and p = 1."""
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
        """The moments of these; for sampler 'counts', without making the replicates."""
        if self._can_be_counted(replicates):
            return Moments.of_counts(*self._counts(rng, replicates))
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """The mean improvement or mean square, by a sum over both numbers of heads.

        The relative error is about 1e-10 for the smallest pseudocount, and 1e-13 for pseudocounts
        from 1e-3, unless the mean is near a change of sign. One part of the improvement is linear
        in the change of p̂. It has a random sign, and is √N times larger than its mean. Its mean
        over the new tosses is therefore computed analytically first.
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
        """Whether sampler 'counts' was chosen and is cheaper than drawing the replicates."""
        pairs = self._outcome_count(self.N) * self._outcome_count(self.delta)
        few = pairs <= min(replicates, MAX_OUTCOMES)
        return self.sampler == "counts" and not self.deterministic and few

    def _counts(
        self, rng: np.random.Generator, replicates: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Improvements of all pairs of outcomes, and the number of replicates with each."""
        heads, probabilities = outcomes(self.p, self.N, self._edge)
        more, chances = outcomes(self.p, self.delta)
        measured = self._measured(*self._split(heads[:, None], more[None, :]))
        joint = np.outer(probabilities, chances).ravel()
        return measured.ravel(), rng.multinomial(replicates, joint / np.sum(joint))


class FrozenImprovement(Toy):
    """Measure how much `delta` tosses improve a wrong estimate of a coin's bias that never changes.

    Exactly α N of N tosses are said to have shown heads, for every N, where α = `alpha` is not the
    bias p. Then Δ = `delta` real tosses are added. The improvement is KL(p‖α) minus KL(p‖α′), where
    α′ is the share of heads among all N + Δ. This is the only reading of the source under which the
    improvement is proportional to 1/N. The loss itself does not vanish here.
    """

    p: Bias = 0.3
    alpha: Annotated[
        float,
        Field(
            ge=LEAST_PROBABILITY, lt=1, description="constant share of heads, which differs from p"
        ),
    ] = 0.5
    delta: Annotated[int, Field(ge=1, le=10**15, description="additional tosses")] = 1
    N: Tosses = 1000
    sampler: Annotated[
        Literal["tosses", "binomial"],
        Field(
            description="tosses: real tosses; binomial: the number of heads as one binomial draw"
        ),
    ] = "binomial"

    derivations = ("improvement.frozen",)

    @model_validator(mode="after")
    def _is_wrong(self) -> Self:
        if self.alpha == self.p:
            raise PydanticCustomError(
                "not_wrong",
                "alpha = {alpha} equals p, which is not allowed: more tosses cannot improve a "
                "frequency that is already right",
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
        """The passage that says that the improvement is proportional to 1/N."""
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

        The relative error is about 1e-12, unless the mean is near a change of sign. The part that
        is linear in the new heads is averaged analytically.
        """
        more, chances = outcomes(self.p, self.delta, thin=True)
        a, error = self.alpha, self.alpha - self.p
        linear = self.delta * error**2 / ((self.N + self.delta) * a * (1 - a))
        return float(linear - chances @ self._convex(self._change(more)))

    def _change(self, more: NDArray[np.int64]) -> NDArray[np.float64]:
        """Change of the share of heads, by this number of heads among the new tosses."""
        return np.asarray((more - self.delta * self.alpha) / (self.N + self.delta))

    def _convex(self, change: NDArray[np.float64]) -> NDArray[np.float64]:
        """The part that is not linear in the change; it is never negative."""
        up, down = change / self.alpha, -change / (1 - self.alpha)
        return self.p * x_minus_log1p(up) + (1 - self.p) * x_minus_log1p(down)

    def _improvement(self, more: NDArray[np.int64]) -> NDArray[np.float64]:
        a, change = self.alpha, self._change(more)
        return np.asarray(change * (self.p - a) / (a * (1 - a)) - self._convex(change))
