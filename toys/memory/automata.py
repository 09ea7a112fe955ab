"""A machine of few states that forgets at random, as a memory for the bias of a coin."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.heads import divergences, outcomes
from toys.memory.halving import MODEL_SIZE
from toys.toy import Size, Toy

MAX_TOSSES = 10**9
"""Most tosses in one replicate. More take longer than three seconds."""

MEMORIES = 16.0
"""After this many times m tosses, a cell is still as at the start with exp(-MEMORIES)."""


class EhrenfestAutomaton(Toy):
    """Estimate the bias of a coin from the state of a machine with few states (Ehrenfest's urn).

    The machine has n = `states` states, 0 to m with m = n - 1. Heads take it from i to i + 1 with
    probability 1 - i/m, and tails from i to i - 1 with probability i/m. This is Ehrenfest's urn:
    every toss overwrites one of m cells, chosen at random. The stream of tosses is endless. The
    loss is the squared error of i/m, or the log loss KL(p‖p̂) with p̂ = (i + k) / (m + 2k), where k
    is the `pseudocount`.

    The machine starts empty and sees m (16 + log(m)/2) tosses. A cell is then still as at the start
    with a probability below 1.2e-7 m^-1/2. The relative change of the squared loss is at most this
    probability over 1-p.
    """

    p: Annotated[float, Field(ge=0.01, le=0.99, description="probability of heads")] = 0.3
    pseudocount: Annotated[
        float, Field(ge=1e-3, le=1e6, description="added to each face; for loss 'log'")
    ] = 0.5
    states: Annotated[int, Size("states"), Field(ge=3, le=10**15, description="states")] = 65
    loss: Annotated[
        Literal["squared", "log"], Field(description="squared: squared error; log: KL(p‖p̂) in nats")
    ] = "squared"
    sampler: Annotated[
        Literal["tosses", "stationary"],
        Field(
            description="tosses: the machine, toss by toss; stationary: its stationary law, one "
            "binomial draw"
        ),
    ] = "tosses"

    shortcuts = ("stationary",)
    derivations = ("automata.automaton", "automata.automaton_divergence")

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "tosses" and self._tosses > MAX_TOSSES:
            raise PydanticCustomError(
                "too_many_tosses",
                "states = {states} is too large for sampler 'tosses': it needs {tosses} tosses "
                "until the start is forgotten (at most {most}); use 'stationary'",
                {"states": self.states, "tosses": f"{self._tosses:.3g}", "most": f"{MAX_TOSSES:g}"},
            )
        return self

    @property
    def quantity(self) -> str:
        """Squared error or log loss."""
        if self.loss == "log":
            return "excess log loss KL(p‖p̂) of the stationary machine, nats"
        return "squared error of p̂ of the stationary machine"

    @property
    def source(self) -> str:
        """The passage that proposes a model's capacity as a scale."""
        return MODEL_SIZE

    def derivation(self, axis: str) -> str | None:
        """One law for each loss."""
        if axis != "states":
            return None
        return "automata.automaton_divergence" if self.loss == "log" else "automata.automaton"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Losses of `replicates` machines, shape (replicates,)."""
        if self.sampler == "tosses":
            state = np.empty(replicates, dtype=np.int64)
            _run_urns(rng, self.p, self.states - 1, self._tosses, state)
        else:
            state = rng.binomial(self.states - 1, self.p, size=replicates)
        return self._losses(state)

    def exact(self) -> float:
        """From the stationary distribution, which is binomial: p(1-p)/m, or a sum over states."""
        if self.loss == "squared":
            return self.p * (1 - self.p) / (self.states - 1)
        state, probabilities = outcomes(self.p, self.states - 1, thin=True)
        return float(probabilities @ self._losses(state))

    @property
    def _tosses(self) -> int:
        """Number of tosses before the state is read."""
        m = self.states - 1
        return math.ceil(m * (MEMORIES + math.log(m) / 2))

    def _losses(self, state: NDArray[np.int64]) -> NDArray[np.float64]:
        m = self.states - 1
        if self.loss == "log":
            return divergences(state, m, self.p, self.pseudocount)
        return np.asarray((state / m - self.p) ** 2)


@njit(cache=True, nogil=True, error_model="numpy")
def _run_urns(
    rng: np.random.Generator, p: float, m: int, tosses: int, out: NDArray[np.int64]
) -> None:
    """Run machines from state 0, and write their last state into `out`.

    One uniform number u decides both the toss and the reaction of the machine. The toss is heads if
    u < p. Given that, u/p is uniform and decides whether the machine moves. So heads move it if u <
    p (m-i)/m, and tails move it if 1-u < (1-p) i/m.
    """
    up, down = p / m, (1.0 - p) / m
    for j in range(out.size):
        i = 0
        for _ in range(tosses):
            u = rng.random()
            i += int(u < up * (m - i)) - int(1.0 - u < down * i)
        out[j] = i
