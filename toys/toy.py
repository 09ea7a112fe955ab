"""Base class of all toys: parameters, sizes, simulation and exact expected loss."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from toys.bounds import Bounds, bounds
from toys.moments import Moments

CHUNK = 2**15
"""Number of replicates simulated at a time, which limits the memory."""

RESERVED = frozenset({"over", "replicates", "blocks", "seed", "db", "workers", "format", "help"})
"""Options of `toylaws run`. A field of the same name could not be set on the command line."""

Statistic = Literal["mean", "mean square", "geometric mean", "median"]

AVERAGES: frozenset[Statistic] = frozenset({"mean", "mean square"})
"""Statistics that are averages of what `simulate` returns. Their blocks are merged as moments."""


@dataclass(frozen=True)
class Size:
    """A mark that makes a field a size axis: `N: Annotated[int, Size("tosses"), Field(ge=1)]`.

    Attributes
    ----------
    unit : str
        What the axis counts, in the plural.
    """

    unit: str


class _Mean:
    """Default of `Toy.statistic`: "mean".

    A property could not be overridden by a pydantic field of the same name, which some toys
    declare. A descriptor that raises AttributeError on the class can.
    """

    def __get__(self, toy: Toy | None, owner: type[Toy]) -> Statistic:
        if toy is None:
            raise AttributeError("statistic")
        return "mean"


def snake_case(class_name: str) -> str:
    """The name of a toy, from the name of its class: `NearestNeighbor` is `nearest_neighbor`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


def _family(module: str) -> str:
    """The folder of `toys` that contains a module; empty for a module of another package."""
    room, _, rest = module.partition(".")
    return rest.partition(".")[0] if room == "toys" and "." in rest else ""


