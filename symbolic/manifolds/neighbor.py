"""Nearest-neighbour interpolation on a manifold: why the intrinsic dimension sets the exponent."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import d
from symbolic._lemmas.gamma import MOMENT, D
from symbolic.derivation import COUNT, Derivation
from symbolic.law import Law
from symbolic.manifolds._symbols import (
    DIMENSION,
    HALF_ANGLE,
    POINTS,
    SHARE,
    SLIDES,
    TORUS,
    distance_moment,
    expanded_moment,
    leading,
    moments_of_the_distance,
    w,
)
from symbolic.registry import derivation
from symbolic.steps import Bound, Identity


@derivation
def distance() -> Derivation:
    """E r = V_d^(-1/d) Γ(1+1/d) Γ(D+1)/Γ(D+1+1/d)."""
    law = leading(1) * (D ** (-1 / d) - (1 / d) * (1 / d + 1) / 2 * D ** (-1 - 1 / d))
    return Derivation(
        name="neighbor.distance",
        statement="The mean distance to the nearest of D points falls as D^(-1/d), with the "
        "prefactor V_d^(-1/d) Gamma(1+1/d), V_d the volume of the unit ball.",
        source=SLIDES,
        assumptions=(TORUS[0], TORUS[2]),
        size=POINTS,
        parameters=(DIMENSION,),
        auxiliary=(MOMENT, SHARE),
        steps=(
            *moments_of_the_distance(),
            Identity("So the mean distance, s = 1/d, is", expanded_moment(1), law),
        ),
        law=Law(law, D),
        finite=distance_moment(1),
        finite_order=2 * d + 1,
        finite_size=COUNT**d,
    )


@derivation
def lipschitz() -> Derivation:
    """|f - f̂| <= Lip(f) r: a bound that asks nothing of f̂."""
    law = 2 * sp.pi * leading(1) * (D ** (-1 / d) - (1 / d) * (1 / d + 1) / 2 * D ** (-1 - 1 / d))
    return Derivation(
        name="neighbor.lipschitz",
        statement="The error of the nearest neighbour is at most Lip(f) times the distance, with "
        "no assumption on the interpolant: the published proof, which needs Lip(f̂) bounded, does "
        "not cover it, since it jumps.",
        source=SLIDES,
        assumptions=TORUS,
        size=POINTS,
        parameters=(DIMENSION,),
        auxiliary=(MOMENT, SHARE, HALF_ANGLE),
        steps=(
            Bound(
                "f = cos(2 pi x_1) changes by at most 2 pi, its Lipschitz constant, times the "
                "shift: with w half the shift of the phase,",
                2 * sp.sin(w),
                2 * w,
                w,
                4 * sp.sin(w / 2) ** 2,
            ),
            *moments_of_the_distance(),
            Identity(
                "So 2 pi times the mean distance bounds the mean error.",
                2 * sp.pi * expanded_moment(1),
                law,
            ),
        ),
        law=Law(law, D),
        finite=2 * sp.pi * distance_moment(1),
        finite_order=2 * d + 1,
        finite_size=COUNT**d,
    )
