"""The coin: what its log loss must be after N tosses."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import (
    BIAS,
    CENTRAL_MOMENTS,
    CUMULANTS,
    EXPECTED_LOSS,
    MEAN_LOSS,
    POSITIVE_PSEUDOCOUNT,
    PSEUDOCOUNT,
    TAYLOR,
    TOSSES,
    N,
    S,
    V,
    divergence,
    k,
    p,
    q,
    v,
)
from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Limit, Series


@derivation
def data() -> Derivation:
    """E KL(p‖p̂) = 1/(2N) + c/N² for 0 < p < 1."""
    d = sp.Symbol("d")
    t = sp.Symbol("t")
    x = sp.Symbol("x", nonnegative=True)
    u = sp.Symbol("u", nonnegative=True)
    m = sp.Symbol("m", positive=True)
    one_toss = q * sp.exp(-p * t) + p * sp.exp(q * t)
    cumulants = sum(c * t**j / sp.factorial(j) for j, c in enumerate(CUMULANTS, start=2))
    generating = sum(c * t**j / sp.factorial(j) for j, c in enumerate(CENTRAL_MOMENTS, start=2))
    mu = sp.symbols("mu_2:7")
    central = (sp.Integer(1), sp.Integer(0), *mu)
    powers = [  # E d^j, from the central moments and the shift by the pseudocount
        sum(sp.binomial(j, i) * central[i] * (k * S) ** (j - i) for i in range(j + 1))
        / (N + 2 * k) ** j
        for j in range(7)
    ]
    expected = sum(c * powers[j] for j, c in enumerate(TAYLOR, start=2))
    remainder = (1 - 5 * V + 5 * V**2) / (3 * V**5) * powers[6]
    return Derivation(
        name="bernoulli.data",
        statement="The expected excess log loss of a coin's estimated bias is 1/(2N) to leading "
        "order, whatever the bias p inside (0, 1) and whatever the pseudocount.",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size'",
        assumptions=(
            "N independent tosses show N_1 heads; the estimate is (N_1 + k)/(N + 2k), k the "
            "pseudocount.",
            "0 < p < 1 is fixed while N grows.",
            "k > 0, or k = 0 and the loss is taken given 0 < N_1 < N, which changes every "
            "expectation below by an exponentially small amount.",
        ),
        size=TOSSES,
        parameters=(BIAS, PSEUDOCOUNT),
        auxiliary=(
            Variable(x, reals(0), "a relative deviation upwards"),
            Variable(u, reals(0, sp.Rational(1, 2)), "a relative deviation downwards"),
            Variable(m, reals(0, sp.Rational(1, 2)), "the smaller of p and 1-p"),
        ),
        steps=(
            Identity(
                "Write d for the estimate less p: the loss is a sum of two logarithms.",
                divergence(p, p + u * q),
                -p * sp.log(1 + u * q / p) - q * sp.log(1 - u),
            ),
            Series(
                "To third order in d, with no linear term: the loss is a parabola with curvature "
                "1/(p(1-p)), the Fisher information of one toss, and a cubic term that vanishes at "
                "p = 1/2.",
                -p * sp.log(1 + d / p) - q * sp.log(1 - d / q),
                d,
                4,
                d**2 / (2 * V) - S * d**3 / (3 * V**2),
            ),
            Series(
                "To fifth order, for the next term.",
                -p * sp.log(1 + d / p) - q * sp.log(1 - d / q),
                d,
                6,
                sum(c * d**j for j, c in enumerate(TAYLOR, start=2)),
            ),
            Identity(
                "The deviation is the centred number of heads N_1 - Np = x plus a shift by the "
                "pseudocount, over N + 2k.",
                (x + N * p + k) / (N + 2 * k) - p,
                (x + k * S) / (N + 2 * k),
            ),
            Series(
                "The cumulants of one centred toss, from the logarithm of its moment generating "
                "function: variance p(1-p), and so on to the sixth.",
                sp.log(one_toss),
                t,
                7,
                cumulants,
            ),
            Series(
                "Those of N tosses are N times as large, which gives the central moments "
                "mu_2, mu_3, ... of N_1: the factors of t²/2!, t³/3!, ...",
                sp.exp(N * cumulants),
                t,
                7,
                1 + generating,
            ),
            Asymptotic(
                "Put the moments into the Taylor polynomial of fifth order. The variance alone "
                "gives 1/(2N); its correction, the third and the fourth moment give the next term. "
                "Neither p nor k enters the leading term.",
                expected,
                N,
                3,
                MEAN_LOSS,
            ),
            Bound(
                "The Taylor remainder, upwards: log(1+x) falls short of its fifth-order polynomial "
                "by at most x^6/6.",
                x - x**2 / 2 + x**3 / 3 - x**4 / 4 + x**5 / 5 - sp.log(1 + x),
                x**6 / 6,
                x,
                x**6 / (1 + x),
            ),
            Bound(
                "Downwards, for deviations of at most one half: log(1-u) falls short by at most "
                "u^6/3.",
                -u - u**2 / 2 - u**3 / 3 - u**4 / 4 - u**5 / 5 - sp.log(1 - u),
                u**6 / (6 * (1 - u)),
                u,
                u**6 / (6 * (1 - u) ** 2),
            ),
            Asymptotic(
                "So while |d| <= m/2 the remainder is at most (p^-5 + (1-p)^-5) E d^6 / 3, which "
                "is O(N^-3): the sixth moment is of order N³.",
                remainder,
                N,
                3,
                sp.Integer(0),
            ),
            Limit(
                "And |d| > m/2 has probability at most 2 exp(-N m²/8) for large N, by Hoeffding's "
                "inequality, while the loss is at most log(N+2k) - log k: nothing is left of it.",
                N**3 * sp.exp(-N * m**2 / 8) * sp.log(N + 2),
                N,
                sp.Integer(0),
            ),
        ),
        abbreviations={
            **dict(zip(mu[::-1], CENTRAL_MOMENTS[::-1], strict=True)),
            S: 1 - 2 * p,
            V: v,
        },
        law=Law(MEAN_LOSS, N),
        finite=EXPECTED_LOSS,
        finite_order=3,
    )


@derivation
def boundary() -> Derivation:
    """L = log((N+2k)/(N+k)) for p = 0 or 1."""
    loss = sp.log((N + 2 * k) / (N + k))
    return Derivation(
        name="bernoulli.boundary",
        statement="For a coin that always shows the same face the loss is k/N to leading order, "
        "k the pseudocount: the same exponent as inside, but a prefactor of its own, and no noise.",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', case p* = 1",
        assumptions=(
            "p = 0 or p = 1, so that all N tosses show the same face.",
            "k > 0; without a pseudocount the loss is 0 after the first toss.",
        ),
        size=TOSSES,
        parameters=(POSITIVE_PSEUDOCOUNT,),
        auxiliary=(),
        steps=(
            Identity(
                "The face that is always seen gets probability (N+k)/(N+2k), and the loss is minus "
                "its logarithm.",
                -sp.log((N + k) / (N + 2 * k)),
                loss,
            ),
            Asymptotic("Expanded for large N.", loss, N, 3, k / N - 3 * k**2 / (2 * N**2)),
        ),
        law=Law(k / N - 3 * k**2 / (2 * N**2), N),
        finite=loss,
        finite_order=3,
    )
