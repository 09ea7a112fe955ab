"""Base classes of the toys that are trained on a coin that always shows heads."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from toys.path import NoiselessPath
from toys.toy import Size

COMPUTE = "Cho2020, 'The scaling law for Bernoulli w.r.t. the compute amount'"
"""The passage that says that the optimiser decides the scaling law."""

MOST_STEPS = 10**9
"""Largest number of steps. Each step is simulated; more would take over half a minute."""

GREATEST_LOGIT = 700.0
"""Largest logit w. Beyond it the loss e^-w is too small for a normal floating-point number."""


class AlwaysHeads(NoiselessPath):
    """Training on the log loss of a coin that always shows heads.

    There is no noise: every toss is the same, and so has the same gradient.
    """

    @property
    def quantity(self) -> str:
        """The log loss. A coin that always shows heads has no entropy to subtract."""
        return "log loss, nats"

    @property
    def source(self) -> str:
        """The passage that takes training time as a scale."""
        return COMPUTE


class SureCoin(AlwaysHeads):
    """An optimiser with discrete steps that learns the logit w of heads.

    The logit starts at 0, and the loss is the log loss ln(1 + e^-w).
    """

    path_axes: ClassVar[tuple[str, ...]] = ("t",)

    t: Annotated[int, Size("steps"), Field(ge=1, le=MOST_STEPS, description="steps")] = 1000

    def _run(self, stops: NDArray[np.int64]) -> NDArray[np.float64]:
        logits = np.empty(stops.size)
        self._take_steps(stops, logits)
        return np.log1p(np.exp(-logits))

    @abstractmethod
    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        """Take all steps up to the last stop, and write the logit at each stop into `logits`."""
