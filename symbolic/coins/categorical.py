"""A die with K faces: what its log loss must be after N throws."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import CENTRAL_MOMENTS, PSEUDOCOUNT, S, V, k
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Series

N = sp.Symbol("N", positive=True)
K = sp.Symbol("K", positive=True)
p = sp.Symbol("p", positive=True)
R = sp.Symbol("R", positive=True)

THROWS = Variable(N, integers(1), "throws")
FACES = Variable(K, integers(2, usual=(2, 4)), "faces")
FIRST = Variable(
    p, reals(0, 1, usual=(sp.Rational(1, 5), sp.Rational(2, 5))), "probability of the first face"
)
OTHER = (1 - p) / (K - 1)
"""Probability of each of the other faces."""

CUBIC = 6 * k**2 - 12 * k + 5


def _second(inverse: sp.Expr) -> sp.Expr:
    """Coefficient of 1/N², with the sum of 1/p_i over the faces."""
    return CUBIC / 12 * inverse + K * (k - sp.Rational(1, 2)) + (1 - 6 * K**2 * k**2) / 12


def _code_length() -> sp.Expr:
    """The mean of -log of the estimate of the face that shows up next, exactly."""
    seen = sp.Symbol("n_i", integer=True, nonnegative=True)
    weight = sum(
        count * r ** (seen + 1) * (1 - r) ** (N - seen) for count, r in ((1, p), (K - 1, OTHER))
    )
    expected = sp.Sum(sp.binomial(N, seen) * weight * sp.log(seen + k), (seen, 0, N))
    return sp.log(N + K * k) - expected


EXPECTED_LOSS = _code_length() + p * sp.log(p) + (1 - p) * sp.log(OTHER)


@derivation
def data() -> Derivation:
    """E KL(p‖p̂) = (K-1)/(2N) + c/N² for K faces."""
    d = sp.Symbol("d")
    x = sp.Symbol("x", nonnegative=True)
    u = sp.Symbol("u", nonnegative=True)
    mu = sp.symbols("mu_2:7")
    central = (sp.Integer(1), sp.Integer(0), *mu)
    shift = sp.Symbol("e", real=True)
    powers = [
        sum(sp.binomial(j, i) * central[i] * shift ** (j - i) for i in range(j + 1))
        / (N + K * k) ** j
        for j in range(7)
    ]
    taylor = {j: (-1) ** j / (j * p ** (j - 1)) for j in range(1, 6)}
    half = sp.Rational(1, 2)
    first = (half - k, K * k - half)  # times 1 and p
    second = (CUBIC / 12, k - half, (1 - 6 * K**2 * k**2) / 12)  # times 1/p, 1 and p
    mean = (first[0] + first[1] * p) / N + (second[0] / p + second[1] + second[2] * p) / N**2
    law = (K - 1) / (2 * N) + _second(1 / p + (K - 1) / OTHER) / N**2
    return Derivation(
        name="categorical.data",
        statement="The expected excess log loss of a die's estimated probabilities is (K-1)/(2N): "
        "half a nat per throw and per free parameter, whatever the probabilities inside (0, 1).",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', from two faces "
        "to K",
        assumptions=(
            "N independent throws show face i n_i times; its estimate is (n_i + k)/(N + K k).",
            "All p_i are positive and fixed while N grows. In the steps p stands for any of them, "
            "and R for the sum of their inverses, which is all that the law needs.",
            "For the law as printed, one face has probability p and the K-1 others share the rest "
            "equally; p = 1/K is the fair die, with R = K².",
            "k > 0, or k = 0 and the loss is taken given that every face was seen.",
        ),
        size=THROWS,
        parameters=(FACES, FIRST, PSEUDOCOUNT),
        auxiliary=(
            Variable(x, reals(0), "a relative deviation upwards"),
            Variable(u, reals(0, half), "a relative deviation downwards"),
            Variable(R, reals(4, usual=(4, 20)), "sum of 1/p_i over the faces"),
        ),
        steps=(
            Series(
                "Write d for the error of the estimate of p. One face contributes -p log(1 + d/p) "
                "to the loss, which now has a linear term.",
                -p * sp.log(1 + d / p),
                d,
                6,
                sum(c * d**j for j, c in taylor.items()),
            ),
            Identity(
                "The number of times a face shows up is binomial; its deviation x from N p "
                "is shifted by the pseudocount, which pulls p towards 1/K. For bernoulli.data its "
                "central moments mu_2, mu_3, ... were derived from the cumulants of one toss.",
                (x + N * p + k) / (N + K * k) - p,
                (x + shift) / (N + K * k),
            ),
            Asymptotic(
                "Put the moments into the Taylor polynomial: the mean contribution of one "
                "face, as a combination of 1, p and 1/p.",
                sum(c * powers[j] for j, c in taylor.items()),
                N,
                3,
                mean,
            ),
            Identity(
                "Sum over the faces: 1 adds up to K, p to 1, and 1/p to R. In the leading term the "
                "pseudocount cancels, and nothing of the p_i is left.",
                (first[0] * K + first[1]) / N + (second[0] * R + second[1] * K + second[2]) / N**2,
                (K - 1) / (2 * N) + _second(R) / N**2,
            ),
            Bound(
                "What the Taylor polynomial leaves out, upwards: log(1+x) falls short of it by at "
                "most x^6/6.",
                x - x**2 / 2 + x**3 / 3 - x**4 / 4 + x**5 / 5 - sp.log(1 + x),
                x**6 / 6,
                x,
                x**6 / (1 + x),
            ),
            Bound(
                "Downwards, for deviations of at most one half: by at most u^6/3. Larger ones are "
                "exponentially improbable, by Hoeffding's inequality.",
                -u - u**2 / 2 - u**3 / 3 - u**4 / 4 - u**5 / 5 - sp.log(1 - u),
                u**6 / (6 * (1 - u)),
                u,
                u**6 / (6 * (1 - u) ** 2),
            ),
            Asymptotic(
                "So the remainder is O(N^-3), as the sixth moment of the error is.",
                powers[6] / (3 * p**5),
                N,
                3,
                sp.Integer(0),
            ),
            Identity(
                "One face of probability p and K-1 of probability r = (1-p)/(K-1), face by face: "
                "R is 1/p + (K-1)/r.",
                mean + (K - 1) * mean.subs(p, OTHER),
                law,
            ),
        ),
        abbreviations={
            shift: k * (1 - K * p),
            **dict(zip(mu[::-1], CENTRAL_MOMENTS[::-1], strict=True)),
            S: 1 - 2 * p,
            V: p * (1 - p),
        },
        law=Law(law, N),
        finite=EXPECTED_LOSS,
        finite_order=3,
        uses=("bernoulli.data",),
    )
