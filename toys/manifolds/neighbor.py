"""Nearest-neighbour interpolation of a smooth function on a manifold."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.manifolds._manifold import (
    FEW_QUERIES,
    ambient_dimensions,
    class_threshold,
    dimensions,
    embedded,
    nearest,
    smooth_function,
    uniform_points,
)
from toys.manifolds._nearest_distance import (
    ball_volume,
    cap_angle,
    interval_loss,
    least_unwrapped,
    sphere_loss,
    torus_loss,
    wrap_probability,
)
from toys.toy import Size, Toy

NUMBERS = 2**20
"""Number of coordinates drawn at a time, unless one data set has more."""

MAX_LITERAL_NUMBERS = 10**7
"""Most coordinates in a data set. More take seconds for the tree, and over 80 MB."""

MAX_WORK, TREES_HELP = 10**10, 8
"""Largest number of compared coordinates where trees do not help.

More take over ten seconds. A tree does not help in more than TREES_HELP dimensions, or for few
queries: it then compares most points.
"""

MAX_WRAP = 1e-6
"""Largest probability that the nearest point is farther than 1/2, so that the torus wraps."""

LOSSES = ("absolute", "squared", "zero-one")


class NearestNeighbor(Toy):
    """Predict a smooth function at new points by its value at the nearest of D data points.

    Data and queries are uniform on a manifold of dimension d. This is the flat torus of side 1 with
    f = cos 2πx₁, the unit sphere S^d with f = √(d+1) x₁, or, as a warning, the unit cube with f =
    x₁, whose boundary changes the law. The loss is |f - f̂|, its square, or the share of wrong
    classes (zero-one), where the two classes are "f above its median" and "f below".

    One replicate is one data set, and its loss is the mean over `queries` new points. With
    `ambient` > 0, manifold and points are embedded in that many dimensions by a random isometry,
    and the nearest points are searched there: the exponent still depends on d only. The torus is
    flat only in 2d dimensions or more. When embedded, it measures distances by chords, which
    slightly changes its finite-size corrections.
    """

    d: Annotated[int, Field(ge=1, le=64, description="intrinsic dimension")] = 2
    D: Annotated[int, Size("points"), Field(ge=1, le=10**15, description="data points")] = 1000
    manifold: Annotated[
        Literal["torus", "sphere", "cube"], Field(description="where the points lie")
    ] = "torus"
    loss: Annotated[
        Literal["absolute", "squared", "zero-one"],
        Field(description="absolute or squared error, or share of wrong classes"),
    ] = "squared"
    ambient: Annotated[
        int,
        Field(ge=0, le=1000, description="dimension of the space around the manifold; 0 for none"),
    ] = 0
    queries: Annotated[
        int,
        Field(ge=1, le=10**6, description="number of new points on which one data set is tested"),
    ] = 1
    sampler: Annotated[
        Literal["points", "order statistic"],
        Field(
            description="points: data points and a search for the nearest; order statistic: the "
            "distance of the nearest of D points, drawn from its law for each query",
        ),
    ] = "order statistic"

    shortcuts = ("order statistic",)
    derivations = (
        "torus.absolute",
        "torus.squared",
        "torus.zero_one",
        "sphere.absolute",
        "sphere.squared",
        "sphere.zero_one",
        "interval.absolute",
        "interval.squared",
        "interval.zero_one",
    )

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        least = ambient_dimensions(self.manifold, self.d)
        if 0 < self.ambient < least:
            raise PydanticCustomError(
                "ambient_too_small",
                "ambient = {ambient} is too small to embed the {manifold} of dimension d = {d} "
                "without distortion (at least {least}; or 0, for no embedding)",
                {
                    "ambient": self.ambient,
                    "manifold": self.manifold,
                    "d": self.d,
                    "least": least,
                },
            )
        if self.sampler == "points":
            self._check_memory()
        else:
            self._check_order_statistic()
        return self

    def _check_memory(self) -> None:
        width = self._width
        if (self.D + self.queries) * width > MAX_LITERAL_NUMBERS:
            raise PydanticCustomError(
                "too_many_points",
                "D = {D} points and {queries} queries in {width} dimensions are too many for "
                "sampler 'points' (at most {most} coordinates); use 'order statistic'",
                {
                    "D": self.D,
                    "queries": self.queries,
                    "width": width,
                    "most": MAX_LITERAL_NUMBERS,
                },
            )

        work = self.D * self.queries * width
        if work > MAX_WORK and (self.d > TREES_HELP or min(self.D, self.queries) < FEW_QUERIES):
            raise PydanticCustomError(
                "too_much_work",
                "D = {D} points and {queries} queries in {width} dimensions take too long for "
                "sampler 'points', which compares most of them because a search tree does not help "
                "here (at most {most} coordinates compared); use fewer, or 'order statistic'",
                {
                    "D": self.D,
                    "queries": self.queries,
                    "width": width,
                    "most": f"{MAX_WORK:g}",
                },
            )

    def _check_order_statistic(self) -> None:
        if self.manifold == "cube":
            raise PydanticCustomError(
                "boundary",
                "sampler 'order statistic' is not allowed for manifold 'cube': it needs a manifold "
                "without boundary, where the distance of the nearest point does not depend on the "
                "place of the query; use 'points'",
            )
        if self.manifold == "torus" and self.ambient:
            raise PydanticCustomError(
                "chords",
                "ambient = {ambient} is not allowed for sampler 'order statistic' on a torus: its "
                "distances are those of the flat torus, not of its embedding; use 'points', or "
                "ambient = 0",
                {"ambient": self.ambient},
            )
        if self._wraps:
            least = least_unwrapped(self.d, MAX_WRAP)
            reaches = least <= type(self).bounds_of("D").upper  # type: ignore[operator]
            advice = f"D >= {least} is enough" if reaches else "no allowed D is large enough"
            raise PydanticCustomError(
                "wraps",
                "sampler 'order statistic' needs a ball that does not wrap around the torus, but "
                "with d = {d}, D = {D} the nearest point is farther than 1/2 with probability "
                "{seen} (at most {most}); {advice}; else use sampler 'points' or the sphere",
                {
                    "d": self.d,
                    "D": self.D,
                    "seen": f"{wrap_probability(self.d, self.D):.2g}",
                    "most": f"{MAX_WRAP:g}",
                    "advice": advice,
                },
            )

    @property
    def _width(self) -> int:
        """Number of coordinates of a point in the space in which neighbours are searched."""
        return max(self.ambient, dimensions(self.manifold, self.d))

    @property
    def _wraps(self) -> bool:
        """Whether the nearest point may be so far away that the torus is not like flat space."""
        return self.manifold == "torus" and wrap_probability(self.d, self.D) > MAX_WRAP

    @property
    def quantity(self) -> str:
        """The loss, and the function that is interpolated."""
        function = {"torus": "cos 2πx₁", "sphere": "√(d+1) x₁", "cube": "x₁"}[self.manifold]
        if self.loss == "zero-one":
            return f"share of wrong signs of {function} - {class_threshold(self.manifold):g}"
        return f"{self.loss} error of the interpolated {function}"

    @property
    def source(self) -> str:
        """The passage that proposes the nearest neighbour as a model of scaling laws."""
        return "Reform2024, 'Resolution-limited regime', warm up I"

    def derivation(self, axis: str) -> str | None:
        """One law for each manifold and loss; on the cube only for d = 1."""
        if axis != "D" or (self.manifold == "cube" and self.d > 1):
            return None
        place = "interval" if self.manifold == "cube" else self.manifold
        return f"{place}.{self.loss.replace('-', '_')}"

    def exact(self) -> float | None:
        """The expected loss at this D, where it is known.

        On the torus it neglects that the ball wraps around, and is given only while the probability
        of this is at most 1e-6. It is not given for the embedded torus, whose distances differ, nor
        on the cube for d > 1.
        """
        if self.manifold == "sphere":
            return sphere_loss(self.d, self.D, self.loss)
        if self.manifold == "cube":
            return interval_loss(self.D, self.loss) if self.d == 1 else None
        known = self.ambient == 0 and not self._wraps
        return torus_loss(self.d, self.D, self.loss) if known else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Mean losses of `replicates` data sets, shape (replicates,)."""
        if self.sampler == "points":
            batch = max(1, NUMBERS // ((self.D + self.queries) * self._width))
            return np.concatenate([
                self._by_points(rng, min(batch, replicates - start))
                for start in range(0, replicates, batch)
            ])  # fmt: skip
        if self.manifold == "torus":
            out = np.empty(replicates)
            loss = LOSSES.index(self.loss)
            _torus_neighbors(
                rng, self.d, float(self.D), ball_volume(self.d), loss, self.queries, out
            )
            return out
        batch = max(1, NUMBERS // self.queries)
        return np.concatenate([
            self._on_the_sphere(rng, min(batch, replicates - start))
            for start in range(0, replicates, batch)
        ])  # fmt: skip

    def _by_points(self, rng: np.random.Generator, sets: int) -> NDArray[np.float64]:
        """Draw data sets and queries, find the nearest points, and compare."""
        manifold, d = self.manifold, self.d
        points = uniform_points(rng, manifold, d, (sets, self.D))
        queries = uniform_points(rng, manifold, d, (sets, self.queries))
        known, true = (smooth_function(x, manifold, d) for x in (points, queries))
        if self.ambient:
            points, queries = embedded(points, queries, manifold, self.ambient, rng)
        periodic = manifold == "torus" and not self.ambient
        predicted = np.take_along_axis(known, nearest(points, queries, periodic=periodic), axis=1)
        return np.mean(self._losses(predicted, true), axis=1)

    def _losses(
        self, predicted: NDArray[np.float64], true: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if self.loss == "zero-one":
            threshold = class_threshold(self.manifold)
            return ((predicted > threshold) != (true > threshold)).astype(np.float64)
        error = np.abs(predicted - true)
        return error if self.loss == "absolute" else error * error

    def _on_the_sphere(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Losses from the angle of the nearest point and a random direction, by their laws."""
        shape = (replicates, self.queries)
        share = rng.standard_exponential(shape) / self.D
        angle = cap_angle(-np.expm1(-share), np.exp(-share), self.d)
        if self.loss == "zero-one":
            losses = (rng.random(shape) < angle / np.pi).astype(np.float64)
        else:
            first = rng.standard_normal(shape) ** 2  # of d + 1 squared normals
            direction = np.sqrt(first / (first + rng.chisquare(self.d, shape)))
            error = math.sqrt(self.d + 1) * 2 * np.sin(angle / 2) * direction
            losses = error if self.loss == "absolute" else error * error
        return np.mean(losses, axis=1)


@njit(cache=True, nogil=True, error_model="numpy")
def _torus_neighbors(
    rng: np.random.Generator,
    d: int,
    D: float,
    volume: float,
    loss: int,
    queries: int,
    out: NDArray[np.float64],
) -> None:
    """Losses from the distance of the nearest of D points, its direction, and a random phase.

    The share of the torus that is nearer is the smallest of D uniform numbers. `loss` is the index
    in LOSSES.
    """
    for i in range(out.size):
        total = 0.0
        for _ in range(queries):
            share = -math.expm1(-rng.standard_exponential() / D)
            distance = (share / volume) ** (1.0 / d)
            first = rng.standard_normal()
            squared = first * first
            for _ in range(d - 1):
                other = rng.standard_normal()
                squared += other * other
            shift = distance * first / math.sqrt(squared)
            phase = rng.random()
            if loss == 2:
                left = math.cos(2.0 * math.pi * phase) > 0.0
                right = math.cos(2.0 * math.pi * (phase + shift)) > 0.0
                total += 1.0 if left != right else 0.0
            else:
                error = abs(
                    2.0 * math.sin(math.pi * shift) * math.sin(math.pi * (2.0 * phase + shift))
                )
                total += error if loss == 0 else error * error
        out[i] = total / queries
