"""A coin that is sampled by quota: what is left of the loss without the noise of the tosses."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import BIAS, TAYLOR, N, S, V, p, q, v
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Limit, Series

TOSSES = Variable(N, integers(1), "tosses")


@derivation
def sampling() -> Derivation:
    """N₁ = round(Np): L = N⁻²/(24p(1-p))."""
    d = sp.Symbol("d")
    r = sp.Symbol("r", real=True)
    a = sp.Symbol("a", positive=True)
    m = sp.Symbol("m", integer=True, nonnegative=True)
    h = sp.Symbol("h", integer=True, positive=True)
    j = sp.Symbol("j", integer=True)
    half = sp.Rational(1, 2)
    loss = -p * sp.log(1 + r / (N * p)) - q * sp.log(1 - r / (N * q))
    polynomial = sum(c * (r / N) ** i for i, c in enumerate(TAYLOR, start=2))
    law = 1 / (24 * v * N**2) + (1 - 3 * v) / (320 * v**3 * N**4)
    return Derivation(
        name="quota.sampling",
        statement="If the frequency of heads is always as right as N allows, the loss falls as "
        "N^-2/(24 p(1-p)): exponent 1 comes from the noise of the tosses, not from the log loss.",
        source="Cho2020, introduction: the scaling law inevitable from log loss",
        assumptions=(
            "Of N tosses N_1 = round(N p) show heads, and the estimate is N_1/N.",
            "p is irrational and 0 < p < 1. L is the mean over many consecutive N, over which "
            "N p mod 1 is uniform; N is large enough for 0 < N_1 < N.",
        ),
        size=TOSSES,
        parameters=(BIAS,),
        auxiliary=(
            Variable(a, reals(0, 3), "half the phase that one more toss adds"),
            Variable(m, integers(0, usual=(0, 100)), "tosses"),
            Variable(h, integers(1, usual=(1, 20)), "half the denominator of a rational p"),
        ),
        steps=(
            Identity(
                "The error of the estimate is r/N, r = N_1 - N p the rounding, between -1/2 and "
                "1/2. Its Fourier modes have phases 2a in geometric progression: their sum "
                "telescopes ...",
                2 * sp.sin(a) * sp.cos(2 * a * m),
                sp.sin(a * (2 * m + 1)) - sp.sin(a * (2 * m - 1)),
            ),
            Limit(
                "... and stays below 1/sin(a), so that the mean over many N vanishes unless a is "
                "a multiple of pi, which irrational p exclude: r is uniform (Weyl).",
                1 / (N * sp.sin(a)),
                N,
                sp.Integer(0),
            ),
            Series(
                "The loss to fifth order in the error d = r/N.",
                -p * sp.log(1 + d / p) - q * sp.log(1 - d / q),
                d,
                6,
                sum(c * d**i for i, c in enumerate(TAYLOR, start=2)),
            ),
            Identity(
                "Averaged over the rounding: its variance is 1/12, its fourth moment 1/80, and the "
                "odd ones vanish.",
                sp.Integral(polynomial, (r, -half, half)),
                law,
            ),
            Identity(
                "Rational p differ little: with the denominator 2h+1 the rounding takes the values "
                "j/(2h+1), and its variance is smaller by the square of the denominator.",
                2 * sp.Sum((j / (2 * h + 1)) ** 2, (j, 1, h)) / (2 * h + 1),
                (1 - 1 / (2 * h + 1) ** 2) / 12,
            ),
        ),
        abbreviations={S: 1 - 2 * p, V: v},
        law=Law(law, N),
        finite=sp.Integral(loss, (r, -half, half)),
        finite_order=6,
        finite_everywhere=False,
    )
