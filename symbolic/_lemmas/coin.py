"""Symbols, moments and the expected log loss of a coin, for every derivation that tosses one."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Variable
from symbolic.domain import integers, reals

N = sp.Symbol("N", positive=True)
p = sp.Symbol("p", positive=True)
k = sp.Symbol("pseudocount", nonnegative=True)
q = 1 - p
v = p * q

TOSSES = Variable(N, integers(1), "tosses")
BIAS = Variable(
    p, reals(0, 1, usual=(sp.Rational(1, 5), sp.Rational(4, 5))), "probability of heads"
)
PSEUDOCOUNT = Variable(
    k, reals(0, closed=True, usual=(0, 2)), "pseudocount, added to each face", "k"
)

POSITIVE_PSEUDOCOUNT = Variable(k, reals(0, usual=(0, 2)), "pseudocount, added to each face", "k")

SECOND = (6 * k**2 * (1 - 4 * v) - 12 * k * (1 - 2 * v) + 5 - 11 * v) / (12 * v)
"""Coefficient of 1/N^2 in the expected loss, for 0 < p < 1."""

MEAN_LOSS = 1 / (2 * N) + SECOND / N**2


def divergence(bias: sp.Expr, estimate: sp.Expr) -> sp.Expr:
    return bias * sp.log(bias / estimate) + (1 - bias) * sp.log((1 - bias) / (1 - estimate))


V, S = sp.symbols("v s")
CUMULANTS = (  # of one centred toss, the second to the sixth; v = p(1-p), s = 1-2p
    V,
    V * S,
    V * (1 - 6 * V),
    V * S * (1 - 12 * V),
    V * (1 - 30 * V + 120 * V**2),
)
CENTRAL_MOMENTS = (  # of the number of heads, the second to the sixth
    N * V,
    N * V * S,
    3 * N**2 * V**2 + N * V * (1 - 6 * V),
    10 * N**2 * V**2 * S + N * V * S * (1 - 12 * V),
    15 * N**3 * V**3 + 5 * N**2 * V**2 * (5 - 26 * V) + N * V * (1 - 30 * V + 120 * V**2),
)
TAYLOR = (  # of the loss in the deviation of the estimate, the second to the fifth coefficient
    1 / (2 * V),
    -S / (3 * V**2),
    (1 - 3 * V) / (4 * V**3),
    -S * (1 - 2 * V) / (5 * V**4),
)


_HEADS = sp.Symbol("N_1", integer=True, nonnegative=True)
EXPECTED_LOSS = sp.Sum(
    sp.binomial(N, _HEADS)
    * p**_HEADS
    * q ** (N - _HEADS)
    * divergence(p, (_HEADS + k) / (N + 2 * k)),
    (_HEADS, 0, N),
)
"""The expected loss at a finite size, for a pseudocount k > 0."""
