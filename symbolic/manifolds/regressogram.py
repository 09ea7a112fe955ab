"""Means over the cells of a grid: an exact loss in data and parameters at once."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.ball import d
from symbolic._lemmas.gamma import D
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.manifolds._symbols import NEWSLETTER
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Limit, Series, Step

M = sp.Symbol("M", positive=True)
P = sp.Symbol("P", positive=True)
q = sp.Symbol("q", positive=True)
n = sp.Symbol("n", positive=True)
t = sp.Symbol("t", positive=True)
x = sp.Symbol("x", positive=True)
a = sp.Symbol("a", real=True)
j = sp.Symbol("j", integer=True)

GRID = (
    "The query is uniform on the flat torus of side 1, which a grid divides into P = M^d cubic "
    "cells.",
    "f = cos(2 pi x_1) at a random phase; the prediction in a cell is the mean label of the data "
    "in it.",
)
DIMENSION = Variable(d, integers(1, 64, usual=(1, 2)), "intrinsic dimension")
WIDTH = Variable(x, reals(0, 1), "width 1/M of a cell")
PHASE = Variable(a, reals(0, 6), "phase in the middle of a cell")


def within(width: sp.Expr) -> sp.Expr:
    """Variance of f within a cell of that width."""
    return (1 - sp.sin(sp.pi * width) ** 2 / (sp.pi * width) ** 2) / 2


def _variance_within() -> tuple[Step, ...]:
    return (
        Identity(
            "Only the first coordinate matters. The mean of f over a cell of width x = 1/M is f in "
            "its middle, less a factor:",
            sp.Integral(sp.cos(a + 2 * sp.pi * t), (t, -x / 2, x / 2)) / x,
            sp.cos(a) * sp.sin(sp.pi * x) / (sp.pi * x),
        ),
        Identity(
            "f and its mean have the mean squares 1/2 and 1/2 times the factor's square; the "
            "difference is the variance of f within a cell, v = (1 - (sin(pi x)/(pi x))²)/2.",
            sp.Integral(sp.cos(a) ** 2, (a, 0, 2 * sp.pi)) / (2 * sp.pi),
            sp.Rational(1, 2),
        ),
    )


@derivation
def cells() -> Derivation:
    """P cells, all known: π²/6 P^(-2/d)."""
    series = sp.pi**2 * x**2 / 6 - sp.pi**4 * x**4 / 45
    law = sp.pi**2 / 6 * P ** (-2 / d) - sp.pi**4 / 45 * P ** (-4 / d)
    return Derivation(
        name="regressogram.cells",
        statement="With enough data for every cell the squared error of the means over P cells is "
        "(pi²/6) P^(-2/d): a piecewise constant model has 2/d in the number of its parameters, as "
        "the nearest neighbour has in the number of data.",
        source=NEWSLETTER + ", the case where P is the bottleneck",
        assumptions=(*GRID, "There are so many data that each mean is that of the cell."),
        size=Variable(P, integers(1), "cells"),
        parameters=(Variable(d, integers(1, 64, usual=(1, 6)), "intrinsic dimension"),),
        auxiliary=(WIDTH, PHASE),
        steps=(
            *_variance_within(),
            Series(
                "For narrow cells; times x²,",
                x**2 / 2 - sp.sin(sp.pi * x) ** 2 / (2 * sp.pi**2),
                x,
                8,
                sp.expand(x**2 * series),
            ),
            Identity("The width is P^(-1/d).", sp.Subs(series, x, P ** (-1 / d)), law),
        ),
        law=Law(law, P),
        finite=within(P ** (-1 / d)),
        finite_size=COUNT**d,
        finite_order=6,
    )


@derivation
def data() -> Derivation:
    """P fixed, D to infinity: v (1 + P/D + P(P-1)/D²)."""
    cells = M**d
    v = within(1 / M)
    law = v * (1 + cells / D + cells * (cells - 1) / D**2)
    empty = (1 - 1 / cells) ** D
    grows = 1 - q + q * t
    mean_inverse = 1 / (q * D) + (1 / q**2 - 1 / q) / D**2
    inverse = sp.Sum(((1 - 1 / cells) ** (D - j) - empty) / j, (j, 1, D))
    return Derivation(
        name="regressogram.data",
        statement="With P cells fixed and many data the loss of the means over cells tends to the "
        "variance v within a cell, and is v P/D above it: exponent 1, the variance-limited regime.",
        source="Reform2024, 'Variance-limited regime - Dataset scaling'",
        assumptions=(
            *GRID,
            "D data are independent and uniform on the torus, without noise; in a cell that holds "
            "none, the prediction is 0.",
        ),
        size=Variable(D, integers(1), "data points"),
        parameters=(DIMENSION, Variable(M, integers(2, usual=(2, 3)), "cells along each axis")),
        auxiliary=(
            WIDTH,
            PHASE,
            Variable(q, reals(0, 1, usual=(sp.Rational(1, 9), 1)), "volume 1/P of a cell"),
            Variable(n, integers(1), "data in the cell of the query"),
            Variable(t, reals(0, 1), "variable of a generating function"),
        ),
        steps=(
            *_variance_within(),
            Identity(
                "The mean of n > 0 data in the cell has the variance v/n, and the loss is v + v/n. "
                "Here n is binomial, of D trials with probability q = 1/P each. Take 1/n apart,",
                1 / n,
                1 / (n + 1) + 1 / ((n + 1) * (n + 2)) + 2 / (n * (n + 1) * (n + 2)),
            ),
            Identity(
                "for E t^n = (1-q+qt)^D integrates to E 1/(n+1),",
                sp.Integral((1 - q + q * t) ** D, (t, 0, 1)),
                (1 - (1 - q) ** (D + 1)) / ((D + 1) * q),
            ),
            Identity(
                "and (1-t) E t^n to E 1/((n+1)(n+2)): in units of E t^n, the derivative",
                sp.Derivative(
                    (1 - t) * grows ** (D + 1) / ((D + 1) * q)
                    + grows ** (D + 2) / ((D + 1) * (D + 2) * q**2),
                    t,
                )
                / grows**D,
                1 - t,
            ),
            Identity(
                "The third term has a mean of order D^-3, for 2/(n(n+1)(n+2)) falls short of "
                "8/((n+1)(n+2)(n+3)), which continues this sequence, by a number >= 0.",
                8 / ((n + 1) * (n + 2) * (n + 3)) - 2 / (n * (n + 1) * (n + 2)),
                6 * (n - 1) / (n * (n + 1) * (n + 2) * (n + 3)),
            ),
            Limit(
                "Empty cells, and what n = 0 adds to those means, have the probability (1-q)^D, at "
                "most exp(-q D): nothing is left of them.",
                D**3 * sp.exp(-q * D),
                D,
                sp.Integer(0),
            ),
            Asymptotic(
                "So the mean of 1/n is, for many data,",
                1 / ((D + 1) * q) + 1 / ((D + 1) * (D + 2) * q**2),
                D,
                3,
                mean_inverse,
            ),
            Identity(
                "With q = 1/P = M^-d and x = 1/M: the loss is",
                sp.Subs(within(x) * (1 + mean_inverse), (q, x), (M**-d, 1 / M)),
                law,
            ),
        ),
        law=Law(law, D),
        finite=v * (1 - empty + inverse) + empty / 2,
        finite_order=3,
    )  # fmt: skip
