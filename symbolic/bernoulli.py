"""The coin: what its log loss must be after N tosses, and where a published argument slips."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import Domain, integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Limit, Series, Solution

N = sp.Symbol("N", positive=True)
p = sp.Symbol("p", positive=True)
k = sp.Symbol("pseudocount", nonnegative=True)
delta = sp.Symbol("delta", positive=True)
q = 1 - p
v = p * q

TOSSES = Variable(N, integers(1), "tosses")
BIAS = Variable(p, reals(0, 1), "probability of heads")
PSEUDOCOUNT = Variable(k, reals(0, closed=True), "pseudocount, added to each face")
POSITIVE_PSEUDOCOUNT = Variable(k, reals(0), "pseudocount, added to each face")

SECOND = (6 * k**2 * (1 - 4 * v) - 12 * k * (1 - 2 * v) + 5 - 11 * v) / (12 * v)
"""Coefficient of 1/N^2 in the expected loss, for 0 < p < 1."""

MEAN_LOSS = 1 / (2 * N) + SECOND / N**2


def _divergence(bias: sp.Expr, estimate: sp.Expr) -> sp.Expr:
    return bias * sp.log(bias / estimate) + (1 - bias) * sp.log((1 - bias) / (1 - estimate))


_SKEW = 1 - 2 * p
CUMULANTS = (  # of one centred toss, the second to the sixth
    v,
    v * _SKEW,
    v * (1 - 6 * v),
    v * _SKEW * (1 - 12 * v),
    v * (1 - 30 * v + 120 * v**2),
)
CENTRAL_MOMENTS = (  # of the number of heads, the zeroth to the sixth
    sp.Integer(1),
    sp.Integer(0),
    N * v,
    N * v * _SKEW,
    3 * N**2 * v**2 + N * CUMULANTS[2],
    10 * N**2 * v**2 * _SKEW + N * CUMULANTS[3],
    15 * N**3 * v**3 + 5 * N**2 * v**2 * (5 - 26 * v) + N * CUMULANTS[4],
)


@derivation
def data() -> Derivation:
    """E KL(p‖p̂) = 1/(2N) + c/N² for 0 < p < 1."""
    d = sp.Symbol("d")
    t = sp.Symbol("t")
    x = sp.Symbol("x", nonnegative=True)
    u = sp.Symbol("u", nonnegative=True)
    m = sp.Symbol("m", positive=True)
    n1 = sp.Symbol("N_1", integer=True, nonnegative=True)
    one_toss = q * sp.exp(-p * t) + p * sp.exp(q * t)
    cumulants = sum(c * t**j / sp.factorial(j) for j, c in enumerate(CUMULANTS, start=2))
    generating = sum(m * t**j / sp.factorial(j) for j, m in enumerate(CENTRAL_MOMENTS))
    taylor = [(p * (-1 / p) ** j + q * (1 / q) ** j) / j for j in range(1, 6)]
    shift = k * (1 - 2 * p)
    scale = N + 2 * k
    noncentral = [
        sum(sp.binomial(j, i) * CENTRAL_MOMENTS[i] * shift ** (j - i) for i in range(j + 1))
        / scale**j
        for j in range(7)
    ]
    expected = sum(coefficient * noncentral[j] for j, coefficient in enumerate(taylor, start=1))
    remainder = sp.Rational(1, 3) * (p / p**6 + q / q**6) * noncentral[6]
    finite = sp.Sum(
        sp.binomial(N, n1) * p**n1 * q ** (N - n1) * _divergence(p, (n1 + k) / (N + 2 * k)),
        (n1, 0, N),
    )
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
                _divergence(p, p + u * q),
                -p * sp.log(1 + u * q / p) - q * sp.log(1 - u),
            ),
            Series(
                "To third order in d, with no linear term: the loss is a parabola with curvature 1/(p(1-p)), the Fisher "
                "information of one toss, and a cubic term that vanishes at p = 1/2.",
                -p * sp.log(1 + d / p) - q * sp.log(1 - d / q),
                d,
                4,
                d**2 / (2 * v) - (1 - 2 * p) * d**3 / (3 * v**2),
            ),
            Series(
                "To fifth order, for the next term.",
                -p * sp.log(1 + d / p) - q * sp.log(1 - d / q),
                d,
                6,
                sum(coefficient * d**j for j, coefficient in enumerate(taylor, start=1)),
            ),
            Identity(
                "The deviation is the centred number of heads N_1 - Np = x plus a shift by the "
                "pseudocount, over N + 2k.",
                (x + N * p + k) / (N + 2 * k) - p,
                (x + k * (1 - 2 * p)) / (N + 2 * k),
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
                "Those of N tosses are N times as large, which gives the central moments of N_1.",
                sp.exp(N * cumulants),
                t,
                7,
                generating,
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
                "is O(N^-3): the sixth moment is of order N^3.",
                remainder,
                N,
                3,
                sp.Integer(0),
            ),
            Limit(
                "And |d| > m/2 has probability at most 2 exp(-N m²/8) for large N, by Hoeffding's "
                "inequality, while the loss is never above log(N+2k) - log k: nothing is left of it.",
                N**3 * sp.exp(-N * m**2 / 8) * sp.log(N + 2),
                N,
                sp.Integer(0),
            ),
        ),
        law=Law(MEAN_LOSS, N),
        finite=finite,
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
        parameters=(Variable(k, reals(0), "pseudocount, added to each face"),),
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


@derivation
def improvement() -> Derivation:
    """L(N) - L(N+Δ): Δ/(2N²), not Δ/N."""
    a, b = sp.symbols("alpha beta", positive=True)
    e = sp.Symbol("epsilon", positive=True)
    x = sp.Symbol("x", nonnegative=True)
    tosses = Variable(delta, integers(1), "additional tosses")
    bracket = p * b / a + q * (1 - b) / (1 - a) - 1
    gain = p * sp.log(1 + b * e / a) + q * sp.log(1 + (1 - b) * e / (1 - a)) - sp.log(1 + e)
    before = p * sp.log(a * N) + q * sp.log((1 - a) * N) - sp.log(N)
    after = (
        p * sp.log(a * N + b * delta)
        + q * sp.log((1 - a) * N + (1 - b) * delta)
        - sp.log(N + delta)
    )
    at = {e: delta / N}
    next_term = (2 * SECOND * delta - delta**2 / 2) / N**3
    law = delta / (2 * N**2) + next_term
    return Derivation(
        name="bernoulli.improvement",
        statement="The mean improvement of the log loss from delta more tosses is "
        "delta/(2N^2): exponent 2, where the published argument reads off 1.",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', last equation",
        assumptions=(
            "Of N tosses alpha N showed heads, of delta more beta delta; 0 < alpha < 1.",
            "For the expansion, delta is much smaller than N alpha and than N (1-alpha).",
            "For the mean, alpha and beta are independent frequencies of a coin with bias p.",
        ),
        size=TOSSES,
        parameters=(BIAS, PSEUDOCOUNT, tosses),
        auxiliary=(
            Variable(a, reals(0, 1), "frequency of heads in the first N tosses"),
            Variable(b, reals(0, 1), "frequency of heads in the tosses that are added"),
            Variable(x, reals(0), "a relative change"),
            Variable(e, reals(0), "delta/N"),
        ),
        steps=(
            Identity(
                "The improvement, with the logarithm that the source drops from its second "
                "equation.",
                after - before,
                gain.subs(at),
            ),
            Series(
                "To first order in epsilon = delta/N: the source's formula.",
                gain,
                e,
                2,
                bracket * e,
            ),
            Identity(
                "Its bracket factorises: the improvement depends on how wrong alpha is, and on "
                "whether beta moves it the right way.",
                bracket,
                (p - a) * (b - a) / (a * (1 - a)),
            ),
            Identity(
                "It vanishes at alpha = p, whatever beta: near the truth the first order is no "
                "approximation at all.",
                bracket.subs(a, p),
                sp.Integer(0),
            ),
            Series(
                "At alpha = p the second order decides, and it is negative: who is exactly right "
                "can only lose by more tosses.",
                gain.subs(a, p),
                e,
                3,
                -((b - p) ** 2) / (2 * v) * e**2,
            ),
            Bound(
                "How good log(1+x) ≈ x is, rigorously, from above ...",
                x - sp.log(1 + x),
                x**2 / 2,
                x,
                x**2 / (1 + x),
            ),
            Bound(
                "... and from below, for all x >= 0.",
                x**2 / (2 * (1 + x)),
                x - sp.log(1 + x),
                x,
                x**2 / (2 * (1 + x) ** 2),
            ),
            Identity(
                "In the mean, beta averages to p and (p-alpha)² to p(1-p)/N: the first-order "
                "formula has mean delta/N², twice the truth ...",
                delta / N * (v / N) / v,
                delta / N**2,
            ),
            Asymptotic(
                "... since the second order has mean -delta/(2N²), just as large however small "
                "delta/N is: (beta-alpha)² averages to p(1-p)(1/delta + 1/N).",
                delta / N**2 - (delta / N) ** 2 * (v / delta + v / N) / (2 * v),
                N,
                3,
                delta / (2 * N**2),
            ),
            Asymptotic(
                "The same from the law of the loss itself, with the next term.",
                MEAN_LOSS - MEAN_LOSS.subs(N, N + delta),
                N,
                4,
                law,
            ),
        ),
        law=Law(law, N),
    )


@derivation
def recursion() -> Derivation:
    """dL/dN = -2L/N + 1/(2N²)."""
    a, b = sp.symbols("alpha beta", positive=True)
    c = sp.Symbol("C", real=True)
    loss = sp.Function("L")
    solution = 1 / (2 * N) + c / N**2
    one_more = (N / (N + 1)) ** 2 * solution + 1 / (2 * (N + 1) ** 2)
    return Derivation(
        name="bernoulli.recursion",
        statement="The quadratic loss obeys dL/dN = -2L/N + 1/(2N²): old error is forgotten, new "
        "noise comes in; hence L = 1/(2N) + C/N².",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', last equation",
        assumptions=(
            "The loss is quadratic, E (alpha-p)²/(2p(1-p)), as it is near the truth.",
            "The tosses are independent, and alpha is their frequency of heads.",
        ),
        size=TOSSES,
        parameters=(Variable(c, Domain(sp.Integer(-5), sp.Integer(5)), "constant of integration"),),
        auxiliary=(
            BIAS,
            Variable(delta, integers(1), "additional tosses"),
            Variable(a, reals(0, 1), "frequency of heads in the first N tosses"),
            Variable(b, reals(0, 1), "frequency of heads in the tosses that are added"),
        ),
        steps=(
            Identity(
                "Tosses that are added move the frequency towards their own.",
                (a * N + b * delta) / (N + delta),
                a + delta / (N + delta) * (b - a),
            ),
            Identity(
                "One more toss (delta = 1): the error keeps the share N/(N+1), and the new toss, "
                "of variance p(1-p), adds 1/(N+1) of its own.",
                (a + (b - a) / (N + 1)) - p,
                N / (N + 1) * (a - p) + (b - p) / (N + 1),
            ),
            Solution(
                "So L(N+1) = (N/(N+1))² L(N) + 1/(2(N+1)²), solved exactly by 1/(2N) + C/N².",
                loss(N + 1) - (N / (N + 1)) ** 2 * loss(N) - 1 / (2 * (N + 1) ** 2),
                loss(N),
                solution,
            ),
            Asymptotic(
                "The change per toss, for large N: forgetting at rate 2/N, and noise.",
                one_more - solution,
                N,
                3,
                -2 * solution / N + 1 / (2 * N**2),
            ),
            Solution(
                "The differential equation has the same solution. The source keeps the first term "
                "alone, whose solution C/N² has exponent 2.",
                sp.diff(loss(N), N) + 2 * loss(N) / N - 1 / (2 * N**2),
                loss(N),
                solution,
            ),
        ),
        law=Law(solution, N),
    )
