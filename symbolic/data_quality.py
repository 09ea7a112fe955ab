"""The coin seen through noise: what flipped and lost tosses do to exponent, prefactor and floor."""

from __future__ import annotations

import sympy as sp

from symbolic.bernoulli import (
    BIAS,
    CENTRAL_MOMENTS,
    POSITIVE_PSEUDOCOUNT,
    PSEUDOCOUNT,
    SECOND,
    TAYLOR,
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


CLIPPED = (
    "The flips are known, and undone: the estimate is (N_1/N - q)/(1 - 2q), N_1 the recorded heads."
)


@derivation
def debiased() -> Derivation:
    """Flips that are known and undone: P(1-P)/(2p(1-p)(1-2q)²) / N."""
    spread = P * (1 - P)
    expected = sum(
        weight * CENTRAL_MOMENTS[j - 2].subs({V: spread, S: 1 - 2 * P}) / (N * contrast) ** j
        for j, weight in enumerate(TAYLOR[:3], start=2)
    )
    law = (v + flip * (1 - flip) / contrast**2) / (2 * v * N)
    estimate = sp.Max(1 / (2 * N), sp.Min(1 - 1 / (2 * N), (heads / N - flip) / contrast))
    return Derivation(
        name="data_quality.debiased",
        statement="If the share of flips is known and undone there is no floor: the loss is 1/N "
        "again, with the prefactor 1/2 + q(1-q)/(2p(1-p)(1-2q)²), which grows without bound as q "
        "tends to one half.",
        source=SECTION,
        assumptions=(
            FLIPPED,
            CLIPPED,
            "An estimate outside (0, 1), which is exponentially rare, is moved to 1/(2N) from the "
            "end.",
            "0 < p < 1 and 0 < q < 1/2 are fixed while N grows.",
        ),
        size=TOSSES,
        parameters=(BIAS, FLIPS),
        auxiliary=(SEEN,),
        steps=(
            _flipping(),
            Series(
                "The loss of an estimate p + d, for small d.",
                _divergence(p, p + d),
                d,
                5,
                sum(weight * d**j for j, weight in enumerate(TAYLOR[:3], start=2)),
            ),
            Asymptotic(
                "Now d is the deviation of N_1/N from P, over 1 - 2q: undoing the flips makes it "
                "larger. Its moments are those of N tosses of a coin with bias P; the variance "
                "alone gives the leading term.",
                expected,
                N,
                2,
                spread / (2 * v * contrast**2 * N),
            ),
            Identity(
                "With P written out: to the variance of a toss, p(1-p), the flips add theirs, "
                "q(1-q), over (1-2q)².",
                seen * (1 - seen) / (2 * v * contrast**2 * N),
                law,
            ),
        ),
        abbreviations={S: 1 - 2 * p, V: v},
        law=Law(law, N),
        finite=sp.Sum(_tosses(seen) * _divergence(p, estimate), (heads, 0, N)),
        finite_order=2,
        uses=("bernoulli.data",),
    )


@derivation
def debiased_boundary() -> Derivation:
    """Undone flips at p = 1: exponent 1/2."""
    x = sp.Symbol("x", positive=True)
    r = sp.Symbol("r", positive=True)
    t = sp.Symbol("t")
    variance = flip * (1 - flip) / (contrast**2 * N)
    law = sp.sqrt(flip * (1 - flip)) / (contrast * sp.sqrt(2 * sp.pi * N))
    law += flip * (1 - flip) / (4 * contrast**2 * N)
    normal = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    spread = sp.sqrt(flip * (1 - flip) / N) / contrast
    return Derivation(
        name="data_quality.debiased_boundary",
        statement="For a coin that always shows heads, flips that are known and undone change the "
        "exponent: it is 1/2, where without flips it is 1. What is left of the noise enters at "
        "first order, for at the boundary the loss has a slope.",
        source=SECTION,
        assumptions=(
            "p = 1. " + FLIPPED,
            CLIPPED,
            "An estimate above 1 is replaced by 1. One near 0, or below, is exponentially rare, "
            "and kept away from 0.",
        ),
        size=TOSSES,
        parameters=(FLIPS,),
        auxiliary=(
            Variable(r, reals(0), "standard deviation of the estimate"),
            Variable(x, reals(0), "a standard normal number that is positive"),
        ),
        steps=(
            Series(
                "The loss -log(1 - d) of an estimate that is too small by d is linear in d; one "
                "that is too large is set to 1 and costs nothing.",
                -sp.log(1 - d),
                d,
                3,
                d + d**2 / 2,
            ),
            Series(
                "The share of recorded heads has the mean 1-q, and d has the mean 0 and this "
                "variance, as its generating function shows.",
                (
                    (1 - flip) * sp.exp(-flip * t / (contrast * N))
                    + flip * sp.exp((1 - flip) * t / (contrast * N))
                ) ** N,
                t,
                3,
                1 + variance * t**2 / 2,
            ),
            Identity(
                "By the central limit theorem d is normal, with standard deviation r, and "
                "positive half of the time: the mean of d, where it is positive, is ...",
                sp.Integral(r * x * normal, (x, 0, sp.oo)),
                r / sp.sqrt(2 * sp.pi),
            ),
            Identity(
                "... and that of d + d²/2 this, with r written out. The skewness of the tosses and "
                "their being whole numbers change the mean of d by a relative order 1/N only, that "
                "of d² by N^(-1/2): what follows is O(N^(-3/2)).",
                spread * sp.Integral(x * normal, (x, 0, sp.oo))
                + spread**2 * sp.Integral(x**2 / 2 * normal, (x, 0, sp.oo)),
                law,
            ),
        ),
        law=Law(law, N),
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
