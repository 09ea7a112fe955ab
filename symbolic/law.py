"""A scaling law as an expression in the size, and what can be read off it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, cmp_to_key
from typing import Any, Literal

import sympy as sp

from symbolic.algebra import DIGITS, Point, agreement, number

SAMPLE = sp.Integer(7)
"""The size, and parameters of which nothing is said, where a law is compared with its terms."""

MOST_DIGITS = 10**4
"""Denominators beyond this are not kept as fractions in a law at given parameters."""

Kind = Literal["power", "exponential", "logarithmic", "finite-time zero"]


def exact_number(value: Any) -> sp.Expr:
    """A number as sympy should see it: the float 0.3 as 3/10, not as its binary neighbour."""
    if isinstance(value, sp.Expr | Fraction):
        return value if isinstance(value, sp.Expr) else sp.Rational(value)
    if isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no finite number")
    return sp.Integer(int(value)) if value == int(value) else sp.Rational(str(float(value)))


def _short(value: sp.Expr) -> sp.Expr:
    """A number with many digits as a float, whose powers are no integers of thousands of digits."""
    return sp.Float(value, DIGITS) if value.is_Rational and value.q > MOST_DIGITS else value


def _tidy(coefficient: sp.Expr) -> sp.Expr:
    """A coefficient as it is shown; simplify would try to evaluate integrals and sums."""
    if coefficient.has(sp.Integral, sp.Sum) or not coefficient.free_symbols:
        return coefficient  # sympy would factor a number as a polynomial of its roots, for minutes
    return sp.factor(sp.powsimp(sp.gammasimp(coefficient)))


@dataclass(frozen=True)
class Term:
    """One term of a law: coefficient log(size)^logs size^-exponent."""

    exponent: sp.Expr
    logs: int
    coefficient: sp.Expr

    def slower_than(self, other: Term) -> int:
        """-1 if it falls more slowly than the other, 1 if faster, 0 if a parameter decides that."""
        difference = sp.simplify(self.exponent - other.exponent)
        if difference == 0:
            return other.logs - self.logs
        return -1 if difference.is_negative else int(bool(difference.is_positive))


@dataclass(frozen=True)
class Law:
    """The law of a loss in one size: its leading terms, exact in all other parameters.

    Attributes
    ----------
    expression : sympy expression
        Leading term and, where known, the next correction and a floor.
    size : sympy symbol
        The size axis.
    kind : str
        What the law is; only a "power" law has an exponent. Its terms may carry logarithms.
    """

    expression: sp.Expr
    size: sp.Symbol
    kind: Kind = "power"

    def __post_init__(self) -> None:
        if self.size not in self.expression.free_symbols:
            raise ValueError(f"the law {self.expression} does not depend on its size {self.size}")

    @cached_property
    def terms(self) -> list[Term]:
        """The terms of a power law, the slowest first.

        Where a parameter decides the order, `confirmed_by_limit` says whether the first leads.

        Raises
        ------
        ValueError
            If a term is no power of the size, times a power of its logarithm.
        """
        found: dict[tuple[sp.Expr, int], sp.Expr] = {}
        for term in sp.Add.make_args(sp.expand(sp.expand_log(self.expression))):
            logs, exponent = self._power_of(term)
            if exponent == 0 and logs:
                raise ValueError(f"{term} in the law {self.expression} grows without bound")
            coefficient = (term / sp.log(self.size) ** logs).subs(self.size, 1)
            key = (exponent, logs)
            found[key] = found.get(key, sp.Integer(0)) + coefficient
        terms = [Term(*key, c) for key, c in found.items()]
        return sorted(terms, key=cmp_to_key(Term.slower_than))

    def _power_of(self, term: sp.Expr) -> tuple[int, sp.Expr]:
        """(m, a) of a term c log(size)^m size^-a, factor by factor."""
        if self.size not in term.free_symbols:
            return 0, sp.Integer(0)
        if term == self.size:
            return 0, sp.Integer(-1)
        if term == sp.log(self.size):
            return 1, sp.Integer(0)
        if term.is_Mul:
            parts = [self._power_of(factor) for factor in term.args]
            return sum(m for m, _ in parts), sp.simplify(sp.Add(*(a for _, a in parts)))
        if term.is_Add:  # a denominator that was multiplied out
            first, *others = [self._power_of(part) for part in term.args]
            if all(m == first[0] and sp.simplify(a - first[1]) == 0 for m, a in others):
                return first
        base, power = term.as_base_exp()
        if term.is_Pow and self.size not in power.free_symbols:
            logs, exponent = self._power_of(base)
            if logs == 0 or (power.is_Integer and power > 0):
                return logs * int(power) if logs else 0, sp.simplify(exponent * power)
        raise ValueError(f"{term} in the law {self.expression} is no power of {self.size}")

    @property
    def floor(self) -> sp.Expr:
        """What the loss tends to: the irreducible loss."""
        if self.kind == "finite-time zero":
            return sp.Integer(0)
        if self.kind != "power":
            return sp.limit(self.expression, self.size, sp.oo)
        return next((_tidy(t.coefficient) for t in self.terms if t.exponent == 0), sp.Integer(0))

    @property
    def exponent(self) -> sp.Expr | None:
        """a in c size^-a, the leading term above the floor; None where the law is no power law."""
        return self._decaying[0].exponent if self.kind == "power" else None

    @property
    def prefactor(self) -> sp.Expr | None:
        """c in c size^-a, with its logarithm if it has one; None where the law is no power law."""
        return _tidy(self._scaled(self._decaying[0])) if self.kind == "power" else None

    @property
    def leading(self) -> sp.Expr:
        """The leading term above the floor; the whole law where it is no power law."""
        if self.kind != "power":
            return self.expression
        first = self._decaying[0]
        return self._scaled(first) * self.size**-first.exponent

    @property
    def correction(self) -> tuple[sp.Expr, sp.Expr] | None:
        """(b, w) of the next term in c size^-a (1 + b size^-w + ...); None if it is not known.

        Where the next term carries a logarithm, so does b.
        """
        if self.kind != "power" or len(self._decaying) < 2:
            return None
        leading, following, *others = self._decaying
        if any(following.slower_than(other) >= 0 for other in others):
            return None  # which of the terms comes next depends on a parameter
        ratio = _tidy(self._scaled(following) / self._scaled(leading))
        return ratio, sp.simplify(following.exponent - leading.exponent)

    def _scaled(self, term: Term) -> sp.Expr:
        return term.coefficient * sp.log(self.size) ** term.logs

    @property
    def _decaying(self) -> list[Term]:
        return [term for term in self.terms if term.exponent != 0]

    def confirmed_by_limit(self, points: Sequence[Point] = ({},)) -> bool:
        """Whether exponent and prefactor, read off the terms, are also what limits give.

        The terms must add up to the law, in numbers; each over the leading one must tend to 0.

        Parameters
        ----------
        points : sequence of mappings
            Admissible values of the parameters at which this is asked, since sympy takes wrong
            limits of powers with symbols in them; simple ones, or it takes long.

        Returns
        -------
        bool
        """
        if self.kind != "power":
            return True
        return all(self._confirmed_at(point) for point in points)

    def _confirmed_at(self, point: Point) -> bool:
        written = sum((self._scaled(t) * self.size**-t.exponent for t in self.terms), sp.Integer(0))
        at = {symbol: point.get(symbol, SAMPLE) for symbol in self.expression.free_symbols}
        left, right = (number(side, at) for side in (written, self.expression))
        if agreement(left, right) < DIGITS - 5:
            return False
        leading, *others = self._decaying
        ratios = [
            sp.log(self.size) ** (term.logs - leading.logs)
            * self.size ** (leading.exponent - term.exponent).subs(at)
            for term in others
        ]
        return all(sp.limit(ratio, self.size, sp.oo) == 0 for ratio in ratios)

    def at(self, parameters: Mapping[str, Any]) -> Law:
        """The law with numbers for its parameters.

        Parameters
        ----------
        parameters : mapping of str to number
            By name; names that it lacks are ignored.

        Returns
        -------
        Law
        """
        values = {
            symbol: _short(exact_number(parameters[symbol.name]))
            for symbol in self.expression.free_symbols - {self.size}
            if symbol.name in parameters
        }
        return Law(self.expression.subs(values), self.size, self.kind)
