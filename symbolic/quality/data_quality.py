"""The coin seen through noise: what flipped and lost tosses do to exponent, prefactor and floor."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import (
    BIAS,
    CENTRAL_MOMENTS,
    POSITIVE_PSEUDOCOUNT,
    PSEUDOCOUNT,
    SECOND,
    TOSSES,
    N,
    S,
    V,
    k,
    p,
    v,
)
from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series

flip = sp.Symbol("q", positive=True)
P = sp.Symbol("P", positive=True)
d = sp.Symbol("d")
heads = sp.Symbol("N_1", integer=True, nonnegative=True)
HALF = sp.Rational(1, 2)

SECTION = "Anonymous2024, 'Practical Considerations', data quality"
FLIPS = Variable(
    flip, reals(0, HALF, usual=(sp.Rational(1, 20), sp.Rational(1, 4))), "share of flipped tosses"
)
SEEN = Variable(P, BIAS.domain, "probability that a toss is recorded as heads")
FLIPPED = (
    "Each of N independent tosses is recorded as the other face with probability q, whatever it "
    "shows."
)
seen = p * (1 - flip) + (1 - p) * flip
contrast = 1 - 2 * flip


def _flipping() -> Identity:
    return Identity(
        "Flips move the probability of recorded heads, here P, towards one half, by the factor "
        "1 - 2q: the noisy coin is a coin, with another bias.",
        2 * seen - 1,
        (2 * p - 1) * contrast,
    )


def _tosses(bias: sp.Expr) -> sp.Expr:
    """The probability of N_1 recorded heads."""
    return sp.binomial(N, heads) * bias**heads * (1 - bias) ** (N - heads)


def _divergence(bias: sp.Expr, estimate: sp.Expr) -> sp.Expr:
    return bias * sp.log(bias / estimate) + (1 - bias) * sp.log((1 - bias) / (1 - estimate))


@derivation
def flips() -> Derivation:
    """KL(p‖P) + 1/(2N): label noise is a floor, not another exponent."""
    Q = 1 - P
    weights = [(-1) ** j * p / P**j / j + (1 - p) / Q**j / j for j in range(1, 6)]
    mu = sp.symbols("mu_2:7")
    moments = (sp.Integer(1), sp.Integer(0), *mu)
    powers = [
        sum(sp.binomial(j, i) * moments[i] * (k * (1 - 2 * P)) ** (j - i) for i in range(j + 1))
        / (N + 2 * k) ** j
        for j in range(7)
    ]
    first = HALF + (HALF - k) * (1 - 2 * P) * (p - P) / (P * Q)
    second = (p / P**2 + (1 - p) / Q**2) / 24 - sp.Rational(5, 12)
    recorded = p + flip - 2 * p * flip
    floor = p * sp.log(p) + (1 - p) * sp.log(1 - p)
    floor -= p * sp.log(recorded) + (1 - p) * sp.log(1 - p - flip + 2 * p * flip)
    law = floor + 1 / (2 * N) + second.subs(P, recorded) / N**2
    half = sum(weight * powers[j] for j, weight in enumerate(weights, start=1)).subs(k, HALF)
    return Derivation(
        name="data_quality.flips",
        statement="If a share q of the labels is flipped, the log loss falls to a floor, the "
        "divergence of the noisy from the true coin, and above it as 1/(2N), as if there were no "
        "noise: bad data cost a floor, and leave the exponent.",
        source=SECTION,
        assumptions=(
            FLIPPED,
            "The estimate is (N_1 + 1/2)/(N + 1), N_1 the recorded heads: whoever estimates does "
            "not know of the flips.",
            "0 < p < 1 and q are fixed while N grows.",
        ),
        size=TOSSES,
        parameters=(BIAS, FLIPS),
        auxiliary=(SEEN, PSEUDOCOUNT),
        steps=(
            _flipping(),
            Series(
                "The loss of an estimate P + d, for small d: the divergence of the noisy from the "
                "true coin, and now a linear term too, since P is not p.",
                _divergence(p, P + d),
                d,
                6,
                _divergence(p, P) + sum(w * d**j for j, w in enumerate(weights, start=1)),
            ),
            Series(
                "The floor grows as the square of the share of flips; there is none at p = 1/2.",
                floor,
                flip,
                3,
                flip**2 * (1 - 2 * p) ** 2 / (2 * v),
            ),
            Asymptotic(
                "The central moments mu_2, mu_3, ... of the recorded heads are those of N tosses "
                "of a coin with bias P; d is their deviation plus the shift by the pseudocount, "
                "k. To leading order k matters, with flips, ...",
                sum(w * powers[j] for j, w in enumerate(weights[:4], start=1)),
                N,
                2,
                first / N,
            ),
            Asymptotic(
                "... but for k = 1/2 the prefactor is 1/2 whatever the noise. The next term, for "
                "k = 1/2, needs the fifth order.",
                half,
                N,
                3,
                1 / (2 * N) + second / N**2,
            ),
            Asymptotic(
                "What follows is O(N^-3), as the sixth moment is; large deviations are "
                "exponentially rare.",
                powers[6],
                N,
                3,
                sp.Integer(0),
            ),
            Identity(
                "With the share of flips written out.",
                _divergence(p, seen) + 1 / (2 * N) + second.subs(P, seen) / N**2,
                law,
            ),
        ),
        abbreviations={
            **dict(zip(mu[::-1], CENTRAL_MOMENTS[::-1], strict=True)),
            S: 1 - 2 * P,
            V: P * (1 - P),
        },
        law=Law(law, N),
        finite=sp.Sum(
            _tosses(seen) * _divergence(p, (heads + HALF) / (N + 1)), (heads, 0, N)
        ),
        finite_order=3,
        uses=("bernoulli.data",),
    )  # fmt: skip


@derivation
def erasures() -> Derivation:
    """A share q of the tosses is lost: 1/(2(1-q)N)."""
    kept = 1 - flip
    t = sp.Symbol("t")
    law = 1 / (2 * kept * N) + (flip / 2 + SECOND) / (kept**2 * N**2)

    def mean_log(bias: sp.Expr, shift: sp.Expr) -> sp.Expr:
        return (
            sp.binomial(N, heads) * bias**heads * (1 - bias) ** (N - heads) * sp.log(heads + shift)
        )

    return Derivation(
        name="data_quality.erasures",
        statement="If each toss is lost with probability q, the loss is that of (1-q) N tosses, "
        "1/(2(1-q)N): data that are missing cost a prefactor, and neither a floor nor the "
        "exponent.",
        source=SECTION,
        assumptions=(
            "Each of N independent tosses is lost with probability q, whatever it shows.",
            "The estimate is that of bernoulli.data from the M tosses that are left, with the "
            "pseudocount k > 0.",
        ),
        size=TOSSES,
        parameters=(
            BIAS,
            Variable(flip, reals(0, 1, usual=(sp.Rational(1, 20), HALF)), "share of lost tosses"),
            POSITIVE_PSEUDOCOUNT,
        ),
        auxiliary=(),
        steps=(
            Series(
                "The number M of tosses that are left has the mean (1-q)N and the variance "
                "q(1-q)N, as its generating function shows, here with the mean taken out.",
                (flip * sp.exp(-kept * t) + kept * sp.exp(flip * t)) ** N,
                t,
                3,
                1 + N * flip * kept * t**2 / 2,
            ),
            Series(
                "The loss for M = (1-q)N (1+d) tosses, expanded in d.",
                1 / (2 * kept * N * (1 + d)),
                d,
                3,
                (1 - d + d**2) / (2 * kept * N),
            ),
            Identity(
                "In the mean d drops out and d² is q/((1-q)N). The next term of the loss, "
                "C/M², comes on top; all that follows is O(N^-3).",
                (1 + flip / (kept * N)) / (2 * kept * N) + SECOND / (kept * N) ** 2,
                law,
            ),
        ),
        law=Law(law, N),
        finite=sp.Sum(
            mean_log(kept, 2 * k) - p * mean_log(kept * p, k) - (1 - p) * mean_log(
                kept * (1 - p), k
            ),
            (heads, 0, N),
        )
        + p * sp.log(p)
        + (1 - p) * sp.log(1 - p),
        finite_order=3,
        uses=("bernoulli.data",),
    )  # fmt: skip
