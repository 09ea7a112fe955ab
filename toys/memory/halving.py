"""Two counters that are halved when they are full, as a memory for the bias of a coin."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.divergence import divergence_term
from toys._kernels.tosses import toss_coins
from toys.limits import refuse_beyond
from toys.memory._halving_law import mean_loss
from toys.toy import Size, Toy

HALVINGS = 24
"""Halvings before the loss is measured. They reduce the variance of the start to 4^-24."""

CYCLES = 8
"""Number of cycles, from one halving to the next, over which a replicate's loss is averaged."""

MAX_LITERAL = 10**6
"""Largest M for sampler 'tosses'. A replicate has 16 M tosses and takes up to 0.1 s."""

MODEL_SIZE = "Cho2020, 'The scaling law for Bernoulli w.r.t. the model size'"
"""The passage that proposes a model's capacity as a scale."""


class HalvingCounter(Toy):
    """Estimate the bias of a coin with two counters that are halved whenever they are full.

    One counter counts the tosses N, the other the heads N₁ among them. At N = M, which is even, N
    becomes M/2, and N₁ is halved too; an odd number is rounded up or down with equal chances. The
    stream of tosses is endless. The estimate is p̂ = (N₁ + k) / (N + 2k), where k is the
    `pseudocount`. The loss is KL(p‖p̂), averaged over the time from one halving to the next, N =
    M/2 to M - 1.

    The counters start with M/2 fresh tosses, and are halved 24 times before the loss is measured.
    """

    p: Annotated[float, Field(ge=0.01, le=0.99, description="probability of heads")] = 0.3
    pseudocount: Annotated[float, Field(ge=1e-3, le=1e6, description="added to each face")] = 0.5
    M: Annotated[
        int,
        Size("tosses"),
        Field(ge=2, le=10**12, description="number of tosses at which the counters are halved"),
    ] = 64
    sampler: Annotated[
        Literal["tosses", "binomial"],
        Field(
            description="tosses: real tosses, and the mean over eight halvings; binomial: "
            "binomial draws, and the loss at one random time",
        ),
    ] = "tosses"

    derivations = ("memory.halving",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.M % 2:
            raise PydanticCustomError(
                "odd",
                "M = {M} is odd and cannot be halved (only even numbers are allowed)",
                {"M": self.M},
            )
        if self.sampler == "tosses":
            refuse_beyond(self.M, MAX_LITERAL, name="M", sampler="tosses", other="binomial")
        return self

    @property
    def quantity(self) -> str:
        """KL(p‖p̂), averaged over time."""
        return "excess log loss KL(p‖p̂) in the mean over time, nats"

    @property
    def source(self) -> str:
        """The passage that proposes a model's capacity as a scale."""
        return MODEL_SIZE

    def derivation(self, axis: str) -> str | None:
        """The law in M."""
        return "memory.halving" if axis == "M" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Losses of `replicates` pairs of counters, shape (replicates,)."""
        half = self.M // 2
        heads, *more = self._toss(rng, (1 + HALVINGS) * replicates).reshape(-1, replicates)
        for tosses in more:
            heads = (heads + tosses + (rng.random(replicates) < 0.5)) // 2
        if self.sampler == "tosses":
            p, k = self.p, self.pseudocount
            counts = np.arange(self.M) + k
            times = np.log(np.arange(half, self.M) + 2 * k)
            fixed = np.mean(times) + p * np.log(p) + (1 - p) * np.log1p(-p)
            out = np.empty(replicates)
            _cycles(rng, p, half, CYCLES, -p * np.log(counts), (p - 1) * np.log(counts), heads, out)
            return out + fixed
        time = half + rng.integers(0, half, size=replicates)
        return self._divergences(heads + rng.binomial(time - half, self.p), time)

    def exact(self) -> float:
        """The mean over time and over the stationary distribution, to about 1e-11."""
        return mean_loss(self.p, self.pseudocount, self.M)

    def _toss(self, rng: np.random.Generator, times: int) -> NDArray[np.int64]:
        """Numbers of heads among M/2 tosses, shape (times,)."""
        if self.sampler == "tosses":
            return toss_coins(rng, self.p, self.M // 2, times)
        return rng.binomial(self.M // 2, self.p, size=times)

    def _divergences(
        self, heads: NDArray[np.int64], time: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        p, k = self.p, self.pseudocount
        total = time + 2 * k
        error = ((heads - time * p) + k * (1 - 2 * p)) / total
        found = divergence_term(p, (heads + k) / total, error)
        return found + divergence_term(1 - p, (time - heads + k) / total, -error)


@njit(cache=True, nogil=True, error_model="numpy")
def _cycles(
    rng: np.random.Generator,
    p: float,
    half: int,
    cycles: int,
    if_heads: NDArray[np.float64],
    if_tails: NDArray[np.float64],
    start: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Count from M/2 to M tosses, halve, and repeat; write the mean contribution of the counts.

    `if_heads` and `if_tails` are contributions to the loss by the number of heads and of tails.
    """
    for i in range(out.size):
        heads, total = start[i], 0.0
        for _ in range(cycles):
            for time in range(half, 2 * half):
                total += if_heads[heads] + if_tails[time - heads]
                heads += int(rng.random() < p)
            heads = (heads + int(rng.random() < 0.5)) // 2
        out[i] = total / (half * cycles)
