"""Euler's two integrals by their definition; sympy takes a second over each."""

from __future__ import annotations

import sympy as sp


def evaluated(expression: sp.Expr) -> sp.Expr:
    """The expression with every Gamma and Beta integral in it replaced by its value."""
    values = {}
    for area in expression.atoms(sp.Integral):
        value = _value(area)
        if value is not None:
            values[area] = value
    return expression.xreplace(values)


def _value(area: sp.Integral) -> sp.Expr | None:
    if len(area.limits) != 1 or len(area.limits[0]) != 3:
        return None
    x, first, last = area.limits[0]
    if first != 0 or last not in (sp.oo, sp.Integer(1)):
        return None
    constant, rest = sp.powsimp(area.function).as_independent(x, as_Add=False)
    return _gamma(constant, rest, x) if last is sp.oo else _beta(constant, rest, x)


def _gamma(constant: sp.Expr, rest: sp.Expr, x: sp.Symbol) -> sp.Expr | None:
    """c x^s exp(-q x^k) from 0 to infinity is c Gamma((s+1)/k) / (k q^((s+1)/k))."""
    powers: list[sp.Expr] = []
    decays: list[sp.Expr] = []
    for factor in sp.Mul.make_args(rest):
        (decays if isinstance(factor, sp.exp) else powers).append(factor)
    if len(decays) != 1:
        return None
    s = _exponent(sp.Mul(*powers), x)
    rate, tail = (-decays[0].exp).as_independent(x, as_Add=False)
    k = _exponent(tail, x)
    if s is None or k is None or not k.is_positive or not rate.is_positive:
        return None
    order = (s + 1) / k
    return constant * sp.gamma(order) / (k * rate**order) if order.is_positive else None


def _beta(constant: sp.Expr, rest: sp.Expr, x: sp.Symbol) -> sp.Expr | None:
    """c x^a (1-x)^b from 0 to 1 is c Gamma(a+1) Gamma(b+1) / Gamma(a+b+2)."""
    near: list[sp.Expr] = []
    far: list[sp.Expr] = []
    for factor in sp.Mul.make_args(rest):
        base, _ = factor.as_base_exp()
        (far if sp.expand(base - 1 + x) == 0 else near).append(factor)
    a = _exponent(sp.Mul(*near), x)
    b: sp.Expr = sp.Add(*(factor.as_base_exp()[1] for factor in far))
    if a is None or b.has(x) or not (a + 1).is_positive or not (b + 1).is_positive:
        return None
    return constant * sp.gamma(a + 1) * sp.gamma(b + 1) / sp.gamma(a + b + 2)


def _exponent(power: sp.Expr, x: sp.Symbol) -> sp.Expr | None:
    """a of x^a; None if it is no such power."""
    base, exponent = sp.powsimp(power).as_base_exp()
    if power == 1:
        return sp.Integer(0)
    return exponent if base == x and not exponent.has(x) else None
