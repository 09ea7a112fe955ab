"""Deciding whether expressions vanish, by algebra; and evaluating them, by numbers."""

from __future__ import annotations

from collections.abc import Mapping

import mpmath as mp
import sympy as sp

Point = Mapping[sp.Symbol, sp.Rational]

DIGITS = 40
"""Decimal digits in which numbers are compared."""

WORKING_DIGITS = 250
"""Decimal digits in which they are computed: remainders of high order cancel a great deal."""


def vanishes(expression: sp.Expr) -> bool:
    """Whether algebra shows the expression to be zero, where all its logarithms are real."""
    expression = sp.expand(expression.replace(sp.log, _expanded_log))
    if expression.has(sp.log, sp.exp):
        return bool(expression == 0 or sp.simplify(expression) == 0)
    return bool(sp.cancel(sp.together(expression)) == 0)


def _expanded_log(inner: sp.Expr) -> sp.Expr:
    """Log of a positive argument as a sum over its factors, each with a sign of its own.

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
