"""Letters, moments and steps that the derivations of interpolation share."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import VOLUME, d
from symbolic._lemmas.gamma import MOMENT, D, gamma_ratio, grown, s
from symbolic.derivation import Variable
from symbolic.domain import integers, reals
from symbolic.steps import Identity, Solution, Step

v = sp.Symbol("v", positive=True)
j = sp.Symbol("j", positive=True)
w = sp.Symbol("w", nonnegative=True)
x = sp.Symbol("x", nonnegative=True)

POINTS = Variable(D, integers(1, usual=(1, 100)), "data points")
DIMENSION = Variable(d, integers(1, 64, usual=(1, 6)), "intrinsic dimension")
LINE = Variable(d, integers(1, 1), "intrinsic dimension")
SHARE = Variable(v, reals(0, 1), "share of the manifold that is nearer than a neighbour")
ORDER = Variable(j, integers(1, usual=(1, 6)), "order of a moment")
SMALL = Variable(x, reals(0, 1), "a small distance")
HALF_ANGLE = Variable(w, reals(0, 1), "half the shift of the phase")

SLIDES = "Reform2024, 'Resolution-limited regime', warm up I"
NEWSLETTER = "Shah2021, summary of resolution-limited scaling"


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
