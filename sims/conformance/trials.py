"""What every rule shares: the toys it is tried on, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from sims.engine.cell import Cell
from sims.engine.seeds import generator
from toys import Toy


class Violation(Exception):
    """A rule is broken; the message says how."""


class Skipped(Exception):
    """A rule does not apply; the message says why."""


class Trials(Protocol):
    """A toy class under examination, and examples of it."""

    @property
    def toy(self) -> type[Toy]:
        """The class."""

    @property
    def seed(self) -> int:
        """Seed of the examples and of every simulation."""

    def sample(self) -> Toy:
        """One toy: the default, or, where there is none, the first that is valid."""

    def small(self) -> Toy:
        """A toy of a size at which plain Python is fast enough."""

    def for_all(self, holds: Callable[[Toy], None]) -> None:
        """Try a rule on many toys; a violation is shrunk to a simple one."""


def each_sampler(toy: Toy) -> list[Toy]:
    """The toy with every sampler it has."""
    if "sampler" not in type(toy).model_fields:
        return [toy]
    return [toy.at(sampler=sampler) for sampler in toy.bounds_of("sampler").choices]


def require(condition: object, message: str) -> None:
    """Raise a violation unless the condition holds."""
    if not condition:
        raise Violation(message)


def rng_of(toy: Toy, seed: int, block: int = 0) -> np.random.Generator:
    """The generator of a block of the toy."""
    return generator(Cell(toy, block, 1, seed).label)
