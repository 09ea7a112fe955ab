"""The kinds of step a derivation is made of: each can be proved, and checked in numbers.

`prove` decides by algebra. `digits` evaluates both sides with mpmath at one admissible point and
says to how many digits they agree; it raises `StepFailed` where they do not. The two share no
code but the expressions themselves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import mpmath as mp
import sympy as sp

Point = Mapping[sp.Symbol, sp.Rational]

DIGITS = 40
"""Decimal digits in which numbers are compared."""

WORKING_DIGITS = 250
"""Decimal digits in which they are computed: remainders of high order cancel a great deal."""


class StepFailed(Exception):
    """The two sides of a step differ at a point; the message names the point and both sides."""


def vanishes(expression: sp.Expr) -> bool:
    """Whether algebra shows the expression to be zero, where all its logarithms are real."""
    expression = sp.expand(expression.replace(sp.log, _expanded_log))
    if expression.has(sp.log, sp.exp):
        return bool(expression == 0 or sp.simplify(expression) == 0)
    return bool(sp.cancel(sp.together(expression)) == 0)


def _expanded_log(inner: sp.Expr) -> sp.Expr:
    """log of a positive argument as a sum over its factors, each with a sign of its own.

    A factor is turned so that it is positive at one fixed point, so that p - 1 and 1 - p give the
    same logarithm; where a sign is left over, the logarithm stays whole.
    """
    symbols = sorted(inner.free_symbols, key=str)
    reference = {symbol: sp.Rational(1, sp.prime(i + 2)) for i, symbol in enumerate(symbols)}
    sign, total = sp.Integer(1), sp.Integer(0)
    for factor in sp.Mul.make_args(sp.factor(sp.together(inner))):
        base, power = factor.as_base_exp()
        if power.is_integer and base.subs(reference).is_negative:
            base, sign = sp.expand(-base), sign * (-1) ** power
        total += power * sp.log(base)
    return total if sign == 1 else sp.log(inner, evaluate=False)


def nonnegative(product: sp.Expr) -> bool:
    """Whether every factor is >= 0, by its assumptions or as an even power."""
    for factor in sp.Mul.make_args(product):
        base, power = factor.as_base_exp()
        if not (factor.is_nonnegative or (base.is_real and power.is_even)):
            return False
    return True


def number(expression: sp.Expr, point: Point, digits: int = DIGITS) -> mp.mpf:
    """The expression at a point, with `digits` digits that can be trusted."""
    expression = expression.subs(point)
    if isinstance(expression, sp.Sum):
        return _summed(expression, digits)
    value = sp.Float(sp.N(expression.doit(), digits), digits)
    with mp.workdps(digits):
        return mp.mpf(value._mpf_)


def _summed(series: sp.Sum, digits: int) -> mp.mpf:
    """A finite sum, term by term: sympy would first build it as one rational number."""
    index, first, last = series.limits[0]
    term = sp.lambdify(index, series.function, "mpmath")
    with mp.workdps(digits + 15):
        return mp.fsum(term(mp.mpf(n)) for n in range(int(first), int(last) + 1))


def agreement(left: mp.mpf, right: mp.mpf) -> int:
    """To how many significant digits two numbers agree, at most `DIGITS`."""
    difference = abs(left - right)
    if difference == 0:
        return DIGITS
    size = max(abs(left), abs(right))
    return max(0, min(DIGITS, int(mp.floor(-mp.log10(difference / size)))))


def shown(point: Point) -> str:
    """The point as `p = 3/10, N = 7`."""
    return ", ".join(f"{symbol} = {value}" for symbol, value in sorted(point.items(), key=str))


@dataclass(frozen=True)
class Step(ABC):
    """One step of a derivation: a claim in words and the formula that it stands for."""

    claim: str
    kind: ClassVar[str]

    @property
    @abstractmethod
    def formula(self) -> str:
        """The formula in plain text."""

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

    @property
    def formula(self) -> str:
        return f"{self.left} = {self.right}"

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
    def formula(self) -> str:
        return f"{self.function} = {self.expansion} + O({self.variable}^{self.order})"

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
    def formula(self) -> str:
        return f"{self.function} = {self.expansion} + O({self.size}^-{self.order})"

    @property
    def symbols(self) -> set[sp.Symbol]:
        return (self.function.free_symbols | self.expansion.free_symbols) - {self.size}

    def prove(self) -> bool:
        """By degrees for a rational function; else as a series in 1/size."""
        difference = self.function - self.expansion
        if difference.is_rational_function():
            above, below = (sp.Poly(side, self.size) for side in sp.fraction(sp.together(difference)))
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
    def formula(self) -> str:
        return f"{self.function} -> {self.value} as {self.variable} -> oo"

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
    def formula(self) -> str:
        return f"{self.lower} <= {self.upper}"

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
    def formula(self) -> str:
        return f"{self.residual} = 0 is solved by {self.unknown} = {self.solution}"

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