class Toy(BaseModel, ABC):
    """A toy model with given parameters, at one size.

    A subclass declares its parameters as pydantic fields with bounds and marks its size axes with
    `Size`. It implements `quantity`, `source` and `simulate`. It should also implement `derivation`
    if a derivation applies, and `exact` if the expected loss is known.

    Attributes
    ----------
    statistic : str
        What is computed from a block of replicates. It is the "mean", unless a subclass overrides
        it by a property or a field: the "geometric mean" or "median" if the loss has no finite mean
        or variance, or "mean square" if `simulate` returns squares.
    name : str
        The class name in snake case: the toy's name on the command line and in every file.
    family : str
        The folder of `toys` that contains it; empty for a toy of another package.
    derivations : tuple of str
        Names of all derivations that `derivation` may link to.
    shortcuts : tuple of str
        Values of the field `sampler` that draw from the distribution that `exact` sums. Every
        other sampler simulates the mechanism.
    path_axes : tuple of str
        Axes along which one run passes through all sizes; `simulate_path` simulates it.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        validate_default=True,
        ignored_types=(_Mean,),
    )

    if TYPE_CHECKING:

        @property
        def statistic(self) -> Statistic: ...
    else:
        statistic = _Mean()

    name: ClassVar[str]
    family: ClassVar[str]
    derivations: ClassVar[tuple[str, ...]] = ()
    shortcuts: ClassVar[tuple[str, ...]] = ()
    path_axes: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.name, cls.family = snake_case(cls.__name__), _family(cls.__module__)
        taken = sorted(RESERVED & set(cls.model_fields))
        if taken:
            raise TypeError(
                f"{cls.__name__}: a field cannot be called {taken[0]!r}; it is an option of "
                "'toylaws run'"
            )

    @field_validator("*", mode="before")
    @classmethod
    def _plain_value(cls, value: Any, info: ValidationInfo) -> Any:
        """Convert NumPy scalars to Python's and -0.0 to 0.0; refuse bool and str as numbers."""
        if isinstance(value, np.generic):
            value = value.item()
        allowed = cls.bounds_of(str(info.field_name))
        if allowed.kind in (int, float):
            if isinstance(value, bool | str):
                raise PydanticCustomError("number", "Input should be a number")
            return 0.0 if value == 0 and isinstance(value, float) else value
        if isinstance(value, str):  # `order_statistic` and `order-statistic` are easier to type
            spaced = value.replace("_", " ").replace("-", " ")
            return spaced if spaced in allowed.choices else value
        return value

    @classmethod
    def bounds_of(cls, field: str) -> Bounds:
        """The values that a field allows.

        Parameters
        ----------
        field : str
            The name of the field.

        Returns
        -------
        Bounds
        """
        return bounds(cls.model_fields[field])

    @classmethod
    def axes(cls) -> dict[str, Size]:
        """The fields that are size axes, with the unit of each."""
        return {
            name: item
            for name, field in cls.model_fields.items()
            for item in field.metadata
            if isinstance(item, Size)
        }

    def at(self, **sizes: Any) -> Self:
        """The same toy with some field values replaced; they are validated.

        Parameters
        ----------
        **sizes
            New values, by the name of the field.

        Returns
        -------
        Toy

        Raises
        ------
        pydantic.ValidationError
            If a value lies outside the bounds of its field.
        """
        return type(self)(**{**self.model_dump(), **sizes})

    @property
    @abstractmethod
    def quantity(self) -> str:
        """What the loss measures, with its unit."""

    @property
    @abstractmethod
    def source(self) -> str:
        """The key of the source, a comma, and the passage."""

    @property
    def deterministic(self) -> bool:
        """Whether all replicates have the same loss, so that there are no error bars."""
        return False

    def derivation(self, axis: str) -> str | None:  # noqa: ARG002
        """The name of the derivation for these parameters, one of `derivations`, or None.

        The parameters of the derivation must be fields or properties of the toy with the same
        names.

        Parameters
        ----------
        axis : str
            The size axis.

        Returns
        -------
        str or None
        """
        return None

    @abstractmethod
    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Run independent experiments.

        Parameters
        ----------
        rng : numpy.random.Generator
            The only source of randomness.
        replicates : int
            Number of experiments.

        Returns
        -------
        ndarray of float64, shape (replicates,)
            The loss of each.
        """

    def simulate_path(
        self, rng: np.random.Generator, replicates: int, axis: str, sizes: Sequence[float]
    ) -> NDArray[np.float64]:
        """Run independent experiments through several sizes on one of the `path_axes`.

        Parameters
        ----------
        rng : numpy.random.Generator
            The only source of randomness.
        replicates : int
            Number of experiments.
        axis : str
            The axis. The toy's own value on it is ignored.
        sizes : sequence, shape (sizes,)
            In any order. A longer path begins with the shorter one: each column is what `simulate`
            returns at that size from a generator in the same state.

        Returns
        -------
        ndarray of float64, shape (replicates, sizes)
            The loss of each experiment at each size.

        Raises
        ------
        NotImplementedError
            If one run of the toy does not pass through all sizes on this axis.
        """
        raise NotImplementedError(
            f"{self.name} has no path along {axis!r}: each of the {len(sizes)} sizes needs a run"
        )

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """The moments of many losses, in memory that does not grow with their number.

        Parameters
        ----------
        rng : numpy.random.Generator
            The only source of randomness.
        replicates : int
            Number of experiments.

        Returns
        -------
        Moments

        Raises
        ------
        TypeError
            If `simulate` returns an array of another shape or type.
        """
        moments = Moments.empty()
        for start in range(0, replicates, CHUNK):
            wanted = min(CHUNK, replicates - start)
            losses = self.simulate(rng, wanted)
            if losses.shape != (wanted,) or losses.dtype != np.float64:
                raise TypeError(
                    f"{self.name}: simulate(rng, {wanted}) must return {wanted} losses of float64, "
                    f"not an array of {losses.dtype} with shape {losses.shape}"
                )
            moments = moments.merge(Moments.of(losses))
        return moments

    def exact(self) -> float | None:
        """The expected loss at this size, or None if it is not known."""
        return None
