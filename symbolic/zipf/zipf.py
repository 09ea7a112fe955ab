"""Zipf's law proper, frequency one over rank: a law without an exponent."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series

n = sp.Symbol("n", positive=True)
V = sp.Symbol("V", positive=True)
H = sp.Symbol("H_V", positive=True)
p = sp.Symbol("p", positive=True)
x = sp.Symbol("x", positive=True)

EXACT = sp.polygamma(0, V + 1) + sp.EulerGamma
"""H_V, the sum of 1/i over i <= V."""

HARMONIC = sp.log(V) + sp.EulerGamma + 1 / (2 * V)
"""The same up to O(V^-2), in a form that takes no time for large V."""


def _unseen() -> sp.Expr:
    """The mass unseen after n draws, exactly; the rarer words by a series in their probability."""
    i = sp.Symbol("i", integer=True, positive=True)
    j = sp.Symbol("j", integer=True, positive=True)
    last = sp.ceiling(n / EXACT)
    share = 1 / (i * EXACT)
    frequent = sp.Sum(share * (1 - share) ** n, (i, 1, last))
    rare = (sp.polygamma(0, V + 1) - sp.polygamma(0, last + 1)) / EXACT
    powers = sp.zeta(j + 1, last + 1) - sp.zeta(j + 1, V + 1)
    taylor = (-1) ** j * sp.binomial(n, j) * EXACT ** -(j + 1) * powers
    return frequent + rare + sp.Sum(taylor, (j, 1, sp.oo))


@derivation
def vocabulary() -> Derivation:
    """E_n = (ln(V H_V/n) - γ - 1/(2n))/H_V for p_i = 1/(i H_V)."""
    law = (sp.log(V * HARMONIC / n) - sp.EulerGamma - 1 / (2 * n)) / HARMONIC
    many = sp.Integer(10) ** 40
    return Derivation(
        name="zipf.vocabulary",
        statement="With frequencies one over rank, Zipf's law as it is quoted, the mass of unseen "
        "words falls as a logarithm, (ln(V H_V/n) - gamma)/H_V: there is no exponent, and without "
        "a vocabulary V there is not even a distribution.",
        source="Anonymous2024, 'Basics of Power Laws'",
        assumptions=(
            "Word i = 1, ..., V has the probability 1/(i H_V), H_V = 1 + 1/2 + ... + 1/V, which is "
            "ln V + gamma + 1/(2V) up to O(V^-2).",
            "n words are drawn independently, with H_V << n << V H_V.",
            "The law is compared with the exact mass for V of about 10^40, where n/(V H_V) is "
            "smaller than any digit compared.",
        ),
        size=Variable(n, integers(1, usual=(10, 1000)), "words drawn"),
        parameters=(Variable(V, integers(1000, usual=(many, 10 * many)), "vocabulary"),),
        auxiliary=(
            Variable(p, reals(0, 1), "probability of a word"),
            Variable(x, reals(0, 1), "1/n"),
        ),
        steps=(
            Identity(
                "Words more frequent than p number 1/(H_V p): their density in p is 1/(H_V p²). "
                "Times p this is 1/(H_V p), the derivative of a logarithm, which grows by "
                "ln(V H_V)/H_V from the least probable word, p = 1/(V H_V), to p = 1.",
                -p * sp.Derivative(1 / (H * p), p),
                sp.Derivative(sp.log(p) / H, p),
            ),
            Identity(
                "What n draws take away is h(n)/H_V, h(n) the integral of (1-(1-p)^n)/p over "
                "0 < p < 1. One draw more adds the integral of (1-p)^n, which is 1/(n+1): hence "
                "h(n) = 1 + 1/2 + ... + 1/n.",
                sp.Derivative(-((1 - p) ** (n + 1)) / (n + 1), p),
                (1 - p) ** n,
            ),
            Series(
                "This is ln n + gamma + 1/(2n) up to O(n^-2): from n to n+1 both grow by 1/(n+1) "
                "up to O(n^-3), here with x = 1/n, and gamma is their difference at infinity, by "
                "definition. The same holds for H_V.",
                sp.log(1 + x) + x / (2 * (1 + x)) - x / 2,
                x,
                3,
                x / (1 + x),
            ),
            Identity(
                "ln(V H_V) less this, over H_V. For n << V H_V the part of h below the least "
                "probable word, n/(V H_V), may be left out, and for n >> H_V sum and integral "
                "agree.",
                (sp.log(V) + sp.log(H) - sp.log(n) - sp.EulerGamma - 1 / (2 * n)) / H,
                law,
            ),
            Identity(
                "On logarithmic axes the slope is one over a logarithm of n: it grows with n, and "
                "an exponent that is read off it depends on where one looks.",
                -n * sp.Derivative(sp.log(sp.log(V * H / n) - sp.EulerGamma), n),
                1 / (sp.log(V * H / n) - sp.EulerGamma),
            ),
        ),
        abbreviations={H: HARMONIC},
        law=Law(law, n, "logarithmic"),
        finite=_unseen(),
        finite_size=100 * COUNT,
        finite_order=2,
        finite_everywhere=False,
    )
