"""Intervals on the line (VC dimension), and one label under the hardest noise (agnostic)."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.coin import check_literal
from toys._kernels.tosses import toss_coins
from toys.limits import refuse_beyond
from toys.toy import Size, Toy

MAX_LITERAL_POINTS = 10**9
"""Most real points in one replicate. More take longer than four seconds."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(80)
"""Nodes and weights of Gauss-Legendre quadrature on (-1, 1)."""

TAIL = 45.0
"""An integrand is cut off where it has fallen by exp(-TAIL)."""


class Intervals(Toy):
    """Learn k intervals on the line from N uniform points, labelled without noise.

    The 2k ends of the intervals cut the line into 2k+1 equal segments, and labels alternate from
    one to the next. The learner changes its label halfway between two neighbouring samples with
    different labels: it takes the label of the nearest neighbour. The loss is the error, the share
    of the line that is labelled wrongly. The VC dimension is 2k.
    """

    k: Annotated[int, Field(ge=1, le=64, description="intervals")] = 2
    N: Annotated[int, Size("samples"), Field(ge=1, le=10**15, description="samples")] = 100
    sampler: Annotated[
        Literal["points", "extremes"],
        Field(
            description="points: N points with labels; extremes: only the first and the last "
            "sample of each segment, by their law",
        ),
    ] = "points"

    shortcuts = ("extremes",)
    derivations = ("pac.intervals",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "points":
            refuse_beyond(self.N, MAX_LITERAL_POINTS, name="N", sampler="points", other="extremes")
        return self

    @property
    def quantity(self) -> str:
        """The share of the line that is labelled wrongly."""
        return "error: probability of a wrong label"

    @property
    def source(self) -> str:
        """The passage that says that sample complexity scales with the VC dimension."""
        return "Anonymous2024, 'History': 'scales with the VC dimension'"

    def derivation(self, axis: str) -> str | None:
        """The law in N."""
        return "pac.intervals" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Errors of `replicates` learners, shape (replicates,)."""
        out, segments = np.empty(replicates), 2 * self.k + 1
        if self.sampler == "points":
            _errors_of_points(rng, self.N, segments, out)
        else:
            shares = np.full(segments, 1 / segments)
            counts = rng.multinomial(self.N, shares, size=replicates)
            _errors_of_extremes(rng, counts, out)
        return out

    def exact(self) -> float:
        """The expected error, to about 1e-12 relative from N = 1 to 1e15.

        A query x takes the label of a sample y with the density N (1-v)^(N-1), where v is the part
        of the line that is nearer to x than y is. It is 2|x-y|, unless an end of the line cuts it
        off. In both cases the integrals over a pair of segments are powers, which are summed over
        all pairs with different labels.
        """
        N, n = self.N, 2 * self.k + 1
        beyond = _powers(n - np.arange(n + 1), n, N)  # (1-y)^N at the ends y of segments
        between = _powers(n - 2 * np.arange(n + 2), n, N + 1) / (4 * (N + 1))
        far = np.arange(1, n, 2)  # by how many segments x and y are apart
        bends = between[far + 1] - 2 * between[far] + between[far - 1]
        inside = np.maximum(0, n - 1 - 2 * far) @ bends
        y = np.arange(n)
        cut = (y + y % 2) // 4  # segments of the other label that an end of the line cuts off
        ends = cut @ (beyond[:-1] - beyond[1:]) / n
        mixed = 0.0  # here y = 2x lies within the pair of segments
        for i in range(n):
            j = 2 * i if i % 2 else 2 * i + 1
            if j < n:
                d = j - i
                mixed += (between[d + 1] - 2 * between[d] + between[d - 1]) + (
                    beyond[j] * (j / 2 - i) / n - beyond[j + 1] * ((j + 1) / 2 - i) / n
                    + between[d] - between[d + 1]
                )  # fmt: skip
        return float(2 * (inside + ends + mixed))


class AgnosticMinimax(Toy):
    """Learn one label by majority from N labels, under the noise that is hardest for N labels.

    A label is right with probability (1+g)/2. The gap g = z/√N depends on N: a larger gap is easier
    to see, and a smaller one costs less. A tie, which is possible for even N, is decided by a fair
    coin. The loss is the excess error: g if the majority is wrong, and 0 otherwise. The hardest z
    is 0.7518.
    """

    z: Annotated[float, Field(ge=0.01, le=5, description="gap times √N")] = 0.7518
    N: Annotated[int, Size("labels"), Field(ge=1, le=10**15, description="labels")] = 1001
    sampler: Annotated[
        Literal["labels", "binomial"],
        Field(
            description="labels: N labels, one by one; binomial: the number of right ones as one "
            "binomial draw"
        ),
    ] = "binomial"

    derivations = ("pac.agnostic",)

    @model_validator(mode="after")
    def _has_noise(self) -> Self:
        if self.z**2 >= self.N:
            raise PydanticCustomError(
                "no_noise",
                "z = {z} is too large for N = {N}: the gap z/√N must be below 1 (z < {most})",
                {"z": f"{self.z:g}", "N": self.N, "most": f"{math.sqrt(self.N):g}"},
            )
        if self.sampler == "labels":
            check_literal(self.N, "N")
        return self

    @property
    def quantity(self) -> str:
        """The gap if the majority is wrong."""
        return "excess error: gap if the majority is wrong"

    @property
    def source(self) -> str:
        """The passage that proposes sample complexity as a scaling law."""
        return "Anonymous2024, 'History'"

    def derivation(self, axis: str) -> str | None:
        """The law in N. Ties at even N do not change its leading term."""
        return "pac.agnostic" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Excess errors of `replicates` majorities, shape (replicates,)."""
        right = (1 + self._gap) / 2
        if self.sampler == "labels":
            votes = toss_coins(rng, right, self.N, replicates)
        else:
            votes = rng.binomial(self.N, right, size=replicates)
        surplus = 2 * votes - self.N
        wrong = (surplus < 0) | ((surplus == 0) & (rng.random(replicates) < 0.5))
        return np.asarray(self._gap * wrong)

    def exact(self) -> float:
        """The expected excess error, to about 1e-13 relative from N = 1 to 1e15.

        For an odd number n of labels, the majority is wrong if the median of n uniform numbers lies
        above (1+g)/2. In v = 2u - 1 this median has a density proportional to (1-v²)^((n-1)/2),
        which is integrated from v = g on. With ties decided by a coin, an even N is as good as N -
        1.
        """
        n = self.N if self.N % 2 else self.N - 1
        return self._gap * 0.5 * _bell(self._gap, n) / _bell(0.0, n)

    @property
    def _gap(self) -> float:
        return self.z / math.sqrt(self.N)


def _powers(numerators: NDArray[np.int64], denominator: int, power: int) -> NDArray[np.float64]:
    """(numerator/denominator)^power, and 0 if the numerator is not positive."""
    out = np.zeros(numerators.size)
    some = numerators > 0
    out[some] = np.exp(power * np.log(numerators[some] / denominator))
    return out


def _bell(start: float, n: int) -> float:
    """The integral of (1-v²)^((n-1)/2) over v from `start` to 1, for odd n."""
    power = (n - 1) / 2
    at_start = math.log1p(-start * start)
    end = 1.0 if power == 0 else math.sqrt(-math.expm1(at_start - TAIL / power))
    half = (end - start) / 2
    v = start + half * (1 + NODES)
    return float(half * (WEIGHTS @ np.exp(power * np.log1p(-v * v))))


@njit(cache=True, nogil=True, error_model="numpy")
def _error(seen: NDArray[np.bool_], low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """Share of the line on which the nearest neighbour's label is wrong.

    `low` and `high` are the distances of a segment's first and last sample from its ends, in units
    of a segment. Between these samples there is no error.
    """
    n = seen.size
    total = 0.0
    last = -1
    for s in range(n):
        if not seen[s]:
            continue
        if last < 0:
            total += (s + 1) // 2  # segments of the other label before the first sample
        elif s == last + 1:
            total += 0.5 * abs(high[last] - low[s])
        elif (s - last) % 2 == 0:
            total += (s - last) // 2  # segments of the other label, without a sample
        else:
            start, end = last + 1 - high[last], s + low[s]
            middle = 0.5 * (start + end)
            for empty in range(last, s + 1):
                first, stop = max(start, float(empty)), min(end, empty + 1.0)
                if (empty - last) % 2 == 1:  # not the label of the left sample
                    total += max(0.0, min(stop, middle) - first)
                else:
                    total += max(0.0, stop - max(first, middle))
        last = s
    return (total + (n - last) // 2) / n


@njit(cache=True, nogil=True, error_model="numpy")
def _errors_of_points(
    rng: np.random.Generator, N: int, segments: int, out: NDArray[np.float64]
) -> None:
    """Errors from N uniform points; in a segment only the first and the last sample matter."""
    low, high = np.empty(segments), np.empty(segments)
    seen = np.empty(segments, dtype=np.bool_)
    for i in range(out.size):
        low[:] = 1.0
        high[:] = 1.0
        for _ in range(N):
            x = rng.random() * segments
            s = min(int(x), segments - 1)
            offset = x - s
            low[s] = min(low[s], offset)
            high[s] = min(high[s], 1.0 - offset)
        for s in range(segments):
            seen[s] = low[s] + high[s] < 1.5
        out[i] = _error(seen, low, high)


@njit(cache=True, nogil=True, error_model="numpy")
def _errors_of_extremes(
    rng: np.random.Generator, counts: NDArray[np.int64], out: NDArray[np.float64]
) -> None:
    """Errors from the first and the last of the uniform points in each segment, by their law."""
    segments = counts.shape[1]
    low, high = np.empty(segments), np.empty(segments)
    seen = np.empty(segments, dtype=np.bool_)
    for i in range(out.size):
        for s in range(segments):
            count = counts[i, s]
            seen[s] = count > 0
            if count > 0:
                high[s] = -math.expm1(-rng.standard_exponential() / count)
                low[s] = 1.0 - high[s]
                if count > 1:
                    low[s] *= -math.expm1(-rng.standard_exponential() / (count - 1))
        out[i] = _error(seen, low, high)
