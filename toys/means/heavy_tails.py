"""The mean and the median of heavy-tailed draws: two exponents from the same data."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from scipy.special import betaincinv

from toys.limits import refuse_beyond
from toys.means._student import log_mean_size, mean_size_of_median
from toys.toy import Size, Statistic, Toy

MAX_DRAWS = 10**9
"""Most draws in one replicate. More take longer than a minute."""

MAX_SORTED = 10**7
"""Most draws that are kept to find their median."""

FOURTH_MOMENT = 4
"""The fourth moment of the median is finite if rank times ν exceeds this.

Only then can the variance of the loss be estimated.
"""

SOURCE = "Anonymous2024, 'Why is it power law or linear in log-log?'"


class StableMean(Toy):
    """Estimate the centre of a symmetric stable distribution of index a by the average of N draws.

    The characteristic function of a draw is exp(-|g t|^a). The loss is the absolute error. Its
    variance is infinite, and for a <= 1 its mean is infinite too, so that the *geometric* mean is
    measured: the typical error. The average is again stable, with the scale g N^(1/a - 1). For a =
    1 averaging does not help, and for a < 1 it harms. (a = 2 is the Gaussian.)
    """

    a: Annotated[float, Field(ge=0.5, lt=2, description="index of the tail")] = 1.5
    g: Annotated[float, Field(ge=1e-50, le=1e50, description="scale of one draw")] = 1.0
    N: Annotated[int, Size("draws"), Field(ge=1, le=10**15, description="draws")] = 1000
    sampler: Annotated[
        Literal["draws", "one draw"],
        Field(
            description="draws: N draws and their average; one draw: the law of the average, one "
            "draw"
        ),
    ] = "draws"

    shortcuts = ("one draw",)
    derivations = ("typical_error.stable",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "draws":
            refuse_beyond(self.N, MAX_DRAWS, name="N", sampler="draws", other="one draw")
        return self

    @property
    def quantity(self) -> str:
        """The error of the average."""
        return "absolute error of the mean, geometric mean, in the unit of g"

    @property
    def statistic(self) -> Statistic:
        """The geometric mean, because the loss has no finite variance."""
        return "geometric mean"

    @property
    def source(self) -> str:
        """The passage that proposes the error of a mean as the simplest scaling law."""
        return SOURCE

    def derivation(self, axis: str) -> str | None:
        """The law in N; none for a = 1, where the error does not depend on N."""
        return "typical_error.stable" if axis == "N" and self.a != 1 else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Absolute errors of `replicates` averages, shape (replicates,)."""
        out = np.empty(replicates)
        if self.sampler == "draws":
            _stable_means(rng, self.a, self.N, out)
            return out * self.g
        _stable_means(rng, self.a, 1, out)
        return out * self._scale

    def exact(self) -> float:
        """The geometric mean of a symmetric stable distribution, exp E ln, at every N."""
        return self._scale * math.exp(np.euler_gamma * (1 / self.a - 1))

    @property
    def _scale(self) -> float:
        """The scale of the average."""
        return float(self.g * float(self.N) ** (1 / self.a - 1))


