"""Steps that say that two expressions are equal: exactly, to some order, or in a limit."""

from __future__ import annotations

from dataclasses import dataclass

import mpmath as mp
import sympy as sp

from symbolic.algebra import (
    DIGITS,
    WORKING_DIGITS,
    Point,
    agreement,
    equal,
    number,
    shown,
    vanishes,
)
from symbolic.steps.base import Step, StepFailed


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
        return equal(self.left, self.right)

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
        if not _analytic(difference, self.variable, self.order):
            return False
        for _ in range(self.order):
            if not vanishes(difference.subs(self.variable, 0)):
                return False
            difference = sp.diff(difference, self.variable)
        return True

    def _digits(self, point: Point) -> int:
        return _shrinks(self.function, self.expansion, self.variable, self.order, point)


@dataclass(frozen=True)
class Asymptotic(Step):
    """function = expansion + O(size^-order) as size -> infinity; logarithms may multiply that."""

    function: sp.Expr
    size: sp.Symbol
    order: int | sp.Expr
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
        sides = self.function.free_symbols | self.expansion.free_symbols
        return (sides | (sp.Integer(0) + self.order).free_symbols) - {self.size}

    def prove(self) -> bool:
        """By degrees for a rational function; else as a series in 1/size.

        Raises
        ------
        ValueError
            If the order is no whole number: only numbers can check that.
        """
        difference = self.function - self.expansion
        if not isinstance(self.order, int | sp.Integer):
            raise ValueError(f"{self.claim!r}: algebra proves whole orders only, not {self.order}")
        if difference.is_rational_function():
            above, below = (
                sp.Poly(side, self.size) for side in sp.fraction(sp.together(difference))
            )
            return bool(above.is_zero or above.degree() <= below.degree() - self.order)
        small = sp.Symbol("1/size", positive=True)
        inverted = difference.subs(self.size, 1 / small).replace(
            sp.log, lambda inner: sp.log(sp.cancel(sp.together(inner)))
        )
        return Series(self.claim, inverted, small, int(self.order), sp.Integer(0)).prove()

    def _digits(self, point: Point) -> int:
        small = sp.Symbol("1/size", positive=True)
        function, expansion = (
            side.subs(self.size, 1 / small) for side in (self.function, self.expansion)
        )
        return _shrinks(function, expansion, small, self.order, point)


def _analytic(function: sp.Expr, variable: sp.Symbol, order: int) -> bool:
    """Whether no broken power below the order of something that vanishes stands in it."""
    return not any(
        power.base.has(variable)
        and not power.exp.is_integer
        and power.base.subs(variable, 0) == 0
        and not (power.exp.is_number and power.exp >= order)
        for power in function.atoms(sp.Pow)
    )


def _shrinks(
    function: sp.Expr,
    expansion: sp.Expr,
    variable: sp.Symbol,
    order: int | sp.Expr,
    point: Point,
) -> int:
    """Check that the remainder, divided by variable^order, stays bounded as variable -> 0.

    A wrong coefficient of a whole order below makes the quotient grow tenfold per decade.
    """
    small = sp.Rational(1, 10**20)
    power = number(sp.Integer(0) + order, point)
    quotients = []
    for value in (small, small / 10):
        at = {**point, variable: value}
        exact, approximate = (number(side, at, WORKING_DIGITS) for side in (function, expansion))
        quotients.append(abs(exact - approximate) * mp.mpf(int(1 / value)) ** power)
        agreed = agreement(exact, approximate) if approximate else DIGITS
    first, second = quotients
    if second > 1.2 * first + mp.mpf(10) ** (-DIGITS):
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
