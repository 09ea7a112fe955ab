"""Two Morris counters, which count in powers of 1 + 1/a, as a memory for the bias of a coin."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.heads import outcomes
from toys.memory._morris_law import divergences, levels_after, levels_reached
from toys.memory.halving import MODEL_SIZE
from toys.toy import Size, Toy

MAX_LEVELS = 10**9
"""Most levels in one replicate. More take longer than five seconds."""

MAX_EXACT = 1024
"""Most levels of counters with an exact value. A sum over more takes longer than 0.2 s."""

STREAM = 10**7
"""Number of tosses, in units of a, in a stream that is practically endless."""


class MorrisCounter(Toy):
    """Estimate the bias of a coin from an endless stream of tosses with two Morris counters.

    A Morris counter counts approximately. At level X it goes up with probability (1 + 1/a)^-X, and
    it represents a((1 + 1/a)^X - 1) counts. One counter counts heads, the other tails. The estimate
    p̂ is the share of heads in both together, and the loss is KL(p‖p̂). It does not vanish, however
    long the stream is.

    The stream has 10⁷ a tosses. Their own noise is 1e-7/(p(1-p)) of the loss, and the -1 is
    neglected. The loss also depends on where in the stream the counters are read, but by a share
    below 1e-8.
    """

    p: Annotated[float, Field(ge=0.01, le=0.99, description="probability of heads")] = 0.3
    a: Annotated[
        int,
        Size("counts"),
        Field(ge=2, le=10**12, description="number of counts from which on a counter skips some"),
    ] = 64
    sampler: Annotated[
        Literal["counters", "levels"],
        Field(
            description="counters: both counters, level by level; levels: the law of the "
            "difference of their levels"
        ),
    ] = "counters"

    shortcuts = ("levels",)
    derivations = ("memory.morris",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        levels = 2 * math.log(STREAM) * self.a
        if self.sampler == "counters" and levels > MAX_LEVELS:
            raise PydanticCustomError(
                "too_many_levels",
                "a = {a} is too large for sampler 'counters': the counters climb {levels} levels "
                "(at most {most}); use 'levels'",
                {"a": self.a, "levels": f"{levels:.3g}", "most": f"{MAX_LEVELS:g}"},
            )
        return self

    @property
    def quantity(self) -> str:
        """KL(p‖p̂) of the two counters."""
        return "excess log loss KL(p‖p̂) after an endless stream, nats"

    @property
    def source(self) -> str:
        """The passage that proposes a model's capacity as a scale."""
        return MODEL_SIZE

    def derivation(self, axis: str) -> str | None:
        """The floor of the loss, as a law in a."""
        return "memory.morris" if axis == "a" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` pairs of counters, shape (replicates,)."""
        base, odds = math.log1p(1 / self.a), math.log(self.p) - math.log1p(-self.p)
        if self.sampler == "counters":
            heads = rng.binomial(STREAM * self.a, self.p, size=replicates)
            up = levels_reached(rng, self.a, heads)
            gap = np.asarray(up - levels_reached(rng, self.a, STREAM * self.a - heads))
        else:  # the gap is a Gaussian that is rounded to an integer
            noise = math.sqrt(base) * rng.standard_normal(replicates)
            gap = np.rint((odds + noise) / base).astype(np.int64)
        return divergences(np.asarray(base * gap - odds), self.p)

    def exact(self) -> float:
        """The mean in an endless stream, to about 1e-12 relative, and to 1e-8 for a = 2.

        Ramanujan's integral for the level that is reached, and the transformation of theta
        functions, show the following. The logarithm of the ratio of the two relative errors is the
        sum of a Gaussian of variance b = log(1 + 1/a) and a uniform number of width b. With the
        characteristic function of this sum, the mean is an integral over frequencies, which the
        trapezoidal rule evaluates.
        """
        base, odds = math.log1p(1 / self.a), math.log(self.p) - math.log1p(-self.p)
        step = 1 / 8
        y = step * np.arange(1, 128)
        lost = -np.expm1(-base * y**2 / 2 + _log_sinc(base * y / 2))
        terms = lost / y * np.pi / np.sinh(np.pi * y) * np.cos(odds * y)
        return float(base / 4 + base**2 / 48 + np.sum(terms)) * step / math.pi


class MorrisLevels(Toy):
    """Estimate the bias of a coin with two Morris counters of K levels that are just full.

    The counters are those of `MorrisCounter` with a = K/x: the larger x is, the more counts they
    skip. The stream ends when the counter of heads, which is the faster one for p > 1/2, reaches
    level K on average. So its length T satisfies T p = a((1 + 1/a)^K - 1), rounded to an integer.
    The loss is KL(p‖p̂), given that both faces were seen.
    """

    p: Annotated[float, Field(gt=0.5, le=0.9, description="probability of heads")] = 0.7
    x: Annotated[float, Field(ge=0.1, le=3, description="levels over a")] = 1.2
    K: Annotated[int, Size("levels"), Field(ge=16, le=10**8, description="levels of a counter")] = (
        64
    )

    derivations = ("memory.morris_levels",)

    @property
    def quantity(self) -> str:
        """KL(p‖p̂) of the two counters."""
        return "excess log loss KL(p‖p̂) of counters that are full, nats"

    @property
    def source(self) -> str:
        """The passage that proposes a model's capacity as a scale."""
        return MODEL_SIZE

    def derivation(self, axis: str) -> str | None:
        """The law in K."""
        return "memory.morris_levels" if axis == "K" else None

    @property
    def a(self) -> float:
        """The number of counts from which on a counter skips some."""
        return self.K / self.x

    @property
    def T(self) -> int:
        """The number of tosses in the stream."""
        return round(self.a * math.expm1(self.K * math.log1p(1 / self.a)) / self.p)

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` pairs of counters, shape (replicates,)."""
        heads = rng.binomial(self.T, self.p, size=replicates)
        one_face = np.flatnonzero((heads == 0) | (heads == self.T))
        while one_face.size:
            heads[one_face] = rng.binomial(self.T, self.p, size=one_face.size)
            one_face = one_face[(heads[one_face] == 0) | (heads[one_face] == self.T)]
        base, odds = math.log1p(1 / self.a), math.log(self.p) - math.log1p(-self.p)
        up = levels_reached(rng, self.a, heads)
        down = levels_reached(rng, self.a, self.T - heads)
        return divergences(np.log(np.expm1(base * up) / np.expm1(base * down)) - odds, self.p)

    def exact(self) -> float | None:
        """The mean over heads and both levels, for up to MAX_EXACT levels; None for more."""
        if self.K > MAX_EXACT:
            return None
        heads, chances = outcomes(self.p, self.T, 1)
        up, ups = levels_after(self.a, int(heads[0]), int(heads[-1]))
        down, downs = levels_after(self.a, self.T - int(heads[-1]), self.T - int(heads[0]))
        base, odds = math.log1p(1 / self.a), math.log(self.p) - math.log1p(-self.p)
        joint = (ups * chances[:, None]).T @ downs[::-1]  # by the levels of both counters
        ratio = np.expm1(base * up)[:, None] / np.expm1(base * down)
        shift = np.log(ratio) - odds
        return float(joint.ravel() @ divergences(shift.ravel(), self.p))


def _log_sinc(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """log |sin(x)/x|, without cancellation at small x."""
    square = x**2
    series = 1 / 6 + square * (1 / 180 + square * (1 / 2835 + square / 37800))
    with np.errstate(divide="ignore"):
        direct = np.log(np.abs(np.sin(x) / x))
    return np.where(x < 0.02, -square * series, direct)
