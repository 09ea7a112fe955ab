"""Features with Zipf probabilities, learned one by one: Hutter's learning curves."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.gamma import gamma_ratio
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Solution
from symbolic.zipf._tail_sums import (
    BETA,
    DECAY,
    FIRST,
    LEMMA,
    MASS,
    SHARE,
    ZIPF,
    a,
    b,
    beta_integral,
    c,
    density,
    p,
    sum_is_integral,
    two_terms,
    unseen_mass,
    x,
    zipf_sum,
)

n = sp.Symbol("n", positive=True)
N = sp.Symbol("N", positive=True)
j = sp.Symbol("j", integer=True, positive=True)

SAMPLES = Variable(n, integers(1, usual=(1, 1000)), "features drawn so far")
INDEPENDENT = "n features are drawn independently."
MEMORY = "The learner errs on a feature that it has not seen, and never again after that."


@derivation
def data() -> Derivation:
    """E_n = c^(1-b)/(1+a) Γ(b) Γ(n+1)/Γ(n+1+b), b = a/(1+a)."""
    law = FIRST * two_terms(n)
    return Derivation(
        name="hutter.data",
        statement="A learner that memorises Zipf features errs with probability "
        "c^(1-b) Gamma(b)/(1+a) n^-b, b = a/(1+a), after n samples.",
        source="Hutter2021, abstract",
        assumptions=(ZIPF, INDEPENDENT, MEMORY),
        size=SAMPLES,
        parameters=(DECAY,),
        auxiliary=LEMMA,
        steps=(
            density(),
            *sum_is_integral(n),
            *beta_integral(n),
            Identity(
                "A feature comes next with probability p and is still unseen with (1-p)^n: density "
                "times p (1-p)^n is (1-b) c^(1-b) times the integrand of I(n). With the Gamma(b) "
                "of I(n) this is the prefactor.",
                (1 - BETA) * MASS ** -(1 - BETA) * sp.gamma(BETA),
                FIRST,
            ),
            gamma_ratio(b, n, "b"),
            Identity(
                "The prefactor times the ratio, to this order.",
                FIRST * (n**-BETA - BETA * (1 + BETA) / 2 * n ** (-1 - BETA)),
                law,
            ),
        ),
        law=Law(law, n),
        finite=unseen_mass(n),
        finite_size=10 * COUNT,
        finite_order=2 + BETA,
    )


DISTINCT = MASS ** (-1 / (1 + a)) * sp.gamma(BETA)
"""The factor of n^(1-b) in the number of different features among n."""


def distinct(size: sp.Symbol) -> sp.Expr:
    """How many features occur in n draws, in the mean: two terms and the constant."""
    next_term = a / (2 * (1 + a) ** 2) * size**-BETA
    return DISTINCT * (size ** (1 / (1 + a)) + next_term) - sp.Rational(1, 2)


def exactly_distinct(size: sp.Expr) -> sp.Expr:
    """How many features occur in n draws, in the mean, exactly."""
    taylor = -((-1) ** j) * sp.binomial(size, j)
    return zipf_sum(size, 1 - (1 - p) ** size, taylor, j, first=1)


@derivation
def heaps() -> Derivation:
    """K_n = c^s Γ(1-s) Γ(n+1)/Γ(n+1-s) - 1/2, s = 1/(1+a)."""
    law = distinct(n)
    count = sp.Function("K")
    return Derivation(
        name="hutter.heaps",
        statement="The number of different Zipf features among n grows as "
        "c^(1-b) Gamma(b) n^(1-b), 1-b = 1/(1+a): Heaps' law, less 1/2.",
        source="Hutter2021, abstract",
        assumptions=(ZIPF, INDEPENDENT),
        size=SAMPLES,
        parameters=(DECAY,),
        auxiliary=LEMMA,
        steps=(
            *sum_is_integral(n, counted=True),
            Identity(
                "A feature occurs with probability 1-(1-p)^n. Integrate it over the ranks "
                "(c/p)^(1-b) by parts: this is n c^(1-b) times the integrand of I(n-1), where ...",
                (c / p) ** (1 - b) * sp.Derivative(1 - (1 - p) ** n, p),
                n * c ** (1 - b) * p ** (b - 1) * (1 - p) ** n / (1 - p),
            ),
            *beta_integral(n),
            Solution(
                "So the integral is c^(1-b) Gamma(b) Gamma(n+1)/Gamma(n+b). Ranks of both signs "
                "count each feature twice, and rank 0 once: hence K_n is the integral less 1/2. "
                "It grows by hutter.data's probability that the next feature is new.",
                count(n + 1)
                - count(n)
                - (1 - b) * c ** (1 - b) * sp.gamma(b) * sp.gamma(n + 1) / sp.gamma(n + 1 + b),
                count(n),
                c ** (1 - b) * sp.gamma(b) * sp.gamma(n + 1) / sp.gamma(n + b) - sp.Rational(1, 2),
            ),
            Identity(
                "The prefactor is 1+a times that of hutter.data.",
                DISTINCT,
                (1 + a) * FIRST,
            ),
            gamma_ratio(b - 1, n, "b-1"),
            Identity(
                "The prefactor times the ratio, to this order, less 1/2.",
                DISTINCT * (n ** (1 - BETA) + (1 - BETA) * BETA / 2 * n**-BETA) - sp.Rational(1, 2),
                law,
            ),
        ),
        law=Law(law, n),
        finite=exactly_distinct(n),
        finite_size=10 * COUNT,
        finite_order=2 - 1 / (1 + a),
        uses=("hutter.data",),
    )


@derivation
def time_average() -> Derivation:
    """K_N/N = A/(1-b) N^-b - 1/(2N)."""
    tries = sp.Symbol("m", positive=True)
    law = DISTINCT * (N**-BETA + a / (2 * (1 + a) ** 2) * N ** -((1 + 2 * a) / (1 + a))) - 1 / (
        2 * N
    )
    return Derivation(
        name="hutter.time_average",
        statement="The share of errors among the first N predictions falls with the same exponent "
        "b as the error itself, with a prefactor that is 1/(1-b) = 1+a times as large; the next "
        "term is -1/(2N).",
        source="Hutter2021, abstract",
        assumptions=(ZIPF, INDEPENDENT.replace("n ", "N ", 1), MEMORY),
        size=Variable(N, SAMPLES.domain, "predictions so far"),
        parameters=(DECAY,),
        auxiliary=(
            *LEMMA[:3], Variable(tries, integers(0, usual=(0, 100)), "draws before"),
        ),
        steps=(
            Identity(
                "A feature is drawn for the first time at draw m+1 with probability p(1-p)^m, a "
                "difference of (1-p)^m: the sum over m < N is 1-(1-p)^N. So errors are counted by "
                "the different features: the share of errors is K_N/N, exactly.",
                p * (1 - p) ** tries,
                (1 - p) ** tries - (1 - p) ** (tries + 1),
            ),
            Identity(
                "For a power law A m^-b alone, the mean over times up to N is A N^-b/(1-b): early, "
                "large errors are remembered.",
                sp.Derivative(N ** (1 - b) / (1 - b), N),
                N**-b,
            ),
            Identity("Divide K_N of hutter.heaps by N.", distinct(N) / N, law),
        ),
        law=Law(law, N),
        finite=exactly_distinct(N) / N,
        finite_size=10 * COUNT,
        finite_order=3 - 1 / (1 + a),
        uses=("hutter.heaps",),
    )  # fmt: skip


@derivation
def bounded_exponent() -> Derivation:
    """b = a/(1+a) = 1 - 1/a + 1/a² - ...: never above 1."""
    tries = sp.Symbol("m", positive=True)
    law = 1 - 1 / a + 1 / a**2
    return Derivation(
        name="hutter.bounded_exponent",
        statement="The exponent of a learner that memorises infinitely many features is at most "
        "1: for Zipf features b = a/(1+a), which tends to 1 as the probabilities fall faster.",
        source="Hutter2021, abstract: every power beta > 0",
        assumptions=("Infinitely many features have a positive probability.", INDEPENDENT, MEMORY),
        size=Variable(a, reals(0, usual=(1, 10)), DECAY.meaning),
        parameters=(),
        auxiliary=(
            SHARE,
            Variable(x, reals(0, usual=(1, 5)), "a number of draws"),
            Variable(tries, integers(0, usual=(0, 100)), "draws before"),
        ),
        steps=(
            Identity(
                "Summed over all m, p(1-p)^m is 1, as the sum telescopes: each feature costs one "
                "error, sooner or later.",
                p * (1 - p) ** tries,
                (1 - p) ** tries - (1 - p) ** (tries + 1),
            ),
            Identity(
                "So the errors E_m sum to the number of features, which is infinite. A power "
                "m^-(1+s) with s > 0 would have a finite one: its integral from 1 is 1/s, by this "
                "antiderivative, here with s = a.",
                sp.Derivative(-(x**-a) / a, x),
                x ** -(1 + a),
            ),
            Bound(
                "For Zipf features b = a/(1+a) rises with a from 0 on, by its derivative, and "
                "stays below 1, since 1 - b is 1/(1+a).",
                sp.Integer(0),
                a / (1 + a),
                a,
                (1 + a) ** -2,
            ),
            Asymptotic("How b tends to 1.", a / (1 + a), a, 3, law),
        ),
        law=Law(law, a),
        finite=a / (1 + a),
    )
