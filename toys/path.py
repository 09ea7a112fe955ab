"""Toys whose sizes are stages of one run (steps, tosses): one simulation serves all sizes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from toys.toy import Toy


class PathToy(Toy):
    """A toy with one path axis, on which a run to one size begins a run to every larger size.

    A subclass names the axis in `path_axes` and implements `_losses_at`.
    """

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """The losses at the toy's own size, shape (replicates,)."""
        (axis,) = self.path_axes
        return self.simulate_path(rng, replicates, axis, [getattr(self, axis)])[:, 0]

    def simulate_path(
        self, rng: np.random.Generator, replicates: int, axis: str, sizes: Sequence[float]
    ) -> NDArray[np.float64]:
        """The losses of the same runs at several sizes, shape (replicates, sizes).

        Raises
        ------
        ValueError
            If the axis is not one of the `path_axes`, or a size is not allowed on it.
        """
        if axis not in self.path_axes:
            raise ValueError(
                f"{self.name} has no path along {axis!r} (only along {', '.join(self.path_axes)})"
            )
        kind = np.int64 if self.bounds_of(axis).kind is int else np.float64
        checked = [getattr(self.at(**{axis: size}), axis) for size in sizes]
        stops, places = np.unique(np.asarray(checked, dtype=kind), return_inverse=True)
        return np.take(self._losses_at(rng, replicates, stops), places, axis=1)

    @abstractmethod
    def _losses_at(
        self, rng: np.random.Generator, replicates: int, stops: NDArray[Any]
    ) -> NDArray[np.float64]:
        """The losses of the same runs at several sizes, shape (replicates, stops).

        The sizes increase strictly. They are int64 or float64, as the field of the axis is.
        """


class NoiselessPath(PathToy):
    """A path toy without randomness: all replicates have the losses of one run.

    A subclass names the axis in `path_axes` and implements `_run`.
    """

    @property
    def deterministic(self) -> bool:
        """True: no random number is drawn."""
        return True

    def _losses_at(
        self,
        rng: np.random.Generator,  # noqa: ARG002  # nothing is random
        replicates: int,
        stops: NDArray[Any],
    ) -> NDArray[np.float64]:
        """The losses of the one run, repeated for every replicate."""
        return np.tile(self._run(stops), (replicates, 1))

    @abstractmethod
    def _run(self, stops: NDArray[Any]) -> NDArray[np.float64]:
        """The losses of one run at several sizes, which increase strictly; shape (stops,)."""
