"""Integrals in numbers, and Euler's integrals by their definition."""

import mpmath as mp
import pytest
import sympy as sp

from symbolic.euler import evaluated
from symbolic.quadrature import definite

DIGITS = 40
x = sp.Symbol("x", positive=True)
a, b, c, k = sp.symbols("a b c k", positive=True)


@pytest.mark.parametrize(
    ("function", "first", "last", "exact"),
    [
        (lambda x: x**-mp.mpf("0.5") * mp.exp(-x / 2), 0, mp.inf, lambda: mp.sqrt(2 * mp.pi)),
        (lambda x: x**-mp.mpf("1.6"), 10, mp.inf, lambda: 10 ** -mp.mpf("0.6") / mp.mpf("0.6")),
        (lambda x: mp.exp(-x * x), 0, mp.inf, lambda: mp.sqrt(mp.pi) / 2),
        (lambda x: mp.exp(-x * x / 2), -mp.inf, mp.inf, lambda: mp.sqrt(2 * mp.pi)),
        (lambda x: mp.exp(x), -mp.inf, 1, lambda: mp.e),
        (lambda x: mp.exp(-1000 * (x - 1) ** 2), 0, mp.inf, lambda: mp.sqrt(mp.pi / 1000)),
        (lambda x: 1 / (1 + x**3), 0, mp.inf, lambda: 2 * mp.pi / (3 * mp.sqrt(3))),
        (lambda x: mp.sin(x), 0, mp.pi, lambda: mp.mpf(2)),
    ],
)  # fmt: skip
def test_known_integrals(function, first, last, exact):
    with mp.workdps(DIGITS + 15):
        value = definite(function, mp.mpf(first), mp.mpf(last), DIGITS)
        assert abs(value / exact() - 1) < mp.mpf(10) ** -DIGITS


def test_what_does_not_converge_is_refused():
    with mp.workdps(30), pytest.raises(ValueError, match="does not converge"):
        definite(lambda x: mp.cos(x) / (1 + x), mp.mpf(0), mp.inf, 20)


@pytest.mark.parametrize(
    "area",
    [
        sp.Integral(c * x ** (a - 1) * sp.exp(-b * x), (x, 0, sp.oo)),
        sp.Integral(x**a * sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi), (x, 0, sp.oo)),
        sp.Integral(sp.exp(-b * x**k), (x, 0, sp.oo)),
        sp.Integral(c * x**a * (1 - x) ** (b - 1), (x, 0, 1)),
        sp.Integral(x**a, (x, 0, 1)),
    ],
)
def test_eulers_integrals(area):
    value = evaluated(area)
    assert not value.has(sp.Integral)
    point = {a: sp.Rational(7, 3), b: sp.Rational(5, 4), c: 3, k: sp.Rational(3, 2)}
    function = sp.lambdify(x, area.function.subs(point), "mpmath")
    with mp.workdps(40):
        last = mp.inf if area.limits[0][2] is sp.oo else mp.mpf(1)
        seen = definite(function, mp.mpf(0), last, 25)
        assert abs(seen - mp.mpf(str(sp.N(value.subs(point), 40)))) < mp.mpf(10) ** -20


@pytest.mark.parametrize(
    "area",
    [
        sp.Integral(x ** (a - 2) * sp.exp(-b * x), (x, 0, sp.oo)),  # diverges for a < 1
        sp.Integral(sp.exp(b * x), (x, 0, sp.oo)),
        sp.Integral(x**a * (1 - x) ** (b - 2), (x, 0, 1)),
        sp.Integral(sp.sin(x), (x, 0, 1)),
        sp.Integral(sp.exp(-x), (x, 1, sp.oo)),
        sp.Integral(x, x),
    ],
)
def test_what_is_none_of_eulers_integrals_is_left_alone(area):
    assert evaluated(area) == area
