"""The kinds of step a derivation is made of: each can be proved, and checked in numbers.

`prove` decides by algebra. `digits` evaluates both sides with mpmath at one admissible point and
says to how many digits they agree; it raises `StepFailed` where they do not. The two share no
code but the expressions themselves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Self

import mpmath as mp
import sympy as sp

from symbolic.algebra import (
    DIGITS,
    WORKING_DIGITS,
    Point,
    agreement,
    nonnegative,
    number,
    shown,
    vanishes,
)


class StepFailed(Exception):
    """The two sides of a step differ at a point; the message names the point and both sides."""


@dataclass(frozen=True)
class Step(ABC):
    """One step of a derivation: a claim in words and the formula that it stands for."""

    claim: str
    kind: ClassVar[str]

    @property
    @abstractmethod
    def relations(self) -> tuple[sp.Basic, ...]:
        """What is stated, as unevaluated sympy relations for printing."""

    def subs(self, symbol: sp.Symbol, expression: sp.Expr) -> Self:
        """The same step with an expression for a symbol."""
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
        """To how many digits the step holds at the point.

        Raises
        ------
        StepFailed
            If it does not hold there.
        """
        with mp.workdps(WORKING_DIGITS):
            return self._digits(point)

    @abstractmethod
    def _digits(self, point: Point) -> int: ...


@dataclass(frozen=True)
class Identity(Step):
    """left = right, for all values of the symbols in their domains."""

    left: sp.Expr
    right: sp.Expr
    kind = "identity"

    def __post_init__(self) -> None:
        if self.left == self.right:
            raise ValueError(f"{self.claim!r} says x = x: nothing would be proved")

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        return (sp.Eq(self.left, self.right, evaluate=False),)

    @property
    def symbols(self) -> set[sp.Symbol]:
        return self.left.free_symbols | self.right.free_symbols

    def prove(self) -> bool:
        return vanishes(self.left.doit() - self.right.doit())

    def _digits(self, point: Point) -> int:
        left, right = number(self.left, point), number(self.right, point)
        agreed = agreement(left, right)
        if agreed < DIGITS - 5:
            raise StepFailed(f"at {shown(point)}: {mp.nstr(left, 15)} is not {mp.nstr(right, 15)}")
        return agreed


@dataclass(frozen=True)
class Series(Step):
    """function = expansion + O(variable^order) as variable -> 0."""

    function: sp.Expr
    variable: sp.Symbol
    order: int
    expansion: sp.Expr
    kind = "series"

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        return (sp.Eq(self.function, self.expansion, evaluate=False),)

    @property
    def proviso(self) -> str:
        return f"up to O({self.variable}^{self.order}) as {self.variable} -> 0"

    @property
    def symbols(self) -> set[sp.Symbol]:
        return (self.function.free_symbols | self.expansion.free_symbols) - {self.variable}

    def prove(self) -> bool:
        """Every Taylor coefficient below the order, one derivative after the other."""
        difference = self.function - self.expansion
        for _ in range(self.order):
            if not vanishes(difference.subs(self.variable, 0)):
                return False
            difference = sp.diff(difference, self.variable)
        return True

    def _digits(self, point: Point) -> int:
        return _shrinks(self.function, self.expansion, self.variable, self.order, point)


@dataclass(frozen=True)
class Asymptotic(Step):
    """function = expansion + O(size^-order) as size -> infinity."""

    function: sp.Expr
    size: sp.Symbol
    order: int
    expansion: sp.Expr
    kind = "asymptotic equality"

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        return (sp.Eq(self.function, self.expansion, evaluate=False),)

    @property
    def proviso(self) -> str:
        return f"up to O({self.size}^-{self.order}) as {self.size} -> infinity"

    @property
    def symbols(self) -> set[sp.Symbol]:
        return (self.function.free_symbols | self.expansion.free_symbols) - {self.size}

    def prove(self) -> bool:
        """By degrees for a rational function; else as a series in 1/size."""
        difference = self.function - self.expansion
        if difference.is_rational_function():
            above, below = (
                sp.Poly(side, self.size) for side in sp.fraction(sp.together(difference))
            )
            return bool(above.is_zero or above.degree() <= below.degree() - self.order)
        small = sp.Symbol("1/size", positive=True)
        inverted = difference.subs(self.size, 1 / small).replace(
            sp.log, lambda inner: sp.log(sp.cancel(sp.together(inner)))
        )
        return Series(self.claim, inverted, small, self.order, sp.Integer(0)).prove()

    def _digits(self, point: Point) -> int:
        small = sp.Symbol("1/size", positive=True)
        function, expansion = (
            side.subs(self.size, 1 / small) for side in (self.function, self.expansion)
        )
        return _shrinks(function, expansion, small, self.order, point)


def _shrinks(
    function: sp.Expr, expansion: sp.Expr, variable: sp.Symbol, order: int, point: Point
) -> int:
    """Check that the remainder, divided by variable^order, stays bounded as variable -> 0.

    A wrong coefficient of any order below makes the quotient grow tenfold per decade.
    """
    small = sp.Rational(1, 10**20)
    quotients = []
    for value in (small, small / 10):
        at = {**point, variable: value}
        exact, approximate = (number(side, at, WORKING_DIGITS) for side in (function, expansion))
        quotients.append(abs(exact - approximate) * mp.mpf(int(1 / value)) ** order)
        agreed = agreement(exact, approximate) if approximate else DIGITS
    first, second = quotients
    if second > 2 * first + mp.mpf(10) ** (-DIGITS):
        raise StepFailed(
            f"at {shown(point)}: the remainder over {variable}^{order} grows from "
            f"{mp.nstr(first, 6)} to {mp.nstr(second, 6)} as {variable} shrinks tenfold"
        )
    return agreed


@dataclass(frozen=True)
class Limit(Step):
    """function -> value as variable -> infinity."""

    function: sp.Expr
    variable: sp.Symbol
    value: sp.Expr
    kind = "limit"

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        limit = sp.Limit(self.function, self.variable, sp.oo)
        return (sp.Eq(limit, self.value, evaluate=False),)

    @property
    def symbols(self) -> set[sp.Symbol]:
        return (self.function.free_symbols | self.value.free_symbols) - {self.variable}

    def prove(self) -> bool:
        return vanishes(sp.limit(self.function, self.variable, sp.oo) - self.value)

    def _digits(self, point: Point) -> int:
        """The distance to the limit must shrink at least 1.5-fold over each of three decades."""
        distances = [
            abs(number(self.function - self.value, {**point, self.variable: sp.Integer(10) ** n}))
            for n in (8, 9, 10, 11)
        ]
        for nearer, farther in zip(distances[1:], distances[:-1], strict=True):
            if farther > mp.mpf(10) ** -DIGITS and nearer > farther / 1.5:
                raise StepFailed(
                    f"at {shown(point)}: still {mp.nstr(nearer, 6)} away, after "
                    f"{mp.nstr(farther, 6)} a decade before"
                )
        last = distances[-1]
        return DIGITS if last == 0 else max(0, min(DIGITS, int(-mp.log10(last))))


@dataclass(frozen=True)
class Bound(Step):
    """lower <= upper on a domain that begins at variable = 0.

    The certificate: the difference is 0 at 0 and its derivative is `slope`, which is >= 0 by the
    assumptions on its symbols.
    """

    lower: sp.Expr
    upper: sp.Expr
    variable: sp.Symbol
    slope: sp.Expr
    kind = "bound on a domain"

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        return (sp.Le(self.lower, self.upper, evaluate=False),)

    @property
    def proviso(self) -> str:
        return f"equal at {self.variable} = 0; right less left has the derivative {self.slope} >= 0"

    @property
    def symbols(self) -> set[sp.Symbol]:
        return self.lower.free_symbols | self.upper.free_symbols

    def prove(self) -> bool:
        difference = self.upper - self.lower
        starts_at_zero = vanishes(difference.subs(self.variable, 0))
        certified = vanishes(sp.diff(difference, self.variable) - self.slope)
        return starts_at_zero and certified and nonnegative(self.slope)

    def _digits(self, point: Point) -> int:
        difference = number(self.upper - self.lower, point)
        if difference < 0:
            raise StepFailed(f"at {shown(point)}: violated by {mp.nstr(-difference, 6)}")
        return DIGITS


@dataclass(frozen=True)
class Solution(Step):
    """`solution`, put for the unknown function, satisfies residual = 0."""

    residual: sp.Expr
    unknown: sp.Expr
    solution: sp.Expr
    kind = "solution of an equation"

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        return (
            sp.Eq(self.residual, 0, evaluate=False),
            sp.Eq(self.unknown, self.solution, evaluate=False),
        )

    @property
    def symbols(self) -> set[sp.Symbol]:
        return self.solution.free_symbols

    def _substituted(self) -> sp.Expr:
        variable = self.unknown.args[0]
        function = sp.Lambda(variable, self.solution)
        return self.residual.replace(self.unknown.func, function).doit()

    def prove(self) -> bool:
        return vanishes(self._substituted())

    def _digits(self, point: Point) -> int:
        left = number(self._substituted(), point)
        scale = abs(number(self.solution, point)) + mp.mpf(10) ** -DIGITS
        if abs(left) > scale * mp.mpf(10) ** (5 - DIGITS):
            raise StepFailed(f"at {shown(point)}: the residual is {mp.nstr(left, 6)}, not 0")
        return DIGITS - 5
