"""Flows, and how they are followed: what all of them share.

A flow is integrated by the classical Runge-Kutta method in s = ln(1 + time), on a grid of fixed
steps from time 0, so that one run passes through every time.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._sure_coin import COMPUTE
from toys.path import PathToy
from toys.toy import Size

LONGEST = 1e15
"""Time that a flow is followed for: it takes 35 times 2048 steps."""

STEPS = 2048
"""Of the integration, for every factor e in the time."""

LOGIT = 0
SOFTMAX = 1
SQUARED = 2
DEEP = 3
ADAGRAD = 4
"""Which flow: what the state is, and how fast it moves."""

Tau = Annotated[
    float, Size("learning rate times steps"), Field(gt=0, le=LONGEST, description="training time")
]


class Flow(PathToy):
    """A flow from a given state, whose loss is read off at one time or many.

    A flow has no noise, so that every replicate is the same.
    """

    @property
    def deterministic(self) -> bool:
        """Always: nothing is drawn."""
        return True

    @property
    def quantity(self) -> str:
        """The log loss, which is all excess: a sure coin has no entropy."""
        return "log loss, nats"

    @property
    def source(self) -> str:
        """Where training time is put forward as a scale."""
        return COMPUTE

    def _losses_at(
        self,
        rng: np.random.Generator,  # noqa: ARG002  # nothing is random
        replicates: int,
        stops: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """The losses of one run, over and over."""
        code, parameter, start = self._start
        states = np.empty((stops.size, start.size))
        follow(code, parameter, start, np.log1p(stops), states)
        return np.tile(self._loss(states), (replicates, 1))

    @property
    @abstractmethod
    def _start(self) -> tuple[int, float, NDArray[np.float64]]:
        """Which flow, its parameter, and the state it starts from."""

    @abstractmethod
    def _loss(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        """The loss in each state, shape (times,) from (times, state)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _velocity(
    code: int, parameter: float, state: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """How fast the state moves."""
    if code == LOGIT:
        out[0] = 1.0 / (1.0 + math.exp(state[0]))
    elif code == SOFTMAX:
        others = 0.0
        for k in range(1, state.size):
            out[k] = math.exp(state[k] - state[0])
            others += out[k]
        for k in range(1, state.size):
            out[k] = -out[k] / (1.0 + others)
        out[0] = others / (1.0 + others)
    elif code == SQUARED:
        tails = 1.0 / (1.0 + math.exp(state[0]))
        out[0] = 2.0 * tails * tails * (1.0 - tails)
    elif code == DEEP:
        inner = state[0] ** (parameter - 1.0)
        out[0] = parameter * inner / (1.0 + math.exp(inner * state[0]))
    else:
        slope = 1.0 / (1.0 + math.exp(state[0]))
        out[0] = parameter * slope / state[1]
        out[1] = slope * slope / (2.0 * state[1])


@njit(cache=True, nogil=True, error_model="numpy")
def _step(
    code: int,
    parameter: float,
    s: float,
    h: float,
    state: NDArray[np.float64],
    work: NDArray[np.float64],
) -> None:
    """One Runge-Kutta step of size h in s = ln(1 + time), in place; `work` is (5, state)."""
    clock, half = math.exp(s), math.exp(h / 2.0)
    for stage in range(4):
        ahead = 0.0 if stage == 0 else (h if stage == 3 else h / 2.0)
        if stage % 2 == 1:  # the second and third stage are half a step ahead, the fourth a whole
            clock *= half
        for k in range(state.size):
            work[4, k] = state[k] if stage == 0 else state[k] + ahead * work[stage - 1, k]
        _velocity(code, parameter, work[4], work[stage])
        for k in range(state.size):
            work[stage, k] *= clock
    for k in range(state.size):
        state[k] += h / 6.0 * (work[0, k] + 2.0 * (work[1, k] + work[2, k]) + work[3, k])


@njit(cache=True, nogil=True, error_model="numpy")
def follow(
    code: int,
    parameter: float,
    start: NDArray[np.float64],
    stops: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """The state at each stop, in s; shape (stops, state).

    The steps lie on a grid from 0 on; the last one, to a stop, is shorter and leaves the grid.
    """
    state, aside = start.copy(), start.copy()
    work = np.empty((5, start.size))
    h = 1.0 / STEPS
    last = 0
    for i in range(stops.size):
        whole = int(stops[i] * STEPS)
        for n in range(last, whole):
            _step(code, parameter, n * h, h, state, work)
        last = whole
        aside[:] = state
        _step(code, parameter, whole * h, stops[i] - whole * h, aside, work)
        out[i] = aside
