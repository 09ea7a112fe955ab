"""A code that learns the coin while it transmits: what it wastes in all."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import BIAS, POSITIVE_PSEUDOCOUNT, SECOND, TOSSES, N, k, p, q, v
from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Limit, Series

HALF = sp.Rational(1, 2)
BETA = sp.gamma(k) ** 2 / sp.gamma(2 * k)
"""The Beta function B(k, k)."""


def _probability(heads: sp.Expr, tails: sp.Expr) -> sp.Expr:
    """What the code assigns to a sequence with so many heads and tails."""
    return sp.gamma(heads + k) * sp.gamma(tails + k) / sp.gamma(heads + tails + 2 * k) / BETA


def _stirling(x: sp.Expr, shift: sp.Expr) -> sp.Expr:
    return (x + shift - HALF) * sp.log(x) - x + sp.log(2 * sp.pi) / 2


@derivation
def prequential() -> Derivation:
    """The sum of the losses of the first N tosses is log(N)/2 and a constant: no power law."""
    C = sp.Symbol("C", real=True)
    a, b, x = sp.symbols("a b x", positive=True)
    y = sp.Symbol("y")
    w = sp.Symbol("w", positive=True)
    heads = sp.Symbol("N_1", integer=True, nonnegative=True)
    tails = N - heads
    typical = (
        N * (p * sp.log(p) + q * sp.log(q))
        + sp.log(BETA)
        + _stirling(N, 2 * k)
        - _stirling(N * p, k)
        - _stirling(N * q, k)
    )
    constant = sp.log(BETA) + (HALF - k) * sp.log(v)
    following = -sp.Rational(1, 4) - SECOND
    law = sp.log(N / (2 * sp.pi * sp.E)) / 2 + constant + following / N
    finite = sp.Sum(
        sp.binomial(N, heads) * p**heads * q**tails
        * (
            heads * sp.log(p) + tails * sp.log(q) + sp.log(BETA) + sp.loggamma(N + 2 * k)
            - sp.loggamma(heads + k) - sp.loggamma(tails + k)
        ),
        (heads, 0, N),
    )  # fmt: skip
    return Derivation(
        name="code_length.prequential",
        statement="The losses 1/(2n) of a coin that is estimated while it is tossed add up to "
        "log(N/(2 pi e))/2 and a constant, log pi for k = 1/2 whatever the bias: the regret grows "
        "as a logarithm.",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', summed over N",
        assumptions=(
            "Toss n+1 is predicted with (n_1 + k)/(n + 2k), from the n tosses before it; its loss "
            "is measured against the entropy of the coin. L is the sum over the first N tosses.",
            "0 < p < 1 is fixed while N grows; k > 0, and k = 1/2 is the Krichevsky-Trofimov code.",
        ),
        size=TOSSES,
        parameters=(BIAS, POSITIVE_PSEUDOCOUNT),
        auxiliary=(
            Variable(a, reals(0, 20), "heads so far"),
            Variable(b, reals(0, 20), "tails so far"),
            Variable(x, reals(0, 1), "argument of the Gamma function"),
            Variable(w, reals(0, 1), "the inverse of what grows"),
        ),
        steps=(
            Identity(
                "The predictions multiply to a ratio of Gamma functions, which begins with 1: one "
                "more head multiplies it by (a+k)/(a+b+2k), and a tail likewise. So L is the mean "
                "of log(p^N_1 (1-p)^(N-N_1) / ratio) over a binomial N_1, exactly.",
                _probability(a + 1, b) / _probability(a, b),
                (a + k) / (a + b + 2 * k),
            ),
            Series(
                "Stirling: log Gamma(x+k) is (x+k-1/2) log x - x + log(2 pi)/2 up to O(1/x). From "
                "x to x+1 both grow by the same, up to O(1/x²): with w = 1/x, and times w,",
                (1 + (k + HALF) * w) * sp.log(1 + w) - w - w * sp.log(1 + k * w),
                w,
                3,
                sp.Integer(0),
            ),
            Limit(
                "... and the constant is that of x! for every k, since log Gamma is convex.",
                sp.loggamma(x + 1) - _stirling(x, sp.Integer(1)),
                x,
                sp.Integer(0),
            ),
            Identity(
                "At the mean, N_1 = N p, this makes the code longer by half a logarithm.",
                typical,
                sp.log(N / (2 * sp.pi)) / 2 + constant,
            ),
            Series(
                "A deviation N_1 = N p + y changes the two Gamma functions, to leading order, by "
                "the entropy of the frequencies: a parabola in y ...",
                -(N * p + y) * sp.log(1 + y / (N * p)) - (N * q - y) * sp.log(1 - y / (N * q)),
                y,
                3,
                -(y**2) / (2 * N * v),
            ),
            Identity(
                "... whose mean is -1/2, for y² averages to N p(1-p). This is the e in "
                "log(N/(2 pi e)); the odd and the higher moments contribute O(1/N).",
                -N * v / (2 * N * v) + sp.log(N / (2 * sp.pi)) / 2 + constant,
                sp.log(N / (2 * sp.pi * sp.E)) / 2 + constant,
            ),
            Series(
                "Toss N+1 adds the loss of bernoulli.data, 1/(2N) + C/N², here in w = 1/N: this "
                "gives the logarithm again, and the next term, (-1/4 - C)/N.",
                sp.log(1 + w) / 2 - (-sp.Rational(1, 4) - C) * w**2 / (1 + w),
                w,
                3,
                w / 2 + C * w**2,
            ),
            Identity(
                "Together. For k = 1/2 the next term is -(1-2p)²/(24 p(1-p) N).",
                sp.log(N) / 2 - HALF - sp.log(2 * sp.pi) / 2 + constant + following / N,
                law,
            ),
        ),
        abbreviations={C: SECOND},
        law=Law(law, N, "logarithmic"),
        finite=finite,
        finite_order=2,
        uses=("bernoulli.data",),
    )
