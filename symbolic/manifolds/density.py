"""Points that are not uniform: what the density changes, and where it breaks the law."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import VOLUME, d
from symbolic._lemmas.gamma import MOMENT, D, s
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.manifolds._symbols import LINE, POINTS, SHARE, SLIDES, moments_of_the_share
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity

c = sp.Symbol("c", positive=True)
x = sp.Symbol("x", nonnegative=True)
t = sp.Symbol("t", positive=True)
T = sp.Symbol("T", positive=True)
b = sp.Symbol("b", positive=True)

NEAREST = (
    "The share v of the data that is expected nearer than the nearest of D points is the smallest "
    "of D uniform numbers, whatever the density: its law is Beta(1, D)."
)


@derivation
def nonuniform() -> Derivation:
    """Density 1 + c cos 2πx on the circle: E r² = (1-c²)^(-1/2)/(2D²)."""
    root = sp.sqrt(1 - c) * sp.sqrt(1 + c)
    law = (1 / (2 * D**2) - 3 / (2 * D**3)) / root
    return Derivation(
        name="density.nonuniform",
        statement="If the density p of the data is positive everywhere, it changes the prefactor "
        "of E r^n by the factor of the integral of p^(1-n/d), and not the exponent: for "
        "p = 1 + c cos(2 pi x) on the circle the squared distance has the factor (1-c²)^(-1/2).",
        source=SLIDES,
        assumptions=(
            "D points and the query are independent, with the density p = 1 + c cos(2 pi x) on "
            "the circle of length 1, 0 < c < 1.",
            "f = x near the query, so that the squared error of the nearest neighbour is r².",
        ),
        size=POINTS,
        parameters=(
            LINE,
            Variable(c, reals(0, 1), "amplitude of the density"),
        ),
        auxiliary=(
            MOMENT, SHARE,
            Variable(T, reals(0, usual=(0, 3)), "tan(pi x)"),
            Variable(b, reals(0, 1), "((1-c)/(1+c))^(1/2)"),
        ),
        steps=(
            *moments_of_the_share(sp.Integer(0), NEAREST),
            Identity(
                "At a query of density p this share is v = 2 r p to leading order, with a "
                "correction of relative order r² from the curvature of p. So r² is (v/(2p))², "
                "which a query has with the weight p: its factor is the integral of 1/p. Write T "
                "for tan(pi x), so that cos(2 pi x) is (1-T²)/(1+T²), and c = (1-b²)/(1+b²):",
                1 + (1 - b**2) / (1 + b**2) * (1 - T**2) / (1 + T**2),
                2 * (1 + b**2 * T**2) / ((1 + b**2) * (1 + T**2)),
            ),
            Identity(
                "With dx = dT/(pi (1+T²)), and for both halves of the circle:",
                sp.Integral((1 + b**2) / (sp.pi * (1 + b**2 * T**2)), (T, 0, sp.oo)),
                (1 + b**2) / (2 * b),
            ),
            Identity(
                "This is (1-c²)^(-1/2), for the inverse of its square is",
                1 - ((1 - b**2) / (1 + b**2)) ** 2,
                (2 * b / (1 + b**2)) ** 2,
            ),
            Asymptotic(
                "A quarter of E v², for many points,",
                2 / ((D + 1) * (D + 2)) / 4,
                D,
                4,
                1 / (2 * D**2) - 3 / (2 * D**3),
            ),
            Identity(
                "times the factor, with b = ((1-c)/(1+c))^(1/2).",
                sp.Subs((1 + b**2) / (2 * b), b, sp.sqrt(1 - c) / sp.sqrt(1 + c))
                * (1 / (2 * D**2) - 3 / (2 * D**3)),
                law,
            ),
        ),
        law=Law(law, D),
    )  # fmt: skip


@derivation
def gaussian() -> Derivation:
    """Gaussian inputs, d >= 3: E r² = 2π (1-2/d)^(-d/2) V_d^(-2/d) Γ(1+2/d) D^(-2/d)."""
    size = VOLUME ** (-2 / d) * sp.gamma(1 + 2 / d) * 2 * sp.pi * (1 - 2 / d) ** (-d / 2)
    law = size * D ** (-2 / d)
    excess = sp.Symbol("e", nonnegative=True)
    return Derivation(
        name="density.gaussian",
        statement="For Gaussian data the squared distance to the nearest of D points falls as "
        "D^(-2/d) only in d >= 3 dimensions; in d = 1 and 2 the prefactor is infinite, for most of "
        "it comes from far out, where the points are few.",
        source=SLIDES,
        assumptions=(
            "D points and the query are independent, with a standard normal density in d >= 3 "
            "dimensions.",
            "The mean over queries and the limit of many points may be exchanged: the integral of "
            "p^(1-2/d) is finite.",
        ),
        size=POINTS,
        parameters=(Variable(d, integers(3, 64, usual=(3, 8)), "intrinsic dimension"),),
        auxiliary=(
            MOMENT, SHARE,
            Variable(x, reals(0, usual=(0, 3)), "one coordinate"),
            Variable(excess, reals(0, 1), "s - 1, for a moment beyond the dimension"),
            Variable(t, reals(0, 1), "1 - s"),
        ),
        steps=(
            *moments_of_the_share(sp.Integer(0), NEAREST),
            Identity(
                "At a query of density p this share is v = p V_d r^d to leading order: r^n is "
                "(v/(V_d p))^s with s = n/d, and the factor of E v^s V_d^-s is the integral of "
                "p^(1-s), a product over the coordinates. With t = 1-s > 0, that is n < d:",
                2 * sp.Integral(sp.exp(-t * x**2 / 2), (x, 0, sp.oo)),
                sp.sqrt(2 * sp.pi / t),
            ),
            Identity(
                "With s = 2/d and for d coordinates, times E v^s for many points:",
                ((2 * sp.pi) ** ((2 / d - 1) / 2) * sp.sqrt(2 * sp.pi)) ** d
                * (1 - 2 / d) ** (-d / 2)
                * sp.Subs(VOLUME**-s * sp.gamma(1 + s) * D**-s, s, 2 / d),
                law,
            ),
            Bound(
                "For n >= d, with e = s-1 >= 0, the integrand is at least 1 along every "
                "coordinate, however far out: the integral is infinite.",
                sp.Integer(1),
                sp.exp(excess * x**2 / 2),
                x,
                excess * x * sp.exp(excess * x**2 / 2),
            ),
        ),
        law=Law(law, D),
    )  # fmt: skip
