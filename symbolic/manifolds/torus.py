"""Nearest-neighbour interpolation on the flat torus, where all is exact."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import d
from symbolic._lemmas.gamma import MOMENT, D
from symbolic.derivation import COUNT, Derivation
from symbolic.law import Law
from symbolic.manifolds._symbols import (
    DIMENSION,
    NEWSLETTER,
    ORDER,
    POINTS,
    SHARE,
    SLIDES,
    SMALL,
    TORUS,
    TORUS_AUXILIARY,
    component,
    distance_moment,
    expanded_moment,
    leading,
    moments_of_the_direction,
    moments_of_the_distance,
    w,
    x,
)
from symbolic.registry import derivation
from symbolic.steps import Identity, Series


@derivation
def squared() -> Derivation:
    """Squared error: exponent 2/d."""
    a = sp.Symbol("a", real=True)
    k = sp.Symbol("k", integer=True)
    first, second = 2 * sp.pi**2 / d, 2 * sp.pi**4 / (d * (d + 2))
    law = first * leading(2) * (
        D ** (-2 / d) - (2 / d) * (2 / d + 1) / 2 * D ** (-1 - 2 / d)
    ) - second * leading(4) * D ** (-4 / d)
    term = (
        (-1) ** (k + 1)
        * sp.pi ** (2 * k)
        * sp.gamma(d / 2)
        / (sp.gamma(d / 2 + k) * sp.gamma(k + 1))
    )
    return Derivation(
        name="torus.squared",
        statement="The squared error of nearest-neighbour interpolation on the torus falls as "
        "D^(-2/d): the error is linear in the distance, and the square quadratic.",
        source=NEWSLETTER,
        assumptions=TORUS,
        size=POINTS,
        parameters=(DIMENSION,),
        auxiliary=TORUS_AUXILIARY,
        steps=(
            Identity(
                "The nearest point is shifted by r u_1 in the first coordinate, that is by a "
                "phase 2w = 2 pi r u_1. In the mean over the phase of the query this costs ...",
                sp.Integral((sp.cos(a) - sp.cos(a + 2 * w)) ** 2, (a, 0, 2 * sp.pi)) / (2 * sp.pi),
                1 - sp.cos(2 * w),
            ),
            Series(
                "... which is quadratic in the shift, with a correction of relative order r².",
                1 - sp.cos(2 * sp.pi * x),
                x,
                6,
                2 * sp.pi**2 * x**2 - sp.Rational(2, 3) * sp.pi**4 * x**4,
            ),
            *moments_of_the_direction(),
            Identity(
                "So E u_1² = 1/d, as it must be, ...", component(2), 1 / d,
            ),
            Identity(
                "... and E u_1^4 = 3/(d(d+2)).", component(4), 3 / (d * (d + 2)),
            ),
            *moments_of_the_distance(),
            Identity(
                "Together: E u_1² E r² with its correction, and the leading part of E u_1^4 E r^4.",
                first * expanded_moment(2) - second * leading(4) * D ** (-4 / d),
                law,
            ),
        ),
        law=Law(law, D),
        finite=sp.Sum(term * distance_moment(2 * k), (k, 1, sp.oo)),
        finite_order=sp.Min(6, 2 * d + 2),
        finite_size=COUNT**d,
    )  # fmt: skip


@derivation
def absolute() -> Derivation:
    """Absolute error: exponent 1/d."""
    a = sp.Symbol("a", real=True)
    k = sp.Symbol("k", integer=True)
    law = 4 * component(1) * leading(1) * (
        D ** (-1 / d) - (1 / d) * (1 / d + 1) / 2 * D ** (-1 - 1 / d)
    ) - sp.Rational(2, 3) * sp.pi**2 * component(3) * leading(3) * D ** (-3 / d)
    n = 2 * k + 1
    term = 4 / sp.pi * (-1) ** k * sp.pi**n / sp.gamma(n + 1) * component(n)
    return Derivation(
        name="torus.absolute",
        statement="The absolute error of nearest-neighbour interpolation on the torus falls as "
        "D^(-1/d), like the distance to the nearest point: the published bound is attained.",
        source=SLIDES,
        assumptions=TORUS,
        size=POINTS,
        parameters=(DIMENSION,),
        auxiliary=TORUS_AUXILIARY,
        steps=(
            Identity(
                "The nearest point is shifted by a phase 2w = 2 pi r u_1, and the values differ "
                "by a product of two sines ...",
                sp.cos(x) - sp.cos(x + 2 * w),
                2 * sp.sin(w) * sp.sin(x + w),
            ),
            Identity(
                "... of which the second has the mean size 2/pi over the phase of the query.",
                sp.Integral(sp.sin(a), (a, 0, sp.pi)) / sp.pi,
                2 / sp.pi,
            ),
            Series(
                "So the cost is 4/pi sin(pi r |u_1|), linear in the shift.",
                4 / sp.pi * sp.sin(sp.pi * x),
                x,
                5,
                4 * x - sp.Rational(2, 3) * sp.pi**2 * x**3,
            ),
            *moments_of_the_direction(),
            *moments_of_the_distance(),
            Identity(
                "Together: E |u_1| E r with its correction, and the leading part of E |u_1|³ E r³.",
                4 * component(1) * expanded_moment(1)
                - sp.Rational(2, 3) * sp.pi**2 * component(3) * leading(3) * D ** (-3 / d),
                law,
            ),
        ),
        law=Law(law, D),
        finite=sp.Sum(term * distance_moment(n), (k, 0, sp.oo)),
        finite_order=sp.Min(5, 2 * d + 1),
        finite_size=COUNT**d,
    )


@derivation
def zero_one() -> Derivation:
    """Share of wrong classes: exponent 1/d."""
    law = (
        2
        * component(1)
        * leading(1)
        * (D ** (-1 / d) - (1 / d) * (1 / d + 1) / 2 * D ** (-1 - 1 / d))
    )
    return Derivation(
        name="torus.zero_one",
        statement="The share of wrong classes of a nearest-neighbour classifier falls as D^(-1/d): "
        "a jump has no Taylor expansion, and the argument for 2/d does not apply.",
        source=NEWSLETTER,
        assumptions=(TORUS[0], "The class is the sign of cos(2 pi x_1).", TORUS[2]),
        size=POINTS,
        parameters=(DIMENSION,),
        auxiliary=(MOMENT, SHARE, ORDER, SMALL),
        steps=(
            Identity(
                "A shift by x of the first coordinate crosses one of the two boundaries between "
                "the classes where the query lies within x of one, on the near side: the share 2x.",
                sp.Integral(1, (w, sp.Rational(1, 4) - x, sp.Rational(1, 4)))
                + sp.Integral(1, (w, sp.Rational(3, 4) - x, sp.Rational(3, 4))),
                2 * x,
            ),
            *moments_of_the_direction(),
            *moments_of_the_distance(),
            Identity(
                "Together: 2 E |u_1| E r, with no other correction.",
                2 * component(1) * expanded_moment(1),
                law,
            ),
        ),
        law=Law(law, D),
        finite=2 * component(1) * distance_moment(1),
        finite_order=2 * d + 1,
        finite_size=COUNT**d,
    )
