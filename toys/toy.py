"""The record that every toy is: its parameters, its sizes, how to simulate it, what is exact."""

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
"""Replicates simulated at a time, so that memory does not grow with their number."""

RESERVED = frozenset({"over", "replicates", "blocks", "seed", "db", "workers", "format", "help"})
"""Options of `toylaws run`: a field of that name could not be set from the command line."""

Statistic = Literal["mean", "mean square", "geometric mean", "median"]

AVERAGES: frozenset[Statistic] = frozenset({"mean", "mean square"})
"""Statistics that are averages of what `simulate` returns, so that blocks merge as moments."""


@dataclass(frozen=True)
class Size:
    """Marks a field as a size axis: `N: Annotated[int, Size("tosses"), Field(ge=1)]`.

    Attributes
    ----------
    unit : str
        What the axis counts, in the plural.
    """

    unit: str


class _Mean:
    """The statistic of a toy that says nothing of it.

    A property would keep its place against a field of that name, which some toys have. On the
    class itself there is nothing to see, so that pydantic finds nothing shadowed.
    """

    def __get__(self, toy: Toy | None, owner: type[Toy]) -> Statistic:
        if toy is None:
            raise AttributeError("statistic")
        return "mean"


def snake_case(class_name: str) -> str:
    """The name of a toy from that of its class: `NearestNeighbor` is `nearest_neighbor`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", class_name).lower()


def _family(module: str) -> str:
    """The folder of `toys` that a module is in; empty for a module of somebody else's."""
    room, _, rest = module.partition(".")
    return rest.partition(".")[0] if room == "toys" and "." in rest else ""


class Toy(BaseModel, ABC):
    """One fully specified toy model at one size.

    A subclass declares its parameters as pydantic fields with bounds, marks its size axes with
    `Size`, and fills `quantity`, `source`, `derivation`, `simulate` and, where it can, `exact`.

    Attributes
    ----------
    statistic : str
        What is taken of a block of replicates: the "mean", or, where the loss has no finite mean
        or variance, its "geometric mean" or "median"; "mean square" where `simulate` returns
        squares. A subclass says otherwise by a property, or by a field.
    name : str
        The class name in snake case: the toy's name on the command line and in every file.
    family : str
        The family whose folder it is in; empty for a toy of somebody else's.
    derivations : tuple of str
        Names of all derivations that `derivation` may link to.
    shortcuts : tuple of str
        Values of the field `sampler` that draw from the very distribution which `exact` sums.
        Every other sampler runs the mechanism.
    path_axes : tuple of str
        Axes along which one run passes through every size; `simulate_path` runs it.
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
        """NumPy scalars become Python's, -0.0 becomes 0.0; bool and str are no numbers."""
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
        """What values the field allows.

        Parameters
        ----------
        field : str
            Its name.

        Returns
        -------
        Bounds
        """
        return bounds(cls.model_fields[field])

    @classmethod
    def axes(cls) -> dict[str, Size]:
        """The fields that are sizes, with the unit of each."""
        return {
            name: item
            for name, field in cls.model_fields.items()
            for item in field.metadata
            if isinstance(item, Size)
        }

    def at(self, **sizes: Any) -> Self:
        """The same toy with other field values, validated anew.

        Parameters
        ----------
        **sizes
            Values by field.

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
        """What is measured, with its unit."""

    @property
    @abstractmethod
    def source(self) -> str:
        """Key of the source, a comma, and the place in it."""

    @property
    def deterministic(self) -> bool:
        """Whether every replicate has the same loss, so that there are no error bars."""
        return False

    def derivation(self, axis: str) -> str | None:  # noqa: ARG002
        """Name of the derivation that applies to these parameters, or None: one of `derivations`.

        Its parameters must be fields or properties of the toy, by the same names.

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
            How many experiments.

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
            How many experiments.
        axis : str
            The axis; the toy's own value of it is ignored.
        sizes : sequence, shape (sizes,)
            In any order. A longer path begins with the shorter one: each column is what `simulate`
            gives at that size from the same generator.

        Returns
        -------
        ndarray of float64, shape (replicates, sizes)
            The loss of each at each size.

        Raises
        ------
        NotImplementedError
            If the toy has no path along that axis.
        """
        raise NotImplementedError(f"{self.name} has no path along {axis} for {len(sizes)} sizes")

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """The moments of many losses, in memory that does not grow with their number.

        Parameters
        ----------
        rng : numpy.random.Generator
            The only source of randomness.
        replicates : int
            How many experiments.

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
        """The expected loss at this size, where one is known."""
        return None
