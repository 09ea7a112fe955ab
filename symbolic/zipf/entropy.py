"""Contexts with Zipf frequencies: cross entropy with a floor, mutual information, one epoch."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.gamma import gamma_ratio
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Solution
from symbolic.zipf._tail_sums import (
    BETA,
    DECAY,
    LEMMA,
    MASS,
    TAIL,
    ZIPF,
    a,
    b,
    c,
    midpoint,
    two_terms,
    x,
    z,
)
from symbolic.zipf.hutter import DISTINCT, exactly_distinct
from symbolic.zipf.quanta import COST, QUANTA, sighted, threshold
from symbolic.zipf.quanta import SAMPLES as DRAWS

D = sp.Symbol("D", positive=True)
n = sp.Symbol("n", positive=True)
mu = sp.Symbol("mu", positive=True)
t = sp.Symbol("t", positive=True)
k = sp.Symbol("k", positive=True)
ell = sp.Symbol("l", positive=True)
tau = sp.Symbol("tau", positive=True)

SMALL = Variable(x, reals(0, sp.Rational(1, 10)), "1/n")
SIGHTINGS = Variable(tau, integers(2, usual=(2, 4)), "sightings that a quantum takes")

ENTROPY = (1 + sp.log(2) + sp.log(sp.pi)) / 2
"""H, the entropy of a normal number of variance 1."""


@derivation
def contexts() -> Derivation:
    """L = H + A D^-b - 1/(4D): a floor and a power law."""
    error = t - mu
    law = ENTROPY + DISTINCT / 2 * two_terms(D) - 1 / (4 * D)
    return Derivation(
        name="entropy.contexts",
        statement="A learner of Zipf contexts has the cross entropy H + A D^-b - 1/(4D), "
        "b = a/(1+a): the entropy of the source is the floor, and what is above it is a divergence "
        "that falls as a power law.",
        source="Henighan2020, abstract: S(True) + D_KL(True||Model)",
        assumptions=(
            ZIPF.replace("Feature", "Context"),
            "Each context has a mean mu of its own, normal with variance 1, and shows numbers of "
            "variance 1 around it.",
            "D samples, each of a context and its number, are independent.",
            "The learner predicts a normal of variance 1 around the sum of the k numbers that it "
            "has seen in the context, over k+1.",
        ),
        size=Variable(D, integers(1, usual=(10, 1000)), "samples"),
        parameters=(DECAY,),
        auxiliary=(
            *LEMMA,
            Variable(t, reals(0, 3), "predicted mean"),
            Variable(mu, reals(0, 3), "mean of a context"),
            Variable(k, integers(0, usual=(0, 9)), "numbers seen in a context"),
        ),
        steps=(
            Identity(
                "The cross entropy of a prediction t is the entropy of the source plus a "
                "divergence, (t-mu)²/2: the floor does not depend on the learner.",
                (sp.log(2 * sp.pi) + 1 + error**2) / 2,
                ENTROPY + error**2 / 2,
            ),
            Identity(
                "t - mu has k numbers' errors with the weight 1/(k+1), and mu itself with the "
                "weight k/(k+1) - 1: all of variance 1.",
                k * (1 / (k + 1)) ** 2 + (k / (k + 1) - 1) ** 2,
                1 / (k + 1),
            ),
            Identity(
                "The context is seen k times with probability (D choose k) p^k (1-p)^(D-k). Over "
                "k+1 and times p this is the probability of k+1 sightings in D+1 draws over D+1: "
                "so the mean of p/(k+1) is (1-(1-p)^(D+1))/(D+1).",
                sp.binomial(D, k) / (k + 1),
                sp.binomial(D + 1, k + 1) / (D + 1),
            ),
            Identity(
                "The divergence is the number of different contexts among D+1, over 2(D+1): "
                "every context that is seen costs 1/2, once. By hutter.heaps that number is "
                "c^(1-b) Gamma(b) Gamma(D+2)/Gamma(D+1+b) - 1/2.",
                (
                    c ** (1 - b) * sp.gamma(b) * sp.gamma(D + 2) / sp.gamma(D + 1 + b)
                    - sp.Rational(1, 2)
                )
                / (2 * (D + 1)),
                c ** (1 - b) * sp.gamma(b) / 2 * sp.gamma(D + 1) / sp.gamma(D + 1 + b)
                - 1 / (4 * (D + 1)),
            ),
            gamma_ratio(b, D, "b"),
            Identity(
                "Put in to this order; 1/(4(D+1)) is 1/(4D) up to O(D^-2).",
                ENTROPY
                + DISTINCT / 2 * (D**-BETA - BETA * (1 + BETA) / 2 * D ** (-1 - BETA))
                - 1 / (4 * D),
                law,
            ),
        ),
        law=Law(law, D),
        finite=ENTROPY + exactly_distinct(D + 1) / (2 * (D + 1)),
        finite_size=10 * COUNT,
        finite_order=2,
        uses=("hutter.heaps",),
    )


def _logarithmic(small: sp.Expr, log: sp.Expr) -> sp.Expr:
    """The sum of k^-(1+a) ln k over k > n in units of n^-a, small = 1/n and log = ln n."""
    return log * TAIL.subs(x, small) + 1 / a**2 - (1 + 2 * a) * small**2 / (12 * a)


@derivation
def information() -> Derivation:
    """H - I_n = n^-a/(a ζ(1+a)) (ln(n/a) + (1+a)/a)."""
    s = 1 + a
    q = n + 1
    share = sp.log(n / a)
    law = n**-a / (a * MASS) * (share + s / a - a / (2 * n) * (share + 1))
    v = sp.Symbol("v", positive=True)
    weighted = sp.Integral(
        (v / q) ** a
        * (sp.polygamma(0, s) - sp.log(v / q))
        * sp.exp(v / (2 * q) - v)
        / (2 * sp.sinh(v / (2 * q))),
        (v, 0, sp.oo),
    ) / (q * sp.gamma(s))
    tail = sp.zeta(s, q)
    return Derivation(
        name="entropy.information",
        statement="A model that tells the n most frequent of Zipf classes apart lacks "
        "n^-a/(a zeta(1+a)) (ln(n/a) + (1+a)/a) of the mutual information: a power law with a "
        "logarithm. I = lambda ln(n/n_c) is its first order in a.",
        source="Henighan2020, abstract: mutual information between captions and images",
        assumptions=(
            "Caption and image share a class k = 1, 2, ... of probability p_k = c k^-(1+a), "
            "c = 1/zeta(1+a).",
            "The model knows the n most frequent classes and takes all others for one: its "
            "information I_n is the entropy of min(k, n+1), that of a perfect model the entropy H "
            "of k.",
        ),
        size=Variable(n, integers(1, usual=(10, 1000)), "classes known"),
        parameters=(DECAY,),
        auxiliary=(
            SMALL,
            LEMMA[1],
            Variable(z, reals(1), "a rank"),
            Variable(ell, reals(0, 5), "a logarithm"),
        ),
        steps=(
            Identity(
                "With T for the probability of all classes beyond n, which count as one, what is "
                "lacking is the sum of p ln(1/p) over them less T ln(1/T). A class contributes "
                "p_k ((1+a) ln k - ln c); z stands for k.",
                -sp.log(c * z ** -(1 + a)),
                (1 + a) * sp.log(z) - sp.log(c),
            ),
            midpoint(),
            Series(
                "In the same way the sum of k^-(1+a) ln k over k > n, in units of n^-a, is "
                "ln n/a + 1/a² less ln(n)/(2n) up to O(n^-2): by the step from n to n-1 both grow "
                "by n^-(1+a) ln n. With x = 1/n.",
                (1 - x) ** -a * _logarithmic(x / (1 - x), ell + sp.log(1 - x)),
                x,
                3,
                _logarithmic(x, ell) + x * ell,
            ),
            Series(
                "The logarithm of T: ln c - a ln n - ln a - a/(2n), up to O(n^-2).",
                sp.log(TAIL * a),
                x,
                2,
                -a * x / 2,
            ),
            Series(
                "Together, in units of c n^-a, with l = ln n: the logarithms of c cancel, and of "
                "1+a times ln n less a times ln n one is left.",
                s * _logarithmic(x, ell) + TAIL * (sp.log(TAIL * a) - sp.log(a) - a * ell),
                x,
                2,
                (ell - sp.log(a) + s / a - a * x / 2 * (ell - sp.log(a) + 1)) / a,
            ),
            Identity(
                "With x = 1/n.",
                n**-a / MASS * (sp.log(n) - sp.log(a) + s / a) / a
                - n ** (-a - 1) / (2 * MASS) * (sp.log(n) - sp.log(a) + 1),
                law,
            ),
            Series(
                "The published form is this for small a: what a power gains over ln(n/n_c) = l is "
                "linear in l to first order, so that lambda is a times the prefactor.",
                1 - sp.exp(-x * ell),
                x,
                2,
                x * ell,
            ),
        ),
        law=Law(law, n),
        finite=(s * weighted + tail * sp.log(tail)) / MASS,
        finite_order=2 + a,
    )  # fmt: skip


@derivation
def merging() -> Derivation:
    """L_τ = Γ(b+τ)/(Γ(1+b) Γ(τ)) L(D): the same exponent."""
    ratio = sp.gamma(BETA + tau) / (sp.gamma(1 + BETA) * sp.gamma(tau))
    growth = sp.Function("R")
    law = threshold(tau) * two_terms(D)
    return Derivation(
        name="entropy.merging",
        statement="One epoch with a learner that takes tau sightings stays above the loss L(D) "
        "that the same data allow by a constant factor, Gamma(b+tau)/(Gamma(1+b) Gamma(tau)): the "
        "curves run parallel, and merge for tau = 1 only.",
        source="Henighan2020, abstract: learning curves and L(D)",
        assumptions=(
            QUANTA,
            COST,
            "In one epoch of D samples a learner knows a quantum after tau sightings; L(D), from "
            "as many epochs as it takes, is that of a learner who knows what occurs at all.",
        ),
        size=DRAWS,
        parameters=(DECAY, SIGHTINGS),
        auxiliary=LEMMA[:1],
        steps=(
            Solution(
                "By quanta.data the prefactor is Gamma(b+tau)/(b Gamma(tau)) times what does not "
                "depend on tau. Its ratio R(tau) to that of one sighting grows by the factor "
                "1 + b/tau with each sighting that is needed more, from R(1) = 1 on.",
                growth(tau + 1) - (1 + b / tau) * growth(tau),
                growth(tau),
                sp.gamma(b + tau) / (sp.gamma(1 + b) * sp.gamma(tau)),
            ),
            Identity(
                "The loss of hutter.data, which is L(D), times the ratio: neither the exponent "
                "nor the next correction depends on tau.",
                (1 - BETA)
                * MASS ** -(1 - BETA)
                * sp.gamma(BETA)
                * ratio
                * (D**-BETA - BETA * (1 + BETA) / 2 * D ** (-1 - BETA)),
                law,
            ),
        ),
        law=Law(law, D),
        finite=sighted(tau),
        finite_size=10 * COUNT,
        finite_order=2 + BETA,
        uses=("quanta.data", "hutter.data"),
    )
