"""Nearest-neighbour interpolation on the sphere: what curvature changes."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import d
from symbolic._lemmas.gamma import MOMENT, D
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.manifolds._symbols import (
    DIMENSION,
    HALF_ANGLE,
    NEWSLETTER,
    ORDER,
    POINTS,
    SHARE,
    SLIDES,
    SMALL,
    component,
    moments_of_the_distance,
    w,
    x,
)
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Step

CURVATURE = d * (d - 1) / (6 * (d + 2))
FLAT = d * sp.sqrt(sp.pi) * sp.gamma(d / 2) / sp.gamma((d + 1) / 2)
"""Area of the sphere S^d in units of the volume of the unit ball in d dimensions."""

SPHERE = (
    "D points and the query are independent and uniform on the unit sphere S^d.",
    "f = (d+1)^(1/2) x_1; the prediction is the value at the nearest point.",
)


def _sphere_distance() -> tuple[Step, ...]:
    theta = sp.Symbol("theta", nonnegative=True)
    widened = 1 + CURVATURE / d * x**2
    return (
        Series(
            "The share of the sphere within the angle theta is the integral of sin^(d-1), and the "
            "sine is",
            sp.sin(theta),
            theta,
            7,
            theta * (1 - theta**2 / 6 + theta**4 / 120),
        ),
        Series(
            "so that its power, over that of theta, is",
            (1 - theta**2 / 6 + theta**4 / 120) ** (d - 1),
            theta,
            4,
            1 - (d - 1) * theta**2 / 6,
        ),
        Identity(
            "... so that a cap is theta^d (1 - a theta²), with a = d(d-1)/(6(d+2)), where a flat "
            "ball of the same radius is theta^d.",
            d * sp.Integral(x ** (d - 1) * (1 - (d - 1) * x**2 / 6), (x, 0, w)),
            w**d * (1 - CURVATURE * w**2),
        ),
        Series(
            "A flat ball of radius x has the share of a cap of angle theta = x + (a/d) x³.",
            widened**d * (1 - CURVATURE * x**2 * widened**2),
            x,
            4,
            sp.Integer(1),
        ),
        *moments_of_the_distance(),
    )  # fmt: skip


def _sphere(
    name: str,
    statement: str,
    source: str,
    cost: Step,
    power: int,
    size: sp.Expr,
    bend: sp.Expr,
    slope: sp.Expr,
) -> Derivation:
    """The law size * E x^power (1 + bend x²), x the radius of a flat ball of the same share.

    `slope` is the derivative of the cost by the angle w, so that the exact loss is its integral
    with the probability that no point is nearer, up to w = 150/(d n) at D = n^d.
    """
    t = sp.Symbol("t", nonnegative=True)
    angle = t * D ** (-1 / d)
    whole = sp.sqrt(sp.pi) * sp.gamma(d / 2) / sp.gamma((d + 1) / 2)
    share = sp.betainc(d / 2, sp.Rational(1, 2), 0, sp.sin(angle) ** 2) / (2 * whole)
    finite = sp.Integral(slope.subs(w, angle) * (1 - share) ** D * D ** (-1 / d), (t, 0, 150 / d))
    m = sp.Integer(power)
    x_moment = {n: FLAT ** (n / d) * sp.gamma(1 + n / d) for n in (m, m + 2)}
    correction = bend * x_moment[m + 2] * D ** (-(m + 2) / d)
    together = size * (
        x_moment[m] * D ** (-m / d) * (1 - (m / d) * (m / d + 1) / (2 * D)) + correction
    )
    law = size * (
        x_moment[m] * (D ** (-m / d) - (m / d) * (m / d + 1) / 2 * D ** (-1 - m / d)) + correction
    )
    law = sp.expand_mul(law)
    theta = sp.Symbol("theta", nonnegative=True)
    return Derivation(
        name=f"sphere.{name}",
        statement=statement,
        source=source,
        assumptions=SPHERE,
        size=POINTS,
        parameters=(DIMENSION,),
        auxiliary=(
            MOMENT, SHARE, ORDER, SMALL, HALF_ANGLE,
            Variable(theta, reals(0, 1), "angular distance"),
        ),
        steps=(
            *_sphere_distance(),
            cost,
            Identity(
                "Together: the moment of the radius to first order in 1/D, and the leading part of "
                "the one that the bend of the cost brings in.",
                together,
                law,
            ),
        ),
        law=Law(law, D),
        finite=finite,
        finite_size=COUNT**d,
        finite_everywhere=False,  # beyond the hemisphere the share is another
        finite_order=sp.Min(power + 4, 2 * d + power),
    )  # fmt: skip


@derivation
def squared() -> Derivation:
    """Squared error on the sphere: exponent 2/d."""
    angle = x + CURVATURE / d * x**3
    bend = 2 * CURVATURE / d - sp.Rational(1, 12)
    return _sphere(
        "squared",
        "The squared error on the sphere falls as D^(-2/d), as on the torus: curvature enters "
        "only the correction.",
        NEWSLETTER,
        Series(
            "The chord 2 sin(theta/2) has a uniform direction in d+1 dimensions, where E u_1² is "
            "1/(d+1): the cost is the square of the chord.",
            (2 * sp.sin(angle / 2)) ** 2,
            x,
            6,
            x**2 + bend * x**4,
        ),
        2,
        sp.Integer(1),
        bend,
        2 * sp.sin(w),
    )


@derivation
def absolute() -> Derivation:
    """Absolute error on the sphere: exponent 1/d."""
    angle = x + CURVATURE / d * x**3
    bend = CURVATURE / d - sp.Rational(1, 24)
    return _sphere(
        "absolute",
        "The absolute error on the sphere falls as D^(-1/d), half the exponent of the squared "
        "error: what an exponent says of the dimension depends on the loss.",
        SLIDES,
        Series(
            "The chord has a uniform direction in d+1 dimensions: the cost is its length times "
            "(d+1)^(1/2) E |u_1|.",
            2 * sp.sin(angle / 2),
            x,
            5,
            x + bend * x**3,
        ),
        1,
        sp.sqrt(d + 1) * component(1, d + 1),
        bend,
        sp.sqrt(d + 1) * component(1, d + 1) * sp.cos(w / 2),
    )


@derivation
def zero_one() -> Derivation:
    """Share of wrong classes on the sphere: exponent 1/d."""
    angle = x + CURVATURE / d * x**3
    return _sphere(
        "zero_one",
        "The share of wrong classes on the sphere, cut in halves, falls as D^(-1/d).",
        NEWSLETTER,
        Series(
            "A random great circle separates two points at the angle theta with probability "
            "theta/pi.",
            angle / sp.pi,
            x,
            5,
            (x + CURVATURE / d * x**3) / sp.pi,
        ),
        1,
        1 / sp.pi,
        CURVATURE / d,
        1 / sp.pi,
    )
