"""Nearest-neighbour interpolation on a manifold: why the intrinsic dimension sets the exponent."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Solution, Step

D = sp.Symbol("D", positive=True)
d = sp.Symbol("d", positive=True)
s = sp.Symbol("s", positive=True)
v = sp.Symbol("v", positive=True)
j = sp.Symbol("j", positive=True)
w = sp.Symbol("w", nonnegative=True)
x = sp.Symbol("x", nonnegative=True)

POINTS = Variable(D, integers(1, usual=(1, 100)), "data points")
DIMENSION = Variable(d, integers(1, 64, usual=(1, 6)), "intrinsic dimension")
LINE = Variable(d, integers(1, 1), "intrinsic dimension")
SHARE = Variable(v, reals(0, 1), "share of the manifold that is nearer than a neighbour")
MOMENT = Variable(s, reals(0, usual=(0, 4)), "order of a moment")
ORDER = Variable(j, integers(1, usual=(1, 6)), "order of a moment")
SMALL = Variable(x, reals(0, 1), "a small distance")
HALF_ANGLE = Variable(w, reals(0, 1), "half the shift of the phase")

SLIDES = "Reform2024, 'Resolution-limited regime', warm up I"
NEWSLETTER = "Shah2021, summary of resolution-limited scaling"

VOLUME = sp.pi ** (d / 2) / sp.gamma(d / 2 + 1)
"""Volume of the unit ball in d dimensions."""


def component(n: sp.Expr | int, dimension: sp.Expr = d) -> sp.Expr:
    """E |u_1|^n of a uniform direction u."""
    return (
        sp.gamma(dimension / 2)
        * sp.gamma((sp.Integer(1) + n) / 2)
        / (sp.sqrt(sp.pi) * sp.gamma((dimension + n) / 2))
    )


def distance_moment(n: sp.Expr | int) -> sp.Expr:
    """E r^n of the distance to the nearest point on the flat torus, at every D."""
    ratio = sp.gamma(D + 1) / sp.gamma(D + 1 + n / d)
    return VOLUME ** (-n / d) * sp.gamma(1 + n / d) * ratio


def leading(n: int) -> sp.Expr:
    """E r^n times D^(n/d) for large D."""
    return VOLUME ** (-sp.Integer(n) / d) * sp.gamma(1 + sp.Integer(n) / d)


def grown(power: sp.Expr, points: sp.Symbol = D) -> sp.Expr:
    """Gamma(D+1)/Gamma(D+1+power) for large D, up to O(D^(-2-power))."""
    return points**-power * (1 - power * (power + 1) / (2 * points))


def gamma_ratio(power: sp.Expr = s, points: sp.Symbol = D, text: str = "") -> Step:
    """Gamma(D+1)/Gamma(D+1+power) is D^-power (1 - power (power+1)/(2D)) for large D."""
    drift = -power * (power + 1) / 2
    named = f", s = {text}," if text else ""
    return Asymptotic(
        f"The ratio Gamma({points}+1)/Gamma({points}+1+s){named} is {points}^-s "
        f"(1 - s(s+1)/(2{points})) up to a relative O({points}^-2): both grow by the same factor "
        f"from {points} to {points}+1, to this order, and both tend to {points}^-s.",
        -power * sp.log(1 + 1 / points)
        + sp.log(1 + drift / (points + 1))
        - sp.log(1 + drift / points)
        + sp.log(1 + power / (points + 1)),
        points,
        3,
        sp.Integer(0),
    )


def moments_of_the_share(count: sp.Expr, claim: str, points: sp.Symbol = D) -> tuple[Step, ...]:
    """The moments m(D) = E v^s of a share v with the law Beta(count + 1, D - count)."""
    mean = sp.Function("m")
    ratio = sp.gamma(points + 1) / sp.gamma(points + 1 + s)
    return (
        Identity(
            f"{claim} Write m({points}) for E v^s. In units of v^({count + s}) "
            f"(1-v)^({points - count - 1}), the derivative ...",
            sp.Derivative(v ** (count + s + 1) * (1 - v) ** (points - count), v)
            / (v ** (count + s) * (1 - v) ** (points - count - 1)),
            (points + 1 + s) * (1 - v) - (points - count),
        ),
        Solution(
            f"... integrates to 0 from v = 0 to 1, which takes {points} to {points}+1; it begins "
            f"with m({count + 1}) = {(count + 1) / (count + 1 + s)}.",
            (points + 1 + s) * mean(points + 1) - (points + 1) * mean(points),
            mean(points),
            sp.gamma(count + 1 + s) / sp.gamma(count + 1) * ratio,
        ),
        gamma_ratio(s, points),
    )


def moments_of_the_distance() -> tuple[Step, ...]:
    """How the moments of the distance follow from the smallest of D uniform numbers."""
    return moments_of_the_share(
        sp.Integer(0),
        "The share v of the manifold that is nearer than the nearest of D points is the smallest "
        "of D uniform numbers, with the law Beta(1, D).",
    )


def moments_of_the_direction() -> tuple[Step, ...]:
    """How the moments of one component of a uniform direction follow from normal ones."""
    g = sp.Symbol("g", positive=True)
    return (
        Identity(
            "A normal vector has a uniform direction u and, independently, a length. Its first "
            "component has the moments ...",
            sp.Integral(2 * g**j * sp.exp(-(g**2) / 2) / sp.sqrt(2 * sp.pi), (g, 0, sp.oo)),
            2 ** (j / 2) * sp.gamma((j + 1) / 2) / sp.sqrt(sp.pi),
        ),
        Identity(
            "... and its length these; their quotient is E |u_1|^j.",
            sp.Integral(g ** (d - 1 + j) * sp.exp(-(g**2) / 2), (g, 0, sp.oo))
            / sp.Integral(g ** (d - 1) * sp.exp(-(g**2) / 2), (g, 0, sp.oo)),
            2 ** (j / 2) * sp.gamma((d + j) / 2) / sp.gamma(d / 2),
        ),
    )


def expanded_moment(n: int) -> sp.Expr:
    """E r^n for large D, with the next term of the Gamma ratio."""
    return leading(n) * grown(sp.Integer(n) / d)


TORUS = (
    "D points and the query are independent and uniform on the flat torus of side 1.",
    "f = cos(2 pi x_1); the prediction is the value at the nearest point.",
    "The ball around the query does not wrap around the torus, which fails with a probability "
    "that is exponentially small in D.",
)
TORUS_AUXILIARY = (MOMENT, SHARE, ORDER, HALF_ANGLE, SMALL)


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
