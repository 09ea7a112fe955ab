"""Label noise of a known rate, taken out again: what it costs."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import (
    BIAS,
    CENTRAL_MOMENTS,
    TAYLOR,
    TOSSES,
    N,
    S,
    V,
    p,
    v,
)
from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.quality.data_quality import (
    FLIPPED,
    FLIPS,
    SECTION,
    SEEN,
    P,
    _divergence,
    _flipping,
    _tosses,
    contrast,
    d,
    flip,
    heads,
    seen,
)
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series

CLIPPED = (
    "The flips are known, and undone: the estimate is (N_1/N - q)/(1 - 2q), N_1 the recorded heads."
)


@derivation
def interior() -> Derivation:
    """Flips that are known and undone: P(1-P)/(2p(1-p)(1-2q)²) / N."""
    spread = P * (1 - P)
    expected = sum(
        weight * CENTRAL_MOMENTS[j - 2].subs({V: spread, S: 1 - 2 * P}) / (N * contrast) ** j
        for j, weight in enumerate(TAYLOR[:3], start=2)
    )
    law = (v + flip * (1 - flip) / contrast**2) / (2 * v * N)
    estimate = sp.Max(1 / (2 * N), sp.Min(1 - 1 / (2 * N), (heads / N - flip) / contrast))
    return Derivation(
        name="debiasing.interior",
        statement="If the share of flips is known and undone there is no floor: the loss is 1/N "
        "again, with the prefactor 1/2 + q(1-q)/(2p(1-p)(1-2q)²), which grows without bound as q "
        "tends to one half.",
        source=SECTION,
        assumptions=(
            FLIPPED,
            CLIPPED,
            "An estimate below 1/(2N) is moved there, and one above 1 - 1/(2N) to that; either is "
            "exponentially rare.",
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
def boundary() -> Derivation:
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
        name="debiasing.boundary",
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
