"""A counter that goes up for heads and down for tails, as a memory for the bias of a coin.

It quickly tells whether the bias is above 1/2, but a precise estimate needs many states.

The simulation reads the stationary state without any burn-in (coupling from the past). Tosses are
drawn backwards from the present and composed into one map, from the state before them to the state
now. Such a map is a shift between two walls. When the walls meet, the state now is the same for all
earlier states, and so is exactly stationary. The walls are the extremes of the sum of the tosses so
far, heads +1 and tails -1. They meet when the range of the sum reaches n - 1, and the state is then
the maximum of the sum.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.limits import refuse_beyond
from toys.memory.halving import MODEL_SIZE
from toys.toy import Size, Toy

LEAST_LOG = 600.0
"""Probabilities below exp(-LEAST_LOG) are refused."""

MAX_LITERAL_STATES = 50_000
"""Most states for sampler 'tosses'.

Near p = 1/2 a counter of n states forgets its start only after n² tosses, here seven seconds.
"""

MAX_SUMMED = 2000
"""Most states that are summed. For more, the expansion for many states is exact to 1e-13."""

FLOOR = 0.01230894562896622
"""Mean squared error of the counter with infinitely many states."""

AWAY = 0.24398371411681364
"""Squared distances of its estimates from 1/2, summed over the states from one end."""

TINY = 1e-300


class UpDownCounter(Toy):
    """Decide whether the bias of a coin is above 1/2 with a counter that goes up and down.

    The counter has n = `states` states, 0 to n - 1, where n is even. Heads take it one up, tails
    one down; at the ends it stays. The stream of tosses is endless, and p > 1/2. The loss is 1 if
    the counter is in its lower half, and 0 otherwise.
    """

    p: Annotated[float, Field(ge=0.505, le=0.99, description="probability of heads")] = 0.51
    states: Annotated[int, Size("states"), Field(ge=2, le=10**5, description="states, even")] = 20

    derivations = ("automata.updown",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.states % 2:
            raise PydanticCustomError(
                "odd",
                "states = {states} is odd and has no lower half (only even numbers are allowed)",
                {"states": self.states},
            )
        most = 2 * int(LEAST_LOG / self._log_odds)
        if self.states > most:
            raise PydanticCustomError(
                "too_certain",
                "states = {states} with p = {p} is too large: an error is less likely than "
                "exp(-600) (at most {most} states)",
                {"states": self.states, "p": self.p, "most": most},
            )
        return self

    @property
    def _log_odds(self) -> float:
        return math.log(self.p) - math.log1p(-self.p)

    @property
    def quantity(self) -> str:
        """The probability that the counter is on the wrong side."""
        return "probability that the counter is in its lower half"

    @property
    def source(self) -> str:
        """The passage that proposes a model's capacity as a scale."""
        return MODEL_SIZE

    def derivation(self, axis: str) -> str | None:
        """The law in the number of states."""
        return "automata.updown" if axis == "states" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """1 for each counter in its lower half, 0 for the others, shape (replicates,)."""
        state = np.empty(replicates, dtype=np.int64)
        _stationary_states(rng, np.full(replicates, self.p), self.states, state)
        return np.asarray(state < self.states // 2, dtype=np.float64)

    def exact(self) -> float:
        """Probability of the lower half in the stationary distribution, which is geometric."""
        smaller = math.exp(-self.states / 2 * self._log_odds)
        return smaller / (1 + smaller)


class UpDownEstimate(Toy):
    """Estimate the bias of a coin from the state of a counter that goes up and down.

    The counter has n = `states` states. Heads take it one up, tails one down; at the ends it stays.
    The bias p is uniform in (0, 1), and the stream of tosses is endless. The estimate is the best
    possible one, the mean of p given the state. The loss is its squared error. It has a floor,
    because most states are hardly ever visited, and more of them do not help.
    """

    states: Annotated[int, Size("states"), Field(ge=1, le=10**6, description="states")] = 16
    sampler: Annotated[
        Literal["tosses", "stationary"],
        Field(
            description="tosses: the counter, toss by toss; stationary: its stationary law, which "
            "is geometric"
        ),
    ] = "tosses"

    shortcuts = ("stationary",)
    derivations = ("updown.estimation",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "tosses":
            refuse_beyond(
                self.states, MAX_LITERAL_STATES, name="states", sampler="tosses", other="stationary"
            )
        return self

    @property
    def L_0(self) -> float:
        """The loss with infinitely many states."""
        return FLOOR

    @property
    def G(self) -> float:
        """Squared distances of the estimates of that counter from 1/2, summed from one end."""
        return AWAY

    @property
    def quantity(self) -> str:
        """Mean squared error over all biases."""
        return "squared error of the best estimate of p, p uniform in (0, 1)"

    @property
    def source(self) -> str:
        """The passage that proposes a model's capacity as a scale."""
        return MODEL_SIZE

    def derivation(self, axis: str) -> str | None:
        """The law in the number of states."""
        return "updown.estimation" if axis == "states" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Squared errors for `replicates` random biases, shape (replicates,)."""
        bias = np.clip(rng.random(replicates), 1e-16, 1 - 1e-16)  # log odds of 0 are infinite
        state = np.empty(replicates, dtype=np.int64)
        if self.sampler == "tosses":
            _stationary_states(rng, bias, self.states, state)
        else:
            state = self._stationary(bias, rng.random(replicates))
        return np.asarray((self._estimates(state) - bias) ** 2)

    def exact(self) -> float:
        """The mean over biases and states, to about 1e-12; for many states, an expansion."""
        n = self.states
        if n > MAX_SUMMED:
            return FLOOR + math.pi**2 * AWAY / (6 * float(n) ** 2)
        distance = np.arange((n + 1) // 2)
        weights, bias = _weights(n, distance)
        estimate = weights @ bias / np.sum(weights, axis=1)
        risk = np.sum(weights * (bias - estimate[:, None]) ** 2, axis=1)
        # a state in the middle has no mirror image
        both = np.where(2 * distance == n - 1, 1.0, 2.0)
        return float(both @ risk)

    def _estimates(self, state: NDArray[np.int64]) -> NDArray[np.float64]:
        """The mean of p given the state; shape of `state`."""
        if self.states <= MAX_SUMMED:
            return _all_estimates(self.states)[state]
        seen, place = np.unique(state, return_inverse=True)
        return _means(self.states, seen)[place]

    def _stationary(self, bias: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.int64]:
        """States from the quantiles u of their geometric law, counted from the likelier end."""
        n = self.states
        log_odds = np.abs(np.log(bias) - np.log1p(-bias)) + TINY  # for p = 1/2 it would be 0
        all_states = -np.expm1(-n * log_odds)
        steps = np.minimum(-np.log1p(-u * all_states) / log_odds, n - 1)
        from_end = np.floor(np.where(log_odds > TINY, steps, u * n)).astype(np.int64)
        return np.where(bias > 0.5, n - 1 - from_end, from_end)


@lru_cache(maxsize=64)
def _grid(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Log odds t, biases and weights of an integral over all biases, for n states.

    It uses the trapezoidal rule in z, t = (4/n) sinh z. The nodes are dense near p = 1/2 on the
    scale 1/n, on which the distribution of the state changes, and sparse beyond, where it is
    smooth. No node is at t = 0.
    """
    step = 1 / 16
    last = math.asinh(25 * n)
    z = (np.arange(math.ceil(last / step)) + 0.5) * step
    z = np.concatenate([-z[::-1], z])
    t = 4 / n * np.sinh(z)
    width = 4 / n * np.cosh(z) * step
    away = np.exp(-np.abs(t))
    return t, 1 / (1 + np.exp(-t)), width * away / (1 + away) ** 2


def _weights(
    n: int, distance: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Joint weights of states at a distance from the top and of biases; and the biases.

    The shapes are (states, biases) and (biases,).
    """
    t, bias, measure = _grid(n)
    away = np.abs(t)
    share = np.expm1(-away) / np.expm1(-n * away)
    steps = np.where(t > 0, distance[:, None], n - 1 - distance[:, None])
    return share * measure * np.exp(-steps * away), bias


def _means(n: int, state: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean of p given the state of the counter; shape of `state`."""
    weights, bias = _weights(n, n - 1 - state)
    return np.asarray(weights @ bias / np.sum(weights, axis=1))


@lru_cache(maxsize=64)
def _all_estimates(n: int) -> NDArray[np.float64]:
    return _means(n, np.arange(n))


@njit(cache=True, nogil=True, error_model="numpy")
def _stationary_states(
    rng: np.random.Generator, bias: NDArray[np.float64], n: int, out: NDArray[np.int64]
) -> None:
    """Write the stationary state of a counter for each bias, from tosses drawn backwards.

    Together, the tosses drawn so far take x to min(max(x + total, highest), n - 1 + lowest).
    """
    for j in range(out.size):
        p = bias[j]
        total, lowest, highest = 0, 0, 0
        while highest - lowest < n - 1:
            total += 2 * int(rng.random() < p) - 1
            highest = max(highest, total)
            lowest = min(lowest, total)
        out[j] = highest
