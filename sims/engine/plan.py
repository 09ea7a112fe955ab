"""The plan of a sweep: a toy over a range of sizes, and the cells to simulate."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import ValidationError

from sims.assumptions import AssumedFloor, Corrections
from sims.engine.cell import Cell, PathCell
from sims.errors import BadInput, invalid_toy, unknown
from toys import Toy
from toys.toy import AVERAGES, CHUNK

LIMITS = {"replicates": (1, 10**15), "blocks": (1, 10**5), "seed": (0, 2**63 - 1)}
"""What the numbers of a sweep may be."""

MIN_BLOCKS = 20
"""Blocks that a statistic other than the mean needs for its error."""

MOST_TOGETHER = 10**7
"""Losses of a block that are kept together, for a median or a geometric mean: 80 MB."""


@dataclass(frozen=True)
class Plan:
    """What a `Sweep` is made of, without the means to run it; its fields are described there."""

    toy: Toy
    sizes: Mapping[str, Sequence[float]]
    replicates: int = None  # type: ignore[assignment]  # settled by the toy
    blocks: int = None  # type: ignore[assignment]
    seed: int = 0
    correction: Corrections = "theory"
    floor: AssumedFloor = "theory"
    points: tuple[Toy, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.toy, Toy):
            raise BadInput(f"toy = {self.toy!r} is not allowed (an instance of a toy)")
        replicates, blocks = self._usual()
        if self.replicates is None:
            object.__setattr__(self, "replicates", replicates)
        if self.blocks is None:
            object.__setattr__(self, "blocks", blocks)
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if isinstance(value, np.integer):
                value = int(value)
                object.__setattr__(self, name, value)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise BadInput(
                    f"{name} = {value!r} is not allowed (an integer from {low} to {high:g})"
                )
        if self.replicates * self.blocks < 2 and not self.toy.deterministic:
            raise BadInput("replicates = 1 with blocks = 1 gives no error bar; at least 2 in all")
        if self.toy.statistic not in AVERAGES and self.blocks < MIN_BLOCKS:
            raise BadInput(
                f"blocks = {self.blocks} is not allowed for a {self.toy.statistic} "
                f"(at least {MIN_BLOCKS}: its error comes from their spread)"
            )
        if self.toy.statistic not in AVERAGES and self.replicates > MOST_TOGETHER:
            raise BadInput(
                f"replicates = {self.replicates} is not allowed for a {self.toy.statistic} "
                f"(at most {MOST_TOGETHER:g} in a block, which are kept together; take more blocks)"
            )
        if not isinstance(self.sizes, Mapping):
            raise BadInput(f"sizes = {self.sizes!r} is not allowed (as in {{'N': [10, 20, 40]}})")
        if not self.sizes:
            raise BadInput(f"no axis to sweep over (there are: {', '.join(self.toy.axes())})")
        for axis, values in self.sizes.items():
            if axis not in self.toy.axes():
                raise unknown(f"size axis of {self.toy.name}", axis, self.toy.axes())
            if isinstance(values, str) or not isinstance(values, Sequence | np.ndarray):
                raise BadInput(f"{axis} = {values!r} is not allowed (a list of sizes)")
            if len(values) == 0:
                raise BadInput(f"no sizes on axis {axis}")
        try:
            points = [
                self.toy.at(**dict(zip(self.sizes, point, strict=True)))
                for point in itertools.product(*self.sizes.values())
            ]
        except ValidationError as error:
            raise invalid_toy(type(self.toy), error) from None
        if len(set(points)) < len(points):
            twice = next(point for i, point in enumerate(points) if point in points[:i])
            where = ", ".join(f"{axis} = {getattr(twice, axis)}" for axis in self.sizes)
            raise BadInput(f"size {where} is repeated; give each size once")
        object.__setattr__(self, "points", tuple(points))
        if self.is_path and self.replicates > CHUNK:
            raise BadInput(
                f"replicates = {self.replicates} is not allowed where one run of {self.toy.name} "
                f"passes through all sizes (at most {CHUNK} in a block; take more blocks)"
            )

    def _usual(self) -> tuple[int, int]:
        """Replicates and blocks where nothing is said of them."""
        if self.toy.deterministic:
            return 1, 1
        if self.toy.statistic not in AVERAGES:
            return 10_000, MIN_BLOCKS
        along = isinstance(self.sizes, Mapping) and set(self.sizes) & set(self.toy.path_axes)
        return (10_000 if along else 100_000), 10

    @property
    def is_path(self) -> bool:
        """Whether one run serves all sizes, so that these share their random numbers."""
        axes = list(self.sizes)
        return len(axes) == 1 and axes[0] in self.toy.path_axes and self.toy.statistic in AVERAGES

    def cells(self) -> list[Cell] | list[PathCell]:
        """Every block of every size, by size and block; of a path, every block."""
        if self.is_path:
            (axis,) = self.sizes
            sizes = tuple(getattr(point, axis) for point in self.points)
            return [
                PathCell(self.points[0], axis, sizes, block, self.replicates, self.seed)
                for block in range(self.blocks)
            ]
        return [
            Cell(point, block, self.replicates, self.seed)
            for point in self.points
            for block in range(self.blocks)
        ]

    def spec(self) -> dict[str, Any]:
        """The sweep as plain values for JSON; swept axes appear as sizes only."""
        parameters = self.toy.model_dump(exclude=set(self.sizes))
        sizes = {
            axis: list(dict.fromkeys(getattr(point, axis) for point in self.points))
            for axis in self.sizes
        }
        assumed = {"correction": self.correction, "floor": self.floor}
        return {
            "toy": self.toy.name,
            "parameters": parameters,
            "sizes": sizes,
            "replicates": self.replicates,
            "blocks": self.blocks,
            "seed": self.seed,
            **{key: value for key, value in assumed.items() if value != "theory"},
        }
