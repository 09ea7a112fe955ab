"""The mean of a Gaussian: σ²/N, exactly, at every N."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series

N = sp.Symbol("N", positive=True)
sigma = sp.Symbol("sigma", positive=True)
d = sp.Symbol("d", positive=True)
z = sp.Symbol("z", real=True)
error = sp.Symbol("e", positive=True)
coordinate = sp.Symbol("i", integer=True)

DRAWS = Variable(N, integers(1), "draws")
DEVIATION = Variable(sigma, reals(0), "standard deviation of one coordinate")
DIMENSIONS = Variable(d, integers(1), "dimensions")
ERROR = Variable(error, reals(0), "error of one coordinate of the mean")

_DENSITY = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)


def _variance_of_the_mean() -> Series:
    t = sp.Symbol("t")
    return Series(
        "The average of N independent draws has the N-th power of the generating function "
        "exp(σ²t²/(2N²)) of one draw over N; its second derivative at 0 is the variance σ²/N.",
        sp.exp(sigma**2 * t**2 / (2 * N**2)) ** N,
        t,
        4,
        1 + sigma**2 / N * t**2 / 2,
    )


@derivation
def data() -> Derivation:
    """E |x̄ - μ|² = dσ²/N."""
    return Derivation(
        name="gaussian.data",
        statement="The expected squared error of the mean of N Gaussian vectors is d sigma^2/N, "
        "exactly and at every N.",
        source="Anonymous2024, 'Why is it power law or linear in log-log?'",
        assumptions=("N independent draws from a Gaussian with covariance sigma² times identity.",),
        size=DRAWS,
        parameters=(DEVIATION, DIMENSIONS),
        auxiliary=(),
        steps=(
            _variance_of_the_mean(),
            Identity(
                "The squared distance is the sum over d coordinates.",
                sp.Sum(sigma**2 / N, (coordinate, 1, d)),
                d * sigma**2 / N,
            ),
        ),
        law=Law(d * sigma**2 / N, N),
        finite=d * sigma**2 / N,
    )


@derivation
def likelihood() -> Derivation:
    """E KL = d/(2N)."""
    extra = ((sigma * z + error) ** 2 - (sigma * z) ** 2) / (2 * sigma**2)
    return Derivation(
        name="gaussian.likelihood",
        statement="The expected excess negative log likelihood of the estimated mean is d/(2N) "
        "nats, exactly and at every N, whatever sigma.",
        source="Anonymous2024, 'Why is it power law or linear in log-log?'",
        assumptions=(
            "N independent draws from a Gaussian with covariance sigma² times identity.",
            "sigma is known; only the mean is estimated.",
        ),
        size=DRAWS,
        parameters=(DIMENSIONS,),
        auxiliary=(DEVIATION, ERROR),
        steps=(
            Identity(
                "A mean that is wrong by e in one coordinate costs e²/(2σ²) nats in expectation "
                "over a new draw σz.",
                sp.Integral(extra * _DENSITY, (z, -sp.oo, sp.oo)),
                error**2 / (2 * sigma**2),
            ),
            _variance_of_the_mean(),
            Identity(
                "Each of d coordinates costs the mean of e²/(2σ²) with E e² = σ²/N: sigma is gone.",
                sp.Sum(sigma**2 / N / (2 * sigma**2), (coordinate, 1, d)),
                d / (2 * N),
            ),
        ),
        law=Law(d / (2 * N), N),
        finite=d / (2 * N),
    )
