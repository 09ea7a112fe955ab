"""The noise of learning curves on Zipf features: three quantities, three signal-to-noise ratios."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series
from symbolic.zipf._tail_sums import (
    BETA,
    DECAY,
    FIRST,
    LEMMA,
    MASS,
    NEXT_POWER,
    ZIPF,
    a,
    b,
    c,
    density,
    gamma_integral,
    p,
    sum_is_integral,
    zipf_sum,
)
from symbolic.zipf.hutter import DISTINCT, MEMORY, j, n

e = sp.Symbol("E", positive=True)
CLOCK = (
    "The number of features drawn is Poisson with mean n, so that each feature keeps a Poisson "
    "clock of its own, of rate p_i: the clocks are independent."
)
TIME = Variable(n, reals(0, usual=(1, 1000)), "features drawn so far, in the mean")
ERROR = Variable(e, reals(0, 1), "probability of an error")


def _unseen(size: sp.Expr) -> sp.Expr:
    taylor = (-size) ** (j - 1) / sp.factorial(j - 1)
    return zipf_sum(n, p * sp.exp(-size * p), taylor, j, first=1)


def _seen(size: sp.Expr) -> sp.Expr:
    taylor = -((-size) ** j) / sp.factorial(j)
    return zipf_sum(n, 1 - sp.exp(-size * p), taylor, j, first=1)


STEEP = Variable(a, reals(0, usual=(sp.Rational(3, 4), 1)), DECAY.meaning)
"""The next term of the averaged noise shows late for slow decay."""


@derivation
def population() -> Derivation:
    """Var = A b (1 - 2^-(1+b)) n^-(1+b) of the error given the sample."""
    taylor = (-n) ** (j - 2) * (1 - 2 ** (j - 2)) / sp.factorial(j - 2)
    missing = FIRST * BETA
    law = missing * (2**NEXT_POWER - 1) * (2 * n) ** -NEXT_POWER
    return Derivation(
        name="noise.population",
        statement="The error of one learner, given its sample, scatters around the mean A n^-b "
        "with the variance A b (1 - 2^-(1+b)) n^-(1+b): relative to the mean the noise dies out, "
        "as n^-(1-b)/2.",
        source="Hutter2021, abstract: the noise of learning curves",
        assumptions=(ZIPF, CLOCK, MEMORY),
        size=TIME,
        parameters=(DECAY,),
        auxiliary=LEMMA,
        steps=(
            Identity(
                "A feature is unseen with probability exp(-np), and then costs p: its cost has "
                "the variance p² exp(-np)(1 - exp(-np)), and the features are independent. So the "
                "variance is S(n) - S(2n), S the sum of p² exp(-np).",
                p**2 * sp.exp(-n * p) * (1 - sp.exp(-n * p)),
                p**2 * sp.exp(-n * p) - p**2 * sp.exp(-2 * n * p),
            ),
            density(),
            *sum_is_integral(n),
            gamma_integral(n, 1 + b, "1+b"),
            Identity(
                "Density times p² exp(-np): S(n) is (1-b) c^(1-b) Gamma(1+b) n^-(1+b), the "
                "prefactor A of hutter.data times b, with no further power of n.",
                (1 - BETA) * MASS ** -(1 - BETA) * sp.gamma(1 + BETA),
                missing,
            ),
            Identity(
                "S(n) - S(2n).",
                missing * (n ** -(1 + BETA) - (2 * n) ** -(1 + BETA)),
                law,
            ),
            Identity(
                "Its root over A n^-b: the relative noise falls as n^-(1-b)/2.",
                n ** (-(1 + b) / 2) / n**-b,
                n ** (-(1 - b) / 2),
            ),
        ),
        law=Law(law, n),
        finite=zipf_sum(n, p**2 * (sp.exp(-n * p) - sp.exp(-2 * n * p)), taylor, j, first=3),
        finite_size=10 * COUNT,
        finite_order=4,
        uses=("hutter.data",),
    )


@derivation
def instantaneous() -> Derivation:
    """√(E(1-E))/E = A^(-1/2) n^(b/2) - A^(1/2) n^(-b/2)/2."""
    root = sp.sqrt(FIRST)
    law = n ** (BETA / 2) / root - root / 2 * n ** (-BETA / 2)
    error = _unseen(n)
    return Derivation(
        name="noise.instantaneous",
        statement="The error at one step is 0 or 1: relative to its mean A n^-b its standard "
        "deviation grows as n^(b/2), so that a single curve deteriorates.",
        source="Hutter2021, abstract: the signal-to-noise ratio of the instantaneous error",
        assumptions=(ZIPF, CLOCK, MEMORY),
        size=TIME,
        parameters=(
            Variable(a, reals(0, usual=(1, sp.Rational(5, 4))), DECAY.meaning),
        ),
        auxiliary=(*LEMMA, ERROR),
        steps=(
            Identity(
                "An error that is 1 with probability E, else 0, has the variance E(1-E).",
                e * (1 - e) ** 2 + (1 - e) * e**2,
                e * (1 - e),
            ),
            Series(
                "Relative to the mean, in units of E^(-1/2), for small E.",
                sp.sqrt(1 - e),
                e,
                2,
                1 - e / 2,
            ),
            density(),
            *sum_is_integral(n),
            gamma_integral(n, b, "b"),
            Identity(
                "Density times p exp(-np): E = A n^-b, up to less than any power, with the "
                "prefactor A of hutter.data.",
                (1 - BETA) * MASS ** -(1 - BETA) * sp.gamma(BETA),
                FIRST,
            ),
            Identity(
                "E^(-1/2) - E^(1/2)/2 for this E.",
                (FIRST * n**-BETA) ** -sp.Rational(1, 2) * (1 - FIRST * n**-BETA / 2),
                law,
            ),
        ),
        law=Law(law, n),
        finite=sp.sqrt(1 / error - 1),
        finite_size=COUNT ** ((1 + a) / a),
        finite_order=sp.Rational(3, 2),
        uses=("hutter.data",),
    )  # fmt: skip


@derivation
def average() -> Derivation:
    """√(Var K_N)/E K_N = √((2^s - 1)/B) N^(-s/2), E K_N = B N^s - 1/2."""
    s = 1 / (1 + a)
    law = sp.sqrt((2**s - 1) / DISTINCT) * (n ** (-s / 2) + n ** (-3 * s / 2) / (2 * DISTINCT))
    mean = _seen(n)
    return Derivation(
        name="noise.average",
        statement="The share of errors so far scatters, relative to its mean, by "
        "((2^(1-b) - 1)/B)^(1/2) n^(-(1-b)/2), where B n^(1-b) features are seen: the "
        "time-averaged curve improves.",
        source="Hutter2021, abstract: the signal-to-noise ratio of the time-averaged error",
        assumptions=(ZIPF, CLOCK, MEMORY),
        size=TIME,
        parameters=(STEEP,),
        auxiliary=(*LEMMA, ERROR),
        steps=(
            Identity(
                "A feature is seen with probability 1 - exp(-np): the number K(n) of those seen "
                "has the variance of independent indicators, which is E K(2n) - E K(n).",
                (1 - sp.exp(-n * p)) * sp.exp(-n * p),
                (1 - sp.exp(-2 * n * p)) - (1 - sp.exp(-n * p)),
            ),
            *sum_is_integral(n, counted=True),
            gamma_integral(n, b, "b"),
            Identity(
                "Integrate over the ranks (c/p)^(1-b) by parts: n c^(1-b) times that integrand.",
                (c / p) ** (1 - b) * sp.Derivative(1 - sp.exp(-n * p), p),
                n * c ** (1 - b) * p ** (b - 1) * sp.exp(-n * p),
            ),
            Identity(
                "So E K(n) = B n^(1-b) - 1/2, with the factor B of hutter.heaps. In the variance "
                "the constants cancel.",
                (DISTINCT * (2 * n) ** (1 - BETA) - sp.Rational(1, 2))
                - (DISTINCT * n ** (1 - BETA) - sp.Rational(1, 2)),
                DISTINCT * (2**s - 1) * n**s,
            ),
            Series(
                "One over the mean, in units of B n^(1-b) = 1/(2E).",
                1 / (1 - e),
                e,
                2,
                1 + e,
            ),
            Identity(
                "The root of the variance over the mean, to this order.",
                sp.sqrt((2**s - 1) / DISTINCT) * n ** (-s / 2) * (1 + 1 / (2 * DISTINCT * n**s)),
                law,
            ),
        ),
        law=Law(law, n),
        finite=sp.sqrt(_seen(2 * n) - mean) / mean,
        finite_size=COUNT**2,
        finite_order=5 * s,
        uses=("hutter.heaps",),
    )
