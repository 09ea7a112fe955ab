"""What the fit of an exponent says, in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.fitting.average.averaged import Averaging
from sims.fitting.average.same_digits import guaranteed_places
from sims.fitting.flags import DOES_NOT_FIT
from sims.fitting.losses import Errors
from sims.fitting.slopes import Slope


class Correction(NamedTuple):
    """One term b (N/N₁)^-w of the correction; N₁ is the smallest size in the window."""

    exponent: float
    coefficient: float


class WeighedModel(NamedTuple):
    """One of the models that were averaged.

    All values are the most probable ones; the number of corrections says what the model is.
    `broad`: the exponent of the correction was fitted, near a value of the set. `place`: which of
    the model set it is.
    """

    weight: float
    exponent: float
    standard_error: float
    prefactor: float
    floor: float
    corrections: tuple[Correction, ...]
    broad: bool
    has_floor: bool
    chi2: float
    place: int


@dataclass(frozen=True)
class FitRecord:
    """The numbers of a `Fit`, whose attributes are described there."""

    exponent: float
    standard_error: float | None
    statistical_error: float | None
    model_error: float | None
    interval: tuple[float, float] | None
    prefactor: float
    floor: float
    corrections: tuple[Correction, ...]
    covariance: NDArray[np.float64] | None
    chi2: float | None
    dof: int
    p_value: float | None
    window: tuple[float, float]
    dropped: tuple[float, ...]
    local_slopes: tuple[Slope, ...]
    form: str
    floor_assumed: str
    supplied: tuple[float, ...] | None
    errors: Errors
    models: tuple[WeighedModel, ...]
    flags: tuple[str, ...]
    problem: Averaging = field(repr=False, compare=False)
    inflation: float = 1.0

    @property
    def rejected(self) -> bool:
        """Whether the data reject every power law: then the exponent is none, and not printed."""
        return DOES_NOT_FIT in self.flags

    @cached_property
    def digits(self) -> int:
        """To how many decimal places the exponent is the same on every machine."""
        return guaranteed_places(self.problem.within(self.window[0]))

    @property
    def assumed(self) -> str:
        """What was assumed of the correction and of the floor."""
        if self.supplied is None:
            correction = "averaged"
        else:
            correction = ", ".join(f"w = {w:.3g}" for w in self.supplied) or "none"
        return f"{correction}; floor {self.floor_assumed}"

    def predict(self, sizes: ArrayLike) -> NDArray[np.float64]:
        """The fitted loss, averaged over the models.

        Parameters
        ----------
        sizes : array_like
            The sizes.

        Returns
        -------
        ndarray
            Of the shape of `sizes`.
        """
        n = np.asarray(sizes, dtype=float)
        total = np.full_like(n, self.problem.known_floor)
        for model in self.models:
            bend = sum(b * (n / self.window[0]) ** -w for w, b in model.corrections)
            total += model.weight * (
                model.prefactor * n**-model.exponent * (1 + bend) + model.floor
            )
        return total
