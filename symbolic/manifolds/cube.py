"""Points in a cube: what a boundary costs in d dimensions."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import VOLUME, d
from symbolic._lemmas.gamma import D, s
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.manifolds._symbols import POINTS, SHARE, SLIDES, moments_of_the_share, v
from symbolic.registry import derivation
from symbolic.steps import Identity

tau = sp.Symbol("tau", positive=True)
q = sp.Symbol("q", positive=True)


@derivation
def distance() -> Derivation:
    """E r = torus + 2 V_d^(-2/d) Γ(2/d) D^(-2/d) ∫ ((1-w)^(-2/d) - 1) dτ."""
    half = (d + 1) / 2
    beyond = sp.betainc(half, sp.Rational(1, 2), 0, 1 - tau**2) * (
        sp.gamma(d / 2 + 1) / (2 * sp.sqrt(sp.pi) * sp.gamma(half))
    )
    layer = sp.Integral((1 - beyond) ** (-2 / d) - 1, (tau, 0, 1))
    law = VOLUME ** (-1 / d) * sp.gamma(1 + 1 / d) * D ** (-1 / d) + 2 * VOLUME ** (
        -2 / d
    ) * sp.gamma(2 / d) * layer * D ** (-2 / d)
    return Derivation(
        name="cube.distance",
        statement="In a cube the mean distance to the nearest of D points falls as D^(-1/d), with "
        "the prefactor of the torus; the boundary adds a term of relative order D^(-1/d), which is "
        "the slower to vanish the larger d.",
        source=SLIDES,
        assumptions=(
            "D points and the query are independent and uniform in the cube (0, 1)^d, d >= 2; "
            "distances are Euclidean.",
            "A ball that meets two faces or more is neglected: such queries have a share of order "
            "D^(-2/d), and change E r at the relative order D^(-2/d).",
        ),
        size=POINTS,
        parameters=(Variable(d, integers(2, 64, usual=(2, 6)), "intrinsic dimension"),),
        auxiliary=(
            Variable(s, reals(0, usual=(1, 4)), "order of a moment"), SHARE,
            Variable(tau, reals(0, 1), "distance to the face in units of the radius"),
            Variable(q, reals(0, 1), "share of a ball that is inside the cube"),
        ),
        steps=(
            *moments_of_the_share(
                sp.Integer(0),
                "Away from the faces all is as on the torus: the volume v nearer than the nearest "
                "point has the law Beta(1, D).",
            ),
            Identity(
                "A face at the distance tau r cuts from a ball of radius r the share w(tau), which "
                "is an incomplete Beta function: w(1) = 0, and its slope is minus the volume of a "
                "ball in d-1 dimensions and of radius (1-tau²)^(1/2), over V_d.",
                sp.Derivative(beyond, tau),
                -(sp.pi ** ((d - 1) / 2) / sp.gamma(half)) / VOLUME
                * (1 - tau**2) ** ((d - 1) / 2),
            ),
            Identity(
                "So no point is within r with probability exp(-D q v) for many points, q = 1-w "
                "instead of 1, v = V_d r^d. E r is the integral of this over r and the query: "
                "faces 2d, distances r d(tau), r dr = v^(2/d-1) dv/(d V_d^(2/d)). With s = 2/d,",
                sp.Integral(v ** (s - 1) * sp.exp(-D * q * v), (v, 0, sp.oo)),
                sp.gamma(s) * (D * q) ** -s,
            ),
            Identity(
                "The difference to q = 1, over all faces and tau, comes on top of the torus.",
                sp.Subs(VOLUME**-s * sp.gamma(1 + s) * D**-s, s, 1 / d)
                + 2 * d * sp.Subs(sp.gamma(s) * D**-s / (d * VOLUME**s), s, 2 / d) * layer,
                law,
            ),
        ),
        law=Law(law, D),
    )  # fmt: skip
