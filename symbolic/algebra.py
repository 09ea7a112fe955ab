"""Deciding whether expressions vanish, by algebra; and evaluating them, by numbers."""

from __future__ import annotations

from collections.abc import Mapping

import mpmath as mp
import sympy as sp
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from symbolic.euler import evaluated
from symbolic.quadrature import definite

Point = Mapping[sp.Symbol, sp.Rational]

DIGITS = 40
"""Decimal digits in which numbers are compared."""

WORKING_DIGITS = 250
"""Decimal digits in which they are computed: remainders of high order cancel a great deal."""


LARGE = 100
"""An exact integer beyond this, in a power or a factorial, has more digits than can be handled."""

NEGLIGIBLE = 3
"""An infinite sum ends after so many negligible terms in a row."""

TERMS = 10**4
"""At most so many terms of an infinite sum are added up."""

SPECIAL = (sp.gamma, sp.zeta, sp.loggamma, sp.polygamma, sp.factorial, sp.uppergamma, sp.beta)
"""Functions that sympy would try to evaluate exactly at rational points."""

SPARE = 200
"""Digits beyond those asked for, where a point must be given in floating point."""


def vanishes(expression: sp.Expr) -> bool:
    """Whether algebra shows the expression to be zero, where all its logarithms are real."""
    if expression.has(TrigonometricFunction):
        expression = expression.rewrite(sp.exp)
    if expression.has(sp.gamma):
        expression = sp.gammasimp(expression)
    expression = sp.powsimp(sp.expand(expression.replace(sp.log, _expanded_log)))
    if expression == 0:
        return True
    letters = {log: sp.Dummy() for log in expression.atoms(sp.log)}
    plain = expression.xreplace(letters)
    if plain.is_rational_function() and sp.cancel(sp.together(plain)) == 0:
        return True
    return not expression.is_rational_function() and bool(sp.simplify(expression) == 0)


def equal(left: sp.Expr, right: sp.Expr) -> bool:
    """Whether algebra shows two expressions to be equal; positive products by their logarithms.

    Sums and integrals that stand on both sides are not evaluated.
    """
    shared = left.atoms(sp.Sum, sp.Integral) & right.atoms(sp.Sum, sp.Integral)
    if shared:
        letters = {part: sp.Dummy(positive=True) for part in shared}
        left, right = left.xreplace(letters), right.xreplace(letters)
    left, right = evaluated(left).doit(), evaluated(right).doit()
    if left.is_positive and right.is_positive and not (left.is_Add or right.is_Add):
        logarithm = sp.expand_log(sp.log(left) - sp.log(right))
        if vanishes(logarithm):
            return True
    return vanishes(left - right)


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
    if expression.has(*SPECIAL) or any(not p.exp.is_number for p in expression.atoms(sp.Pow)):
        # sympy would look for roots, factorise huge integers, and multiply out factorials
        point = {
            symbol: value
            if value.is_Integer and value <= LARGE
            else sp.Float(value, digits + SPARE)
            for symbol, value in point.items()
        }
    expression = expression.subs(point)
    evaluated = {series: _summed(series, digits) for series in expression.atoms(sp.Sum)}
    evaluated |= {area: _integrated(area, digits) for area in expression.atoms(sp.Integral)}
    expression = expression.xreplace(
        {part: sp.Float(value, digits) for part, value in evaluated.items()}
    )
    found = sp.N(expression.doit(), digits)
    if not (found.is_number and found.is_finite):
        raise ValueError(f"no finite value at {shown(point)}")
    value = sp.Float(found, digits)
    with mp.workdps(digits):
        return mp.mpf(value._mpf_)


def _summed(series: sp.Sum, digits: int) -> mp.mpf:
    """A sum, term by term: sympy would first build it as one rational number.

    An infinite one must fall at least as fast as a geometric series; slower ones belong into
    closed form, as values of the zeta function.
    """
    ((index, first, last),) = series.limits
    term = sp.lambdify(index, series.function, "mpmath")
    with mp.workdps(digits + 15):
        if last is not sp.oo:
            return mp.fsum(term(mp.mpf(n)) for n in range(int(first), round(last) + 1))
        total, n, small = mp.mpf(0), int(first), 0
        while n < int(first) + TERMS:
            value = term(mp.mpf(n))
            total += value
            negligible = abs(value) <= abs(total) * mp.mpf(10) ** (-digits - 10)
            small = small + 1 if negligible else 0
            if small == NEGLIGIBLE:
                return total
            n += 1
        raise ValueError(f"{series} converges too slowly to be summed term by term")


def _integrated(area: sp.Integral, digits: int) -> mp.mpf:
    """A definite integral in numbers."""
    ((variable, first, last),) = area.limits
    function = sp.lambdify(variable, area.function, "mpmath")
    with mp.workdps(digits + 15):
        ends = _end(first, digits + 15), _end(last, digits + 15)
        return definite(function, ends[0], ends[1], digits)


def _end(end: sp.Expr, digits: int) -> mp.mpf:
    if end in (sp.oo, -sp.oo):
        return mp.inf if end is sp.oo else -mp.inf
    return mp.mpf(sp.Float(sp.N(end, digits), digits)._mpf_)


def agreement(left: mp.mpf, right: mp.mpf) -> int:
    """To how many significant digits two numbers agree, at most `DIGITS`.

    Beside an exact 0, what is left of cancelling terms counts as 0.
    """
    difference = abs(left - right)
    size = max(abs(left), abs(right))
    nothing = 0 in (left, right) and size < mp.mpf(10) ** (-2 * DIGITS)
    if difference == 0 or nothing:
        return DIGITS
    return max(0, min(DIGITS, int(mp.floor(-mp.log10(difference / size)))))


def shown(point: Point) -> str:
    """The point as `p = 3/10, N = 7`."""
    if not point:
        return "any point"
    return ", ".join(f"{symbol} = {value}" for symbol, value in sorted(point.items(), key=str))
