"""Nearest-neighbour interpolation on an interval: what a boundary changes."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.gamma import D
from symbolic.derivation import Derivation
from symbolic.law import Law
from symbolic.manifolds._symbols import LINE, NEWSLETTER, POINTS, SLIDES, x
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Step

INTERVAL = (
    "D points and the query are independent and uniform on (0, 1); f = x.",
    "The prediction is the value at the nearest point; by symmetry the query x is below 1/2.",
)
HALF = sp.Rational(1, 2)


def _interval(
    name: str, statement: str, source: str, steps: tuple[Step, ...], finite: sp.Expr, law: sp.Expr
) -> Derivation:
    return Derivation(
        name=f"interval.{name}",
        statement=statement,
        source=source,
        assumptions=INTERVAL,
        size=POINTS,
        parameters=(LINE,),
        auxiliary=(),
        steps=steps,
        law=Law(law, D),
        finite=finite,
        finite_order=3 if name == "zero_one" else 4,
    )


def _near_and_far(
    weight: str, near: sp.Expr, inside: sp.Expr, far: sp.Expr, outside: sp.Expr
) -> tuple[Step, ...]:
    t, y = sp.symbols("t y", nonnegative=True)
    return (
        Identity(
            f"The mean {weight} is an integral over t of the probability that the nearest point "
            "is farther than t: (1-2t)^D while t < x. Queries x > t have the share 1/2 - t ...",
            sp.Integral(near.subs(x, t) * (1 - 2 * t) ** (D + 1), (t, 0, HALF)),
            inside,
        ),
        Identity(
            "... and (1-y)^D, y = x + t, beyond, where the ball sticks out of the interval.",
            sp.Integral(far.subs(x, y) * (1 - y) ** D, (y, 0, 1)),
            outside,
        ),
    )


@derivation
def absolute() -> Derivation:
    """With a boundary, d = 1: E r = (D+3)/(2(D+1)(D+2))."""
    finite = (D + 3) / (2 * (D + 1) * (D + 2))
    law = 1 / (2 * D) - 1 / D**3
    inside, outside = 1 / (2 * (D + 2)), 1 / ((D + 1) * (D + 2))
    return _interval(
        "absolute",
        "On an interval the mean distance to the nearest of D points is (D+3)/(2(D+1)(D+2)): the "
        "boundary leaves exponent and prefactor alone.",
        SLIDES,
        (
            *_near_and_far("distance", sp.Integer(1), inside, x, outside),
            Identity("Together.", inside + outside, finite),
            Asymptotic("Expanded for many points.", finite, D, 4, law),
        ),
        finite,
        law,
    )


@derivation
def squared() -> Derivation:
    """With a boundary, d = 1: E r² = (D+7)/(2(D+1)(D+2)(D+3))."""
    finite = (D + 7) / (2 * (D + 1) * (D + 2) * (D + 3))
    inside, outside = 1 / (2 * (D + 2) * (D + 3)), 3 / ((D + 1) * (D + 2) * (D + 3))
    law = 1 / (2 * D**2) + 1 / (2 * D**3)
    return _interval(
        "squared",
        "On an interval the squared error is (D+7)/(2(D+1)(D+2)(D+3)): the boundary adds a term "
        "of relative order 1/D with the factor 4, where the circle has none.",
        NEWSLETTER,
        (
            *_near_and_far("square of the distance", 2 * x, inside, 3 * x**2 / 2, outside),
            Identity("Together.", inside + outside, finite),
            Asymptotic("Expanded for many points.", finite, D, 4, law),
            Identity(
                "The circle of length 1 has 1/(2(D+1)(D+2)) instead: their ratio is 1 + 4/(D+3).",
                finite * 2 * (D + 1) * (D + 2),
                1 + 4 / (D + 3),
            ),
        ),
        finite,
        law,
    )


@derivation
def zero_one() -> Derivation:
    """With a boundary, d = 1, classes cut at 1/2: 1/(2(D+1)) + 2^-(D+1)."""
    y = sp.Symbol("y", nonnegative=True)
    finite = 1 / (2 * (D + 1)) + HALF ** (D + 1)
    near = (1 - HALF**D) / (4 * (D + 1))
    far = HALF ** (D + 2) * (1 + 1 / (D + 1))
    law = 1 / (2 * D) - 1 / (2 * D**2)
    return _interval(
        "zero_one",
        "On an interval that is cut in the middle the share of wrong classes is 1/(2(D+1)) but "
        "for an exponentially small term: the cut is far from the boundary.",
        NEWSLETTER,
        (
            Identity(
                "A query x < 1/2 is wrong if its nearest point y is above 1/2; while the ball is "
                "inside, y < 2x, no other is nearer with probability (1 - 2(y-x))^(D-1).",
                sp.Integral(((2 * x) ** D - (1 - 2 * x) ** D) / 2, (x, HALF / 2, HALF)),
                near,
            ),
            Identity(
                "Else with probability (1-y)^(D-1), for all x < y/2.",
                sp.Integral(y / 2 * D * (1 - y) ** (D - 1), (y, HALF, 1)),
                far,
            ),
            Identity("Twice, for both halves.", 2 * (near + far), finite),
            Asymptotic(
                "Expanded for many points, without the exponentially small term.",
                1 / (2 * (D + 1)),
                D,
                3,
                law,
            ),
        ),
        finite,
        law,
    )
