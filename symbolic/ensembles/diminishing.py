"""Diminishing returns: what a doubling brings, and which exponent a floor feigns."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Limit

N = sp.Symbol("N", positive=True)
floor = sp.Symbol("E", nonnegative=True)
c = sp.Symbol("c", positive=True)
a = sp.Symbol("a", positive=True)

LOSS = floor + c * N**-a


@derivation
def returns() -> Derivation:
    """L(N) - L(2N) = c (1 - 2^-a) N^-a; apparent exponent a (1 - E/L)."""
    gain = c * (1 - 2**-a) * N**-a
    return Derivation(
        name="diminishing.returns",
        statement="Doubling the size gains c (1 - 2^-a) N^-a, which falls with the exponent a of "
        "the reducible loss and does not know the floor E; read off the whole loss, the exponent "
        "is a (1 - E/L), too small wherever there is a floor.",
        source="Anonymous2024, 'Practical Considerations', diminishing returns",
        assumptions=("The loss is L = E + c N^-a: a floor and one power law, at all sizes used.",),
        size=Variable(N, reals(0), "size: data, parameters or compute"),
        parameters=(
            Variable(c, reals(0), "prefactor"),
            Variable(a, reals(0, usual=(0, 7)), "exponent"),
        ),
        auxiliary=(Variable(floor, reals(0, closed=True), "floor, the irreducible loss"),),
        steps=(
            Identity(
                "The gain of one doubling: the floor drops out.",
                LOSS - LOSS.subs(N, 2 * N),
                gain,
            ),
            Identity(
                "Each doubling gains 2^-a times what the one before it gained: returns diminish "
                "for every exponent a > 0.",
                gain.subs(N, 2 * N) / gain,
                2**-a,
            ),
            Identity(
                "To halve the reducible loss takes 2^(1/a) times the size: not twice, unless "
                "a = 1.",
                c * (2 ** (1 / a) * N) ** -a,
                c * N**-a / 2,
            ),
            Identity(
                "The slope on logarithmic axes, less its sign, is a times the share of the loss "
                "that is reducible, a (1 - E/L): the apparent exponent.",
                -N * sp.Derivative(sp.log(LOSS), N),
                a * (1 - floor / LOSS),
            ),
            Limit(
                "With a floor this tends to 0, as for E = 1 and a = 1: on logarithmic axes the "
                "whole loss bends and becomes flat ...",
                1 - 1 / (1 + c / N),
                N,
                sp.Integer(0),
            ),
            Identity(
                "... while the floor subtracted, the slope is the exponent at every size.",
                -N * sp.Derivative(sp.log(LOSS - floor), N),
                a,
            ),
        ),
        law=Law(gain, N),
        finite=gain,
        finite_order=a + 1,
    )