class StudentMean(Toy):
    """Estimate the centre of Student's t with `nu` degrees of freedom by the average of N draws.

    The loss is the absolute error. For ν <= 2 its variance is infinite, so that the *geometric*
    mean is measured: the typical error. Its exponent is 1 - 1/ν for ν < 2, which is negative for ν
    < 1, and 1/2 for ν > 2. At ν = 2 the error falls as √(ln N/N). Near ν = 2, where the variance
    becomes finite, the exponent is approached slowly.
    """

    nu: Annotated[float, Field(ge=0.5, le=1000, description="degrees of freedom")] = 1.5
    N: Annotated[int, Size("draws"), Field(ge=1, le=MAX_DRAWS, description="draws")] = 1000

    derivations = (
        "typical_error.student",
        "light_tails.finite_variance",
        "light_tails.finite_kurtosis",
    )

    @property
    def quantity(self) -> str:
        """The error of the average."""
        return "absolute error of the mean, geometric mean, in the unit of a draw"

    @property
    def statistic(self) -> Statistic:
        """The geometric mean, because the loss may have no finite variance."""
        return "geometric mean"

    @property
    def source(self) -> str:
        """The passage that proposes the error of a mean as the simplest scaling law."""
        return SOURCE

    def derivation(self, axis: str) -> str | None:
        """One law each for ν between 1 and 2, between 2 and 4, and beyond 4.

        There is none at ν = 1, 2 and 4, where two terms of the law coincide, and none below 1.
        """
        if axis != "N" or self.nu in (1, 2, 4):
            return None
        if self.nu < 2:
            return "typical_error.student" if self.nu > 1 else None
        return "light_tails.finite_variance" if self.nu < 4 else "light_tails.finite_kurtosis"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Absolute errors of `replicates` averages, shape (replicates,)."""
        out = np.empty(replicates)
        _student_means(rng, self.nu, self.N, out)
        return out

    def exact(self) -> float:
        """The geometric mean of the error, by an integral over the characteristic function."""
        return math.exp(log_mean_size(self.nu, self.N))


class StudentMedian(Toy):
    """Estimate the centre of Student's t with `nu` degrees of freedom by the median of N draws.

    For an even number of draws, the median is the lower of the two middle ones; its mean error is
    that of one draw fewer. The loss is the absolute error. The exponent is 1/2 for every ν: a low
    exponent of the mean is a property of the mean, not of the data. N must be so large that the
    error has a finite fourth moment, (N+1)/2 > 4/ν.
    """

    nu: Annotated[float, Field(ge=0.5, le=1000, description="degrees of freedom")] = 1.5
    N: Annotated[int, Size("draws"), Field(ge=1, le=10**12, description="draws")] = 1001
    sampler: Annotated[
        Literal["draws", "order statistic"],
        Field(
            description="draws: N draws and their median; order statistic: the law of the median, "
            "one beta number"
        ),
    ] = "draws"

    shortcuts = ("order statistic",)
    derivations = ("heavy_tails.median",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "draws":
            refuse_beyond(self.N, MAX_SORTED, name="N", sampler="draws", other="order statistic")
        if self._rank * self.nu <= FOURTH_MOMENT:
            raise PydanticCustomError(
                "too_heavy",
                "N = {N} is too small for nu = {nu}: the error of the median has no finite fourth "
                "moment (N >= {least} is needed)",
                {"N": self.N, "nu": f"{self.nu:g}", "least": 2 * int(FOURTH_MOMENT / self.nu) + 1},
            )
        return self

    @property
    def quantity(self) -> str:
        """The error of the median."""
        return "absolute error of the median, in the unit of a draw"

    @property
    def source(self) -> str:
        """The passage that proposes the error of a mean as the simplest scaling law."""
        return SOURCE

    def derivation(self, axis: str) -> str | None:
        """One law for all tails."""
        return "heavy_tails.median" if axis == "N" else None

    @property
    def _rank(self) -> int:
        """The rank of the median among the draws, from below."""
        return (self.N + 1) // 2

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Absolute errors of `replicates` medians, shape (replicates,)."""
        if self.sampler == "draws":
            out = np.empty(replicates)
            _student_medians(rng, self.nu, self.N, self._rank - 1, out)
            return out
        below = rng.beta(self._rank, self.N + 1 - self._rank, size=replicates)
        return self._distance(2 * np.minimum(below, 1 - below))

    def exact(self) -> float:
        """The mean over the distribution of the middle draw, by an integral."""
        return mean_size_of_median(self.nu, self._rank - 1)

    def _distance(self, tails: NDArray[np.float64]) -> NDArray[np.float64]:
        """The absolute value that a draw exceeds with this probability."""
        outside = betaincinv(self.nu / 2, 0.5, tails)  # nu / (nu + x²)
        inside = betaincinv(0.5, self.nu / 2, 1 - tails)  # x² / (nu + x²)
        far = tails < 0.5
        ratio = np.where(far, 1 - outside, inside) / np.where(far, outside, 1 - inside)
        return np.asarray(np.sqrt(self.nu * ratio))


@njit(cache=True, nogil=True, error_model="numpy")
def _stable_means(rng: np.random.Generator, a: float, N: int, out: NDArray[np.float64]) -> None:
    """Absolute averages of N stable draws of scale 1 (Chambers, Mallows and Stuck 1976)."""
    power = 1 / a
    for i in range(out.size):
        total = 0.0
        for _ in range(N):
            angle = math.pi * (rng.random() - 0.5)
            ratio = math.cos((1 - a) * angle) / rng.standard_exponential()
            total += math.sin(a * angle) * (ratio / math.cos(angle)) ** power / ratio
        out[i] = abs(total / N)


@njit(cache=True, nogil=True, error_model="numpy")
def _student(rng: np.random.Generator, nu: float) -> float:
    """One draw from Student's t, in polar coordinates (Bailey 1994)."""
    radius = math.sqrt(nu * math.expm1(2 / nu * rng.standard_exponential()))
    return radius * math.cos(2 * math.pi * rng.random())


@njit(cache=True, nogil=True, error_model="numpy")
def _student_means(rng: np.random.Generator, nu: float, N: int, out: NDArray[np.float64]) -> None:
    """Absolute averages of N draws."""
    for i in range(out.size):
        total = 0.0
        for _ in range(N):
            total += _student(rng, nu)
        out[i] = abs(total / N)


@njit(cache=True, nogil=True, error_model="numpy")
def _student_medians(
    rng: np.random.Generator, nu: float, N: int, place: int, out: NDArray[np.float64]
) -> None:
    """Absolute medians of N draws; `place` is the index of the median in order, from 0."""
    draws = np.empty(N)
    for i in range(out.size):
        for n in range(N):
            draws[n] = _student(rng, nu)
        out[i] = abs(np.partition(draws, place)[place])
