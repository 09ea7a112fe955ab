"""A Gaussian of which the variance must be estimated too: what that adds to the log loss."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.means.gaussian import DEVIATION, ERROR, N, error, sigma
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series


@derivation
def likelihood() -> Derivation:
    """E KL = 1/N + (61/12)/N², one coordinate, mean and variance estimated."""
    f = sp.Symbol("f", positive=True)
    s = sp.Symbol("s", positive=True)
    h = sp.Symbol("h", positive=True)
    t = sp.Symbol("t")
    y = sp.Symbol("y", positive=True)
    u = sp.Symbol("u")
    density = sp.exp(-(y**2) / 2) / sp.sqrt(2 * sp.pi)
    miss = (sigma * y - error) ** 2 + (-sigma * y - error) ** 2
    moment = 2**t * sp.gamma(f / 2 + t) / sp.gamma(f / 2)
    digamma = sp.polygamma(0, (N - 1) / 2)
    finite = (digamma + sp.log(2 / N) + (N + 1) / (N - 3) - 1) / 2
    law = 1 / N + sp.Rational(61, 12) / N**2
    return Derivation(
        name="unknown_variance.likelihood",
        statement="If mean and variance of a Gaussian are both estimated, the expected excess "
        "negative log likelihood is 1/N, a half for each of the two parameters; the exponent is "
        "that of a known variance, but the next term, (61/12)/N², is large, and for N <= 3 the "
        "expectation is infinite.",
        source="Anonymous2024, 'Why is it power law or linear in log-log?'",
        assumptions=(
            "N > 3 independent draws from a Gaussian with variance sigma², one coordinate.",
            "The estimates are those of maximum likelihood: the mean of the draws, and the mean "
            "squared deviation from it, s².",
        ),
        size=Variable(N, integers(4), "draws"),
        parameters=(),
        auxiliary=(
            DEVIATION,
            ERROR,
            Variable(s, reals(0), "estimated standard deviation"),
            Variable(f, integers(3, usual=(3, 60)), "degrees of freedom"),
            Variable(h, reals(0, usual=(1, 5)), "order of a moment, plus f/2"),
        ),
        steps=(
            Identity(
                "An estimate that is wrong by e in the mean, with s for sigma, costs this in "
                "expectation over new draws sigma y and -sigma y.",
                sp.Integral(miss * density, (y, 0, sp.oo)) / (2 * s**2)
                - sp.Rational(1, 2)
                + sp.log(s / sigma),
                (sigma**2 + error**2) / (2 * s**2) + sp.log(s / sigma) - sp.Rational(1, 2),
            ),
            Identity(
                "N s²/sigma² is a sum of f = N - 1 squares of normal numbers, independent of the "
                "estimated mean. Such a sum y has these moments, of order t = h - f/2 > -f/2.",
                sp.Integral(
                    y ** (h - 1) * sp.exp(-y / 2) / (2 ** (f / 2) * sp.gamma(f / 2)), (y, 0, sp.oo)
                ),
                moment.subs(t, h - f / 2),
            ),
            Identity(
                "The moment of order -1: 1/y has the mean 1/(f-2). It exists for f > 2, N > 3.",
                sp.Subs(moment, t, -1),
                1 / (f - 2),
            ),
            Series(
                "The factor of t is the mean of log y, with the digamma function.",
                moment,
                t,
                2,
                1 + t * (sp.polygamma(0, f / 2) + sp.log(2)),
            ),
            Identity(
                "So sigma²/s² has the mean N/(N-3), and e² the mean sigma²/N; together with the "
                "mean of log(s²/sigma²), digamma and log(2/N): exactly, at every N.",
                (1 + 1 / N) * N / (N - 3) / 2
                + (digamma + sp.log(2) - sp.log(N)) / 2
                - sp.Rational(1, 2),
                finite,
            ),
            Series(
                "Digamma is log(x) - 1/(2x) - 1/(12x²) up to O(x^-4): both grow by the same from x "
                "to x + 1, here with u = 1/x, and both tend to log(x).",
                sp.log(1 + u) - u / (2 * (1 + u)) - u**2 / (12 * (1 + u) ** 2) + u / 2 + u**2 / 12,
                u,
                5,
                u,
            ),
            Series(
                "At x = (N-1)/2 the logarithms leave log(1-u), with u = 1/N.",
                sp.log(1 - u),
                u,
                3,
                -u - u**2 / 2,
            ),
            Asymptotic(
                "Expanded for many draws.",
                (
                    -1 / N
                    - 1 / (2 * N**2)
                    - 1 / (N - 1)
                    - 1 / (3 * (N - 1) ** 2)
                    + (N + 1) / (N - 3)
                    - 1
                )
                / 2,
                N,
                3,
                law,
            ),
        ),
        law=Law(law, N),
        finite=finite,
    )
