"""Counters of finite memory that never stop: what forgetting and skipping save."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import BIAS, PSEUDOCOUNT, TAYLOR, S, V, k, p, q, v
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Bound, Identity, Limit, Series, Solution

M = sp.Symbol("M", positive=True)
a = sp.Symbol("a", positive=True)
K = sp.Symbol("K", positive=True)
x = sp.Symbol("x", positive=True)

SECTION = "Cho2020, 'The scaling law for Bernoulli w.r.t. the model size'"
HALF = sp.Rational(1, 2)
THIRD = sp.Rational(1, 3)


@derivation
def halving() -> Derivation:
    """Both counters are halved when they are full: L = (log 2 - 1/3)/M."""
    j = sp.Symbol("j", integer=True, nonnegative=True)
    c = sp.Symbol("c", real=True)
    m = sp.Symbol("m", positive=True)
    nu = sp.Symbol("nu", positive=True)
    c2, c3, c4 = sp.symbols("c_2:5", real=True)
    at, sum_after, variance, third = sp.symbols("n e mu_2 mu_3")
    spread = (nu - THIRD) * M * V + sp.Rational(1, 6)
    moments = (
        variance + sum_after**2,
        third + 3 * sum_after * variance,
        3 * variance**2 + c * M,
    )
    expected = sum(
        factor * moment / (at + 2 * k) ** order
        for order, (factor, moment) in enumerate(zip(TAYLOR[:3], moments, strict=True), start=2)
    )
    first = (nu - THIRD) / (2 * nu**2)
    powers = {  # of 1/nu, in the next term
        2: (6 * k**2 * (1 - 4 * V) - 12 * k * (1 - 2 * V) + 6 - 11 * V) / (12 * V),
        3: (14 * k * (1 - 2 * V) - 15 + 39 * V) / (42 * V),
        4: (1 - 3 * V) / (12 * V),
    }
    second = sum(factor / nu**order for order, factor in powers.items())
    after = k**2 * (1 - 4 * v) - k * (1 - 2 * v) + sp.Rational(20, 63) - sp.Rational(3, 14) * v
    law = (sp.log(2) - THIRD) / M + after / (v * M**2)
    squares = sp.Function("V")
    cubes = sp.Function("W")
    return Derivation(
        name="memory.halving",
        statement="If both counters are halved whenever M tosses are counted, an endless stream "
        "gives the loss (log 2 - 1/3)/M, less than the 1/(2M) of counters that stop when full: "
        "forgetting costs no exponent.",
        source=SECTION,
        assumptions=(
            "M is even. At N = M both counters are halved, N_1 with random rounding: an odd number "
            "goes up or down by 1/2 with equal chances. Then counting goes on.",
            "The stream is endless, and L is the mean over the time from one halving to the next, "
            "of the loss of the estimate (N_1 + k)/(N + 2k).",
            "0 < p < 1 is fixed while M grows.",
        ),
        size=Variable(M, integers(2), "tosses at which the counters are halved"),
        parameters=(BIAS, PSEUDOCOUNT),
        auxiliary=(
            Variable(j, integers(0, usual=(0, 20)), "halvings so far"),
            Variable(c, reals(-1, 1), "fourth cumulant of N_1 over M; or what the start leaves"),
            Variable(m, reals(0, 1), "rate at which the parity of N_1 is forgotten"),
            Variable(nu, reals(HALF, 1), "N/M"),
            *(Variable(b, reals(0, 1), "coefficient of a power of 1/nu") for b in (c2, c3, c4)),
        ),
        steps=(
            Limit(
                "Every toss multiplies E (-1)^N_1 by 1-2p: after M/2 of them N_1 is odd with "
                "probability 1/2, whatever else is known of it, up to exp(-m M), m > 0. So the "
                "rounding adds a variance of 1/2 times 1/4, and no third cumulant.",
                M**3 * sp.exp(-m * M),
                M,
                sp.Integer(0),
            ),
            Solution(
                "From full to full the variance of N_1 is quartered, rounded, and M/2 tosses are "
                "added. It tends to (2/3) M p(1-p) + 1/6, where a fresh count has M p(1-p).",
                squares(j + 1) - squares(j) / 4 - sp.Rational(1, 8) - M * V / 2,
                squares(j),
                2 * M * V / 3 + sp.Rational(1, 6) + c / 4**j,
            ),
            Solution(
                "The third cumulant is divided by 8.",
                cubes(j + 1) - cubes(j) / 8 - M * V * S / 2,
                cubes(j),
                4 * M * V * S / 7 + c / 8**j,
            ),
            Identity(
                "At N = nu M, 1/2 <= nu <= 1, the tosses up to M are still to come: the variance "
                "is this, and the third cumulant likewise (nu - 3/7) M p(1-p)(1-2p).",
                2 * M * V / 3 + sp.Rational(1, 6) - (1 - nu) * M * V,
                spread,
            ),
            Asymptotic(
                "The loss by its Taylor polynomial in the error (N_1 - N p + k(1-2p))/(N + 2k), as "
                "in bernoulli.data. Of the fourth moment only the square of the variance counts.",
                expected,
                M,
                3,
                first / M + second / M**2,
            ),
            Identity(
                "The leading term is (1/3)/M just before halving as well as just after: at both "
                "ends of the interval over which N runs ...",
                sp.Subs(first, nu, HALF) - sp.Subs(first, nu, sp.Integer(1)),
                sp.Integer(0),
            ),
            Identity(
                "... so that the mean over N is twice the integral over nu, up to O(M^-3), by "
                "Euler and Maclaurin.",
                2 * sp.Integral(sp.expand(first), (nu, HALF, 1)),
                sp.log(2) - THIRD,
            ),
            Identity(
                "The next term is a polynomial in 1/nu, with coefficients c_2, c_3 and c_4.",
                2 * sp.Integral(c2 / nu**2 + c3 / nu**3 + c4 / nu**4, (nu, HALF, 1)),
                2 * c2 + 3 * c3 + sp.Rational(14, 3) * c4,
            ),
            Identity(
                "Together.",
                (sp.log(2) - THIRD) / M
                + (2 * powers[2] + 3 * powers[3] + sp.Rational(14, 3) * powers[4]) / M**2,
                law,
            ),
        ),
        abbreviations={
            at: nu * M,
            sum_after: k * S,
            variance: spread,
            third: (nu - sp.Rational(3, 7)) * M * V * S,
            S: 1 - 2 * p,
            V: v,
        },
        law=Law(law, M),
        uses=("bernoulli.data",),
    )


@derivation
def morris() -> Derivation:
    """Two Morris counters of base 1 + 1/a: floor p(1-p)/(2a)."""
    i = sp.Symbol("i", positive=True)
    n = sp.Symbol("n", positive=True)
    level = sp.Symbol("X", positive=True)
    h = sp.Symbol("h")
    y, z = sp.symbols("y z")
    b = 1 + 1 / a
    squares = sp.Function("Q")
    second = 1 + (b**2 - 1) * (n + n * (n - 1) / (2 * a))
    raw = [sp.Integer(1), sp.Integer(1)]
    for order in range(2, 5):
        raw.append(sp.expand(raw[-1] * a * (b**order - 1) / order))
    central = [
        sp.expand(sum(sp.binomial(o, t) * (-1) ** (o - t) * raw[t] for t in range(o + 1)))
        for o in range(5)
    ]
    taylor = (
        v * (y - z) ** 2 / 2 * h**2
        + ((p * y + q * z) ** 3 - p * y**3 - q * z**3) / 3 * h**3
        - ((p * y + q * z) ** 4 - p * y**4 - q * z**4) / 4 * h**4
    )
    expected = sum(
        factor * central[heads] * central[tails]
        for (heads, tails), factor in sp.Poly(taylor.subs(h, 1), y, z).terms()
    )
    law = v / (2 * a) - v * (1 + 9 * v) / (12 * a**2)
    return Derivation(
        name="memory.morris",
        statement="A pair of Morris counters, which count in powers of 1 + 1/a, has the floor "
        "p(1-p)/(2a) however many tosses it sees: the levels it needs grow as the logarithm of "
        "their number.",
        source=SECTION,
        assumptions=(
            "A counter at level X goes up with probability (1+1/a)^-X; it stands for "
            "a((1+1/a)^X - 1) counts. One counts heads, the other tails, and the estimate is the "
            "share of the heads.",
            "The stream is endless, and the levels suffice; 0 < p < 1.",
        ),
        size=Variable(a, reals(1), "counts from which on a counter skips"),
        parameters=(BIAS,),
        auxiliary=(
            Variable(i, integers(1, usual=(1, 6)), "order of a moment"),
            Variable(n, integers(1, usual=(1, 100)), "counts"),
            Variable(level, integers(1, usual=(1, 100)), "level of a counter"),
            Variable(y, reals(-1, 1), "relative error of the heads, over h"),
            Variable(z, reals(-1, 1), "relative error of the tails, over h"),
        ),
        steps=(
            Identity(
                "One more count raises the i-th power of B = (1+1/a)^X by a multiple of its "
                "(i-1)-th power, in the mean.",
                (b ** (i * (level + 1)) - b ** (i * level)) * b**-level,
                (b**i - 1) * b ** ((i - 1) * level),
            ),
            Solution(
                "So E B = 1 + n/a: the counter is unbiased. From this follows E B², here Q(n) ...",
                squares(n + 1) - squares(n) - (b**2 - 1) * (1 + n / a),
                squares(n),
                second,
            ),
            Identity(
                "... and the variance of the count: relative to its square, 1/(2a) for large n.",
                a**2 * (second - (1 + n / a) ** 2),
                n * (n - 1) / (2 * a),
            ),
            Identity(
                "In general, E B^i grows as n^i times the product of (b^m - 1)/m up to m = i, "
                "b = 1+1/a. The relative error of the count has the third moment ...",
                a**3 * (b - 1) * (b**2 - 1) * (b**3 - 1) / 6
                - 3 * a**2 * (b - 1) * (b**2 - 1) / 2
                + 2,
                central[3],
            ),
            Asymptotic(
                "... and a fourth one that is three times the square of its variance, to leading "
                "order.",
                central[4],
                a,
                3,
                3 / (4 * a**2),
            ),
            Series(
                "With relative errors h y of the heads and h z of the tails, which are independent "
                "of each other, the loss is this.",
                sp.log(1 + h * (p * y + q * z)) - p * sp.log(1 + h * y) - q * sp.log(1 + h * z),
                h,
                5,
                taylor,
            ),
            Asymptotic(
                "Put the moments in; those of fifth and sixth order are O(a^-3).",
                expected,
                a,
                3,
                law,
            ),
        ),
        law=Law(law, a),
    )


@derivation
def morris_levels() -> Derivation:
    """Morris counters of K levels: exponent 1 in K, as for counters that do not skip."""
    w = sp.Symbol("w", positive=True)
    y = sp.Symbol("y", nonnegative=True)
    e = sp.exp(x)
    total = v * x + p * x / (e - 1)
    law = p * x * (p + q * e) / (2 * K * (e - 1))
    return Derivation(
        name="memory.morris_levels",
        statement="With K levels each, Morris counters reach a loss proportional to 1/K, the "
        "exponent of plain counters: skipping improves the prefactor alone, and for p = 1/2 not "
        "even that.",
        source=SECTION,
        assumptions=(
            "The counters are those of memory.morris, of K levels each; x = K/a is fixed.",
            "p >= 1/2, so that heads fill their counter first; else exchange the faces.",
            "The stream has the length T that brings that counter to level K in the mean: the "
            "spread of the level, of order K^(1/2), is neglected.",
        ),
        size=Variable(K, integers(1), "levels of a counter"),
        parameters=(
            Variable(
                p, reals(HALF, 1, usual=(sp.Rational(11, 20), sp.Rational(9, 10))), BIAS.meaning
            ),
            Variable(x, reals(0, usual=(HALF, 3)), "levels over a"),
        ),
        auxiliary=(
            Variable(w, reals(0, 1), "1/a"),
            Variable(y, reals(0, usual=(0, 5)), "x, or 0"),
        ),
        steps=(
            Series(
                "(1+1/a)^K tends to exp(x): with w = 1/a, and times w, its logarithm is this.",
                x * sp.log(1 + w),
                w,
                3,
                w * x - w**2 * x / 2,
            ),
            Identity(
                "So T p = a (exp(x) - 1). The noise of T tosses, 1/(2T) by bernoulli.data, and "
                "that of the counters, p(1-p)/(2a), are independent and add up; a = K/x.",
                v / (2 * K / x) + 1 / (2 * (K / x) * (e - 1) / p),
                law,
            ),
            Identity(
                "Which x is best? 2K times the loss has this derivative: it vanishes where "
                "1-p = (x e^x - e^x + 1)/(e^x - 1)², ...",
                sp.Derivative(total, x),
                p * ((1 - p) * (e - 1) ** 2 - (x * e - e + 1)) / (e - 1) ** 2,
            ),
            Identity(
                "... and it grows with x, ...",
                sp.Derivative(total, x, 2),
                p * e * (x * e + x + 2 - 2 * e) / (e - 1) ** 3,
            ),
            Bound(
                "... since this is positive: there is one minimum.",
                2 * sp.exp(y),
                y * sp.exp(y) + y + 2,
                y,
                y * sp.exp(y),
                2,
            ),
            Series(
                "As x goes to 0 numerator and (e^x - 1)² become x²/2 and x²: the minimum goes to "
                "x = 0 for p = 1/2, which is a counter that skips nothing and has the loss p/(2K).",
                y * sp.exp(y) - sp.exp(y) + 1,
                y,
                3,
                y**2 / 2,
            ),
        ),
        law=Law(law, K),
        uses=("memory.morris", "bernoulli.data"),
    )
