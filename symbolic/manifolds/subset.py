"""A model that can memorise P of D points: why its exponent in P is that in D."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import VOLUME, d
from symbolic._lemmas.gamma import MOMENT, D, grown, s
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers
from symbolic.law import Law
from symbolic.manifolds._symbols import (
    DIMENSION,
    POINTS,
    SHARE,
    SMALL,
    component,
    moments_of_the_share,
    x,
)
from symbolic.registry import derivation
from symbolic.steps import Identity, Series

P = sp.Symbol("P", positive=True)
j = sp.Symbol("j", positive=True)
k = sp.Symbol("k", integer=True)


def _choose(total: sp.Expr, part: sp.Expr) -> sp.Expr:
    return sp.gamma(total + 1) / (sp.gamma(part + 1) * sp.gamma(total - part + 1))


@derivation
def memorise() -> Derivation:
    """P random of D noiseless points: (2π²/d) V_d^(-2/d) Γ(1+2/d) P^(-2/d)."""
    first, second = 2 * sp.pi**2 / d, -2 * sp.pi**4 / (d * (d + 2))
    nearest = VOLUME**-s * sp.gamma(1 + s)
    law = first * VOLUME ** (-2 / d) * sp.gamma(1 + 2 / d) * (
        P ** (-2 / d) - (2 / d) * (2 / d + 1) / 2 * P ** (-1 - 2 / d)
    ) + second * VOLUME ** (-4 / d) * sp.gamma(1 + 4 / d) * P ** (-4 / d)  # fmt: skip
    gathered = -_choose(D - j + 1, P + 1) - j * _choose(D - j + 1, P)
    term = (
        (-1) ** (k + 1) * sp.pi ** (2 * k) * sp.gamma(d / 2)
        / (sp.gamma(d / 2 + k) * sp.gamma(k + 1))
        * VOLUME ** (-2 * k / d) * sp.gamma(1 + 2 * k / d)
        * sp.gamma(P + 1) / sp.gamma(P + 1 + 2 * k / d)
    )  # fmt: skip
    return Derivation(
        name="subset.memorise",
        statement="A model that memorises P random points of D has the loss of one that was given "
        "P points: the exponent in P is that in D, 2/d for the squared error, and the D - P others "
        "are of no use to it.",
        source="Reform2024, 'Resolution-limited regime', warm up II",
        assumptions=(
            "D points and the query are independent and uniform on the flat torus of side 1; P <= "
            "D of the points, chosen at random, are memorised.",
            "f = cos(2 pi x_1), without noise; the prediction is the value at the nearest of the P "
            "points.",
            "The ball around the query does not wrap around the torus, which fails with a "
            "probability that is exponentially small in P.",
        ),
        size=Variable(P, integers(1, usual=(1, 50)), "memorised points"),
        parameters=(DIMENSION,),
        auxiliary=(
            Variable(D, integers(1, usual=(60, 100)), POINTS.meaning),
            Variable(j, integers(1, usual=(1, 9)), "rank of a point by its distance"),
            MOMENT, SHARE, SMALL,
        ),
        steps=(
            Identity(
                "The nearest memorised point has rank j among the D by its distance if the P-1 "
                "others are behind it: with probability C(D-j, P-1)/C(D, P). The ball of rank j "
                "has the mean volume j/(D+1). The terms of the sum over j are differences,",
                gathered.subs(j, j + 1) - gathered,
                j * _choose(D - j, P - 1),
            ),
            Identity(
                "so that the sum is C(D, P+1) + C(D, P), and the mean volume of the ball to the "
                "nearest memorised point is 1/(P+1), whatever D.",
                (_choose(D, P + 1) + _choose(D, P)) / (_choose(D, P) * (D + 1)),
                1 / (P + 1),
            ),
            *moments_of_the_share(
                sp.Integer(0),
                "So it is for the whole law of this volume v, since P of the points, chosen at "
                "random, are P independent uniform points: Beta(1, P).",
                P,
            ),
            Series(
                "A shift by x costs, in the mean over the phase of the query, ...",
                1 - sp.cos(2 * sp.pi * x),
                x,
                6,
                2 * sp.pi**2 * x**2 - sp.Rational(2, 3) * sp.pi**4 * x**4,
            ),
            Identity(
                "At the distance r the shift is r u_1, u a uniform direction: E u_1² is",
                component(2),
                1 / d,
            ),
            Identity("and E u_1^4 is", component(4), 3 / (d * (d + 2))),
            Identity(
                "r^n is (v/V_d)^(n/d). So with s = 2/d and 4/d, for many memorised points:",
                first * sp.Subs(nearest * grown(s, P), s, 2 / d)
                + second * sp.Subs(nearest * P**-s, s, 4 / d),
                law,
            ),
        ),
        law=Law(law, P),
        finite=sp.Sum(term, (k, 1, sp.oo)),
        finite_order=sp.Min(6, 2 * d + 2),
        finite_size=COUNT**d,
        uses=("torus.squared",),
    )  # fmt: skip
