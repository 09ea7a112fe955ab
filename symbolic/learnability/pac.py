"""Learning intervals and noisy labels: what sample complexity says of exponents."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.learnability.threshold import (
    FIFTH,
    HALF,
    HISTORY,
    LINE,
    SAMPLES,
    N,
    k,
    smaller_gap,
    u,
    without_the_ends,
)
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Limit, Series, Solution


@derivation
def intervals() -> Derivation:
    """k intervals, of VC dimension 2k: k/(N+1) = VC/(2(N+1))."""
    width = sp.Symbol("h", positive=True)
    epsilon = sp.Symbol("epsilon", positive=True)
    needed = sp.Function("n")
    cut = (1 - (1 - width) ** (N + 1)) / (N + 1)
    law = k / N - k / N**2
    return Derivation(
        name="pac.intervals",
        statement="The error of k intervals that fit the samples is k/(N+1) = VC/(2(N+1)), but for "
        "exponentially small terms: the samples needed grow linearly in the VC dimension 2k.",
        source=f"{HISTORY}: 'scales with the VC dimension'",
        assumptions=(
            LINE[0],
            "Labels change 2k times, between 2k+1 segments of the width h = 1/(2k+1) each; k is "
            "fixed while N grows. The learner changes its label halfway between two neighbouring "
            "samples that differ.",
            "The VC dimension of k intervals is 2k: any labels of 2k points form at most k runs of "
            "positive ones, while 2k+1 points with alternating labels need k+1.",
        ),
        size=SAMPLES,
        parameters=(Variable(k, integers(1, usual=(1, 4)), "intervals"),),
        auxiliary=(
            Variable(width, reals(0, FIFTH), "width of a segment"),
            Variable(u, reals(0, FIFTH), "a gap"),
            Variable(epsilon, reals(0, FIFTH), "error that is wanted"),
        ),
        steps=(
            Identity(
                "At each change of label the gap to the nearest sample on one side exceeds u < h "
                "with probability (1-u)^N ...",
                sp.Integral((1 - u) ** N, (u, 0, width)),
                cut,
            ),
            Identity(
                "... and both gaps with probability (1-2u)^N.",
                sp.Integral((1 - 2 * u) ** N, (u, 0, width)),
                smaller_gap(1 - 2 * width),
            ),
            Identity(
                "The learner is off by half the difference of the gaps, at 2k places.",
                2 * k * (cut - smaller_gap(1 - 2 * width)),
                k / (N + 1) * (1 - 2 * (1 - width) ** (N + 1) + (1 - 2 * width) ** (N + 1)),
            ),
            *without_the_ends(width),
            Limit(
                "Nor does it matter that a segment may have no sample: one of 2k+1 is missed with "
                "a probability of at most (2k+1) exp(-N h), and the error is at most 1.",
                N**3 * (2 * k + 1) * sp.exp(-N * width),
                N,
                sp.Integer(0),
            ),
            Asymptotic("Expanded for many samples.", k / (N + 1), N, 3, law),
            Solution(
                "Turned round: the samples n that the error epsilon needs, VC/(2 epsilon) - 1 with "
                "VC = 2k.",
                k / (needed(epsilon) + 1) - epsilon,
                needed(epsilon),
                2 * k / (2 * epsilon) - 1,
            ),
        ),
        law=Law(law, N),
        finite=k / (N + 1),
        finite_order=3,
        finite_everywhere=False,
        uses=("threshold.midpoint",),
    )


@derivation
def agnostic() -> Derivation:
    """Two points with noisy labels, the hardest noise at every N: N^(-1/2)."""
    z, w, x, g, h = sp.symbols("z w x g h", positive=True)
    i = sp.Symbol("i", positive=True)
    bell = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
    tail = sp.erfc(z / sp.sqrt(2)) / 2
    half = sp.Rational(1, 2) - tail
    law = z * tail / sp.sqrt(N) - z**2 * (1 + z**2) * bell / (4 * N ** sp.Rational(3, 2))

    def ways(n: sp.Expr, j: sp.Expr) -> sp.Expr:
        return sp.gamma(n + 1) / sp.gamma(j + 1) / sp.gamma(n - j + 1)

    correct = (1 + z / sp.sqrt(N)) / 2
    heads = sp.Symbol("i", integer=True, nonnegative=True)
    finite = (
        z
        / sp.sqrt(N)
        * sp.Sum(
            sp.binomial(N, heads) * correct**heads * (1 - correct) ** (N - heads),
            (heads, 0, (N - 1) / 2),
        )
    )
    return Derivation(
        name="pac.agnostic",
        statement="With labels that are wrong with probability (1-gap)/2 the worst noise at N "
        "samples, gap = z/sqrt(N), costs z Phi(-z)/sqrt(N): exponent 1/2 belongs to a noise that "
        "moves with N, and its largest prefactor is 0.16997.",
        source=HISTORY,
        assumptions=(
            "N labels of one point are independent, each right with probability (1+gap)/2; the "
            "learner takes the majority, and a wrong one costs gap more. N is odd.",
            "gap = z/sqrt(N), z fixed while N grows: the worst noise at every N. At a fixed gap "
            "the loss falls exponentially.",
        ),
        size=Variable(N, integers(1, usual=(41, 91)), "labels, an odd number"),
        parameters=(Variable(z, reals(0, usual=(HALF, 1)), "gap sqrt(N)"),),
        auxiliary=(
            Variable(g, reals(0, 1), "chance of one wrong label"),
            Variable(h, reals(0, 1), "chance of one right label"),
            Variable(i, integers(1, usual=(1, 30)), "a number of labels"),
            Variable(w, reals(0, 1), "z, where it is integrated over"),
        ),
        steps=(
            Identity(
                "The chance of i wrong labels of N is the number of ways times g^i h^(N-i), where "
                "g = 1-h is the chance of one wrong label. When g grows at the expense of h, the "
                "chances change by differences: summed over all majorities, N times the middle "
                "term for N-1 labels is left.",
                ways(N, i) * (sp.diff(g**i, g) * h ** (N - i) - g**i * sp.diff(h ** (N - i), h)),
                N * ways(N - 1, i - 1) * g ** (i - 1) * h ** (N - i)
                - N * ways(N - 1, i) * g**i * h ** (N - 1 - i),
            ),
            Asymptotic(
                "So P(wrong) is 1/2 less the integral over w from 0 to z of "
                "sqrt(N) c_N (1 - w²/N)^((N-1)/2) / 2, where c_N is the share of the "
                "middle term of N-1 fair labels, c_(N+2)/c_N = N/(N+1). To this order sqrt(N) c_N "
                "is sqrt(2/pi) (1 + 1/(4N)), whose limit is Wallis's product.",
                sp.log(1 + 2 / N) / 2
                - sp.log(1 + 1 / N)
                - sp.log(1 + 1 / (4 * N + 8))
                + sp.log(1 + 1 / (4 * N)),
                N,
                3,
                sp.Integer(0),
            ),
            Series(
                "The logarithm of the integrand, in x = 1/N and divided by N: a normal density "
                "times 1 + (w²/2 - w⁴/4)/N.",
                (1 - x) / 2 * sp.log(1 - w**2 * x),
                x,
                3,
                -(w**2) * x / 2 + (w**2 / 2 - w**4 / 4) * x**2,
            ),
            Identity(
                "The factor integrates to -1/4 of the normal integral, which cancels the 1/(4N) of "
                "the middle term, and a term in the density.",
                sp.Derivative(-half / 4 + (z + z**3) * bell / 4, z),
                (z**2 / 2 - z**4 / 4) * bell,
            ),
            Asymptotic(
                "The gap times P(wrong): the leading term is z Phi(-z)/sqrt(N).",
                sp.expand(
                    z
                    / sp.sqrt(N)
                    * (
                        HALF
                        - (1 + 1 / (4 * N)) * (half - half / (4 * N) + (z + z**3) * bell / (4 * N))
                    )
                ),
                N,
                2,
                sp.expand(law),
            ),
            Identity(
                "The worst z makes z Phi(-z) stationary: its slope is this, and vanishes at "
                "z = 0.7518 ...",
                sp.Derivative(z * tail, z),
                tail - z * bell,
            ),
            Identity(
                "... a maximum, for the slope falls until z² = 2 and is negative from there on.",
                sp.Derivative(tail - z * bell, z),
                -(2 - z**2) * bell,
            ),
        ),
        law=Law(sp.expand(law), N),
        finite=finite,
        finite_size=2 * COUNT + 1,
        finite_order=sp.Rational(5, 2),
        finite_everywhere=False,
    )


@derivation
def tsybakov() -> Derivation:
    """Noise that vanishes away from the threshold as |x-t|^k: exponent (k+1)/(2k+1)."""
    h, c = sp.symbols("h c", positive=True)
    lost = 2**k * h ** (k + 1) / (k + 1)
    place = c * N ** (-1 / (2 * k + 1))
    law = 2**k * c ** (k + 1) / (k + 1) * N ** (-(k + 1) / (2 * k + 1))
    return Derivation(
        name="pac.tsybakov",
        statement="If labels near the threshold are noisy, with the margin |2(x-t)|^k, the excess "
        "error falls with the exponent (k+1)/(2k+1): from 1 for bounded noise, k = 0, to 1/2.",
        source=HISTORY,
        assumptions=(
            LINE[0],
            "P(y = 1 | x) - P(y = 0 | x) is |2(x-t)|^k in size and changes sign at t; the learner "
            "takes the threshold with the fewest wrong labels.",
            "A scaling argument: the learner's shift is c N^(-1/(2k+1)), where drift and noise "
            "balance. c fluctuates, and its distribution, which sets the mean prefactor, is not "
            "derived here.",
        ),
        size=SAMPLES,
        parameters=(
            Variable(k, reals(0, usual=(HALF, 4)), "how fast the noise vanishes"),
            Variable(c, reals(0, usual=(HALF, 2)), "shift of the threshold, rescaled"),
        ),
        auxiliary=(Variable(h, reals(0, HALF), "shift of the threshold"),),
        steps=(
            Identity(
                "A threshold that is off by h errs on the labels between, each time at the price "
                "of the margin.",
                sp.Derivative(lost, h),
                (2 * h) ** k,
            ),
            Identity(
                "The N h samples there prefer the truth by N times this in the mean, with a "
                "variance of about N h: the square of drift over noise.",
                (N * lost) ** 2 / (N * h),
                4**k * N * h ** (2 * k + 1) / (k + 1) ** 2,
            ),
            Identity(
                "They balance at h = c N^(-1/(2k+1)): there the ratio does not depend on N. Larger "
                "shifts are ruled out by the samples, smaller ones are not.",
                (4**k * N * h ** (2 * k + 1) / (k + 1) ** 2).subs(h, place),
                4**k * c ** (2 * k + 1) / (k + 1) ** 2,
            ),
            Identity("The excess error of such a shift.", lost.subs(h, place), law),
            Limit(
                "The exponent tends to 1/2 for large k.",
                (k + 1) / (2 * k + 1),
                k,
                HALF,
            ),
        ),
        law=Law(law, N),
    )
