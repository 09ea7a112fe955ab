"""Base class and integrator of gradient flows, which are training with infinitely small steps.

The classical Runge-Kutta method integrates a flow in the variable s = ln(1 + time). Its steps have
a fixed length in s and start at time 0, so that one run passes through all times.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._sure_coin import AlwaysHeads
from toys.toy import Size

LONGEST = 1e15
"""Longest training time of a flow. The integration to this time takes 35 times 2048 steps."""

STEPS = 2048
"""Integration steps for every unit of s = ln(1 + time)."""

LOGIT = 0
SOFTMAX = 1
SQUARED = 2
DEEP = 3
ADAGRAD = 4
"""Codes of the flows. They tell the kernel what the state is, and how fast it moves."""

Tau = Annotated[
    float, Size("learning rate times steps"), Field(gt=0, le=LONGEST, description="training time")
]


class Flow(AlwaysHeads):
    """A gradient flow: the state moves along the negative gradient in continuous time."""

    def _run(self, stops: NDArray[np.float64]) -> NDArray[np.float64]:
        code, parameter, start = self._start
        states = np.empty((stops.size, start.size))
        integrate(code, parameter, start, np.log1p(stops), states)
        return self._loss(states)

    @property
    @abstractmethod
    def _start(self) -> tuple[int, float, NDArray[np.float64]]:
        """The code of the flow, its parameter, and its initial state."""

    @abstractmethod
    def _loss(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        """The loss in each state, shape (times,) from (times, state)."""


@njit(cache=True, nogil=True, error_model="numpy")
def _velocity(
    code: int, parameter: float, state: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Write the time derivative of the state into `out`."""
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
def integrate(
    code: int,
    parameter: float,
    start: NDArray[np.float64],
    stops: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the state at each stop into `out`, shape (stops, state). Stops are values of s.

    The steps form a grid that starts at 0. From the last grid point before a stop, one shorter step
    leads to the stop; the next stop continues from the grid point.
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
