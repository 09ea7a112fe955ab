"""Rough teachers: where f has no gradient, the exponent is that of its roughness."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import VOLUME, d
from symbolic._lemmas.gamma import MOMENT, D, grown, s
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.manifolds._symbols import DIMENSION, NEWSLETTER, POINTS, SHARE, moments_of_the_share
from symbolic.registry import derivation
from symbolic.steps import Identity

H = sp.Symbol("H", positive=True)
c = sp.Symbol("c", positive=True)
r = sp.Symbol("r", positive=True)


@derivation
def nearest() -> Derivation:
    """E (f - f̂)² = c V_d^(-2H/d) Γ(1+2H/d) Γ(D+1)/Γ(D+1+2H/d)."""
    power = 2 * H / d
    size = c * VOLUME**-power * sp.gamma(1 + power)
    law = size * (D**-power - power * (power + 1) / 2 * D ** (-1 - power))
    return Derivation(
        name="rough.nearest",
        statement="If f is a random field whose increments have the variance c r^(2H), the squared "
        "error of the nearest neighbour falls as D^(-2H/d): the exponent 2/d is that of a smooth "
        "f, and a rough one has less.",
        source=NEWSLETTER,
        assumptions=(
            "D points and the query are independent and uniform on the flat torus of side 1.",
            "f is a Gaussian process, independent of the points, with E (f(x)-f(y))² = c r^(2H) at "
            "the distance r, 0 < H < 1; the prediction is the value at the nearest point.",
            "The ball around the query does not wrap around the torus, which fails with a "
            "probability that is exponentially small in D.",
        ),
        size=POINTS,
        parameters=(
            DIMENSION,
            Variable(H, reals(0, 1), "Hoelder exponent of f"),
            Variable(c, reals(0, usual=(sp.Rational(1, 2), 2)), "variance of f at distance 1"),
        ),
        auxiliary=(MOMENT, SHARE, Variable(r, reals(0, 1), "distance to the nearest point")),
        steps=(
            Identity(
                "The points do not depend on f: given the distance r the squared error is c r^(2H) "
                "in the mean over f. The ball of that radius has the volume v = V_d r^d:",
                c * sp.Subs((SHARE.symbol / VOLUME) ** power, SHARE.symbol, VOLUME * r**d),
                c * r ** (2 * H),
            ),
            *moments_of_the_share(
                sp.Integer(0),
                "v is the smallest of D uniform numbers, with the law Beta(1, D).",
            ),
            Identity(
                "The moment of order s = 2H/d, for many points.",
                c * sp.Subs(VOLUME**-s * sp.gamma(1 + s) * grown(s), s, power),
                law,
            ),
        ),
        law=Law(law, D),
        finite=size * sp.gamma(D + 1) / sp.gamma(D + 1 + power),
        finite_order=2 * H + 2 * d,
        finite_size=COUNT**d,
    )
