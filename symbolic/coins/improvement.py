"""What more tosses of a coin bring, and where a published argument slips."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import (
    BIAS,
    EXPECTED_LOSS,
    MEAN_LOSS,
    POSITIVE_PSEUDOCOUNT,
    PSEUDOCOUNT,
    SECOND,
    TOSSES,
    N,
    k,
    p,
    q,
    v,
)
from symbolic.derivation import Derivation, Variable
from symbolic.domain import Domain, integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Series, Solution

delta = sp.Symbol("delta", positive=True)
ADDED = Variable(delta, integers(1, usual=(1, 12)), "additional tosses")
LAST_EQUATION = "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', last equation"


@derivation
def data() -> Derivation:
    """L(N) - L(N+Δ): Δ/(2N²), not Δ/N."""
    a, b = sp.symbols("alpha beta", positive=True)
    e = sp.Symbol("epsilon", positive=True)
    x = sp.Symbol("x", nonnegative=True)
    t = sp.Symbol("t")
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
        name="improvement.data",
        statement="The mean improvement of the log loss from delta more tosses is "
        "delta/(2N^2): exponent 2, where the published argument reads off 1.",
        source=LAST_EQUATION,
        assumptions=(
            "Of N tosses alpha N showed heads, of delta more beta delta; 0 < alpha < 1.",
            "For the expansion, delta is much smaller than N alpha and than N (1-alpha).",
            "For the mean, alpha and beta are independent frequencies of a coin with bias p.",
        ),
        size=TOSSES,
        parameters=(BIAS, PSEUDOCOUNT, ADDED),
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
                sp.Subs(bracket, a, p),
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
            Series(
                "In the mean, beta averages to p and (alpha-p)² to p(1-p)/N, as the generating "
                "function of alpha - p shows: the first-order formula has mean delta/N², twice "
                "the truth ...",
                (q * sp.exp(-p * t / N) + p * sp.exp(q * t / N)) ** N,
                t,
                3,
                1 + v / N * t**2 / 2,
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
        finite=EXPECTED_LOSS - EXPECTED_LOSS.subs(N, N + delta),
        finite_order=4,
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
        name="improvement.recursion",
        statement="The quadratic loss obeys dL/dN = -2L/N + 1/(2N²): old error is forgotten, new "
        "noise comes in; hence L = 1/(2N) + C/N².",
        source=LAST_EQUATION,
        assumptions=(
            "The loss is quadratic, E (alpha-p)²/(2p(1-p)), as it is near the truth.",
            "The tosses are independent, and alpha is their frequency of heads.",
        ),
        size=TOSSES,
        parameters=(Variable(c, Domain(sp.Integer(-5), sp.Integer(5)), "constant of integration"),),
        auxiliary=(
            BIAS,
            ADDED,
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


@derivation
def frozen() -> Derivation:
    """For a frequency that is frozen at α ≠ p, and only then, the improvement goes as 1/N."""
    a, b = sp.symbols("alpha beta", positive=True)
    e = sp.Symbol("epsilon", positive=True)
    t = sp.Symbol("t")
    m = sp.Symbol("m", integer=True, nonnegative=True)
    gain = p * sp.log(1 + b * e / a) + q * sp.log(1 + (1 - b) * e / (1 - a)) - sp.log(1 + e)
    first = p * b / a + q * (1 - b) / (1 - a) - 1
    second = (1 - p * b**2 / a**2 - q * (1 - b) ** 2 / (1 - a) ** 2) / 2
    spread = v / delta
    mean_second = (
        (1 - p * (p**2 + spread) / a**2 - q * (q**2 + spread) / (1 - a) ** 2) / 2 * delta**2
    )
    law = delta * (p - a) ** 2 / (a * (1 - a)) / N + mean_second / N**2
    finite = sp.Sum(
        sp.binomial(delta, m) * p**m * q ** (delta - m) * gain.subs({b: m / delta, e: delta / N}),
        (m, 0, delta),
    )
    return Derivation(
        name="improvement.frozen",
        statement="If the frequency of heads is held at alpha other than p, whatever N, then the "
        "mean improvement from delta more tosses is delta (p-alpha)²/(alpha(1-alpha)) / N.",
        source=LAST_EQUATION,
        assumptions=(
            "Of N tosses alpha N are said to have shown heads, for every N; alpha is not p.",
            "delta independent tosses of the coin with bias p are added; beta is their frequency.",
            "No pseudocount.",
        ),
        size=TOSSES,
        parameters=(
            BIAS,
            Variable(a, BIAS.domain, "frozen frequency of heads"),
            ADDED,
        ),
        auxiliary=(
            Variable(b, reals(0, 1), "frequency of heads in the tosses that are added"),
            Variable(e, reals(0), "delta/N"),
        ),
        steps=(
            Series(
                "The improvement to second order in epsilon = delta/N.",
                gain,
                e,
                3,
                first * e + second * e**2,
            ),
            Series(
                "beta has mean p and variance p(1-p)/delta, as its generating function shows.",
                (q * sp.exp(-p * t / delta) + p * sp.exp(q * t / delta)) ** delta,
                t,
                3,
                1 + spread * t**2 / 2,
            ),
            Identity(
                "So the first order, linear in beta, has a mean that is positive for every alpha "
                "other than p, and constant: here, and only here, is the improvement 1/N. But the "
                "loss tends to KL(p, alpha), not to 0.",
                first.subs(b, p),
                (p - a) ** 2 / (a * (1 - a)),
            ),
            Identity(
                "The second order is quadratic in beta: its mean is its value at p plus half its "
                "second derivative times the variance. Together:",
                delta / N * first.subs(b, p)
                + (delta / N) ** 2 * (second.subs(b, p) + sp.diff(second, b, 2) / 2 * spread),
                law,
            ),
        ),
        law=Law(law, N),
        finite=finite,
        finite_order=3,
    )


BOUNDARY_LOSS = sp.log((N + 2 * k) / (N + k))


@derivation
def boundary() -> Derivation:
    """L(N) - L(N+Δ) = kΔ/N² for p = 0 or 1."""
    gain = BOUNDARY_LOSS - BOUNDARY_LOSS.subs(N, N + delta)
    law = k * delta / N**2 - k * delta * (3 * k + delta) / N**3
    return Derivation(
        name="improvement.boundary",
        statement="For a coin that always shows the same face every toss improves the loss, by "
        "k delta/N^2 for delta tosses: exponent 2 again, and no other sign.",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', case p* = 1",
        assumptions=(
            "p = 0 or p = 1, so that all tosses show the same face.",
            "k > 0; without a pseudocount there is nothing to improve after the first toss.",
        ),
        size=TOSSES,
        parameters=(POSITIVE_PSEUDOCOUNT, ADDED),
        auxiliary=(),
        steps=(
            Identity(
                "The loss log((N+2k)/(N+k)) before and after.",
                gain,
                sp.log(1 + k / (N + k)) - sp.log(1 + k / (N + delta + k)),
            ),
            Asymptotic("Expanded for large N.", gain, N, 4, law),
        ),
        law=Law(law, N),
        finite=gain,
        finite_order=4,
    )
