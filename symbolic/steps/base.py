"""What every step of a derivation has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields, replace
from typing import ClassVar, Self

import mpmath as mp
import sympy as sp

from symbolic.algebra import WORKING_DIGITS, Point


class StepFailed(Exception):
    """The two sides of a step differ at a point; the message names the point and both sides."""


@dataclass(frozen=True)
class Step(ABC):
    """One step of a derivation: a claim in words and the formula that it stands for.

    `prove` decides by algebra. `digits` evaluates both sides with mpmath at one admissible point
    and says to how many digits they agree; it raises `StepFailed` where they do not. The two share
    no code but the expressions themselves.

    Attributes
    ----------
    claim : str
        The step in words.
    numeric : int or None
        The digits to which numbers must bear out a step that algebra does not prove; None, as
        usual, if algebra proves it.
    """

    claim: str
    numeric: int | None = field(default=None, kw_only=True)
    kind: ClassVar[str]
    inequality: ClassVar[bool] = False

    @property
    @abstractmethod
    def relations(self) -> tuple[sp.Basic, ...]:
        """What is stated, as unevaluated sympy relations for printing."""

    def subs(self, symbol: sp.Symbol, expression: sp.Expr) -> Self:
        """The same step with an expression for a symbol.

        Parameters
        ----------
        symbol : sympy symbol
            What is replaced.
        expression : sympy expression
            What takes its place.

        Returns
        -------
        Step
        """
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        changed = {
            name: value.subs(symbol, expression)
            for name, value in values.items()
            if isinstance(value, sp.Expr) and value.has(symbol)
        }
        return replace(self, **changed)

    @property
    def proviso(self) -> str:
        """What must be added to the relations in words; empty if nothing."""
        return ""

    @property
    @abstractmethod
    def symbols(self) -> set[sp.Symbol]:
        """The symbols that a point must give values to."""

    @abstractmethod
    def prove(self) -> bool:
        """Whether algebra shows the step to be true."""

    def digits(self, point: Point) -> int:
        """To how many significant digits the step holds at the point.

        Parameters
        ----------
        point : mapping of sympy symbol to number
            Values of all symbols of the step.

        Returns
        -------
        int

        Raises
        ------
        StepFailed
            If it does not hold there.
        """
        with mp.workdps(WORKING_DIGITS):
            return self._digits(point)

    @abstractmethod
    def _digits(self, point: Point) -> int: ...
