"""The mean of an inverse Gram matrix: where the factor 1/(rows - columns - 1) comes from."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Variable
from symbolic.domain import integers, reals
from symbolic.steps import Identity, Step

i = sp.Symbol("i", positive=True)
x = sp.Symbol("x", nonnegative=True)
a, b, c = sp.symbols("a b c", positive=True)

DEGREES = Variable(i, integers(1, usual=(1, 50)), "degrees of freedom, less two")
GRAM = (
    DEGREES,
    Variable(a, reals(2, 3), "first diagonal entry of a Gram matrix"),
    Variable(b, reals(0, 1), "its entry off the diagonal"),
    Variable(c, reals(1, 2), "its second diagonal entry"),
)


def inverse_moment(power: int) -> sp.Expr:
    """E chi^(-2 power) of a chi-squared number with i + 2 power degrees of freedom."""
    shape = i / 2 + power
    density = x ** (shape - 1) * sp.exp(-x / 2) / (2**shape * sp.gamma(shape))
    return sp.Integral(density / x**power, (x, 0, sp.oo))


def mean_of_the_inverse(rows: sp.Expr, columns: sp.Expr) -> tuple[Step, ...]:
    """Why E (GᵀG)^-1 is 1/(rows - columns - 1) for a matrix G of standard normal numbers."""
    return (
        Identity(
            "The first diagonal entry of the inverse of a Gram matrix is one over what is left of "
            "the first diagonal entry when the other columns are projected out; for one other "
            "column, with the entries a, b, c of the Gram matrix:",
            sp.Matrix([[a, b], [b, c]]).inv()[0, 0],
            1 / (a - b**2 / c),
        ),
        Identity(
            f"For {columns} columns of {rows} normal numbers what is left is chi-squared with "
            f"{rows} - {columns} + 1 = i + 2 degrees of freedom, and one over it has the mean 1/i.",
            inverse_moment(1),
            1 / i,
        ),
    )
