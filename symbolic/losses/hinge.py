"""The hinge, the loss with a kink: exponential in the data, zero after a finite time."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import BIAS, N, p, q, v
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Solution

eta = sp.Symbol("eta", positive=True)
c = sp.Symbol("c", real=True)
HALF = sp.Rational(1, 2)

SOURCE = "Cho2020, 'Final thoughts'"


@derivation
def data() -> Derivation:
    """Hinge after N tosses: √(2/(πN)) (4pq)^(N/2)."""
    i = sp.Symbol("i", integer=True)
    m = sp.Symbol("m", positive=True)
    odds = 4 * v
    gap = (1 - 2 * p) ** 2
    first, second = -odds / (2 * gap), odds * (2 + odds) / (4 * gap**2)

    def tail(index: sp.Expr) -> sp.Expr:
        return 1 + first / index + second / index**2

    def root(index: sp.Expr) -> sp.Expr:
        return 1 - 1 / (8 * index) + 1 / (128 * index**2)

    step = odds * (2 * m + 1) / (2 * (m + 1))
    leading = sp.sqrt(2 / (sp.pi * N)) * odds ** (N / 2)
    corrections = (
        -(sp.Rational(1, 4) + odds / gap) / N,
        (sp.Rational(1, 32) + odds / (4 * gap) + odds * (2 + odds) / gap**2) / N**2,
    )
    law = leading + leading * corrections[0] + leading * corrections[1]
    return Derivation(
        name="hinge.data",
        statement="With the hinge loss the expected excess after N tosses is "
        "(2/(pi N))^(1/2) (4pq)^(N/2), q = 1-p: exponential. The one loss that is not smooth is "
        "also the one without a power law in the data.",
        source=SOURCE,
        assumptions=(
            "The loss of a score theta is max(0, 1 - theta) for heads, max(0, 1 + theta) for "
            "tails; the score minimises it on N tosses.",
            "p is not 0, 1/2 or 1. N is even, and a tie gives the score 0; an odd N gives what "
            "N + 1 gives.",
        ),
        size=Variable(N, integers(2), "tosses"),
        parameters=(
            Variable(
                p, reals(0, 1, usual=(sp.Rational(3, 5), sp.Rational(4, 5))), BIAS.meaning
            ),
        ),
        auxiliary=(Variable(m, reals(0), "N/2"), Variable(c, reals(-1, 1), "a score")),
        steps=(
            Identity(
                "Between -1 and 1 the expected loss is linear in the score: the best one is the "
                "face that is seen more often. Let heads be more likely: a score c costs this "
                "more than the score 1, and the wrong score -1 costs 2(p-q).",
                p * (1 - c) + q * (1 + c) - 2 * q,
                (p - q) * (1 - c),
            ),
            Identity(
                "Let T be the probability of the wrong face, plus half that of a tie. From odd to "
                "even N it stays: what a lead of one head loses, a lead of one tail gains ...",
                q * sp.gamma(2 * m + 2) / (sp.gamma(m + 2) * sp.gamma(m + 1)) * p ** (m + 1) * q**m,
                p * sp.gamma(2 * m + 2) / (sp.gamma(m + 1) * sp.gamma(m + 2)) * p**m * q ** (m + 1),
            ),
            Identity(
                "... and from N = 2m on a tie is broken: T changes by q - 1/2 times the "
                "probability b_m of a tie, and the excess loss 2(p-q)T falls by (p-q)² b_m: it is "
                "(p-q)² times the sum of b_m, b_(m+1), ..., exactly.",
                2 * (p - q) * (HALF - q),
                (1 - 2 * p) ** 2,
            ),
            Identity(
                "One tie probability over the last, b_m = Gamma(2m+1)/Gamma(m+1)² (pq)^m.",
                sp.gamma(2 * m + 3) / sp.gamma(m + 2) ** 2
                / (sp.gamma(2 * m + 1) / sp.gamma(m + 1) ** 2) * v,
                step,
            ),
            Asymptotic(
                "So the excess loss is b_m (1 + ...), with the coefficients that make its "
                "decrease from m to m + 1 equal (p-q)² b_m.",
                tail(m) - step * tail(m + 1),
                m,
                3,
                gap,
            ),
            Asymptotic(
                "And b_m is (4pq)^m/(pi m)^(1/2) (1 - 1/(8m) + 1/(128m²)), by Wallis' product and "
                "because both grow alike: the square of the growth factor is ...",
                (m + 1) / m * ((2 * m + 1) / (2 * (m + 1))) ** 2 * (root(m) / root(m + 1)) ** 2,
                m,
                4,
                sp.Integer(1),
            ),
            Asymptotic(
                "Both corrections together, at m = N/2.",
                tail(N / 2) * root(N / 2),
                N,
                3,
                1 + sum(corrections),
            ),
            Identity(
                "Times the leading term of b_m.",
                odds ** (N / 2) / sp.sqrt(sp.pi * N / 2) * (1 + sum(corrections)),
                law,
            ),
        ),
        law=Law(law, N, "exponential"),
        finite=gap * sp.Sum(sp.binomial(N + 2 * i, N / 2 + i) * v ** (N / 2 + i), (i, 0, sp.oo)),
        finite_size=2 * sp.log(COUNT) / sp.log(1 / odds),
        finite_order=2,
    )  # fmt: skip


@derivation
def flow() -> Derivation:
    """Hinge at p = 1: max(0, 1 - ηt), zero from t = 1/η on."""
    theta, loss = sp.Function("theta"), sp.Function("L")
    t = sp.Symbol("t", positive=True)
    law = sp.Max(0, 1 - eta * t)
    return Derivation(
        name="hinge.flow",
        statement="At p = 1 the hinge loss is max(0, 1 - eta t): it is exactly zero from t = 1/eta "
        "on. Of the losses that have a margin the hinge alone ends training in finite time.",
        source=SOURCE,
        assumptions=(
            "p = 1: the coin always shows heads. The loss of a score theta is max(0, 1 - theta).",
            "The score starts at 0 and follows the gradient at the rate eta.",
        ),
        size=Variable(t, reals(0), "training steps"),
        parameters=(Variable(eta, reals(0, 2, usual=(sp.Rational(1, 10), 1)), "learning rate"),),
        auxiliary=(),
        steps=(
            Solution(
                "Below the margin the gradient is 1, however small the loss: the score rises "
                "linearly.",
                sp.diff(theta(t), t) - eta,
                theta(t),
                eta * t,
            ),
            Solution(
                "So the loss falls at the rate eta while there is any left, and stays at 0.",
                sp.diff(loss(t), t) + eta * sp.Heaviside(1 - eta * t),
                loss(t),
                law,
            ),
            Solution(
                "Margin ranking is the same with the difference of two scores, which move apart at "
                "twice the rate.",
                sp.diff(theta(t), t) - 2 * eta,
                theta(t),
                2 * eta * t,
            ),
            Solution(
                "A squared hinge is smooth at the margin, and exponential: the kink makes the "
                "difference, not the margin.",
                sp.diff(theta(t), t) - 2 * eta * (1 - theta(t)),
                theta(t),
                1 - sp.exp(-2 * eta * t),
            ),
        ),
        law=Law(law, t, "finite-time zero"),
        finite=law,
        finite_size=(1 - 1 / COUNT) / eta,
    )


@derivation
def ranking() -> Derivation:
    """Margin ranking at p = 1: max(0, 1 - 2ηt), zero from t = 1/(2η) on."""
    theta, loss = sp.Function("theta"), sp.Function("L")
    t = sp.Symbol("t", positive=True)
    law = sp.Max(0, 1 - 2 * eta * t)
    return Derivation(
        name="hinge.ranking",
        statement="At p = 1 the margin ranking loss is max(0, 1 - 2 eta t): as the hinge, but with "
        "two scores that move apart it is zero from t = 1/(2 eta) on.",
        source=SOURCE,
        assumptions=(
            "p = 1: the first of two items always wins. The loss is max(0, 1 - theta) of the "
            "difference theta of their scores.",
            "Both scores start at 0 and follow the gradient at the rate eta.",
        ),
        size=Variable(t, reals(0), "training steps"),
        parameters=(Variable(eta, reals(0, 2, usual=(sp.Rational(1, 10), 1)), "learning rate"),),
        auxiliary=(),
        steps=(
            Solution(
                "Below the margin one score rises at the rate eta, and the other falls at it.",
                sp.diff(theta(t), t) - 2 * eta,
                theta(t),
                2 * eta * t,
            ),
            Solution(
                "So the loss falls at twice the rate while there is any left, and stays at 0.",
                sp.diff(loss(t), t) + 2 * eta * sp.Heaviside(1 - 2 * eta * t),
                loss(t),
                law,
            ),
        ),
        law=Law(law, t, "finite-time zero"),
        finite=law,
        finite_size=(1 - 1 / COUNT) / (2 * eta),
        uses=("hinge.flow",),
    )
