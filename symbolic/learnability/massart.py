"""A threshold learned from labels that are flipped: the errors are a random walk."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.learnability.threshold import (
    FIFTH,
    HALF,
    HISTORY,
    LINE,
    SAMPLES,
    N,
    u,
    without_the_ends,
)
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Limit

q = sp.Symbol("q", positive=True)
r, s, x = sp.symbols("r s x", positive=True)

CLEAR = 1 - 2 * q
"""By how much a right label is more probable than a wrong one."""

RATIO = q / (1 - q)

DEEPEST = q * (2 - q) / CLEAR
"""Mean depth of the deeper of two walks."""

RETURN = 1 + 1 / CLEAR
"""Mean number of samples from the minimum back to it."""

TIED_AT_START = (q * (1 + q) / (1 - q) + 2 * q) / 3
TIED_BELOW = 2 * q / (3 * (1 - q))
RETURNS = q**2 / (1 - q) + CLEAR * ((1 - RATIO**2) * TIED_AT_START + RATIO**2 * TIED_BELOW)
"""Mean number of returns before the minimum that is taken."""

PREFACTOR = CLEAR * (HALF + DEEPEST / CLEAR + RETURN * RETURNS)
SHAPE = (
    sp.Rational(3, 4) / CLEAR
    + sp.Rational(2, 3) / (1 - q)
    - sp.Rational(11, 12)
    + 5 * q / 6
    - 10 * q**2 / 3
)
"""The same, as partial fractions."""


@derivation
def flips() -> Derivation:
    """Labels flipped with probability q < 1/2: the exponent 1, and a prefactor that grows."""
    j, n = sp.symbols("j n", integer=True, nonnegative=True)
    law = SHAPE / N - SHAPE / N**2
    return Derivation(
        name="massart.flips",
        statement="A threshold with the fewest wrong labels, of labels that are flipped with "
        "probability q, has an excess error that falls as 1/N like that without noise. Only its "
        "prefactor grows, from 1/2 to 3/(4(1-2q)) near q = 1/2.",
        source=HISTORY,
        assumptions=(
            LINE[0],
            "The threshold is t = 1/2. A label is flipped with probability q < 1/2, fixed while N "
            "grows; the excess error of a threshold that is off by h is (1-2q) h.",
            "The learner takes a threshold with the fewest wrong labels, halfway between two "
            "samples; of several it takes one at random.",
            "The ends of the line do not matter: a walk of n samples on a side finds a new minimum "
            "beyond them with a probability that falls exponentially in n.",
        ),
        size=SAMPLES,
        parameters=(Variable(q, reals(0, HALF, usual=(FIFTH / 2, 2 * FIFTH)), "chance of a flip"),),
        auxiliary=(
            Variable(r, reals(0, 1, usual=(FIFTH, 4 * FIFTH)), "a ratio"),
            Variable(s, reals(0, FIFTH), "half of (1-2q)², or less: the rate at which that falls"),
            Variable(u, reals(0, FIFTH), "(1-2q)²"),
            Variable(j, integers(0, usual=(0, 9)), "returns on one side"),
            Variable(n, integers(0, usual=(0, 9)), "returns on both sides"),
        ),
        steps=(
            Identity(
                "From t outwards, a sample adds an error with probability 1-q and takes one off "
                "with probability q. The walk ever gets below its level with probability "
                "r = q/(1-q), for it does so at once, or from one level higher twice.",
                q + (1 - q) * RATIO**2,
                RATIO,
            ),
            Identity(
                "So a side has the depth m or more with probability r^m. Given that it gets lower, "
                "each step is down with probability q/r = 1-q: a level takes 1/(1-2q) samples, "
                "one, and two levels more after a step up.",
                1 + 2 * q / CLEAR,
                1 / CLEAR,
            ),
            Identity(
                "The deeper of both sides has the depth m or more with probability 2 r^m - r^(2m): "
                "summed over m, its mean.",
                (2 * r / (1 - r) - r**2 / (1 - r**2)).subs(r, RATIO),
                DEEPEST,
            ),
            Identity(
                "Both sides are equally deep, by the sum of (1-r)² r^(2m), with probability 1-2q, "
                "and then of depth 0 with probability 1-r².",
                (1 - RATIO) ** 2 / (1 - RATIO**2),
                CLEAR,
            ),
            Identity(
                "From its minimum a walk returns there by a step up and a level down, with "
                "probability (1-q) r = q: j times with probability (1-q) q^j. A return takes "
                "1 + 1/(1-2q) samples. If one side alone has the minimum, half of its returns, "
                "q/(2(1-q)) in the mean, come before the one that is drawn.",
                2 * q * q / (2 * (1 - q)),
                q**2 / (1 - q),
            ),
            Identity(
                "If both have it, n returns together have the probability (n+1) (1-q)² q^n, "
                "each split equally likely; returns come before the one that is drawn as j(j+1)/2 "
                "on a side, over the number of gaps: for both sides, this over n+1 splits.",
                sp.Sum(j * (j + 1), (j, 0, n)),
                n * (n + 1) * (n + 2) / 3,
            ),
            Identity(
                "Below depth 0 there are n+2 gaps: (n+1) (1-q)² q^n n/3, summed over n. With "
                "r for q, the sum of n (n+1) r^n is a second derivative of the geometric series.",
                r * sp.Derivative(1 / (1 - r), (r, 2)) * (1 - r) ** 2 / 3,
                TIED_BELOW.subs(q, r),
            ),
            Identity(
                "At depth 0 both share a gap, and n+1 are left: (1-q)² q^n n(n+2)/3, summed over "
                "n alike.",
                (1 - r) ** 2
                / 3
                * (r * sp.Derivative(1 / (1 - r), (r, 2)) + r * sp.Derivative(1 / (1 - r), r)),
                TIED_AT_START.subs(q, r),
            ),
            Identity(
                "After i samples the gap's middle is (i + 1/2)/(N+1) from t in the mean: i = 0 is "
                "the gap that t lies in, where it is half the difference of both parts. Together, "
                "with (1-2q) as the price.",
                PREFACTOR,
                SHAPE,
            ),
            Limit(
                "Without noise, q = 1/x, x to infinity, it is the midpoint's 1/2.",
                SHAPE.subs(q, 1 / x),
                x,
                HALF,
            ),
            Limit(
                "Near q = 1/2 it is 3/(4(1-2q)): times 1-2q = 1/x, x to infinity,",
                SHAPE.subs(q, (1 - 1 / x) / 2) / x,
                x,
                sp.Rational(3, 4),
            ),
            Identity(
                "A walk is below 0 after n samples with probability (4q(1-q))^(n/2) at most, which "
                "is less than 1 to the power n/2.",
                4 * q * (1 - q),
                1 - CLEAR**2,
            ),
            *without_the_ends(s),
            Asymptotic("Expanded for many samples.", SHAPE / (N + 1), N, 3, law),
        ),
        law=Law(law, N),
        finite=SHAPE / (N + 1),
        finite_order=3,
        finite_everywhere=False,
        uses=("threshold.midpoint",),
    )
