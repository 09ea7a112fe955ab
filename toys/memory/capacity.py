"""A model that counts tosses until its memory is full: the loss against its capacity."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.coin import Bias, Pseudocount
from toys._kernels.heads import divergences
from toys.coins.bernoulli import Bernoulli
from toys.moments import Moments
from toys.toy import Size, Toy

MOST = 10**15
"""Largest number of tosses that a counter may count."""

MAX_STREAM = 10**8
"""Longest stream in one replicate. A longer one takes longer than a second."""

INWARDS = 1e-9
"""Relative amount by which bounds in messages are rounded to the allowed side."""

ROUNDING, SLACK = 1e-14, 0.01
"""A capacity that is an integer up to rounding counts as that integer."""


class Capacity(Toy):
    """Estimate the bias of a coin with a model that counts tosses until its memory is full.

    The model has the capacity θ = `theta`. It sees an endless stream of tosses, and its estimate is
    p̂ = (N₁ + k) / (N + 2k) from what it could count, where k is the `pseudocount`. Its counter of
    tosses N and its counter of heads N₁ both stop at N = N_max. (If the counter of heads went on
    alone, p̂ would tend to 1.) The loss is KL(p‖p̂). The field `growth` says how N_max grows with
    θ:

    - exponential: each counter has θ nats (or bits), so that N_max = e^θ (or 2^θ - 1);
    - power: N_max = θ^c, as if the model wasted its capacity;
    - shared: both counters share one memory of n states, where n is e^θ, 2^θ or θ, depending on
      `unit`. A state is a pair 0 <= N₁ <= N <= N_max, so that (N_max + 1)(N_max + 2)/2 <= n.

    N_max is rounded down. The loss is therefore a staircase as a function of θ, and it follows a
    smooth law only at those θ that just suffice for the next N_max.
    """

    theta: Annotated[
        float, Size("nats, bits or states"), Field(gt=0, le=1e18, description="capacity, in `unit`")
    ] = 7.0
    growth: Annotated[
        Literal["exponential", "power", "shared"],
        Field(description="how far the model can count, as a function of theta"),
    ] = "power"
    c: Annotated[float, Field(gt=0, le=100, description="power of theta; for growth 'power'")] = 2.0
    unit: Annotated[
        Literal["nats", "bits", "states"],
        Field(description="what theta counts; 'states' for growth 'shared' only"),
    ] = "nats"
    p: Bias = 0.3
    pseudocount: Pseudocount = 0.5
    sampler: Annotated[
        Literal["stream", "binomial", "counts"],
        Field(
            description="stream: counters that see every toss, also when they are full; binomial: "
            "N₁ as one binomial draw; counts: the number of replicates with each N₁ "
            "as one multinomial draw",
        ),
    ] = "binomial"

    shortcuts = ("counts",)
    derivations = (
        "capacity.exponential_nats",
        "capacity.exponential_bits",
        "capacity.power",
        "capacity.shared_states",
        "capacity.shared_nats",
        "capacity.shared_bits",
    )

    @model_validator(mode="after")
    def _can_count(self) -> Self:
        if self.unit == "states" and self.growth != "shared":
            raise PydanticCustomError(
                "no_states",
                "unit = 'states' is allowed for growth = 'shared' only, not for '{growth}'; use "
                "'nats' or 'bits'",
                {"growth": self.growth},
            )
        top = MAX_STREAM // 2 if self.sampler == "stream" else MOST
        if not self._real_capacity < top + 0.5:
            raise PydanticCustomError(
                "too_large",
                "theta = {theta} with growth '{growth}' is too large for sampler '{sampler}': the "
                "counter runs to {most} (at most {top}, so that theta <= {largest})",
                {
                    "theta": f"{self.theta:g}",
                    "growth": self.growth,
                    "most": f"{self._real_capacity:.3g}",
                    "sampler": self.sampler,
                    "top": f"{top:g}",
                    "largest": f"{self._theta_for(top) * (1 - INWARDS):.10g}",
                },
            )
        if self.N_max < 1:
            raise PydanticCustomError(
                "too_small",
                "theta = {theta} with growth '{growth}' is too small to count a single toss "
                "(theta >= {least} is needed)",
                {
                    "theta": f"{self.theta:g}",
                    "growth": self.growth,
                    "least": f"{self._theta_for(1) * (1 + INWARDS):.10g}",
                },
            )
        self._coin  # noqa: B018  # checks p, N and the pseudocount
        return self

    @property
    def _real_capacity(self) -> float:
        """N_max before it is rounded down; infinite where it overflows."""
        try:
            if self.growth == "power":
                reached = self.theta**self.c
            elif self.growth == "exponential":
                reached = math.exp(self.theta) if self.unit == "nats" else 2**self.theta - 1
            else:
                n = {"nats": math.exp, "bits": math.exp2, "states": float}[self.unit](self.theta)
                reached = (math.sqrt(8 * n + 1) - 3) / 2
        except OverflowError:
            return math.inf
        return float(reached)

    def _theta_for(self, most: int) -> float:
        """The smallest theta for which N_max is at least `most`."""
        if self.growth == "power":
            return float(most ** (1 / self.c))
        if self.growth == "exponential":
            return math.log(most) if self.unit == "nats" else math.log2(most + 1)
        states = (most + 1) * (most + 2) / 2
        return {"nats": math.log, "bits": math.log2, "states": float}[self.unit](states)

    @property
    def N_max(self) -> int:
        """The number of tosses that the model can count."""
        return int(self._real_capacity + min(ROUNDING * self._real_capacity, SLACK))

    @property
    def _coin(self) -> Bernoulli:
        """The coin after as many tosses as the model can count."""
        sampler: Literal["binomial", "counts"] = (
            "counts" if self.sampler == "counts" else "binomial"
        )
        return Bernoulli(p=self.p, pseudocount=self.pseudocount, N=self.N_max, sampler=sampler)

    @property
    def quantity(self) -> str:
        """KL(p‖p̂) of a model whose counters are full."""
        return self._coin.quantity

    @property
    def source(self) -> str:
        """The passage that proposes capacity as a scale."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the model size'"

    def derivation(self, axis: str) -> str | None:
        """One law for each growth and unit."""
        if axis != "theta":
            return None
        return "capacity.power" if self.growth == "power" else f"capacity.{self.growth}_{self.unit}"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` models with a full memory, shape (replicates,)."""
        if self.sampler != "stream":
            return self._coin.simulate(rng, replicates)
        heads = np.empty(replicates, dtype=np.int64)
        both_faces = self.pseudocount == 0
        _count_streams(rng, self.p, self.N_max, 2 * self.N_max, both_faces, heads)
        return divergences(heads, self.N_max, self.p, self.pseudocount)

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """The moments of their losses; for sampler 'counts', without making the replicates."""
        if self.sampler == "counts":
            return self._coin.simulate_moments(rng, replicates)
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """E KL(p‖p̂) after N_max tosses, to about 1e-13 relative."""
        return self._coin.exact()


@njit(cache=True, nogil=True, error_model="numpy")
def _count_streams(
    rng: np.random.Generator,
    p: float,
    most: int,
    length: int,
    both_faces: bool,
    out: NDArray[np.int64],
) -> None:
    """Count the heads in a stream until the memory is full, for each replicate.

    With `both_faces` a stream is repeated until the counted tosses show both heads and tails.
    """
    for i in range(out.size):
        heads = 0
        while True:
            tosses, heads = 0, 0
            for _ in range(length):
                toss = rng.random() < p
                if tosses < most:
                    tosses += 1
                    if toss:
                        heads += 1
            if not both_faces or 0 < heads < most:
                break
        out[i] = heads
