"""What all optimisers share that descend at a coin that always shows heads."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from toys.toy import Size, Toy

COMPUTE = "Cho2020, 'The scaling law for Bernoulli w.r.t. the compute amount'"

MOST_STEPS = 10**9
"""Every step is taken: more than this take longer than half a minute."""

GREATEST_LOGIT = 700.0
"""Beyond this the loss e^-w is no normal number any more."""


class SureCoin(Toy):
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

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """The loss after t steps, `replicates` times over."""
        return self.simulate_path(rng, replicates, "t", [self.t])[:, 0]

    def simulate_path(
        self, rng: np.random.Generator, replicates: int, axis: str, sizes: Sequence[float]
    ) -> NDArray[np.float64]:
        """The losses of one run, shape (replicates, sizes)."""
        if axis != "t":
            return super().simulate_path(rng, replicates, axis, sizes)
        stops, places = np.unique(np.asarray(sizes, dtype=np.int64), return_inverse=True)
        logits = np.empty(stops.size)
        self._run(stops, logits)
        return np.tile(np.log1p(np.exp(-logits))[places], (replicates, 1))

    @abstractmethod
    def _run(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        """Take every step up to the last stop; the logit at each stop goes to `logits`."""
