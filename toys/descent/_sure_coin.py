"""What all optimisers share that descend at a coin that always shows heads."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from toys.path import PathToy
from toys.toy import Size

COMPUTE = "Cho2020, 'The scaling law for Bernoulli w.r.t. the compute amount'"
"""Where the optimiser is said to decide the scaling law."""

MOST_STEPS = 10**9
"""Every step is taken: more than this take longer than half a minute."""

GREATEST_LOGIT = 700.0
"""Beyond this the loss e^-w is no normal number any more."""


class SureCoin(PathToy):
    """A coin that always shows heads, and a model of one parameter: the logit w of heads.

    The logit starts at 0, and the loss is the log loss ln(1 + e^-w). There is no noise: the
    gradient over one toss is the gradient over all. So every replicate is the same.
    """

    path_axes: ClassVar[tuple[str, ...]] = ("t",)

    t: Annotated[int, Size("steps"), Field(ge=1, le=MOST_STEPS, description="steps")] = 1000

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
        """Where steps are put forward as a scale."""
        return COMPUTE

    def _losses_at(
        self,
        rng: np.random.Generator,  # noqa: ARG002  # nothing is random
        replicates: int,
        stops: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """The losses of one run, over and over."""
        logits = np.empty(stops.size)
        self._run(stops, logits)
        return np.tile(np.log1p(np.exp(-logits)), (replicates, 1))

    @abstractmethod
    def _run(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        """Take every step up to the last stop; the logit at each stop goes to `logits`."""
