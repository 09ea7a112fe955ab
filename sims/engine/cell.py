"""A block of replicates: the unit of work, and of what is stored."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import numpy as np

from sims.engine.seeds import cell_label, generator, path_label
from toys import Moments, Toy
from toys.moments import PathMoments
from toys.toy import AVERAGES

Block = Moments | PathMoments
"""What a finished cell has seen."""


@dataclass(frozen=True)
class Cell:
    """One block of replicates of a toy at one size."""

    toy: Toy
    block: int
    replicates: int
    seed: int

    @property
    def label(self) -> str:
        """What the cell's random numbers depend on."""
        return cell_label(self.seed, self.toy, self.block)

    @property
    def key(self) -> tuple[str, int]:
        """What tells the cell apart from all others, in memory and in a database."""
        return self.label, self.replicates

    @property
    def effort(self) -> float:
        """A rough measure of its work."""
        return self.replicates * math.prod(getattr(self.toy, axis) for axis in self.toy.axes())

    def run(self) -> Moments:
        """Simulate the block.

        For a statistic other than the mean the block counts as one observation of it.

        Raises
        ------
        ArithmeticError
            If the simulated losses are not finite.
        """
        rng = generator(self.label)
        if self.toy.statistic in AVERAGES:
            moments = self.toy.simulate_moments(rng, self.replicates)
        else:
            losses = self.toy.simulate(rng, self.replicates)
            geometric = self.toy.statistic == "geometric mean"
            if geometric and not np.all(losses > 0):
                raise ArithmeticError(f"{self.label} has losses <= 0: no geometric mean")
            value = math.exp(np.mean(np.log(losses))) if geometric else float(np.median(losses))
            moments = Moments(1, value, 0.0)
        if not (math.isfinite(moments.mean) and math.isfinite(moments.m2)):
            raise ArithmeticError(f"the losses of {self.label} are not finite: {moments}")
        return moments


@dataclass(frozen=True)
class PathCell:
    """One block of runs of a toy, each of which passes through several sizes on one axis."""

    toy: Toy
    axis: str
    sizes: tuple[float, ...]
    block: int
    replicates: int
    seed: int

    @property
    def label(self) -> str:
        """What the cell's random numbers depend on: not on its sizes."""
        return path_label(self.seed, self.toy, self.axis, self.block)

    @property
    def key(self) -> tuple[str, int]:
        """What tells the cell apart from all others, in memory and in a database."""
        sizes = json.dumps(self.sizes, separators=(",", ":"))
        return f"{self.label} {sizes}", self.replicates

    @property
    def effort(self) -> float:
        """A rough measure of its work."""
        return self.replicates * max(self.sizes)

    def run(self) -> PathMoments:
        """Simulate the block.

        Raises
        ------
        TypeError
            If the toy returns losses of another shape or type.
        ArithmeticError
            If the simulated losses are not finite.
        """
        losses = self.toy.simulate_path(
            generator(self.label), self.replicates, self.axis, self.sizes
        )
        wanted = (self.replicates, len(self.sizes))
        if losses.shape != wanted or losses.dtype != np.float64:
            raise TypeError(
                f"{self.toy.name}: simulate_path must return losses of float64 with shape {wanted},"
                f" not an array of {losses.dtype} with shape {losses.shape}"
            )
        moments = PathMoments.of(losses)
        if not (np.all(np.isfinite(moments.means)) and np.all(np.isfinite(moments.comoments))):
            raise ArithmeticError(f"the losses of {self.label} are not finite: {moments.means}")
        return moments
