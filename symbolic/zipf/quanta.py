"""Quanta of knowledge, learned in the order of their use: three exponents from one."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.gamma import gamma_ratio
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Bound, Identity, Series, Solution
from symbolic.zipf._tail_sums import (
    BETA,
    DECAY,
    LEMMA,
    MASS,
    TAIL,
    a,
    b,
    beta_integral,
    c,
    density,
    midpoint,
    p,
    sum_is_integral,
    two_terms,
    x,
    zipf_sum,
)

n = sp.Symbol("n", positive=True)
D = sp.Symbol("D", positive=True)
S = sp.Symbol("S", positive=True)
C = sp.Symbol("C", positive=True)
q = sp.Symbol("q", positive=True)
y = sp.Symbol("y", positive=True)
tau = sp.Symbol("tau", positive=True)
k = sp.Symbol("k", positive=True)

QUANTA = (
    "Quantum k = 1, 2, ... is needed with probability p_k = c k^-(1+a), a > 0, c = 1/zeta(1+a); "
    "b = a/(1+a)."
)
COST = "The loss is the probability that a quantum is needed which is not known."
KNOWN = Variable(n, integers(1, usual=(10, 1000)), "quanta known, the most frequent ones")
SAMPLES = Variable(D, integers(1, usual=(10, 1000)), "samples, each of one quantum")
SIGHTINGS = Variable(tau, integers(1, usual=(1, 4)), "sightings that a quantum takes")
LAST = Variable(y, reals(0, usual=(sp.Rational(1, 5), 3)), "sightings of the last quantum, D p_n")
SMALL = Variable(x, reals(0, sp.Rational(1, 10)), "1/n")


@derivation
def parameters() -> Derivation:
    """L(n) = ζ(1+a, n+1)/ζ(1+a)."""
    law = (n**-a / a - n ** (-a - 1) / 2 + (a + 1) / 12 * n ** (-a - 2)) / MASS
    return Derivation(
        name="quanta.parameters",
        statement="A model that knows the n most frequent quanta has the loss "
        "n^-a/(a zeta(1+a)): exponent a in the number of parameters, if a quantum takes a fixed "
        "number of them.",
        source="Michaud2023, abstract: scaling with model size",
        assumptions=(QUANTA, COST, "The n most frequent quanta are known."),
        size=KNOWN,
        parameters=(DECAY,),
        auxiliary=(SMALL,),
        steps=(
            midpoint(),
            Series(
                "The integral from n + 1/2 agrees with this but for a(a+1)x²/24: in n + 1/2 the "
                "power law sets in much earlier.",
                (1 + x / 2) ** -a,
                x,
                3,
                1 - a * x / 2 + a * (a + 1) / 12 * x**2 + a * (a + 1) / 24 * x**2,
            ),
            Identity(
                "The loss is this tail over zeta(1+a), with x = 1/n.",
                n**-a * TAIL.subs(x, 1 / n) / MASS,
                law,
            ),
        ),
        law=Law(law, n),
        finite=sp.zeta(1 + a, n + 1) / MASS,
        finite_order=4 + a,
    )


def threshold(sightings: sp.Expr) -> sp.Expr:
    """The factor of D^-b in the loss, where a quantum takes so many sightings."""
    return MASS ** (-1 / (1 + a)) * sp.gamma(sightings + BETA) / (a * sp.gamma(sightings))


def sighted(sightings: sp.Expr) -> sp.Expr:
    """The loss after D samples, exactly, where a quantum takes so many sightings."""
    j = sp.Symbol("j", integer=True, positive=True)
    known = (-1) ** (j - sightings) * sp.binomial(D, j - 1) * sp.binomial(j - 2, sightings - 1)
    fewer = sightings * sp.binomial(D, sightings)
    missed = p * fewer * sp.betainc(D - sightings + 1, sightings, 0, 1 - p)
    rest = sp.zeta(1 + a, sp.ceiling(D ** (1 / (1 + a))) + 1) / MASS
    return rest + zipf_sum(D, missed, known, j, first=sightings + 1)


@derivation
def data() -> Derivation:
    """L(D) = c^(1-b)/(1+a) Γ(b+τ)/(b Γ(τ)) D^-b, b = a/(1+a)."""
    total = sp.Function("T")
    law = threshold(tau) * two_terms(D)
    return Derivation(
        name="quanta.data",
        statement="If a quantum is known after tau sightings, the loss falls as D^-b with the "
        "number of samples, b = a/(1+a): tau enters the prefactor alone, not even the next "
        "relative correction.",
        source="Michaud2023, abstract: scaling with data",
        assumptions=(QUANTA, COST, "A quantum is known once tau of D independent samples show it."),
        size=SAMPLES,
        parameters=(DECAY, SIGHTINGS),
        auxiliary=(
            *LEMMA, Variable(k, integers(0, usual=(0, 9)), "sightings of one quantum"),
        ),
        steps=(
            density(),
            *sum_is_integral(D),
            *beta_integral(D),
            Identity(
                "Of D samples k show the quantum with probability (D choose k) p^k (1-p)^(D-k). "
                "The integral with b+k for b and D-k for D gives a ratio that does not depend on "
                "k, times Gamma(b+k)/k!.",
                sp.binomial(D, k) * sp.gamma(b + k) * sp.gamma(D - k + 1) / sp.gamma(D + 1 + b),
                sp.gamma(b + k) / sp.gamma(k + 1) * sp.gamma(D + 1) / sp.gamma(D + 1 + b),
            ),
            Solution(
                "The sum T(tau) of Gamma(b+k)/k! over k < tau, from T(0) = 0 on.",
                total(tau + 1) - total(tau) - sp.gamma(b + tau) / sp.gamma(tau + 1),
                total(tau),
                sp.gamma(b + tau) / (b * sp.gamma(tau)),
            ),
            Identity(
                "With the (1-b) c^(1-b) of the density: the prefactor.",
                (1 - BETA) * MASS ** -(1 - BETA) * sp.gamma(BETA + tau) / (BETA * sp.gamma(tau)),
                threshold(tau),
            ),
            gamma_ratio(b, D, "b"),
            Identity(
                "The prefactor times the ratio, to this order.",
                threshold(tau) * (D**-BETA - BETA * (1 + BETA) / 2 * D ** (-1 - BETA)),
                law,
            ),
        ),
        law=Law(law, D),
        finite=sighted(tau),
        finite_size=10 * COUNT,
        finite_order=2 + BETA,
        uses=("hutter.data",),
    )  # fmt: skip


@derivation
def steps() -> Derivation:
    """L(S) = c^(1-b) S^-b/a - 1/(2S)."""
    learned = (S / MASS) ** (1 / (1 + a))
    law = MASS ** (-1 / (1 + a)) / a * S**-BETA - 1 / (2 * S)
    return Derivation(
        name="quanta.steps",
        statement="If a quantum takes a time 1/p_k to learn, the loss falls as S^-b with the "
        "number of steps, b = a/(1+a): the exponent of data.",
        source="Michaud2023, abstract: scaling with training steps",
        assumptions=(
            QUANTA,
            COST,
            "Quantum k is known from step S = 1/p_k on.",
            "S takes the values at which a quantum is learned; between them the loss is a "
            "staircase.",
        ),
        size=Variable(S, reals(1), "training steps"),
        parameters=(DECAY,),
        auxiliary=(LEMMA[1], SMALL),
        steps=(
            Identity(
                "After S steps the first n = (cS)^(1/(1+a)) quanta are known, the last one with "
                "p_n = 1/S: on logarithmic axes n has this slope.",
                S * sp.Derivative(sp.log((c * S) ** (1 / (1 + a))), S),
                1 / (1 + a),
            ),
            midpoint(),
            Identity(
                "The loss of quanta.parameters, c (n^-a/a - n^-(1+a)/2), for this n.",
                S**-BETA * MASS ** (BETA - 1) / a - (S / MASS) ** -1 / (2 * MASS),
                law,
            ),
        ),
        law=Law(law, S),
        finite=sp.zeta(1 + a, learned + 1) / MASS,
        finite_size=MASS * COUNT ** (1 + a),
        finite_order=2 + a,
        finite_everywhere=False,
        uses=("quanta.parameters",),
    )


G = y**-BETA * sp.uppergamma(BETA, y)
SCALING = 1 / a + G / (1 + a)
"""F in L = c n^-a F(D p_n)."""


@derivation
def joint() -> Derivation:
    """L(n, D) - L(n, ∞) = c n^-a y^-b Γ(b, y)/(1+a), y = D p_n."""
    u = sp.Symbol("u", positive=True)
    rank = sp.Symbol("i", integer=True, positive=True)
    missed = sp.Sum(rank ** -(1 + a) * sp.exp(-y * (n / rank) ** (1 + a)), (rank, 1, n))
    law = (G / (1 + a) * n**-a + sp.exp(-y) / 2 * n ** (-a - 1)) / MASS
    return Derivation(
        name="quanta.joint",
        statement="With room for n quanta, the excess of the loss after D samples over that of "
        "quanta.parameters is c n^-a times a function of y = D p_n alone, "
        "y^-b Gamma(b, y)/(1+a): the joint loss is no sum of a power of n and one of D.",
        source="Michaud2023, abstract: scaling with model size and data",
        assumptions=(
            QUANTA,
            COST,
            "Of the n most frequent quanta those are known that D samples show, D Poisson.",
            "y = D p_n is held fixed as n grows.",
        ),
        size=KNOWN,
        parameters=(DECAY, LAST),
        auxiliary=(
            *LEMMA[:3], SAMPLES, Variable(u, reals(0, 5), "lower end of an integral"),
        ),
        steps=(
            density(),
            Identity(
                "Samples miss the quanta with p > p_n by the integral of p^(b-1) exp(-Dp) from p_n "
                "to infinity, times (1-b) c^(1-b): an incomplete Gamma function of D p_n, since "
                "the derivatives in the lower end u agree.",
                -sp.Derivative(D**-b * sp.uppergamma(b, D * u), u),
                u ** (b - 1) * sp.exp(-D * u),
            ),
            Identity(
                "With D = y/p_n, p_n = c n^-(1+a), the power of D is one of n.",
                c ** (1 - BETA) * (y * n ** (1 + a) / c) ** -BETA,
                y**-BETA * c * n**-a,
            ),
            Identity(
                "The sum exceeds the integral by half of its last term, p_n exp(-y)/2; the next "
                "term of the Euler-Maclaurin formula is smaller by another 1/n.",
                (1 - BETA) * y**-BETA * sp.uppergamma(BETA, y) * n**-a / MASS
                + n ** -(1 + a) / MASS * sp.exp(-y) / 2,
                law,
            ),
            Identity(
                "The total is c n^-a F(y), F(y) = 1/a + y^-b Gamma(b, y)/(1+a). Few samples: "
                "Gamma(b, y) = Gamma(b) - y^b/b + O(y^(b+1)), whose second term cancels the 1/a of "
                "what is beyond n: quanta.data for tau = 1 remains.",
                1 / a + y**-BETA * (sp.gamma(BETA) - y**BETA / BETA) / (1 + a),
                sp.gamma(BETA) * y**-BETA / (1 + a),
            ),
            Identity(
                "F falls from infinity to 1/a, which is quanta.parameters, reached exponentially "
                "fast.",
                sp.Derivative(SCALING, y),
                -(BETA * G + sp.exp(-y)) / ((1 + a) * y),
            ),
        ),
        law=Law(law, n),
        finite=missed / MASS,
        finite_order=2 + a,
        uses=("quanta.parameters", "quanta.data"),
    )  # fmt: skip


@derivation
def frontier() -> Derivation:
    """L ~ C^(-a/(q+1+a)), N ~ C^(q/(q+1+a)) for C = N D, N = n^q."""
    r = q + 1 + a
    known = (c * C / y) ** (1 / r)
    saved = (sp.exp(y) - 1) * sp.exp(-y)
    first = saved * r / (a * q) * (MASS * y / C) ** (a / r)
    law = (first - saved / 2 * (MASS * y / C) ** ((1 + a) / r)) / MASS
    return Derivation(
        name="quanta.frontier",
        statement="With compute C = N D, N = n^q, shared optimally, the loss falls as "
        "C^(-a/(q+1+a)) and the model grows as C^(q/(q+1+a)): below the square root of C for "
        "q = 1.",
        source="Michaud2023, abstract; Kaplan2020, the compute-efficient frontier",
        assumptions=(
            QUANTA,
            COST,
            "Model and data limit the loss as in quanta.joint.",
            "n quanta take N = n^q parameters, and C = N D.",
            "y = D p_n has its optimal value, the root given below.",
        ),
        size=Variable(C, reals(1), "compute"),
        parameters=(
            DECAY,
            Variable(q, reals(0, usual=(sp.Rational(1, 2), 3)), "parameters are quanta^q"),
            LAST,
        ),
        auxiliary=(LEMMA[1],),
        steps=(
            Identity(
                "On the frontier D = C n^-q, so that D p_n = y fixes n.",
                (C / known**q) * c * known ** -(1 + a),
                y,
            ),
            Identity(
                "The loss is c n^-a F(y), F as in quanta.joint, and C enters by the same power at "
                "every y: the best y minimises y^w F(y), w = a/(q+1+a). The derivative is "
                "y^(w-1) times w F + y dF/dy, with the sign of a bracket.",
                a / r * SCALING - (BETA * G + sp.exp(-y)) / (1 + a),
                ((1 + a) * (1 - sp.exp(-y)) - q * (sp.exp(-y) + BETA * G)) / (r * (1 + a)),
            ),
            Identity(
                "The bracket rises with y, for exp(-y) + b y^-b Gamma(b, y) falls; it is negative "
                "near y = 0 and positive for large y. So it has one root, and this is the minimum: "
                "a constant that does not depend on C.",
                sp.Derivative(sp.exp(-y) + BETA * G, y),
                -sp.exp(-y) - BETA * (BETA * G + sp.exp(-y)) / y,
            ),
            Identity(
                "At the root, where b y^-b Gamma(b, y) = (1+a)(1-exp(-y))/q - exp(-y), the value "
                "of F is elementary.",
                1 / a + ((1 + a) * (1 - sp.exp(-y)) / q - sp.exp(-y)) / (BETA * (1 + a)),
                saved * r / (a * q),
            ),
            Identity(
                "The next term, from quanta.parameters and quanta.joint, has the same factor; that "
                "it shifts the root matters to second order only. For n as above.",
                first / MASS
                + (MASS * y / C) ** ((1 + a) / r) * (sp.exp(-y) / 2 - sp.Rational(1, 2)) / MASS,
                law,
            ),
            Identity(
                "The model that this takes, n^q, on logarithmic axes: slope q/(q+1+a).",
                C * sp.Derivative(sp.log(known**q), C),
                q / r,
            ),
            Bound(
                "The exponents of quanta.parameters and quanta.data are related: a/(1+a) <= a. "
                "Data always has the smaller one.",
                a / (1 + a),
                a,
                a,
                a * (2 + a) / (1 + a) ** 2,
            ),
        ),
        law=Law(law, C),
        uses=("quanta.joint", "quanta.parameters"),
    )
