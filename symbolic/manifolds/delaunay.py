"""Linear interpolation on the Delaunay triangulation: the exponent 4/d with its prefactor."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import VOLUME, d
from symbolic._lemmas.gamma import MOMENT, D, s
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.manifolds._symbols import (
    DIMENSION,
    NEWSLETTER,
    POINTS,
    SHARE,
    moments_of_the_share,
    x,
)
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Step

R = sp.Symbol("R", positive=True)
n = sp.Symbol("n", positive=True)
a = sp.Symbol("a", real=True)
M1, M2 = sp.symbols("m_1 m_2", positive=True)

TORUS = (
    "D points and the query are independent and uniform on the flat torus of side 1.",
    "f = cos(2 pi x_1) at a random phase; the prediction is linear in the simplex of the Delaunay "
    "triangulation that holds the query.",
    "No circumscribed ball wraps around the torus, which fails with a probability that is "
    "exponentially small in D.",
    "Integral geometry (Blaschke and Petkantschin): for d+1 points c + R u_i on a sphere, u_i of "
    "length 1, the volume element of the points is R^(d²-1) times the volume of the simplex of "
    "the u_i, times those of c, R and the u_i.",
)

A2, A4, A6 = 1 / d, 3 / (d * (d + 2)), 15 / (d * (d + 2) * (d + 4))
"""Moments of one component of a direction."""

B2, B4 = 1 / (d + 2), 3 / ((d + 2) * (d + 4))
"""Those of a vertex that is not of the pair: of a direction in d + 2 dimensions."""


def paired(i: int, j: int) -> sp.Expr:
    """E t^i t'^j of the pair, whose density carries the factor (t - t')²."""
    even = {0: sp.Integer(1), 2: A2, 4: A4, 6: A6}

    def base(k: int, m: int) -> sp.Expr:
        return even.get(k, sp.Integer(0)) * even.get(m, sp.Integer(0))

    return (base(i + 2, j) - 2 * base(i + 1, j + 1) + base(i, j + 2)) / (2 * A2)


T, U, O1, O2, O3 = sp.symbols("t u o_1 o_2 o_3")


def squares(*differences: sp.Expr) -> sp.Expr:
    """E of the product of the squares of differences of t, u of the pair and o_1, o_2, o_3."""
    product = sp.Poly(sp.prod([difference**2 for difference in differences]), T, U, O1, O2, O3)
    other = {0: sp.Integer(1), 2: B2, 4: B4}
    terms = [
        factor * paired(i, j) * sp.prod([other.get(k, sp.Integer(0)) for k in rest])
        for (i, j, *rest), factor in product.terms()
    ]
    return sp.factor(sp.Add(*terms))


def _error() -> tuple[Step, ...]:
    return (
        Series(
            "A simplex has its d+1 vertices at c + R u_i, the query is their mean with weights "
            "l_i. Write a for the phase at c, t_i for the first component of 2 pi u_i, m_1 and m_2 "
            "for the means of t_i and t_i² with these weights: the error is of second order in R.",
            sp.cos(a) - R * M1 * sp.sin(a) - R**2 * M2 / 2 * sp.cos(a) - sp.cos(a + R * M1),
            R,
            3,
            -(R**2) * (M2 - M1**2) / 2 * sp.cos(a),
        ),
        *moments_of_the_share(
            d,
            "The ball around d+1 of the points holds no other with probability (1-v)^(D-d-1), v "
            "its volume, and the query lies in the simplex with a probability that is R^d times "
            "the volume for R = 1: R^(d²-1+d) dR is proportional to v^d dv, and v has the law "
            "Beta(d+1, D-d), at every D.",
        ),
        Identity(
            "Independently of R, the directions u_i have a density that is the square of the "
            "volume of their simplex. Write it as a determinant, and average over all components "
            "of u_i but the first, t_i: what is left is the sum over pairs of (t_i - t_j)² times "
            "the product of 1 - t_k² over all others k. So two vertices, the pair, have the "
            "density of directions times (t - t')², and the d-1 others, independently, that of "
            "directions in d+2 dimensions, for directions have the density (1-t²)^((d-3)/2). In "
            "units of t^(n-2) times that, the derivative (t is x) ...",
            sp.Derivative(x ** (n - 1) * (1 - x**2) ** ((d - 1) / 2), x)
            / (x ** (n - 2) * (1 - x**2) ** ((d - 3) / 2)),
            n - 1 - (d + n - 2) * x**2,
        ),
        Identity(
            "... integrates to 0: E t^n = (n-1)/(d+n-2) E t^(n-2), which gives the moments 1/d, "
            "3/(d(d+2)), 15/(d(d+2)(d+4)). For the pair, E (t-t')² is then E (t-t')^4 over "
            "E (t-t')² without the factor.",
            (2 * A4 + 6 * A2**2) / (2 * A2),
            6 * (d + 1) / (d * (d + 2)),
        ),
    )


def _delaunay(
    name: str, statement: str, law: sp.Expr, size: tuple[Step, ...], last: Step
) -> Derivation:
    return Derivation(
        name=f"delaunay.{name}",
        statement=statement,
        source=NEWSLETTER,
        assumptions=TORUS,
        size=POINTS,
        parameters=(DIMENSION,),
        auxiliary=(
            MOMENT, SHARE, Variable(x, reals(0, 1), "component of a direction"),
            Variable(n, integers(2, usual=(2, 6)), "order of a moment"),
            Variable(a, reals(0, 6), "phase at the centre"),
            Variable(R, reals(0, 1), "radius of the circumscribed ball"),
            Variable(M1, reals(0, 1), "mean of t_i with the weights of the query"),
            Variable(M2, reals(0, 1), "mean of t_i² with the weights of the query"),
        ),
        steps=(*_error(), *size, last),
        law=Law(law, D),
    )  # fmt: skip


@derivation
def squared() -> Derivation:
    """Squared error: exponent 4/d, C_d in closed form."""
    m = d - 1
    common = (d + 3) * (d**2 + d + 4) / (d * (d + 2) ** 2)
    same = 6 * common
    adjacent = 3 * m * common
    apart = m * (d - 2) * (d + 4) / (2 * (d + 3)) * common
    rising = (d + 1) * (d + 2) * (d + 3) * (d + 4)
    q = (d**2 + d + 4) * (d**3 + 13 * d**2 + 38 * d + 44) / (
        4 * d * (d + 1) * (d + 2) ** 3 * (d + 3) * (d + 4)
    )  # fmt: skip
    law = (
        2 * sp.pi**2 * (d**2 + d + 4) * (d**3 + 13 * d**2 + 38 * d + 44)
        * sp.gamma(d / 2 + 1) ** (4 / d) * sp.gamma(d + 1 + 4 / d)
        / (d * (d + 2) ** 2 * sp.gamma(d + 5)) * D ** (-4 / d)
    )  # fmt: skip
    steps = (
        Identity(
            "m_2 - m_1² is the sum over edges of l_i l_j (t_i - t_j)². Its square is a sum over "
            "two edges. The same edge twice: the sum of (t_i - t_j)^4, over the edge of the pair, "
            "the 2(d-1) that hold one of the pair, and the others, has the mean",
            squares(T - U, T - U) + 2 * m * squares(T - O1, T - O1)
            + m * (m - 1) / 2 * squares(O1 - O2, O1 - O2),
            same,
        ),
        Identity(
            "Two edges with one vertex in common, which is one of the pair or not, and so are the "
            "two others:",
            2 * m * squares(T - U, T - O1) + m * (m - 1) * squares(T - O1, T - O2)
            + m * squares(O1 - T, O1 - U) + 2 * m * (m - 1) * squares(O1 - T, O1 - O2)
            + m * (m - 1) * (m - 2) / 2 * squares(O1 - O2, O1 - O3),
            adjacent,
        ),
        Identity(
            "Two edges with none in common:",
            m * (m - 1) / 2 * squares(T - U, O1 - O2) + m * (m - 1) * squares(T - O1, U - O2)
            + m * (m - 1) * (m - 2) * squares(T - O1, O2 - O3)
            + m * (m - 1) * (m - 2) * (m - 3) / 8 * squares(O1 - O2) ** 2,
            apart,
        ),
        Identity(
            "The query is uniform in its simplex: a product of four weights has the mean 4, 2 or "
            "1, as there are two, three or four different ones, over (d+1)(d+2)(d+3)(d+4). Two "
            "different edges count twice. A quarter of the mean of (m_2 - m_1²)² is",
            (4 * same + 2 * 2 * adjacent + 2 * apart) / rising / 4,
            q,
        ),
    )  # fmt: skip
    last = Identity(
        "With E f''² = 8 pi^4, and R^4 = (v/V_d)^(4/d), the moment of order s = 4/d for many "
        "points:",
        8 * sp.pi**4 * q
        * sp.Subs(VOLUME**-s * sp.gamma(d + 1 + s) / sp.gamma(d + 1) * D**-s, s, 4 / d),
        law,
    )  # fmt: skip
    return _delaunay(
        "squared",
        "The squared error of linear interpolation on the Delaunay triangulation falls as "
        "D^(-4/d): the interpolant takes away what is linear. The prefactor is E f''² times a "
        "constant in closed form.",
        law,
        steps,
        last,
    )


@derivation
def absolute() -> Derivation:
    """Absolute error: exponent 2/d, A_d in closed form."""
    m = d - 1
    edges = (d**2 + d + 2) / d
    law = (
        4 * (d**2 + d + 2) * sp.gamma(d / 2 + 1) ** (2 / d) * sp.gamma(d + 1 + 2 / d)
        / (d * sp.gamma(d + 3)) * D ** (-2 / d)
    )  # fmt: skip
    steps = (
        Identity(
            "m_2 - m_1² is the sum over edges of l_i l_j (t_i - t_j)², which is >= 0: the error "
            "has the sign of f''. The sum of (t_i - t_j)², over the edge of the pair, the 2(d-1) "
            "that hold one of the pair, and the others, has the mean",
            squares(T - U) + 2 * m * squares(T - O1) + m * (m - 1) / 2 * squares(O1 - O2),
            edges,
        ),
    )
    last = Identity(
        "The query is uniform in its simplex: E l_i l_j is 1/((d+1)(d+2)). With half of "
        "E |f''| = 8 pi, and R² = (v/V_d)^(2/d), the moment of order s = 2/d for many points:",
        8 * sp.pi * edges / (2 * (d + 1) * (d + 2))
        * sp.Subs(VOLUME**-s * sp.gamma(d + 1 + s) / sp.gamma(d + 1) * D**-s, s, 2 / d),
        law,
    )  # fmt: skip
    return _delaunay(
        "absolute",
        "The absolute error of linear interpolation on the Delaunay triangulation falls as "
        "D^(-2/d), half the exponent of the squared error.",
        law,
        steps,
        last,
    )
